"""Knows every way in which somebody is not let in, or may not let in somebody else; in which words, and with which status."""

from pwa.problems import Problem
from pwa.words import N_


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


class NumberFromListOnly(Problem):
    """Whoever has an employee number gets every role that a list of employees says: only the list gives the number."""

    status = 409
    title = N_("The number comes with the list")
    message = N_(
        "An employee number comes with the list of employees only. Let the person in without a number, or wait for the list."
    )


class NumberTaken(Problem):
    """Somebody else has this employee number."""

    status = 409
    title = N_("The number is taken")
    message = N_("Somebody has this employee number already. Find that person in the list.")


class NotANumber(Problem):
    """What stands where a phone number is to be is none, or more than one."""

    status = 422
    title = N_("Not a phone number")
    message = N_("This is not one phone number. Write one with 3 to 15 digits, or leave it empty.")


class NumberIsAnother(Problem):
    """Somebody else has written a number since the page was opened: nothing is saved over it that nobody has seen."""

    status = 409
    title = N_("The number is another by now")
    message = N_(
        "Not saved: somebody has changed the number since you opened the page. Look at it, and save again if yours is right."
    )


class NoRole(Problem):
    """Nobody is let in who may do nothing here today."""

    status = 409
    title = N_("No role today")
    message = N_("This person has no role today. Give one first, then make a code.")


class AccessOver(Problem):
    """Whose passkey it is has no role in force. Only its owner is told so, and what becomes of what still waits."""

    status = 403
    title = N_("Your access has ended")
    message = N_(
        "Your access has ended. What you have not sent yet is kept, and your leader gets it from the phone. Ask your "
        "leader if you should have access."
    )


class MustBeLetInAgain(Problem):
    """A role has come that whoever let this person in could not have given. Only its owner is told so."""

    status = 403
    title = N_("You must be let in again")
    message = N_(
        "You have been given a new role. Whoever let you in could not give it, so you must be let in again. Ask for a "
        "code from somebody who may give the role. What you have written is kept."
    )


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
