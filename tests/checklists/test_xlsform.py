"""The sheets of an XLSForm become a definition, and whatever does not come over is told by row and name."""

from collections.abc import Sequence
from typing import Any

import pytest

from pwa.checklists.publishing import as_json
from pwa.checklists.told import Read
from pwa.checklists.xlsform.form import is_xlsform, read_xlsform

pytestmark = pytest.mark.no_database

CHOICES = [
    ["list_name", "name", "label", "amt"],
    ["jn", "ja", "Ja", ""],
    ["jn", "nej", "Nej", ""],
    ["by", "aarhus", "Aarhus", "mid"],
    ["by", "odense", "Odense", "syd"],
]


def form(
    *rows: Sequence[str], columns: str = "type name label relevant constraint calculation", **sheets: Any
) -> Read:
    """A form of these rows under these columns, with the choices above."""
    survey = [columns.split(), *rows]
    return read_xlsform({"survey": survey, "choices": CHOICES, **sheets}, "skema")


def steps_of(read: Read) -> list[dict[str, Any]]:
    assert read.definition, [each.why.words(str) for each in read.left_out if each.why]
    document: Any = as_json(read.definition)
    steps: list[dict[str, Any]] = document["steps"]
    return steps


def left_out(read: Read) -> list[tuple[int | None, str, bool, str]]:
    return [(each.row, each.what, each.is_small, each.why.words(str)) for each in read.left_out if each.why]


def test_the_kinds_of_a_form_become_steps():
    read = form(
        ["text", "navn", "Navn"],
        ["integer", "puls", "Puls"],
        ["begin group", "g", "Måling"],
        ["select_one jn", "spist", "Spist?"],
        ["select_multiple by or_other", "byer", "Byer"],
        ["end group"],
        ["begin repeat", "r", "Sår"],
        ["image", "foto", "Foto"],
        ["end repeat"],
        ["note", "n", "Tak"],
        ["acknowledge", "ok", "Læst"],
        ["datetime", "da", "Da"],
        ["barcode", "kode", "Kode"],
    )

    jn = [{"value": "ja", "label": "Ja"}, {"value": "nej", "label": "Nej"}]
    by = [{"value": "aarhus", "label": "Aarhus"}, {"value": "odense", "label": "Odense"}]
    assert steps_of(read) == [
        {"id": "navn", "link": "navn", "kind": "short_text", "label": "Navn"},
        {"id": "puls", "link": "puls", "kind": "number", "label": "Puls", "limits": {"decimals": 0}},
        {"id": "g", "link": "g", "kind": "group", "label": "Måling", "steps": [
            {"id": "spist", "link": "spist", "kind": "choice", "label": "Spist?", "options": jn},
            {"id": "byer", "link": "byer", "kind": "choice", "label": "Byer", "options": by, "other": True, "occurrences": {}}]},
        {"id": "r", "link": "r", "kind": "repeating_group", "label": "Sår", "steps": [
            {"id": "foto", "link": "foto", "kind": "photo", "label": "Foto"}]},
        {"id": "n", "link": "n", "kind": "information", "label": "Tak"},
        {"id": "ok", "link": "ok", "kind": "choice", "label": "Læst", "options": [{"value": "OK", "label": "OK"}]},
        {"id": "da", "link": "da", "kind": "date_time", "label": "Da"},
        {"id": "kode", "link": "kode", "kind": "scanned_code", "label": "Kode"},
    ]  # fmt: skip
    assert read.left_out == []


def test_conditions_and_calculations_come_over_and_a_calculation_has_the_kind_that_it_gives():
    read = form(
        ["integer", "puls", "Puls", "", ". < 300"],
        ["calculate", "dobbelt", "", "", "", "${puls} * 2"],
        ["calculate", "ord", "", "", "", "if(${dobbelt} > 100, 'høj', 'lav')"],
        ["calculate", "er_hoej", "", "", "", "${dobbelt} > 100"],
        ["text", "hvorfor", "Hvorfor?", "${dobbelt} > 100 and ${ord} = 'høj'"],
    )

    puls, dobbelt, ord_, er_hoej, hvorfor = steps_of(read)
    doubled = {"*": [{"answer": "puls"}, {"number": "2"}]}
    assert puls["valid_when"] == [
        {"condition": {"or": [{"not": [{"exists": [{"own": []}]}]}, {"<": [{"own": []}, {"number": "300"}]}]}}
    ]
    assert (dobbelt["kind"], dobbelt["calculated"], dobbelt["hidden"]) == ("number", doubled, True)
    assert ord_["kind"] == "short_text"
    assert er_hoej["calculated"]["if"][1:] == ["true", "false"]
    assert hvorfor["shown_when"]["and"][0] == {">": [{"answer": "dobbelt"}, {"number": "100"}]}


def test_defaults_filters_rows_and_what_is_required_come_over():
    read = form(
        ["select_one jn", "a", "A", "ja", "yes", "", "", ""],
        ["integer", "n", "N", "-2", "", "true()", "", ""],
        ["date", "d", "D", "today()", "", "", "", ""],
        ["select_one by", "b", "B", "", "", "", "amt = ${a}", ""],
        ["begin_repeat", "r", "R", "", "", "", "", "2"],
        ["text", "t", "T", "", "", "", "", ""],
        ["end_repeat"],
        columns="type name label default required read_only choice_filter repeat_count",
    )

    a, n, d, b, r = steps_of(read)
    assert (a["first"], a["required"]) == ("ja", True)
    assert (n["first"], n["read_only"]) == ({"number": "-2"}, True)
    assert d["first"] == {"today": []}
    assert b["options"][0]["shown_when"] == {"=": ["mid", {"answer": "a"}]}
    assert r["occurrences"] == {"least": 2, "most": 2}


