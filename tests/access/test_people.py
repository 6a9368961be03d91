"""Those who answer for others see who is in, give and end roles, shut phones and people out, and confirm who has what."""

import re
from collections.abc import Collection
from datetime import datetime, timedelta
from html import unescape
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from pwa.access.pages.people_pages import refresh_if_leader
from pwa.access.queries.roles import set_phone
from pwa.backups.consistency import list_wrong
from pwa.care.documents.short_form import read_visit
from pwa.database import Transaction
from pwa.words import NewId, Role, RoleName, day_of, new_id
from tests.access.test_getting_in import code_on, come_in
from tests.small_town import Town, id_of
from tests.visitor import Visitor

if TYPE_CHECKING:
    from pwa.web.requests import AppRequest

Json = dict[str, Any]
ANNA, NORD = id_of("anna"), id_of("nord")


async def in_as(town: Town, person: str) -> Visitor:
    """Somebody in a browser."""
    visitor = Visitor(town)
    await visitor.sign_in_as_in_the_demo(person)
    return visitor


async def with_passkey(town: Town, person: str) -> Visitor:
    """Somebody whom a passkey of their own has let in."""
    visitor = await in_as(town, person)
    await visitor.add_passkey()
    await visitor.sign_in()
    return visitor


async def another_phone(first: Visitor) -> Visitor:
    """One more phone of the same person's, with a passkey of its own."""
    second = Visitor(first.town)
    second.cookies = dict(first.cookies)
    await second.add_passkey()
    second.cookies = {}
    await second.sign_in()
    return second


async def give(town: Town, person: str, role: RoleName, team: str) -> None:
    async with town.database.transaction() as tx:
        await tx.execute(
            "insert into role (team_id, person_id, name, starts_at) values (:team, :person, :role, :at)",
            {"team": id_of(team), "person": id_of(person), "role": role, "at": "2026-11-01T00:00:00.000Z"},
        )


async def places_of(town: Town, person: str) -> list[str]:
    async with town.database.snapshot() as tx:
        rows = await tx.rows(
            "select id from sign_in where person_id = :id and revoked_at is null order by began_at, id",
            {"id": id_of(person)},
        )
    return [row["id"] for row in rows]


async def test_a_leader_sees_her_own_people_and_no_others(town: Town):
    page = (await (await in_as(town, "lis")).get("/people")).text

    assert "Anna Lund" in page
    assert "Lis Bang" in page
    assert "Carl Juhl" not in page
    assert "Mia Skov" not in page


async def test_the_phones_page_says_when_each_phone_was_heard_and_the_silent_one_is_first(town: Town):
    bo = await town.sign_in("bo")
    await bo.push()
    town.now += timedelta(minutes=30)
    anna = await town.sign_in("anna")
    await anna.push()
    carl = await town.sign_in("carl")
    await carl.push()

    page = (await (await in_as(town, "lis")).get("/people/phones")).text

    assert page.index("Bo Friis") < page.index("Anna Lund")
    assert "Telefon hørt 08.40" in page
    assert "Telefon hørt 09.10" in page
    assert '<p class="where">Nord</p>' in page
    assert "Carl Juhl" not in page


async def test_one_phone_is_shut_out_with_the_passkey_on_it_and_the_others_go_on(town: Town):
    lost = await with_passkey(town, "anna")
    [place] = await places_of(town, "anna")
    kept = await another_phone(lost)
    before = await lost.is_in()
    lis = await in_as(town, "lis")
    page = (await lis.get(f"/people/{ANNA}")).text
    assert f'value="{place}"' in page

    answer = await lis.post(f"/people/{ANNA}/shut-out-phone", data={"sign_in_id": place})

    assert (answer.status_code, answer.headers["location"]) == (303, f"/people/{ANNA}")
    assert (before, await lost.is_in(), await kept.is_in()) == (True, False, True)
    assert (await lost.sign_in()).json()["code"] == "NotLetIn"
    assert (await kept.sign_in()).status_code == 200


async def test_with_a_phone_goes_every_browser_that_its_passkey_has_let_in(town: Town):
    lost = await with_passkey(town, "anna")
    [place] = await places_of(town, "anna")
    tablet = Visitor(town, lost.phone)
    await tablet.sign_in()
    kept = await another_phone(lost)
    before = await tablet.is_in()

    await (await in_as(town, "lis")).post(f"/people/{ANNA}/shut-out-phone", data={"sign_in_id": place})

    assert (before, await tablet.is_in(), await kept.is_in()) == (True, False, True)


