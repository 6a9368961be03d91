"""The bench on a town of three phones: it counts what the server acknowledged, and stops at anything else."""

import asyncio
import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
import uvloop
from click.testing import CliRunner

from bench.__main__ import main
from bench.against import compare
from bench.boards import boards
from bench.connected import connected
from bench.floors import nothing, writer_alone
from bench.generator import HOST, talk
from bench.growth import grown, growth
from bench.offline_day import AT_A_VISIT, offline_day
from bench.page import PAGE, put
from bench.phone import Visit
from bench.place import copied
from bench.problems import BenchStopped
from bench.programs import running
from bench.pulls import empty_pulls, first_sync
from bench.report import page_of, raw
from bench.rounds import FULL_GROWTH, FULL_PHONES, Measured, Plan
from bench.slow_disk import slowed
from bench.storm import storm
from bench.town import Size, Town, made_town
from bench.year import main as lived_year
from pwa.words import new_id
from tests.loaded_server import loaded_servers
from tests.small_town import MORNING

pytestmark = pytest.mark.slow

PHONES, CHANGES, TABLETS = 3, 4, 2


@pytest.fixture(scope="module", autouse=True)
def loaded() -> Iterator[None]:
    """The bench is tested, not how long a server takes to load the house."""
    with loaded_servers():
        yield


@pytest.fixture(scope="module")
def small_town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Three carers with four visits today, four changes each, and two leaders' tablets."""
    size = Size(PHONES, visits=4, days=1, tablets=TABLETS, changes=CHANGES)
    with made_town(tmp_path_factory.mktemp("bench") / "town", size) as made:
        yield made


def test_a_storm_counts_each_acknowledged_change(small_town):
    figures = storm(small_town, PHONES)

    assert figures["count"] == PHONES * CHANGES
    assert figures["p50_ms"] <= figures["p99_ms"]
    assert min(figures["per_second"], figures["up_bytes"], figures["down_bytes"], figures["memory_mb"]) > 0


def test_a_storm_of_some_phones_is_theirs_alone(small_town):
    assert storm(small_town, 1)["count"] == CHANGES


def test_a_refused_change_stops_the_bench_with_words(small_town):
    phone = small_town.phones[0]
    unknown = {"visit_id": phone.visits[0].id, "step_id": new_id(), "answer": "alone"}
    wrong = {**phone.changes[0], "name": "answer_step", "args": unknown}
    town = replace(small_town, phones=[replace(phone, changes=[wrong]), *small_town.phones[1:]])

    with pytest.raises(BenchStopped, match="A change was refused, not applied: UnknownStep"):
        storm(town, PHONES)


def test_an_answer_that_is_not_200_stops_the_bench_with_its_number(small_town):
    phone = replace(small_town.phones[0], token="nobody's")
    town = replace(small_town, phones=[phone])

    with pytest.raises(BenchStopped, match="The server answered 401"):
        empty_pulls(town, 1, each=1)


def test_every_tablet_hears_of_its_carers_while_the_storm_runs(small_town):
    figures = boards(small_town, PHONES)

    assert figures["count"] == PHONES * CHANGES
    assert 0 <= figures["heard_p50_ms"] <= figures["heard_p99_ms"]


def test_of_those_who_are_connected_some_storm_and_the_others_are_still_there(small_town):
    figures = connected(small_town, PHONES, storming=2)

    assert figures["count"] == 2 * CHANGES
    assert figures["memory_mb"] > 0


def test_a_connected_phone_that_is_turned_away_stops_the_bench_with_words(small_town):
    phones = [replace(small_town.phones[0], token="nobody's"), *small_town.phones[1:]]

    with pytest.raises(BenchStopped, match="The server answered 401"):
        connected(replace(small_town, phones=phones[::-1]), PHONES, storming=2)


def test_a_first_sync_brings_everything_and_the_next_one_nothing(small_town):
    first, next_one = first_sync(small_town, PHONES), empty_pulls(small_town, PHONES, each=2)

    assert (first["count"], next_one["count"]) == (PHONES, PHONES * 2)
    assert next_one["down_bytes"] < 1000 < first["down_bytes"]


def test_the_floors_do_the_same_changes(small_town):
    floors = {**writer_alone(small_town, PHONES), "nothing": nothing(small_town, PHONES)}

    assert {name: floor["count"] for name, floor in floors.items()} == dict.fromkeys(
        ("alone", "one", "each", "nothing"), PHONES * CHANGES
    )


