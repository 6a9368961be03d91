"""Knows what is asked of the machine around the database: room on its disks, backups, keys, a certificate, the server."""

import http.client
import shutil
import ssl
import stat
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from pwa.backups.names import list_backups
from pwa.built import version_in_full
from pwa.config import Settings
from pwa.database import find_serving, sqlite_file
from pwa.key_files import KeyTrouble, KeyUnreadable, list_numbered, read_key
from pwa.status.check import Check, Level, Values
from pwa.words import N_, to_text

if TYPE_CHECKING:
    from cryptography import x509

LEAST_FREE = 500_000_000
ROOM_FREE = 2_000_000_000
"""Bytes. With less than the first nothing can be written soon; less than the second, or twice the database, is too little for
a restore or an upgrade beside it."""
BACKUP_IS_OLD, BACKUP_IS_TOO_OLD = timedelta(hours=26), timedelta(hours=74)
ENDS_SOON, ENDS_NOW = timedelta(days=21), timedelta(days=3)
BEGINS = {".sqlite3": b"SQLite format 3\0", ".dump": b"PGDMP"}
"""How a backup begins; PostgreSQL's in its own format (pg_dump --format=custom)."""
HEADER = 100
"""Bytes of an SQLite file's header."""
LEAST_PART = 10
NAMED = 3
OTHERS = stat.S_IRWXG | stat.S_IRWXO
WAIT = 1.0
"""Seconds for the server's answer."""
PUT_BACK = N_("Put the keys back from their copy before the server starts. See docs/running/backup.md.")
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}


def check_server(settings: Settings) -> Check:
    """Whether it answers at its own port."""
    address = EVERYWHERE.get(settings.listen, settings.listen)
    values: Values = {
        "address": f"{address}:{settings.port}",
        "status": (status := _ask(address, settings.port)),
    }
    file = sqlite_file(settings.database)
    serves, here = find_serving(file) if file else "", version_in_full()
    if status == http.client.OK and serves not in ("", here):
        message = N_("Answers at %(address)s, but is another build: %(serves)s. This one is %(here)s.")
        values = {**values, "serves": serves, "here": here}
        return Check("server", Level.WARNING, message, values, N_("Start it again: systemctl restart haand."))
    if status == http.client.OK:
        return Check("server", Level.OK, N_("Answers at %(address)s."), values)
    if status:
        message = N_("Answers at %(address)s, but with %(status)d: its database does not answer.")
        return Check(
            "server",
            Level.CRITICAL,
            message,
            values,
            N_("See what the line about the database says, then its log: journalctl -u haand -e."),
        )
    message = N_("Nothing answers at %(address)s.")
    return Check("server", Level.CRITICAL, message, values, N_("Start it: systemctl start haand. Are PORT and HAAND_LISTEN those of the server?"))  # fmt: skip


def _ask(address: str, port: int) -> int:
    """What /readyz says, with TLS or without; 0 if nothing answers. It is ourselves: whose certificate it is, is all one."""
    anyones = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    anyones.check_hostname, anyones.verify_mode = False, ssl.CERT_NONE
    for connection in (
        http.client.HTTPConnection(address, port, timeout=WAIT),
        http.client.HTTPSConnection(address, port, timeout=WAIT, context=anyones),
    ):
        try:
            connection.request("GET", "/readyz", headers={"Host": "localhost"})
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            continue
        finally:
            connection.close()
    return 0


