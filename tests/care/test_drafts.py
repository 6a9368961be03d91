"""Half-written words that a phone delivers: kept for the one who wrote them, told to her next phone, and to nobody else."""

import asyncio
import json
from base64 import b64encode
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest

from pwa.care.sync.sealing_keys import FORM, SUITE, SealingKeys
from pwa.care.sync.unseal import draft_purpose
from pwa.database import Database, Transaction
from pwa.words import new_id
from tests.access_log import entries, visits_of
from tests.house import House, Phone
from tests.small_town import id_of

Json = dict[str, Any]
NOW, LATER = "2026-11-23T07:01:00.000Z", "2026-11-23T07:02:00.000Z"


def draft(text: str = "Karen sov", n: int = 1, at: str = NOW, **other: object) -> Json:
    visit = id_of("else")
    about = {"visit_id": visit, "citizen": "Else Holm", "starts_at": "2026-11-23T07:00:00.000Z", "label": ""}
    form = {"field": visit, "name": "write_note", "args": {"visit_id": visit}, "text": text, "about": about}
    return {"id": new_id(), "n": n, "at": at, "since": NOW, **form, **other}


async def tell(phone: Phone, *rows: object, n: int = 1, gone: tuple[Json, ...] = (), **other: object) -> Json:
    """A push that brings half-written words; the answer."""
    drafts = {"n": n, "rows": rows, "gone": gone}
    response = await phone.post(drafts=drafts, unsent={"digest": "", "floor": 0}, **other)
    answer: Json = response.json()
    assert response.status_code == 200, answer
    return answer


async def unsent(phone: Phone, floor: int = 0) -> list[str]:
    """The texts that a phone is given of what is half-written elsewhere."""
    answer = (await phone.post(unsent={"digest": "", "floor": floor})).json()
    return [each["text"] for each in answer.get("unsent", {"drafts": []})["drafts"]]


async def page(house: House, path: str) -> str:
    """A page of the server's own, as Anna sees it."""
    cookie = house.cookies.get("anna") or await house.sign_in("anna")
    return (await house.http.get(path, headers={"Cookie": cookie})).text


async def settle(house: House, draft_id: str, how: str, person: str = "anna") -> str:
    """What the page says then."""
    return (await house.post(f"/drafts/{draft_id}/{how}", person, b"")).text


async def test_her_next_phone_is_given_what_she_had_half_written_and_nobody_else_is(house: House):
    old, new, anothers = house.phone(), house.phone(), house.phone("carl")
    await tell(old, written := draft())
    first = (await new.post()).json()["unsent"]["drafts"]
    others = await unsent(new)

    assert [(each["id"], each["phone_id"]) for each in first] == [(written["id"], old.id)]
    assert (first[0]["about"], first[0]["since"]) == (written["about"], NOW)
    assert others == ["Karen sov"]
    assert await unsent(anothers) == []
    assert "unsent" not in (await anothers.post()).json()


async def test_a_phone_is_not_given_its_own_words_until_it_was_emptied(house: House):
    phone = house.phone()
    await tell(phone, draft("Før", n=1), draft("Efter", n=2), n=2)

    assert await unsent(phone) == []
    assert await unsent(phone, floor=1) == ["Før"]


async def test_half_written_words_are_read_in_the_same_snapshot_as_all_that_a_quiet_sync_is_given(
    house: House, monkeypatch: pytest.MonkeyPatch
):
    """One more would be a transaction more for every phone, once a minute."""
    phone = house.phone()
    await phone.sync()
    opened: list[None] = []
    snapshot = type(house.database).snapshot

    def counted(database: Database) -> AbstractAsyncContextManager[Transaction]:
        opened.append(None)
        return snapshot(database)

    monkeypatch.setattr(type(house.database), "snapshot", counted)
    await phone.post()
    without = len(opened)
    await phone.post(unsent={"digest": "", "floor": 0})

    assert len(opened) == 2 * without > 0


async def test_a_list_that_the_phone_knows_is_not_sent_again(house: House):
    old, new = house.phone(), house.phone()
    await tell(old, draft())
    given = (await new.post(unsent={"digest": "", "floor": 0})).json()["unsent"]
    again = (await new.post(unsent={"digest": given["digest"], "floor": 0})).json()

    assert "unsent" not in again


