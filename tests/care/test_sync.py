"""The laws of sync over HTTP: durable answers, two times, missing numbers, phones, and the pull's whole truth.

Holds sync.md's laws 2, 3, 6, 7, 8 and 10. Every change's own fate is in test_changes.py.
"""

import asyncio
import gzip
import json
from datetime import timedelta

import pytest

from pwa.care.documents.refresh import refresh
from pwa.care.sync.cursors import Cursor, read_cursor
from pwa.care.sync.gaps import receive_numbers
from pwa.database import Transaction
from pwa.documents.store import DocumentRef
from pwa.words import day_of, new_id, to_text
from tests.house import House
from tests.small_town import FROM_OUR_PAGE, VISITS, give_to, id_of, plan_visit

# One round trip --------------------------------------------------------------------------------------------


async def test_the_first_sync_brings_the_day_the_guides_and_oneself(house: House):
    anna = house.phone()

    await anna.sync()

    assert anna.ids == sorted(anna.documents)
    assert set(anna.documents) == {
        f"person-{id_of('anna')}",
        f"guide-{id_of('loftlift')}",
        *(f"visit-{id_of(visit)}" for visit in ("else", "karen", "knud")),
    }


async def test_nothing_new_is_four_hundred_bytes_at_most(house: House):
    anna = house.phone()
    await anna.sync()

    answer = await anna.post()

    # As make bench counts them, over plain HTTP: with TLS there is one line more.
    lines = [line for line in answer.headers.raw if line[0] != b"strict-transport-security"]
    head = b"".join(b"%s: %s\r\n" % line for line in lines)
    of_the_server = b"HTTP/1.1 200 OK\r\ndate: Sat, 28 Nov 2026 01:40:00 GMT\r\n\r\n"
    assert answer.json()["documents"] == []
    assert not answer.json().keys() & {"ids", "cursor"}
    assert len(of_the_server + head + answer.content) <= 400


def page_of(visit: str) -> str:
    """The id of the document that has a citizen's own page."""
    citizen, team, *_ = VISITS[visit]
    return f"citizen-{id_of(team)}.{id_of(citizen)}"


async def test_a_cursor_that_was_left_out_goes_on_holding(house: House):
    anna, bo = house.phone(), house.phone("bo")
    await anna.sync()
    quiet = await anna.sync()
    await bo.push(bo.note("Sov godt."))

    answer = await anna.sync()

    assert "cursor" not in quiet
    assert [document["id"] for document in answer["documents"]] == [page_of("else"), f"visit-{id_of('else')}"]
    assert answer["cursor"] == anna.cursor


async def test_whoever_chooses_a_language_moves_the_numbers_of_no_phone_but_her_own(house: House):
    anna, bo, another = house.phone(), house.phone("bo"), house.phone("anna")
    for phone in (anna, bo, another):
        await phone.sync()
        await phone.sync()
    heads = await house.rows("select team_id, seq from counter where team_id <> :anna", anna=id_of("anna"))

    await anna.push(anna.change("choose_language", language="en"))

    assert heads == await house.rows(
        "select team_id, seq from counter where team_id <> :anna", anna=id_of("anna")
    )
    assert "cursor" not in await bo.sync()
    assert [(each["id"], each["body"]["language"]) for each in (await another.sync())["documents"]] == [
        (f"person-{id_of('anna')}", "en")
    ]


async def test_a_change_comes_back_in_the_same_round_trip(house: House):
    anna = house.phone()
    await anna.sync()

    answer = await anna.sync(anna.note("Sov godt."))

    [page, visit] = answer["documents"]
    assert (page["id"], visit["id"]) == (page_of("else"), f"visit-{id_of('else')}")
    assert [each["body"]["notes"][0]["text"] for each in (page, visit)] == ["Sov godt."] * 2


