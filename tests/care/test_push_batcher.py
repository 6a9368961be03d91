"""Pushes that wait at the same moment are received as a group: each gets what it would get by itself."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import httpx2
import pytest
from msgspec.structs import replace

from pwa.access.queries.people import get_person
from pwa.audit.writer import AccessLog
from pwa.care.documents.access_purpose import purpose_of
from pwa.care.queries.citizens import list_citizens_of_visits
from pwa.care.sync import push_batcher
from pwa.care.sync.arrival import Arrival, Received, prepare
from pwa.care.sync.judge import CARRY_OUT
from pwa.care.sync.pull import pull
from pwa.care.sync.push_batcher import GROUPS, PushBatcher
from pwa.care.sync.receive import receive_push, receive_pushes
from pwa.database import Database, Transaction
from pwa.problems import Unavailable
from pwa.words import Push, clock, new_id, to_text
from tests.house import House, Json, Phone, open_house
from tests.small_town import id_of

PEOPLE = ("anna", "bo", "carl")
VISITS = ("else", "karen", "knud", "solveig", "nowhere")
# What is the same whether pushes come one after the other or together. Only the numbers of versions are others.
ALL_THAT_IS_WRITTEN = {
    "change": "*",
    "phone": "id, person_id, sign_in_id, build, heard_at, skew_ms, highest_n, replaced_at",
    "phone_gap": "*",
    "attendance": "*",
    "answer": "team_id, visit_id, change_id, step_id, answer, reason, at, received_at, by_id, version is null as waits",
    "note": "team_id, visit_id, id, corrects_id, text, written_at, received_at, written_by_id, phone_id, seen",
    "deviation": "*",
    "taken_back": "*",
    "person": "*",
    "document": "team_id, id, day, keep_until, body",
}

Post = Awaitable[httpx2.Response]


class Queue:
    """Lets nobody write before everybody stands in the queue, and counts how often pushes are written."""

    def __init__(self, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
        self._write = house.database.write
        self._opened = asyncio.Event()
        self.writes = 0
        monkeypatch.setattr(house.database, "write", self.write)

    async def write(self, work: Callable[[Transaction], Awaitable[Any]], **how: bool) -> Any:
        self.writes += work.__module__ == push_batcher.__name__  # what is looked at is written down besides
        await self._opened.wait()
        return await self._write(work, **how)

    async def post(self, posts: Sequence[Post]) -> list[httpx2.Response]:
        """Send all of these; they are received once all of them wait."""
        sent = asyncio.gather(*posts)
        await asyncio.sleep(0.4)
        assert not sent.done()
        self._opened.set()
        return await sent


@pytest.fixture
async def queue(house: House, monkeypatch: pytest.MonkeyPatch) -> Queue:
    """In front of the house, with everybody signed in."""
    for person in PEOPLE:
        await house.sign_in(person)
    return Queue(house, monkeypatch)


async def signed_in(house: House, person: str, count: int) -> list[Phone]:
    """So many phones in somebody's hands, each with a sign-in of its own."""
    phones = [house.phone(f"{person} {number}") for number in range(count)]
    for phone in phones:
        await house.sign_in(phone.person, id_of(person))
    return phones


def fates(answer: httpx2.Response) -> list[tuple[str, str | None]]:
    return [(fate["fate"], fate.get("problem")) for fate in answer.json()["fates"]]


async def test_pushes_that_wait_are_written_together(house: House, queue: Queue):
    phones = await signed_in(house, "anna", 12)

    answers = await queue.post([phone.post(phone.note(f"{n}")) for n, phone in enumerate(phones)])

    assert [fates(answer) for answer in answers] == [[("applied", None)]] * 12
    assert {row["words"] for row in await house.log()} == {f"{n}" for n in range(12)}
    assert queue.writes <= GROUPS + 1


