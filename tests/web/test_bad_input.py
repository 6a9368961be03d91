"""Bad input over HTTP: each piece gets its fate or problem, the rest of the batch goes on, nothing is lost."""

import asyncio
import gzip
import json

import pytest

from tests.small_town import Browser, Town, id_of

LONG = "Else 👩🏽‍⚕️ sov שלום \u202eעולם\u202c godt. "
NOTE = (LONG * (100_000 // len(LONG) + 1))[:100_000]
PROBLEM = "application/problem+json"


async def fates(browser: Browser, *changes: object) -> list[tuple[str, str | None]]:
    """The fate and the problem of each change of a push."""
    answer = (await browser.push(*changes)).json()
    return [(fate["fate"], fate.get("problem")) for fate in answer["fates"]]


async def kept(town: Town) -> list[tuple[str, str | None, str]]:
    """What the log of changes has: fate, problem and words, in the order of the phone's numbers."""
    async with town.database.snapshot() as tx:
        rows = await tx.rows("select fate, problem, words from change order by n, received_at")
    return [(row["fate"], row["problem"], row["words"]) for row in rows]


async def test_a_batch_with_everything_wrong_delivers_what_is_right(town: Town):
    anna = await town.sign_in("anna")
    first, last = anna.note("Den første."), anna.note("Den sidste.")
    step_id = id_of("else Hjælp til bad")
    bad = {
        ("held", "NotUnderstood"): {**anna.note("Ukendt ændring."), "name": "fly"},
        ("refused", "NotYourTeam"): anna.note("En anden gruppe.", "solveig"),
        ("refused", "NotAChoice"): anna.change("answer_step", step_id=step_id, answer="maybe"),
        ("held", "IdUsedTwice"): {**anna.note("Det samme id."), "id": first["id"]},
        ("refused", "TooLong"): anna.note(NOTE + "!"),
        ("refused", "UnknownStep"): anna.change("answer_step", step_id=id_of("nowhere"), answer="alone"),
        ("refused", "UnknownNote"): anna.change("correct_note", note_id=id_of("n"), corrects=id_of("m"), text="Rettet."),
    }  # fmt: skip

    told = await fates(anna, first, *bad.values(), last)
    page = (await anna.get(f"/visits/{id_of('else')}")).text

    assert told == [("applied", None), *bad, ("applied", None)]
    assert "Den første." in page
    assert "Den sidste." in page
    words = {word for _, _, word in await kept(town)}
    assert {"Ukendt ændring.", "En anden gruppe.", "maybe", "Det samme id.", NOTE + "!",
            "alone", "Rettet."} <= words  # fmt: skip


async def test_every_problem_comes_with_words_and_one_next_step(town: Town):
    anna = await town.sign_in("anna")

    answer = (await anna.push(anna.note("Et sted.", "nowhere"), {"id": 7})).json()

    assert [set(fate) for fate in answer["fates"]] == [{"id", "fate", "problem", "message", "next_step"}] * 2
    assert all(fate["message"].endswith(".") for fate in answer["fates"])


async def test_a_hundred_thousand_characters_with_emoji_and_right_to_left_come_back_as_they_were(town: Town):
    anna = await town.sign_in("anna")

    answer = (await anna.push(anna.note(NOTE))).json()

    [visit] = [one for one in answer["documents"] if one["id"] == f"visit-{id_of('else')}"]
    assert visit["body"]["notes"][0]["text"] == NOTE


@pytest.mark.parametrize(
    "odd",
    [
        None,
        7,
        "x",
        [],
        {},
        {"id": "x"},
        {"args": {"text": "\ud800"}},
        {"n": -1, "name": "write_note"},
        {"n": 1e9},
    ],
    ids=str,
)
async def test_what_is_no_change_at_all_is_held_and_the_rest_goes_on(town: Town, odd: object):
    anna = await town.sign_in("anna")
    body = json.dumps(anna.push_of(odd, anna.note("Efter.")))

    answer = await anna.http.post("/sync", content=body)

    assert [fate["fate"] for fate in answer.json()["fates"]] == ["held", "applied"]
    assert len(await kept(town)) == 2


async def test_half_a_letter_costs_a_letter_and_is_delivered(town: Town):
    anna = await town.sign_in("anna")
    body = json.dumps(anna.push_of(anna.note("Halv \ud83d"), anna.note("Hel.")))

    answer = await anna.http.post("/sync", content=body)

    assert [fate.get("problem") for fate in answer.json()["fates"]] == [None, None]


async def test_an_id_used_twice_keeps_the_first_and_shows_the_second(town: Town):
    anna = await town.sign_in("anna")
    first = anna.note("Den første.")
    other = {**first, "args": {**first["args"], "text": "Den anden."}}  # type: ignore[dict-item]

    told = await fates(anna, first) + await fates(anna, other) + await fates(anna, first)
    page = (await anna.get(f"/visits/{id_of('else')}")).text

    assert told == [("applied", None), ("held", "IdUsedTwice"), ("applied", None)]
    assert ("Den første." in page, "Den anden." in page) == (True, False)
    assert "Den anden." in (await anna.get("/waiting")).text


async def test_501_changes_are_too_many_and_none_is_half_done(town: Town):
    anna = await town.sign_in("anna")

    answer = await anna.push(*[anna.note(f"Notat {number}.") for number in range(501)])

    assert (answer.status_code, answer.headers["content-type"]) == (413, PROBLEM)
    assert answer.json()["code"] == "TooManyChanges"
    assert await kept(town) == []


async def test_500_changes_are_not_too_many(town: Town):
    anna = await town.sign_in("anna")

    told = await fates(anna, *[anna.note(f"Notat {number}.") for number in range(500)])

    assert told == [("applied", None)] * 500


@pytest.mark.parametrize(
    ("body", "headers", "code"),
    [
        (b'{"phone": "' + b"x" * 2_000_000 + b'"}', {}, "TooLarge"),
        (gzip.compress(b" " * 50_000_000), {"Content-Encoding": "gzip"}, "TooLarge"),
        (b"\x1f\x8b broken", {"Content-Encoding": "gzip"}, "BrokenBody"),
        (gzip.compress(b'{"phone": "x"}')[:-9], {"Content-Encoding": "gzip"}, "BrokenBody"),
        (gzip.compress(b"{}") + b"more", {"Content-Encoding": "gzip"}, "BrokenBody"),
        (b"{}", {"Content-Encoding": "br"}, "BrokenBody"),
        (b'{"phone": ', {}, "BrokenBody"),
        (b"", {}, "BrokenBody"),
        (b"\xff\xfe{}", {}, "BrokenBody"),
        (b'{"now": NaN}', {}, "BrokenBody"),
        (b'{"now": -Infinity}', {}, "BrokenBody"),
        (b'{"now": 1e999}', {}, "BrokenBody"),
        (b'{"now": ' + b"9" * 5000 + b"}", {}, "BrokenBody"),
        (b"[" * 500_000, {}, "BrokenBody"),
        (b"[" * 50 + b"]" * 50, {}, "BrokenBody"),
        (b"[]", {}, "NotAsDescribed"),
        (b"{}", {}, "NotAsDescribed"),
    ],
    ids=["2 MB", "bomb", "broken gzip", "cut gzip", "more after gzip", "unknown packing", "broken json", "nothing",
         "not utf-8", "nan", "infinity", "too big", "too many digits", "very deep", "deep", "a list", "empty"],
)  # fmt: skip
async def test_a_push_that_cannot_be_read_is_refused_whole(
    town: Town, body: bytes, headers: dict[str, str], code: str
):
    anna = await town.sign_in("anna")

    answer = await anna.http.post("/sync", content=body, headers=headers)

    assert (answer.json()["code"], answer.headers["content-type"]) == (code, PROBLEM)
    assert answer.json()["status"] == answer.status_code
    assert (await anna.push(anna.note("Bagefter."))).status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"phone": "not-an-id"},
        {"phone": 7},
        {"now": "yesterday"},
        {"now": "2026-13-45T00:00:00.000Z"},
        {"changes": {}},
        {"cursor": 7},
        {"build": None},
        {"more": "than described"},
    ],
    ids=str,
)
async def test_an_envelope_that_is_not_as_described_is_refused_whole(town: Town, wrong: dict[str, object]):
    anna = await town.sign_in("anna")

    answer = await anna.push(anna.note("Bliver på telefonen."), **wrong)

    assert (answer.status_code, answer.json()["code"]) == (422, "NotAsDescribed")
    assert await kept(town) == []


