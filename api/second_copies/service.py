"""Second copies: who may have one, how they show it, and the numbered copy that follows.

At a distance the complainant's document and a code sent to a contact of that complaint are both needed; at a station
an officer sees the person.
"""

import hmac
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.cases import service as cases
from api.cases.models import Case
from api.challenges import service as challenges
from api.challenges.models import Challenge
from api.challenges.service import Answer, Purpose
from api.complaints import service as complaints
from api.copies import service as copies
from api.copies.models import Copy
from api.copies.papers import DETAILS
from api.copies.templates import ReportDetails
from api.errors import NotComplete, NotFound, NothingSends, TooManyRequests
from api.outbox.senders import available
from api.outbox.service import Contact
from api.payments import service as payments
from api.payments.models import Payment
from api.payments.provider import ProviderUnavailable
from api.second_copies.contacts import contacts, takes_line
from api.security import KeyRing
from api.settings import settings
from api.staff.models import StaffMember
from documents.frame import Kind
from vocabulary.cases import Assurance

COMPLAINANT = "complainant"


@dataclass(frozen=True)
class Result:
    """What came of a code: the ``copy`` that is under way, else among which ``cases`` (their numbers) to choose, or where
    its fee is to be paid first."""

    answer: Answer
    left: int = 0
    copy: Copy | None = None
    cases: Sequence[str] = ()
    payment: Payment | None = None


async def ask(
    session: AsyncSession,
    *,
    case_number: str | None,
    document_number: str,
    bound_to: str,
    address_hash: bytes | None,
    asked_by: str | None,
    keys: KeyRing,
    at: datetime,
) -> None:
    """Have a code sent to a contact of the complaint, if the document is its complainant's; once for each ``asked_by``.

    Nothing tells from outside whether there is such a complaint. Raises ``TooManyRequests``, and ``NothingSends`` where no
    code can be sent at all.
    """
    if not available(settings()):
        raise NothingSends
    await challenges.ask(
        session,
        purpose=Purpose.SECOND_COPY,
        bound_to=bound_to,
        claims={"case_number": case_number, "document_number": document_number},
        document_number=document_number,
        address_hash=address_hash,
        asked_by=asked_by,
        keys=keys,
        at=at,
    )


async def ask_again(
    session: AsyncSession,
    *,
    bound_to: str,
    address_hash: bytes | None,
    asked_by: str | None,
    keys: KeyRing,
    at: datetime,
) -> None:
    """Have another code sent for what was asked last; the older one is worth nothing then.

    Raises ``NotFound`` if nothing was asked, and ``TooManyRequests``.
    """
    last = await challenges.last(session, purpose=Purpose.SECOND_COPY, bound_to=bound_to)
    if last is None:
        raise NotFound
    claims = challenges.claims_of(last, keys)
    await ask(
        session,
        case_number=claims["case_number"],
        document_number=claims["document_number"],
        bound_to=bound_to,
        address_hash=address_hash,
        asked_by=asked_by,
        keys=keys,
        at=at,
    )


async def whom_to_write(
    session: AsyncSession, *, challenge: Challenge, keys: KeyRing
) -> tuple[Case | None, list[Contact]]:
    """The case that a challenge is about and the contacts that its code may go to; None if there is nobody."""
    claims = challenges.claims_of(challenge, keys)
    if challenge.purpose == Purpose.CONTACT:
        case = await session.get_one(Case, uuid.UUID(claims["case_id"]))
        return case, (await _reachable(session, case, keys))[:1]
    for case in await _claimed(session, claims, keys):
        if reachable := await _reachable(session, case, keys):
            return case, reachable
    return None, []


async def _claimed(session: AsyncSession, claims: dict[str, Any], keys: KeyRing) -> Sequence[Case]:
    """The cases with a copy that a claim may mean, latest first: all of a document's where no number was given."""
    document, number = str(claims["document_number"]), claims["case_number"]
    query = select(Case).where(Case.anonymous.is_(False)).order_by(Case.filed_at.desc())
    if number is not None:
        query = query.where(Case.number == number)
    else:
        query = query.where(Case.complainant_hash == complaints.complainant_hash(document, keys))
    found = []
    for case in await session.scalars(query.limit(20)):
        complaint = await complaints.complaint_of(session, case=case, keys=keys)
        told = str(complaint["document_number"] or "")
        own = bool(told) and hmac.compare_digest(told.encode(), document.encode())
        if own and _by_the_victim(case, complaint) and await copies.has_copy(session, case=case):
            found.append(case)
    return found


def _by_the_victim(case: Case, complaint: dict[str, Any]) -> bool:
    """Whether a complaint may be given out at a distance: a restricted one only to who said that it is their own."""
    return complaint.get("reporting_for") == "self" or not complaints.is_restricted(case, complaint)


@dataclass(frozen=True)
class Reach:
    """How a complainant may be reached: ``restricted`` is whether only by what was called safe, ``line_taken`` whether
    their line may be in other hands, ``safe`` what is neither."""

    restricted: bool
    line_taken: bool
    safe: Sequence[Contact]


