"""The small town's house for tests of sync: the real app over HTTP without a network, and phones that people hold.

Its people and visits are those of small_town.py; a test asks for `house` and speaks of them by name.
"""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from secrets import token_urlsafe
from types import MappingProxyType
from typing import Any

import httpx2
from starlette.types import Receive, Scope, Send

from pwa.access.queries import roles, teams
from pwa.app import make_app
from pwa.care.documents.plan import plan_of
from pwa.care.documents.refresh import refresh
from pwa.care.queries import planning
from pwa.care.queries.plan_changes import PlanChange, add_plan_changes
from pwa.care.queries.planning import PlannedVisit
from pwa.care.queries.visits import CONTACTS
from pwa.database import Company, Database, Row, Transaction
from pwa.documents.store import DocumentRef
from pwa.words import Role, new_id, to_text
from pwa.written import VisitStep
from tests.engines import engines
from tests.small_town import FROM_OUR_PAGE, LONG_AGO, MORNING, id_of, settle, the_build
from tests.town_settings import settings_in
from tests.tripwire import tokens_watched

Json = dict[str, Any]


@dataclass(frozen=True)
class Fate:
    """One change's fate, as the phone was told."""

    id: str
    fate: str
    problem: str | None = None
    message: str | None = None
    next_step: str | None = None


@dataclass
class Phone:
    """A phone in somebody's hand: numbers its changes, keeps what it is given, forgets what is not listed."""

    house: "House"
    person: str
    id: str = field(default_factory=new_id)
    clock_is_ahead: timedelta = timedelta()
    clock_runs: str | None = None
    retries: str | None = None
    clock_ends: str | None = None
    n: int = 0
    cursor: str | None = None
    documents: dict[str, Json] = field(default_factory=dict)
    ids: list[str] = field(default_factory=list)
    secret: str | None = field(default_factory=lambda: token_urlsafe(32))
    vault: str | None = None
    knows: str | None = "technology, checklists, notes"
    """What it says that its app knows of documents; it gets them whole."""

    def change(self, name: str, visit: str = "else", **args: object) -> Json:
        """The next thing that is done on this phone, now."""
        self.n += 1
        about = {} if name == "choose_language" else {"visit_id": id_of(visit)}
        at = to_text(self.house.now + self.clock_is_ahead)
        seen = self.documents.get(f"visit-{id_of(visit)}", {}).get("version", 0)
        return {
            "id": new_id(),
            "n": self.n,
            "name": name,
            "v": 1,
            "at": at,
            "seen": seen,
            "args": about | args,
        }

    def answer(self, step: str = "Giv medicin", answer: str | None = "together", visit: str = "else") -> Json:
        """An answer to a step."""
        return self.change("answer_step", visit, step_id=id_of(f"{visit} {step}"), answer=answer)

    def note(self, text: str = "Sov godt.", visit: str = "else") -> Json:
        """A new note."""
        return self.change("write_note", visit, note_id=new_id(), text=text)

    async def post(self, *changes: object, **other: object) -> httpx2.Response:
        """Send changes, and keep nothing of the answer."""
        now = to_text(self.house.now + self.clock_is_ahead)
        envelope = {
            "phone": self.id,
            "build": "b1",
            "now": now,
            "cursor": self.cursor,
            "changes": list(changes),
        }
        told = {
            "Haand-Clock": self.clock_runs,
            "Haand-Retries": self.retries,
            "Haand-Clock-Ends": self.clock_ends,
            "Haand-Phone": self.secret,
            "Haand-Vault": self.vault,
            "Haand-Documents": self.knows,
        }
        headers = {name: value for name, value in told.items() if value is not None}
        return await self.house.post("/sync", self.person, envelope | other, headers)

    async def sync(self, *changes: object) -> Json:
        """Send changes, and take in the whole answer as a phone does."""
        return self.take_in(await self.post(*changes))

    def take_in(self, response: httpx2.Response) -> Json:
        """What a phone does with an answer."""
        answer: Json = response.json()
        assert response.status_code == 200, answer
        self.cursor = answer.get("cursor", self.cursor)
        newer = {document["id"]: document for document in answer["documents"]}
        self.documents = self.documents | newer
        self.ids = answer.get("ids", self.ids)
        self.documents = {id: document for id, document in self.documents.items() if id in self.ids}
        return answer

    async def push(self, *changes: object) -> list[Fate]:
        """Send changes; their fates."""
        return [Fate(**fate) for fate in (await self.sync(*changes))["fates"]]

    async def visit(self, visit: str = "else") -> Json:
        """A visit as this phone shows it after a sync."""
        await self.sync()
        body: Json = self.documents[f"visit-{id_of(visit)}"]["body"]
        return body

    async def step(self, step: str = "Giv medicin", visit: str = "else") -> Json:
        """A step as this phone shows it after a sync."""
        body = await self.visit(visit)
        return next(one for one in body["steps"] if one["label"] == step)


