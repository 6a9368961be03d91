"""Phones that do anything, over a network that does anything: afterwards everything is there, once, and the same.

Holds sync.md's laws 1 to 8 together. The oracle below knows what was done and what arrived, and reads the rules
anew: it shares no code with the server, and it knows what a carer had seen by what the phone held, not by numbers.
"""

import asyncio
import json
from collections import defaultdict
from collections.abc import Awaitable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from secrets import token_urlsafe
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from pwa.database import make_company
from pwa.words import count_seen, new_id, to_text
from tests.engines import engines
from tests.house import House, Json, Phone, open_house, open_house_at
from tests.small_town import PEOPLE, STEPS, id_of, settle

T = TypeVar("T")

VISIT = "karen"  # Anna and Bo come both
HOLDERS = ["anna", "bo", "anna"]  # Anna has an old phone too
TAPS = ["answer_as_planned", "start_visit", "finish_visit", "report_deviation"]
FOR_GOOD = {"answer_step", "write_note", "correct_note"}
AHEAD = [timedelta(), timedelta(days=3), -timedelta(hours=1)]

phones = st.integers(0, len(HOLDERS) - 1)
steps = st.sampled_from(STEPS[:2])  # few enough to meet at
words = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=20)


@dataclass
class Done:
    """Something that was done: the change, by whom, when really, which changes the phone showed, and which phone it was."""

    change: Json
    by: str
    at: str
    saw: frozenset[str]
    phone: int

    @property
    def id(self) -> str:
        return str(self.change["id"])

    @property
    def name(self) -> str:
        return str(self.change["name"])

    def arg(self, name: str) -> Any:
        return self.change["args"].get(name)

    @property
    def order(self) -> tuple[str, str]:
        return self.at, self.id


@dataclass
class Oracle:
    """What the server should make of what has arrived."""

    arrived: dict[str, tuple[Json, str, str | None]] = field(default_factory=dict)
    applied: list[Done] = field(default_factory=list)

    def judge(self, done: Done, sent: Json) -> str | None:
        """The problem of a change that arrives now, or None."""
        if done.id not in self.arrived:
            problem = self.problem_of(done)
            self.arrived[done.id] = (sent, done.by, problem)
            if problem is None:
                self.applied.append(done)
        first, by, problem = self.arrived[done.id]
        return problem if (first, by) == (sent, done.by) else "IdUsedTwice"

    def problem_of(self, done: Done) -> str | None:
        if done.arg("visit_id") != id_of(VISIT):
            return "NotYourTeam"
        notes = {one.arg("note_id") for one in self.applied}
        return "UnknownNote" if done.name == "correct_note" and done.arg("corrects") not in notes else None

    def standing(self, *names: str) -> list[Done]:
        """What was done under these names and stands, as it happened. Words and single answers stand for good."""
        back = {one.arg("change_id") for one in self.applied if one.name == "take_back"}
        done = [one for one in self.applied if one.name in names]
        return sorted(
            (one for one in done if one.name in FOR_GOOD or one.id not in back), key=lambda one: one.order
        )

    def said(self, step: str) -> list[tuple[Done, str | None]]:
        """Every answer that reached a step."""
        reached: list[tuple[Done, str | None]] = []
        for one in self.standing("answer_step", "answer_as_planned"):
            if one.name == "answer_step":
                if one.arg("step_id") == id_of(f"{VISIT} {step}"):
                    reached.append((one, one.arg("answer")))
            elif self.shown(reached) is None:
                reached.append((one, "together"))
        return reached

    def shown(self, said: list[tuple[Done, str | None]]) -> tuple[Done, str | None] | None:
        """The last answer. If that was removed: the last one that nobody has removed, or answered over, who knew it."""
        if said and said[-1][1]:
            return said[-1]
        return max(self.alone(said), key=lambda one: one[0].order, default=None)

    def alone(self, said: list[tuple[Done, str | None]]) -> list[tuple[Done, str | None]]:
        """The phones' last answers, each unknown to every other phone on which it was answered."""
        last = {one.phone: (one, answer) for one, answer in said}
        return [
            (one, answer)
            for phone, (one, answer) in last.items()
            if answer and not any(one.id in other.saw for other, _ in said if other.phone != phone)
        ]

    def differing(self, step: str) -> set[tuple[str, str | None]]:
        """Law 6, read literally."""
        alone = {(one.by, answer) for one, answer in self.alone(self.said(step))}
        return alone if len({answer for _, answer in alone}) > 1 else set()

    def expected(self) -> Json:
        """The visit as everybody should see it."""
        starts, finishes = self.standing("start_visit"), self.standing("finish_visit")
        said = {step: self.said(step) for step in STEPS}
        shown = {step: self.shown(said[step]) for step in STEPS}
        return {
            "started": starts and (starts[0].at, starts[0].by),
            "finished": finishes and (finishes[-1].at, finishes[-1].by),
            "steps": [(step, one and (one[1], one[0].at, one[0].by)) for step, one in shown.items()],
            "differing": [self.differing(step) for step in STEPS],
            "deviations": [(one.at, one.arg("text")) for one in self.standing("report_deviation")],
            "notes": [
                (
                    one.at,
                    one.arg("text"),
                    [(each.at, each.arg("text")) for each in self.corrections({one.arg("note_id")})],
                    self.differing_texts(self.corrections({one.arg("note_id")})),
                )
                for one in self.standing("write_note")
            ],
        }

    def differing_texts(self, corrections: list[Done]) -> set[str]:
        """The same for the corrections of one note."""
        last = {one.phone: one for one in corrections}
        alone = {
            one.arg("text")
            for phone, one in last.items()
            if not any(one.id in other.saw for other in corrections if other.phone != phone)
        }
        return alone if len(alone) > 1 else set()

    def corrections(self, family: set[str]) -> list[Done]:
        """The corrections of a note, and of those."""
        rows = self.standing("correct_note")
        for _ in rows:
            family |= {one.arg("note_id") for one in rows if one.arg("corrects") in family}
        return [one for one in rows if one.arg("note_id") in family]


