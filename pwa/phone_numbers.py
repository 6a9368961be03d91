"""Knows how people write a phone number, what a phone dials for it, and what is a CPR number instead; not whose it is."""

import re

# Day (60 is added to a replacement number's) and month, two digits of year, four more. The rest of the number
# proves nothing: control digits were given up in 2007.
CPR = r"(?:0[1-9]|[12]\d|3[01]|6[1-9]|[78]\d|9[01])(?:0[1-9]|1[0-2])\d\d"
LOOKS_LIKE_CPR = re.compile(rf"(?<!\d){CPR}(?: ?[-–] ?|[. ])?\d{{4}}(?!\d)")

FEWEST, MOST = 3, 15  # digits: 112, and the most that there are in the world

NUMBER = re.compile(
    r"[^\d+(]*"  # "Mobil:"
    r"(?P<number>(?:\(?\+)?[\d ().\-–]*\d)\)?"
    r"(?:[ ,;]*(?:lokalnummer|lokal|lok|ext)[. :]*\d{1,6})?"
    r"[^\d]*",
    re.IGNORECASE | re.ASCII,
)


def dialled(written: str) -> str | None:
    """What a `tel:` link holds for a number as it was written; None if that is not one number.

    Whoever answers is asked for the extension: it stays in what is shown.

    >>> dialled("(+45) 12 34 56-78"), dialled("0045 12345678"), dialled("Mobil 12 34 56 78, lok. 12")
    ('+4512345678', '+4512345678', '12345678')
    >>> dialled("12345678 / 87654321"), dialled("ring til Lis"), dialled("12")
    (None, None, None)
    """
    found = NUMBER.fullmatch(written.strip())
    if found is None:
        return None
    number = found["number"]
    digits = re.sub("[^0-9]", "", number)
    if "+" in number:
        sign = "+"
    elif digits.startswith("00"):
        sign, digits = "+", digits[2:]
    else:
        sign = ""
    return f"{sign}{digits}" if FEWEST <= len(digits) <= MOST else None
