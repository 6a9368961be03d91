"""Who gets in, and who asks in whose name (security.md)."""

from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from pwa.web.headers import BESIDES_PAGES
from tests.house import House
from tests.small_town import Town, client_of, id_of, open_town


def token_of(cookie: str) -> str:
    return cookie.partition("=")[2]


async def test_the_demo_lists_the_people_by_role(town: Town):
    async with client_of(town.origin) as stranger:
        page = (await stranger.get("/demo")).text

    for person, role in {"anna": "carer", "lis": "leader", "ove": "organiser"}.items():
        assert f'name="person" value="{id_of(person)}" data-role="{role}"' in page


async def test_past_midnight_the_demo_says_that_its_day_has_just_begun(town: Town):
    town.now = datetime.fromisoformat("2026-11-23T23:59:59Z")
    async with client_of(town.origin) as stranger:
        begun = (await stranger.get("/demo")).text
        town.now += timedelta(seconds=1)
        later = (await stranger.get("/demo")).text

    assert ["Dagen er lige begyndt" in page for page in (begun, later)] == [True, False]


@pytest.mark.parametrize(("person", "start"), [("anna", "/"), ("lis", "/board"), ("ove", "/held")])
async def test_signing_in_leads_to_the_start_page_of_the_role(town: Town, person: str, start: str):
    async with client_of(town.origin) as stranger:
        answer = await stranger.post("/demo/sign-in", data={"person": id_of(person)})

    assert (answer.status_code, answer.headers["location"]) == (303, start)


async def test_the_cookie_has_its_final_form_and_the_database_only_its_hash(town: Town):
    async with client_of(town.origin) as stranger:
        answer = await stranger.post("/demo/sign-in", data={"person": id_of("anna")})
    cookie, *attributes = answer.headers["set-cookie"].split("; ")

    name, token = cookie.split("=")
    async with town.database.snapshot() as tx:
        rows = await tx.rows("select token_hash from sign_in")

    assert name == "__Host-session"
    assert {"HttpOnly", "Secure", "Path=/", "SameSite=lax"} <= set(attributes)
    assert len(token) == 43
    assert [row["token_hash"] for row in rows] == [sha256(token.encode()).hexdigest()]


async def test_each_sign_in_is_new_and_ends_the_one_before_in_the_same_browser(town: Town):
    first = await town.sign_in("anna")

    answer = await first.http.post("/demo/sign-in", data={"person": id_of("bo")})

    assert token_of(answer.headers["set-cookie"].partition(";")[0]) != token_of(first.cookie)
    assert (await first.get("/me")).status_code == 303


async def test_signing_out_on_one_phone_leaves_the_other_signed_in(town: Town):
    phone, tablet = await town.sign_in("anna"), await town.sign_in("anna")

    out = await phone.http.post("/sign-out")

    assert (out.status_code, out.headers["location"]) == (303, "/demo")
    assert 'session=""' in out.headers["set-cookie"]
    assert ((await phone.get("/me")).status_code, (await tablet.get("/me")).status_code) == (303, 200)


async def test_a_sign_in_ends_when_it_is_not_used_for_long_enough(town: Town):
    anna = await town.sign_in("anna")

    town.now += timedelta(days=13)
    used = await anna.get("/me")
    town.now += timedelta(days=13)
    used_again = await anna.get("/me")
    town.now += timedelta(days=15)

    assert (used.status_code, used_again.status_code) == (200, 200)
    assert (await anna.push()).json()["code"] == "NotSignedIn"


async def test_a_sign_in_ends_however_much_it_is_used(town: Town):
    anna = await town.sign_in("anna")

    for _ in range(9):
        town.now += timedelta(days=10)
        await anna.get("/me")

    assert (await anna.push()).status_code == 401


async def test_somebody_who_is_not_signed_in_is_shown_the_way(town: Town):
    async with client_of(town.origin) as stranger:
        front, visit, sync = (
            await stranger.get("/"),
            await stranger.get(f"/visits/{id_of('else')}"),
            await stranger.post("/sync", json={}),
        )

    assert (front.status_code, front.headers["location"]) == (303, "/demo")
    assert visit.status_code == 303
    assert (sync.status_code, sync.json()["code"]) == (401, "NotSignedIn")


