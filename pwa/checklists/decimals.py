"""Knows numbers as whole multiples of 10⁻²⁰, so that both sides count the same to the last digit; knows no steps.

Up to 40 digits stand before the point and 20 after it. What is larger is no number; what has more decimals is rounded, half
away from zero. Twin: service_worker/checklists/decimals.js; both run tests/cases/checklist_numbers.json.
"""

import re

PLACES = 20
ONE: int = 10**PLACES
LARGEST = 10**40 * ONE
MOST_POWER = 100
WRITTEN = re.compile(r"-?[0-9]{1,40}(\.[0-9]{1,20})?")
TYPED = re.compile(r"-?[0-9]{1,60}([.,][0-9]{1,20}|,)?")
THOUSANDS = re.compile(r"-?[1-9][0-9]{0,2}\.[0-9]{3}")
FIRST_DIGITS = (0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xE50, 0x1040, 0x17E0, 0xFF10)
"""The zeros of the scripts whose digits are read: Arabic, Persian, N'Ko, the Indian ones, Thai, Burmese, Khmer, wide ones."""
SIGNS = {
    ord("−"): "-",
    ord("٫"): ",",
    ord("．"): ".",
    ord("，"): ",",
    0x200E: None,
    0x200F: None,
    0x61C: None,
}
ASCII = SIGNS | {zero + digit: str(digit) for zero in FIRST_DIGITS for digit in range(10)}


def read_typed(text: str) -> str | None:
    """A number as somebody types it, in the way that it is stored; None for what is no number or could be two.

    A comma and a point both stand before decimals. Three digits after a point may be meant as thousands, so that is not read.

    >>> read_typed(" ١٢,50 "), read_typed("-0"), read_typed("1.500"), read_typed("0.500")
    ('12.50', '0', None, '0.500')
    """
    typed = text.translate(ASCII).strip(" \t\n\r\u00a0\u202f")
    if not TYPED.fullmatch(typed) or THOUSANDS.fullmatch(typed):
        return None
    whole, _, decimals = typed.lstrip("-").replace(",", ".").partition(".")
    whole = whole.lstrip("0") or "0"
    written = f"{whole}.{decimals}" if decimals else whole
    sign = "-" if typed.startswith("-") and written.strip("0.") else ""
    return f"{sign}{written}" if len(whole) <= 40 else None


def to_number(text: str) -> int | None:
    """The number that was stored as "-12.50"; None for every other way of writing it."""
    if not WRITTEN.fullmatch(text):
        return None
    whole, _, decimals = text.lstrip("-").partition(".")
    number = int(whole + decimals.ljust(PLACES, "0"))
    return -number if text.startswith("-") else number


def number_text(number: int) -> str:
    """The shortest way to write a number.

    >>> number_text(to_number("-12.50"))
    '-12.5'
    """
    whole, decimals = divmod(abs(number), ONE)
    written = f"{whole}.{decimals:020}".rstrip("0").rstrip(".")
    return f"-{written}" if number < 0 else written


def within(number: int) -> int | None:
    """The number, or None when it is too large."""
    return number if abs(number) < LARGEST else None


def times(a: int, b: int) -> int | None:
    """The product, rounded."""
    return within(divided(a * b, ONE))


def over(a: int, b: int) -> int | None:
    """The quotient, rounded; None of a division by zero."""
    return within(divided(a * ONE, b)) if b else None


def whole_over(a: int, b: int) -> int | None:
    """How many whole times b is in a, towards zero; None of a division by zero."""
    if not b:
        return None
    whole = abs(a) // abs(b) * ONE
    return within(whole if (a < 0) == (b < 0) else -whole)


def rest(a: int, b: int) -> int | None:
    """What is left of a then, with the sign of a."""
    if not b:
        return None
    left = abs(a) % abs(b)
    return -left if a < 0 else left


def power(a: int, b: int) -> int | None:
    """a to a whole power from -100 to 100; None of every other."""
    exponent = b // ONE
    if b % ONE or abs(exponent) > MOST_POWER:
        return None
    if exponent == 0:
        return ONE
    if exponent > 0:
        return within(divided(a**exponent, ONE ** (exponent - 1)))
    raised = power(a, -b)
    return None if raised is None else over(ONE, raised)


def rounded(number: int, places: int) -> int:
    """The number with so many decimals, 0 to 20; half goes away from zero."""
    unit: int = 10 ** (PLACES - places)
    return divided(number, unit) * unit


def cut(number: int) -> int:
    """The number without its decimals."""
    return -(-number // ONE * ONE) if number < 0 else number // ONE * ONE


def floor(number: int) -> int:
    """The largest whole number that is not above it."""
    return number // ONE * ONE


def divided(a: int, b: int) -> int:
    """a / b as a whole number; half goes away from zero."""
    quotient = (2 * abs(a) + abs(b)) // (2 * abs(b))
    return quotient if (a < 0) == (b < 0) else -quotient
