"""How somebody comes in: an invitation's code, a recovery code, the very first administrator; once, and soon."""

import asyncio
import re
import statistics
import subprocess
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from pwa.access.queries.roles import set_person
from pwa.access.rules.codes import SECRET, hash_of_before, hash_of_code
from pwa.access.wipe_orders import OrderKey
from pwa.database import open_database
from pwa.source_ids import id_of as id_in_file
from pwa.words import RoleName, clock
from tests import command_runner as commands
from tests.authenticator import Authenticator
from tests.small_town import Town, id_of, open_town, open_town_at
from tests.visitor import Visitor

Json = dict[str, Any]


async def leader(town: Town, person: str = "lis") -> Visitor:
    """Somebody who lets people in, at a tablet."""
    visitor = Visitor(town)
    await visitor.sign_in_as_in_the_demo(person)
    return visitor


def code_on(page: str) -> str:
    """The code that a page shows."""
    found = re.search(r'class="code"[^>]*>([\d ]+)<', page)
    assert found, page
    return found[1]


async def invite_new(by: Visitor, **form: str) -> str:
    """Let somebody new into Nord; the code."""
    newcomer = {"name": "Vibe Holm", "team_id": id_of("nord"), "role": "carer", **form}
    answer = await by.post("/people/new", data=newcomer)
    assert answer.status_code == 200, answer.text
    return code_on(answer.text)


async def come_in(visitor: Visitor, code: str) -> Any:
    """Type a code, make a passkey, and be in: the last answer."""
    asked = await visitor.post("/sign-in/code", {"code": code})
    if asked.status_code != 200:
        return asked
    return await visitor.post("/sign-in/passkey", visitor.phone.make(asked.json()["options"]))


async def people_called(town: Town, name: str) -> list[Json]:
    async with town.database.snapshot() as tx:
        return await tx.rows("select * from person where name = :name", {"name": name})


async def names_of_teams(address: str) -> list[str]:
    database = await open_database(address)
    async with database.snapshot() as tx:
        rows = await tx.rows("select name from team")
    await database.close()
    return [row["name"] for row in rows]


async def give(town: Town, person: str, role: RoleName, team: str) -> None:
    async with town.database.transaction() as tx:
        await tx.execute(
            "insert into role (team_id, person_id, name, starts_at) values (:team, :person, :role, '2020')",
            {"team": id_of(team), "person": id_of(person), "role": role},
        )


async def test_a_temp_types_the_code_makes_a_passkey_and_is_in(town: Town):
    code = await invite_new(await leader(town))
    temp = Visitor(town)

    asked = await temp.post("/sign-in/code", {"code": code})
    answer = await temp.post("/sign-in/passkey", temp.phone.make(asked.json()["options"]))

    assert (asked.json()["name"], answer.json()) == ("Vibe Holm", {"to": "/"})
    assert "Vibe Holm" in (await temp.get("/me")).text
    temp.cookies.clear()
    assert (await temp.sign_in()).status_code == 200


@pytest.mark.parametrize("written", ["{0}", "{0} ", "{1}", "{2}"])
async def test_a_code_is_understood_however_it_is_written(town: Town, written: str):
    code = await invite_new(await leader(town))
    said = written.format(code, code.replace(" ", ""), code.replace(" ", "-"))

    assert (await Visitor(town).post("/sign-in/code", {"code": said})).status_code == 200


async def test_a_code_lets_in_one_phone_once(town: Town):
    code = await invite_new(await leader(town))
    temp, thief = Visitor(town), Visitor(town)
    assert (await come_in(temp, code)).status_code == 200

    again = await come_in(thief, code)

    assert (again.status_code, again.json()["code"]) == (404, "CodeDoesNotWork")
    assert not await thief.is_in()


async def test_two_phones_that_come_with_one_code_at_once_make_one_passkey(town: Town):
    code = await invite_new(await leader(town))
    first, second = Visitor(town), Visitor(town)
    made = [
        one.phone.make((await one.post("/sign-in/code", {"code": code})).json()["options"])
        for one in (first, second)
    ]

    answers = [
        await one.post("/sign-in/passkey", each) for one, each in zip((first, second), made, strict=True)
    ]

    assert [answer.status_code for answer in answers] == [200, 403]
    async with town.database.snapshot() as tx:
        assert len(await tx.rows("select id from passkey")) == 1
    assert (await second.sign_in()).json()["code"] == "NotLetIn"


