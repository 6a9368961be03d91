"""A phone whose list cannot be another is looked up by what is newer alone, and is given what it would be given else."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from random import Random

import pytest

from pwa.access.queries import roles
from pwa.access.queries.people import get_person
from pwa.care.documents.refresh import refresh
from pwa.care.queries import guides
from pwa.care.sync import pull
from pwa.care.sync.cursors import Cursor, Part, write_cursor
from pwa.care.sync.pull import MOST_SINCE, Phone, Pull
from pwa.documents.queries import list_documents
from pwa.documents.store import DocumentRef
from pwa.words import Person, Role, new_id, to_text
from tests.house import House
from tests.house import Phone as HousePhone
from tests.small_town import VISITS, give_to, guide_body, id_of

TODAY = "2026-11-23"
CHECKLIST, SOUTH = "a-checklist", "syd"
NOBODY: frozenset[str] = frozenset()
HEADS = {"nord": ("e", 500), "": ("e", 3), "mette": ("e", 2), CHECKLIST: ("e", 1), "kommune": ("e", 4)}
READABLE = ("nord", "kommune", "")


def asks(cursor: Cursor, readable: tuple[str, ...] = READABLE, today: str = TODAY) -> Phone:
    """A phone that asks with this cursor."""
    person = Person("mette", "Mette", "da", ())
    return Phone(person, write_cursor(cursor), date.fromisoformat(today), cursor, readable)


@pytest.mark.parametrize("moved", [{}, {"nord": ("e", 501)}, {"nord": ("e", 500 + MOST_SINCE)}])
def test_while_visits_alone_change_a_phone_may_hold_the_same(moved: dict[str, tuple[str, int]]) -> None:
    assert asks(Cursor(TODAY, HEADS, citizens=NOBODY)).may_hold_the_same(HEADS | moved, {CHECKLIST})


@pytest.mark.parametrize(
    "moved",
    [
        {"": ("e", 4)},
        {"mette": ("e", 3)},
        {"nord": ("another epoch", 500)},
        {"nord": ("e", 499)},
        {"nord": ("e", 501 + MOST_SINCE)},
    ],
    ids=["planned", "told", "restored", "ahead", "much"],
)
def test_what_may_make_its_list_another_is_noticed(moved: dict[str, tuple[str, int]]) -> None:
    assert not asks(Cursor(TODAY, HEADS, citizens=NOBODY)).may_hold_the_same(HEADS | moved, {CHECKLIST})


def test_a_day_a_team_and_a_role_more_or_less_are_noticed() -> None:
    """And so is what it was given in part only."""
    first = {name: head for name, head in HEADS.items() if name != "mette"}

    assert not asks(Cursor(TODAY, HEADS, citizens=NOBODY), today="2026-11-24").may_hold_the_same(
        HEADS, {CHECKLIST}
    )
    assert not asks(Cursor(TODAY, HEADS, citizens=NOBODY), ("nord", "")).may_hold_the_same(HEADS, {CHECKLIST})
    assert not asks(Cursor(TODAY, first, citizens=NOBODY), (*READABLE, SOUTH)).may_hold_the_same(
        HEADS | {SOUTH: ("e", 1)}, {CHECKLIST}
    )
    assert not asks(Cursor(TODAY, HEADS, citizens=NOBODY)).may_hold_the_same(HEADS, set())
    assert not asks(Cursor(TODAY, first, citizens=NOBODY)).may_hold_the_same(HEADS, {CHECKLIST})
    assert not asks(Cursor(TODAY, HEADS, part=Part(TODAY, HEADS, "2"), citizens=NOBODY)).may_hold_the_same(
        HEADS, {CHECKLIST}
    )


Act = Callable[[House, Random], Awaitable[None]]


def test_a_cursor_of_before_there_were_citizens_pages_is_looked_up_as_a_whole():
    assert not asks(Cursor(TODAY, HEADS)).may_hold_the_same(HEADS, {CHECKLIST})


async def write(house: House, chance: Random) -> None:
    """Somebody writes at a visit, or tries to."""
    phone = house.phone_of(chance.choice(("anna", "bo", "carl")))
    await phone.post(phone.note(visit=chance.choice(list(VISITS))))


async def give(house: House, chance: Random) -> None:
    """A visit is another's."""
    async with house.database.transaction() as tx:
        await give_to(tx, chance.choice(("else", "knud", "solveig")), chance.choice(("anna", "bo", "carl")))


async def take_and_tell(house: House, chance: Random) -> None:
    """The plan takes Anna's visit, and she is told."""
    async with house.database.transaction() as tx:
        await give_to(tx, "else", "bo")
    told = {"id": new_id(), "visit_id": id_of("else"), "day": TODAY, "at": to_text(house.now)}
    shows = {"after": {"carers": []}, "before": {"carers": [chance.random()]}}
    if chance.random() < 0.5:
        shows["before"] = shows["after"]  # nothing is told, and yet it stays on her list
    await house.tell({"person_id": id_of("anna"), "plan_changes": [told | shows]})


