"""Knows what a browser says that it is, in a word or two; believes nothing more of it."""

MACHINES = ("iPhone", "iPad", "Android", "Windows", "CrOS", "Macintosh", "Linux")
BROWSERS = (
    ("Edg", "Edge"), ("EdgA", "Edge"), ("SamsungBrowser", "Samsung"), ("Firefox", "Firefox"), ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
CALLED = {"CrOS": "Chromebook", "Macintosh": "Mac"}


def device_of(user_agent: str) -> str:
    """The machine and the browser that a User-Agent names, so that its owner knows it again; "" for neither.

    >>> device_of("Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/148.0 Mobile Safari/537.36")
    'Android, Chrome'
    """
    machine = next((name for name in MACHINES if name in user_agent), "")
    browser = next((called for mark, called in BROWSERS if f"{mark}/" in user_agent), "")
    return ", ".join(filter(None, (CALLED.get(machine, machine), browser)))
