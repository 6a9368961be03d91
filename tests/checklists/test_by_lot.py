"""Expressions by lot: FHIRPath means what fhirpathpy says, and whatever is written is compiled or refused, and nothing else."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pwa.checklists.compiling import Refused
from pwa.checklists.fhir.fhirpath import compile_condition, compile_rule, compile_value
from pwa.checklists.language import tree_mistakes
from pwa.checklists.values import is_true
from pwa.checklists.xlsform import xpath
from pwa.checklists.xlsform.xpath_syntax import FUNCTIONS
from tests.checklists import test_fhirpath as fhir
from tests.checklists import test_xpath as forms

pytestmark = [pytest.mark.no_database, pytest.mark.slow]

PATHS = {
    "bool": [fhir.OK],
    "num": [fhir.N, fhir.M, fhir.NONE, fhir.GN, fhir.RN],
    "text": [fhir.T, f"{fhir.C}.code", f"{fhir.MANY}.code"],
    "date": [fhir.D],
}
WRITTEN = {
    "bool": ["true", "false", "{}"],
    "num": ["1", "2", "7", "2.5"],
    "text": ["'a'", "'red'", "'Hello'"],
    "date": ["@2026-02-28", "@2026-01-01", "today()"],
}
COMPARED = {"num": "= != < <= > >=", "date": "= != < <= > >=", "text": "= != in"}


def condition(lot: Random, deep: int) -> str:
    """A condition in FHIRPath about the response of test_fhirpath.py."""
    kind = lot.randrange(12)
    if deep == 0 or kind == 0:
        return lot.choice(PATHS["bool"] + WRITTEN["bool"])
    if kind < 5:
        join = lot.choice(["and", "or", "xor", "implies", "=", "!="])
        return f"({condition(lot, deep - 1)} {join} {condition(lot, deep - 1)})"
    if kind == 5:
        return f"{condition(lot, deep - 1)}.not()"
    if kind < 9:
        of = lot.choice(list(COMPARED))
        return f"({value(lot, of, deep - 1)} {lot.choice(COMPARED[of].split())} {value(lot, of, deep - 1)})"
    if kind == 9:
        return value(lot, "text", deep - 1) + lot.choice(
            [".startsWith('H')", ".contains('e')", ".matches('^[a-z]+$')"]
        )
    asked = lot.choice([".exists()", ".empty()", ".where($this = 1).exists()"])
    return value(lot, "num", deep - 1) + asked


def value(lot: Random, of: str, deep: int) -> str:
    """A value in FHIRPath."""
    if deep == 0 or lot.random() < 0.5 or of == "date":
        return lot.choice(PATHS[of] if lot.random() < 0.65 else WRITTEN[of])
    if of == "num":
        sign = lot.choice(["+", "-", "*", "/", "div", "mod"])
        made = f"({value(lot, of, deep - 1)} {sign} {value(lot, of, deep - 1)})"
        return lot.choice(
            [made, f"{value(lot, 'text', deep - 1)}.length()", f"{value(lot, of, deep - 1)}.count()"]
        )
    made = f"({value(lot, of, deep - 1)} {lot.choice('&+')} {value(lot, of, deep - 1)})"
    return lot.choice([made, f"{value(lot, of, deep - 1)}.upper()", f"{value(lot, of, deep - 1)}.first()"])


@settings(max_examples=100, deadline=None)
@given(st.randoms(use_true_random=False))
def test_fhirpath_means_what_another_evaluator_says(lot):
    expression = condition(lot, lot.randint(1, 3))
    try:
        trees = compile_condition(expression, fhir.OUTLINE), compile_rule(expression, fhir.OUTLINE)
    except Refused:
        return
    try:
        theirs = fhir.theirs(expression)
    except Exception:  # it raises anything where an expression makes no sense to it
        return

    assert [is_true(fhir.ours(tree)) for tree in trees] == [theirs == [True], theirs != [False]], expression


FHIR_PARTS = [
    *(path for paths in PATHS.values() for path in paths), "$this", fhir.R, "item.where(linkId='g')", "answer", "item", "%resource",
    "%v", "1", "'a'", "{}", "@T10:00", "2 years", "5 'kg'",
]  # fmt: skip
FHIR_CALLS = [
    "not", "exists", "count", "first", "single", "sum", "min", "distinct", "toString", "toInteger", "round", "abs", "length",
    "where", "select", "all", "power", "matches", "replace", "substring", "join", "union", "ofType", "as", "repeat", "descendants", "iif",
]  # fmt: skip
FORM_PARTS = [f"${{{name}}}" for name in forms.OUTLINE] + [
    ".",
    "..",
    "../n",
    "../../n",
    "col",
    "1",
    "''",
    "'1'",
    "true()",
    "today()",
]


def anything(lot: Random, deep: int, is_fhir: bool) -> str:
    """Something that a parser may read."""
    if deep == 0 or lot.random() < 0.2:
        return lot.choice(FHIR_PARTS if is_fhir else FORM_PARTS)
    if lot.random() < 0.5:
        signs = (
            "= != < >= + - * / div mod and or xor implies | & in contains ~"
            if is_fhir
            else "= != < >= + - * div mod and or |"
        )
        return f"({anything(lot, deep - 1, is_fhir)} {lot.choice(signs.split())} {anything(lot, deep - 1, is_fhir)})"
    given = ", ".join(anything(lot, deep - 1, is_fhir) for _ in range(lot.choice([0, 1, 1, 1, 2, 2, 3, 4])))
    if is_fhir:
        return f"{anything(lot, deep - 1, is_fhir)}.{lot.choice(FHIR_CALLS)}({given})"
    return f"{lot.choice(FUNCTIONS)}({given})"


@settings(max_examples=100, deadline=None)
@given(st.randoms(use_true_random=False))
def test_whatever_is_written_is_compiled_or_refused(lot):
    said = [anything(lot, lot.randint(1, 3), is_fhir) for is_fhir in (True, False)]
    at = lot.choice(["n", "r", "g"])

    for outline, compiled in (
        (fhir.OUTLINE, lambda: compile_condition(said[0], fhir.OUTLINE, lot.choice([None, at]))),
        (fhir.OUTLINE, lambda: compile_value(said[0], fhir.OUTLINE)),
        (forms.OUTLINE, lambda: xpath.compile_condition(said[1], forms.OUTLINE, at)),
        (forms.OUTLINE, lambda: xpath.compile_rule(said[1], forms.OUTLINE, at)),
        (forms.OUTLINE, lambda: xpath.compile_choice_filter(said[1], forms.OUTLINE, at, {"col": "1"})),
    ):
        try:
            tree = compiled()
        except Refused:
            continue
        assert tree_mistakes(tree, outline, "") == []