async def test_a_phone_that_is_shut_out_delivers_is_ordered_to_wipe_itself_and_can_still_be_lost(town: Town):
    anna = await town.sign_in("anna")
    await anna.push()
    [place] = await places_of(town, "anna")
    lis = await in_as(town, "lis")

    async def revoke_access(how: str) -> str:
        await lis.post(f"/people/{ANNA}/shut-out-phone", data={"sign_in_id": place, "how": how})
        return (await lis.get(f"/people/{ANNA}")).text

    revoked = await revoke_access("revoked")
    answer = (await anna.push(anna.note("Faldt i badet."))).json()
    lost = await revoke_access("lost")
    again = (await anna.push()).json()
    await anna.http.post("/wiped", json=again["order"])

    assert '"vault"' in answer["order"]["text"]
    assert [fate["problem"] for fate in answer["fates"]] == ["PhoneShutOut"]
    assert '"phone"' in again["order"]["text"]
    assert "En mistet telefon" not in revoked
    assert "Næste gang den er på nettet, afleverer den det, der venter. Så sletter den sig selv." in lost
    assert "En mistet telefon" in lost
    assert "Den har slettet sig selv" in (await lis.get(f"/people/{ANNA}")).text
    again = await lis.post(f"/people/{ANNA}/shut-out-phone", data={"sign_in_id": place})
    assert again.status_code == 303, "whoever is second finds it as it was to be"


async def test_nobody_is_shut_out_by_a_phone_of_somebody_elses_or_in_a_way_there_is_not(town: Town):
    bo = await town.sign_in("bo")
    await bo.push()
    [of_bo] = await places_of(town, "bo")
    lis = await in_as(town, "lis")

    wrong_person = await lis.post(f"/people/{ANNA}/shut-out-phone", data={"sign_in_id": of_bo, "how": "lost"})
    wrong_way = await lis.post(
        f"/people/{id_of('bo')}/shut-out-phone", data={"sign_in_id": of_bo, "how": "x"}
    )

    assert (wrong_person.status_code, wrong_way.status_code) == (404, 422)
    assert (await bo.push()).status_code == 200


async def test_somebody_is_shut_out_of_everything_at_once(town: Town):
    first = await with_passkey(town, "anna")
    second = await another_phone(first)
    page = (await first.post("/access/codes", data={"x": "1"})).text
    [code, *_] = re.findall(r"<li>(\d{4} \d{4} \d{4} \d{4} \d{4})</li>", page)
    lis = await in_as(town, "lis")
    await lis.post(f"/people/{ANNA}/invite")

    await lis.post(f"/people/{ANNA}/shut-out", data={"x": "1"})

    assert [await first.is_in(), await second.is_in()] == [False, False]
    assert (await first.sign_in()).json()["code"] == "NotLetIn"
    assert (await Visitor(town).post("/sign-in/code", {"code": code})).json()["code"] == "CodeDoesNotWork"
    assert (await first.post("/sync")).status_code == 401
    page = (await lis.get(f"/people/{ANNA}")).text
    assert "afsluttet af Lis Bang" in page
    assert "Ikke logget ind" in page
    assert "1 person uden adgang nu" in (await lis.get("/people")).text


async def test_after_the_last_role_has_ended_a_phone_can_still_be_shut_out_and_is_told_from_others(
    town: Town,
):
    anna = await town.sign_in("anna")
    await anna.push()
    [place] = await places_of(town, "anna")
    lis, page = await in_as(town, "lis"), f"/people/{ANNA}"
    before = (await lis.get(page)).text
    await lis.post(f"{page}/roles/end", data={"role": "carer", "team_id": NORD})
    ended = (await lis.get(page)).text

    await lis.post(f"{page}/shut-out-phone", data={"sign_in_id": place, "how": "lost"})

    out = (await lis.get(page)).text
    assert re.search(r"Anna Lund har \d+ besøg tilbage", before)
    assert "det står under Skal ses på" in before
    assert f'value="{place}"' in ended
    assert "ender på " in out
    assert "Lukket ude 08.40 af Lis Bang" in out


async def test_what_has_happened_has_phones_that_were_shut_out_and_codes_with_their_times(town: Town):
    anna = await town.sign_in("anna")
    await anna.push()
    [place] = await places_of(town, "anna")
    lis = await in_as(town, "lis")
    code = code_on((await lis.post(f"/people/{ANNA}/invite")).text)
    await come_in(Visitor(town), code)
    await lis.post(f"/people/{ANNA}/shut-out-phone", data={"sign_in_id": place, "how": "lost"})

    page, of_others = (
        (await lis.get("/people/review")).text,
        (await (await in_as(town, "mia")).get("/people/review")).text,
    )

    for words in (
        "en kode blev lavet af Lis Bang",
        "en kode blev brugt",
        "en telefon er mistet og lukket ude · Lis Bang",
    ):
        assert words in page
        assert words not in of_others
    assert "23. nov. 2026 08.40" in page


