"""Knows every way in which a photo is not taken; in which words, and with which status."""

from pwa.problems import Problem
from pwa.words import N_


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


class EnoughForToday(Problem):
    """One person has sent as many photos, or bytes of them, as anybody may in 24 hours. Nothing is thrown away."""

    status = 429
    title = N_("Enough photos for today")
    message = N_("No more photos can be sent today. The photo stays on the phone and is sent tomorrow.")
    next_step = "retry"
    retry_after = 3600


class NoRoomForPhotos(Problem):
    """All photos together are as large as the installation is set up for (HAAND_PHOTOS_GB). Nothing is thrown away."""

    status = 507
    title = N_("No room for more photos")
    message = N_(
        "There is no room for more photos right now. The photo stays on the phone. Tell your leader."
    )
    next_step = "retry"
    retry_after = 3600


class TooManyUploads(Problem):
    """One person has more unfinished uploads, or more bytes of them, than we keep."""

    status = 429
    title = N_("Too many photos at once")
    message = N_("Too many photos wait to be sent. The rest is sent when they are.")
    next_step = "retry"
    retry_after = 60
