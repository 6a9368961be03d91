"""Knows how the machine addresses are described (OpenAPI 3.1), all in one list to be read beside each other, from the models that read them."""

import json
from collections.abc import Mapping
from functools import cache

import msgspec
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from pwa.access.pages.authentication import COOKIE, VAULT
from pwa.access.pages.past_access import HEADER as DELIVERY
from pwa.access.pages.past_access import PHONE
from pwa.access.pages.revoked_phones import HEADER as ORDER
from pwa.care.changes.change_schema import CHANGE_SCHEMAS, Arg
from pwa.care.documents.short_form import DOCUMENTS
from pwa.care.pages.vault import VaultAnswer
from pwa.care.problems import OF_A_CHANGE, OfAnotherDay, PhoneBoundToAnother, TooManyChanges
from pwa.care.sync.change_times import CLOCK, CLOCK_ENDS
from pwa.care.sync.receive_form import OF_THE_PAGE
from pwa.care.sync.retries import HEADER as RETRIES
from pwa.care.sync.wire import SyncAnswer, SyncRequest
from pwa.photos.problems import (
    EnoughForToday,
    NoRoomForPhotos,
    NotAPhoto,
    NotSameContent,
    PhotoTooLarge,
    TooManyPixels,
    TooManyUploads,
    WrongOffset,
)
from pwa.problems import NotFound, NotSignedIn, Problem, Unavailable, VaultClosed
from pwa.web.problems import BrokenBody, CrossSite, NotAsDescribed, TooLarge
from pwa.web.schemas import ID, HealthAnswer, ProblemAnswer
from pwa.web.security_txt import ADDRESS

Schema = Mapping[str, object]
MODELS: tuple[type[BaseModel], ...] = (SyncAnswer, VaultAnswer, HealthAnswer, ProblemAnswer)
SIGNED_IN: list[dict[str, list[str]]] = [{"cookie": []}]
REF = "#/components/schemas/"
NAME = {
    "name": "sha256",
    "in": "path",
    "required": True,
    "schema": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
}
NUMBER = r"^[0-9]{1,15}$"


@cache
def describe() -> bytes:
    """The whole description as JSON."""
    _, schemas = models_json_schema([(model, "validation") for model in MODELS], ref_template=REF + "{model}")
    _, structs = msgspec.json.schema_components([SyncRequest], ref_template=REF + "{name}")
    description = {
        "openapi": "3.1.0",
        "info": {
            "title": "Hånd",
            "version": "1",
            "description": "What a phone and a machine can ask of Hånd.",
        },
        "paths": {
            "/sync": {"post": _sync()},
            "/vault": {"get": _vault()},
            "/wiped": {"post": _wiped()},
            "/media/{sha256}": {"get": _picture()},
            "/blobs/{sha256}": _blob(),
            **{f"/do/{name}": {"post": _change(name)} for name in CHANGE_SCHEMAS},
            "/healthz": {"get": _health("Whether the process answers.")},
            "/readyz": {"get": _health("Whether the database answers too.", Unavailable)},
            "/openapi.json": {"get": _operation("This description.", {"200": _json("The description.", {})})},
            ADDRESS: {"get": _security_txt()},
        },
        "components": {
            "schemas": schemas["$defs"] | structs,
            "securitySchemes": {"cookie": {"type": "apiKey", "in": "cookie", "name": COOKIE}},
        },
    }
    return json.dumps(description, ensure_ascii=False).encode()


SHOWN = {
    CLOCK: "How the phone's clock was set: [[first_n, last_n, skew_ms or null, the contact before or null], …] as JSON, of "
    "changes that were made by an earlier run of it. What is not understood is read over.",
    CLOCK_ENDS: "When such a run of the clock was over, and its skew by then: [[first_n, last_n, a time, skew_ms or null], …] "
    "as JSON. Their times stay uncertain. What is not understood is read over.",
    RETRIES: "Which changes of this push repeat which, that were refused or held: [[id, the id before], …] as JSON. What is "
    "not understood is read over.",
    DELIVERY: "What an answer gave as delivery. It speaks for the phone where no cookie does: what it sends is judged while "
    "the sign-in that it was given at holds, and held after that.",
    VAULT: "The person's id, a full stop, and a secret of 256 bits in base64 for addresses that lies in the phone's vault: from "
    "the first on, the cookie of this sign-in is not enough. While the vault is locked: the id, .closed. and the SHA-256 of what "
    "is shown while it is open, in hex.",
    DOCUMENTS: "short: the phone makes visits' documents whole itself. Left out: they come whole.",
    PHONE: "A secret of the phone's own, 256 bits in base64 for addresses: nobody else is taken for it.",
    ORDER: "An order to wipe a phone, as it was signed: text in base64, a full stop, signature. It speaks for what somebody "
    "else has left on that phone.",
}
"""What a phone may say beside its push, in headers, which an older server reads on over."""


def _sync() -> Schema:
    problems = (
        BrokenBody, CrossSite, NotAsDescribed, NotSignedIn, PhoneBoundToAnother, TooLarge, TooManyChanges, Unavailable,
        VaultClosed,
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
        "parameters": [
            {"name": name.title(), "in": "header", "description": description, "schema": {"type": "string"}}
            for name, description in SHOWN.items()
        ],
        "security": SIGNED_IN,
    }


def _vault() -> Schema:
    answer = _json("The same for everybody.", {"$ref": f"{REF}VaultAnswer"})
    return _operation("How phones lock what they carry, and the key they seal to.", {"200": answer})


def _wiped() -> Schema:
    return {
        **_operation(
            "A phone has done what it was ordered: the order, as it came.",
            {
                "204": {"description": "Noted."},
                **_problems(CrossSite, NotFound, TooLarge, Unavailable, BrokenBody),
            },
        ),
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"$ref": f"{REF}SignedOrder"}}},
        },
    }


