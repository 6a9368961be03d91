"""Knows what a no is, and those that any wing can say; the others stand in the wing whose they are.

A class's name is the code. Messages are English message ids: whoever answers a person translates them.
"""

from typing import ClassVar, Literal

from pwa.words import N_, FateName


class Problem(Exception):
    """A no with words. `fate` is what becomes of a change; `next_step` is what its carer can do about it.

    `message` is for whoever did it; `message_to_others` for those who look at it, where that is not the same.
    """

    status: ClassVar[int] = 400
    title: ClassVar[str] = N_("It did not work")
    message: ClassVar[str] = N_("It did not work.")
    message_to_others: ClassVar[str] = ""
    fate: ClassVar[FateName] = "refused"
    next_step: ClassVar[Literal["retry", "read"]] = "read"
    retry_after: int | None = None
    """Seconds until it is worth trying again, or None."""

    @property
    def code(self) -> str:
        """The problem's name for programs."""
        return type(self).__name__


# Of one change ------------------------------------------------------------------------------------------


class NotAChoice(Problem):
    """The answer, kind or language is not among the choices."""

    status = 422
    title = N_("Not a choice")
    message = N_("The answer is not one of the choices.")
    next_step = "retry"


class NothingWritten(Problem):
    """A note of nothing but spaces."""

    status = 422
    title = N_("Nothing is written")
    message = N_("Nothing is written. Write something first.")


class TooLong(Problem):
    """A text has more code points than its field holds."""

    status = 422
    title = N_("Too long")
    message = N_("The text is too long. Make it shorter.")


class NotHandled(Problem):
    """Our own mistake while the change was applied."""

    status = 500
    title = N_("Our mistake")
    message = N_("Something went wrong on the server. Your words are kept.")
    message_to_others = N_("Something went wrong on the server.")
    fate = "held"
    next_step = "retry"


class NotSignedIn(Problem):
    """Nobody is signed in, or the sign-in has ended."""

    status = 401
    title = N_("Not signed in")
    message = N_("Sign in to go on.")


class VaultClosed(Problem):
    """The sign-in is of a phone with a vault, and the request does not show that the vault is open."""

    status = 403
    title = N_("Hånd is locked")
    message = N_("Unlock Hånd on this phone to go on.")


class NotFound(Problem):
    """There is nothing here, or nothing that this person may see."""

    status = 404
    title = N_("Not found")
    message = N_("There is nothing here that you can see.")


class Unavailable(Problem):
    """The disk is full or fails, or the database is busy. Everything can be sent again."""

    status = 503
    title = N_("Not available right now")
    message = N_("The server cannot save right now. Nothing of this was saved here. Try again in a while.")
    retry_after = 30


class NotStorable(Problem):
    """A text or a number that no database of ours holds, and that no door has turned away: a mistake of ours there."""

    status = 422
    title = N_("Cannot be saved")
    message = N_("There is something in this that cannot be saved. Nothing of it was saved here.")
