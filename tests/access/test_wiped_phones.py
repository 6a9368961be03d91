"""A phone that somebody has shut out delivers first, into what is held, and then is told to wipe itself (sync.md 11)."""

import json
import subprocess
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest

from pwa.access.queries.people import get_person
from pwa.access.queries.phones import RevokedAs
from pwa.access.rules.phone_proof import hash_of_secret
from pwa.access.rules.phones import revoke_access, revoke_phones_of_person, revoke_phones_of_sign_in
from pwa.access.wipe_orders import NotOurs, Order, OrderKey, Signed
from pwa.care.sync.heard_already import heard_already
from pwa.words import Push, to_text
from tests.care.test_sealed import keys_of, seal
from tests.house import House, Phone
from tests.small_town import FROM_OUR_PAGE, id_of

HERE = Path(__file__).parents[1]
Json = dict[str, Any]
AT = "2026-11-23T08:00:00.000Z"


async def shut(phone: Phone, how: RevokedAs = "revoked") -> bool:
    """Lis, who leads, shuts a phone out."""
    house = phone.house
    async with house.database.transaction() as tx:
        return await revoke_access(tx, phone.id, how, id_of("lis"), house.now)


async def phone_in_use(house: House, person: str = "anna") -> Phone:
    phone = house.phone_of(person)
    await phone.sync()
    return phone


def order_in(house: House, answer: Json) -> Order:
    """What a phone was ordered; raises NotOurs."""
    return OrderKey.open(house.folder / "sealing").read(Signed(**answer["order"]))


def shown(answer: Json) -> dict[str, str]:
    """The header with which a phone shows an order that it has been given."""
    order = answer["order"]
    return {"Haand-Order": f"{b64encode(order['text'].encode()).decode()}.{order['signature']}"}


async def token_of(phone: Phone) -> dict[str, str]:
    """The header with which a phone shows that it is this one, without a cookie."""
    answer = await phone.house.phone(phone.person, id=phone.id, secret=phone.secret).sync()
    return {"Haand-Delivery": answer["delivery"]} if "delivery" in answer else {}


async def post_as(phone: Phone, headers: dict[str, str], *changes: Json) -> tuple[int, Json]:
    push = {"phone": phone.id, "build": "b1", "now": AT, "cursor": None, "changes": list(changes)}
    own = {"Haand-Phone": phone.secret} if phone.secret else {}
    answer = await phone.house.http.post(
        "/sync", content=json.dumps(push), headers={**FROM_OUR_PAGE, **own, **headers}
    )
    return answer.status_code, answer.json()


async def test_what_a_revoked_phone_sends_is_held_with_its_words_and_it_is_ordered_to_wipe_its_vault(
    house: House,
):
    phone = await phone_in_use(house)
    assert await shut(phone)

    answer = await phone.sync(phone.note("Faldt i badet."), phone.answer())

    assert [(fate["fate"], fate["problem"]) for fate in answer["fates"]] == [("held", "PhoneShutOut")] * 2
    assert [row["words"] for row in await house.log()] == ["Faldt i badet.", "together"]
    order = order_in(house, answer)
    assert (order.order, order.what, order.phone) == ("wipe", "vault", phone.id)
    assert (answer["documents"], "ids" in answer) == ([], False)
    assert (await house.rows("select * from note"), await house.rows("select * from answer")) == ([], [])


async def test_a_leader_finds_what_was_held_and_its_carer_can_send_it_again_elsewhere(house: House):
    phone = await phone_in_use(house)
    await shut(phone)
    note = phone.note("Faldt i badet.")
    await phone.sync(note)
    await house.sign_in("anna")
    lis = await house.sign_in("lis")

    page = await house.http.get("/held", headers={"Cookie": lis})
    again = await house.post(f"/attention/{note['id']}/retry", "anna", b"")

    assert "Faldt i badet." in page.text
    assert again.status_code < 400
    assert [row["text"] for row in await house.rows("select text from note")] == ["Faldt i badet."]


