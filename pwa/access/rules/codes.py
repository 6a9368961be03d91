"""Knows codes of digits: how they are made, written, read aloud and kept; knows nothing of what they open.

Digits, because everybody reads them aloud the same way, and a phone has large keys for them.
"""

import hmac
import secrets
from hashlib import sha256

OF_INVITATION = 12
"""Digits: guessed only with luck within the quarter of an hour that it holds, see throttle.LIMITS."""
OF_RECOVERY = 20
"""Digits, 66 bits."""
SECRET = "codes"
"""What the installation's secret for codes is called, see OrderKey.secret_for."""
IN_A_GROUP = 4


def new_code(length: int) -> str:
    """A code that nobody can foresee."""
    return "".join(secrets.choice("0123456789") for _ in range(length))


def code_of(secret: bytes, invitation_id: str) -> str:
    """The code of an invitation: whoever has the installation's secret can say it again as long as it lasts, and nobody else.

    >>> len(code_of(b"secret", "an id"))
    12
    """
    drawn = int.from_bytes(hmac.digest(secret, f"code of {invitation_id}".encode(), "sha256"))
    return str(drawn % 10**OF_INVITATION).zfill(OF_INVITATION)


def in_groups(code: str) -> str:
    """A code as it is shown.

    >>> in_groups("418827309512")
    '4188 2730 9512'
    """
    return " ".join(code[first : first + IN_A_GROUP] for first in range(0, len(code), IN_A_GROUP))


def digits_of(written: str) -> str:
    """A code as somebody typed it, with spaces and hyphens.

    >>> digits_of(" 4188-2730 9512")
    '418827309512'
    """
    return "".join(sign for sign in written if sign in "0123456789")


def hash_of_code(secret: bytes, code: str) -> str:
    """What the database keeps of a code: HMAC-SHA256, hex, with a secret that is not in the database.

    Whoever steals the database alone cannot try out what the code was.
    """
    return hmac.digest(secret, code.encode(), "sha256").hex()


def hash_of_before(code: str) -> str:
    """What was kept of a code before there was a secret. Such a code of recovery works until it is used or replaced."""
    return sha256(b"haand code " + code.encode()).hexdigest()
