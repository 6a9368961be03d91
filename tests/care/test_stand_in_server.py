"""The server that the worker's tests in node talk to answers as the real one does, in the same form."""

import json
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from pwa.care.sync.wire import SyncAnswer
from pwa.words import to_text
from tests.house import House, Phone
from tests.small_town import id_of

Json = dict[str, Any]

REFUSES = {"start_visit": "NotYourTeam", "fly": "NotUnderstood"}
"""What the stand-in is told to say no to, because it reads no plan."""


def pushes_of(phone: Phone) -> list[Json]:
    """A first pull, a quiet one, changes with each fate, one that comes again, a gap that is filled, and a look."""
    note, foreign, unknown = phone.note(), phone.change("start_visit", "solveig"), phone.change("fly")
    ahead = phone.change("finish_visit") | {"at": to_text(phone.house.now + timedelta(hours=1))}
    late, last = phone.note(), phone.note()
    look = {"visit_id": id_of("else"), "at": to_text(phone.house.now)}
    changes = [[], [], [note], [foreign, unknown], [note, ahead], [last], [late], []]
    pushes: list[Json] = [{"changes": each} for each in changes]
    return [*pushes, {"changes": [], "looked": [look]}, {"changes": []}]


async def answers_of_house(phone: Phone, pushes: list[Json]) -> list[Json]:
    answers = []
    for push in pushes:
        answer: Json = (await phone.post(*push["changes"], looked=push.get("looked", []))).json()
        phone.cursor = answer.get("cursor", phone.cursor)
        answers.append(answer)
    return answers


def answers_of_stand_in(phone: Phone, pushes: list[Json]) -> list[Json]:
    head = {"phone": phone.id, "build": "b1", "now": to_text(phone.house.now)}
    given = {
        "person": id_of(phone.person),
        "visit": id_of("else"),
        "refuses": REFUSES,
        "pushes": [head | push for push in pushes],
    }
    run = subprocess.run(
        ["node", str(Path(__file__).parents[1] / "answer_pushes.mjs")],
        input=json.dumps(given),
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    answers: list[Json] = json.loads(run.stdout)
    return answers


def told(answer: Json) -> Json:
    """An answer without what each server has of its own: the time, the cursor's text, ids and words of documents.

    The stand-in has no citizens' own pages.
    """
    kinds = {
        name: sorted(kind for each in ids if (kind := each.partition("-")[0]) != "citizen")
        for name, ids in lists_of(answer)
    }
    own = {"cursor": "another", "delivery": "a token"}
    return answer | kinds | {"now": "a time"} | {name: own[name] for name in own.keys() & answer.keys()}


def lists_of(answer: Json) -> Iterator[tuple[str, list[str]]]:
    yield "documents", [document["id"] for document in answer["documents"]]
    if "ids" in answer:
        yield "ids", answer["ids"]


def names(value: object, path: str = "") -> set[str]:
    """Every name in a document, with where it stands; of a list that of its first."""
    if isinstance(value, dict):
        inside = [names(part, f"{path}.{name}") for name, part in value.items()]
        return {f"{path}.{name}" for name in value}.union(*inside)
    return names(value[0], f"{path}[]") if isinstance(value, list) and value else set()


async def test_the_stand_in_answers_the_same_pushes_as_the_server_does(house: House):
    phone = house.phone()
    await house.push(house.phone_of("bo").note())  # her citizen's own page is on the list from here on
    pushes = pushes_of(phone)

    ours = answers_of_stand_in(phone, pushes)
    real = await answers_of_house(phone, pushes)

    assert [told(answer) for answer in ours] == [told(answer) for answer in real]


async def test_every_answer_of_the_stand_in_has_the_form_that_is_described(house: House):
    phone = house.phone()

    answers = answers_of_stand_in(phone, pushes_of(phone))

    for answer in answers:
        SyncAnswer.model_validate_json(json.dumps(answer))


async def test_the_documents_of_the_stand_in_have_the_names_of_the_servers(house: House):
    phone = house.phone()

    [ours], [real] = answers_of_stand_in(phone, [{"changes": []}]), [await phone.sync()]

    for kind in ("person", "visit", "guide"):
        mine, theirs = (
            next(each for each in answer["documents"] if each["id"].startswith(f"{kind}-"))
            for answer in (ours, real)
        )
        assert names(mine) == names(theirs), kind
