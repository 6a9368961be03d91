"""Knows a checklist as leaders have it in a spreadsheet: a column of lines, headings among them; tells what it takes each line for.

A line is something that somebody does, and is answered by who did it. Whatever of a row is not taken is told.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pwa.checklists.compiling import Refused
from pwa.checklists.definition import read_definition
from pwa.checklists.lists.columns import ANSWERS, COLUMNS, PLANNED, YES, folded
from pwa.checklists.lists.conditions import read_condition
from pwa.checklists.mistakes import Mistake, WrongChecklist
from pwa.checklists.told import Read, Told
from pwa.sheets import as_written, letter_of
from pwa.words import N_

BULLET = re.compile(r"^(?:[-–—•*·☐□◻✓✔]|\[[ xX]?\]|\(?\d{1,3}[.)])\s+")
MARK = re.compile(r"[\sxX☐□◻✓✔_.\-–0-9]*")
SEVERAL = re.compile(r"(flere|several):\s*", re.IGNORECASE)
TITLE = re.compile(r"(?:tjekliste|checklist)\s*:\s*(?P<title>\S.*)", re.IGNORECASE)
"""A first line that names the checklist."""
LETTERS = {"æ": "ae", "ø": "oe", "å": "aa", "ä": "ae", "ö": "oe", "ü": "ue", "é": "e"}

NOT_TAKEN = N_("The column is not known and is not read.")
ONLY_MARKS = N_("The column has only marks or numbers, and is not read.")
NO_LINES = N_("There are no lines in it.")

Cells = Sequence[Sequence[str]]


def read_plain_list(cells: Cells, title: str) -> Read:
    """The lines as steps under their headings. The checklist is called `title`, unless its first line says otherwise."""
    read = Read()
    filled = [(number, row) for number, row in enumerate(cells, 1) if any(map(str.strip, row))]
    if filled and (named := TITLE.fullmatch(filled[0][1][0].strip())):
        title, filled = named["title"], filled[1:]
    columns, has_headings = _columns(filled, read)
    if "step" not in columns:
        return Read(told=[Told("", "file", why=Mistake(NO_LINES))])
    steps: list[dict[str, Any]] = []
    inside, group = steps, ""
    ids: set[str] = set()
    conditions: list[tuple[int, dict[str, Any], str]] = []
    for number, row in filled[has_headings:]:
        said = {name: as_written(row[place].strip()) for name, place in columns.items() if place < len(row)}
        heading, line = said.get("group", ""), said.get("step", "")
        if not line and not heading:
            continue
        is_heading = bool(line) and not heading and not said.get("answer") and _is_heading(line)
        label = (line if is_heading else heading).lstrip("# ").rstrip(": ")
        if is_heading or (heading and label != group):
            group, inside = label, []
            step_id = _id_of(label, ids)
            steps.append({"id": step_id, "kind": "group", "label": label, "steps": inside})
            read.told.append(Told(step_id, "heading", label, row=number))
        if is_heading or not line:
            continue
        try:
            step = _step(said, ids)
        except Refused as refused:
            read.told.append(Told("", "line", line, refused.mistake(line[:60]), number))
            continue
        inside.append(step)
        conditions.append((number, step, said.get("shown_when", "")))
        read.told.append(Told(step["id"], "step", step["label"], row=number))
    _give_conditions(conditions, read)
    for step in steps:
        if step["kind"] == "group" and not step["steps"]:
            step["kind"] = "information"
            del step["steps"]
    try:
        read.definition = read_definition({"title": title, "steps": steps})
    except WrongChecklist as wrong:
        read.told += [Told("", "checklist", why=mistake) for mistake in wrong.mistakes]
    return read


def _give_conditions(found: Sequence[tuple[int, dict[str, Any], str]], read: Read) -> None:
    """Give each step its condition, or tell why not; what it names may stand further down."""
    steps: dict[str, list[dict[str, Any]]] = {}
    for _, step, _ in found:
        steps.setdefault(step["label"].casefold(), []).append(step)
    for number, step, written in found:
        try:
            if written:
                step["shown_when"] = read_condition(written, steps)
        except Refused as refused:
            why = refused.mistake(step["label"][:60])
            read.told.append(Told(step["label"][:60], "kun hvis", written, why, number))


def _columns(filled: Sequence[tuple[int, Sequence[str]]], read: Read) -> tuple[dict[str, int], bool]:
    """Which column is what, and whether the first row says so; the others are told."""
    if not filled:
        return {}, False
    first = [folded(cell) for cell in filled[0][1]]
    named: dict[str, int] = {}
    for place, heading in enumerate(first):
        name = next((name for name, called in COLUMNS.items() if heading in map(folded, called)), "")
        if heading and name and name not in named:
            named[name] = place
    has_headings = "step" in named
    if not has_headings:
        named = _by_content([row for _, row in filled])
    width = max(len(row) for _, row in filled)
    for place in range(width):
        below = [
            row[place].strip() for _, row in filled[has_headings:] if place < len(row) and row[place].strip()
        ]
        if place in named.values() or not below:
            continue
        heading = filled[0][1][place].strip() if has_headings and place < len(filled[0][1]) else ""
        is_small = all(MARK.fullmatch(cell) for cell in below)
        why = Mistake(ONLY_MARKS if is_small else NOT_TAKEN, {}, heading or letter_of(place))
        read.told.append(Told("", heading or letter_of(place), below[0], why, is_small=is_small))
    return named, has_headings


def _by_content(rows: Sequence[Sequence[str]]) -> dict[str, int]:
    """The column with most words has the lines; one to the left that is filled now and then has their headings."""
    width = max(map(len, rows))
    times = [
        sum(1 for row in rows if place < len(row) and not MARK.fullmatch(row[place]))
        for place in range(width)
    ]
    if not any(times):
        return {}
    lines = max(range(width), key=lambda place: (times[place], -place))
    headings = [place for place in range(lines) if 0 < times[place] * 2 <= times[lines]]
    return {"step": lines} | ({"group": headings[-1]} if headings else {})


def _is_heading(line: str) -> bool:
    letters = [each for each in line if each.isalpha()]
    return line.startswith("#") or line.endswith(":") or (len(letters) > 2 and line.upper() == line)


def _step(said: Mapping[str, str], ids: set[str]) -> dict[str, Any]:
    """The step that a row is. Raises Refused."""
    label = BULLET.sub("", said["step"])
    step: dict[str, Any] = {"label": label, **_answer(said.get("answer", ""), label, "answer" in said)}
    step["id"] = _id_of(label, ids)
    if help := said.get("help"):
        step["help"] = help
    if said.get("unit"):
        if step["kind"] != "number":
            raise Refused(N_("Only a number has a unit."))
        step["unit"] = said["unit"]
    if said.get("required", "").casefold() in YES and step["kind"] != "information":
        step["required"] = True
    if planned := said.get("planned", "").casefold():
        if planned not in PLANNED or step["kind"] != "who":
            message = N_(
                "“%(written)s” does not say who does it. Write selv, sammen, medarbejder or teknologi."
            )
            raise Refused(message, written=said["planned"][:40])
        step["planned"] = PLANNED[planned]
    if said.get("by_itself", "").casefold() in YES and step["kind"] == "who":
        step["by_itself"] = True
    return step


def _answer(written: str, label: str, has_column: bool) -> dict[str, Any]:
    """The kind, and a choice's options."""
    said = " ".join(written.casefold().split()).replace(" / ", "/").rstrip(".")
    if not said and not has_column and label.endswith("?"):
        return {"kind": "yes_no"}
    kind = next((kind for kind, called in ANSWERS.items() if said in called), "")
    if kind:
        return {"kind": kind}
    several = SEVERAL.match(written)
    options = re.split(r"\s*[/;,|\n]\s*", SEVERAL.sub("", written, count=1).strip())
    options = list(dict.fromkeys(filter(None, options)))
    if len(options) < 2:
        raise Refused(N_("“%(written)s” is no kind of answer that is known."), written=written[:40])
    chosen: dict[str, Any] = {
        "kind": "choice",
        "options": [{"value": each, "label": each} for each in options],
    }
    return chosen | ({"occurrences": {"least": 0}} if several else {})


def _id_of(label: str, ids: set[str]) -> str:
    """An id that tells what it is of, and is the same in the next version."""
    text = "".join(LETTERS.get(each, each) for each in label.casefold())
    first = re.sub(r"[^a-z0-9]+", "-", text).strip("-")[:50] or "punkt"
    found, number = first, 1
    while found in ids:
        number += 1
        found = f"{first}-{number}"
    ids.add(found)
    return found
