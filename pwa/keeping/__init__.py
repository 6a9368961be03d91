"""Keeping the database: a copy of it while it is in use, its place taken by a copy, and whether it is sound."""

from pwa.keeping.backup import back_up
from pwa.keeping.findings import Finding, NotDone
from pwa.keeping.restore import Restored, restore
from pwa.keeping.verify import Verified, verify, verify_access_log

__all__ = ["Finding", "NotDone", "Restored", "Verified", "back_up", "restore", "verify", "verify_access_log"]