async def test_who_may_shut_nobody_out_is_told_whom_to_ask(town: Town):
    page = (await (await in_as(town, "lis")).get(f"/people/{id_of('lis')}")).text

    assert 'href="/access">Min adgang' in page


async def test_a_code_from_before_somebody_was_shut_out_lets_nobody_in_later(town: Town):
    lis = await in_as(town, "lis")
    before = code_on((await lis.post(f"/people/{ANNA}/invite")).text)
    await lis.post(f"/people/{ANNA}/shut-out", data={"x": "1"})
    await lis.post(f"/people/{ANNA}/roles", data={"role": "carer", "team_id": NORD})

    tried = await come_in(Visitor(town), before)
    after = code_on((await lis.post(f"/people/{ANNA}/invite")).text)

    assert tried.json()["code"] == "CodeDoesNotWork"
    assert (await come_in(Visitor(town), after)).status_code == 200


async def test_whoever_keeps_a_role_that_others_gave_keeps_the_passkey_for_it(town: Town):
    anna = await with_passkey(town, "anna")
    await give(town, "anna", "carer", "syd")
    lis = await in_as(town, "lis")

    await lis.post(f"/people/{ANNA}/shut-out", data={"x": "1"})

    assert not await anna.is_in()
    assert (await anna.sign_in()).status_code == 200
    assert "Syd" in (await anna.get("/me")).text
    assert "Nord" not in (await anna.get("/me")).text


async def test_a_role_is_given_until_a_day_and_ended_again(town: Town):
    ove, page = await in_as(town, "ove"), f"/people/{ANNA}"
    role = {"role": "leader", "team_id": NORD}
    given = await ove.post(
        f"{page}/roles", data={**role, "first_day": "2026-11-24", "last_day": "2026-11-30"}
    )
    before = (await ove.get(page)).text
    anna = await in_as(town, "anna")
    too_early = (await anna.get("/board")).status_code
    town.now += timedelta(days=1)
    in_time = (await anna.get("/board")).status_code

    await ove.post(f"{page}/roles/end", data=role)

    assert given.status_code == 303
    assert "Leder, Nord · fra 24. nov. · til og med mandag 30. november" in before
    assert "givet af Ove Krog" in before
    assert (too_early, in_time, (await anna.get("/board")).status_code) == (404, 200, 404)
    assert "afsluttet af Ove Krog" in (await ove.get(page)).text


async def test_a_role_is_ended_only_after_a_question_that_names_it_and_whose_it_is(town: Town):
    ove, page = await in_as(town, "ove"), f"/people/{ANNA}"
    await ove.post(f"{page}/roles", data={"role": "leader", "team_id": NORD, "last_day": "2026-11-30"})

    html = (await ove.get(page)).text

    asked = re.findall(r'<details class="change">(.*?)</details>', html, re.DOTALL)
    words = [" ".join(re.sub(r"<[^>]+>", " ", each).split()) for each in asked]
    assert html.count('action="/people/' + ANNA + '/roles/end"') == len(asked) == len(words) > 1
    assert (
        "Slut Leder, Nord · til og med mandag 30. november: rollen slutter nu for Anna Lund. Ja, slut nu"
        in words
    )
    assert any("Medarbejder, Nord: rollen slutter nu for Anna Lund." in each for each in words)


async def leaders_at(town: Town, visit: str = "else") -> list[str]:
    """The numbers of the leaders whom carers can call from a visit, as its document has them."""
    async with town.database.snapshot() as tx:
        [row] = await tx.rows("select body from document where id = :id", {"id": f"visit-{id_of(visit)}"})
    return [each["phone"] for each in read_visit(row["body"])["contacts"] if each["who"] == "leader"]


async def test_a_leaders_number_is_given_with_the_role_and_stands_at_once_at_the_visits_planned_there(
    town: Town,
):
    ove, page, role = await in_as(town, "ove"), f"/people/{ANNA}", {"role": "leader", "team_id": NORD}
    given = await ove.post(f"{page}/roles", data={**role, "phone": " 12 34  56 78 "})
    with_number, elsewhere = await leaders_at(town), await leaders_at(town, "solveig")
    await ove.post(f"{page}/roles", data={**role, "phone": ""})
    left_empty = await leaders_at(town)

    await ove.post(f"{page}/roles/end", data=role)

    assert given.status_code == 303
    assert 'name="phone"' in (await ove.get(page)).text
    assert (with_number, elsewhere, left_empty) == (["12 34 56 78"], [], ["12 34 56 78"])
    assert await leaders_at(town) == []