async def test_what_was_delivered_before_keeps_its_fate(house: House):
    phone = await phone_in_use(house)
    note = phone.note()
    await phone.push(note)
    await shut(phone)

    [again] = await phone.push(note)

    assert again.fate == "applied"
    assert len(await house.log()) == 1


async def test_one_that_has_nothing_to_send_is_ordered_at_its_first_contact(house: House):
    phone = await phone_in_use(house)
    await shut(phone)

    answer = await phone.sync()

    assert order_in(house, answer).phone == phone.id
    assert answer["heard_n"] == 0


async def test_one_that_is_shut_out_while_it_asks_is_not_taken_for_one_of_which_all_is_known(house: House):
    phone = await phone_in_use(house)
    [row] = await house.rows("select sign_in_id from phone")
    secret_hash = hash_of_secret(str(phone.secret))
    push = Push(
        phone.id, row["sign_in_id"], "b1", to_text(house.now), [], phone.cursor, secret_hash=secret_hash
    )

    async def is_known() -> bool:
        async with house.database.snapshot() as tx:
            anna = await get_person(tx, id_of("anna"), to_text(house.now))
            assert anna
            return await heard_already(tx, anna, push, house.now) is not None

    before = await is_known()
    await shut(phone)

    assert (before, await is_known()) == (True, False)


async def test_what_it_sealed_while_it_was_locked_is_opened_and_held(house: House):
    phone = await phone_in_use(house)
    note = phone.note("Faldt i badet.")
    await shut(phone)

    answer = await phone.sync(seal(keys_of(house).current, "anna", note))

    assert [fate["problem"] for fate in answer["fates"]] == ["PhoneShutOut"]
    [row] = await house.log()
    assert (row["words"], json.loads(row["sent"])) == ("Faldt i badet.", note)


async def test_signing_in_anew_on_it_changes_nothing(house: House):
    """Whoever has the phone and the passkey gets no day before the phone is empty and has another id."""
    phone = await phone_in_use(house)
    await shut(phone)
    await house.sign_in("anna")

    answer = await phone.sync(phone.note())
    new = await house.phone("anna").sync()

    assert [fate["problem"] for fate in answer["fates"]] == ["PhoneShutOut"]
    assert order_in(house, answer).phone == phone.id
    assert new["documents"] != []


async def test_what_it_is_not_given_it_is_not_said_to_have_read(house: House):
    phone = await phone_in_use(house)
    looks = await house.rows("select id from access_log where what = 'sync'")
    house.pass_time(hours=2)
    await shut(phone)
    phone.cursor = None

    await phone.sync(phone.note())

    assert looks
    assert await house.rows("select id from access_log where what = 'sync'") == looks


async def test_a_sign_in_that_is_over_is_nobody_on_a_phone_that_is_not_shut_out(house: House):
    phone, other = await phone_in_use(house), house.phone("anna")
    await shut(phone)

    answer = await other.post(other.note())

    assert (answer.status_code, answer.json()["code"]) == (401, "NotSignedIn")
    assert await house.log() == []


async def test_nobody_delivers_as_somebody_elses_phone_that_was_shut_out(house: House):
    hers, his = await phone_in_use(house, "anna"), await phone_in_use(house, "bo")
    await shut(hers)
    await shut(his)
    his.id = hers.id

    answer = await his.post(his.note())
    status, said = await post_as(hers, {}, hers.note())

    assert (answer.status_code, answer.json()["code"]) == (401, "NotSignedIn")
    assert (status, said["code"]) == (401, "NotSignedIn")
    assert await house.log() == []


