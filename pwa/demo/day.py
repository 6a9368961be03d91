"""Knows what the demo's carers have done by now, so that whoever opens it sees a day in the middle; knows no database and no sync.

It is made up of the plan alone: the same plan and hour give the same day. Of today only what is over by now has happened;
yesterday is complete. At an early hour the visits themselves lie earlier (plan.py).
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

Visit = Mapping[str, Any]
"""A visit's document: JSON."""
Change = dict[str, Any]

MINUTE = timedelta(minutes=1)
MISSED_AFTER = timedelta(minutes=35)
"""So long ago a visit should have been over, at least, of which a phone is silent or to which nobody came: a board says so after
half an hour.
"""
ONE_IN = 30  # carers has something of each kind to look at; of few carers there is one

NOTES = (
    "Spiste hele morgenmaden og var i godt humør.", "Har sovet uroligt. Vil gerne ringes op af sin datter.",
    "Lidt rød hud på venstre hæl. Smurt med creme.", "Gik selv ud i køkkenet med rollatoren i dag.",
    "Mangler creme. Der er kun til i morgen.", "Fik besøg af naboen, mens jeg var der.",
)  # fmt: skip
NOT_HOME = "Ingen lukkede op. Naboen siger, at hun er kørt til tandlæge."
ELSEWHERE = "Nøglen ligger hos naboen i nummer 7 i dag."
LATE = "Har lagt rent sengetøj frem til i morgen."


@dataclass
class Delivery:
    """What a carer's phone sends at once. `is_late`: from a phone of before, on which nobody is signed in any more."""

    carer_id: str
    received_at: datetime
    changes: list[Change] = field(default_factory=list)
    is_late: bool = False


NewId = Callable[[], str]


def days_lived(
    yesterday: Sequence[Visit], today: Sequence[Visit], now: datetime, new_id: NewId
) -> list[Delivery]:
    """What has been sent by now, in order. Both days are visits' documents; times are UTC and aware."""
    told = [*_Day(yesterday, now, new_id).whole(), *_Day(today, now, new_id).until_now(yesterday)]
    return sorted(told, key=lambda each: each.received_at)