async def test_a_change_of_a_colleague_comes_at_the_next_sync(house: House):
    anna, bo = house.phone("anna"), house.phone("bo")
    await anna.sync()
    await bo.push(bo.note("Spiste godt.", visit="karen"))

    answer = await anna.sync()

    assert [document["id"] for document in answer["documents"]] == [
        page_of("karen"),
        f"visit-{id_of('karen')}",
    ]


async def test_a_document_says_until_when_it_may_be_kept(house: House):
    anna = house.phone()

    await anna.sync()

    assert anna.documents[f"visit-{id_of('else')}"]["keep_until"] == "2026-11-24"
    assert anna.documents[f"guide-{id_of('loftlift')}"]["keep_until"] is None


async def test_a_version_that_keeps_documents_for_other_days_says_so_to_phones_that_have_them(house: House):
    anna, visit = house.phone(), f"visit-{id_of('else')}"
    async with house.database.transaction() as tx:
        await tx.execute("update document set keep_until = '2026-12-24' where id = :id", {"id": visit})
    await anna.sync()
    before = anna.documents[visit]["keep_until"]
    async with house.database.transaction() as tx:
        await refresh(tx, [DocumentRef(id_of("nord"), "visit", id_of("else"))], new_id)

    await anna.sync()

    assert (before, anna.documents[visit]["keep_until"]) == ("2026-12-24", "2026-11-24")


async def test_a_packed_body_is_read(house: House):
    anna = house.phone()
    envelope = {
        "phone": anna.id,
        "build": "b1",
        "now": to_text(house.now),
        "cursor": None,
        "changes": [anna.note()],
    }

    answer = await house.http.post(
        "/sync",
        content=gzip.compress(json.dumps(envelope).encode()),
        headers={"Cookie": await house.sign_in("anna"), **FROM_OUR_PAGE, "Content-Encoding": "gzip"},
    )

    assert [fate["fate"] for fate in answer.json()["fates"]] == ["applied"]


@pytest.mark.parametrize(
    ("envelope", "status", "code"),
    [
        ({"changes": [5] * 501}, 413, "TooManyChanges"),
        ({"changes": ["x" * 1_000_001]}, 413, "TooLarge"),
        ({"changes": None}, 422, "NotAsDescribed"),
        ({"phone": "my phone"}, 422, "NotAsDescribed"),
        ({"now": "just now"}, 422, "NotAsDescribed"),
        ({"now": "2026-02-30T00:00:00.000Z"}, 422, "NotAsDescribed"),
    ],
)
async def test_a_push_that_is_wrong_as_a_whole_changes_nothing(
    house: House, envelope: dict[str, object], status: int, code: str
):
    answer = await house.phone().post(**envelope)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await house.log() == []


@pytest.mark.parametrize("body", [b"{", b'{"now": NaN}', b"[" * 100_000, b"\xff\xfe", b"9" * 5000, b""])
async def test_a_broken_body_is_said_to_be_broken(house: House, body: bytes):
    answer = await house.post("/sync", "anna", body)

    assert (answer.status_code, answer.json()["code"]) == (400, "BrokenBody")


@pytest.mark.parametrize(
    "cursor", ["", "nonsense", "W10=", "bnVsbA==", "WzEsIngiLHt9LCIiXQ==", "💤", "A" * 9999]
)
async def test_a_cursor_without_sense_brings_everything(house: House, cursor: str):
    anna = house.phone(cursor=cursor)

    answer = await anna.sync()

    assert len(answer["documents"]) == 5


# Law 6: nothing is overwritten -----------------------------------------------------------------------------


async def test_two_carers_who_had_not_seen_each_other_both_see_the_difference(house: House):
    anna, bo = house.phone("anna"), house.phone("bo")
    await anna.sync()
    await bo.sync()
    first = anna.answer("Hjælp til bad", "alone", visit="karen")
    house.pass_time(minutes=2)
    second = bo.answer("Hjælp til bad", "carer", visit="karen")

    await bo.push(second)
    await anna.push(first)

    for phone in (anna, bo):
        step = await phone.step("Hjælp til bad", visit="karen")
        assert step["answer"] == "carer"
        assert [(one["by"]["name"], one["answer"]) for one in step["differing"]] == [
            ("Anna Lund", "alone"),
            ("Bo Friis", "carer"),
        ]


