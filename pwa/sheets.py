"""Knows how a table becomes a file for a spreadsheet, CSV or a workbook, in which text stays text; knows no tables."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence

FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n")
SKIPPED = " \xa0\u200b\u200e\u200f\u2060\ufeff"
"""What a spreadsheet may leave out before it looks whether a cell is a formula; full-width signs are formulas in some."""
NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\']")
LONGEST_NAME = 31


def as_csv(rows: Iterable[Sequence[str]]) -> bytes:
    """CSV as a Danish Excel opens it: semicolons, and a mark that says UTF-8."""
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=";").writerows([harmless(cell) for cell in row] for row in rows)
    return written.getvalue().encode("utf-8-sig")


def as_workbook(rows: Iterable[Sequence[str]], name: str) -> bytes:
    """A workbook of one sheet of this name; every cell is text, whatever it looks like."""
    import xlsxwriter  # 40 ms, and only for this

    written = io.BytesIO()
    with xlsxwriter.Workbook(written, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet(NOT_IN_A_NAME.sub(" ", name)[:LONGEST_NAME].strip() or None)
        bold, wrapped = (
            workbook.add_format({"bold": True}),
            workbook.add_format({"text_wrap": True, "valign": "top"}),
        )
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                if cell:
                    sheet.write_string(number, place, cell, wrapped if number else bold)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, 20, 24)
    return written.getvalue()


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula.

    >>> harmless("=1+1"), harmless(" \uff1d1+1"), harmless("Egen rute")
    ("'=1+1", "' \uff1d1+1", 'Egen rute')
    """
    return f"'{cell}" if _looks_like_formula(cell) else cell


def as_written(cell: str) -> str:
    """A cell without what harmless has put before it.

    >>> as_written("'=1+1"), as_written("'t Hooft")
    ('=1+1', "'t Hooft")
    """
    return cell[1:] if cell.startswith("'") and _looks_like_formula(cell[1:]) else cell


def _looks_like_formula(cell: str) -> bool:
    begins = unicodedata.normalize("NFKC", cell).lstrip(SKIPPED)
    return begins.startswith(FORMULAS) or cell.startswith(FORMULAS)


def letter_of(place: int) -> str:
    """A column's name in a spreadsheet.

    >>> letter_of(0), letter_of(26)
    ('A', 'AA')
    """
    return (letter_of(place // 26 - 1) if place >= 26 else "") + "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[place % 26]
