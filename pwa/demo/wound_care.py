"""Knows the demo's one checklist that asks for more than who did it; knows nothing of how it is published."""

from pwa.words import Json

NAME = "Sårpleje og måling"

WOUND_CARE: Json = {
    "title": NAME,
    "steps": [
        {"id": "skift", "kind": "who", "label": "Skift forbindingen", "planned": "carer", "by_itself": True,
         "help": "Sprit hænderne af, og brug handsker."},
        {"id": "saar", "kind": "group", "label": "Såret", "steps": [
            {"id": "anderledes", "kind": "yes_no", "label": "Ser såret anderledes ud end sidst?", "required": True},
            {"id": "hvordan", "kind": "choice", "label": "Hvordan?", "other": True,
             "occurrences": {"least": 0, "most": None},
             "shown_when": {"=": [{"answer": "anderledes"}, True]},
             "options": [{"value": "roedme", "label": "Rødme"}, {"value": "lugt", "label": "Lugt"},
                         {"value": "vaeske", "label": "Mere væske"}, {"value": "stoerre", "label": "Større"}]},
            {"id": "smerte", "kind": "choice", "label": "Gør det ondt?",
             "options": [{"value": "nej", "label": "Nej"}, {"value": "lidt", "label": "Lidt"},
                         {"value": "meget", "label": "Meget"}]},
            {"id": "ring", "kind": "information",
             "label": "Ring til sygeplejersken i dag: Det gør meget ondt, eller såret ser anderledes ud.",
             "shown_when": {"or": [{"=": [{"answer": "anderledes"}, True]}, {"=": [{"answer": "smerte"}, "meget"]}]}},
            {"id": "beskriv", "kind": "long_text", "label": "Beskriv såret",
             "help": "Farve, størrelse og det, du lagde mærke til."},
        ]},
        {"id": "maal", "kind": "group", "label": "Målinger", "steps": [
            {"id": "temperatur", "kind": "number", "label": "Temperatur", "unit": "°C",
             "limits": {"least": "34", "most": "42", "decimals": 1}},
            {"id": "vaegt", "kind": "number", "label": "Vægt", "unit": "kg", "limits": {"least": "20", "most": "250"}},
            {"id": "maalt", "kind": "time", "label": "Målt klokken"},
        ]},
        {"id": "materialer", "kind": "repeating_group", "label": "Forbinding", "help": "En for hver, du har brugt.", "steps": [
            {"id": "hvilken", "kind": "short_text", "label": "Hvilken?"},
            {"id": "antal", "kind": "number", "label": "Hvor mange?", "unit": "stk.", "limits": {"least": "1", "decimals": 0}},
        ]},
        {"id": "naeste", "kind": "date", "label": "Næste skift"},
        {"id": "stoevsuget", "kind": "who", "label": "Støvsug stuen", "planned": "technology"},
    ],
}  # fmt: skip
