"""Knows how to write the demo's people and plans as files to import; knows nothing of what is stored."""

import csv
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

from pwa.demo.made_up import made_up_people, made_up_visits

FILES = Path(__file__).parent / "files"  # people, citizens, visits of a day, checklists, guides/
CARERS = 6  # in people.csv

Kind = Literal["people", "checklists", "guides", "plan"]
Row = dict[str, str]

PEOPLE = ("medarbejder", "navn", "rolle", "gruppe", "overgruppe", "telefon")
PLAN = ("besøg", "gruppe", "medarbejder", "medarbejder 2", "borger", "navn", "adresse", "dør", "medbring",
        "dato", "start", "minutter", "tjekliste", "hjælpemidler", "telefon", "pårørende", "pårørende telefon",
        "sygeplejerske", "sygeplejerske telefon")  # fmt: skip


def write_demo(
    folder: Path, today: date, carers: int = CARERS, visits: int = 0, days: int = 4, seed: int = 1
) -> list[tuple[Kind, Path]]:
    """Write a whole municipality; say what to hand to `import <kind> <path>`, in that order.

    `visits` is per carer and day; 0 with six carers is the hand-written day. The first of `days` is yesterday,
    or today if it is the only one. The same arguments give the same bytes.
    """
    people = _write(folder / "people.csv", PEOPLE, _people(carers, seed))
    plans = write_plan(folder, today, carers, visits, days, seed)
    fixed: list[tuple[Kind, Path]] = [("checklists", FILES / "checklists.csv"), ("guides", FILES / "guides")]
    return [("people", people), *fixed, *(("plan", plan) for plan in plans)]


def write_plan(
    folder: Path, today: date, carers: int = CARERS, visits: int = 0, days: int = 4, seed: int = 1
) -> list[Path]:
    """Write one plan file per day, oldest first, and say which."""
    first = today - timedelta(days=1 if days > 1 else 0)
    dates = [first + timedelta(days=number) for number in range(days)]
    by_hand = carers == CARERS and not visits
    people = _people(carers, seed)
    plans = []
    for day in dates:
        rows = _day_by_hand(day) if by_hand else made_up_visits(people, day, visits or 10, seed)
        plans.append(_write(folder / f"plan-{day}.csv", PLAN, rows))
    return plans


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
