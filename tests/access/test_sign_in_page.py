"""The door: who is let in with a passkey, and that nothing else lets anybody in or tells anybody anything."""

import re
import statistics
import time
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from pwa.access.queries import roles
from pwa.words import Role
from tests.authenticator import Authenticator, bytes_of, text_of
from tests.small_town import Town, id_of
from tests.visitor import Visitor

Json = dict[str, Any]


@pytest.fixture
async def anna(town: Town) -> Visitor:
    """Anna, signed out, with a passkey on her phone."""
    anna = Visitor(town)
    await anna.sign_in_as_in_the_demo("anna")
    assert (await anna.add_passkey()).status_code == 200
    await anna.post("/sign-out")
    anna.cookies.clear()
    return anna


@pytest.fixture
def stranger(town: Town) -> Visitor:
    """Somebody whom nobody knows."""
    return Visitor(town)


async def passkeys_of(town: Town, person: str) -> list[Json]:
    async with town.database.snapshot() as tx:
        sql = "select * from passkey where person_id = :id order by made_at, id"
        return await tx.rows(sql, {"id": id_of(person)})


async def test_a_passkey_alone_says_who_it_is(anna: Visitor):
    answer = await anna.sign_in()

    assert (answer.status_code, answer.json()) == (200, {"to": "/"})
    assert "Anna Lund" in (await anna.get("/me")).text


async def test_what_a_challenge_asks_for_names_nobody(stranger: Visitor):
    answer = await stranger.post("/sign-in/challenge")

    options = answer.json()
    assert (options["userVerification"], options["allowCredentials"]) == ("required", [])
    assert (options["rpId"], len(bytes_of(options["challenge"]))) == ("127.0.0.1", 32)
    name, *attributes = answer.headers.get_list("set-cookie")[0].split("; ")
    assert name.startswith("__Host-ceremony=")
    assert {"HttpOnly", "Secure", "Path=/", "SameSite=strict", "Max-Age=300"} == set(attributes)


async def test_the_database_has_the_hash_of_the_short_cookie_only(town: Town, stranger: Visitor):
    await stranger.post("/sign-in/challenge")

    async with town.database.snapshot() as tx:
        rows = await tx.rows("select * from ceremony")

    assert stranger.cookies["__Host-ceremony"] not in str(rows)


async def test_a_sign_in_has_a_new_token_whatever_cookie_was_there_before(town: Town, anna: Visitor):
    """Session fixation: somebody has put a cookie of his own choosing into Anna's browser."""
    anna.cookies["__Host-session"] = "chosen-by-somebody-else"

    await anna.sign_in()

    assert anna.cookies["__Host-session"] != "chosen-by-somebody-else"
    other = Visitor(town)
    other.cookies["__Host-session"] = "chosen-by-somebody-else"
    assert not await other.is_in()


async def test_a_sign_in_that_somebody_planted_is_over_when_its_victim_signs_in(town: Town, anna: Visitor):
    thief = Visitor(town)
    await thief.sign_in_as_in_the_demo("bo")
    anna.cookies["__Host-session"] = thief.cookies["__Host-session"]

    await anna.sign_in()

    assert "Anna Lund" in (await anna.get("/access")).text
    assert not await thief.is_in()


async def test_a_cookie_that_was_stolen_is_worth_nothing_after_the_sign_out(town: Town, anna: Visitor):
    await anna.sign_in()
    thief = Visitor(town)
    thief.cookies = dict(anna.cookies)
    assert await thief.is_in()

    await anna.post("/sign-out")

    assert not await thief.is_in()
    assert (await thief.post("/sync")).status_code == 401


async def test_an_answer_is_good_once(anna: Visitor):
    answer = await anna.answer_of()
    cookies = dict(anna.cookies)
    assert (await anna.post("/sign-in/answer", answer)).status_code == 200

    anna.cookies = cookies
    again = await anna.post("/sign-in/answer", answer)

    assert (again.status_code, again.json()["code"]) == (403, "NotLetIn")