async def test_each_push_of_a_phone_waits_for_the_one_before_and_no_group_is_taken_back(
    house: House, queue: Queue
):
    anna, *others = await signed_in(house, "anna", 6)
    posts = [
        *(phone.post(phone.note()) for phone in others[:GROUPS]),
        *(anna.post(anna.note()) for _ in range(3)),
        *(phone.post(phone.note()) for phone in others[GROUPS:]),
    ]

    answers = await queue.post(posts)

    assert [fates(answer) for answer in answers] == [[("applied", None)]] * 8
    assert queue.writes <= GROUPS + 3


async def test_of_two_phones_that_come_with_one_sign_in_at_once_one_replaces_the_other(
    house: House, queue: Queue
):
    others = await signed_in(house, "anna", GROUPS)
    first, second = house.phone("bo"), house.phone("bo")

    await queue.post([phone.post(phone.note()) for phone in (*others, first, second)])

    [replaced] = await house.rows("select id from phone where replaced_at is not null")
    assert replaced["id"] in (first.id, second.id)


async def test_a_push_that_comes_alone_does_not_wait_for_others(house: House):
    anna = house.phone()

    async with asyncio.timeout(5):
        (fate,) = await anna.push(anna.note())

    assert fate.fate == "applied"


async def test_bad_pushes_among_good_ones_hurt_nobody(house: House, queue: Queue):
    good = await signed_in(house, "anna", 6)
    bo, carl = house.phone("bo"), house.phone("carl")
    taken = Phone(house, "carl", id=good[0].id)
    posts = [
        good[0].post(good[0].note("0")),
        good[1].post(good[1].note("1")),
        good[2].post(good[2].note("2")),
        good[3].post(good[3].note("3"), good[3].note("Ukendt.", "nowhere"), good[3].note("4")),
        taken.post(taken.note("En andens telefon.")),
        bo.post(bo.note("Uden klokkeslæt."), now="i går"),
        carl.post({"id": "nonsense"}, carl.note("Solveig er glad.", "solveig")),
        good[4].post(good[4].note("5")),
        good[5].post(good[5].note("6")),
    ]

    answers = await queue.post(posts)

    said = [answer.status_code for answer in answers]
    assert said == [200, 200, 200, 200, 403, 422, 200, 200, 200]
    assert fates(answers[3]) == [("applied", None), ("refused", "NotYourTeam"), ("applied", None)]
    assert fates(answers[6]) == [("held", "NotUnderstood"), ("applied", None)]
    shown = [note["text"] for note in (await house.phone().visit("else"))["notes"]]
    assert sorted(shown) == [f"{number}" for number in range(7)]
    assert len(await house.log()) == 7 + 3


async def test_a_row_that_the_database_refuses_holds_one_change_of_one_push(
    house: House, queue: Queue, monkeypatch: pytest.MonkeyPatch
):
    def impossible(context: Any) -> Any:
        kind = "flown" if context.text("text") == "Fløj." else "extra"
        return replace(report_deviation(context), kind=kind)

    report_deviation: Any = CARRY_OUT["report_deviation"]
    monkeypatch.setitem(CARRY_OUT, "report_deviation", impossible)
    phones = await signed_in(house, "anna", 10)
    texts = ["Fløj." if number == 6 else f"Gik {number}." for number in range(10)]

    answers = await queue.post(
        [
            phone.post(phone.note(text), phone.change("report_deviation", kind="extra", text=text))
            for phone, text in zip(phones, texts, strict=True)
        ]
    )

    applied = [("applied", None)] * 2
    held = [("applied", None), ("held", "NotHandled")]
    assert [fates(answer) for answer in answers] == [*[applied] * 6, held, *[applied] * 3]
    visit = await house.phone().visit("else")
    assert {note["text"] for note in visit["notes"]} == set(texts)
    assert len(visit["notes"]) == 10
    assert sorted(each["text"] for each in visit["deviations"]) == sorted({*texts} - {"Fløj."})
    assert len(await house.log()) == 20