def seen_on(body: Json) -> Json:
    """A visit's document, told as the oracle tells it."""
    names = {name: person for person, (name, _, _) in PEOPLE.items()}

    def who(kind: str) -> Any:
        return body[f"{kind}_at"] and (body[f"{kind}_at"], names[body[f"{kind}_by"]["name"]])

    return {
        "started": who("started") or [],
        "finished": who("finished") or [],
        "steps": [
            (
                step["label"],
                step["answer"] and (step["answer"], step["answered_at"], names[step["answered_by"]["name"]]),
            )
            for step in body["steps"]
        ],
        "differing": [
            {(names[one["by"]["name"]], one["answer"]) for one in step["differing"]} for step in body["steps"]
        ],
        "deviations": [(one["reported_at"], one["text"]) for one in body["deviations"]],
        "notes": [
            (
                one["written_at"],
                one["text"],
                [(more["written_at"], more["text"]) for more in one["corrections"]],
                {more["text"] for more in one.get("differing", [])},
            )
            for one in body["notes"]
        ],
    }


class Town(RuleBasedStateMachine):
    """Three phones of two carers, at one visit."""

    @initialize()
    def open(self) -> None:
        self.folder = TemporaryDirectory()
        self.runner = asyncio.Runner()
        self.stack = AsyncExitStack()
        self.wait(self.open_houses(Path(self.folder.name)))
        self.phones = [
            Phone(self.house, person, clock_is_ahead=ahead)
            for person, ahead in zip(HOLDERS, AHEAD, strict=True)
        ]
        self.saw = [frozenset[str]() for _ in HOLDERS]
        self.outboxes: list[list[Done]] = [[] for _ in HOLDERS]
        self.oracle = Oracle()
        self.wire: list[tuple[Any, str, Json]] = []

    async def open_houses(self, folder: Path) -> None:
        """Start the server."""
        self.house: House = await self.stack.enter_async_context(open_house(folder))

    def wait(self, work: Awaitable[T]) -> T:
        """Let the server do something."""

        async def whole() -> T:
            return await work

        return self.runner.run(whole())

    # What people do

    def did(self, who: int, name: str, visit: str = VISIT, **args: object) -> None:
        """Somebody did something, and it waits in the phone."""
        self.house.pass_time(seconds=7)
        change = self.phones[who].change(name, visit, **args)
        self.outboxes[who].append(Done(change, HOLDERS[who], to_text(self.house.now), self.saw[who], who))

    @rule(who=phones, step=steps, answer=st.sampled_from(["alone", "together", "carer", None]))
    def answer(self, who: int, step: str, answer: str | None) -> None:
        self.did(who, "answer_step", step_id=id_of(f"{VISIT} {step}"), answer=answer)

    @rule(who=phones, name=st.sampled_from(TAPS), text=words)
    def tap(self, who: int, name: str, text: str) -> None:
        details = {"kind": "other", "text": text} if name == "report_deviation" else {}
        self.did(who, name, **details)

    @rule(who=phones, text=words.filter(count_seen), number=st.integers(0, 9))
    def write(self, who: int, text: str, number: int) -> None:
        """Write a note, or correct one that is there or on its way."""
        done = [*self.oracle.applied, *self.outboxes[who]]
        notes = [one.arg("note_id") for one in done if one.name in ("write_note", "correct_note")]
        if number > 5 and notes:
            self.did(who, "correct_note", note_id=new_id(), corrects=notes[number % len(notes)], text=text)
        else:
            self.did(who, "write_note", note_id=new_id(), text=text)

    @rule(who=phones, number=st.integers(0, 9))
    def take_back(self, who: int, number: int) -> None:
        done = [*self.oracle.applied, *(one for outbox in self.outboxes for one in outbox)]
        if done:
            self.did(who, "take_back", change_id=done[number % len(done)].id)

    # What networks do

    @rule(who=phones)
    def sync(self, who: int) -> None:
        """All is well, for once."""
        self.deliver(who, [(one, one.change) for one in self.outboxes[who]])

    @rule(who=phones, order=st.randoms(use_true_random=False), repeats=st.integers(0, 2), lost=st.booleans(),
          part=st.integers(1, 5))  # fmt: skip
    def send(self, who: int, order: Any, repeats: int, lost: bool, part: int) -> None:
        """Send some of what waits, in any order, some of it twice; the answer may be lost on its way."""
        batch = order.sample(self.outboxes[who], min(part, len(self.outboxes[who])))
        batch += [order.choice(batch) for _ in range(repeats) if batch]
        self.deliver(who, [(one, one.change) for one in batch], lost)

    @rule(who=phones, astray=st.booleans())
    def spoil(self, who: int, astray: bool) -> None:
        """A change comes again with other content, or is about a visit of another team."""
        if astray:
            self.did(who, "start_visit", visit="solveig")
        elif self.outboxes[who]:
            done = self.outboxes[who][-1]
            other = done.change | {"seen": done.change["seen"] + 1}
            self.deliver(who, [(done, done.change), (done, other)], lost=True)

    def deliver(self, who: int, batch: list[tuple[Done, Json]], lost: bool = False) -> None:
        """One round trip. A phone that hears no answer keeps what waits and knows nothing new."""
        phone = self.phones[who]
        kept = phone.cursor, phone.documents, phone.ids
        sent = [change for _, change in batch]
        self.wire.append(
            (self.house.now, HOLDERS[who], {"phone": phone.id, "changes": sent, "ahead": AHEAD[who]})
        )
        answer = self.wait(self.send_to_server(phone, sent))
        assert [fate.get("problem") for fate in answer["fates"]] == [self.oracle.judge(*one) for one in batch]
        if lost:
            phone.cursor, phone.documents, phone.ids = kept
            return
        if any(document["id"] == f"visit-{id_of(VISIT)}" for document in answer["documents"]):
            self.saw[who] = frozenset(one.id for one in self.oracle.applied)
        self.outboxes[who] = [one for one in self.outboxes[who] if one.change not in sent]

    async def send_to_server(self, phone: Phone, sent: list[Json]) -> Json:
        """What it answers."""
        return await phone.sync(*sent)

    # What must be so in the end

    def teardown(self) -> None:
        if not hasattr(self, "house"):
            return
        try:
            self.check()
        finally:
            self.wait(self.stack.aclose())
            self.runner.close()
            self.folder.cleanup()

    def check(self) -> None:
        """Everything arrives at last. Then every phone shows what the oracle says, and a second run the same."""
        for who in range(len(HOLDERS)):
            self.sync(who)
            assert self.outboxes[who] == []
        everywhere = [self.wait(phone.visit(VISIT)) for phone in self.phones]
        for body in everywhere:
            assert seen_on(body) == self.oracle.expected()
        assert all(self.wait(phone.sync())["missing"] == [] for phone in self.phones)
        log = self.wait(self.house.log())
        assert len({row["id"] for row in log}) == len(self.oracle.arrived)
        assert all(json.loads(row["sent"])["id"] == row["id"] for row in log)
        assert self.wait(self.again()) == everywhere[0]

    async def again(self) -> Json:
        """The visit after the same was sent to another house."""
        secrets: dict[str, str] = defaultdict(lambda: token_urlsafe(32))
        with TemporaryDirectory() as folder:
            async with open_house(Path(folder)) as house:
                for now, person, sent in self.wire:
                    house.now = now
                    secret = secrets[sent["phone"]]
                    phone = Phone(house, person, sent["phone"], sent["ahead"], secret=secret)
                    await phone.sync(*sent["changes"])
                return await house.phone_of("anna").visit(VISIT)


