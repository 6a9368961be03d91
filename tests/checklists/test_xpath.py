"""XLSForm's expressions: what we make of them gives what a form gives; the rest is refused by name."""

from typing import Any

import pytest

from pwa.checklists.compiling import Refused
from pwa.checklists.filled import Filled
from pwa.checklists.language import tree_mistakes
from pwa.checklists.outline import outline_of
from pwa.checklists.xlsform import xpath
from tests.checklists.cases import evaluated, moment, published_with, step

pytestmark = pytest.mark.no_database

NOW = moment("2026-11-23T07:00:00.000Z")
OPTIONS = [{"value": "1", "label": "Ja"}, {"value": "2", "label": "Nej"}]


STEPS = [
    step("n", "number"),
    step("m", "number"),
    step("no_number", "number"),
    step("t", "short_text"),
    step("no_text", "short_text"),
    step("d", "date"),
    step("one", "choice", options=OPTIONS),
    step("some", "choice", options=OPTIONS, occurrences={}),
    step("g", "group", steps=[step("gn", "number"), step("gt", "short_text")]),
    step("r", "repeating_group", steps=[step("rn", "number"), step("ra", "short_text")]),
    step("note", "information"),
]
OUTLINE = outline_of(published_with({"title": "T", "steps": STEPS}).definition.steps)
REPEATS = {step_id: placed.repeats for step_id, placed in OUTLINE.items()}
ANSWERS = {
    "n": ["7"], "m": ["2.5"], "t": ["Hej med dig"], "d": ["2026-11-20"], "one": ["1"], "some": ["1", "2"], "gn": ["4"],
    "r": ["a", "b"], "rn@a": ["1"], "rn@b": ["3"], "ra@a": ["x"],
}  # fmt: skip


def given(tree: Any, at: str) -> list[Any]:
    assert tree_mistakes(tree, OUTLINE, "") == []
    published = published_with({"title": "T", "steps": STEPS}, [tree])
    return evaluated(Filled(published, ANSWERS, NOW), tree, at, REPEATS)


@pytest.mark.parametrize(
    ("expression", "at"),
    [
        ("${n} = 7 and ${m} < 3", "note"),
        ("${n} = '7'", "note"),
        ("${one} = 1", "note"),
        ("'1' = ${one}", "note"),
        ("${one} != '2' or false()", "note"),
        ("${some} = '1 2'", "note"),
        ("selected(${some}, '2') and not(selected(${one}, '2'))", "note"),
        ("selected(${one}, 1)", "note"),
        ("count-selected(${some}) = 2 and selected-at(${some}, 1) = '2'", "note"),
        ("${no_text} = '' and ${no_number} = '' and ${t} != ''", "note"),
        ("not(${no_number} > 5) and not(${no_number} < 5)", "note"),
        ("${no_number} != 5 and ${no_text} != 'x'", "note"),
        ("${no_text} = ${no_text}", "note"),
        ("${d} > '2026-11-19' and ${d} < today() and ${d} = date('2026-11-20')", "note"),
        ("today() - ${d} = 3 and ${d} + 3 = today()", "note"),
        ("int((today() - ${d}) div 2) = 1", "note"),
        ("(${n} - 1) mod 4 = 2 and ${n} div 2 = 3.5 and -${n} = -7 and ${n} * .5 = 3.5", "note"),
        ("round(${m}) = 3 and round(2.345, 2) = 2.35 and abs(-2) = 2 and pow(${n}, 2) = 49 and int(-2.5) = -2", "note"),
        ("if(${n} > 5, 'stor', 'lille') = 'stor' and if(${no_number} > 5, 1, 0) = 0", "note"),
        ("concat(${t}, '-', ${n}, ${no_text}) = 'Hej med dig-7'", "note"),
        ("string-length(${t}) = 11 and string-length(${no_text}) = 0", "note"),
        ("substr(${t}, 0, 3) = 'Hej' and substr(${t}, 4) = 'med dig' and substring(${t}, 1, 3) = 'Hej'", "note"),
        ("contains(${t}, 'med') and starts-with(${t}, 'Hej') and not(ends-with(${t}, 'Hej'))", "note"),
        ("regex(${t}, '[A-Za-z ]+') and not(regex(${t}, '[a-z]+'))", "note"),
        ("coalesce(${no_text}, 'x') = 'x' and coalesce(${t}, 'x') = 'Hej med dig'", "note"),
        ("${t} and ${n} and not(${no_text}) and not(${no_number}) and ${n} - 7 = 0 and not(${n} - 7)", "note"),
        ("sum(${rn}) = 4 and max(${rn}) = 3 and min(${rn}) = 1 and max(${n}, ${m}) = 7", "note"),
        ("count(${r}) = 2 and ${rn} = 3", "note"),
        ("indexed-repeat(${rn}, ${r}, 2) = 3", "note"),
        ("join(', ', ${ra}) = 'x'", "note"),
        ("jr:choice-name(${one}, '${one}') = 'Ja'", "note"),
        ("position(..) = 2 and ${rn} = 3 and ../rn = 3 and count(${r}) = 2", "ra@b"),
        ("../gn = 4 and ../../n = 7 and /data/g/gn = 4", "gt"),
        ("current()/../gn = 4", "gt"),
        ("decimal-date-time(${d}) = 20777", "note"),
        ("number('12') = 12 and string(${m}) = '2.5' and number(true()) = 1", "note"),
        ("true() = ${t} and boolean(${n})", "note"),
    ],
)  # fmt: skip
def test_it_is_true(expression, at):
    step_id = at.partition("@")[0]

    assert given(xpath.compile_condition(expression, OUTLINE, step_id), at) == [True]


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("${n} + ${m}", [{"number": "9.5"}]),
        ("${no_number} + 1", []),
        ("if(${n} = 7, ${d}, '')", [{"date": "2026-11-20"}]),
        ("if(${n} = 8, ${d}, '')", []),
        ("if(true(), 'a', 1)", ["a"]),
        ("${t}", ["Hej med dig"]),
        ("0.000000083218 * ${n} * ${n} * ${n} * ${n} * ${n}", [{"number": "0.001398644926"}]),
        ("1 div 0", []),
        ("'it''s'", ["it's"]),
        ("number('x')", []),
    ],
)
def test_it_gives(expression, value):
    assert given(xpath.compile_value(expression, OUTLINE, "note"), "") == value


