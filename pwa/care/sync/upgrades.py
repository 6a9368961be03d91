"""Knows how to read changes of older apps; knows nothing of today's apps (sync.md, law 15).

When a change gets a new form: raise its `v` in changes.json, and add here how the arguments of the form
before become the new one's. Forms stay for at least a year after the last phone has sent one.
"""

from collections.abc import Callable, Mapping

from pwa.care.problems import NotUnderstood

Translate = Callable[[dict[str, object]], dict[str, object]]

OLDER: Mapping[tuple[str, int], Translate] = {}
"""(name, v) -> the arguments of version v as version v + 1 has them."""


def translate(
    name: str,
    v: int,
    newest: int,
    args: dict[str, object],
    older: Mapping[tuple[str, int], Translate] = OLDER,
) -> dict[str, object]:
    """The arguments as the newest version has them; raises NotUnderstood if nobody knows that version any more."""
    for version in range(v, newest):
        if (name, version) not in older:
            raise NotUnderstood
        args = older[name, version](args)
    return args
