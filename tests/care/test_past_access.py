"""Whoever's access has ended still delivers what was done before, into what is held (sync.md, law 14)."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest

from pwa.access.routes import ROUTES
from pwa.access.rules.past_access import SECRET, Delivers, delivery_token, read_delivery_token
from pwa.access.rules.throttle import LIMITS
from pwa.access.wipe_orders import OrderKey
from pwa.resources import PACKAGE
from pwa.words import new_id, to_text
from tests.care.test_drafts import draft
from tests.care.test_sealed import keys_of, seal
from tests.house import House, Phone
from tests.small_town import FROM_OUR_PAGE, id_of

Json = dict[str, Any]

SOON = "2026-11-23T07:45:00.000Z"
"""Five minutes after the town's morning."""
BEFORE = "2026-11-23T07:40:00.000Z"

ENDS: dict[str, str] = {
    "role.ends_at": "update role set ends_at = :soon where person_id = :anna",
    "role.ended_at": "update role set ended_at = :soon where person_id = :anna",
    "role.starts_at": "update role set starts_at = '2027-01-01T00:00:00.000Z' where person_id = :anna",
    "sign_in.ends_at": "update sign_in set ends_at = :soon where person_id = :anna",
    "sign_in.used_at": "update sign_in set used_at = '2026-10-01T00:00:00.000Z' where person_id = :anna",
    "sign_in.revoked_at": "update sign_in set revoked_at = :soon where person_id = :anna",
    "phone.replaced_at": "update phone set replaced_at = :soon where person_id = :anna",
    "phone.revoked_at": "update phone set revoked_at = :soon, revoked_as = 'revoked', revoked_by_id = :lis "
    "where person_id = :anna",
    "phone.wiped_at": "update phone set revoked_at = :soon, revoked_as = 'revoked', revoked_by_id = :lis, "
    "wiped_at = :soon where person_id = :anna",
}
"""Every column that can end what lets somebody in, and how. What has said that it is empty brings nothing more
(tests/access/test_wiped_phones.py)."""

NO_END = {"sign_in.began_at", "sign_in.confirmed_at", "phone.bound_at", "phone.heard_at", "phone.latest_at"}

ENDING_ROUTES = {
    "/sign-out": "sign_in.revoked_at",
    "/people/claims/remove": "role.ended_at",
    "/people/{person_id}/roles/end": "role.ended_at",
    "/people/{person_id}/shut-out-phone": "phone.revoked_at",
    "/people/{person_id}/shut-out": "phone.revoked_at",
    "/access/remove": "sign_in.revoked_at",
    "/access/sign-out-there": "sign_in.revoked_at",
    "/access/sign-out-elsewhere": "sign_in.revoked_at",
    "/access/sso/remove": "sign_in.revoked_at",
    "/wiped": "phone.wiped_at",
}
"""What each address ends that ends something."""


async def end(house: House, way: str) -> None:
    async with house.database.transaction() as tx:
        params = {"soon": SOON, "anna": id_of("anna"), "lis": id_of("lis")}
        used = {name: value for name, value in params.items() if f":{name}" in ENDS[way]}
        await tx.execute(ENDS[way], used)


async def token_of(house: House, person: str = "anna") -> tuple[Phone, str]:
    """A phone in use, and what it was given to show."""
    phone = house.phone_of(person)
    return phone, (await phone.sync())["delivery"]


async def post(phone: Phone, headers: dict[str, str], /, *changes: Json, **more: object) -> tuple[int, Json]:
    push = {
        "phone": phone.id,
        "build": "b1",
        "now": to_text(phone.house.now),
        "cursor": None,
        "changes": list(changes),
        **more,
    }
    http = phone.house.http
    http.cookies.clear()
    own = {"Haand-Phone": phone.secret} if phone.secret else {}
    answer = await http.post("/sync", content=json.dumps(push), headers={**FROM_OUR_PAGE, **own, **headers})
    return answer.status_code, answer.json()


async def held_page(house: House, leader: str = "lis") -> str:
    return (await house.http.get("/held", headers={"Cookie": await house.sign_in(leader)})).text


