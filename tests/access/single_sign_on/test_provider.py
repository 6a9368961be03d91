"""The provider is asked no more often than needed, is not followed elsewhere, and may be down, slow or another."""

from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest

from pwa.access.oidc import provider as asking
from tests.provider import ANOTHER_KEY, Key, Provider
from tests.single_sign_on import Json, add_rule, be_at, begin, come_back, refusal, sign_in
from tests.small_town import Town, open_town
from tests.visitor import Visitor


async def test_a_query_that_an_endpoint_has_of_its_own_is_kept(town: Town, provider: Provider):
    """RFC 6749 §3.1."""
    provider.doors = {"authorization_endpoint": f"{provider.origin}/authorize?policy=sign+in&empty="}

    asked = parse_qsl(urlsplit(await begin(Visitor(town))).query, keep_blank_values=True)

    assert asked[:3] == [("policy", "sign in"), ("empty", ""), ("response_type", "code")]


async def test_a_new_key_is_fetched_when_a_token_names_it_and_not_all_the_time(
    town: Town, provider: Provider
):
    await add_rule(town, "Udekørende")
    await sign_in(provider, Visitor(town), "gry")
    provider.keys, provider.signs_with = [ANOTHER_KEY], ANOTHER_KEY
    town.now += timedelta(seconds=31)

    assert (await sign_in(provider, Visitor(town), "gry")).status_code == 200
    assert provider.asked_for.count("keys") == 2

    provider.signs_with = Key("ES256")
    for _ in range(3):
        assert refusal(await sign_in(provider, Visitor(town), "gry")) == (403, "WordDoesNotHold")
    assert provider.asked_for.count("keys") == 2
    assert provider.asked_for.count("doors") == 1


async def test_what_is_known_of_a_provider_is_asked_anew_after_an_hour(town: Town, provider: Provider):
    await begin(Visitor(town))
    await begin(Visitor(town))
    assert provider.asked_for == ["doors"]

    town.now += timedelta(hours=1)
    await begin(Visitor(town))

    assert provider.asked_for == ["doors", "doors"]


@pytest.mark.parametrize(
    ("promises", "says", "code"),
    [(False, "https://other.example", "WordDoesNotHold"), (True, None, "WordDoesNotHold"), (True, "", None)],
)
async def test_an_answer_of_another_provider_is_not_taken_for_ours(
    town: Town, provider: Provider, promises: bool, says: str | None, code: str | None
):
    """Mix-up, RFC 9207: the address one comes back with says whose it is."""
    await add_rule(town, "Udekørende")
    provider.doors = {"authorization_response_iss_parameter_supported": promises}
    gry = Visitor(town)
    said = await come_back(provider, gry, "gry")
    issuer = provider.issuer if says == "" else says

    answer = await gry.post("/sign-in/sso/answer", said | ({"iss": issuer} if issuer else {}))

    assert answer.json().get("code") == code


@pytest.mark.parametrize(
    "doors",
    [
        {"issuer": "https://other.example"},
        {"token_endpoint": "http://other.example/token"},
        {"authorization_endpoint": None},
        {"jwks_uri": "file:///etc/passwd"},
        None,
    ],
)
async def test_a_provider_that_leads_elsewhere_is_not_followed(
    town: Town, provider: Provider, doors: Json | None
):
    provider.doors, provider.has_moved = doors or {}, doors is None

    assert refusal(await Visitor(town).post("/sign-in/sso")) == (503, "ProviderSilent")


async def test_a_provider_that_is_down_or_slow_is_told_calmly_and_asked_again_later(
    town: Town, provider: Provider, monkeypatch: pytest.MonkeyPatch
):
    await add_rule(town, "Udekørende")
    monkeypatch.setattr(asking, "SECONDS", 0.3)
    gry = Visitor(town)
    provider.is_down = True
    answer = await gry.post("/sign-in/sso")
    assert refusal(answer) == (503, "ProviderSilent")
    assert (answer.headers["retry-after"], "adgangsnøgle" in answer.json()["detail"]) == ("30", True)
    provider.is_down = False
    assert refusal(await gry.post("/sign-in/sso")) == (503, "ProviderSilent")
    town.now += timedelta(seconds=3)

    for what in ("is_down", "waits"):
        said = await come_back(provider, gry, "gry")
        setattr(provider, what, 1)
        assert refusal(await gry.post("/sign-in/sso/answer", said)) == (503, "ProviderSilent")
        setattr(provider, what, 0)

    assert (await sign_in(provider, gry, "gry")).status_code == 200


async def test_a_wrong_secret_lets_nobody_in(tmp_path: Path, provider: Provider):
    async with open_town(tmp_path, **provider.settings(oidc_client_secret="wrong")) as town:
        await be_at(town, provider)

        assert refusal(await sign_in(provider, Visitor(town), "gry")) == (403, "WordDoesNotHold")
