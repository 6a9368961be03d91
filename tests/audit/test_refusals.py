"""What is another team's is not found, and the access log says who asked for it."""

import pytest

from pwa.app import ROUTES
from pwa.words import new_id
from tests.access_log import entries, get, last, send, visits_of
from tests.house import House
from tests.small_town import id_of

ANOTHERS = {
    "visit_id": id_of("else"), "carer_id": id_of("anna"), "citizen_id": id_of("Else Holm"),
    "guide_id": id_of("loftlift"),
}  # fmt: skip


def addresses_of_anothers() -> list[str]:
    """Every page that is about one thing, for a thing of Nord's."""
    pages = [route for route in ROUTES if "GET" in (route.methods or ())]
    found = []
    for route in pages:
        names = set(route.param_convertors)
        if names and names <= ANOTHERS.keys():
            found.append(route.path.format(**ANOTHERS))
    return sorted(found)


def test_the_walk_meets_every_kind_of_page():
    walked = "\n".join(addresses_of_anothers())

    assert all(
        f"{part}/" in walked for part in ("/visits", "/guides", "/board/carers", "/board/visits", "/citizens")
    )


@pytest.mark.parametrize("path", addresses_of_anothers())
@pytest.mark.parametrize("who", ["carl", "mia", "sus"])
async def test_what_is_another_teams_is_not_found_and_that_is_noted(control: House, who: str, path: str):
    answer = await get(control, who, f"{path}?day=2026-11-23")

    refused = [entry for entry in await entries(control) if entry["kind"] == "refused"]
    assert answer.status_code == 404
    may_ask = {"/board/carers": ("mia",), "/access-log": ("sus",)}
    names = next(
        (names for start, names in may_ask.items() if path.startswith(start)), ("carl", "mia", "sus")
    )
    assert [entry["person_id"] for entry in refused] == ([id_of(who)] if who in names else [])


async def test_what_is_nowhere_is_not_found_and_nothing_is_noted(house: House):
    await house.sign_in("anna")
    assert (await get(house, "anna", f"/visits/{new_id()}")).status_code == 404

    assert await entries(house) == []


async def test_another_teams_change_cannot_be_dealt_with_and_that_is_noted(house: House):
    anna = house.phone()
    await anna.push(anna.change("fly"))
    [change] = await house.rows("select team_id, id, digest from change where problem is not null")

    answer = await send(house, "mia", "/held/dealt_with", **change)

    assert answer.status_code == 404
    assert ((await last(house))["kind"], visits_of(await last(house))) == ("refused", {id_of("else")})