def test_every_way_in_which_a_person_or_a_phone_can_end_is_tried():
    schema = (PACKAGE / "schema.sql").read_text()
    columns = set()
    for table in ("role", "sign_in", "phone"):
        [body] = re.findall(rf"create table {table} \((.*?)\n\) strict;", schema, re.DOTALL)
        columns |= {f"{table}.{name}" for name in re.findall(r"^\s+(\w+_at) text", body, re.MULTILINE)}
    routes = {
        route.path
        for route in ROUTES
        if "POST" in (route.methods or ()) and re.search(r"end$|out|remove|revoke|wiped", route.path)
    }

    assert columns == ENDS.keys() | NO_END
    assert routes == ENDING_ROUTES.keys()
    assert set(ENDING_ROUTES.values()) <= ENDS.keys()


@pytest.mark.parametrize("shows", ["cookie", "token", "token and somebody else's cookie"])
@pytest.mark.parametrize("way", [way for way in ENDS if way != "phone.wiped_at"])
async def test_whatever_has_ended_what_was_done_before_arrives_with_its_words_and_its_leader_sees_it(
    house: House, way: str, shows: str
):
    phone, token = await token_of(house)
    note = phone.note("Faldt i badet.")
    await end(house, way)
    house.pass_time(days=2)
    headers = {"Haand-Delivery": token} if "token" in shows else {"Cookie": house.cookies["anna"]}
    headers |= {"Cookie": await house.sign_in("bo")} if "somebody" in shows else {}

    status, answer = await post(phone, headers, note)

    still_in = way == "phone.replaced_at" and shows == "cookie"
    [fate] = answer["fates"]
    assert (status, fate["fate"]) == (200, "applied" if still_in else "held")
    assert [(row["words"], row["person_id"]) for row in await house.log()] == [
        ("Faldt i badet.", id_of("anna"))
    ]
    assert ("Faldt i badet." in await held_page(house)) is not still_in
    assert still_in or (answer["documents"] == [] and "ids" not in answer and "delivery" not in answer)
    assert len(await house.rows("select * from note")) == still_in


async def test_half_written_words_of_somebody_whose_access_has_ended_are_held_too_and_once(house: House):
    phone, token = await token_of(house)
    await end(house, "role.ends_at")
    house.pass_time(days=2)
    drafts = {"n": 1, "rows": [draft("Ring til lægen om")], "gone": []}
    for _ in range(2):
        await post(phone, {"Haand-Delivery": token}, drafts=drafts)

    held = [(row["words"], row["fate"], row["problem"]) for row in await house.log()]
    assert held == [("Ring til lægen om", "held", "AccessEnded")]
    assert "Ring til lægen om" in await held_page(house)


async def test_a_temp_whose_role_ended_at_midnight_delivers_the_evening_at_once_and_also_after_trying_to_sign_in(
    house: House,
):
    phone, _ = await token_of(house)
    evening = [phone.note("Blev hjemme."), phone.answer()]
    await end(house, "role.ends_at")
    house.pass_time(minutes=10)
    assert (await house.http.post("/demo/sign-in", data={"person": id_of("anna")})).status_code == 404

    answer = await phone.sync(*evening)
    again = await phone.sync(*evening)

    assert [fate["problem"] for fate in answer["fates"]] == ["AccessEnded"] * 2
    assert again["fates"] == answer["fates"]
    assert answer["ended"] is True
    shown = await held_page(house)
    assert "Det kom frem, efter at adgangen var slut." in shown
    assert "lederen ser på det" not in shown
    assert re.search(r"[^<>]+: Medarbejderen</p>|[^<>]+: Borgeren alene</p>|[^<>]+: Sammen</p>", shown)


async def test_whoever_can_sign_in_again_is_asked_to_for_a_day_and_then_it_is_judged_as_usual(house: House):
    phone, _ = await token_of(house)
    note = phone.note()
    await end(house, "sign_in.revoked_at")
    house.pass_time(hours=20)

    waits = await phone.post(note)
    await house.sign_in("anna")
    [fate] = await phone.push(note)

    assert (waits.status_code, waits.json()["code"]) == (401, "NotSignedIn")
    assert fate.fate == "applied"


@pytest.mark.parametrize("cookie", ["none", "somebody else's"])
async def test_where_only_the_cookie_is_lost_what_waits_is_judged_as_usual_and_nothing_is_given(
    house: House, cookie: str
):
    phone, token = await token_of(house)
    note = phone.note("Faldt i badet.")
    headers = {"Haand-Delivery": token}
    headers |= {"Cookie": await house.sign_in("bo")} if "else" in cookie else {}

    status, answer = await post(phone, headers, note)

    assert (status, [fate["fate"] for fate in answer["fates"]]) == (200, ["applied"])
    assert [row["text"] for row in await house.rows("select text from note")] == ["Faldt i badet."]
    assert [row["person_id"] for row in await house.log()] == [id_of("anna")]
    assert (answer["documents"], answer["ended"]) == ([], True)
    assert not answer.keys() & {"ids", "delivery"}


