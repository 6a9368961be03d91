"""A visit is not started from the server's page that was drawn on another day: the page is shown anew, and says why and the day."""

import re
from datetime import timedelta

import pytest

from tests.small_town import Town, id_of


@pytest.mark.parametrize("drawn", ["before midnight", "after midnight", "by an older app"])
async def test_only_a_page_that_says_the_day_starts_a_visit_of_another(town: Town, drawn: str):
    anna = await town.sign_in("anna")
    address = f"/visits/{id_of('else')}"
    before = (await anna.get(address)).text
    town.now += timedelta(hours=20)
    after = (await anna.get(address)).text
    form = {"visit_id": id_of("else"), "seen": "1"}
    if drawn != "by an older app":
        page = before if drawn == "before midnight" else after
        form["drawn_on"] = re.search(r'name="drawn_on" value="([^"]+)"', page)[1]  # type: ignore[index]
    answer = await anna.do("start_visit", **form)

    asked = "Besøget hører til en anden dag."
    assert answer.status_code == (409 if drawn == "before midnight" else 200)
    assert (asked in answer.text) == (drawn == "before midnight")
    assert (answer.headers["HX-Retarget"] == "#problem") == (drawn == "before midnight")
    assert ("mandag 23. november</span></button>" in answer.text) == (drawn == "before midnight")
    assert ('action="/do/finish_visit"' in answer.text) == (drawn != "before midnight")


async def test_the_visit_that_is_shown_with_the_refusal_stands_in_the_access_log(town: Town):
    bo, lis = await town.sign_in("bo"), await town.sign_in("lis")
    town.now += timedelta(hours=20)
    form = {"visit_id": id_of("else"), "seen": "1", "drawn_on": "2026-11-23"}

    shown, refused = await bo.do("start_visit", **form), await lis.do("start_visit", **form)

    async with town.database.snapshot() as tx:
        looks = await tx.rows("select person_id, what, purpose from access_log where kind = 'read'")
    assert (shown.status_code, "Else Holm" in shown.text) == (409, True)
    assert (refused.status_code, "Else Holm" in refused.text) == (403, False)
    assert looks == [{"person_id": id_of("bo"), "what": "visit", "purpose": "substitute"}]
