"""Knows which row of the log a judged change becomes; knows nothing of how it was judged."""

from pwa.care.documents.visit_rows import VisitRows
from pwa.care.queries.change_log import Logged
from pwa.care.sync.log_record import LogRecord
from pwa.care.sync.submission import Batch, Sender, Submission
from pwa.documents.queries import EVERYBODY
from pwa.words import Fate


def row_of_log(
    batch: Batch,
    submission: Submission,
    record: LogRecord,
    fate: Fate,
    at: str | None,
    visit: VisitRows | None,
) -> Logged:
    """The change, whose it was, where it came from, and what became of it."""
    sender = submission.sender
    repeats = submission.retries.get(record.id, "")
    first_try = batch.first_tries.get((sender.person.id, repeats)) if record.id and repeats else None
    return Logged(
        visit.key[0] if visit else _team_of(batch, sender, record),
        record.id,
        record.digest,
        sender.person.id,
        sender.phone_id,
        record.n,
        record.name,
        at,
        sender.received_at,
        record.visit_id,
        record.sent,
        record.words,
        fate.fate,
        fate.problem,
        None if first_try == record.id else first_try,
    )


def _team_of(batch: Batch, sender: Sender, record: LogRecord) -> str:
    """Where the log keeps it: with its visit, else with the sender's first or last team, else with everybody."""
    of_visit = [visit.key[0] for visit in batch.visits.get(record.visit_id or "", [])]
    of_sender = sorted(role.team_id for role in sender.person.roles)
    of_past = [sender.home_team_id] if sender.home_team_id else []
    return next(iter([*of_visit, *of_sender, *of_past, EVERYBODY]))
