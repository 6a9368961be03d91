"""Knows how a log line looks and which keys it may hold; knows nothing about what happened.

No line holds a person's words, a name or a change's arguments (CONTRIBUTING.md): a key that is not
listed here is dropped, an exception is its class and its place, and a library's line is its template with nothing
but numbers in it.
"""

import logging
import sys
import traceback
from types import TracebackType
from typing import cast

import structlog
from structlog.typing import EventDict, FilteringBoundLogger, WrappedLogger

KEYS = frozenset(
    (
        *("event", "level", "timestamp", "logger", "problem", "where"),
        *("method", "route", "status", "milliseconds", "bytes"),
        *("change", "row", "visit", "phone", "new_phone", "person", "sign_in", "by", "how"),
        *("fate", "count", "file", "port", "build", "checklist", "version"),
    )
)

log = cast(FilteringBoundLogger, structlog.get_logger())


def drop_unlisted(_: WrappedLogger, __: str, line: EventDict) -> EventDict:
    """Keep the keys that are listed; values are ids, numbers and our own constants."""
    return {key: value for key, value in line.items() if key in KEYS}


def what_and_where(problem: BaseException) -> dict[str, str]:
    """An exception without its message, which may hold words: its class, and the line that raised it."""
    frames = traceback.extract_tb(cast(TracebackType, problem.__traceback__))
    place = f"{frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}" if frames else "nowhere"
    return {"problem": type(problem).__name__, "where": place}


def with_numbers(template: str, values: object) -> str:
    """A library's line: its numbers are filled in, whatever else it wants to say may be a person's words.

    >>> with_numbers("Cancel %s running task(s), %s", (2, "Anna")), with_numbers("100 %", ())
    ('Cancel 2 running task(s), …', '100 %')
    """
    given = values if isinstance(values, tuple) else (values,)
    try:
        return template % tuple(each if isinstance(each, int | float) else "…" for each in given)
    except (TypeError, ValueError, KeyError):
        return template if not given else "library"


class FromLibraries(logging.Handler):
    """Lines of uvicorn and others, as ours. Only uvicorn's templates are known to be free of words."""

    def emit(self, record: logging.LogRecord) -> None:
        is_known = record.name.startswith("uvicorn") and not record.exc_info
        event = with_numbers(str(record.msg), record.args or ()) if is_known else "library"
        fault = record.exc_info[1] if record.exc_info else None
        log.log(record.levelno, event, logger=record.name, **(what_and_where(fault) if fault else {}))


def set_up_logs(level: str) -> None:
    """Send every log line, ours and the libraries', to standard error as one JSON object per line."""
    number = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            drop_unlisted,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(handlers=[FromLibraries()], level=max(number, logging.WARNING), force=True)
