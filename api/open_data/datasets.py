"""The data sets: what each column means, and the rows of a closed period, made of people who can't be told apart."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from statistics import fmean, median
from typing import Any, Literal

from api.open_data.mapping import ALL, GROUPS, MODALITIES, SENSITIVE, VERSION
from api.open_data.suppression import Part, coarsened, people, refined
from vocabulary.places import Place, all_districts

type Values = dict[str, Any]
"""A published row, by its columns in their order."""

NO_PLACE = "000000"
NOT_ASKED = "no preguntado"
_SEVERAL_PLACES = "(varios)"


@dataclass(frozen=True)
class Complaint:
    """One complaint as far as it is published. ``owner`` tells complainants apart and is None where none is known.

    ``seen_after`` and ``closed_after`` are seconds from its filing, None while it was not seen or not closed.
    """

    ubigeo: str | None
    incident_type: str
    owner: bytes | None
    basis: Literal["bot", "officer"]
    channel: str
    language: str
    gender: str = NOT_ASKED
    seen_after: float | None = None
    closed_after: float | None = None


@dataclass(frozen=True)
class Issue:
    """A paper that was issued."""

    kind: str
    ubigeo: str | None
    owner: bytes | None


@dataclass(frozen=True)
class Opinion:
    """The closed answers of one person; ``owner`` is the answer itself, since nobody knows whose it is."""

    owner: bytes
    survey: str
    version: int
    station: str | None
    answers: Mapping[str, int | str]


@dataclass(frozen=True)
class Office:
    """A station, and the department that it is in."""

    code: str
    name: str
    department: str | None


def _owner(row: Complaint | Issue | Opinion) -> bytes | None:
    return row.owner


def _placed(digits: int, title: Callable[[str], str]) -> Callable[[Complaint], tuple[str, str] | None]:
    """The level of a place (digits of its INEI code) beside what the kind is told as."""

    def name(row: Complaint) -> tuple[str, str] | None:
        finest = 0 if row.ubigeo is None else 4 if row.incident_type in SENSITIVE else 6
        if digits > finest:
            return None
        return ((row.ubigeo or "")[:digits].ljust(6, "0"), title(MODALITIES[row.incident_type]))

    return name


_LEVELS = (
    _placed(6, str), _placed(6, GROUPS.__getitem__), _placed(4, str), _placed(4, GROUPS.__getitem__),
    _placed(2, GROUPS.__getitem__), _placed(0, GROUPS.__getitem__), _placed(0, lambda _: ALL),
)  # fmt: skip
"""From district and modality to the whole country and all of them. A group of one modality has its name, and then the coarser
level asks the same again, which nobody is left for."""


def base(rows: Sequence[Complaint], *, k: int) -> Sequence[Part[Complaint]]:
    """The parts that everything told of complaints is made of: place and modality."""
    return coarsened(rows, levels=_LEVELS, owner=_owner, k=k).parts


_FINER: Mapping[str, Callable[[Complaint], str]] = {
    "incident_type": lambda row: row.incident_type,
    "classification_basis": lambda row: row.basis,
    "channel": lambda row: row.channel,
    "language": lambda row: row.language,
    "gender": lambda row: row.gender,
}


def place_names(code: str) -> tuple[str, str, str]:
    """Department, province and district of a place of any level."""
    if code == NO_PLACE:
        return (_SEVERAL_PLACES,) * 3
    place = _firsts()[code]
    province = _SEVERAL_PLACES if code.endswith("0000") else place.province
    return place.department, province, _SEVERAL_PLACES if code.endswith("00") else place.district


@cache
def _firsts() -> Mapping[str, Place]:
    """A district of each place of any level, which tells what the place is called."""
    return {place.ubigeo[:digits].ljust(6, "0"): place for place in all_districts() for digits in (2, 4, 6)}


def _where(code: str) -> Values:
    department, province, district = place_names(code)
    return {"DPTO_HECHO_NEW": department, "PROV_HECHO": province, "DIST_HECHO": district, "UBIGEO_HECHO": code}


def _month(period: str) -> Values:
    year, month = period.split("-")
    return {"ANIO": int(year), "MES": int(month)}


def complaints(parts: Sequence[Part[Complaint]], *, period: str) -> list[Values]:
    """SIDPOL's eight columns."""
    return [
        _month(period) | _where(part.name[0]) | {"P_MODALIDADES": part.name[1], "cantidad": len(part.rows)}
        for part in parts
    ]


