"""A server that went back in time: each phone is told what is lacking, sends it again, and all of it is there once.

Holds sync.md's laws 3, 5, 6 and 8 for a database that was restored from a backup. The phone's own side of it is in
tests/worker/sync/resend_store.test.js.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from pwa.words import new_id, to_text
from tests.house import House, Json, Phone, open_house
from tests.keeping import ask
from tests.small_town import id_of

pytestmark = pytest.mark.sqlite

# A town that goes back in time ----------------------------------------------------------------------------


@dataclass
class Keeper:
    """A phone that keeps what it has delivered, and sends again what an answer says is lacking."""

    phone: Phone
    delivered: dict[int, Json] = field(default_factory=dict)
    sent_again: list[int] = field(default_factory=list)

    async def deliver(self, *changes: Json) -> Json:
        """Send changes; and once more, in order, with what came back to the outbox."""
        answer = await self._send(list(changes))
        back = [change for n, change in self.delivered.items() if lacks(answer, n)]
        waiting = [change for change in changes if change["n"] not in self.delivered]
        self.sent_again = sorted(change["n"] for change in back)
        if back:
            answer = await self._send(sorted([*back, *waiting], key=lambda change: int(change["n"])))
        return answer

    async def _send(self, changes: list[Json]) -> Json:
        answer = await self.phone.sync(*changes)
        answered = {fate["id"] for fate in answer["fates"]}
        self.delivered |= {change["n"]: change for change in changes if change["id"] in answered}
        return answer


def lacks(answer: Json, n: int) -> bool:
    """Whether the server has not got this number."""
    return n > answer["heard_n"] or any(first <= n <= last for first, last in answer["missing"])


class Town:
    """A house whose server stops, is restored and starts again, while the same people keep the same phones."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "data"
        self.backup = folder / "backup.sqlite3"
        self.data.mkdir()
        self.keepers: list[Keeper] = []

    def keeper(self, house: House, person: str = "anna") -> Keeper:
        """A new phone for somebody."""
        self.keepers.append(Keeper(house.phone(person)))
        return self.keepers[-1]

    async def back_up(self) -> None:
        """Take a backup, whoever is at work."""
        command = await asyncio.to_thread(ask, "backup", str(self.backup), data=self.data)
        assert command.returncode == 0, command.stderr

    async def restore(self) -> None:
        """Go back to it."""
        command = await asyncio.to_thread(ask, "restore", str(self.backup), data=self.data)
        assert command.returncode == 0, command.stderr

    def reopened(self, house: House) -> None:
        """The phones' server is another one."""
        for keeper in self.keepers:
            keeper.phone.house = house


@pytest.fixture
def town(tmp_path: Path) -> Town:
    """The town, with nobody at home yet."""
    return Town(tmp_path)


async def notes_of(house: House) -> list[str]:
    """Every note on Else's visit, as a phone that comes afresh is shown it."""
    return sorted(note["text"] for note in (await house.phone().visit())["notes"])


@pytest.fixture
async def after(town: Town) -> AsyncIterator[tuple[House, Keeper]]:
    """Anna has delivered two notes before the backup and two after it; the server was restored."""
    async with open_house(town.data) as house:
        anna = town.keeper(house)
        await anna.deliver(anna.phone.note("1"), anna.phone.note("2"))
        await town.back_up()
        await anna.deliver(anna.phone.note("3"))
        await anna.deliver(anna.phone.note("4"))
    await town.restore()
    async with open_house(town.data, is_new=False) as house:
        town.reopened(house)
        yield house, anna


async def test_a_phone_is_told_what_a_restored_server_lacks_and_all_of_it_is_there_once(
    after: tuple[House, Keeper],
):
    house, anna = after
    before = await notes_of(house)

    await anna.deliver()

    assert (before, anna.sent_again) == (["1", "2"], [3, 4])
    assert await notes_of(house) == ["1", "2", "3", "4"]


async def test_a_push_that_leaves_out_a_single_number_is_judged_only_when_it_comes_again(
    after: tuple[House, Keeper],
):
    house, anna = after

    first = await anna.phone.sync(anna.delivered[4])
    before = await notes_of(house)
    second = await anna.phone.sync(anna.delivered[4])

    assert (first["fates"], first["heard_n"], before) == ([], 2, ["1", "2"])
    assert (second["missing"], await notes_of(house)) == ([[3, 3]], ["1", "2", "4"])