async def test_an_answer_is_good_only_in_the_browser_that_was_asked(town: Town, anna: Visitor):
    answer = await anna.answer_of()
    thief = Visitor(town)
    await thief.post("/sign-in/challenge")

    replayed = await thief.post("/sign-in/answer", answer)

    assert replayed.json()["code"] == "NotLetIn"
    assert not await thief.is_in()


async def test_an_answer_that_does_not_hold_uses_its_challenge_up(anna: Visitor):
    answer = await anna.answer_of()
    broken = {**answer, "response": {**answer["response"], "signature": text_of(b"x" * 70)}}

    assert (await anna.post("/sign-in/answer", broken)).status_code == 403
    assert (await anna.post("/sign-in/answer", answer)).status_code == 403


async def test_a_challenge_is_good_for_five_minutes(town: Town, anna: Visitor):
    answer = await anna.answer_of()

    town.now += timedelta(minutes=5)

    assert (await anna.post("/sign-in/answer", answer)).json()["code"] == "NotLetIn"


async def test_challenges_that_nobody_answered_are_forgotten(town: Town, stranger: Visitor):
    for _ in range(3):
        await stranger.post("/sign-in/challenge")
    town.now += timedelta(minutes=6)
    await stranger.post("/sign-in/challenge")

    async with town.database.snapshot() as tx:
        assert len(await tx.rows("select kind from ceremony")) == 1


async def test_a_challenge_for_one_thing_is_none_for_another(anna: Visitor):
    await anna.sign_in()
    options = (await anna.post("/sign-in/challenge")).json()

    confirmed = await anna.post("/access/confirm", anna.phone.use(options))

    assert confirmed.json()["code"] == "NotLetIn"


async def test_a_copy_of_a_passkey_is_noticed_by_its_counter_and_refused(town: Town, anna: Visitor):
    anna.phone.counts = True
    copy = replace(anna.phone, passkeys=[replace(anna.phone.passkeys[0])])
    for _ in range(3):
        assert (await anna.sign_in()).status_code == 200

    thief = Visitor(town, copy)
    with capture_logs() as logs:
        refused = await thief.sign_in()

    assert (refused.status_code, refused.json()["code"]) == (403, "NotLetIn")
    assert [line["person"] for line in logs if "counter" in line["event"]] == [id_of("anna")]
    assert "Nogen har måske en kopi" in (await anna.get("/access")).text
    assert (await anna.sign_in()).status_code == 200


@pytest.mark.parametrize(
    "lie",
    [
        {"is_verified": False},
        {"is_embedded": True},
        {"origin": "https://127.0.0.1"},
        {"origin": "http://localhost:1"},
    ],
)
async def test_a_passkey_used_elsewhere_or_unverified_lets_nobody_in(anna: Visitor, lie: Json):
    anna.phone = replace(anna.phone, **lie)

    assert (await anna.sign_in()).json()["code"] == "NotLetIn"


async def test_a_passkey_that_says_it_is_somebody_elses_lets_nobody_in(anna: Visitor):
    anna.phone.passkeys[0].handle = bytes(16)

    assert (await anna.sign_in()).json()["code"] == "NotLetIn"


@pytest.mark.parametrize("path", ["/sign-in/answer", "/access/confirm", "/access/passkeys"])
async def test_a_body_with_key_material_is_refused_and_lets_nobody_in(anna: Visitor, path: str):
    await anna.sign_in()
    ask = "/sign-in/challenge" if path == "/sign-in/answer" else f"{path}/challenge"
    options = (await anna.post(ask)).json()
    anna.phone.gives_prf = True
    sent = (
        anna.phone.make({**options, "excludeCredentials": []}) if "rp" in options else anna.phone.use(options)
    )
    before = anna.cookies["__Host-session"]

    with capture_logs() as logs:
        answer = await anna.post(path, sent)

    assert (answer.status_code, answer.json()["code"]) == (422, "KeyMaterialSent")
    assert anna.cookies["__Host-session"] == before
    secret = sent["clientExtensionResults"]["prf"]["results"]["first"]
    assert secret not in answer.text + str(logs)
    assert len(await passkeys_of(anna.town, "anna")) == 1


