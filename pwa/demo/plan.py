"""Knows how to write the demo's people and plans as files to import; knows nothing of what is stored."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Literal

from pwa.demo.made_up import made_up_people, made_up_visits
from pwa.words import DENMARK, N_

FILES = Path(__file__).parent / "files"  # people, citizens, visits of a day, checklists, guides/
CARERS = 6  # in people.csv
MIDDLE = 200
"""So many minutes after its first visit a day has something of everything: done, under way, to come, to be looked at."""
EARLIEST = 10  # minutes after midnight
JUST_BEGUN = N_("It is past midnight in Denmark: the day has just begun, and little has happened yet.")

Kind = Literal["people", "checklists", "guides", "plan"]
Row = dict[str, str]

PEOPLE = ("medarbejder", "navn", "rolle", "gruppe", "overgruppe", "telefon")
PLAN = ("besøg", "gruppe", "medarbejder", "medarbejder 2", "borger", "navn", "adresse", "dør", "medbring",
        "dato", "start", "minutter", "tjekliste", "hjælpemidler", "telefon", "pårørende", "pårørende telefon",
        "sygeplejerske", "sygeplejerske telefon")  # fmt: skip


def write_demo(
    folder: Path,
    today: date,
    carers: int = CARERS,
    visits: int = 0,
    days: int = 4,
    seed: int = 1,
    lived_at: time | None = None,
) -> list[tuple[Kind, Path]]:
    """Write a whole municipality; say what to hand to `import <kind> <path>`, in that order.

    `visits` is per carer and day; 0 with six carers is the hand-written day. The first of `days` is yesterday,
    or today if it is the only one. Where today is to be in its middle at an hour, `lived_at`, its visits lie so much
    earlier as is needed. Visits that were written before keep their times. The same arguments give the same bytes in an empty folder.
    """
    people = _write(folder / "people.csv", PEOPLE, _people(carers, seed))
    plans = write_plan(folder, today, carers, visits, days, seed, lived_at)
    fixed: list[tuple[Kind, Path]] = [
        ("checklists", FILES / "checklists.csv"),
        ("checklists", FILES / "wound_care.json"),
        ("guides", FILES / "guides"),
    ]
    return [("people", people), *fixed, *(("plan", plan) for plan in plans)]


def write_plan(
    folder: Path,
    today: date,
    carers: int = CARERS,
    visits: int = 0,
    days: int = 4,
    seed: int = 1,
    lived_at: time | None = None,
) -> list[Path]:
    """Write one plan file per day, oldest first, and say which."""
    first = today - timedelta(days=1 if days > 1 else 0)
    dates = [first + timedelta(days=number) for number in range(days)]
    by_hand = carers == CARERS and not visits
    people = _people(carers, seed)
    plans = []
    for day in dates:
        rows = list(_day_by_hand(day) if by_hand else made_up_visits(people, day, visits or 10, seed))
        file = folder / f"plan-{day}.csv"
        earlier = _earlier_before(file, rows)
        if earlier is None:
            earlier = _earlier_by(rows, lived_at) if lived_at and day == today else 0
        plans.append(_write(file, PLAN, _moved(rows, earlier)))
    return plans


def has_just_begun(now: datetime) -> bool:
    """Whether no day can be in its middle at this moment, for it has begun so lately."""
    return now.astimezone(DENMARK).hour == 0


def _earlier_by(rows: Sequence[Row], lived_at: time) -> int:
    """How many minutes earlier the visits of a day lie that is in its middle at this hour: none, if it is by itself."""
    first = min(_minute(row["start"]) for row in rows)
    is_missing = first + MIDDLE - (lived_at.hour * 60 + lived_at.minute)
    return max(0, min(first - EARLIEST, is_missing) // 5 * 5)


def _earlier_before(file: Path, rows: Sequence[Row]) -> int | None:
    """How many minutes earlier these visits lay when the file was written before; None if it was not."""
    if not file.is_file():
        return None
    with file.open(encoding="utf-8-sig", errors="replace", newline="") as written:
        starts = {row.get("besøg"): row.get("start") or "" for row in csv.DictReader(written, delimiter=";")}
    return max(
        (
            _minute(row["start"]) - _minute(start)
            for row in rows
            if re.fullmatch(r"\d\d\.\d\d", start := starts.get(row["besøg"], ""))
        ),
        default=None,
    )


def _moved(rows: Iterable[Row], earlier: int) -> Iterator[Row]:
    for row in rows:
        start = _minute(row["start"]) - earlier
        yield row | {"start": f"{start // 60:02}.{start % 60:02}"}


def _minute(clock: str) -> int:
    """Of the day.

    >>> _minute("07.10")
    430
    """
    hours, minutes = clock.split(".")
    return int(hours) * 60 + int(minutes)


def _people(carers: int, seed: int) -> list[Row]:
    """Leaders, the organiser and as many carers as asked for: those of the file first."""
    written = _read("people.csv")
    known = [row for row in written if row["rolle"] == "medarbejder"]
    others = [row for row in written if row["rolle"] != "medarbejder"]
    return [*known[:carers], *made_up_people(max(0, carers - len(known)), seed), *others]


def _day_by_hand(day: date) -> Iterator[Row]:
    """The day of visits.csv; every other day some of it is different.

    The number of a visit is its day and its row, so that tomorrow's demo finds today's visits again.
    """
    citizens = {row["borger"]: row for row in _read("citizens.csv")}
    others = "lige" if day.toordinal() % 2 == 0 else "ulige"
    for number, visit in enumerate(_read("visits.csv"), 1):
        if visit.pop("dage") in ("alle", others):
            yield (
                visit
                | citizens[visit["borger"]]
                | {
                    "besøg": f"{day:%Y%m%d}-{number:03}",
                    "dato": f"{day:%d-%m-%Y}",
                }
            )


def _read(name: str) -> list[Row]:
    with (FILES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def _write(file: Path, columns: tuple[str, ...], rows: Iterable[Row]) -> Path:
    """As Danish Excel and the care-record systems write CSV: semicolons and a byte-order mark."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8-sig", newline="") as opened:
        writer = csv.DictWriter(opened, columns, delimiter=";", restval="")
        writer.writeheader()
        writer.writerows(rows)
    return file
