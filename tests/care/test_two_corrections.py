"""Two who had not seen each other's words: both stand, both are told, and so is the leader (sync.md, law 6)."""

from typing import Any

from pwa.words import new_id
from tests.house import House, Phone
from tests.small_town import id_of

Json = dict[str, Any]


async def with_note(house: House, *phones: Phone) -> Json:
    """A note of Anna's that these phones have."""
    note = house.phone_of("anna").note("Spiste en halv bolle.", visit="karen")
    await house.phone_of("anna").push(note)
    for phone in phones:
        await phone.sync()
    return note


async def anna_and_bo(house: House) -> tuple[Phone, Phone, Json]:
    """Both have a note of Anna's that is a minute old."""
    anna, bo = house.phone_of("anna"), house.phone_of("bo")
    note = await with_note(house, anna, bo)
    house.pass_time(minutes=1)
    return anna, bo, note


def correct(phone: Phone, note: Json, text: str) -> Json:
    return phone.change(
        "correct_note", "karen", note_id=new_id(), corrects=note["args"]["note_id"], text=text
    )


async def differing(phone: Phone) -> list[str]:
    """The corrections that stand against each other, as this phone shows the note."""
    [note] = (await phone.visit("karen"))["notes"]
    return [each["text"] for each in note.get("differing", [])]


async def page(house: House, person: str, path: str) -> str:
    return (await house.http.get(path, headers={"Cookie": await house.sign_in(person)})).text


async def test_two_corrections_by_two_carers_who_had_not_seen_each_others_both_stand_and_all_are_told(
    house: House,
):
    anna, bo, note = await anna_and_bo(house)
    hers, his = correct(anna, note, "Spiste to boller."), correct(bo, note, "Spiste ingenting.")

    await anna.push(hers)
    await bo.push(his)

    both = ["Spiste to boller.", "Spiste ingenting."]
    assert sorted(await differing(anna)) == sorted(await differing(bo)) == sorted(both)
    for person, path, told in (
        ("anna", f"/visits/{id_of('karen')}", "uden at I havde set hinandens"),
        ("bo", f"/visits/{id_of('karen')}", "uden at I havde set hinandens"),
        ("lis", f"/board/visits/{id_of('karen')}", "De har rettet det forskelligt"),
    ):
        shown = await page(house, person, path)
        assert told in shown
        assert all(text in shown for text in both)
    assert "1 notat rettet forskelligt" in await page(house, "lis", "/board")


async def test_a_correction_over_both_settles_it(house: House):
    anna, bo, note = await anna_and_bo(house)
    await anna.push(correct(anna, note, "Spiste to boller."))
    await bo.push(correct(bo, note, "Spiste ingenting."))
    await anna.sync()
    house.pass_time(minutes=1)

    await anna.push(correct(anna, note, "Spiste en bolle, ikke mere."))

    assert await differing(bo) == []


async def test_a_correction_of_a_correction_that_was_seen_is_no_difference(house: House):
    anna, bo, note = await anna_and_bo(house)
    await anna.push(correct(anna, note, "Spiste to boller."))
    await bo.sync()
    await bo.push(correct(bo, note, "Spiste ingenting."))
    await bo.push(correct(bo, note, "Spiste intet."))

    assert await differing(anna) == []


async def test_the_same_words_twice_are_no_difference(house: House):
    anna, bo, note = await anna_and_bo(house)

    await anna.push(correct(anna, note, "Spiste to boller."))
    await bo.push(correct(bo, note, "Spiste to boller."))

    assert await differing(anna) == []


async def test_one_carers_two_phones_that_had_not_seen_each_others_are_marked_too(house: House):
    anna, tablet = house.phone_of("anna"), house.phone("anna")
    note = await with_note(house, anna, tablet)
    house.pass_time(minutes=1)
    said = [anna.answer(answer="together", visit="karen"), correct(anna, note, "Spiste to boller.")]
    unseen = [tablet.answer(answer="alone", visit="karen"), correct(tablet, note, "Spiste ingenting.")]

    await anna.push(*said)
    await tablet.push(*unseen)

    step = await anna.step(visit="karen")
    assert sorted(each["answer"] for each in step["differing"]) == ["alone", "together"]
    assert len(await differing(anna)) == 2
    shown = await page(house, "anna", f"/visits/{id_of('karen')}")
    assert "Du har svaret forskelligt på to telefoner. Begge svar er gemt." in shown
    assert "Rettet forskelligt på to telefoner. Begge står her." in shown


async def test_one_carers_second_phone_that_has_seen_the_first_is_no_difference(house: House):
    anna, tablet = house.phone_of("anna"), house.phone("anna")
    await anna.push(anna.answer(answer="together", visit="karen"))
    await tablet.sync()
    house.pass_time(minutes=1)
    await tablet.push(tablet.answer(answer="alone", visit="karen"))

    assert (await anna.step(visit="karen"))["differing"] == []


async def test_notes_from_before_it_was_kept_who_had_seen_what_are_no_difference(house: House):
    anna, bo = house.phone_of("anna"), house.phone_of("bo")
    note = await with_note(house, anna, bo)
    async with house.database.transaction() as tx:
        for text in ("Spiste to boller.", "Spiste ingenting."):
            row = {"team": id_of("nord"), "visit": id_of("karen"), "id": new_id(), "text": text}
            row |= {
                "corrects": note["args"]["note_id"],
                "anna": id_of("anna"),
                "at": "2026-11-23T07:41:00.000Z",
            }
            await tx.execute(
                """
                insert into note (team_id, visit_id, id, corrects_id, text, written_at, received_at, written_by_id)
                values (:team, :visit, :id, :corrects, :text, :at, :at, :anna)
                """,
                row,
            )
        await tx.execute("update document set touched = touched + 1")
    await bo.push(bo.note("Nyt.", visit="karen"))

    [first, _] = (await bo.visit("karen"))["notes"]
    assert (len(first["corrections"]), "differing" in first) == (2, False)


async def test_one_draft_saved_on_two_phones_of_its_carer_is_one_note_with_both_texts(house: House):
    first, second = house.phone("anna"), house.phone("anna")
    draft = new_id()
    same, otherwise = "Karen sov.", "Karen sov godt."
    saved = first.change("write_note", "karen", note_id=draft, text=same)
    again = second.change("write_note", "karen", note_id=draft, text=same)
    changed = second.change("write_note", "karen", note_id=draft, text=otherwise)
    await first.push(saved)
    (fate,) = await second.push(again)
    [note] = (await second.visit("karen"))["notes"]
    (last,) = await second.push(changed)
    [both] = (await second.visit("karen"))["notes"]

    assert [fate.problem, last.problem] == [None, None]
    assert (note["text"], note["corrections"]) == (same, [])
    assert (both["text"], [each["text"] for each in both["corrections"]]) == (same, [otherwise])


async def test_a_note_id_of_somebody_elses_draft_is_no_correction(house: House):
    anna, bo = house.phone("anna"), house.phone("bo")
    draft = new_id()
    await anna.push(anna.change("write_note", "karen", note_id=draft, text="Karen sov."))

    (fate,) = await bo.push(bo.change("write_note", "karen", note_id=draft, text="Karen gik."))

    assert fate.problem == "IdUsedTwice"
