"""Knows how node is asked what a phone makes of a checklist: one process for many questions."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PROGRAM = Path(__file__).parent / "on_phone.mjs"


class Phone:
    """A phone's evaluator."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process

    def ask(self, **question: object) -> Any:
        """What came of it."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


@contextmanager
def phone() -> Iterator[Phone]:
    """A phone's evaluator, until it is needed no more."""
    with subprocess.Popen(
        ["node", str(PROGRAM)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
    ) as process:
        yield Phone(process)
        assert process.stdin
        process.stdin.close()