class TownOfTwo(Town):
    """The same of two processes that serve it together. Each push comes to both at the same moment, and to each twice."""

    async def open_houses(self, folder: Path) -> None:
        [one, other] = self.stack.enter_context(make_company(2))
        address = self.stack.enter_context(engines.open_settled(folder, settle))
        self.house = await self.stack.enter_async_context(open_house_at(address, folder, one))
        self.other = await self.stack.enter_async_context(open_house_at(address, folder, other))
        self.other.cookies = self.house.cookies

    async def send_to_server(self, phone: Phone, sent: list[Json]) -> Json:
        if phone.person not in self.house.cookies:
            await self.house.sign_in(phone.person)
        self.other.now = self.house.now
        twin = replace(phone, house=self.other)
        answers = await asyncio.gather(*(each.post(*sent) for each in (phone, twin, twin, phone)))
        fates = [answer.json()["fates"] for answer in answers]
        assert fates == [fates[0]] * 4
        return phone.take_in(answers[len(sent) % 4])


QUICKLY = settings(
    max_examples=30,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
Town.TestCase.settings = QUICKLY
TestTown = pytest.mark.slow(Town.TestCase)
TownOfTwo.TestCase.settings = settings(QUICKLY, max_examples=5)
TestTownOfTwo = pytest.mark.slow(TownOfTwo.TestCase)
