"""What becomes of each change: the cases that the phone runs too, and everything that is not as it should be.

Holds sync.md's laws 3 (exactly once), 4 (each alone), 5 (refused is not lost) and 15 (old phones).
"""

import json
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from pwa.access.queries.roles import add_role
from pwa.care.changes.change_schema import CHANGE_SCHEMAS, Arg, ChangeSchema
from pwa.care.documents.refresh import refresh
from pwa.care.problems import NotUnderstood
from pwa.care.sync.upgrades import translate
from pwa.care.sync.validate import validate
from pwa.documents.store import DocumentRef
from pwa.words import Role, new_id, to_text
from tests.house import House, Json, Phone
from tests.shared_cases import read_base, read_cases
from tests.small_town import LONG_AGO, id_of


def cases() -> list[Any]:
    """Every case of every change, by its sentence."""
    return [pytest.param(case, id=case["sentence"]) for name in CHANGE_SCHEMAS for case in read_cases(name)]


def test_every_change_has_cases():
    assert {case.values[0]["change"]["name"] for case in cases()} == CHANGE_SCHEMAS.keys()


@pytest.mark.parametrize("case", cases())
async def test_case(house: House, case: Json):
    if "visit_id" in case["given"]:
        await live_through(house, case["given"])
    else:
        await house.plan(read_base()["visit"])
    if "plan_changes" in case["given"]:
        await house.tell(case["given"])
    carer = await phone_of(house, case["me"], case["arrives_at"])

    (fate,) = await carer.push(case["change"])

    body = carer.documents[name_of(case["given"])]["body"]
    assert fate.fate == "applied"
    assert {key: body[key] for key in case["then"]} == {key: case["expected"][key] for key in case["then"]}


def name_of(given: Json) -> str:
    """The id of the document that a case begins with."""
    if "visit_id" in given:
        return f"visit-{given['visit_id']}"
    return f"{'plan' if 'plan_changes' in given else 'person'}-{given['person_id']}"


async def live_through(house: House, given: Json) -> None:
    """Do what was done at a visit before the case begins, through the real server; check that it was that."""
    await house.plan(given)
    for at, by, change in sorted(history(given), key=lambda one: one[0]):
        await phone_of(house, by, at)
        phone = house.phone_of(by["id"])
        phone.cursor = None
        phone.n += 1
        (fate,) = await phone.push({"n": phone.n, "v": 1, "at": at, "seen": 0, "id": new_id()} | change)
        assert fate.fate == "applied", change
    phone = await phone_of(house, given["carers"][0], "2026-11-23T08:59:00.000Z")
    await phone.sync()
    assert phone.documents[f"visit-{given['visit_id']}"]["body"] == {**given, "guides": [], "contacts": []}


async def phone_of(house: House, person: Json, at: str) -> Phone:
    """A phone in this person's hand at that time, with its clock right."""
    house.now = house.now.fromisoformat(at)
    if person["id"] not in house.cookies:
        await house.sign_in(person["id"], person["id"])
    return house.phone(person["id"])


