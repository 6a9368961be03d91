"""The checklists of our own come in whole, ask what they are to ask when they are to, and go out and come back."""

from pathlib import Path

import pytest

from pwa.checklists.days import Dated, read_dated
from pwa.checklists.filled import Filled
from pwa.checklists.lists.writing import has_more, rows_of
from pwa.checklists.ready_made import list_ready_made
from pwa.imports.read.checklists import Defined
from pwa.imports.read.defined_checklists import checklists_of
from pwa.imports.read.form_files import read_form_file
from pwa.sheets import as_csv

pytestmark = pytest.mark.no_database

NAMES = [
    "APV i hjemmet", "Forflytning med lift", "Første besøg", "Hjælp til medicin fra doseringsæske", "Kompressionsstrømper",
    "Morgenpleje", "Opfølgning efter fald", "Skærmbesøg", "Ugentlig rengøring med robot",
]  # fmt: skip
LONGEST_LINE = 100
MOST_STEPS = 30


def read(content: bytes) -> Defined:
    """The only checklist of a file, of which all came over."""
    file = checklists_of(read_form_file(content, "x.csv"))
    assert (file.errors, file.warnings) == ((), ())
    [found] = file.rows
    assert isinstance(found, Defined)
    return found


def test_there_is_one_of_each():
    assert sorted(read(file.read_bytes()).checklist.number for file in list_ready_made()) == NAMES


@pytest.mark.parametrize("file", list_ready_made(), ids=lambda file: file.stem)
def test_it_comes_in_whole_and_goes_out_and_comes_back(file: Path):
    came_in = read(file.read_bytes())

    rows = rows_of(came_in.published.definition, str)
    again = read(as_csv([[f"Tjekliste: {came_in.checklist.number}"], *rows]))

    assert not has_more(rows)
    assert again.published.definition == came_in.published.definition
    assert len(came_in.steps) <= MOST_STEPS
    assert max(len(step.label) for step in came_in.steps) <= LONGEST_LINE


def test_when_the_medicine_does_not_fit_whoever_helps_is_told_to_stop():
    [file] = [file for file in list_ready_made() if "medicin" in file.name]
    checklist = read(file.read_bytes())
    now = read_dated("date_time", "2026-11-23T07:31:02.004Z")
    assert isinstance(now, Dated)
    ids = {step.label: step.id for group in checklist.published.definition.steps for step in group.steps}
    asked = ids["Er det den rigtige borger, dag og tid, og er antallet rigtigt?"]
    stop = ids["Stop. Giv ikke medicinen."]

    filled = {answer: Filled(checklist.published, {asked: [answer]}, now) for answer in (True, False)}

    assert [filled[answer].is_shown(stop) for answer in (True, False)] == [False, True]
