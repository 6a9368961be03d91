"""Knows the checklists of a file that another system or a leader has made, and how it is said what of it did not come over.

The file is read elsewhere, in a process with limits; what comes from there is read again as any definition.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache

from pwa.checklists.definition import read_definition
from pwa.checklists.mistakes import WrongChecklist
from pwa.checklists.outline import outline_of
from pwa.checklists.publishing import publish
from pwa.checklists.steps import Definition, Step
from pwa.checklists.told import Told
from pwa.imports.read.cells import CONTROL, NAME, one_line
from pwa.imports.read.checklist_file import is_own_table, read_checklists
from pwa.imports.read.checklists import Checklist, ChecklistFile, Defined, Shown
from pwa.imports.read.encoding import without_unseen
from pwa.imports.read.forms import Form, FormFile
from pwa.imports.read.limited import read_limited
from pwa.imports.read.mistakes import Mistake
from pwa.phone_numbers import LOOKS_LIKE_CPR
from pwa.source_ids import source
from pwa.words import N_

MOST_KEPT = 32
"""So many files are read once for a try and what follows it."""


@lru_cache(maxsize=MOST_KEPT)
def read_any_checklists(content: bytes, file_name: str, name: str = "") -> ChecklistFile[Checklist | Defined]:
    """Read a file of checklists of any kind; a `name` is what its only checklist is to be called.

    Of several files each is tried before the first is imported: it is read once for both.
    """
    if is_own_table(content):
        return read_checklists(content)
    return checklists_of(read_limited(content, file_name), name)


def checklists_of(read: FormFile, name: str = "") -> ChecklistFile[Checklist | Defined]:
    """The checklists of a file that has been read."""
    if read.mistakes:
        return ChecklistFile((), tuple(read.mistakes), hopeless=True)
    if read.table:
        return read_checklists(read.table.encode())
    rows: list[Checklist | Defined] = []
    errors: list[Mistake] = []
    warnings: list[Mistake] = []
    several = len(read.forms) > 1
    if name and several:
        return ChecklistFile(
            (), (Mistake(N_("The file has several checklists; one name is not enough.")),), hopeless=True
        )
    names: set[str] = set()
    for form in read.forms:
        called = one_line(without_unseen(unicodedata.normalize("NFC", name or form.name)))
        for told in form.told:
            if told.why:
                (warnings if told.is_small else errors).append(_mistake(told, called if several else ""))
        defined, wrong = _defined(form, called, names)
        errors += wrong
        if defined:
            rows.append(defined)
    return ChecklistFile(tuple(rows), tuple(errors), tuple(warnings), hopeless=not rows)


def _mistake(told: Told, checklist: str) -> Mistake:
    """What did not come over, with its place: row and name, or linkId."""
    assert told.why
    what = (
        ""
        if told.what in ("checklist", "step", "item", "line", "file") or told.what.startswith("type ")
        else told.what
    )
    place = told.why.place if told.what == "checklist" else told.link
    parts = [checklist, place, "" if what == place else what]
    return Mistake(told.why.message, told.why.params, told.row, ", ".join(filter(None, parts)))


def _defined(form: Form, name: str, names: set[str]) -> tuple[Defined | None, list[Mistake]]:
    if form.definition is None:
        return None, []
    try:
        definition = read_definition(form.definition)
    except WrongChecklist as wrong:
        return None, [Mistake(each.message, each.params, column=each.place) for each in wrong.mistakes]
    found = list(_wrong_texts(definition, name))
    if name.casefold() in names:
        found.append(Mistake(N_("The checklist is there twice in the file."), column=name[:60]))
    names.add(name.casefold())
    if found:
        return None, found
    rows = {told.link: told.row for told in form.told if told.what in ("step", "heading") and not told.why}
    titled = definition.model_copy(update={"title": name})
    return Defined(source("checklist", name), publish(titled), tuple(_shown(titled, rows))), []


def _wrong_texts(definition: Definition, name: str) -> Iterator[Mistake]:
    """What may not be stored, or not be shown."""
    if not name or len(name) > NAME:
        yield Mistake(N_("A checklist's name has 1 to %(most)d characters."), {"most": NAME})
    texts = [(name, "")]
    for placed in outline_of(definition.steps).values():
        step = placed.step
        for text in (step.label, step.help, step.unit, *(option.label for option in step.options)):
            texts.append((text, step.name))
    for text, place in texts:
        if CONTROL.search(text):
            yield Mistake(N_("The cell holds signs that are not text."), column=place)
        if LOOKS_LIKE_CPR.search(text):
            message = N_("This looks like a CPR number, which is never stored. Use another number.")
            yield Mistake(message, column=place)


def _shown(definition: Definition, rows: Mapping[str, int | None]) -> Iterator[Shown]:
    for placed in outline_of(definition.steps).values():
        step = placed.step
        row = rows.get(step.link, rows.get(step.id))
        yield Shown(
            row, step.link or step.id, step.kind, step.label, len(placed.groups), tuple(_conditions(step))
        )


def _conditions(step: Step) -> Iterator[str]:
    if step.shown_when is not None:
        yield "shown_when"
    if step.calculated is not None:
        yield "calculated"
    if step.valid_when:
        yield "valid_when"
    if step.required:
        yield "required"
    if step.hidden:
        yield "hidden"
