"""A token or code of the provider that does not hold lets nobody in, and one that holds does."""

from hashlib import sha256
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from structlog.testing import capture_logs

from tests.provider import ANOTHER_KEY, CLIENT, Key, Provider, text_of
from tests.single_sign_on import Json, add_rule, be_at, begin, come_back, refusal, rows, sign_in
from tests.small_town import MORNING, Town, open_town
from tests.visitor import Visitor

NOW = int(MORNING.timestamp())

LIES: dict[str, Json] = {
    "another nonce": {"claims": {"nonce": "x" * 43}},
    "no nonce": {"claims": {"nonce": None}},
    "another client": {"claims": {"aud": "somebody-else"}},
    "others besides and nobody named": {"claims": {"aud": [CLIENT, "somebody-else"]}},
    "given to another": {"claims": {"azp": "somebody-else"}},
    "another issuer": {"claims": {"iss": "https://login.example/other/v2.0"}},
    "no issuer": {"claims": {"iss": None}},
    "over": {"claims": {"exp": NOW - 61}},
    "no end": {"claims": {"exp": None}},
    "from the future": {"claims": {"iat": NOW + 120}},
    "no time": {"claims": {"iat": None}},
    "not yet": {"claims": {"nbf": NOW + 120}},
    "nobody": {"claims": {"sub": ""}},
    "no subject": {"claims": {"sub": None}},
    "a number": {"claims": {"sub": 7}},
    "half a letter": {"claims": {"sub": "\ud800"}},
    "a long subject": {"claims": {"sub": "x" * 256}},
    "ways to prove it that are no list": {"claims": {"amr": "mfa"}},
    "a moment in words": {"claims": {"auth_time": "just now"}},
    "another access token": {"claims": {"at_hash": text_of(sha256(b"another").digest()[:16])}},
    "unsigned": {"forges": "none"},
    "the public key as a secret": {"forges": "HS256"},
    "a broken signature": {"forges": "broken"},
    "another kind of token": {"header": {"typ": "logout+jwt"}},
    "a key that is not there": {"signs_with": ANOTHER_KEY},
    "no name of a key": {"header": {"kid": "other"}},
    "no token": {"token_answer": {"access_token": "x", "token_type": "Bearer"}},
    "no real token": {"token_answer": {"id_token": "a.b.c", "access_token": "x", "token_type": "Bearer"}},
    "an error": {"token_answer": {"error": "invalid_grant"}},
}


@pytest.mark.parametrize("lie", LIES)
async def test_a_token_that_does_not_hold_lets_nobody_in_and_is_told_to_nobody(
    town: Town, provider: Provider, lie: str
):
    await add_rule(town, "Udekørende")
    for name, value in LIES[lie].items():
        setattr(provider, name, value)
    gry = Visitor(town)

    with capture_logs() as logs:
        answer = await sign_in(provider, gry, "gry")

    assert refusal(answer) == (403, "WordDoesNotHold")
    assert not await gry.is_in()
    assert await rows(town, "select * from identity") == []
    assert any(line["event"] == "what the provider gave does not hold" for line in logs)


async def test_a_nonce_in_a_list_is_not_the_nonce(town: Town, provider: Provider):
    await add_rule(town, "Udekørende")
    gry = Visitor(town)
    address = await begin(gry)
    nonce = dict(parse_qsl(urlsplit(address).query))["nonce"]
    provider.claims = {"nonce": ["x", nonce]}

    answer = await gry.post("/sign-in/sso/answer", provider.answer_to(address, "gry"))

    assert refusal(answer) == (403, "WordDoesNotHold")


@pytest.mark.parametrize(
    "truth",
    [
        {"claims": {"aud": [CLIENT]}},
        {"claims": {"aud": [CLIENT, "somebody-else"], "azp": CLIENT}},
        {"claims": {"at_hash": text_of(sha256(b"an-access-token").digest()[:16])}},
        {"claims": {"iat": NOW + 30, "exp": NOW - 30}},
        {"doors": {"token_endpoint_auth_methods_supported": ["client_secret_post"]}},
    ],
)
async def test_a_token_that_holds_lets_in(town: Town, provider: Provider, truth: Json):
    await add_rule(town, "Udekørende")
    for name, value in truth.items():
        setattr(provider, name, value)

    assert (await sign_in(provider, Visitor(town), "gry")).status_code == 200


async def test_es256_is_as_good(town: Town, provider: Provider):
    await add_rule(town, "Udekørende")
    provider.signs_with = Key("ES256")
    provider.keys.append(provider.signs_with)

    assert (await sign_in(provider, Visitor(town), "gry")).status_code == 200


async def test_a_code_from_another_browser_is_worth_nothing(town: Town, provider: Provider):
    """Injection: a thief's code with the victim's state. The verifier is another one."""
    await add_rule(town, "Udekørende")
    gry, thief = Visitor(town), Visitor(town)
    mine, theirs = await come_back(provider, gry, "gry"), await come_back(provider, thief, "anna")

    answer = await gry.post("/sign-in/sso/answer", {**mine, "code": theirs["code"]})

    assert refusal(answer) == (403, "WordDoesNotHold")


async def test_a_code_that_was_used_there_is_worth_nothing(town: Town, provider: Provider):
    gry = Visitor(town)
    said = await come_back(provider, gry, "gry")
    provider.codes.clear()

    assert refusal(await gry.post("/sign-in/sso/answer", said)) == (403, "WordDoesNotHold")


@pytest.mark.parametrize(
    ("claims", "status"),
    [
        ({"acr": "strong", "amr": ["pwd", "mfa"]}, 200),
        ({"acr": "weak", "amr": ["mfa"]}, 403),
        ({"acr": "strong"}, 403),
    ],
)
async def test_what_was_proved_too_weakly_there_is_not_enough(
    tmp_path: Path, provider: Provider, claims: Json, status: int
):
    settings = provider.settings(oidc_acr="strong stronger", oidc_amr="mfa", oidc_prompt="login")
    async with open_town(tmp_path, **settings) as town:
        await be_at(town, provider)
        await add_rule(town, "Udekørende")
        provider.claims = claims
        gry = Visitor(town)
        address = await begin(gry)

        answer = await gry.post("/sign-in/sso/answer", provider.answer_to(address, "gry"))

    assert answer.status_code == status
    asked = dict(parse_qsl(urlsplit(address).query))
    assert (asked["acr_values"], asked["prompt"]) == ("strong stronger", "login")
