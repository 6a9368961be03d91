"""A large plan comes in while a server is at work: phones are answered all the time, and soon."""

import asyncio
import sys
import time
from pathlib import Path

import pytest

from tests.house import House
from tests.imports.test_import import CHECKLISTS, PEOPLE, checklists, people
from tests.imports.test_judge import HEADINGS

pytestmark = [pytest.mark.everything, pytest.mark.wall_clock]

ROWS = 4000
MOST_NOTES = 400  # fewer than a visit takes in a day
WAITS = 1.5  # seconds that a phone waits at most, also on a machine that has other things to do
AS_A_PROCESS = """
import asyncio, sys
from pathlib import Path
from pwa.imports.apply.imported import Chosen
from pwa.imports.import_files import import_files
from pwa.words import new_id, to_moment
clock = lambda: to_moment("2026-11-23T07:40:00.000Z")
[imported] = asyncio.run(import_files(sys.argv[1], [("plan", Path(sys.argv[2]))], clock, new_id, Chosen(limits=None)))
print(imported.added)
"""


def large_plan() -> str:
    """Four days of two teams."""
    rows = [
        f"L{n};{('Øst', 'Vest')[n % 2]};{(1, 3)[n % 2]};B{n % 500};Navn;Vej {n % 500};{23 + n % 4}-11-2026;"
        f"{7 + n % 9:02d}.{n % 60:02d};30;Morgen\n"
        for n in range(ROWS)
    ]
    return HEADINGS + "".join(rows)


async def test_phones_are_answered_soon_while_a_large_plan_comes_in(house: House, tmp_path: Path):
    await people(house, PEOPLE)
    await checklists(house, CHECKLISTS)
    (tmp_path / "plan.csv").write_text(large_plan(), "utf-8")
    anna = house.phone()
    await anna.sync()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", AS_A_PROCESS, house.address, str(tmp_path / "plan.csv"), stdout=asyncio.subprocess.PIPE
    )  # fmt: skip
    ends = asyncio.create_task(process.communicate())
    waited: list[float] = []
    try:
        while not ends.done():
            notes = [anna.note()] if len(waited) < MOST_NOTES else []
            began = time.perf_counter()
            response = await anna.post(*notes)
            waited.append(time.perf_counter() - began)
            assert response.status_code == 200
            assert [fate["fate"] for fate in response.json()["fates"]] == ["applied"] * len(notes)
            await asyncio.sleep(0.05)
    finally:
        if not ends.done():
            process.kill()
            await ends

    said, _ = await ends
    assert (process.returncode, said.decode().strip()) == (0, str(ROWS))
    assert len(waited) > 20
    assert max(waited) < WAITS, sorted(waited)[-5:]
