"""A phone's authenticator in Python, for tests without a browser: makes passkeys, and answers with them.

It speaks WebAuthn's JSON on both sides, as `parse...FromJSON` and `toJSON` do in a browser, and lies where a test tells
it to. Each attribute is something that a test may change.
"""

import hmac
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

Json = dict[str, Any]

# The flags of authenticator data (WebAuthn §6.1)
PRESENT, VERIFIED, HAS_CREDENTIAL = 0x01, 0x04, 0x40


def text_of(raw: bytes) -> str:
    """Base64url without padding."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def bytes_of(text: str) -> bytes:
    """What was written."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Passkey:
    """One that lies in the authenticator, with its secrets."""

    rp_id: str
    handle: bytes
    id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    prf_key: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    count: int = 0

    def public_key(self) -> bytes:
        """As COSE writes it (RFC 9053 §7.1.1)."""
        numbers = self.key.public_key().public_numbers()
        x, y = numbers.x.to_bytes(32, "big"), numbers.y.to_bytes(32, "big")
        return b"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20" + x + b"\x22\x58\x20" + y


@dataclass
class Authenticator:
    """Somebody's phone, on a page of `origin`."""

    origin: str
    is_verified: bool = True
    counts: bool = False
    is_embedded: bool = False
    gives_prf: bool = False
    passkeys: list[Passkey] = field(default_factory=list)

    def make(self, options: Json) -> Json:
        """A new passkey, as `PublicKeyCredential.toJSON()` tells of it."""
        made = Passkey(options["rp"]["id"], bytes_of(options["user"]["id"]))
        known = {each["id"] for each in options.get("excludeCredentials", [])}
        assert not known & {text_of(each.id) for each in self.passkeys}, "InvalidStateError"
        self.passkeys.append(made)
        length = len(made.id).to_bytes(2, "big")
        data = self._data(made, HAS_CREDENTIAL) + bytes(16) + length + made.id + made.public_key()
        response = {
            "clientDataJSON": text_of(self._client("webauthn.create", options["challenge"])),
            "attestationObject": text_of(_attestation(data)),
            "transports": ["internal", "hybrid"],
        }
        return self._credential(made, response, {"credProps": {"rk": True}, "prf": {"enabled": True}})

    def use(self, options: Json, which: int = -1) -> Json:
        """The answer of a passkey to a challenge; the newest that fits, or another."""
        allowed = {each["id"] for each in options.get("allowCredentials", [])}
        fitting = [each for each in self.passkeys if not allowed or text_of(each.id) in allowed]
        used = fitting[which]
        used.count += self.counts
        data = self._data(used)
        client = self._client("webauthn.get", options["challenge"])
        signature = used.key.sign(data + sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        response = {
            "clientDataJSON": text_of(client),
            "authenticatorData": text_of(data),
            "signature": text_of(signature),
            "userHandle": text_of(used.handle),
        }
        return self._credential(used, response, {})

    def _data(self, passkey: Passkey, flags: int = 0) -> bytes:
        flags |= PRESENT | (VERIFIED if self.is_verified else 0)
        return sha256(passkey.rp_id.encode()).digest() + bytes([flags]) + passkey.count.to_bytes(4, "big")

    def _client(self, kind: str, challenge: str) -> bytes:
        client = {"type": kind, "challenge": challenge, "origin": self.origin}
        return json.dumps(client | {"crossOrigin": self.is_embedded}).encode()

    def _credential(self, passkey: Passkey, response: Json, outputs: Json) -> Json:
        if self.gives_prf:
            output = hmac.digest(passkey.prf_key, sha256(b"WebAuthn PRF\0vault").digest(), "sha256")
            outputs = outputs | {"prf": {"enabled": True, "results": {"first": text_of(output)}}}
        return {
            "id": text_of(passkey.id),
            "rawId": text_of(passkey.id),
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "response": response,
            "clientExtensionResults": outputs,
        }


def _attestation(data: bytes) -> bytes:
    """{"fmt": "none", "attStmt": {}, "authData": data} in CBOR."""
    head = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData"
    return head + b"\x59" + len(data).to_bytes(2, "big") + data
