"""Knows the list of all checklists, and how one is begun; knows not how one is written."""

import json

from starlette.responses import RedirectResponse, Response

from pwa.checklists import draft_queries, queries
from pwa.checklists.draft_queries import Edit
from pwa.checklists.editing.drafts import LONGEST_NAME, begin_new, begin_next
from pwa.checklists.editing.edits import DID, walk
from pwa.checklists.pages.frame import checklist_id_of, frame_of, organiser_of
from pwa.checklists.queries import Version, version_on
from pwa.checklists.ready_made import list_ready_made
from pwa.checklists.usage_queries import list_used
from pwa.database import Transaction
from pwa.logs import log
from pwa.templating.translation import translate
from pwa.web.request_body import check_words, read_form
from pwa.web.requests import AppRequest, now_of, today_of
from pwa.web.responses import Context, large_page
from pwa.words import to_text


async def show_checklists(request: AppRequest) -> Response:
    """Every checklist with the version in force, how many visits have it, and what is being written."""
    person, today = await organiser_of(request), today_of(request).isoformat()
    async with request.state.app.database.snapshot(beside=True) as tx:
        frame = await frame_of(tx, request, person)
        versions = await queries.list_versions(tx)
        retired = await draft_queries.list_retired(tx)
        used = await list_used(tx, today)
        drafts = await draft_queries.list_open_drafts(tx)
        last = await draft_queries.list_last_edits(tx)
    visits: dict[tuple[str, int], int] = {(each.name, each.version): each.visits for each in used}
    by_id: dict[str, list[Version]] = {}
    for version in versions:
        by_id.setdefault(version.id, []).append(version)
    written = {draft.checklist_id: draft for draft in drafts}
    rows = [
        {
            "id": id,
            "name": some[-1].name,
            "version": version_on(some, today).version,
            "later": [
                {"version": each.version, "on": each.starts_on} for each in some if (each.starts_on or "") > today
            ],
            "visits": sum(visits.get((each.name, each.version), 0) for each in some),
            "is_retired": id in retired,
            "draft": _last(request, last.get(id)) if id in written else None,
        }
        for id, some in by_id.items()
    ]  # fmt: skip
    begun = [
        {
            "id": draft.checklist_id,
            "name": draft.name,
            "count": sum(1 for _ in walk(json.loads(draft.definition)["steps"])),
            **(_last(request, last.get(draft.checklist_id)) or {"by": "", "at": "", "did": ""}),
        }
        for draft in drafts
        if draft.checklist_id not in by_id
    ]
    rows.sort(key=lambda row: str(row["name"]).casefold())
    context = {
        "checklists": [row for row in rows if not row["is_retired"]],
        "retired": [row for row in rows if row["is_retired"]],
        "begun": begun,
        "ready_made": [
            {"file": each.stem, "name": _name_of(each.read_text("utf-8"))} for each in list_ready_made()
        ],
    }
    return await large_page(request, "checklists/overview.html", frame, context)


def _name_of(text: str) -> str:
    """What a ready-made list calls itself in its first line."""
    return text.partition("\n")[0].partition(":")[2].strip(" \ufeff\r;")


def _last(request: AppRequest, edit: Edit | None) -> Context | None:
    """Who wrote in a draft last, and when."""
    if edit is None:
        return None
    return {"by": edit.by, "at": edit.at, "did": translate(DID[edit.did], request.state.language)}


async def do_begin(request: AppRequest) -> Response:
    """Begin a new checklist of this name. Raises NameTaken, NothingWritten, TooLong."""
    person, form = await organiser_of(request), await read_form(request)
    name = " ".join(form.get("name", "").split())
    check_words(name, are_needed=True, most=LONGEST_NAME)

    async def begin(tx: Transaction) -> str:
        return await begin_new(tx, name, {"title": name, "steps": []}, person, now_of(request))

    return RedirectResponse(f"/checklists/{await request.state.app.database.write(begin)}/draft", 303)


async def do_begin_next(request: AppRequest) -> Response:
    """Begin the next version of a checklist, or go on with it. Raises NotFound."""
    person, checklist_id = await organiser_of(request), checklist_id_of(request)

    async def begin(tx: Transaction) -> None:
        await begin_next(tx, checklist_id, person, now_of(request))

    await request.state.app.database.write(begin)
    return RedirectResponse(f"/checklists/{checklist_id}/draft", 303)


async def do_retire(request: AppRequest) -> Response:
    """A checklist is not to be used any more; plans that name it are told so."""
    person, checklist_id = await organiser_of(request), checklist_id_of(request)

    async def retire(tx: Transaction) -> None:
        await queries.require_checklist(tx, checklist_id)
        await draft_queries.set_retired(tx, checklist_id, to_text(now_of(request)), person.id)

    await request.state.app.database.write(retire)
    log.info("a checklist was retired", checklist=checklist_id, by=person.id)
    return RedirectResponse(f"/checklists/{checklist_id}", 303)


async def do_bring_back(request: AppRequest) -> Response:
    """A checklist that was retired is to be used again."""
    person, checklist_id = await organiser_of(request), checklist_id_of(request)

    async def bring_back(tx: Transaction) -> None:
        await queries.require_checklist(tx, checklist_id)
        await draft_queries.bring_back(tx, checklist_id)

    await request.state.app.database.write(bring_back)
    log.info("a checklist was brought back", checklist=checklist_id, by=person.id)
    return RedirectResponse(f"/checklists/{checklist_id}", 303)
