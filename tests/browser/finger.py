"""Knows how long a careful finger rests before it taps once more at the same place; knows no browser.

A page takes two quick taps at one place for one (static/one_gesture.js); a story means each of its own.
"""

import time

RESTS = 0.75
"""Seconds; more than the page's own moment."""
NEAR = 60
"""CSS pixels; more than the page takes for the same place."""
MIDDLE = """(() => {
  const { x, y, width, height } = document.querySelector(%s).getBoundingClientRect();
  return [x + width / 2, y + height / 2];
})()"""


class Finger:
    """Where it has tapped last, and when."""

    def __init__(self) -> None:
        self.place = (-1000.0, -1000.0)
        self.tapped_at = 0.0

    def move_to(self, x: float, y: float) -> None:
        """Be there, and ready to tap."""
        is_near = abs(x - self.place[0]) < NEAR and abs(y - self.place[1]) < NEAR
        if is_near:
            time.sleep(max(0.0, self.tapped_at + RESTS - time.monotonic()))
        self.place = (x, y)

    def has_tapped(self) -> None:
        """The tap is over: a page that was slow to take it counts from when it did."""
        self.tapped_at = time.monotonic()