async def reach(session: AsyncSession, *, case: Case, keys: KeyRing) -> Reach:
    complaint = await complaints.complaint_of(session, case=case, keys=keys)
    restricted, taken = complaints.is_restricted(case, complaint), await _line_is_taken(session, case, keys)
    return Reach(restricted, taken, contacts(complaint, restricted=restricted, line_taken=taken))


async def _reachable(session: AsyncSession, case: Case, keys: KeyRing) -> list[Contact]:
    """The contacts that a code can go to: those that were proved once or, if none was, those that were declared."""
    channels = available(settings())
    found = await reach(session, case=case, keys=keys)
    usable = [contact for contact in found.safe if contact.channel in channels]
    proved = await challenges.verified(session, case=case)
    return [contact for contact in usable if contact.hashed(keys) in proved] or usable


async def whom_to_tell(session: AsyncSession, *, case: Case, keys: KeyRing) -> Contact | None:
    """The contact outside a conversation that may be told that there is something new, or None."""
    return None if case.anonymous else next(iter(await _reachable(session, case, keys)), None)


async def _line_is_taken(session: AsyncSession, case: Case, keys: KeyRing) -> bool:
    """Whether this complaint, or a later one of the same complainant, says that their line may be in other hands."""
    query = select(Case).where(Case.id == case.id)
    if case.complainant_hash:
        later = select(Case).where(Case.complainant_hash == case.complainant_hash, Case.filed_at >= case.filed_at)
        query = later.order_by(Case.filed_at.desc()).limit(50)
    for one in {found.id: found for found in (case, *await session.scalars(query))}.values():
        complaint = await complaints.complaint_of(session, case=one, keys=keys)
        if takes_line(complaint, await complaints.supplements_of(session, case=one, keys=keys)):
            return True
    return False


async def answer(
    session: AsyncSession, *, bound_to: str, code: str, answered_by: str | None, keys: KeyRing, at: datetime
) -> Result:
    """Look at a typed code; the right one issues the copy, or offers the complaints to choose from."""
    found, challenge = await challenges.answer(
        session,
        purpose=Purpose.SECOND_COPY,
        bound_to=bound_to,
        code=code,
        answered_by=answered_by,
        keys=keys,
        at=at,
    )
    if found is not Answer.RIGHT or challenge is None:
        return Result(found, left=challenges.TRIES - challenge.tries if challenge else 0)
    choosable = await _choosable(session, challenge, keys)
    if not choosable:
        return Result(Answer.EXPIRED)
    if len(choosable) > 1 and challenge.copy_id is None:
        return Result(found, cases=[case.number for case in choosable])
    return await _due(session, challenge, choosable[0], at)


async def choose(session: AsyncSession, *, bound_to: str, case_number: str, keys: KeyRing, at: datetime) -> Result:
    """The same for one of the complaints that were offered; ``EXPIRED`` if it was not, or the code's time is over."""
    challenge = await challenges.passed(session, purpose=Purpose.SECOND_COPY, bound_to=bound_to, at=at)
    if challenge is not None:
        for case in await _choosable(session, challenge, keys):
            if case.number == case_number:
                return await _due(session, challenge, case, at)
    return Result(Answer.EXPIRED)


async def _choosable(session: AsyncSession, challenge: Challenge, keys: KeyRing) -> list[Case]:
    """The complaints that a code opens now, latest first: those of the claim to each of whose contacts it may still go.

    None if a contact that it went to is no longer one of the complaint that it was sent for: its telephone was reported
    lost meanwhile, say.
    """
    armed = await session.get_one(Case, challenge.case_id)
    cases_claimed = await _claimed(session, challenges.claims_of(challenge, keys), keys)
    found = {case.id: case for case in (armed, *cases_claimed)}
    open_now = [case for case in found.values() if await _opens(session, challenge, case, keys)]
    if armed not in open_now:
        return []
    return sorted(open_now, key=lambda case: case.filed_at, reverse=True)


async def _opens(session: AsyncSession, challenge: Challenge, case: Case, keys: KeyRing) -> bool:
    reachable = {contact.hashed(keys) for contact in await _reachable(session, case, keys)}
    return bool(challenge.sent_to) and set(challenge.sent_to) <= reachable


async def _due(session: AsyncSession, challenge: Challenge, case: Case, at: datetime) -> Result:
    """The copy that a passed code is good for, however often it is typed, or its payment where there is a fee."""
    if challenge.copy_id is not None:
        return Result(Answer.RIGHT, copy=await session.get_one(Copy, challenge.copy_id))
    if settings().second_copy_fee:
        try:
            payment = await payments.begin(
                session, challenge_id=challenge.id, case_id=case.id, bound_to=challenge.bound_to, at=at
            )
        except ProviderUnavailable:
            return Result(Answer.LATER)
        if payment.copy_id is not None:
            return Result(Answer.RIGHT, copy=await session.get_one(Copy, payment.copy_id))
        return Result(Answer.RIGHT, payment=payment)
    copy = await _request(session, case, challenge.bound_to, at)
    challenge.copy_id = copy.id
    return Result(Answer.RIGHT, copy=copy)


