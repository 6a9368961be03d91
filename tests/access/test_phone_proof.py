"""What a phone can prove: that its vault is open, by a secret that lies in it; and which phone it is, by one of its own."""

import asyncio
import json
import re
from base64 import b64encode
from datetime import timedelta
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any

import httpx2
import pytest
import structlog

from pwa.access.queries.phones import count_without_secret
from pwa.access.rules.phones import revoke_access
from pwa.app import ROUTES
from pwa.care.sync.sealing_keys import FORM, SUITE
from pwa.care.sync.unseal import draft_purpose
from pwa.words import to_text
from tests.access.test_wiped_phones import post_as, shown, shut
from tests.care.test_sealed import keys_of, seal
from tests.house import House, Phone
from tests.small_town import FROM_OUR_PAGE, Town, id_of, the_build

Json = dict[str, Any]
ANNAS_DAY = (
    "/",
    "/days/2026-11-23",
    f"/visits/{id_of('else')}",
    "/waiting/export",
    "/me",
    "/access",
    "/guides",
    "/signed-in",
)
ODD = (
    "/%64ays/2026-11-23",
    f"/%76isits/{id_of('else')}",
    "/waiting/%65xport",
    "/%2e%2e/days/2026-11-23",
    "/days%2f2026-11-23",
    "//days/2026-11-23",
    "/days//2026-11-23",
    "/me;x",
    "/me/",
    "/guides/",
    f"/visits/{id_of('else')}/",
    f"/visits/{id_of('else').upper()}",
    f"/visits/{id_of('else').replace('-', '')}",
    "/%73ync",
)
NAVIGATES = {"Sec-Fetch-Mode": "navigate"}


def secret_of(person: str = "anna") -> str:
    """A new vault's, as its phone makes it."""
    return f"{id_of(person)}.{token_urlsafe(32)}"


def closed(secret: str) -> str:
    """What the same phone shows while it is locked."""
    return f"{secret.partition('.')[0]}.closed.{sha256(secret.encode()).hexdigest()}"


async def phone_with_vault(house: House, person: str = "anna") -> Phone:
    """It has synced with its vault open."""
    phone = house.phone_of(person)
    phone.vault = secret_of(person)
    await phone.sync()
    return phone


def sealed_draft(house: House, row: Json) -> Json:
    """Half-written words as a locked phone sends them."""
    key = keys_of(house).current
    purpose = draft_purpose(id_of("anna"), row["id"])
    closed = FORM + key.id + SUITE.encrypt(json.dumps(row).encode(), key.private.public_key(), purpose)
    return {"id": row["id"], "n": row["n"], "at": row["at"], "sealed": b64encode(closed).decode()}


async def get(house: House, path: str, person: str = "anna", vault: str = "") -> httpx2.Response:
    headers = {"Cookie": house.cookies[person], **NAVIGATES, **({"Haand-Vault": vault} if vault else {})}
    return await house.http.get(path, headers=headers)


async def alone(phone: Phone, *changes: object, **other: object) -> httpx2.Response:
    """What comes with the cookie alone."""
    before, phone.vault = phone.vault, None
    try:
        return await phone.post(*changes, **other)
    finally:
        phone.vault = before


async def test_the_cookie_alone_shows_nothing_of_a_day_that_lies_in_a_vault(house: House):
    phone = await phone_with_vault(house)

    for path in ANNAS_DAY:
        answer = await get(house, path)
        assert (answer.status_code, "Else" in answer.text, "Anna" in answer.text) == (403, False, False), path
        assert (await get(house, path, vault=str(phone.vault))).status_code in (200, 204), path


FOR_EVERYBODY = {
    *("/sign-in", "/sso", "/vault", "/healthz", "/readyz", "/openapi.json", "/service_worker.js"),
    *("/manifest.webmanifest", "/.well-known/security.txt"),
}
"""What is nobody's. The files of the build are not there under another's id."""


