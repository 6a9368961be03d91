"""Every address and every change, asked for by every role with another team's ids: there is nothing there.

The list is made from the map (app.ROUTES) and from changes.json: a new address or change that nobody has thought
about here fails the first two tests. To know that "not found" is because of the team, each is asked for with one's
own team's ids too, and somebody is given something.
"""

import asyncio
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from secrets import token_urlsafe
from typing import Any, get_args

import pytest

from pwa.access.queries import roles
from pwa.app import ROUTES
from pwa.care.changes.change_schema import CHANGE_SCHEMAS
from pwa.care.documents.refresh import refresh
from pwa.care.queries import guides
from pwa.care.queries.photo_references import add_references
from pwa.database import Row, Transaction
from pwa.documents.store import DocumentRef
from pwa.status.routes import EVERY_METHOD
from pwa.words import Role, RoleName, new_id
from tests.photo_requests import name_of, photo
from tests.small_town import LONG_AGO, PEOPLE, STEPS, VISITS, Browser, Town, guide_body, id_of

Json = dict[str, Any]
ROOT = Path(__file__).parent.parent
Ids = Mapping[str, str]
ROLES: tuple[RoleName, ...] = get_args(RoleName)
SECRETS = re.compile("Carl Juhl|Mia Skov|Solveig|Hemmelig")
"""What no answer to somebody in Nord may say: names and words of Syd."""
SYDS_PICTURE = b'<svg xmlns="http://www.w3.org/2000/svg"><title>Hemmelig</title></svg>'
SYDS_PHOTO, NORDS_PHOTO = photo(size=(60, 40)), photo(size=(40, 60))


@dataclass(frozen=True)
class Ask:
    """How an address is asked for with a team's ids: {…} is replaced by them, in the path and in the form.

    `refused` are the statuses that another team's ids may get. `harmless`: no refusal is due, because what is said
    is about oneself, and the ids are not looked at or change nothing.
    """

    path: str = ""
    form: Mapping[str, str | list[str]] = field(default_factory=dict)
    refused: frozenset[int] = frozenset({404})
    harmless: bool = False
    given: bool = True
    """Whether somebody in Nord is given something at Nord's own."""
    noted: tuple[RoleName, ...] = ()
    """Whose asking for Syd's stands in the access log: of something of a citizen's, or somebody who works there."""


ABOUT_ME = Ask(harmless=True)
NOBODYS = Ask(harmless=True, given=False)
"""For everybody, signed in or not; or a script's half of a passkey, which tests/access/test_sign_in_page.py asks for."""
OFF = Ask(given=False)
FILE = Ask(path="/blobs/{photo}", given=False)
PHOTO = Ask(path="/blobs/{photo}", given=False, noted=ROLES)

