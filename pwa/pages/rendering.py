"""Knows what every page and fragment is given; knows nothing of what a single one shows."""

from collections.abc import Mapping

from starlette.responses import HTMLResponse

from pwa.database import Transaction
from pwa.documents.attention import held_since
from pwa.pages.requests import AppRequest, now_of, today_of
from pwa.problems import N_
from pwa.queries.held import count_held
from pwa.queries.log_of_changes import count_unread_attention
from pwa.queries.people import team_ids_in_scope
from pwa.render import render, translate
from pwa.words import Person, to_text

Context = Mapping[str, object]
WITH_THE_MUNICIPALITY = N_("Sign in with the municipality")


def page(request: AppRequest, name: str, *contexts: Context, status: int = 200) -> HTMLResponse:
    """A page or a fragment, given everything of these contexts."""
    whole = {key: value for context in contexts for key, value in context.items()}
    return HTMLResponse(render(name, whole, request.state.language), status)


def fragment(request: AppRequest, name: str, *contexts: Context) -> HTMLResponse:
    """What answers a tap of a carer's: the piece that shows it, and the sign at the top."""
    whole = {key: value for context in contexts for key, value in context.items()}
    pieces = (render(each, whole, request.state.language) for each in (name, "carer/_and_state.html"))
    return HTMLResponse("".join(pieces))


def plain_frame(request: AppRequest) -> Context:
    """What any page is given."""
    return {
        "build": request.state.app.build.hash,
        "language": request.state.language,
        "path": request.url.path,
        "now": to_text(now_of(request)),
        "today": today_of(request).isoformat(),
    }


def name_of(request: AppRequest) -> str:
    """What the button of single sign-on says; "" when there is none."""
    provider = request.state.app.provider
    if provider is None:
        return ""
    return provider.settings.oidc_name or translate(WITH_THE_MUNICIPALITY, request.state.language)


async def carer_frame(tx: Transaction, request: AppRequest, carer: Person) -> Context:
    """What every page of a carer is given, by the server and by the service worker alike.

    On the server nothing waits, and the server was heard just now.
    """
    state = {
        "waiting": 0,
        "attention": await count_unread_attention(tx, carer.id),
        "heard_at": to_text(now_of(request)),
        "oldest_at": None,
    }
    lockable = bool(request.state.app.settings.slots)
    return {**plain_frame(request), "me": _me(carer), "state": state, "drafts": {}, "lockable": lockable}


async def leader_frame(tx: Transaction, request: AppRequest, person: Person) -> Context:
    """What every page of those who answer for others is given: the doors that are theirs, and what needs a look."""
    names = {role.name for role in person.roles}
    team_ids = await team_ids_in_scope(tx, person, ("leader", "organiser"))
    held = await count_held(tx, team_ids, held_since(today_of(request)))
    return {
        **plain_frame(request),
        "me": _me(person),
        "leads": "leader" in names,
        "looks": bool(names & {"leader", "organiser"}),
        "controls": "dpo" in names,
        "maps": request.state.app.provider is not None and "administrator" in names,
        "held_total": held,
    }


def control_frame(request: AppRequest, person: Person) -> Context:
    """What every page of a data-protection officer is given."""
    leads = any(role.name == "leader" for role in person.roles)
    return {**plain_frame(request), "me": _me(person), "leads": leads}


def _me(person: Person) -> dict[str, str]:
    return {"id": person.id, "name": person.name}