class _Day:
    """The visits of a day, each of the carer who stands first on it."""

    def __init__(self, visits: Sequence[Visit], now: datetime, new_id: NewId) -> None:
        self.now = now
        self.new_id = new_id
        self.visits = sorted(visits, key=lambda visit: (visit["starts_at"], visit["visit_id"]))
        self.of: defaultdict[str, list[Visit]] = defaultdict(list)
        names = {}
        for visit in self.visits:
            if visit["carers"] and not visit["cancelled_at"]:
                self.of[visit["carers"][0]["id"]].append(visit)
                names[visit["carers"][0]["id"]] = visit["carers"][0]["name"]
        self.carers = sorted(names, key=lambda carer: (names[carer], carer))

    def whole(self) -> Iterator[Delivery]:
        """Everything was done; one was not at home, and two answered differently."""
        kinds = {(0, 1): "not_home", (1, 1): "two"}
        for number, carer in enumerate(self.carers):
            for place, visit in enumerate(self.of[carer]):
                kind = kinds.get((number % ONE_IN, place), "")
                yield from self._visited(carer, visit, number + place, kind)

    def until_now(self, before: Sequence[Visit]) -> Iterator[Delivery]:
        """What is over is done, but for what there is to look at."""
        told = [
            each
            for first in range(0, len(self.carers), ONE_IN)
            for each in self._some_until_now(self.carers[first : first + ONE_IN], first)
        ]
        yield from told
        if told:
            yield from self._not_as_it_was(before)

    def _some_until_now(self, carers: Sequence[str], first: int) -> Iterator[Delivery]:
        silent = self._silent(carers)
        left = self._left_out([carer for carer in carers if carer != silent])
        others = [carer for carer in carers if carer not in (silent, left[0] if left else None)]
        over = [
            visit
            for carer in others
            for visit in self.of[carer]
            if _at(visit["ends_at"]) < self.now - 8 * MINUTE
        ]
        not_home = next((visit for visit in over[1:] if len(visit["carers"]) == 1), None)
        alone = [visit for visit in over if visit is not not_home and self._colleague(visit)]
        two = max(alone, key=lambda visit: len(visit["carers"]), default=None)
        usual = [visit for visit in over if visit is not not_home and visit is not two]
        forgotten = next((visit for visit in usual if _by_itself(visit, visit["steps"])), None)
        kinds = [(not_home, "not_home"), (two, "two"), (forgotten, "forgotten")]
        since = self._silent_since(silent) if silent else self.now
        for number, carer in enumerate(carers, first):
            until = since if carer == silent else self.now
            for place, visit in enumerate(self.of[carer]):
                if left and visit is left[1]:
                    continue
                kind = next((kind for one, kind in kinds if one is visit), "")
                told = self._visited(carer, visit, number + place, kind)
                yield from (each for each in told if each.received_at < until)

    def _silent(self, carers: Sequence[str]) -> str | None:
        """Whose phone is silent: she whose visit should have been over last, but not only just now."""
        begun = [
            carer
            for carer in carers
            if self._silent_since(carer) > datetime.min.replace(tzinfo=self.now.tzinfo)
        ]
        return (
            max(begun, key=lambda carer: (self._silent_since(carer), carer), default=None)
            if len(carers) > 1
            else None
        )

    def _silent_since(self, carer: str) -> datetime:
        over = [visit for visit in self.of[carer] if _at(visit["ends_at"]) < self.now - MISSED_AFTER]
        return max(
            (_at(visit["starts_at"]) - MINUTE for visit in over),
            default=datetime.min.replace(tzinfo=self.now.tzinfo),
        )

    def _left_out(self, carers: Sequence[str]) -> tuple[str, Visit] | None:
        """A visit to which nobody came, though its carer went on to the next one."""
        for carer in reversed(carers):
            for visit, following in zip(self.of[carer], self.of[carer][1:], strict=False):
                is_missed = _at(visit["ends_at"]) < self.now - MISSED_AFTER
                if (
                    is_missed
                    and len(visit["carers"]) == 1
                    and _at(following["starts_at"]) < self.now - 8 * MINUTE
                ):
                    return carer, visit
        return None

    def _visited(self, carer: str, visit: Visit, number: int, kind: str) -> Iterator[Delivery]:
        """Started, answered and finished, sent at the beginning and at the end."""
        chance = Random(f"{visit['starts_at']} {number}")
        came = _at(visit["starts_at"]) + chance.randrange(0, 6) * MINUTE
        went = max(came + 4 * MINUTE, _at(visit["ends_at"]) + chance.randrange(-4, 4) * MINUTE)
        yield self._sent(carer, came, ("start_visit", visit, {}))
        if kind == "not_home":
            said = ("report_deviation", visit, {"kind": "not_home", "text": NOT_HOME})
            yield self._sent(carer, came + 4 * MINUTE, said, ("finish_visit", visit, {}))
            return
        colleague = self._colleague(visit)
        if kind == "two" and colleague:
            step = visit["steps"][0]["id"]
            answers = [
                ("answer_step", visit, {"step_id": step, "answer": answer}) for answer in ("alone", "carer")
            ]
            yield self._sent(carer, went - 2 * MINUTE, answers[0])
            yield self._sent(colleague, went - MINUTE, answers[1])
        done: list[tuple[str, Visit, dict[str, str]]] = [
            ("answer_as_planned", visit, {}),
            *(() if kind == "forgotten" else _by_itself(visit, visit["steps"][kind == "two" :])),
            ("finish_visit", visit, {}),
        ]
        if number % 5 == 2:
            done.insert(
                1, ("write_note", visit, {"note_id": self.new_id(), "text": NOTES[number // 5 % len(NOTES)]})
            )
        yield self._sent(carer, went, *done)

    def _colleague(self, visit: Visit) -> str | None:
        """Who else can answer at a visit: who is to come too, or somebody of the team; None if there is nothing to answer."""
        first, *others = [carer["id"] for carer in visit["carers"]]
        team = visit["team"]["id"]
        others += [id for id in self.carers if id != first and self.of[id][0]["team"]["id"] == team]
        return others[0] if others and visit["steps"] else None

    def _not_as_it_was(self, before: Sequence[Visit]) -> Iterator[Delivery]:
        """A note about a visit of another team's, and one from a phone on which nobody is signed in: both just now."""
        if not self.carers:
            return
        first, last = self.carers[0], self.carers[-1]
        own = {visit["team"]["id"] for visit in self.of[first]}
        others = [visit for visit in self.visits if visit["team"]["id"] not in own]
        if others:
            note = ("write_note", others[0], {"note_id": self.new_id(), "text": ELSEWHERE})
            yield self._sent(first, self.now - MINUTE, note, received_at=self.now)
        of_last = [visit for visit in before if visit["carers"] and visit["carers"][0]["id"] == last]
        if of_last:
            ended = _at(of_last[-1]["ends_at"])
            note = ("write_note", of_last[-1], {"note_id": self.new_id(), "text": LATE})
            yield self._sent(last, ended, note, received_at=self.now, is_late=True)

    def _sent(
        self,
        carer: str,
        at: datetime,
        *done: tuple[str, Visit, dict[str, str]],
        received_at: datetime | None = None,
        is_late: bool = False,
    ) -> Delivery:
        """What was done in the seconds before this moment, and sent then."""
        changes = [
            {"id": self.new_id(), "name": name, "at": at - timedelta(seconds=5 * (len(done) - number)), "visit": visit, "args": args}
            for number, (name, visit, args) in enumerate(done)
        ]  # fmt: skip
        return Delivery(carer, received_at or at, changes, is_late)


def _by_itself(visit: Visit, steps: Sequence[Any]) -> list[tuple[str, Visit, dict[str, str]]]:
    """The answers, as planned, to those of these steps that "all as planned" does not answer."""
    return [
        ("answer_step", visit, {"step_id": step["id"], "answer": step["planned"]})
        for step in steps
        if step.get("by_itself")
    ]


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)