CASES: dict[tuple[str, str], Ask] = {
    ("POST", "/sync"): NOBODYS,  # each change by itself, below
    ("GET", "/"): ABOUT_ME,
    ("GET", "/days/{day}"): Ask("/days/2026-11-23", harmless=True),
    ("GET", "/visits/{visit_id}"): Ask("/visits/{visit}", noted=ROLES),
    ("GET", "/visits/{visit_id}/citizen"): Ask("/visits/{visit}/citizen", noted=ROLES),
    ("GET", "/visits/{visit_id}/notes"): Ask("/visits/{visit}/notes", noted=ROLES),
    ("GET", "/guides"): ABOUT_ME,
    ("GET", "/guides/{guide_id}"): Ask("/guides/{guide}", noted=ROLES),
    ("GET", "/waiting"): ABOUT_ME,
    ("GET", "/waiting/export"): ABOUT_ME,
    ("GET", "/state"): ABOUT_ME,
    ("GET", "/me"): ABOUT_ME,
    ("GET", "/unlock"): NOBODYS,
    ("POST", "/lock"): NOBODYS,
    ("GET", "/vault"): NOBODYS,
    ("POST", "/wiped"): NOBODYS,  # a signed order says which phone: test_wiped_phones.py
    ("POST", "/do/{change}"): Ask(
        "/do/write_note",
        {"visit_id": "{visit}", "note_id": "{new}", "text": "Hej"},
        frozenset({403, 404}),  # 403 says that one is no carer, whoever's visit it is
    ),
    ("POST", "/attention/{change_id}/retry"): Ask("/attention/{held}/retry", given=False),
    ("POST", "/attention/{change_id}/read"): Ask("/attention/{held}/read", harmless=True),
    ("POST", "/drafts/{draft_id}/save"): Ask("/drafts/{draft}/save", given=False),
    ("POST", "/drafts/{draft_id}/discard"): Ask("/drafts/{draft}/discard", harmless=True, given=False),
    ("POST", "/drafts/{draft_id}/restore"): Ask("/drafts/{draft}/restore", harmless=True, given=False),
    ("GET", "/board"): ABOUT_ME,
    ("GET", "/board/days/{day}"): Ask("/board/days/2026-11-23", harmless=True),
    ("GET", "/board/day"): Ask("/board/day?day=2026-11-23", harmless=True, given=False),
    ("GET", "/board/totals"): Ask("/board/totals?day=2026-11-23", harmless=True),
    ("GET", "/board/arrived"): ABOUT_ME,
    ("GET", "/board/carers"): Ask("/board/carers?day=2026-11-23", harmless=True),
    ("GET", "/board/carers/{carer_id}"): Ask("/board/carers/{carer}?day=2026-11-23", noted=("leader",)),
    ("GET", "/board/visits/{visit_id}"): Ask("/board/visits/{visit}", noted=ROLES),
    ("GET", "/board/visits/{visit_id}/live"): Ask("/board/visits/{visit}/live", noted=ROLES),
    ("GET", "/board/live"): ABOUT_ME,  # never ends; test_board.py listens to it
    ("GET", "/held"): ABOUT_ME,
    ("GET", "/held/live"): ABOUT_ME,
    ("GET", "/held/total"): ABOUT_ME,
    ("POST", "/held/dealt_with"): Ask(
        form={"team_id": "{team}", "id": "{held}", "digest": "{digest}"}, noted=ROLES
    ),
    ("POST", "/held/put_back"): Ask(
        form={"team_id": "{team}", "id": "{held}", "digest": "{digest}"}, noted=ROLES
    ),
    ("GET", "/followups"): ABOUT_ME,
    ("GET", "/followups/live"): ABOUT_ME,
    ("GET", "/followups/events.csv"): Ask(harmless=True, given=False),
    ("POST", "/followups/act"): Ask(
        form={"visit_id": "{visit}", "id": "{matter}", "kind": "words", "words": "Hej", "page": "matter"},
        noted=ROLES,
    ),
    ("GET", "/followups/{visit_id}/{matter_id}"): Ask("/followups/{visit}/{matter}", noted=ROLES),
    ("GET", "/people"): ABOUT_ME,
    ("GET", "/people/new"): ABOUT_ME,
    ("POST", "/people/new"): Ask(form={"name": "Ny", "role": "carer", "team_id": "{team}"}),
    ("GET", "/people/phones"): ABOUT_ME,
    ("GET", "/people/review"): ABOUT_ME,
    ("POST", "/people/review"): Ask(form={"person_id": "{carer}"}, noted=ROLES),
    # There is nothing at these unless single sign-on is set: tests/access/single_sign_on/ walks them where it is.
    ("GET", "/people/claims"): OFF,
    ("POST", "/people/claims"): OFF,
    ("POST", "/people/claims/remove"): OFF,
    ("GET", "/people/{person_id}"): Ask("/people/{carer}", noted=ROLES),
    ("POST", "/people/{person_id}/invite"): Ask("/people/{carer}/invite", noted=ROLES),
    ("POST", "/people/{person_id}/number"): Ask(
        "/people/{carer}/number", {"phone": "12 34 56 78"}, noted=ROLES
    ),
    ("POST", "/people/{person_id}/roles"): Ask(
        "/people/{carer}/roles", {"role": "carer", "team_id": "{team}"}, noted=ROLES
    ),
    ("POST", "/people/{person_id}/roles/end"): Ask(
        "/people/{carer}/roles/end", {"role": "carer", "team_id": "{team}"}, noted=ROLES
    ),
    ("POST", "/people/{person_id}/shut-out-phone"): Ask(
        "/people/{carer}/shut-out-phone", {"sign_in_id": "{place}"}, noted=ROLES
    ),
    ("POST", "/people/{person_id}/shut-out"): Ask("/people/{carer}/shut-out", {"x": "1"}, noted=ROLES),
    ("POST", "/invitations/{invitation_id}/take-back"): Ask(
        "/invitations/{invitation}/take-back", given=False
    ),
    ("GET", "/invitations/{invitation_id}"): Ask("/invitations/{invitation}", given=False),
    ("GET", "/invitations/{invitation_id}/live"): Ask("/invitations/{invitation}/live", given=False),
    ("GET", "/access-log"): ABOUT_ME,
    ("POST", "/access-log"): ABOUT_ME,
    ("POST", "/access-log/purpose"): Ask(form={"visit_id": "{visit}", "purpose": "handover"}, noted=ROLES),
    ("GET", "/access-log/samples"): ABOUT_ME,
    ("POST", "/access-log/samples"): ABOUT_ME,
    ("POST", "/access-log/verdict"): Ask(form={"entry_id": "{new}", "verdict": "right"}, given=False),
    ("GET", "/access-log/citizens/{citizen_id}"): Ask("/access-log/citizens/{citizen}", noted=("dpo",)),
    ("GET", "/access-log/citizens/{citizen_id}/csv"): Ask(
        "/access-log/citizens/{citizen}/csv", noted=("dpo",)
    ),
    # Checklists are everybody's, and say nothing of anybody: tests/checklists/test_editor.py asks who may change them.
    ("GET", "/checklists"): ABOUT_ME,
    ("POST", "/checklists"): Ask(form={"name": "Ny"}, harmless=True),
    ("GET", "/checklists/import"): ABOUT_ME,
    ("POST", "/checklists/import"): Ask(harmless=True, given=False),
    ("POST", "/checklists/import/accept"): Ask(form={"name": "Ny"}, harmless=True, given=False),
    ("POST", "/checklists/ready-made"): Ask(form={"file": "morgenpleje"}, harmless=True),
    **{
        (method, f"/checklists/{{checklist_id}}{rest}"): Ask(
            f"/checklists/{{new}}{rest}", {"x": "1"}, harmless=True, given=False
        )
        for method, rest in (
            ("GET", ""),
            ("GET", "/compare"),
            ("POST", "/retire"),
            ("POST", "/bring-back"),
            ("GET", "/draft"),
            ("POST", "/draft"),
            ("GET", "/draft/steps"),
            ("GET", "/draft/others"),
            ("GET", "/draft/phone"),
            ("GET", "/draft/shown"),
            ("POST", "/draft/add"),
            ("POST", "/draft/step"),
            ("POST", "/draft/condition"),
            ("POST", "/draft/move"),
            ("POST", "/draft/remove"),
            ("POST", "/draft/undo"),
            ("POST", "/draft/discard"),
            ("GET", "/draft/publish"),
            ("POST", "/draft/publish"),
        )
    },
    ("GET", "/sign-in"): NOBODYS,
    ("POST", "/sign-in/challenge"): NOBODYS,
    ("POST", "/sign-in/answer"): NOBODYS,
    ("POST", "/sign-in/code"): NOBODYS,
    ("POST", "/sign-in/passkey"): NOBODYS,
    ("POST", "/sign-in/sso"): OFF,
    ("POST", "/sign-in/sso/answer"): OFF,
    ("GET", "/sso"): OFF,
    ("POST", "/sign-out"): NOBODYS,
    ("GET", "/access"): ABOUT_ME,
    ("GET", "/signed-in"): NOBODYS,  # says who is in, and nothing else
    ("POST", "/access/confirm/challenge"): NOBODYS,
    ("POST", "/access/confirm"): NOBODYS,
    ("POST", "/access/passkeys/challenge"): NOBODYS,
    ("POST", "/access/passkeys"): NOBODYS,
    ("POST", "/access/rename"): Ask(form={"passkey_id": "{passkey}", "name": "Min"}, given=False),
    ("POST", "/access/remove"): Ask(form={"passkey_id": "{passkey}"}, given=False),
    ("POST", "/access/codes"): Ask(form={"x": "1"}, harmless=True),
    ("POST", "/access/sign-out-elsewhere"): ABOUT_ME,
    ("POST", "/access/sign-out-there"): Ask(form={"sign_in_id": "{place}"}, given=False),
    ("POST", "/access/sso/link"): OFF,
    ("POST", "/access/sso/linked"): OFF,
    ("POST", "/access/sso/confirm"): OFF,
    ("POST", "/access/sso/confirmed"): OFF,
    ("POST", "/access/sso/remove"): OFF,
    ("GET", "/media/{sha256}"): Ask("/media/{picture}"),
    ("GET", "/blobs/{sha256}"): PHOTO,
    ("HEAD", "/blobs/{sha256}"): FILE,  # the same photo within the hour
    ("DELETE", "/blobs/{sha256}"): FILE,
    # To send a photo that one has is allowed, and says nothing of whether others have: test_photos.py.
    ("PUT", "/blobs/{sha256}"): Ask("/blobs/{photo}", harmless=True, given=False),
    ("PATCH", "/blobs/{sha256}"): Ask("/blobs/{photo}", harmless=True, given=False),
    ("GET", "/service_worker.js"): NOBODYS,
    ("GET", "/manifest.webmanifest"): NOBODYS,
    ("GET", "/build/{hash}/{path:path}"): Ask("/build/x/static/app.css", harmless=True, given=False),
    ("GET", "/static/icons/{path:path}"): Ask("/static/icons/sprite.svg", harmless=True, given=False),
    ("GET", "/openapi.json"): NOBODYS,
    ("GET", "/.well-known/security.txt"): NOBODYS,
    **{(method, "/metrics"): OFF for method in EVERY_METHOD},  # tests/web/test_metrics.py asks where it is on
    ("GET", "/healthz"): NOBODYS,
    ("GET", "/readyz"): NOBODYS,
}

