"""A plan is written in pieces: one that is killed goes on with the same file, and ends as if nothing had happened."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from pwa.database import Database
from pwa.imports.apply import pieces, plan
from pwa.imports.apply.imported import Chosen, NotImported, Stopped, Telling
from pwa.imports.apply.judge import NO, Yes
from pwa.imports.apply.plan import import_plan
from pwa.imports.apply.plan_summary import StopCode
from pwa.imports.apply.turns import TurnLost, begin_turn, counts_of
from pwa.imports.apply.undo import NothingToUndo, undo_import
from pwa.imports.import_files import import_files, sha256_of
from pwa.imports.queries.file_imports import list_imports
from pwa.imports.read.plan_file import read_plan
from pwa.problems import Unavailable
from pwa.source_ids import id_of
from pwa.words import new_id, to_text
from tests.house import House, open_house
from tests.imports.test_import import CHECKLISTS, PEOPLE, body, checklists, import_text, people, phone
from tests.imports.test_judge import file, rows
from tests.imports.test_undo import only_writing, planned, undo

BEFORE = file(rows(20), rows(20, "Vest", first=200))
AFTER = file(
    [row.replace(";07.", ";06.") for row in rows(8)], rows(12, "Vest", first=200),
    rows(4, day="25-11-2026", first=150, at=600), rows(30, day="26-11-2026", first=300), rows(3, first=600, at=1100),
)  # fmt: skip
"""Some are moved, some new, some in today; 20 are cancelled."""
YES = Yes({"cancel": 20})
KEPT = {
    "visit": "*", "visit_carer": "*", "visit_step": "*", "visit_guide": "*", "visit_plan": "*",
    "document": "team_id, id, day, keep_until, body",
    "plan_change": "team_id, visit_id, carer_id, day, at, before, after",
    "visit_before_import": "team_id, visit_id, before",
}  # fmt: skip


class Killed(Exception):
    """In the place of a process that is gone: nothing after it is done."""


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many pieces, also of a small file."""
    for name, value in (("FIRST", 3), ("MOST", 3), ("REST", 0.0)):
        monkeypatch.setattr(pieces, name, value)


@asynccontextmanager
async def open_town(folder: Path) -> AsyncIterator[House]:
    """A house after people, checklists and a plan were imported."""
    async with open_house(folder) as house:
        await people(house, PEOPLE)
        await checklists(house, CHECKLISTS)
        await import_text(house, BEFORE)
        yield house


async def everything(house: House) -> dict[str, Any]:
    """All that an import of a plan writes but for versions and ids that are made anew."""
    found = {
        table: sorted(await house.rows(f"select {columns} from {table}"), key=str)
        for table, columns in KEPT.items()
    }
    for row in found["document"]:
        row["body"] = row["body"] if not row["id"].startswith("plan-") else ""  # has the ids of what is told
    return found


async def import_until(house: House, pieces_done: int | None, yes: Yes = YES) -> None:
    """Import, and be gone after so many pieces."""
    done = 0

    def count(*_: int) -> None:
        nonlocal done
        done += 1
        if done == pieces_done:
            raise Killed

    turn = await begin_turn(
        house.database, "plan", "plan.csv", "the file", lambda: house.now, new_id, silent=timedelta()
    )
    imported = await import_plan(
        turn, read_plan(AFTER.encode()), new_id, Chosen(yes=yes), Telling(progress=count)
    )
    await house.database.write(lambda tx: turn.end(tx, "done", imported.mistakes, counts_of(imported)))


@pytest.mark.slow
async def test_one_that_was_broken_off_anywhere_goes_on_and_ends_as_if_nothing_had_happened(tmp_path: Path):
    async with open_town(tmp_path / "undisturbed") as town:
        await import_until(town, None)
        whole = await everything(town)
    for point in (1, 9, 18):
        async with open_town(tmp_path / f"broken off {point}") as town:
            with pytest.raises(Killed):
                await import_until(town, point)
            with pytest.raises(Killed):
                await import_until(town, 2, NO)

            await import_until(town, None, NO)  # it is not asked again

            assert await everything(town) == whole, point
            async with town.database.snapshot() as tx:
                last = (await list_imports(tx, 1))[0]
            assert (last.state, last.added, last.moved, last.cancelled) == ("done", 37, 4, 20)


