"""Knows the page about oneself; knows nothing of how somebody got in."""

from starlette.responses import Response

from pwa.access.documents.person import person_document
from pwa.access.pages.authentication import signed_in
from pwa.care.pages.carer_frame import carer_frame
from pwa.database import Transaction
from pwa.templating.translation import LANGUAGES
from pwa.web.requests import AppRequest
from pwa.web.responses import Context, page
from pwa.words import Person


async def show_me(request: AppRequest) -> Response:
    """Who one is, in which language, and the way out."""
    person = await signed_in(request)
    async with request.state.app.database.snapshot() as tx:
        frame = await carer_frame(tx, request, person)
        context = await me_context(tx, person)
    return page(request, "carer/me.html", frame, context)


async def me_context(tx: Transaction, person: Person) -> Context:
    """What the page and its fragment are given."""
    document = await person_document(tx, person)
    languages = [{"code": code, "name": name} for code, name in LANGUAGES.items()]
    return {"languages": languages, "teams": document["teams"]}