LIVE = ("GET", "/board/live")
CHANGES: dict[str, Mapping[str, str | list[str]]] = {
    "start_visit": {},
    "finish_visit": {},
    "answer_step": {"step_id": "{step}", "answer": "alone"},
    "answer_as_planned": {},
    "take_back": {"change_id": "{change}"},
    "write_note": {"note_id": "{new}", "text": "Hej"},
    "correct_note": {"note_id": "{new}", "corrects": "{note}", "text": "Hej"},
    "pin_note": {"note_id": "{note}"},
    "read_note": {"note_id": "{note}", "pin_id": "{note}"},
    "unpin_note": {"note_id": "{note}", "pin_id": "{note}"},
    "mark_wrong_citizen": {"note_id": "{note}"},
    "report_deviation": {"kind": "refused", "text": "Hej"},
    "report_event": {"hurt": "colleague"},
    "class_event": {"event_id": "{event}", "class": "learning"},
    "tell_event": {"event_id": "{event}", "part": "what", "text": "Hej"},
    "report_observation": {"area": "skin", "text": "Hej"},
    "fill_in": {"checklist_id": "{new}", "place": "puls", "kind": "number", "values": ["72"]},
}
"""What is said about a visit; what is about oneself names none."""
OF_ITS_REPORTER = {"class_event", "tell_event"}
"""What is said about an event by whoever has reported it, and by no other carer of the team."""
ABOUT_ONESELF = {"choose_language", "see_plan_change"}
TOLD = {"NotYourTask", "NotYourTeam", "UnknownVisit"}
UNTOUCHED = (
    "role", "role_review", "claim_rule", "identity", "passkey", "invitation", "recovery_code", "attendance", "answer", "filled_in", "note", "note_mark", "draft", "deviation",
    "matter", "matter_said", "taken_back", "change_dealt_with",
)  # fmt: skip
"""Tables with what is Syd's, or a person's of Syd; nothing that somebody in Nord asks for changes it."""