async def test_what_comes_late_or_twice_changes_nothing(house: House):
    phone, next_phone = house.phone(), house.phone()
    early = draft("Karen")
    late = {**early, "text": "Karen sov", "at": LATER, "n": 2}
    for row, n in [(late, 2), (early, 1), (late, 2)]:
        answer = await tell(phone, row, n=n)

    assert answer["drafts"] == 2
    assert await unsent(next_phone) == ["Karen sov"]


async def test_saved_or_discarded_words_are_gone_and_do_not_come_back_late(house: House):
    phone, next_phone = house.phone(), house.phone()
    await tell(phone, written := draft())
    await tell(phone, n=2, gone=({"id": written["id"], "at": LATER},))
    await tell(phone, written)

    assert await unsent(next_phone) == []


async def test_words_that_were_typed_on_after_they_were_settled_elsewhere_are_there_again(house: House):
    phone, other = house.phone(), house.phone()
    await tell(phone, written := draft())
    await tell(other, gone=({"id": written["id"], "at": NOW},))
    await tell(phone, {**written, "at": LATER, "text": "Karen sov godt", "n": 2}, n=2)

    assert await unsent(other) == ["Karen sov godt"]


async def test_a_phone_that_tells_of_nothing_any_more_takes_nothing_away(house: House):
    phone, next_phone = house.phone(), house.phone()
    await tell(phone, draft())
    await tell(phone, n=5)

    assert await unsent(next_phone) == ["Karen sov"]


async def test_sealed_words_are_opened_and_what_cannot_be_opened_is_kept(house: House):
    phone, next_phone = house.phone(), house.phone()
    key = SealingKeys.open(house.folder / "sealing").current
    row = draft()
    purpose = draft_purpose(id_of("anna"), row["id"])
    closed = FORM + key.id + SUITE.encrypt(json.dumps(row).encode(), key.private.public_key(), purpose)
    sealed = {"id": row["id"], "n": 1, "at": NOW, "sealed": b64encode(closed).decode()}
    moved = {**sealed, "id": new_id()}
    await tell(phone, sealed, moved)

    assert await unsent(next_phone) == ["Karen sov"]
    kept = await house.rows("select content from draft where id = :id", id=moved["id"])
    assert json.loads(kept[0]["content"])["sealed"] == moved["sealed"]
    held = [(row["fate"], row["problem"], moved["sealed"] in row["sent"]) for row in await house.log()]
    assert held == [("held", "CannotOpen", True)]


async def test_a_push_with_odd_drafts_is_answered_and_the_rest_is_kept(house: House):
    phone, next_phone = house.phone(), house.phone()
    odd = draft("Års", at="9999-12-31T23:59:59.999Z", since="i går", about=7, args=[1], name="fly")
    answer = await tell(phone, None, {"id": "x"}, [], odd, draft("Nul\0 og \ud83d halv"))

    assert answer["drafts"] == 1
    assert sorted(await unsent(next_phone)) == ["Nul og \N{REPLACEMENT CHARACTER} halv", "Års"]
    assert "Års" in await page(house, "/waiting")


async def test_the_servers_own_page_shows_them_and_saves_them(house: House):
    phone = house.phone()
    await tell(phone, written := draft())
    state, before = await page(house, "/state"), await page(house, "/waiting")
    saved = await settle(house, written["id"], "save")
    visit = await phone.visit()

    assert "<span>1</span> <span>halvt skrevet</span>" in state
    assert "Karen sov" in before
    assert "Skrevet på en anden telefon" in before
    assert "Karen sov" not in saved
    assert [note["text"] for note in visit["notes"]] == ["Karen sov"]
    assert "halvt" not in await page(house, "/state")


async def test_where_more_are_half_written_than_a_page_has_it_says_so_and_the_file_has_them_all(house: House):
    phone = house.phone()
    for first in (0, 251):
        rows = [draft(f"Tekst {n}", n=n) for n in range(first + 1, first + 252)]
        await tell(phone, *rows, n=first + 251)

    shown, file = await page(house, "/waiting"), json.loads(await page(house, "/waiting/export"))

    assert shown.count('<p class="words" dir="auto">') == 500
    assert "Der kan være flere, som er ældre end disse." in shown
    assert len(file["drafts"]) == 502


