"""The tests on both engines side by side, since each waits as much as it works; the browsers' stories are not among them.

The first engine's words are shown as they come, the second's afterwards.
"""

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress

PYTEST = [sys.executable, "-m", "pytest", "--ignore=tests/browser", "--database"]
ENDS_WITHIN = 20.0
"""Seconds that the tests are given to stop the servers that they started, when somebody interrupts."""


def main(arguments: Sequence[str]) -> int:
    """Run both, with pytest's arguments for each; 0 when all is well."""
    with tempfile.TemporaryFile() as words:
        second = subprocess.Popen([*PYTEST, "postgresql", *arguments], stdout=words, stderr=subprocess.STDOUT)
        try:
            first = subprocess.run([*PYTEST, "sqlite", *arguments], check=False)
            second.wait()
        except KeyboardInterrupt:  # the second has heard it too
            with suppress(subprocess.TimeoutExpired):
                second.wait(ENDS_WITHIN)
            return 130
        finally:
            second.kill()
        words.seek(0)
        sys.stdout.write(words.read().decode(errors="replace"))
    return 1 if first.returncode or second.returncode else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
