"""Knows how an import is told at a terminal and to programs: what it would do, how far it is, what is wrong."""

import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from typing import Any

import click
import msgspec

from pwa.commands.people_words import lines_of_people
from pwa.commands.words import LANGUAGE, say
from pwa.imports.apply.imported import Chosen, Imported, NotImported, Stopped, Summary, Telling
from pwa.imports.apply.people_summary import PeopleSummary
from pwa.imports.apply.plan_summary import Counts, DayOfTeam, PlanSummary, Stop, StopCode
from pwa.imports.queries.file_imports import FileImport
from pwa.imports.read.mistakes import ROWS_NAMED, Mistake
from pwa.templating.translation import find_message
from pwa.words import DENMARK, N_

MOST_SHOWN = 50
"""So many mistakes of a file are listed, and so many days of teams; the rest are counted."""
FEW_SHOWN = 3
"""So many of those that are kept are shown in the list of imports."""
LINE_EVERY = 5.0
"""Seconds between two lines about how far an import is, where nobody sees a bar."""

HEADINGS = (
    N_("Day"), N_("Team"), N_("There"), N_("New"), N_("Moved here"), N_("Moved away"), N_("Changed"), N_("Cancelled"),
    N_("As before"), N_("Afterwards"),
)  # fmt: skip
KEPT = N_(
    "It goes on where it was broken off. What was said yes to then holds for this file until %(until)s: %(flags)s"
)
ADD = N_("If that is right, add: --yes-%(code)s %(number)d")
SAID_OTHER = N_("--yes-%(code)s says %(said)d, which is another number.")


def lines_of(mistakes: Sequence[Mistake]) -> list[str]:
    """Each mistake as a line, what many rows have as one line, and not more of them than anybody reads."""
    same: dict[tuple[str, str, str], list[Mistake]] = {}
    for each in mistakes:
        same.setdefault((each.file, each.message, each.column), []).append(each)
    lines: list[str] = []
    told: list[Mistake] = []
    for each in mistakes:
        of_kind = same[each.file, each.message, each.column]
        if len(of_kind) <= ROWS_NAMED or each.row is None:
            lines.append(each.words(_in_our_language))
            told.append(each)
        elif each is of_kind[0]:
            lines.append(each.words_with_others(of_kind[1:], _in_our_language))
            told += of_kind
        if len(lines) == MOST_SHOWN and len(told) < len(mistakes):
            return [*lines, say("... and %(number)d more.", number=len(mistakes) - len(told))]
    return lines


def lines_of_kept(row: FileImport) -> list[str]:
    """Why a file was refused, as far as it is kept: the first mistakes, without what the cells held."""
    kept = msgspec.json.decode(row.mistakes, type=list[Mistake])
    return [each.words(_in_our_language) for each in kept[:FEW_SHOWN]]


def _in_our_language(message: str) -> str:
    return find_message(message, LANGUAGE)


def counted(outcome: Imported | FileImport) -> str:
    """How much became what."""
    return say(
        "Added %(added)d, moved %(moved)d, changed %(changed)d, cancelled %(cancelled)d, as before %(unchanged)d.",
        added=outcome.added,
        moved=outcome.moved,
        changed=outcome.changed,
        cancelled=outcome.cancelled,
        unchanged=outcome.unchanged,
    )


def lines_of_summary(summary: Summary) -> list[str]:
    """What a file would do, as far as it is told before it is done."""
    match summary:
        case PlanSummary():
            return _lines_of_plan(summary)
        case PeopleSummary():
            return lines_of_people(summary)
    return []


def _lines_of_plan(summary: PlanSummary) -> list[str]:
    """What a plan would do: a line for each team's day that becomes other, against what is there."""
    other = [day for day in summary.days if _is_other(day)]
    lines: list[str] = []
    if other:
        rows = [[say(heading) for heading in HEADINGS], *map(_cells, other[:MOST_SHOWN])]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines += ["  ".join(_padded(row, widths)).rstrip() for row in rows]
    if len(other) > MOST_SHOWN:
        lines.append(say("... and %(number)d more days of teams.", number=len(other) - MOST_SHOWN))
    if same := len(summary.days) - len(other):
        lines.append(say("Days of teams that stay as they are: %(number)d.", number=same))
    return lines