async def test_at_every_address_there_is_the_cookie_alone_is_told_that_the_vault_is_closed(house: House):
    await phone_with_vault(house)
    told: dict[str, int] = {}
    for route in ROUTES:
        if "GET" in (route.methods or ()) and route.path not in FOR_EVERYBODY:
            path = re.sub("{[^}]*}", lambda _: id_of("else"), route.path)
            told[route.path] = (await get(house, path)).status_code

    assert {path: status for path, status in told.items() if status not in (403, 404)} == {}
    assert list(told.values()).count(403) > 25


@pytest.mark.parametrize("shows", ["", "closed", "another's", "another", "nonsense"])
async def test_only_the_vault_of_this_sign_in_opens_its_pages(house: House, shows: str):
    phone = await phone_with_vault(house)
    own = str(phone.vault)
    wrong = {
        "": "",
        "closed": closed(own),
        "another's": secret_of("bo"),
        "another": secret_of(),
        "nonsense": f"{own}x",
    }

    assert (await get(house, "/", vault=wrong[shows])).status_code == 403
    assert (await get(house, "/", vault=own)).status_code == 200


async def test_whoever_reloads_past_the_worker_is_told_how_to_go_on_and_sees_no_day(house: House):
    await phone_with_vault(house)

    answer = await get(house, f"/visits/{id_of('else')}")

    assert "Hånd er låst" in answer.text
    assert f'href="/unlock?next=/visits/{id_of("else")}"' in answer.text
    assert "Log ind igen" in answer.text
    assert "Det, der ligger på telefonen, sendes, når du er logget ind." in answer.text
    assert "er gemt" not in answer.text, "what a phone still has the server does not know"
    assert answer.headers["Haand-Person"] == id_of("anna")
    assert (await get(house, "/unlock?next=/me")).text.count('href="/unlock?next=/me"') == 1
    assert (await get(house, "/unlock?next=//elsewhere.example")).text.count('href="/unlock?next=/"') == 1


async def test_a_note_that_is_posted_past_the_worker_is_not_written_and_its_words_stand_there(house: House):
    phone = await phone_with_vault(house)
    form = {"visit_id": id_of("else"), "text": "Faldt <i badet>."}
    headers = {"Cookie": house.cookies["anna"], **FROM_OUR_PAGE}

    page = await house.http.post("/do/write_note", data=form, headers={**headers, **NAVIGATES})
    piece = await house.http.post("/do/write_note", data=form, headers=headers)

    assert (page.status_code, piece.status_code) == (403, 403)
    assert "Faldt &lt;i badet&gt;." in page.text
    assert '<form method="post" action="/do/write_note"' in page.text
    assert f'name="visit_id" value="{id_of("else")}"' in page.text
    assert "Else" not in page.text
    assert piece.headers["HX-Retarget"] == "#problem"
    assert (await house.log(), await house.rows("select * from note")) == ([], [])
    answer = await house.http.post(
        "/do/write_note", data=form, headers={**headers, "Haand-Vault": str(phone.vault)}
    )
    assert answer.status_code == 200


async def test_the_cookie_alone_delivers_what_is_sealed_and_is_given_nothing(house: House):
    phone = await phone_with_vault(house)
    note = phone.note("Faldt i badet.")

    answer = (await alone(phone, seal(keys_of(house).current, "anna", note), cursor=None)).json()

    assert [fate["fate"] for fate in answer["fates"]] == ["applied"]
    assert [row["text"] for row in await house.rows("select text from note")] == ["Faldt i badet."]
    assert (answer["closed"], answer["documents"]) == (True, [])
    assert answer.keys().isdisjoint({"ids", "unsent", "delivery", "cursor"})


