"""Roles begin and end by what the provider claims and administrators' rules, and others are left alone."""

from datetime import timedelta
from pathlib import Path

import pytest

from pwa.access.queries import identities, roles
from pwa.care.documents.short_form import read_visit
from pwa.source_ids import source as in_list
from pwa.words import Role
from tests.imports.lists import import_employees
from tests.provider import Provider
from tests.single_sign_on import add_rule, be_at, in_as, link, refusal, roles_of, rows, sign_in
from tests.small_town import LONG_AGO, Town, id_of, open_town
from tests.visitor import Visitor

# What claims give -------------------------------------------------------------------------------------------


async def test_at_each_sign_in_roles_from_claims_begin_and_end_and_others_are_left_alone(
    town: Town, provider: Provider
):
    await add_rule(town, "Udekørende", "carer", "nord")
    await add_rule(town, "Leder Syd", "leader", "syd")
    await link(town, provider, "bo", "gry")  # a carer in Nord by the list of employees
    provider.people["gry"]["roles"] = ["Udekørende", "Leder Syd", "Andet"]

    await sign_in(provider, Visitor(town), "gry")
    assert await roles_of(town, "Bo Friis") == [("carer", "Nord"), ("leader", "Syd")]
    provider.people["gry"]["roles"] = []
    await sign_in(provider, Visitor(town), "gry")

    assert await roles_of(town, "Bo Friis") == [("carer", "Nord")]
    [ended] = await rows(town, "select * from role where name = 'leader' and ended_at is not null")
    assert (ended["person_id"], ended["ended_by_id"], ended["rule_id"] is None) == (id_of("bo"), None, False)


async def called_in_syd(town: Town) -> list[str]:
    """The numbers of the leaders whom carers can call from a visit in Syd."""
    [row] = await rows(town, f"select body from document where id = 'visit-{id_of('solveig')}'")
    return [each["phone"] for each in read_visit(row["body"])["contacts"] if each["who"] == "leader"]


async def test_a_leader_by_a_claim_is_called_while_the_claim_or_its_rule_gives_it(
    town: Town, provider: Provider
):
    await add_rule(town, "Leder Syd", "leader", "syd")
    [rule] = await rows(town, "select id from claim_rule")
    await link(town, provider, "bo", "gry")
    async with town.database.transaction() as tx:
        await roles.set_phone(tx, id_of("bo"), "12 34 56 78", id_of("lis"), "2026-11-23T08:00:00.000Z")
    called = []
    for claims in (["Leder Syd"], [], ["Leder Syd"]):
        provider.people["gry"]["roles"] = claims
        await sign_in(provider, Visitor(town), "gry")
        called.append(await called_in_syd(town))

    await (await in_as(town, "alma")).post("/people/claims/remove", data={"rule_id": rule["id"]})

    assert called == [["12 34 56 78"], [], ["12 34 56 78"]]
    assert await called_in_syd(town) == []


async def test_who_has_lost_every_role_is_out_of_every_browser(town: Town, provider: Provider):
    await add_rule(town, "Udekørende")
    gry = Visitor(town)
    await sign_in(provider, gry, "gry")
    assert await gry.is_in()
    provider.people["gry"]["roles"] = []

    answer = await sign_in(provider, Visitor(town), "gry")

    assert refusal(answer) == (403, "NoAccessHere")
    assert not await gry.is_in()
    provider.people["gry"]["roles"] = "Udekørende"  # one, not in a list
    assert (await sign_in(provider, Visitor(town), "gry")).status_code == 200


async def test_what_somebody_has_ended_by_hand_no_claim_begins_again(town: Town, provider: Provider):
    await add_rule(town, "Udekørende")
    gry, lis = Visitor(town), await in_as(town, "lis")
    await sign_in(provider, gry, "gry")
    [person] = await rows(town, "select id from person where name = 'Gry Holt'")
    assert (await lis.post(f"/people/{person['id']}/shut-out", data={"x": "1"})).status_code == 303

    assert not await gry.is_in()
    assert refusal(await sign_in(provider, Visitor(town), "gry")) == (403, "NoAccessHere")

    form = {"role": "carer", "team_id": id_of("nord")}
    town.now += timedelta(seconds=1)
    await lis.post(f"/people/{person['id']}/roles", data=form)
    assert (await sign_in(provider, Visitor(town), "gry")).status_code == 200