@pytest.mark.parametrize(("hours", "is_asked"), [(11.99, False), (12, True)])
async def test_what_was_said_yes_to_is_kept_for_twelve_hours_for_the_same_file_and_told(
    tmp_path: Path, hours: float, is_asked: bool
):
    told: list[tuple[dict[StopCode, int], str]] = []
    telling = Telling(kept=lambda yes, until: told.append((dict(yes), to_text(until))))
    async with open_town(tmp_path) as town:
        with pytest.raises(Killed):
            await import_until(town, 5)
        until = to_text(town.now + timedelta(hours=12))
        town.now += timedelta(hours=hours)
        turn = await begin_turn(
            town.database, "plan", "plan.csv", "the file", lambda: town.now, new_id, silent=timedelta()
        )

        if is_asked:
            with pytest.raises(Stopped) as stopped:
                await import_plan(turn, read_plan(AFTER.encode()), new_id, telling=telling)
            assert "cancel" in {stop.code for stop in stopped.value.summary.stops}
            assert told == []
        else:
            assert (
                await import_plan(turn, read_plan(AFTER.encode()), new_id, telling=telling)
            ).cancelled == 20
            assert told == [({"cancel": 20}, until)]


async def test_half_a_plan_cancels_nothing_and_phones_have_what_is_there(tmp_path: Path):
    async with open_town(tmp_path) as town:
        pia = await phone(town)
        with pytest.raises(Killed):
            await import_until(town, 13)

        cancelled = await town.rows("select count(*) as n from visit where cancelled_at is not null")
        moved = await body(pia, id_of("visit", "100"))

        assert cancelled == [{"n": 0}]
        assert moved["starts_at"] == "2026-11-23T05:00:00.000Z"


async def test_what_is_broken_off_can_be_undone_and_another_file_is_judged_by_what_is_there(tmp_path: Path):
    async with open_town(tmp_path) as town:
        before = await planned(town)
        with pytest.raises(Killed):
            await import_until(town, 17)

        with pytest.raises(Stopped):
            await import_text(town, file(rows(5)))
        await undo(town)

        now = await planned(town)
        assert [[row for row in rows if row in was] for rows, was in zip(now, before, strict=True)] == before


async def test_one_that_goes_on_days_later_tells_of_what_comes_into_a_day_that_was_planned_meanwhile(
    tmp_path: Path,
):
    async with open_town(tmp_path) as town:
        today, town.now = town.now, town.now - timedelta(days=4)
        turn = await begin_turn(
            town.database, "plan", "plan.csv", "the file", lambda: town.now, new_id, silent=timedelta()
        )
        turn.database = with_pieces(town.database, before=Killed)
        with pytest.raises(Killed):
            await import_plan(turn, read_plan(AFTER.encode()), new_id, Chosen(yes=YES))
        town.now = today

        await import_until(town, None)

        added = "select count(*) as n from plan_change where before is null and day = '2026-11-23'"
        assert await town.rows(added) == [{"n": 3}]


async def test_a_piece_whose_commit_nobody_heard_of_is_written_once(tmp_path: Path):
    async with open_town(tmp_path / "heard") as town:
        await import_until(town, None)
        whole = await everything(town)
        await undo(town)
        whole_again = await everything(town)
    async with open_town(tmp_path / "not heard") as town:
        turn = await begin_turn(
            town.database, "plan", "plan.csv", "the file", lambda: town.now, new_id, silent=timedelta()
        )
        turn.database = with_pieces(town.database, after=Unavailable)
        await import_plan(turn, read_plan(AFTER.encode()), new_id, Chosen(yes=YES))
        assert await everything(town) == whole

        turn.database = with_pieces(town.database, after=Unavailable)
        await undo_import(turn, new_id)
        assert await everything(town) == whole_again


async def test_one_that_is_broken_off_while_it_makes_way_leaves_nothing_half_undoable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(plan, "AT_ONCE", 5)
    async with open_town(tmp_path) as town:
        before = await planned(town)
        for removals in (1, 3):
            turn = await begin_turn(
                town.database, "plan", "b.csv", "b", lambda: town.now, new_id, silent=timedelta()
            )
            left = removals

            async def write(work: Any) -> Any:
                nonlocal left
                if not left:
                    raise Killed
                left -= 1
                return await town.database.write(work)

            turn.database = only_writing(town.database, write)
            with pytest.raises(Killed):
                await import_plan(turn, read_plan(AFTER.encode()), new_id, Chosen(yes=YES))

            with pytest.raises(NothingToUndo):
                await undo(town)
            assert await planned(town) == before


def with_pieces(
    database: Database, before: type[Exception] | None = None, after: type[Exception] | None = None
) -> Database:
    """Where each piece fails at first, before it is written or when nobody hears that it was."""
    tried = set[Any]()

    async def write(work: Any) -> Any:
        is_first = work.__module__ == pieces.__name__ and work not in tried
        tried.add(work)
        if before and is_first:
            raise before
        answer = await database.write(work)
        if after and is_first:
            raise after
        return answer

    return only_writing(database, write)