async def test_what_is_not_given_does_not_stand_in_the_access_log_as_given(house: House):
    phone = house.phone_of("anna")
    phone.vault = secret_of()
    own, phone.vault = phone.vault, closed(phone.vault)
    await phone.sync(seal(keys_of(house).current, "anna", phone.note()))
    before = await house.rows("select * from access_log")
    phone.vault = own
    await phone.sync()

    assert before == []
    assert len(await house.rows("select * from access_log")) == 1


async def test_what_is_not_sealed_is_not_taken_from_the_cookie_alone_and_stays_on_the_phone(house: House):
    phone = await phone_with_vault(house)
    draft = {"n": 1, "rows": [{"id": id_of("draft"), "n": 1, "at": "2026-11-23T07:00:00.000Z"}], "gone": []}

    answers = [
        await alone(phone, phone.note()),
        await alone(phone, {"id": 1}),
        await alone(phone, "odd"),
        await alone(phone, drafts=draft),
    ]

    assert [(one.status_code, one.json()["code"]) for one in answers] == [(403, "VaultClosed")] * 4
    assert (await house.log(), await house.rows("select * from draft")) == ([], [])


async def test_a_locked_phone_that_signs_in_anew_is_bound_to_its_vault_before_it_is_opened(house: House):
    phone = await phone_with_vault(house)
    await house.sign_in("anna")
    fresh = await get(house, "/")
    own, phone.vault = str(phone.vault), closed(str(phone.vault))
    answer = await phone.sync()

    assert fresh.status_code == 200  # a browser without a worker has no vault
    assert (answer["closed"], answer["documents"]) == (True, [])
    assert [(await get(house, "/", vault=shown)).status_code for shown in ("", own)] == [403, 200]


async def test_a_new_vault_is_the_phones_only_after_a_new_sign_in_and_its_words_wait_till_then(house: House):
    phone = await phone_with_vault(house)
    phone.vault = secret_of()
    note = phone.note("Faldt i badet.")
    refused = await phone.post(note)
    await house.sign_in("anna")
    [fate] = await phone.push(note)

    assert (refused.status_code, refused.json()["code"]) == (401, "NotSignedIn")
    assert fate.fate == "applied"
    assert (await get(house, "/", vault=phone.vault)).status_code == 200
    assert (await get(house, "/")).status_code == 403


async def test_an_older_phone_whose_vault_has_no_secret_yet_is_bound_by_the_first_that_it_shows(house: House):
    phone = house.phone_of("anna")
    phone.vault = f"{id_of('anna')}.closed"
    locked = await phone.sync()
    unbound = await get(house, "/")
    phone.vault = secret_of()
    opened = await phone.sync()

    assert (locked["documents"], bool(opened["documents"])) == ([], True)
    assert (unbound.status_code, (await get(house, "/")).status_code) == (200, 403)


async def test_only_hashes_of_the_secrets_are_kept(house: House):
    phone = await phone_with_vault(house)
    [sign_in] = await house.rows("select * from sign_in")
    [row] = await house.rows("select * from phone")
    kept = json.dumps([dict(sign_in), dict(row)], default=str)

    assert str(phone.vault).partition(".")[2] not in kept
    assert str(phone.secret) not in kept
    assert sign_in["vault_hash"] == sha256(str(phone.vault).encode()).hexdigest()
    assert row["secret_hash"] == sha256(str(phone.secret).encode()).hexdigest()


async def test_somebody_elses_words_that_are_left_on_the_phone_bind_no_sign_in_of_mine(house: House):
    hers = house.phone_of("anna")
    token = (await hers.sync())["delivery"]
    bo = await house.sign_in("bo")
    push: Json = {
        "phone": hers.id,
        "build": "b1",
        "now": "2026-11-23T07:40:00.000Z",
        "cursor": None,
        "changes": [],
    }
    for shows in ({"Haand-Delivery": token}, {}):
        headers = {"Cookie": bo, "Haand-Vault": secret_of("anna"), **FROM_OUR_PAGE, **shows}
        await house.http.post("/sync", content=json.dumps(push), headers=headers)

    assert (await get(house, "/", "bo")).status_code == 200
    assert [row["vault_hash"] for row in await house.rows("select vault_hash from sign_in")] == [None, None]


