"""Knows how the sheets of an XLSForm become a definition, and tells what came over and what did not, by row and name.

Source: https://xlsform.org. What came over is never changed to something that only looks like it.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from pwa.checklists.compiling import Refused, unknown
from pwa.checklists.definition import read_definition
from pwa.checklists.mistakes import Mistake, WrongChecklist
from pwa.checklists.outline import Outline, outline_of
from pwa.checklists.steps import GROUPS, SILENT, Step
from pwa.checklists.told import Read, Told
from pwa.checklists.xlsform import questions, xpath
from pwa.checklists.xlsform.expressions import REFERENCE, Line, expressions_of, is_given
from pwa.checklists.xlsform.sheets import Cells, Row, Sheet, read_sheet
from pwa.words import N_

STEP_ID = re.compile(r"[A-Za-z0-9_.-]{1,64}")
SHEETS = {
    "survey": ("survey",),
    "choices": ("choices", "choices and columns", "columns"),
    "settings": ("settings",),
}
KIND_OF = {"number": "number", "text": "short_text", "date": "date", "time": "time", "date_time": "date_time"}
MOST_ROUNDS = 10
"""So many calculations may wait for each other's kinds."""

NOTED = N_("Hånd notes by itself who answered what, when and from which phone.")
OTHER_COLUMN = N_("The column is not known, or in another language, and is not read.")
PICTURED = N_("The file that it names is not in the form.")
SPOKEN = N_("The text has the answer to another step in it; here it has three dots there.")
GIVEN = N_("What another system would have known of the person is filled in here.")
IN_A_GROUP = N_("It stands in a group that is left out.")
NO_STEP = N_("The row is no step: a text is too long, or there are too many options.")
NO_END = N_("The group has no end, or an end has no group.")


def is_xlsform(sheets: Mapping[str, Cells]) -> bool:
    """Whether a workbook is a form: it has a survey with types."""
    return "type" in read_sheet(_named(sheets, "survey")).columns


def read_xlsform(sheets: Mapping[str, Cells], file_name: str) -> Read:
    """Read the sheets of a form, which are named as the workbook has them; `file_name` is its name where it says none."""
    return _Reader(sheets, file_name).read()


def _named(sheets: Mapping[str, Cells], name: str) -> Cells:
    found = {each.strip().casefold(): cells for each, cells in sheets.items()}
    return next((found[each] for each in SHEETS[name] if each in found), [])


