"""What the action server asks of second copies. It may be asked twice without harm."""

from typing import Self

from fastapi import APIRouter
from pydantic import BaseModel

from api import clock
from api.access import internal
from api.cases.models import Case
from api.challenges.service import Answer
from api.conversations.internal import LockedConversation, Pending, bound_to
from api.conversations.routes import Keys
from api.database import Session
from api.second_copies import service as second_copies
from vocabulary.incidents import DISCLOSURES

router = APIRouter(prefix="/internal", include_in_schema=False, dependencies=[internal])


class CopyAsked(BaseModel):
    """``case_number`` is None where the complainant does not know it."""

    case_number: str | None
    document_number: str


@router.post("/conversations/{conversation_id}/second-copy", status_code=204)
async def ask_for_copy(
    conversation: LockedConversation, body: CopyAsked, session: Session, keys: Keys, pending: Pending
) -> None:
    await second_copies.ask(
        session,
        case_number=body.case_number,
        document_number=body.document_number,
        bound_to=bound_to(conversation),
        address_hash=conversation.address_hash,
        asked_by=pending,
        keys=keys,
        at=await clock.now(session),
    )


@router.post("/conversations/{conversation_id}/second-copy/again", status_code=204)
async def send_code_again(conversation: LockedConversation, session: Session, keys: Keys, pending: Pending) -> None:
    await second_copies.ask_again(
        session,
        bound_to=bound_to(conversation),
        address_hash=conversation.address_hash,
        asked_by=pending,
        keys=keys,
        at=await clock.now(session),
    )


class CodeTyped(BaseModel):
    code: str


class CopyAnswer(BaseModel):
    """What came of a code. ``cases`` are the complaints to choose from, ``number`` that of the copy that is under way,
    ``disclosure`` whether that is of violence told, ``pay_at`` where its fee (``amount``, in soles) is to be paid first."""

    answer: Answer
    left: int
    number: int | None
    disclosure: bool
    cases: list[str]
    pay_at: str | None
    amount: str | None

    @classmethod
    async def of(cls, session: Session, found: second_copies.Result) -> Self:
        case = await session.get_one(Case, found.copy.case_id) if found.copy else None
        return cls(
            answer=found.answer,
            left=found.left,
            number=found.copy.number if found.copy else None,
            disclosure=case is not None and case.incident_type in DISCLOSURES,
            cases=list(found.cases),
            pay_at=found.payment.url if found.payment else None,
            amount=f"{found.payment.amount:.2f}" if found.payment else None,
        )


@router.post("/conversations/{conversation_id}/second-copy/code")
async def answer_code(
    conversation: LockedConversation, body: CodeTyped, session: Session, keys: Keys, pending: Pending
) -> CopyAnswer:
    at = await clock.now(session)
    found = await second_copies.answer(
        session,
        bound_to=bound_to(conversation),
        code=body.code,
        answered_by=pending,
        keys=keys,
        at=at,
    )
    return await CopyAnswer.of(session, found)


class CaseChosen(BaseModel):
    case_number: str


@router.post("/conversations/{conversation_id}/second-copy/case")
async def choose_case(conversation: LockedConversation, body: CaseChosen, session: Session, keys: Keys) -> CopyAnswer:
    at = await clock.now(session)
    found = await second_copies.choose(
        session, bound_to=bound_to(conversation), case_number=body.case_number, keys=keys, at=at
    )
    return await CopyAnswer.of(session, found)


class ContactAnswer(BaseModel):
    answer: Answer


@router.post("/conversations/{conversation_id}/contact-code")
async def verify_contact(
    conversation: LockedConversation, body: CodeTyped, session: Session, keys: Keys, pending: Pending
) -> ContactAnswer:
    at = await clock.now(session)
    found = await second_copies.verify_contact(
        session,
        bound_to=bound_to(conversation),
        code=body.code,
        answered_by=pending,
        keys=keys,
        at=at,
    )
    return ContactAnswer(answer=found)
