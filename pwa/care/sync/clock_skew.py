"""Knows how far a phone's clock is off; knows nothing of what happened by it."""

from datetime import datetime, timedelta

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
