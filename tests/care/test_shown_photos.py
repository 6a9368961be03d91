"""A photo that answers a step of a checklist: who may see it, where it is shown, and how long it is kept."""

import re
from datetime import timedelta

import pytest

from pwa.photos.blobs import open_blobs
from pwa.photos.sweep import sweep
from tests.care.test_fill_in import give_checklist
from tests.photo_requests import name_of, photo, put
from tests.small_town import Browser, Town, id_of

WOUND = [
    {"id": "wound", "kind": "photo", "label": "Billede af såret"},
    {"id": "signed", "kind": "signature", "label": "Underskrift"},
]
PICTURE = photo()
NAME = name_of(PICTURE)
SAID = f"{NAME} image/jpeg {len(PICTURE)}"
PAGE = f"/board/visits/{id_of('else')}"


async def fill(
    phone: Browser, checklist_id: str, *values: str, place: str = "wound", kind: str = "photo"
) -> None:
    """Answer at a place of Else's checklist."""
    args = {"checklist_id": checklist_id, "place": place, "kind": kind, "values": list(values)}
    answer = await phone.push(phone.change("fill_in", "else", **args))
    assert answer.json()["fates"][0]["fate"] == "applied"


async def test_a_photo_is_on_the_leaders_page_when_it_has_come_and_is_fetched_when_it_is_opened(town: Town):
    anna, lis = await town.sign_in("anna"), await town.sign_in("lis")
    await fill(anna, await give_checklist(town, steps=WOUND), SAID)
    before = (await lis.get(PAGE)).text
    early = await lis.get(f"/blobs/{NAME}")
    await put(anna, PICTURE)
    after, fetched = (await lis.get(PAGE)).text, await lis.get(f"/blobs/{NAME}")

    assert "Billedet er ikke kommet fra telefonen endnu." in before
    assert early.status_code == 404
    assert "Billedet er ikke kommet fra telefonen endnu." not in after
    [image] = re.findall(rf'<details[^>]*class="picture">.*?<img src="/blobs/{NAME}"[^>]*>', after, re.DOTALL)
    assert 'loading="lazy"' in image
    assert (fetched.status_code, fetched.headers["cache-control"]) == (200, "no-store")


@pytest.mark.parametrize("stranger", ["carl", "mia"])
async def test_whoever_may_not_see_the_visit_does_not_find_its_photo(town: Town, stranger: str):
    anna, other = await town.sign_in("anna"), await town.sign_in(stranger)
    await fill(anna, await give_checklist(town, steps=WOUND), SAID)
    await put(anna, PICTURE)

    assert (await other.get(f"/blobs/{NAME}")).status_code == 404


async def test_who_saw_a_photo_stands_in_the_access_log(town: Town):
    anna, lis = await town.sign_in("anna"), await town.sign_in("lis")
    await fill(anna, await give_checklist(town, steps=WOUND), SAID)
    await put(anna, PICTURE)
    await lis.get(f"/blobs/{NAME}")
    async with town.database.snapshot() as tx:
        seen = await tx.rows("select kind, person_id from access_log where what = 'photo'")

    assert [dict(row) for row in seen] == [{"kind": "read", "person_id": id_of("lis")}]


async def test_a_photo_that_an_answer_has_named_is_kept_also_when_the_answer_is_taken_back(
    town: Town, tmp_path
):
    anna, checklist_id = await town.sign_in("anna"), await give_checklist(town, steps=WOUND)
    await put(anna, PICTURE)
    await fill(anna, checklist_id, SAID)
    await fill(anna, checklist_id)
    await sweep(town.database, open_blobs(tmp_path), town.now + timedelta(days=400), timedelta(days=7))
    async with town.database.snapshot() as tx:
        kept = await tx.rows("select sha256 from photo")

    assert [row["sha256"] for row in kept] == [NAME]


async def test_the_same_photo_twice_in_one_answer_is_shown_once_by_it(town: Town):
    anna = await town.sign_in("anna")
    await fill(anna, await give_checklist(town, steps=WOUND), SAID, SAID)
    async with town.database.snapshot() as tx:
        shown = await tx.rows("select sha256 from photo_reference")

    assert len(shown) == 1


async def test_who_signed_is_read_on_the_leaders_page(town: Town):
    anna, lis = await town.sign_in("anna"), await town.sign_in("lis")
    checklist_id = await give_checklist(town, steps=WOUND)
    await fill(anna, checklist_id, f"{NAME} image/png 900 Else Holm", place="signed", kind="signature")
    drawn = (await lis.get(PAGE)).text
    await fill(anna, checklist_id, "Ib Bo", place="signed", kind="signature")

    assert "Underskrevet af Else Holm" in drawn
    assert "Underskrevet af Ib Bo" in (await lis.get(PAGE)).text


async def test_a_browser_without_a_worker_answers_with_a_photo_that_it_has_sent_before(town: Town):
    anna, checklist_id = await town.sign_in("anna"), await give_checklist(town, steps=WOUND)
    await put(anna, PICTURE)
    form = {"visit_id": id_of("else"), "seen": "1", "checklist_id": checklist_id, "place": "wound"}
    await anna.do("fill_in", **form, kind="photo", said="[]", value=SAID)
    page = (await anna.get(f"/visits/{id_of('else')}")).text

    assert f'<img src="/blobs/{NAME}"' in page
    assert "/static/pictured.js" in page
