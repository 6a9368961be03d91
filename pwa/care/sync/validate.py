"""Knows how to tell whether a change has the form that its description says; knows no database."""

from collections.abc import Mapping

from pwa.care.changes.change_schema import CHANGE_SCHEMAS, ChangeSchema
from pwa.care.problems import CannotOpen, NotUnderstood
from pwa.care.sync.unseal import is_sealed
from pwa.care.sync.upgrades import translate
from pwa.words import LARGEST, Change, is_clock, is_id

FIELDS = frozenset({"id", "n", "name", "v", "at", "seen", "args"})


def validate(raw: object, described: Mapping[str, ChangeSchema] = CHANGE_SCHEMAS) -> Change:
    """The change with its arguments as today's form has them.

    Raises NotUnderstood for an unknown name, a newer version or any other form; CannotOpen for what is still sealed;
    NotAChoice, NothingWritten or TooLong for what can be understood but not accepted.
    """
    change = raw if isinstance(raw, Change) else _with_all_fields(raw)
    known = described.get(change.name)
    if known is None or not 1 <= change.v <= known.v:
        raise NotUnderstood
    if not (is_id(change.id) and is_clock(change.at) and 0 <= change.n <= LARGEST >= change.seen >= 0):
        raise NotUnderstood
    sent: Mapping[str, object] = change.args
    if change.v != known.v:
        sent = translate(change.name, change.v, known.v, dict(sent))
    args = known.check(sent)
    if args == change.args:
        return change
    return Change(change.id, change.n, change.name, change.v, change.at, change.seen, args)


def _with_all_fields(raw: object) -> Change:
    """What came, if it has every field of a change and no other, each of its kind; raises CannotOpen, NotUnderstood."""
    if isinstance(raw, dict) and is_sealed(raw):
        raise CannotOpen
    if not isinstance(raw, dict) or raw.keys() != FIELDS:
        raise NotUnderstood
    texts = all(isinstance(raw[name], str) for name in ("id", "name", "at"))
    counts = all(type(raw[name]) is int for name in ("n", "v", "seen"))
    if not (texts and counts and isinstance(raw["args"], dict)):
        raise NotUnderstood
    return Change(**raw)
