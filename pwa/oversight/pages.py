"""Knows the data-protection officer's pages: the access log, samples, a citizen's extract.

Only that role sees them, within its place in the tree of teams; for everybody else there is nothing here. Whoever
looks here stands in the log too.
"""

from datetime import date, timedelta

import msgspec
from starlette.responses import RedirectResponse, Response

from pwa.access.pages.authentication import signed_in
from pwa.access.queries.people import team_ids_in_scope
from pwa.audit.access_event import AccessEvent
from pwa.audit.record import record_access
from pwa.care.queries.citizens import list_teams_of_citizens
from pwa.database import Transaction
from pwa.oversight import search
from pwa.oversight.asked import NOTHING, SECRET, Asked, seal, unseal
from pwa.oversight.queries import add_verdict, is_sampled
from pwa.oversight.samples import draw_sample, list_samples
from pwa.oversight.search import MOST_DAYS, MOST_IN_AN_EXTRACT, Citizen, LogLine, SearchQuery
from pwa.problems import NotAChoice, NotFound, TooLong
from pwa.searching import LONGEST_SEARCH
from pwa.sheets import as_csv
from pwa.templating.translation import translate
from pwa.web.request_body import check_words, read_form
from pwa.web.requests import AppRequest, now_of, today_of
from pwa.web.responses import Context, large_page, me_of, plain_frame
from pwa.words import N_, Person, RoleName, cleaned, to_day, to_text

CONTROLLING: tuple[RoleName, ...] = ("dpo",)
LONGEST_IN_AN_ADDRESS = 300
LONGEST_VERDICT = 500
A_WEEK = timedelta(days=6)
WRONG_DAYS = N_("These days are not shown. Choose a first and a last day, at most three months apart.")
COLUMNS = (N_("Day"), N_("Time"), N_("What"), N_("Why"), N_("In words"))


async def do_search(request: AppRequest) -> Response:
    """Search for what the form says, at an address that says nothing of it."""
    person, form = await signed_in(request), await read_form(request)
    async with request.state.app.database.snapshot(beside=True) as tx:
        await _scope(tx, person)
    asked = Asked(**{name: form.get(name, "") for name in Asked.__struct_fields__})
    if max(map(len, msgspec.structs.astuple(asked))) > LONGEST_IN_AN_ADDRESS:
        raise TooLong
    return RedirectResponse(f"/access-log?search={seal(asked, _secret(request), person.id)}", 303)


async def show_log(request: AppRequest) -> Response:
    """Who has looked at what, in some days, of a citizen or by somebody."""
    person, language = await signed_in(request), request.state.language
    said = unseal(request.query_params.get("search", ""), _secret(request), person.id)
    asked, refused = _query(said, today_of(request))
    number = _page_number(request)
    async with request.state.app.database.snapshot(beside=True) as tx:
        team_ids = await _scope(tx, person)
        found = await search.search(tx, team_ids, asked, language, number)
        about = await list_teams_of_citizens(tx, team_ids, {each["id"] for each in found["citizens"]})
    words = "; ".join(filter(None, (asked.citizen, asked.person, f"{asked.first} - {asked.last}")))
    look = AccessEvent(kind="search", what="access_log", purpose="control", citizens=about, words=words)
    await record_access(request, person, look)
    days = {"first": asked.first.isoformat(), "last": asked.last.isoformat()}
    shown = {
        "asked": {"citizen": said.citizen, "person": said.person, **days},
        "refused": translate(refused, language) if refused else "",
        "page": number,
        "has_older": found["is_cut"] and number < search.MOST_PAGES,
        "sealed": request.query_params.get("search", "") if said is not NOTHING else "",
    }
    return await large_page(request, "oversight/log.html", _frame(request, person), shown, found)


def _page_number(request: AppRequest) -> int:
    """Which page of what was found; the first where the address says none that there is."""
    said = request.query_params.get("page", "")
    number = int(said) if said.isascii() and said.isdecimal() and len(said) < 3 else 1
    return min(max(1, number), search.MOST_PAGES)


def _query(said: Asked, today: date) -> tuple[SearchQuery, str]:
    """What the form asks for, the last week if it says no days; and why it is not that, or ""."""
    citizen, person = (cleaned(name).strip() for name in (said.citizen, said.person))
    if max(len(citizen), len(person)) > LONGEST_SEARCH:
        return SearchQuery("", "", today - A_WEEK, today), TooLong.message
    week = SearchQuery(citizen, person, today - A_WEEK, today)
    if not said.first and not said.last:
        return week, ""
    try:
        first, last = to_day(said.first), to_day(said.last)
        if not first <= last or (last - first).days > MOST_DAYS:
            return week, WRONG_DAYS
    except ValueError:
        return week, WRONG_DAYS
    return SearchQuery(citizen, person, first, last), ""