@pytest.mark.postgresql
async def test_a_visit_that_somebody_holds_keeps_only_its_own_carer_waiting(house: House, queue: Queue):
    phones = await signed_in(house, "anna", 10)
    notes = [phone.note(f"{n}", "else" if n == 6 else "karen") for n, phone in enumerate(phones)]
    answered: list[int] = []

    async def post(number: int) -> httpx2.Response:
        answer = await phones[number].post(notes[number])
        answered.append(number)
        return answer

    async with house.database.transaction() as tx:
        await tx.execute("update visit set door = 'C' where id = :id", {"id": id_of("else")})
        posting = asyncio.create_task(queue.post([post(number) for number in range(10)]))
        while len(answered) < 9:  # noqa: ASYNC110 - it is the others that count
            await asyncio.sleep(0.05)
        assert sorted(answered) == [0, 1, 2, 3, 4, 5, 7, 8, 9]

    assert [fates(answer) for answer in await posting] == [[("applied", None)]] * 10


async def test_what_no_push_can_write_is_said_to_each(
    house: House, queue: Queue, monkeypatch: pytest.MonkeyPatch
):
    phones = await signed_in(house, "anna", 8)

    async def full(work: Callable[[Transaction], Awaitable[Any]], **_: bool) -> Any:
        raise Unavailable

    monkeypatch.setattr(queue, "_write", full)
    changes = [phone.note(f"{n}") for n, phone in enumerate(phones)]
    answers = await queue.post([phone.post(change) for phone, change in zip(phones, changes, strict=True)])
    monkeypatch.undo()
    again = await asyncio.gather(*(phone.post(change) for phone, change in zip(phones, changes, strict=True)))

    assert [answer.status_code for answer in answers] == [503] * 8
    assert [fates(answer) for answer in again] == [[("applied", None)]] * 8
    assert len(await house.log()) == 8


async def test_a_change_that_comes_many_times_at_once_is_one(house: House, queue: Queue):
    one, other, *rest = await signed_in(house, "anna", 6)
    note = one.note("Én gang.")

    answers = await queue.post(
        [one.post(note), one.post(note), other.post(note), *(phone.post(phone.note()) for phone in rest), one.post(note)]
    )  # fmt: skip

    assert [fates(answer) for answer in answers] == [[("applied", None)]] * 8
    assert [row["words"] for row in await house.log()].count("Én gang.") == 1


async def test_an_id_that_comes_twice_at_once_is_applied_once_and_kept_twice(house: House, queue: Queue):
    phones = await signed_in(house, "anna", 8)
    notes = [phone.note(f"{number}") for number, phone in enumerate(phones)]
    notes[7] |= {"id": notes[6]["id"]}

    answers = await queue.post([phone.post(note) for phone, note in zip(phones, notes, strict=True)])

    said = sorted(str(fates(answer)[0][1]) for answer in answers)
    assert said == ["IdUsedTwice", *["None"] * 7]
    assert len(await house.log()) == 8


async def test_two_carers_at_one_visit_who_had_not_seen_each_others_answer_both_see_it(
    house: House, queue: Queue
):
    others = await signed_in(house, "anna", 4)
    anna, bo = house.phone("anna"), house.phone("bo")
    posts = [
        *(phone.post(phone.note()) for phone in others),
        anna.post(anna.answer(answer="alone", visit="karen"), anna.note("Fra Anna.", visit="karen")),
        bo.post(bo.answer(answer="carer", visit="karen"), bo.note("Fra Bo.", visit="karen")),
    ]

    *_, of_anna, of_bo = await queue.post(posts)

    assert fates(of_anna) == fates(of_bo) == [("applied", None)] * 2
    for phone in (anna, bo):
        step = await phone.step(visit="karen")
        assert {each["answer"] for each in step["differing"]} == {"alone", "carer"}
        notes = (await phone.visit("karen"))["notes"]
        assert {note["text"] for note in notes} == {"Fra Anna.", "Fra Bo."}
    assert await house.rows("select change_id from answer where version is null") == []