async def test_a_carer_who_has_seen_both_settles_it(house: House):
    anna, bo = house.phone("anna"), house.phone("bo")
    for phone, answer in ((anna, "alone"), (bo, "carer")):
        await phone.push(phone.answer("Hjælp til bad", answer, visit="karen"))
    await anna.sync()
    house.pass_time(minutes=1)

    await anna.push(anna.answer("Hjælp til bad", "together", visit="karen"))

    step = await bo.step("Hjælp til bad", visit="karen")
    assert (step["answer"], step["differing"]) == ("together", [])


async def test_all_as_planned_takes_away_no_answer_that_its_phone_had_not_seen(house: House):
    """A step whose reason is half-written is emptied again after it: an answer of null, as phones have sent it always."""
    anna, bo = house.phone("anna"), house.phone("bo")
    await bo.sync()
    his = anna.answer("Hjælp til bad", "alone", visit="karen")
    house.pass_time(minutes=2)
    planned = bo.change("answer_as_planned", "karen")
    house.pass_time(seconds=1)
    emptied = bo.answer("Hjælp til bad", None, visit="karen")

    for phone, changes in ((anna, [his]), (bo, [planned, emptied])):
        await phone.push(*changes)

    step = await bo.step("Hjælp til bad", visit="karen")
    assert (step["answer"], step["answered_by"]["name"]) == ("alone", "Anna Lund")
    house.pass_time(minutes=1)
    await bo.push(bo.answer("Hjælp til bad", None, visit="karen"))
    assert (await anna.step("Hjælp til bad", visit="karen"))["answer"] is None


async def test_who_removes_her_own_answer_gets_to_see_what_a_colleague_had_said_meanwhile(house: House):
    anna, bo = house.phone("anna"), house.phone("bo")
    await bo.sync()
    changes = []
    for phone, answer in ((anna, "alone"), (bo, "carer"), (bo, None)):
        changes.append((phone, phone.answer("Hjælp til bad", answer, visit="karen")))
        house.pass_time(minutes=1)

    for phone, change in changes:
        await phone.push(change)

    step = await bo.step("Hjælp til bad", visit="karen")
    assert (step["answer"], step["answered_by"]["name"], step["differing"]) == ("alone", "Anna Lund", [])


async def test_the_same_answer_from_both_is_no_difference(house: House):
    for phone in (house.phone("anna"), house.phone("bo")):
        await phone.push(phone.answer(visit="karen"))

    assert (await house.phone().step(visit="karen"))["differing"] == []


async def test_an_answer_that_was_shown_nowhere_was_seen_by_nobody(house: House):
    anna, bo = house.phone("anna"), house.phone("bo")
    in_the_cellar = anna.answer(answer="alone", visit="karen")
    house.pass_time(minutes=1)
    await bo.push(bo.answer(answer="alone", visit="karen"))
    await anna.push(in_the_cellar)
    await bo.sync()
    house.pass_time(minutes=1)

    await bo.push(bo.answer(answer="carer", visit="karen"))

    step = await bo.step(visit="karen")
    assert [(one["by"]["name"], one["answer"]) for one in step["differing"]] == [
        ("Anna Lund", "alone"),
        ("Bo Friis", "carer"),
    ]


async def test_seen_from_the_future_settles_nothing(house: House):
    anna, bo = house.phone("anna"), house.phone("bo")
    await anna.push(anna.answer(answer="alone", visit="karen") | {"seen": 10**9})
    house.pass_time(minutes=1)

    await bo.push(bo.answer(answer="carer", visit="karen"))
    await bo.push(bo.note(visit="karen"))  # what Bo answered has its number once the visit is folded anew

    assert len((await anna.step(visit="karen"))["differing"]) == 2