async def test_the_phone_that_they_were_written_on_is_told_what_was_settled_elsewhere(house: House):
    phone, other = house.phone(), house.phone()
    on_page, on_other, own = (draft(text, n=n) for n, text in enumerate(["Et", "To", "Tre"], 1))
    await tell(phone, on_page, on_other, own, n=3)
    await settle(house, on_page["id"], "save")
    await tell(other, gone=({"id": on_other["id"], "at": LATER},))
    await tell(phone, n=4, gone=({"id": own["id"], "at": LATER},))

    told = (await phone.post(unsent={"digest": "", "floor": 0})).json()["unsent"]
    again = (await phone.post(unsent={"digest": told["digest"], "floor": 0})).json()

    assert sorted(each["id"] for each in told["settled"]) == sorted([on_page["id"], on_other["id"]])
    assert {each["at"] for each in told["settled"]} == {NOW}
    assert "unsent" not in again


async def test_two_taps_at_once_save_them_once(house: House):
    await tell(house.phone(), written := draft())
    await house.sign_in("anna")
    await asyncio.gather(*(settle(house, written["id"], "save") for _ in range(4)))

    assert [row["text"] for row in await house.rows("select text from note")] == ["Karen sov"]


async def test_the_servers_own_page_discards_them_and_gives_them_back(house: House):
    await tell(house.phone(), written := draft())
    discarded = await settle(house, written["id"], "discard")
    quiet = await page(house, "/state")
    others = await settle(house, written["id"], "restore", "carl")
    still = await page(house, "/state")
    await settle(house, written["id"], "restore")

    assert f"/drafts/{written['id']}/restore" in discarded
    assert "halvt" not in quiet
    assert "halvt" not in still
    assert "Karen sov" not in others
    assert "<span>1</span> <span>halvt skrevet</span>" in await page(house, "/state")


async def test_a_correction_saved_on_the_servers_page_does_not_cover_a_newer_one(house: House):
    phone, colleague = house.phone(), house.phone("bo")
    await phone.push(note := phone.note("Spiste godt.", visit="karen"))
    await phone.sync()
    seen, corrects = phone.documents[f"visit-{id_of('karen')}"]["version"], note["args"]["note_id"]
    args = {"visit_id": id_of("karen"), "corrects": corrects}
    begun = draft("Spiste meget.", name="correct_note", args=args, basis={"version": seen, "over": corrects})
    await tell(phone, begun)
    await colleague.sync()
    house.pass_time(minutes=1)
    his = colleague.change("correct_note", "karen", note_id=new_id(), corrects=corrects, text="Spiste intet.")
    await colleague.push(his)
    await settle(house, begun["id"], "save")
    [shown] = (await phone.visit("karen"))["notes"]

    assert [each["text"] for each in shown["differing"]] == ["Spiste intet.", "Spiste meget."]


async def test_another_phone_is_given_what_the_words_were_begun_on(house: House):
    basis = {"version": 3, "over": id_of("else")}
    await tell(house.phone(), draft(basis=basis), draft("Gammel"), draft("Sær", basis={"version": "x"}), n=3)
    [given] = [(await house.phone().post()).json()["unsent"]["drafts"]]

    assert sorted(str(each.get("basis")) for each in given) == sorted(
        ["None", str(basis), str({"version": 0, "over": ""})]
    )


async def test_the_exported_file_has_them(house: House):
    await tell(house.phone(), draft())
    saved = json.loads(await page(house, "/waiting/export"))

    assert [each["text"] for each in saved["drafts"]] == ["Karen sov"]


async def test_a_page_of_the_servers_does_not_promise_to_keep_what_is_typed(house: House):
    visit = await page(house, f"/visits/{id_of('else')}")

    assert "bliver på telefonen" not in visit
    assert "Gem, før du går væk fra siden." in visit


async def test_what_is_gone_by_a_clock_that_nobody_believes_is_gone_now(house: House):
    phone, next_phone = house.phone(), house.phone()
    for at in ("2009-01-01T00:00:00.000Z", "1970-01-01T00:00:00.000Z"):
        await tell(phone, written := draft(at=at))
        await tell(phone, n=2, gone=({"id": written["id"], "at": at},))

    assert await unsent(next_phone) == []


async def test_a_number_is_whole_however_it_is_written_and_none_in_quotes(house: House):
    phone = house.phone()
    answers = [
        await phone.post(drafts={"n": n, "rows": [], "gone": []}, unsent={"digest": "", "floor": floor})
        for n, floor in ((5.0, 0.0), (5.5, 0), ("5", 0), (5, "0"), (True, 0))
    ]

    assert [answer.status_code for answer in answers] == [200, 422, 422, 422, 422]
    assert answers[0].json()["drafts"] == 5


