"""What needs a look is dealt with, and put back: for everybody who had it there, and never out of the log."""

import asyncio
import re
from collections.abc import Mapping
from datetime import timedelta

import httpx2
import pytest

from pwa.access.queries.roles import add_role, end_role
from pwa.database import Row
from pwa.words import Role, to_text
from tests.care.opened_board import listening
from tests.care.test_board import SOON
from tests.small_town import LONG_AGO, Browser, Town, client_of, id_of

WORDS = "Else vil ringes op i eftermiddag."
FIELDS = ("team_id", "id", "digest")
AS_A_PAGE = {"Sec-Fetch-Mode": "navigate"}


async def quarantine(carer: Browser, words: str = WORDS) -> None:
    """Send something that the server does not understand."""
    await carer.push({**carer.note(words), "name": "fly"})


def forms_on(page: str, action: str) -> list[dict[str, str]]:
    """The fields of each form that goes to an address, in the page's order."""
    forms = re.findall(rf'<form method="post" action="{action}".*?</form>', page, re.DOTALL)
    return [
        {name: re.findall(rf'name="{name}" value="([^"]*)"', form)[0] for name in FIELDS} for form in forms
    ]


async def to_deal_with(person: Browser) -> list[dict[str, str]]:
    """What needs a look on this person's page."""
    return forms_on((await person.get("/held")).text, "/held/dealt_with")


async def to_put_back(person: Browser) -> list[dict[str, str]]:
    """What was dealt with on this person's page."""
    return forms_on((await person.get("/held")).text, "/held/put_back")


async def deal_with(person: Browser, change: Mapping[str, str], **headers: str) -> httpx2.Response:
    return await person.http.post("/held/dealt_with", data=change, headers=headers)


async def put_back(person: Browser, change: Mapping[str, str], **headers: str) -> httpx2.Response:
    return await person.http.post("/held/put_back", data=change, headers=headers)


def count_in(page: str) -> int:
    """The number in the frame, 0 when it is hidden."""
    found = re.search(r'id="held-total" class="count"( hidden)?>(\d+)<', page)
    assert found
    assert bool(found[1]) is (found[2] == "0")
    return int(found[2])


async def every(town: Town, table: str) -> list[Row]:
    """Every row of a table."""
    async with town.database.snapshot() as tx:
        return await tx.rows(f"select * from {table}")


async def test_what_was_dealt_with_leaves_the_list_the_count_and_the_board_for_everybody(town: Town):
    lis, ove, anna = [await town.sign_in(person) for person in ("lis", "ove", "anna")]
    await quarantine(anna)
    (change,) = await to_deal_with(lis)
    before = (await lis.get("/board")).text

    await deal_with(lis, change)
    after, of_ove = (await lis.get("/board")).text, (await ove.get("/held")).text

    assert (count_in(before), count_in(after), count_in(of_ove)) == (1, 0, 0)
    assert ("1 ændring skal ses på" in before, "ændring skal ses på" in after) == (True, False)
    assert await to_deal_with(lis) == await to_deal_with(ove) == []


async def test_open_boards_are_told_at_once_what_another_leader_has_dealt_with_and_put_back(town: Town):
    lis, ove, anna = [await town.sign_in(person) for person in ("lis", "ove", "anna")]
    await quarantine(anna)
    (change,) = await to_deal_with(ove)

    async with listening(lis) as heard:
        await deal_with(ove, change)
        dealt_with = await asyncio.wait_for(heard.get(), SOON)
        (change,) = await to_put_back(ove)
        await put_back(ove, change)
        back = await asyncio.wait_for(heard.get(), SOON)

    assert dealt_with == back == f"carer-{id_of('anna')}"


@pytest.mark.parametrize("day", ["2026-11-23", "2026-11-24"])
async def test_an_open_boards_count_in_the_menu_follows_what_comes_and_what_was_dealt_with(
    town: Town, day: str
):
    lis, ove, anna = [await town.sign_in(person) for person in ("lis", "ove", "anna")]
    counted = [await lis.get(f"/board/totals?day={day}")]
    await quarantine(anna)
    counted.append(await lis.get(f"/board/totals?day={day}"))
    (change,) = await to_deal_with(ove)
    await deal_with(ove, change)
    counted.append(await lis.get(f"/board/totals?day={day}"))

    assert [count_in(each.text) for each in counted] == [0, 1, 0]
    assert all('<hx-partial hx-target="#held-total">' in each.text for each in counted)


