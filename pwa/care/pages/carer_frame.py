"""Knows what every page of a carer is given. Twin: service_worker/pages/find_page.js."""

from pwa.care.documents.attention import MOST_ATTENTION
from pwa.care.documents.half_written import half_written, unsent
from pwa.care.queries.drafts import list_drafts
from pwa.care.queries.held import count_unread_attention
from pwa.database import Transaction
from pwa.web.requests import AppRequest, now_of
from pwa.web.responses import Context, me_of, plain_frame
from pwa.words import Person, to_text

NO_FIELDS: Context = {"drafts": {}, "draft_ids": {}, "draft_over": {}, "draft_seen": {}, "keeps": False}
"""The server keeps nothing while it is typed, and the page says so."""


async def carer_frame(tx: Transaction, request: AppRequest, carer: Person) -> Context:
    """What every page of a carer is given, by the server and by the service worker alike.

    On the server nothing waits, and the server was heard just now.
    """
    drafts = unsent(await list_drafts(tx, carer.id))
    state = {
        "waiting": 0,
        "drafts": len(drafts),
        "undelivered": 0,
        "attention": await count_unread_attention(tx, carer.id, MOST_ATTENTION),
        "heard_at": to_text(now_of(request)),
        "plan_from": None,
        "silent_from": None,
        "oldest_at": None,
        "others": 0,
    }
    lockable = bool(request.state.app.settings.slots)
    return {
        **plain_frame(request), **NO_FIELDS,
        "me": me_of(carer), "state": state, "half_written": half_written(drafts), "refused": {}, "unsent_photos": [], "lockable": lockable,
        # The phone's worker has not said yet how its vault stands; its own pages wait for nothing.
        "awaits_worker": lockable,
    }  # fmt: skip