def detailed(parts: Sequence[Part[Complaint]], *, period: str, k: int) -> list[Values]:
    """The same complaints, told apart by more wherever that leaves nobody in a small company."""
    finer = [piece for part in parts for piece in refined(part, columns=tuple(_FINER.values()), owner=_owner, k=k)]
    return [
        _month(period)
        | _where(piece.name[0])
        | {"P_MODALIDADES": piece.name[1]}
        | dict(zip(_FINER, piece.name[2:], strict=True))
        | {"mapping_version": VERSION, "cantidad": len(piece.rows)}
        for piece in finer
    ]


def service_times(
    parts: Sequence[Part[Complaint]], *, period: str, offices: Mapping[str, Office], k: int
) -> list[Values]:
    """Medians by the station that is competent for the district, or of what is told more coarsely by place.

    ``offices`` are the stations by district. Each row is a sum of the parts of ``complaints``, so that beside them it tells
    no further number.
    """
    units: dict[tuple[str, str, str], list[Complaint]] = defaultdict(list)
    for part in parts:
        code = part.name[0]
        office = offices.get(code)
        if office is not None:
            units["comisaría", office.code, office.name] += part.rows
        else:
            level = _level(code)
            names = dict.fromkeys(name for name in reversed(place_names(code)) if name != _SEVERAL_PLACES)
            units[level, code, ", ".join(names) or "Perú"] += part.rows
    return [
        _month(period)
        | {"nivel": level, "codigo": code, "nombre": name, "denuncias": len(rows)}
        | {
            "horas_primera_atencion": _median(rows, lambda row: row.seen_after, 3600, k),
            "dias_cierre": _median(rows, lambda row: row.closed_after, 86400, k),
        }
        for (level, code, name), rows in sorted(units.items())
    ]


def _level(code: str) -> str:
    if code == NO_PLACE:
        return "país"
    return "departamento" if code.endswith("0000") else "provincia" if code.endswith("00") else "distrito"


def _median(rows: Iterable[Complaint], taken: Callable[[Complaint], float | None], unit: int, k: int) -> int | None:
    known = [(row, value) for row in rows if (value := taken(row)) is not None]
    return round(median(value for _, value in known) / unit) if people([row.owner for row, _ in known]) >= k else None


def surveys(rows: Sequence[Opinion], *, period: str, offices: Mapping[str, Office], k: int) -> list[Values]:
    """Means of scales and shares of choices, by station or more coarsely; of a question that too few answered, nothing."""

    def at_station(row: Opinion) -> tuple[str, ...] | None:
        return ("comisaría", row.station, row.survey, str(row.version)) if row.station else None

    def in_department(row: Opinion) -> tuple[str, ...] | None:
        office = offices.get(row.station or "")
        return (
            ("departamento", office.department, row.survey, str(row.version)) if office and office.department else None
        )

    levels = (at_station, in_department, lambda row: ("país", NO_PLACE, row.survey, str(row.version)))
    year, quarter = period.split("-T")
    found = []
    for part in coarsened(rows, levels=levels, owner=_owner, k=k).parts:
        level, code, survey, version = part.name
        if level == "comisaría":
            name = offices[code].name if code in offices else code
        else:
            name = place_names(code)[0] if level == "departamento" else "Perú"
        head = {"ANIO": int(year), "TRIMESTRE": int(quarter), "nivel": level, "codigo": code, "nombre": name}
        head |= {"encuesta": survey, "version": int(version), "respuestas": len(part.rows)}
        for question in sorted({step for row in part.rows for step in row.answers}):
            answers = [row.answers[question] for row in part.rows if question in row.answers]
            if len(answers) >= k:
                found += [head | {"pregunta": question} | told for told in _summed(answers)]
    return found


def _summed(answers: Sequence[int | str]) -> list[Values]:
    numbers = [answer for answer in answers if isinstance(answer, int)]
    if len(numbers) == len(answers):
        return [{"medida": "promedio", "valor": round(fmean(numbers), 1)}]
    return [
        {"medida": f"porcentaje: {answer}", "valor": float(round(100 * answers.count(answer) / len(answers)))}
        for answer in sorted({str(answer) for answer in answers})
    ]


def copies(rows: Sequence[Issue], *, period: str, k: int) -> list[Values]:
    """Papers that were asked for, by department and kind; what every complaint gets is not told, which would count complaints
    by another partition."""
    levels = (
        lambda row: (row.ubigeo[:2] + "0000", row.kind) if row.ubigeo else None,
        lambda row: (NO_PLACE, row.kind),
        lambda _: (NO_PLACE, _SEVERAL_PLACES),
    )
    return [
        _month(period)
        | {"DPTO_HECHO_NEW": place_names(part.name[0])[0], "tipo": part.name[1], "cantidad": len(part.rows)}
        for part in coarsened(rows, levels=levels, owner=_owner, k=k).parts
    ]