async def test_a_carer_whose_only_matter_was_dealt_with_has_no_row_any_more(town: Town):
    lis, anna = await town.sign_in("lis"), await town.sign_in("anna")
    town.now += timedelta(days=1)
    await quarantine(anna)
    row = f"/board/carers/{id_of('anna')}?day=2026-11-24"
    (change,) = await to_deal_with(lis)
    before = await lis.get(row)
    await deal_with(lis, change)

    assert (before.status_code, (await lis.get(row)).status_code) == (200, 404)


async def test_what_was_dealt_with_is_still_read_below_with_who_and_when(town: Town):
    lis, ove, anna = [await town.sign_in(person) for person in ("lis", "ove", "anna")]
    await quarantine(anna)
    (change,) = await to_deal_with(lis)
    town.now += timedelta(hours=2)
    await deal_with(lis, change)

    _, _, fold = (await ove.get("/held")).text.partition("<details")

    assert "1 klaret" in fold
    assert WORDS in fold
    assert re.search(r"Klaret af Lis Bang · 10[.:]40", fold)


async def test_the_others_stay(town: Town):
    lis, anna = await town.sign_in("lis"), await town.sign_in("anna")
    await quarantine(anna, "et")
    await quarantine(anna, "to")
    first, second = await to_deal_with(lis)

    await deal_with(lis, first)

    assert (await to_deal_with(lis), await to_put_back(lis)) == ([second], [first])


async def test_undone_it_needs_a_look_again(town: Town):
    lis, ove, anna = [await town.sign_in(person) for person in ("lis", "ove", "anna")]
    await quarantine(anna)
    (change,) = await to_deal_with(lis)

    await deal_with(lis, change)
    await put_back(ove, change)
    page = (await lis.get("/held")).text

    assert forms_on(page, "/held/dealt_with") == [change]
    assert count_in(page) == 1
    assert "<details" not in page


async def test_the_same_twice_is_once_and_every_time_is_kept(town: Town):
    lis, anna = await town.sign_in("lis"), await town.sign_in("anna")
    await quarantine(anna)
    (change,) = await to_deal_with(lis)

    answers = [
        await post(lis, change) for post in (put_back, deal_with, deal_with, put_back, put_back, deal_with)
    ]

    assert {answer.status_code for answer in answers} == {200}
    assert [(row["n"], row["kind"], row["by_id"]) for row in await every(town, "change_dealt_with")] == [
        (1, "dealt_with", id_of("lis")),
        (2, "put_back", id_of("lis")),
        (3, "dealt_with", id_of("lis")),
    ]
    assert await to_put_back(lis) == [change]


async def test_nobody_deals_with_another_teams(town: Town):
    lis, mia, anna = [await town.sign_in(person) for person in ("lis", "mia", "anna")]
    await quarantine(anna)
    (change,) = await to_deal_with(lis)

    answers = [await post(person, change) for post in (deal_with, put_back) for person in (mia, anna)]

    assert {answer.status_code for answer in answers} == {404}
    assert await every(town, "change_dealt_with") == []
    assert await to_deal_with(lis) == [change]


async def test_both_teams_that_a_change_concerns_may_deal_with_it(town: Town):
    lis, mia, anna = [await town.sign_in(person) for person in ("lis", "mia", "anna")]
    await anna.push(anna.note("Hos en anden gruppes borger.", "solveig"))
    (change,) = await to_deal_with(mia)
    of_lis = await to_deal_with(lis)

    await deal_with(mia, change)

    assert of_lis == [change]
    assert await to_deal_with(lis) == []


async def words_held_by(person: Browser) -> set[str]:
    """Which of the words that a test has sent are on this person's page."""
    page = (await person.get("/held")).text
    return {words for words in ("før", "fra", "til", "efter") if f">{words}<" in page}


async def test_what_a_carer_sends_after_the_role_in_a_team_was_ended_is_not_that_teams_business(town: Town):
    lis, mia, anna = [await town.sign_in(person) for person in ("lis", "mia", "anna")]
    nord, syd = Role("carer", id_of("nord")), Role("carer", id_of("syd"))
    async with town.database.transaction() as tx:
        await add_role(tx, id_of("anna"), syd, LONG_AGO)
    await anna.push({**anna.note("før", "solveig"), "name": "fly"})
    town.now += timedelta(milliseconds=1)
    async with town.database.transaction() as tx:
        await end_role(tx, id_of("anna"), nord, to_text(town.now))
    await anna.push({**anna.note("efter", "solveig"), "name": "fly"})

    assert await words_held_by(lis) == {"før"}
    assert await words_held_by(mia) == {"før", "efter"}