def _picture() -> Schema:
    found = {"description": "The picture's bytes, whose hash is its name.", "content": {"image/*": {}}}
    return {
        **_operation(
            "A picture of a guide.", {"200": found, **_problems(NotSignedIn, VaultClosed, NotFound)}
        ),
        "parameters": [NAME],
        "security": SIGNED_IN,
    }


def _blob() -> Schema:
    """Resumable Uploads for HTTP (draft-ietf-httpbis-resumable-upload), to an address known from the start."""
    found = {"description": "The photo, made anew without position and the like.", "content": {"image/*": {}}}
    complete = {
        "200": _progressed("All of it was durable before."),
        "201": _progressed("All of it is durable: Upload-Complete is ?1."),
        **_problems(*_OF_AN_UPLOAD),
    }
    part = {"204": _progressed("As far as Upload-Offset, and not complete."), **complete}
    at_hand = {
        "200": _progressed("It is here. Upload-Complete is ?1 if one has sent it oneself."),
        "204": _progressed("Go on at Upload-Offset."),
        **_problems_without_words(NotFound, NotSignedIn, Unavailable, VaultClosed),
    }
    seen = {
        "200": found,
        "304": {"description": "As before."},
        **_problems(NotFound, NotSignedIn, Unavailable, VaultClosed),
    }
    gone = {
        "204": {"description": "Gone."},
        **_problems(CrossSite, NotFound, NotSignedIn, Unavailable, VaultClosed),
    }
    offset = _header("Upload-Offset", "Where this part begins.", NUMBER, required=True)
    last = _header("Upload-Complete", "?1: this is all that is left. Left out: ?0.", r"^\?[01]$")
    length = _header("Upload-Length", "How many bytes the whole blob has; 15 MB at most.", NUMBER)
    return {
        "head": _of_blob("How far one's own upload has come.", at_hand),
        "get": _of_blob("A photo.", seen),
        "patch": {
            **_of_blob("The next part of an upload, or all that is left of it.", part, offset, last, length),
            **_bytes("application/partial-upload"),
        },
        "put": {
            **_of_blob("All of a blob, from the beginning; cut, it goes on with PATCH.", complete, length),
            **_bytes("application/octet-stream"),
        },
        "delete": _of_blob("Give one's own unfinished upload up.", gone),
    }


def _of_blob(summary: str, responses: Mapping[str, object], *parameters: Schema) -> dict[str, object]:
    return {
        **_operation(summary, responses),
        "parameters": [NAME, *parameters],
        "security": SIGNED_IN,
    }


def _bytes(media_type: str) -> Schema:
    body = {"schema": {"type": "string", "format": "binary"}}
    return {"requestBody": {"required": True, "content": {media_type: body}}}


_OF_AN_UPLOAD: tuple[type[Problem], ...] = (
    BrokenBody, CrossSite, EnoughForToday, NoRoomForPhotos, NotAPhoto, NotAsDescribed, NotFound, NotSameContent, NotSignedIn, PhotoTooLarge,
    TooManyPixels, TooManyUploads, Unavailable, WrongOffset,
)  # fmt: skip


def _progressed(description: str) -> Schema:
    headers = {"Upload-Offset": {"type": "integer"}, "Upload-Complete": {"type": "string"}}
    return {
        "description": description,
        "headers": {name: {"schema": schema} for name, schema in headers.items()},
    }


def _header(name: str, description: str, pattern: str, *, required: bool = False) -> Schema:
    schema = {"type": "string", "pattern": pattern}
    return {"name": name, "in": "header", "description": description, "required": required, "schema": schema}


def _change(name: str) -> Schema:
    page = {"text/html": {"schema": {"type": "string"}}}
    statuses = {str(kind.status) for kind in (*OF_A_CHANGE.values(), *_OF_A_FORM)}
    return {
        **_operation(
            f"Do {name} from a page; the answer is a fragment in the person's language.",
            {
                "200": {"description": f"Durable; the {CHANGE_SCHEMAS[name].on} anew.", "content": page},
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


_OF_A_FORM: tuple[type[Problem], ...] = (
    BrokenBody, CrossSite, NotFound, NotSignedIn, OfAnotherDay, TooLarge, Unavailable, VaultClosed,
)  # fmt: skip


def _form(name: str) -> Schema:
    args = CHANGE_SCHEMAS[name].args
    needed = [field for field, arg in args.items() if not arg.optional and arg.form != "new_id"]
    fields = {field: _field(arg) for field, arg in args.items()}
    fields |= {field: {"type": "string", "description": says} for field, says in OF_THE_PAGE.items()}
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


def _security_txt() -> Schema:
    """RFC 9116."""
    found = {"description": "The contact.", "content": {"text/plain": {"schema": {"type": "string"}}}}
    return _operation("Whom to tell of a weakness.", {"200": found, **_problems(NotFound)})


def _operation(summary: str, responses: Mapping[str, object]) -> dict[str, object]:
    return {"summary": summary, "responses": responses}


def _json(description: str, schema: Schema) -> Schema:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _problems_without_words(*kinds: type[Problem]) -> dict[str, object]:
    return {str(kind.status): {"description": kind.__name__} for kind in kinds}


def _problems(*kinds: type[Problem]) -> dict[str, object]:
    body = {"application/problem+json": {"schema": {"$ref": f"{REF}ProblemAnswer"}}}
    codes: dict[str, list[str]] = {}
    for kind in kinds:
        codes.setdefault(str(kind.status), []).append(kind.__name__)
    return {status: {"description": ", ".join(names), "content": body} for status, names in codes.items()}
