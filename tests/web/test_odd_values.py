"""Whatever stands in an address, a form or a number: it is answered in words, and nothing of ours breaks over it."""

import re
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from pwa.access.queries import roles
from pwa.app import ROUTES
from pwa.words import Role, new_id, to_text
from tests.house import House
from tests.small_town import FROM_OUR_PAGE, LONG_AGO, id_of

FIELDS = (
    "answers", "day", "digest", "drawn_on", "entry_id", "first_day", "from", "how", "id", "kind", "language", "last_day",
    "name", "note_id", "number", "page", "passkey_id", "person", "person_id", "phone", "plan_change_id", "purpose", "q",
    "reason", "role", "rule_id", "search", "seen", "sign_in_id", "step", "step_id", "team_id", "text", "to", "value",
    "verdict", "visit", "visit_id", "words",
)  # fmt: skip
ODD = [
    "9" * 400, "-1", "1e999", "9223372036854775808", "NaN", "9999-12-31", "0000-00-00", "2100-12-31", "2026-02-30",
    "\x00", "\udc80", "\ufeff", "%00", "'; drop table person; --", "${7*7}{{7*7}}", "../../etc/passwd", "x" * 1000,
]  # fmt: skip
ALL_ONE_TO_ENGINES = ("\ufeff", "${7*7}{{7*7}}", "../../etc/passwd", "x" * 1000)
"""Text as any other to both of them: one walk is enough."""


@pytest.fixture
async def people(house: House) -> list[str]:
    """A cookie of nobody, of a carer, a leader, an administrator and a data-protection officer of everything."""
    async with house.database.transaction() as tx:
        for role in ("administrator", "dpo"):
            await roles.set_person(tx, id_of(role), role, "da")
            await roles.add_role(tx, id_of(role), Role(role, id_of("kommune")), LONG_AGO)
    return [await house.sign_in(person) for person in ("anna", "lis", "administrator", "dpo")]


@pytest.mark.everything
@pytest.mark.parametrize(
    "odd",
    [
        pytest.param(odd, marks=pytest.mark.sqlite if odd in ALL_ONE_TO_ENGINES else (), id=str(number))
        for number, odd in enumerate(ODD)
    ],
)
async def test_no_address_breaks_over_an_odd_value(house: House, people: list[str], odd: str):
    broken = []
    for route in ROUTES:
        method = "POST" if "POST" in (route.methods or ()) else "GET"
        if route.path in ("/board/live", "/sign-out") or "sign-out" in route.path:
            continue
        for inside in (odd, id_of("anna")) if "{" in route.path else (odd,):
            path = re.sub(r"\{[^}]*\}", quote(inside.encode(errors="surrogatepass")), route.path)
            said = urlencode(dict.fromkeys(FIELDS, odd) | {"role": "carer"}, errors="surrogatepass")
            for cookie in people:
                answer = await house.http.request(
                    method, f"{path}?{said}" if method == "GET" else path, content=said if method == "POST" else None,
                    headers={**FROM_OUR_PAGE, "Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"},
                )  # fmt: skip
                if answer.status_code >= 500:
                    broken.append((method, route.path, answer.status_code))

    assert sorted(set(broken)) == []


NUMBERS = [2**31, 2**53, 2**63 - 1, 2**63, 2**64, -1, -(2**63), 10**300, 1e308, 5.0, 0.5, True, None, "7"]


@pytest.mark.parametrize("number", NUMBERS, ids=str)
@pytest.mark.parametrize("field", ["n", "v", "seen"])
async def test_no_number_of_a_change_is_too_large_or_too_small_for_the_next_change_to_be_applied(
    house: House, field: str, number: Any
):
    phone = house.phone()
    await phone.sync()
    odd, next_one = phone.note("Skæv."), phone.note("Næste.")

    [first, second] = await phone.push(odd | {field: number}, next_one)

    assert second.fate == "applied"
    assert first.fate in ("applied", "refused", "held")
    assert len(await house.log()) == 2


@pytest.mark.parametrize("number", NUMBERS, ids=str)
async def test_no_number_beside_the_changes_is_too_large_or_too_small(house: House, number: Any):
    phone = house.phone()
    at = to_text(house.now)
    row = {"id": new_id(), "n": number, "at": at, "since": at, "field": "note", "name": "write_note",
           "args": {"visit_id": id_of("else")}, "text": "Halvt.", "about": None, "basis": None}  # fmt: skip

    statuses = [
        (await phone.post(drafts={"n": number, "rows": [], "gone": []})).status_code,
        (
            await phone.post(
                drafts={"n": 1, "rows": [row], "gone": [{"id": new_id(), "at": at, "n": number}]}
            )
        ).status_code,
        (await phone.post(unsent={"digest": "", "floor": number})).status_code,
        (await phone.post(cursor=f'{{"x": {number}}}')).status_code,
    ]

    assert max(statuses) < 500
    assert datetime.fromisoformat(at)
