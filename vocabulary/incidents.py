"""The kinds of incident and the intake of each: what is asked, in which order, and what may stay unknown.

The table is the only place that decides what the bot asks. A step is asked while its field is missing; the sentence
that says why it is asked stands beside the question in ``locales/<language>/ask.toml``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from vocabulary.steps import Step


class IncidentType(StrEnum):
    THEFT = "theft"
    ROBBERY = "robbery"
    LOST_DOCUMENT = "lost_document"
    LOST_PROPERTY = "lost_property"
    FRAUD = "fraud"
    CYBERCRIME = "cybercrime"
    EXTORTION = "extortion"
    THREATS = "threats"
    ASSAULT = "assault"
    DOMESTIC_VIOLENCE = "domestic_violence"
    SEXUAL_VIOLENCE = "sexual_violence"
    PROPERTY_DAMAGE = "property_damage"
    MISSING_PERSON = "missing_person"
    TRAFFIC_ACCIDENT = "traffic_accident"
    VEHICLE_THEFT = "vehicle_theft"
    NOISE_DISTURBANCE = "noise_disturbance"
    POLICE_MISCONDUCT = "police_misconduct"
    OTHER = "other"


class Office(StrEnum):
    """Who takes the case: the station of the place, the Inspectoría, or whichever of station and central desk the
    complainant chooses, who may fear that those who extort have ears in the station."""

    STATION = "station"
    INSPECTORATE = "inspectorate"
    CHOSEN = "chosen"


@dataclass(frozen=True)
class Intake:
    """What the intake of one kind of incident asks.

    ``steps`` are asked in order, each only while it is missing; ``optional`` ones may be skipped or not known.
    ``offered`` ones are never asked: the summary names them once, and whoever wants to tells them there.
    ``copy_at_once`` is whether the full copy is issued without an officer's look.
    ``confidential`` is whether every contact is free of content, and how and when to be contacted safely is asked.
    ``anonymous`` is whether the name may be kept back; there is then no copy, only a receipt.
    ``report_within`` is the time in which the police must report to the court (Ley 30364: 24 hours).
    """

    steps: tuple[Step, ...]
    optional: frozenset[Step]
    offered: tuple[Step, ...] = ()
    copy_at_once: bool = True
    priority: bool = False
    confidential: bool = False
    anonymous: bool = False
    office: Office = Office.STATION
    report_within: timedelta | None = None

    @property
    def safety_first(self) -> bool:
        return self.steps[0] is Step.SAFE_NOW


_ACCOUNT = (Step.CONSENT, Step.NARRATIVE, Step.INCIDENT_TYPE, Step.OCCURRED_AT, Step.PLACE)
_PERSON = (Step.FULL_NAME, Step.DOCUMENT_NUMBER, Step.PHONE, Step.EMAIL)
_CLOSING = (Step.OATH, Step.CONFIRM)
_VICTIM = (Step.REPORTING_FOR, Step.VICTIM_NAME, Step.RELATIONSHIP)
_NEEDED = frozenset(
    {Step.SAFE_NOW, Step.CONSENT, Step.NARRATIVE, Step.INCIDENT_TYPE, Step.FULL_NAME, Step.DOCUMENT_NUMBER}
    | {Step.OATH, Step.CONFIRM}
)
"""What the intake of most kinds can't do without; of the rest anything may stay unknown."""


def _intake(*middle: Step, offered: tuple[Step, ...] = (Step.WITNESSES,), **rules: Any) -> Intake:
    steps = (*_ACCOUNT, *middle, *_PERSON, *_CLOSING)
    needed = _NEEDED - {Step.FULL_NAME} if rules.get("anonymous") else _NEEDED
    return Intake(steps, frozenset(steps) - needed, offered, **rules)


def _safety_first(*middle: Step, offered: tuple[Step, ...] = (Step.WITNESSES,), **rules: Any) -> Intake:
    """Safety before everything, a contact that is safe, and no need of a document."""
    steps = (Step.SAFE_NOW, *_ACCOUNT, *middle, *_PERSON, Step.SAFE_CONTACT, *_CLOSING)
    needed = _NEEDED - {Step.DOCUMENT_NUMBER}
    if rules.get("anonymous"):
        needed -= {Step.FULL_NAME}
    return Intake(steps, frozenset(steps) - needed, offered, priority=True, confidential=True, **rules)