async def test_every_answer_is_kept(house: House):
    anna = house.phone()
    for answer in ("alone", "together", None, "carer"):
        house.pass_time(minutes=1)
        await anna.push(anna.answer(answer=answer))

    rows = await house.rows("select answer from answer order by at")

    assert [row["answer"] for row in rows] == ["alone", "together", None, "carer"]


# Law 7: two times ------------------------------------------------------------------------------------------


async def test_a_clock_that_is_wrong_is_corrected_and_both_times_are_kept(house: House):
    anna = house.phone(clock_is_ahead=timedelta(days=3))
    note = anna.note()
    happened = to_text(house.now)
    house.pass_time(hours=6)

    await anna.push(note)

    (written,) = (await anna.visit())["notes"]
    assert (written["written_at"], written["received_at"]) == (happened, to_text(house.now))


@pytest.mark.parametrize(
    ("ahead", "is_wrong"), [(-30_001, True), (-30_000, False), (30_000, False), (30_001, True)]
)
async def test_a_clock_is_corrected_that_is_off_by_more_than_half_a_minute(
    house: House, ahead: int, is_wrong: bool
):
    anna = house.phone(clock_is_ahead=timedelta(milliseconds=ahead))
    note = anna.note()

    await anna.push(note)

    (written,) = (await anna.visit())["notes"]
    assert written["written_at"] == (to_text(house.now) if is_wrong else note["at"])


async def test_a_slow_request_does_not_put_an_earlier_answer_last(house: House):
    anna = house.phone()
    first = anna.answer(answer="alone")
    slow = to_text(house.now)
    house.pass_time(seconds=3)
    second = anna.answer(answer="carer")
    house.pass_time(seconds=17)

    await anna.post(first, now=slow)
    await anna.push(second)

    assert (await anna.step())["answer"] == "carer"


# Law 8: missing is noticed ---------------------------------------------------------------------------------


async def test_numbers_that_never_came_are_named_until_they_come(house: House):
    anna = house.phone()
    notes = [anna.note(str(number)) for number in range(6)]

    first = await anna.sync(notes[0], notes[5])
    second = await anna.sync(notes[2])
    third = await anna.sync(notes[1], notes[3], notes[4])

    assert [answer["missing"] for answer in (first, second, third)] == [[[2, 5]], [[2, 2], [4, 5]], []]


async def test_a_refused_change_is_not_missing(house: House):
    anna = house.phone()

    answer = await anna.sync(anna.note() | {"name": "fly"}, anna.note())

    assert answer["missing"] == []


def test_any_order_and_any_repeats_give_the_same_gaps():
    assert receive_numbers(*receive_numbers(0, [], [9, 2, 2]), [1, 4, 9]) == (9, [(3, 3), (5, 8)])


async def test_a_phone_that_lost_its_storage_is_noticed(house: House):
    old = house.phone()
    await old.push(old.note("1"), old.note("2") | {"n": 3})

    await house.phone().sync()

    (phone,) = await house.rows("select replaced_at from phone where id = :id", id=old.id)
    assert phone["replaced_at"] == to_text(house.now)
    assert await house.rows("select first_n, last_n from phone_gap") == [{"first_n": 2, "last_n": 2}]


async def test_a_phone_that_lost_its_storage_did_so_when_its_successor_came(house: House):
    old, new = house.phone(), house.phone()
    await old.sync()
    house.pass_time(minutes=1)
    await new.sync()
    replaced_at = house.now
    house.pass_time(minutes=1)

    await new.sync()

    (phone,) = await house.rows("select replaced_at from phone where id = :id", id=old.id)
    assert phone["replaced_at"] == to_text(replaced_at)


async def test_a_phone_that_was_thought_replaced_and_is_heard_at_once_is_not(house: House):
    first, second = house.phone(), house.phone()
    await first.sync()
    await second.sync()
    before = await house.rows("select id from phone where replaced_at is not null")

    await first.sync()

    after = await house.rows("select id from phone where replaced_at is not null")
    assert (before, after) == ([{"id": first.id}], [{"id": second.id}])


