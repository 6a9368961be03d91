"""Somebody who is here links her account with the provider, and proves there that it is she who sits here."""

from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.provider import Provider
from tests.single_sign_on import (
    add_rule_by_hand,
    begin,
    come_back,
    in_as,
    link,
    refusal,
    roles_of,
    rows,
    sign_in,
)
from tests.small_town import Town, id_of
from tests.visitor import Visitor

# Somebody who is here links her account ---------------------------------------------------------------------


async def test_somebody_who_is_here_links_her_account_and_is_let_in_by_it(town: Town, provider: Provider):
    here = await link(town, provider, "anna")

    again = Visitor(town)
    answer = await sign_in(provider, again, "anna")

    assert answer.json() == {"to": "/"}
    assert "Anna Lund" in (await again.get("/access")).text
    assert "Du kan logge ind med kommunen." in (await here.get("/access")).text
    assert await roles_of(town, "Anna Lund") == [("carer", "Nord")]


async def test_an_account_is_one_persons_only(town: Town, provider: Provider):
    await link(town, provider, "anna")
    bo = await in_as(town, "bo")

    said = provider.answer_to(await begin(bo, "/access/sso/link"), "anna")

    assert refusal(await bo.post("/access/sso/linked", said)) == (409, "LinkedToSomebodyElse")


async def test_nobody_links_with_an_answer_that_another_began(town: Town, provider: Provider):
    """Anna's phone changes hands between the question and the answer."""
    anna = await in_as(town, "anna")
    said = provider.answer_to(await begin(anna, "/access/sso/link"), "gry")
    bo = await in_as(town, "bo")
    bo.cookies["__Host-sso"] = anna.cookies["__Host-sso"]

    assert refusal(await bo.post("/access/sso/linked", said)) == (403, "NotLetIn")
    assert await rows(town, "select * from identity") == []


async def test_an_answer_for_signing_in_links_nobody(town: Town, provider: Provider):
    anna = await in_as(town, "anna")
    said = await come_back(provider, anna, "anna")

    assert refusal(await anna.post("/access/sso/linked", said)) == (403, "BegunElsewhere")


async def test_linking_needs_a_passkeys_word_of_just_now(town: Town, provider: Provider):
    anna = await in_as(town, "anna")
    await anna.add_passkey()
    await anna.sign_in()
    town.now += timedelta(minutes=11)

    assert refusal(await anna.post("/access/sso/link")) == (403, "NotConfirmed")
    await anna.confirm()
    assert (await anna.post("/access/sso/link")).status_code == 200


async def test_what_links_is_removed_by_its_owner_unless_it_is_the_last_way_in(
    town: Town, provider: Provider
):
    anna = await link(town, provider, "anna")
    assert (await anna.post("/access/sso/remove", data={"x": "1"})).status_code == 409
    await anna.add_passkey()
    await anna.sign_in()

    assert (await anna.post("/access/sso/remove", data={"x": "1"})).status_code == 303

    assert refusal(await sign_in(provider, Visitor(town), "anna")) == (403, "NoAccessHere")
    assert [row["removed_at"] is None for row in await rows(town, "select * from identity")] == [False]


async def test_who_is_linked_may_remove_the_last_passkey(town: Town, provider: Provider):
    anna = await link(town, provider, "anna")
    await anna.add_passkey()
    await anna.sign_in()
    [passkey] = await rows(town, "select id from passkey")

    assert (await anna.post("/access/remove", data={"passkey_id": passkey["id"]})).status_code == 303


# Who sits there, anew ---------------------------------------------------------------------------------------


async def test_who_has_no_passkey_makes_one_only_when_the_provider_says_that_it_was_proved_just_now(
    real_town: Town, provider: Provider
):
    await add_rule_by_hand(real_town, "Udekørende")
    gry = Visitor(real_town)
    await sign_in(provider, gry, "gry")
    assert refusal(await gry.post("/access/passkeys/challenge")) == (403, "NotConfirmed")

    for auth_time, code in (
        (None, "NotConfirmed"),
        (-3600, "NotConfirmed"),
        (3600, "NotConfirmed"),
        (-5, None),
    ):
        seconds = int(real_town.now.timestamp())
        provider.claims = {"auth_time": auth_time and seconds + auth_time}
        address = await begin(gry, "/access/sso/confirm")
        asked = dict(parse_qsl(urlsplit(address).query))
        assert (asked["prompt"], asked["max_age"]) == ("login", "0")
        answer = await gry.post("/access/sso/confirmed", provider.answer_to(address, "gry"))
        assert answer.json().get("code") == code

    assert (await gry.add_passkey()).status_code == 200
    real_town.now += timedelta(minutes=10)
    assert refusal(await gry.post("/access/passkeys/challenge")) == (403, "NotConfirmed")


@pytest.mark.parametrize("auth_time", [None, 0, -3600])
async def test_who_was_not_proved_just_now_lets_nobody_in_before_the_passkey_or_the_provider_has_said_so(
    real_town: Town, provider: Provider, auth_time: int | None
):
    await add_rule_by_hand(real_town, "Udekørende", "leader")
    gry = Visitor(real_town)
    now = int(real_town.now.timestamp())
    provider.claims = {"auth_time": auth_time and now + auth_time}
    assert (await sign_in(provider, gry, "gry")).status_code == 200
    newcomer = {"name": "Vibe Holm", "team_id": id_of("nord"), "role": "carer"}

    without = await gry.post("/people/new", data=newcomer)

    assert without.status_code == 403
    assert "Du har ingen adgangsnøgle" in without.text
    provider.claims = {"auth_time": now}
    await gry.post(
        "/access/sso/confirmed", provider.answer_to(await begin(gry, "/access/sso/confirm"), "gry")
    )
    await gry.add_passkey()
    provider.claims = {"auth_time": auth_time and now + auth_time}
    again = Visitor(real_town, gry.phone)
    await sign_in(provider, again, "gry")
    asked = await again.post("/people/new", data=newcomer)
    await again.confirm()
    done = await again.post("/people/new", data=newcomer)
    assert (asked.status_code, done.status_code) == (403, 200)
    assert 'id="reauthenticate"' in asked.text


async def test_nobody_confirms_with_another_account(real_town: Town, provider: Provider):
    await add_rule_by_hand(real_town, "Udekørende")
    gry = Visitor(real_town)
    await sign_in(provider, gry, "gry")
    provider.claims = {"auth_time": int(real_town.now.timestamp())}

    said = provider.answer_to(await begin(gry, "/access/sso/confirm"), "anna")

    assert refusal(await gry.post("/access/sso/confirmed", said)) == (403, "NotLetIn")
