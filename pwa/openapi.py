"""Knows how the machine addresses are described (OpenAPI 3.1), from the same models that read and write them."""

import json
from collections.abc import Mapping

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from pwa.changes import DESCRIBED
from pwa.changes.described import Arg
from pwa.pages.sign_in import COOKIE
from pwa.pages.wire import ID, HealthAnswer, ProblemAnswer, SyncAnswer, SyncRequest
from pwa.problems import (
    OF_A_CHANGE,
    BrokenBody,
    CrossSite,
    NotAsDescribed,
    NotFound,
    NotSignedIn,
    PhoneBoundToAnother,
    Problem,
    TooLarge,
    TooManyChanges,
    Unavailable,
)

Schema = Mapping[str, object]
MODELS: tuple[type[BaseModel], ...] = (SyncRequest, SyncAnswer, HealthAnswer, ProblemAnswer)
SIGNED_IN: list[dict[str, list[str]]] = [{"cookie": []}]
REF = "#/components/schemas/"


def describe() -> bytes:
    """The whole description as JSON."""
    _, schemas = models_json_schema([(model, "validation") for model in MODELS], ref_template=REF + "{model}")
    description = {
        "openapi": "3.1.0",
        "info": {
            "title": "Hånd",
            "version": "1",
            "description": "What a phone and a machine can ask of Hånd.",
        },
        "paths": {
            "/sync": {"post": _sync()},
            "/media/{sha256}": {"get": _picture()},
            **{f"/do/{name}": {"post": _change(name)} for name in DESCRIBED},
            "/healthz": {"get": _health("Whether the process answers.")},
            "/readyz": {"get": _health("Whether the database answers too.", Unavailable)},
            "/openapi.json": {"get": _operation("This description.", {"200": _json("The description.", {})})},
        },
        "components": {
            "schemas": schemas["$defs"],
            "securitySchemes": {"cookie": {"type": "apiKey", "in": "cookie", "name": COOKIE}},
        },
    }
    return json.dumps(description, ensure_ascii=False).encode()


def _sync() -> Schema:
    problems = (
        BrokenBody, CrossSite, NotAsDescribed, NotSignedIn, PhoneBoundToAnother, TooLarge, TooManyChanges, Unavailable,
    )  # fmt: skip
    return {
        **_operation(
            "Send what waits, get what is new. The body may be packed with gzip; 1 MB at most, unpacked too.",
            {"200": _json("Durable.", {"$ref": f"{REF}SyncAnswer"}), **_problems(*problems)},
        ),
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"$ref": f"{REF}SyncRequest"}}},
        },
        "security": SIGNED_IN,
    }


def _picture() -> Schema:
    found = {"description": "The picture's bytes, whose hash is its name.", "content": {"image/*": {}}}
    return {
        **_operation("A picture of a guide.", {"200": found, **_problems(NotSignedIn, NotFound)}),
        "parameters": [
            {
                "name": "sha256",
                "in": "path",
                "required": True,
                "schema": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
            }
        ],
        "security": SIGNED_IN,
    }


def _change(name: str) -> Schema:
    page = {"text/html": {"schema": {"type": "string"}}}
    statuses = {str(kind.status) for kind in (*OF_A_CHANGE.values(), *_OF_A_FORM)}
    return {
        **_operation(
            f"Do {name} from a page; the answer is a fragment in the person's language.",
            {
                "200": {"description": f"Durable; {DESCRIBED[name].fragment}.", "content": page},
                **{
                    status: {"description": "Why not, in words.", "content": page}
                    for status in sorted(statuses)
                },
            },
        ),
        "requestBody": {
            "required": True,
            "content": {"application/x-www-form-urlencoded": {"schema": _form(name)}},
        },
        "security": SIGNED_IN,
    }


_OF_A_FORM: tuple[type[Problem], ...] = (BrokenBody, CrossSite, NotFound, NotSignedIn, TooLarge, Unavailable)


def _form(name: str) -> Schema:
    args = DESCRIBED[name].args
    needed = [field for field, arg in args.items() if not arg.optional and arg.form != "new_id"]
    fields = {field: _field(arg) for field, arg in args.items()}
    fields["seen"] = {"type": "string", "description": "The version of the document that was looked at."}
    return {"type": "object", "properties": fields, "required": needed, "additionalProperties": False}


def _field(arg: Arg) -> Schema:
    match arg.form:
        case "choice":
            return {"enum": [*arg.choices, ""] if arg.nullable else list(arg.choices)}
        case "text":
            something = {"pattern": r"[0-9A-Za-z]"} if arg.least else {}
            return {"type": "string", "minLength": arg.least, "maxLength": arg.most, **something}
        case _:
            return {"type": "string", "pattern": ID}


def _health(summary: str, *problems: type[Problem]) -> Schema:
    return _operation(summary, {"200": _json("Yes.", {"$ref": f"{REF}HealthAnswer"}), **_problems(*problems)})


def _operation(summary: str, responses: Mapping[str, object]) -> dict[str, object]:
    return {"summary": summary, "responses": responses}


def _json(description: str, schema: Schema) -> Schema:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _problems(*kinds: type[Problem]) -> dict[str, object]:
    body = {"application/problem+json": {"schema": {"$ref": f"{REF}ProblemAnswer"}}}
    codes: dict[str, list[str]] = {}
    for kind in kinds:
        codes.setdefault(str(kind.status), []).append(kind.__name__)
    return {status: {"description": ", ".join(names), "content": body} for status, names in codes.items()}