@pytest.mark.parametrize(("silent", "is_noted"), [(19_999, False), (20_000, True)])
async def test_a_contact_without_changes_is_noted_when_the_one_before_is_twenty_seconds_old(
    house: House, silent: int, is_noted: bool
):
    anna = house.phone()
    await anna.sync()
    before = house.now
    after = house.pass_time(milliseconds=silent)

    await anna.sync()

    (phone,) = await house.rows("select heard_at from phone")
    assert phone["heard_at"] == to_text(after if is_noted else before)


# Phones and people -----------------------------------------------------------------------------------------


async def test_a_phone_of_another_person_is_refused(house: House):
    anna = house.phone()
    await anna.sync()

    answer = await house.phone("bo", id=anna.id).post(anna.note())

    assert (answer.status_code, answer.json()["code"]) == (403, "PhoneBoundToAnother")
    assert await house.log() == []


async def test_a_new_sign_in_of_the_same_person_goes_on_with_the_phone(house: House):
    anna = house.phone()
    await anna.sync()
    await house.sign_in("anna")

    (fate,) = await anna.push(anna.note())

    assert fate.fate == "applied"


async def test_without_a_sign_in_nothing_is_judged_and_the_phone_keeps_it_all(house: House):
    answer = await house.http.post("/sync", json={})

    assert (answer.status_code, answer.json()["code"]) == (401, "NotSignedIn")


# Law 10: the pull brings the whole truth -------------------------------------------------------------------


async def move(tx: Transaction, visit: str, day: str) -> None:
    """Plan a visit for another day without touching its document's number otherwise."""
    await tx.execute("update visit set day = :day where id = :id", {"day": day, "id": id_of(visit)})
    await refresh(tx, [DocumentRef(id_of("nord"), "visit", id_of(visit))], new_id)


async def test_a_visit_that_enters_the_window_comes_although_its_number_is_old(house: House):
    async with house.database.transaction() as tx:
        await move(tx, "knud", "2026-11-28")
    anna = house.phone()
    await anna.push(anna.note("et nyere nummer"))
    assert f"visit-{id_of('knud')}" not in anna.ids
    house.pass_time(days=3)

    await anna.sync()

    assert f"visit-{id_of('knud')}" in anna.documents


async def test_the_window_follows_the_danish_day(house: House):
    async with house.database.transaction() as tx:
        await move(tx, "knud", "2026-11-26")
    anna = house.phone()
    house.now = house.now.replace(hour=22, minute=59)
    await anna.sync()
    before = f"visit-{id_of('knud')}" in anna.documents
    house.pass_time(minutes=1)

    await anna.sync()

    assert day_of(house.now).isoformat() == "2026-11-24"
    assert (before, f"visit-{id_of('knud')}" in anna.documents) == (False, True)


async def test_yesterday_stays_and_the_day_before_is_forgotten(house: House):
    anna = house.phone()
    await anna.sync()
    house.pass_time(days=1)
    await anna.sync()
    on_the_day_after = f"visit-{id_of('else')}" in anna.documents
    house.pass_time(days=1)

    await anna.sync()

    assert (on_the_day_after, f"visit-{id_of('else')}" in anna.documents) == (True, False)


async def test_a_visit_that_was_given_to_a_colleague_leaves_the_phone(house: House):
    anna, bo = house.phone("anna"), house.phone("bo")
    await anna.sync()
    async with house.database.transaction() as tx:
        await give_to(tx, "knud", "bo")

    await anna.sync()
    await bo.sync()

    assert f"visit-{id_of('knud')}" not in anna.documents
    assert f"visit-{id_of('knud')}" in bo.documents


async def test_a_carer_lent_to_another_team_gets_its_visits_too(house: House):
    anna = house.phone()
    await anna.sync()
    async with house.database.transaction() as tx:
        await give_to(tx, "solveig", "anna")

    await anna.sync()

    assert f"visit-{id_of('solveig')}" in anna.documents


