"""Knows how to make a disk slower for one program: a shim that is preloaded, built here from slow_sync.c."""

import shutil
import subprocess
from pathlib import Path

from bench.problems import BenchStopped
from bench.programs import Settings

SOURCE = Path(__file__).with_name("slow_sync.c")


def slowed(milliseconds: int, folder: Path) -> Settings | None:
    """What to start a program with so that each sync takes so much longer; None without a compiler."""
    compiler = shutil.which("cc")
    if compiler is None:
        return None
    shim = folder / "slow_sync.so"
    built = subprocess.run(
        [compiler, "-shared", "-fPIC", "-O2", "-o", str(shim), str(SOURCE), "-ldl"],
        capture_output=True,
        check=False,
        text=True,
    )
    if built.returncode:
        raise BenchStopped(f"slow_sync.c was not built:\n{built.stderr}")
    return {"LD_PRELOAD": str(shim), "SLOW_SYNC_MS": str(milliseconds)}
