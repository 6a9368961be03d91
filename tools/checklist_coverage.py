"""Counts what of real forms comes over, by feature, and why the rest does not: `python -m tools.checklist_coverage FOLDER`.

Takes a folder of FHIR Questionnaires (.json) or of XLSForms (.xls, .xlsx), read as an import reads them. Each that comes over is
written as a Questionnaire, too, and read again. Nothing of the forms is kept.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pwa.checklists.definition import read_definition
from pwa.checklists.fhir.questionnaire import read_questionnaire
from pwa.checklists.fhir.writing import write_questionnaire
from pwa.checklists.outline import outline_of
from pwa.imports.read.forms import Form, FormFile
from pwa.imports.read.limited import read_limited

STEPS = ("step", "item", "line", "type")


@dataclass(slots=True)
class Count:
    """What came over, was left out, and was small, by feature; and how it went with each form."""

    over: Counter[str] = field(default_factory=Counter)
    out: Counter[str] = field(default_factory=Counter)
    small: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    why: Counter[str] = field(default_factory=Counter)
    forms: Counter[str] = field(default_factory=Counter)

    def add(self, form: Form) -> None:
        """Count a form."""
        left_out = [told for told in form.told if told.why]
        for told in form.told:
            name = "step" if told.what in STEPS else told.what.removeprefix("sdc-questionnaire-")
            if told.why is None:
                self.over[name] += 1
            elif told.is_small:
                self.small[name] += 1
            else:
                self.out[name] += 1
                self.why[f"{name}: {told.why.message % told.why.params}"] += 1
        if form.definition is None:
            self.forms["not at all"] += 1
            return
        self.forms["whole" if all(told.is_small for told in left_out) else "in part"] += 1
        definition = read_definition(form.definition)
        self.kinds.update(placed.kind for placed in outline_of(definition.steps).values())
        written = json.loads(json.dumps(write_questionnaire(definition, "urn:uuid:0", 1)))
        again = read_questionnaire(written)
        is_same = again.definition == definition and not again.left_out
        self.forms[
            "written as FHIR and read again as the same" if is_same else "written and read otherwise"
        ] += 1


def read_all(folder: Path) -> Iterator[tuple[Path, FormFile]]:
    """Every file of the folder that may be a form."""
    for path in sorted(folder.iterdir()):
        if path.suffix.casefold() in (".json", ".xls", ".xlsx"):
            yield path, read_limited(path.read_bytes(), path.name)


def main(folder: Path) -> None:
    """Print the tables for docs/checklists.md."""
    count = Count()
    for path, read in read_all(folder):
        for form in read.forms:
            count.add(form)
        if read.mistakes:
            print(f"not read: {path.name}: {read.mistakes[0].words(str)}", file=sys.stderr)
            count.forms["not read"] += 1
    _table("forms", count.forms)
    _table("kind of step", count.kinds)
    print("\n| feature | came over | left out | small |\n|---|--:|--:|--:|")
    for name in sorted(
        {*count.over, *count.out, *count.small}, key=lambda name: (-count.over[name], -count.out[name], name)
    ):
        print(f"| {name} | {count.over[name]} | {count.out[name]} | {count.small[name]} |")
    _table("why left out", count.why)


def _table(what: str, counted: Counter[str]) -> None:
    print(f"\n| {what} | times |\n|---|--:|")
    for name, times in counted.most_common():
        print(f"| {name} | {times} |")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
