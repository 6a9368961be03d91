"""Knows what is said of the last `haand verify` of the database, and of a backup: what it found, and how old that is."""

from datetime import datetime, timedelta
from pathlib import Path

from pwa.backups.verified import LastVerify, Of, read_last_verify
from pwa.status.check import Check, Level, Values
from pwa.words import N_, to_moment

VERIFY_IS_OLD = timedelta(days=8)
"""A backup that is read to its end once a week is not old; by hand the database is read when somebody likes."""

WELL: dict[Of, str] = {
    "database": N_("The database was read to its end %(verified_at)s, and nothing was wrong."),
    "backup": N_("%(file)s was read to its end %(verified_at)s, and nothing was wrong."),
}
WRONG: dict[Of, str] = {
    "database": N_("haand verify found something wrong with the database %(verified_at)s."),
    "backup": N_("haand verify found something wrong with %(file)s %(verified_at)s."),
}
NOT_DONE: dict[Of, str] = {
    "database": N_("haand verify could not read the database to its end %(verified_at)s."),
    "backup": N_("haand verify could not read %(file)s to its end %(verified_at)s."),
}
AGAIN: dict[Of, str] = {
    "database": N_("Read what it says, and what to do: haand verify, docs/running/backup.md."),
    "backup": N_(
        "Verify the backup again, and read what it says: haand verify. Is it wrong, make another, and see what made it wrong."
    ),
}


def check_verified(data: Path, now: datetime) -> list[Check]:
    """What the last of each kind found; one remark where there has been none on this machine."""
    kinds: tuple[Of, ...] = ("database", "backup")
    checks = [_check(of, last, now) for of in kinds if (last := read_last_verify(data, of))]
    if checks:
        return checks
    message = N_("haand verify has not run here.")
    return [Check("verify", Level.OK, message, todo=N_("Whether a backup is sound only it can say: let it run every night, here or where the backups lie."))]  # fmt: skip


def _check(of: Of, last: LastVerify, now: datetime) -> Check:
    name = f"verify_{of}"
    values: Values = {
        "verified_at": last.at, "state": last.state, "findings": last.findings, "file": last.file,
    }  # fmt: skip
    if last.state == "wrong":
        return Check(name, Level.CRITICAL, WRONG[of], values, AGAIN[of])
    if last.state == "not_done":
        return Check(name, Level.WARNING, NOT_DONE[of], values, AGAIN[of])
    if of == "backup" and to_moment(last.at) < now - VERIFY_IS_OLD:
        todo = N_("See why it does not run any more: systemctl status haand-backup, or cron's mail.")
        return Check(name, Level.WARNING, WELL[of], values, todo)
    return Check(name, Level.OK, WELL[of], values)
