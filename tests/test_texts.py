"""Which signs a text may hold and which can be seen: the same on the phone (tests/worker/texts.test.js)."""

import json
from pathlib import Path
from typing import Any

import pytest

from pwa.words import cleaned, count_seen

CASES = json.loads((Path(__file__).parent / "cases" / "texts.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=[case["sentence"] for case in CASES])
def test_a_text_is_cleaned_and_counted_as_the_table_says(case: dict[str, Any]):
    assert cleaned(case["text"]) == case["cleaned"]
    assert cleaned(case["cleaned"]) == case["cleaned"]
    assert count_seen(case["cleaned"]) == case["seen"]


def test_whatever_was_cleaned_can_be_stored_by_every_database():
    every_sign = "".join(map(chr, range(0x11000)))

    cleaned(every_sign).encode()
    assert "\0" not in cleaned(every_sign)
