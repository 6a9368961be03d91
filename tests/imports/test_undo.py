"""The last import of a plan can be undone; phones learn of it as of any plan, and what a carer has written stays."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest

from pwa.database import Database
from pwa.imports.apply import pieces
from pwa.imports.apply.imported import Chosen, Imported
from pwa.imports.apply.judge import Yes
from pwa.imports.apply.turns import TurnLost, begin_turn, counts_of
from pwa.imports.apply.undo import NothingToUndo, NotTheLast, Undone, UndoYes, WorkedOn, undo_import
from pwa.imports.queries.file_imports import list_imports
from pwa.source_ids import id_of
from pwa.words import new_id
from tests.house import House
from tests.imports.test_import import (
    ASE,
    IB,
    PEOPLE,
    PLAN,
    body,
    checklists,
    import_text,
    people,
    phone,
    plan,
)
from tests.imports.test_plan_changes import told

PLANNED = {
    "visit": "team_id, id, number, day, starts_at, minutes, citizen_name, address, checklist_name, cancelled_at, nurse",
    "visit_carer": "team_id, visit_id, day, carer_id, position",
    "visit_step": "team_id, visit_id, id, position, removed_at is null as stands",
}


@pytest.fixture
async def east(house: House) -> House:
    """The house after people, checklists and a plan were imported."""
    await people(house, PEOPLE)
    await checklists(house)
    await plan(house)
    return house


async def planned(house: House) -> list[Any]:
    """How every visit is planned."""
    return [
        await house.rows(f"select {columns} from {table} order by 1, 2, 3")
        for table, columns in PLANNED.items()
    ]


async def undo(house: House, keep: int | None = None, number: int | None = None) -> Imported:
    """As the command does it."""
    turn = await begin_turn(house.database, "undo", "", "", lambda: house.now, new_id, silent=timedelta())
    try:
        undone = (await undo_import(turn, new_id, UndoYes(keep, number))).counts
    except (NothingToUndo, NotTheLast, WorkedOn):
        async with house.database.transaction() as tx:
            await turn.end(tx, "stopped", [])
        raise
    async with house.database.transaction() as tx:
        await turn.end(tx, "done", [], counts_of(undone))
    return undone


OTHER = {
    "moved in time": PLAN.replace("10.00", "11.00"),
    "moved to another day": PLAN.replace("23-11-2026;10", "25-11-2026;10"),
    "another carer and another address": PLAN.replace("101;Øst;1", "101;Øst;2").replace("Bøgevej", "Elmevej"),
    "cancelled": "".join(PLAN.splitlines(keepends=True)[:2]),
    "another checklist": PLAN.replace("Morgen", "Aften"),
    "another team": PLAN.replace("101;Øst;1", "101;Vest;3"),
    "with a nurse": PLAN.replace("tjekliste", "sygeplejerske;sygeplejerske telefon;tjekliste").replace(
        "Morgen", "Rie;12345678;Morgen"
    ),
}


@pytest.mark.parametrize("text", OTHER.values(), ids=OTHER)
async def test_every_visit_is_planned_as_it_was_and_phones_get_it_with_newer_versions(east: House, text: str):
    pia = await phone(east)
    await pia.sync()
    before = await planned(east)
    first = {id: one["version"] for id, one in pia.documents.items()}
    await plan(east, text)
    await pia.sync()

    await undo(east)

    now = await planned(east)
    assert [[row for row in rows if row in was] for rows, was in zip(now, before, strict=True)] == before
    visit = await body(pia, IB)
    assert (visit["cancelled_at"], visit["starts_at"], visit["address"]) == (
        None,
        "2026-11-23T09:00:00.000Z",
        "Bøgevej 2",
    )
    assert [step["label"] for step in visit["steps"]] == ["Bad", "Tøj"]
    assert pia.documents[f"visit-{IB}"]["version"] > first[f"visit-{IB}"]
    assert await plan(east) == (0, 0, 0, 2), "the file of before changes nothing"


async def test_what_the_import_added_is_cancelled_and_a_carer_who_had_seen_it_is_told(east: House):
    pia = await phone(east)
    added = (
        PLAN
        + "102;Øst;1;;B3;Ea;Vej 3;23-11-2026;12.00;30;Morgen\n103;Øst;1;;B3;Ea;Vej 3;30-11-2026;12.00;30;Morgen\n"
    )
    await plan(east, added)
    await body(pia, id_of("visit", "102"))

    undone = await undo(east)

    assert (undone.changed, undone.cancelled) == (0, 2)
    assert (await body(pia, id_of("visit", "102")))["cancelled_at"] is not None
    [change] = await told(pia)
    assert change["after"]["cancelled"] is True
    rows = await east.rows("select visit_id from visit_carer where day = '2026-11-30'")
    assert rows == [], "what no phone has had is on nobody's day"


async def test_other_numbers_have_a_way_back(east: House):
    other = PLAN.replace("100;", "A100;").replace("101;", "A101;")
    await plan(east, other, yes=Yes({"cancel": 2, "new-numbers": 2}))

    undone = await undo(east)

    assert (undone.changed, undone.cancelled) == (2, 2)
    assert await plan(east) == (0, 0, 0, 2)


async def test_where_a_carer_has_written_nothing_is_undone_unless_somebody_says_yes_and_then_that_visit_stays(
    east: House,
):
    pia = await phone(east)
    await plan(east, PLAN.replace("09.00", "09.15").replace("10.00", "10.15"))
    note = pia.change("write_note", note_id=new_id(), text="Sov godt.")
    await pia.push(note | {"args": note["args"] | {"visit_id": IB}})
    before = await planned(east)

    for keep in (None, 2):
        with pytest.raises(WorkedOn) as worked:
            await undo(east, keep)
        assert [visit.number for visit in worked.value.kept] == ["101"]
        assert await planned(east) == before
    undone = await undo(east, 1)

    assert (undone.changed, undone.unchanged) == (1, 1)
    assert (await body(pia, ASE))["starts_at"] == "2026-11-23T08:00:00.000Z"
    visit = await body(pia, IB)
    assert (visit["starts_at"], [each["text"] for each in visit["notes"]]) == (
        "2026-11-23T09:15:00.000Z",
        ["Sov godt."],
    )


async def test_what_was_written_before_the_import_is_no_reason_and_stays(east: House):
    pia = await phone(east)
    note = pia.change("write_note", note_id=new_id(), text="Sov godt.")
    await pia.push(note | {"args": note["args"] | {"visit_id": IB}})
    east.pass_time(minutes=1)
    await plan(east, PLAN.replace("10.00", "10.15"))

    assert (await undo(east)).changed == 1
    assert [each["text"] for each in (await body(pia, IB))["notes"]] == ["Sov godt."]


async def test_only_the_last_that_changed_anything_is_undone_and_only_once(east: House):
    await plan(east, PLAN.replace("10.00", "10.15"))
    east.pass_time(minutes=1)
    await plan(east, PLAN.replace("10.00", "10.30"))
    await plan(east, PLAN.replace("10.00", "10.30"))  # changes nothing

    await undo(east)

    assert (await body(await phone(east), IB))["starts_at"] == "2026-11-23T09:15:00.000Z"
    with pytest.raises(NothingToUndo):
        await undo(east)
    async with east.database.snapshot() as tx:
        states = [row.state for row in await list_imports(tx, 10) if row.kind in ("plan", "undo")]
    assert states == ["stopped", "done", "undone", "undone", "done", "done"]


async def undo_while(
    house: House, meanwhile: Callable[[], Awaitable[object]], keep: int | None = None
) -> Undone:
    """Undo, and let this happen when it is known what is to be undone and nothing is written yet."""
    turn = await begin_turn(house.database, "undo", "", "", lambda: house.now, new_id, silent=timedelta())
    write, happened = house.database.write, False

    async def write_later(work: Any) -> Any:
        nonlocal happened
        if not happened:
            happened = True
            await meanwhile()
        return await write(work)

    turn.database = only_writing(house.database, write_later)
    return await undo_import(turn, new_id, UndoYes(keep))


def only_writing(database: Database, write: Callable[..., Awaitable[Any]]) -> Database:
    """The same database, written to in another way."""
    seen = SimpleNamespace(
        snapshot=database.snapshot, write=write, writes_alone=database.writes_alone, recount_grown=database.recount_grown
    )  # fmt: skip
    return cast(Database, seen)


async def test_where_a_carer_writes_while_it_is_undone_that_visit_stays(east: House):
    pia = await phone(east)
    await plan(east, PLAN.replace("09.00", "09.15") + "102;Øst;1;;B3;Ea;Vej 3;23-11-2026;12.00;30;Morgen\n")
    await pia.sync()
    started = pia.change("start_visit") | {"args": {"visit_id": id_of("visit", "102")}}

    undone = await undo_while(east, lambda: pia.push(started))

    assert [visit.number for visit in undone.meanwhile] == ["102"]
    assert (undone.counts.changed, undone.counts.cancelled, undone.counts.unchanged) == (1, 0, 1)
    assert (await body(pia, id_of("visit", "102")))["cancelled_at"] is None
    assert (await body(pia, ASE))["starts_at"] == "2026-11-23T08:00:00.000Z"


async def test_a_visit_in_two_teams_that_is_written_at_while_it_is_undone_stays_in_both(
    east: House, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(pieces, "FIRST", 1)
    ida = await phone(east, "3")
    await import_text(east, PLAN.replace("101;Øst;1", "101;Vest;3").replace("09.00", "09.15"))
    await ida.sync()
    [visit_id] = [id.removeprefix("visit-") for id in ida.documents if id.startswith("visit-")]
    started = ida.change("start_visit") | {"args": {"visit_id": visit_id}}
    before = await east.rows("select team_id, cancelled_at from visit where number = '101' order by 1")

    undone = await undo_while(east, lambda: ida.push(started))

    assert [visit.number for visit in undone.meanwhile] == ["101", "101"]
    assert undone.counts.changed == 1
    assert (
        await east.rows("select team_id, cancelled_at from visit where number = '101' order by 1") == before
    )


async def test_an_undo_whose_place_was_taken_ends_nothing(east: House):
    pia = await phone(east)
    await plan(east, PLAN.replace("10.00", "10.15"))
    note = pia.change("write_note", note_id=new_id(), text="Sov godt.")
    await pia.push(note | {"args": note["args"] | {"visit_id": IB}})

    async def another() -> None:
        await begin_turn(east.database, "plan", "", "", lambda: east.now, new_id, silent=timedelta())

    with pytest.raises(TurnLost):
        await undo_while(east, another, keep=1)
    assert (await undo(east, 1)).unchanged == 1


async def test_a_visit_that_stands_in_two_teams_and_was_worked_on_in_one_stays_in_both(east: House):
    ida = await phone(east, "3")
    await import_text(east, PLAN.replace("101;Øst;1", "101;Vest;3"), Chosen())
    await ida.sync()
    [visit_id] = [id.removeprefix("visit-") for id in ida.documents if id.startswith("visit-")]
    await ida.push(ida.change("start_visit") | {"args": {"visit_id": visit_id}})
    before = await planned(east)

    with pytest.raises(WorkedOn):
        await undo(east)
    await undo(east, 2)

    assert await planned(east) == before


@pytest.mark.parametrize(
    ("since", "days", "later"), [("", 1, []), (PEOPLE.replace("Kaj Dam", "Kai Dam"), 0, ["people.csv"])]
)
async def test_a_plan_that_is_not_the_last_thing_that_was_done_is_undone_by_its_number_only(
    east: House, since: str, days: int, later: list[str]
):
    if since:
        await people(east, since)
    east.now += timedelta(days=days)
    before = await planned(east)

    for number in (None, 3):
        with pytest.raises(NotTheLast) as asked:
            await undo(east, number=number)

    assert (asked.value.row.file, asked.value.number) == ("plan.csv", 2)
    assert [each.file for each in asked.value.later] == later
    assert await planned(east) == before
    assert (await undo(east, number=2)).cancelled == 2


async def test_what_has_changed_nothing_since_asks_nothing(east: House):
    await people(east, PEOPLE)
    await plan(east)
    east.now += timedelta(hours=23)

    assert (await undo(east)).cancelled == 2
