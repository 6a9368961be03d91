"""The municipality's own sign-in: who comes in by it, with which roles, and that nothing that does not hold lets anybody in."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx2
import pytest
from structlog.testing import capture_logs

from pwa.access.oidc import provider as asking
from pwa.access.queries import identities, roles
from pwa.database import Row
from pwa.imports.apply.people import import_people
from pwa.imports.read.people_file import read_people
from pwa.source_ids import source as in_list
from pwa.words import Role, new_id
from tests.provider import ANOTHER_KEY, CLIENT, SECRET, Key, Provider, text_of
from tests.small_town import LONG_AGO, MORNING, Town, id_of, open_town
from tests.visitor import Visitor

Json = dict[str, Any]
ADMINISTRATOR = Role("administrator", id_of("kommune"))


@pytest.fixture
def provider() -> Iterator[Provider]:
    """A provider with an account each for Anna, who is here, and Gry, who is not."""
    with Provider() as provider:
        provider.add("anna", "Udekørende", email="anna@kommunen.example")
        provider.add("gry", "Udekørende", name="Gry Holt")
        yield provider


@pytest.fixture
async def town(tmp_path: Path, provider: Provider) -> AsyncIterator[Town]:
    """The town, where single sign-on is set, and Alma is an administrator of all of it."""
    async with open_town(tmp_path, **provider.settings()) as town:
        await be_at(town, provider)
        yield town


@pytest.fixture
async def real_town(tmp_path: Path, provider: Provider) -> AsyncIterator[Town]:
    """The same, as `serve` serves it."""
    async with open_town(tmp_path, demo=False, **provider.settings()) as town:
        await be_at(town, provider)
        yield town


async def be_at(town: Town, provider: Provider) -> None:
    """One clock for both, and an administrator."""
    provider.now = lambda: town.now
    async with town.database.transaction() as tx:
        await roles.set_person(tx, id_of("alma"), "Alma Vig", "da")
        await roles.add_role(tx, id_of("alma"), ADMINISTRATOR, LONG_AGO)


async def in_as(town: Town, person: str) -> Visitor:
    visitor = Visitor(town)
    await visitor.sign_in_as_in_the_demo(person)
    return visitor


async def begin(visitor: Visitor, path: str = "/sign-in/sso") -> str:
    """Press the button; where the browser is sent."""
    answer = await visitor.post(path)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["to"])


async def come_back(provider: Provider, visitor: Visitor, person: str) -> Json:
    """Press the button, be somebody there; what the address says that one comes back with."""
    return provider.answer_to(await begin(visitor), person)


async def sign_in(provider: Provider, visitor: Visitor, person: str) -> httpx2.Response:
    return await visitor.post("/sign-in/sso/answer", await come_back(provider, visitor, person))


async def add_rule(town: Town, value: str, role: str = "carer", team: str = "nord", by: str = "alma") -> None:
    form = {"value": value, "role": role, "team_id": id_of(team)}
    answer = await (await in_as(town, by)).post("/people/claims", data=form)
    assert answer.status_code == 303, answer.text


async def add_rule_by_hand(town: Town, value: str, role: str = "carer", team: str = "nord") -> None:
    """Where nobody signs in as in the demo."""
    async with town.database.transaction() as tx:
        await tx.execute(
            """
            insert into claim_rule (id, value, name, team_id, made_at, made_by_id)
            values (:id, :value, :name, :team_id, :at, :by_id)
            """,
            {"id": id_of(f"rule {value} {role}"), "value": value, "name": role, "team_id": id_of(team),
             "at": LONG_AGO, "by_id": id_of("alma")},
        )  # fmt: skip


async def link(town: Town, provider: Provider, person: str, account: str = "") -> Visitor:
    """Somebody who is here links her account."""
    visitor = await in_as(town, person)
    said = provider.answer_to(await begin(visitor, "/access/sso/link"), account or person)
    assert (await visitor.post("/access/sso/linked", said)).json() == {"to": "/access"}
    return visitor


async def rows(town: Town, sql: str, **params: str) -> list[Row]:
    async with town.database.snapshot() as tx:
        return await tx.rows(sql, params)


async def roles_of(town: Town, name: str) -> list[tuple[str, str]]:
    """What somebody of this name may do now, and where."""
    found = await rows(
        town,
        """
        select role.name, team.name as team from role join person on person.id = role.person_id
          join team on team.id = role.team_id
        where person.name = :name and ended_at is null order by role.name, team.name
        """,
        name=name,
    )
    return [(row["name"], row["team"]) for row in found]


def refusal(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


# Off unless it is set -----------------------------------------------------------------------------------------

EVERYWHERE = [
    ("GET", "/sso"), ("POST", "/sign-in/sso"), ("POST", "/sign-in/sso/answer"), ("POST", "/access/sso/link"),
    ("POST", "/access/sso/linked"), ("POST", "/access/sso/confirm"), ("POST", "/access/sso/confirmed"),
    ("POST", "/access/sso/remove"), ("GET", "/people/claims"), ("POST", "/people/claims"),
    ("POST", "/people/claims/remove"),
]  # fmt: skip


async def test_nothing_of_it_is_there_unless_it_is_set(tmp_path: Path):
    async with open_town(tmp_path) as town:
        await be_at(town, Provider())
        alma = await in_as(town, "alma")

        statuses = {
            (method, path): (await (alma.get(path) if method == "GET" else alma.post(path))).status_code
            for method, path in EVERYWHERE
        }
        pages = [(await alma.get(path)).text for path in ("/sign-in", "/access", "/people")]

    assert set(statuses.values()) == {404}
    assert "kommunen" not in "".join(pages)


@pytest.mark.parametrize(("name", "shown"), [("", "Log ind med kommunen"), ("Log ind i Nordby",) * 2])
async def test_the_door_has_a_button_with_the_words_that_are_set(
    tmp_path: Path, provider: Provider, name: str, shown: str
):
    async with open_town(tmp_path, **provider.settings(oidc_name=name)) as town:
        assert shown in (await Visitor(town).get("/sign-in")).text


# The way there and back ---------------------------------------------------------------------------------------


async def test_the_browser_is_sent_there_with_everything_that_binds_the_answer_to_it(
    town: Town, provider: Provider
):
    visitor = Visitor(town)
    answer = await visitor.post("/sign-in/sso")

    address = urlsplit(answer.json()["to"])
    asked = dict(parse_qsl(address.query))
    assert f"{address.scheme}://{address.netloc}" == provider.origin
    assert (asked["response_type"], asked["client_id"], asked["scope"]) == ("code", CLIENT, "openid profile")
    assert (asked["redirect_uri"], asked["code_challenge_method"]) == (f"{town.origin}/sso", "S256")
    assert not {"prompt", "max_age", "acr_values"} & asked.keys()
    assert len(asked["code_challenge"]) == len(asked["nonce"]) == 43
    name, *attributes = answer.headers["set-cookie"].split("; ")
    assert name.startswith("__Host-sso=")
    assert {"HttpOnly", "Secure", "Path=/", "SameSite=strict", "Max-Age=600"} == set(attributes)
    again = dict(parse_qsl(urlsplit(await begin(visitor)).query))
    assert not {asked[each] for each in ("state", "nonce", "code_challenge")} & set(again.values())
    assert not await rows(town, "select * from ceremony where challenge = :state", state=asked["state"])


async def test_another_site_may_send_people_back_and_do_nothing_else(town: Town, provider: Provider):
    """The provider's site sends the browser to /sso, which is a page and changes nothing."""
    visitor = Visitor(town)
    said = await come_back(provider, visitor, "gry")
    cross = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}

    page = await visitor.http.get("/sso", params=said, headers=cross)
    posted = await visitor.http.post("/sign-in/sso/answer", json=said, headers=cross)

    assert (page.status_code, "set-cookie" in page.headers, said["code"] in page.text) == (200, False, False)
    assert refusal(posted) == (403, "CrossSite")
    assert provider.codes