@pytest.mark.parametrize("path", ODD)
async def test_an_address_has_one_spelling(house: House, path: str):
    phone = await phone_with_vault(house)

    answer = await get(house, path, vault=str(phone.vault))

    assert answer.status_code == 404
    assert "Else" not in answer.text
    assert answer.headers["content-type"] == (
        "application/problem+json" if "ync" in path else "text/html; charset=utf-8"
    )


async def test_a_boards_stream_is_let_in_by_the_ticket_that_stood_on_the_board(town: Town):
    lis, mia = await town.sign_in("lis"), await town.sign_in("mia")
    for leader, secret in ((lis, secret_of("lis")), (mia, secret_of("mia"))):
        leader.http.headers["Haand-Vault"] = secret
        await leader.push()
    board = await lis.get("/board")
    del lis.http.headers["Haand-Vault"], mia.http.headers["Haand-Vault"]
    [ticket] = {part.partition('"')[0] for part in board.text.split("/board/live?ticket=")[1:]}
    refused = [await lis.get(f"/board/live?ticket={shown}") for shown in ("", f"{ticket[:-1]}-")]
    stolen = await mia.get(f"/board/live?ticket={ticket}")

    assert [one.status_code for one in (*refused, stolen)] == [403, 403, 403]
    async with lis.http.stream("GET", f"/board/live?ticket={ticket}") as stream:
        assert stream.status_code == 200


async def test_a_board_that_was_shown_for_the_cookie_alone_has_no_ticket_for_later(town: Town):
    lis = await town.sign_in("lis")
    [early] = {
        part.partition('"')[0] for part in (await lis.get("/board")).text.split("/board/live?ticket=")[1:]
    }
    lis.http.headers["Haand-Vault"] = secret_of("lis")
    await lis.push()
    [late] = {
        part.partition('"')[0] for part in (await lis.get("/board")).text.split("/board/live?ticket=")[1:]
    }
    del lis.http.headers["Haand-Vault"]

    assert early != late
    assert (await lis.get(f"/board/live?ticket={early}")).status_code == 403
    assert (await lis.get(f"/board/live?ticket={late}&ticket={early}")).status_code == 403


# Which phone it is --------------------------------------------------------------------------------------------


async def test_a_lost_phones_order_takes_no_other_phone_with_it(house: House):
    lost, others = house.phone(), house.phone("bo")
    await lost.sync()
    await others.sync()
    await shut(lost, "lost")
    order = shown(await lost.sync())

    forged = {**others.note("Aldrig skrevet."), "n": 99}
    lost.id, mine = others.id, lost.id
    status, _ = await post_as(lost, order, forged)
    lost.id = mine

    assert status == 401
    rows = await house.rows("select id, revoked_at, wiped_at from phone")
    assert {row["id"]: row["revoked_at"] is not None for row in rows} == {lost.id: True, others.id: False}
    assert await house.log() == []
    assert (await get(house, "/", "bo")).status_code == 200


async def test_another_carers_phone_that_lies_on_the_lost_one_proves_it_and_falls_with_it(house: House):
    lost, others = house.phone(), house.phone("bo")
    await lost.sync()
    await others.sync()
    await shut(lost, "lost")
    order = shown(await lost.sync())

    status, answer = await post_as(others, order, others.note("Skrevet på den."))

    assert (status, answer["fates"][0]["fate"]) == (200, "held")
    assert "order" in answer


