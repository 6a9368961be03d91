"""A leader says why a visit is opened, once a day for each citizen, and the access log has it."""

import re

import pytest

from tests.access_log import entries, get, send
from tests.house import House
from tests.small_town import id_of


async def test_a_leader_is_asked_why_once_a_day_for_each_citizen(house: House):
    path = f"/board/visits/{id_of('else')}"
    assert "Hvorfor åbner du besøget?" in (await get(house, "lis", path)).text

    said = await send(
        house, "lis", "/access-log/purpose", visit_id=id_of("else"), purpose="other", words="Klage"
    )

    assert (said.status_code, said.headers["location"]) == (303, f"{path}?said")
    house.pass_time(minutes=1)
    assert "Hvorfor åbner du besøget?" not in (await get(house, "lis", path)).text
    assert [(entry["kind"], entry["purpose"], entry["words"]) for entry in await entries(house)] == [
        ("read", "not_said", ""),
        ("purpose", "other", "Klage"),
        ("read", "other", "Klage"),
    ]
    house.pass_time(hours=20)
    assert "Hvorfor åbner du besøget?" in (await get(house, "lis", path)).text


async def test_that_a_relative_calls_is_one_press_and_is_said_to_be_saved(house: House):
    path = f"/board/visits/{id_of('else')}"
    before = (await get(house, "lis", path)).text
    [words] = re.findall(r'name="words" value="([^"]+)"', before)

    said = await send(
        house, "lis", "/access-log/purpose", visit_id=id_of("else"), purpose="other", words=words
    )

    at_once, after = [(await get(house, "lis", way)).text for way in (said.headers["location"], path)]
    saved = "Gemt: hvorfor du åbner besøget, står i adgangsloggen."
    assert [saved in page for page in (before, at_once, after)] == [False, True, False]
    assert [
        (entry["purpose"], entry["words"]) for entry in await entries(house) if entry["kind"] == "purpose"
    ] == [("other", "Pårørende ringer")]


@pytest.mark.parametrize(
    ("who", "form", "status"),
    [
        ("lis", {"purpose": "other", "words": " "}, 422),
        ("lis", {"purpose": "control"}, 422),
        ("lis", {"purpose": "other", "words": "x" * 201}, 422),
        ("mia", {"purpose": "overview"}, 404),
        ("anna", {"purpose": "overview"}, 404),
    ],
)
async def test_a_reason_that_is_none_is_not_taken(house: House, who: str, form: dict[str, str], status: int):
    answer = await send(house, who, "/access-log/purpose", visit_id=id_of("else"), **form)

    assert answer.status_code == status
    assert not [entry for entry in await entries(house) if entry["kind"] == "purpose"]