async def test_a_visit_long_past_is_still_accepted(house: House):
    anna = house.phone()
    note = anna.note()
    house.pass_time(days=20)

    (fate,) = await anna.push(note)

    assert fate.fate == "applied"


async def test_after_the_database_is_restored_everything_comes_again(house: House):
    anna = house.phone()
    await anna.sync()
    async with house.database.transaction() as tx:
        await tx.execute(
            "update counter set epoch = 'another' where team_id = :nord", {"nord": id_of("nord")}
        )

    answer = await anna.sync()

    assert len(answer["documents"]) == 5
    assert len(answer["ids"]) == 5


async def test_a_number_ahead_of_the_server_brings_everything_again(house: House):
    anna = house.phone()
    await anna.push(anna.note())
    async with house.database.transaction() as tx:
        await tx.execute("update counter set seq = 1 where team_id = :nord", {"nord": id_of("nord")})

    answer = await anna.sync()

    assert len(answer["documents"]) == 6  # the citizen's own page, too


async def test_the_cursor_holds_what_the_law_says(house: House):
    anna = house.phone()
    await anna.sync()

    cursor = read_cursor(anna.cursor, day_of(house.now))

    assert isinstance(cursor, Cursor)
    assert cursor.day == "2026-11-23"
    # the municipality has no documents of its own
    assert set(cursor.heads) == {"", id_of("nord"), id_of("anna")}


async def test_pushes_at_the_same_moment_are_each_answered_and_none_is_lost(house: House):
    phones = [house.phone(person) for person in ("anna", "bo", "anna", "bo")]
    await asyncio.gather(*(house.sign_in(person) for person in ("anna", "bo")))
    pushes = [
        phone.note(f"{who} {number}", visit="karen")
        for who, phone in enumerate(phones)
        for number in range(8)
    ]

    answers = await asyncio.gather(*(phones[int(push["args"]["text"][0])].post(push) for push in pushes))

    assert {fate["fate"] for answer in answers for fate in answer.json()["fates"]} == {"applied"}
    notes = (await phones[0].visit("karen"))["notes"]
    assert sorted(note["text"] for note in notes) == sorted(push["args"]["text"] for push in pushes)


async def test_no_two_documents_of_a_team_share_a_number(house: House):
    anna = house.phone()
    await anna.push(anna.note("1"), anna.note("2", visit="karen"), anna.note("3", visit="knud"))

    versions = sorted(
        document["version"] for id, document in anna.documents.items() if not id.startswith("person-")
    )

    assert len(set(versions)) == 7
    with pytest.raises(Exception, match=r"(?i)unique"):
        async with house.database.transaction() as tx:
            await tx.execute("update document set version = 1 where team_id = :nord", {"nord": id_of("nord")})


async def test_what_changes_nothing_to_see_brings_nothing(house: House):
    anna = house.phone()
    await anna.push(anna.answer(answer="alone") | {"at": to_text(house.now)})
    older = to_text(house.now - timedelta(minutes=4))

    answer = await anna.sync(anna.answer(answer="carer") | {"at": older})

    assert answer["documents"] == []
    assert await house.rows("select change_id from answer where version is null") == []


async def test_a_new_visit_of_the_day_is_pushed_down(house: House, monkeypatch: pytest.MonkeyPatch):
    from tests import small_town

    anna = house.phone()
    await anna.sync()
    monkeypatch.setitem(small_town.VISITS, "mogens", ("Mogens Vig", "nord", ["anna"], 11))
    async with house.database.transaction() as tx:
        await plan_visit(tx, "mogens")
        await refresh(tx, [DocumentRef(id_of("nord"), "visit", id_of("mogens"))], new_id)

    answer = await anna.sync()

    assert [document["body"]["citizen"]["name"] for document in answer["documents"]] == ["Mogens Vig"]