async def test_a_leader_who_is_shut_out_is_called_from_no_visit(town: Town):
    ove, page, role = await in_as(town, "ove"), f"/people/{ANNA}", {"role": "leader", "team_id": NORD}
    await ove.post(f"{page}/roles", data={**role, "phone": "12 34 56 78"})
    before = await leaders_at(town)

    assert (await ove.post(f"{page}/shut-out", data={"x": "1"})).status_code == 303

    assert (before, await leaders_at(town)) == (["12 34 56 78"], [])
    async with town.database.snapshot() as tx:
        assert await list_wrong(tx, [(NORD, f"visit-{id_of('else')}")], day_of(town.now)) == ([], [])


async def test_another_number_stands_at_once_at_the_visits_of_every_team_that_is_led_whatever_it_came_with(
    town: Town,
):
    ove, page = await in_as(town, "ove"), f"/people/{ANNA}"
    await ove.post(f"{page}/roles", data={"role": "leader", "team_id": id_of("syd")})
    without = await leaders_at(town, "solveig")

    await ove.post(f"{page}/roles", data={"role": "leader", "team_id": NORD, "phone": "12 34 56 78"})
    first = [await leaders_at(town, "solveig"), await leaders_at(town)]
    await ove.post(f"{page}/roles", data={"role": "carer", "team_id": NORD, "phone": "87 65 43 21"})

    assert (without, first) == ([], [["12 34 56 78"]] * 2)
    assert [await leaders_at(town, "solveig"), await leaders_at(town)] == [["87 65 43 21"]] * 2


async def test_whoever_leads_nothing_has_no_number_at_work(town: Town):
    ove = await in_as(town, "ove")
    role = {"role": "carer", "team_id": NORD, "phone": "12 34 56 78"}

    await ove.post(f"/people/{id_of('bo')}/roles", data=role)
    await ove.post("/people/new", data={**role, "name": "Ny Medarbejder"})

    async with town.database.snapshot() as tx:
        assert await tx.rows("select phone from person where phone <> ''") == []


async def test_a_code_that_was_made_is_taken_back_by_whoever_made_it_and_lets_nobody_in(town: Town):
    lis, page = await in_as(town, "lis"), f"/people/{ANNA}"
    shown = (await lis.post(f"{page}/invite")).text
    [take_back] = re.findall(r'action="(/invitations/[^"]+/take-back)"', shown)
    by_another = await (await in_as(town, "mia")).post(take_back)
    living = (await lis.get(page)).text

    taken = await lis.post(take_back)

    assert (by_another.status_code, taken.status_code, taken.headers["location"]) == (
        404,
        303,
        f"{page}#code",
    )
    assert "En kode virker til kl. 08.55, og ingen har brugt den." in living
    assert f'action="{take_back}"' in living
    assert "Den seneste kode blev taget tilbage 08.40: den lukker ingen ind." in (await lis.get(page)).text
    assert (await come_in(Visitor(town), code_on(shown))).json()["code"] == "CodeDoesNotWork"
    state = (await lis.get(take_back.removesuffix("/take-back"))).text
    assert "Koden virker ikke mere." in state


async def test_a_living_code_is_taken_back_by_another_who_could_have_made_it(town: Town):
    shown = (await (await in_as(town, "lis")).post(f"/people/{ANNA}/invite")).text
    ove = await in_as(town, "ove")
    [take_back] = re.findall(
        r'action="(/invitations/[^"]+/take-back)"', (await ove.get(f"/people/{ANNA}")).text
    )

    await ove.post(take_back)

    assert (await come_in(Visitor(town), code_on(shown))).json()["code"] == "CodeDoesNotWork"


async def test_the_code_page_loaded_again_makes_no_other_and_shows_no_code_that_was_used(town: Town):
    lis, page = await in_as(town, "lis"), f"/people/{ANNA}"
    shown = (await lis.post(f"{page}/invite")).text
    [address] = re.findall(r'action="(/invitations/[^"]+)/take-back"', shown)
    again = (await lis.get(address)).text
    of_another = await (await in_as(town, "ove")).get(address)

    await come_in(Visitor(town), code_on(again))
    after = (await lis.get(address)).text
    too_late = await lis.post(f"{address}/take-back")

    assert code_on(again) == code_on(shown)
    assert "Medarbejder, Nord" in shown
    assert of_another.status_code == 404
    assert 'class="code"' not in after
    assert "take-back" not in after
    assert "Koden blev brugt 08.40." in after
    assert (
        "Den seneste kode blev brugt 08.40"
        in (await lis.get(too_late.headers["location"].partition("#")[0])).text
    )


