"""Knows the list of the files that came in or were refused; knows nothing of what was in them."""

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from pwa.database import Transaction

Kind = Literal["plan", "people", "checklists", "guides"]
Doing = Literal[Kind, "undo"]
"""What is done: a file of a kind comes in, or a plan is undone."""
State = Literal["under_way", "broken_off", "done", "refused", "stopped", "undone"]
COUNTS = ("added", "moved", "changed", "cancelled", "unchanged", "skipped")
"""What rows became; `skipped` are those that were left out because they are wrong."""

COLUMNS = (
    "id", "turn", "kind", "file", "sha256", "command", "account", "began_at", "alive_at", "ended_at", "state", *COUNTS,
    "mistake_count", "mistakes", "going_on",
)  # fmt: skip


class FileImport(Struct, frozen=True):
    """A file that came in, or was to; every column in order. Times as everywhere; `mistakes` and `going_on` are JSON.

    One that is `under_way` and was not `alive_at` some seconds ago was broken off. `turn` is the run whose it is now: each
    that goes on with it has another.
    """

    id: str
    turn: str
    kind: Doing
    file: str
    sha256: str
    command: str
    account: str
    began_at: str
    alive_at: str
    ended_at: str | None
    state: State
    added: int = 0
    moved: int = 0
    changed: int = 0
    cancelled: int = 0
    unchanged: int = 0
    skipped: int = 0
    mistake_count: int = 0
    mistakes: str = "[]"
    going_on: str = ""


async def add_import(tx: Transaction, row: FileImport) -> None:
    """One more."""
    names = ", ".join(f":{name}" for name in COLUMNS)
    params = {name: getattr(row, name) for name in COLUMNS}
    await tx.execute(f"insert into file_import ({', '.join(COLUMNS)}) values ({names})", params)


async def set_import(tx: Transaction, row: FileImport, columns: Mapping[str, str | int | None]) -> int:
    """These columns of one that is under way; how many rows that was: 0 if it has ended, or is another run's by now."""
    said = ", ".join(f"{name} = :{name}" for name in columns)
    return await tx.execute(
        f"update file_import set {said} where id = :import_id and turn = :was and state = 'under_way'",
        {**columns, "import_id": row.id, "was": row.turn},
    )


async def has_counts(tx: Transaction, import_id: str, counts: Mapping[str, int]) -> bool:
    """Whether so many have become what: then a piece is written already, although nobody heard that it was."""
    said = " and ".join(f"{name} = :{name}" for name in counts)
    rows = await tx.tuples(
        f"select id from file_import where id = :import_id and {said}", {**counts, "import_id": import_id}
    )
    return bool(rows)


async def one_begins_at_a_time(tx: Transaction) -> None:
    """Wait until nobody else is just beginning one."""
    await tx.lock_table("file_import")


async def get_under_way(tx: Transaction) -> FileImport | None:
    """The last that has begun and not ended, or None."""
    rows = await tx.tuples(
        f"select {', '.join(COLUMNS)} from file_import where state = 'under_way' order by id desc limit 1"
    )
    return FileImport(*rows[0]) if rows else None


async def get_import(tx: Transaction, import_id: str) -> FileImport | None:
    """One of them, or None."""
    rows = await tx.tuples(
        f"select {', '.join(COLUMNS)} from file_import where id = :import_id", {"import_id": import_id}
    )
    return FileImport(*rows[0]) if rows else None


async def set_undone(tx: Transaction, import_id: str) -> int:
    """What it did to the plan was undone, and so what later files said, which had changed nothing of that."""
    return await tx.execute(
        """
        update file_import set state = 'undone'
        where id = :import_id or (id > :import_id and kind = 'plan' and state = 'done')
        """,
        {"import_id": import_id},
    )


async def list_imports(tx: Transaction, most: int) -> list[FileImport]:
    """The last so many, the newest first."""
    rows = await tx.tuples(
        f"select {', '.join(COLUMNS)} from file_import order by id desc limit :most", {"most": most}
    )
    return [FileImport(*row) for row in rows]


async def find_last_plan_at(tx: Transaction) -> str | None:
    """When the last plan began that came in; None if none did."""
    rows = await tx.tuples(
        "select began_at from file_import where kind = 'plan' and state = 'done' order by id desc limit 1"
    )
    return str(rows[0][0]) if rows else None


async def count_written(tx: Transaction) -> int:
    """How many times a file came in, wholly or until it was broken off, or a plan was undone."""
    rows = await tx.tuples("select count(*) from file_import where state in ('done', 'undone', 'broken_off')")
    return int(rows[0][0])


async def list_last_of_each_kind(tx: Transaction) -> list[FileImport]:
    """The last of each kind that there has been, the newest first.

    Not a list that was refused and whose file has come in: somebody had named the wrong kind.
    """
    rows = await tx.tuples(
        f"""
        select {", ".join(COLUMNS)} from file_import
        where id in (
          select max(id) from file_import
          where kind in ('plan', 'undo') or state <> 'refused'
            or sha256 = '' or sha256 not in (select sha256 from file_import where state = 'done')
          group by kind
        )
        order by id desc
        """
    )
    return [FileImport(*row) for row in rows]


async def list_done_since(tx: Transaction, import_id: str) -> list[FileImport]:
    """What came in after an import and changed anything, wholly or until it was broken off; the oldest first."""
    rows = await tx.tuples(
        f"""
        select {", ".join(COLUMNS)} from file_import
        where id > :import_id and kind <> 'undo' and state in ('done', 'broken_off')
          and added + moved + changed + cancelled > 0
        order by id
        """,
        {"import_id": import_id},
    )
    return [FileImport(*row) for row in rows]