def all_addresses() -> set[tuple[str, str]]:
    """Every method and path of the map; HEAD goes with its GET, unless an address answers it in its own way."""
    found = set()
    for route in ROUTES:
        methods = route.methods or {
            name.upper() for name in vars(route.endpoint) if name in ("head", "get", "put", "patch", "delete")
        }
        found |= {(method, route.path) for method in methods - ({"HEAD"} if route.methods else set())}
    return found


def test_every_address_has_a_case():
    assert all_addresses() == CASES.keys()


def test_every_change_has_a_case():
    assert set(CHANGE_SCHEMAS) == CHANGES.keys() | ABOUT_ONESELF


@pytest.fixture
async def both(town: Town) -> dict[str, Ids]:
    """What there is in each team, in the same shape; and a walker in Nord for each role."""
    async with town.database.transaction() as tx:
        await guides.add_media(tx, name_of(SYDS_PICTURE), "image/svg+xml", SYDS_PICTURE)
        body = json.loads(guide_body()) | {"guide_id": id_of("hemmelig"), "title": "Hemmelig"}
        body["media"] = [{**body["media"][0], "sha256": name_of(SYDS_PICTURE)}]
        body["steps"] = [{**body["steps"][0], "picture": name_of(SYDS_PICTURE)}]
        await guides.add_guide(tx, id_of("syd"), id_of("hemmelig"), "Hemmelig", json.dumps(body))
        for name in ROLES:
            await roles.set_person(tx, id_of(f"walker {name}"), f"Vandrer {name}", "da")
            await roles.add_role(tx, id_of(f"walker {name}"), Role(name, id_of("nord")), LONG_AGO)
        things = [DocumentRef("", "person", id_of(f"walker {name}")) for name in ROLES]
        await refresh(tx, [*things, DocumentRef(id_of("syd"), "guide", id_of("hemmelig"))], new_id)
    return {
        "nord": await things_of(town, "nord", "anna", "lis", "else", "loftlift", NORDS_PHOTO, "Noget"),
        "syd": await things_of(town, "syd", "carl", "mia", "solveig", "hemmelig", SYDS_PHOTO, "Hemmelig"),
    }


async def show_photo(tx: Transaction, team: str, visit: str, carer: str, picture: bytes) -> None:
    """A photo stands at a visit."""
    reference = {
        "team_id": id_of(team),
        "visit_id": id_of(visit),
        "change_id": new_id(),
        "by_id": id_of(carer),
    }
    at = {"received_at": "2026-11-23T07:30:00.000Z"}
    await add_references(tx, [{**reference, **at, "sha256": name_of(picture)}])