async def test_what_was_sent_again_twice_gets_its_fate_again(after: tuple[House, Keeper]):
    house, anna = after
    again = [anna.delivered[3], anna.delivered[4]]

    fates = await anna.phone.push(*again) + await anna.phone.push(*again)

    assert {fate.fate for fate in fates} == {"applied"}
    assert await notes_of(house) == ["1", "2", "3", "4"]
    assert len(await house.log()) == 4


async def test_afterwards_nothing_is_asked_for_any_more(after: tuple[House, Keeper]):
    _, anna = after
    await anna.deliver()

    answer = await anna.deliver(anna.phone.note("5"))

    assert (anna.sent_again, answer["missing"], answer["heard_n"]) == ([], [], 5)


async def test_a_correction_does_not_come_before_the_note_that_was_lost(after: tuple[House, Keeper]):
    house, anna = after
    lost = anna.delivered[4]["args"]["note_id"]
    correction = anna.phone.change("correct_note", corrects=lost, note_id=new_id(), text="4, rettet")

    answer = await anna.deliver(correction)

    assert anna.sent_again == [3, 4]
    assert [fate["fate"] for fate in answer["fates"]] == ["applied"] * 3
    assert len(await house.log()) == 5


async def test_a_phone_that_kept_nothing_is_believed_the_second_time_and_the_gap_is_named(
    after: tuple[House, Keeper],
):
    _, anna = after
    note = anna.phone.note("5")

    first = await anna.phone.sync(note)
    second = await anna.phone.sync(note)

    assert (first["fates"], first["heard_n"]) == ([], 2)
    assert [fate["fate"] for fate in second["fates"]] == ["applied"]
    assert (second["missing"], second["heard_n"]) == ([[3, 4]], 5)


async def test_the_next_change_in_order_is_judged_at_once(after: tuple[House, Keeper]):
    _, anna = after

    fates = await anna.phone.push(anna.delivered[3] | {"id": new_id()})

    assert [fate.fate for fate in fates] == ["applied"]


async def test_everything_is_pulled_again_and_the_lost_days_are_forgotten(after: tuple[House, Keeper]):
    _, anna = after

    await anna.phone.sync()

    body = anna.phone.documents[f"visit-{id_of('else')}"]["body"]
    assert sorted(note["text"] for note in body["notes"]) == ["1", "2"]


async def test_phones_that_came_since_and_numbers_that_were_missing_come_too(town: Town):
    async with open_house(town.data) as house:
        anna, bo = town.keeper(house), town.keeper(house, "bo")
        notes = [anna.phone.note(str(number)) for number in range(1, 5)]
        await anna.deliver(notes[0], notes[3])
        await town.back_up()
        await anna.deliver(notes[1], notes[2])
        await bo.deliver(*(bo.phone.note(f"Bo {number}") for number in range(3)))
        await bo.deliver(bo.phone.note("flyv") | {"name": "fly"})
    await town.restore()

    async with open_house(town.data, is_new=False) as house:
        town.reopened(house)
        for keeper in (anna, bo):
            await keeper.deliver()

        assert (anna.sent_again, bo.sent_again) == ([2, 3], [1, 2, 3, 4])
        assert await notes_of(house) == ["1", "2", "3", "4", "Bo 0", "Bo 1", "Bo 2"]
        assert [row["fate"] for row in await house.log()].count("held") == 1
        assert await house.rows("select * from phone_gap") == []


async def test_what_was_seen_in_the_lost_days_settles_nothing_after_them(town: Town):
    async with open_house(town.data) as house:
        anna, bo = town.keeper(house), town.keeper(house, "bo")
        await bo.deliver()
        await town.back_up()
        await bo.deliver(bo.phone.note("1", visit="karen"), bo.phone.note("2", visit="karen"))
        await bo.deliver()
        last_seen = bo.phone.answer("Giv medicin", "carer", visit="karen")
    await town.restore()

    async with open_house(town.data, is_new=False) as house:
        town.reopened(house)
        await anna.deliver(anna.phone.answer("Giv medicin", "alone", visit="karen"))
        house.pass_time(minutes=1)
        await bo.deliver(last_seen | {"at": to_text(house.now)})

        step = await anna.phone.step("Giv medicin", visit="karen")
        assert [one["by"]["name"] for one in step["differing"]] == ["Anna Lund", "Bo Friis"]