def history(given: Json) -> list[tuple[str, Json, Json]]:
    """When, who and what: the changes that made a visit's document."""
    visit = {"visit_id": given["visit_id"]}
    done: list[tuple[str, Json, Json]] = []

    def did(at: str, by: Json, name: str, change_id: str | None = None, **args: object) -> None:
        done.append((at, by, {"name": name, "args": visit | args} | ({"id": change_id} if change_id else {})))

    for name in ("start", "finish"):
        if at := given[f"{name}ed_at"]:
            did(at, given[f"{name}ed_by"], f"{name}_visit", given[f"{name}ed_change"])
    if at := given["as_planned_at"]:
        did(at, given["as_planned_by"], "answer_as_planned", given["as_planned_change"])
    for step in given["steps"]:
        shown = {
            "answer": step["answer"],
            "reason": step["reason"],
            "at": step["answered_at"],
            "by": step["answered_by"],
        }
        earlier = step.get("earlier", [])
        for one in earlier:
            args = {"step_id": step["id"], "answer": one["answer"], "reason": one["reason"]}
            did(one["at"], one["by"], "answer_step", **args)
        if earlier and step["answer"] is None:
            removed_at = earlier[-1]["at"].replace(".000Z", ".001Z")
            did(removed_at, earlier[-1]["by"], "answer_step", step_id=step["id"], answer=None)
        for one in step["differing"] or [shown]:
            if one["answer"] and step["answered_change"] != given["as_planned_change"]:
                change_id = step["answered_change"] if one["at"] == step["answered_at"] else None
                args = {"step_id": step["id"], "answer": one["answer"], "reason": one["reason"]}
                did(one["at"], one["by"], "answer_step", change_id, **args)
    for deviation in given["deviations"]:
        args = {"kind": deviation["kind"], "text": deviation["text"]}
        did(deviation["reported_at"], deviation["reported_by"], "report_deviation", deviation["id"], **args)
    for seen in given.get("observations", []):
        args = {"area": seen["area"], "text": seen["text"]}
        did(seen["observed_at"], seen["observed_by"], "report_observation", seen["id"], **args)
    for event in given.get("events", []):
        did(event["reported_at"], event["reported_by"], "report_event", event["id"], hurt="citizen")
        for part in event["told"]:
            said = {"class": "learning"} if part == "class" else {"part": part, "text": "Hej"}
            name = "class_event" if part == "class" else "tell_event"
            did(
                event["reported_at"].replace("000Z", "001Z"),
                event["reported_by"],
                name,
                event_id=event["id"],
                **said,
            )
    for note in given["notes"]:
        told = {"pinned": "yes"} if "pinned" in note else {}
        did(
            note["written_at"],
            note["written_by"],
            "write_note",
            note_id=note["id"],
            text=note["text"],
            **told,
        )
        for correction in note["corrections"]:
            args = {"note_id": correction["id"], "corrects": note["id"], "text": correction["text"]}
            did(correction["written_at"], correction["written_by"], "correct_note", **args)
    for mark in given.get("marks", []):
        args = {name: mark[name] for name in ("note_id", "pin_id") if name in mark}
        did(mark["at"], mark["by"], MARKS[mark["kind"]], mark["id"], **args)
    return done


MARKS = {"pinned": "pin_note", "read": "read_note", "unpinned": "unpin_note"}


# Not as it should be ---------------------------------------------------------------------------------------


ODD: dict[str, tuple[Any, str, str]] = {
    "a change that nobody knows": (lambda c: c | {"name": "fly"}, "held", "NotUnderstood"),
    "a version of next year": (lambda c: c | {"v": 2}, "held", "NotUnderstood"),
    "a version from before the first": (lambda c: c | {"v": 0}, "held", "NotUnderstood"),
    "no change at all": (lambda c: 5, "held", "NotUnderstood"),
    "nothing": (lambda c: None, "held", "NotUnderstood"),
    "a change without an id": (lambda c: {k: v for k, v in c.items() if k != "id"}, "held", "NotUnderstood"),
    "an id that is no id": (lambda c: c | {"id": "c2"}, "held", "NotUnderstood"),
    "an id of another kind": (lambda c: c | {"id": ["c2"]}, "held", "NotUnderstood"),
    "something more": (lambda c: c | {"sealed": "abc"}, "held", "NotUnderstood"),
    "a number that is no number": (lambda c: c | {"n": "7"}, "held", "NotUnderstood"),
    "a number that is a yes": (lambda c: c | {"n": True}, "held", "NotUnderstood"),
    "a number below one": (lambda c: c | {"n": -7}, "held", "NotUnderstood"),
    "a number that no phone counts to": (lambda c: c | {"n": 2**64}, "held", "NotUnderstood"),
    "half a number": (lambda c: c | {"seen": 1.5}, "held", "NotUnderstood"),
    "a time without a zone": (lambda c: c | {"at": "2026-11-23T07:30:00.000"}, "held", "NotUnderstood"),
    "a day that does not exist": (lambda c: c | {"at": "2026-02-30T07:30:00.000Z"}, "held", "NotUnderstood"),
    "no arguments": (lambda c: c | {"args": None}, "held", "NotUnderstood"),
    "too few arguments": (lambda c: c | {"args": {"visit_id": id_of("else")}}, "held", "NotUnderstood"),
    "an argument too many": (lambda c: with_args(c, colour="red"), "held", "NotUnderstood"),
    "a step that is no text": (lambda c: with_args(c, step_id=7), "held", "NotUnderstood"),
    "a zero in an id": (lambda c: with_args(c, step_id="c2\0"), "held", "NotUnderstood"),
    "an answer that is not a choice": (lambda c: with_args(c, answer="perhaps"), "refused", "NotAChoice"),
    "a reason too long": (lambda c: with_args(c, reason="x" * 2001), "refused", "TooLong"),
    "an unknown visit": (lambda c: with_args(c, visit_id=id_of("nobody")), "refused", "NotYourTeam"),
    "an unknown step": (lambda c: with_args(c, step_id=id_of("nothing")), "refused", "UnknownStep"),
    "another visit's step": (lambda c: with_args(c, step_id=id_of("knud Giv medicin")), "refused", "UnknownStep"),
    "another team's visit": (lambda c: with_args(c, visit_id=id_of("solveig")), "refused", "NotYourTeam"),
}  # fmt: skip