@pytest.mark.parametrize("secret", ["none", "another"])
async def test_whoever_knows_a_phones_id_is_not_taken_for_it(house: House, secret: str):
    phone = house.phone_of("anna")
    await phone.sync(phone.note("Skrevet på min egen."))
    await house.sign_in("anna")
    stranger = house.phone("anna", id=phone.id, n=phone.n)
    stranger.secret = None if secret == "none" else stranger.secret
    answer = await stranger.sync(stranger.note("Skrevet på en anden."))
    async with house.database.transaction() as tx:
        await revoke_access(tx, answer["phone"], "lost", id_of("lis"), house.now)

    rows = {row["id"]: row for row in await house.rows("select * from phone")}
    assert (answer["fates"][0]["fate"], rows[answer["phone"]]["copy_of"]) == ("applied", phone.id)
    assert (rows[phone.id]["highest_n"], rows[phone.id]["revoked_at"]) == (1, None)
    assert (answer["missing"], rows[answer["phone"]]["highest_n"]) == ([], 2)


async def test_a_push_that_brings_nothing_from_a_stranger_changes_nothing_of_the_phone(house: House):
    phone = house.phone_of("anna")
    await phone.sync(phone.note())
    before = [dict(row) for row in await house.rows("select * from phone")]
    stranger = house.phone("anna", id=phone.id)

    answer = await stranger.sync()

    after = [dict(row) for row in await house.rows("select * from phone")]
    assert [row for row in after if row["id"] == phone.id] == before
    assert answer["phone"] != phone.id
    assert answer["missing"] == []


async def test_an_older_phone_shows_a_secret_once_and_is_known_by_it_from_then_on(house: House):
    phone = house.phone_of("anna")
    phone.secret, later = None, phone.secret
    await phone.sync(phone.note())
    phone.secret = later
    first = await phone.sync(phone.note())
    stranger = house.phone("anna", id=phone.id, n=phone.n)
    second = await stranger.sync(stranger.note())

    assert "phone" not in first
    assert second["phone"] != phone.id


async def test_nobody_takes_an_older_phone_over_while_its_sign_in_holds(house: House):
    phone = house.phone_of("anna")
    phone.secret = None
    await phone.sync(phone.note())
    await house.sign_in("anna")
    stranger = house.phone("anna", id=phone.id, n=phone.n)

    answer = await stranger.sync(stranger.note())

    assert answer["phone"] != phone.id
    [row] = await house.rows("select secret_hash from phone where id = :id", id=phone.id)
    assert row["secret_hash"] is None


async def test_the_token_of_delivery_alone_does_not_speak_for_a_phone_that_has_a_secret(house: House):
    phone = house.phone_of("anna")
    token = (await phone.sync())["delivery"]
    note = phone.note("Aldrig skrevet.")
    own, phone.secret = phone.secret, None
    status, _ = await post_as(phone, {"Haand-Delivery": token}, note)
    phone.secret = own

    assert (status, await house.log()) == (401, [])
    assert (await post_as(phone, {"Haand-Delivery": token}, note))[0] == 200


async def test_with_the_cookie_alone_nobody_says_what_was_looked_at(house: House):
    phone = await phone_with_vault(house)
    looked = [{"visit_id": id_of("else"), "at": "2026-11-23T07:30:00.000Z"}]
    before = len(await house.rows("select * from access_log"))
    stranger = house.phone("anna")
    from_elsewhere = (await alone(stranger, looked=looked)).json()
    by_the_id = house.phone("anna", id=phone.id)
    named = (await alone(by_the_id, looked=looked)).json()
    noted = len(await house.rows("select * from access_log"))
    own = (await alone(phone, looked=looked)).json()

    assert ("looked" in from_elsewhere, "looked" in named, noted - before) == (False, False, 0)
    assert own["looked"] is True
    assert len(await house.rows("select * from access_log")) == before + 1


