"""Whoever vouches cannot give more than she has, later either: with a role beyond hers the ways in end."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta

import pytest

from pwa.access.queries import roles
from pwa.access.rules.roles import give_role, period_of
from pwa.imports.apply.imported import Imported
from pwa.source_ids import id_of as id_in_file
from pwa.words import Role, RoleName, new_id
from tests.access.test_getting_in import code_on, come_in, leader, recovery_codes
from tests.house import House
from tests.imports.lists import import_employees
from tests.small_town import LONG_AGO, Town, id_of
from tests.visitor import Visitor

VIBE = id_in_file("person", "9001")
LIST = "medarbejder;navn;rolle;gruppe;overgruppe;fra;til\n"
TOP = id_in_file("team", "Kommunen")


async def add(town: Town, person: str, name: str, role: RoleName, team_id: str) -> None:
    """Somebody who has been here for long."""
    async with town.database.transaction() as tx:
        await roles.set_person(tx, id_of(person), name, "da")
        await roles.add_role(tx, id_of(person), Role(role, team_id), LONG_AGO)


async def take_in(town: Town, *lines: str) -> Imported:
    """A list of employees comes."""
    return await import_employees(town.database, LIST + "\n".join(lines), lambda: town.now)


async def let_in(town: Town, by: str = "lis", person_id: str = VIBE) -> Visitor:
    """Somebody with an employee number is let in by somebody here, as a carer of Nord."""
    async with town.database.transaction() as tx:
        await roles.set_person(tx, person_id, "Vibe Holm", "da")
        role = Role("carer", id_of("nord"))
        await give_role(tx, person_id, role, period_of(None, None, town.now), town.now, id_of("lis"))
    code = code_on((await (await leader(town, by)).post(f"/people/{person_id}/invite")).text)
    vibe = Visitor(town)
    assert (await come_in(vibe, code)).status_code == 200
    town.now += timedelta(minutes=1)
    return vibe


async def open_code(town: Town, by: str = "lis") -> str:
    """A code for her that nobody has used."""
    return code_on((await (await leader(town, by)).post(f"/people/{VIBE}/invite")).text)


async def test_who_becomes_administrator_by_an_import_is_let_in_anew_by_somebody_who_may_give_that(
    town: Town,
):
    vibe = await let_in(town)
    codes = await recovery_codes(vibe)
    code = await open_code(town)
    before = await vibe.is_in()

    imported = await take_in(town, "9001;Vibe Holm;administrator;Kommunen;;;")

    assert (before, await vibe.is_in()) == (True, False)
    refused = await vibe.sign_in()
    assert (refused.status_code, refused.json()["code"]) == (403, "MustBeLetInAgain")
    for each in (code, codes[0]):
        assert (await come_in(Visitor(town), each)).json()["code"] == "CodeDoesNotWork"
    assert (await (await leader(town)).post(f"/people/{VIBE}/invite")).status_code == 404
    assert {"name": "Vibe Holm"} in [warning.params for warning in imported.warnings]

    await add(town, "alma", "Alma Vig", "administrator", TOP)
    await add(town, "alma", "Alma Vig", "administrator", id_of("kommune"))
    again = Visitor(town)
    assert (await come_in(again, await open_code(town, "alma"))).json()["to"] == "/"
    town.now += timedelta(minutes=1)
    await take_in(town, "9001;Vibe Holm;administrator;Kommunen;;;", "9001;Vibe Holm;dpo;Kommunen;;;")
    assert await again.is_in()


async def by_hand(town: Town) -> None:
    await add(town, "alma", "Alma Vig", "administrator", id_of("kommune"))
    form = {"role": "organiser", "team_id": id_of("kommune")}
    answer = await (await leader(town, "alma")).post(f"/people/{VIBE}/roles", data=form)
    assert answer.status_code == 303


async def by_hand_later(town: Town) -> None:
    await add(town, "alma", "Alma Vig", "administrator", id_of("kommune"))
    form = {"role": "leader", "team_id": id_of("nord"), "first_day": "2026-12-24"}
    assert (await (await leader(town, "alma")).post(f"/people/{VIBE}/roles", data=form)).status_code == 303


async def by_a_list_in_another_team(town: Town) -> None:
    await take_in(town, "9001;Vibe Holm;medarbejder;Syd;;;")


async def by_a_list_for_some_days(town: Town) -> None:
    await take_in(town, "9001;Vibe Holm;leder;Nord;;24.12.2026;31.12.2026")


@pytest.mark.parametrize(
    "arrives", [by_hand, by_hand_later, by_a_list_in_another_team, by_a_list_for_some_days]
)
async def test_whatever_a_role_comes_by_the_ways_in_end_when_whoever_let_her_in_could_not_give_it(
    town: Town, arrives: Callable[[Town], Awaitable[None]]
):
    vibe = await let_in(town)

    await arrives(town)

    assert not await vibe.is_in()
    assert (await vibe.sign_in()).json()["code"] == "MustBeLetInAgain"


async def test_a_role_that_ran_out_and_comes_back_ends_the_ways_in_that_somebody_else_gave_meanwhile(
    town: Town,
):
    await take_in(town, "9001;Vibe Holm;administrator;Kommunen;;;22.11.2026")
    vibe = await let_in(town)
    before = await vibe.is_in()

    await take_in(town, "9001;Vibe Holm;administrator;Kommunen;;;31.12.2026")

    assert (before, await vibe.is_in()) == (True, False)


@pytest.mark.parametrize(("by", "stays"), [("lis", False), ("ove", True)])
async def test_what_whoever_let_her_in_could_have_given_ends_nothing(town: Town, by: str, stays: bool):
    vibe = await let_in(town, by)

    async with town.database.transaction() as tx:
        role, period = Role("leader", id_of("nord")), period_of(None, None, town.now)
        await give_role(tx, VIBE, role, period, town.now)

    assert await vibe.is_in() is stays


async def test_what_she_could_give_then_counts_also_when_she_has_left(town: Town):
    vibe = await let_in(town, "ove")
    async with town.database.transaction() as tx:
        await roles.end_role(
            tx, id_of("ove"), Role("organiser", id_of("kommune")), "2026-11-23T08:00:00.000Z"
        )
        town.now += timedelta(days=1)
        await give_role(tx, VIBE, Role("carer", id_of("syd")), period_of(None, None, town.now), town.now)

    assert await vibe.is_in()


@pytest.mark.parametrize(("leads", "stays"), [("Lisbet", True), ("En anden", False)])
async def test_a_team_that_comes_under_another_name_keeps_those_whom_its_leader_let_in(
    town: Town, leads: str, stays: bool
):
    await take_in(town, "1;Lisbet;leder;Skoven;Kommunen;;", "2;En anden;leder;Engen;Kommunen;;",
                  "9001;Vibe Holm;medarbejder;Skoven;;;")  # fmt: skip
    lisbet = Visitor(town)
    await lisbet.post("/demo/sign-in", data={"person": id_in_file("person", "1")})
    vibe = Visitor(town)
    await come_in(vibe, code_on((await lisbet.post(f"/people/{VIBE}/invite")).text))
    town.now += timedelta(minutes=1)

    number = {"Lisbet": "1", "En anden": "2"}[leads]
    await take_in(
        town, "9001;Vibe Holm;medarbejder;Skovbrynet;Kommunen;;", f"{number};{leads};leder;Skovbrynet;;;"
    )

    assert await vibe.is_in() is stays


async def test_a_role_that_is_only_prolonged_or_was_hers_when_she_was_let_in_ends_nothing(town: Town):
    vibe = await let_in(town)

    async with town.database.transaction() as tx:
        for last_day in (date(2026, 12, 4), None):
            period = period_of(None, last_day, town.now)
            await give_role(tx, VIBE, Role("carer", id_of("nord")), period, town.now)

    assert await vibe.is_in()


async def test_one_code_of_somebody_who_may_less_is_enough_to_end_them_all(town: Town):
    vibe = await let_in(town, "ove")
    other = Visitor(town)
    await come_in(other, await open_code(town, "lis"))
    town.now += timedelta(minutes=1)

    async with town.database.transaction() as tx:
        await give_role(tx, VIBE, Role("leader", id_of("nord")), period_of(None, None, town.now), town.now)

    assert (await vibe.is_in(), await other.is_in()) == (False, False)


async def test_everybody_it_is_about_is_told_in_words(town: Town):
    vibe = await let_in(town)
    await take_in(town, "9001;Vibe Holm;medarbejder;Syd;;;", "9001;Vibe Holm;leder;Nord;;;")
    await add(town, "dora", "Dora Dam", "dpo", id_in_file("team", "Syd"))

    lis, dora = await leader(town), await leader(town, "dora")

    assert "Du har fået en ny rolle" in (await vibe.get("/sign-in")).text
    assert "Du har fået en ny rolle" not in (await Visitor(town).get("/sign-in")).text
    assert "Skal lukkes ind igen" in (await lis.get("/people")).text
    page = (await lis.get(f"/people/{VIBE}")).text
    assert "Vibe Holm har fået en ny rolle" in page
    assert "Syd" not in page
    assert "veje ind er lukket" in (await dora.get("/people/review")).text


async def test_who_was_let_in_again_is_waited_for_no_more(town: Town):
    await let_in(town)
    await take_in(town, "9001;Vibe Holm;leder;Nord;;;")
    async with town.database.transaction() as tx:
        # The list's Nord is a team of its own: she leads that one too.
        await roles.add_role(tx, id_of("ove"), Role("organiser", id_in_file("team", "Nord")), LONG_AGO)
    lis = await leader(town)
    waits = (await lis.get("/people")).text

    assert (await come_in(Visitor(town), await open_code(town, "ove"))).status_code == 200

    assert "Skal lukkes ind igen" in waits
    assert "Skal lukkes ind igen" not in (await lis.get("/people")).text
    assert "Skal lukkes ind igen" not in (await lis.get(f"/people/{VIBE}")).text


async def test_an_end_of_ways_in_is_never_changed(town: Town):
    await let_in(town)
    await take_in(town, "9001;Vibe Holm;leder;Nord;;;")

    for statement in ("update access_reset set at = '2030'", "delete from access_reset"):
        with pytest.raises(Exception, match="an end of ways in is never"):
            async with town.database.transaction() as tx:
                await tx.execute(statement)


async def invited_by_lis(house: House) -> None:
    """Lis has let Anna in."""
    async with house.database.transaction() as tx:
        await tx.execute(
            """
            insert into invitation (id, person_id, code_hash, by_id, made_at, ends_at, used_at)
            values (:id, :anna, 'x', :lis, '2026-11-01T08:00:00.000Z', '2026-11-01T08:15:00.000Z', '2026-11-01T08:05:00.000Z')
            """,
            {"id": new_id(), "anna": id_of("anna"), "lis": id_of("lis")},
        )


async def promote(house: House) -> None:
    async with house.database.transaction() as tx:
        await give_role(
            tx, id_of("anna"), Role("leader", id_of("nord")), period_of(None, None, house.now), house.now
        )


async def test_what_waits_on_her_phone_is_judged_as_usual_once_she_is_in_again(house: House):
    phone = house.phone()
    await phone.sync()
    await invited_by_lis(house)
    note = phone.note("Skrevet før.")
    await promote(house)
    refused = await phone.post(note)
    await house.sign_in("anna")

    [fate] = await phone.push(note)

    assert (refused.status_code, fate.problem) == (401, None)
    assert [note["text"] for note in (await phone.visit())["notes"]] == ["Skrevet før."]


async def test_what_waits_on_her_phone_is_held_when_she_does_not_come_back(house: House):
    phone = house.phone()
    await phone.sync()
    await invited_by_lis(house)
    note = phone.note("Skrevet før.")
    await promote(house)
    house.pass_time(days=1, minutes=1)

    answer = await phone.sync(note)

    [fate] = answer["fates"]
    assert fate["problem"] == "SignInEnded"
    assert answer["documents"] == []
    [kept] = await house.log()
    assert "Skrevet før." in str(kept)


async def shut_lis_out(town: Town) -> None:
    assert (await (await leader(town, "ove")).post(f"/people/{id_of('lis')}/shut-out")).status_code == 303


async def end_her_role(town: Town) -> None:
    async with town.database.transaction() as tx:
        await roles.set_ends(tx, id_of("lis"), Role("leader", id_of("nord")), "2026-11-23T07:45:00.000Z")
    town.now += timedelta(minutes=5)


@pytest.mark.parametrize("end", [shut_lis_out, end_her_role])
@pytest.mark.parametrize("is_typed", [False, True])
async def test_a_code_lets_in_nobody_once_whoever_made_it_may_let_them_in_no_more(
    town: Town, end: Callable[[Town], Awaitable[None]], is_typed: bool
):
    lis, anna = await leader(town), Visitor(town)
    code = code_on((await lis.post(f"/people/{id_of('anna')}/invite")).text)
    typed = await anna.post("/sign-in/code", {"code": code}) if is_typed else None

    await end(town)

    if typed:
        answer = await anna.post("/sign-in/passkey", anna.phone.make(typed.json()["options"]))
    else:
        answer = await come_in(anna, code)
    assert answer.json()["code"] == ("NotLetIn" if typed else "CodeDoesNotWork")
    assert not await anna.is_in()


async def test_a_leader_sees_of_somebody_who_has_left_no_phones_and_no_ways_in(town: Town):
    async with town.database.transaction() as tx:
        await roles.add_role(tx, id_of("carl"), Role("carer", id_of("nord")), LONG_AGO)
    carl = Visitor(town)
    await carl.sign_in_as_in_the_demo("carl")
    await carl.add_passkey()
    lis = await leader(town)
    before = (await lis.get(f"/people/{id_of('carl')}")).text
    async with town.database.transaction() as tx:
        await roles.end_role(tx, id_of("carl"), Role("carer", id_of("nord")), "2026-11-23T07:00:00.000Z")

    after = (await lis.get(f"/people/{id_of('carl')}")).text

    assert 'id="place-' in before
    assert "Carl Juhl" in after
    assert 'id="place-' not in after
    assert "icon-key" not in after.partition('class="ways-in"')[2].partition("</ul>")[0]


async def test_nobody_writes_the_number_of_a_leader_whom_they_could_not_make_one(town: Town):
    async with town.database.transaction() as tx:
        await roles.add_role(tx, id_of("mia"), Role("carer", id_of("nord")), LONG_AGO)
        await roles.set_phone(tx, id_of("mia"), "12 34 56 78", id_of("lis"), "2026-11-23T08:00:00.000Z")
    form = {"role": "carer", "team_id": id_of("nord"), "last_day": "2026-12-24"}

    refused = await (await leader(town)).post(
        f"/people/{id_of('mia')}/roles", data=form | {"phone": "87 65 43 21"}
    )
    done = await (await leader(town)).post(f"/people/{id_of('mia')}/roles", data=form)

    assert (refused.status_code, done.status_code) == (404, 303)
    async with town.database.snapshot() as tx:
        assert await tx.rows("select phone from person where id = :id", {"id": id_of("mia")}) == [
            {"phone": "12 34 56 78"}
        ]
