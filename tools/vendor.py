"""Knows which browser libraries we serve and where npm put them; knows nothing about the pages that use them.

Each file lands at static/vendor/<name>-<version>/<name on the page>, with its licence beside it.
"""

import json
import shutil
from pathlib import Path

HOUSE = Path(__file__).resolve().parent.parent
MODULES = HOUSE / "node_modules"
VENDOR = HOUSE / "static" / "vendor"

FILES = {
    "hash-wasm": {"dist/argon2.umd.min.js": "argon2.js"},
    "htmx.org": {"dist/htmx.min.js": "htmx.js"},
    "idb": {"build/index.js": "idb.js"},
}


def copy_vendor() -> None:
    """Make static/vendor/ anew from node_modules, so that nothing of an older version stays behind."""
    shutil.rmtree(VENDOR, ignore_errors=True)
    for package, files in FILES.items():
        version = json.loads((MODULES / package / "package.json").read_text())["version"]
        folder = VENDOR / f"{package.removesuffix('.org')}-{version}"
        folder.mkdir(parents=True)
        for source, name in files.items():
            shutil.copyfile(MODULES / package / source, folder / name)
        shutil.copyfile(MODULES / package / "LICENSE", folder / "LICENSE")


if __name__ == "__main__":
    copy_vendor()
