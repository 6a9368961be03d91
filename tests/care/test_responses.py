"""What was answered at visits is taken along: everything that stands on the visit's page, in two forms, and the access log says so first."""

import json
from datetime import date
from typing import Any

from fhir.resources.R4B.bundle import Bundle

from pwa.access.queries.people import get_person, team_ids_in_scope
from pwa.audit.writer import AccessLog
from pwa.care.documents.access_purpose import purpose_of
from pwa.care.documents.visit import LEADING
from pwa.care.queries.citizens import list_citizens_of_visits
from pwa.care.responses.answered import Answered
from pwa.care.responses.bundle import bundle_of, entry_of
from pwa.care.responses.reading import list_answered
from pwa.care.responses.table import head, rows_of
from pwa.words import new_id, to_text
from tests.care.test_fill_in import STEPS, fill_in, give_checklist
from tests.house import House
from tests.small_town import id_of

TODAY = (date(2026, 11, 23), date(2026, 11, 23))


async def answered_at(house: House, who: str = "lis") -> dict[str, Answered]:
    """What this person may take along of today, by visit."""
    access_log = AccessLog(house.database, lambda: house.now, new_id, list_citizens_of_visits, purpose_of)
    async with house.database.snapshot() as tx:
        person = await get_person(tx, id_of(who), to_text(house.now))
        assert person
        asking = person, await team_ids_in_scope(tx, person, LEADING)
    found = [one async for one in list_answered(house.database, access_log, asking, TODAY, house.now)]
    await access_log.close()
    return {one.visit["visit_id"]: one for one in found}


async def filled_in(house: House) -> Answered:
    """Else's visit, with answers by two who did not see each other's."""
    rows: dict[str, Any] = {"id": "piller", "kind": "repeating_group", "label": "Piller", "steps": [
        {"id": "navn", "kind": "short_text", "label": "Navn"}]}  # fmt: skip
    left = {
        "id": "ro",
        "kind": "yes_no",
        "label": "Ro",
        "shown_when": {"<": [{"answer": "puls"}, {"number": "100"}]},
    }
    checklist_id = await give_checklist(house, 1, [*STEPS, rows, left], is_alone=True)
    one, other = house.phone("anna"), house.phone("anna")
    await one.sync()
    await other.sync()
    [bad] = [step["id"] for step in one.documents[f"visit-{id_of('else')}"]["body"]["steps"]]
    await one.push(
        one.change("answer_step", "else", step_id=bad, answer="technology"),
        fill_in(one, checklist_id, "ro", True, kind="yes_no"),
        fill_in(one, checklist_id, "piller", "r1", kind="repeating_group"),
        fill_in(one, checklist_id, "navn@r1", "=1+1", kind="short_text"),
        fill_in(one, checklist_id, "puls", "72"),
    )
    house.pass_time(minutes=1)
    await other.push(fill_in(other, checklist_id, "puls", "120.5"))
    return (await answered_at(house))[id_of("else")]


async def test_a_table_has_a_row_for_each_question_and_for_what_is_asked_no_more(house: House):
    answered = await filled_in(house)

    rows = [dict(zip(head("en"), row, strict=True)) for row in rows_of(answered, "en")]
    assert [(row["Section"], row["Step"], row["Answer"], row["Others answered"]) for row in rows] == [
        ("", "Bad", "Technology", ""),
        ("", "Puls", "120,5", "72 (Anna Lund); 120,5 (Anna Lund)"),
        ("Piller 1", "Navn", "=1+1", ""),
        ("", "Ro", "Yes", ""),
    ]
    assert {row["Answered by"] for row in rows} == {"Anna Lund"}
    assert {(row["Day"], row["Checklist"], row["Version"]) for row in rows} == {
        ("2026-11-23", "Kontrol", "1")
    }


async def test_a_bundle_is_fhir_and_says_what_was_answered_by_whom(house: House):
    answered = await filled_in(house)
    text = b"".join(bundle_of([entry_of(answered), entry_of(answered)], to_text(house.now)))

    assert len(Bundle.model_validate_json(text).entry or []) == 2
    response = json.loads(text)["entry"][0]["resource"]
    said = {item["linkId"]: item.get("answer") for item in response["item"]}
    assert said["puls"] == [{"valueDecimal": 120.5}]
    assert (response["status"], response["author"]["display"]) == ("in-progress", "Anna Lund")
    [others] = [item for item in response["item"] if item["linkId"] == "puls"]
    differing = [
        each["extension"][-1] for each in others["extension"] if each["url"] == "urn:haand:differing"
    ]
    assert differing == [{"url": "answer", "valueDecimal": 72}, {"url": "answer", "valueDecimal": 120.5}]


async def test_an_empty_bundle_is_fhir():
    assert Bundle.model_validate_json(b"".join(bundle_of([], "2026-11-23T07:00:00.000Z"))).entry is None


async def test_what_is_asked_no_more_is_said_to_be(house: House):
    await filled_in(house)
    anna = house.phone("anna")
    await anna.sync()
    [bad, *_] = anna.documents[f"visit-{id_of('else')}"]["body"]["filled"]
    await anna.push(fill_in(anna, bad["checklist_id"], "puls", "120.5"))

    rows = [
        dict(zip(head("en"), row, strict=True))
        for row in rows_of((await answered_at(house))[id_of("else")], "en")
    ]
    assert [(row["Section"], row["Step"], row["Answer"]) for row in rows][-2:] == [
        ("Piller 1", "Navn", "=1+1"),
        ("No longer asked", "Ro", "Yes"),
    ]


async def test_each_visit_is_in_the_access_log_as_taken_along_and_only_of_the_own_teams(house: House):
    seen = await answered_at(house)
    async with house.database.snapshot() as tx:
        entries = await tx.tuples("select person_id, about from access_log where kind = 'export'")
        teams = await tx.tuples("select distinct team_id from visit where day = '2026-11-23'")

    assert {person for person, _ in entries} == {id_of("lis")}
    assert {visit for _, about in entries for _, _, visit in json.loads(about)} == set(seen)
    assert 0 < len({one.visit["team"]["id"] for one in seen.values()}) < len(teams)
    assert await answered_at(house, "anna") == {}
