"""Knows every way in which a client is given up; in which words, and with which status."""

from pwa.problems import Problem
from pwa.words import N_


class TooSlow(Problem):
    """A request's header or body did not come for a while (slow_clients.py)."""

    status = 408
    title = N_("Too slow")
    message = N_("Nothing came for a while. Go back and try again.")
    next_step = "retry"


class HeaderTooLarge(Problem):
    """More than 64 kB that are no body, or more than a hundred headers."""

    status = 431
    title = N_("Too much at once")
    message = N_("Too much was sent at once.")


class TooManyConnections(Problem):
    """More clients at a time than the server is set up for."""

    status = 503
    title = N_("Not available right now")
    message = N_("Many are here right now. Go back and try again in a moment.")
    retry_after = 10
