"""A provider of OpenID Connect as Entra ID is one, on a port of this machine: doors, keys, a page with people, tokens.

It checks what a provider checks (client, secret, redirect address, PKCE, each code once) and lies where a test tells it
to. Tokens are signed here by hand, so that what reads them is not what wrote them. Each attribute may be changed.
"""

import asyncio
import hmac
import json
import secrets
import threading
import time
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from html import escape
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, unquote_plus, urlencode, urlsplit

import uvicorn
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from pwa.server.server import open_door

Json = dict[str, Any]

TENANT = "9b1c2f7e-0d4a-4c55-8f3e-1a2b3c4d5e6f"
CLIENT = "7a0d5f4e-haand"
SECRET = "hemmeligt~med:tegn/og+mere"
SAYS = "max-age=86400, private"


def text_of(raw: bytes) -> str:
    """Base64url without padding."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def number_of(number: int) -> str:
    """As a JWK writes it."""
    return text_of(number.to_bytes((number.bit_length() + 7) // 8))


class Key:
    """A key that signs, with a name that tokens and the list of keys call it by."""

    def __init__(self, algorithm: str = "RS256") -> None:
        self.kid = secrets.token_urlsafe(9)
        self.algorithm = algorithm
        self.private: Any = (
            ec.generate_private_key(ec.SECP256R1())
            if algorithm == "ES256"
            else rsa.generate_private_key(65537, 2048)
        )

    def public(self) -> Json:
        """As in the list of keys."""
        said = {"kid": self.kid, "use": "sig"}
        numbers = self.private.public_key().public_numbers()
        if self.algorithm == "ES256":
            x, y = (text_of(each.to_bytes(32)) for each in (numbers.x, numbers.y))
            return said | {"kty": "EC", "crv": "P-256", "x": x, "y": y}
        return said | {"kty": "RSA", "n": number_of(numbers.n), "e": number_of(numbers.e)}

    def pem(self) -> bytes:
        """The public half, which a forger takes for a shared secret."""
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        raw: bytes = self.private.public_key().public_bytes(serialization.Encoding.PEM, form)
        return raw

    def sign(self, content: bytes) -> bytes:
        if self.algorithm == "ES256":
            r, s = decode_dss_signature(self.private.sign(content, ec.ECDSA(hashes.SHA256())))
            return r.to_bytes(32) + s.to_bytes(32)
        signature: bytes = self.private.sign(content, padding.PKCS1v15(), hashes.SHA256())
        return signature


ONE_KEY, ANOTHER_KEY = Key(), Key()
"""Making one takes a while."""


@dataclass
class Provider:
    """Use as a context: it serves meanwhile."""

    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    people: dict[str, Json] = field(default_factory=dict)
    keys: list[Key] = field(default_factory=lambda: [ONE_KEY])
    signs_with: Key = ONE_KEY
    forges: str = ""
    """none, or HS256: signed with the public key as if it were a secret; or broken."""
    claims: Json = field(default_factory=dict)
    """What tokens say instead; None: they do not say it."""
    header: Json = field(default_factory=dict)
    doors: Json = field(default_factory=dict)
    """What it says of itself instead."""
    access_token: str = "an-access-token"
    token_answer: Json | None = None
    is_down: bool = False
    has_moved: bool = False
    """Its doors are elsewhere now, says a redirect."""
    waits: float = 0
    asks: bool = True
    """A page with a button for each person; else the first is let through at once."""
    says_iss: bool = False
    asked_for: list[str] = field(default_factory=list)
    codes: dict[str, Json] = field(default_factory=dict)

    def __enter__(self) -> Self:
        self._door = open_door("127.0.0.1", 0)
        self.origin = f"http://127.0.0.1:{self._door.getsockname()[1]}"
        self.issuer = f"{self.origin}/{TENANT}/v2.0"
        routes = [
            Route(f"/{TENANT}/v2.0/.well-known/openid-configuration", self.show_doors),
            Route(f"/{TENANT}/discovery/v2.0/keys", self.show_keys),
            Route(f"/{TENANT}/oauth2/v2.0/authorize", self.show_people),
            Route(f"/{TENANT}/approve", self.do_approve),
            Route(f"/{TENANT}/oauth2/v2.0/token", self.do_token, methods=["POST"]),
            Route(f"/{TENANT}/oauth2/v2.0/logout", self.show_people),
        ]
        config = uvicorn.Config(Starlette(routes=routes), log_config=None, lifespan="off", ws="none")
        self._server = uvicorn.Server(config)
        self._server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
        self._thread = threading.Thread(target=self._server.run, args=([self._door],), daemon=True)
        self._thread.start()
        while not self._server.started:
            time.sleep(0.005)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, wrong: BaseException | None, where: TracebackType | None
    ) -> None:
        self._server.should_exit = self._server.force_exit = True
        self._thread.join(5)
        self._door.close()

    def settings(self, **more: str) -> dict[str, Any]:
        """What Hånd is set to."""
        return {
            "oidc_issuer": self.issuer,
            "oidc_client_id": CLIENT,
            "oidc_client_secret": SECRET,
            **more,
        }

    def add(self, person: str, *roles: str, **claims: object) -> None:
        """An account. Its subject says nothing about anybody."""
        subject = text_of(sha256(person.encode()).digest())
        self.people[person] = {"sub": subject, "name": person.title(), "roles": list(roles), **claims}

    async def show_doors(self, request: Request) -> Response:
        self.asked_for.append("doors")
        if self.has_moved:
            self.has_moved = False
            return RedirectResponse(request.url.path)
        base = f"{self.origin}/{TENANT}"
        return await self._answer({
            "issuer": self.issuer,
            "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
            "token_endpoint": f"{base}/oauth2/v2.0/token",
            "jwks_uri": f"{base}/discovery/v2.0/keys",
            "end_session_endpoint": f"{base}/oauth2/v2.0/logout",
            "response_types_supported": ["code", "id_token", "code id_token", "id_token token"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt", "client_secret_basic"],
            **self.doors,
        })  # fmt: skip

    async def show_keys(self, _: Request) -> Response:
        self.asked_for.append("keys")
        return await self._answer({"keys": [key.public() for key in self.keys]})

    def show_people(self, request: Request) -> Response:
        """Who is there? A button for each."""
        asked = dict(request.query_params)
        names = list(self.people)
        if not self.asks:
            return RedirectResponse(self.approve(asked, names[0]), 303)
        buttons = "".join(
            f'<button name="person" value="{escape(name)}">{escape(name)}</button>' for name in names
        )
        hidden = "".join(
            f'<input type="hidden" name="{escape(name)}" value="{escape(said)}">'
            for name, said in asked.items()
        )
        form = f'<form action="/{TENANT}/approve">{hidden}{buttons}<button name="person" value="">Nej</button></form>'
        return HTMLResponse(f"<!doctype html><title>Kommunen</title><h1>Hvem er du?</h1>{form}")

    def do_approve(self, request: Request) -> Response:
        asked = dict(request.query_params)
        return RedirectResponse(self.approve(asked, asked.pop("person")), 303)

    def approve(self, asked: Json, person: str) -> str:
        """Where the browser is sent back to."""
        assert asked["client_id"] == CLIENT, asked
        assert asked["response_type"] == "code", asked
        assert "openid" in asked["scope"].split(), asked
        back = {"state": asked["state"]} | ({"iss": self.issuer} if self.says_iss else {})
        if person:
            code = secrets.token_urlsafe(24)
            self.codes[code] = {"asked": asked, "person": person}
            back |= {"code": code}
        else:
            back |= {"error": "access_denied", "error_description": "The user said no."}
        return f"{asked['redirect_uri']}?{urlencode(back)}"

    def answer_to(self, address: str, person: str) -> Json:
        """What the address that the browser comes back with says, when this person was there."""
        return dict(parse_qsl(urlsplit(self.approve(dict(parse_qsl(urlsplit(address).query)), person)).query))

    async def do_token(self, request: Request) -> Response:
        self.asked_for.append("token")
        form = dict(parse_qsl((await request.body()).decode()))
        if self.token_answer is not None:
            return await self._answer(self.token_answer)
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        name, _, secret = b64decode(given).decode().partition(":") if scheme == "Basic" else ("", "", "")
        client = (
            (unquote_plus(name), unquote_plus(secret))
            if name
            else (form.get("client_id"), form.get("client_secret"))
        )
        if client != (CLIENT, SECRET):
            return JSONResponse({"error": "invalid_client"}, 401)
        begun = self.codes.pop(form.get("code", ""), None)
        if begun is None or form.get("grant_type") != "authorization_code":
            return JSONResponse({"error": "invalid_grant"}, 400)
        asked = begun["asked"]
        proved = text_of(sha256(form.get("code_verifier", "").encode()).digest())
        if asked.get("code_challenge_method") != "S256" or proved != asked["code_challenge"]:
            return JSONResponse({"error": "invalid_grant"}, 400)
        if form.get("redirect_uri") != asked["redirect_uri"]:
            return JSONResponse({"error": "invalid_grant"}, 400)
        id_token = self.token(begun["person"], asked["nonce"])
        return await self._answer({"token_type": "Bearer", "expires_in": 3599, "access_token": self.access_token, "id_token": id_token})  # fmt: skip

    def token(self, person: str, nonce: str) -> str:
        """An ID token, as it is told to lie."""
        now = int(self.now().timestamp())
        claims = {
            "iss": self.issuer, "aud": CLIENT, "exp": now + 3600, "iat": now, "nbf": now, "nonce": nonce, "ver": "2.0",
            "tid": TENANT, **self.people[person], **self.claims,
        }  # fmt: skip
        key = self.signs_with
        header = {"typ": "JWT", "alg": key.algorithm, "kid": key.kid, **self.header}
        if self.forges in ("none", "HS256"):
            header["alg"] = self.forges
        said = {name: claim for name, claim in claims.items() if claim is not None}
        content = ".".join(text_of(json.dumps(each).encode()) for each in (header, said))
        return f"{content}.{text_of(self._signature(content.encode()))}"

    def _signature(self, content: bytes) -> bytes:
        if self.forges == "none":
            return b""
        if self.forges == "HS256":
            return hmac.digest(self.signs_with.pem(), content, "sha256")
        if self.forges == "broken":
            return self.signs_with.sign(content + b" ")
        return self.signs_with.sign(content)

    async def _answer(self, content: Json) -> Response:
        await asyncio.sleep(self.waits)
        if self.is_down:
            return Response("busy", 503)
        return JSONResponse(content, headers={"Cache-Control": SAYS})
