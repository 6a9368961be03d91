"""Photos: sent in parts through any cut, kept without what they give away, seen by those who may."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from PIL import Image, ImageCms, PngImagePlugin

from pwa.care.queries.photo_references import add_references
from pwa.photos.queries import add_sender, set_photo
from pwa.words import new_id, to_text
from tests.photo_requests import (
    flood,
    name_of,
    patch,
    photo,
    png_chunk,
    progress,
    put,
    read,
    send_and_cut,
    written,
)
from tests.small_town import Browser, Town, id_of, open_town

PROBLEM = "application/problem+json"
SECRET = b"55 grader nord, Anna Lund"


async def show(town: Town, name: str, by: str = "anna", visit: str = "else", team: str = "nord") -> None:
    """A photo is shown at a visit."""
    reference = {"team_id": id_of(team), "visit_id": id_of(visit), "change_id": new_id(), "sha256": name}
    async with town.database.transaction() as tx:
        await add_references(tx, [reference | {"received_at": to_text(town.now), "by_id": id_of(by)}])


async def sent_by(town: Town, *people: str, content: bytes = b"") -> list[Browser]:
    """People who have each sent the photo."""
    browsers = [await town.sign_in(person) for person in people]
    for browser in browsers:
        assert (await put(browser, content or photo())).status_code == 201
    return browsers


async def until_settled(browser: Browser, name: str, offset: int) -> None:
    """Wait until the server has noticed a cut, and has written down what came before it."""
    if not await settles(browser, name, offset):
        raise AssertionError(f"stays at {await progress(browser, name)}, not {offset}")


async def settles(browser: Browser, name: str, offset: int) -> bool:
    """Whether within two seconds so much has come and is written down."""
    for _ in range(200):
        if (await progress(browser, name))[1] == str(offset):
            return True
        await asyncio.sleep(0.01)
    return False


# Sending ---------------------------------------------------------------------------------------------------


async def test_a_photo_sent_at_once_is_there(town: Town):
    anna, content = await town.sign_in("anna"), photo()

    before = await progress(anna, name_of(content))
    answer = await put(anna, content)
    after = await progress(anna, name_of(content))
    fetched = await anna.get(f"/blobs/{name_of(content)}")

    assert before == (404, None, None)
    assert (answer.status_code, answer.headers["upload-complete"]) == (201, "?1")
    assert after == (200, str(len(content)), "?1")
    assert (read(fetched.content).size, fetched.headers["content-type"]) == ((320, 240), "image/jpeg")


async def test_a_photo_sent_in_parts_is_there_when_the_last_has_come(town: Town):
    anna, content = await town.sign_in("anna"), photo()
    name = name_of(content)

    first = await patch(anna, name, 0, content[:1000])
    between = await progress(anna, name)
    second = await patch(anna, name, 1000, content[1000:5000])
    last = await patch(anna, name, 5000, content[5000:], is_last=True)

    assert (first.status_code, first.headers["upload-offset"]) == (204, "1000")
    assert between == (204, "1000", "?0")
    assert (second.status_code, second.headers["upload-offset"]) == (204, "5000")
    assert (last.status_code, last.headers["upload-complete"]) == (201, "?1")


async def test_an_upload_goes_on_after_every_cut(town: Town):
    anna, content = await town.sign_in("anna"), photo(size=(640, 480))
    name, at = name_of(content), 0
    cuts = [0, 1, 2, 999, 65_535, 65_536, 65_537, len(content) // 2, len(content) - 1, len(content) - 1]

    for cut in cuts:
        # A server that was not listening yet when it was cut off has heard nothing: that is sent again.
        for seconds in (0.05, 0.5, 5):
            await send_and_cut(town, anna, content, at, cut, seconds)
            if await settles(anna, name, cut):
                break
        await until_settled(anna, name, cut)
        at = cut
    last = await patch(anna, name, at, content[at:], is_last=True)

    assert last.status_code == 201
    assert (await anna.get(f"/blobs/{name}")).status_code == 200


async def test_a_photo_sent_at_once_and_cut_goes_on_in_parts(town: Town):
    anna, content = await town.sign_in("anna"), photo()
    half = len(content) // 2

    async def break_off():
        yield content[:half]
        await asyncio.sleep(0.5)
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await put(anna, break_off(), name_of(content))
    await until_settled(anna, name_of(content), half)

    assert (await patch(anna, name_of(content), half, content[half:], is_last=True)).status_code == 201


async def test_all_of_it_came_but_the_answer_did_not(town: Town):
    anna, content = await town.sign_in("anna"), photo()

    await send_and_cut(town, anna, content, 0, len(content), seconds=1)
    again = await patch(anna, name_of(content), len(content), b"", is_last=True)

    assert again.status_code in (200, 201)
    assert (await progress(anna, name_of(content)))[2] == "?1"


async def test_what_is_delivered_may_be_sent_again_in_any_way(town: Town):
    content = photo()
    [anna] = await sent_by(town, "anna", content=content)

    answers = [await put(anna, content), await patch(anna, name_of(content), 7, content[7:], is_last=True)]

    assert [(answer.status_code, answer.headers["upload-complete"]) for answer in answers] == [
        (200, "?1")
    ] * 2


@pytest.mark.parametrize("wrong", [0, 500, 1001, 15_000_000])
async def test_a_part_that_is_not_the_next_one_is_told_which_is(town: Town, wrong: int):
    anna, content = await town.sign_in("anna"), photo()
    await patch(anna, name_of(content), 0, content[:1000])

    answer = await patch(anna, name_of(content), wrong, content[:1000])

    assert (answer.status_code, answer.json()["code"], answer.headers["upload-offset"]) == (
        409,
        "WrongOffset",
        "1000",
    )
    assert await progress(anna, name_of(content)) == (204, "1000", "?0")


async def test_the_same_part_twice_at_once_comes_once(town: Town):
    anna, content = await town.sign_in("anna"), photo()

    answers = await asyncio.gather(*(patch(anna, name_of(content), 0, content[:9000]) for _ in range(5)))
    last = await patch(anna, name_of(content), 9000, content[9000:], is_last=True)

    assert sorted(answer.status_code for answer in answers) == [204, 409, 409, 409, 409]
    assert last.status_code == 201


async def test_many_at_once_take_their_turns(town: Town):
    anna, carl = await town.sign_in("anna"), await town.sign_in("carl")

    answers = await asyncio.gather(*(put(one, photo(seed)) for seed in range(4) for one in (anna, carl)))

    assert [answer.status_code for answer in answers] == [201] * 8


async def test_what_has_another_hash_is_thrown_away(town: Town):
    anna, content = await town.sign_in("anna"), photo()
    spoilt = content[:500] + bytes([content[500] ^ 1]) + content[501:]

    answer = await put(anna, spoilt, name_of(content))

    assert (answer.status_code, answer.json()["code"]) == (422, "NotSameContent")
    assert await progress(anna, name_of(content)) == (404, None, None)
    assert (await put(anna, content)).status_code == 201


async def test_an_upload_can_be_given_up(town: Town):
    anna, content = await town.sign_in("anna"), photo()
    await patch(anna, name_of(content), 0, content[:1000])

    answers = [await anna.http.delete(f"/blobs/{name_of(content)}") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [204, 404]
    assert await progress(anna, name_of(content)) == (404, None, None)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Upload_Offset": "x"}, 422),
        ({"Upload_Offset": "-1"}, 422),
        ({"Upload_Offset": ""}, 422),
        ({"Upload_Complete": "yes"}, 422),
        ({"Upload_Length": "many"}, 422),
        ({"Upload_Length": "15000001"}, 413),
        ({"Content_Encoding": "gzip"}, 400),
        ({"Sec_Fetch_Site": "cross-site"}, 403),
        ({"Sec_Fetch_Site": "", "Origin": "https://elsewhere.example"}, 403),
    ],
)
async def test_a_request_that_is_not_as_described_does_nothing(
    town: Town, headers: dict[str, Any], status: int
):
    anna = await town.sign_in("anna")

    answer = await patch(anna, name_of(b"x"), 0, b"x", **headers)

    assert (answer.status_code, answer.headers["content-type"]) == (status, PROBLEM)
    assert await progress(anna, name_of(b"x")) == (404, None, None)


@pytest.mark.parametrize("name", ["x", "A" * 64, "0" * 63, "0" * 65, "%2e%2e%2f" + "0" * 55])
async def test_a_name_that_is_no_hash_is_not_found(town: Town, name: str):
    anna = await town.sign_in("anna")

    answers = [
        await anna.get(f"/blobs/{name}"),
        await put(anna, b"x", name),
        await patch(anna, name, 0, b"x"),
    ]

    assert [answer.status_code for answer in answers] == [404] * 3


@pytest.mark.parametrize("method", ["HEAD", "GET", "PUT", "PATCH", "DELETE"])
async def test_nobody_sends_or_sees_a_photo_without_a_sign_in(town: Town, method: str):
    await sent_by(town, "anna")
    stranger = await town.sign_in("anna")
    stranger.http.headers.pop("Cookie")

    answer = await stranger.http.request(method, f"/blobs/{name_of(photo())}", headers={"Upload-Offset": "0"})

    assert answer.status_code == 401


# Limits ----------------------------------------------------------------------------------------------------


async def test_a_body_without_end_is_stopped_early_and_thrown_away(town: Town):
    anna, given = await town.sign_in("anna"), 0

    async def endless():
        nonlocal given
        for _ in range(2000):
            given += 100_000
            yield b"x" * 100_000

    told = 413
    with suppress(httpx2.ReadError, httpx2.WriteError):  # who goes on sending may miss the answer
        told = (await patch(anna, name_of(b""), 0, endless())).status_code

    assert told == 413
    assert given < 60_000_000
    assert await progress(anna, name_of(b"")) == (404, None, None)


async def test_what_says_that_it_is_too_large_is_not_read(town: Town):
    anna = await town.sign_in("anna")

    answer = await anna.http.put(f"/blobs/{name_of(b'')}", content=b"x" * 15_000_001)

    assert (answer.status_code, answer.json()["code"]) == (413, "PhotoTooLarge")
    assert await progress(anna, name_of(b"")) == (404, None, None)


async def test_one_person_s_unfinished_uploads_have_an_end(town: Town):
    anna, bo = await town.sign_in("anna"), await town.sign_in("bo")
    for number in range(50):
        assert (await patch(anna, name_of(b"%d" % number), 0, b"x")).status_code == 204

    answer = await patch(anna, name_of(b"one more"), 0, b"x")

    assert (answer.status_code, answer.json()["code"]) == (429, "TooManyUploads")
    assert int(answer.headers["retry-after"]) > 0
    assert (await patch(anna, name_of(b"7"), 1, b"y")).status_code == 204
    assert (await patch(bo, name_of(b"one more"), 0, b"x")).status_code == 204


async def test_the_bytes_of_unfinished_uploads_have_an_end(town: Town, tmp_path: Path):
    anna = await town.sign_in("anna")
    folder = tmp_path / "uploads" / id_of("anna")
    folder.mkdir(parents=True)
    for number in range(20):
        with (folder / name_of(b"%d" % number)).open("wb") as file:
            file.truncate(10_000_000 - number)

    answers = [await patch(anna, name_of(b"more"), 0, b"x" * much) for much in (1000, 100)]

    assert [answer.status_code for answer in answers] == [429, 204]


# How many are kept -----------------------------------------------------------------------------------------


async def have_sent(town: Town, person: str, count: int, size: int, ago: timedelta = timedelta()) -> None:
    """Somebody has sent so many photos of so many bytes."""
    at = to_text(town.now - ago)
    async with town.database.transaction() as tx:
        for number in range(count):
            sha256 = name_of(f"{person} {number} {size}".encode())
            await set_photo(tx, {
                "sha256": sha256, "type": "image/jpeg", "bytes": size, "pixels": 1, "stored_as": sha256,
                "stored_sha256": sha256, "stored_bytes": size, "received_at": at,
            })  # fmt: skip
            await add_sender(tx, sha256, id_of(person), at)


@pytest.mark.parametrize(("count", "size"), [(200, 1), (1, 1_000_000_000)])
@pytest.mark.parametrize("in_parts", [True, False])
async def test_who_has_sent_enough_for_a_day_is_told_so_and_sends_it_the_next(
    town: Town, count: int, size: int, in_parts: bool
):
    anna, bo = await town.sign_in("anna"), await town.sign_in("bo")
    await have_sent(town, "anna", count, size)

    async def send(browser: Browser) -> httpx2.Response:
        name = name_of(photo())
        return await (patch(browser, name, 0, photo(), is_last=True) if in_parts else put(browser, photo()))

    refused = await send(anna)
    page = await anna.get("/")
    others = await send(bo)
    town.now += timedelta(hours=24, seconds=1)

    assert (refused.status_code, refused.json()["code"]) == (429, "EnoughForToday")
    assert "Billedet bliver på telefonen" in refused.json()["detail"]
    assert int(refused.headers["retry-after"]) > 0
    assert (page.status_code, others.status_code) == (200, 201)
    assert (await send(anna)).status_code == 201


async def test_one_less_than_enough_is_taken_and_then_it_is_enough(town: Town):
    anna = await town.sign_in("anna")
    await have_sent(town, "anna", 199, 1)

    answers = [await put(anna, photo(seed)) for seed in (1, 2)]

    assert [answer.status_code for answer in answers] == [201, 429]
    assert (await put(anna, photo(1))).status_code == 200  # that one is here


async def test_a_photo_that_came_in_parts_before_it_was_enough_is_not_thrown_away(town: Town):
    anna, name = await town.sign_in("anna"), name_of(photo())
    await patch(anna, name, 0, photo()[:500])
    await have_sent(town, "anna", 200, 1)

    refused = await patch(anna, name, 500, photo()[500:], is_last=True)

    assert (refused.status_code, (await progress(anna, name))[1]) == (429, "500")


async def test_all_photos_together_have_an_end_and_what_is_refused_stays_on_the_phone(tmp_path: Path):
    async with open_town(tmp_path, photos_gb="1") as town:
        anna = await town.sign_in("anna")
        await have_sent(town, "bo", 1, 999_999_999)
        first = await put(anna, photo(1))
        refused = await put(anna, photo(2))

    assert (first.status_code, refused.status_code, refused.json()["code"]) == (201, 507, "NoRoomForPhotos")
    assert "Billedet bliver på telefonen" in refused.json()["detail"]


async def test_what_all_photos_are_together_is_asked_for_once_a_minute(tmp_path: Path):
    async with open_town(tmp_path, photos_gb="1") as town:
        anna = await town.sign_in("anna")
        first = await put(anna, photo(1))
        await have_sent(town, "bo", 1, 1_000_000_000)
        at_once = await put(anna, photo(2))
        town.now += timedelta(minutes=1)
        later = await put(anna, photo(3))

    assert [answer.status_code for answer in (first, at_once, later)] == [201, 201, 507]


# What a photo is -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html><script>alert(1)</script>",
        b'<svg xmlns="http://www.w3.org/2000/svg"/>',
        b"%PDF-1.7",
        b"\xff\xd8\xff\xe0" + b"x" * 1000,
        photo()[:-4000],
        photo(kind="PNG")[:-4000],
        photo(kind="GIF"),
        photo(kind="BMP"),
        photo(kind="TIFF"),
        b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", b"short") + png_chunk(b"IEND", b""),
        b"RIFF\x10\x00\x00\x00WEBPVP8 \x00\x00\x00\x00",
        b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic",
    ],
    ids=["nothing", "html", "svg", "pdf", "said to be jpeg", "cut jpeg", "cut png", "gif", "bmp", "tiff",
         "broken png", "broken webp", "heic"],
)  # fmt: skip
async def test_what_is_no_photo_is_refused_whatever_it_is_called(town: Town, content: bytes):
    anna = await town.sign_in("anna")

    answer = await put(anna, content, Content_Type="image/jpeg")

    assert (answer.status_code, answer.json()["code"]) == (415, "NotAPhoto")
    assert "JPEG" in answer.json()["detail"]
    assert await progress(anna, name_of(content)) == (404, None, None)


@pytest.mark.parametrize(
    "encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be", "utf-7", "cp037"]
)
@pytest.mark.parametrize(
    "text", ["<html><script>alert(1)</script>", '<svg xmlns="http://www.w3.org/2000/svg" onload="x"/>']
)
async def test_a_page_or_a_drawing_is_no_photo_in_whatever_encoding_it_is_written(
    town: Town, text: str, encoding: str
):
    anna = await town.sign_in("anna")

    answer = await put(anna, text.encode(encoding), Content_Type="image/png")

    assert (answer.status_code, answer.json()["code"]) == (415, "NotAPhoto")


@pytest.mark.parametrize("side", [40_000, 8_000, 5_000])
async def test_a_bomb_is_refused_before_it_is_decoded(town: Town, side: int):
    anna, content = await town.sign_in("anna"), flood(side)

    answer = await put(anna, content)

    assert len(content) < 1_000_000
    assert (answer.status_code, answer.json()["code"]) == (413, "TooManyPixels")


def with_exif(kind: str) -> bytes:
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    exif.get_ifd(0x8825).update({1: "N", 2: (55.0, 40.0, 30.0), 3: "E", 4: (12.0, 34.0, 0.0)})
    return photo(kind=kind, exif=exif, xmp=b"<x:xmpmeta>" + SECRET + b"</x:xmpmeta>")


def with_words_in_png() -> bytes:
    words = PngImagePlugin.PngInfo()
    words.add_text("Location", SECRET.decode())
    words.add_itxt("XML:com.adobe.xmp", SECRET.decode())
    return photo(kind="PNG", pnginfo=words)


def with_profile(kind: str) -> bytes:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return photo(kind=kind, icc_profile=profile + SECRET)


def with_second_picture() -> bytes:
    first, second = read(photo()), read(photo(comment=SECRET))
    return written(first, "MPO", save_all=True, append_images=[second])


@pytest.mark.parametrize(
    "content",
    [
        with_exif("JPEG"),
        with_exif("PNG"),
        with_exif("WEBP"),
        photo(comment=SECRET),
        with_words_in_png(),
        with_profile("JPEG"),
        with_profile("PNG"),
        with_second_picture(),
        photo() + SECRET,
        photo(kind="PNG") + SECRET,
    ],
    ids=["exif jpeg", "exif png", "exif webp", "comment", "words in png", "profile", "profile in png",
         "second picture", "after the end", "after the end of png"],
)  # fmt: skip
async def test_what_a_photo_gives_away_is_left_behind(town: Town, tmp_path: Path, content: bytes):
    [anna] = await sent_by(town, "anna", content=content)

    kept = (await anna.get(f"/blobs/{name_of(content)}")).content
    on_disk = [file.read_bytes() for file in (tmp_path / "blobs").iterdir()]

    assert on_disk == [kept]
    assert read(kept).getexif().get_ifd(0x8825) == {}
    assert dict(read(kept).getexif()) == {}
    assert not {"exif", "xmp", "comment", "icc_profile", "Location", "mp"} & set(read(kept).info)
    assert SECRET not in kept
    assert not any(word in kept for word in (b"Exif", b"http://ns.adobe", b"ICC_PROFILE", b"iCCP", b"MPF"))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
async def test_a_photo_taken_with_the_phone_on_its_side_is_upright(town: Town, kind: str):
    lying = Image.new("RGB", (200, 100), "white")
    lying.paste("black", (0, 0, 100, 100))
    exif = Image.Exif()
    exif[0x0112] = 6  # to be seen right, turn it a quarter to the right
    content = written(lying, kind, exif=exif)
    [anna] = await sent_by(town, "anna", content=content)

    kept = read((await anna.get(f"/blobs/{name_of(content)}")).content).convert("L")

    assert kept.size == (100, 200)
    assert [_brightness(kept, point) for point in ((50, 20), (50, 180))] == ["dark", "light"]


def _brightness(image: Image.Image, point: tuple[int, int]) -> str:
    value = image.getpixel(point)
    assert isinstance(value, int)
    return "light" if value > 128 else "dark"


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")
async def test_broken_exif_does_not_make_a_broken_photo(town: Town):
    content = photo(exif=b"Exif\x00\x00MM\x00*\x00\x00\xff\xffrubbish")

    [anna] = await sent_by(town, "anna", content=content)

    assert (await anna.get(f"/blobs/{name_of(content)}")).status_code == 200


async def test_a_picture_with_holes_keeps_them(town: Town):
    content = written(Image.new("RGBA", (50, 50), (255, 0, 0, 0)), "PNG")

    [anna] = await sent_by(town, "anna", content=content)

    assert read((await anna.get(f"/blobs/{name_of(content)}")).content).getpixel((1, 1)) == (255, 0, 0, 0)


# Who sees it -----------------------------------------------------------------------------------------------


async def statuses(town: Town, name: str, people: Sequence[str]) -> dict[str, tuple[int, int]]:
    """What each of them is answered to HEAD and GET."""
    browsers = {person: await town.sign_in(person) for person in people}
    return {
        person: ((await progress(browser, name))[0], (await browser.get(f"/blobs/{name}")).status_code)
        for person, browser in browsers.items()
    }


EVERYBODY = ["anna", "bo", "carl", "lis", "mia", "ove"]


async def test_a_photo_that_nothing_shows_is_its_sender_s_alone(town: Town):
    await sent_by(town, "anna")

    seen = await statuses(town, name_of(photo()), EVERYBODY)

    assert {person for person in seen if seen[person] == (200, 200)} == {"anna"}
    assert set(seen.values()) == {(200, 200), (404, 404)}


async def test_a_photo_at_a_visit_is_seen_by_those_who_may_see_the_visit(town: Town):
    await sent_by(town, "anna")
    await show(town, name_of(photo()))

    seen = await statuses(town, name_of(photo()), EVERYBODY)

    assert {person for person in seen if seen[person] == (200, 200)} == {"anna", "bo", "lis", "ove"}
    assert {seen["carl"], seen["mia"]} == {(404, 404)}


async def test_who_knows_a_name_only_does_not_open_the_photo_by_showing_it(town: Town):
    await sent_by(town, "anna")
    await show(town, name_of(photo()), by="carl", visit="solveig", team="syd")

    seen = await statuses(town, name_of(photo()), ["carl", "mia"])

    assert set(seen.values()) == {(404, 404)}


async def test_two_people_send_the_same_photo_and_neither_learns_of_the_other(town: Town):
    [anna] = await sent_by(town, "anna")
    await show(town, name_of(photo()))
    carl = await town.sign_in("carl")

    before = await progress(carl, name_of(photo()))
    answer = await put(carl, photo())
    fetched = [await browser.get(f"/blobs/{name_of(photo())}") for browser in (anna, carl)]

    assert (before, answer.status_code) == ((404, None, None), 201)
    assert fetched[0].content == fetched[1].content
    assert [answer.status_code for answer in fetched] == [200, 200]


async def test_a_photo_of_a_colleague_is_seen_but_not_delivered_by_oneself(town: Town):
    await sent_by(town, "anna")
    await show(town, name_of(photo()))
    bo = await town.sign_in("bo")

    before = await progress(bo, name_of(photo()))
    answer = await put(bo, photo())

    assert before == (200, None, None)
    assert answer.status_code == 201
    assert (await progress(bo, name_of(photo())))[2] == "?1"


async def test_a_photo_runs_nothing_and_is_kept_by_no_browser(town: Town):
    [anna] = await sent_by(town, "anna")

    answer = await anna.get(f"/blobs/{name_of(photo())}")
    again = await anna.get(f"/blobs/{name_of(photo())}", If_None_Match=answer.headers["etag"])

    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"
    assert (again.status_code, again.content) == (304, b"")


async def test_a_photo_whose_bytes_are_gone_is_not_there_and_can_be_sent_again(town: Town, tmp_path: Path):
    [anna] = await sent_by(town, "anna")
    for file in (tmp_path / "blobs").iterdir():
        file.unlink()

    gone = await statuses(town, name_of(photo()), ["anna"])
    again = await put(anna, photo())

    assert gone == {"anna": (404, 404)}
    assert again.status_code == 201
    assert (await anna.get(f"/blobs/{name_of(photo())}")).status_code == 200
