"""Knows how far a phone's clock is off, and when it must be ours; knows nothing of what happened by it."""

from datetime import datetime, timedelta
from statistics import median_low

from pwa.logs import log
from pwa.web.problems import NotAsDescribed
from pwa.words import read_clock

ON_THE_WAY = timedelta(seconds=30)
"""A request may be this long on its way up a stairwell, which looks like a clock that is behind."""


def measure(said: str, arrived_at: datetime, known: timedelta) -> timedelta:
    """What to add to the phone's clock; raises NotAsDescribed if the phone did not say the time.

    The skew that is known (none, at first) is kept while the new one is as near as a slow network explains:
    otherwise one slow request would put what it carries after what the next one carries.
    """
    try:
        measured = arrived_at - read_clock(said)
    except ValueError:
        raise NotAsDescribed from None
    return known if abs(measured - known) <= ON_THE_WAY else measured


ENOUGH = 5
"""So many phones must have been heard lately before they are believed against us."""
LATELY = timedelta(minutes=15)
OFF = timedelta(minutes=2)
TELL_AGAIN = timedelta(hours=1)


class ClockWatch:
    """Whether the phones that are heard agree on another time than ours: then it is this machine's clock that is wrong."""

    def __init__(self) -> None:
        self._heard: dict[str, tuple[datetime, timedelta]] = {}
        self._told_at: datetime | None = None

    def note(self, person_id: str, skew: timedelta, now: datetime) -> None:
        """A person's phone was heard whose clock lacks so much to ours: whoever has many phones counts once.

        Said in the log at most once an hour.
        """
        self._heard.pop(person_id, None)
        self._heard[person_id] = (now, skew)
        # The longest unheard are first. A clock of ours that is set moves all of them out of sight at once.
        while abs(now - self._heard[first := next(iter(self._heard))][0]) > LATELY:
            del self._heard[first]
        if abs(skew) <= OFF or (self._told_at and abs(now - self._told_at) < TELL_AGAIN):
            return
        common = self.common_skew()
        if common is not None:
            self._told_at = now
            log.error(
                "the phones agree on another time: this machine's clock is wrong",
                count=len(self._heard),
                milliseconds=-common // timedelta(milliseconds=1),
            )

    def common_skew(self) -> timedelta | None:
        """How much most phones' clocks lack to ours, if that is the same and much."""
        skews = [skew for _, skew in self._heard.values()]
        if len(skews) < ENOUGH:
            return None
        common = median_low(skews)
        agreeing = sum(abs(skew - common) <= ON_THE_WAY for skew in skews)
        return common if abs(common) > OFF and agreeing * 4 >= len(skews) * 3 else None
