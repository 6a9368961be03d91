"""What links somebody to the provider ends with her other ways in, unless the provider's word was how she came here."""

from datetime import timedelta

from pwa.access.rules.roles import give_role, period_of
from pwa.words import Role
from tests.access.test_getting_in import code_on, come_in, leader
from tests.provider import Provider
from tests.single_sign_on import add_rule, begin, in_as, refusal, roles_of, rows, sign_in
from tests.small_town import Town, id_of
from tests.visitor import Visitor

LEADER = Role("leader", id_of("nord"))


async def let_in(town: Town, person_id: str) -> Visitor:
    """Lis lets somebody in, with a code."""
    visitor = Visitor(town)
    await come_in(visitor, code_on((await (await leader(town)).post(f"/people/{person_id}/invite")).text))
    town.now += timedelta(minutes=1)
    return visitor


async def link(town: Town, provider: Provider, anna: Visitor) -> None:
    """Somebody who is signed in links her account."""
    said = provider.answer_to(await begin(anna, "/access/sso/link"), "anna")
    assert (await anna.post("/access/sso/linked", said)).status_code == 200
    town.now += timedelta(minutes=1)


async def promote(town: Town, person_id: str) -> None:
    async with town.database.transaction() as tx:
        await give_role(tx, person_id, LEADER, period_of(None, None, town.now), town.now)


async def test_a_link_that_was_made_while_signed_in_ends_too_and_is_made_anew(town: Town, provider: Provider):
    await link(town, provider, await let_in(town, id_of("anna")))
    before = await sign_in(provider, Visitor(town), "anna")
    await promote(town, id_of("anna"))

    refused = await sign_in(provider, Visitor(town), "anna")

    assert before.status_code == 200
    assert refusal(refused) == (403, "MustBeLetInAgain")
    assert await rows(town, "select id from person where name = 'Anna Lund'") == [{"id": id_of("anna")}]
    again = await in_as(town, "anna")
    town.now += timedelta(minutes=1)
    await link(town, provider, again)
    assert (await sign_in(provider, Visitor(town), "anna")).status_code == 200


async def test_a_claim_that_gives_more_than_whoever_let_her_in_could_ends_the_ways_in(
    town: Town, provider: Provider
):
    anna = await let_in(town, id_of("anna"))
    await link(town, provider, anna)
    await add_rule(town, "Leder-Nord", "leader")
    provider.people["anna"]["roles"] = ["Leder-Nord"]
    town.now += timedelta(minutes=1)

    refused = await sign_in(provider, Visitor(town), "anna")

    assert refusal(refused) == (403, "MustBeLetInAgain")
    assert not await anna.is_in()
    assert ("leader", "Nord") in await roles_of(town, "Anna Lund")


async def test_who_came_by_the_provider_first_comes_by_it_still(town: Town, provider: Provider):
    await add_rule(town, "Udekørende")
    gry = Visitor(town)
    assert (await sign_in(provider, gry, "gry")).status_code == 200
    [person] = await rows(town, "select id from person where name = 'Gry Holt'")
    town.now += timedelta(minutes=1)
    thief = await let_in(town, person["id"])
    before = await thief.is_in()

    await promote(town, person["id"])

    assert (before, await thief.is_in(), await gry.is_in()) == (True, False, False)
    assert (await sign_in(provider, gry, "gry")).status_code == 200
