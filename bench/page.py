"""Knows docs/running/performance.md as a page of parts, each written anew by its own program; knows nothing of figures."""

from pathlib import Path

PAGE = Path(__file__).resolve().parents[1] / "docs" / "running" / "performance.md"
TITLE = "# Performance\n"


def put(part: str, words: str, page: Path = PAGE) -> None:
    """Write a part in its place, or at the end if the page does not have it; the others stay as they are.

    A part is what stands between two comments with the name of the program that writes it.
    """
    begins, ends = f"<!-- {part}: begins -->\n", f"<!-- {part}: ends -->\n"
    text = page.read_text(encoding="utf-8") if page.exists() else TITLE
    before, found, rest = text.partition(begins)
    after = rest.partition(ends)[2] if found else ""
    if not found:
        before = f"{text.rstrip()}\n\n"
    page.write_text(f"{before}{begins}\n{words.strip()}\n\n{ends}{after}", encoding="utf-8")
