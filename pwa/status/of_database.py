"""Knows what is asked of the database; every question is answered from an index, or from a table that stays small."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from pwa.access.queries.contact import (
    find_last_heard,
    get_contact,
    has_carers,
    has_people,
    has_phones,
    list_silent,
)
from pwa.audit.chain import WAITS_FOR_SEQUENCE, find_head, has_link
from pwa.audit.queries import count_unsequenced, list_set_aside
from pwa.audit.signed_heads import Head, HeadKeys, kept_since
from pwa.backups.built_by import is_built_by_another
from pwa.care.queries.held_everywhere import MOST_COUNTED, SHOWN_FOR, get_held_everywhere
from pwa.care.queries.planned_days import find_last_day, has_visits
from pwa.database import (
    Damaged,
    Looked,
    NothingThere,
    NotOurs,
    Transaction,
    Unreleased,
    check_released,
    look_at,
    sqlite_code_of,
    sqlite_file,
)
from pwa.imports.queries.file_imports import FileImport, State, list_last_of_each_kind
from pwa.problems import Unavailable
from pwa.status.check import Check, Level, Values
from pwa.words import N_, day_of, to_moment, to_text

IN_USE = timedelta(days=30)
LATELY = timedelta(hours=1)
SILENT = timedelta(hours=24)
"""No phone at all for so long, where some are in use: then it is not the phones."""
NAMED = 3
PLAN_IS_OLD = timedelta(hours=48)
BROKEN_OFF = timedelta(minutes=1)
HELD_TOO_LONG = timedelta(days=7)
STILL_COUNTED = timedelta(days=366)
"""What has waited for longer than leaders are shown it is still counted for so long."""
NONE_COMES = N_("No phone has come through for a day. Look at the proxy, its certificate and HAAND_ORIGIN.")

ENGINES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
NOT_THERE = N_("There is nothing of Hånd's in the database.")
NOT_OURS = N_("The file is not one of Hånd's databases.")
DAMAGED = N_("The database is damaged.")
NEW = N_("%(engine)s, %(size_bytes)s, schema %(schema)d. It is new and empty: nobody is in it.")
IS_IT_NEW = N_(
    "Was there a municipality? Then HAAND_DATA is another folder, or its disk is not there. Else: haand invite."
)
NO_ANSWER = N_("The database does not answer, or another program has locked it.")
UNRELEASED = N_(
    "A version of Hånd that was never released made the database: a table is not as a release makes it."
)
SERVER_IS_SILENT = (
    N_("PostgreSQL does not answer, or does not let us in."),
    N_("Does it run (systemctl status postgresql), and is DATABASE_URL right? Its own log says why."),
)
OTHERS: dict[type[Exception], tuple[str, str]] = {
    NothingThere: (NOT_THERE, N_("Is HAAND_DATA the right folder? A new municipality begins with haand invite.")),
    NotOurs: (NOT_OURS, N_("Is HAAND_DATA the right folder? Put a backup back with haand restore.")),
    Damaged: (DAMAGED, N_("Stop the server, and put the last sound backup back with haand restore.")),
    Unreleased: (UNRELEASED, N_("What to do stands in docs/running/upgrade.md.")),
    Unavailable: (NO_ANSWER, N_("See whether the disk is full, and which program has it open: fuser -v.")),
}  # fmt: skip

MAY_NOT = (
    N_("This user may not read or write the database, or its folder."),
    N_("See whose they are: ls -l. Folder and file belong to the user that runs Hånd."),
)
OF_SQLITE = {11: OTHERS[Damaged], 3: MAY_NOT, 8: MAY_NOT, 14: MAY_NOT}
"""Its result codes (sqlite.org/rescode.html): damaged, rights, read-only, cannot be opened."""


async def check_database(
    address: str, now: datetime, heads: list[Head], keys: HeadKeys | None, days: int
) -> list[Check]:
    """What the database is and what is in it, as far as it can be read. An entry of the access log is kept for so many days."""
    try:
        async with look_at(address) as looked:
            if looked.reached <= looked.newest:
                await check_released(looked.tx, looked.engine, looked.reached)
            checks = [_schema(looked)]
            if looked.reached == looked.newest:
                if not await has_people(looked.tx):
                    checks = [replace(checks[0], level=Level.WARNING, message=NEW, todo=IS_IT_NEW)]
                checks += await look_inside(looked.tx, now, heads, keys, days)
            return checks
    except tuple(OTHERS) as error:
        message, todo = next(words for kind, words in OTHERS.items() if isinstance(error, kind))
        if isinstance(error, Unavailable) and sqlite_file(address) is None:
            message, todo = SERVER_IS_SILENT
        elif isinstance(error, Unavailable):
            message, todo = OF_SQLITE.get(sqlite_code_of(error), (message, todo))
        return [Check("database", Level.CRITICAL, message, todo=todo)]


def _schema(looked: Looked) -> Check:
    values: Values = {
        "engine": ENGINES[looked.engine], "size_bytes": looked.bytes,
        "schema": looked.reached, "newest": looked.newest,
    }  # fmt: skip
    if looked.reached > looked.newest:
        message = N_(
            "%(engine)s, %(size_bytes)s, schema %(schema)d. A newer version of Hånd has used it: this one knows %(newest)d."
        )
        return Check("database", Level.CRITICAL, message, values, N_("Install the newer version, or see docs/running/upgrade.md."))  # fmt: skip
    if looked.reached < looked.newest:
        message = N_(
            "%(engine)s, %(size_bytes)s, schema %(schema)d of %(newest)d. What is in it was not looked at."
        )
        return Check("database", Level.WARNING, message, values, N_("Start the server of this version: it brings the database up to date."))  # fmt: skip
    return Check("database", Level.OK, N_("%(engine)s, %(size_bytes)s, schema %(schema)d."), values)


async def look_inside(
    tx: Transaction, now: datetime, heads: list[Head], keys: HeadKeys | None, days: int
) -> list[Check]:
    """What is in it, where it is of this version."""
    return [
        await _documents(tx),
        *await check_planned(tx, now),
        *list_import_checks(await list_last_of_each_kind(tx), now),
        await _held(tx, now),
        await _phones(tx, now),
        await _waiting_entries(tx, now),
        await _end_of_log(tx, heads, keys, now, days),
    ]


async def _documents(tx: Transaction) -> Check:
    if await is_built_by_another(tx):
        message = N_("Another version has built documents: the server builds them anew while it runs.")
        return Check("documents", Level.OK, message, {"renewed": 0})
    return Check("documents", Level.OK, N_("All are as this version builds them."), {"renewed": 1})


REFUSED_TOLD = timedelta(days=1)
"""So long a list that was refused is a warning."""


async def check_planned(tx: Transaction, now: datetime) -> list[Check]:
    """Up to which day visits are planned; nothing where there have never been any."""
    last_day = await find_last_day(tx)
    values: Values = {"last_day": last_day}
    todo = N_(
        "Carers see no visits. Does the care-record system write a new file, and is it the one that is imported?"
    )
    if last_day is None:
        if not await has_visits(tx):
            if not await has_carers(tx):
                return []
            message = N_("There are carers, and no visit was ever planned.")
            return [Check("plan", Level.WARNING, message, todo=N_("Import a plan: haand import plan."))]
        message = N_("No visit is planned: all that there were are cancelled.")
        return [Check("plan", Level.WARNING, message, todo=todo)]
    if last_day < day_of(now).isoformat():
        message = N_("No visit is planned from today on. The last was on %(last_day)s.")
        return [Check("plan", Level.WARNING, message, values, todo)]
    return [Check("plan", Level.OK, N_("Visits are planned up to %(last_day)s."), values)]


SAID_OF_IMPORT = {
    "done": N_("%(kind)s came in %(began_at)s: new %(added)d, moved %(moved)d, changed %(changed)d, cancelled %(cancelled)d, mistakes %(mistakes)d, rows left out %(skipped)d."),
    "refused": N_("%(kind)s was refused %(began_at)s with %(mistakes)d mistakes. Nothing came in."),
    "under_way": N_("%(kind)s has been coming in since %(began_at)s."),
    "stopped": N_("%(kind)s asked something %(began_at)s, and nobody said yes. Nothing came in."),
    "broken_off": N_("%(kind)s was broken off %(began_at)s, in the middle."),
    "undone": N_("%(kind)s of %(began_at)s was undone."),
}  # fmt: skip
SAID_OF_UNDO: dict[State, str] = {
    "under_way": N_("A plan is being undone, since %(began_at)s."),
    "broken_off": N_("The undoing of a plan was broken off %(began_at)s, in the middle."),
}
"""What is over is told by the plan that was undone."""
KINDS = {
    "plan": N_("The plan"), "people": N_("The list of employees"),
    "checklists": N_("Checklists"), "guides": N_("Guides"),
}  # fmt: skip
IMPORT_AGAIN = N_("See why: haand import list. Then run the import again by hand, and read all that it says.")
UNDO_AGAIN = N_("Undo it again, it goes on: haand import undo. Or import a plan.")
NEW_PLAN = N_("Carers go by the plan of before it. Import one that is right: haand import plan.")


def list_import_checks(last: Sequence[FileImport], now: datetime) -> list[Check]:
    """The last of each kind, the newest first; an undo only while it is the newest and in the middle."""
    undone_at = max(
        (each.began_at for each in last if each.kind == "undo" and each.state == "done"), default=""
    )
    checks = [_import(each, now, undone_at) for each in last if each.kind != "undo"]
    undo = next((each for each in last if each.kind in ("plan", "undo")), None)
    if undo and undo.kind == "undo" and undo.state in SAID_OF_UNDO:
        state = "broken_off" if _is_broken_off(undo, now) else undo.state
        level, todo = (Level.CRITICAL, UNDO_AGAIN) if state == "broken_off" else (Level.OK, "")
        values: Values = {"began_at": undo.began_at, "state": undo.state}
        checks.append(Check("import_undo", level, SAID_OF_UNDO[state], values, todo))
    return checks


def _is_broken_off(last: FileImport, now: datetime) -> bool:
    is_silent = last.state == "under_way" and to_moment(last.alive_at) < now - BROKEN_OFF
    return is_silent or last.state == "broken_off"


def _is_told(last: FileImport, now: datetime) -> bool:
    """Whether it was so long ago that whoever named the file knows that nothing came in; a plan comes by itself, every day."""
    return to_moment(last.began_at) < now - REFUSED_TOLD


def _import(last: FileImport, now: datetime, undone_at: str) -> Check:
    values: Values = {
        "kind": KINDS[last.kind], "began_at": last.began_at, "added": last.added, "moved": last.moved,
        "changed": last.changed, "cancelled": last.cancelled, "skipped": last.skipped, "mistakes": last.mistake_count, "state": last.state,
    }  # fmt: skip
    name, message = f"import_{last.kind}", SAID_OF_IMPORT[last.state]
    if _is_broken_off(last, now):
        if last.kind == "plan" and last.began_at < undone_at:
            return Check(name, Level.WARNING, SAID_OF_IMPORT["broken_off"], values, NEW_PLAN)
        if not last.added + last.moved + last.changed + last.cancelled:
            message = N_("%(kind)s was broken off %(began_at)s, before anything came in.")
            return Check(name, Level.WARNING, message, values, IMPORT_AGAIN)
        return Check(name, Level.CRITICAL, SAID_OF_IMPORT["broken_off"], values, IMPORT_AGAIN)
    if last.state == "undone":
        return Check(name, Level.WARNING, message, values, NEW_PLAN)
    if last.kind != "plan" and last.state in ("refused", "stopped") and _is_told(last, now):
        return Check(name, Level.OK, message, values)
    if last.state in ("refused", "stopped") or last.mistake_count:
        return Check(name, Level.WARNING, message, values, IMPORT_AGAIN)
    if last.kind == "plan" and to_moment(last.began_at) < now - PLAN_IS_OLD:
        todo = N_("Does the care-record system still write its file? Carers go by an old plan.")
        return Check(name, Level.WARNING, message, values, todo)
    return Check(name, Level.OK, message, values)


async def _held(tx: Transaction, now: datetime) -> Check:
    held = await get_held_everywhere(tx, to_text(now - SHOWN_FOR), MOST_COUNTED)
    values: Values = {"count": held.count, "oldest_at": held.oldest_at}
    if not held.oldest_at:
        older = await get_held_everywhere(tx, to_text(now - STILL_COUNTED), MOST_COUNTED)
        values = {**values, "older": older.count}
        if older.count:
            message = N_(
                "Nothing of the last 30 days waits for somebody's look. Nobody has dealt with %(older)d that are older."
            )
            return Check("held", Level.OK, message, values)
        return Check("held", Level.OK, N_("Nothing waits for somebody's look."), values)
    message = N_("%(count)d changes wait for a leader's look, the oldest since %(oldest_at)s.")
    if to_moment(held.oldest_at) < now - HELD_TOO_LONG:
        return Check("held", Level.WARNING, message, values, N_("Tell the leaders: it stands on their page of what needs a look."))  # fmt: skip
    return Check("held", Level.OK, message, values)


def have_phones_come(checks: Sequence[Check]) -> bool:
    """Whether any phone has ever come, as far as the database says."""
    return any(check.name == "phones" and check.values.get("ever") for check in checks)


async def _phones(tx: Transaction, now: datetime) -> Check:
    since = to_text(now - IN_USE)
    contact = await get_contact(tx, since, to_text(now - LATELY))
    silent = await list_silent(tx, since, NAMED)
    values: Values = {
        "ever": int(await has_phones(tx)),
        "in_use": contact.in_use,
        "lately": contact.lately,
        "last_at": contact.last_at,
    } | {
        key: value
        for number, (id, heard_at) in enumerate(silent, 1)
        for key, value in ((f"phone{number}", id[-8:]), (f"silent{number}_at", heard_at))
    }
    if not contact.last_at:
        if last_at := await find_last_heard(tx):
            message = N_("No phone has been heard since %(last_at)s.")
            return Check("phones", Level.WARNING, message, {**values, "last_at": last_at}, NONE_COMES)
        return Check("phones", Level.OK, N_("No phone is in use."), values)
    message = (
        N_("In use %(in_use)d, heard in the last hour %(lately)d. Silent longest: %(phone1)s since %(silent1_at)s, %(phone2)s since %(silent2_at)s, %(phone3)s since %(silent3_at)s.")
        if len(silent) == NAMED
        else N_("In use %(in_use)d, heard in the last hour %(lately)d. Silent longest: %(phone1)s since %(silent1_at)s.")
    )  # fmt: skip
    if to_moment(contact.last_at) < now - SILENT:
        return Check("phones", Level.WARNING, message, values, NONE_COMES)
    return Check("phones", Level.OK, message, values)


async def _waiting_entries(tx: Transaction, now: datetime) -> Check:
    count, oldest_at = await count_unsequenced(tx, MOST_COUNTED)
    aside = len(await list_set_aside(tx))
    values: Values = {"waiting": count, "oldest_at": oldest_at, "set_aside": aside}
    if oldest_at and to_moment(oldest_at) < now - WAITS_FOR_SEQUENCE:
        message = N_("%(waiting)d entries of the access log have waited for their place since %(oldest_at)s.")
        return Check("access_log", Level.CRITICAL, message, values, N_("Is the server running? Read its log, and run haand verify."))  # fmt: skip
    if aside:
        message = N_("%(set_aside)d entries of the access log could not be taken in.")
        return Check("access_log", Level.WARNING, message, values, N_("haand verify names them. Tell the data-protection officer."))  # fmt: skip
    return Check("access_log", Level.OK, N_("Entries that wait for their place: %(waiting)d."), values)


async def _end_of_log(
    tx: Transaction, heads: list[Head], keys: HeadKeys | None, now: datetime, days: int
) -> Check:
    n, _ = await find_head(tx)
    if not heads or keys is None:
        return Check("end_of_log", Level.OK, N_("Ends at %(n)d. No end was signed yet."), {"n": n})
    last = heads[-1]
    values: Values = {"n": n, "signed": last.n, "signed_at": last.at}
    is_young = last.is_young(kept_since(filter(keys.is_signed, heads), now, days))
    if not keys.is_signed(last) or not await has_link(tx, last.n, last.hash, is_young=is_young):
        message = N_("The access log does not have the end %(signed)d that was signed last.")
        return Check("end_of_log", Level.CRITICAL, message, values, N_("Somebody may have changed it. Touch nothing, keep a copy, run haand verify."))  # fmt: skip
    return Check("end_of_log", Level.OK, N_("Ends at %(n)d, signed up to %(signed)d %(signed_at)s."), values)
