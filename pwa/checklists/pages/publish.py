"""Knows the pages of a checklist's versions: which are in force and on phones, how two differ, and how a draft is published."""

from datetime import date, timedelta

from starlette.responses import RedirectResponse, Response

from pwa.checklists import draft_queries, queries
from pwa.checklists.editing.differences import compare
from pwa.checklists.editing.drafts import definition_of, put_out
from pwa.checklists.editing.edits import walk
from pwa.checklists.editing.findings import find
from pwa.checklists.mistakes import WrongChecklist
from pwa.checklists.pages.frame import checklist_id_of, frame_of, opened_by, organiser_of, say_to, tomorrow
from pwa.checklists.queries import version_on
from pwa.checklists.usage_queries import count_phones, list_used
from pwa.database import Transaction
from pwa.logs import log
from pwa.problems import NotFound, Problem
from pwa.web.request_body import read_form
from pwa.web.requests import AppRequest, number_in, today_of
from pwa.web.responses import large_page
from pwa.words import N_, to_day

FARTHEST = timedelta(366)
DAYS_BACK, DAYS_AHEAD = 1, 2
"""The days whose visits phones have."""


class NotADayToBegin(Problem):
    """A version can begin today or later, and within a year."""

    status = 422
    title = N_("Not a day to begin on")
    message = N_("Choose today or a later day, at most a year ahead.")


class NotReady(Problem):
    """Something in the draft is to be mended first."""

    status = 409
    title = N_("Not ready yet")
    message = N_("Something is to be mended first. It stands at the steps.")


async def show_checklist(request: AppRequest) -> Response:
    """Every version of a checklist, the newest first: since when, by how many visits, on how many phones."""
    person, checklist_id, today = await organiser_of(request), checklist_id_of(request), today_of(request)
    async with request.state.app.database.snapshot(beside=True) as tx:
        frame = await frame_of(tx, request, person)
        versions = await queries.list_versions_of(tx, checklist_id)
        if not versions:
            raise NotFound
        retired = await draft_queries.list_retired(tx)
        draft = await draft_queries.get_draft(tx, checklist_id)
        used = {(each.name, each.version): each.visits for each in await list_used(tx, today.isoformat())}
        first, last = today - timedelta(DAYS_BACK), today + timedelta(DAYS_AHEAD)
        rows = []
        for row in reversed(versions):
            key = row.version.name, row.version.version
            phones = await count_phones(tx, *key, first.isoformat(), last.isoformat())
            rows.append(
                {
                    "version": row.version.version, "starts_on": row.version.starts_on, "by": row.by, "at": row.at,
                    "visits": used.get(key, 0), "phones": phones.phones, "lacking": phones.phones - phones.have_it,
                }
            )  # fmt: skip
    in_force = version_on([each.version for each in versions], today.isoformat())
    context = {
        "checklist_id": checklist_id,
        "name": versions[-1].version.name,
        "versions": rows,
        "in_force": in_force.version,
        "newest": versions[-1].version.version,
        "is_retired": checklist_id in retired,
        "has_draft": draft is not None and draft.closed_at is None,
    }
    return await large_page(request, "checklists/versions.html", frame, context)


async def show_difference(request: AppRequest) -> Response:
    """How two versions differ; without numbers the newest and the one before it."""
    person, checklist_id = await organiser_of(request), checklist_id_of(request)
    async with request.state.app.database.snapshot(beside=True) as tx:
        frame = await frame_of(tx, request, person)
        versions = {
            row.version.version: row.version for row in await queries.list_versions_of(tx, checklist_id)
        }
        if not versions:
            raise NotFound
        newer = versions.get(number_in(request, "to"), versions[max(versions)])
        before = [number for number in versions if number < newer.version]
        older = versions.get(number_in(request, "from"), versions[max(before, default=newer.version)])
        texts = await definition_of(tx, older), await definition_of(tx, newer)
    context = {
        "checklist_id": checklist_id,
        "name": newer.name,
        "older": older.version,
        "newer": newer.version,
        "numbers": sorted(versions),
        "differing": [
            {
                "how": each.how,
                "label": each.label or "…",
                "changes": [change._asdict() for change in each.changes],
            }
            for each in compare(*texts, say_to(request))
        ],
    }
    return await large_page(request, "checklists/compare.html", frame, context)


async def show_publish(request: AppRequest) -> Response:
    """What is to be mended in a draft, or what it changes and from which day."""
    person = await organiser_of(request)
    async with request.state.app.database.snapshot() as tx:
        frame = await frame_of(tx, request, person)
        opened = await opened_by(tx, request, person)
        newest = (await queries.list_newest(tx)).get(opened.draft.checklist_id)
        before = await definition_of(tx, newest) if newest else None
    findings = find(opened.definition)
    say = say_to(request)
    labels = {step["id"]: step["label"] for step in walk(opened.definition["steps"])}
    context = {
        "checklist_id": opened.draft.checklist_id,
        "name": opened.draft.name,
        "version": (newest.version if newest else 0) + 1,
        "is_first": newest is None,
        "seen": opened.draft.number,
        "first_day": tomorrow(request),
        "to_mend": [
            {"step_id": step_id, "label": labels.get(step_id, "") or "…", "words": mistake.words(say)}
            for step_id, some in findings.items()
            for mistake in some
        ],
        "differing": [
            {"how": each.how, "label": each.label or "…", "changes": [change._asdict() for change in each.changes]}
            for each in (compare(before, opened.definition, say) if before else ())
        ],
    }  # fmt: skip
    return await large_page(request, "checklists/publish.html", frame, context)


async def do_publish(request: AppRequest) -> Response:
    """The draft is the next version, from a day on. Raises NotADayToBegin, NotReady."""
    person, form, checklist_id = (
        await organiser_of(request),
        await read_form(request),
        checklist_id_of(request),
    )
    starts_on = _day_of(form.get("starts_on", ""), today_of(request))

    async def publish(tx: Transaction) -> int:
        opened = await opened_by(tx, request, person)
        if find(opened.definition):
            raise NotReady
        try:
            return await put_out(opened, starts_on)
        except WrongChecklist:
            raise NotReady from None

    version = await request.state.app.database.write(publish)
    log.info("a checklist was published", checklist=checklist_id, version=version, by=person.id)
    return RedirectResponse(f"/checklists/{checklist_id}#version-{version}", 303)


def _day_of(said: str, today: date) -> str:
    try:
        day = to_day(said)
    except ValueError:
        raise NotADayToBegin from None
    if not today <= day <= today + FARTHEST:
        raise NotADayToBegin
    return day.isoformat()
