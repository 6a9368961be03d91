"""A role lets somebody in from its first moment to its last, and a list of employees can say both."""

from datetime import date, datetime, timedelta

import pytest

from pwa.access.queries.people import get_person
from pwa.access.rules.roles import Period, give_role, period_of
from pwa.database import Row
from pwa.imports.apply.imported import Imported, NotImported
from pwa.source_ids import id_of as id_in_file
from pwa.words import Role, to_text
from tests.house import House
from tests.imports.lists import import_employees
from tests.small_town import id_of

CARER_OF_NORD = Role("carer", id_of("nord"))
LIST = "medarbejder;navn;rolle;gruppe;fra;til\n"


async def give(house: House, person: str, role: Role, last_day: date | None, by: str | None = None) -> bool:
    async with house.database.transaction() as tx:
        period = period_of(None, last_day, house.now)
        return await give_role(tx, id_of(person), role, period, house.now, by and id_of(by))


async def roles_of(house: House, person_id: str) -> set[str]:
    async with house.database.snapshot() as tx:
        person = await get_person(tx, person_id, to_text(house.now))
    return {role.name for role in person.roles} if person else set()


async def rows_of(house: House, person_id: str) -> list[Row]:
    return await house.rows("select * from role where person_id = :id order by starts_at, name", id=person_id)


async def take_in(house: House, *lines: str) -> Imported:
    return await import_employees(house.database, LIST + "\n".join(lines), lambda: house.now)


@pytest.mark.parametrize(
    ("last_day", "ends_at"),
    [
        (date(2026, 12, 4), "2026-12-04T23:00:00.000Z"),
        (date(2026, 7, 1), "2026-07-01T22:00:00.000Z"),
        (date(2026, 10, 24), "2026-10-24T22:00:00.000Z"),  # the night before the clock goes back
        (None, None),
    ],
)
def test_a_last_day_is_over_at_midnight_in_denmark(last_day: date | None, ends_at: str | None):
    assert period_of(None, last_day, datetime.fromisoformat("2026-06-01T08:00:00Z")).ends_at == ends_at


async def test_a_temp_is_in_until_the_last_day_is_over_and_not_a_moment_longer(house: House):
    await give(house, "ove", CARER_OF_NORD, date(2026, 11, 25))
    house.now = datetime.fromisoformat("2026-11-25T22:59:59.999Z")
    assert await roles_of(house, id_of("ove")) == {"carer", "organiser"}

    house.now += timedelta(milliseconds=1)

    assert await roles_of(house, id_of("ove")) == {"organiser"}


async def test_whose_only_role_has_ended_is_out_and_what_was_written_is_held(house: House):
    carl = house.phone("carl")
    await carl.sync()
    async with house.database.transaction() as tx:
        syd = Role("carer", id_of("syd"))
        await give_role(tx, id_of("carl"), syd, period_of(None, date(2026, 11, 23), house.now), house.now)
    assert (await carl.post()).status_code == 200

    house.now += timedelta(hours=18)
    answer = await carl.post(carl.note(visit="solveig"))

    assert [fate["fate"] for fate in answer.json()["fates"]] == ["held"]
    assert (await carl.post()).status_code == 401
    assert (await house.http.post("/demo/sign-in", data={"person": id_of("carl")})).status_code == 404


async def test_a_role_that_has_not_begun_lets_nobody_in(house: House):
    async with house.database.transaction() as tx:
        leads = Role("leader", id_of("nord"))
        tomorrow = Period("2026-11-24T23:00:00.000Z", None)
        await give_role(tx, id_of("anna"), leads, tomorrow, house.now)

    assert await roles_of(house, id_of("anna")) == {"carer"}
    house.now += timedelta(days=2)
    assert await roles_of(house, id_of("anna")) == {"carer", "leader"}