# Who comes in -------------------------------------------------------------------------------------------------


async def test_somebody_new_comes_in_with_the_role_that_her_claim_gives(town: Town, provider: Provider):
    await add_rule(town, "Udekørende")
    gry = Visitor(town)

    answer = await sign_in(provider, gry, "gry")

    assert (answer.status_code, answer.json()) == (200, {"to": "/"})
    assert "Gry Holt" in (await gry.get("/access")).text
    assert await roles_of(town, "Gry Holt") == [("carer", "Nord")]
    again = Visitor(town)
    assert (await sign_in(provider, again, "gry")).status_code == 200
    assert len(await rows(town, "select id from person where name = 'Gry Holt'")) == 1


async def test_who_has_no_role_by_any_claim_is_told_so_and_nothing_is_made(town: Town, provider: Provider):
    await add_rule(town, "Leder", "leader")
    before = [await rows(town, f"select * from {table}") for table in ("person", "identity", "role")]
    gry = Visitor(town)

    answer = await sign_in(provider, gry, "gry")

    assert refusal(answer) == (403, "NoAccessHere")
    assert "Spørg din leder" in answer.json()["detail"]
    assert before == [await rows(town, f"select * from {table}") for table in ("person", "identity", "role")]
    assert not await gry.is_in()


async def test_nobody_is_found_by_a_name_or_an_address(town: Town, provider: Provider):
    """Another account with everything of Anna's but the subject is somebody else."""
    await link(town, provider, "anna")
    provider.add("anna two", name="Anna Lund", email="anna@kommunen.example", preferred_username="anna")

    answer = await sign_in(provider, Visitor(town), "anna two")

    assert refusal(answer) == (403, "NoAccessHere")


