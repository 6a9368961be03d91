"""Knows the organisers' pages on which a file of checklists is read, shown before anything is stored, and becomes a draft."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from starlette.responses import RedirectResponse, Response

from pwa.checklists.definition import MOST_BYTES as MOST_OF_A_DEFINITION
from pwa.checklists.definition import read_definition
from pwa.checklists.editing.drafts import LONGEST_NAME, begin, begin_new
from pwa.checklists.editing.edits import Definition, walk
from pwa.checklists.editing.shown import NAMES
from pwa.checklists.mistakes import WrongChecklist
from pwa.checklists.pages.frame import frame_of, organiser_of, say_to
from pwa.checklists.publishing import as_json
from pwa.checklists.ready_made import list_ready_made
from pwa.database import Transaction
from pwa.imports.read.checklists import Checklist, ChecklistFile, Defined
from pwa.imports.read.defined_checklists import read_any_checklists
from pwa.imports.read.limited import MOST_BYTES
from pwa.imports.read.mistakes import Mistake
from pwa.problems import NotFound
from pwa.web.problems import BrokenBody
from pwa.web.request_body import check_words, read_form
from pwa.web.requests import AppRequest, now_of
from pwa.web.responses import large_page, page
from pwa.web.uploads import read_upload

MOST_TOLD = 200
"""So many lines are told of each kind; the others are counted."""
AROUND = 10_000
"""What a form says beside its file."""


async def show_import(request: AppRequest) -> Response:
    """Where a file is chosen."""
    person = await organiser_of(request)
    async with request.state.app.database.snapshot() as tx:
        frame = await frame_of(tx, request, person)
    return page(request, "checklists/import.html", frame, {"read": None})


async def do_read(request: AppRequest) -> Response:
    """What of a file comes over and what does not, by row and name. Nothing is stored."""
    person = await organiser_of(request)
    file = await read_upload(request, MOST_BYTES + AROUND)
    read = await asyncio.to_thread(read_any_checklists, file.content, file.name)
    async with request.state.app.database.snapshot() as tx:
        frame = await frame_of(tx, request, person)
    return await large_page(
        request, "checklists/import.html", frame, {"read": _told(request, file.name, read)}
    )


async def do_accept(request: AppRequest) -> Response:
    """What was shown becomes a draft of this name. Raises NameTaken while there is a draft of it."""
    person, form = await organiser_of(request), await read_form(request, 3 * MOST_OF_A_DEFINITION)
    name = " ".join(form.get("name", "").split())
    check_words(name, are_needed=True, most=LONGEST_NAME)
    try:
        definition = as_json(read_definition(form.get("definition", "")))
    except WrongChecklist:
        raise BrokenBody from None

    async def accept(tx: Transaction) -> str:
        return await begin(tx, name, definition, person, now_of(request), "imported")

    return RedirectResponse(f"/checklists/{await request.state.app.database.write(accept)}/draft", 303)


async def do_begin_ready_made(request: AppRequest) -> Response:
    """A draft as one of our own checklists is. Raises NotFound, NameTaken."""
    person, form = await organiser_of(request), await read_form(request)
    file = next((each for each in list_ready_made() if each.stem == form.get("file")), None)
    if file is None:
        raise NotFound
    read = await asyncio.to_thread(read_any_checklists, file.read_bytes(), file.name)
    [row] = read.rows

    async def accept(tx: Transaction) -> str:
        return await begin_new(
            tx, row.checklist.number, _definition(row), person, now_of(request), "imported"
        )

    return RedirectResponse(f"/checklists/{await request.state.app.database.write(accept)}/draft", 303)


def _told(request: AppRequest, file_name: str, read: ChecklistFile[Checklist | Defined]) -> dict[str, Any]:
    """What the page says of a file."""
    return {
        "file": file_name,
        "left_out": _lines(request, read.errors),
        "small": _lines(request, read.warnings),
        "checklists": [_checklist(request, row) for row in read.rows],
    }


def _lines(request: AppRequest, mistakes: Sequence[Mistake]) -> dict[str, Any]:
    say = say_to(request)
    return {
        "lines": [each.words(say) for each in mistakes[:MOST_TOLD]],
        "more": max(0, len(mistakes) - MOST_TOLD),
    }


def _checklist(request: AppRequest, row: Checklist | Defined) -> dict[str, Any]:
    """A checklist of a file, and each of its steps with its place there."""
    definition, say = _definition(row), say_to(request)
    rows = {each.link: each.row for each in row.steps} if isinstance(row, Defined) else {}
    every = list(walk(definition["steps"]))
    return {
        "name": row.checklist.number,
        "definition": json.dumps(definition, ensure_ascii=False),
        "count": len(every),
        "steps": [
            {
                "id": step["id"],
                "row": rows.get(step.get("link") or step["id"]) or 0,
                "label": step["label"] or step.get("link") or step["id"],
                "kind_word": say(NAMES[step["kind"]]),
                "is_group": "steps" in step,
            }
            for step in every[:MOST_TOLD]
        ],
    }


def _definition(row: Checklist | Defined) -> Definition:
    """What a draft is: JSON in the shape of steps.py; of a plain list, who did it at each line."""
    if isinstance(row, Defined):
        return as_json(row.published.definition)
    return {"title": row.checklist.number, "steps": [{**asdict(step), "kind": "who"} for step in row.steps]}
