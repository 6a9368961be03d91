"""Every form that a page about people shows can be answered: the page and the rule ask the same."""

import re
from collections.abc import Awaitable, Callable
from html.parser import HTMLParser
from itertools import product
from typing import Any
from urllib.parse import urlencode

import pytest

from pwa.access.rules.phones import revoke_phones_of_sign_in
from pwa.database import Transaction
from pwa.words import RoleName
from tests.house import House
from tests.small_town import LONG_AGO, PEOPLE, id_of

Work = Callable[[Transaction], Awaitable[Any]]
READERS: dict[str, tuple[tuple[RoleName, str], ...]] = {
    "lis": (),
    "ove": (),
    "anna": (),
    "administrator": (("administrator", "kommune"),),
    "dpo": (("dpo", "kommune"),),
    "of two kinds": (("leader", "nord"), ("organiser", "syd")),
    "carer and leader": (("carer", "syd"), ("leader", "nord")),
}
"""Who looks, and the roles of those who do not live in the town."""
OWN_PAGES = ("/people", "/people/new", "/people/review", "/people/phones", "/people/claims", "/access")
NO_NO = {200, 201, 303, 422, 429}
"""Done, or told what is lacking in it."""


class Forms(HTMLParser):
    """The forms of a page: where each goes, and what its fields may be."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[tuple[str, dict[str, list[str]]]] = []
        self.choice = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form" and told.get("method") == "post":
            self.forms.append((told.get("action", ""), {}))
        if not self.forms:
            return
        fields, name = self.forms[-1][1], told.get("name", "")
        if tag == "select":
            self.choice = name
        elif tag == "option":
            fields.setdefault(self.choice, []).append(told.get("value", ""))
        elif tag in ("input", "button") and name:
            fields.setdefault(name, []).append(told.get("value", "") or ("Ny" if name == "name" else ""))

    def posts(self) -> list[tuple[str, dict[str, str]]]:
        """Each form with each of its choices."""
        return [
            (path, dict(zip(fields, chosen, strict=True)))
            for path, fields in self.forms
            for chosen in product(*fields.values())
        ]


GRAVE = re.compile(r"/(shut-out|shut-out-phone|roles/end|remove|sign-out-elsewhere|codes)$")
"""Where a form goes that ends what is not given back by pressing again."""


class Asked(HTMLParser):
    """The grave forms of a page: where each goes, and what its fold says beside its button ("": it stands in none)."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.folds = 0
        self.words: list[str] = []
        self.tags: list[str] = []
        self.found: list[tuple[str, str]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        action = dict(attrs).get("action") or ""
        if tag == "details":
            self.folds += 1
            self.words = []
        elif tag == "form" and GRAVE.search(action):
            self.found.append((action, " ".join(self.words) if self.folds else ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "details":
            self.folds -= 1
            self.words = []

    def handle_data(self, data: str) -> None:
        if self.folds and self.tags[-1] == "p" and data.strip():
            self.words.append(data.strip())


async def test_what_cannot_be_taken_back_is_asked_about_once_and_says_what_happens(house: House):
    await settle(house)
    pages = [*OWN_PAGES, *(f"/people/{id_of(person)}" for person in PEOPLE)]

    found = [
        one
        for page in pages
        for one in Asked((await house.get(page, "lis")).text).found
        if one[0] != "/access/codes"
    ]

    assert {path.rsplit("/", 1)[1] for path, _ in found} >= {"shut-out", "shut-out-phone", "end"}
    assert [path for path, words in found if not words] == []


class Undone(Exception):
    """A transaction is rolled back."""


async def add_role(house: House, person: str, role: RoleName, team: str, by: str | None = None) -> None:
    async with house.database.transaction() as tx:
        await tx.execute(
            "insert into person (id, name, language) values (:id, :name, 'da') on conflict do nothing",
            {"id": id_of(person), "name": f"Ny {person}"},
        )
        await tx.execute(
            "insert into role (team_id, person_id, name, starts_at, given_by_id) values (:team, :person, :role, :at, :by)",
            {
                "team": id_of(team),
                "person": id_of(person),
                "role": role,
                "at": LONG_AGO,
                "by": by and id_of(by),
            },
        )


async def settle(house: House) -> None:
    """Everybody is signed in; some have roles that others gave, and a phone of Bo's is shut out."""
    for person in PEOPLE:
        await house.sign_in(person)
    await add_role(house, "mia", "carer", "nord", by="lis")
    await add_role(house, "ove", "carer", "nord", by="lis")
    phone = house.phone_of("bo")
    await phone.sync()
    async with house.database.transaction() as tx:
        [sign_in] = await tx.rows("select sign_in_id from phone where id = :id", {"id": phone.id})
        await revoke_phones_of_sign_in(tx, sign_in["sign_in_id"], "revoked", id_of("lis"), house.now)


@pytest.mark.slow
@pytest.mark.parametrize("reader", READERS)
async def test_whatever_form_a_page_shows_to_somebody_can_be_answered(
    house: House, monkeypatch: pytest.MonkeyPatch, reader: str
):
    await settle(house)
    for role, team in READERS[reader]:
        await add_role(house, reader, role, team)
    await house.sign_in(reader, id_of(reader))

    async def tried(work: Work, **_: object) -> object:
        done = []
        try:
            async with house.database.transaction() as tx:
                done.append(await work(tx))
                raise Undone
        except Undone:
            return done[0]

    refused, shown = [], 0
    everybody = [*PEOPLE, *(each for each in READERS if READERS[each])]
    for page in [*OWN_PAGES, *(f"/people/{id_of(person)}" for person in everybody)]:
        answer = await house.get(page, reader)
        forms = Forms(answer.text).posts() if answer.status_code == 200 else []
        for path, fields in forms:
            if path in ("/sign-out", ""):
                continue
            shown += 1
            with monkeypatch.context() as patched:
                # A code that was made is shown, so it is kept.
                if not path.endswith(("/invite", "/new")):
                    patched.setattr(house.database, "write", tried)
                said = await house.post(path, reader, urlencode(fields).encode(), FORM)
            if said.status_code not in NO_NO:
                refused.append((page, path, fields, said.status_code))

    assert not refused, "\n".join(map(str, refused))
    assert shown > 0


FORM = {"Content-Type": "application/x-www-form-urlencoded"}


async def test_whom_one_may_not_shut_out_has_no_button_for_it(house: House):
    await settle(house)
    page, path = f"/people/{id_of('ove')}", f"/people/{id_of('ove')}/shut-out"

    assert f'action="{path}"' not in (await house.get(page, "lis")).text
    assert (await house.post(path, "lis", b"", FORM)).status_code == 404
    assert (
        f'action="/people/{id_of("bo")}/shut-out"' in (await house.get(f"/people/{id_of('bo')}", "lis")).text
    )