@pytest.mark.parametrize(
    ("row", "what", "said"),
    [
        (["geopoint", "p", "P"], "type", "p: No step has the type “geopoint”."),
        (["select_one væk", "p", "P"], "type", "p: There is no list “væk” among the choices."),
        (["select_one_from_file byer.csv", "p", "P"], "type",
         "p: The options are in another file, which is not fetched: select_one_from_file byer.csv."),
        (["text", "p", "Hej ${navn}"], "label", "p: The text has the answer to another step in it; here it has three dots there."),
        (["text", "p", "P", "${findes_ikke} = 1"], "relevant", "p: There is no step “findes_ikke” in the checklist."),
        (["text", "p", "P", "random() > 0.5"], "relevant", "p: “random()” is not known here."),
        (["text", "p", "P", "", "", "${navn"], "calculation", "p: “${navn” cannot be read as an expression."),
        (["end group"], "type", "The group has no end, or an end has no group."),
        (["begin loop over jn", "p", "P"], "type", "p: “begin loop” is not known here."),
    ],
)  # fmt: skip
def test_what_is_not_known_is_named_by_row_and_name_and_the_rest_comes_over(
    row: list[str], what: str, said: str
):
    read = form(["text", "navn", "Navn"], row)

    assert left_out(read) == [(3, what, False, said)]
    assert steps_of(read)[0]["id"] == "navn"


def test_a_group_that_is_left_out_or_switched_off_takes_with_it_what_stands_in_it():
    columns = "type name label disabled"
    loop = form(
        ["begin loop over jn", "l", "L"], ["begin loop over jn", "m", "M"], ["text", "a", "A"], ["end loop"], ["text", "b", "B"],
        ["end loop"], ["text", "c", "C"], columns=columns,
    )  # fmt: skip
    off = form(
        ["begin group", "g", "G", "yes"],
        ["text", "a", "A", ""],
        ["end group"],
        ["text", "b", "B", ""],
        columns=columns,
    )

    assert [step["id"] for step in steps_of(loop)] == ["c"]
    assert [row for row, *_ in left_out(loop)] == [2, 3, 4, 5, 6, 7]
    assert [step["id"] for step in steps_of(off)] == ["b"]


def test_a_text_that_is_too_long_leaves_out_its_row():
    read = form(["text", "a", "x" * 10_001], ["text", "b", "B"])

    assert left_out(read) == [
        (2, "type", False, "a: The row is no step: a text is too long, or there are too many options.")
    ]
    assert [step["id"] for step in steps_of(read)] == ["b"]


def test_steps_that_wait_for_each_other_are_named_and_there_is_no_checklist():
    read = form(["text", "a", "A", "${b} = 'x'"], ["text", "b", "B", "${a} = 'x'"])

    assert read.definition is None
    assert left_out(read) == [
        (None, "checklist", False, "These steps wait for each other: a “A” → b “B” → a “A”.")
    ]


def test_a_cell_that_is_true_or_false_is_no_name_of_a_step():
    never, always = steps_of(form(["text", "a", "A", "false"], ["text", "b", "B", "TRUE"]))

    assert (never["shown_when"], always["shown_when"]) == (False, True)


def test_what_a_phone_would_note_asks_nothing_and_is_told_as_small():
    read = form(["start", "s", ""], ["deviceid", "d", ""], ["text", "t", "T"])

    assert [step["id"] for step in steps_of(read)] == ["s", "t"]
    assert [(row, what, is_small) for row, what, is_small, _ in left_out(read)] == [(3, "type", True)]


def test_danish_is_read_before_the_forms_own_language_and_other_languages_are_told():
    survey = [
        [
            "Type",
            "NAME",
            "label::English (en)",
            "label::Dansk (da)",
            "hint:english",
            "Relevance",
            "bind:jr:constraintMsg",
        ],
        ["text", "a", "Name", "Navn", "first name", "", ""],
        ["text", "b", "Only English", "", "", "${a} = 'x'", ""],
    ]
    read = read_xlsform({" Survey ": survey, "SETTINGS": [["form_title"], ["Besøg"]]}, "skema")

    a, b = steps_of(read)
    assert (a["label"], a["help"], b["label"]) == ("Navn", "first name", "Only English")
    assert "shown_when" in b
    assert read.definition
    assert read.definition.title == "Besøg"
    assert [(each.what, each.is_small) for each in read.left_out] == [
        ("label::English (en)", True),
        ("hint:english", True),
    ]


def test_the_dialect_of_the_community_health_toolkit_is_read():
    read = form(
        ["begin group", "inputs", "NO_LABEL", "./source = 'user'"],
        ["hidden", "source", "", ""],
        ["end group"],
        ["date", "foedt", "Født"],
        ["string", "t", "T", "difference-in-months(${foedt}, today()) >= 24 and ../inputs/source = 'user'"],
        columns="type name label relevant",
    )

    inputs, _, t = steps_of(read)
    assert (inputs["label"], "shown_when" in inputs) == ("", False)
    assert [(each.link, each.what, each.is_small) for each in read.left_out] == [("inputs", "relevant", True)]
    assert t["shown_when"]["and"][0] == {
        ">=": [{"between": [{"answer": "foedt"}, {"today": []}, "months"]}, {"number": "24"}]
    }


def test_a_workbook_without_types_is_no_form():
    assert not is_xlsform({"Ark1": [["Punkt"], ["Bad"]]})
    assert not is_xlsform({"survey": [["Punkt"], ["Bad"]]})
    assert is_xlsform({"Survey": [["TYPE", "name"], ["text", "a"]]})