async def test_a_carer_who_stops_waiting_takes_nobody_along(house: House, queue: Queue):
    phones = await signed_in(house, "anna", 10)
    posts = [asyncio.create_task(phone.post(phone.note(f"{n}"))) for n, phone in enumerate(phones)]
    await asyncio.sleep(0.2)
    posts[0].cancel()
    posts[7].cancel()

    answers = await queue.post([post for number, post in enumerate(posts) if number not in (0, 7)])

    assert [fates(answer) for answer in answers] == [[("applied", None)]] * 8
    said = [row["words"] for row in await house.log()]
    assert len(said) == len(set(said))
    assert {"0", *said} >= {str(number) for number in range(10) if number != 7}


# Together as one after the other ----------------------------------------------------------------------------


def made_up(house: House, chance: Random) -> list[tuple[str, Push]]:
    """Whose and which pushes: of everything that phones send, much of it twice and some of it nonsense."""
    phones = [house.phone(person) for person in PEOPLE for _ in range(2)]
    sent: list[Json] = []
    pushes: list[tuple[str, Push]] = []
    for number, phone in enumerate(chance.sample(phones, len(phones))):
        changes: list[object] = []
        for _ in range(chance.randrange(12)):
            change = something(phone, chance)
            if sent and chance.random() < 0.3:
                again = chance.choice(sent)
                change = again if chance.random() < 0.5 else change | {"id": again["id"]}
            sent.append(change)
            phone.n += chance.random() < 0.2
            changes.append(change if chance.random() < 0.95 else {**change, "id": "nonsense"})
        now = to_text(house.now + timedelta(seconds=chance.choice((0, 0, -400, 100))))
        pushes.append((phone.person, Push(phone.id, f"sign-in {number}", "b1", now, changes)))
    return pushes


def something(phone: Phone, chance: Random) -> Json:
    visit = chance.choice(VISITS)
    step = {"step": chance.choice(("Giv medicin", "Hjælp til bad"))}
    seen = {"seen": chance.randrange(4)}
    match chance.randrange(8):
        case 0:
            return phone.change("start_visit", visit)
        case 1:
            return phone.change("choose_language", language=chance.choice(("da", "en", "xx")))
        case 2:
            return phone.change("report_deviation", visit, kind="not_home", text="Ikke hjemme.")
        case 3:
            return phone.change("answer_as_planned", visit) | seen
        case 4:
            return phone.note(chance.choice(("", "Sov.", "Spiste.")), visit)
        case 5:
            return phone.change("take_back", visit, change_id=new_id())
        case _:
            return phone.answer(answer=chance.choice(("alone", "carer", None)), visit=visit, **step) | seen


async def all_that_is_written(house: House) -> dict[str, list[Json]]:
    rows = {
        table: await house.rows(f"select {what} from {table}") for table, what in ALL_THAT_IS_WRITTEN.items()
    }
    return {table: sorted(found, key=str) for table, found in rows.items()}


async def arrivals(house: House, pushes: Sequence[tuple[str, Push]]) -> list[Arrival]:
    async with house.database.snapshot() as tx:
        people = {name: await get_person(tx, id_of(name), to_text(house.now)) for name in PEOPLE}
    return [
        await prepare(Arrival(carer, push, house.now)) for name, push in pushes if (carer := people[name])
    ]


async def one_by_one(database: Database, sent: Sequence[Arrival]) -> list[Received]:
    return [await database.write(partial(receive_push, arrival=one, new_id=new_id)) for one in sent]


def pushes_of(house: House) -> PushBatcher:
    return PushBatcher(
        house.database, AccessLog(house.database, clock, new_id, list_citizens_of_visits, purpose_of), new_id
    )


