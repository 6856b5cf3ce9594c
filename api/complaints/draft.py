"""The draft of a complaint: what has been understood so far, in the shape that the public state shows."""

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer

from api.clock import LIMA
from vocabulary.incidents import IncidentType
from vocabulary.steps import Step


def _cut(length: int) -> BeforeValidator:
    """What is longer than a field holds is cut: the whole of it stays in the message that said it."""
    return BeforeValidator(lambda value: value[:length] if isinstance(value, str | list) else value)


type Line = Annotated[str, _cut(300)]
type Minute = Annotated[dt.time, PlainSerializer(lambda value: value.isoformat("minutes"), return_type=str)]
type Text = Annotated[str, _cut(20_000)]


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")


class OccurredAt(_Shape):
    date: dt.date
    time: Minute | None = None
    approximate: bool = False

    @property
    def moment(self) -> dt.datetime | None:
        """The moment, where a time was told."""
        return dt.datetime.combine(self.date, self.time, LIMA) if self.time else None


class Place(_Shape):
    ubigeo: str | None = None
    district: str | None = None
    province: str | None = None
    department: str | None = None
    detail: Line | None = None
    latitude: float | None = None
    longitude: float | None = None


class Item(_Shape):
    kind: Literal[
        "phone", "cash", "bag", "wallet", "document", "laptop", "vehicle", "bicycle", "jewelry", "bank_card", "other"
    ]
    document_type: Line | None = None
    brand: Line | None = None
    plate: Line | None = None
    imei: Line | None = None
    amount: float | None = None
    currency: Literal["PEN", "USD", "EUR"] | None = None
    description: Line | None = None


class Amount(_Shape):
    amount: float
    currency: Literal["PEN", "USD", "EUR"] = "PEN"


class Suspects(_Shape):
    count: int | None = None
    known_to_victim: bool | None = None


class Number(_Shape):
    """A telephone or account of somebody else: it links the cases in which it appears."""

    kind: Literal["phone", "account"]
    value: Line


class Facts(_Shape):
    """What a story says; null or empty is what it does not say."""

    incident_type: IncidentType | None = None
    occurred_at: OccurredAt | None = None
    place: Place | None = None
    items: Annotated[list[Item], _cut(100)] = []
    amount_lost: Amount | None = None
    suspects: Suspects | None = None
    weapon: bool | None = None
    phone_mentioned: Line | None = None
    document_number: Line | None = None


class PublicDraft(Facts):
    """The draft as the state shows it."""

    full_name: Line | None = None
    document_type: Literal["dni", "ce", "passport", "other", "none"] | None = None
    phone: Line | None = None
    email: Line | None = None
    address: Line | None = None
    narrative: Text | None = None


class Held(_Shape):
    """A message that raised an alarm where a step was asked, until the citizen says whether they are safe."""

    step: Step
    text: Text


class SurveyDraft(_Shape):
    """A survey while it is answered, about a service rendered (its name and number); None is passed over."""

    id: str
    version: int
    about: str
    answers: dict[Step, int | Text | None] = {}


class Draft(PublicDraft):
    """The whole draft. ``settled`` are the steps that were answered, inferred, skipped, not known or filled by an operator; ``attempt`` is which
    complaint of its conversation it is; ``surveyed`` are the services rendered of which an opinion was kept."""

    attempt: int = 1
    safe_now: bool | None = None
    reporting_for: Literal["self", "other"] | None = None
    victim_name: Line | None = None
    relationship: Line | None = None
    birth_date: Line | None = None
    missing_person: Text | None = None
    injuries: Text | None = None
    vehicle: Text | None = None
    damage: Text | None = None
    payment_details: Text | None = None
    company: Line | None = None
    safe_contact: Line | None = None
    callback_phone: Line | None = None
    office: Literal["station", "central"] | None = None
    anonymous: bool = False
    minor: bool = False
    others_numbers: Annotated[list[Number], _cut(50)] = []
    anything_else: Text | None = None
    settled: dict[Step, Literal["given", "inferred", "skipped", "dont_know", "operator"]] = {}
    suspects_description: Text | None = None
    witnesses: Text | None = None
    evidence_note: Text | None = None
    place_candidates: Annotated[list[str], _cut(20)] = []
    correcting: bool = False
    hurried: bool = False
    held: Held | None = None
    again: Step | None = None
    consented_at: dt.datetime | None = None
    sworn_at: dt.datetime | None = None
    survey: SurveyDraft | None = None
    surveyed: list[str] = []

    def public(self) -> dict[str, Any]:
        return self.model_dump(mode="json", include=set(PublicDraft.model_fields))