async def test_what_is_given_by_hand_besides_a_claim_stays_when_the_claim_goes(
    town: Town, provider: Provider
):
    await add_rule(town, "Udekørende")
    await sign_in(provider, Visitor(town), "gry")
    [person] = await rows(town, "select id from person where name = 'Gry Holt'")
    town.now += timedelta(seconds=1)
    form = {"role": "carer", "team_id": id_of("nord")}
    await (await in_as(town, "lis")).post(f"/people/{person['id']}/roles", data=form)
    provider.people["gry"]["roles"] = []

    assert (await sign_in(provider, Visitor(town), "gry")).status_code == 200
    assert await roles_of(town, "Gry Holt") == [("carer", "Nord")]


async def test_a_role_that_ran_out_begins_again_by_a_claim(town: Town, provider: Provider):
    await add_rule(town, "Leder Syd", "leader", "syd")
    async with town.database.transaction() as tx:
        await roles.add_role(
            tx, id_of("bo"), Role("leader", id_of("syd")), LONG_AGO, "2021-01-01T00:00:00.000Z"
        )
    await link(town, provider, "bo", "gry")
    provider.people["gry"]["roles"] = ["Leder Syd"]

    await sign_in(provider, Visitor(town), "gry")

    found = await rows(town, "select ended_at, rule_id from role where name = 'leader' and person_id = :id order by starts_at", id=id_of("bo"))  # fmt: skip
    assert [(row["ended_at"], row["rule_id"] is None) for row in found] == [
        ("2021-01-01T00:00:00.000Z", True),
        (None, False),
    ]


async def test_roles_that_a_provider_says_stand_elsewhere_are_left_as_they_are(
    town: Town, provider: Provider
):
    """Entra leaves a claim out when it would be too long, and names it in `_claim_names`."""
    await add_rule(town, "Udekørende")
    await sign_in(provider, Visitor(town), "gry")
    provider.claims = {"roles": None, "_claim_names": {"roles": "src1"}}

    assert (await sign_in(provider, Visitor(town), "gry")).status_code == 200
    assert await roles_of(town, "Gry Holt") == [("carer", "Nord")]


async def test_another_claim_can_carry_the_roles(tmp_path: Path, provider: Provider):
    async with open_town(tmp_path, **provider.settings(oidc_roles_claim="groups")) as town:
        await be_at(town, provider)
        await add_rule(town, "Udekørende")
        provider.people["gry"] |= {"roles": [], "groups": [7, None, "\ud800", "Udekørende"]}

        assert (await sign_in(provider, Visitor(town), "gry")).status_code == 200


async def test_a_list_of_employees_leaves_roles_from_claims_alone(town: Town, provider: Provider):
    await add_rule(town, "Leder Syd", "leader", "syd")
    number = in_list("person", "4101").id
    people = "medarbejder;navn;rolle;gruppe\n4101;Mette Kjær;medarbejder;Vest\n"
    for _ in range(2):
        town.now += timedelta(hours=1)
        await import_employees(town.database, people, lambda: town.now)
        async with town.database.transaction() as tx:
            if not await rows(town, "select * from identity"):
                await identities.add_identity(
                    tx, provider.issuer, provider.people["gry"]["sub"], number, LONG_AGO
                )
        provider.people["gry"]["roles"] = ["Leder Syd"]
        await sign_in(provider, Visitor(town), "gry")

        assert await roles_of(town, "Mette Kjær") == [("carer", "Vest"), ("leader", "Syd")]
    assert len(await rows(town, "select * from role where rule_id is not null")) == 1


async def test_where_a_role_is_from_is_seen_by_those_who_answer_for_it(town: Town, provider: Provider):
    await add_rule(town, "Udekørende")
    await sign_in(provider, Visitor(town), "gry")
    [person] = await rows(town, "select id from person where name = 'Gry Holt'")
    lis = await in_as(town, "lis")

    about = (await lis.get(f"/people/{person['id']}")).text
    assert "fra kommunen: Udekørende" in about
    assert "Logger ind med kommunen" in about
    assert "Ingen adgangsnøgle endnu" not in about
    assert "Logger ind med kommunen" in (await lis.get("/people")).text
    review = (await lis.get("/people/review")).text
    assert "givet med kommunens Udekørende" in review
    assert "fra kommunen: Udekørende" in review


