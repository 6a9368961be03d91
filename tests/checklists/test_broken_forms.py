"""Whatever is wrong with a form, its reader says so in words: no part of another kind, and no cell, ends it in the middle."""

from contextlib import suppress
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pwa.checklists.definition import read_definition
from pwa.checklists.fhir.questionnaire import read_questionnaire
from pwa.checklists.fhir.writing import write_questionnaire
from pwa.checklists.lists.reading import read_plain_list
from pwa.checklists.mistakes import WrongChecklist
from pwa.checklists.told import Read
from pwa.checklists.xlsform.form import read_xlsform
from tests.checklists.test_fhir_writing import FULL

pytestmark = pytest.mark.no_database

WHOLE: dict[str, Any] = write_questionnaire(read_definition({"title": "T", "steps": FULL}), "urn:uuid:1", 1)
JUNK: list[Any] = [None, 1, -1.5, True, "", [], {}, [None], {"a": 1}, "x" * 70, "\0", "%(a)s", 10**50]
SURVEY = [
    [
        "type",
        "name",
        "label",
        "relevant",
        "constraint",
        "calculation",
        "choice_filter",
        "default",
        "required",
        "repeat_count",
    ],
    ["begin group", "g", "G", "", "", "", "", "", "", ""],
    ["select_one jn", "a", "A", "", "", "", "navn = ${t}", "ja", "yes", ""],
    ["range", "n", "N", "${a} = 'ja'", ". < 5", "", "", "3", "", ""],
    ["end group", "", "", "", "", "", "", "", "", ""],
    ["begin repeat", "r", "R", "", "", "", "", "", "", "2"],
    ["text", "t", "T ${n}", "", "", "", "", "today()", "", ""],
    ["end repeat", "", "", "", "", "", "", "", "", ""],
    ["calculate", "c", "", "", "", "count(${r}) + ${n}", "", "", "", ""],
]
CHOICES = [["list_name", "name", "label"], ["jn", "ja", "Ja"], ["jn", "nej", "Nej"]]
LIST = [
    ["Afsnit", "Punkt", "Svar", "Enhed", "Skal", "Planlagt", "Svar for sig", "Kun hvis"],
    ["Morgen", "Bad", "hvem", "", "ja", "selv", "ja", ""],
    ["Morgen", "Puls", "tal", "slag", "", "", "", "Bad = selv"],
    ["Aften", "Mad", "a / b", "", "", "", "", "Puls > 3"],
]  # fmt: skip
WORDS = ["", "${", "if(", "end repeat", "begin loop", "select_one jn", "date", "%(a)s", "\0", "x" * 200, "1", "'", "${c} = 1", "Bad >", "ja", "=1"]  # fmt: skip


def places(part: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every part of JSON."""
    inner = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    return [found for key, each in inner for found in ((*way, key), *places(each, (*way, key)))]


def say_all(read: Read) -> None:
    """Whatever is told can be said."""
    for told in read.left_out:
        assert told.why
        assert told.why.words(str)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.integers(0, 10_000), st.sampled_from(JUNK)), min_size=1, max_size=3))
def test_a_questionnaire_with_a_part_that_is_something_else(changes: list[tuple[int, Any]]):
    said = deepcopy(WHOLE)
    for number, junk in changes:
        ways = places(said)
        *way, last = ways[number % len(ways)]
        part: Any = said
        for key in way:
            part = part[key]
        part[last] = deepcopy(junk)

    with suppress(WrongChecklist):  # it says all that is wrong while it is made
        say_all(read_questionnaire(said))


cells = st.tuples(st.integers(0, 20), st.integers(0, 20), st.sampled_from(WORDS))


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(cells, min_size=1, max_size=4))
def test_a_form_or_a_list_with_a_cell_that_is_something_else(changes: list[tuple[int, int, str]]):
    survey, rows = deepcopy(SURVEY), deepcopy(LIST)
    for row, column, word in changes:
        for sheet in (survey, rows):
            sheet[row % len(sheet)][column % len(sheet[0])] = word

    say_all(read_xlsform({"survey": survey, "choices": CHOICES}, "T"))
    say_all(read_plain_list(rows, "T"))
