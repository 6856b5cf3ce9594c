"""The kinds of incident and the intake of each: what is asked, in which order, and what may stay unknown.

The table is the only place that decides what the bot asks. A step is asked while its field is missing; the sentence
that says why it is asked stands beside the question in ``locales/<language>/ask.toml``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

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


@dataclass(frozen=True)
class Intake:
    """What the intake of one kind of incident asks.

    ``steps`` are asked in order, each only while it is missing; ``optional`` ones may be skipped or not known.
    ``copy_at_once`` is whether the full copy is issued without an officer's look.
    """

    steps: tuple[Step, ...]
    optional: frozenset[Step]
    copy_at_once: bool = True
    priority: bool = False


_OPENING = (Step.CONSENT, Step.NARRATIVE, Step.INCIDENT_TYPE, Step.OCCURRED_AT, Step.PLACE)
_PERSON = (Step.FULL_NAME, Step.DOCUMENT_TYPE, Step.DOCUMENT_NUMBER, Step.PHONE, Step.EMAIL, Step.ADDRESS)
_CLOSING = (Step.EVIDENCE, Step.OATH, Step.CONFIRM)
_OPTIONAL = frozenset(
    {
        Step.OCCURRED_AT,
        Step.STOLEN_ITEMS,
        Step.ITEM_DETAILS,
        Step.SUSPECTS,
        Step.WITNESSES,
        Step.EVIDENCE,
        Step.PHONE,
        Step.EMAIL,
        Step.ADDRESS,
    }
)


def _intake(*middle: Step, copy_at_once: bool = True, priority: bool = False) -> Intake:
    steps = (*_OPENING, *middle, *_PERSON, *_CLOSING)
    return Intake(steps, _OPTIONAL & set(steps), copy_at_once, priority)


_THINGS = (Step.STOLEN_ITEMS, Step.ITEM_DETAILS)
_PEOPLE = (Step.SUSPECTS, Step.WITNESSES)

INTAKES: Mapping[IncidentType, Intake] = MappingProxyType(
    {
        IncidentType.LOST_DOCUMENT: _intake(*_THINGS),
        IncidentType.LOST_PROPERTY: _intake(*_THINGS),
        IncidentType.THEFT: _intake(*_THINGS, *_PEOPLE),
        IncidentType.ROBBERY: _intake(*_THINGS, *_PEOPLE),
        IncidentType.VEHICLE_THEFT: _intake(*_THINGS, *_PEOPLE),
        IncidentType.FRAUD: _intake(*_PEOPLE),
        IncidentType.CYBERCRIME: _intake(Step.SUSPECTS),
        IncidentType.EXTORTION: _intake(*_PEOPLE, priority=True),
        IncidentType.THREATS: _intake(*_PEOPLE, priority=True),
        IncidentType.ASSAULT: _intake(*_PEOPLE),
        IncidentType.DOMESTIC_VIOLENCE: _intake(Step.SUSPECTS, copy_at_once=False, priority=True),
        IncidentType.SEXUAL_VIOLENCE: _intake(Step.SUSPECTS, copy_at_once=False, priority=True),
        IncidentType.PROPERTY_DAMAGE: _intake(*_THINGS, *_PEOPLE),
        IncidentType.MISSING_PERSON: _intake(Step.WITNESSES, priority=True),
        IncidentType.TRAFFIC_ACCIDENT: _intake(*_PEOPLE),
        IncidentType.NOISE_DISTURBANCE: _intake(Step.WITNESSES),
        IncidentType.POLICE_MISCONDUCT: _intake(*_PEOPLE, copy_at_once=False),
        IncidentType.OTHER: _intake(*_PEOPLE),
    }
)

HURRIED: frozenset[Step] = frozenset(
    {
        Step.CONSENT,
        Step.NARRATIVE,
        Step.INCIDENT_TYPE,
        Step.OCCURRED_AT,
        Step.PLACE,
        Step.FULL_NAME,
        Step.PHONE,
        Step.OATH,
        Step.CONFIRM,
    }
)
"""What is asked of someone in a hurry; the rest can be completed after filing."""