_SEEN = (Step.SUSPECTS, Step.WITNESSES, Step.EVIDENCE)
_COURT = timedelta(hours=24)

INTAKES: Mapping[IncidentType, Intake] = MappingProxyType(
    {
        IncidentType.LOST_DOCUMENT: _intake(Step.STOLEN_ITEMS, Step.COMPANY, offered=(Step.EVIDENCE,)),
        IncidentType.LOST_PROPERTY: _intake(Step.STOLEN_ITEMS, offered=(Step.ITEM_DETAILS, Step.EVIDENCE)),
        IncidentType.THEFT: _intake(Step.STOLEN_ITEMS, offered=(Step.ITEM_DETAILS, *_SEEN)),
        IncidentType.ROBBERY: _intake(Step.STOLEN_ITEMS, offered=(Step.ITEM_DETAILS, *_SEEN)),
        IncidentType.VEHICLE_THEFT: _intake(Step.VEHICLE, offered=_SEEN),
        IncidentType.FRAUD: _intake(Step.AMOUNT_LOST, Step.PAYMENT_DETAILS, Step.SUSPECTS, Step.EVIDENCE),
        IncidentType.CYBERCRIME: _intake(
            Step.AMOUNT_LOST, Step.PAYMENT_DETAILS, Step.EVIDENCE, offered=(Step.SUSPECTS,), anonymous=True
        ),
        IncidentType.EXTORTION: _safety_first(
            Step.PAYMENT_DETAILS, Step.SUSPECTS, Step.EVIDENCE, Step.OFFICE, anonymous=True, office=Office.CHOSEN
        ),
        IncidentType.THREATS: _safety_first(Step.SUSPECTS, Step.EVIDENCE),
        IncidentType.ASSAULT: _intake(Step.INJURIES, Step.SUSPECTS, Step.WITNESSES, offered=(Step.EVIDENCE,)),
        IncidentType.DOMESTIC_VIOLENCE: _safety_first(
            *_VICTIM,
            Step.INJURIES,
            Step.SUSPECTS,
            Step.ADDRESS,
            offered=(Step.WITNESSES, Step.EVIDENCE),
            copy_at_once=False,
            anonymous=True,
            report_within=_COURT,
        ),
        IncidentType.SEXUAL_VIOLENCE: _safety_first(
            *_VICTIM, Step.SUSPECTS, copy_at_once=False, anonymous=True, report_within=_COURT
        ),
        IncidentType.PROPERTY_DAMAGE: _intake(Step.DAMAGE, Step.SUSPECTS, Step.EVIDENCE),
        IncidentType.MISSING_PERSON: _safety_first(
            Step.VICTIM_NAME,
            Step.RELATIONSHIP,
            Step.BIRTH_DATE,
            Step.MISSING_PERSON,
            Step.EVIDENCE,
            offered=(Step.SUSPECTS, Step.WITNESSES),
        ),
        IncidentType.TRAFFIC_ACCIDENT: _intake(
            Step.INJURIES, Step.VEHICLE, Step.WITNESSES, Step.EVIDENCE, offered=(Step.SUSPECTS,)
        ),
        IncidentType.NOISE_DISTURBANCE: _intake(Step.EVIDENCE),
        IncidentType.POLICE_MISCONDUCT: _intake(
            Step.SUSPECTS, Step.EVIDENCE, copy_at_once=False, anonymous=True, office=Office.INSPECTORATE
        ),
        IncidentType.OTHER: _intake(Step.SUSPECTS, Step.EVIDENCE, anonymous=True),
    }
)

HURRIED: frozenset[Step] = frozenset(
    {Step.CONSENT, Step.NARRATIVE, Step.INCIDENT_TYPE, Step.OCCURRED_AT, Step.PLACE}
    | {Step.SAFE_NOW, Step.FULL_NAME, Step.PHONE, Step.SAFE_CONTACT, Step.OATH, Step.CONFIRM}
)
"""What is asked of someone in a hurry; the rest can be completed after filing."""

DISCLOSURES: frozenset[IncidentType] = frozenset({IncidentType.DOMESTIC_VIOLENCE, IncidentType.SEXUAL_VIOLENCE})
"""Kinds that, once told, an officer must see even if the complaint is never confirmed."""