async def test_the_same_subject_of_another_issuer_is_somebody_else(town: Town, provider: Provider):
    async with town.database.transaction() as tx:
        await tx.execute(
            "insert into identity (issuer, subject, person_id, linked_at) values (:issuer, :subject, :id, :at)",
            {"issuer": f"{provider.issuer}/", "subject": provider.people["anna"]["sub"],
             "id": id_of("anna"), "at": LONG_AGO},
        )  # fmt: skip

    assert refusal(await sign_in(provider, Visitor(town), "anna")) == (403, "NoAccessHere")


async def test_one_person_in_two_windows_at_once_is_one_person(town: Town, provider: Provider):
    await add_rule(town, "Udekørende")
    visitors = [Visitor(town), Visitor(town)]
    said = [await come_back(provider, visitor, "gry") for visitor in visitors]

    answers = await asyncio.gather(
        *(visitor.post("/sign-in/sso/answer", each) for visitor, each in zip(visitors, said, strict=True))
    )

    assert 200 in {answer.status_code for answer in answers}
    assert len(await rows(town, "select id from person where name = 'Gry Holt'")) == 1


async def test_a_sign_in_lasts_as_long_as_others_and_has_a_new_token(town: Town, provider: Provider):
    """Fixation: the sign-in that somebody planted in this browser is over."""
    await add_rule(town, "Udekørende")
    thief, gry = await in_as(town, "bo"), Visitor(town)
    gry.cookies["__Host-session"] = thief.cookies["__Host-session"]

    answer = await sign_in(provider, gry, "gry")

    assert gry.cookies["__Host-session"] != thief.cookies["__Host-session"]
    assert not await thief.is_in()
    assert "Max-Age=7776000" in answer.headers["set-cookie"]
    assert "SameSite=lax" in answer.headers["set-cookie"]


async def test_a_name_is_cut_and_cleaned_and_may_be_missing(town: Town, provider: Provider):
    await add_rule(town, "Udekørende")
    provider.add("long", "Udekørende", name="x" * 5000)
    provider.add("odd", "Udekørende", name="\x00\x07")
    provider.add("none", "Udekørende", name=None)

    for person in ("long", "odd", "none"):
        assert (await sign_in(provider, Visitor(town), person)).status_code == 200

    names = {row["name"] for row in await rows(town, "select name from person")}
    assert {"x" * 200, "?"} <= names


# Somebody who is here links her account -----------------------------------------------------------------------


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


# Who sits there, anew -----------------------------------------------------------------------------------------


async def test_who_has_no_passkey_makes_one_only_when_the_provider_says_that_it_was_proved_just_now(
    real_town: Town, provider: Provider
):
    await add_rule_by_hand(real_town, "Udekørende")
    gry = Visitor(real_town)
    await sign_in(provider, gry, "gry")
    assert refusal(await gry.post("/access/passkeys/challenge")) == (403, "NotConfirmed")

    for auth_time, code in ((None, "NotConfirmed"), (-3600, "NotConfirmed"), (-5, None)):
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


async def test_nobody_confirms_with_another_account(real_town: Town, provider: Provider):
    await add_rule_by_hand(real_town, "Udekørende")
    gry = Visitor(real_town)
    await sign_in(provider, gry, "gry")
    provider.claims = {"auth_time": int(real_town.now.timestamp())}

    said = provider.answer_to(await begin(gry, "/access/sso/confirm"), "anna")

    assert refusal(await gry.post("/access/sso/confirmed", said)) == (403, "NotLetIn")


# Roles from claims --------------------------------------------------------------------------------------------


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


