"""What a period's data sets are made of. Nothing that is read here names anybody."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time

from sqlalchemy import ColumnElement, String, case, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.cases.models import Case, CaseEntry
from api.clock import LIMA
from api.conversations.models import Conversation
from api.copies.models import Copy
from api.open_data.datasets import Complaint, Issue, Office, Opinion
from api.stations.models import Jurisdiction, Station
from api.stations.service import CENTRAL_CODE, INSPECTORATE_CODE
from api.surveys.models import SurveyResponse
from documents.frame import Kind
from vocabulary.cases import CaseStatus

_DONE = (CaseStatus.REFERRED, CaseStatus.CLOSED, CaseStatus.DISMISSED)
_UNKNOWN = "sin dato"
_REAL = Station.demonstration.is_(False) | Station.code.in_((CENTRAL_CODE, INSPECTORATE_CODE))
"""The two desks are in every installation and marked with the catalogue that it begins with."""


def midnight(day: date) -> datetime:
    """When a day begins in Lima."""
    return datetime.combine(day, time(), LIMA)


async def first_day(session: AsyncSession) -> date | None:
    """The day of the first case or answer; None while there is none."""
    filed = await session.scalar(select(func.min(Case.filed_at)))
    answered = await session.scalar(select(func.min(SurveyResponse.answered_on)))
    days = [day for day in (filed and filed.astimezone(LIMA).date(), answered) if day]
    return min(days, default=None)


async def complaints(session: AsyncSession, *, begin: date, end: date, real: bool, at: datetime) -> Sequence[Complaint]:
    """The complaints filed in a period, in no order that tells of it; with ``real`` only those of stations that are."""
    done = (
        select(CaseEntry.case_id, func.min(CaseEntry.at).label("at"))
        .join(Case, Case.id == CaseEntry.case_id)
        .where(CaseEntry.status.in_(_DONE), _filed(begin, end), CaseEntry.at <= at)
        .group_by(CaseEntry.case_id)
        .subquery()
    )
    query = (
        select(
            Case.ubigeo,
            func.coalesce(Case.confirmed_type, Case.incident_type),
            Case.complainant_hash,
            case((Case.confirmed_type.is_(None), "bot"), else_="officer"),
            Case.channel,
            func.coalesce(Conversation.language, _UNKNOWN),
            func.extract("epoch", Case.first_look_at - Case.filed_at),
            func.extract("epoch", done.c.at - Case.filed_at),
        )
        .join(Station, Station.id == Case.station_id)
        .outerjoin(Conversation, cast(Conversation.id, String) == Case.key_owner)
        .outerjoin(done, done.c.case_id == Case.id)
        .where(_filed(begin, end))
    )
    if real:
        query = query.where(_REAL)
    return [
        Complaint(
            ubigeo, kind, owner, basis, channel, language,
            seen_after=None if seen is None else float(seen), closed_after=None if closed is None else float(closed),
        )
        for ubigeo, kind, owner, basis, channel, language, seen, closed in await session.execute(query)
    ]  # fmt: skip


def _filed(begin: date, end: date) -> ColumnElement[bool]:
    return (Case.filed_at >= midnight(begin)) & (Case.filed_at < midnight(end))


async def issues(session: AsyncSession, *, begin: date, end: date, real: bool) -> Sequence[Issue]:
    """Papers issued in a period because somebody asked for them."""
    query = (
        select(Copy.kind, Case.ubigeo, Case.complainant_hash)
        .join(Case, Case.id == Copy.case_id)
        .join(Station, Station.id == Case.station_id)
        .where(
            Copy.issued_at >= midnight(begin),
            Copy.issued_at < midnight(end),
            Copy.kind == Kind.COMPLAINT_COPY,
            Copy.number > 1,
        )
    )
    if real:
        query = query.where(_REAL)
    return [Issue("segunda copia", ubigeo, owner) for _, ubigeo, owner in await session.execute(query)]


async def opinions(session: AsyncSession, *, begin: date, end: date, real: bool) -> Sequence[Opinion]:
    """What was answered in a period. ``real`` leaves out what was said of a demonstration station."""
    query = (
        select(SurveyResponse.id, SurveyResponse.survey, SurveyResponse.version, Station.code, SurveyResponse.answers)
        .outerjoin(Station, Station.id == SurveyResponse.station_id)
        .where(SurveyResponse.answered_on >= begin, SurveyResponse.answered_on < end)
    )
    if real:
        query = query.where(_REAL | Station.id.is_(None))
    return [
        Opinion(identifier.bytes, survey, version, code, answers)
        for identifier, survey, version, code, answers in await session.execute(query)
    ]


async def offices(session: AsyncSession) -> tuple[Mapping[str, Office], Mapping[str, Office]]:
    """Stations by the district that they are competent for, and by their code."""
    query = select(Jurisdiction.ubigeo, Station.code, Station.name).join(Station).order_by(Jurisdiction.ubigeo.desc())
    by_district = {
        ubigeo: Office(code, name, f"{ubigeo[:2]}0000") for ubigeo, code, name in await session.execute(query)
    }
    named = {code: Office(code, name, None) for code, name in await session.execute(select(Station.code, Station.name))}
    return by_district, named | {office.code: office for office in by_district.values()}
