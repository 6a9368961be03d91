"""Knows how a file that may be anything is read in a process of its own, with so much memory, time and size and no more.

A workbook of 300 kB may unpack to 600 MB, and a form may be a million groups deep: then that process ends, and not ours.
"""

import json
import resource
import subprocess
import sys
from pathlib import Path
from threading import Timer

import msgspec

import pwa
from pwa.imports.read.forms import FormFile
from pwa.imports.read.mistakes import Mistake
from pwa.words import N_

MOST_BYTES = 20_000_000
MEMORY = 1_000_000_000
"""Bytes of addresses, of which a Python with all that reads forms takes a third."""
SECONDS = 30
"""Of CPU. Whoever waits waits no longer than twice as long."""
TOO_LARGE = N_("The file is larger than %(most)d MB.")
TOO_MUCH = N_(
    "The file was too much to read: it was given %(seconds)d seconds and %(megabytes)d MB, and no checklist needs so much."
)


def read_limited(content: bytes, file_name: str, memory: int = MEMORY, seconds: int = SECONDS) -> FormFile:
    """What read_form_file says of it, or that it was too much."""
    if len(content) > MOST_BYTES:
        return FormFile(mistakes=[Mistake(TOO_LARGE, {"most": MOST_BYTES // 1_000_000})])
    asked = json.dumps({"name": file_name, "memory": memory, "seconds": seconds}).encode()
    try:
        return msgspec.json.decode(_answer_of(asked + b"\n" + content, 2 * seconds), type=FormFile)
    except msgspec.DecodeError:
        given: dict[str, str | int] = {"seconds": seconds, "megabytes": memory // 1_000_000}
        return FormFile(mistakes=[Mistake(TOO_MUCH, given)])


def _answer_of(asked: bytes, seconds: int) -> bytes:
    """What the other process says; less, or nothing, if it was ended. A timer ends it, as Python's own waiting with a timeout
    fails where the clock is a made-up one (libfaketime).
    """
    with subprocess.Popen(
        [sys.executable, "-P", "-m", "pwa.imports.read.limited"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={"PYTHONPATH": str(Path(pwa.__file__).parent.parent)},
    ) as process:
        timer = Timer(seconds, process.kill)
        timer.start()
        try:
            said, _ = process.communicate(asked)
        finally:
            timer.cancel()
    return said if process.returncode == 0 else b""


def main() -> None:
    """Read what comes, and say what it is. Only here are the readers loaded."""
    from pwa.imports.read.form_files import read_form_file

    asked = json.loads(sys.stdin.buffer.readline())
    for limit, most in (
        (resource.RLIMIT_AS, asked["memory"]),
        (resource.RLIMIT_CPU, asked["seconds"]),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
    ):
        resource.setrlimit(limit, (most, most))
    read = read_form_file(sys.stdin.buffer.read(), asked["name"])
    sys.stdout.buffer.write(msgspec.json.encode(read))


if __name__ == "__main__":
    main()
