"""Which of SIDPOL's modalities a kind of incident is published under, and what is coarser than a modality."""

from collections.abc import Mapping
from types import MappingProxyType

from vocabulary.incidents import IncidentType

VERSION = 1
"""Of everything below: a change is a new number, which later months carry. Months that were closed keep theirs."""

_VIOLENCE = "Violencia contra la mujer e integrantes"
_OTHERS = "Otros"
_NAMED = {
    IncidentType.THEFT: "Hurto",
    IncidentType.ROBBERY: "Robo",
    IncidentType.FRAUD: "Estafa",
    IncidentType.EXTORTION: "Extorsión",
    IncidentType.DOMESTIC_VIOLENCE: _VIOLENCE,
}
MODALITIES: Mapping[str, str] = MappingProxyType({kind.value: _NAMED.get(kind, _OTHERS) for kind in IncidentType})
"""A vehicle's theft stands in no modality: it is taken by force or without, which the kind does not tell."""

_PROPERTY = "Hurto, robo, estafa o extorsión"
GROUPS: Mapping[str, str] = MappingProxyType(
    dict.fromkeys(("Hurto", "Robo", "Estafa", "Extorsión"), _PROPERTY) | {_VIOLENCE: _VIOLENCE, _OTHERS: _OTHERS}
)
ALL = "Varias modalidades"

SENSITIVE = frozenset(
    {
        IncidentType.DOMESTIC_VIOLENCE.value,
        IncidentType.SEXUAL_VIOLENCE.value,
        IncidentType.MISSING_PERSON.value,
        IncidentType.POLICE_MISCONDUCT.value,
    }
)
"""Kinds that are told of a province at the finest."""
