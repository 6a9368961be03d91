"""Knows what the phone's runtime can do, name by name. The twin is service_worker/: a test holds them together."""

# Filters, with the parameters that follow the value, in order. What is not here is refused: a filter that a template
# begins to use is added here and in service_worker/jinja/filters.js.
FILTERS: dict[str, tuple[str, ...]] = {
    "capitalize": (),
    "default": ("default_value",),
    "join": ("d",),
    "last": (),
    "length": (),
    "list": (),
    "replace": ("old", "new"),
}

# Our own filters (pwa/templating/dates.py), which ask the scope for the language.
DATE_FILTERS: dict[str, tuple[str, ...]] = {
    "date": ("now",),
    "full_date": (),
    "short_date": ("now",),
    "since": ("now",),
    "time": (),
    "time_on": ("day_or_moment",),
    "weekday": (),
}

# These, and map, name a test or a filter: the compiler writes them out, so that what they name is checked too.
SELECTING_FILTERS = frozenset({"selectattr", "rejectattr"})

# What follows `is`, and may be named to the selecting filters.
TESTS = frozenset({"eq", "none"})

FUNCTIONS = frozenset({"namespace"})

# What a call block may call besides macros: the row that stands in it is drawn, or says that it cannot be.
GUARDS = frozenset({"safely"})

# In Jinja `visit.items` is the method even where the document has such a key, so no template may ask for it.
DICT_METHODS = frozenset(name for name in dir(dict) if not name.startswith("_"))

# Names that Jinja itself gives a meaning which the phone does not know.
SPECIAL_NAMES = frozenset({"self", "varargs", "kwargs"})
