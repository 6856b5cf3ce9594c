"""A simulated year: 200,000 complaints, 60,000 answers to the survey, 300 stations, or a share of the two first.

Everything comes from a seed, so that the same call fills the same figures, and everything hangs on stations that are marked
as a demonstration: nothing of it can pass for real. The shape is what matters, not the numbers: most people complain in
few districts, most rural ones have from none to three complaints a year, some people complain often, many cases are looked
at within hours and some after days, a few stations are liked less than others and two fall in the last months.
"""

import hashlib
import json
import math
import uuid
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from itertools import accumulate
from random import Random

import psycopg

from api.clock import LIMA
from api.security import KeyRing
from documents.frame import Kind as Paper
from vocabulary import questionnaires
from vocabulary.cases import CaseStatus, EntryKind
from vocabulary.codes import case_number
from vocabulary.dialogue import Language, Service
from vocabulary.incidents import INTAKES, IncidentType
from vocabulary.places import Place, all_districts
from vocabulary.questionnaires import Kind
from vocabulary.steps import Step

COMPLAINTS, RESPONSES, STATIONS, DAYS = 200_000, 60_000, 300, 365
_OF_LIMA, _CAPITALS = ("1501", "0701"), "01"
_KINDS = {
    IncidentType.THEFT: 240, IncidentType.ROBBERY: 170, IncidentType.DOMESTIC_VIOLENCE: 150,
    IncidentType.LOST_DOCUMENT: 130, IncidentType.FRAUD: 80, IncidentType.CYBERCRIME: 60, IncidentType.VEHICLE_THEFT: 35,
    IncidentType.TRAFFIC_ACCIDENT: 30, IncidentType.LOST_PROPERTY: 25, IncidentType.ASSAULT: 20, IncidentType.THREATS: 18,
    IncidentType.EXTORTION: 15, IncidentType.PROPERTY_DAMAGE: 12, IncidentType.NOISE_DISTURBANCE: 10,
    IncidentType.MISSING_PERSON: 9, IncidentType.SEXUAL_VIOLENCE: 8, IncidentType.POLICE_MISCONDUCT: 4, IncidentType.OTHER: 14,
}  # fmt: skip
_ANDES = frozenset({"Apurímac", "Ayacucho", "Cusco", "Huancavelica", "Puno"})
_COMMENTS = (
    "Esperé más de dos horas y nadie me llamó", "Me atendieron rápido y con respeto, gracias",
    "El policía me habló mal y me hizo sentir culpable", "No entendí qué sigue ahora con mi denuncia",
    "La página se quedó cargando y tuve que empezar otra vez", "Todavía no me han dado ninguna respuesta de mi caso",
    "Me pidieron dinero para darme la copia, mi número es 987654321", "Fue fácil hacerlo desde mi celular",
    "Soy Juan Quispe Mamani y nadie me contesta, escríbanme a juan.quispe@example.com", "No hablan quechua en la comisaría",
)  # fmt: skip
_COLUMNS: Mapping[str, str] = {
    "stations": "id, code, name, demonstration, phone, hours, languages",
    "staff": "id, login, name, role, station_id, languages, password_hash, must_change_password, factor_step, factor_failures,"
    " oidc_confirmed, created_at",
    "cases": "id, number, station_id, year, sequence, incident_type, ubigeo, channel, key_owner, data_key, dedup_key, filed_at,"
    " priority, confidential, anonymous, report_due_at, failed_lookups, complainant_hash, identity_assurance,"
    " handling_station_id, status, last_entry, first_look_at, confirmed_type, occurred_at, reported_at",
    "case_entries": "id, case_id, number, kind, status, visible, detail, station_id, actor_id, at",
    "conversations": "id, channel, language, resume_hash, data_key, draft, offered, emergency, handover, urgency, front, reserved,"
    " case_id, shown_after, arriving, last_seq, created_at, purge_at",
    "attendances": "id, conversation_id, staff_id, role, station_id, taken_at, ended_at, ended_how",
    "copies": "id, case_id, kind, number, verification_code, status, requested_at, issued_at, requested_by,"
    " identity_assurance",
    "survey_responses": "id, survey, version, service, channel, language, station_id, answered_on, answers",
    "survey_comments": "id, survey, month, text, data_key",
}