async def test_a_role_given_again_while_it_runs_runs_longer_and_is_one(house: House):
    assert await give(house, "carl", CARER_OF_NORD, date(2026, 11, 25))

    assert await give(house, "carl", CARER_OF_NORD, date(2026, 12, 25))

    assert not await give(house, "carl", CARER_OF_NORD, date(2026, 12, 25))
    [row] = [row for row in await rows_of(house, id_of("carl")) if row["team_id"] == id_of("nord")]
    assert row["ends_at"] == "2026-12-25T23:00:00.000Z"


async def test_a_role_given_again_after_it_ran_out_leaves_the_first_as_it_was(house: House):
    await give(house, "carl", CARER_OF_NORD, date(2026, 11, 25), by="lis")
    house.now += timedelta(days=10)

    await give(house, "carl", CARER_OF_NORD, date(2026, 12, 25), by="ove")

    first, second = [row for row in await rows_of(house, id_of("carl")) if row["team_id"] == id_of("nord")]
    assert (first["ends_at"], first["ended_at"], first["given_by_id"]) == (
        "2026-11-25T23:00:00.000Z",
        "2026-11-25T23:00:00.000Z",
        id_of("lis"),
    )
    assert (second["starts_at"], second["ended_at"], second["given_by_id"]) == (
        to_text(house.now),
        None,
        id_of("ove"),
    )


async def test_a_list_says_from_and_until_when(house: House):
    await take_in(house, "7;Vikar Vibe;medarbejder;Nord;24-11-2026;04-12-2026")
    vibe = id_in_file("person", "7")

    assert await roles_of(house, vibe) == set()
    house.now += timedelta(days=2)
    assert await roles_of(house, vibe) == {"carer"}
    house.now += timedelta(days=12)
    assert await roles_of(house, vibe) == set()


async def test_a_list_that_says_another_last_day_moves_it(house: House):
    line = "7;Vikar Vibe;medarbejder;Nord;;04-12-2026"
    await take_in(house, line)

    again, longer = await take_in(house, line), await take_in(house, line.replace("04-12", "18-12"))

    assert (again.unchanged, longer.changed) == (1, 1)
    house.now += timedelta(days=20)
    assert await roles_of(house, id_in_file("person", "7")) == {"carer"}


async def test_a_list_takes_what_it_gave_and_leaves_what_somebody_here_has_given(house: House):
    await take_in(house, "7;Vibe Bo;medarbejder;Nord;;", "7;Vibe Bo;leder;Nord;;")
    vibe = id_in_file("person", "7")
    async with house.database.transaction() as tx:
        organises = Role("organiser", id_of("nord"))
        await give_role(tx, vibe, organises, period_of(None, None, house.now), house.now, id_of("ove"))

    await take_in(house, "7;Vibe Bo;medarbejder;Nord;;")

    assert await roles_of(house, vibe) == {"carer", "organiser"}
    ended = [row for row in await rows_of(house, vibe) if row["ended_at"]]
    assert [(row["name"], row["ended_by_id"]) for row in ended] == [("leader", None)]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("7;Vibe;medarbejder;Nord;04-12-2026;03-12-2026", "The last day lies before the first."),
        ("7;Vibe;medarbejder;Nord;;31-11-2026", "The date “%(written)s” does not exist."),
        ("7;Vibe;medarbejder;Nord;i morgen;", "“%(written)s” is not a date. Write it as 23-11-2026."),
    ],
)
async def test_a_list_with_wrong_days_is_refused(house: House, line: str, said: str):
    with pytest.raises(NotImported) as refused:
        await take_in(house, line)

    assert [mistake.message for mistake in refused.value.mistakes] == [said]


async def test_what_somebody_sent_while_in_the_team_stays_the_teams_business(house: House):
    """The leader looks at what was refused then; what is refused after somebody has left is not for that leader."""
    carl = house.phone("carl")
    await give(house, "carl", CARER_OF_NORD, date(2026, 11, 23))
    await carl.push(carl.change("fly", "else"), carl.change("fly", "solveig"))
    house.now += timedelta(days=1)
    await carl.push(carl.change("fly", "solveig"))

    cookie = await house.sign_in("lis")
    page = (await house.http.get("/held", headers={"Cookie": cookie})).text

    assert page.count('id="change-') == 2