def with_args(change: Json, **args: object) -> Json:
    """The change with other arguments."""
    return change | {"args": change["args"] | args}


@pytest.mark.parametrize("odd", ODD)
async def test_an_odd_change_is_kept_with_its_fate_and_the_next_one_is_applied(house: House, odd: str):
    spoil, fate, problem = ODD[odd]
    phone = house.phone()
    first, sent = phone.answer("Tag tøj på"), spoil(phone.answer("Hjælp til bad"))

    fates = await phone.push(first, sent, phone.answer())
    again = await phone.push(sent)

    assert [(one.fate, one.problem) for one in fates] == [
        ("applied", None),
        (fate, problem),
        ("applied", None),
    ]
    assert again == fates[1:2]
    assert [json.loads(row["sent"]) for row in await house.log() if row["problem"]] == [sent]


async def test_a_refused_change_says_why_in_the_carers_language_and_what_to_do(house: House):
    phone = house.phone()

    (fate,) = await phone.push(with_args(phone.answer(), visit_id=id_of("solveig")))

    assert fate.message == "Besøget er ikke i gruppens plan."
    assert fate.next_step == "retry"


async def test_another_teams_visit_and_none_at_all_are_told_alike(house: House):
    phone = house.phone()
    sent = [with_args(phone.answer(), visit_id=id_of(visit)) for visit in ("solveig", "nobody")]

    first, second = await phone.push(*sent), await phone.push(*sent)

    assert first == second
    assert {(fate.fate, fate.problem, fate.message, fate.next_step) for fate in first} == {
        ("refused", "NotYourTeam", "Besøget er ikke i gruppens plan.", "retry")
    }
    # What there is stands in the log, for those who may look.
    assert {row["problem"] for row in await house.log()} == {"NotYourTeam", "UnknownVisit"}


async def test_the_words_of_a_refused_note_are_kept(house: House):
    phone = house.phone()

    await phone.push(with_args(phone.note("Hun faldt i nat."), visit_id=id_of("nobody")))

    assert [row["words"] for row in await house.log()] == ["Hun faldt i nat."]


async def test_a_leader_does_not_do_a_carers_task(house: House):
    phone = house.phone("lis")

    (fate,) = await phone.push(phone.answer())

    assert fate.problem == "NotYourTask"


