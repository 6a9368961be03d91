"""Knows by its content what a file with checklists is: FHIR's JSON, an XLSForm, a leader's list, or our own table.

Runs in a process of its own (limited.py), so what is read may be anything.
"""

import csv
import io
import json
from collections.abc import Sequence
from pathlib import PurePath
from typing import Any

from pydantic_core import from_json

from pwa.checklists.fhir.questionnaire import read_questionnaire
from pwa.checklists.lists.reading import read_plain_list
from pwa.checklists.mistakes import WrongChecklist
from pwa.checklists.publishing import as_json
from pwa.checklists.told import Read
from pwa.checklists.xlsform.form import is_xlsform, read_xlsform
from pwa.imports.read.cells import NO_VALUE, has_no_value
from pwa.imports.read.checklist_file import has_own_headings
from pwa.imports.read.csv_file import folded, rows_of
from pwa.imports.read.encoding import Unreadable, text_of
from pwa.imports.read.forms import Form, FormFile
from pwa.imports.read.mistakes import Mistake
from pwa.imports.read.workbook import is_workbook, sheets_of
from pwa.words import N_

Cells = list[list[str]]
MOST_ROWS = 20_000
UNNAMED = ("ark", "sheet", "tabelle")


def read_form_file(content: bytes, file_name: str) -> FormFile:
    """Read a file; what is wrong with it as a file comes back as its mistakes."""
    name = " ".join(PurePath(file_name).stem.replace("_", " ").split()) or file_name
    try:
        if is_workbook(content):
            return _of_sheets(sheets_of(content), name)
        text = text_of(content)
        begin = text.lstrip("\ufeff \t\r\n")[:1]
        if begin in ("{", "["):
            return _of_json(text)
        if begin == "<":
            raise Unreadable(Mistake(N_("XML is not read. Save the form as JSON.")))
        return _of_sheets({name: rows_of(text, MOST_ROWS)}, name)
    except Unreadable as unreadable:
        return FormFile(mistakes=[unreadable.mistake])
    except WrongChecklist as wrong:
        return FormFile(
            mistakes=[Mistake(each.message, each.params, column=each.place) for each in wrong.mistakes]
        )


def _of_json(text: str) -> FormFile:
    try:
        said = from_json(text)
    except ValueError as error:
        if "recursion" in str(error):
            raise Unreadable(Mistake(N_("The groups are too deep in each other."))) from None
        raise Unreadable(Mistake(N_("This is not JSON."))) from None
    entries = said.get("entry") if isinstance(said, dict) and said.get("resourceType") == "Bundle" else None
    found: list[Any] = (
        [each.get("resource") for each in entries if isinstance(each, dict)]
        if isinstance(entries, list)
        else [said]
    )
    questionnaires = [
        each for each in found if isinstance(each, dict) and each.get("resourceType") == "Questionnaire"
    ]
    if not questionnaires:
        raise Unreadable(Mistake(N_("This is no Questionnaire.")))
    return FormFile([_form(read_questionnaire(each)) for each in questionnaires])


def _form(read: Read) -> Form:
    definition = json.dumps(as_json(read.definition), ensure_ascii=False) if read.definition else None
    return Form(read.definition.title if read.definition else "", definition, read.told)


def _of_sheets(sheets: dict[str, Cells], name: str) -> FormFile:
    if not sheets or not any(any(map(any, rows)) for rows in sheets.values()):
        raise Unreadable(Mistake(N_("The file is empty.")))
    if is_xlsform(sheets):
        return FormFile([_form(read_xlsform(sheets, name))])
    [first, *others] = sheets.values()
    if not others and has_own_headings(_headings(first)):
        return FormFile(table=_as_csv(first))
    if (
        not others
        and is_xlsform({"survey": first})
        and {"name", "label"} <= set(map(folded, _headings(first)))
    ):
        return FormFile([_form(read_xlsform({"survey": first}, name))])
    _stop_if_no_value(sheets)
    if not others:
        return FormFile([_form(read_plain_list(first, name))])
    return FormFile([_form(read_plain_list(rows, each)) for each, rows in _titled(sheets, name)])


def _stop_if_no_value(sheets: dict[str, Cells]) -> None:
    """No line of a list is what a spreadsheet writes where a formula came to nothing. Raises Unreadable."""
    for rows in sheets.values():
        for number, cells in enumerate(rows, 1):
            for cell in filter(has_no_value, cells):
                raise Unreadable(Mistake(NO_VALUE, {"written": cell.strip()}, number))


def _titled(sheets: dict[str, Cells], name: str) -> Sequence[tuple[str, Cells]]:
    """Each sheet with the name of its checklist; one that nobody has named has the file's as well."""
    return [
        (f"{name} {each}" if each.casefold().startswith(UNNAMED) else each.strip(), rows)
        for each, rows in sheets.items()
    ]


def _headings(cells: Cells) -> list[str]:
    return next((row for row in cells if any(row)), [])


def _as_csv(cells: Cells) -> str:
    written = io.StringIO()
    csv.writer(written, delimiter=";").writerows(cells)
    return written.getvalue()
