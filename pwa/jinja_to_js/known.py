"""Knows what the phone's runtime can do, name by name. The twin is service_worker/: a test holds them together."""

# Filters, with the parameters that follow the value, in order. What is not here is refused.
FILTERS: dict[str, tuple[str, ...]] = {
    "capitalize": (),
    "default": ("default_value", "boolean"),
    "dictsort": ("case_sensitive", "by", "reverse"),
    "escape": (),
    "first": (),
    "forceescape": (),
    "groupby": ("attribute", "default", "case_sensitive"),
    "items": (),
    "join": ("d", "attribute"),
    "last": (),
    "length": (),
    "list": (),
    "lower": (),
    "max": ("case_sensitive", "attribute"),
    "min": ("case_sensitive", "attribute"),
    "replace": ("old", "new", "count"),
    "reverse": (),
    "safe": (),
    "sort": ("reverse", "case_sensitive", "attribute"),
    "sum": ("attribute", "start"),
    "title": (),
    "trim": (),
    "truncate": ("length", "killwords", "end", "leeway"),
    "unique": ("case_sensitive", "attribute"),
    "upper": (),
    "urlencode": (),
}

# Our own filters (pwa/dates.py), which ask the scope for the language.
DATE_FILTERS: dict[str, tuple[str, ...]] = {
    "date": (),
    "short_date": (),
    "since": ("now",),
    "time": (),
    "weekday": (),
}

# These, and map, name a test or a filter: the compiler writes them out, so that what they name is checked too.
SELECTING_FILTERS = frozenset({"select", "reject", "selectattr", "rejectattr"})

TESTS = frozenset(
    {
        "boolean", "defined", "divisibleby", "eq", "even", "false", "ge", "gt", "in", "integer", "iterable",
        "le", "lt", "mapping", "ne", "none", "number", "odd", "sequence", "string", "true", "undefined",
    }
)  # fmt: skip

OTHER_NAMES = {
    "count": "length",
    "d": "default",
    "e": "escape",
    "==": "eq",
    "equalto": "eq",
    "!=": "ne",
    ">": "gt",
    "greaterthan": "gt",
    ">=": "ge",
    "<": "lt",
    "lessthan": "lt",
    "<=": "le",
}

FUNCTIONS = frozenset({"range", "namespace"})

# Methods that a template may call. A method that changes its object is never one of them.
METHODS = frozenset(
    {
        "items",
        "keys",
        "values",
        "get",
        "upper",
        "lower",
        "strip",
        "startswith",
        "endswith",
        "replace",
        "split",
        "join",
    }
)

# In Jinja `visit.items` is the method even where the document has such a key, so no template may ask for it.
DICT_METHODS = frozenset(name for name in dir(dict) if not name.startswith("_"))

# Names that Jinja itself gives a meaning which the phone does not know.
SPECIAL_NAMES = frozenset({"self", "varargs", "kwargs"})
