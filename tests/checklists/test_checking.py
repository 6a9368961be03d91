"""What is typed and what is wrong with it: the same on the phone (tests/worker/checklists/checklists.test.js)."""

import pytest

from pwa.checklists.checking import find_wrong
from pwa.checklists.decimals import number_text, read_typed, to_number
from pwa.checklists.pattern import compile_pattern
from pwa.checklists.steps import Step
from tests.checklists.cases import read

NUMBERS = read("numbers")
CASES = read("checking")

pytestmark = pytest.mark.no_database


@pytest.mark.parametrize("case", NUMBERS, ids=[case["typed"] for case in NUMBERS])
def test_a_number_is_read_as_it_is_typed(case):
    assert read_typed(case["typed"]) == case["stored"]


@pytest.mark.parametrize("case", [case for case in NUMBERS if case["stored"]], ids=lambda case: case["typed"])
def test_a_number_that_was_stored_is_read_to_the_last_digit(case):
    number = to_number(case["stored"])

    assert number is not None
    assert to_number(number_text(number)) == number


@pytest.mark.parametrize("case", CASES, ids=[case["sentence"] for case in CASES])
def test_what_is_wrong_with_an_answer(case):
    step = Step.model_validate({"id": "s", "label": "", **case["step"]})
    patterns = {step.pattern: compile_pattern(step.pattern)}

    assert find_wrong(step, case["said"], patterns) == case["wrong"]
