"""When the database fails, or we make a mistake, nobody is shown or let in to anything, and nothing is done."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from pwa.database import Transaction
from pwa.problems import Unavailable
from tests.small_town import PEOPLE, VISITS, Town, id_of
from tests.test_walk import CASES, LIVE, filled

OPEN = (
    "/service_worker.js", "/manifest.webmanifest", "/build/", "/static/", "/openapi.json", "/.well-known/", "/healthz",
    "/sign-in", "/unlock", "/vault", "/sso",
)  # fmt: skip
"""What is nobody's: it says nothing of anybody, and is there without a database."""
NAMES = [name for name, _, _ in PEOPLE.values()] + [citizen for citizen, *_ in VISITS.values()]


class Mistake(Exception):
    """Something that nobody has thought of."""


def broken(error: type[Exception]) -> object:
    """A database that fails as soon as anything is read or written."""

    @asynccontextmanager
    async def fails(_: object) -> AsyncIterator[Transaction]:
        raise error
        yield  # makes it a generator

    return fails


@pytest.mark.parametrize(("error", "status"), [(Unavailable, 503), (Mistake, 500)])
@pytest.mark.parametrize("person", ["anna", "lis"])
async def test_while_the_database_fails_no_address_shows_or_does_anything(
    town: Town, monkeypatch: pytest.MonkeyPatch, error: type[Exception], status: int, person: str
):
    somebody = await town.sign_in(person)
    ids = {name: id_of(name) for name in ("visit", "guide", "carer", "held", "matter", "draft", "team", "citizen", "invitation", "change")}  # fmt: skip
    ids |= dict.fromkeys(("photo", "picture", "digest"), "0" * 64)
    ids |= {name: id_of("x") for name in ("place", "passkey", "new", "step", "note")}
    async with town.database.snapshot() as tx:
        before = await tx.rows("select count(*) as number from change")
    with monkeypatch.context() as failing:
        for name in ("snapshot", "transaction"):
            failing.setattr(type(town.database), name, broken(error))

        async def fail(*_: object, **__: object) -> None:
            raise error

        failing.setattr(type(town.database), "write", fail)
        answers = {}
        for method, path in sorted(CASES.keys() - {LIVE}):
            case = CASES[method, path]
            if path.startswith(OPEN) and method == "GET":
                continue
            form = {name: filled(text, ids) for name, text in case.form.items()} or None
            address = (case.path or path).format(**ids)
            answers[method, path] = await somebody.http.request(method, address, data=form)

    told = {where: answer.status_code for where, answer in answers.items()}
    assert len(told) > 60
    assert {where: code for where, code in told.items() if code < 400 and where != ("POST", "/lock")} == {}
    assert set(told.values()) & {status} == {status}
    for where, answer in answers.items():
        assert "set-cookie" not in answer.headers, where
        assert not [name for name in NAMES if name in answer.text], where
    async with town.database.snapshot() as tx:
        assert await tx.rows("select count(*) as number from change") == before
