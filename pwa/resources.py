"""Knows where the files that are not Python lie: in the source tree beside the package, in an installed one inside it."""

from pathlib import Path

import pwa

PACKAGE = Path(pwa.__file__).parent


def resource(name: str) -> Path:
    """A file or folder that comes with the program: templates, static, service_worker, locales, changes.json, ...

    The wheel puts all of them inside the package (pyproject.toml), so what lies there is taken first.
    """
    inside = PACKAGE / name
    return inside if inside.exists() else PACKAGE.parent / name