async def test_with_the_cookie_alone_nobody_settles_what_is_half_written_on_a_phone(house: House):
    phone = await phone_with_vault(house)
    row = {"id": id_of("draft"), "n": 1, "at": "2026-11-23T07:00:00.000Z", "text": "Karen sov"}
    await phone.post(drafts={"n": 1, "rows": [row], "gone": []})
    gone = {"n": 2, "rows": [], "gone": [{"id": row["id"], "at": "2026-11-23T07:10:00.000Z"}]}
    unsettled = "select id from draft where settled_at is null"

    stranger = house.phone("anna")
    by_the_id = house.phone("anna", id=phone.id)
    for other in (stranger, stranger, by_the_id):
        answer = (await alone(other, drafts=gone)).json()
        assert (answer["drafts"], len(await house.rows(unsettled))) == (0, 1)
    own = (await alone(phone, drafts=gone)).json()

    assert (own["drafts"], await house.rows(unsettled)) == (2, [])


@pytest.mark.parametrize("whose", ["another phone's", "settled"])
async def test_with_the_cookie_alone_no_half_written_words_take_the_place_of_a_phones(
    house: House, whose: str
):
    phone = await phone_with_vault(house)
    row = {"id": id_of("draft"), "n": 1, "at": "2026-11-23T07:00:00.000Z", "text": "Karen sov"}
    await phone.post(drafts={"n": 1, "rows": [row], "gone": []})
    if whose == "settled":
        await house.post(
            f"/drafts/{row['id']}/discard", "anna", b"", headers={"Haand-Vault": phone.vault or ""}
        )
    later = {**row, "text": "Intet at melde", "at": "2026-11-23T09:00:00.000Z"}
    for made_up in (house.phone("anna"), house.phone("anna", id=phone.id)):
        for _ in range(2):
            answer = (
                await alone(made_up, drafts={"n": 1, "rows": [sealed_draft(house, later)], "gone": []})
            ).json()
            made_up.id = answer.get("phone", made_up.id)

    rows = await house.rows("select phone_id, settled_at, content from draft order by at")
    words = [json.loads(row["content"])["text"] for row in rows]
    assert words == ["Karen sov", "Intet at melde", "Intet at melde"]
    assert (rows[0]["phone_id"], rows[0]["settled_at"] is not None) == (phone.id, whose == "settled")


async def test_a_locked_phone_goes_on_with_its_own_words_and_what_stood_beside_anothers_goes_with_them(
    house: House,
):
    first = await phone_with_vault(house)
    row = {"id": id_of("draft"), "n": 1, "at": "2026-11-23T07:00:00.000Z", "text": "Karen"}
    await first.post(drafts={"n": 1, "rows": [row], "gone": []})
    own = sealed_draft(house, {**row, "text": "Karen sov", "at": "2026-11-23T07:05:00.000Z", "n": 2})
    await alone(first, drafts={"n": 2, "rows": [own], "gone": []})
    await house.sign_in("anna")
    second = house.phone("anna")
    second.vault = secret_of()
    await second.sync()
    later = sealed_draft(house, {**row, "text": "Karen sov godt", "at": "2026-11-23T07:10:00.000Z"})
    await alone(second, drafts={"n": 1, "rows": [later], "gone": []})
    both = [
        json.loads(each["content"])["text"]
        for each in await house.rows("select content from draft order by at")
    ]
    gone = [{"id": row["id"], "at": "2026-11-23T07:20:00.000Z"}]
    await second.post(drafts={"n": 2, "rows": [], "gone": gone})

    assert both == ["Karen sov", "Karen sov godt"]
    assert await house.rows("select id from draft where settled_at is null") == []


