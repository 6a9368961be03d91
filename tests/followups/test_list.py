"""What a carer saw is on the leader's list at once, is taken up and done there, and she sees on the visit that it was."""

import re

import pytest

from pwa.web.responses import Context
from tests.small_town import Browser, Town, id_of

AS_A_PAGE = {"Sec-Fetch-Mode": "navigate"}
WORDS = "Rød plet på hælen"


async def observe(carer: Browser, visit: str = "else", text: str = WORDS, area: str = "skin") -> str:
    """Say that something is other than usual, and its id."""
    change = carer.change("report_observation", visit, area=area, text=text)
    answer = await carer.push(change)
    assert [fate["fate"] for fate in answer.json()["fates"]] == ["applied"]
    return str(change["id"])


async def act(
    person: Browser, matter: str, kind: str, said: str = "", visit: str = "else", **more: str
) -> int:
    """Do something about it, as a button of the list does."""
    form = {"visit_id": id_of(visit), "id": matter, "kind": kind, "said": said, **more}
    return (await person.http.post("/followups/act", data=form)).status_code


def listed(page: str) -> list[str]:
    """The ids of what stands on the list, in its order."""
    return re.findall(r'id="matter-([^"]+)" class="card', page)


def count_in(page: str) -> int:
    """How many the frame says that nobody has taken up."""
    [number] = re.findall(r'id="follow-ups-total" class="count"(?: hidden)?>(\d+)<', page)
    return int(number)


async def observations(carer: Browser, visit: str = "else") -> list[Context]:
    """As they stand in the document that her phone has by now."""
    answer = (await carer.push()).json()
    [body] = [each["body"] for each in answer["documents"] if each["id"] == f"visit-{id_of(visit)}"]
    return body.get("observations", [])  # type: ignore[no-any-return]


async def test_an_observation_is_on_the_list_and_the_board_at_once_and_goes_when_it_is_done(town: Town):
    anna, lis = await town.sign_in("anna"), await town.sign_in("lis")
    matter = await observe(anna)
    before, board = (await lis.get("/followups")).text, (await lis.get("/board")).text

    taken = await act(lis, matter, "taken")
    after, board_then = (await lis.get("/followups")).text, (await lis.get("/board")).text
    done = await act(lis, matter, "done")
    empty, over = (await lis.get("/followups")).text, (await lis.get("/followups?state=over")).text

    assert (taken, done) == (200, 200)
    assert (listed(before), count_in(before), WORDS in before) == ([matter], 1, True)
    assert ("Anderledes end vanligt: Hud og sår" in board, "Anderledes end vanligt: Hud og sår" in board_then) == (True, False)  # fmt: skip
    assert (listed(after), count_in(after), "Grebet af Lis Bang" in after) == ([matter], 0, True)
    assert (listed(empty), listed(over)) == ([], [matter])
    assert "Gjort af Lis Bang" in over


async def test_the_carer_sees_on_the_visit_who_has_taken_it_up_and_which_colour_it_has(town: Town):
    anna, lis = await town.sign_in("anna"), await town.sign_in("lis")
    matter = await observe(anna)

    await act(lis, matter, "colour", "red")
    await act(lis, matter, "taken")
    [seen] = await observations(anna)
    page = (await anna.get(f"/visits/{id_of('else')}")).text

    assert (seen["id"], seen["colour"], seen["taken_by"]) == (matter, "red", {"id": id_of("lis"), "name": "Lis Bang"})  # fmt: skip
    assert "Grebet af Lis Bang" in page
    assert "Rød" in page


async def test_the_reddest_stands_first_and_what_nobody_has_judged_before_what_is_yellow(town: Town):
    anna, lis = await town.sign_in("anna"), await town.sign_in("lis")
    green, yellow, none, red = [await observe(anna) for _ in range(4)]
    for matter, colour in ((green, "green"), (yellow, "yellow"), (red, "red")):
        await act(lis, matter, "colour", colour)

    assert listed((await lis.get("/followups")).text) == [red, none, yellow, green]


