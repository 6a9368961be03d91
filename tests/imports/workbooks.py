"""Workbooks for tests: real ones, and ones that unpack to far more than they are."""

import io
import zipfile
from collections.abc import Mapping, Sequence

import xlsxwriter

HEAD = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
ROW = b'<row><c t="inlineStr"><is><t>a</t></is></c></row>'
SHEET = "xl/worksheets/sheet1.xml"


def workbook(sheets: Mapping[str, Sequence[Sequence[object]]]) -> bytes:
    """A workbook of these sheets."""
    written = io.BytesIO()
    with xlsxwriter.Workbook(written, {"in_memory": True}) as made:
        for name, rows in sheets.items():
            sheet = made.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return written.getvalue()


def bomb(megabytes: int) -> bytes:
    """A workbook whose only sheet unpacks to so much; it says so of itself."""
    packed = io.BytesIO(workbook({"Ark1": [["a"]]}))
    with zipfile.ZipFile(packed) as whole:
        parts = {name: whole.read(name) for name in whole.namelist() if name != SHEET}
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target:
        for name, content in parts.items():
            target.writestr(name, content)
        with target.open(SHEET, "w") as sheet:
            sheet.write(HEAD)
            piece = ROW * 20_000
            for _ in range(megabytes * 1_000_000 // len(piece) + 1):
                sheet.write(piece)
            sheet.write(b"</sheetData></worksheet>")
    return made.getvalue()
