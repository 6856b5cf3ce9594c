"""``up --demo``: officers of every role, cases in every status and survey answers, in a database that has none."""

import json
import random
import sys
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.cases import service as cases
from api.cases.models import Case
from api.complaints import service as complaints
from api.complaints.draft import Draft
from api.conversations import service as conversations
from api.database import make_engine, make_sessions
from api.security import KeyRing
from api.settings import ROOT, settings
from api.staff import service as staff
from api.staff.models import StaffMember
from api.stations import service as stations
from api.stations.models import Station
from api.surveys import service as surveys
from vocabulary import questionnaires
from vocabulary.cases import CaseStatus, EntryKind, Role
from vocabulary.dialogue import Language, Service
from vocabulary.questionnaires import Answer, Kind
from vocabulary.sentences import sentence
from vocabulary.steps import Step

_STATION = "150132"
_CASES = ROOT / "api" / "cli" / "demo_cases.json"


async def fill() -> None:
    """Does nothing where there is staff already, so that no start fills twice."""
    engine = make_engine(settings().database_url.get_secret_value())
    keys = KeyRing(settings().keys)
    async with make_sessions(engine).begin() as session:
        if not await session.scalar(select(func.count()).select_from(StaffMember)):
            at = datetime.now(UTC)
            await _staff(session, at)
            await _cases(session, keys, at)
            await _surveys(session, keys, at)
    await engine.dispose()


async def _staff(session: AsyncSession, at: datetime) -> None:
    for role in Role:
        member, password = await staff.add(
            session,
            login=f"demo-{role}",
            name=f"{sentence(f'labels.role.{role}')} de demostración",
            role=role,
            station_code=_STATION,
            at=at,
        )
        print(f"\n    {member.login}: {password}", end="", file=sys.stderr)
    print(file=sys.stderr)


async def _officer(session: AsyncSession, case: Case, at: datetime) -> StaffMember:
    """Somebody of the case's own station, where nobody else may write."""
    query = select(StaffMember).where(
        StaffMember.station_id == case.handling_station_id, StaffMember.role == Role.OFFICER
    )
    found = await session.scalar(query)
    if found is None:
        station = await session.get_one(Station, case.handling_station_id)
        found, _ = await staff.add(
            session,
            login=f"demo-{station.code}",
            name=f"{sentence('labels.role.officer')} de {station.name}",
            role=Role.OFFICER,
            station_code=station.code,
            at=at,
        )
    return found


async def _cases(session: AsyncSession, keys: KeyRing, at: datetime) -> None:
    told = json.loads(_CASES.read_text(encoding="utf-8"))
    statuses = list(CaseStatus)
    for number, draft in enumerate(told):
        filed_at = at - timedelta(hours=7 * (len(told) - number))
        conversation, _, _ = await conversations.open_conversation(
            session, channel="web", language=Language.SPANISH, keys=keys, at=filed_at
        )
        key = conversations.key_of(conversation, keys)
        whole = Draft.model_validate(draft | {"consented_at": filed_at, "sworn_at": filed_at})
        conversations.set_draft(conversation, whole, key)
        source = complaints.Source(str(conversation.id), "web", conversation.data_key, key)
        case: Case = await complaints.file(session, draft=whole, source=source, keys=keys, at=filed_at)
        conversation.case_id = case.id
        status = statuses[number % len(statuses)]
        if status is not CaseStatus.REGISTERED:
            later = filed_at + timedelta(hours=2)
            officer = await _officer(session, case, at)
            await cases.add_entry(
                session, case=case, kind=EntryKind.STATUS, actor=officer, at=later, keys=keys, status=status
            )


async def _surveys(session: AsyncSession, keys: KeyRing, at: datetime) -> None:
    station = await stations.by_code(session, code=_STATION)
    asked = questionnaires.current("service")
    chance = random.Random(2026)  # noqa: S311 - sample data, the same at every start
    for _ in range(60):
        score = chance.choices((1, 2, 3, 4, 5), weights=(1, 2, 4, 6, 5))[0]
        answers: dict[Step, Answer | None] = {
            question.step: min(5, max(1, score + chance.choice((-1, 0, 0, 1))))
            for question in asked.questions
            if question.kind is Kind.SCALE
        }
        await surveys.keep(
            session,
            questionnaire=asked,
            answers=answers | {Step.SURVEY_SCORE: score},
            service=Service.COMPLAINT,
            channel="web",
            language=Language.SPANISH,
            station_id=station.id,
            keys=keys,
            at=at - timedelta(days=chance.randrange(90)),
        )
