"""Of a visit that is over, and that no phone may hold, what can be made anew is removed; whoever reads it sees what was there."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from pwa.care.documents import compaction
from pwa.care.documents.compaction import compact_visits
from pwa.care.queries import compaction as queries
from pwa.care.queries.compaction import remove_bodies
from pwa.database import Transaction
from pwa.database.lists import Key
from pwa.source_ids import id_of
from pwa.words import day_of, new_id
from tests.engines import engines
from tests.house import House, Phone, open_house
from tests.imports.test_import import ASE, IB, PEOPLE, PLAN, checklists, people, phone, plan
from tests.imports.test_import import body as visit_on
from tests.imports.test_undo import undo
from tests.keeping import ask

LATER = 3  # days
DERIVED = {
    "body": "select id from document where id like 'visit-%' and body <> ''",
    "plan": "select visit_id as id from visit_plan",
    "steps": "select distinct visit_id as id from visit_step",
}
"""What is stored although it can be made anew."""
ALL = set(DERIVED)
WRITTEN = ("attendance", "answer", "note", "deviation", "change", "access_log")


async def live(house: House) -> House:
    """A day of an imported plan on which something was written, and some days later."""
    await people(house, PEOPLE + "4;Eva Holm;leder;Øst;\n")
    await checklists(house)
    await plan(house)
    pia = await phone(house)
    seen = await visit_on(pia, ASE)
    said: list[tuple[str, dict[str, str]]] = [
        ("start_visit", {}),
        ("answer_step", {"step_id": seen["steps"][0]["id"], "answer": "carer"}),
        ("answer_as_planned", {}),
        ("write_note", {"note_id": new_id(), "text": "Sov godt."}),
        ("report_deviation", {"kind": "other", "text": "Naboen kom."}),
        ("finish_visit", {}),
    ]
    fates = await pia.push(*[at_ase(pia, name, **args) for name, args in said])
    assert {fate.fate for fate in fates} == {"applied"}
    house.pass_time(days=LATER)
    return house


@pytest.fixture
async def lived(house: House) -> House:
    return await live(house)


def at_ase(by: Phone, name: str, **args: str) -> dict[str, Any]:
    change = by.change(name, **args)
    return {**change, "args": {**change["args"], "visit_id": ASE}}


async def compact(house: House) -> int:
    return await compact_visits(house.database, day_of(house.now), rest=0)


async def stored(house: House, visit_id: str = ASE) -> set[str]:
    found = {what: await house.rows(sql) for what, sql in DERIVED.items()}
    return {what for what, rows in found.items() if any(row["id"].endswith(visit_id) for row in rows)}


async def shown(house: House) -> list[str]:
    """What a leader sees of the day and of its two visits."""
    await house.sign_in("eva", id_of("person", "4"))
    day = "?day=2026-11-23"
    paths = (f"/board/carers{day}", f"/board/totals{day}", f"/board/visits/{ASE}", f"/board/visits/{IB}")
    pages = [await house.get(path, "eva") for path in paths]
    assert {page.status_code for page in pages} == {200}
    return [page.text for page in pages]


async def written(house: House) -> list[Any]:
    return [await house.rows(f"select * from {table} order by 1, 2, 3") for table in WRITTEN]


async def version(house: House) -> int:
    [row] = await house.rows("select version from document where id = :id", id=f"visit-{ASE}")
    return int(row["version"])


async def test_what_can_be_made_anew_is_removed_and_a_leader_sees_the_same(lived: House):
    before, number = await shown(lived), await version(lived)
    rows = await written(lived)

    assert await compact(lived) >= 2

    assert (await stored(lived), await stored(lived, IB)) == (set(), set())
    assert (await written(lived), await version(lived)) == (rows, number)
    assert await shown(lived) == before
    assert "Sov godt." in before[2]


async def test_what_phones_may_hold_is_left_alone(lived: House):
    lived.pass_time(days=-2)

    await compact(lived)

    assert await stored(lived) == ALL


async def test_it_is_gone_through_once(lived: House):
    await compact(lived)

    assert await compact(lived) == 0


async def test_a_colleague_who_comes_late_writes_there_and_it_stays_small(lived: House):
    await compact(lived)
    number = await version(lived)
    kaj = await phone(lived, "2")
    [[step, *_]] = [
        [row["step_id"] for row in await lived.rows("select step_id from answer where step_id is not null")]
    ]

    fates = await kaj.push(
        at_ase(kaj, "answer_step", step_id=step, answer="alone"),
        at_ase(kaj, "write_note", note_id=new_id(), text="Kom sent."),
    )

    assert {fate.fate for fate in fates} == {"applied"}
    assert (await stored(lived), await version(lived) > number) == (set(), True)
    pages = await shown(lived)
    assert "Kom sent." in pages[2]
    assert "Sov godt." in pages[2]


async def test_a_step_that_no_checklist_of_the_visit_has_is_still_refused(lived: House):
    await compact(lived)
    kaj = await phone(lived, "2")

    [fate] = await kaj.push(at_ase(kaj, "answer_step", step_id=new_id(), answer="alone"))

    assert fate.fate != "applied"


async def test_steps_that_say_something_else_than_the_checklist_stay(lived: House):
    async with lived.database.transaction() as tx:
        await tx.execute(
            "update visit_step set label = 'Bad i dag' where visit_id = :id and label = 'Bad'", {"id": ASE}
        )
    await compact(lived)

    assert (await stored(lived), await stored(lived, IB)) == ({"steps"}, set())
    assert "Bad i dag" in (await shown(lived))[2]


async def test_a_newer_version_of_the_checklist_leaves_the_visit_as_it_was_law_9(lived: House):
    await compact(lived)
    before = await shown(lived)

    await checklists(lived, "tjekliste;version;punkt;planlagt\nMorgen;2;Brusebad;sammen\n")

    assert await shown(lived) == before


async def test_a_plan_that_is_sent_again_finds_nothing_to_do_and_one_that_changes_it_is_undone(lived: House):
    before = await shown(lived)
    await compact(lived)
    changed = PLAN.replace("10.00;30;Morgen", "11.00;45;Aften")

    again = await plan(lived)
    other = await plan(lived, changed)
    await undo(lived)

    assert (again, other) == ((0, 0, 0, 2), (0, 1, 0, 1))
    assert await shown(lived) == before
    assert await stored(lived, IB) == {"plan", "steps"}
    await compact(lived)
    assert await stored(lived, IB) == {
        "steps"
    }  # with those of the other checklist, which were taken off again
    assert await shown(lived) == before


async def test_a_visit_that_the_plan_brings_back_into_sight_is_on_the_phone_whole(lived: House):
    await compact(lived)
    today = day_of(lived.now).strftime("%d-%m-%Y")

    await plan(lived, PLAN.replace("23-11-2026", today), limits=None)

    assert await stored(lived) == ALL
    seen = await visit_on(await phone(lived), ASE)
    assert [step["answer"] for step in seen["steps"]] == ["carer", "alone"]


async def test_a_phone_gets_its_visit_whole_even_if_our_clock_was_ahead(lived: House):
    pia = await phone(lived)
    await compact(lived)
    lived.pass_time(days=-LATER)

    seen = await visit_on(pia, ASE)

    assert [step["answer"] for step in seen["steps"]] == ["carer", "alone"]
    assert [note["text"] for note in seen["notes"]] == ["Sov godt."]


async def test_where_it_was_stopped_it_goes_on(lived: House, monkeypatch: pytest.MonkeyPatch):
    done: list[Key] = []

    async def stop_at_the_second(tx: Transaction, keys: list[Key], before: str) -> None:
        done.extend(keys)
        if len(done) > 1:
            raise ConnectionError
        await remove_bodies(tx, keys, before)

    monkeypatch.setattr(compaction, "AT_ONCE", 1)
    with monkeypatch.context() as broken:
        broken.setattr(queries, "remove_bodies", stop_at_the_second)
        with pytest.raises(ConnectionError):
            await compact(lived)

    await compact(lived)

    assert (await stored(lived), await stored(lived, IB)) == (set(), set())


@pytest.mark.sqlite
async def test_verify_backup_and_restore_agree_with_it(tmp_path: Path):
    async with open_house(tmp_path) as house:
        await live(house)
        before = await shown(house)
        await compact(house)
    copy = tmp_path / "copy.sqlite3"
    asked = [
        await asyncio.to_thread(ask, *command, data=tmp_path)
        for command in (("verify",), ("backup", str(copy)), ("verify", str(copy)), ("restore", str(copy)))
    ]

    async with open_house(tmp_path, is_new=False) as house:
        house.pass_time(days=LATER)
        assert (await stored(house), await shown(house)) == (set(), before)
    assert [(one.returncode, one.stderr) for one in asked] == [(0, "")] * 4


async def test_an_answer_to_a_step_that_nothing_has_is_found_by_verify(lived: House):
    await compact(lived)
    async with lived.database.transaction() as tx:
        await tx.execute("delete from checklist_step")
    if engines.is_sqlite:
        verified = await asyncio.to_thread(ask, "verify", data=lived.folder)

        assert "svarer til deres rækker: 2 (citizen-" in verified.stderr
        assert f", visit-{ASE})" in verified.stderr
