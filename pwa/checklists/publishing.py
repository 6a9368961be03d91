"""Knows what is stored of a checklist that is published: its definition, what depends on what, and its patterns' tables."""

import json

from pydantic import BaseModel, ConfigDict

from pwa.checklists.dependencies import Graph, graph_of, patterns_of
from pwa.checklists.outline import outline_of
from pwa.checklists.pattern import Table
from pwa.checklists.steps import Definition
from pwa.words import Json


class Published(BaseModel):
    """A checklist as it is filled in, here and on a phone."""

    model_config = ConfigDict(frozen=True)

    definition: Definition
    graph: Graph
    patterns: dict[str, Table]

    def document(self) -> Json:
        """As JSON, without what is as it is where nothing is said; Published.model_validate reads it."""
        return {
            "definition": as_json(self.definition),
            "graph": self.graph.model_dump(mode="json"),
            "patterns": {pattern: list(table) for pattern, table in self.patterns.items()},
        }


def as_json(definition: Definition) -> Json:
    """A definition as JSON, without what is as it is where nothing is said; read_definition reads it."""
    return definition.model_dump(mode="json", exclude_defaults=True)


def publish(definition: Definition) -> Published:
    """The checklist with all that is made of it once; the definition comes from read_definition."""
    outline = outline_of(definition.steps)
    return Published(definition=definition, graph=graph_of(outline), patterns=patterns_of(outline))


def to_stored(published: Published) -> str:
    """As it is kept: the same checklist, the same text."""
    return json.dumps(published.document(), ensure_ascii=False, separators=(",", ":"))


def from_stored(text: str) -> Published:
    """What to_stored has made."""
    return Published.model_validate_json(text)
