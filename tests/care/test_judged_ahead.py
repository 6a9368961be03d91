"""Pushes that are judged on a snapshot are written as they are judged, unless anything has moved: then they are judged again."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path
from random import Random

import pytest
from msgspec.structs import replace

from pwa.access.queries import phones
from pwa.care.documents.refresh import refresh
from pwa.care.queries import answers, planning
from pwa.care.queries.allowances import Level, set_levels
from pwa.care.sync.arrival import Arrival, Received
from pwa.care.sync.judged_ahead import still_holds, write_judged_ahead
from pwa.care.sync.receive import Judged, judge_pushes
from pwa.database.lists import Key
from pwa.documents.store import DocumentRef
from pwa.words import Push, new_id, to_text
from pwa.written import Answer
from tests.care.test_push_batcher import all_that_is_written, arrivals, comes_to_the_same, made_up
from tests.house import House, Json, Phone, open_house
from tests.small_town import id_of

MORNING = "2026-11-23T07:40:00.000Z"


async def judged(house: House, sent: Sequence[Arrival]) -> Judged:
    async with house.database.snapshot() as tx:
        return await judge_pushes(tx, sent, new_id)


async def held(house: House, one: Judged) -> bool:
    return await house.database.write(partial(still_holds, judged=one))


async def write(house: House, one: Judged) -> list[Received]:
    return await house.database.write(partial(write_judged_ahead, judged=one, new_id=new_id))


async def push_of(house: House, phone: Phone, *changes: Json) -> list[Arrival]:
    """What a phone sends now, prepared."""
    push = Push(phone.id, f"of {phone.id}", "b1", to_text(house.now), list(changes))
    return await arrivals(house, [(phone.person, push)])


async def key_of(house: House, visit: str) -> Key:
    [row] = await house.rows("select team_id, id from visit where id = :id", id=id_of(visit))
    return row["team_id"], row["id"]


# The same as in one -----------------------------------------------------------------------------------------


async def ahead(house: House, sent: list[Arrival]) -> list[Received]:
    one = await judged(house, sent)
    assert await held(house, one)
    return await write(house, one)


@pytest.mark.parametrize("seed", range(4))
async def test_judged_ahead_comes_to_the_same_as_one_after_the_other(tmp_path: Path, seed: int):
    await comes_to_the_same(tmp_path, seed, ahead)


async def test_judging_writes_nothing(house: House):
    await house.push(house.phone_of("anna").note())
    before = await all_that_is_written(house)

    await judged(house, await arrivals(house, made_up(house, Random(7))))

    assert await all_that_is_written(house) == before


# What moves -------------------------------------------------------------------------------------------------


async def a_colleague_writes(house: House, phone: Phone, sent: Json) -> None:
    await house.push(house.phone_of("bo").note("Fra Bo.", visit="karen"), by="bo")


async def something_is_done_that_nobody_sees(house: House, phone: Phone, sent: Json) -> None:
    """The document stays as it is: what was taken back has not come yet."""
    asked = "select version from document where id = :id"
    before = await house.rows(asked, id=f"visit-{id_of('karen')}")
    await house.push(house.phone_of("bo").change("take_back", "karen", change_id=new_id()), by="bo")
    assert before == await house.rows(asked, id=f"visit-{id_of('karen')}")


async def the_plan_changes(house: House, phone: Phone, sent: Json) -> None:
    team_id, visit_id = key = await key_of(house, "karen")
    async with house.database.transaction() as tx:
        await planning.set_cancelled(tx, [key], to_text(house.now))
        await refresh(tx, [DocumentRef(team_id, "visit", visit_id)], new_id)


async def it_comes_by_another_way(house: House, phone: Phone, sent: Json) -> None:
    other = house.phone(phone.person)
    await other.push(sent)


async def its_phone_is_shut_out(house: House, phone: Phone, sent: Json) -> None:
    async with house.database.transaction() as tx:
        await phones.set_revoked(tx, phone.id, "lost", id_of("bo"), to_text(house.now))


async def its_phone_is_heard(house: House, phone: Phone, sent: Json) -> None:
    house.pass_time(seconds=1)
    async with house.database.transaction() as tx:
        await write_judged_ahead(
            tx, await judged(house, await push_of(house, phone, phone.note(visit="else"))), new_id
        )


async def a_number_of_its_phone_is_missed(house: House, phone: Phone, sent: Json) -> None:
    async with house.database.transaction() as tx:
        await phones.set_gaps(tx, {phone.id: [(1, 1)]})


async def its_carer_has_sent_very_much(house: House, phone: Phone, sent: Json) -> None:
    async with house.database.transaction() as tx:
        await set_levels(tx, [Level(id_of(phone.person), "changes", 5, to_text(house.now))])


MOVES = [
    a_colleague_writes, something_is_done_that_nobody_sees, the_plan_changes, it_comes_by_another_way,
    its_phone_is_shut_out, its_phone_is_heard, a_number_of_its_phone_is_missed, its_carer_has_sent_very_much,
]  # fmt: skip


@pytest.mark.parametrize("move", MOVES, ids=lambda move: str(move.__name__))
async def test_what_moves_meanwhile_is_noticed_and_judged_by(
    tmp_path: Path, move: Callable[[House, Phone, Json], Awaitable[None]]
):
    async with open_house(tmp_path / "one") as one, open_house(tmp_path / "other") as other:
        told = []
        for house, is_ahead in ((one, True), (other, False)):
            phone = house.phone("anna", id=id_of("a phone"))
            await write(house, await judged(house, await push_of(house, phone, phone.note(visit="else"))))
            note = phone.note("Fra Anna.", visit="karen") | {"id": id_of("a change")}
            sent = await push_of(house, phone, note)
            ahead = await judged(house, sent) if is_ahead else None
            stands = await held(house, ahead) if ahead else True
            await move(house, phone, note)
            if ahead:
                assert (stands, await held(house, ahead)) == (True, False)
            [received] = await write(house, ahead or await judged(house, sent))
            told.append([(fate.fate, fate.problem) for fate in received.fates])

        assert told[0] == told[1]


async def test_a_visit_that_is_planned_meanwhile_is_known(house: House):
    anna = house.phone("anna")
    visit = await house.phone_of("anna").visit()
    new = visit | {"visit_id": new_id()}
    note = anna.note() | {"id": new_id()}
    note["args"] = note["args"] | {"visit_id": new["visit_id"]}
    ahead = await judged(house, await push_of(house, anna, note))
    await house.plan(new)

    [received] = await write(house, ahead)

    assert [fate.fate for fate in received.fates] == ["applied"]


async def test_a_repeat_whose_first_try_comes_meanwhile_is_judged_with_it(house: House):
    anna = house.phone("anna")
    first = anna.note(visit="solveig")
    again = anna.note(visit="else")
    [arrival] = await push_of(house, anna, again)
    push = replace(arrival.push, retries=f'[["{again["id"]}", "{first["id"]}"]]')
    ahead = await judged(house, [arrival._replace(push=push)])
    await house.phone("anna").push(first)

    assert not await held(house, ahead)


async def test_a_phone_that_was_copied_is_judged_as_another_and_comes_to_be_when_it_is_written(house: House):
    anna = house.phone("anna")
    [arrival] = await push_of(house, anna, anna.note())
    shown = arrival._replace(push=replace(arrival.push, secret_hash="a" * 64))
    await write(house, await judged(house, [shown]))
    house.pass_time(minutes=1)
    [another] = await push_of(house, anna, anna.note())

    ahead = await judged(house, [another._replace(push=replace(another.push, secret_hash="b" * 64))])
    before = await house.rows("select id from phone where copy_of is not null")
    [received] = await write(house, ahead)

    assert before == []
    assert await house.rows("select id, copy_of from phone where copy_of is not null") == [
        {"id": received.new_phone, "copy_of": anna.id}
    ]


# The tripwire -----------------------------------------------------------------------------------------------


@pytest.mark.sqlite
async def test_whoever_writes_at_a_visit_and_forgets_its_token_trips(tmp_path: Path):
    async def forget() -> None:
        async with open_house(tmp_path) as house:
            answer = Answer(
                new_id(), id_of("else Giv medicin"), "alone", "", MORNING, MORNING, id_of("anna"), "", 0, None
            )
            async with house.database.transaction() as tx:
                await answers.add_answers(tx, [(await key_of(house, "else"), answer)])

    with pytest.raises(AssertionError, match="tokens did not move"):
        await forget()