async def things_of(
    town: Town, team: str, carer: str, leader: str, visit: str, guide: str, picture: bytes, word: str
) -> Ids:
    """Live a little in a team, and say what is there then."""
    phone, tablet = await town.sign_in(carer), await town.sign_in(leader)
    await phone.http.put(f"/blobs/{name_of(picture)}", content=picture)
    note, start = phone.note(word, visit), phone.change("start_visit", visit)
    held = {**phone.note(word, visit), "name": "fly"}
    seen = phone.change("report_observation", visit, area="skin", text=word)
    event = phone.change("report_event", visit, hurt="citizen")
    assert (await phone.push(note, start, held, seen, event)).status_code == 200
    assert (await tablet.http.post(f"/people/{id_of(carer)}/invite")).status_code == 303
    passkey_id = f"{team}-passkey"
    async with town.database.transaction() as tx:
        await tx.execute(
            """
            insert into passkey (id, person_id, name, public_key, sign_count, transports, made_at)
            values (:id, :person_id, :word, :key, 0, '', '2026-11-01T00:00:00.000Z')
            """,
            {"id": passkey_id, "person_id": id_of(carer), "word": word, "key": b"x"},
        )
        await show_photo(tx, team, visit, carer, picture)
        draft, at_visit = new_id(), {"visit_id": id_of(visit)}
        named = {**at_visit, "citizen": word, "label": "", "starts_at": None}
        written = {
            "field": "",
            "name": "write_note",
            "args": at_visit,
            "text": word,
            "since": None,
            "about": named,
        }
        await tx.execute(
            """
            insert into draft (person_id, id, phone_id, n, at, received_at, content)
            select person_id, :id, id, 1, heard_at, heard_at, :content from phone where person_id = :person_id
            """,
            {"id": draft, "person_id": id_of(carer), "content": json.dumps(written)},
        )
        person = {"person_id": id_of(carer)}
        [place] = await tx.rows("select id from sign_in where person_id = :person_id", person)
        [invitation] = await tx.rows("select id from invitation where person_id = :person_id", person)
        [about] = await tx.rows("select citizen_id from visit where id = :id", {"id": id_of(visit)})
        [kept] = await tx.rows("select id, digest from change where id = :id", {"id": str(held["id"])})
    return {
        "team": id_of(team),
        "carer": id_of(carer),
        "visit": id_of(visit),
        "citizen": about["citizen_id"],
        "step": id_of(f"{visit} {STEPS[0]}"),
        "guide": id_of(guide),
        "picture": guide_picture(guide),
        "photo": name_of(picture),
        "note": str(note["args"]["note_id"]),  # type: ignore[index]
        "change": str(start["id"]),
        "held": kept["id"],
        "matter": str(seen["id"]),
        "event": str(event["id"]),
        "draft": draft,
        "digest": kept["digest"],
        "place": place["id"],
        "passkey": passkey_id,
        "invitation": invitation["id"],
    }


def guide_picture(guide: str) -> str:
    """The picture of a team's guide."""
    return name_of(SYDS_PICTURE) if guide == "hemmelig" else json.loads(guide_body())["steps"][0]["picture"]


def filled(text: Any, ids: Ids) -> Any:
    """With a team's ids in place of their names."""
    return text.format(**{**ids, "new": new_id()}) if isinstance(text, str) else text


async def walker(town: Town, role: str) -> Browser:
    """Somebody who has one role, in Nord."""
    return await town.sign_in(f"walker {role}")


async def walkers(town: Town) -> list[Browser]:
    """One for each role."""
    return [await walker(town, role) for role in ROLES]


async def ask(somebody: Browser, address: tuple[str, str], case: Ask, ids: Ids) -> tuple[int, str]:
    """The status, and all that was said."""
    method, path = address
    content = b"x" if method in ("PUT", "PATCH") else None
    form = {name: filled(text, ids) for name, text in case.form.items()} or None
    headers = {"Upload-Offset": "0", "Upload-Complete": "?1"} if method == "PATCH" else {}
    answer = await somebody.http.request(
        method, filled(case.path or path, ids), content=content, data=form, headers=headers
    )
    return answer.status_code, f"{answer.headers} {answer.text}"


@pytest.mark.sqlite
@pytest.mark.slow
async def test_no_title_address_or_file_name_has_a_name(town: Town, both: dict[str, Ids]):
    """What a browser's history, its tabs, a referrer and a proxy's log keep."""
    people = [name for name, _, _ in PEOPLE.values()] + [citizen for citizen, *_ in VISITS.values()]
    parts = {part.lower() for name in people for part in name.split()} | {"vandrer", "møllevej"}
    shown = 0
    for somebody in [*await walkers(town), await town.sign_in("anna"), await town.sign_in("lis")]:
        for method, path in sorted(all_addresses() - {LIVE}):
            case = CASES[method, path]
            if method not in ("GET", "POST") or "sign-out" in path or "shut-out" in path:
                continue
            answer = await somebody.http.request(
                method,
                filled(case.path or path, both["nord"]),
                data={name: filled(text, both["nord"]) for name, text in case.form.items()} or None,
            )
            title = re.search("<title>.*?</title>", answer.text, re.DOTALL)
            where = (answer.headers.get("location", ""), answer.headers.get("content-disposition", ""))
            words = set(re.findall(r"\w+", " ".join([title[0] if title else "", *where]).lower()))
            assert not words & parts, (method, path)
            shown += title is not None
    assert shown > 50