async def test_what_a_carer_sends_is_a_teams_business_from_the_roles_first_moment_to_its_last(town: Town):
    lis, carl = await town.sign_in("lis"), await town.sign_in("carl")
    begins, ends = town.now + timedelta(hours=1), town.now + timedelta(hours=2)
    async with town.database.transaction() as tx:
        await add_role(tx, id_of("carl"), Role("carer", id_of("nord")), to_text(begins), to_text(ends))
    moment = timedelta(milliseconds=1)

    for now, words in ((begins - moment, "før"), (begins, "fra"), (ends - moment, "til"), (ends, "efter")):
        town.now = now
        await carl.push({**carl.note(words, "solveig"), "name": "fly"})

    assert await words_held_by(lis) == {"fra", "til"}


async def test_only_what_was_refused_or_held_is_dealt_with(town: Town):
    lis, anna = await town.sign_in("lis"), await town.sign_in("anna")
    await anna.push(anna.note("Alt er godt."))
    (applied,) = await every(town, "change")
    unknown = {**applied, "digest": "0" * 64}

    answers = [await deal_with(lis, {name: row[name] for name in FIELDS}) for row in (applied, unknown)] + [
        await deal_with(lis, {})
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert await every(town, "change_dealt_with") == []


async def test_an_id_that_came_twice_is_two(town: Town):
    lis, anna = await town.sign_in("lis"), await town.sign_in("anna")
    note = {**anna.note("et"), "name": "fly"}
    await anna.push(note)
    await anna.push({**note, "n": 2, "args": {**note["args"], "text": "to"}})  # type: ignore[dict-item]
    first, second = await to_deal_with(lis)

    await deal_with(lis, first)

    assert first["id"] == second["id"]
    assert await to_deal_with(lis) == [second]


async def test_the_log_of_changes_is_left_as_it_was(town: Town):
    lis, anna = await town.sign_in("lis"), await town.sign_in("anna")
    await quarantine(anna)
    (change,) = await to_deal_with(lis)
    before = await every(town, "change")

    await deal_with(lis, change)
    await put_back(lis, change)

    assert await every(town, "change") == before


async def test_the_carer_still_reads_why_it_could_not_be_used(town: Town):
    lis, anna = await town.sign_in("lis"), await town.sign_in("anna")
    await quarantine(anna)
    (change,) = await to_deal_with(lis)

    await deal_with(lis, change)

    assert WORDS in (await anna.get("/waiting")).text


@pytest.mark.parametrize(
    "sql",
    [
        "delete from change_dealt_with",
        "update change_dealt_with set kind = 'put_back'",
        pytest.param(
            "replace into change_dealt_with select * from change_dealt_with", marks=pytest.mark.sqlite
        ),
        pytest.param("truncate change_dealt_with", marks=pytest.mark.postgresql),
    ],
)
async def test_what_somebody_dealt_with_is_never_updated_deleted_or_replaced(town: Town, sql: str):
    lis, anna = await town.sign_in("lis"), await town.sign_in("anna")
    await quarantine(anna)
    await deal_with(lis, (await to_deal_with(lis))[0])

    with pytest.raises(Exception, match="never"):
        async with town.database.transaction() as tx:
            await tx.execute(sql)


async def test_a_plain_form_leads_back_to_the_page(town: Town):
    lis, anna = await town.sign_in("lis"), await town.sign_in("anna")
    await quarantine(anna)
    (change,) = await to_deal_with(lis)

    done = await deal_with(lis, change, **AS_A_PAGE)
    after = await to_put_back(lis)
    undone = await put_back(lis, change, **AS_A_PAGE)

    assert [(answer.status_code, answer.headers["location"]) for answer in (done, undone)] == [
        (303, "/held"),
        (303, "/held"),
    ]
    assert (after, await to_deal_with(lis)) == ([change], [change])


async def test_a_tap_is_answered_with_the_list_and_the_count(town: Town):
    lis, anna = await town.sign_in("lis"), await town.sign_in("anna")
    await quarantine(anna)
    (change,) = await to_deal_with(lis)

    done, undone = (await deal_with(lis, change)).text, (await put_back(lis, change)).text

    assert done.lstrip().startswith('<div id="held"')
    assert '<hx-partial hx-target="#held-total">' in done
    assert (count_in(done), count_in(undone)) == (0, 1)
    # The way back stands where the tap was, and below, among all that were dealt with.
    assert (forms_on(done, "/held/put_back"), forms_on(undone, "/held/dealt_with")) == (
        [change] * 2,
        [change],
    )
    assert (done.count('id="just-'), undone.count('id="just-')) == (1, 0)


async def test_after_an_undo_the_rest_of_those_dealt_with_stand_open(town: Town):
    lis, anna = await town.sign_in("lis"), await town.sign_in("anna")
    await quarantine(anna, "et")
    await quarantine(anna, "to")
    first, second = await to_deal_with(lis)

    done = [(await deal_with(lis, change)).text for change in (first, second)]
    undone = (await put_back(lis, first)).text

    assert all('<details id="dealt-with" class="card fold">' in answer for answer in done)
    assert '<details id="dealt-with" class="card fold" open>' in undone


async def test_why_a_tap_did_nothing_is_said_on_the_page(town: Town):
    mia = await town.sign_in("mia")

    answer = await deal_with(mia, dict.fromkeys(FIELDS, "x"))

    assert answer.headers["hx-retarget"] == "#problem"
    assert 'id="problem"' in (await mia.get("/held")).text


async def test_after_thirty_days_it_is_on_neither_list(town: Town):
    lis, anna = await town.sign_in("lis"), await town.sign_in("anna")
    await quarantine(anna)
    (change,) = await to_deal_with(lis)
    await deal_with(lis, change)

    town.now += timedelta(days=31)
    lis = await town.sign_in("lis")

    assert await to_deal_with(lis) == await to_put_back(lis) == []


async def test_without_a_sign_in_nothing_is_dealt_with(town: Town):
    async with client_of(town.origin) as nobody:
        answers = [await nobody.post(f"/held/{path}") for path in ("dealt_with", "put_back")]

    assert {answer.status_code for answer in answers} == {401}


VISIT = f"/board/visits/{id_of('solveig')}"


async def of_another_team(town: Town) -> tuple[Browser, dict[str, str]]:
    """Anna, of Nord, has written a note at a visit of Syd, whose leader is Mia: her, and the form that deals with it on its page."""
    mia, anna = await town.sign_in("mia"), await town.sign_in("anna")
    await anna.push(anna.note(WORDS, visit="solveig"))
    [form] = forms_on((await mia.get(VISIT)).text, "/held/dealt_with")
    return mia, {**form, "visit_id": id_of("solveig")}


async def test_on_a_visits_page_a_refused_note_says_whose_it_is_why_and_what_to_do(town: Town):
    mia, _ = await of_another_team(town)
    visit, held = [(await mia.get(path)).text for path in (VISIT, "/held")]

    assert re.search(r"Anna Lund \(ikke på besøget\) · 08\.40 · modtaget 08\.40", visit)
    assert WORDS in visit
    assert all("hører til en anden gruppe end" in page for page in (visit, held))
    assert "Giv videre, hvad den næste skal vide" in visit
    assert "Ingen notater ud over det, der står ovenfor" in visit
    assert "Anna Lund · Syd · " in held


async def test_it_is_dealt_with_there_too_and_then_warns_no_more_and_keeps_its_words(town: Town):
    mia, change = await of_another_team(town)
    answer = await deal_with(mia, change)
    visit = (await mia.get(VISIT)).text

    assert answer.text.lstrip().startswith('<div id="visit-known"')
    for page in (answer.text, visit):
        assert "Klaret af Mia" in page
        assert (WORDS in page, forms_on(page, "/held/dealt_with")) == (True, [])
        assert 'card handled warn"' not in page
    assert await to_deal_with(mia) == []


async def test_without_a_script_dealing_with_it_leads_back_to_the_visit(town: Town):
    mia, change = await of_another_team(town)

    answers = [
        await deal_with(mia, {**change, "visit_id": visit_id}, **AS_A_PAGE)
        for visit_id in (change["visit_id"], "//evil.example")
    ]

    assert [answer.headers["location"] for answer in answers] == [VISIT, "/held"]
