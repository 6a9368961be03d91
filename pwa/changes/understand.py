"""Knows how to tell whether a change has the form that its description says; knows no database."""

from collections.abc import Mapping

from pwa.changes.described import DESCRIBED, Described
from pwa.changes.kept import LARGEST
from pwa.changes.sealed import is_sealed
from pwa.changes.versions import translate
from pwa.problems import CannotOpen, NotUnderstood
from pwa.words import Change, is_id, to_moment

FIELDS = frozenset({"id", "n", "name", "v", "at", "seen", "args"})


def check_described(raw: object, described: Mapping[str, Described] = DESCRIBED) -> Change:
    """The change with its arguments as today's form has them.

    Raises NotUnderstood for an unknown name, a newer version or any other form; CannotOpen for what is still sealed;
    NotAChoice, NothingWritten or TooLong for what can be understood but not accepted.
    """
    if isinstance(raw, dict) and is_sealed(raw):
        raise CannotOpen
    if not isinstance(raw, dict) or raw.keys() != FIELDS:
        raise NotUnderstood
    name, v, args = raw["name"], raw["v"], raw["args"]
    if (
        not isinstance(name, str)
        or name not in described
        or not is_id(raw["id"])
        or not isinstance(args, dict)
    ):
        raise NotUnderstood
    if not is_count(v) or not 1 <= v <= described[name].v:
        raise NotUnderstood
    if not is_count(raw["n"]) or not is_count(raw["seen"]):
        raise NotUnderstood
    check_time(raw["at"])
    today = described[name].check(translate(name, v, described[name].v, args))
    return Change(raw["id"], raw["n"], name, v, raw["at"], raw["seen"], today)


def is_count(value: object) -> bool:
    """Whether this is a whole number from 0 that a phone can count to."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST


def check_time(at: object) -> None:
    """Raise NotUnderstood for what is not a time as we write it."""
    try:
        to_moment(at if isinstance(at, str) else "")
    except ValueError:
        raise NotUnderstood from None
