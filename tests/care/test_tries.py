"""What is refused and sent again is one matter to the leader, who settles it; and its carer is told that it is settled."""

import json
import re
from typing import Any

import pytest

from pwa.access.queries.roles import add_role
from pwa.backups.consistency import list_wrong
from pwa.words import Role, new_id
from tests.care.test_sealed import keys_of, seal
from tests.house import House, Phone
from tests.small_town import LONG_AGO, id_of

Json = dict[str, Any]


async def again(phone: Phone, change: Json, *, says_so: bool = True) -> Json:
    """The same, sent again as a phone does."""
    phone.house.pass_time(minutes=1)
    phone.n += 1
    new = {**change, "id": new_id(), "n": phone.n}
    phone.retries = json.dumps([[new["id"], change["id"]]]) if says_so else None
    await phone.push(new)
    phone.retries = None
    return new


async def rows_of(house: House, person: str = "lis") -> list[str]:
    """What needs a look, a text for each row."""
    page = (await house.get("/held", person)).text.partition("<details")[0]
    return re.findall(r'<li id="change-[0-9a-f]{64}".*?</form>', page, re.DOTALL)


async def deal_with(house: House, row: str, person: str = "lis", how: str = "dealt_with") -> None:
    fields = {
        name: re.findall(rf'name="{name}" value="([^"]*)"', row)[0] for name in ("team_id", "id", "digest")
    }
    cookie = house.cookies.get(person) or await house.sign_in(person)
    answer = await house.http.post(
        f"/held/{how}", data=fields, headers={"Cookie": cookie, "Sec-Fetch-Site": "same-origin"}
    )
    assert answer.status_code == 200, answer.text


def settled(phone: Phone) -> list[tuple[str, str]]:
    """What the phone knows to be settled, and by whom."""
    document = phone.documents.get(f"settled-{id_of(phone.person)}", {"body": {"settled": []}})
    return [(each["id"], each["by"]["name"]) for each in document["body"]["settled"]]


def unknown(phone: Phone) -> Json:
    """A step that the visit does not have."""
    return phone.change("answer_step", step_id=id_of("nowhere"), answer="not_done", reason="Sov.")


async def test_three_tries_are_one_row_with_the_two_before_under_it(house: House):
    anna = house.phone_of("anna")
    await anna.push(first := unknown(anna))
    second = await again(anna, first)
    third = await again(anna, second)

    [row] = await rows_of(house)

    assert f'value="{third["id"]}"' in row
    assert "Sendt 2 gange før" in row
    assert row.count("modtaget") == 3
    assert row.count("Sov.") == 1
    assert 'class="count">1<' in (await house.get("/board", "lis")).text
    log = await house.rows("select retry_of from change where id = :id", id=third["id"])
    assert log == [{"retry_of": first["id"]}]


async def test_a_try_that_is_delivered_sealed_while_the_phone_is_locked_is_the_same_matter(house: House):
    anna = house.phone_of("anna")
    await anna.push(first := unknown(anna))
    second = unknown(anna)
    anna.retries = json.dumps([[second["id"], first["id"]]])
    await anna.push(seal(keys_of(house).current, "anna", second))

    [row] = await rows_of(house)

    assert f'value="{second["id"]}"' in row
    assert "Sendt 1 gang før" in row


async def test_an_older_phone_does_not_say_so_and_gives_a_row_for_each(house: House):
    anna = house.phone_of("anna")
    await anna.push(first := unknown(anna))
    await again(anna, first, says_so=False)

    assert len(await rows_of(house)) == 2


async def test_a_try_that_succeeds_settles_the_matter_by_itself(house: House):
    anna = house.phone_of("anna")
    await anna.push(first := anna.note("Før.", "solveig"))
    before, its_visit = await rows_of(house), f"/board/visits/{id_of('solveig')}"
    warned = 'card handled warn"' in (await house.get(its_visit, "mia")).text
    async with house.database.transaction() as tx:
        await add_role(tx, id_of("anna"), Role("carer", id_of("syd")), LONG_AGO)
    await again(anna, first)

    assert (len(before), await rows_of(house)) == (1, [])
    assert (warned, "card handled" in (await house.get(its_visit, "mia")).text) == (True, False)


@pytest.mark.parametrize("said", ["nonsense", "[]", '[["a", "b"]]', "[" * 9000, '[["a", 1]]'])
async def test_what_is_no_such_saying_is_read_over(house: House, said: str):
    anna = house.phone_of("anna")
    anna.retries = said
    [fate] = await anna.push(anna.note())

    assert fate.fate == "applied"


async def test_nobody_hides_a_colleagues_refused_words_under_their_own(house: House):
    anna, bo = house.phone_of("anna"), house.phone_of("bo")
    await anna.push(hers := unknown(anna))
    his = unknown(bo)
    bo.retries = json.dumps([[his["id"], hers["id"]]])
    await bo.push(his)

    assert len(await rows_of(house)) == 2


async def test_settling_it_is_settling_all_tries_and_a_later_one_needs_a_look_again(house: House):
    anna = house.phone_of("anna")
    await anna.push(first := unknown(anna))
    second = await again(anna, first)
    [row] = await rows_of(house)

    await deal_with(house, row)
    after = await rows_of(house)
    third = await again(anna, second)

    assert after == []
    [row] = await rows_of(house)
    assert f'value="{third["id"]}"' in row


async def test_its_carer_is_told_by_whom_and_when_on_the_phone_and_on_the_page(house: House):
    anna, bo = house.phone_of("anna"), house.phone_of("bo")
    await anna.push(first := unknown(anna))
    second = await again(anna, first)
    await bo.sync()
    house.pass_time(minutes=30)
    [row] = await rows_of(house)
    await deal_with(house, row)

    await anna.sync()
    page = (await house.get("/waiting", "anna")).text

    assert sorted(settled(anna)) == sorted([(first["id"], "Lis Bang"), (second["id"], "Lis Bang")])
    assert re.search(r"Klaret af Lis Bang · \d\d[.:]\d\d", page)
    assert "Læg væk" in page
    assert "Send igen" not in page
    assert "cursor" not in await bo.sync()


async def test_settled_it_is_counted_by_its_carers_sign_no_more_and_put_back_it_is(house: House):
    anna = house.phone_of("anna")
    await anna.push(first := unknown(anna))
    await again(anna, first)
    [row] = await rows_of(house)

    async def sign() -> bool:
        return "needs-attention" in (await house.get("/state", "anna")).text

    before = await sign()
    await deal_with(house, row)
    settled_now, page = await sign(), (await house.get("/waiting", "anna")).text
    await deal_with(house, row, how="put_back")

    assert (before, settled_now, await sign()) == (True, False, True)
    assert "Klaret af Lis Bang" in page
    assert "skal ses på" not in page


async def test_put_back_it_is_settled_no_more(house: House):
    anna = house.phone_of("anna")
    await anna.push(unknown(anna))
    [row] = await rows_of(house)
    await deal_with(house, row)
    await anna.sync()
    before = settled(anna)
    await deal_with(house, row, how="put_back")

    await anna.sync()

    assert (len(before), settled(anna)) == (1, [])


async def test_settled_is_built_the_same_again_by_the_check_of_a_backup(house: House):
    anna = house.phone_of("anna")
    await anna.push(unknown(anna))
    [row] = await rows_of(house)
    await deal_with(house, row)
    async with house.database.snapshot() as tx:
        wrong = await list_wrong(tx, [(id_of("anna"), f"settled-{id_of('anna')}")], house.now.date())

    assert wrong == ([], [])