async def test_a_code_that_was_looked_at_and_not_used_still_works(town: Town):
    code = await invite_new(await leader(town))
    await Visitor(town).post("/sign-in/code", {"code": code})

    assert (await come_in(Visitor(town), code)).status_code == 200


async def test_a_code_works_for_a_quarter_of_an_hour(town: Town):
    code = await invite_new(await leader(town))

    town.now += timedelta(minutes=15)

    assert (await come_in(Visitor(town), code)).json()["code"] == "CodeDoesNotWork"


async def test_a_newer_code_stops_the_one_before(town: Town):
    lis = await leader(town)
    first = code_on((await lis.post(f"/people/{id_of('anna')}/invite")).text)
    second = code_on((await lis.post(f"/people/{id_of('anna')}/invite")).text)

    assert (await come_in(Visitor(town), first)).json()["code"] == "CodeDoesNotWork"
    assert (await come_in(Visitor(town), second)).status_code == 200


async def test_a_passkey_made_for_one_code_does_not_go_with_another_ceremony(town: Town):
    lis = await leader(town)
    temp, thief = Visitor(town), Visitor(town)
    asked = await temp.post("/sign-in/code", {"code": await invite_new(lis)})
    made = temp.phone.make(asked.json()["options"])
    await thief.post("/sign-in/code", {"code": await invite_new(lis, name="Tyv")})

    assert (await thief.post("/sign-in/passkey", made)).json()["code"] == "NotLetIn"
    assert not await thief.is_in()


async def test_a_passkey_that_does_not_hold_leaves_the_code_as_it_was(town: Town):
    code = await invite_new(await leader(town))
    temp = Visitor(town)
    asked = await temp.post("/sign-in/code", {"code": code})
    unverified = Authenticator(town.origin, is_verified=False)

    assert (await temp.post("/sign-in/passkey", unverified.make(asked.json()["options"]))).status_code == 403

    assert (await come_in(temp, code)).status_code == 200


@pytest.fixture
def secret(town: Town, tmp_path: Path) -> bytes:
    """What this town's codes are kept with; it lies in a file of the owner's, not in the database."""
    return OrderKey.open(tmp_path / "sealing").secret_for(SECRET)


async def test_the_database_keeps_no_code(town: Town, secret: bytes):
    code = await invite_new(await leader(town))

    async with town.database.snapshot() as tx:
        [row] = await tx.rows("select * from invitation")

    assert row["code_hash"] == hash_of_code(secret, code.replace(" ", ""))
    assert row["code_hash"] != hash_of_code(b"guessed", code.replace(" ", ""))
    assert not {str(value) for value in row.values()} & {code, code.replace(" ", "")}


async def test_the_page_shows_the_code_with_a_picture_of_the_link(town: Town):
    lis = await leader(town)
    answer = await lis.post(f"/people/{id_of('anna')}/invite")

    assert answer.headers["cache-control"] == "no-store"
    assert 'src="data:image/svg+xml' in answer.text
    assert "til kl. 08.55" in answer.text


async def test_the_leader_sees_when_whom_she_invited_is_in(town: Town):
    lis = await leader(town)
    page = (await lis.post(f"/people/{id_of('anna')}/invite")).text
    found = re.search(r'hx-get="(/invitations/[^"]+)"', page)
    assert found

    before = await lis.get(found[1])
    await come_in(Visitor(town), code_on(page))
    after = await lis.get(found[1])
    other = await (await leader(town, "mia")).get(found[1])

    assert "Venter på Anna Lund" in before.text
    assert "Anna Lund er inde" in after.text
    assert 'hx-get="/invitations' not in after.text
    assert other.status_code == 404