async def refusals_of(town: Town) -> int:
    """How many entries of the access log say that somebody was refused."""
    async with town.database.snapshot() as tx:
        return len(await tx.rows("select id from access_log where kind = 'refused'"))


async def everything_of_syd(town: Town, syd: Ids) -> dict[str, list[Row]]:
    """All rows that are about Syd or its people."""
    async with town.database.snapshot() as tx:
        tables = {table: await tx.rows(f"select * from {table}") for table in UNTOUCHED}
        tables["sign_in"] = await tx.rows("select id, revoked_at from sign_in")
    mine = {syd["team"], syd["carer"], syd["visit"], syd["place"]}
    return {
        table: sorted((row for row in rows if mine & set(map(str, dict(row).values()))), key=str)
        for table, rows in tables.items()
    }


@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES)
async def test_there_is_nothing_of_another_team_at_any_address(
    town: Town, both: dict[str, Ids], role: RoleName
):
    somebody, syd = await walker(town, role), both["syd"]
    before = await everything_of_syd(town, syd)
    wrong: dict[tuple[str, str], tuple[int, str]] = {}

    for address, case in CASES.items():
        if address == LIVE or address == ("POST", "/sign-out"):
            continue
        status, said = await ask(somebody, address, case, syd)
        is_refused = case.harmless or status in case.refused
        if not is_refused or SECRETS.search(said) or status >= 500:
            wrong[address] = (status, said[-200:])

    assert wrong == {}
    assert await everything_of_syd(town, syd) == before


async def statuses_at_home(some: list[Browser], nord: Ids, address: tuple[str, str]) -> list[int]:
    """What each of them is answered that asks an address with Nord's own ids."""
    return [(await ask(somebody, address, CASES[address], nord))[0] for somebody in some]


GIVEN = [address for address, case in CASES.items() if case.given and address != LIVE]


@pytest.mark.slow
async def test_where_one_reads_somebody_is_shown_their_own_teams(town: Town, both: dict[str, Ids]):
    reads = [address for address in GIVEN if address[0] == "GET"]
    some = await walkers(town)

    statuses = {address: await statuses_at_home(some, both["nord"], address) for address in reads}

    assert {address: min(seen) for address, seen in statuses.items()} == dict.fromkeys(reads, 200)
    assert len(reads) > 20


@pytest.mark.slow
@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND"])
async def test_what_is_not_listed_is_not_answered(town: Town, both: dict[str, Ids], method: str):
    somebody = await walker(town, "leader")

    answers = [
        await somebody.http.request(method, filled(case.path or path, both["nord"]))
        for (_, path), case in CASES.items()
    ]

    assert {answer.status_code for answer in answers} == {405}


async def documents_are_renewed(town: Town) -> None:
    """What the house does by itself once it has started is done."""
    async with asyncio.timeout(30):
        while True:
            async with town.database.snapshot() as tx:
                if await tx.rows("select digest from document_builder"):
                    return
            await asyncio.sleep(0.05)


async def every_row(town: Town) -> dict[str, list[Row]]:
    """All that the database holds, but for the access log, which says that somebody looked."""
    tables = re.findall(
        r"^create table (\w+)", (ROOT / "pwa" / "schema.sql").read_text("utf-8"), re.MULTILINE
    )
    async with town.database.snapshot() as tx:
        return {
            table: sorted(await tx.rows(f"select * from {table}"), key=str)
            for table in tables
            if not table.startswith("access_log")
        }


@pytest.mark.slow
async def test_to_look_changes_nothing_and_no_other_site_may_read_the_answer(
    town: Town, both: dict[str, Ids]
):
    some = await walkers(town)
    await documents_are_renewed(town)
    before = await every_row(town)
    answers = [
        await ask(somebody, address, case, both["nord"])
        for address, case in CASES.items()
        if address[0] in ("GET", "HEAD") and address != LIVE
        for somebody in some
    ]

    assert len(answers) > 100
    assert min(status for status, _ in answers) == 200
    assert [said[:200] for _, said in answers if "access-control-" in said.lower()] == []
    assert await every_row(town) == before
    assert len(before) > 30


@pytest.mark.slow
@pytest.mark.parametrize("address", [address for address in GIVEN if address[0] != "GET"])
async def test_what_is_done_at_home_somebody_may_do(
    town: Town, both: dict[str, Ids], address: tuple[str, str]
):
    assert min(await statuses_at_home(await walkers(town), both["nord"], address)) < 400


