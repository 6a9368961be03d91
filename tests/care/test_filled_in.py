"""What is typed or tapped at a place of a checklist becomes what is stored there. Twin: tests/worker/pages/filled_in.test.js."""

import json
from typing import Any

import pytest

from pwa.care.changes.filled_in import read_filled_in
from pwa.problems import Problem
from tests.shared_cases import CASES

FORMS = json.loads((CASES / "filled_in.json").read_text("utf-8"))
ROW = "01939f00-0000-7000-8000-00000000000a"


@pytest.mark.parametrize("case", FORMS, ids=lambda case: case["sentence"])
def test_what_a_form_says_is_read(case: dict[str, Any]):
    try:
        read: object = {"values": read_filled_in(case["form"], lambda: ROW)}
    except Problem as problem:
        read = {"wrong": problem.code}

    assert read == {name: case[name] for name in ("values", "wrong") if name in case}
