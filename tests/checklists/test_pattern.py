"""Patterns: what they may hold, what they fit, and that none hangs (on the phone: tests/worker/checklists/checklists.test.js)."""

from time import process_time

import pytest

from pwa.checklists.pattern import PatternTooLarge, compile_pattern, matches
from pwa.checklists.pattern_syntax import BadPattern
from tests.checklists.cases import read

CASES = read("patterns")

pytestmark = pytest.mark.no_database


@pytest.mark.parametrize("case", [case for case in CASES if "fits" in case], ids=lambda case: case["pattern"])
def test_a_text_is_held_against_a_pattern(case):
    table = compile_pattern(case["pattern"])

    assert [text for text in case["fits"] if not matches(table, text)] == []
    assert [text for text in case["fits_not"] if matches(table, text)] == []


@pytest.mark.parametrize(
    "case", [case for case in CASES if "refused" in case], ids=lambda case: case["pattern"]
)
def test_what_a_pattern_may_not_hold_is_refused_by_name(case):
    with pytest.raises(BadPattern) as refused:
        compile_pattern(case["pattern"])

    assert refused.value.what == case["refused"]


def test_no_text_hangs_anybody():
    table = compile_pattern("^(a+)+$")
    begun = process_time()

    assert matches(table, "a" * 10_000)
    assert not matches(table, "a" * 10_000 + "b")
    assert process_time() - begun < 0.2


@pytest.mark.parametrize("pattern", ["(a|b)*a(a|b){12}", "(.{0,30}x){30}", "(" * 3000])
def test_nor_does_a_pattern_hang_whoever_publishes_it(pattern):
    begun = process_time()

    with pytest.raises((PatternTooLarge, BadPattern)):
        compile_pattern(pattern)
    assert process_time() - begun < 5


def test_a_search_finds_a_part_unless_the_pattern_says_where():
    found = [
        matches(compile_pattern(pattern, is_search=True), "abc")
        for pattern in ("b", "^b", "^a", "c$", "b$", "^abc$", "x|c")
    ]

    assert found == [True, False, True, True, False, True, True]