async def test_codes_are_not_guessed_for_long(town: Town):
    code, thief = await invite_new(await leader(town)), Visitor(town)
    await thief.post("/sign-in/challenge")
    for number in range(10):
        wrong = await thief.post("/sign-in/code", {"code": f"{number:012}"})
        assert wrong.json()["code"] == "CodeDoesNotWork"

    shut = await thief.post("/sign-in/code", {"code": code})

    assert (shut.status_code, shut.json()["code"]) == (429, "TooManyTries")


@pytest.mark.parametrize("has_name", [True, False])
async def test_whose_neighbour_guesses_codes_comes_in_with_the_right_one(town: Town, has_name: bool):
    code, thief = await invite_new(await leader(town)), Visitor(town)
    for number in range(12):
        await thief.post("/sign-in/challenge" if has_name else "/sign-in")
        await thief.post("/sign-in/code", {"code": f"{number:012}"})

    assert (await come_in(Visitor(town), code)).status_code == 200


async def test_whoever_takes_ever_new_names_guesses_no_more_codes_from_an_address(town: Town):
    code, answers = await invite_new(await leader(town)), []
    for number in range(61):
        thief = Visitor(town)
        await thief.post("/sign-in/challenge")
        answers.append((await thief.post("/sign-in/code", {"code": f"{number:012}"})).status_code)

    assert (set(answers[:60]), answers[60]) == ({404}, 429)
    assert (await Visitor(town).post("/sign-in/code", {"code": code})).status_code == 429


async def test_the_same_wrong_code_again_is_no_new_guess_for_the_address(town: Town):
    code = await invite_new(await leader(town))
    for _ in range(8):
        confused = Visitor(town)
        await confused.post("/sign-in/challenge")
        for _ in range(10):
            await confused.post("/sign-in/code", {"code": "111122223333"})

    async with town.database.snapshot() as tx:
        [row] = await tx.rows("select count from attempt where who = '127.0.0.1' and what = 'code'")
    assert row["count"] == 1
    assert (await come_in(Visitor(town), code)).status_code == 200


async def test_whoever_has_no_name_repeats_one_code_as_often_as_others_may_try(town: Town):
    code, thief = await invite_new(await leader(town)), Visitor(town)
    answers = []
    for _ in range(14):
        thief.cookies.clear()
        answers.append((await thief.post("/sign-in/code", {"code": "111122223333"})).status_code)
    async with town.database.snapshot() as tx:
        rows = await tx.rows("select count from attempt where what = 'code'")

    assert answers == [404] * 11 + [429] * 3
    assert max(row["count"] for row in rows) <= 14
    assert (await come_in(Visitor(town), code)).status_code == 200


async def test_who_has_the_right_code_wins_back_no_guesses_by_typing_it_again(town: Town):
    code, thief = await invite_new(await leader(town)), Visitor(town)
    for number in range(5):
        await thief.post("/sign-in/code", {"code": f"{number:012}"})
        await thief.post("/sign-in/code", {"code": code})

    async with town.database.snapshot() as tx:
        [row] = await tx.rows("select count from attempt where who = '127.0.0.1' and what = 'code'")
    assert row["count"] == 5


async def test_a_whole_team_comes_in_from_one_address(town: Town):
    lis = await leader(town)

    answers = [await come_in(Visitor(town), await invite_new(lis, name=f"Vikar {n}")) for n in range(12)]

    assert {answer.status_code for answer in answers} == {200}


@pytest.mark.slow
async def test_nobody_makes_invitations_without_end(town: Town):
    lis = await leader(town)
    for _ in range(60):
        answer = await lis.post(f"/people/{id_of('anna')}/invite")
        assert answer.status_code == 200

    assert (await lis.post(f"/people/{id_of('anna')}/invite")).status_code == 429