@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES)
async def test_who_asks_for_another_teams_stands_in_the_access_log(
    town: Town, both: dict[str, Ids], role: RoleName
):
    somebody, syd, nord = await walker(town, role), both["syd"], both["nord"]
    noted: dict[tuple[str, str], int] = {}

    for address, case in CASES.items():
        if address == LIVE or address == ("POST", "/sign-out"):
            continue
        before = await refusals_of(town)
        await ask(somebody, address, case, syd)
        noted[address] = await refusals_of(town) - before

    assert noted == {address: int(role in CASES[address].noted) for address in noted}
    given: dict[tuple[str, str], int] = {}
    for address in GIVEN:
        before = await refusals_of(town)
        status, _ = await ask(somebody, address, CASES[address], nord)
        if status < 400:
            given[address] = await refusals_of(town) - before
    assert given == dict.fromkeys(given, 0)
    assert len(given) >= 15, "hardly anything was given, so hardly anything was seen"


ASKED_FIRST = Ask("/do/start_visit", {"visit_id": "{other_day}", "seen": "1", "drawn_on": "2026-11-20"})
"""A visit of another day, from a page that did not say so: refused, and the visit is shown again."""
CITIZENS = re.compile("|".join(citizen for citizen, *_ in VISITS.values()))
HOURLY = ("/board", "/held/live", "/followups/live")


async def written_down(town: Town, person_id: str) -> int:
    """How many entries there are of somebody's looking, and how many changes."""
    async with town.database.snapshot() as tx:
        looks = await tx.rows("select id from access_log where person_id = :id", {"id": person_id})
        return len(looks) + len(
            await tx.rows("select id from change where person_id = :id", {"id": person_id})
        )


@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES)
async def test_whatever_answer_names_a_citizen_is_written_down_before_it_is_shown(
    town: Town, both: dict[str, Ids], role: RoleName
):
    """Also a refusal. A board once an hour."""
    somebody, nord = await walker(town, role), both["nord"]
    town.now += timedelta(days=1)
    ids = {**nord, "visit": id_of("karen"), "other_day": id_of("karen")}
    unseen: dict[tuple[str, str], int] = {}
    named = 0

    for address, case in [*CASES.items(), (("POST", "/do/start_visit"), ASKED_FIRST)]:
        if address == LIVE or "sign-out" in address[1] or "shut-out" in address[1]:
            continue
        before = await written_down(town, id_of(f"walker {role}"))
        status, said = await ask(somebody, address, case, ids)
        grown = await written_down(town, id_of(f"walker {role}")) - before
        if CITIZENS.search(said):
            named += 1
            is_there = grown or (
                before and address[1].startswith(HOURLY) and not address[1].endswith("/visits/{visit_id}")
            )
            if not is_there:
                unseen[address] = status

    assert unseen == {}
    assert named >= {"carer": 3, "leader": 3, "organiser": 3}.get(role, 0)


@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES)
async def test_nobody_changes_anything_at_another_teams_visit(
    town: Town, both: dict[str, Ids], role: RoleName
):
    somebody, syd = await walker(town, role), both["syd"]
    before = await everything_of_syd(town, syd)
    changes = {
        name: somebody.change(name, "solveig", **{key: filled(text, syd) for key, text in args.items()})
        for name, args in CHANGES.items()
    }

    answer = (await somebody.push(*changes.values())).json()
    by_form = [
        await somebody.do(
            name, visit_id=syd["visit"], **{key: filled(text, syd) for key, text in args.items()}
        )
        for name, args in CHANGES.items()
    ]

    told = {fate["id"]: fate.get("problem") for fate in answer["fates"]}
    assert {name: told[str(change["id"])] in TOLD for name, change in changes.items()} == dict.fromkeys(
        CHANGES, True
    )
    assert {each.status_code for each in by_form} == ({404} if role == "carer" else {403})
    assert not SECRETS.search(json.dumps(answer, ensure_ascii=False) + "".join(each.text for each in by_form))
    assert await everything_of_syd(town, syd) == before


def in_every_way(somebody: Browser, visit: str, ids: Ids) -> list[Json]:
    """Each change as it should be, and twice as it is held: in a form of days to come, and with a name that nobody knows."""
    changes = [
        somebody.change(name, visit, **{key: filled(text, ids) for key, text in args.items()})
        for name, args in CHANGES.items()
    ]
    newer = [{**change, "id": new_id(), "v": 99} for change in changes]
    odd = [{**change, "id": new_id(), "name": "fly"} for change in changes]
    return [*changes, *newer, *odd]


@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES)
async def test_what_became_of_a_change_tells_nothing_of_another_teams_visit(
    town: Town, both: dict[str, Ids], role: RoleName
):
    somebody, syd = await walker(town, role), both["syd"]
    nobodys = {**syd, "visit": id_of("nowhere")}

    of_syd = (await somebody.push(*in_every_way(somebody, "solveig", syd))).json()["fates"]
    of_nobody = (await somebody.push(*in_every_way(somebody, "nowhere", nobodys))).json()["fates"]
    seen = [(await somebody.http.get(path)).text for path in ("/waiting", "/waiting/export", "/state")]

    assert [{**fate, "id": ""} for fate in of_syd] == [{**fate, "id": ""} for fate in of_nobody]
    assert len(of_syd) == 3 * len(CHANGES)
    shown = json.loads(seen[1])["attention"]
    assert {(each["visit_id"], each["citizen"], each["starts_at"]) for each in shown} == {("", "", None)}
    assert not SECRETS.search("".join(seen))


