"""Knows every way in which a change, or a push, is not taken as it came; in which words, and with which status."""

from pwa.problems import NotAChoice, NotHandled, NothingWritten, Problem, TooLong
from pwa.words import N_


class NotUnderstood(Problem):
    """The change is of a kind, a version or a form that we do not know. Kept for somebody to look at."""

    status = 422
    title = N_("Not understood")
    message = N_("The app did not understand this. Your words are kept, and an organiser looks at it.")
    message_to_others = N_("The app did not understand this.")
    fate = "held"


class CannotOpen(Problem):
    """The change came sealed, and none of our keys opens it. Kept as it came."""

    status = 422
    title = N_("Cannot be opened")
    message = N_("The server could not open this. It is kept as it came, and an organiser looks at it.")
    message_to_others = N_("The server could not open this. It is kept as it came.")
    fate = "held"


class PhoneShutOut(Problem):
    """The change came from a phone that somebody has shut out. Kept, and not judged."""

    status = 422
    title = N_("The phone is shut out")
    message = N_("This phone has been shut out. What it sent is kept, and an organiser looks at it.")
    message_to_others = N_("It came from a phone that has been shut out.")
    fate = "held"


class AccessEnded(Problem):
    """The change was done before, and came when its sender had no role for it any more. Kept, and not judged."""

    status = 422
    title = N_("The access had ended")
    message = N_("It arrived after the access had ended. Every word is kept, and the leader looks at it.")
    message_to_others = N_("It arrived after the access had ended.")
    fate = "held"


class SignInEnded(Problem):
    """The change came long after the phone's sign-in was over. Kept, and not judged."""

    status = 422
    title = N_("Nobody was signed in")
    message = N_(
        "It arrived when nobody was signed in on the phone. Every word is kept, and the leader looks at it."
    )
    message_to_others = N_("It arrived when its carer was not signed in on the phone.")
    fate = "held"
    next_step = "retry"


class UnknownVisit(Problem):
    """No visit has this id. Stands in the log of changes; whoever sent it is told NotYourTeam."""

    status = 404
    title = N_("Unknown visit")
    message = N_("The visit is not in the plan.")
    next_step = "retry"


class NotANumber(Problem):
    """What was typed is no number, or could be two."""

    status = 422
    title = N_("Not a number")
    message = N_("This is not a number. Write it with digits, such as 37,5 or 1500.")


class NotATime(Problem):
    """What was chosen is no day, time or moment."""

    status = 422
    title = N_("Not a time")
    message = N_("This is not a day or a time. Choose it once more.")


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
    message_to_others = N_("The note that was corrected is not at this visit.")
    next_step = "retry"


class UnknownEvent(Problem):
    """The visit has no such event that its sender has reported."""

    status = 404
    title = N_("Unknown event")
    message = N_("The event that you described is not at this visit.")
    message_to_others = N_("The event that was described is not at this visit.")
    next_step = "retry"


class NotYourTeam(Problem):
    """The visit belongs to a team outside the person's scope, or there is none: to the sender these are one."""

    status = 404
    title = N_("Not your team")
    message = N_("The visit is not in the team's plan.")
    message_to_others = N_("The visit belongs to another team than its carer's.")
    next_step = "retry"


class NotYourTask(Problem):
    """Only a carer changes what happened at a visit."""

    status = 403
    title = N_("Not your task")
    message = N_("Only carers can do this.")


class TooMuchAtVisit(Problem):
    """More is written at this visit than a visit's page can show, or by one person in a day than anybody writes."""

    status = 429
    title = N_("Too much at one visit")
    message = N_("Very much is written at this visit today. Your words are kept. Try again tomorrow.")
    message_to_others = N_("More was written at the visit in a day than it takes.")
    next_step = "retry"


class ClockWrong(Problem):
    """The change says that it happens in the future. Nothing is held for that any more; what was, is told so."""

    status = 422
    title = N_("The clock is wrong")
    message = N_("The phone's clock is wrong. Set the clock, then send again.")
    message_to_others = N_("The phone's clock was wrong.")
    fate = "held"
    next_step = "retry"


class IdUsedTwice(Problem):
    """The same id came with other content. The first stands; this one is kept beside it."""

    status = 409
    title = N_("Sent twice with different content")
    message = N_("This came twice with different content. The first one counts, and both are kept.")
    fate = "held"


class PhoneBoundToAnother(Problem):
    """The phone's id belongs to another person."""

    status = 403
    title = N_("The phone belongs to another")
    message = N_("This phone's app belongs to another person.")


class TooManyChanges(Problem):
    """More than 500 changes in one push."""

    status = 413
    title = N_("Too many changes at once")
    message = N_("Too many changes were sent at once.")


class TooMuchLately(Problem):
    """Somebody has sent more in a short time than anybody does. Nothing of this push has happened; it is sent again later."""

    status = 429
    title = N_("Too much in a short time")
    message = N_(
        "More was sent in a short time than the server takes. Nothing is lost: it is sent again later."
    )
    next_step = "retry"

    def __init__(self, seconds: int = 60) -> None:
        super().__init__(self.message)
        self.retry_after = seconds


# Of a page ----------------------------------------------------------------------------------------------


class OfAnotherDay(Problem):
    """A visit is started from a page that did not say of which day it is. Nothing is stored; it is asked."""

    status = 409
    message = N_(
        "This visit is of another day. The day stands on the button: tap again if you mean that visit."
    )


OF_A_CHANGE: dict[str, type[Problem]] = {
    kind.__name__: kind
    for kind in (
        NotUnderstood, CannotOpen, PhoneShutOut, AccessEnded, SignInEnded, NotAChoice, NothingWritten, TooLong, UnknownVisit, UnknownStep, UnknownNote, UnknownEvent,
        NotYourTeam, NotYourTask, TooMuchAtVisit, ClockWrong, IdUsedTwice, NotHandled,
    )
}  # fmt: skip
"""The problem that a stored fate names."""


def public_code(problem: str | None) -> str | None:
    """What a sender is told of a stored fate's problem: no refusal says which visits other teams have.

    >>> public_code("UnknownVisit"), public_code("TooLong")
    ('NotYourTeam', 'TooLong')
    """
    return NotYourTeam.__name__ if problem == UnknownVisit.__name__ else problem
