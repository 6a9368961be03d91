"""Knows every way we say no, and in which words; knows nothing about who asked for what.

A class's name is the code. Messages are English message ids: whoever answers a person translates them.
"""

from typing import ClassVar, Literal

from pwa.words import N_, FateName


class Problem(Exception):
    """A no with words. `fate` is what becomes of a change; `next_step` is what its carer can do about it."""

    status: ClassVar[int] = 400
    title: ClassVar[str] = N_("It did not work")
    message: ClassVar[str] = N_("It did not work.")
    fate: ClassVar[FateName] = "refused"
    next_step: ClassVar[Literal["retry", "read"]] = "read"
    retry_after: ClassVar[int | None] = None
    """Seconds until it is worth trying again, or None."""

    @property
    def code(self) -> str:
        """The problem's name for programs."""
        return type(self).__name__


# Of one change ------------------------------------------------------------------------------------------


class NotUnderstood(Problem):
    """The change is of a kind, a version or a form that we do not know. Kept for somebody to look at."""

    status = 422
    title = N_("Not understood")
    message = N_("The app did not understand this. Your words are kept, and an organiser looks at it.")
    fate = "held"


class CannotOpen(Problem):
    """The change came sealed, and none of our keys opens it. Kept as it came."""

    status = 422
    title = N_("Cannot be opened")
    message = N_("The server could not open this. It is kept as it came, and an organiser looks at it.")
    fate = "held"


class PhoneShutOut(Problem):
    """The change came from a phone that somebody has shut out. Kept, and not judged."""

    status = 422
    title = N_("The phone is shut out")
    message = N_("This phone has been shut out. What it sent is kept, and an organiser looks at it.")
    fate = "held"


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
    message = N_("The text is too long. It is kept. Write a shorter one.")


class UnknownVisit(Problem):
    """No visit has this id. Stands in the log of changes; whoever sent it is told NotYourTeam."""

    status = 404
    title = N_("Unknown visit")
    message = N_("The visit is not in the plan.")
    next_step = "retry"


class UnknownStep(Problem):
    """The visit has no such step."""

    status = 404
    title = N_("Unknown step")
    message = N_("The step is not on the visit's checklist.")
    next_step = "retry"


class UnknownNote(Problem):
    """The visit has no such note to correct."""

    status = 404
    title = N_("Unknown note")
    message = N_("The note that you corrected is not at this visit.")
    next_step = "retry"


class NotYourTeam(Problem):
    """The visit belongs to a team outside the person's scope, or there is none: to the sender these are one."""

    status = 404
    title = N_("Not your team")
    message = N_("The visit is not in the team's plan.")
    next_step = "retry"


class NotYourTask(Problem):
    """Only a carer changes what happened at a visit."""

    status = 403
    title = N_("Not your task")
    message = N_("Only carers can do this.")


class ClockWrong(Problem):
    """The change says that it happens in the future."""

    status = 422
    title = N_("The clock is wrong")
    message = N_("The phone's clock is wrong. Set the clock, then send again.")
    fate = "held"
    next_step = "retry"


class IdUsedTwice(Problem):
    """The same id came with other content. The first stands; this one is kept beside it."""

    status = 409
    title = N_("Sent twice with different content")
    message = N_("This came twice with different content. The first one counts, and both are kept.")
    fate = "held"


class NotHandled(Problem):
    """Our own mistake while the change was applied."""

    status = 500
    title = N_("Our mistake")
    message = N_("Something went wrong on the server. Your words are kept.")
    fate = "held"
    next_step = "retry"


# Of a whole request -------------------------------------------------------------------------------------


class NotSignedIn(Problem):
    """Nobody is signed in, or the sign-in has ended."""

    status = 401
    title = N_("Not signed in")
    message = N_("Sign in to go on. What you have written is kept on the phone.")


class NotLetIn(Problem):
    """A passkey, a challenge or a code does not hold. Which of them, and why, is said to nobody."""

    status = 403
    title = N_("You were not let in")
    message = N_("It did not work. Try again, or ask your leader for a new code.")
    next_step = "retry"


class CodeDoesNotWork(Problem):
    """A code that nobody made, that was used, that is too old, or whose person may not be here any more."""

    status = 404
    title = N_("The code does not work")
    message = N_("The code does not work. It is wrong, used or too old. Ask for a new one.")
    next_step = "retry"


class NumberTaken(Problem):
    """Somebody else has this employee number."""

    status = 409
    title = N_("The number is taken")
    message = N_("Somebody has this employee number already. Find that person in the list.")


class NoRole(Problem):
    """Nobody is let in who may do nothing here today."""

    status = 409
    title = N_("No role today")
    message = N_("This person has no role today. Give one first, then make a code.")


class NotConfirmed(Problem):
    """What decides who gets in is changed only by somebody whom a passkey, or the provider, has just vouched for."""

    status = 403
    title = N_("Show that it is you")
    message = N_("Show first that it is you. Then try again.")
    next_step = "retry"


class TooManyTries(Problem):
    """Somebody at this address has tried too often."""

    status = 429
    title = N_("Too many tries")
    message = N_("It was tried too many times. Wait a quarter of an hour, then try again.")
    next_step = "retry"
    retry_after = 900


class KeyMaterialSent(Problem):
    """A passkey's answer came with an output that keys are made of. It is thrown away, and nobody is let in."""

    status = 422
    title = N_("Too much was sent")
    message = N_("The app sent something that must stay on the phone. Nothing of it is kept. Update the app.")


class LastPasskey(Problem):
    """Without this passkey its owner could not get in any more."""

    status = 409
    title = N_("Your only passkey")
    message = N_("This is your only passkey, and you have no recovery codes. Make one of them first.")


