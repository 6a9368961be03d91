"""A list of employees, checklists or guides is compared first, then written in pieces; one that is killed goes on."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from pwa.imports.apply import pieces
from pwa.imports.apply.imported import Chosen, Imported, Telling
from pwa.imports.apply.turns import begin_turn
from pwa.imports.import_files import import_files
from pwa.imports.queries.file_imports import list_imports
from pwa.imports.read.checklist_file import read_checklists
from pwa.imports.read.guide_files import GuideFolder, read_guides
from pwa.imports.read.people_file import read_people
from pwa.problems import Unavailable
from pwa.source_ids import id_of
from pwa.words import new_id
from tests.house import House, open_house
from tests.imports.lists import BY, Content, import_list
from tests.imports.test_broken_off import Killed, with_pieces
from tests.imports.test_import import CHECKLISTS, GUIDE, checklists, import_text, people
from tests.imports.test_phone_numbers import LEADERS, with_numbers

CHANGED = (
    LEADERS.replace("Eva Fog;leder;Øst;;+45 00 00 00 09", "Eva Fog;leder;Øst;;+45 00 00 00 99")
    .replace("Pia Lau", "Pia Lau Holm").replace(";Øst;Byen", ";Øst;Syd").replace("3;Ida Bro;medarbejder;Vest", "3;Ida Bro;medarbejder;Nord")
    + "".join(f"{n};Ny {n};medarbejder;Nord;;\n" for n in range(20, 28))
)  # fmt: skip
"""A leader's number, a name, a team that moves, one in another team, eight that are new."""
MORE_LISTS = CHECKLISTS + "".join(f"Ny {n};1;Punkt;selv\n" for n in range(8))
WRITTEN = {
    "team": "*", "person": "*", "role": "*", "checklist": "*", "checklist_step": "*", "guide": "*", "media": "sha256",
    "visit_plan": "*", "document": "team_id, id, day, keep_until, body",
}  # fmt: skip


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many pieces, also of a small list."""
    for name, value in (("FIRST", 2), ("MOST", 2), ("REST", 0.0)):
        monkeypatch.setattr(pieces, name, value)


def contents(folder: Path) -> dict[str, Content]:
    """One list of each kind, of which something is new and something other."""
    for n in range(4):
        text = GUIDE.replace('aid = "Loftlift"', f'aid = "Hjælp {n}"').replace("Loftlift", f"Ny {n}")
        (folder / f"{n}.toml").write_text(text, "utf-8")
    (folder / "lift.toml").write_text(GUIDE.replace('title = "Loftlift"', 'title = "Løft"'), "utf-8")
    return {
        "people": read_people(CHANGED.encode()),
        "checklists": read_checklists(MORE_LISTS.encode()),
        "guides": read_guides(folder),
    }


def first_guide(folder: Path) -> GuideFolder:
    """The only one so far."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "lift.toml").write_text(GUIDE, "utf-8")
    return read_guides(folder)


async def settle(house: House, folder: Path) -> dict[str, Content]:
    """A town with a plan, a leader to call and a guide; and the lists that come next."""
    await people(house, LEADERS)
    await checklists(house)
    await import_list(house.database, first_guide(folder), lambda: house.now)
    plan = (
        with_numbers().replace("tjekliste;", "tjekliste;hjælpemidler;").replace("Morgen;", "Morgen;Loftlift;")
    )
    await import_text(house, plan)
    return contents(folder)


async def everything(house: House) -> dict[str, Any]:
    """All that lists write, but for versions."""
    return {
        table: sorted(await house.rows(f"select {columns} from {table}"), key=str)
        for table, columns in WRITTEN.items()
    }


def said_of(imported: Imported) -> tuple[object, ...]:
    """How much became what, and what was said."""
    counts = imported.added, imported.changed, imported.unchanged, imported.skipped
    return (*counts, [str(each) for each in imported.warnings])


async def do(
    house: House, content: Content, progress: Callable[[int, int], None] = lambda *_: None
) -> Imported:
    """Import, as the same file each time."""
    return await import_list(
        house.database, content, lambda: house.now, sha256="the file", telling=Telling(progress=progress)
    )


