"""Knows what a carer does at visits while there is no network, as the changes that wait on the phone."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import cycle, islice
from random import Random
from uuid import UUID

from bench.phone import Json, Visit
from bench.problems import BenchStopped
from pwa.words import to_text

AT_A_VISIT = 8
"""Changes at a visit with at least three steps."""
BETWEEN_CHANGES = timedelta(minutes=6)
ANSWERS = ("together", "together", "alone", "alone", "carer", "not_relevant")
KINDS = ("refused", "moved", "extra", "other")
WHO = (
    "Borgeren", "Hun", "Han", "Datteren", "Sønnen", "Ægtefællen", "Naboen", "Fysioterapeuten", "Hjemmesygeplejersken",
)  # fmt: skip
WHAT = (
    "sov godt og var klar til at komme op", "klarede selv det meste ved håndvasken", "spiste kun det halve af maden",
    "har en lille rød plet på venstre hæl", "kommer forbi i eftermiddag", "øvede at rejse sig med ståløfteren",
    "synes, at støttestrømperne sidder for stramt", "var svimmel efter badet, men det gik over",
    "havde taget medicinen, da jeg kom", "vil helst vente med badet til i morgen", "drak to glas saft og en kop kaffe",
    "gik selv ud i køkkenet med rollatoren", "har ondt i skulderen og vil ikke løftes", "beder om at blive ringet op",
    "savner sine briller, de lå under sengen", "var ked af det og ville gerne tale lidt",
)  # fmt: skip
AND = (
    "hold øje med huden", "nøgleboksen binder lidt", "sengen kører igen efter reparationen", "der mangler bleer",
    "husk at sætte vand frem", "vægten var 64,5 kg", "lyset i gangen virker ikke", "ring til lægen i morgen",
    "loftliften skal oplades", "blodtrykket var fint", "katten skal blive inde", "der er rent linned i skabet",
)  # fmt: skip


class Day:
    """A phone's day, from a moment on: chance says which answers and words, the same seed says the same."""

    def __init__(self, seed: str, begins: datetime) -> None:
        self.chance = Random(seed)
        self.at = begins

    def changes(self, visits: Sequence[Visit]) -> Iterator[Json]:
        """One change after the other, for as long as asked."""
        for n, (visit, name, args) in enumerate(self.acts(visits), 1):
            yield {
                "id": self.new_id(),
                "n": n,
                "name": name,
                "v": 1,
                "at": to_text(self.at),
                "seen": visit.version,
                "args": {"visit_id": visit.id, **args},
            }
            self.at += BETWEEN_CHANGES

    def acts(self, visits: Sequence[Visit]) -> Iterator[tuple[Visit, str, Json]]:
        """Visit after visit; when all are done, from the first."""
        for number, visit in enumerate(cycle(visits)):
            for name, args in self.at_a_visit(visit, number):
                yield visit, name, args

    def at_a_visit(self, visit: Visit, number: int) -> Iterator[tuple[str, Json]]:
        """Come, three steps, the rest as planned, a note, a correction of it or something unplanned, go."""
        yield "start_visit", {}
        for step_id in self.chance.sample(visit.step_ids, min(3, len(visit.step_ids))):
            yield "answer_step", {"step_id": step_id, "answer": self.chance.choice(ANSWERS)}
        yield "answer_as_planned", {}
        note_id = self.new_id()
        yield "write_note", {"note_id": note_id, "text": self.words()}
        if number % 2:
            yield "report_deviation", {"kind": self.chance.choice(KINDS), "text": self.sentence()}
        else:
            yield "correct_note", {"note_id": self.new_id(), "corrects": note_id, "text": self.words()}
        yield "finish_visit", {}

    def words(self) -> str:
        """A note of about 120 characters."""
        return f"{self.sentence()} {self.sentence()}"

    def sentence(self) -> str:
        """Made up."""
        who, what, also = (self.chance.choice(words) for words in (WHO, WHAT, AND))
        return f"{who} {what}, {also}."

    def new_id(self) -> str:
        """A UUIDv7 of this moment of the day, as the phone made it then: ids of one moment pack better."""
        milliseconds = int(self.at.timestamp() * 1000)
        bits = (milliseconds << 80) | (0x7 << 76) | (0x2 << 62)
        return str(UUID(int=bits | (self.chance.getrandbits(12) << 64) | self.chance.getrandbits(62)))


def offline_day(visits: Sequence[Visit], how_many: int, seed: str, now: datetime) -> list[Json]:
    """So many changes at these visits, the last of them six minutes ago. Raises BenchStopped without visits."""
    if not visits:
        raise BenchStopped("A carer has no visit today, so there is nothing to change.")
    return list(islice(Day(seed, now - BETWEEN_CHANGES * how_many).changes(visits), how_many))
