"""From its first start the demo is a day in the middle, so that whoever opens it sees what the product is for."""

import asyncio
import csv
import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from pwa.access.queries.people import get_person, list_people_by_role, team_ids_in_scope
from pwa.care.documents.board import Board, board_document, carers_on
from pwa.care.documents.visit import LEADING
from pwa.commands.demo_day import MOST_CARERS, live_the_day
from pwa.database import open_database
from pwa.demo import write_demo
from pwa.demo.day import Delivery, days_lived
from pwa.imports.import_files import import_files
from pwa.words import day_of, new_id, to_text

pytestmark = pytest.mark.sqlite

MIDNIGHT = datetime.fromisoformat("2026-11-24T00:00:00+01:00")


def at(hours: int, minutes: int = 0) -> datetime:
    return MIDNIGHT + timedelta(hours=hours, minutes=minutes)


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's plan, and nothing done."""
    folder = tmp_path_factory.mktemp("demo")
    file = folder / "planned.sqlite3"
    files = write_demo(folder / "files", day_of(MIDNIGHT))
    asyncio.run(import_files(f"sqlite:///{file}", files, lambda: MIDNIGHT, new_id))
    return file


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
    assert {"not_done", "not_heard", "deviation", "differing", "held"} <= kinds(today)
    assert any(visit["notes"] for carer in carers_on(today) for visit in carer["visits"])
    assert yesterday["totals"]["done"] > 50
    assert sum(yesterday["totals"][state] for state in ("under_way", "planned", "not_done", "not_heard")) == 0
    assert await fates(address) == {("applied", None), ("refused", "NotYourTeam"), ("held", "SignInEnded")}


async def test_the_demo_lives_no_day_twice(address: str):
    first = await live_the_day(address, at(10, 20), new_id)
    again = await live_the_day(address, at(10, 40), new_id)

    assert first > 0
    assert again == 0


@pytest.mark.parametrize(
    ("now", "is_begun", "is_over"),
    [(at(3), False, False), (at(6, 59), False, False), (at(14), True, False), (at(23, 50), True, True)],
    ids=["in the night", "before the first visit", "in the afternoon", "before midnight"],
)
async def test_the_demos_day_is_one_that_can_have_been_whatever_the_hour(
    address: str, now: datetime, is_begun: bool, is_over: bool
):
    await live_the_day(address, now, new_id)
    yesterday, today = await boards(address, now)

    assert yesterday["totals"]["done"] > 50
    assert (today["totals"]["done"] > 0) == is_begun
    assert bool(kinds(today)) == is_begun
    assert (today["totals"]["planned"] == 0) == is_over
    assert all(heard <= to_text(now) for carer in carers_on(today) if (heard := carer["heard_at"]))


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