NONSENSE: list[Any] = [
    {}, {"id": 7}, {"id": "x" * 5000}, {"id": "\ud800"}, {"id": "a\0b"}, {"id": "x", "response": []},
    {"id": "x", "rawId": "x", "type": "public-key", "response": {"clientDataJSON": "é", "authenticatorData": "", "signature": ""}},
]  # fmt: skip


@pytest.mark.parametrize("sent", NONSENSE)
async def test_nonsense_at_the_door_is_refused_like_everything_else(stranger: Visitor, sent: Any):
    await stranger.post("/sign-in/challenge")

    answer = await stranger.post("/sign-in/answer", sent)

    assert (answer.status_code, answer.json()["code"]) == (403, "NotLetIn")


async def test_a_body_that_is_no_object_is_broken(stranger: Visitor):
    answer = await stranger.http.post("/sign-in/answer", json=[])

    assert answer.json()["code"] == "BrokenBody"


@pytest.mark.slow
async def test_an_unknown_passkey_and_a_wrong_answer_look_the_same(town: Town, anna: Visitor):
    """Enumeration: nobody learns from an answer, or from how long it takes, whether there is such a passkey."""
    took: dict[str, list[float]] = {"unknown": [], "wrong": []}
    said: dict[str, set[str]] = {"unknown": set(), "wrong": set()}
    nobody = Authenticator(town.origin)
    nobody.make({"rp": {"id": "127.0.0.1"}, "user": {"id": text_of(bytes(16))}, "challenge": ""})
    forged = replace(anna.phone, passkeys=[replace(nobody.passkeys[0], id=anna.phone.passkeys[0].id)])
    for round_number in range(40):
        town.now += timedelta(minutes=11) if round_number % 20 == 0 else timedelta()
        for kind, phone in {"unknown": nobody, "wrong": forged}.items():
            visitor = Visitor(town, phone)
            answer = await visitor.answer_of()
            began = time.process_time()
            refused = await visitor.post("/sign-in/answer", answer)
            took[kind].append(time.process_time() - began)
            said[kind].add(f"{refused.status_code} {sorted(refused.headers)} {refused.text}")

    assert said["unknown"] == said["wrong"]
    assert len(said["wrong"]) == 1
    unknown, wrong = (statistics.median(times) for times in took.values())
    assert abs(unknown - wrong) < 0.35 * max(unknown, wrong)


def reasons(logs: Any) -> list[tuple[str, str | None]]:
    """Why somebody was not let in, and who was meant, as the server's log has it."""
    lines = [line for line in logs if line["event"] in ("not let in", "too many tries")]
    assert all(set(line) <= {"event", "log_level", "how", "person"} for line in lines)
    return [(line["how"], line.get("person")) for line in lines]


async def test_every_try_that_fails_stands_in_the_servers_log_with_its_reason(town: Town, anna: Visitor):
    nobody = Authenticator(town.origin)
    nobody.make({"rp": {"id": "127.0.0.1"}, "user": {"id": text_of(bytes(16))}, "challenge": ""})
    forged = replace(anna.phone, passkeys=[replace(nobody.passkeys[0], id=anna.phone.passkeys[0].id)])
    elses = replace(anna.phone, passkeys=[replace(anna.phone.passkeys[0], handle=bytes(16))])
    anna_id = id_of("anna")

    with capture_logs() as logs:
        await Visitor(town, nobody).sign_in()
        await Visitor(town, forged).sign_in()
        await Visitor(town, elses).sign_in()
        await Visitor(town).post("/sign-in/answer", {"id": "x"})
        await Visitor(town).post("/sign-in/code", {"code": "000000000000"})

    assert reasons(logs) == [
        ("unknown passkey", None),
        ("wrong answer", anna_id),
        ("somebody else's passkey", anna_id),
        ("no challenge, or too late", None),
        ("a code that does not work", None),
    ]
    assert "Anna" not in str(logs)