@pytest.mark.parametrize("is_signed_in_again", [False, True])
async def test_a_lost_phone_is_ordered_to_wipe_all_and_delivers_what_others_left_on_it(
    house: House, is_signed_in_again: bool
):
    hers, his = await phone_in_use(house, "anna"), await phone_in_use(house, "bo")
    await shut(hers, "lost")
    order = await hers.sync()
    left = seal(keys_of(house).current, "bo", his.note("Blev hjemme."))

    again = {"Cookie": await house.sign_in("anna")} if is_signed_in_again else {}
    status, answer = await post_as(his, shown(order) | await token_of(his) | again, left)

    assert order_in(house, order).what == "phone"
    assert (status, [fate["problem"] for fate in answer["fates"]]) == (200, ["PhoneShutOut"])
    assert (order_in(house, answer).what, order_in(house, answer).phone) == ("phone", his.id)
    assert [(row["words"], row["person_id"]) for row in await house.log()] == [("Blev hjemme.", id_of("bo"))]
    rows = await house.rows("select revoked_as, revoked_by_id from phone")
    assert {(row["revoked_as"], row["revoked_by_id"]) for row in rows} == {("lost", id_of("lis"))}


async def test_an_order_to_one_phone_shuts_out_no_other_and_delivers_for_none_whose_own_token_is_not_shown(
    house: House,
):
    hers, his = await phone_in_use(house, "anna"), await phone_in_use(house, "bo")
    await shut(hers, "lost")
    order = await hers.sync()
    hers_too = await token_of(await phone_in_use(house, "anna"))

    his.secret, secret = None, his.secret
    for more in ({}, hers_too, {"Haand-Phone": str(hers.secret)}):
        status, answer = await post_as(his, shown(order) | more, his.note())
        assert (status, answer["code"]) == (401, "NotSignedIn")
    his.secret = secret
    assert await house.log() == []
    assert (await his.push(his.note()))[0].fate == "applied"


async def test_an_order_to_a_phone_that_is_not_lost_opens_nothing_of_others(house: House):
    hers, his = await phone_in_use(house, "anna"), await phone_in_use(house, "bo")
    await shut(hers)
    order = await hers.sync()
    token = await token_of(his)
    forged = {**order, "order": {**order["order"], "text": order["order"]["text"].replace("vault", "phone")}}

    for given in (order, forged):
        status, answer = await post_as(his, shown(given), his.note())
        assert (status, answer["code"]) == (401, "NotSignedIn")
        status, answer = await post_as(his, shown(given) | token, his.note())
        assert (status, [fate["fate"] for fate in answer["fates"]]) == (200, ["applied"])
    assert (await his.push(his.note()))[0].fate == "applied"


async def test_an_order_from_before_a_phone_was_lost_opens_nothing_of_others(house: House):
    hers, his = await phone_in_use(house, "anna"), await phone_in_use(house, "bo")
    token = await token_of(his)
    await shut(hers)
    before = await hers.sync()
    await shut(hers, "lost")
    after = await hers.sync()

    told = [(await post_as(his, shown(each) | token, his.note()))[1]["fates"] for each in (before, after)]

    assert [[fate["fate"] for fate in fates] for fates in told] == [["applied"], ["held"]]


@pytest.mark.parametrize(("how", "cleared"), [("revoked", None), ("lost", '"cache", "cookies", "storage"')])
async def test_it_says_that_it_is_wiped(house: House, how: RevokedAs, cleared: str | None):
    phone = await phone_in_use(house)
    await shut(phone, how)
    order = (await phone.sync())["order"]

    answer = await house.http.post("/wiped", content=json.dumps(order), headers=FROM_OUR_PAGE)

    assert (answer.status_code, answer.headers.get("clear-site-data")) == (204, cleared)
    [row] = await house.rows("select wiped_at, revoked_at from phone")
    assert row["wiped_at"] == row["revoked_at"] is not None


