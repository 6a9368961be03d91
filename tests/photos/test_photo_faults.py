"""A disk that is full and a machine that stops, while a photo is received: nothing half, nothing promised too early.

Full disks are small ones that are mounted, stops are strace's; where either is not allowed, that is said loudly
(tests/machine.py).
"""

import asyncio
import subprocess
import sys
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from pwa.care.queries.photo_references import add_references
from pwa.database import open_database
from pwa.photos.blobs import open_blobs
from pwa.photos.sweep import sweep
from pwa.words import new_id, to_text
from tests.disks import SmallDisks, disk
from tests.photo_requests import name_of, patch, photo, progress, put
from tests.photos.receiving import receive
from tests.small_town import MORNING, Town, id_of, settle

__all__ = ["disk"]

ROOT = Path(__file__).parents[2]
PHOTO = photo(size=(300, 200))
NAME = name_of(PHOTO)

# A full disk -----------------------------------------------------------------------------------------------


@pytest.mark.small_disk
async def test_a_full_disk_keeps_what_came_before_and_goes_on_when_there_is_room(
    disk: SmallDisks, town: Town
):
    disk("uploads", "32k")
    anna = await town.sign_in("anna")

    first = await patch(anna, NAME, 0, PHOTO[:20_000])
    refused = await patch(anna, NAME, 20_000, PHOTO[20_000:], is_last=True)
    waiting = await progress(anna, NAME)
    disk("uploads", "1m")
    last = await patch(anna, NAME, 20_000, PHOTO[20_000:], is_last=True)

    assert first.status_code == 204
    assert (refused.status_code, refused.json()["code"]) == (503, "Unavailable")
    assert int(refused.headers["retry-after"]) > 0
    assert waiting == (204, "20000", "?0")
    assert last.status_code == 201


@pytest.mark.small_disk
async def test_no_room_for_the_photo_leaves_no_half_of_it(disk: SmallDisks, town: Town, tmp_path: Path):
    disk("blobs", "32k")
    anna = await town.sign_in("anna")

    refused = await put(anna, PHOTO)
    left = sum(file.stat().st_size for file in (tmp_path / "blobs").iterdir())
    waiting = await progress(anna, NAME)
    disk("blobs", "1m")
    last = await patch(anna, NAME, len(PHOTO), b"", is_last=True)

    assert (refused.status_code, refused.json()["code"]) == (503, "Unavailable")
    assert left == 0
    assert waiting == (204, str(len(PHOTO)), "?0")
    assert last.status_code == 201
    assert (await anna.get(f"/blobs/{NAME}")).status_code == 200


# A machine that stops --------------------------------------------------------------------------------------


async def prepare(folder: Path) -> None:
    """The town, to whose server all of Anna's photo has come."""
    database = await open_database(folder / "haand.sqlite3")
    async with database.transaction() as tx:
        await settle(tx)
    await database.close()
    open_blobs(folder).parts.append(id_of("anna"), NAME, 0, PHOTO)


async def photo_rows(folder: Path) -> list[dict[str, str]]:
    """What is written down about photos."""
    database = await open_database(folder / "haand.sqlite3")
    async with database.snapshot() as tx:
        rows = await tx.rows(
            "select photo.* from photo join photo_sender on photo_sender.sha256 = photo.sha256"
        )
    await database.close()
    return rows


async def sweep_later(folder: Path) -> None:
    """Everything that was left behind goes; the photo itself is shown by now."""
    database = await open_database(folder / "haand.sqlite3")
    reference = {"team_id": id_of("nord"), "visit_id": id_of("else"), "change_id": new_id(), "sha256": NAME}
    async with database.transaction() as tx:
        await add_references(tx, [reference | {"received_at": to_text(MORNING), "by_id": id_of("anna")}])
    await sweep(database, open_blobs(folder), MORNING + timedelta(days=1000), timedelta(days=7))
    await database.close()


def receive_under(fault: str, folder: Path) -> list[str]:
    """What was said by a process that receives the photo while the fault is injected."""
    asyncio.run(prepare(folder))
    trace = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={fault.partition(':')[0]}"]
    run = subprocess.run(
        [*trace, "-e", f"inject={fault}", sys.executable, "-m", "tests.photos.receiving", str(folder), id_of("anna"), NAME],
        check=False, cwd=ROOT, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    return run.stdout.split()


def is_whole(folder: Path, row: dict[str, str]) -> bool:
    """Whether what is stored is what was written down."""
    stored = (folder / "blobs" / row["stored_as"]).read_bytes()
    return sha256(stored).hexdigest() == row["stored_sha256"]


@pytest.mark.strace
@pytest.mark.no_database  # a file of its own, whatever the engine
@pytest.mark.parametrize(
    "when",
    [
        "rename:signal=SIGKILL:when=1",  # half of it is written
        "fsync:signal=SIGKILL:when=1",  # it is written, not synced
        "fsync:signal=SIGKILL:when=2",  # its name is not
        "fdatasync:signal=SIGKILL:when=1",  # it is synced, not written down
        "fdatasync:signal=SIGKILL:when=2",
        "unlink:signal=SIGKILL:when=1",  # it is written down, the upload still there
    ],
)
@pytest.mark.slow
def test_killed_while_a_photo_is_received_it_is_there_or_can_be_received_again(tmp_path: Path, when: str):
    said = receive_under(when, tmp_path)

    killed = asyncio.run(photo_rows(tmp_path))
    is_waiting = any((tmp_path / "uploads").rglob(NAME))
    if is_waiting:
        asyncio.run(receive(tmp_path, id_of("anna"), NAME))
    [row] = asyncio.run(photo_rows(tmp_path))
    asyncio.run(sweep_later(tmp_path))

    assert said == []
    assert killed or is_waiting
    assert [file.name for file in (tmp_path / "blobs").iterdir()] == [row["stored_as"]]
    assert is_whole(tmp_path, row)


@pytest.mark.strace
@pytest.mark.no_database  # a file of its own, whatever the engine
@pytest.mark.parametrize("when", ["1", "2", "1+"])
@pytest.mark.slow
def test_a_sync_that_fails_is_never_answered(tmp_path: Path, when: str):
    said = receive_under(f"fsync:error=EIO:when={when}", tmp_path)

    assert said == ["unavailable"]
    assert asyncio.run(photo_rows(tmp_path)) == []
    assert any((tmp_path / "uploads").rglob(NAME))
