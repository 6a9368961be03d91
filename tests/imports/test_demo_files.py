"""The made-up municipality is right before anybody imports it: people, days, guides and their pictures."""

import re
from collections import defaultdict
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from pwa.demo import FILES, write_demo, write_plan
from pwa.imports.read.checklist_file import read_checklists
from pwa.imports.read.defined_checklists import read_any_checklists
from pwa.imports.read.guide_files import Guide, read_guides
from pwa.imports.read.people_file import PeopleFile, read_people
from pwa.imports.read.plan_file import PlanFile, PlanRow, read_plan
from pwa.phone_numbers import dialled
from pwa.searching import matching
from pwa.words import DENMARK, to_moment

TODAY = date(2026, 11, 23)
OTHER_WORDS = {
    "hejs": {"Loftlift", "Mobil lift", "Ståløfter"},
    "turner": {"Rollator og drejeskive", "Ståløfter", "Glidestykke"},
    "wc": {"Rollator og drejeskive", "Ståløfter", "Loftlift", "Mobil lift"},
    "bad": {"Rollator og drejeskive", "Ståløfter", "Loftlift", "Mobil lift"},
}
"""What carers call an aid, or what it is for, and the guides they mean."""
GUIDES = read_guides(FILES / "guides")
ON_THE_WAY = timedelta(minutes=5)  # at least, between two homes


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def plans(folder: Path) -> list[PlanFile]:
    return [read_plan(path.read_bytes()) for path in write_plan(folder, TODAY)]


@pytest.fixture(scope="module")
def people() -> PeopleFile:
    return read_people((FILES / "people.csv").read_bytes())


def by_carer(plan: PlanFile) -> dict[str, list[PlanRow]]:
    """Each carer's visits in the order of the day."""
    days = defaultdict(list)
    for row in sorted(plan.rows, key=lambda row: row.starts_at):
        for carer in row.carers:
            days[carer.number].append(row)
    return days


def clock(moment: str) -> str:
    return to_moment(moment).astimezone(DENMARK).strftime("%H.%M")


# People and days


@pytest.mark.parametrize("carers", [6, 200])
def test_every_carer_has_a_number_that_nobody_has(tmp_path: Path, carers: int):
    write_demo(tmp_path, TODAY, carers=carers, visits=1)
    people = read_people((tmp_path / "people.csv").read_bytes())
    numbers = [dialled(row.phone or "") or "" for row in people.rows if row.role == "carer"]

    assert people.errors == ()
    assert len(set(numbers)) == carers
    assert all(re.fullmatch(r"\+4500\d{6}", number) for number in numbers)  # no Danish number begins with 00


def test_the_municipality_is_two_teams_six_carers_a_leader_of_each_and_one_of_both_and_an_organiser(
    people: PeopleFile,
):
    roles = [row.role for row in people.rows]

    assert people.errors == ()
    assert (roles.count("carer"), roles.count("leader"), roles.count("organiser")) == (6, 3, 1)
    assert len({row.team.id for row in people.rows if row.role == "carer"}) == 2


def test_everything_in_the_plan_is_known(plans: list[PlanFile], people: PeopleFile):
    files = [FILES / "checklists.csv", FILES / "wound_care.json"]
    read = [read_any_checklists(file.read_bytes(), file.name, "") for file in files]
    checklists = {row.checklist.id for each in read for row in each.rows}
    guides = {guide.guide.id for guide in GUIDES.rows}
    teams = {row.person.id: row.team.id for row in people.rows}

    for plan in plans:
        assert (plan.errors, plan.warnings) == ((), ())
        for row in plan.rows:
            assert [teams[carer.id] for carer in row.carers] == [row.team.id] * len(row.carers)
            assert row.checklist.id in checklists
            assert {guide.id for guide in row.guides} <= guides


def test_the_plan_is_for_yesterday_today_and_two_days_more(plans: list[PlanFile]):
    assert [{row.day for row in plan.rows} for plan in plans] == [
        {"2026-11-22"}, {"2026-11-23"}, {"2026-11-24"}, {"2026-11-25"},
    ]  # fmt: skip