async def test_unknown_used_old_and_withdrawn_codes_look_the_same(town: Town):
    """Enumeration: no answer, and no time that it takes, tells whether there ever was such a code."""
    lis = await leader(town)
    used, withdrawn = await invite_new(lis, name="A"), await invite_new(lis, name="B")
    await come_in(Visitor(town), used)
    async with town.database.transaction() as tx:
        await tx.execute("update invitation set withdrawn_at = '2026' where used_at is null", {})
    codes = {"unknown": "000000000000", "used": used, "withdrawn": withdrawn, "none": "", "long": "1" * 20}
    said: set[str] = set()
    took: dict[str, list[float]] = {kind: [] for kind in codes}
    for _ in range(12):
        for kind, code in codes.items():
            town.now += timedelta(minutes=2)
            began = time.process_time()
            answer = await Visitor(town).post("/sign-in/code", {"code": code})
            took[kind].append(time.process_time() - began)
            said.add(f"{answer.status_code} {sorted(answer.headers)} {answer.text}")

    assert len(said) == 1
    medians = [statistics.median(times) for times in took.values()]
    assert max(medians) - min(medians) < 0.5 * max(medians)


async def test_a_temps_access_ends_with_the_last_day(town: Town):
    code = await invite_new(await leader(town), last_day="2026-11-27")
    temp = Visitor(town)
    await come_in(temp, code)
    town.now = town.now.replace(day=27, hour=22, minute=59)
    assert await temp.is_in()

    town.now += timedelta(minutes=1)

    assert not await temp.is_in()
    said = (await temp.sign_in()).json()
    assert (said["code"], "din leder får det fra telefonen" in said["detail"]) == ("AccessOver", True)


async def test_a_code_of_somebody_whose_access_has_ended_works_for_nobody(town: Town):
    code = await invite_new(await leader(town), last_day="2026-11-22")

    assert (await come_in(Visitor(town), code)).json()["code"] == "CodeDoesNotWork"


async def test_a_leaders_newcomer_claims_no_employee_number(town: Town):
    lis = await leader(town)
    form = {"name": "Anden", "team_id": id_of("nord"), "role": "carer", "number": "9001"}

    refused = await lis.post("/people/new", data=form)

    assert refused.status_code == 409
    assert "følger med listen over medarbejdere" in refused.text
    assert await people_called(town, "Anden") == []
    assert 'name="number"' not in (await lis.get("/people/new")).text


async def test_a_number_that_somebody_has_is_refused_in_words(town: Town):
    async with town.database.transaction() as tx:
        await set_person(tx, id_in_file("person", "9001"), "Vibe Holm", "da")

    again = await (await leader(town)).post(
        "/people/new", data={"name": "Anden", "team_id": id_of("nord"), "role": "carer", "number": "9001"}
    )

    assert again.status_code == 409
    assert "Find personen på listen" in again.text
    assert await people_called(town, "Anden") == []


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"name": " "}, 422),
        ({"name": "x" * 201}, 422),
        ({"role": "leader"}, 404),
        ({"role": "administrator"}, 404),
        ({"role": "king"}, 422),
        ({"team_id": id_of("syd")}, 404),
        ({"team_id": id_of("kommune")}, 404),
        ({"team_id": "x"}, 404),
        ({"last_day": "tomorrow"}, 422),
    ],
)
async def test_a_leader_gives_what_is_hers_to_give_and_nothing_else(town: Town, form: Json, status: int):
    lis = await leader(town)
    whole = {"name": "Vibe Holm", "team_id": id_of("nord"), "role": "carer", **form}

    assert (await lis.post("/people/new", data=whole)).status_code == status
    assert await people_called(town, "Vibe Holm") == []


@pytest.mark.parametrize(
    ("by", "whom", "status"),
    [
        ("lis", "anna", 200),
        ("lis", "carl", 404),  # another team
        ("lis", "mia", 404),  # another team's leader
        ("lis", "lis", 404),  # no leader lets a leader in
        ("lis", "ove", 404),
        ("ove", "lis", 200),  # an organiser does
        ("ove", "ove", 404),
        ("anna", "bo", 404),
        ("anna", "anna", 404),
    ],
)
async def test_nobody_lets_in_anybody_who_may_do_more_than_they_could_give(
    town: Town, by: str, whom: str, status: int
):
    answer = await (await leader(town, by)).post(f"/people/{id_of(whom)}/invite")

    assert answer.status_code == status


async def test_a_carer_who_is_an_administrator_too_is_not_let_in_by_a_leader(town: Town):
    """A leader who could make a code for Anna could become the administrator."""
    await give(town, "anna", "administrator", "kommune")

    assert (await (await leader(town)).post(f"/people/{id_of('anna')}/invite")).status_code == 404


