"""Knows what phones are told about their vaults, and where the worker's own addresses lead without a worker.

A vault lives on a phone, and only the service worker opens it: what is here never sees a PIN or a key.
"""

from starlette.responses import RedirectResponse, Response

from pwa.pages.requests import AppRequest
from pwa.pages.wire import SealTo, VaultAnswer


async def show_vault(request: AppRequest) -> Response:
    """How phones lock what they carry here, and the key they seal to. Nothing personal, so for everybody."""
    settings, key = request.state.app.settings, request.state.app.sealing.current
    answer = VaultAnswer(
        slots=settings.slots,
        lock_minutes=settings.lock_minutes,
        hours=settings.vault_hours,
        seal_to=SealTo(id=key.id.hex(), public=key.public_text),
        order_keys=[request.state.app.orders.public_text],
    )
    return Response(answer.model_dump_json(), media_type="application/json")


async def show_unlock(_: AppRequest) -> Response:
    """The page that opens a vault is the worker's. A browser without one carries nothing that is locked."""
    return RedirectResponse("/", 303)


async def do_lock(_: AppRequest) -> Response:
    """The same."""
    return RedirectResponse("/", 303)
