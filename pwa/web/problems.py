"""Knows every way in which a request cannot be read, whatever it is about; in which words, and with which status."""

from pwa.problems import Problem
from pwa.words import N_


class CrossSite(Problem):
    """Another site made the request."""

    status = 403
    title = N_("Another page asked")
    message = N_("The request came from another page and was not carried out.")


class WrongHost(Problem):
    """The Host header is missing, is there twice, is none, or is another's name."""

    status = 400
    title = N_("Wrong address")
    message = N_(
        "This address is not the one that is served here. Open Hånd at the address that you were given."
    )


class NotAllowedMethod(Problem):
    """The address is there, but not for this method."""

    status = 405
    title = N_("Not possible here")
    message = N_("This cannot be done at this address.")


class TooLarge(Problem):
    """The body is larger than 1 MB, as sent or unpacked."""

    status = 413
    title = N_("Too much at once")
    message = N_("Too much was sent at once.")


class BrokenBody(Problem):
    """The body is not what it says that it is, or the request is none."""

    status = 400
    title = N_("Broken on the way")
    message = N_("What was sent was broken on the way.")


class NotAsDescribed(Problem):
    """The request has not the form that /openapi.json describes."""

    status = 422
    title = N_("Not as described")
    message = N_("What was sent does not have the right form.")
