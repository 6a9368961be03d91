"""A phone whose storage was copied to another: two phones with one id, the same numbers and the same sign-in."""

from copy import deepcopy

from tests.house import House, Phone
from tests.small_town import id_of


def copied(phone: Phone) -> Phone:
    """Another phone with all that this one has stored."""
    house, phone.house = phone.house, None  # type: ignore[assignment]
    other = deepcopy(phone)
    phone.house = other.house = house
    return other


async def texts(house: House) -> set[str]:
    """The notes of the visit, whoever wrote them."""
    return {note["text"] for note in (await house.phone("anna").visit())["notes"]}


async def test_what_both_have_from_before_is_taken_once(house: House):
    one = house.phone()
    await one.sync()
    waiting = [one.note("Et"), one.note("To"), one.note("Tre")]
    other = copied(one)

    first, second = await one.sync(*waiting), await other.sync(*waiting)

    assert [fate["fate"] for fate in first["fates"] + second["fates"]] == ["applied"] * 6
    assert "phone" not in second
    assert len((await one.visit())["notes"]) == 3


async def test_two_phones_with_one_id_lose_nothing_and_one_of_them_gets_an_id_of_its_own(house: House):
    one = house.phone()
    await one.push(one.note("Før"))
    other = copied(one)
    of_one, of_other = one.note("Fra den ene"), other.note("Fra den anden")
    assert of_one["n"] == of_other["n"]

    first, second = await one.sync(of_one), await other.sync(of_other)

    assert "phone" not in first
    assert second["phone"] != one.id
    assert second["fates"] == [{"id": of_other["id"], "fate": "applied"}]
    assert (second["missing"], second["heard_n"]) == ([], 2)
    assert await texts(house) == {"Før", "Fra den ene", "Fra den anden"}


async def test_afterwards_it_is_noticed_of_each_what_never_came(house: House):
    one = house.phone()
    await one.push(one.note("Før"))
    other = copied(one)
    await one.sync(one.note("2 herfra"))
    other.id = (await other.sync(other.note("2 derfra")))["phone"]
    one.note("3, som aldrig kom")

    late = await one.sync(one.note("4 herfra"))
    whole = await other.sync(other.note("3 derfra"), other.note("4 derfra"))

    assert (late["missing"], whole["missing"]) == ([[3, 3]], [])
    assert "phone" not in late
    assert "phone" not in whole


async def test_one_whose_answer_was_lost_is_told_the_next_time(house: House):
    one = house.phone()
    await one.push(one.note("Før"))
    other = copied(one)
    await one.sync(one.note("2 herfra"), one.note("3 herfra"))
    sent = other.note("2 derfra")
    await other.post(sent)

    again = await other.sync(sent)
    told = await other.sync(other.note("3 derfra"))

    assert again["fates"] == [{"id": sent["id"], "fate": "applied"}]
    assert "phone" in told


async def test_a_number_that_comes_late_or_again_is_no_copy(house: House):
    one = house.phone()
    first, second = one.note("1"), one.note("2")

    answers = [await one.sync(second), await one.sync(first), await one.sync(first, second)]

    assert not [answer for answer in answers if "phone" in answer]


async def test_those_who_answer_for_the_carer_see_that_the_phone_was_copied(house: House):
    one = house.phone()
    await one.push(one.note("Før"))
    other = copied(one)
    await one.sync(one.note("2 herfra"))
    page = f"/people/{id_of('anna')}"
    leader = {"Cookie": await house.sign_in("lis")}
    before = (await house.http.get(page, headers=leader)).text
    await other.sync(other.note("2 derfra"))

    after = (await house.http.get(page, headers=leader)).text

    assert "Kopieret" not in before
    assert "Kopieret: mere end én telefon" in after