async def test_one_that_is_refused_in_the_place_of_one_that_was_broken_off_has_written_something(
    tmp_path: Path,
):
    async with open_town(tmp_path) as town:
        path = tmp_path / "plan.csv"
        path.write_text(AFTER.replace(";06.00;", ";26.00;"), "utf-8")
        first = await begin_turn(
            town.database, "plan", "plan.csv", sha256_of(path), lambda: town.now, new_id, silent=timedelta()
        )
        with pytest.raises(Killed):
            await import_plan(
                first,
                read_plan(path.read_bytes()),
                new_id,
                Chosen(skip_bad=True, yes=YES),
                Telling(progress=gone),
            )
        town.pass_time(seconds=10)

        with pytest.raises(NotImported):
            await import_files(town.address, [("plan", path)], lambda: town.now, new_id)

        async with town.database.snapshot() as tx:
            assert (await list_imports(tx, 1))[0].state == "broken_off"


def gone(*_: int) -> None:
    """The end of a process after its first piece."""
    raise Killed


@pytest.mark.parametrize("sha256", ["another", "the same"])
async def test_an_import_whose_place_was_taken_writes_no_more(tmp_path: Path, sha256: str):
    async with open_town(tmp_path) as town:
        slow = await begin_turn(town.database, "plan", "slow.csv", "the same", lambda: town.now, new_id)
        other = await begin_turn(
            town.database, "plan", "other.csv", sha256, lambda: town.now, new_id, silent=timedelta()
        )
        before = await everything(town)

        with pytest.raises(TurnLost):
            await import_plan(slow, read_plan(AFTER.encode()), new_id, Chosen(yes=YES))

        assert await everything(town) == before
        await town.database.write(other.go_on)


async def test_an_import_waits_for_one_that_is_at_work_and_not_for_one_that_is_silent(tmp_path: Path):
    async with open_town(tmp_path) as town:
        waits = asyncio.Queue[str]()
        first = await begin_turn(town.database, "plan", "first.csv", "first", lambda: town.now, new_id)

        second = asyncio.create_task(
            begin_turn(
                town.database, "plan", "second.csv", "second", lambda: town.now, new_id,
                telling=Telling(waiting=waits.put_nowait),
            )
        )  # fmt: skip
        assert (await waits.get(), second.done()) == ("second.csv", False)
        town.pass_time(seconds=10)

        row = (await second).row
        assert (row.file, row.began_at, row.alive_at) == ("second.csv", *[to_text(town.now)] * 2)
        with pytest.raises(TurnLost):
            await town.database.write(first.go_on)


@pytest.mark.sqlite
@pytest.mark.everything
async def test_a_process_that_is_killed_at_any_moment_is_run_again_until_it_ends(tmp_path: Path):
    async with open_town(tmp_path / "undisturbed") as town:
        await import_until(town, None)
        whole = await everything(town)
    (tmp_path / "plan.csv").write_text(AFTER, "utf-8")
    async with open_town(tmp_path / "killed") as town:
        command = [sys.executable, "-c", AS_A_PROCESS, town.address, str(tmp_path / "plan.csv")]
        kills = 0
        for after in range(1, 100):
            process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
            assert process.stdout
            for _ in range(after):
                if not await process.stdout.readline():
                    break
            with suppress(ProcessLookupError):
                process.send_signal(signal.SIGKILL)
            if await process.wait() == 0:
                break
            kills += 1

        assert kills > 3
        assert await everything(town) == whole


AS_A_PROCESS = """
import asyncio, sys
from datetime import timedelta
from pathlib import Path
from pwa.imports import import_files as import_files_module
from pwa.imports.apply import pieces
from pwa.imports.apply.imported import Chosen, Telling
from pwa.imports.apply.judge import Yes
from pwa.imports.import_files import import_files
from pwa.words import new_id, to_moment
pieces.FIRST = pieces.MOST = 3
def clock():
    return to_moment("2026-11-23T07:40:00.000Z")
begin_turn = import_files_module.begin_turn
import_files_module.begin_turn = lambda *args: begin_turn(*args, silent=timedelta())
telling = Telling(progress=lambda done, of: print(done, flush=True))
files = [("plan", Path(sys.argv[2]))]
asyncio.run(import_files(sys.argv[1], files, clock, new_id, Chosen(yes=Yes({"cancel": 20})), telling))
"""
"""The import in a process, with small pieces, which says after each how far it is; at the time that it is in the house."""


async def test_the_engine_is_asked_to_count_anew_while_tables_grow_and_where_it_cannot_nothing_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    asked: list[int] = []
    monkeypatch.setattr(pieces, "FIRST", 3)
    monkeypatch.setattr(pieces, "MOST", 3)
    async with open_house(tmp_path) as house:
        await people(house, PEOPLE)
        await checklists(house, CHECKLISTS)

        async def count_visits() -> int:
            async with house.database.snapshot() as tx:
                return int((await tx.tuples("select count(*) from visit"))[0][0])

        async def refuse(_: Database) -> None:
            asked.append(await count_visits() - before)
            raise Unavailable

        before = await count_visits()

        monkeypatch.setattr(type(house.database), "recount_grown", refuse)
        imported = await import_text(house, file(rows(50)))

    assert imported.added == 50
    assert asked == [3, 6, 12, 24, 48]
