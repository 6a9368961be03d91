"""Knows what the forms of all machine answers have in common, and the forms of those that are about no subject."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

ID = r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"


class Strict(BaseModel):
    """Nothing is guessed and nothing is left over."""

    model_config = ConfigDict(strict=True, extra="forbid")


class HealthAnswer(Strict):
    """Alive: the process answers. Ready: the database does too."""

    status: Literal["alive", "ready"]


class ProblemAnswer(Strict):
    """Why not (RFC 9457 §3.1); `code` says which problem it is."""

    type: str
    title: str
    status: int
    detail: str
    code: str
