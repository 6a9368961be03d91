"""A phone whose app does not know an answer shows none in its place, and hears of it in words that it knows (sync.md, law 15)."""

from typing import Any

import pytest

from pwa.care.documents.older_phones import without_technology
from tests.house import House, Json, Phone
from tests.small_town import id_of

LIS = {"id": "l", "name": "Lis"}
BO = {"id": "b", "name": "Bo"}
AT = "2026-11-23T07:00:00.000Z"
SAID = "Støv – teknologi gjorde det (Lis). Denne app er for gammel til at vise det."


def step(**told: Any) -> Json:
    """One that nobody has answered, but for what is told."""
    nobody = {"answered_at": None, "answered_received_at": None, "answered_by": None, "answered_change": None}
    return {"id": "s", "label": "Støv", "help": "", "planned": "carer", "answer": None, "reason": "", **nobody,
            "differing": [], "waiting_since": None, **told}  # fmt: skip


def answered(answer: str, by: Json = LIS, **told: Any) -> Json:
    """One that somebody has answered."""
    return step(
        answer=answer, answered_at=AT, answered_received_at=AT, answered_by=by, answered_change="c", **told
    )


def said(answer: str, by: Json, reason: str = "") -> Json:
    """An answer beside the one that stands."""
    return {"answer": answer, "reason": reason, "at": AT, "by": by}


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (answered("together"), answered("together")),
        (answered("technology"), step(label=SAID)),
        (
            answered("technology", differing=[said("carer", BO), said("technology", LIS)]),
            step(label=SAID),
        ),
        (
            answered("carer", BO, differing=[said("technology", LIS), said("carer", BO)]),
            answered("carer", BO, label=SAID),
        ),
        (
            answered(
                "carer", BO, earlier=[said("technology", LIS, "Robotten"), said("not_done", BO, "Ikke tid")]
            ),
            answered("carer", BO, earlier=[said("not_done", BO, "Ikke tid")], older_reasons=1),
        ),
        (
            step(planned="technology"),
            step(
                planned="carer",
                by_itself=True,
                label="Støv – planlagt: teknologi. Denne app er for gammel til at svare det.",
            ),
        ),
        (answered("alone", planned="technology"), answered("alone", planned="carer", by_itself=True)),
    ],
)
def test_an_older_phone_is_told_of_technology_in_the_steps_words(given: Json, told: Json):
    assert without_technology({"steps": [given]}, "da") == {"steps": [told]}


@pytest.mark.parametrize("knows", [None, "short"])
async def test_law_15_an_older_phone_is_never_given_an_answer_that_it_would_show_as_another(
    house: House, knows: str | None
):
    older, todays = house.phone(knows=knows), house.phone()
    await todays.push(todays.answer("Giv medicin", "technology"))
    await older.sync()

    [told] = [step for step in steps_of(older) if step["label"].startswith("Giv medicin")]
    [known] = [step for step in steps_of(todays) if step["label"] == "Giv medicin"]

    assert told["label"].startswith("Giv medicin – teknologi gjorde det (Anna")
    assert told["answer"] is None
    assert known["answer"] == "technology"


async def test_a_phone_that_was_told_otherwise_is_given_all_anew_once_its_app_knows_more(house: House):
    phone = house.phone(knows="short")
    await phone.push(phone.answer("Giv medicin", "technology"))
    quiet = await phone.sync()

    phone.knows = "technology, checklists, notes"
    anew = await phone.sync()

    assert (quiet["documents"], "cursor" in quiet) == ([], False)
    assert {document["id"] for document in anew["documents"]} == set(phone.ids)
    assert "technology" in [step["answer"] for step in steps_of(phone)]
    assert (await phone.sync())["documents"] == []


def steps_of(phone: Phone) -> list[Json]:
    """Of the visit that is Else's, as this phone has it."""
    return list(phone.documents[f"visit-{id_of('else')}"]["body"]["steps"])
