"""What of photos goes and what stays, in a folder and in S3; and the moments in which it could go wrong."""

import os
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from pwa.photos.blobs import Blobs, open_blobs
from pwa.photos.queries import remove_unreferenced
from pwa.photos.sweep import Swept, sweep
from pwa.words import to_text
from tests.commands.test_command_line import run
from tests.photo_requests import name_of, patch, photo, progress, put
from tests.photos.test_photos import sent_by, show
from tests.s3_stand_in import StandIn, open_stand_in
from tests.small_town import Town, id_of, open_town

WEEK = timedelta(days=7)
NOTHING = Swept(0, 0, 0)


async def sweep_after(town: Town, folder: Path, blobs: Blobs | None = None, **time: float) -> Swept:
    """Sweep when so much time has gone by; files are as old as the town's photos are."""
    for file in [*(folder / "blobs").glob("*"), *(folder / "uploads").glob("*/*")]:
        os.utime(file, (town.now.timestamp(), town.now.timestamp()))
    return await sweep(town.database, blobs or open_blobs(folder), town.now + timedelta(**time), WEEK)


def files(folder: Path) -> int:
    """How many files lie in it and below."""
    return sum(path.is_file() for path in folder.rglob("*"))


async def test_a_photo_that_nothing_shows_goes_after_a_week(town: Town, tmp_path: Path):
    [anna] = await sent_by(town, "anna")

    swept = [await sweep_after(town, tmp_path, days=days) for days in (6.9, 7.1, 7.2)]

    assert swept == [NOTHING, Swept(0, 1, 0), NOTHING]
    assert await progress(anna, name_of(photo())) == (404, None, None)
    assert files(tmp_path / "blobs") == 0


async def test_a_photo_that_is_shown_never_goes(town: Town, tmp_path: Path):
    [anna] = await sent_by(town, "anna")
    await show(town, name_of(photo()))

    assert await sweep_after(town, tmp_path, days=3000) == NOTHING
    assert (await anna.get(f"/blobs/{name_of(photo())}")).status_code == 200


@pytest.mark.parametrize("act", ["delete from photo_reference", "update photo_reference set sha256 = 'x'"])
async def test_what_a_visit_shows_is_never_updated_or_deleted(town: Town, act: str):
    await show(town, name_of(photo()))

    with pytest.raises(Exception, match="never"):
        async with town.database.transaction() as tx:
            await tx.execute(act)


async def test_a_photo_that_was_shown_before_it_came_never_goes(town: Town, tmp_path: Path):
    await show(town, name_of(photo()))
    [anna] = await sent_by(town, "anna")

    assert await sweep_after(town, tmp_path, days=3000) == NOTHING
    assert (await anna.get(f"/blobs/{name_of(photo())}")).status_code == 200


async def test_an_unfinished_upload_goes_after_a_day(town: Town, tmp_path: Path):
    anna = await town.sign_in("anna")
    await patch(anna, name_of(photo()), 0, photo()[:1000])

    early = await sweep_after(town, tmp_path, hours=23)
    between = await progress(anna, name_of(photo()))
    late = await sweep_after(town, tmp_path, hours=25)

    assert (early, between[1]) == (NOTHING, "1000")
    assert late == Swept(1, 0, 0)
    assert await progress(anna, name_of(photo())) == (404, None, None)
    assert files(tmp_path / "uploads") == 0


async def test_a_photo_that_went_can_be_sent_again(town: Town, tmp_path: Path):
    [anna] = await sent_by(town, "anna")
    await sweep_after(town, tmp_path, days=8)

    again = await put(anna, photo())

    assert again.status_code == 201
    assert (await anna.get(f"/blobs/{name_of(photo())}")).status_code == 200


async def test_a_photo_that_came_again_begins_its_week_anew(town: Town, tmp_path: Path):
    await sent_by(town, "anna")
    town.now += timedelta(days=8)
    await sent_by(town, "bo")

    assert (await sweep_after(town, tmp_path, days=1)).photos == 0


async def test_a_reference_that_comes_while_it_is_swept_keeps_the_photo(town: Town):
    await sent_by(town, "anna")
    name, before = name_of(photo()), to_text(town.now + WEEK)
    await show(town, name)  # after the sweep has made its list, before it comes to this one

    async with town.database.transaction() as tx:
        assert await remove_unreferenced(tx, name, before) is None


