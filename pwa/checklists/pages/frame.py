"""Knows who may change checklists, and what each of their pages is given; knows no single page."""

from datetime import timedelta

from pwa.access.pages.authentication import signed_in
from pwa.access.pages.leader_frame import leader_frame
from pwa.checklists.editing.drafts import Opened, open_draft
from pwa.checklists.editing.sentences import Say
from pwa.database import Transaction
from pwa.problems import NotFound
from pwa.templating.translation import find_message
from pwa.web.requests import AppRequest, now_of, today_of
from pwa.web.responses import Context
from pwa.words import Person, is_id


async def organiser_of(request: AppRequest) -> Person:
    """Whoever asks, where it is an organiser: checklists are everybody's, whichever team it is in. Raises NotFound else."""
    person = await signed_in(request)
    if not any(role.name == "organiser" for role in person.roles):
        raise NotFound
    return person


def checklist_id_of(request: AppRequest) -> str:
    """Which checklist the address is about; raises NotFound if it can be none."""
    checklist_id: str = request.path_params["checklist_id"]
    if not is_id(checklist_id):
        raise NotFound
    return checklist_id


async def frame_of(tx: Transaction, request: AppRequest, person: Person) -> Context:
    """What every page is given."""
    return await leader_frame(tx, request, person)


async def opened_by(tx: Transaction, request: AppRequest, person: Person) -> Opened:
    """The draft that the address is about, to be written in. Raises NotFound."""
    return await open_draft(tx, checklist_id_of(request), person, now_of(request))


def say_to(request: AppRequest) -> Say:
    """Messages in the language of whoever asks, not yet filled in."""
    language = request.state.language
    return lambda message: find_message(message, language)


def tomorrow(request: AppRequest) -> str:
    """The day after this one in Denmark."""
    return (today_of(request) + timedelta(1)).isoformat()