def test_a_carer_has_eight_to_twelve_visits_a_day(plans: list[PlanFile]):
    for plan in plans:
        assert len(by_carer(plan)) == 6
        assert {len(visits) for visits in by_carer(plan).values()} <= set(range(8, 13))


def test_a_carer_is_at_one_home_at_a_time_and_can_get_to_the_next(plans: list[PlanFile]):
    for plan in plans:
        for visits in by_carer(plan).values():
            for here, there in pairwise(visits):
                assert to_moment(there.starts_at) - to_moment(here.ends_at) >= ON_THE_WAY, (here, there)


@pytest.mark.parametrize("query", OTHER_WORDS)
def test_a_guide_is_found_by_what_carers_call_it(query: str):
    guides = GUIDES.rows
    found = matching(query, [guide.words for guide in guides])
    assert {guide.aid for guide, is_found in zip(guides, found, strict=True) if is_found} == OTHER_WORDS[
        query
    ]


def test_a_carer_has_a_break(plans: list[PlanFile]):
    for plan in plans:
        for visits in by_carer(plan).values():
            pauses = [
                to_moment(there.starts_at) - to_moment(here.ends_at) for here, there in pairwise(visits)
            ]
            assert max(pauses) >= timedelta(minutes=30)


def test_a_citizen_is_visited_once_at_a_time(plans: list[PlanFile]):
    for plan in plans:
        ends: dict[str, str] = {}
        for row in sorted(plan.rows, key=lambda row: row.starts_at):
            assert ends.get(row.citizen.id, "") < row.starts_at
            ends[row.citizen.id] = row.ends_at


def test_a_mobile_hoist_takes_two(plans: list[PlanFile]):
    hoisted = [
        row for plan in plans for row in plan.rows if "Mobil lift" in {aid.number for aid in row.guides}
    ]

    assert hoisted
    assert {len(row.carers) for row in hoisted} == {2}


def test_there_are_about_thirty_citizens_and_days_differ(plans: list[PlanFile]):
    citizens = [{row.citizen.id for row in plan.rows} for plan in plans]

    assert 28 <= len(set.union(*citizens)) <= 32
    assert all(one != other for one, other in pairwise(citizens))


@pytest.mark.parametrize(
    "today", [date(2027, 3, 28), date(2026, 10, 25), date(2026, 7, 1), date(2026, 12, 31)]
)
def test_the_day_begins_at_seven_on_the_clock_all_year(tmp_path: Path, today: date):
    for path in write_plan(tmp_path, today):
        rows = read_plan(path.read_bytes()).rows
        assert clock(min(row.starts_at for row in rows)) == "07.00"
        assert clock(max(row.ends_at for row in rows)) == "22.05"


def test_tomorrows_demo_finds_todays_visits_again(folder: Path, tmp_path: Path, plans: list[PlanFile]):
    later = [read_plan(path.read_bytes()) for path in write_plan(tmp_path, TODAY + timedelta(days=1))]

    assert [plan.rows for plan in later[:3]] == [plan.rows for plan in plans[1:]]


# Larger


def test_a_large_municipality_is_the_same_from_the_same_seed(tmp_path: Path):
    def written(folder: str, seed: int) -> list[bytes]:
        files = write_demo(tmp_path / folder, TODAY, carers=40, visits=15, days=3, seed=seed)
        return [path.read_bytes() for _, path in files if path.is_file()]

    assert written("one", 7) == written("two", 7) != written("three", 8)


@pytest.mark.parametrize(("carers", "visits"), [(2, 0), (6, 12), (40, 15), (50, 30)])
def test_a_made_up_day_is_a_right_day(tmp_path: Path, carers: int, visits: int):
    (_, people), *_, (_, plan) = write_demo(tmp_path, TODAY, carers, visits, days=1)
    known = read_people(people.read_bytes())
    read = read_plan(plan.read_bytes())

    assert (known.errors, read.errors) == ((), ())
    assert {row.day for row in read.rows} == {TODAY.isoformat()}
    assert {carer for row in read.rows for carer in row.carers} <= {row.person for row in known.rows}
    assert {len(day) for day in by_carer(read).values()} == {visits or 10}
    assert len(by_carer(read)) == carers
    for day in by_carer(read).values():
        for here, there in pairwise(day):
            assert here.ends_at < there.starts_at