def _is_other(day: DayOfTeam) -> bool:
    counts = day.counts
    return any((counts.added, counts.moved, counts.changed, counts.cancelled, day.moved_away))


def _cells(day: DayOfTeam) -> list[str]:
    counts = day.counts
    numbers = (
        day.there, counts.added, counts.moved, day.moved_away, counts.changed, counts.cancelled, counts.unchanged,
        day.after,
    )  # fmt: skip
    return [f"{date.fromisoformat(day.day):%d-%m-%Y}", day.team, *map(str, numbers)]


def _padded(cells: Sequence[str], widths: Sequence[int]) -> list[str]:
    """Words to the left, numbers to the right."""
    return [
        cell.ljust(width) if place < 2 else cell.rjust(width)
        for place, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ]


def lines_of_stops(summary: Summary) -> list[str]:
    """What is asked, and how to say yes to it."""
    return [line for stop in summary.stops for line in _lines_of_stop(stop)]


def _lines_of_stop(stop: Stop) -> list[str]:
    lines = [find_message(stop.message, LANGUAGE) % stop.params]
    if stop.said:
        lines.append(say(SAID_OTHER, code=stop.code, said=stop.said))
    return [*lines, say(ADD, code=stop.code, number=stop.number)]


def as_json(code: int, chosen: Chosen, outcome: Imported | NotImported) -> str:
    """All of it for a program; `exit_code` as the command ends with."""
    said: dict[str, Any] = {
        "exit_code": code,
        "dry_run": chosen.dry_run,
        "mistakes": [each.words(_in_our_language) for each in outcome.mistakes],
        "warnings": [each.words(_in_our_language) for each in outcome.warnings],
    }
    if isinstance(outcome, Imported):
        said["rows"] = {
            name: getattr(outcome, name) for name in (*msgspec.structs.asdict(Counts()), "skipped")
        }
        said["summary"] = outcome.summary
    if outcome.previews:
        said["checklists"] = outcome.previews
    if isinstance(outcome, Stopped):
        said["mistakes"] = []
        said["summary"] = outcome.summary
        said["stops"] = [
            {"flag": f"--yes-{stop.code}", "number": stop.number, "message": _lines_of_stop(stop)[0]}
            for stop in outcome.summary.stops
        ]
    return msgspec.json.format(msgspec.json.encode(said)).decode()


class TellingTerminal:
    """Tells at a terminal: what is about to happen, and how far it is, as a bar or, where nobody sees one, as lines."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._said_at = time.monotonic()

    def telling(self) -> Telling:
        """Whom an import tells."""
        return Telling(self._summary, self._progress, self._waiting, self._kept)

    def _kept(self, yes: Mapping[StopCode, int], until: datetime) -> None:
        flags = " ".join(f"--yes-{code} {number}" for code, number in yes.items())
        when = f"{until.astimezone(DENMARK):%d-%m-%Y %H.%M}"
        click.echo(say(KEPT, flags=flags, until=when), err=True)

    def _summary(self, summary: Summary) -> None:
        with suppress(
            OSError
        ):  # who reads the first lines only wants the import all the same; so does a full log
            for line in lines_of_summary(summary):
                click.echo(line)

    def _waiting(self, file: str) -> None:
        words = N_("Another import is at work. %(file)s waits for its end.")
        click.echo(
            say(words, file=file) if file else say("Another import is at work. Its end is waited for."),
            err=True,
        )

    def _progress(self, done: int, of: int) -> None:
        with suppress(OSError):  # what cannot be said, for its disk is full, breaks nothing off
            self._say_how_far(done, of)

    def _say_how_far(self, done: int, of: int) -> None:
        if sys.stderr.isatty():
            self._draw(done, of)
        elif time.monotonic() - self._said_at >= LINE_EVERY:
            self._said_at = time.monotonic()
            click.echo(
                say("Written: %(done)d of %(all)d.", done=done, all=of)
            )  # no fault: cron sends no mail of it

    def _draw(self, done: int, of: int) -> None:
        if self._bar is None:
            self._bar = click.progressbar(length=of, file=sys.stderr)
        self._bar.update(done - self._bar.pos)
        if done == of:
            self._bar.render_finish()
            self._bar = None
