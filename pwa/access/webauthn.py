"""Knows WebAuthn Level 3 through py_webauthn: what a browser is asked, and whether its answer holds; knows no people.

Everything from a browser is a JSON object as `PublicKeyCredential.toJSON()` makes it, less what is secret.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from cryptography.hazmat.primitives.asymmetric import ec
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.cose import COSEAlgorithmIdentifier as Algorithm
from webauthn.helpers.structs import (
    AttestationFormat,
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

WebAuthnJson = dict[str, Any]

NAME = "Hånd"
MILLISECONDS = 300_000
"""How long a person has; Level 3 recommends five minutes."""
ALGORITHMS = (Algorithm.ECDSA_SHA_256, Algorithm.EDDSA, Algorithm.RSASSA_PKCS1_v1_5_SHA_256)
ID = re.compile(r"[A-Za-z0-9_-]{1,1364}")
"""At most 1023 bytes (WebAuthn §4, Credential ID), in base64url."""
TRANSPORTS = frozenset({"ble", "cable", "hybrid", "internal", "nfc", "smart-card", "usb"})


class InvalidCredential(Exception):
    """What the browser answered does not hold. The reason is for us, never for whoever answered."""


class KeyMaterial(Exception):
    """The answer has an output in it that keys are made of, and that must never leave the phone."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What has to be so. Only the standard's own test vectors are let through with less than the defaults."""

    rp_id: str
    origin: str
    is_verified: bool = True
    is_embedded: bool = False
    algorithms: tuple[Algorithm, ...] = ALGORITHMS
    roots: Mapping[AttestationFormat, list[bytes]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Made:
    """A new passkey's public half; `id` in base64url."""

    id: str
    public_key: bytes
    sign_count: int
    transports: tuple[str, ...]


def ask_to_make(
    rules: Rules, challenge: bytes, handle: bytes, person_name: str, known: Iterable[str]
) -> WebAuthnJson:
    """Creation options as JSON (WebAuthn §5.4): one that needs no user name, made by a person who is verified.

    `known` are the ids of the passkeys that this person has; no authenticator makes a second one.
    """
    options = generate_registration_options(
        rp_id=rules.rp_id,
        rp_name=NAME,
        user_id=handle,
        user_name=person_name,
        challenge=challenge,
        timeout=MILLISECONDS,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=base64url_to_bytes(each)) for each in known],
        supported_pub_key_algs=list(rules.algorithms),
    )
    # Asked for here, a passkey can open what lies on the phone later; which key comes of it nobody else is told.
    return _as_json(options) | {"extensions": {"credProps": True, "prf": {}}}


def ask_to_use(rules: Rules, challenge: bytes, allowed: Iterable[str] = ()) -> WebAuthnJson:
    """Request options as JSON (WebAuthn §5.5), for one of these passkeys, or for any that the phone has."""
    options = generate_authentication_options(
        rp_id=rules.rp_id,
        challenge=challenge,
        timeout=MILLISECONDS,
        allow_credentials=[PublicKeyCredentialDescriptor(id=base64url_to_bytes(each)) for each in allowed],
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return _as_json(options)


def text_of(raw: bytes) -> str:
    """Bytes as WebAuthn's JSON writes them: base64url without padding."""
    return bytes_to_base64url(raw)


def bytes_of(text: str) -> bytes:
    """The bytes that were written; of what is no base64url anything, or ValueError."""
    return base64url_to_bytes(text)


def make_stand_in() -> bytes:
    """A public key that nobody has the other half of: what the answer of an unknown passkey is held against.

    So that it takes as long to find out that a passkey is unknown as that its answer does not hold.
    """
    point = ec.generate_private_key(ec.SECP256R1()).public_key().public_numbers()
    x, y = (number.to_bytes(32, "big") for number in (point.x, point.y))
    # A COSE key (RFC 9053 §7.1.1): {kty: EC2, alg: ES256, crv: P-256, x, y}
    return b"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20" + x + b"\x22\x58\x20" + y


def _as_json(options: Any) -> WebAuthnJson:
    return cast(WebAuthnJson, json.loads(options_to_json(options)))


def check_made(credential: WebAuthnJson, challenge: bytes, rules: Rules) -> Made:
    """The passkey that was made (WebAuthn §7.1). Raises InvalidCredential, KeyMaterial."""
    check_no_key_material(credential)
    try:
        made = verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=rules.rp_id,
            expected_origin=rules.origin,
            require_user_verification=rules.is_verified,
            supported_pub_key_algs=list(rules.algorithms),
            pem_root_certs_bytes_by_fmt=rules.roots,
        )
        _check_not_embedded(credential, rules)
        transports = credential["response"].get("transports") or ()
        known = tuple(sorted(TRANSPORTS.intersection(transports)))
        return Made(
            bytes_to_base64url(made.credential_id), made.credential_public_key, made.sign_count, known
        )
    except Exception as reason:
        # The library meets whatever a stranger sends with whatever exception comes of it.
        raise InvalidCredential(str(reason)) from reason


def check_used(credential: WebAuthnJson, challenge: bytes, rules: Rules, public_key: bytes) -> int:
    """The counter that came with a good signature (WebAuthn §7.2). Raises InvalidCredential, KeyMaterial.

    Whether the counter is a good one is not for here: it is one, or it is always 0.
    """
    check_no_key_material(credential)
    try:
        used = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=rules.rp_id,
            expected_origin=rules.origin,
            credential_public_key=public_key,
            credential_current_sign_count=0,
            require_user_verification=rules.is_verified,
        )
        _check_not_embedded(credential, rules)
    except Exception as reason:
        raise InvalidCredential(str(reason)) from reason
    return used.new_sign_count


def went_on(before: int, now: int) -> bool:
    """Whether a counter is one that its only authenticator can show: always 0, or more than before."""
    return now > before or now == before == 0


def id_of(credential: WebAuthnJson) -> str:
    """The id that an answer names; "" if it is none that a passkey can have."""
    said = credential.get("id")
    return said if isinstance(said, str) and ID.fullmatch(said) else ""


def check_no_key_material(credential: WebAuthnJson) -> None:
    """Raises KeyMaterial if an output of the PRF, hmac-secret or large-blob extension was sent along."""
    outputs = credential.get("clientExtensionResults")
    if not isinstance(outputs, dict):
        return
    prf, blob = outputs.get("prf"), outputs.get("largeBlob")
    if isinstance(prf, dict) and prf.keys() - {"enabled"}:
        raise KeyMaterial
    if "hmacGetSecret" in outputs or (isinstance(blob, dict) and "blob" in blob):
        raise KeyMaterial


def _check_not_embedded(credential: WebAuthnJson, rules: Rules) -> None:
    """Our pages are never in a frame (frame-ancestors), so nothing is made or used in one (§7.1 step 9)."""
    client = json.loads(base64url_to_bytes(credential["response"]["clientDataJSON"]))
    if client.get("crossOrigin") and not rules.is_embedded:
        raise InvalidCredential("made or used in a frame of another site")
