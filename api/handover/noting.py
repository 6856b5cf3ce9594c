"""What the bot understood, as an operator sees it, what they write down for the citizen, and the answers made beforehand."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from api.audit import service as audit
from api.audit.service import Act
from api.cases.models import Case
from api.complaints.draft import Draft
from api.conversations import drafting
from api.conversations import service as conversations
from api.conversations.bot import Bot
from api.conversations.models import Conversation
from api.errors import Malformed
from api.handover import reading
from api.handover.service import first_name
from api.security import KeyRing
from api.staff.models import StaffMember
from api.stations.models import Station
from vocabulary.incidents import INTAKES, IncidentType
from vocabulary.sentences import has_sentence, sentence, table
from vocabulary.steps import Step
from vocabulary.wording import amount_text, item_text, moment_text, place_text

_SPOKEN = (Step.CONSENT, Step.OATH, Step.CONFIRM)
"""What the citizen alone can give: taken by voice, where there is a voice note to hear."""
_NOT_NOTED = frozenset({Step.SAFE_NOW, Step.EVIDENCE, Step.CLARIFY, Step.ITEM_DETAILS})
_FIELDS = {Step.EVIDENCE: "evidence_note", Step.SUSPECTS: "suspects_description"}


@dataclass(frozen=True)
class Fact:
    """One thing that the draft says; ``how`` is how it came there, None where that is not noted."""

    label: str
    text: str
    how: str | None


def label_of(step: Step) -> str:
    key = f"talk.field.{step}"
    return sentence(key if has_sentence(key) else f"handover.step.{step}")


def steps_of(draft: Draft, *, with_voice: bool) -> list[Step]:
    """What an operator may fill of a draft, in the order in which the bot asks it."""
    intake = INTAKES[draft.incident_type or IncidentType.OTHER]
    steps = dict.fromkeys((*intake.steps, *intake.offered))
    return [step for step in steps if step not in _NOT_NOTED and (with_voice or step not in _SPOKEN)]


def facts_of(draft: Draft) -> list[Fact]:
    """What the draft says, in the words of the summary."""
    told = draft.model_dump(mode="json", exclude_defaults=True)
    return [
        Fact(label_of(step), text, draft.settled.get(step))
        for step in Step
        if step not in (Step.COPY_CHOICE, Step.CLARIFY) and (text := _text(step, told))
    ]


def _text(step: Step, told: dict[str, Any]) -> str:
    match step:
        case Step.INCIDENT_TYPE if told.get("incident_type"):
            return sentence(f"labels.incident_type.{told['incident_type']}")
        case Step.OCCURRED_AT if told.get("occurred_at"):
            return moment_text(told["occurred_at"])
        case Step.PLACE if told.get("place"):
            return place_text(told["place"])
        case Step.STOLEN_ITEMS:
            return ", ".join(item_text(item) for item in told.get("items", []))
        case Step.AMOUNT_LOST if told.get("amount_lost"):
            return amount_text(told["amount_lost"])
        case Step.SUSPECTS:
            count = (told.get("suspects") or {}).get("count")
            counted = str(count) if count else ""
            return ". ".join(part for part in (counted, told.get("suspects_description")) if part)
        case Step.DOCUMENT_NUMBER if told.get("document_number"):
            kind = sentence(f"labels.document_type.{told.get('document_type') or 'dni'}")
            return f"{kind} {told['document_number']}"
        case Step.FULL_NAME if told.get("anonymous"):
            return sentence("talk.anonymous")
        case Step.OFFICE if told.get("office"):
            return sentence(f"ask.office.{told['office']}")
        case Step.REPORTING_FOR if told.get("reporting_for"):
            return sentence(f"ask.reporting_for.{told['reporting_for']}")
        case Step.CONSENT | Step.OATH | Step.CONFIRM | Step.SAFE_NOW:
            return ""
        case _:
            value = told.get(_FIELDS.get(step, step.value))
            return value if isinstance(value, str) else ""


async def read(
    session: AsyncSession,
    *,
    conversation: Conversation,
    member: StaffMember,
    step: Step,
    text: str,
    bot: Bot,
    keys: KeyRing,
    at: datetime,
) -> Draft | None:
    """The draft with a field filled or corrected for the citizen, read as the bot reads an answer; None where it can't be one.
    The bot may take seconds: ask without a lock. Raises ``Malformed`` for a step that is not an operator's to fill, and
    ``BotSilent``."""
    draft = conversations.draft_of(conversation, conversations.key_of(conversation, keys))
    with_voice = bool(await reading.voice_notes(session, conversation=conversation, member=member))
    if step not in steps_of(draft, with_voice=with_voice):
        raise Malformed
    told = draft.model_dump(mode="json", exclude_defaults=True)
    filled = await bot.note(step=step, text=text, draft=told, language=conversation.language, at=at)
    return None if filled is None else Draft.model_validate(filled)


async def note(
    session: AsyncSession, *, conversation: Conversation, member: StaffMember, draft: Draft, keys: KeyRing, at: datetime
) -> None:
    """Have a draft that was ``read``. The row of the conversation is locked."""
    await drafting.put(session, conversation=conversation, draft=draft, keys=keys, at=at)
    subject = f"conversation:{conversation.id}"
    audit.record(session, Act.FIELD_NOTED, actor=f"staff:{member.id}", subject=subject, at=at)


async def canned(
    session: AsyncSession, *, member: StaffMember, case: Case | None, language: str
) -> Mapping[str, tuple[str, str]]:
    """The answers made beforehand that fit, by name: title and text; ``case`` is what they may name."""
    station = await session.get_one(Station, member.station_id)
    values = {"name": first_name(member), "station": station.name}
    if case is not None:
        values["number"] = case.number
    found = {}
    for name in table("handover.canned"):
        text = sentence(f"handover.canned.{name}.text", language)
        if case is not None or "{number}" not in text:
            found[name] = (sentence(f"handover.canned.{name}.title"), text.format(**values))
    return found