class _Reader:
    def __init__(self, sheets: Mapping[str, Cells], file_name: str) -> None:
        settings = read_sheet(_named(sheets, "settings"))
        said = settings.rows[0] if settings.rows else Row(1, {})
        self.title = said["form_title"] or said["form_id"] or file_name
        self.survey = read_sheet(_named(sheets, "survey"), said["default_language"])
        choices = read_sheet(_named(sheets, "choices"), said["default_language"], is_open=True)
        self.choices: dict[str, list[Row]] = {}
        for row in choices.rows:
            self.choices.setdefault(row["list_name"], []).append(row)
        self.out = Read()
        self.lines: list[Line] = []
        self.ids: set[str] = set()
        for sheet in (self.survey, choices):
            self.tell_columns(sheet)

    def tell_columns(self, sheet: Sheet) -> None:
        for column in sheet.others:
            self.out.told.append(Told("", column, why=Mistake(OTHER_COLUMN, {}, column), is_small=True))

    def leave(self, row: Row, what: str, why: Refused | str, is_small: bool = False) -> None:
        refused = why if isinstance(why, Refused) else Refused(why)
        mistake = refused.mistake(row["name"])
        self.out.told.append(Told(row["name"], what, row[what][:200], mistake, row.number, is_small))

    def read(self) -> Read:
        steps = self.steps()
        outline = self.outline(steps)
        for line in self.lines:
            self.out.told.append(Told(line.name, "step", line.step["label"], row=line.row.number))
            if is_given(line.row):
                self.leave(line.row, "relevant", GIVEN, is_small=True)
            for what, key, compiled in expressions_of(line, outline, self.choices):
                self.add(line, what, key, compiled)
        try:
            self.out.definition = read_definition({"title": self.title, "steps": steps})
        except WrongChecklist as wrong:
            self.out.told += [Told("", "checklist", why=mistake) for mistake in wrong.mistakes]
        return self.out

    def add(self, line: Line, what: str, key: str, compiled: Callable[[], Any]) -> None:
        """Give the step what an expression is, or tell why not."""
        try:
            value = compiled()
        except Refused as refused:
            self.leave(line.row, what, refused)
            return
        if key == "options":
            line.step["options"] = value
        else:
            line.step[key] = value
        self.out.told.append(Told(line.name, what, line.row[what][:200], row=line.row.number))

    def steps(self) -> list[dict[str, Any]]:
        """The rows as steps in their groups."""
        steps: list[dict[str, Any]] = []
        inside, kinds = [steps], [""]
        left = 0  # so many groups around are left out with all that is in them
        names = Counter(
            row["name"] for row in self.survey.rows if not row["type"].casefold().startswith("end")
        )
        path: list[str] = []
        for row in self.survey.rows:
            is_off = row["disabled"].casefold() in questions.YES[:5]
            if left or is_off:
                why = N_("The row is switched off in the form.") if is_off else IN_A_GROUP
                self.leave(row, "disabled" if is_off else "type", why, is_small=is_off)
                left = max(left + _turn(row), 0)
                continue
            try:
                kind = questions.kind_of(row)
                if kind.noted:
                    self.leave(row, "type", NOTED, is_small=True)
                    continue
                if kind.is_end:
                    if kinds[-1] != kind.kind:
                        self.leave(row, "type", NO_END)
                    if len(inside) > 1:
                        inside, kinds, path = inside[:-1], kinds[:-1], path[:-1]
                    continue
                step = self.step(row, kind, names, path)
            except Refused as refused:
                left = max(_turn(row), 0)
                self.leave(row, "type", refused)
                continue
            inside[-1].append(step)
            self.lines.append(Line(row, step))
            if kind.kind in GROUPS:
                inside.append(step["steps"])
                kinds.append(kind.kind)
                path.append(row["name"])
        if len(inside) > 1:
            self.leave(self.lines[-1].row, "type", NO_END)
        return steps

    def step(
        self, row: Row, kind: questions.Kind, names: Counter[str], path: Sequence[str]
    ) -> dict[str, Any]:
        name = row["name"]
        step_id = name if STEP_ID.fullmatch(name) and name not in self.ids else f"r{row.number}"
        while step_id in self.ids:
            step_id = f"{step_id}."
        self.ids.add(step_id)
        link = name if names[name] == 1 else "/".join([*path, name])
        step = questions.step_of(row, kind, step_id, link if name else "", self.choices)
        for key in ("label", "help"):
            if REFERENCE.search(step.get(key, "")):
                step[key] = REFERENCE.sub("…", step[key])
                self.leave(row, "label" if key == "label" else "hint", SPOKEN)
        for what in ("image", "audio", "video"):
            if row[what]:
                self.leave(row, what, PICTURED)
        for key, column in (("required", "required"), ("read_only", "read_only")):
            said = row[column].casefold()
            if said in questions.YES and kind.kind not in SILENT:
                step[key] = True
            elif said not in questions.NO and said not in questions.YES:
                self.leave(row, column, N_("It is so only under a condition."))
        if kind.kind == "repeating_group" and row["repeat_count"]:
            if row["repeat_count"].isascii() and row["repeat_count"].isdigit() and int(row["repeat_count"]):
                step["occurrences"] = {"least": int(row["repeat_count"]), "most": int(row["repeat_count"])}
            else:
                self.leave(row, "repeat_count", unknown(row["repeat_count"]))
        try:
            Step.model_validate(step)
        except ValidationError:
            raise Refused(NO_STEP) from None
        return step

    def outline(self, steps: Sequence[dict[str, Any]]) -> Outline:
        """Where each step stands; the kind of one that is only calculated is that of what is calculated."""
        calculated = [line for line in self.lines if _is_calculate(line)]
        for _ in range(MOST_ROUNDS):
            outline = outline_of([Step.model_validate(step) for step in steps])
            other = False
            for line in calculated:
                try:
                    _, kind = xpath.compile_calculation(line.row["calculation"], outline, line.step["id"])
                except Refused:
                    continue
                other = other or line.step["kind"] != KIND_OF[kind]
                line.step["kind"] = KIND_OF[kind]
            if not other:
                return outline
        return outline_of([Step.model_validate(step) for step in steps])


def _turn(row: Row) -> int:
    """1 where a group begins, -1 where one ends."""
    found = questions.GROUP.fullmatch(" ".join(row["type"].split()))
    return 0 if not found else 1 if found["side"].casefold() == "begin" else -1


def _is_calculate(line: Line) -> bool:
    return line.row["type"].casefold() == "calculate" and bool(line.row["calculation"])
