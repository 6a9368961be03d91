"""Knows what axe finds on the page in a window; knows nothing about which pages there are."""

import functools
from pathlib import Path

from tests.browser.any_browser import Browser

SOURCE = Path(__file__).resolve().parents[2] / "node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@functools.cache
def axe() -> str:
    return SOURCE.read_text()


def barriers(browser: Browser) -> list[str]:
    """Each violation of WCAG 2.2 AA that axe sees, as `rule: element, element`; [] is what we want."""
    browser.evaluate(f"(() => {{ {axe()}; }})()")
    return list(
        browser.evaluate(
            f"axe.run(document, {{ runOnly: {RULES!r} }}).then(({{ violations }}) => violations.map("
            "(found) => `${found.id}: ${found.nodes.map((node) => node.target.join(' ')).join(', ')}`))"
        )
    )