class NoAccessHere(Problem):
    """The provider says who it is, and nobody here has let that person in."""

    status = 403
    title = N_("You have no access here")
    message = N_("You have no access here. Ask your leader. If you have a passkey, use that.")


class ProviderSaidNo(Problem):
    """Somebody stopped on the way, or the provider did not let them through."""

    status = 403
    title = N_("You were not let in")
    message = N_("You stopped on the way, or you were not let through there. Try again.")
    next_step = "retry"


class ProviderSilent(Problem):
    """The provider does not answer, or not as one does."""

    status = 503
    title = N_("No answer from there")
    message = N_(
        "The sign-in that you come from does not answer right now. Try again soon, or use your passkey."
    )
    next_step = "retry"
    retry_after = 30


class WordDoesNotHold(Problem):
    """What the provider gave does not hold. Why is said in the log only."""

    status = 403
    title = N_("You were not let in")
    message = N_("What came back did not hold. Try again. If it stays so, tell your leader.")
    next_step = "retry"


class BegunElsewhere(Problem):
    """An answer to a question that this browser did not ask, asked too long ago, or has had answered."""

    status = 403
    title = N_("It took too long")
    message = N_(
        "This sign-in was begun too long ago, was used already, or was begun in another place. Begin again."
    )
    next_step = "retry"


class LinkedToSomebodyElse(Problem):
    """Somebody else here is known by this account of the provider's."""

    status = 409
    title = N_("Somebody else's")
    message = N_("Somebody else here signs in with this account. Tell your leader.")


class PhoneBoundToAnother(Problem):
    """The phone's id belongs to another person."""

    status = 403
    title = N_("The phone belongs to another")
    message = N_("This phone's app belongs to another person.")


class CrossSite(Problem):
    """Another site made the request."""

    status = 403
    title = N_("Another page asked")
    message = N_("The request came from another page and was not carried out.")


class NotFound(Problem):
    """There is nothing here, or nothing that this person may see."""

    status = 404
    title = N_("Not found")
    message = N_("There is nothing here that you can see.")


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


class TooManyChanges(Problem):
    """More than 500 changes in one push."""

    status = 413
    title = N_("Too many changes at once")
    message = N_("Too many changes were sent at once.")


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


class Unavailable(Problem):
    """The disk is full or fails, or the database is busy. Everything can be sent again."""

    status = 503
    title = N_("Not available right now")
    message = N_("The server cannot save right now. What you have written is kept on the phone.")
    retry_after = 30


class TooSlow(Problem):
    """A request's header or body did not come for a while (slow_clients.py)."""

    status = 408
    title = N_("Too slow")
    message = N_("Nothing came for a while. What you have written is kept on the phone.")
    next_step = "retry"


class HeaderTooLarge(Problem):
    """More than 64 kB that are no body."""

    status = 431
    title = N_("Too much at once")
    message = N_("Too much was sent at once.")


class TooManyConnections(Problem):
    """More clients at a time than the server is set up for."""

    status = 503
    title = N_("Not available right now")
    message = N_("Many are here right now. What you have written is kept on the phone.")
    retry_after = 10


# Of a photo ---------------------------------------------------------------------------------------------


class WrongOffset(Problem):
    """A part of an upload is not the next one; `offset` says where that begins."""

    status = 409
    title = N_("Not the next part")
    message = N_("This part of the photo is not the next one. The phone sends the right one.")
    next_step = "retry"

    def __init__(self, offset: int) -> None:
        super().__init__()
        self.offset = offset


class NotSameContent(Problem):
    """What came has not the SHA-256 that is its name. The upload is thrown away."""

    status = 422
    title = N_("Broken on the way")
    message = N_("The photo was broken on the way. The phone sends it again.")
    next_step = "retry"


class NotAPhoto(Problem):
    """Not a JPEG, PNG or WebP picture, whatever it is called; or one that cannot be decoded."""

    status = 415
    title = N_("Not a photo")
    message = N_("This is not a photo that we can read. Use JPEG, PNG or WebP.")


class PhotoTooLarge(Problem):
    """More than 15 MB."""

    status = 413
    title = N_("The photo is too large")
    message = N_("The photo is too large. It may fill 15 MB.")


class TooManyPixels(Problem):
    """More pixels than we decode (50 million, or 20 in PNG and WebP), or a small file that says so."""

    status = 413
    title = N_("The photo has too many pixels")
    message = N_("The photo has too many pixels. Choose a smaller size in the camera.")


class TooManyUploads(Problem):
    """One person has more unfinished uploads, or more bytes of them, than we keep."""

    status = 429
    title = N_("Too many photos at once")
    message = N_("Too many photos wait to be sent. The rest is sent when they are.")
    next_step = "retry"
    retry_after = 60


OF_A_CHANGE: dict[str, type[Problem]] = {
    kind.__name__: kind
    for kind in (
        NotUnderstood, CannotOpen, PhoneShutOut, NotAChoice, NothingWritten, TooLong, UnknownVisit, UnknownStep, UnknownNote,
        NotYourTeam, NotYourTask, ClockWrong, IdUsedTwice, NotHandled,
    )
}  # fmt: skip
"""The problem that a stored fate names."""


def public_code(problem: str | None) -> str | None:
    """What a sender is told of a stored fate's problem: no refusal says which visits other teams have.

    >>> public_code("UnknownVisit"), public_code("TooLong")
    ('NotYourTeam', 'TooLong')
    """
    return NotYourTeam.__name__ if problem == UnknownVisit.__name__ else problem
