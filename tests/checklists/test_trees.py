"""What each operation of the language gives: the same on the phone (tests/worker/checklists/checklists.test.js)."""

import pytest

from pwa.checklists.filled import Filled
from pwa.checklists.language import tree_mistakes
from pwa.checklists.outline import outline_of
from tests.checklists.cases import evaluated, moment, published_with, read

TREES = read("trees")
CASES = TREES["cases"]
PUBLISHED = published_with(TREES["checklist"], [case["tree"] for case in CASES])
OUTLINE = outline_of(PUBLISHED.definition.steps)
REPEATS = {step_id: placed.repeats for step_id, placed in OUTLINE.items()}

pytestmark = pytest.mark.no_database


@pytest.mark.parametrize("case", CASES, ids=[case["sentence"] for case in CASES])
def test_a_tree_gives_what_the_table_says(case):
    filled = Filled(PUBLISHED, TREES["answers"], moment(TREES["now"]))

    assert tree_mistakes(case["tree"], OUTLINE, "") == []
    assert evaluated(filled, case["tree"], case.get("at", ""), REPEATS) == case["values"]