async def do_until(house: House, content: Content, pieces_done: int) -> Imported | None:
    """Import, and be gone after so many pieces; what came of it if there are fewer."""
    done = 0

    def count(*_: int) -> None:
        nonlocal done
        done += 1
        if done == pieces_done:
            raise Killed

    try:
        return await do(house, content, count)
    except Killed:
        return None


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["people", "checklists", "guides"])
async def test_one_that_was_broken_off_anywhere_goes_on_and_ends_as_if_nothing_had_happened(
    tmp_path: Path, kind: str
):
    async with open_house(tmp_path / "undisturbed") as town:
        content = (await settle(town, tmp_path / "undisturbed" / "guides"))[kind]
        whole, said = await do(town, content), []
        state = await everything(town)
    assert (whole.added, whole.changed) == {"people": (8, 3), "checklists": (8, 0), "guides": (4, 1)}[kind]

    for pieces_done in range(1, 30):
        folder = tmp_path / str(pieces_done)
        async with open_house(folder) as town:
            content = (await settle(town, folder / "guides"))[kind]
            ended = await do_until(town, content, pieces_done)
            said.append(said_of(ended or await do(town, content)))
            assert await everything(town) == state, pieces_done
            async with town.database.snapshot() as tx:
                last = (await list_imports(tx, 1))[0]
        assert (last.state, last.added, last.changed, last.unchanged) == ("done", *said_of(whole)[:3])
        if ended:
            break

    assert pieces_done > 3, "it is not written in pieces"
    assert said == [said_of(whole)] * pieces_done


@pytest.mark.parametrize("kind", ["people", "checklists", "guides"])
async def test_a_piece_whose_commit_nobody_heard_of_is_counted_once(house: House, tmp_path: Path, kind: str):
    content = (await settle(house, tmp_path / "guides"))[kind]
    kind_of, come_in = BY[type(content)]
    turn = await begin_turn(
        house.database, kind_of, "a file", "", lambda: house.now, new_id, silent=timedelta()
    )
    turn.database = with_pieces(house.database, after=Unavailable)

    imported = await come_in(turn, content, new_id)

    assert (imported.added, imported.changed) == {"people": (8, 3), "checklists": (8, 0), "guides": (4, 1)}[
        kind
    ]
    again = await import_list(house.database, content, lambda: house.now)
    assert (again.added, again.changed, again.unchanged) == (
        0,
        0,
        imported.added + imported.changed + imported.unchanged,
    )


async def test_a_list_that_says_what_is_there_writes_no_piece(house: House, tmp_path: Path):
    for content in (await settle(house, tmp_path / "guides")).values():
        await do(house, content)
        assert await do_until(house, content, 1), "it came to no piece"


@pytest.mark.parametrize("kind", ["people", "checklists", "guides"])
async def test_a_try_counts_as_the_import_does_and_writes_nothing(house: House, tmp_path: Path, kind: str):
    folder = tmp_path / "guides"
    await settle(house, folder)
    for name, text in (("people", CHANGED), ("checklists", MORE_LISTS)):
        (tmp_path / name).write_text(text, "utf-8")
    before = await everything(house)

    async def come(dry_run: bool) -> Imported:
        files: list[tuple[Any, Path]] = [(kind, folder if kind == "guides" else tmp_path / kind)]
        [imported] = await import_files(
            house.address, files, lambda: house.now, new_id, Chosen(dry_run=dry_run)
        )
        return imported

    tried = await come(dry_run=True)
    assert await everything(house) == before
    assert said_of(tried) == said_of(await come(dry_run=False))


async def test_a_leaders_new_number_comes_to_the_visits_also_by_the_run_that_goes_on(
    house: House, tmp_path: Path
):
    content = (await settle(house, tmp_path / "guides"))["people"]
    visits = "select body from document where id like 'visit-%'"

    def numbers(rows: list[dict[str, Any]]) -> Callable[[str], bool]:
        return lambda number: any(number in row["body"] for row in rows)

    before = len(await house.rows("select id from person"))
    for pieces_done in range(1, 20):
        ended = await do_until(house, content, pieces_done)
        if ended or numbers(await house.rows(visits))("00 00 00 99"):
            break
    await do(house, content)

    assert len(await house.rows("select id from person")) == before + 8
    assert numbers(await house.rows(visits))("00 00 00 99")
    assert not numbers(await house.rows(visits))("00 00 00 09")
    assert await house.rows("select name from person where id = :id", id=id_of("person", "1")) == [
        {"name": "Pia Lau Holm"}
    ]
