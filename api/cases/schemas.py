"""What the forms of a case say; ``seen`` is the last entry that whoever fills one in had before them."""

import re
import uuid
from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints

from vocabulary.cases import Authority, CaseAct
from vocabulary.incidents import IncidentType

_SIDPOL = re.compile(r"[A-Z0-9](?:[A-Z0-9 ./-]{2,38})[A-Z0-9]")


def _sidpol(typed: object) -> str:
    """A number as SIDPOL may write it: capitals, digits, and what divides them, with four digits or more."""
    text = " ".join(str(typed).upper().split())
    if not _SIDPOL.fullmatch(text) or sum(c.isdigit() for c in text) < 4:
        raise ValueError("not a number of SIDPOL")
    return text


def _lines(typed: object) -> object:
    """A browser sends the ends of lines as two characters."""
    return typed.replace("\r\n", "\n") if isinstance(typed, str) else typed


type Text = Annotated[str, BeforeValidator(_lines), StringConstraints(strip_whitespace=True, max_length=4000)]
type Said = Annotated[
    str, BeforeValidator(_lines), StringConstraints(strip_whitespace=True, min_length=3, max_length=4000)
]


class ActForm(BaseModel):
    model_config = ConfigDict(extra="forbid")

    seen: int


class Told(ActForm):
    """An act with words."""

    note: Said


class MaybeTold(ActForm):
    note: Text = ""


class Assign(ActForm):
    to: uuid.UUID


class Classify(ActForm):
    incident_type: IncidentType


class Reply(Told):
    answers: int


class Refer(MaybeTold):
    authority: Authority


class Transfer(Told):
    station: str


class Sidpol(ActForm):
    number: Annotated[str, BeforeValidator(_sidpol)]


FORMS: Mapping[CaseAct, type[ActForm]] = MappingProxyType(
    {
        CaseAct.TAKE: ActForm,
        CaseAct.ASSIGN: Assign,
        CaseAct.REVIEW: ActForm,
        CaseAct.CLASSIFY: Classify,
        CaseAct.ASK: Told,
        CaseAct.REPLY: Reply,
        CaseAct.NOTE: Told,
        CaseAct.ACCEPT: MaybeTold,
        CaseAct.REFER: Refer,
        CaseAct.CLOSE: Told,
        CaseAct.DISMISS: Told,
        CaseAct.REOPEN: Told,
        CaseAct.TRANSFER: Transfer,
        CaseAct.SIDPOL: Sidpol,
    }
)
"""The form of each act."""


class Call(BaseModel):
    """What came of a call."""

    model_config = ConfigDict(extra="forbid")

    reached: bool
    note: Text = ""


class Reason(BaseModel):
    """Why a colleague's case is opened."""

    model_config = ConfigDict(extra="forbid")

    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=5, max_length=500)]


class CopyAsked(BaseModel):
    """What a copy is wanted for, and whether the officer saw the person and their document."""

    model_config = ConfigDict(extra="forbid")

    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=300)]
    in_person: bool = False