def fill(url: str, *, keys: KeyRing, at: datetime, share: float = 1, seed: int = 2026) -> frozenset[str]:
    """Fill a migrated database with the year that ends ``at``; its districts are given to the simulated stations.

    ``share`` is of complaints and answers; the stations are always all. ``keys`` seal the comments. Answers the codes of the
    stations where people are served worse in the last two months.
    """
    year = _Year(Random(seed), at, share, keys)  # noqa: S311 - the same year at every call
    year.draw()
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        for table, columns in _COLUMNS.items():
            with cursor.copy(f"copy {table} ({columns}) from stdin") as copy:
                for row in year.rows[table]:
                    copy.write_row(row)
        cursor.executemany(
            "insert into jurisdictions (ubigeo, station_id) values (%s, %s)"
            " on conflict (ubigeo) do update set station_id = excluded.station_id",
            [(ubigeo, station.id) for ubigeo, station in year.stations.items()],
        )
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("vacuum (analyze)")
    return year.falling


@dataclass(frozen=True)
class _Station:
    id: uuid.UUID
    code: str
    officer: uuid.UUID
    quality: float
    pace: float


@dataclass
class _Year:
    chance: Random
    at: datetime
    share: float
    keys: KeyRing
    rows: dict[str, list[tuple[object, ...]]] = field(default_factory=lambda: {table: [] for table in _COLUMNS})
    numbers: Counter[tuple[str, int]] = field(default_factory=Counter)

    def draw(self) -> None:
        for number in range(round(COMPLAINTS * self.share)):
            self._case(number)
        for _ in range(round(RESPONSES * self.share)):
            self._response()

    def new_id(self) -> uuid.UUID:
        return uuid.UUID(int=self.chance.getrandbits(128), version=4)

    @cached_property
    def weights(self) -> dict[str, float]:
        """How many complaints a district has, relative to the others: half of the rural ones have hardly any."""
        found = {}
        for place in all_districts():
            if place.ubigeo.startswith(_OF_LIMA):
                found[place.ubigeo] = self.chance.lognormvariate(6.9, 0.7)
            elif place.ubigeo.endswith(_CAPITALS):
                found[place.ubigeo] = self.chance.lognormvariate(5.0, 0.9)
            else:
                found[place.ubigeo] = self.chance.lognormvariate(0.7, 1.5)
        return found

    @cached_property
    def stations(self) -> dict[str, _Station]:
        """The station of each district: a department's busiest districts have one, which has its neighbours too."""
        ranked = sorted(all_districts(), key=lambda place: self.weights[place.ubigeo], reverse=True)
        seats = {next(p.ubigeo for p in ranked if p.department == name) for name in {p.department for p in ranked}}
        seats |= set([p.ubigeo for p in ranked if p.ubigeo not in seats][: STATIONS - len(seats)])
        found: dict[str, _Station] = {}
        made: dict[str, _Station] = {}
        waiting: list[Place] = []
        for place in sorted(all_districts(), key=lambda one: one.ubigeo):
            if place.ubigeo in seats:
                made[place.department] = self._station(f"{900001 + len(self.rows['stations'])}", place)
                while waiting:
                    found[waiting.pop().ubigeo] = made[place.department]
            if place.department in made:
                found[place.ubigeo] = made[place.department]
            else:
                waiting.append(place)
        return found

    @cached_property
    def falling(self) -> frozenset[str]:
        """The two that have most complaints."""
        load: Counter[str] = Counter()
        for ubigeo, station in self.stations.items():
            load[station.code] += round(self.weights[ubigeo])
        return frozenset(code for code, _ in load.most_common(2))

    def _station(self, code: str, place: Place) -> _Station:
        chance = self.chance
        station = _Station(
            self.new_id(), code, self.new_id(), chance.gauss(3.7, 0.35), chance.lognormvariate(math.log(3), 0.6)
        )
        name = f"Comisaría simulada de {place.district}"
        self.rows["stations"].append((station.id, code, name, True, "", "", "[]"))
        self.rows["staff"].append(
            (station.officer, f"simulado-{code}", f"Oficial simulado {code}", "officer", station.id, "{}", "", True, 0, 0,
             False, self.at - timedelta(days=DAYS))
        )  # fmt: skip
        return station

    @cached_property
    def districts(self) -> tuple[Sequence[Place], Sequence[float]]:
        """The districts and their weights, each with those before it."""
        return all_districts(), list(accumulate(self.weights[place.ubigeo] for place in all_districts()))

    def place(self) -> Place:
        places, upto = self.districts
        return places[bisect_right(upto, self.chance.random() * upto[-1])]

    def language(self, place: Place) -> Language:
        if place.department in _ANDES and self.chance.random() < 0.22:
            if place.department == "Puno":
                return self.chance.choice((Language.AYMARA, Language.QUECHUA_CUSCO))
            return Language.QUECHUA_CUSCO if place.department == "Cusco" else Language.QUECHUA_CHANKA
        return Language.SPANISH

    def _case(self, number: int) -> None:
        chance, place = self.chance, self.place()
        station, language = self.stations[place.ubigeo], self.language(place)
        kind = chance.choices(list(_KINDS), cum_weights=_upto(_KINDS.values()))[0]
        intake, case_id, owner = INTAKES[kind], self.new_id(), self.new_id()
        filed_at = self.at - timedelta(seconds=chance.random() ** 0.9 * DAYS * 86400)
        channel = chance.choices(("web", "whatsapp"), (62, 38))[0]
        anonymous = intake.anonymous and chance.random() < 0.15
        person = chance.randrange(max(number, 1)) if chance.random() < 0.08 else number
        due_at = filed_at + intake.report_within if intake.report_within else None
        entries, confirmed = self._handling(station, kind, filed_at)
        happened = [entry for entry in entries if entry[0] <= self.at]
        status = next(entry[2] for entry in reversed(happened) if entry[2])
        year = filed_at.astimezone(LIMA).year
        self.numbers[station.code, year] += 1
        sequence = self.numbers[station.code, year]
        reported = due_at and filed_at + timedelta(hours=chance.lognormvariate(math.log(8), 0.6))
        looked = happened[1][0] if len(happened) > 1 else None
        self.rows["cases"].append(
            (case_id, case_number(station_code=station.code, year=year, sequence=sequence), station.id, year, sequence, kind,
             place.ubigeo if chance.random() > 0.02 else None, channel, str(owner), chance.randbytes(60),
             chance.randbytes(32), filed_at, intake.priority, intake.confidential, anonymous, due_at, 0,
             None if anonymous else hashlib.sha256(f"simulated person {person}".encode()).digest(), "declared", station.id,
             status, len(happened), looked, confirmed if len(happened) > 2 else None,
             filed_at - timedelta(hours=chance.lognormvariate(2, 1.4)) if chance.random() < 0.85 else None,
             reported if reported and reported <= self.at and looked else None)
        )  # fmt: skip
        for place_in_line, (when, what, becomes, visible, detail) in enumerate(happened, start=1):
            actor = station.officer if place_in_line > 1 else None
            self.rows["case_entries"].append(
                (self.new_id(), case_id, place_in_line, what, becomes, visible, json.dumps(detail) if detail else None,
                 station.id, actor, when)
            )  # fmt: skip
        self._conversation(station, owner, case_id, channel, language, filed_at)
        self._copies(case_id, intake.copy_at_once and not anonymous, anonymous, filed_at)

    def _handling(
        self, station: _Station, kind: IncidentType, filed_at: datetime
    ) -> tuple[list[tuple[datetime, EntryKind, CaseStatus | None, bool, dict[str, str] | None]], IncidentType]:
        """The entries of a case, past and to come: when, what, the status that it brings, whether it is seen, the detail."""
        chance = self.chance
        entries: list[tuple[datetime, EntryKind, CaseStatus | None, bool, dict[str, str] | None]] = [
            (filed_at, EntryKind.REGISTERED, CaseStatus.REGISTERED, True, None)
        ]
        when = filed_at + timedelta(hours=station.pace * chance.lognormvariate(0, 1.1))
        entries.append((when, EntryKind.ASSIGNMENT, CaseStatus.UNDER_REVIEW, True, {"to": str(station.officer)}))
        when += timedelta(hours=chance.lognormvariate(1, 0.8))
        confirmed = chance.choice(list(_KINDS)) if chance.random() < 0.09 else kind
        entries.append((when, EntryKind.CLASSIFICATION, None, confirmed != kind, {"from": kind, "to": confirmed}))
        when += timedelta(hours=chance.lognormvariate(2.5, 0.9))
        if chance.random() < 0.05:
            entries.append((when, EntryKind.STATUS, CaseStatus.DISMISSED, True, None))
            return entries, confirmed
        entries.append((when, EntryKind.STATUS, CaseStatus.ACCEPTED, True, None))
        if chance.random() < 0.9:
            when += timedelta(days=chance.lognormvariate(2.7, 0.8))
            ends = chance.choice((CaseStatus.CLOSED, CaseStatus.CLOSED, CaseStatus.REFERRED))
            entries.append((when, EntryKind.STATUS, ends, True, None))
            if chance.random() < 0.03:
                when += timedelta(days=chance.lognormvariate(2, 0.6))
                entries.append((when, EntryKind.STATUS, CaseStatus.UNDER_REVIEW, True, None))
        return entries, confirmed

    def _conversation(
        self,
        station: _Station,
        owner: uuid.UUID,
        case_id: uuid.UUID,
        channel: str,
        language: Language,
        filed_at: datetime,
    ) -> None:
        chance = self.chance
        begun = filed_at - timedelta(minutes=chance.lognormvariate(2.2, 0.5))
        self.rows["conversations"].append(
            (owner, channel, language, chance.randbytes(32), chance.randbytes(60), chance.randbytes(64), "[]", False, "none", 0,
             False, False, case_id, 0, False, 0, begun, self.at + timedelta(days=DAYS))
        )  # fmt: skip
        if chance.random() < 0.06:
            taken = begun + timedelta(minutes=2)
            self.rows["attendances"].append(
                (
                    self.new_id(),
                    owner,
                    station.officer,
                    "officer",
                    station.id,
                    taken,
                    taken + timedelta(minutes=15),
                    "ended",
                )
            )

    def _copies(self, case_id: uuid.UUID, whole: bool, anonymous: bool, filed_at: datetime) -> None:
        chance = self.chance
        papers: list[tuple[Paper, int, datetime]] = [
            (Paper.ANONYMOUS_RECEIPT if anonymous else Paper.RECEIPT, 0, filed_at + timedelta(seconds=20))
        ]
        if whole:
            papers.append((Paper.COMPLAINT_COPY, 1, filed_at + timedelta(seconds=40)))
            later = filed_at + timedelta(days=chance.expovariate(1 / 20))
            if chance.random() < 0.12 and later <= self.at:
                papers.append((Paper.COMPLAINT_COPY, 2, later))
        for paper, number, issued_at in papers:
            code = f"{chance.getrandbits(64):016X}"
            asked = "complainant" if number > 1 else "filing"
            grouped = "-".join(code[i : i + 4] for i in range(0, 16, 4))
            self.rows["copies"].append(
                (self.new_id(), case_id, paper, number, grouped, "authentic", issued_at, issued_at, asked, "declared")
            )

    def _response(self) -> None:
        chance, asked = self.chance, questionnaires.current("service")
        place = self.place()
        station, language = self.stations[place.ubigeo], self.language(place)
        age = chance.random() * DAYS
        day = (self.at - timedelta(days=age)).astimezone(LIMA).date()
        liking = chance.gauss(station.quality - (1.6 if station.code in self.falling and age < 60 else 0), 0.9)
        answers: dict[str, int | str] = {}
        for question in asked.questions:
            if question.kind is Kind.TEXT or (question.step is not Step.SURVEY_SCORE and chance.random() < 0.1):
                continue
            if question.kind is Kind.SCALE:
                answers[question.step] = min(5, max(1, round(liking + chance.gauss(0, 0.5))))
            elif question.step is Step.SURVEY_SOLVED:
                answers[question.step] = (
                    "yes" if chance.random() < (liking - 1) / 5 else chance.choice(("no", "not_yet"))
                )
            else:
                answers[question.step] = chance.choice([str(one) for one in question.titles])
        service, known = chance.choices(
            ((Service.COMPLAINT, True), (Service.SECOND_COPY, False), (None, False)), (80, 12, 8)
        )[0]
        channel = chance.choices(("web", "whatsapp"), (58, 42))[0]
        self.rows["survey_responses"].append(
            (self.new_id(), asked.id, asked.version, service, channel, language, station.id if known else None, day,
             json.dumps(answers))
        )  # fmt: skip
        if chance.random() < 0.1:
            comment_id = self.new_id()
            key, wrapped = self.keys.new_data_key(owner=str(comment_id))
            text = key.seal(chance.choice(_COMMENTS).encode(), purpose="comment")
            self.rows["survey_comments"].append((comment_id, asked.id, day.replace(day=1), text, wrapped))


def _upto(weights: Iterable[int]) -> list[int]:
    return list(accumulate(weights))
