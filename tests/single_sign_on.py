"""Knows how a test signs somebody in by the municipality's provider, links an account and makes a rule."""

from typing import Any

import httpx2

from pwa.access.queries import roles
from pwa.database import Row
from pwa.words import Role
from tests.provider import Provider
from tests.small_town import LONG_AGO, Town, id_of
from tests.visitor import Visitor

Json = dict[str, Any]
ADMINISTRATOR = Role("administrator", id_of("kommune"))


async def be_at(town: Town, provider: Provider) -> None:
    """One clock for both, and an administrator."""
    provider.now = lambda: town.now
    async with town.database.transaction() as tx:
        await roles.set_person(tx, id_of("alma"), "Alma Vig", "da")
        await roles.add_role(tx, id_of("alma"), ADMINISTRATOR, LONG_AGO)


async def in_as(town: Town, person: str) -> Visitor:
    """A browser in which this person is in."""
    visitor = Visitor(town)
    await visitor.sign_in_as_in_the_demo(person)
    return visitor


async def begin(visitor: Visitor, path: str = "/sign-in/sso") -> str:
    """Press the button; where the browser is sent."""
    answer = await visitor.post(path)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["to"])


async def come_back(provider: Provider, visitor: Visitor, person: str) -> Json:
    """Press the button, be somebody there; what the address says that one comes back with."""
    return provider.answer_to(await begin(visitor), person)


async def sign_in(provider: Provider, visitor: Visitor, person: str) -> httpx2.Response:
    """Press the button, be somebody there, come back; what the server answers."""
    return await visitor.post("/sign-in/sso/answer", await come_back(provider, visitor, person))


async def add_rule(town: Town, value: str, role: str = "carer", team: str = "nord", by: str = "alma") -> None:
    """An administrator says which role a claim gives."""
    form = {"value": value, "role": role, "team_id": id_of(team)}
    answer = await (await in_as(town, by)).post("/people/claims", data=form)
    assert answer.status_code == 303, answer.text


async def add_rule_by_hand(town: Town, value: str, role: str = "carer", team: str = "nord") -> None:
    """The same where nobody signs in as in the demo."""
    async with town.database.transaction() as tx:
        await tx.execute(
            """
            insert into claim_rule (id, value, name, team_id, made_at, made_by_id)
            values (:id, :value, :name, :team_id, :at, :by_id)
            """,
            {"id": id_of(f"rule {value} {role}"), "value": value, "name": role, "team_id": id_of(team),
             "at": LONG_AGO, "by_id": id_of("alma")},
        )  # fmt: skip


async def link(town: Town, provider: Provider, person: str, account: str = "") -> Visitor:
    """Somebody who is here links her account."""
    visitor = await in_as(town, person)
    said = provider.answer_to(await begin(visitor, "/access/sso/link"), account or person)
    assert (await visitor.post("/access/sso/linked", said)).json() == {"to": "/access"}
    return visitor


async def rows(town: Town, sql: str, **params: str) -> list[Row]:
    """What the database has."""
    async with town.database.snapshot() as tx:
        return await tx.rows(sql, params)


async def roles_of(town: Town, name: str) -> list[tuple[str, str]]:
    """What somebody of this name may do now, and where."""
    found = await rows(
        town,
        """
        select role.name, team.name as team from role join person on person.id = role.person_id
          join team on team.id = role.team_id
        where person.name = :name and ended_at is null order by role.name, team.name
        """,
        name=name,
    )
    return [(row["name"], row["team"]) for row in found]


def refusal(answer: httpx2.Response) -> tuple[int, str]:
    """The status and the code of a no."""
    return answer.status_code, answer.json()["code"]