# The rules --------------------------------------------------------------------------------------------------


async def test_a_rule_that_is_removed_takes_what_it_gave_at_once(town: Town, provider: Provider):
    await add_rule(town, "Udekørende")
    gry, alma = Visitor(town), await in_as(town, "alma")
    await sign_in(provider, gry, "gry")
    [rule] = await rows(town, "select id from claim_rule")
    assert "1 person har den" in (await alma.get("/people/claims")).text

    answer = await alma.post("/people/claims/remove", data={"rule_id": rule["id"]})

    assert answer.status_code == 303
    assert not await gry.is_in()
    shown = (await alma.get("/people/claims")).text
    assert "lavet af Alma Vig" in shown
    assert "fjernet af Alma Vig" in shown
    await add_rule(town, "Udekørende")
    assert (await sign_in(provider, Visitor(town), "gry")).status_code == 200


async def test_ones_own_rule_gives_oneself_nothing(town: Town, provider: Provider):
    provider.add("alma", "Alt")
    await add_rule(town, "Alt", "leader", "nord")
    await link(town, provider, "alma")

    await sign_in(provider, Visitor(town), "alma")

    assert await roles_of(town, "Alma Vig") == [("administrator", "Kommunen")]


async def test_an_administrators_tablet_left_open_makes_no_rule(town: Town):
    alma = await in_as(town, "alma")
    await alma.add_passkey()
    await alma.sign_in()
    form = {"value": "Vikar", "role": "carer", "team_id": id_of("nord")}
    town.now += timedelta(minutes=11)

    asked = await alma.post("/people/claims", data=form)

    assert (asked.status_code, await rows(town, "select id from claim_rule")) == (403, [])
    assert 'action="/people/claims" id="reauthenticate"' in asked.text
    await alma.confirm()
    assert (await alma.post("/people/claims", data=form)).status_code == 303
    assert [row["value"] for row in await rows(town, "select value from claim_rule")] == ["Vikar"]


@pytest.mark.parametrize("person", ["anna", "lis", "ove"])
async def test_only_administrators_say_what_a_claim_gives(town: Town, person: str):
    somebody = await in_as(town, person)
    form = {"value": "x", "role": "carer", "team_id": id_of("nord")}

    assert (await somebody.get("/people/claims")).status_code == 404
    assert (await somebody.post("/people/claims", data=form)).status_code == 404
    assert (await somebody.post("/people/claims/remove", data={"rule_id": id_of("x")})).status_code == 404
    assert "/people/claims" not in (await somebody.get("/people")).text
    assert await rows(town, "select * from claim_rule") == []


async def test_an_administrator_of_a_part_makes_removes_and_sees_rules_of_that_part_only(town: Town):
    await add_rule(town, "Syd-folk", "carer", "syd")
    [rule] = await rows(town, "select id from claim_rule")
    async with town.database.transaction() as tx:
        await roles.add_role(tx, id_of("bo"), Role("administrator", id_of("nord")), LONG_AGO)
    bo = await in_as(town, "bo")

    form = {"value": "x", "role": "carer", "team_id": id_of("syd")}
    assert (await bo.post("/people/claims", data=form)).status_code == 404
    assert (await bo.post("/people/claims/remove", data={"rule_id": rule["id"]})).status_code == 404
    assert "Syd-folk" not in (await bo.get("/people/claims")).text
    assert len(await rows(town, "select id from claim_rule where removed_at is null")) == 1


async def test_a_rule_is_there_once_and_needs_words(town: Town):
    await add_rule(town, "Udekørende")
    await add_rule(town, " Udekørende ")
    alma = await in_as(town, "alma")
    form = {"value": "  ", "role": "carer", "team_id": id_of("nord")}

    assert (await alma.post("/people/claims", data=form)).status_code == 422
    assert len(await rows(town, "select id from claim_rule")) == 1
