"""A small town for the tests of pages, and a way to ask its server over real HTTP.

Nord has Anna and Bo, Syd has Carl; Lis leads Nord, Mia leads Syd, Ove organises. Anna visits Else at eight,
Karen at nine with Bo, and Knud at ten. Carl visits Solveig. It is Monday 23 November 2026, 08.40 in Denmark.
"""

import asyncio
import json
import ssl
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from itertools import count
from pathlib import Path
from socket import socket
from uuid import NAMESPACE_URL, uuid5

import httpx2
import msgspec
from starlette.applications import Starlette

from pwa.access.queries import roles, teams
from pwa.app import make_app
from pwa.care.documents.refresh import refresh
from pwa.care.queries import guides, planning
from pwa.care.queries.planning import PlannedVisit
from pwa.care.queries.visits import CONTACTS
from pwa.database import Company, Database, Transaction, open_database
from pwa.documents.store import DocumentRef
from pwa.server.server import Server, make_server, open_door
from pwa.web.build import Build, make_build
from pwa.web.live import Boards
from pwa.words import Role, RoleName, new_id, to_text
from pwa.written import VisitStep
from tests.engines import engines
from tests.town_settings import settings_in

MORNING = datetime(2026, 11, 23, 7, 40, tzinfo=UTC)
LONG_AGO = "2020-01-01T00:00:00.000Z"
FROM_OUR_PAGE = {"Sec-Fetch-Site": "same-origin"}
"""What a browser says with everything that a page of ours asks for."""
STEPS = ["Hjælp til bad", "Tag tøj på", "Giv medicin"]
PICTURE = b'<svg xmlns="http://www.w3.org/2000/svg"/>'
PICTURE_NAME = sha256(PICTURE).hexdigest()
PEOPLE: dict[str, tuple[str, RoleName, str]] = {
    "anna": ("Anna Lund", "carer", "nord"),
    "bo": ("Bo Friis", "carer", "nord"),
    "carl": ("Carl Juhl", "carer", "syd"),
    "lis": ("Lis Bang", "leader", "nord"),
    "mia": ("Mia Skov", "leader", "syd"),
    "ove": ("Ove Krog", "organiser", "kommune"),
}
VISITS = {
    "else": ("Else Holm", "nord", ["anna"], 7),
    "karen": ("Karen Møller", "nord", ["anna", "bo"], 8),
    "knud": ("Knud Dam", "nord", ["anna"], 9),
    "solveig": ("Solveig Riis", "syd", ["carl"], 7),
}


NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Believes nobody. A client that is given none reads all the machine's certificates first: 50 ms."""


def client_of(origin: str, headers: Mapping[str, str] | None = None) -> httpx2.AsyncClient:
    """A client of a server here."""
    return httpx2.AsyncClient(base_url=origin, headers=headers, timeout=10, verify=NO_CERTIFICATES)


def id_of(name: str) -> str:
    """The id of somebody or something in the town, the same in every test."""
    return str(uuid5(NAMESPACE_URL, f"small-town:{name}"))


@cache
def the_build() -> Build:
    """One build for all tests."""
    return make_build()


async def settle(tx: Transaction) -> None:
    """Move everybody in."""
    await teams.set_team(tx, id_of("kommune"), "Kommunen", None)
    for team in ("nord", "syd"):
        await teams.set_team(tx, id_of(team), team.capitalize(), id_of("kommune"))
    for person, (name, role, team) in PEOPLE.items():
        await roles.set_person(tx, id_of(person), name, "da")
        await roles.add_role(tx, id_of(person), Role(role, id_of(team)), LONG_AGO)
    await guides.add_media(tx, PICTURE_NAME, "image/svg+xml", PICTURE)
    await guides.add_guide(tx, id_of("nord"), id_of("loftlift"), "Loftlift", guide_body())
    for visit in VISITS:
        await plan_visit(tx, visit)
    things = [
        *(DocumentRef(id_of(team), "visit", id_of(visit)) for visit, (_, team, _, _) in VISITS.items()),
        *(DocumentRef("", "person", id_of(person)) for person in PEOPLE),
        DocumentRef(id_of("nord"), "guide", id_of("loftlift")),
    ]
    await refresh(tx, things, new_id)


