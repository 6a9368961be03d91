"""What no text holds, and numbers too large, in every door of every address: no mistake of ours, and the log goes on.

The addresses are those of test_walk.py, so a new one is walked too.
"""

import json
from typing import Any
from urllib.parse import quote_from_bytes

import pytest

from pwa.access.queries import roles
from pwa.care.documents.refresh import refresh
from pwa.documents.store import DocumentRef
from pwa.problems import NotStorable
from pwa.words import Role, new_id
from tests.house import House
from tests.small_town import FROM_OUR_PAGE, LONG_AGO, Browser, Town, client_of, id_of
from tests.test_walk import CASES, CHANGES, LIVE, ROLES, Ask, Ids, both, filled

STRANGE = {
    "NUL": b"\0",
    "a control": b"\x0b\x1b[31m",
    "a lone surrogate": b"\xed\xa0\x80",
    "no UTF-8": b"\xff\xfe",
    "a C1 control": b"\xc2\x85\xc2\x9b",
    "2^31": b"2147483648",
    "2^63": b"9223372036854775808",
    "many digits": b"9" * 5000,
    "very long": "æ".encode() * 10_000,
    "a minus": b"-1",
}
ALL_ONE_TO_ENGINES = ("a control", "no UTF-8", "a C1 control", "very long", "a minus")
"""Text as any other to both of them: one walk is enough."""
QUERIED = ("q", "visit", "answers", "step", "day", "drawn_on", "citizen", "person", "first", "last", "none", "page",
           "before", "after", "n", "next", "code", "state", "notes", "dealt_with")  # fmt: skip
HEADERS = ("User-Agent", "Haand-Delivery", "Haand-Order", "Haand-Clock", "Haand-Retries", "If-None-Match", "Accept-Encoding",
           "Accept-Language", "Upload-Offset", "Upload-Length", "Upload-Complete", "Referer", "HX-Request",
           "X-Forwarded-For", "Range", "If-Modified-Since")  # fmt: skip
PROGRAMS = ("/wiped", "/sign-in/challenge", "/sign-in/answer", "/sign-in/code", "/sign-in/passkey", "/access/confirm",
            "/access/passkeys/challenge", "/access/passkeys")  # fmt: skip
__all__ = ["both"]  # a fixture
Wrong = dict[str, int]


async def somebody_of_all_roles(town: Town) -> Browser:
    """One person who gets as far as anybody does."""
    async with town.database.transaction() as tx:
        await roles.set_person(tx, id_of("alle"), "Alle Roller", "da")
        for name in ROLES:
            await roles.add_role(tx, id_of("alle"), Role(name, id_of("kommune")), LONG_AGO)
        await refresh(tx, [DocumentRef("", "person", id_of("alle"))], new_id)
    return await town.sign_in("alle")


async def log_goes_on(town: Town, somebody: Browser) -> bool:
    """Whether a visit is shown, and that stands in the access log."""

    async def count() -> int:
        async with town.database.snapshot() as tx:
            return len(await tx.rows("select id from access_log"))

    before = await count()
    shown = await somebody.get(f"/board/visits/{id_of('else')}")
    async with town.database.snapshot() as tx:
        aside = await tx.rows("select id from access_set_aside")
    return shown.status_code == 200 and await count() == before + 1 and not aside


def in_each_place(
    method: str, path: str, case: Ask, ids: Ids, said: str
) -> list[tuple[str, str, dict[str, str] | None]]:
    """Requests with something strange in one place each: a part of the path, the query, a field of the form."""
    known = filled(case.path or path, ids).partition("?")[0]
    form = {name: filled(text, ids) for name, text in case.form.items()}
    parts = path.split("/")
    there = known.split("/")
    asked = [
        ("/".join([*there[:place], said[:3000], *there[place + 1 :]]), form)
        for place, part in enumerate(parts)
        if part.startswith("{")
    ]
    if method == "GET":
        asked += [(f"{known}?" + "&".join(f"{name}={said[:2000]}" for name in QUERIED), form)]
    asked += [(known, {**form, name: said}) for name in form]
    asked += [(known, {**form, said[:500]: said[:500]})]
    return [(method, address, None if method in ("GET", "HEAD") else body) for address, body in asked]


@pytest.mark.slow
@pytest.mark.parametrize(
    "strange",
    [
        pytest.param(strange, marks=pytest.mark.sqlite if name in ALL_ONE_TO_ENGINES else (), id=name)
        for name, strange in STRANGE.items()
    ],
)
async def test_strange_text_in_any_address_query_or_form_is_no_mistake_of_ours(
    town: Town, both: dict[str, Ids], strange: bytes
):
    somebody, wrong = await somebody_of_all_roles(town), Wrong()
    said = quote_from_bytes(strange, safe="")
    changes = {
        ("POST", f"/do/{name}"): Ask(f"/do/{name}", {"visit_id": "{visit}", **args, "seen": "1"})
        for name, args in CHANGES.items()
    }

    for (method, path), case in {**CASES, **changes}.items():
        if (method, path) in (LIVE, ("POST", "/sign-out"), ("POST", "/people/{person_id}/shut-out")):
            continue
        for how, address, form in in_each_place(method, path, case, both["nord"], said):
            body = None if form is None else "&".join(f"{name}={value}" for name, value in form.items())
            answer = await somebody.http.request(how, address, content=body)
            if answer.status_code >= 500:
                wrong[f"{method} {address[:80]} {str(body)[:80]}"] = answer.status_code

    assert wrong == {}
    assert await log_goes_on(town, somebody)


