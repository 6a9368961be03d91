"""Knows how a provider is asked, over the network, with patience and a memory; knows no people and no pages."""

import asyncio
import ssl
from base64 import b64encode
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, quote_plus, urlencode, urlsplit, urlunsplit

import httpx2
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from pwa.access.oidc.claims import AuthRequest, IdentityClaims, InvalidToken, ProviderDown
from pwa.access.oidc.tokens import UnknownKey, check
from pwa.config import Settings
from pwa.words import Clock

Json = dict[str, Any]

SECONDS = 6.0
"""In which each answer of the provider's must be there, whole: a page waits twenty."""
REMEMBERED = timedelta(hours=1)
NOT_ASKED_AGAIN = timedelta(seconds=30)
"""Keys are not fetched oftener, whatever tokens name; who was down is not asked again for a tenth of that."""
LONGEST = 1_000_000
DOORS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class Provider:
    """One provider, as the settings name it."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self.settings = settings
        self._clock = clock
        self._tls = ssl.create_default_context()
        self._asking = asyncio.Lock()
        self._down_at: datetime | None = None
        self._endpoints: Json = {}
        self._endpoints_at: datetime | None = None
        self._keys: KeySet | None = None
        self._keys_at: datetime | None = None

    @property
    def end_of_session(self) -> str:
        """Where one signs out of the provider itself, as far as is known; "" if it has no such place."""
        return str(self._endpoints.get("end_session_endpoint", ""))

    async def address(self, asked: AuthRequest, redirect_uri: str, *, is_fresh: bool = False) -> str:
        """Where the browser goes to be asked who is there; `is_fresh`: to prove it now. Raises ProviderDown."""
        endpoints = await self._find_endpoints()
        more = {"acr_values": self.settings.oidc_acr, "prompt": self.settings.oidc_prompt}
        if is_fresh:
            more |= {"prompt": "login", "max_age": "0"}
        query = {
            "response_type": "code",
            "client_id": self.settings.oidc_client_id,
            "redirect_uri": redirect_uri,
            "scope": self.settings.oidc_scopes,
            "state": asked.state,
            "nonce": asked.nonce,
            "code_challenge": asked.challenge,
            "code_challenge_method": "S256",
            **{name: value for name, value in more.items() if value},
        }
        parts = urlsplit(endpoints["authorization_endpoint"])
        # An endpoint may have a query of its own, which is kept (RFC 6749 §3.1).
        kept = parse_qsl(parts.query, keep_blank_values=True)
        return urlunsplit(parts._replace(query=urlencode([*kept, *query.items()])))

    async def redeem(self, code: str, asked: AuthRequest, redirect_uri: str) -> IdentityClaims:
        """What the provider says for a code, once. Raises ProviderDown, InvalidToken."""
        endpoints = await self._find_endpoints()
        headers, client = self._credentials(endpoints)
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": asked.verifier,
            **client,
        }
        status, given = await self._request("POST", endpoints["token_endpoint"], headers, form)
        if given is None or status >= 500:
            raise ProviderDown("token")
        if "error" in given or status >= 400:
            raise InvalidToken("the code")
        id_token, access_token = given.get("id_token"), given.get("access_token")
        if not isinstance(id_token, str):
            raise InvalidToken("no ID token")
        return await self._check(
            id_token, access_token if isinstance(access_token, str) else None, asked.nonce
        )

    async def check_answer(self, issuer: str | None) -> None:
        """Whether an answer is this provider's, and not another's (RFC 9207 §2.4). Raises InvalidToken, ProviderDown."""
        is_promised = (await self._find_endpoints()).get(
            "authorization_response_iss_parameter_supported"
        ) is True
        if issuer != self.settings.oidc_issuer and (issuer is not None or is_promised):
            raise InvalidToken("iss")

    async def _check(self, id_token: str, access_token: str | None, nonce: str) -> IdentityClaims:
        """By the keys that we know; by newer ones, when it is signed with one that we do not."""
        for is_last in (False, True):
            keys = await self._find_keys(is_last)
            try:
                return check(id_token, access_token, keys, nonce, self.settings, self._clock())
            except UnknownKey:
                pass
        raise InvalidToken("kid")

    def _credentials(self, endpoints: Json) -> tuple[dict[str, str], dict[str, str]]:
        """Who we are, in a header and in a form (RFC 6749 §2.3.1): in the header, unless it is not taken there."""
        name, secret = self.settings.oidc_client_id, self.settings.oidc_client_secret.get_secret_value()
        supported = endpoints.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        if "client_secret_basic" in supported:
            both = f"{quote_plus(name)}:{quote_plus(secret)}"
            return {"Authorization": f"Basic {b64encode(both.encode()).decode()}"}, {}
        return {}, {"client_id": name, "client_secret": secret}

    async def _find_endpoints(self) -> Json:
        """OpenID Connect Discovery 1.0 §4.3: what it says of itself must be of itself."""
        async with self._asking:
            if self._is_new(self._endpoints_at, REMEMBERED):
                return self._endpoints
            found = await self._fetch(
                f"{self.settings.oidc_issuer.rstrip('/')}/.well-known/openid-configuration"
            )
            if found.get("issuer") != self.settings.oidc_issuer:
                raise ProviderDown("another issuer")
            if not all(self._is_safe(found.get(door)) for door in DOORS):
                raise ProviderDown("no safe doors")
            if not self._is_safe(found.get("end_session_endpoint")):
                found.pop("end_session_endpoint", None)
            self._endpoints, self._endpoints_at = found, self._clock()
            return found

    async def _find_keys(self, is_renewed: bool) -> KeySet:
        endpoints = await self._find_endpoints()
        async with self._asking:
            held_for = NOT_ASKED_AGAIN if is_renewed else REMEMBERED
            if self._keys is not None and self._is_new(self._keys_at, held_for):
                return self._keys
            found: Any = await self._fetch(endpoints["jwks_uri"])
            try:
                self._keys = KeySet.import_key_set(found)
            except (JoseError, KeyError, TypeError, ValueError):
                raise ProviderDown("no keys") from None
            self._keys_at = self._clock()
            return self._keys

    async def _fetch(self, address: str) -> Json:
        """A JSON object from the provider. Who was just down is not waited for again."""
        if self._is_new(self._down_at, NOT_ASKED_AGAIN / 10):
            raise ProviderDown("was down")
        status, found = await self._request("GET", address)
        if found is None or status != 200:
            self._down_at = self._clock()
            raise ProviderDown("not reached")
        return found

    async def _request(
        self,
        method: str,
        address: str,
        headers: dict[str, str] | None = None,
        form: dict[str, str] | None = None,
    ) -> tuple[int, Json | None]:
        """The status and the JSON object that came, None if none did. A redirect is not followed."""
        try:
            async with (
                asyncio.timeout(SECONDS),
                httpx2.AsyncClient(verify=self._tls, timeout=SECONDS) as client,
            ):
                answer = await client.request(
                    method, address, headers={"Accept": "application/json", **(headers or {})}, data=form
                )
            found = answer.json() if len(answer.content) < LONGEST else None
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError, ValueError):  # TimeoutError is an OSError
            return 0, None
        return answer.status_code, found if isinstance(found, dict) else None

    def _is_new(self, at: datetime | None, within: timedelta) -> bool:
        return at is not None and at <= self._clock() < at + within

    def _is_safe(self, address: object) -> bool:
        """https; without it only where the issuer itself is, on this machine."""
        if not isinstance(address, str):
            return False
        try:
            parts, issuer = urlsplit(address), urlsplit(self.settings.oidc_issuer)
        except ValueError:
            return False
        return parts.scheme == "https" or (
            parts.scheme == issuer.scheme and parts.hostname == issuer.hostname
        )