async def test_an_administrator_lets_in_everybody(town: Town):
    await give(town, "bo", "administrator", "kommune")
    bo = await leader(town, "bo")
    newcomer = {"name": "Dorte Pi", "team_id": id_of("kommune"), "role": "dpo"}

    assert (await bo.post("/people/new", data=newcomer)).status_code == 200
    assert (await bo.post(f"/people/{id_of('ove')}/invite")).status_code == 200


async def test_a_temp_comes_back_once_a_new_last_day_is_given(town: Town):
    lis = await leader(town)
    await come_in(Visitor(town), await invite_new(lis, last_day="2026-11-23"))
    [temp] = await people_called(town, "Vibe Holm")
    town.now += timedelta(days=30)
    lis, page = await leader(town), f"/people/{temp['id']}"
    too_early = await lis.post(f"{page}/invite")

    await lis.post(
        f"{page}/roles", data={"role": "carer", "team_id": id_of("nord"), "last_day": "2026-12-24"}
    )
    code = code_on((await lis.post(f"{page}/invite")).text)

    assert too_early.status_code == 409
    assert (await come_in(Visitor(town), code)).json() == {"to": "/"}


async def test_ten_recovery_codes_are_shown_once_and_kept_as_hashes(town: Town, secret: bytes):
    anna = await leader(town, "anna")
    page = (await anna.post("/access/codes", data={"x": "1"})).text

    codes = re.findall(r"<li>(\d{4} \d{4} \d{4} \d{4} \d{4})</li>", page)
    async with town.database.snapshot() as tx:
        kept = {row["code_hash"] for row in await tx.rows("select code_hash from recovery_code")}
    assert len(set(codes)) == 10
    assert kept == {hash_of_code(secret, code.replace(" ", "")) for code in codes}
    assert "Du har 10 koder tilbage" in (await anna.get("/access")).text


async def recovery_codes(visitor: Visitor) -> list[str]:
    page = (await visitor.post("/access/codes", data={"x": "1"})).text
    return re.findall(r"<li>([\d ]+)</li>", page)


async def test_a_recovery_code_makes_a_passkey_on_a_new_phone_once(town: Town):
    first, *_ = await recovery_codes(await leader(town, "anna"))
    new_phone = Visitor(town)

    assert (await come_in(new_phone, first)).json() == {"to": "/"}

    assert "Anna Lund" in (await new_phone.get("/me")).text
    assert "Du har 9 koder tilbage" in (await new_phone.get("/access")).text
    assert (await come_in(Visitor(town), first)).json()["code"] == "CodeDoesNotWork"


async def test_a_recovery_code_from_before_there_was_a_secret_still_lets_in_once(town: Town):
    async with town.database.transaction() as tx:
        row = {"hash": hash_of_before("12345678901234567890"), "person_id": id_of("anna")}
        await tx.execute(
            "insert into recovery_code (code_hash, person_id, made_at) values (:hash, :person_id, '2026')",
            row,
        )

    first = await come_in(Visitor(town), "1234 5678 9012 3456 7890")
    again = await come_in(Visitor(town), "1234 5678 9012 3456 7890")

    assert first.json() == {"to": "/"}
    assert again.json()["code"] == "CodeDoesNotWork"


async def test_ten_new_codes_stop_the_ten_before(town: Town):
    anna = await leader(town, "anna")
    old, *_ = await recovery_codes(anna)
    new, *_ = await recovery_codes(anna)

    assert (await come_in(Visitor(town), old)).json()["code"] == "CodeDoesNotWork"
    assert (await come_in(Visitor(town), new)).status_code == 200


async def test_recovery_codes_are_made_only_by_somebody_who_was_just_vouched_for(town: Town):
    anna = await leader(town, "anna")
    await anna.add_passkey()
    town.now += timedelta(hours=1)

    refused = await anna.post("/access/codes", data={"x": "1"})
    await anna.confirm()

    assert refused.status_code == 403
    assert (await anna.post("/access/codes", data={"x": "1"})).status_code == 200