async def test_a_passkey_of_somebody_without_a_role_stands_in_the_servers_log(town: Town, anna: Visitor):
    async with town.database.transaction() as tx:
        await tx.execute("update role set ended_at = :at where person_id = :id",
                         {"at": "2026-11-23T07:00:00.000Z", "id": id_of("anna")})  # fmt: skip

    with capture_logs() as logs:
        assert (await anna.sign_in()).status_code == 403

    assert reasons(logs) == [("no role today", id_of("anna"))]


@pytest.mark.slow
async def test_too_many_tries_stand_in_the_servers_log(stranger: Visitor):
    await stranger.post("/sign-in/challenge")
    for _ in range(60):
        await stranger.post("/sign-in/answer", {"id": "x"})

    with capture_logs() as logs:
        await stranger.post("/sign-in/answer", {"id": "x"})

    assert reasons(logs) == [("sign_in", None)]


@pytest.mark.slow
async def test_the_door_is_shut_for_a_while_to_whoever_tries_too_often(
    town: Town, anna: Visitor, stranger: Visitor
):
    """The others at the address, in an office or behind a mobile network's one, are let in meanwhile."""
    await stranger.post("/sign-in/challenge")
    for _ in range(60):
        await stranger.post("/sign-in/answer", {"id": "x"})

    refused = await stranger.post("/sign-in/answer", {"id": "x"})
    assert (refused.status_code, refused.json()["code"]) == (429, "TooManyTries")
    assert refused.headers["retry-after"] == "900"
    anna.cookies.clear()
    assert (await anna.sign_in()).status_code == 200
    town.now += timedelta(minutes=10)
    assert (await stranger.post("/sign-in/answer", {"id": "x"})).status_code == 403


async def used_up(town: Town, what: str, count: int) -> None:
    """Somebody at this address has tried what may be tried there, with ever new browsers."""
    async with town.database.transaction() as tx:
        await tx.execute(
            """
            insert into attempt (since, what, who, count) values (:since, :what, '127.0.0.1', :count)
            on conflict (since, what, who) do update set count = excluded.count
            """,
            {"since": "2026-11-23T07:40:00.000Z", "what": what, "count": count},
        )


async def test_whoever_uses_up_an_address_keeps_out_strangers_and_nobody_who_has_been_in(
    town: Town, anna: Visitor, stranger: Visitor
):
    await anna.sign_in()
    await anna.post("/sign-out")
    await used_up(town, "challenge", 600)
    await used_up(town, "sign_in", 600)

    assert (await stranger.post("/sign-in/challenge")).status_code == 429
    assert (await stranger.post("/sign-in/answer", {"id": "x"})).status_code == 429
    assert (await anna.sign_in()).status_code == 200
    assert (await anna.confirm()).status_code == 200


async def test_who_has_been_in_has_no_more_tries_for_a_new_cookie(town: Town, anna: Visitor):
    for _ in range(2):
        await anna.sign_in()
        name = anna.cookies["__Host-browser"]
        for _ in range(31):
            refused = await anna.post("/sign-in/answer", {"id": "x"})
        anna.cookies.clear()

    await used_up(town, "sign_in", 600)
    anna.cookies["__Host-browser"] = name
    assert refused.status_code == 403  # counted at the address by now, as a stranger's
    assert (await anna.sign_in()).status_code == 429


async def test_nobody_is_shut_out_by_who_used_up_their_name_on_a_shared_phone(
    town: Town, anna: Visitor, stranger: Visitor
):
    await anna.sign_in()
    stranger.cookies["__Host-browser"] = anna.cookies["__Host-browser"]
    for _ in range(65):
        await stranger.post("/sign-in/answer", {"id": "x"})

    assert (await anna.sign_in()).status_code == 200