async def test_a_list_of_employees_leaves_roles_from_claims_alone(town: Town, provider: Provider):
    await add_rule(town, "Leder Syd", "leader", "syd")
    number = in_list("person", "4101").id
    people = "medarbejder;navn;rolle;gruppe\n4101;Mette Kjær;medarbejder;Vest\n"
    for _ in range(2):
        town.now += timedelta(hours=1)
        async with town.database.transaction() as tx:
            await import_people(tx, read_people(people.encode()), town.now, new_id)
        async with town.database.transaction() as tx:
            if not await rows(town, "select * from identity"):
                await identities.add_identity(
                    tx, provider.issuer, provider.people["gry"]["sub"], number, LONG_AGO
                )
        provider.people["gry"]["roles"] = ["Leder Syd"]
        await sign_in(provider, Visitor(town), "gry")

        assert await roles_of(town, "Mette Kjær") == [("carer", "Vest"), ("leader", "Syd")]
    assert len(await rows(town, "select * from role where rule_id is not null")) == 1


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
    assert 'action="/people/claims" id="vouch"' in asked.text
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


# What does not hold -------------------------------------------------------------------------------------------

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


async def test_a_query_that_an_endpoint_has_of_its_own_is_kept(town: Town, provider: Provider):
    """RFC 6749 §3.1."""
    provider.doors = {"authorization_endpoint": f"{provider.origin}/authorize?policy=sign+in&empty="}

    asked = parse_qsl(urlsplit(await begin(Visitor(town))).query, keep_blank_values=True)

    assert asked[:3] == [("policy", "sign in"), ("empty", ""), ("response_type", "code")]


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


async def test_somebody_who_says_no_there_is_back_with_a_calm_word(town: Town, provider: Provider):
    visitor = Visitor(town)

    answer = await sign_in(provider, visitor, "")

    assert refusal(answer) == (403, "ProviderSaidNo")
    assert "Prøv igen" in answer.json()["detail"]
    assert "The user said no" not in answer.text


async def test_an_answer_is_good_once_in_one_browser_and_for_ten_minutes(town: Town, provider: Provider):
    await add_rule(town, "Udekørende")
    gry, thief = Visitor(town), Visitor(town)
    said = await come_back(provider, gry, "gry")
    await begin(thief)

    assert refusal(await thief.post("/sign-in/sso/answer", said)) == (403, "BegunElsewhere")
    assert refusal(await Visitor(town).post("/sign-in/sso/answer", said)) == (403, "BegunElsewhere")
    cookies = dict(gry.cookies)
    assert (await gry.post("/sign-in/sso/answer", said)).status_code == 200
    gry.cookies = cookies
    assert refusal(await gry.post("/sign-in/sso/answer", said)) == (403, "BegunElsewhere")

    late = await come_back(provider, gry, "gry")
    town.now += timedelta(minutes=10)
    assert refusal(await gry.post("/sign-in/sso/answer", late)) == (403, "BegunElsewhere")


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
    "said", [{}, {"state": "sso."}, {"state": 7, "code": []}, {"state": "\ud800", "code": "x"}]
)
async def test_nonsense_is_refused_like_everything_else(town: Town, said: Json):
    visitor = Visitor(town)
    await begin(visitor)

    assert refusal(await visitor.post("/sign-in/sso/answer", said)) == (403, "BegunElsewhere")


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


async def test_whoever_tries_too_often_waits_and_those_who_get_in_do_not_count(
    town: Town, provider: Provider
):
    await add_rule(town, "Udekørende")
    for _ in range(3):
        assert (await sign_in(provider, Visitor(town), "gry")).status_code == 200
    stranger = Visitor(town)
    for _ in range(60):
        await stranger.post("/sign-in/sso/answer", {"state": "sso.x"})

    assert refusal(await stranger.post("/sign-in/sso/answer", {})) == (429, "TooManyTries")


async def test_no_log_line_holds_what_lets_anybody_in(town: Town, provider: Provider):
    await add_rule(town, "Udekørende")
    gry = Visitor(town)

    with capture_logs() as logs:
        said = await come_back(provider, gry, "gry")
        await gry.post("/sign-in/sso/answer", said)
        provider.forges = "broken"
        await sign_in(provider, gry, "gry")

    secret = [
        said["code"],
        said["state"],
        SECRET,
        provider.access_token,
        gry.cookies["__Host-session"],
        "Gry",
        "eyJ",
    ]
    assert [each for each in secret if each in str(logs)] == []


async def test_who_signs_out_is_shown_where_one_signs_out_there_too(real_town: Town, provider: Provider):
    await add_rule_by_hand(real_town, "Udekørende")
    gry = Visitor(real_town)
    await sign_in(provider, gry, "gry")

    answer = await gry.post("/sign-out")

    assert answer.headers["location"] == "/sign-in?signed-out"
    page = (await gry.get(answer.headers["location"])).text
    assert f'href="{provider.origin}' in page
    assert f'href="{provider.origin}' not in (await gry.get("/sign-in")).text
    assert not await gry.is_in()