@pytest.mark.parametrize("how", ["revoked", "lost"])
@pytest.mark.parametrize("hours", [0, 30])
async def test_whoever_has_its_cookie_its_token_or_its_order_writes_nothing_once_it_has_said_that_it_is_empty(
    house: House, how: RevokedAs, hours: int
):
    phone = await phone_in_use(house)
    token = (await phone.house.phone("anna", id=phone.id, secret=phone.secret).sync())["delivery"]
    await shut(phone, how)
    ways = [{"Cookie": house.cookies["anna"]}, {"Haand-Delivery": token}]
    answer = await phone.sync(phone.note("Før den blev tømt."))
    if how == "lost":
        ways.append(shown(answer))
    await house.http.post("/wiped", json=answer["order"], headers=FROM_OUR_PAGE)
    house.pass_time(hours=hours)

    told = [
        await post_as(each, way, each.note("Efter.")) for way in ways for each in (phone, house.phone("anna"))
    ]

    assert {(status, body["code"]) for status, body in told} == {(401, "NotSignedIn")}
    assert [row["words"] for row in await house.log()] == ["Før den blev tømt."]


async def test_one_that_is_shut_out_delivers_a_little_an_hour_and_all_of_it_in_the_end(house: House):
    phone = await phone_in_use(house)
    await shut(phone)
    cookie = {"Cookie": house.cookies["anna"]}

    told = [(await post_as(phone, cookie, phone.note()))[0] for _ in range(22)]
    house.pass_time(hours=1)
    last, _ = await post_as(phone, cookie, phone.note("Til sidst."))

    assert (told, last) == ([200] * 20 + [429] * 2, 200)
    assert len(await house.log()) == 21


async def test_what_was_ordered_before_the_server_went_back_in_time_wipes_no_phone_that_is_not_shut_out(
    house: House,
):
    """Its order is ours and good, but here nobody has shut it out."""
    phone = await phone_in_use(house)
    signed = OrderKey.open(house.folder / "sealing").sign(Order("wipe", "vault", phone.id, AT))
    order = {"text": signed.text, "signature": signed.signature}

    await house.http.post("/wiped", content=json.dumps(order), headers=FROM_OUR_PAGE)
    before = await house.rows("select wiped_at from phone")
    await shut(phone)
    await house.http.post("/wiped", content=json.dumps(order), headers=FROM_OUR_PAGE)

    assert before == [{"wiped_at": None}]
    assert await house.rows("select wiped_at from phone") == [{"wiped_at": to_text(house.now)}]


async def test_nobody_says_so_for_it(house: House):
    phone = await phone_in_use(house)
    await shut(phone)
    order = (await phone.sync())["order"]

    wrong: list[object] = [
        order | {"signature": b64encode(bytes(64)).decode()},
        order | {"text": "{}"},
        {},
        [],
    ]
    for body in wrong:
        answer = await house.http.post("/wiped", content=json.dumps(body), headers=FROM_OUR_PAGE)
        assert answer.status_code == 404
    assert [row["wiped_at"] for row in await house.rows("select wiped_at from phone")] == [None]


async def test_a_revoked_phone_can_be_lost_and_a_lost_one_stays_lost(house: House):
    phone = await phone_in_use(house)

    assert [await shut(phone), await shut(phone), await shut(phone, "lost"), await shut(phone)] == [
        True, False, True, False,
    ]  # fmt: skip
    assert order_in(house, await phone.sync()).what == "phone"


async def test_a_revoked_phone_that_is_lost_later_was_shut_out_when_it_was_revoked(house: House):
    revoked, lost = await phone_in_use(house), await phone_in_use(house, "bo")
    first = house.now
    await shut(revoked)
    house.pass_time(minutes=10)

    await shut(revoked, "lost")
    await shut(lost, "lost")

    rows = await house.rows("select id, revoked_as, revoked_at from phone")
    assert {row["id"]: (row["revoked_as"], row["revoked_at"]) for row in rows} == {
        revoked.id: ("lost", to_text(first)),
        lost.id: ("lost", to_text(house.now)),
    }