@pytest.mark.c_compiler
def test_a_slow_disk_makes_each_commit_wait(small_town, tmp_path):
    slow = slowed(50, tmp_path)
    assert slow, "no compiler was found"
    each = writer_alone(small_town, PHONES, slow)["each"]

    assert each["count"] / each["per_second"] > PHONES * 0.05


def test_a_grown_town_has_so_many_visits_and_its_carers_see_no_more_of_them(small_town):
    with grown(small_town, [20, 40]) as sizes:
        for size in sizes:
            with closing(sqlite3.connect(size.place.file)) as database:
                [[visits]] = database.execute("select count(*) from visit")
                [[documents]] = database.execute("select count(*) from document where id like 'visit-%'")
                [[days]] = database.execute("select count(distinct day) from visit")
            figures = growth(size, each=1)

            assert (visits, documents) == (size.visits, size.visits)
            assert days == 1 + -(-(size.visits - 12) // 12)
            assert [each["count"] for each in figures.values()] == [PHONES, PHONES]
            assert figures["growth, empty"]["down_bytes"] < figures["growth, three"]["down_bytes"]


def test_a_day_offline_is_at_real_visits_and_steps_and_numbered_without_gaps():
    visits = [Visit(new_id(), 7, tuple(new_id() for _ in range(5))) for _ in range(3)]
    changes = offline_day(visits, 40, "somebody", MORNING)

    assert [change["n"] for change in changes] == list(range(1, 41))
    assert changes[0]["at"] < changes[-1]["at"] < "2026-11-23T07:40:00.000Z"
    assert len({change["id"] for change in changes}) == 40
    assert {change["name"] for change in changes[: AT_A_VISIT * 2]} == {
        "start_visit",
        "answer_step",
        "answer_as_planned",
        "write_note",
        "correct_note",
        "report_deviation",
        "finish_visit",
    }
    for change in changes:
        steps = {visit.id: visit.step_ids for visit in visits}[change["args"]["visit_id"]]
        assert change["args"].get("step_id", steps[0]) in steps


def test_the_generator_offers_more_than_any_server_of_ours_takes(small_town):
    request = small_town.phones[0].sync(1, small_town.phones[0].changes)
    with copied(small_town.synced) as place, running(("bench.nothing",), place) as server:
        said = uvloop.run(talk(server.port, [[request] * 50 for _ in range(20)], server.cpu_seconds))

    assert [len(line) for line in said.lines] == [50] * 20
    assert 1000 / (said.seconds * said.load) > 1000, "requests for each second of the generator's own work"


def test_a_server_that_hangs_up_stops_the_bench_with_words():
    async def hangs_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf")
        writer.close()

    async def ask() -> None:
        async with await asyncio.start_server(hangs_up, HOST, 0) as server:
            port = server.sockets[0].getsockname()[1]
            await talk(port, [[b"GET / HTTP/1.1\r\n\r\n"]])

    with pytest.raises(BenchStopped, match="hung up"):
        uvloop.run(ask())


def test_each_program_writes_its_own_part_of_the_page(tmp_path):
    page = tmp_path / "performance.md"
    for part, words in (("one", "first"), ("two", "second"), ("one", "third")):
        put(part, words, page)

    assert page.read_text().split("\n\n") == [
        "# Performance",
        "<!-- one: begins -->",
        "third",
        "<!-- one: ends -->",
        "<!-- two: begins -->",
        "second",
        "<!-- two: ends -->\n",
    ]


def test_the_report_shows_medians_what_was_reached_and_what_was_left_out():
    plan, measured = Plan(phones=(500,), database="postgresql://somebody:secret@here/haand"), Measured()
    measured.runs["storm", 500] = [
        {"per_second": speed, "cpu": 0.05, "load": 0.9} for speed in (1, 20_000, 3e5)
    ]
    measured.runs["storm, two processes", 500] = [{"per_second": 22_000}]
    measured.runs["connected", 10_000] = [{"per_second": 9_000, "memory_mb": 601}]
    measured.left_out.append("GROWTH WAS LEFT OUT")
    page = page_of(plan, measured)

    assert "| Storm, 500 phones | changes | 20,000 | – |" in page
    assert "| Storm, changes per second | 20,000 | ≥ 8,000 | yes |" in page
    assert "| Storm, two processes ÷ one | 1.10 | ≥ 1.00 | yes |" in page
    assert "| Storm, 500 of 10,000 phones that are connected | changes | 9,000 | – |" in page
    assert "| 10,000 phones connected, peak MB | 601 | ≤ 600 | **no** |" in page
    assert "**GROWTH WAS LEFT OUT**" in page
    assert "the generator used 90% of a core" in page
    assert "secret" not in page + raw(plan, measured)
    assert len(json.loads(raw(plan, measured))["runs"]["storm 500"]) == 3


A_TREE = """
import json, pathlib, sys
here, asked = pathlib.Path.cwd(), sys.argv[1:]
with open(here.parent / "order", "a") as order:
    order.write(f"{here.name} {' '.join(asked[-2:])}\\n")
speeds = json.loads((here / "speeds").read_text())
medians = {row: {"per_second": each.pop(0), "cpu": 0.5} for row, each in speeds.items()}
(here / "speeds").write_text(json.dumps(speeds))
pathlib.Path(asked[asked.index("--raw") + 1]).write_text(json.dumps({"medians": medians}))
"""


def a_tree(folder: Path, **speeds: Sequence[float]) -> Path:
    """A tree whose bench says one speed after the other."""
    (folder / "bench").mkdir(parents=True)
    (folder / "bench" / "__main__.py").write_text(A_TREE)
    rows = {f"{row.replace('_', ' ')} 5": each for row, each in speeds.items()}
    (folder / "speeds").write_text(json.dumps(rows))
    return folder


def test_two_trees_are_measured_in_turn_and_told_by_the_rounds_ratios(tmp_path):
    here = a_tree(tmp_path / "here", storm=[100, 20, 30], **{"storm,_two_processes": [300, 50, 20]})
    there = a_tree(tmp_path / "there", storm=[50, 20, 10])

    table = compare(Plan(scenarios=("storm",), pulls=7), (here, there))

    order = (tmp_path / "order").read_text().splitlines()
    assert order == [f"{tree} --pulls 7" for tree in ("here", "there", "there", "here", "here", "there")]
    assert "| storm 5 | per second | 30 | 20 | 2.00 |" in table
    assert "| storm, two processes 5 beside storm 5 | per second | 50 | 20 | 2.50 |" in table
    assert "| storm 5 | CPU s per 1,000 | 0.5000 | 0.5000 | 1.00 |" in table


def test_a_tree_whose_bench_stops_stops_ours_with_its_words(tmp_path):
    here, empty = a_tree(tmp_path / "here", storm=[1]), tmp_path / "empty"
    empty.mkdir()

    with pytest.raises(BenchStopped, match="No module named bench"):
        compare(Plan(rounds=1), (here, empty))


SMALL = [
    *("--only", "empty-pulls", "--phones", "2", "--visits", "4", "--days", "1"),
    *("--tablets", "0", "--pulls", "2", "--rounds", "2"),
]


def test_the_command_writes_its_part_of_the_page_and_the_raw_figures(tmp_path):
    page, raw_file = tmp_path / "performance.md", tmp_path / "results.json"
    ended = CliRunner().invoke(main, [*SMALL, "--report", str(page), "--raw", str(raw_file)])

    assert ended.exit_code == 0, ended.output
    assert "| Empty pulls, 2 phones | pulls |" in page.read_text()
    assert [run["count"] for run in json.loads(raw_file.read_text())["runs"]["empty pull 2"]] == [4, 4]


def test_a_small_run_is_printed_and_leaves_the_page_of_the_papers_as_it_is(tmp_path):
    before = PAGE.read_bytes()
    ended = CliRunner().invoke(main, [*SMALL, "--raw", str(tmp_path / "results.json")])

    assert ended.exit_code == 0, ended.output
    assert "| Empty pulls, 2 phones | pulls |" in ended.output
    assert PAGE.read_bytes() == before


def test_full_is_everything_and_nothing_smaller_than_in_the_papers():
    full = Plan(phones=FULL_PHONES, growth=FULL_GROWTH)

    assert full.is_full
    assert not any(
        less.is_full
        for less in (
            Plan(), replace(full, scenarios=("storm",)), replace(full, phones=(1999,)), replace(full, growth=()),
            replace(full, growth=(10_000,)), replace(full, visits=9), replace(full, changes=39),
            replace(full, tablets=199),
        )
    )  # fmt: skip


def test_a_year_is_told_of_some_days_that_are_lived_and_checked_with_more(tmp_path: Path):
    page = tmp_path / "page"

    ended = CliRunner().invoke(
        lived_year, ["--carers", "2", "--visits", "2", "--days", "11", "--check", "12", "--report", str(page)]
    )

    assert ended.exit_code == 0, ended.output
    words = page.read_text(encoding="utf-8")
    assert "| what was written |" in words
    assert "| 44 visits | 1,460,000 visits |" in words
    assert "| `haand restore`, s of CPU |" in words
    assert "After 12 days the file was " in words
