"""A visit's document is stored and sent short, and pages and phones of any age see it whole. Twin: tests/worker/sync/short_form.test.js."""

import json
from typing import Any

import pytest

from pwa.care.changes.change_schema import CHANGE_SCHEMAS
from pwa.care.documents.short_form import DOCUMENTS, SHORT, shortened, whole
from tests.house import House, Json
from tests.shared_cases import CASES, read_cases
from tests.small_town import id_of

FORMS = json.loads((CASES / "short_form.json").read_text("utf-8"))
LONGEST_ON_A_PAGE = 3_940
"""Of a body's bytes: with the rest of its row it lies on one of SQLite's pages."""


@pytest.mark.parametrize("case", FORMS, ids=lambda case: case["name"])
def test_a_document_is_made_short_and_whole_again(case: dict[str, Any]):
    assert shortened(case["whole"]) == case["short"]
    assert whole(case["short"]) == case["whole"]
    assert whole(case["whole"]) == case["whole"]


@pytest.mark.parametrize("name", sorted(CHANGE_SCHEMAS))
def test_nothing_is_lost_of_any_visit_that_a_change_makes(name: str):
    for case in read_cases(name):
        for visit in (case["given"], case["expected"]):
            if "visit_id" in visit:
                assert whole(shortened(visit)) == visit


async def test_a_phone_that_says_nothing_of_forms_gets_whole_documents_and_one_that_does_the_same_in_short(
    house: House,
):
    anna = house.phone()
    await anna.push(anna.change("start_visit"), anna.note(), anna.change("answer_as_planned"))

    old = await documents(house)
    new = await documents(house, **{DOCUMENTS: SHORT})

    assert old.keys() == new.keys()
    visit = f"visit-{id_of('else')}"
    assert old[visit] != new[visit]
    assert {id: whole(body) if id.startswith("visit-") else body for id, body in new.items()} == old
    assert old[visit]["steps"][0]["waiting_since"] is None
    assert old[visit]["steps"][0]["answered_by"]["id"] == id_of("anna")


async def documents(house: House, **headers: str) -> dict[str, Json]:
    """What a new phone of Anna's is given."""
    phone = house.phone(secret=None)
    envelope: Json = {
        "phone": phone.id,
        "build": "b1",
        "now": "2026-11-23T08:00:00.000Z",
        "cursor": None,
        "changes": [],
    }
    answer = (await house.post("/sync", "anna", envelope, headers)).json()
    return {document["id"]: document["body"] for document in answer["documents"]}
