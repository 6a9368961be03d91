"""Knows how requirements/*.txt are made from pyproject.toml: every version with its hashes, and no address.

The machine's own pip settings are left out, so that nothing of one machine lands in a file for all.
"""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

HOUSE = Path(__file__).resolve().parent.parent
FOLDER = HOUSE / "requirements"


def lock(name: str, wanted: list[str], within: Path | None = None) -> Path:
    """Write requirements/<name>.txt for `wanted`, with the versions of `within` where both have a package."""
    target = FOLDER / f"{name}.txt"
    command = [
        sys.executable, "-m", "piptools", "compile", "--quiet", "--no-config",
        "--generate-hashes", "--strip-extras", "--allow-unsafe", "--upgrade",
        "--no-header", "--no-emit-options",
        "--no-emit-index-url", "--no-emit-find-links", "--no-emit-trusted-host",
        "--annotation-style=line", f"--output-file={target}", "-",
    ]  # fmt: skip
    if within:
        command.append(f"--constraint={within}")
    machine = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    if certificates := os.environ.get("PIP_CERT"):
        machine["PIP_CERT"] = certificates
    subprocess.run(
        command,
        input="\n".join(wanted),
        text=True,
        check=True,
        cwd=HOUSE,
        env=machine | {"PIP_CONFIG_FILE": os.devnull},
    )
    text = target.read_text().replace("via -r -", "via pyproject.toml").replace(f"{HOUSE}/", "")
    if "://" in text:
        raise SystemExit(f"{target} names an address; a lock must not.")
    target.write_text(f"# Made by `make lock` from pyproject.toml.\n{text}")
    return target


def main() -> None:
    project = tomllib.loads((HOUSE / "pyproject.toml").read_text())
    FOLDER.mkdir(exist_ok=True)
    run = project["project"]["dependencies"]
    sso = project["project"]["optional-dependencies"]["sso"]
    groups = project["dependency-groups"]
    within = lock("run", run)
    lock("sso", sso, within)
    lock("test", [*run, *sso, *groups["test"], *groups["check"]], within)


if __name__ == "__main__":
    main()