def test_more_visits_than_a_day_has_room_for_is_an_error(tmp_path: Path):
    with pytest.raises(ValueError, match="do not fit"):
        write_plan(tmp_path, TODAY, visits=600)


# Checklists


def test_five_checklists_of_six_to_twelve_plain_steps():
    read = read_checklists((FILES / "checklists.csv").read_bytes())

    assert (read.errors, len(read.rows)) == ((), 5)
    assert all(6 <= len(checklist.steps) <= 12 for checklist in read.rows)
    assert {step.planned for checklist in read.rows for step in checklist.steps} == {
        "alone",
        "together",
        "carer",
    }


# Guides


def sentences(guide: Guide) -> str:
    texts = [guide.summary, *guide.before, *guide.safe, *guide.unsafe, guide.stop, guide.source]
    return " ".join([*texts, *(f"{step.text} {step.warning}" for step in guide.steps)])


def lix(text: str) -> float:
    """Words in a sentence, and words of more than six letters in a hundred (Björnsson 1968)."""
    words = re.findall(r"\w+", text)
    return len(words) / len(re.findall(r"[.!?](?:\s|$)", text)) + 100 * sum(
        len(word) > 6 for word in words
    ) / len(words)


def test_lix_counts_as_it_should():
    assert lix("Se på vejledningen. Ring så.") == pytest.approx(5 / 2 + 100 / 5)


def test_there_are_guides_for_the_five_aids():
    assert GUIDES.errors == ()
    assert sorted(guide.aid for guide in GUIDES.rows) == [
        "Glidestykke", "Loftlift", "Mobil lift", "Rollator og drejeskive", "Ståløfter",
    ]  # fmt: skip


@pytest.mark.parametrize("guide", GUIDES.rows, ids=lambda guide: guide.aid)
def test_a_guide_is_whole(guide: Guide):
    assert 6 <= len(guide.steps) <= 10
    assert min(len(guide.before), len(guide.safe), len(guide.unsafe)) >= 5
    assert date.fromisoformat(guide.approved_at) < TODAY
    assert "fabrikantens brugsanvisning" in guide.source
    assert "Ring" in guide.stop
    assert "112" in guide.stop
    assert "vægt" in sentences(guide).lower() or "vejer" in sentences(guide).lower()


@pytest.mark.parametrize("guide", GUIDES.rows, ids=lambda guide: guide.aid)
def test_a_guide_is_easy_to_read(guide: Guide):
    assert lix(sentences(guide)) <= 30
    assert max(len(step.text.split()) for step in guide.steps) <= 60


@pytest.mark.parametrize("guide", GUIDES.rows, ids=lambda guide: guide.aid)
def test_every_picture_of_a_guide_is_a_small_drawing_with_words_for_those_who_cannot_see_it(guide: Guide):
    pictures = {picture.sha256: picture for picture in guide.media}
    shown = [step for step in guide.steps if step.picture]

    assert 3 <= len(shown) <= 5
    assert {step.picture for step in shown} == set(pictures)
    assert all(step.picture_alt.endswith(".") for step in shown)
    for picture in guide.media:
        assert picture.type == "image/svg+xml"
        assert len(picture.content) < 6000
        assert b'viewBox="0 0 640 400"' in picture.content
        assert b"<text" not in picture.content


def test_no_picture_lies_in_the_folder_unused():
    names = [path.name for path in (FILES / "guides").glob("*.svg")]

    assert len(names) == sum(len(guide.media) for guide in GUIDES.rows)


def test_times_of_the_plan_are_what_the_file_says(plans: list[PlanFile]):
    first = min(plans[1].rows, key=lambda row: (row.starts_at, row.visit.number))

    assert (clock(first.starts_at), datetime.fromisoformat(first.starts_at).hour) == ("07.00", 6)