def check_backups(
    folder: Path | None, now: datetime, database_bytes: int = 0, data: Path | None = None
) -> Check:
    """How old the newest is, by its name or else by its file, and whether it looks like a backup. Only `verify` reads all of it.

    One of SQLite's that is less than a tenth of the database is none. Beside the `data` it helps against mistakes alone.
    """
    if folder is None:
        message = N_("Whether there is one is not known: HAAND_BACKUPS is not set.")
        todo = N_("Set it to the folder in which backups lie, see docs/running/settings.md.")
        return Check("backup", Level.WARNING, message, todo=todo)
    values: dict[str, str | int | None] = {"folder": str(folder)}
    todo = N_(
        "Make one, and see why it is not made by itself: systemctl status haand-backup, or cron's mail."
    )
    try:
        found = list_backups(folder)
    except FileNotFoundError:
        message = N_("The folder %(folder)s is not there.")
        return Check("backup", Level.CRITICAL, message, values, N_("Mount its disk, or make the folder for the user haand. Or is HAAND_BACKUPS another?"))  # fmt: skip
    except OSError:
        message = N_("%(folder)s cannot be read by this user, or is no folder.")
        return Check("backup", Level.CRITICAL, message, values, N_("See what it is and whose: ls -ld %(folder)s"))  # fmt: skip
    if not found:
        return Check("backup", Level.CRITICAL, N_("There is no backup in %(folder)s."), values, todo)
    made_at, newest = found[-1]
    name, size = newest.name, newest.stat().st_size
    age = now - made_at
    values |= {
        "made_at": to_text(made_at), "hours": int(age.total_seconds()) // 3600, "file": name,
        "size_bytes": size, "count": len(found),
    }  # fmt: skip
    if fault := _fault_of(newest, size, database_bytes):
        return Check("backup", Level.CRITICAL, fault, values, todo)
    if newest.stat().st_mode & OTHERS:
        message = N_(
            "Others on this machine may read the newest, %(file)s. So it is neither verified nor restored."
        )
        return Check("backup", Level.WARNING, message, values, N_("Close it: chmod go= %(folder)s/%(file)s"))
    level = Level.CRITICAL if age > BACKUP_IS_TOO_OLD else Level.WARNING if age > BACKUP_IS_OLD else Level.OK
    message = N_("The newest is of %(made_at)s, %(hours)d hours old, %(size_bytes)s. In all %(count)d.")
    if not level and data and data.is_dir() and data.stat().st_dev == folder.stat().st_dev:
        beside = N_("It lies on the disk of the data: that disk takes both along.")
        return Check("backup", level, message, values, beside)
    if not level and not (folder / "sealing").is_dir():
        keys = N_(
            "The keys are not beside it (sealing, log-keys). Without them no server starts on another machine."
        )
        return Check("backup", level, message, values, keys)
    return Check("backup", level, message, values, todo if level else "")


def _fault_of(file: Path, size: int, database_bytes: int) -> str:
    try:
        with file.open("rb") as opened:
            begins = opened.read(HEADER)
    except OSError:
        return N_(
            "The newest, %(file)s, cannot be read by this user: what haand cannot read it cannot verify."
        )
    if not begins.startswith(BEGINS[file.suffix]):
        return N_("The newest, %(file)s, is no backup: %(size_bytes)s.")
    if file.suffix == ".sqlite3" and len(begins) == HEADER and _says_bytes(begins) not in (0, size):
        return N_("The newest, %(file)s, is not whole: %(size_bytes)s.")
    if file.suffix == ".sqlite3" and size * LEAST_PART < database_bytes:
        return N_("The newest, %(file)s, is much smaller than the database: %(size_bytes)s.")
    return ""


def _says_bytes(header: bytes) -> int:
    """How large an SQLite file says that it is; 0 if it does not say (https://sqlite.org/fileformat.html, 1.3)."""
    page = int.from_bytes(header[16:18], "big")
    return (65536 if page == 1 else page) * int.from_bytes(header[28:32], "big")


def check_disks(settings: Settings, database_bytes: int) -> list[Check]:
    """What is left where data, database and backups lie, each disk once."""
    file = sqlite_file(settings.database)
    folders = [
        settings.data,
        *([file.parent] if file else []),
        *([settings.backups] if settings.backups else []),
    ]
    disks = {folder.stat().st_dev: folder for folder in reversed(folders) if folder.is_dir()}
    return [_disk(folder, database_bytes) for folder in reversed(disks.values())]


def _disk(folder: Path, database_bytes: int) -> Check:
    disk = shutil.disk_usage(folder)
    values: Values = {"folder": str(folder.absolute()), "free_bytes": disk.free, "total_bytes": disk.total}
    level = Level.CRITICAL if disk.free < LEAST_FREE else Level.OK
    if not level and disk.free < max(ROOM_FREE, 2 * database_bytes):
        level = Level.WARNING
    todo = N_("Make room: old backups, logs. A full disk stops pushes; phones keep what is theirs.")
    return Check("disk", level, N_("%(free_bytes)s of %(total_bytes)s left where %(folder)s is."), values, todo if level else "")  # fmt: skip