async def test_her_leader_writes_a_carers_number_corrects_it_and_takes_it_away(town: Town):
    lis, page = await in_as(town, "lis"), f"/people/{ANNA}"
    before = (await lis.get(page)).text
    seen = []
    for phone in (" 12 34  56 78 ", "87 65 43 21", ""):
        assert (await lis.post(f"{page}/number", data={"phone": phone})).status_code == 303
        seen.append(re.findall(r'href="tel:(\d+)"', (await lis.get(page)).text))

    assert "Der kendes ingen arbejdstelefon." in before
    assert seen == [["12345678"], ["87654321"], []]


async def test_a_wrong_number_is_said_at_its_field_where_it_stays(town: Town):
    lis, page = await in_as(town, "lis"), f"/people/{ANNA}"

    answer = await lis.post(f"{page}/number", data={"phone": "ring til Lis"})

    assert answer.status_code == 422
    assert "Anna Lund" in answer.text
    assert 'value="ring til Lis"' in answer.text
    assert "Skriv ét med 3 til 15 cifre" in answer.text


async def test_a_number_is_not_saved_over_another_that_its_writer_has_not_seen(town: Town):
    lis, ove, page = await in_as(town, "lis"), await in_as(town, "ove"), f"/people/{ANNA}"
    await ove.post(f"{page}/number", data={"phone": "12 34 56 78", "seen": ""})

    late = await lis.post(f"{page}/number", data={"phone": "87 65 43 21", "seen": ""})
    stood = (await lis.get(page)).text
    again = await lis.post(f"{page}/number", data={"phone": "87 65 43 21", "seen": "12 34 56 78"})

    assert late.status_code == 409
    assert "Det nummer, der gælder nu: 12 34 56 78." in late.text
    assert re.search(r"Skrevet her (kl\. )?\d\d\.\d\d af Ove Krog\.", stood)
    assert 'href="tel:12345678"' in stood
    assert (again.status_code, 'href="tel:87654321"' in (await lis.get(page)).text) == (303, True)


async def test_a_leaders_corrected_number_stands_at_her_visits_at_once(town: Town):
    ove, page = await in_as(town, "ove"), f"/people/{ANNA}"
    await ove.post(f"{page}/roles", data={"role": "leader", "team_id": NORD, "phone": "12 34 56 78"})

    await ove.post(f"{page}/number", data={"phone": "87 65 43 21"})

    assert await leaders_at(town) == ["87 65 43 21"]


@pytest.mark.parametrize(("by", "whom"), [("lis", "carl"), ("lis", "ove"), ("anna", "bo"), ("mia", "anna")])
async def test_nobody_writes_the_number_of_whom_they_could_not_let_in(town: Town, by: str, whom: str):
    visitor, page = await in_as(town, by), f"/people/{id_of(whom)}"

    answer = await visitor.post(f"{page}/number", data={"phone": "12 34 56 78"})

    assert answer.status_code == 404
    assert f'action="{page}/number"' not in (await visitor.get(page)).text


async def test_who_leads_a_team_of_others_keeps_the_number_that_its_visits_have(town: Town):
    await give(town, "anna", "leader", "syd")
    lis, page = await in_as(town, "lis"), f"/people/{ANNA}"

    answer = await lis.post(f"{page}/number", data={"phone": "12 34 56 78"})

    assert (answer.status_code, f'action="{page}/number"' in (await lis.get(page)).text) == (404, False)


@pytest.mark.parametrize(
    ("opened_from", "back"),
    [
        (id_of("else"), f"/board/visits/{id_of('else')}"),
        ("phones", "/people/phones"),
        ("review", "/people/review"),
        ("", "/people"),
        ("//elsewhere.test", "/people"),
    ],
)
async def test_the_way_back_leads_where_one_came_from(town: Town, opened_from: str, back: str):
    lis = await in_as(town, "lis")

    page = (await lis.get(f"/people/{ANNA}?from={opened_from}")).text

    assert re.findall(r'class="back" href="([^"]*)"', page) == [back]
    assert f'href="/board#carer-{ANNA}"' in page
    [number] = re.findall(rf'action="(/people/{ANNA}/number[^"]*)"', page)
    [code] = re.findall(rf'action="(/people/{ANNA}/invite[^"]*)"', page)
    after_number = (await lis.post(number, data={"phone": "12 34 56 78"})).headers["location"]
    [after_code] = re.findall(r'class="back" href="([^"]*)"', (await lis.post(code)).text)
    for after in (after_number, after_code):
        assert re.findall(r'class="back" href="([^"]*)"', (await lis.get(after)).text) == [back]


