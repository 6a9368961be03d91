"""Counts how many expressions of real forms our language takes, and why not: `python -m tools.checklist_coverage FOLDER`.

Takes a folder of FHIR Questionnaires (.json) or of XLSForms (.xls, .xlsx; these need python-calamine, which is no dependency of
ours). Nothing of the forms is kept.
"""

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from pwa.checklists.compiling import Refused
from pwa.checklists.fhir.questionnaire import read_questionnaire
from pwa.checklists.language import tree_mistakes
from pwa.checklists.mistakes import WrongChecklist
from pwa.checklists.outline import outline_of
from pwa.checklists.steps import Step
from pwa.checklists.xlsform import xpath

Found = Iterator[tuple[str, str, str]]
"""What an expression is, as it is written, and why it was refused ("" when it was not)."""

ABOUT = ("enableWhen", "variable", "questionnaire-constraint", "targetConstraint")
KINDS = {"integer": "number", "decimal": "number", "range": "number", "date": "date", "today": "date", "time": "time",
         "datetime": "date_time", "note": "information", "image": "photo", "barcode": "scanned_code"}  # fmt: skip
COLUMNS: Mapping[str, Callable[..., object]] = {
    "relevant": xpath.compile_condition,
    "constraint": xpath.compile_rule,
    "calculation": xpath.compile_value,
    "choice_filter": xpath.compile_choice_filter,
}
SPELLINGS = {"bind:relevant": "relevant", "bind:constraint": "constraint", "calculate": "calculation",
             "bind:calculate": "calculation", "bind::relevant": "relevant"}  # fmt: skip


def of_questionnaires(folder: Path) -> Found:
    """Every expression of the Questionnaires, also of those in bundles."""
    for path in sorted(folder.glob("*.json")):
        said = json.loads(path.read_text("utf-8-sig"))
        inside = [each.get("resource", {}) for each in said.get("entry", [])] or [said]
        for questionnaire in inside:
            try:
                told = read_questionnaire(questionnaire).told
            except WrongChecklist:
                continue
            for each in told:
                if each.what in ABOUT or each.what.endswith("Expression"):
                    yield each.what.removeprefix("sdc-questionnaire-"), each.written, _why(each.why)


def _why(mistake: Any) -> str:
    return mistake.message % mistake.params if mistake else ""


def of_xlsforms(folder: Path) -> Found:
    """Every expression of the forms' sheets."""
    workbooks = import_module("python_calamine")
    for path in sorted(folder.glob("*.xls*")):
        try:
            workbook = workbooks.CalamineWorkbook.from_path(str(path))
            sheets = {
                name.strip().casefold(): _rows(workbook.get_sheet_by_name(name).to_python())
                for name in workbook.sheet_names
            }
        except workbooks.CalamineError:
            print(f"not read: {path.name}", file=sys.stderr)
            continue
        yield from _of_form(sheets.get("survey", []), sheets.get("choices", []))


def _rows(sheet: list[list[Any]]) -> list[dict[str, str]]:
    headings = [_heading(_cell(each)) for each in (sheet or [[]])[0]]
    return [dict(zip(headings, map(_cell, row), strict=False)) for row in sheet[1:]]


def _heading(written: str) -> str:
    """A heading that we know in its own spelling; all others, such as a choice_filter's columns, as they are written."""
    known = SPELLINGS.get(written.casefold(), written.casefold())
    return known if known in ("type", "name", *COLUMNS) else written


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "true()" if value else "false()"
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()


def _of_form(survey: list[dict[str, str]], choices: list[dict[str, str]]) -> Found:
    steps: list[dict[str, Any]] = []
    at: list[tuple[str, dict[str, str]]] = []
    inside = [steps]
    for number, row in enumerate(survey):
        kind, name = row.get("type", "").casefold(), row.get("name", "")
        if kind.startswith("end"):
            inside = inside[:-1] if len(inside) > 1 else inside
            continue
        step: dict[str, Any] = {"id": f"s{number}", "link": name, "label": "", "kind": _kind(kind)}
        if kind.startswith(("select_multiple", "select all")):
            step["occurrences"] = {}
        inside[-1].append(step)
        at.append((step["id"], row))
        if kind.startswith(("begin", "loop")):
            step["steps"] = []
            inside.append(step["steps"])
    outline = outline_of([Step.model_validate(step) for step in steps])
    for step_id, row in at:
        for column, compiled in COLUMNS.items():
            if written := row.get(column):
                given = [choices[0] if choices else {}] if column == "choice_filter" else []
                try:
                    tree = compiled(written, outline, step_id, *given)
                except Refused as refused:
                    yield column, written, str(refused)
                else:
                    mistakes = tree_mistakes(tree, outline, "")
                    yield column, written, mistakes[0].words(str) if mistakes else ""


def _kind(kind: str) -> str:
    if kind.startswith("begin"):
        return "repeating_group" if "repeat" in kind else "group"
    return KINDS.get(kind, "short_text")


def main(folder: Path) -> None:
    """Print two tables for docs/checklists.md."""
    is_fhir = any(folder.glob("*.json"))
    found = list(of_questionnaires(folder) if is_fhir else of_xlsforms(folder))
    every, taken = Counter(what for what, _, _ in found), Counter(what for what, _, why in found if not why)
    print("| expression | there are | taken | refused |\n|---|--:|--:|--:|")
    for what in sorted(every):
        print(f"| {what} | {every[what]} | {taken[what]} | {every[what] - taken[what]} |")
    print("\n| why refused | times |\n|---|--:|")
    for why, times in Counter(why for _, _, why in found if why).most_common():
        print(f"| {why} | {times} |")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
