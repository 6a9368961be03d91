"""Knows when phones' own headers do not arrive; knows nothing of what they say.

A phone of today shows `Haand-Phone` with every sync. Where something in front drops what begins with `Haand-`, no phone proves
which one it is and no sign-in is bound to a vault: its cookie alone opens its pages, and nobody would notice.
"""

from datetime import datetime, timedelta

from pwa.logs import log

TELL_AGAIN = timedelta(hours=1)


class HeaderWatch:
    """Whether what comes from today's app lacks what that always sends. Said in the log, at most once an hour."""

    def __init__(self) -> None:
        self._lacking = 0
        self._told_at: datetime | None = None

    def note(self, *, is_todays: bool, has_own: bool, now: datetime) -> None:
        """A sync came: of the app that this server gives out, or of another; with the phone's own headers, or without."""
        if has_own or not is_todays:
            return
        self._lacking += 1
        if self._told_at and abs(now - self._told_at) < TELL_AGAIN:
            return
        log.error("phones' own headers do not arrive: see docs/running/proxies.md", count=self._lacking)
        self._told_at, self._lacking = now, 0