async def test_a_leader_names_a_phone_by_its_sign_in(house: House):
    phone, other = await phone_in_use(house), await phone_in_use(house, "bo")
    [row] = await house.rows("select sign_in_id from phone where id = :id", id=phone.id)

    async with house.database.transaction() as tx:
        shut_out_phones = await revoke_phones_of_sign_in(
            tx, row["sign_in_id"], "lost", id_of("lis"), house.now
        )

    assert shut_out_phones == 1
    assert order_in(house, await phone.sync()).what == "phone"
    assert (await other.push(other.note()))[0].fate == "applied"


async def test_somebody_who_has_left_is_out_on_every_phone(house: House):
    first, second = await phone_in_use(house), house.phone("anna")
    await second.sync()
    cookie = house.cookies["anna"]

    async with house.database.transaction() as tx:
        shut_out_phones = await revoke_phones_of_person(tx, id_of("anna"), "revoked", id_of("lis"), house.now)
        await tx.execute(
            "update role set ended_at = :now where person_id = :id", {"id": id_of("anna"), "now": AT}
        )

    assert shut_out_phones == 2
    for phone in (first, second):
        answer = await phone.sync(phone.note())
        assert (answer["fates"][0]["problem"], order_in(house, answer).phone) == ("PhoneShutOut", phone.id)
    assert (await house.http.get("/", headers={"Cookie": cookie})).status_code == 303


@pytest.mark.no_database
def test_an_order_holds_unchanged_and_by_its_own_key_alone(tmp_path: Path):
    for name in ("ours", "theirs"):
        (tmp_path / name).mkdir()
    ours, theirs = OrderKey.open(tmp_path / "ours"), OrderKey.open(tmp_path / "theirs")
    order = Order("wipe", "phone", "01939f00-0000-7000-8000-000000000001", AT)
    signed = ours.sign(order)

    assert OrderKey.open(tmp_path / "ours").read(signed) == order
    for wrong in (
        theirs.sign(order),
        Signed(signed.text.replace("phone", "vault", 1), signed.signature),
        Signed(signed.text, signed.signature[:-8]),
        Signed(signed.text, "no"),
        Signed(signed.text, ""),
    ):
        with pytest.raises(NotOurs):
            ours.read(wrong)


@pytest.mark.no_database
def test_an_installation_has_a_secret_of_its_own_for_each_thing(tmp_path: Path):
    for name in ("ours", "theirs"):
        (tmp_path / name).mkdir()
    ours, theirs = OrderKey.open(tmp_path / "ours"), OrderKey.open(tmp_path / "theirs")

    secrets = {ours.secret_for("codes"), ours.secret_for("another thing"), theirs.secret_for("codes")}

    assert len(secrets) == 3
    assert OrderKey.open(tmp_path / "ours").secret_for("codes") == ours.secret_for("codes")


@pytest.mark.no_database
def test_a_phone_reads_an_order_as_it_was_signed(tmp_path: Path):
    """The phone's own code, on a hundred signatures: r and s have leading zeros now and then."""
    key = OrderKey.open(tmp_path)
    orders = [Order("wipe", "vault", f"01939f00-0000-7000-8000-{n:012}", AT) for n in range(100)]
    signed = [key.sign(order) for order in orders]
    given = {
        "keys": [key.public_text],
        "orders": [{"text": each.text, "signature": each.signature} for each in signed],
    }

    read = subprocess.run(
        ["node", str(HERE / "read_orders.mjs")],
        input=json.dumps(given), capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert json.loads(read.stdout) == [order.phone for order in orders]


def test_a_secret_is_for_one_purpose_and_one_installation(tmp_path: Path):
    here, there = OrderKey.open(tmp_path / "here"), OrderKey.open(tmp_path / "there")

    secrets = [key.secret_for(what) for key in (here, there) for what in ("codes", "delivery", "browsers")]

    assert len(set(secrets)) == 6
    with pytest.raises(NotOurs):
        there.read(here.sign(Order("wipe", "phone", id_of("phone"), AT)))
