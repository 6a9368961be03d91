"""Runs a command of `python -m pwa` to its end: in this process, which starts sooner than one of its own.

What a process is about (signals, exit codes, what is imported) is tested with real ones.
"""

import logging
import os
import subprocess

import structlog
from click.testing import CliRunner

from pwa.commands import main


def run(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """What the command said, and how it ended; an exception that it does not know is raised."""
    umask = os.umask(0)
    os.umask(umask)
    handlers, level = logging.root.handlers[:], logging.root.level
    try:
        outcome = CliRunner(env=settings).invoke(main, arguments)
    finally:  # the command's log went to a file of CliRunner's, which is closed
        os.umask(umask)
        structlog.reset_defaults()
        logging.root.handlers[:] = handlers
        logging.root.setLevel(level)
    if outcome.exception and not isinstance(outcome.exception, SystemExit):
        raise outcome.exception
    return subprocess.CompletedProcess(arguments, outcome.exit_code, outcome.stdout, outcome.stderr)