async def test_what_was_settled_of_another_phones_is_said_again_once_the_vault_is_open(house: House):
    first = await phone_with_vault(house)
    row = {"id": id_of("draft"), "n": 1, "at": "2026-11-23T07:00:00.000Z", "text": "Karen sov"}
    await first.post(drafts={"n": 1, "rows": [row], "gone": []})
    await house.sign_in("anna")
    second = house.phone("anna")
    second.vault = secret_of()
    await second.sync()
    gone = {"n": 1, "rows": [], "gone": [{"id": row["id"], "at": "2026-11-23T07:10:00.000Z"}]}

    locked = (await alone(second, drafts=gone)).json()
    opened = (await second.post(drafts=gone)).json()

    assert (locked["drafts"], opened["drafts"]) == (0, 1)
    assert await house.rows("select id from draft where settled_at is null") == []


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "GET"])
async def test_no_other_method_tells_more_to_the_cookie_alone(house: House, method: str):
    await phone_with_vault(house)

    for path in (*ANNAS_DAY, "/me/", "/access/"):
        headers = {"Cookie": house.cookies["anna"]}
        answer = await house.http.request(method, path, headers=headers)
        assert answer.status_code in (403, 404, 405), path
        assert "Anna" not in answer.text
        assert "Else" not in answer.text


@pytest.mark.parametrize("more", ["order", "token", "both"])
async def test_what_else_a_copied_profile_has_reads_nothing_either(house: House, more: str):
    phone = house.phone_of("anna")
    token = (await phone.sync())["delivery"]
    phone.vault = secret_of()
    await phone.sync()
    headers = {"Cookie": house.cookies["anna"], "Haand-Phone": str(phone.secret), **NAVIGATES}
    headers |= {"Haand-Delivery": token} if more != "order" else {}
    headers |= {"Haand-Order": "bm9uc2Vuc2U=.nonsense"} if more != "token" else {}

    pages = [await house.http.get(path, headers=headers) for path in ANNAS_DAY]
    status, answer = await post_as(phone, headers)

    assert [page.status_code for page in pages] == [403] * len(ANNAS_DAY)
    assert status == 401 or answer["documents"] == []


async def test_many_that_bind_a_sign_in_at_once_bind_it_to_one_vault(house: House):
    await house.sign_in("anna")
    phones = [house.phone("anna", vault=secret_of()) for _ in range(4)]

    answers = await asyncio.gather(*(phone.post() for phone in phones))

    [row] = await house.rows("select vault_hash from sign_in where person_id = :anna", anna=id_of("anna"))
    opens = [(await get(house, "/", vault=str(phone.vault))).status_code for phone in phones]
    assert row["vault_hash"] in {sha256(str(phone.vault).encode()).hexdigest() for phone in phones}
    assert sorted(opens) == [200, 403, 403, 403]
    assert all(answer.status_code in (200, 401) for answer in answers)


async def test_a_proxy_that_drops_the_phones_headers_is_noticed_once_an_hour(house: House):
    """An older app, and one whose headers come, say nothing."""
    ours, phone = the_build().hash, house.phone("anna")
    phone.secret, own = None, phone.secret
    with structlog.testing.capture_logs() as lines:
        await phone.post(build="of before")
        for _ in range(3):
            assert (await phone.post(build=ours)).status_code == 200
        house.pass_time(minutes=61)
        await phone.post(build=ours)
        phone.secret = own
        house.pass_time(minutes=61)
        await phone.post(build=ours)

    said = [line for line in lines if "headers do not arrive" in line["event"]]
    assert [(line["count"], line["log_level"]) for line in said] == [(1, "error"), (3, "error")]
    assert not any(phone.id in str(line) for line in said)


async def test_a_server_that_starts_counts_the_phones_whose_headers_never_came(house: House):
    ours, phone = the_build().hash, house.phone("anna")
    phone.secret, own = None, phone.secret
    await phone.post(build=ours)
    await house.phone("bo").post(build=ours)
    async with house.database.snapshot() as tx:
        lately = await count_without_secret(tx, ours, to_text(house.now - timedelta(days=7)))
        of_another = await count_without_secret(tx, "another", to_text(house.now - timedelta(days=7)))
    phone.secret = own
    house.pass_time(minutes=1)
    await phone.post(build=ours)
    async with house.database.snapshot() as tx:
        afterwards = await count_without_secret(tx, ours, to_text(house.now - timedelta(days=7)))

    assert (lately, of_another, afterwards) == (1, 0, 0)