async def plan_visit(tx: Transaction, visit: str) -> None:
    """Plan a visit of half an hour at its hour (UTC)."""
    citizen, team, carers, hour = VISITS[visit]
    starts_at = MORNING.replace(hour=hour, minute=0)
    day = MORNING.date().isoformat()
    plan = (
        f"B-{visit}", day, to_text(starts_at), to_text(starts_at + timedelta(minutes=30)), 30, id_of(citizen), citizen,
        "Møllevej 3", "Nøgleboks ved døren", "", "Morgenpleje", 1,
    )  # fmt: skip
    steps = [VisitStep(id_of(f"{visit} {label}"), label, "", "together", None) for label in STEPS]
    planned = PlannedVisit(
        id_of(team), id_of(visit), None, plan, ("",) * len(CONTACTS), [id_of(carer) for carer in carers]
    )
    await planning.add_visits(tx, [planned])
    await planning.add_steps(tx, [(planned.key, steps)])


async def give_to(tx: Transaction, visit: str, carer: str) -> None:
    """A visit is somebody else's from now on."""
    key = (id_of(VISITS[visit][1]), id_of(visit))
    [planned] = await planning.list_planned_visits(tx, [key])
    await planning.set_visits(tx, [msgspec.structs.replace(planned, carers=[id_of(carer)])])
    await refresh(tx, [DocumentRef(key[0], "visit", key[1])], new_id)


def guide_body() -> str:
    """One guide, with one picture."""
    step = {
        "number": 1,
        "title": "Kør liften ned",
        "text": "Sænk bøjlen.",
        "picture": PICTURE_NAME,
        "picture_alt": "",
        "warning": "",
    }
    guide = {
        "guide_id": id_of("loftlift"),
        "title": "Loftlift",
        "aid": "Loftlift",
        "summary": "Fra seng til stol.",
        "words": "loftlift fra seng til stol sejl",
        "load": "højst 200 kg",
        "before": ["Se efter, at sejlet er helt."],
        "steps": [step],
        "safe": ["Bremsen er løs."],
        "unsafe": ["At løfte alene."],
        "stop": "Tryk på den røde knap.",
        "approved_at": "2026-10-01",
        "approved_by": "Terapeuten",
        "source": "",
        "media": [{"sha256": PICTURE_NAME, "bytes": len(PICTURE), "type": "image/svg+xml"}],
        "ready_at": None,
    }
    return json.dumps(guide, ensure_ascii=False)


class Town:
    """The town's server, and what time it is there. Tests move `now`."""

    def __init__(self, origin: str, address: str, database: Database) -> None:
        self.origin = origin
        self.address = address
        self.database = database
        self.server: Server | None = None
        self.running: asyncio.Task[None] | None = None
        self.now = MORNING
        self.boards = Boards(lambda: self.now)
        self.numbers = count(1)
        self.clients: list[httpx2.AsyncClient] = []

    async def start(self, app: Starlette, door: socket) -> None:
        """Serve in this process; the signals stay the test run's own."""
        self.server = make_server(app, self.boards, proxies="127.0.0.1")
        self.running = asyncio.create_task(self.server._serve([door]))
        while not self.server.started:  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0.005)

    async def stop(self) -> None:
        """Ask the server to stop, as an operating system does, and wait until it has."""
        if self.server and self.running:
            self.server.should_exit = True
            await self.running

    async def end(self) -> None:
        """Close everything now. A server that stops keeps open for a while for those under way; here nobody is."""
        for client in self.clients:
            await client.aclose()
        if self.server and self.running and not self.running.done():
            self.running.cancel()
            await asyncio.wait([self.running])
            self.boards.stop()
            state = self.server.server_state
            for listening in self.server.servers:
                listening.close()
            for connection in list(state.connections):
                connection.shutdown()
            if state.tasks:
                await asyncio.wait(state.tasks)
            await self.server.lifespan.shutdown()

    async def sign_in(self, person: str) -> "Browser":
        """A browser in which this person is signed in."""
        async with client_of(self.origin) as client:
            answer = await client.post("/demo/sign-in", data={"person": id_of(person)})
        cookie = answer.headers["set-cookie"].partition(";")[0]
        browser = Browser(self, person, cookie)
        self.clients.append(browser.http)
        return browser