async def test_a_carer_of_another_team_may_write_where_the_plan_sends_her(house: House):
    async with house.database.transaction() as tx:
        await tx.execute(
            "update visit_carer set carer_id = :carl where visit_id = :visit and carer_id = :bo",
            {"carl": id_of("carl"), "visit": id_of("karen"), "bo": id_of("bo")},
        )
        [team] = await tx.rows("select team_id from visit where id = :visit", {"visit": id_of("karen")})
        await refresh(tx, [DocumentRef(team["team_id"], "visit", id_of("karen"))], new_id)
    phone = house.phone("carl")

    (fate,) = await phone.push(phone.answer(visit="karen"))

    assert fate.fate == "applied"


async def test_a_carer_of_a_team_may_write_in_the_teams_under_it(house: House):
    phone = house.phone("anna")
    of_both = [phone.answer(), phone.answer(visit="solveig")]
    before = await phone.push(*of_both)
    async with house.database.transaction() as tx:
        await add_role(tx, id_of("anna"), Role("carer", id_of("kommune")), LONG_AGO)

    after = await phone.push(phone.answer(), phone.answer(visit="solveig"))

    assert [fate.problem for fate in before] == [None, "NotYourTeam"]
    assert [fate.problem for fate in after] == [None, None]


async def test_a_second_try_keeps_its_time_and_has_been_read(house: House):
    phone, happened = house.phone(), to_text(house.now - timedelta(minutes=5))
    elsewhere = phone.note("Før.", "solveig") | {"at": happened}
    await phone.push(elsewhere)
    async with house.database.transaction() as tx:
        await add_role(tx, id_of("anna"), Role("carer", id_of("syd")), LONG_AGO)
    house.pass_time(minutes=1)

    assert (await house.post(f"/attention/{elsewhere['id']}/retry", "anna", b"")).status_code == 200

    notes = {row["text"]: row["written_at"] for row in await house.rows("select text, written_at from note")}
    assert notes == {"Før.": happened}
    read = await house.rows("select change_id from attention_read")
    assert [row["change_id"] for row in read] == [elsewhere["id"]]


async def test_a_repeat_gets_the_first_fate_and_happens_once(house: House):
    phone = house.phone()
    note = phone.note()

    first, second = await phone.push(note, note)
    (third,) = await phone.push(note)

    assert first == second == third
    assert len((await phone.visit())["notes"]) == 1
    assert len(await house.log()) == 1


async def test_an_id_used_twice_is_kept_beside_the_first_and_never_applied(house: House):
    phone = house.phone()
    note = phone.note("Det første")
    other = with_args(note, text="Det andet")

    fates = await phone.push(note, other, other, note)

    assert [fate.problem for fate in fates] == [None, "IdUsedTwice", "IdUsedTwice", None]
    assert [note["text"] for note in (await phone.visit())["notes"]] == ["Det første"]
    assert [row["words"] for row in await house.log()] == ["Det første", "Det andet"]


async def test_somebody_elses_id_is_not_a_repeat(house: House):
    anna, bo = house.phone("anna"), house.phone("bo")
    note = anna.note(visit="karen")
    await anna.push(note)

    (fate,) = await bo.push(note)

    assert fate.problem == "IdUsedTwice"


async def test_a_note_id_used_twice_keeps_both_texts(house: House):
    phone = house.phone()
    note = phone.note("Det første")
    other = phone.change("write_note", note_id=note["args"]["note_id"], text="Det andet")

    fates = await phone.push(note, other)

    assert [fate.problem for fate in fates] == [None, "IdUsedTwice"]
    assert [row["words"] for row in await house.log()] == ["Det første", "Det andet"]


async def test_a_correction_of_no_note_is_refused_with_its_words(house: House):
    phone = house.phone()

    (fate,) = await phone.push(
        phone.change("correct_note", note_id=new_id(), corrects=new_id(), text="Nej, to.")
    )

    assert fate.problem == "UnknownNote"
    assert [row["words"] for row in await house.log()] == ["Nej, to."]


@pytest.mark.parametrize(
    ("length", "problem"), [(0, "NothingWritten"), (1, None), (100_000, None), (100_001, "TooLong")]
)
async def test_a_note_has_from_one_to_a_hundred_thousand_characters(
    house: House, length: int, problem: str | None
):
    phone = house.phone()
    text = ("🧦\u05e9é" * 33_334)[:length]

    (fate,) = await phone.push(phone.note(text))

    assert fate.problem == problem
    assert [row["words"] for row in await house.log()] == [text]


