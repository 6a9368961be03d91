"""Knows what every page and fragment is given; knows nothing of what a single one shows."""

import asyncio
from collections.abc import Mapping

from starlette.responses import HTMLResponse, Response

from pwa.templating.render import render
from pwa.web.requests import AppRequest, now_of, today_of
from pwa.words import Person, to_text

Context = Mapping[str, object]


def page(request: AppRequest, name: str, *contexts: Context, status: int = 200) -> HTMLResponse:
    """A page or a fragment, given everything of these contexts."""
    whole = {key: value for context in contexts for key, value in context.items()}
    # A carer's page says whose it is before it is shown: the phone may have to be unlocked first.
    me = whole.get("me") if name.startswith("carer/") else None
    headers = {"Haand-Person": str(me["id"])} if isinstance(me, dict) else None
    return HTMLResponse(render(name, whole, request.state.language), status, headers)


async def large_page(request: AppRequest, name: str, *contexts: Context, status: int = 200) -> HTMLResponse:
    """The same of a page that may be large: drawn beside the event loop, so that nobody else waits for it."""
    return await asyncio.to_thread(page, request, name, *contexts, status=status)


def fragment(request: AppRequest, name: str, target: str, *contexts: Context, done: str = "") -> HTMLResponse:
    """What answers a tap of a carer's, wherever the page has aimed its answer: what is shown anew, and the sign at the top.

    `target` is the id of its element; `done` is the change's name, where it is one: what came of it is said.
    """
    whole = {"done": done} | {key: value for context in contexts for key, value in context.items()}
    pieces = (render(each, whole, request.state.language) for each in (name, "carer/_and_state.html"))
    return HTMLResponse("".join(pieces), headers={"HX-Retarget": f"#{target}", "HX-Reswap": "outerMorph"})


def load_anew() -> Response:
    """What answers a page that asked for a part of itself, and is to be loaded anew as a whole."""
    return Response(status_code=204, headers={"HX-Refresh": "true"})


def plain_frame(request: AppRequest) -> Context:
    """What any page is given."""
    return {
        "build": request.state.app.build.hash,
        "language": request.state.language,
        "path": request.url.path,
        "now": to_text(now_of(request)),
        "today": today_of(request).isoformat(),
    }


def me_of(person: Person) -> dict[str, str]:
    """Who is shown as the one whose page it is."""
    return {"id": person.id, "name": person.name}