async def test_with_recovery_codes_even_the_last_passkey_can_go(town: Town):
    anna = await leader(town, "anna")
    await anna.add_passkey()
    await anna.confirm()
    code, *_ = await recovery_codes(anna)
    [passkey_id] = set(re.findall(r'name="passkey_id" value="([^"]+)"', (await anna.get("/access")).text))

    removed = await anna.post("/access/remove", data={"passkey_id": passkey_id})

    assert removed.status_code == 303
    assert (await come_in(Visitor(town), code)).status_code == 200


def run(data: Path, address: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return commands.run(
        *arguments, HAAND_DATA=str(data), HAAND_ORIGIN="https://haand.example.dk", DATABASE_URL=address
    )


def test_the_very_first_administrator_is_let_in_from_the_command_line(tmp_path: Path, address: str):
    printed = run(tmp_path, address, "invite", "Lene Holm").stdout.splitlines()

    assert printed.pop(0) == "Ny: Lene Holm, administrator i Kommunen."
    found = re.fullmatch(r"Kode: (\d{4} \d{4} \d{4})", printed[0])
    assert found, printed
    assert printed[1] == f"Link: https://haand.example.dk/sign-in#{found[1].replace(' ', '')}"
    assert "15 minutter" in printed[2]


async def test_the_first_administrator_comes_in_and_lets_the_next_one_in(tmp_path: Path):
    async with open_town(tmp_path, demo=False) as town:
        printed = (await asyncio.to_thread(run, tmp_path, town.address, "invite", "Lene Holm")).stdout
        town.now = clock()
        lene = Visitor(town)

        assert (await come_in(lene, printed.split("\n")[1])).json() == {"to": "/people"}

        assert (await lene.get("/people")).status_code == 200
        newcomer = {"name": "Ole Leder", "team_id": id_of("nord"), "role": "leader"}
        ole = Visitor(town)
        code = code_on((await lene.post("/people/new", data=newcomer)).text)
        assert (await come_in(ole, code)).json() == {"to": "/board"}
        assert (await lene.get("/held")).status_code == 404


LIST = "medarbejder;navn;rolle;gruppe;overgruppe\n" + "".join(
    f"{number};Navn {number};medarbejder;{team};%s\n" for number, team in enumerate(("Åen", "Åen", "Søen"))
)


@pytest.mark.parametrize("above", ["", "Byen", "Kommunen", "kommunen"])
async def test_the_first_administrator_sees_all_whom_the_first_list_brings(
    tmp_path: Path, address: str, above: str
):
    printed = (await asyncio.to_thread(run, tmp_path, address, "invite", "Lene Holm")).stdout
    (tmp_path / "people.csv").write_text(LIST % ("", above, above), "utf-8")
    imported = await asyncio.to_thread(
        run, tmp_path, address, "import", "people", str(tmp_path / "people.csv")
    )
    async with open_town_at(address, tmp_path, demo=False) as town:
        town.now = clock()
        lene = Visitor(town)
        await come_in(lene, printed.split("\n")[1])

        seen = (await lene.get("/people")).text

    assert (imported.returncode, imported.stderr) == (0, "")
    assert "4 personer har adgang" in seen
    assert [name.casefold() for name in await names_of_teams(address)].count("kommunen") == 1


async def test_an_administrator_who_is_locked_out_is_the_same_person_again(tmp_path: Path, town: Town):
    said = [
        (await asyncio.to_thread(run, tmp_path, town.address, "invite", "Lene Holm")).stdout for _ in range(2)
    ]

    assert [each.split(": ")[0] for each in said] == ["Ny", "Kendt i forvejen"]
    assert len(await people_called(town, "Lene Holm")) == 1


@pytest.mark.parametrize("name", ["lene holm", "Lene Holn", "LeneHolm", "Else  Bach"])
def test_a_name_like_anothers_is_asked_about(tmp_path: Path, address: str, name: str):
    (tmp_path / "people.csv").write_text(
        "medarbejder;navn;rolle;gruppe\n9001;Else Bach;medarbejder;Åen\n", "utf-8"
    )
    run(tmp_path, address, "invite", "Lene Holm")
    run(tmp_path, address, "import", "people", str(tmp_path / "people.csv"))

    asked = run(tmp_path, address, "invite", name)
    sure = run(tmp_path, address, "invite", "--new", name)
    again = run(tmp_path, address, "invite", " ".join(name.split()))

    assert (asked.returncode, "Kode:" in asked.stdout) == (1, False)
    assert ("  Lene Holm: administrator, Kommunen" in asked.stderr) == (name != "Else  Bach")
    assert ("  Else Bach: medarbejder, Åen" in asked.stderr) == (name == "Else  Bach")
    assert "--new" in asked.stderr
    assert sure.stdout.startswith(f"Ny: {' '.join(name.split())}, administrator i Kommunen.\n")
    assert again.stdout.startswith("Kendt i forvejen: ")


async def test_a_form_for_somebody_new_that_is_sent_again_adds_nobody(town: Town):
    lis = await leader(town)
    [newcomer_id] = re.findall(r'name="newcomer_id" value="([^"]+)"', (await lis.get("/people/new")).text)
    form = {"name": "Vibe Holm", "team_id": id_of("nord"), "role": "carer", "newcomer_id": newcomer_id}
    first, again = await lis.post("/people/new", data=form), await lis.post("/people/new", data=form)
    of_a_number = await lis.post("/people/new", data={**form, "newcomer_id": id_in_file("person", "4711")})

    assert (first.status_code, again.status_code) == (200, 303)
    assert again.headers["location"] == f"/people/{newcomer_id}"
    assert (await lis.get("/people")).text.count("Vibe Holm") == 1
    assert of_a_number.status_code == 422


async def test_what_should_not_have_been_given_is_ended_from_the_command_line(tmp_path: Path, address: str):
    async def do(*words: str) -> subprocess.CompletedProcess[str]:
        return await asyncio.to_thread(run, tmp_path, address, *words)

    (tmp_path / "people.csv").write_text(
        "medarbejder;navn;rolle;gruppe\n1;Bo Lund;leder;Åen\n2;Bo Lund;medarbejder;Åen\n3;Kaj Dam;medarbejder;Åen\nKaj Dam;Ida Bro;medarbejder;Åen\n",
        "utf-8",
    )
    code = (await do("invite", "Lene Holm")).stdout.split("\n")[1]
    await do("import", "people", str(tmp_path / "people.csv"))
    async with open_town_at(address, tmp_path, demo=False) as town:
        town.now = clock()
        lene = Visitor(town)
        await come_in(lene, code)

        asked = await do("end-access", "lene holm")
        before = (await lene.get("/people")).status_code
        ended = await do("end-access", "--yes", "lene holm")
        after = (await lene.get("/people")).status_code
        again = await do("end-access", "--yes", "Lene Holm")

    assert (asked.returncode, before) == (1, 200)
    assert "Lene Holm" in asked.stderr
    assert "administrator, Kommunen" in asked.stderr
    assert (ended.returncode, after in (303, 401), again.returncode) == (0, True, 1)
    several = await do("end-access", "--yes", "Bo Lund")
    assert (several.returncode, "  Bo Lund: leder, Åen\n" in several.stderr) == (1, True)
    either = await do("end-access", "--yes", "Kaj Dam")
    assert (either.returncode, "  Kaj Dam: " in either.stderr, "  Ida Bro: " in either.stderr) == (
        1,
        True,
        True,
    )
    for nearly in ("Bo", "Bo Lunn"):
        nobody = await do("end-access", "--yes", nearly)
        assert (nobody.returncode, "  Bo Lund: leder, Åen\n" in nobody.stderr) == (1, True)
    assert "leder, Åen" in (await do("end-access", "--yes", "1")).stdout
    assert "medarbejder, Åen" in (await do("end-access", "--yes", "Bo Lund")).stdout


def test_nobody_is_not_let_in(tmp_path: Path, address: str):
    command = run(tmp_path, address, "invite", " ")

    assert command.returncode == 1
    assert "Der er ikke skrevet noget" in command.stderr
