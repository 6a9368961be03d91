"""Knows the page on which a draft is written, and each thing that can be done there; knows no rule of a checklist."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.responses import RedirectResponse, Response

from pwa.checklists import draft_queries, queries
from pwa.checklists.draft_queries import Edit
from pwa.checklists.editing import drafts, edits, sentences
from pwa.checklists.editing.drafts import Opened, Outcome
from pwa.checklists.editing.findings import find
from pwa.checklists.editing.shown import ADDED, NAMES, steps_of
from pwa.checklists.mistakes import in_words
from pwa.checklists.pages.frame import checklist_id_of, frame_of, opened_by, organiser_of, say_to
from pwa.database import Transaction
from pwa.problems import NotAChoice, NotFound, TooLong
from pwa.templating.translation import translate
from pwa.web.headers import ALWAYS
from pwa.web.problem_responses import is_navigation
from pwa.web.request_body import read_form
from pwa.web.requests import AppRequest, number_in
from pwa.web.responses import Context, large_page
from pwa.words import Person, to_text

LONGEST = 20_000
WITH_A_PHONE = {
    "Content-Security-Policy": ALWAYS["Content-Security-Policy"].replace(
        "img-src", "frame-src 'self'; img-src"
    )
}
"""The phone beside the editor is a page of our own."""


@dataclass(slots=True)
class Said:
    """What the editor says after something was done: which step is open, and what came of it."""

    step_id: str = ""
    outcome: Outcome = field(default_factory=Outcome)
    in_the_way: Edit | None = None
    is_undone: bool = True
    others: list[Edit] = field(default_factory=list)


async def show_draft(request: AppRequest) -> Response:
    """The draft, with a step open if the address says so, and a phone beside it."""
    person = await organiser_of(request)
    async with request.state.app.database.snapshot() as tx:
        frame = await frame_of(tx, request, person)
        opened = await opened_by(tx, request, person)
        context = await _context(request, opened, Said(request.query_params.get("step", "")))
    response = await large_page(request, "checklists/draft.html", frame, context)
    response.headers.update(WITH_A_PHONE)
    return response


async def show_steps(request: AppRequest) -> Response:
    """The same without the phone and what is around it, for the page that is open: another step, or what others have written."""
    person = await organiser_of(request)
    async with request.state.app.database.snapshot() as tx:
        frame = await frame_of(tx, request, person)
        opened = await opened_by(tx, request, person)
        context = await _context(request, opened, Said(request.query_params.get("step", "")))
    return await large_page(request, "checklists/_editor.html", frame, context)


async def show_others(request: AppRequest) -> Response:
    """What others have done to the draft since it was drawn: a piece of its page."""
    person = await organiser_of(request)
    async with request.state.app.database.snapshot() as tx:
        opened = await opened_by(tx, request, person)
        others = await _others(opened, number_in(request, "seen"))
    context = {"others": _edits(request, others), "checklist_id": opened.draft.checklist_id}
    frame = {
        "seen": number_in(request, "seen"),
        "now": to_text(opened.now),
        "opened": request.query_params.get("step", ""),
    }
    return await large_page(request, "checklists/_others.html", frame, context)


Work = Callable[[Opened, Mapping[str, str], int, Said], Awaitable[None]]


async def _do(request: AppRequest, work: Work) -> Response:
    """Do something to the draft that a form says, and show it again."""
    person, form = await organiser_of(request), await read_form(request)
    if any(len(text) > LONGEST for text in form.values()):
        raise TooLong
    seen = int(form["seen"]) if form.get("seen", "").isdecimal() else 0

    async def do(tx: Transaction) -> Said:
        said = Said(form.get("step_id", ""))
        opened = await opened_by(tx, request, person)
        await work(opened, form, seen, said)
        said.others = await _others(opened, seen)
        return said

    said = await request.state.app.database.write(do)
    return await _again(request, person, said)


async def _again(request: AppRequest, person: Person, said: Said) -> Response:
    checklist_id = checklist_id_of(request)
    if is_navigation(request) and not said.outcome.differs and not said.outcome.lost:
        place = f"?step={said.step_id}#step-{said.step_id}" if said.step_id else ""
        return RedirectResponse(f"/checklists/{checklist_id}/draft{place}", 303)
    async with request.state.app.database.snapshot() as tx:
        frame = await frame_of(tx, request, person)
        opened = await opened_by(tx, request, person)
        context = await _context(request, opened, said)
    name = "checklists/draft.html" if is_navigation(request) else "checklists/_editor.html"
    response = await large_page(request, name, frame, context)
    response.headers.update(WITH_A_PHONE if is_navigation(request) else {})
    return response


async def do_add(request: AppRequest) -> Response:
    """A step more, of a kind, after the one that is open or last."""
    new_id = request.state.app.new_id

    async def work(opened: Opened, form: Mapping[str, str], _: int, said: Said) -> None:
        if form.get("kind") not in ADDED:
            raise NotAChoice
        said.step_id = f"p{new_id()[-12:]}"
        edits.add(opened.definition, form["kind"], form.get("after", ""), said.step_id)
        await drafts.change(opened, "added", edits.step_of(opened.definition, said.step_id))

    return await _do(request, work)


async def do_write(request: AppRequest) -> Response:
    """What a step says, as it is typed."""

    async def work(opened: Opened, form: Mapping[str, str], seen: int, said: Said) -> None:
        shown = set(form.get("names", "").split(",")) & set(edits.FIELDS)
        fields = {name: form.get(name, "") for name in shown}
        said.outcome = await drafts.write_step(opened, form.get("step_id", ""), fields, seen)

    return await _do(request, work)


async def do_write_condition(request: AppRequest) -> Response:
    """When a step is shown."""

    async def work(opened: Opened, form: Mapping[str, str], seen: int, said: Said) -> None:
        rows = [
            sentences.Row(form[f"asked-{n}"], form.get(f"operator-{n}", "="), form.get(f"value-{n}", ""))
            for n in range(sentences.MOST_ROWS)
            if form.get(f"asked-{n}") and form.get("without") != str(n)
        ]
        if form.get("more"):
            rows.append(sentences.Row(form["more"], "=", ""))
        tree = sentences.tree_of(sentences.Rows(form.get("joined", "and"), rows), opened.definition)
        if form.get("nothing"):
            tree = None
        said.in_the_way = await drafts.write_condition(opened, form.get("step_id", ""), tree, seen)

    return await _do(request, work)


async def do_move(request: AppRequest) -> Response:
    """A step elsewhere: by one, or where it was dragged to."""

    async def work(opened: Opened, form: Mapping[str, str], _: int, said: Said) -> None:
        step = edits.step_of(opened.definition, said.step_id)
        if step is None:
            raise NotFound
        if form.get("way") in edits.WAYS:
            edits.move(opened.definition, said.step_id, form["way"])
        elif form.get("where") in ("before", "after", "in"):
            edits.put(opened.definition, said.step_id, form["where"], form.get("other", ""))
        said.step_id = form.get("opened", said.step_id)
        await drafts.change(opened, "moved", step)

    return await _do(request, work)


async def do_remove(request: AppRequest) -> Response:
    """A step less; undoing brings it back."""

    async def work(opened: Opened, _: Mapping[str, str], __: int, said: Said) -> None:
        step = edits.step_of(opened.definition, said.step_id)
        edits.remove(opened.definition, said.step_id)
        said.step_id = ""
        await drafts.change(opened, "removed", step)

    return await _do(request, work)


async def do_undo(request: AppRequest) -> Response:
    """The last change is taken back, and the one before it the next time."""

    async def work(opened: Opened, form: Mapping[str, str], seen: int, said: Said) -> None:
        said.step_id = form.get("opened", "")
        said.is_undone = await drafts.undo(opened, seen)

    return await _do(request, work)


async def do_discard(request: AppRequest) -> Response:
    """The draft is thrown away. What was published stays."""
    person = await organiser_of(request)

    async def discard(tx: Transaction) -> bool:
        opened = await opened_by(tx, request, person)
        await draft_queries.close_draft(tx, opened.draft.checklist_id, to_text(opened.now))
        return await queries.get_newest_version(tx, opened.draft.checklist_id) > 0

    is_there = await request.state.app.database.write(discard)
    return RedirectResponse(f"/checklists/{checklist_id_of(request)}" if is_there else "/checklists", 303)


async def _others(opened: Opened, seen: int) -> list[Edit]:
    """What others have done since, the newest first; nothing where it is not known what was seen."""
    if not seen:
        return []
    since = await draft_queries.list_edits(opened.tx, opened.draft.checklist_id, seen)
    return [edit for edit in since if edit.by_id != opened.by.id]


def _edits(request: AppRequest, some: list[Edit]) -> list[dict[str, Any]]:
    """Each as it is read."""
    language = request.state.language
    return [
        {"number": each.number, "by": each.by, "at": each.at, "did": translate(edits.DID[each.did], language), "label": each.label}
        for each in some
    ]  # fmt: skip


async def _context(request: AppRequest, opened: Opened, said: Said) -> Context:
    """What the editor shows."""
    say, draft, findings = say_to(request), opened.draft, find(opened.definition)
    last = await draft_queries.get_edit(opened.tx, draft.checklist_id, draft.number)
    newest = await queries.get_newest_version(opened.tx, draft.checklist_id)
    whole = findings.get("", ())
    return {
        "checklist_id": draft.checklist_id,
        "name": draft.name,
        "version": newest + 1,
        "number": draft.number,
        "opened": said.step_id,
        "steps": steps_of(opened.definition, said.step_id, findings, say),
        "left": sum(len(some) for step_id, some in findings.items() if opened.definition["steps"] or step_id),
        "whole": [
            f"{each.place}: {say(each.message) % in_words(each.params, say)}".removeprefix(": ") for each in whole
        ],
        "added": [{"kind": kind, "word": say(NAMES[kind])} for kind in ADDED],
        "last": _edits(request, [last])[0] if last else None,
        "may_undo": last is not None and last.back_to is not None,
        "others": _edits(request, said.others),
        "differs": [
            {
                "name": each.name, "word": say(edits.DID[each.name]), "mine": each.mine, "theirs": each.theirs, "by": each.by,
                "at": each.at, "step_id": each.step_id,
            }
            for each in said.outcome.differs
        ],
        "lost": list(said.outcome.lost.values()),
        "in_the_way": _edits(request, [said.in_the_way])[0] if said.in_the_way else None,
        "is_undone": said.is_undone,
        "seen": draft.number,
    }  # fmt: skip
