"""A checklist while it is filled in: the same on the phone (tests/worker/checklists/checklists.test.js)."""

import pytest

from pwa.checklists.filled import Filled
from tests.checklists.cases import moment, published_with, read

CASES = read("filled")

pytestmark = pytest.mark.no_database


@pytest.mark.parametrize("case", CASES, ids=[case["sentence"] for case in CASES])
def test_a_tap_evaluates_what_depends_on_it(case):
    filled = Filled(published_with(case["checklist"]), case["answers"], moment(case["now"]))

    for tap in case["taps"]:
        before = filled.evaluations
        changed = (
            filled.tick(moment(tap["now"])) if "now" in tap else filled.answer(tap["place"], tap["said"])
        )
        assert sorted(f"{what}:{place}" for what, place in changed) == tap["changed"]
        assert filled.evaluations - before == tap["evaluations"]
        assert {at: filled.is_shown(at) for at in tap.get("shown", {})} == tap.get("shown", {})
        assert {at: filled.values(at) for at in tap.get("values", {})} == tap.get("values", {})
        assert {at: filled.first(at) for at in tap.get("first", {})} == tap.get("first", {})