async def test_the_real_thing_has_no_demo_sign_in(tmp_path: Path):
    async with open_town(tmp_path, demo=False) as town, client_of(town.origin) as stranger:
        front, demo = await stranger.get("/"), await stranger.get("/demo")
        sign_in = await stranger.post("/demo/sign-in", data={"person": id_of("anna")})

    assert front.headers["location"] == "/sign-in"
    assert (demo.status_code, sign_in.status_code) == (404, 404)


@pytest.mark.parametrize(("open_to_all", "status"), [(False, 404), (True, 200)])
async def test_the_demo_is_only_for_this_machine_unless_told_otherwise(
    tmp_path: Path, open_to_all: bool, status: int
):
    async with (
        open_town(tmp_path, open_to_all=open_to_all) as town,
        client_of(town.origin) as stranger,
    ):
        answer = await stranger.get("/demo", headers={"X-Forwarded-For": "192.0.2.7"})

    assert answer.status_code == status


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "none"}, 200),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "{origin}"}, 403),
        ([("Sec-Fetch-Site", "same-origin"), ("Sec-Fetch-Site", "cross-site")], 403),
        ([("Sec-Fetch-Site", ""), ("Sec-Fetch-Site", "cross-site")], 403),
        ([("Origin", "{origin}"), ("Origin", "https://elsewhere.example")], 403),
        ({"Origin": "{origin}"}, 200),
        ({"Origin": "https://elsewhere.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "{origin}.example"}, 403),
        ({"Sec-Fetch-Site": "", "Origin": "{origin}"}, 200),
        ({"Sec-Fetch-Site": ""}, 403),
        ({}, 403),
    ],
)
async def test_another_site_cannot_do_anything_in_a_carers_name(
    town: Town, headers: dict[str, str] | list[tuple[str, str]], status: int
):
    anna = await town.sign_in("anna")
    said = list(headers.items()) if isinstance(headers, dict) else headers
    sent = [(name, value.format(origin=town.origin)) for name, value in said]

    async with client_of(town.origin, {"Cookie": anna.cookie}) as browser:
        answer = await browser.post("/do/start_visit", data={"visit_id": id_of("else")}, headers=sent)

    assert answer.status_code == status


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
async def test_whoever_does_not_say_where_a_change_comes_from_may_not_bring_a_cookie(town: Town, method: str):
    anna = await town.sign_in("anna")
    path = f"/blobs/{'0' * 64}"

    async with client_of(town.origin) as program:
        with_cookie = await program.request(method, path, headers={"Cookie": anna.cookie})
        without = await program.request(method, path)

    assert (with_cookie.status_code, with_cookie.json()["code"]) == (403, "CrossSite")
    assert without.json()["code"] != "CrossSite"


async def test_a_refused_cross_site_request_says_so_to_programs_and_carries_the_headers(town: Town):
    anna = await town.sign_in("anna")

    answer = await anna.http.post("/sync", json=anna.push_of(), headers={"Sec-Fetch-Site": "cross-site"})

    assert (answer.status_code, answer.json()["code"]) == (403, "CrossSite")
    assert answer.headers["content-type"] == "application/problem+json"
    assert all(answer.headers[name] == value for name, value in BESIDES_PAGES.items())


async def test_a_page_that_stands_open_is_told_whether_its_sign_in_holds_and_that_is_no_use_of_it(
    house: House,
):
    cookie = await house.sign_in("lis")
    first = await house.get("/signed-in", "lis")
    before = await house.rows("select used_at from sign_in where person_id = :id", id=id_of("lis"))
    house.pass_time(hours=3)
    later = await house.get("/signed-in", "lis")
    after = await house.rows("select used_at from sign_in where person_id = :id", id=id_of("lis"))
    await house.post("/sign-out", "lis", b"")
    ended = await house.http.get("/signed-in", headers={"Cookie": cookie})

    assert (first.status_code, first.headers["haand-person"], first.text) == (204, id_of("lis"), "")
    assert (later.status_code, before) == (204, after)
    assert (ended.status_code in (303, 401), "haand-person" in ended.headers) == (True, False)