class Browser:
    """Somebody's browser or phone. `at` and ids are made as a phone makes them."""

    def __init__(self, town: Town, person: str, cookie: str) -> None:
        self.town = town
        self.phone = id_of(f"phone of {person}")
        self.cookie = cookie
        # The same phone in every test shows the same secret, wherever somebody has signed in on it.
        secret = urlsafe_b64encode(sha256(self.phone.encode()).digest()).decode().rstrip("=")
        said = {"Cookie": cookie, "Haand-Phone": secret, **FROM_OUR_PAGE}
        self.http = client_of(town.origin, said)

    async def get(self, path: str, **headers: str) -> httpx2.Response:
        return await self.http.get(
            path, headers={name.replace("_", "-"): value for name, value in headers.items()}
        )

    async def do(self, change: str, **form: str) -> httpx2.Response:
        """Send a form as a page without a service worker does."""
        return await self.http.post(f"/do/{change}", data=form)

    def push_of(self, *changes: object, **other: object) -> dict[str, object]:
        """What this phone sends with these changes."""
        now = to_text(self.town.now)
        return {
            "phone": self.phone,
            "build": "b1",
            "now": now,
            "cursor": None,
            "changes": list(changes),
            **other,
        }

    async def push(self, *changes: object, **other: object) -> httpx2.Response:
        """Send changes as the phone's outbox does."""
        return await self.http.post("/sync", json=self.push_of(*changes, **other))

    def change(self, name: str, visit: str = "else", **args: object) -> dict[str, object]:
        """A change that this phone has not made before, about a visit."""
        return {
            "id": new_id(),
            "n": next(self.town.numbers),
            "name": name,
            "v": 1,
            "at": to_text(self.town.now),
            "seen": 1,
            "args": {"visit_id": id_of(visit), **args},
        }

    def note(self, text: str, visit: str = "else") -> dict[str, object]:
        """A new note."""
        return self.change("write_note", visit, note_id=new_id(), text=text)


@asynccontextmanager
async def open_town(
    folder: Path, *, demo: bool = True, open_to_all: bool = False, security_contact: str = "", **more: str
) -> AsyncIterator[Town]:
    """Serve the town on a free port, in this process, until the test is over; with `more` settings."""
    with engines.open_settled(folder, settle) as address:
        async with open_town_at(
            address,
            folder,
            demo=demo,
            open_to_all=open_to_all,
            security_contact=security_contact,
            company=None,
            **more,
        ) as town:
            yield town


@asynccontextmanager
async def open_town_at(
    address: str,
    folder: Path,
    *,
    demo: bool = True,
    open_to_all: bool = False,
    security_contact: str = "",
    company: Company | None = None,
    **more: str,
) -> AsyncIterator[Town]:
    """A server on a database in which the town is already; `company` is that of the towns that serve it together."""
    with open_door("127.0.0.1", 0) as door, engines.company() as other:
        database = await open_database(address)
        town = Town(f"http://127.0.0.1:{door.getsockname()[1]}", address, database)
        settings = settings_in(folder, address, security_contact=security_contact, **more)
        app = make_app(
            settings,
            demo=demo,
            open_to_all=open_to_all,
            clock=lambda: town.now,
            build=the_build(),
            boards=town.boards,
            company=company or other,
        )
        await town.start(app, door)
        try:
            yield town
        finally:
            await town.end()
            await database.close()