async def test_for_a_leader_without_a_number_no_visit_is_built_anew(town: Town):
    built: list[set[str]] = []

    async def build(tx: Transaction, team_ids: Collection[str], now: datetime, new_id: NewId) -> None:
        built.append(set(team_ids))

    app = SimpleNamespace(refresh_leaders=build, clock=lambda: town.now, new_id=new_id)
    request = cast("AppRequest", SimpleNamespace(state=SimpleNamespace(app=app)))
    async with town.database.transaction() as tx:
        await set_phone(tx, ANNA, "12 34 56 78", id_of("lis"), "2026-11-23T08:00:00.000Z")
        await refresh_if_leader(tx, request, [(id_of("bo"), Role("leader", NORD))])
        await refresh_if_leader(tx, request, [(ANNA, Role("carer", NORD))])
        await refresh_if_leader(tx, request, [(ANNA, Role("leader", NORD))])

    assert built == [{NORD}]


@pytest.mark.parametrize(
    "phone",
    ["ring til Lis", "12345678 / 87654321", "010203-1234", "0102031234", "Mobil 010203 - 1234", "1" * 201],
)
async def test_what_is_no_number_is_not_taken_and_no_role_is_given_with_it(town: Town, phone: str):
    ove = await in_as(town, "ove")
    role = {"role": "leader", "team_id": NORD, "phone": phone}

    answer = await ove.post(f"/people/{ANNA}/roles", data=role)

    assert answer.status_code == 422
    assert "Leder, Nord" not in (await ove.get(f"/people/{ANNA}")).text


@pytest.mark.parametrize(
    ("by", "whom", "form", "status"),
    [
        ("lis", "anna", {"role": "leader"}, 404),  # not hers to give
        ("lis", "anna", {"team_id": id_of("syd")}, 404),
        ("lis", "carl", {}, 404),  # not hers to see
        ("lis", "lis", {}, 404),  # nobody gives themselves anything
        ("ove", "ove", {}, 404),
        ("anna", "bo", {}, 404),
        ("lis", "anna", {"role": "king"}, 422),
        ("lis", "anna", {"last_day": "soon"}, 422),
        ("lis", "anna", {"first_day": "2026-12-02", "last_day": "2026-12-01"}, 422),
    ],
)
async def test_nobody_gives_more_than_they_could_give(
    town: Town, by: str, whom: str, form: Json, status: int
):
    visitor = await in_as(town, by)
    whole = {"role": "carer", "team_id": NORD, **form}

    assert (await visitor.post(f"/people/{id_of(whom)}/roles", data=whole)).status_code == status


@pytest.mark.parametrize(
    ("by", "whom"), [("lis", "carl"), ("lis", "lis"), ("lis", "ove"), ("anna", "bo"), ("mia", "anna")]
)
@pytest.mark.parametrize("what", ["shut-out", "shut-out-phone", "roles/end"])
async def test_nobody_shuts_out_whom_they_could_not_let_in(town: Town, by: str, whom: str, what: str):
    victim, visitor = await in_as(town, whom), await in_as(town, by)
    [place, *_] = await places_of(town, whom)
    form = {"sign_in_id": place, "role": "carer", "team_id": NORD}

    answer = await visitor.post(f"/people/{id_of(whom)}/{what}", data=form)

    assert answer.status_code == 404
    assert await victim.is_in()


@pytest.mark.parametrize(("whom", "role"), [("mia", "leader"), ("ove", "organiser")])
@pytest.mark.parametrize("what", ["shut-out", "shut-out-phone"])
async def test_nobody_shuts_out_those_above_or_beside_her_by_a_role_that_she_has_given_them(
    town: Town, whom: str, role: RoleName, what: str
):
    await give(town, whom, role, "nord")
    victim, lis = await in_as(town, whom), await in_as(town, "lis")
    [place, *_] = await places_of(town, whom)
    given = await lis.post(f"/people/{id_of(whom)}/roles", data={"role": "carer", "team_id": NORD})

    answer = await lis.post(f"/people/{id_of(whom)}/{what}", data={"sign_in_id": place})
    ended = await lis.post(f"/people/{id_of(whom)}/roles/end", data={"role": "carer", "team_id": NORD})

    assert (given.status_code, answer.status_code, ended.status_code) == (303, 404, 303)
    assert await victim.is_in()