class House:
    """The server, and what time it is there. Tests move `now`."""

    def __init__(self, database: Database, http: httpx2.AsyncClient, address: str, folder: Path) -> None:
        self.database = database
        self.folder = folder
        self.address = address
        self.http = http
        self.now = MORNING
        self.cookies: dict[str, str] = {}
        self.phones: dict[str, Phone] = {}

    def phone(self, person: str = "anna", **details: Any) -> Phone:
        """A new phone for somebody."""
        return Phone(self, person, **details)

    def phone_of(self, person: str) -> Phone:
        """The one phone that somebody has when a test does not say which."""
        return self.phones.setdefault(person, self.phone(person))

    async def sign_in(self, person: str, person_id: str | None = None) -> str:
        """A new sign-in's cookie, for this person's requests from now on; the id of somebody not of the town."""
        self.http.cookies.clear()
        answer = await self.http.post("/demo/sign-in", data={"person": person_id or id_of(person)})
        self.cookies[person] = answer.headers["set-cookie"].partition(";")[0]
        self.http.cookies.clear()
        return self.cookies[person]

    async def get(self, path: str, person: str) -> httpx2.Response:
        """A page as somebody sees it."""
        cookie = self.cookies.get(person) or await self.sign_in(person)
        return await self.http.get(path, headers={"Cookie": cookie})

    async def post(
        self, path: str, person: str, content: object, headers: Mapping[str, str] = MappingProxyType({})
    ) -> httpx2.Response:
        """Post JSON as somebody. Half characters go as they are: that is what a broken phone sends."""
        cookie = self.cookies.get(person) or await self.sign_in(person)
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        return await self.http.post(
            path, content=body, headers={"Cookie": cookie, **FROM_OUR_PAGE, **headers}
        )

    async def push(self, *changes: object, by: str = "anna") -> list[Fate]:
        """Send changes from somebody's phone; their fates."""
        return await self.phone_of(by).push(*changes)

    def pass_time(self, **duration: float) -> datetime:
        """Let some time go by, e.g. minutes=5."""
        self.now += timedelta(**duration)
        return self.now

    async def rows(self, sql: str, **params: str) -> list[Row]:
        """What the database holds."""
        async with self.database.snapshot() as tx:
            return await tx.rows(sql, params)

    async def log(self) -> list[Row]:
        """The log of changes, as it was received."""
        as_written = "rowid" if engines.is_sqlite else "xmin::text::bigint, cmin::text::bigint, ctid"
        return await self.rows(f"select * from change order by received_at, {as_written}")

    async def tell(self, plan: Json) -> None:
        """The plan has done to somebody's day what the document tells."""
        [team] = await self.rows(
            "select team_id from visit where id = :id", id=plan["plan_changes"][0]["visit_id"]
        )
        changes = [
            PlanChange(
                team["team_id"], one["visit_id"], one["id"], plan["person_id"], one["day"], one["at"],
                json.dumps(one["before"]), json.dumps(one["after"]),
            )
            for one in plan["plan_changes"]
        ]  # fmt: skip
        async with self.database.transaction() as tx:
            await add_plan_changes(tx, changes)
            await refresh(tx, [plan_of(plan["person_id"])], new_id)

    async def make_organiser(self, person: str) -> None:
        """Somebody of the town organises, too."""
        async with self.database.transaction() as tx:
            await roles.add_role(tx, id_of(person), Role("organiser", id_of("nord")), LONG_AGO)

    async def plan(self, body: Json) -> None:
        """Plan a visit as its document says, in a team and with people of its own."""
        async with self.database.transaction() as tx:
            await plan_like(tx, body)


async def plan_like(tx: Transaction, body: Json) -> None:
    """Everything in a visit's document that carers did not write."""
    team, key = body["team"], (body["team"]["id"], body["visit_id"])
    await teams.set_team(tx, team["id"], team["name"], None)
    for carer in body["carers"]:
        await roles.set_person(tx, carer["id"], carer["name"], "da")
        await roles.add_role(tx, carer["id"], Role("carer", team["id"]), LONG_AGO)
    plan = (
        "1", *(body[name] for name in ("day", "starts_at", "ends_at", "minutes")), body["citizen"]["id"],
        body["citizen"]["name"], *(body[name] for name in ("address", "door", "bring")), body["checklist"]["name"],
        body["checklist"]["version"],
    )  # fmt: skip
    carers = [carer["id"] for carer in body["carers"]]
    visit = PlannedVisit(*key, None, plan, ("",) * len(CONTACTS), carers)
    await planning.add_visits(tx, [visit])
    steps = [
        VisitStep(s["id"], s["label"], s["help"], s["planned"], None, int(s.get("by_itself", False)))
        for s in body["steps"]
    ]
    await planning.add_steps(tx, [(key, steps)])
    people = [DocumentRef("", "person", carer["id"]) for carer in body["carers"]]
    await refresh(tx, [DocumentRef(key[0], "visit", key[1]), *people], new_id)


@asynccontextmanager
async def open_house(folder: Path, *, is_new: bool = True) -> AsyncIterator[House]:
    """The app in a folder, with the small town settled; or on the database that the folder has already."""
    database = engines.open_settled(folder, settle) if is_new else engines.open_empty(folder)
    with database as address:
        async with open_house_at(address, folder) as house:
            yield house


@asynccontextmanager
async def open_house_at(address: str, folder: Path, company: Company | None = None) -> AsyncIterator[House]:
    """The app on a database that is there; `company` is that of the houses that serve it together."""
    houses: list[House] = []
    settings = settings_in(folder, address, origin="https://haand.test")
    with engines.company() as other:
        app = make_app(
            settings,
            demo=True,
            clock=lambda: houses[0].now if houses else MORNING,
            build=the_build(),
            company=company or other,
        )
        async with app.router.lifespan_context(app) as state:
            assert state is not None

            async def with_state(scope: Scope, receive: Receive, send: Send) -> None:
                await app({**scope, "state": dict(state)}, receive, send)

            database: Database = state["app"].database
            transport = httpx2.ASGITransport(with_state)
            async with (
                tokens_watched(database),
                httpx2.AsyncClient(transport=transport, base_url="https://haand.test") as http,
            ):
                houses.append(House(database, http, address, folder))
                yield houses[0]