async def _request(session: AsyncSession, case: Case, bound_to: str, at: datetime) -> Copy:
    conversation = bound_to.partition("conversation:")[2]
    copy = await copies.request(
        session,
        case=case,
        at=at,
        requested_by=COMPLAINANT,
        conversation_id=uuid.UUID(conversation) if conversation else None,
        assurance=Assurance.CONTACT_VERIFIED,
    )
    if copy.conversation_id:
        await complaints.request_supplements(session, case=case, conversation_id=copy.conversation_id, at=at)
    return copy


async def issue_paid(session: AsyncSession, *, payment_id: uuid.UUID, at: datetime) -> Copy | None:
    """Issue the copy of a payment that was made, once; None if another process is at it."""
    payment = await payments.locked(session, payment_id=payment_id)
    if payment is None:
        return None
    if payment.copy_id is not None:
        return await session.get_one(Copy, payment.copy_id)
    case = await session.get_one(Case, payment.case_id)
    copy = await _request(session, case, payment.bound_to, at)
    payment.copy_id = copy.id
    return copy


async def issue_by_officer(
    session: AsyncSession,
    *,
    case: Case,
    officer: StaffMember,
    reason: str | None,
    in_person: bool,
    keys: KeyRing,
    at: datetime,
) -> Copy:
    """The next copy of a case by an officer; ``in_person`` is for a person whom the officer has seen.

    Raises ``NotComplete`` for an anonymous case, of which no copy is issued, and ``NotFound`` if it left their station.
    """
    await cases.hold(session, case=case, member=officer)
    if case.anonymous:
        raise NotComplete
    return await copies.request(
        session,
        case=case,
        at=at,
        requested_by=f"staff:{officer.id}",
        details=cases.key_of(case, keys).seal_json({"reason": reason}, purpose=DETAILS) if reason else None,
        assurance=Assurance.SEEN_BY_OFFICER if in_person else Assurance.DECLARED,
    )


async def report_to_court(
    session: AsyncSession, *, case: Case, officer: StaffMember, details: ReportDetails, keys: KeyRing, at: datetime
) -> Copy:
    """The police report on a case of violence to the family court (Ley 30364), for the station to send.

    Raises ``NotComplete`` for a case that the law asks none of, and ``NotFound`` if it left their station.
    """
    await cases.hold(session, case=case, member=officer)
    if case.report_due_at is None:
        raise NotComplete
    case.reported_at = case.reported_at or at
    return await copies.request(
        session,
        case=case,
        at=at,
        kind=Kind.FAMILY_REPORT,
        requested_by=f"staff:{officer.id}",
        details=cases.key_of(case, keys).seal_json(details.model_dump(mode="json"), purpose=DETAILS),
        assurance=Assurance.DECLARED,
    )


async def offer_verification(
    session: AsyncSession,
    *,
    case: Case,
    bound_to: str,
    address_hash: bytes | None,
    keys: KeyRing,
    at: datetime,
) -> str | None:
    """Have a code sent to the first safe contact of a complaint just filed, so that its holder may prove it.

    Answers the channel, or None if nothing is sent: there is none, the case is one that nobody is written to about
    unasked, or there were too many from that address.
    """
    complaint = await complaints.complaint_of(session, case=case, keys=keys)
    if case.anonymous or complaints.is_restricted(case, complaint):
        return None
    reachable = await _reachable(session, case, keys)
    if not reachable:
        return None
    try:
        await challenges.ask(
            session,
            purpose=Purpose.CONTACT,
            bound_to=bound_to,
            claims={"case_id": str(case.id)},
            document_number=None,
            address_hash=address_hash,
            asked_by=f"case:{case.id}",
            keys=keys,
            at=at,
        )
    except TooManyRequests:
        return None
    return reachable[0].channel


async def verify_contact(
    session: AsyncSession, *, bound_to: str, code: str, answered_by: str | None, keys: KeyRing, at: datetime
) -> Answer:
    """Look at the code that was sent when a complaint was filed; the right one proves the contact."""
    found, challenge = await challenges.answer(
        session,
        purpose=Purpose.CONTACT,
        bound_to=bound_to,
        code=code,
        answered_by=answered_by,
        keys=keys,
        at=at,
    )
    if found is Answer.RIGHT and challenge is not None:
        case = await session.get_one(Case, challenge.case_id)
        if not await _opens(session, challenge, case, keys):
            return Answer.EXPIRED
        for contact_hash in challenge.sent_to:
            await challenges.remember(session, case=case, contact_hash=contact_hash, at=at)
        case.identity_assurance = Assurance.best(case.identity_assurance, Assurance.CONTACT_VERIFIED)
    return found