async def test_a_temp_is_shut_out_by_who_has_given_her_all_that_is_hers_to_give(town: Town):
    await give(town, "carl", "carer", "nord")
    carl, lis = await in_as(town, "carl"), await in_as(town, "lis")
    [place, *_] = await places_of(town, "carl")
    await lis.post(f"/people/{id_of('carl')}/roles", data={"role": "carer", "team_id": NORD})

    answer = await lis.post(f"/people/{id_of('carl')}/shut-out-phone", data={"sign_in_id": place})

    assert (answer.status_code, await carl.is_in()) == (303, False)


@pytest.mark.parametrize("what", ["shut-out", "shut-out-phone", "roles/end"])
async def test_nobody_shuts_out_themselves_even_of_a_role_that_is_theirs_to_give(town: Town, what: str):
    await give(town, "lis", "carer", "nord")
    lis = await in_as(town, "lis")
    [place] = await places_of(town, "lis")
    form = {"sign_in_id": place, "role": "carer", "team_id": NORD}

    answer = await lis.post(f"/people/{id_of('lis')}/{what}", data=form)

    assert (answer.status_code, await lis.is_in()) == (404, True)
    async with town.database.snapshot() as tx:
        assert await tx.rows("select * from role where ended_at is not null") == []


async def test_another_persons_phone_is_not_shut_out_in_her_name(town: Town):
    carl, lis = await in_as(town, "carl"), await in_as(town, "lis")
    [place] = await places_of(town, "carl")

    answer = await lis.post(f"/people/{ANNA}/shut-out-phone", data={"sign_in_id": place})

    assert answer.status_code == 404
    assert await carl.is_in()


async def test_what_nobody_confirmed_for_half_a_year_is_overdue_until_a_leader_confirms_it(town: Town):
    lis = await in_as(town, "lis")
    before = (await lis.get("/people/review")).text

    await lis.post("/people/review", data={"person_id": ANNA})

    after = (await lis.get("/people/review")).text
    overdue, rest = after.split('id="confirmed"')
    assert "3 personer mangler" in before
    assert "2 personer mangler" in after
    assert f'id="review-{ANNA}"' not in overdue
    assert f'id="review-{ANNA}"' in rest
    assert "Bekræftet af Lis Bang 23. nov." in rest
    assert f'id="review-{ANNA}"' in before.split('id="history"')[0]
    [newest, *_] = re.findall(r"<li>(.*?)</li>", after.split('id="history"')[1], re.DOTALL)
    newest = " ".join(re.sub(r"<[^>]+>", " ", newest).split())
    assert newest == "23. nov. 2026 08.40 Anna Lund: Medarbejder, Nord bekræftet af Lis Bang"
    assert "bekræftet af" not in before


async def test_a_confirmation_holds_for_half_a_year(town: Town):
    await (await in_as(town, "lis")).post("/people/review", data={"person_id": ANNA})
    town.now += timedelta(days=181, hours=23)
    in_time = (await (await in_as(town, "lis")).get("/people/review")).text

    town.now += timedelta(hours=2)

    too_late = (await (await in_as(town, "lis")).get("/people/review")).text
    assert "2 personer mangler" in in_time
    assert "3 personer mangler" in too_late


@pytest.mark.parametrize(("by", "whom"), [("lis", "lis"), ("lis", "carl"), ("ove", "ove"), ("anna", "bo")])
async def test_nobody_confirms_their_own_role_or_what_is_not_theirs_to_give(town: Town, by: str, whom: str):
    visitor = await in_as(town, by)

    assert (await visitor.post("/people/review", data={"person_id": id_of(whom)})).status_code == 404
    async with town.database.snapshot() as tx:
        assert await tx.rows("select * from role_review") == []


async def test_a_data_protection_officer_sees_it_all_and_changes_nothing(town: Town):
    await give(town, "bo", "dpo", "kommune")
    bo = await in_as(town, "bo")

    pages = [
        (await bo.get(path)).text
        for path in ("/people", "/people/phones", "/people/review", f"/people/{ANNA}")
    ]

    assert "Carl Juhl" in pages[0]
    assert "Carl Juhl" in pages[2]
    for page in pages:
        assert re.findall(r'<form[^>]*action="(?!/sign-out)', page) == []


async def test_a_review_is_never_changed(town: Town):
    await (await in_as(town, "lis")).post("/people/review", data={"person_id": ANNA})

    for statement in ("update role_review set at = '2030'", "delete from role_review"):
        with pytest.raises(Exception, match="a review of a role is never"):
            async with town.database.transaction() as tx:
                await tx.execute(statement, {})