async def test_an_address_that_is_used_up_fills_no_table_with_names(town: Town):
    await used_up(town, "challenge", 600)
    for number in range(5):
        visitor = Visitor(town)
        page = await visitor.http.get("/sign-in")
        visitor.cookies["__Host-browser"] = page.headers["set-cookie"].partition("=")[2].partition(";")[0]
        assert (await visitor.post("/sign-in/challenge")).status_code == 429, number

    async with town.database.snapshot() as tx:
        assert await tx.rows("select who from attempt where who <> '127.0.0.1'") == []


async def test_two_who_come_by_ipv4_are_two_however_the_proxy_writes_it(town: Town, stranger: Visitor):
    async def ask(address: str) -> int:
        answer = await stranger.http.post("/sign-in/challenge", headers={"X-Forwarded-For": address})
        return answer.status_code

    for _ in range(2):
        await ask("::ffff:192.0.2.7")
    await ask("::ffff:192.0.2.8")

    async with town.database.snapshot() as tx:
        rows = await tx.rows("select who, count from attempt where who like '192%' order by who")
    assert [(row["who"], row["count"]) for row in rows] == [("192.0.2.7", 2), ("192.0.2.8", 1)]


@pytest.mark.parametrize(
    "name", ["known.0.0", "browser.x", "", "known." + "0" * 32 + "." + "0" * 32, "æ.æ.æ"]
)
async def test_nobody_makes_up_a_name_for_a_browser(town: Town, stranger: Visitor, name: str):
    await used_up(town, "challenge", 600)
    answer = await stranger.http.post(
        "/sign-in/challenge", headers={b"Cookie": f"__Host-browser={name}".encode()}
    )

    assert answer.status_code == 429


async def test_a_browsers_name_is_no_script_s_and_says_nothing_of_whose_it_is(anna: Visitor):
    answer = await anna.sign_in()

    cookie = next(
        line for line in answer.headers.get_list("set-cookie") if line.startswith("__Host-browser=")
    )
    assert {"HttpOnly", "Secure", "Path=/", "SameSite=strict"} <= set(cookie.split("; "))
    assert id_of("anna") not in cookie


@pytest.mark.slow
async def test_those_who_get_in_do_not_shut_the_door_for_others(anna: Visitor):
    for _ in range(62):
        answer = await anna.sign_in()

    assert answer.status_code == 200


async def test_challenges_are_not_given_out_without_end(town: Town, stranger: Visitor):
    await used_up(town, "challenge", 600)

    assert (await stranger.post("/sign-in/challenge")).status_code == 429


@pytest.mark.parametrize(
    "path", ["/access/passkeys/challenge", "/access/passkeys", "/access/confirm/challenge", "/access/confirm"]
)
async def test_without_a_sign_in_nobody_makes_a_passkey(stranger: Visitor, path: str):
    assert (await stranger.post(path)).status_code == 401


async def test_somebody_has_as_many_passkeys_as_phones_and_each_lets_in(town: Town, anna: Visitor):
    await anna.sign_in()
    other = Visitor(town)
    other.cookies = anna.cookies

    assert (await other.add_passkey()).status_code == 200

    other.cookies = {}
    assert (await other.sign_in()).status_code == 200
    assert len(await passkeys_of(town, "anna")) == 2


async def test_a_passkey_is_called_what_its_owner_calls_it(anna: Visitor):
    await anna.sign_in()
    [passkey] = await passkeys_of(anna.town, "anna")
    form = {"passkey_id": passkey["id"], "name": "  Min gule telefon "}

    answer = await anna.post("/access/rename", data=form)

    assert (answer.status_code, answer.headers["location"]) == (303, "/access")
    assert "Min gule telefon" in (await anna.get("/access")).text


@pytest.mark.parametrize(("name", "status"), [("  ", 422), ("x" * 61, 422)])
async def test_a_name_is_not_empty_and_not_endless(anna: Visitor, name: str, status: int):
    await anna.sign_in()
    [passkey] = await passkeys_of(anna.town, "anna")

    answer = await anna.post("/access/rename", data={"passkey_id": passkey["id"], "name": name})

    assert answer.status_code == status


