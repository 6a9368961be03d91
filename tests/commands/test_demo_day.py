"""From its first start the demo is a day in the middle, so that whoever opens it sees what the product is for."""

import asyncio
import csv
import shutil
from collections.abc import Callable
from datetime import datetime, time, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from pwa.access.queries.people import get_person, list_people_by_role, team_ids_in_scope
from pwa.care.documents.board import Board, board_document, carers_on
from pwa.care.documents.visit import LEADING
from pwa.commands.demo_day import MOST_CARERS, live_the_day
from pwa.database import open_database
from pwa.demo import write_demo, write_plan
from pwa.demo.day import Delivery, days_lived
from pwa.imports.import_files import import_files
from pwa.words import day_of, new_id, to_text

pytestmark = pytest.mark.sqlite

MIDNIGHT = datetime.fromisoformat("2026-11-24T00:00:00+01:00")


def at(hours: int, minutes: int = 0) -> datetime:
    return MIDNIGHT + timedelta(hours=hours, minutes=minutes)


def plan(folder: Path, now: datetime) -> Path:
    """The demo's plan as it is at this hour, and nothing done."""
    file = folder / "planned.sqlite3"
    files = write_demo(folder / "files", day_of(MIDNIGHT), lived_at=now.time())
    asyncio.run(import_files(f"sqlite:///{file}", files, lambda: MIDNIGHT, new_id))
    return file


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return plan(tmp_path_factory.mktemp("demo"), at(10, 20))


@pytest.fixture
def address(planned: Path, tmp_path: Path) -> str:
    return f"sqlite:///{shutil.copy(planned, tmp_path / 'haand.sqlite3')}"


async def boards(address: str, now: datetime) -> tuple[Board, Board]:
    """Yesterday and today, as the leader sees them who sees everybody."""
    database = await open_database(address)
    async with database.snapshot() as tx:
        [leader] = [
            row
            for row in await list_people_by_role(tx, now)
            if row.team == "Område Birkelunde" and row.role == "leader"
        ]
        person = await get_person(tx, leader.id, to_text(now))
        assert person
        teams = await team_ids_in_scope(tx, person, LEADING)
        yesterday, today = [
            await board_document(tx, teams, day_of(now) - timedelta(days=back), now) for back in (1, 0)
        ]
    await database.close()
    return yesterday, today


def kinds(board: Board) -> set[str]:
    return {each["name"] for carer in carers_on(board) for each in carer["exceptions"]}


async def fates(address: str) -> set[tuple[str, str | None]]:
    database = await open_database(address)
    async with database.snapshot() as tx:
        rows = await tx.rows("select distinct fate, problem from change")
    await database.close()
    return {(row["fate"], row["problem"]) for row in rows}


async def test_the_demos_day_is_in_the_middle_and_has_something_of_each_kind_to_look_at(address: str):
    now = at(10, 20)
    changes = await live_the_day(address, now, new_id)
    yesterday, today = await boards(address, now)

    assert changes > 200
    assert all(today["totals"][state] for state in ("done", "under_way", "planned", "not_done", "not_heard"))
    assert {"not_done", "not_heard", "deviation", "unanswered", "differing", "held"} <= kinds(today)
    assert (
        sum("unanswered" in visit["exceptions"] for carer in carers_on(today) for visit in carer["visits"])
        < 5
    )
    assert "unanswered" not in kinds(yesterday)
    assert any(visit["notes"] for carer in carers_on(today) for visit in carer["visits"])
    assert yesterday["totals"]["done"] > 50
    assert sum(yesterday["totals"][state] for state in ("under_way", "planned", "not_done", "not_heard")) == 0
    assert await fates(address) == {("applied", None), ("refused", "NotYourTeam"), ("held", "SignInEnded")}


async def test_the_demo_lives_no_day_twice(address: str):
    first = await live_the_day(address, at(10, 20), new_id)
    again = await live_the_day(address, at(10, 40), new_id)

    assert first > 0
    assert again == 0


@pytest.mark.parametrize("now", [at(3), at(23, 50)], ids=lambda now: f"{now:%H.%M}")
async def test_the_demos_day_has_something_to_look_at_at_any_hour(tmp_path: Path, now: datetime):
    address = f"sqlite:///{await asyncio.to_thread(plan, tmp_path, now)}"
    await live_the_day(address, now, new_id)
    yesterday, today = await boards(address, now)

    assert yesterday["totals"]["done"] > 50
    assert today["totals"]["done"] > 2
    assert (today["totals"]["planned"] > 0) == (now < at(22))
    assert {"not_done", "differing", "held"} <= kinds(today)
    assert "not_heard" in kinds(today) or now > at(22)
    assert all(heard <= to_text(now) for carer in carers_on(today) if (heard := carer["heard_at"]))


async def test_before_the_days_first_visit_nothing_has_happened_on_it(address: str):
    await live_the_day(address, at(6, 59), new_id)
    yesterday, today = await boards(address, at(6, 59))

    assert yesterday["totals"]["done"] > 50
    assert (today["totals"]["done"], kinds(today)) == (0, set())


def starts(files: list[Path]) -> list[list[str]]:
    """When the first visit of each day begins, and the last."""
    plans = [csv.DictReader(file.read_text("utf-8-sig").splitlines(), delimiter=";") for file in files]
    times = [[row["start"] for row in plan if row["start"]] for plan in plans]
    return [[min(each), max(each)] for each in times]


def test_at_an_early_hour_the_demos_visits_lie_earlier_and_stay_where_they_were_written(tmp_path: Path):
    def written(folder: str, hour: time | None) -> list[str]:
        return starts(write_plan(tmp_path / folder, day_of(MIDNIGHT), lived_at=hour))[1]

    assert written("night", time(3, 2)) == ["00.10", "14.55"]
    assert written("night", time(9)) == written("night", None) == ["00.10", "14.55"]
    assert written("morning", time(9, 58)) == ["06.40", "21.25"]
    assert written("day", time(10, 20)) == written("untouched", None) == ["07.00", "21.45"]
    assert written("untouched", time(3, 2)) == ["07.00", "21.45"]


def test_the_same_plan_and_hour_give_the_same_day():
    def visit(number: int) -> dict[str, Any]:
        team, carer = f"team {number % 2}", f"carer {number % 4}"
        return {
            "visit_id": f"{number}", "starts_at": to_text(at(7, 20 * number)), "ends_at": to_text(at(7, 20 * number + 15)),
            "carers": [{"id": carer, "name": carer}], "team": {"id": team}, "cancelled_at": None, "steps": [{"id": "1"}],
        }  # fmt: skip

    def lived(visits: list[dict[str, Any]]) -> list[Delivery]:
        numbers = count()
        ids: Callable[[], str] = lambda: str(next(numbers))  # noqa: E731
        return days_lived([], visits, at(10), ids)

    visits = [visit(number) for number in range(20)]
    assert lived(visits) == lived(visits[::-1]) != []


def test_one_leader_sees_everybody_however_many_carers_there_are(tmp_path: Path):
    write_demo(tmp_path, day_of(MIDNIGHT), carers=60)
    with (tmp_path / "people.csv").open(encoding="utf-8-sig", newline="") as file:
        people = list(csv.DictReader(file, delimiter=";"))
    above = {row["overgruppe"] for row in people if row["rolle"] == "medarbejder"}

    assert len([row for row in people if row["rolle"] == "medarbejder"]) == 60
    assert [row["gruppe"] for row in people if row["rolle"] == "leder" and row["gruppe"] in above] == [*above]
    assert MOST_CARERS > 60
