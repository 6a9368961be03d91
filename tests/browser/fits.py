"""Knows what leaves a window: sideways, out of reach, cut off, or too small to hit; knows nothing about which pages there are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from playwright.sync_api import CDPSession

from tests.browser.phone import Phone

PHONES = [(320, 640), (360, 780), (390, 844)]
TABLETS = [(1180, 820), (820, 1180)]
SCALES = (100, 110, 200)
"""Text sizes in percent, as the browser's setting gives them to the root."""
FONTS = ("Roboto", "sans-serif")
"""What phones write in, and whatever this machine has, which is often wider."""

LOOK = """
({ scales, fonts, variants, main }) => {
  const root = document.documentElement;
  const found = [];
  for (const each of document.querySelectorAll("details")) each.open = true;
  const named = (each) => `${each.tagName.toLowerCase()} ${(each.id || each.textContent).trim().slice(0, 30)}`;
  const isShown = (each) => each.checkVisibility({ visibilityProperty: true }) && !each.closest(".skip");
  const scrolls = (each) => {
    for (let at = each.parentElement; at && at !== document.body; at = at.parentElement)
      if (["auto", "scroll"].includes(getComputedStyle(at).overflowX) && at.scrollWidth > at.clientWidth) return true;
    return false;
  };
  const meet = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
    && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
  const look = (where, { within = document, isAtEnd = false } = {}) => {
    const say = (what) => found.push(`${where}: ${what}`);
    const width = root.clientWidth, height = innerHeight;
    if (root.scrollWidth > width) say(`scrolls sideways, ${root.scrollWidth} px`);
    for (const each of within.querySelectorAll("a, button, summary, input, select, textarea, .thumb, .doors, .top")) {
      const box = each.getBoundingClientRect();
      if (box.width === 0 || !isShown(each)) continue;
      if ((box.left < -0.5 || box.right > width + 0.5) && !scrolls(each)) say(`${named(each)} is outside, ${box.left}–${box.right}`);
      if (each.matches("button, .button") && each.scrollWidth > each.clientWidth + 1) say(`${named(each)} is cut off`);
      const isMain = each.matches(main) && !(isAtEnd && each.closest(".keys"));
      if (isMain && (box.width < 47.9 || box.height < 47.9)) say(`${named(each)} is ${box.width} × ${box.height}`);
      if (isMain && (box.top < -0.5 || box.bottom > height + 0.5)) say(`${named(each)} is out of reach, ${box.top}–${box.bottom}`);
    }
    for (const row of document.querySelectorAll(".top, .doors")) {
      const boxes = [...row.children].filter(isShown).map((each) => [each, each.getBoundingClientRect()]);
      for (const [i, [one, a]] of boxes.entries())
        for (const [other, b] of boxes.slice(i + 1)) if (meet(a, b)) say(`${named(one)} lies over ${named(other)}`);
    }
    const sign = document.querySelector(".top > #state");
    if (sign && sign.matches(".waits, .unsaved, .needs-attention")) {
      const line = sign.getBoundingClientRect();
      for (const each of sign.querySelectorAll("span")) {
        const number = each.getBoundingClientRect();
        if (/^[0-9]+[+]?$/.test(each.textContent) && (number.right > line.right + 0.5 || number.bottom > line.bottom + 0.5))
          say(`the sign's number is not seen: ${each.textContent}`);
      }
    }
    for (const each of within.querySelectorAll(".carer *")) {
      const pseudo = each.matches(".lines") ? ["::before", "::after"] : [undefined];
      const own = [...each.childNodes].filter(({ nodeType }) => nodeType === 3).map(({ data }) => data).join(" ");
      const isLong = /\\p{L}{12}/u.test(own) || each.matches(".lines");
      if (!isLong || !isShown(each) && !each.matches(".lines") || each.closest("[lang]")?.lang !== "da") continue;
      if (each.closest("textarea, input, select, script, style, template, .time, .number, code")) continue;
      for (const part of pseudo)
        if (getComputedStyle(each, part).hyphens !== "auto") say(`${named(each)} does not break its words`);
    }
    const stuck = [...document.querySelectorAll(".carer > .top, .doors, .thumb")]
      .reduce((sum, each) => sum + each.getBoundingClientRect().height, 0);
    if (stuck > height * 0.7) say(`only ${Math.round(height - stuck)} px are left for the page`);
  };
  const put = (id, html) => {
    const place = document.getElementById(id);
    if (place) place.outerHTML = html;
    return Boolean(place);
  };
  for (const font of fonts) {
    root.style.setProperty("--text", font);
    for (const scale of scales) {
      root.style.fontSize = `${scale}%`;
      scrollTo(0, 0);
      look(`${font} ${scale} %`);
      if (font === fonts[0]) for (const [id, html] of variants)
        if (put(id, html)) {
          const put = document.getElementById(id);
          look(`${font} ${scale} % ${id} ${put.innerText}`, { within: put.parentElement });
        }
      scrollTo(0, document.body.scrollHeight);
      look(`${font} ${scale} % at the end`, { isAtEnd: true });
    }
  }
  return found;
}
"""
MAIN = ".carer > .top a, .carer > .top button, .doors a, .thumb .primary, .keys button"


@dataclass(frozen=True)
class Fit:
    """A window that is made as wide as asked for, and what leaves it then. `variants`: (id, HTML) that takes an element's place."""

    phone: Phone
    devtools: CDPSession
    variants: Sequence[tuple[str, str]] = ()

    def look(
        self,
        sizes: Iterable[tuple[int, int]] = PHONES,
        scales: Sequence[int] = SCALES,
        fonts: Sequence[str] = FONTS,
    ) -> list[str]:
        """What leaves the window of the page that is open, each time with its width, font and text size; [] is what we want."""
        found: list[str] = []
        for width, height in sizes:
            self.devtools.send(
                "Emulation.setDeviceMetricsOverride",
                {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": True},
            )
            asked = {
                "scales": list(scales),
                "fonts": list(fonts),
                "variants": list(self.variants),
                "main": MAIN,
            }
            found += [f"{width} px, {said}" for said in self.phone.page.evaluate(LOOK, asked)]
        return found


def fit(phone: Phone, variants: Sequence[tuple[str, str]] = ()) -> Fit:
    """Look at this phone; its pages may be written in by the test, whatever their policy says."""
    devtools = phone.devtools()
    devtools.send("Page.setBypassCSP", {"enabled": True})
    return Fit(phone, devtools, variants)