async def see(house: House, chance: Random) -> None:
    """She has seen it, on the one phone or the other."""
    told = await house.rows("select id from plan_change where carer_id = :id order by id", id=id_of("anna"))
    if told:
        phone = house.phone("anna", n=0)
        change = phone.change("see_plan_change") | {"args": {"plan_change_id": told[-1]["id"]}}
        assert [fate.fate for fate in await phone.push(change)] == ["applied"]


async def let_in(house: House, chance: Random) -> None:
    """A role that begins and ends by the hour, with the guides of its team."""
    begins, lasts = timedelta(minutes=chance.randrange(20)), timedelta(minutes=1 + chance.randrange(20))
    async with house.database.transaction() as tx:
        await roles.end_role(tx, id_of("anna"), Role("carer", id_of("syd")), to_text(house.now))
        await roles.add_role(
            tx,
            id_of("anna"),
            Role("carer", id_of("syd")),
            to_text(house.now + begins),
            to_text(house.now + begins + lasts),
        )


async def show_how(house: House, chance: Random) -> None:
    """A guide of a team."""
    team, guide = id_of(chance.choice(("nord", "syd", "kommune"))), new_id()
    body = guide_body().replace(id_of("loftlift"), guide)
    async with house.database.transaction() as tx:
        await guides.add_guide(tx, team, guide, "Loftlift", body)
        await refresh(tx, [DocumentRef(team, "guide", guide)], new_id)


async def wait(house: House, chance: Random) -> None:
    """Some minutes, or it is the next day."""
    house.pass_time(minutes=1 + chance.randrange(15))
    if chance.random() < 0.1:
        house.pass_time(days=1)


ACTS: tuple[Act, ...] = (write, write, write, write, give, take_and_tell, see, let_in, show_how, wait, wait)


@pytest.mark.parametrize("seed", range(6))
async def test_it_is_given_what_it_would_be_given_if_all_were_looked_up(
    house: House, seed: int, monkeypatch: pytest.MonkeyPatch
):
    chance = Random(seed)
    phones = [house.phone(person) for person in ("anna", "anna", "bo", "carl")]
    for phone in phones:
        await phone.sync()
    for _ in range(30):
        await chance.choice(ACTS)(house, chance)
        phone = chance.choice(phones)

        given = await looked_up(house, phone)
        with monkeypatch.context() as patched:
            patched.setattr(pull, "MOST_SINCE", -1)
            assert given == await looked_up(house, phone)
        await phone.sync(*([phone.note(visit="karen")] if chance.random() < 0.4 else []))


async def test_what_the_plan_took_leaves_her_other_phone_too_when_it_is_seen_though_nothing_told_of_it(
    house: House,
):
    anna, other = house.phone("anna"), house.phone("anna")
    async with house.database.transaction() as tx:
        await give_to(tx, "else", "bo")
    told = {"id": new_id(), "visit_id": id_of("else"), "day": TODAY, "at": to_text(house.now)}
    as_it_was: dict[str, object] = {"before": {"carers": []}, "after": {"carers": []}}
    await house.tell({"person_id": id_of("anna"), "plan_changes": [told | as_it_was]})
    await other.sync()
    assert f"visit-{id_of('else')}" in other.ids

    await anna.push(anna.change("see_plan_change") | {"args": {"plan_change_id": told["id"]}})
    await house.push(house.phone_of("bo").note(visit="karen"), by="bo")
    await other.sync()

    assert f"visit-{id_of('else')}" not in other.ids


async def test_of_what_was_just_written_it_is_given_what_is_there_by_now(house: House):
    await house.push(house.phone_of("anna").note("Sov godt."))
    key = (id_of("nord"), f"visit-{id_of('else')}")
    async with house.database.snapshot() as tx:
        [there] = await list_documents(tx, [key])
    as_written = {key: there._replace(body='{"visit_id":"as it was written"}')}
    of_before = {key: as_written[key]._replace(version=there.version - 1)}

    async with house.database.snapshot() as tx:
        anna = await get_person(tx, id_of("anna"), to_text(house.now))
        assert anna
        asking = [pull.Asking(anna, None, house.now)]
        [same] = await pull.pull_all(tx, asking, as_written)
        [newer] = await pull.pull_all(tx, asking, of_before)
        assert newer == await pull.pull(tx, anna, None, house.now)
    assert any("as it was written" in document for document in same.documents)


async def looked_up(house: House, phone: HousePhone) -> Pull:
    """What the phone lacks now."""
    async with house.database.snapshot() as tx:
        carer = await get_person(tx, id_of(phone.person), to_text(house.now))
        assert carer
        return await pull.pull(tx, carer, phone.cursor, house.now)