async def test_what_became_of_a_change_at_home_names_its_visit(town: Town, both: dict[str, Ids]):
    carer, nord = await walker(town, "carer"), both["nord"]

    await carer.push(*in_every_way(carer, "else", nord))

    shown = json.loads((await carer.http.get("/waiting/export")).text)["attention"]
    assert [each["visit_id"] for each in shown] == [nord["visit"]] * (2 * len(CHANGES) + len(OF_ITS_REPORTER))


async def test_the_same_changes_are_taken_from_a_carer_at_her_own_teams_visit(
    town: Town, both: dict[str, Ids]
):
    carer, nord = await walker(town, "carer"), both["nord"]
    changes = [
        carer.change(name, "else", **{key: filled(text, nord) for key, text in args.items()})
        for name, args in CHANGES.items()
    ]

    answer = (await carer.push(*changes)).json()

    fates = dict(zip(CHANGES, (fate["fate"] for fate in answer["fates"]), strict=True))
    assert fates == {name: "refused" if name in OF_ITS_REPORTER else "applied" for name in CHANGES}


async def test_a_phone_of_nord_is_brought_nothing_of_syd(town: Town, both: dict[str, Ids]):
    answers = {role: await (await walker(town, role)).push() for role in ROLES}

    assert {role: answer.status_code for role, answer in answers.items()} == dict.fromkeys(ROLES, 200)
    assert f"guide-{both['nord']['guide']}" in answers["carer"].json()["ids"]
    assert not SECRETS.search("".join(answer.text for answer in answers.values()))


# The cookie alone ---------------------------------------------------------------------------------------------

FOR_THE_COOKIE = {
    ("POST", "/sync"),  # what is sealed, and nothing is given: tests/access/test_phone_proof.py
    ("GET", "/vault"), ("POST", "/wiped"), ("POST", "/lock"),
    ("GET", "/sign-in"), ("POST", "/sign-in/challenge"), ("POST", "/sign-in/answer"), ("POST", "/sign-in/code"),
    ("POST", "/sign-in/passkey"), ("POST", "/sign-out"),
    ("GET", "/service_worker.js"), ("GET", "/manifest.webmanifest"), ("GET", "/build/{hash}/{path:path}"),
    ("GET", "/static/icons/{path:path}"), ("GET", "/openapi.json"), ("GET", "/.well-known/security.txt"),
    ("GET", "/healthz"), ("GET", "/readyz"),
}  # fmt: skip
"""What is answered to the cookie of a phone with a vault without its secret: the ways in and out, and what is nobody's."""
OF_NORD = re.compile("Anna Lund|Lis Bang|Else|Karen|Knud|Noget|Vandrer")


async def with_vault(somebody: Browser, person_id: str) -> str:
    """The vault that this sign-in is bound to from here on."""
    secret = f"{person_id}.{token_urlsafe(32)}"
    answer = await somebody.http.post("/sync", json=somebody.push_of(), headers={"Haand-Vault": secret})
    assert answer.status_code == 200
    return secret


async def everything_of(town: Town) -> dict[str, list[str]]:
    async with town.database.snapshot() as tx:
        return {table: sorted(map(str, await tx.rows(f"select * from {table}"))) for table in UNTOUCHED}


@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES)
async def test_the_cookie_alone_of_a_phone_with_a_vault_reads_and_changes_nothing_at_any_address(
    town: Town, both: dict[str, Ids], role: RoleName
):
    somebody = await walker(town, role)
    await with_vault(somebody, id_of(f"walker {role}"))
    before = await everything_of(town)
    wrong: dict[tuple[str, str], tuple[int, str]] = {}

    for address in all_addresses() - FOR_THE_COOKIE:
        status, said = await ask(somebody, address, CASES[address], both["nord"])
        if (status not in (401, 403) and CASES[address] != OFF) or OF_NORD.search(said):
            wrong[address] = (status, said[-200:])

    assert wrong == {}
    assert await everything_of(town) == before


@pytest.mark.slow
async def test_with_the_vaults_secret_somebody_is_shown_what_is_theirs(town: Town, both: dict[str, Ids]):
    reads = [address for address in GIVEN if address[0] == "GET"]
    some = await walkers(town)
    for somebody, name in zip(some, ROLES, strict=True):
        somebody.http.headers["Haand-Vault"] = await with_vault(somebody, id_of(f"walker {name}"))

    statuses = {address: await statuses_at_home(some, both["nord"], address) for address in reads}

    assert {address: min(seen) for address, seen in statuses.items()} == dict.fromkeys(reads, 200)