async def test_what_a_leader_has_taken_up_stays_when_its_carer_undoes_it(town: Town):
    anna, lis = await town.sign_in("anna"), await town.sign_in("lis")
    slip, taken = await observe(anna), await observe(anna)
    await act(lis, taken, "taken")

    for matter in (slip, taken):
        await anna.push(anna.change("take_back", change_id=matter))

    [seen] = await observations(anna)
    assert (seen["id"], seen["withdrawn"]) == (taken, True)
    assert listed((await lis.get("/followups")).text) == []
    assert listed((await lis.get("/followups?state=over")).text) == [taken]


async def test_nobody_undoes_a_colleagues(town: Town):
    anna, bo, lis = [await town.sign_in(person) for person in ("anna", "bo", "lis")]
    matter = await observe(anna, "karen")

    await bo.push(bo.change("take_back", "karen", change_id=matter))

    assert listed((await lis.get("/followups")).text) == [matter]


async def test_what_was_done_by_mistake_is_put_back_and_all_that_happened_is_told(town: Town):
    anna, lis = await town.sign_in("anna"), await town.sign_in("lis")
    matter = await observe(anna)
    for kind, said in (("done", ""), ("opened", ""), ("due", "2026-11-22"), ("words", "Ringet til lægen")):
        await act(lis, matter, kind, said)

    page = (await lis.get(f"/followups/{id_of('else')}/{matter}")).text
    of_all = (await lis.get("/followups")).text

    assert listed(of_all) == [matter]
    assert "Fristen var" in of_all
    assert "Ringet til lægen" in page
    assert page.count('id="said-') == 4
    assert "Meldt af Anna Lund" in page


@pytest.mark.parametrize(("person", "status"), [("lis", 200), ("ove", 200), ("mia", 404), ("anna", 404), ("bo", 404)])  # fmt: skip
async def test_only_who_leads_or_organises_the_team_does_anything_about_it(
    town: Town, person: str, status: int
):
    anna = await town.sign_in("anna")
    matter = await observe(anna)
    somebody = anna if person == "anna" else await town.sign_in(person)

    told = await act(somebody, matter, "taken")

    assert told == status
    [seen] = await observations(anna)
    assert bool(seen["taken_at"]) is (status == 200)


@pytest.mark.parametrize(("kind", "said"), [("colour", "blue"), ("due", "i morgen"), ("words", " "), ("words", "x" * 2001)])  # fmt: skip
async def test_what_cannot_be_said_is_refused_and_nothing_is_written(town: Town, kind: str, said: str):
    anna, lis = await town.sign_in("anna"), await town.sign_in("lis")
    matter = await observe(anna)

    assert await act(lis, matter, kind, said) == 422

    async with town.database.snapshot() as tx:
        assert await tx.rows("select id from matter_said") == []


async def test_the_list_is_asked_for_by_team_and_kind(town: Town):
    anna, lis = await town.sign_in("anna"), await town.sign_in("lis")
    matter = await observe(anna)

    nord = (await lis.get(f"/followups?team={id_of('nord')}&of=observation")).text
    syd = (await lis.get(f"/followups?team={id_of('syd')}")).text

    assert (listed(nord), listed(syd)) == ([matter], [])


async def test_a_form_that_the_browser_sends_leads_back_to_the_list_that_was_asked_for(town: Town):
    anna, lis = await town.sign_in("anna"), await town.sign_in("lis")
    matter = await observe(anna)
    form = {"visit_id": id_of("else"), "id": matter, "kind": "taken", "of": "observation"}

    answer = await lis.http.post("/followups/act", data=form, headers=AS_A_PAGE)

    assert (answer.status_code, answer.headers["location"]) == (303, "/followups?team=&of=observation&state=open")  # fmt: skip