def test_a_written_text_is_compared_with_the_answer_as_it_is():
    assert xpath.compile_condition("${t} = 'x'", OUTLINE, "note") == {"=": [{"answer": "t"}, "x"]}


def test_a_constraint_is_asked_of_an_answer_and_of_nothing_else():
    rule = xpath.compile_rule("(. >= 2 and . <= 54) or . = 999", OUTLINE, "n")

    assert given(rule, "n") == [True]
    assert given(xpath.compile_rule(". > 7", OUTLINE, "n"), "n") == [False]
    assert given(xpath.compile_rule(". > 7", OUTLINE, "no_number"), "no_number") == [True]
    assert given(
        xpath.compile_rule("not(selected(., '1') and selected(., '2'))", OUTLINE, "some"), "some"
    ) == [False]
    assert given(xpath.compile_rule("string-length(.) < 5", OUTLINE, "t"), "t") == [False]


def test_a_choice_is_filtered_by_its_columns():
    condition = "county = ${one} and district = 'B'"
    offered = [
        given(
            xpath.compile_choice_filter(condition, OUTLINE, "note", {"county": county, "district": "B"}), ""
        )
        for county in ("1", "2")
    ]

    assert offered == [[True], [False]]
    with pytest.raises(Refused, match="no column “district”"):
        xpath.compile_choice_filter(condition, OUTLINE, "note", {"county": "1"})


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("random() < 0.5", "“random()” is not known here."),
        ("once(${n}) = 1", "“once()” is not known here."),
        ("pulldata('a', 'b', 'c', 'd') = 1", "“pulldata()” is not known here."),
        ("made-up(1)", "“made-up()” is not known here."),
        ("${nobody} = 1", "There is no step “nobody” in the checklist."),
        ("../nobody = 1", "There is no step “nobody” in the checklist."),
        ("../gn = 1", "There is no step “../gn” in the checklist."),
        ("${last-saved#n} = 1", "“last-saved#n” is not known here."),
        ("${note} = 1", "“information” and “note” do not go together."),
        ("//n = 1", "“//” is not known here."),
        ("${n} | ${m}", "“|” is not known here."),
        ("${ra} != 'x'", "“!=” has no sense for several answers."),
        ("${rn} + 1 = 2", "“+” has no sense for several answers."),
        ("position(..) = 1", "“position()” is not known here."),
        ("regex(${t}, ${t})", "“regex()” is not known here."),
        ("substr(${t}, ${n})", "“substr()” is not known here."),
        ("${n = 1", "“${n = 1” cannot be read as an expression."),
        ("1 +", "“1 +” cannot be read as an expression."),
        ("(" * 5000, "cannot be read as an expression."),
    ],
)
def test_what_is_not_known_is_refused_by_name(expression, said):
    with pytest.raises(Refused) as refused:
        xpath.compile_condition(expression, OUTLINE, "note")

    assert said in str(refused.value)
