"""Colours that can be told apart: what can be known of them by reading the styles."""

import re

import pytest

from pwa.resources import resource

GROUNDS = ("paper", "card", "accent-wash", "warn-wash")
WORDS = ("ink", "soft", "accent", "warn")
READABLE = 4.5
SEEN = 3.0
"""Of a border or a sign (WCAG 2.2, 1.4.11)."""


def colours(theme: str) -> dict[str, str]:
    """The tokens that are colours, of light or dark."""
    light, dark = (
        (resource("static/styles/tokens.css")).read_text().split("@media (prefers-color-scheme: dark)")
    )
    found = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", light))
    return found if theme == "light" else found | dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", dark))


def contrast(one: str, other: str) -> float:
    """WCAG's contrast of two colours, 1 to 21."""
    darker, lighter = sorted(map(luminance, (one, other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_small_words_are_read_on_every_ground_they_stand_on(theme: str):
    named = colours(theme)

    pale = [
        (word, ground)
        for word in WORDS
        for ground in GROUNDS
        if contrast(named[word], named[ground]) < READABLE
    ]

    assert pale == []
    assert contrast(named["on-accent"], named["accent"]) >= READABLE


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_is_filled_is_seen_beside_what_is_empty(theme: str):
    named = colours(theme)

    faint = [
        (state, ground)
        for state in ("accent", "edge")
        for ground in ("paper", "card")
        if contrast(named[state], named[ground]) < SEEN
    ]

    assert faint == []