def check_keys(settings: Settings, *, has_begun: bool) -> Check:
    """Whether the keys are there and can be read. Who else may read them is asked elsewhere.

    Before a server `has_begun` there need be none: its first start makes those that nothing needed so far.
    """
    values: Values = {
        "sealing": len(list_numbered(settings.sealing)),
        "log": len(list_numbered(settings.head_keys)),
    }
    orders = settings.sealing / "orders.pem"
    for key in [*list_numbered(settings.sealing), *list_numbered(settings.head_keys), orders]:
        try:
            if key.exists():
                read_key(key)
        except KeyUnreadable:
            message = N_("%(file)s cannot be read by this user, or is no file.")
            todo = N_("See what it is and whose: ls -l %(file)s. It must belong to whoever runs Hånd.")
            return Check("keys", Level.CRITICAL, message, {**values, "file": str(key)}, todo)
        except KeyTrouble:
            message = N_("%(file)s is damaged, or is no key of Hånd's.")
            return Check("keys", Level.CRITICAL, message, {**values, "file": str(key)}, PUT_BACK)
    if not (has_begun or values["sealing"] or values["log"]):
        return Check("keys", Level.OK, N_("There are none yet: the first start makes them."), values)
    missing = [
        str(place)
        for place, is_there in (
            (settings.sealing / "0001.pem", values["sealing"]),
            (orders, orders.is_file()),
            (settings.head_keys / "0001.pem", values["log"] or not settings.heads.exists()),
        )
        if not is_there
    ]
    if missing:
        message = N_("Keys are missing: %(missing)s.")
        return Check("keys", Level.CRITICAL, message, {**values, "missing": ", ".join(missing)}, PUT_BACK)
    return Check("keys", Level.OK, N_("To seal to %(sealing)d, for the access log %(log)d, for orders 1. They do not run out."), values)  # fmt: skip


def check_certificate(file: Path | None, now: datetime, host: str = "") -> list[Check]:
    """When the proxy's certificate runs out, and whether it is the host's; nothing where none was named."""
    if file is None:
        return []
    from cryptography import x509  # loaded where there is one: it takes longer than all the rest of a look

    try:
        first = x509.load_pem_x509_certificates(file.read_bytes())[0]
    except (OSError, ValueError, IndexError):
        message = N_("%(file)s cannot be read, or is no certificate.")
        return [Check("certificate", Level.CRITICAL, message, {"file": str(file)}, N_("Is HAAND_CERTIFICATE right, and may the user haand read it?"))]  # fmt: skip
    left = first.not_valid_after_utc - now
    level = Level.CRITICAL if left < ENDS_NOW else Level.WARNING if left < ENDS_SOON else Level.OK
    values: dict[str, str | int | None] = {
        "ends_at": to_text(first.not_valid_after_utc), "days": left.days, "file": str(file),
    }  # fmt: skip
    todo = N_("Renew it, and let the proxy read it: phones that cannot trust it send nothing.")
    if left < timedelta(0):
        return [Check("certificate", level, N_("It ran out %(ends_at)s."), values, todo)]
    names = _names_of(first)
    if level < Level.CRITICAL and host and names and not any(_is_for(name, host) for name in names):
        message = N_("It is for %(names)s, and not for %(host)s. Ends %(ends_at)s, in %(days)d days.")
        values |= {"names": ", ".join(names[:NAMED]), "host": host}
        return [Check("certificate", Level.WARNING, message, values, N_("Is HAAND_CERTIFICATE the one that the proxy shows?"))]  # fmt: skip
    return [
        Check("certificate", level, N_("Ends %(ends_at)s, in %(days)d days."), values, todo if level else "")
    ]


def _names_of(certificate: "x509.Certificate") -> list[str]:
    from cryptography import x509

    with suppress(x509.ExtensionNotFound):
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        return [name.casefold() for name in names.get_values_for_type(x509.DNSName)]
    return []


def _is_for(name: str, host: str) -> bool:
    """Whether a certificate's name is a host's; a star stands for its first part (RFC 6125, 6.4.3)."""
    return name == host or (name.startswith("*.") and host.partition(".")[2] == name[2:])


def check_single_sign_on(settings: Settings) -> list[Check]:
    """Whose it is; when its secret runs out only the provider knows."""
    if not settings.oidc_issuer:
        return []
    message = N_("With %(issuer)s. When its secret runs out only the provider knows.")
    return [Check("single_sign_on", Level.OK, message, {"issuer": settings.oidc_issuer})]
