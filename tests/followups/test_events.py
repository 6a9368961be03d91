"""An unintended event is reported in two taps, told of as there is time, and read by leaders alone; nobody counts it by person."""

import csv
from io import StringIO

import pytest

from tests.followups.test_list import act, count_in, listed
from tests.small_town import Browser, Town, id_of

WORDS = "Liften tippede, og sejlet gled"


async def report(carer: Browser, hurt: str = "citizen", visit: str = "else", told: str = WORDS) -> str:
    """Report an event, and tell of it; its id."""
    event = carer.change("report_event", visit, hurt=hurt)
    about = {"event_id": str(event["id"])}
    more = [
        carer.change("class_event", visit, **about, **{"class": "could_have_been"}),
        carer.change("tell_event", visit, **about, part="what", text=told),
        carer.change("tell_event", visit, **about, part="proposal", text="=To om liften"),
    ]
    answer = await carer.push(event, *more)
    assert [fate["fate"] for fate in answer.json()["fates"]] == ["applied"] * 4
    return str(event["id"])


async def test_a_leader_reads_an_event_and_a_work_accident_is_called_one(town: Town):
    anna, lis = await town.sign_in("anna"), await town.sign_in("lis")
    accident, event = await report(anna, "colleague"), await report(anna)

    page = (await lis.get("/followups?of=event")).text

    assert listed(page) == [accident, event]
    assert count_in(page) == 2
    assert page.count("Arbejdsulykke") == page.count("(UTH)") == 1
    assert WORDS in page
    assert "Kunne være blevet alvorlig" in page


async def test_no_phone_and_no_organiser_gets_a_word_of_it_or_whom_it_hurt(town: Town):
    anna, bo, ove = [await town.sign_in(person) for person in ("anna", "bo", "ove")]
    event = await report(anna, "colleague", "karen")

    of_bo = (await bo.push()).text
    pages = [(await ove.get(path)).text for path in ("/followups", f"/board/visits/{id_of('karen')}")]

    assert event in of_bo
    assert not any(WORDS in text or "colleague" in text for text in (of_bo, *pages))
    assert (await ove.get(f"/followups/{id_of('karen')}/{event}")).status_code == 404
    assert await act(ove, event, "taken", visit="karen") == 404
    assert (await ove.get("/followups/events.csv")).status_code == 404


async def test_who_reported_it_is_told_where_it_is_read_alone_and_on_no_list(town: Town):
    anna, lis = await town.sign_in("anna"), await town.sign_in("lis")
    event = await report(anna)

    of_all, alone = (
        (await lis.get("/followups")).text,
        (await lis.get(f"/followups/{id_of('else')}/{event}")).text,
    )
    table = (await lis.get("/followups/events.csv")).content.decode("utf-8-sig")

    assert "Meldt af Anna Lund" in alone
    assert not any("Anna Lund" in text for text in (of_all.partition('id="followups"')[2], table))
    [_, row] = csv.reader(StringIO(table), delimiter=";")
    assert row[1:8] == [
        "Nord",
        "Else Holm",
        "Borgeren",
        "Kunne være blevet alvorlig",
        WORDS,
        "",
        "'=To om liften",
    ]


async def test_only_who_reported_an_event_tells_of_it(town: Town):
    anna, bo = await town.sign_in("anna"), await town.sign_in("bo")
    event = await report(anna, visit="karen")

    answer = await bo.push(bo.change("tell_event", "karen", event_id=event, part="what", text="Nej"))

    assert [fate["problem"] for fate in answer.json()["fates"]] == ["UnknownEvent"]


async def test_what_is_told_again_counts_and_what_was_told_first_is_still_read(town: Town):
    anna, lis = await town.sign_in("anna"), await town.sign_in("lis")
    event = await report(anna)
    await anna.push(anna.change("tell_event", event_id=event, part="what", text="Sejlet var for stort"))

    of_all, alone = (
        (await lis.get("/followups")).text,
        (await lis.get(f"/followups/{id_of('else')}/{event}")).text,
    )

    assert (WORDS in of_all, "Sejlet var for stort" in of_all) == (False, True)
    assert WORDS in alone


async def test_an_event_that_its_carer_undoes_is_over_and_stays_to_be_read(town: Town):
    anna, lis = await town.sign_in("anna"), await town.sign_in("lis")
    event = await report(anna)

    await anna.push(anna.change("take_back", change_id=event))

    assert listed((await lis.get("/followups")).text) == []
    over = (await lis.get("/followups?state=over")).text
    assert listed(over) == [event]
    assert "Medarbejderen har fortrudt" in over


@pytest.mark.parametrize("person", ["anna", "mia"])
async def test_the_table_has_nothing_of_another_teams_and_is_for_leaders(town: Town, person: str):
    anna = await town.sign_in("anna")
    await report(anna)
    somebody = anna if person == "anna" else await town.sign_in(person)

    answer = await somebody.get("/followups/events.csv")

    assert answer.status_code == (404 if person == "anna" else 200)
    assert WORDS not in answer.text