@pytest.mark.parametrize("way", ["sign_in.revoked_at", "sign_in.ends_at", "sign_in.used_at"])
async def test_a_token_of_a_sign_in_that_is_over_applies_nothing_whoever_shows_it(house: House, way: str):
    phone, token = await token_of(house)
    house.pass_time(days=10)
    in_time, _ = await post(phone, {"Haand-Delivery": token}, phone.note("Mens den gjaldt."))
    await end(house, way)
    house.pass_time(days=10)

    status, answer = await post(phone, {"Haand-Delivery": token}, phone.note("Bagefter."))

    assert (in_time, status, [fate["problem"] for fate in answer["fates"]]) == (200, 200, ["SignInEnded"])
    assert [row["text"] for row in await house.rows("select text from note")] == ["Mens den gjaldt."]
    assert "Bagefter." in await held_page(house)


async def test_a_token_of_an_earlier_sign_in_applies_nothing_and_the_phone_is_given_a_new_one(house: House):
    phone, earlier = await token_of(house)
    await end(house, "sign_in.revoked_at")
    await house.sign_in("anna")

    given = await post(
        phone, {"Cookie": house.cookies["anna"], "Haand-Delivery": earlier}, cursor=phone.cursor
    )
    token = given[1]["delivery"]
    again = await post(phone, {"Cookie": house.cookies["anna"], "Haand-Delivery": token}, cursor=phone.cursor)
    house.pass_time(days=2)
    _, by_earlier = await post(phone, {"Haand-Delivery": earlier}, phone.note("Med det gamle."))
    _, by_newest = await post(phone, {"Haand-Delivery": token}, phone.note("Med det nye."))

    assert "delivery" not in again[1]
    assert [by_earlier["fates"][0]["problem"], by_newest["fates"][0]["fate"]] == ["SignInEnded", "applied"]
    assert [row["text"] for row in await house.rows("select text from note")] == ["Med det nye."]


async def test_a_token_of_before_that_names_no_sign_in_is_read_and_what_it_brings_is_held(house: House):
    phone, _ = await token_of(house)
    secret = OrderKey.open(house.folder / "sealing").secret_for(SECRET)
    house.pass_time(days=2)

    _, answer = await post(
        phone,
        {"Haand-Delivery": delivery_token(secret, Delivers(id_of("anna"), phone.id))},
        phone.note("Faldt."),
    )

    assert [fate["problem"] for fate in answer["fates"]] == ["SignInEnded"]
    assert "Faldt." in await held_page(house)


async def test_where_another_is_signed_in_on_the_phone_by_now_nobody_is_waited_for(house: House):
    phone, token = await token_of(house)
    note = phone.note("Faldt i badet.")
    await end(house, "sign_in.revoked_at")
    house.pass_time(minutes=10)

    alone, _ = await post(phone, {"Haand-Delivery": token}, note)
    status, answer = await post(phone, {"Haand-Delivery": token, "Cookie": await house.sign_in("bo")}, note)

    assert (alone, status) == (401, 200)
    assert [fate["problem"] for fate in answer["fates"]] == ["SignInEnded"]
    assert "Faldt i badet." in await held_page(house)


async def test_what_was_held_because_nobody_was_signed_in_can_be_sent_again_after_signing_in(house: House):
    phone, _ = await token_of(house)
    note = phone.note("Sov godt.")
    await end(house, "sign_in.ends_at")
    house.pass_time(days=2)

    [fate] = (await phone.sync(note))["fates"]
    await house.sign_in("anna")
    await house.post(f"/attention/{note['id']}/retry", "anna", b"")

    assert (fate["problem"], fate["next_step"]) == ("SignInEnded", "retry")
    assert [row["text"] for row in await house.rows("select text from note")] == ["Sov godt."]


async def test_what_was_applied_before_the_end_keeps_its_fate(house: House):
    phone, token = await token_of(house)
    note = phone.note()
    await phone.push(note)
    await end(house, "role.ended_at")
    house.pass_time(days=1)

    _, answer = await post(phone, {"Haand-Delivery": token}, note)

    assert [fate["fate"] for fate in answer["fates"]] == ["applied"]


