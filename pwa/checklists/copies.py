"""Knows a visit's own copy of a checklist's steps: the same copy, the same ids. So it need not be stored to be had."""

from collections.abc import Iterable
from hashlib import sha1
from uuid import UUID

from pwa.written import VisitStep


def own_steps(visit_id: str, steps: Iterable[VisitStep]) -> list[VisitStep]:
    """The visit's own copy of a checklist's steps: the same copy, the same ids.

    They begin as the visit's id does, which packs well. Their last twelve digits, by which they are told apart, are those
    of a UUID of version 5 (RFC 9562 §5.5) of the checklist's step in the visit's namespace.
    """
    return [
        VisitStep(
            own_id(visit_id, step.id),
            step.label,
            step.help,
            step.planned,
            None,
            step.by_itself,
        )
        for step in steps
    ]


def own_id(visit_id: str, step_id: str) -> str:
    """The id that a checklist's step has in the visit's own copy."""
    digest = sha1(UUID(visit_id).bytes + step_id.encode(), usedforsecurity=False).hexdigest()
    return visit_id[:24] + digest[20:32]
