"""Which tests each of the three commands leaves out (`make quick`, `make test`, `make test-all`), and how many that were.

A test in the browser is for `make test-all`, unless it is marked `main`; so is everything in tests/faults. Single sign-on and
photos are left out by `make quick`. Elsewhere a test is for all three, unless it is marked `slow`, `everything`, `wall_clock` or
`installed`. What each layer may cost stands in the Makefile.
"""

from collections import Counter
from pathlib import Path

import pytest

HERE = Path(__file__).parent
LAYERS = {
    "quick": ("slow", "everything", "wall_clock", "installed"),
    "test": ("everything", "wall_clock", "installed"),
    "all": (),
}
"""The markers of the tests that a layer leaves out."""
FOLDERS = {"faults": ("quick", "test"), "access/single_sign_on": ("quick",), "photos": ("quick",)}
"""The layers that leave out whole folders: what breaks a machine, an extra, and what decodes pictures."""
LEFT_OUT: pytest.StashKey[dict[str, int]] = pytest.StashKey()


def why_left_out(item: pytest.Item, layer: str) -> str:
    """As what a test is counted that this layer leaves out; "" when it is run."""
    if layer == "all":
        return ""
    if item.path.is_relative_to(HERE / "browser") and item.get_closest_marker("main") is None:
        return "stories in browsers that are not marked main"
    for folder, layers in FOLDERS.items():
        if layer in layers and item.path.is_relative_to(HERE / folder):
            return f"in tests/{folder}"
    markers = [marker for marker in LAYERS[layer] if item.get_closest_marker(marker)]
    return f"marked {markers[0]}" if markers else ""


def leave_out(config: pytest.Config, items: list[pytest.Item], layer: str) -> None:
    """Take out what the layer leaves out, and count it."""
    reasons = [why_left_out(item, layer) for item in items]
    left_out = [item for item, why in zip(items, reasons, strict=True) if why]
    config.stash[LEFT_OUT] = dict(Counter(filter(None, reasons)))
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item, why in zip(items, reasons, strict=True) if not why]


def say_left_out(config: pytest.Config) -> list[str]:
    """What was left out, a line for each kind."""
    return [f"{why}: {count}" for why, count in sorted(config.stash[LEFT_OUT].items())]