async def test_what_a_locked_phone_sealed_is_opened_and_held(house: House):
    phone, token = await token_of(house)
    sealed = seal(keys_of(house).current, "anna", phone.note("Faldt i badet."))
    await end(house, "role.ended_at")
    house.pass_time(days=1)

    await post(phone, {"Haand-Delivery": token}, sealed)

    assert [(row["words"], row["problem"]) for row in await house.log()] == [
        ("Faldt i badet.", "AccessEnded")
    ]


async def test_what_is_about_no_visit_and_cannot_be_opened_is_seen_where_the_sender_worked_last(house: House):
    phone, token = await token_of(house)
    await end(house, "role.ended_at")
    house.pass_time(days=1)

    await post(phone, {"Haand-Delivery": token}, {"id": new_id(), "n": 1, "sealed": "bm9uc2Vuc2U="})

    assert 'id="change-' in await held_page(house, "lis")
    assert 'id="change-' not in await held_page(house, "mia")


async def test_one_that_brings_nothing_is_given_nothing(house: House):
    phone, token = await token_of(house)
    await end(house, "role.ended_at")
    house.pass_time(days=1)

    assert (await post(phone, {"Haand-Delivery": token}))[0] == 401
    assert (await post(phone, {"Cookie": house.cookies["anna"]}))[0] == 401


async def test_nobody_else_delivers_with_a_token(house: House):
    (hers, token), (his, _) = await token_of(house, "anna"), await token_of(house, "bo")
    await end(house, "role.ended_at")
    house.pass_time(days=2)
    shown = {"Haand-Delivery": token}

    assert (await post(his, shown, his.note()))[0] == 401
    assert (await post(hers, {"Haand-Delivery": token[:-1] + "-"}, hers.note()))[0] == 401
    assert (await post(hers, {"Haand-Delivery": token.replace(id_of("anna"), id_of("bo"))}, hers.note()))[
        0
    ] == 401
    assert (await post(hers, {}, hers.note()))[0] == 401
    for path in ("/", "/waiting", f"/visits/{id_of('else')}"):
        assert (await house.http.get(path, headers=shown)).status_code == 303
    assert await house.log() == []


@pytest.mark.parametrize("named", ["the same phone", "another phone each time"])
async def test_who_delivers_without_end_is_told_to_wait(house: House, named: str):
    phone, token = await token_of(house)
    await end(house, "role.ended_at")
    house.pass_time(days=1)
    is_same = named == "the same phone"
    headers = {"Haand-Delivery": token} if is_same else {"Cookie": house.cookies["anna"]}

    statuses = [
        (await post(phone, headers, phone.note(), **({} if is_same else {"phone": new_id()})))[0]
        for _ in range(LIMITS["deliver"].of_one + 1)
    ]

    assert (set(statuses[:-1]), statuses[-1]) == ({200}, 429)


async def test_somebody_who_is_in_another_team_now_delivers_what_was_done_in_the_first(house: House):
    """Not refused as somebody's who never was in that team: what was done while the role held is held, for its leader."""
    phone, _ = await token_of(house, "bo")
    before = phone.note("Faldt i badet.")
    async with house.database.transaction() as tx:
        await tx.execute("update role set ended_at = :soon where person_id = :bo",
                         {"soon": SOON, "bo": id_of("bo")})  # fmt: skip
        await tx.execute(
            "insert into role (team_id, person_id, name, starts_at) values (:syd, :bo, 'carer', :soon)",
            {"syd": id_of("syd"), "bo": id_of("bo"), "soon": SOON},
        )
    house.now += timedelta(hours=1)

    fates = await phone.push(before, phone.note("Efter."))

    assert [(fate.fate, fate.problem) for fate in fates] == [
        ("held", "AccessEnded"),
        ("refused", "NotYourTeam"),
    ]
    assert "Faldt i badet." in await held_page(house)


def test_a_token_is_read_as_it_was_made_and_no_other_installations(tmp_path: Any):
    ours, theirs = (OrderKey.open(tmp_path / name).secret_for(SECRET) for name in ("ours", "theirs"))
    delivers, of_before = Delivers(new_id(), new_id(), new_id()), Delivers(new_id(), new_id())
    token = delivery_token(ours, delivers)

    for each in (delivers, of_before):
        assert read_delivery_token(ours, delivery_token(ours, each)) == each
    assert read_delivery_token(theirs, token) is None
    for odd in (
        "",
        ".",
        "a.b.c",
        token + "=",
        token.upper(),
        "é" + token,
        token.replace(delivers.phone_id + ".", ""),
    ):
        assert read_delivery_token(ours, odd) is None
