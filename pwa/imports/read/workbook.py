"""Knows workbooks (.xlsx, .xls, .ods) as sheets of text; knows nothing of what stands in them.

Runs in a process of its own (limited.py): what a workbook unpacks to is known only when it is unpacked.
"""

import io
import re
import unicodedata
import zipfile
import zlib
from datetime import date, datetime, time, timedelta

from pwa.imports.read.encoding import Unreadable
from pwa.imports.read.mistakes import Mistake
from pwa.words import N_

ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0"
MOST_UNPACKED = 50_000_000
MOST_CELLS = 500_000
NOT_READ = N_("The workbook cannot be read. Is it protected by a password, or damaged?")
NO_VALUES = N_(
    "Cells in which a formula came to nothing (#REFERENCE!, #I/T and the like): %(number)d, such as %(cells)s. Write the values."
)
ERROR = re.compile(rb'<c (?=[^>]*\bt="e")[^>]*\br="([A-Z]{1,3}[0-9]{1,7})"')
"""A cell with an error (ECMA-376 part 1, 18.18.11), which the library gives as an empty one."""
SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
NAMED = 5
TOO_MUCH = N_("The workbook has more in it than any checklist: so much is not read.")


def is_workbook(content: bytes) -> bool:
    """Whether these are the first bytes of one."""
    return content.startswith((ZIP, OLE))


def sheets_of(content: bytes) -> dict[str, list[list[str]]]:
    """Each sheet that has anything, by its name, every row from the first on. Raises Unreadable."""
    from python_calamine import CalamineError, CalamineWorkbook

    if content.startswith(ZIP):
        _stop_if_too_much(content)
        _stop_at_errors(content)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = [workbook.get_sheet_by_name(name) for name in workbook.sheet_names]
        found: dict[str, list[list[str]]] = {}
        for sheet in sheets:
            if sheet.total_height * sheet.total_width > MOST_CELLS:
                raise Unreadable(Mistake(TOO_MUCH))
            rows = [[text_of_cell(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
            if any(map(any, rows)):
                found[sheet.name] = rows
    except (CalamineError, ValueError, OSError):
        raise Unreadable(Mistake(NOT_READ)) from None
    return found


def _stop_if_too_much(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(each.file_size for each in packed.infolist()) > MOST_UNPACKED:
                raise Unreadable(Mistake(TOO_MUCH))
    except zipfile.BadZipFile:
        raise Unreadable(Mistake(NOT_READ)) from None


def _stop_at_errors(content: bytes) -> None:
    """What a spreadsheet could not work out is not an empty cell: a step would be gone."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            sheets = [packed.read(name) for name in packed.namelist() if SHEET.fullmatch(name)]
    except (zipfile.BadZipFile, zlib.error, RuntimeError, OSError):
        raise Unreadable(Mistake(NOT_READ)) from None
    cells = [cell.decode() for sheet in sheets for cell in ERROR.findall(sheet)]
    if cells:
        raise Unreadable(Mistake(NO_VALUES, {"number": len(cells), "cells": ", ".join(cells[:NAMED])}))


def text_of_cell(cell: object) -> str:
    """A cell as text: 3.0 is "3", a day is "2026-11-23", yes is "true".

    >>> text_of_cell(3.0), text_of_cell(0.1), text_of_cell(True), text_of_cell(datetime(2026, 11, 23))
    ('3', '0.1', 'true', '2026-11-23')
    """
    match cell:
        case None:
            return ""
        case bool():
            return "true" if cell else "false"
        case float():
            return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
        case datetime() if cell.time() != time():
            return cell.isoformat(timespec="seconds")
        case datetime():
            return cell.date().isoformat()
        case date():
            return cell.isoformat()
        case time():
            return cell.strftime("%H:%M")
        case timedelta():
            return str(cell)
        case _:
            return unicodedata.normalize("NFC", str(cell)).strip()