async def test_pushes_of_one_phone_are_received_in_the_order_in_which_they_came(house: House):
    anna, bo = house.phone("anna"), house.phone("bo")
    first, second, third = anna.note("1"), anna.note("2"), anna.note("3")
    sent = [(bo, bo.note()), (anna, first), (bo, bo.note()), (anna, third), (anna, second)]
    now = to_text(house.now)
    pushes = [(phone.person, Push(phone.id, phone.person, "b1", now, [note])) for phone, note in sent]
    batcher = pushes_of(house)

    received = await asyncio.gather(*map(batcher.receive, await arrivals(house, pushes)))

    assert [each.missing for each in received] == [[], [], [], [(2, 2)], []]
    assert [each.heard_n for each in received] == [1, 1, 2, 3, 3]


Receive = Callable[[House, list[Arrival]], Awaitable[list[Received]]]


async def comes_to_the_same(folder: Path, seed: int, receive: Receive) -> None:
    """What is made up by this seed, received so and one after the other."""
    chance = Random(seed)
    async with open_house(folder / "one") as one, open_house(folder / "other") as other:
        for _ in range(3):
            pushes = made_up(one, chance)

            in_turn = await one_by_one(one.database, await arrivals(one, pushes))
            at_once = await receive(other, await arrivals(other, pushes))

            assert [(each.fates, each.missing, each.heard_n) for each in at_once] == [
                (each.fates, each.missing, each.heard_n) for each in in_turn
            ]
            assert await all_that_is_written(other) == await all_that_is_written(one)


async def together(house: House, sent: list[Arrival]) -> list[Received]:
    return await house.database.write(partial(receive_pushes, arrivals=sent, new_id=new_id))


@pytest.mark.parametrize("seed", range(6))
async def test_together_comes_to_the_same_as_one_after_the_other(tmp_path: Path, seed: int):
    await comes_to_the_same(tmp_path, seed, together)


# What the phones are given ----------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(3))
async def test_what_a_group_is_given_is_what_each_would_be_given_after_it(house: House, seed: int):
    chance = Random(seed)
    visit = await house.phone_of("anna").visit()
    await house.plan(
        visit | {"visit_id": new_id(), "day": "2026-11-26", "team": {"id": new_id(), "name": "Ny"}}
    )
    for person in PEOPLE:
        await house.phone_of(person).sync(house.phone_of(person).note())
    made = [
        (person, replace(push, cursor=chance.choice((None, "nonsense", house.phone_of(person).cursor))))
        for person, push in made_up(house, chance)
    ]
    # Some came after midnight: they may hold one day more.
    sent = [
        one._replace(now=one.now + timedelta(days=chance.randrange(2))) for one in await arrivals(house, made)
    ]
    receive_and_pull = pushes_of(house)._receive_and_pull

    received = await house.database.write(partial(receive_and_pull, arrivals=sent))

    async with house.database.snapshot() as tx:
        after = [await pull(tx, carer, push.cursor, now) for carer, push, now, *_ in sent]
    assert [each.pulled for each in received] == after
    assert [each.is_recorded for each in received] == [True] * len(sent)
    looks = await house.rows("select person_id, about from access_log where what = 'sync'")
    noted = {(row["person_id"], visit_id) for row in looks for _, _, visit_id in json.loads(row["about"])}
    assert noted >= {
        (carer.id, visit_id)
        for (carer, *_), given in zip(sent, after, strict=True)
        for visit_id in given.visit_ids
    }


@pytest.mark.sqlite
async def test_who_cannot_be_told_what_is_new_has_delivered_all_the_same(
    house: House, queue: Queue, monkeypatch: pytest.MonkeyPatch
):
    async def fails(*_: object) -> object:
        raise RuntimeError("a mistake of ours")

    monkeypatch.setattr(push_batcher, "pull_all", fails)
    phones = await signed_in(house, "anna", 4)

    answers = await queue.post([phone.post(phone.note(f"{n}")) for n, phone in enumerate(phones)])

    assert [fates(answer) for answer in answers] == [[("applied", None)]] * 4
    assert {row["words"] for row in await house.log()} == {"0", "1", "2", "3"}
    assert all(id_of("else") in answer.text for answer in answers)
    looks = await house.rows("select phone_id from access_log where what = 'sync'")
    assert looks
