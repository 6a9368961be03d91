"""What was done with notes: the cases that the phone runs too, and who may remove a pin."""

import json
from typing import Any

import pytest

from pwa.care.documents.note_marks import noted
from tests.house import Json
from tests.shared_cases import CASES


def cases() -> list[Any]:
    """Every case, by its sentence."""
    return [
        pytest.param(case, id=case["sentence"])
        for case in json.loads((CASES / "noted.json").read_text("utf-8"))
    ]


@pytest.mark.parametrize("case", cases())
def test_noted(case: Json):
    [note] = noted([case["note"]], case["marks"])

    assert note["pin"] == case["pin"]
    assert [one["id"] for one in note["read"]] == case["read"]
    assert (note["wrong"] or {"id": None})["id"] == case["wrong"]
    assert {**note, **case["note"]} == note