@pytest.mark.parametrize("cursor", ["", "nonsense", "bnVsbA==", "🤷", "W10="])
async def test_a_cursor_that_makes_no_sense_brings_everything(town: Town, cursor: str):
    anna = await town.sign_in("anna")

    answer = (await anna.push(cursor=cursor)).json()

    assert f"visit-{id_of('else')}" in [document["id"] for document in answer["documents"]]


async def test_a_packed_push_is_read(town: Town):
    anna = await town.sign_in("anna")
    body = gzip.compress(json.dumps(anna.push_of(anna.note("Pakket."))).encode())

    answer = await anna.http.post("/sync", content=body, headers={"Content-Encoding": "gzip"})

    assert answer.json()["fates"][0]["fate"] == "applied"


async def test_a_phone_that_belongs_to_another_is_refused(town: Town):
    anna, bo = await town.sign_in("anna"), await town.sign_in("bo")
    await anna.push()

    answer = await bo.push(phone=anna.phone)

    assert (answer.status_code, answer.json()["code"]) == (403, "PhoneBoundToAnother")


@pytest.mark.parametrize(
    ("change", "form", "status"),
    [
        ("write_note", {"text": "   "}, 422),
        ("write_note", {}, 422),
        ("answer_step", {"step_id": id_of("else Hjælp til bad"), "answer": "maybe"}, 422),
        ("answer_step", {"step_id": "x", "answer": "alone"}, 422),
        ("report_deviation", {"kind": "bored"}, 422),
        ("start_visit", {"visit_id": id_of("nowhere")}, 404),
        ("start_visit", {"colour": "red"}, 422),
    ],
)
async def test_a_form_that_cannot_be_used_is_answered_in_words(
    town: Town, change: str, form: dict[str, str], status: int
):
    anna = await town.sign_in("anna")

    answer = await anna.do(change, **{"visit_id": id_of("else"), **form})

    assert (answer.status_code, answer.headers["hx-retarget"]) == (status, "#problem")
    assert 'class="problem' in answer.text