async def test_a_passkey_that_was_removed_lets_nobody_in_and_whom_it_let_in_is_out(town: Town, anna: Visitor):
    await anna.sign_in()
    lost = Visitor(town)
    lost.cookies = dict(anna.cookies)
    await lost.add_passkey()
    lost.cookies = {}
    await lost.sign_in()
    [lost_id] = [text_of(each.id) for each in lost.phone.passkeys]
    assert await lost.is_in()

    await anna.post("/access/remove", data={"passkey_id": lost_id})

    assert not await lost.is_in()
    assert (await lost.sign_in()).json()["code"] == "NotLetIn"
    assert await anna.is_in()


async def test_the_last_passkey_stays(anna: Visitor):
    await anna.sign_in()
    [passkey] = await passkeys_of(anna.town, "anna")

    answer = await anna.post("/access/remove", data={"passkey_id": passkey["id"]})

    assert answer.status_code == 409
    assert "eneste adgangsnøgle" in answer.text
    assert await anna.is_in()


async def test_nobody_touches_another_persons_passkeys_or_sign_ins(town: Town, anna: Visitor):
    await anna.sign_in()
    [passkey] = await passkeys_of(town, "anna")
    async with town.database.snapshot() as tx:
        [place] = await tx.rows("select id from sign_in where person_id = :id and revoked_at is null",
                                {"id": id_of("anna")})  # fmt: skip
    bo = Visitor(town)
    await bo.sign_in_as_in_the_demo("bo")

    answers = [
        await bo.post("/access/rename", data={"passkey_id": passkey["id"], "name": "Bos"}),
        await bo.post("/access/remove", data={"passkey_id": passkey["id"]}),
        await bo.post("/access/sign-out-there", data={"sign_in_id": place["id"]}),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert [row["name"] for row in await passkeys_of(town, "anna")] == [passkey["name"]]
    assert await anna.is_in()


async def test_a_carer_with_other_roles_finds_their_pages_from_her_own(town: Town, anna: Visitor):
    await anna.sign_in()
    before = (await anna.get("/access")).text
    async with town.database.transaction() as tx:
        for name in ("leader", "dpo"):
            await roles.add_role(tx, id_of("anna"), Role(name, id_of("nord")), "2026-11-01T00:00:00.000Z")

    page = (await anna.get("/access")).text

    assert 'href="/access"' in (await anna.get("/me")).text
    doors = re.findall(r'<a class="button wide" href="([^"]+)"', page)
    assert (doors, 'id="doors"' in before) == (["/board", "/access-log"], False)
    assert [(await anna.get(door)).status_code for door in doors] == [200, 200]


async def test_one_signs_out_a_phone_that_lies_at_home(town: Town, anna: Visitor):
    await anna.sign_in()
    at_home = Visitor(town, anna.phone)
    await at_home.sign_in()
    page = (await anna.get("/access")).text
    [there] = re.findall(r'name="sign_in_id" value="([^"]+)"', page)

    await anna.post("/access/sign-out-there", data={"sign_in_id": there})

    assert (await anna.is_in(), await at_home.is_in()) == (True, False)


async def test_one_signs_out_everywhere_but_here(town: Town, anna: Visitor):
    await anna.sign_in()
    others = [Visitor(town, anna.phone) for _ in range(2)]
    bo = Visitor(town)
    await bo.sign_in_as_in_the_demo("bo")
    await others[0].sign_in()
    with_one = (await anna.get("/access")).text
    await others[1].sign_in()
    with_two = (await anna.get("/access")).text

    await anna.post("/access/sign-out-elsewhere", data={"x": "1"})

    assert ["/access/sign-out-elsewhere" in page for page in (with_one, with_two)] == [False, True]
    assert [await each.is_in() for each in (anna, *others, bo)] == [True, False, False, True]


async def test_a_phone_left_open_on_a_table_does_not_become_somebody_elses(town: Town, anna: Visitor):
    await anna.sign_in()
    [passkey] = await passkeys_of(town, "anna")
    town.now += timedelta(minutes=11)

    refused = await anna.post("/access/passkeys/challenge")
    removed = await anna.post("/access/remove", data={"passkey_id": passkey["id"]})
    page = (await anna.get("/access")).text

    assert (refused.status_code, refused.json()["code"]) == (403, "NotConfirmed")
    assert removed.status_code == 403
    assert 'id="confirm"' in page
    assert 'id="add-passkey"' not in page


@pytest.mark.parametrize(("after", "status"), [(599_999, 200), (600_000, 403)])
async def test_a_passkey_is_added_within_the_ten_minutes_whenever_it_was_asked_for(
    town: Town, anna: Visitor, after: int, status: int
):
    await anna.sign_in()
    said_so_at = town.now
    town.now += timedelta(minutes=9)
    options = (await anna.post("/access/passkeys/challenge")).json()
    town.now = said_so_at + timedelta(milliseconds=after)

    answer = await anna.post("/access/passkeys", Authenticator(town.origin).make(options))

    assert answer.status_code == status
    assert len(await passkeys_of(town, "anna")) == (2 if status == 200 else 1)


async def test_showing_again_who_sits_there_opens_it_for_ten_minutes(town: Town, anna: Visitor):
    await anna.sign_in()
    town.now += timedelta(hours=3)

    assert (await anna.confirm()).json() == {"to": "/access"}

    anna.phone = Authenticator(town.origin)
    assert (await anna.add_passkey()).status_code == 200


async def test_somebody_elses_passkey_confirms_nothing(town: Town, anna: Visitor):
    bo = Visitor(town)
    await bo.sign_in_as_in_the_demo("bo")
    await bo.add_passkey()
    await anna.sign_in()
    town.now += timedelta(hours=1)
    options = (await anna.post("/access/confirm/challenge")).json()

    answer = await anna.post("/access/confirm", bo.phone.use({**options, "allowCredentials": []}))

    assert answer.json()["code"] == "NotLetIn"
    assert (await anna.post("/access/passkeys/challenge")).json()["code"] == "NotConfirmed"
    assert [row["used_at"] for row in await passkeys_of(town, "bo")] == [None]


async def test_a_passkey_is_for_the_one_who_asked_to_make_it(town: Town, anna: Visitor):
    """Bo's half-made passkey is planted in Anna's browser: it becomes neither hers nor his."""
    bo = Visitor(town)
    await bo.sign_in_as_in_the_demo("bo")
    options = (await bo.post("/access/passkeys/challenge")).json()
    await anna.sign_in()
    anna.cookies["__Host-ceremony"] = bo.cookies["__Host-ceremony"]

    answer = await anna.post("/access/passkeys", bo.phone.make(options))

    assert answer.json()["code"] == "NotLetIn"
    assert (len(await passkeys_of(town, "anna")), len(await passkeys_of(town, "bo"))) == (1, 0)


async def test_the_same_passkey_is_not_added_twice(town: Town, anna: Visitor):
    await anna.sign_in()
    bo = Visitor(town)
    await bo.sign_in_as_in_the_demo("bo")
    options = (await bo.post("/access/passkeys/challenge")).json()
    stolen = replace(anna.phone.passkeys[0], handle=bytes_of(options["user"]["id"]))
    made = Authenticator(town.origin).make(options)
    raw = bytes_of(made["response"]["attestationObject"])
    forged = raw.replace(bytes_of(made["id"]), stolen.id)
    sent = {**made, "id": text_of(stolen.id), "rawId": text_of(stolen.id)}
    sent["response"] = {**made["response"], "attestationObject": text_of(forged)}

    answer = await bo.post("/access/passkeys", sent)

    assert answer.json()["code"] == "NotLetIn"
    assert await passkeys_of(town, "bo") == []
    assert (await anna.sign_in()).status_code == 200
