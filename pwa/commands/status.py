"""Knows the command that says how everything is, to a person in the morning and to a program that watches."""

import asyncio
import json
import re
from datetime import date, datetime
from urllib.parse import urlsplit

import click

from pwa import __version__
from pwa.audit.signed_heads import Head, HeadKeys, read_heads
from pwa.built import version_in_full
from pwa.commands.help import help_of
from pwa.commands.private import list_readable
from pwa.commands.terminal import LANGUAGE, read_or_stop, say
from pwa.commands.words import NotAsked
from pwa.config import Settings, read_settings
from pwa.key_files import KeyTrouble
from pwa.status.check import Check, Level, Values, worst
from pwa.status.of_database import check_database, have_phones_come
from pwa.status.of_machine import (
    check_backups,
    check_certificate,
    check_disks,
    check_keys,
    check_server,
    check_single_sign_on,
)
from pwa.status.of_verify import check_verified
from pwa.templating.dates import write_since
from pwa.words import N_, clock, to_text

LEVELS = {Level.OK: N_("well"), Level.WARNING: N_("WARNING"), Level.CRITICAL: N_("CRITICAL")}
NAMES = {
    "version": N_("Program"), "server": N_("Server"), "database": N_("Database"), "documents": N_("Documents"), "plan": N_("Plan"),
    "import_plan": N_("Import"), "import_people": N_("Import"), "import_checklists": N_("Import"),
    "import_guides": N_("Import"), "import_undo": N_("Import"), "held": N_("Held"), "phones": N_("Phones"), "access_log": N_("Access log"),
    "end_of_log": N_("Access log"), "backup": N_("Backup"),
    "verify": N_("Verify"), "verify_database": N_("Verify"), "verify_backup": N_("Verify"), "disk": N_("Disk"), "private": N_("Rights"),
    "keys": N_("Keys"), "certificate": N_("Certificate"), "single_sign_on": N_("Single sign-on"),
}  # fmt: skip
TODAYS = re.compile(r"\d\d\.\d\d")
"""A time of today, which alone could be a date."""
UNITS = ("B", "kB", "MB", "GB", "TB")


@click.command("status", help=help_of("status"))
@click.option("--json", "as_json", is_flag=True, help=say("For programs."))
def status(as_json: bool) -> None:
    """Reads only, beside the server or without it."""
    now = clock()
    try:
        settings = read_or_stop(read_settings)
    except click.ClickException as stopped:
        raise NotAsked(stopped.message) from None
    checks = look(settings, now)
    level = worst(checks)
    click.echo(_as_json(checks, level, now) if as_json else _as_text(checks, level, now))
    raise SystemExit(int(level))


def look(settings: Settings, now: datetime) -> list[Check]:
    """Ask everything."""
    heads, keys = _heads(settings)
    inside = asyncio.run(check_database(settings.database, now, heads, keys, settings.access_log_days))
    size = next((int(check.values.get("size_bytes") or 0) for check in inside), 0)
    return [
        Check(
            "version", Level.OK, N_("Hånd %(build)s"), {"version": __version__, "build": version_in_full()}
        ),
        check_server(settings),
        *inside,
        check_backups(settings.backups, now, size, settings.data),
        *check_verified(settings.data, now),
        *check_disks(settings, size),
        *_rights(settings),
        check_keys(settings, has_begun=settings.heads.exists() or have_phones_come(inside)),
        *check_certificate(settings.certificate, now, urlsplit(settings.origin or "").hostname or ""),
        *check_single_sign_on(settings),
    ]


def _heads(settings: Settings) -> tuple[list[Head], HeadKeys | None]:
    """What was signed of the access log's end, and the keys; what is wrong with a key is said elsewhere."""
    try:
        return read_heads(settings.heads)[-1:], HeadKeys(settings.head_keys)
    except (KeyTrouble, OSError):
        return [], None


def _rights(settings: Settings) -> list[Check]:
    others = list_readable(settings)
    message = N_("Others on this machine may read %(path)s. The server will not start.")
    return [
        Check("private", Level.CRITICAL, message, {"path": str(path), "command": command}, N_("Close it: %(command)s"))
        for path, command in others[:1]
    ]  # fmt: skip


def _as_text(checks: list[Check], level: Level, now: datetime) -> str:
    bad = sum(check.level > Level.OK for check in checks)
    lines = [
        say("WELL: nothing needs a look.")
        if not bad
        else say("%(level)s: %(bad)d of %(all)d need a look.", level=say(LEVELS[level]), bad=bad, all=len(checks))
    ]  # fmt: skip
    for check in checks:
        name, values = say(NAMES[check.name]), _written(check.values, now)
        lines.append(f"{say(LEVELS[check.level]):9} {name:14} {say(check.message, **values)}")
        if check.todo:
            lines.append(f"{'':24} → {say(check.todo, **values)}")
    return "\n".join(lines)


def _as_json(checks: list[Check], level: Level, now: datetime) -> str:
    told = [
        {
            "name": check.name,
            "level": check.level.name.lower(),
            "message": say(check.message, **_written(check.values, now)),
            "todo": say(check.todo, **_written(check.values, now)) if check.todo else "",
            "values": dict(check.values),
        }
        for check in checks
    ]
    whole = {"version": __version__, "at": to_text(now), "level": level.name.lower(), "checks": told}
    return json.dumps(whole, ensure_ascii=False, indent=1)


def _written(values: Values, now: datetime) -> dict[str, str | int]:
    """Values as a person reads them: moments in Danish time, sizes in megabytes."""
    written: dict[str, str | int] = {}
    for name, value in values.items():
        if name.endswith("_at"):
            since = write_since(LANGUAGE, str(value), to_text(now))
            written[name] = say("at %(time)s", time=since) if TODAYS.fullmatch(since) else since
        elif name.endswith("_day"):
            written[name] = f"{date.fromisoformat(str(value)):%d-%m-%Y}"
        elif name.endswith("_bytes"):
            written[name] = in_units(int(value or 0))
        else:
            written[name] = say(value) if name == "kind" and isinstance(value, str) else value or 0
    return written


def in_units(size: int) -> str:
    """Bytes in the largest unit of which there is one.

    >>> in_units(4_700_000), in_units(999)
    ('4,7 MB', '999 B')
    """
    amount, unit = float(size), UNITS[0]
    for larger in UNITS[1:]:
        if amount < 1000:
            break
        amount, unit = amount / 1000, larger
    return (
        f"{amount:.0f} {unit}" if unit == "B" or amount >= 100 else f"{amount:.1f} {unit}".replace(".", ",")
    )