async def test_a_photo_that_comes_again_between_its_row_and_its_bytes_is_spared(town: Town, tmp_path: Path):
    [anna] = await sent_by(town, "anna")
    name, blobs = name_of(photo()), open_blobs(tmp_path)

    async with town.database.transaction() as tx:
        stored_as = await remove_unreferenced(tx, name, to_text(town.now + WEEK))
    again = await put(anna, photo())
    await blobs.store.delete(stored_as or "")

    assert again.status_code == 201
    assert (await anna.get(f"/blobs/{name}")).status_code == 200
    assert files(tmp_path / "blobs") == 1


async def test_what_no_photo_is_stored_as_goes_and_what_is_new_stays(town: Town, tmp_path: Path):
    [anna] = await sent_by(town, "anna")
    await show(town, name_of(photo()))
    for stray in ("stray", "half-written#1"):
        (tmp_path / "blobs" / stray).write_bytes(b"x")

    early = await sweep_after(town, tmp_path, days=6)
    late = await sweep_after(town, tmp_path, days=8)

    assert (early, late) == (NOTHING, Swept(0, 0, 2))
    assert files(tmp_path / "blobs") == 1
    assert (await anna.get(f"/blobs/{name_of(photo())}")).status_code == 200


def test_the_command_says_in_danish_what_went(tmp_path: Path):
    run("invite", "Lene Holm", data=tmp_path / "data")
    folder = tmp_path / "data" / "uploads" / id_of("anna")
    folder.mkdir(parents=True)
    (folder / name_of(b"x")).write_bytes(b"x")
    two_days_ago = datetime.now().astimezone() - timedelta(days=2)
    os.utime(folder / name_of(b"x"), (two_days_ago.timestamp(),) * 2)

    command = run("sweep", "--older-than", "3", data=tmp_path / "data")

    said = "Fjernet. Afbrudte billeder: 1. Billeder som intet viser: 0. Løse filer: 0.\n"
    said += "Linjer i adgangsloggen, der er ældre end 730 dage og er fjernet: 0.\n"
    assert (command.stdout, command.returncode) == (said, 0)


# In S3 -----------------------------------------------------------------------------------------------------


@pytest.fixture
async def s3(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[StandIn]:
    """A stand-in for S3, and the environment that leads there."""
    with open_stand_in() as stand_in:
        monkeypatch.setenv("AWS_ENDPOINT_URL", stand_in.address)
        monkeypatch.setenv("AWS_ALLOW_HTTP", "true")
        monkeypatch.setenv("AWS_REGION", "eu-north-1")
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            monkeypatch.setenv(name, "none")
        monkeypatch.setenv("HAAND_BLOBS", "s3://photos/haand")
        yield stand_in


@pytest.fixture
async def town_on_s3(s3: StandIn, tmp_path: Path) -> AsyncIterator[Town]:
    """The town, with its photos in S3."""
    async with open_town(tmp_path) as town:
        yield town


async def test_in_s3_a_photo_is_there_once_it_is_answered(town_on_s3: Town, s3: StandIn, tmp_path: Path):
    [anna] = await sent_by(town_on_s3, "anna")

    fetched = await anna.get(f"/blobs/{name_of(photo())}")

    [(key, content)] = s3.objects.items()
    assert key.startswith(f"/photos/haand/{name_of(photo())}-")
    assert content == fetched.content
    assert files(tmp_path / "uploads") == 0
    assert not (tmp_path / "blobs").exists()
    assert (await progress(anna, name_of(photo())))[2] == "?1"


async def test_when_s3_fails_the_upload_waits_and_is_answered_503(town_on_s3: Town, s3: StandIn):
    anna = await town_on_s3.sign_in("anna")
    anna.http.timeout = 30
    s3.is_broken = True

    refused = await put(anna, photo())
    waiting = await progress(anna, name_of(photo()))
    s3.is_broken = False
    again = await patch(anna, name_of(photo()), len(photo()), b"", is_last=True)

    assert (refused.status_code, refused.json()["code"]) == (503, "Unavailable")
    assert int(refused.headers["retry-after"]) > 0
    assert waiting == (204, str(len(photo())), "?0")
    assert again.status_code == 201


async def test_in_s3_what_is_shown_stays_and_the_rest_goes(town_on_s3: Town, s3: StandIn, tmp_path: Path):
    await sent_by(town_on_s3, "anna")
    await sent_by(town_on_s3, "bo", content=photo(2))
    await show(town_on_s3, name_of(photo()))
    s3.objects["/photos/haand/stray"] = b"x"

    swept = await sweep_after(town_on_s3, tmp_path, open_blobs(tmp_path, "s3://photos/haand"), days=8)

    assert swept == Swept(0, 1, 1)
    assert [key.partition("-")[0] for key in s3.objects] == [f"/photos/haand/{name_of(photo())}"]