async def test_a_form_of_many_fields_or_strange_bytes_is_refused(town: Town):
    anna = await town.sign_in("anna")

    many = await anna.http.post("/do/start_visit", content=b"&".join(b"f%d=1" % n for n in range(60)))
    strange = await anna.http.post("/do/start_visit", content=b"visit_id=%ff%fe")

    assert (many.status_code, strange.status_code) == (400, 400)


async def test_a_body_of_unknown_length_is_refused_as_soon_as_it_is_too_large(town: Town):
    anna = await town.sign_in("anna")

    async def pieces():
        for _ in range(40):
            yield b"x" * 100_000
            await asyncio.sleep(0)

    answer = await anna.http.post("/sync", content=pieces())

    assert (answer.status_code, answer.json()["code"]) == (413, "TooLarge")
    assert (await anna.get("/")).status_code == 200


async def test_our_own_mistake_is_a_problem_without_a_traceback(town: Town, monkeypatch: pytest.MonkeyPatch):
    anna = await town.sign_in("anna")

    async def break_down(*_: object) -> None:
        raise RuntimeError("Else Holm er ikke hjemme")

    monkeypatch.setattr("pwa.care.sync.pull._find_held", break_down)
    answer = await anna.push(anna.note("Er alligevel gemt."))

    assert (answer.status_code, answer.json()["code"]) == (500, "NotHandled")
    assert "Else" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert [words for _, _, words in await kept(town)] == ["Er alligevel gemt."]


async def test_a_change_that_came_among_odd_ones_is_the_same_change_when_it_comes_alone(town: Town):
    anna = await town.sign_in("anna")
    note = {**anna.note("Æblegrød, 2½ dl \u2028 \x7f 👩🏽‍⚕️"), "seen": 0}
    odd = [
        {**anna.note("Halv."), "n": 1.5},
        {**anna.note("Tal."), "args": {"text": 7}},
        "ikke en ændring",
        {"id": 4},
    ]

    among = await fates(anna, note, *odd)
    alone = await fates(anna, note)
    changed = await fates(anna, {**note, "seen": 1})

    assert among == [("applied", None), *[("held", "NotUnderstood")] * 4]
    assert alone == [("applied", None)]
    assert changed == [("held", "IdUsedTwice")]