async def test_what_was_typed_while_it_was_locked_says_on_the_servers_page_whose_visit_it_is(house: House):
    visit, step = id_of("else"), id_of("else Giv medicin")
    nothing = {"citizen": "", "starts_at": None, "label": ""}
    note = draft("Hun faldt", n=1, about={"visit_id": visit, **nothing})
    args = {"visit_id": visit, "step_id": step, "answer": "not_done"}
    about = {"visit_id": visit, **nothing}
    reason = draft("Hun sov", n=2, name="answer_step", field=f"reason-{step}", args=args, about=about)
    older = draft("Hun fik mad", n=3, args={}, about={"visit_id": "", **nothing})
    await tell(house.phone(), note, reason, older, n=3)

    rows = (await page(house, "/waiting")).split('<li id="draft-')[1:]
    [fell, slept, ate] = [next(row for row in rows if text in row) for text in ("faldt", "sov", "mad")]

    for row in (fell, slept):
        assert f'<a href="/visits/{visit}#' in row
        assert "Else Holm</a>" in row
        assert "låst" not in row
    assert "· Giv medicin ·" in slept
    assert "Skrevet, mens telefonen var låst." in ate
    exported = json.loads(await page(house, "/waiting/export"))["drafts"]
    assert sorted(each["about"]["citizen"] for each in exported) == ["", "Else Holm", "Else Holm"]


async def test_whoever_is_named_by_half_written_words_is_in_the_access_log_before_that_is_shown(house: House):
    nothing = {"citizen": "", "starts_at": None, "label": ""}
    locked = [
        draft(
            "Hun faldt", n=1, args={"visit_id": id_of("else")}, about={"visit_id": id_of("else"), **nothing}
        ),
        draft("Hun sov", n=2, args={"visit_id": id_of("solveig")}, about={"visit_id": "", **nothing}),
    ]
    said = draft("Hun spiste", n=3, about={**draft()["about"], "visit_id": id_of("karen")})
    await tell(house.phone(), *locked, said, n=3)

    for path in ("/waiting", "/waiting/export"):
        await page(house, path)
    await settle(house, said["id"], "discard")

    noted = [entry for entry in await entries(house) if entry["what"] == "waiting"]
    assert [entry["kind"] for entry in noted] == ["read", "export", "read"]
    assert [visits_of(entry) for entry in noted] == [{id_of("else"), id_of("karen")}] * 3


async def test_many_half_written_words_are_read_in_as_many_statements_as_few(
    house: House, monkeypatch: pytest.MonkeyPatch
):
    async def statements(path: str) -> int:
        asked: list[str] = []
        async with house.database.snapshot(beside=True) as tx:
            kind = type(tx)
        with monkeypatch.context() as counting:
            for name in ("rows", "row", "tuples"):
                whole = getattr(kind, name)

                async def counted(self: Transaction, sql: str, *args: Any, whole: Any = whole) -> Any:
                    if "from visit" in sql or "from document" in sql:
                        asked.append(sql)
                    return await whole(self, sql, *args)

                counting.setattr(kind, name, counted)
            await page(house, path)
        return len(asked)

    nothing = {"citizen": "", "starts_at": None, "label": ""}
    phone = house.phone()
    about = {"visit_id": id_of("else"), **nothing}
    await tell(phone, draft("Den første", n=1, about=about), n=1)
    few = [await statements(path) for path in ("/waiting", "/waiting/export")]
    await tell(phone, *[draft(f"Nr. {n}", n=n, about=about) for n in range(2, 42)], n=41)

    many = [await statements(path) for path in ("/waiting", "/waiting/export")]

    assert few[0] > 0
    assert many == few


async def test_a_visit_that_is_not_hers_to_see_is_not_named_for_what_she_has_written(house: House):
    visit = id_of("solveig")
    about = {"visit_id": visit, "citizen": "", "starts_at": None, "label": ""}
    await tell(house.phone(), draft("Hun faldt", args={"visit_id": visit}, about=about))

    shown = await page(house, "/waiting")

    assert "Hun faldt" in shown
    assert "Solveig" not in shown