GIVING: dict[str, dict[str, str]] = {
    "/people/new": {"name": "Ny <b>Vikar</b>", "role": "carer", "team_id": id_of("nord")},
    f"/people/{ANNA}/invite": {},
    f"/people/{ANNA}/roles": {"role": "carer", "team_id": id_of("nord"), "last_day": "2026-12-24"},
}


async def rows_of_access(town: Town) -> list[str]:
    """Everybody, every role and every invitation."""
    async with town.database.snapshot() as tx:
        return [
            str(row)
            for table in ("person", "role", "invitation")
            for row in await tx.rows(f"select * from {table}")
        ]


@pytest.mark.parametrize("path", GIVING)
async def test_a_tablet_left_open_lets_nobody_in(town: Town, path: str):
    lis, before = await with_passkey(town, "lis"), await rows_of_access(town)
    town.now += timedelta(minutes=11)

    asked = await lis.post(path, data=GIVING[path] or {"x": "1"})

    assert asked.status_code == 403
    assert await rows_of_access(town) == before
    assert f'action="{path}" id="reauthenticate"' in asked.text
    fields = {
        name: unescape(value)
        for name, value in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', asked.text)
    }
    assert fields == GIVING[path]
    assert "<b>Vikar" not in asked.text

    await lis.confirm()
    done = await lis.post(path, data=fields or {"x": "1"})

    assert done.status_code in (200, 303)
    assert await rows_of_access(town) != before


@pytest.mark.parametrize("path", GIVING)
async def test_who_has_just_used_a_passkey_is_not_asked_again(town: Town, path: str):
    lis = await with_passkey(town, "lis")
    town.now += timedelta(minutes=9)

    assert (await lis.post(path, data=GIVING[path] or {"x": "1"})).status_code in (200, 303)


async def test_to_shut_somebody_out_nobody_is_asked_first(town: Town):
    lis = await with_passkey(town, "lis")
    anna = await in_as(town, "anna")
    town.now += timedelta(hours=3)

    assert (await lis.post(f"/people/{ANNA}/shut-out", data={"x": "1"})).status_code == 303
    assert not await anna.is_in()


async def test_very_many_people_are_shown_by_pages_and_each_is_on_one_of_them(
    town: Town, monkeypatch: pytest.MonkeyPatch
):
    for module in ("people_pages", "reviews"):
        monkeypatch.setattr(f"pwa.access.pages.{module}.ON_A_PAGE", 2)
    lis = await in_as(town, "lis")

    for address, row in (("/people", 'id="person-([^"]+)'), ("/people/review", 'id="review-([^"]+)')):
        found: list[str] = []
        following: str | None = address
        pages = 0
        while following and pages < 9:
            page = (await lis.get(following)).text
            found += re.findall(row, page)
            pages += 1
            more = re.search(rf'href="({address}\?after=\d+)"', page)
            following = more[1] if more else None
        assert pages == 2, address
        assert len(set(found)) >= 3, address


async def test_who_has_never_been_let_in_is_nothing_to_warn_of(town: Town):
    """A list that has just come in is as it should be."""
    lis = await town.sign_in("lis")
    before = (await lis.get(f"/people/{id_of('anna')}")).text
    row = (
        (await lis.get("/people")).text.partition(f'<li id="person-{id_of("anna")}"')[2].partition("</li>")[0]
    )
    await town.sign_in("anna")
    after = (await lis.get(f"/people/{id_of('anna')}")).text

    assert "Ingen adgangsnøgle endnu" in row
    assert "warn" not in row
    assert [
        re.findall(r'<li class="(mark[^"]*)">(?:(?!</li>).)*Ingen adgangsnøgle endnu', page, re.DOTALL)
        for page in (before, after)
    ] == [["mark"], ["mark warn"]]


async def test_a_team_that_a_wrong_list_brought_and_that_nobody_is_in_any_more_is_not_offered(town: Town):
    async with town.database.transaction() as tx:
        await tx.execute(
            "insert into team (id, name, parent_id) values ('wrong', 'Pia Lau', :nord)", {"nord": NORD}
        )
    lis = await in_as(town, "lis")

    offered = [(await lis.get(address)).text for address in ("/people/new", f"/people/{ANNA}")]
    async with town.database.transaction() as tx:
        await tx.execute(
            "insert into role (team_id, person_id, name, starts_at) values ('wrong', :anna, 'carer', '2026-11-01T00:00:00.000Z')",
            {"anna": ANNA},
        )
    used = (await lis.get("/people/new")).text

    assert not any('value="wrong"' in page for page in offered)
    assert 'value="wrong"' in used
