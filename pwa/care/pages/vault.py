"""Knows what phones are told about their vaults, and where the worker's own addresses lead without a worker.

A vault lives on a phone, and only the service worker opens it: what is here never sees a PIN or a key.
"""

from contextlib import suppress

from pydantic import Field
from starlette.responses import RedirectResponse, Response

from pwa.access.pages.authentication import signed_in
from pwa.config import SlotKind
from pwa.problems import NotSignedIn
from pwa.web.requests import AppRequest
from pwa.web.schemas import Strict


class SealTo(Strict):
    """The public key that waiting changes are sealed to (HPKE: P-256, HKDF-SHA256, AES-256-GCM)."""

    id: str = Field(pattern=r"^[0-9a-f]{16}$", description="The beginning of the key's SHA-256.")
    public: str = Field(description="The point, 65 bytes in base64.")


class CodeForm(Strict):
    """The form of a code that a carer chooses; one that was chosen before stays as it is."""

    length: int = Field(ge=6, le=12, description="How many digits; with letters, how many signs at least.")
    letters: bool = Field(description="Whether it has letters, too.")


class VaultAnswer(Strict):
    """How this installation wants phones to lock what they carry."""

    slots: list[SlotKind] = Field(
        description="What may open a vault, the best first. Empty: phones keep no vault."
    )
    code: CodeForm
    lock_minutes: int = Field(ge=1, description="So long without touch, and the vault is locked.")
    hours: int = Field(ge=1, description="So long without contact, and what the vault holds is given up.")
    seal_to: SealTo
    order_keys: list[str] = Field(
        description="What signs orders to phones (ECDSA, P-256): points, 65 bytes in base64."
    )


async def show_vault(request: AppRequest) -> Response:
    """How phones lock what they carry here, and the key they seal to. Nothing personal, so for everybody."""
    settings, key = request.state.app.settings, request.state.app.sealing.current
    answer = VaultAnswer(
        slots=settings.slots,
        code=CodeForm(length=settings.code_length, letters=settings.code_letters),
        lock_minutes=settings.lock_minutes,
        hours=settings.vault_hours,
        seal_to=SealTo(id=key.id.hex(), public=key.public_text),
        order_keys=[request.state.app.orders.public_text],
    )
    return Response(answer.model_dump_json(), media_type="application/json")


async def show_unlock(request: AppRequest) -> Response:
    """The page that opens a vault is the worker's. A browser without one carries nothing that is locked.

    Raises VaultClosed on a phone that has a vault: its worker was gone round, and is led back to.
    """
    with suppress(NotSignedIn):
        await signed_in(request)
    return RedirectResponse("/", 303)


async def do_lock(_: AppRequest) -> Response:
    """The same."""
    return RedirectResponse("/", 303)