async def show_extract(request: AppRequest) -> Response:
    """When a citizen's things were looked at and why, without anybody's name."""
    person, citizen, entries = await _extract(request, "read")
    context = {
        "citizen": citizen,
        "entries": entries[:MOST_IN_AN_EXTRACT],
        "is_cut": len(entries) > MOST_IN_AN_EXTRACT,
    }
    return await large_page(request, "oversight/extract.html", _frame(request, person), context)


async def export_extract(request: AppRequest) -> Response:
    """The same as a file for a spreadsheet."""
    _, _, entries = await _extract(request, "export")
    language = request.state.language
    rows = [[translate(column, language) for column in COLUMNS]]
    rows += [
        [each[name] for name in ("on", "time", "did", "why", "words")]
        for each in entries[:MOST_IN_AN_EXTRACT]
    ]
    name = f"haand-{today_of(request).isoformat()}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(as_csv(rows), headers=headers, media_type="text/csv")


async def _extract(request: AppRequest, kind: str) -> tuple[Person, Citizen, list[LogLine]]:
    """The officer, the citizen, and the lines; it is noted that they are shown. Raises NotFound."""
    person, citizen_id = await signed_in(request), request.path_params["citizen_id"]
    async with request.state.app.database.snapshot(beside=True) as tx:
        team_ids = await _scope(tx, person)
        citizen = await search.find_citizen(tx, team_ids, citizen_id)
        if citizen is not None:
            entries = await search.list_extract(tx, team_ids, citizen_id, request.state.language)
            about = await list_teams_of_citizens(tx, team_ids, [citizen_id])
        else:
            about = await list_teams_of_citizens(tx, None, [citizen_id])
    if citizen is None:
        if about:
            await record_access(
                request,
                person,
                AccessEvent(kind="refused", what="access_log", purpose="control", citizens=about),
            )
        raise NotFound
    await record_access(
        request, person, AccessEvent(kind=kind, what="access_log", purpose="control", citizens=about)
    )
    return person, citizen, entries


async def show_samples(request: AppRequest) -> Response:
    """What was drawn, and what came of it."""
    person = await signed_in(request)
    async with request.state.app.database.snapshot(beside=True) as tx:
        team_ids = await _scope(tx, person)
        samples = await list_samples(tx, team_ids, now_of(request), request.state.language)
        entries = [entry for sample in samples for entry in sample["entries"]]
        shown = {each["id"] for entry in entries for each in entry["citizens"]}
        about = await list_teams_of_citizens(tx, team_ids, shown)
    await record_access(
        request, person, AccessEvent(kind="read", what="access_log", purpose="control", citizens=about)
    )
    context = {"samples": samples, "is_empty": "none" in request.query_params}
    return await large_page(request, "oversight/samples.html", _frame(request, person), context)


async def do_draw(request: AppRequest) -> Response:
    """Draw ten of last month's."""
    person, now = await signed_in(request), now_of(request)

    async def draw(tx: Transaction) -> int:
        return await draw_sample(tx, await _scope(tx, person), person.id, now, request.state.app.new_id)

    drawn = await request.state.app.database.write(draw)
    return RedirectResponse("/access-log/samples" if drawn else "/access-log/samples?none", 303)


async def do_judge(request: AppRequest) -> Response:
    """Say of an entry that was drawn that it is right, or that it is to be followed up, in words then."""
    person, form = await signed_in(request), await read_form(request)
    entry_id, verdict, words = (
        form.get("entry_id", ""),
        form.get("verdict", ""),
        form.get("words", "").strip(),
    )

    async def judge(tx: Transaction) -> None:
        if not await is_sampled(tx, entry_id, await _scope(tx, person)):
            raise NotFound
        if verdict not in ("right", "follow_up"):
            raise NotAChoice
        check_words(words, verdict == "follow_up", LONGEST_VERDICT)
        await add_verdict(tx, entry_id, verdict, words, to_text(now_of(request)), person.id)

    await request.state.app.database.write(judge)
    return RedirectResponse(f"/access-log/samples#entry-{entry_id}", 303)


def _secret(request: AppRequest) -> bytes:
    return request.state.app.orders.secret_for(SECRET)


def _frame(request: AppRequest, person: Person) -> Context:
    """What every page of a data-protection officer is given."""
    leads = any(role.name == "leader" for role in person.roles)
    return {**plain_frame(request), "me": me_of(person), "leads": leads}


async def _scope(tx: Transaction, person: Person) -> frozenset[str]:
    """The teams for which somebody is the data-protection officer; raises NotFound if there are none."""
    team_ids = await team_ids_in_scope(tx, person, CONTROLLING)
    if not team_ids:
        raise NotFound
    return team_ids