@pytest.mark.parametrize("text", ["", " \n", "\u200b\u200b", "\u3164", "\0"])
async def test_a_note_of_signs_that_nobody_can_see_is_no_note(house: House, text: str):
    (fate,) = await house.push(house.phone_of("anna").note(text))

    assert (fate.fate, fate.problem) == ("refused", "NothingWritten")


@pytest.mark.parametrize("text", ["Hun\0 faldt.", "Hun\u001b faldt.", "Hun\u009f faldt."])
async def test_control_characters_of_an_older_phone_are_cleaned_and_the_words_arrive(house: House, text: str):
    phone = house.phone()
    reason = with_args(phone.answer(), answer="not_done", reason=text)

    fates = await phone.push(phone.note(text), reason)

    assert [fate.fate for fate in fates] == ["applied", "applied"]
    visit = await phone.visit()
    assert [note["text"] for note in visit["notes"]] == ["Hun faldt."]
    assert (await phone.step())["reason"] == "Hun faldt."
    assert {row["words"] for row in await house.log()} == {"Hun faldt."}


async def test_half_a_character_costs_one_sign_and_no_words(house: House):
    phone = house.phone()

    (fate,) = await phone.push(phone.note("Hun sov \ud83d"))

    assert fate.fate == "applied"
    assert [note["text"] for note in (await phone.visit())["notes"]] == ["Hun sov \ufffd"]


async def test_our_own_mistake_holds_one_change_and_leaves_no_half_of_it(
    house: House, monkeypatch: pytest.MonkeyPatch
):
    def fail(context: Any) -> Any:
        write_note(context)
        raise ValueError("Karen Møller")

    from pwa.care.sync.judge import CARRY_OUT

    write_note = CARRY_OUT["write_note"]
    monkeypatch.setitem(CARRY_OUT, "write_note", fail)
    phone = house.phone()

    fates = await phone.push(phone.note(), phone.answer())

    assert [(fate.fate, fate.problem) for fate in fates] == [("held", "NotHandled"), ("applied", None)]
    assert (await phone.visit())["notes"] == []


async def test_a_row_that_the_database_refuses_holds_one_change_and_no_other(
    house: House, monkeypatch: pytest.MonkeyPatch
):
    def impossible(context: Any) -> Any:
        return replace(report_deviation(context), kind="flown")

    from pwa.care.sync.judge import CARRY_OUT

    report_deviation: Any = CARRY_OUT["report_deviation"]
    monkeypatch.setitem(CARRY_OUT, "report_deviation", impossible)
    phone = house.phone()

    fates = await phone.push(
        phone.note("Sov."), phone.change("report_deviation", kind="other"), phone.answer()
    )

    assert [fate.problem for fate in fates] == [None, "NotHandled", None]
    visit = await phone.visit()
    assert (visit["deviations"], [note["text"] for note in visit["notes"]]) == ([], ["Sov."])


def test_an_older_form_is_translated_step_by_step():
    today = ChangeSchema(3, "visit", {"colour": Arg("text", most=9), "size": Arg("text", most=9)})
    older = {
        ("paint", 1): lambda args: {"colour": args["color"]},
        ("paint", 2): lambda args: args | {"size": "big"},
    }

    assert today.check(translate("paint", 1, 3, {"color": "red"}, older)) == {"colour": "red", "size": "big"}
    with pytest.raises(NotUnderstood):
        translate("paint", 0, 3, {}, older)


def test_what_is_understood_is_today_s_form():
    raw = {"id": new_id(), "n": 1, "name": "start_visit", "v": 1, "at": "2026-11-23T07:30:00.000Z", "seen": 0}

    change = validate(raw | {"args": {"visit_id": id_of("else")}})

    assert (change.name, change.args) == ("start_visit", {"visit_id": id_of("else")})