@pytest.mark.slow
async def test_strange_values_in_any_place_of_a_programs_json_are_no_mistake_of_ours(
    town: Town, both: dict[str, Ids]
):
    anna, wrong = await town.sign_in("anna"), Wrong()
    values: list[object] = [
        "\0",
        "\ud800",
        "\x1b",
        2**63,
        10**400,
        "x" * 5000,
        [],
    ]
    draft = {"id": new_id(), "n": 1, "at": anna.push_of()["now"], "since": None, "field": "", "name": "write_note",
             "args": {"visit_id": both["nord"]["visit"]}, "text": "Halv", "about": {}, "basis": None}  # fmt: skip
    for value in values:
        whole = anna.push_of(anna.note("Et ord."), looked=[{"visit_id": id_of("else"), "at": anna.push_of()["now"]}],
                             drafts={"n": 1, "rows": [draft], "gone": [{"id": new_id(), "at": draft["at"]}]},
                             unsent={"digest": "", "floor": 0})  # fmt: skip
        for place in places_of(whole):
            answer = await anna.http.post("/sync", content=json.dumps(put(whole, place, value)))
            if answer.status_code >= 500:
                wrong[f"{place} {str(value)[:30]!r}"] = answer.status_code
        for path in PROGRAMS:
            for name in ("id", "code", "response", "text", "signature"):
                answer = await anna.http.post(path, content=json.dumps({name: value}))
                if answer.status_code >= 500:
                    wrong[f"{path} {name} {str(value)[:30]!r}"] = answer.status_code

    assert wrong == {}
    assert (await anna.push(anna.note("Bagefter."))).json()["fates"][0]["fate"] == "applied"
    assert await log_goes_on(town, await somebody_of_all_roles(town))


Place = tuple[str | int, ...]


def places_of(value: object, at: Place = ()) -> list[Place]:
    """The way to everything within."""
    within = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place for key, each in within for place in ((*at, key), *places_of(each, (*at, key)))]


def put(whole: Any, place: Place, value: object) -> Any:
    """The same with something else in one place."""
    copy = json.loads(json.dumps(whole))
    inside = copy
    for key in place[:-1]:
        inside = inside[key]
    inside[place[-1]] = value
    return copy


class AnyIds(dict[str, str]):
    """Whatever id is asked for by name: that of Nord's visit."""

    def __missing__(self, key: str) -> str:
        return id_of("else")


@pytest.mark.slow
@pytest.mark.parametrize(
    "strange",
    [
        *('"\\000\\355\\240"', "\x85", "9" * 5000),
        # Text as any other to both engines.
        *(pytest.param(said, marks=pytest.mark.sqlite) for said in ("æøå", "x.y.z", "e30.e30", "=?utf-8?")),
    ],
)
async def test_strange_text_in_any_header_or_cookie_is_no_mistake_of_ours(town: Town, strange: str):
    somebody, wrong = await somebody_of_all_roles(town), Wrong()
    raw = strange.encode()
    cookies = b"; ".join(
        name + b"=" + raw for name in (b"__Host-ceremony", b"__Host-sso", b"session", b"__Host-x")
    )
    headers = [(name.encode(), raw) for name in HEADERS]

    for (method, path), case in CASES.items():
        if (method, path) in (LIVE, ("POST", "/sign-out")):
            continue
        address = (case.path or path).format_map(AnyIds())
        for cookie in (somebody.cookie.encode() + b"; " + cookies, b"__Host-session=" + raw):
            answer = await town_ask(town, method, address, [*headers, (b"Cookie", cookie)])
            if answer >= 500:
                wrong[f"{method} {path} {cookie[:20]!r}"] = answer

    assert wrong == {}
    assert await log_goes_on(town, somebody)


async def town_ask(town: Town, method: str, address: str, headers: list[tuple[bytes, bytes]]) -> int:
    """The status that somebody gets who sends these headers."""
    said = [(name.encode(), value.encode()) for name, value in FROM_OUR_PAGE.items()]
    async with client_of(town.origin) as client:
        body = b"{}" if method in ("POST", "PUT", "PATCH") else None
        return (await client.request(method, address, content=body, headers=[*said, *headers])).status_code


async def test_a_search_is_cleaned_and_what_is_no_text_is_no_address(house: House):
    await house.sign_in("anna")

    search = await house.get("/guides?q=loft%00lift", "anna")
    address = await house.get("/guides/%00", "anna")

    assert (search.status_code, "Loftlift" in search.text, address.status_code) == (200, True, 404)
    [entry] = await house.rows("select words from access_log where kind = 'search'")
    assert entry["words"] == "loftlift"


async def test_a_header_that_holds_a_control_is_refused(house: House):
    cookie = await house.sign_in("anna")

    answers = [
        await house.http.get("/guides", headers={"Cookie": cookie, "X-Odd": odd})
        for odd in ("a\x00b", "a\x1bb", "a\tb")
    ]

    assert [answer.status_code for answer in answers] == [400, 400, 200]


@pytest.mark.parametrize("value", ["half \ud800", 2**63, -(2**63) - 1], ids=ascii)
async def test_a_value_that_no_engine_holds_is_said_to_be_that(house: House, value: str | int):
    column = "n" if isinstance(value, int) else "id"
    with pytest.raises(NotStorable):
        async with house.database.snapshot() as tx:
            await tx.rows(f"select id from change where {column} = :value", {"value": value})


@pytest.mark.postgresql
async def test_a_nul_that_no_door_has_cleaned_is_said_to_be_none_of_the_databases(house: House):
    with pytest.raises(NotStorable):
        async with house.database.snapshot() as tx:
            await tx.rows("select id from change where id = :value", {"value": "\0"})
