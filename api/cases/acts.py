"""What officers do with a case. Each act is an entry, so that two who write at once never overwrite each other."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from api.cases import following, tasks
from api.cases import service as cases
from api.cases.models import Case
from api.cases.schemas import ActForm, Assign, Classify, MaybeTold, Refer, Reply, Sidpol, Told, Transfer
from api.errors import ActNotAllowed, CaseChanged, ClassificationNeeded, NotFound, SidpolTaken
from api.security import KeyRing
from api.staff import service as staff
from api.staff.models import StaffMember
from api.stations import service as stations
from vocabulary.cases import ALLOWED, NEEDS_TYPE, PERMISSIONS, CaseAct, CaseStatus, EntryKind, Permission, Role
from vocabulary.incidents import INTAKES, IncidentType


def may(case: Case, member: StaffMember, act: CaseAct) -> bool:
    """Whether a member of the station may do this as the case stands."""
    allowed = PERMISSIONS[Role(member.role)]
    if Permission.WORK_CASES not in allowed or CaseStatus(case.status) not in ALLOWED[act]:
        return False
    if act is CaseAct.TAKE:
        return case.assigned_to is None
    if act is CaseAct.ASSIGN:
        return Permission.HEAD_STATION in allowed
    return True


@dataclass(frozen=True)
class _Doing:
    session: AsyncSession
    act: CaseAct
    case: Case
    member: StaffMember
    keys: KeyRing
    at: datetime

    async def enter(self, kind: EntryKind, **what: Any) -> None:
        await cases.add_entry(
            self.session, case=self.case, kind=kind, actor=self.member, at=self.at, keys=self.keys, **what
        )

    async def plan_calls(self) -> None:
        await tasks.plan(self.session, case=self.case, keys=self.keys)


async def handlers(session: AsyncSession, *, case: Case) -> Sequence[StaffMember]:
    """Who may have a case, by name."""
    return await staff.of_station(session, station_id=case.handling_station_id, permission=Permission.WORK_CASES)


async def perform(
    session: AsyncSession,
    *,
    act: CaseAct,
    form: ActForm,
    case: Case,
    member: StaffMember,
    keys: KeyRing,
    at: datetime,
) -> None:
    """Do what the form of an act (``schemas.FORMS``) says.

    Raises ``CaseChanged`` if there is an entry that they had not seen, ``ActNotAllowed`` as ``may`` tells and for what is
    done already, ``ClassificationNeeded``, ``SidpolTaken`` and, for a colleague, station or question that is none and a
    case that left their station, ``NotFound``.
    """
    await cases.hold(session, case=case, member=member)
    if form.seen != case.last_entry:
        raise CaseChanged
    if not may(case, member, act):
        raise ActNotAllowed
    if act in NEEDS_TYPE and case.confirmed_type is None:
        raise ClassificationNeeded
    await _DO[act](_Doing(session, act, case, member, keys, at), form)


async def _take(doing: _Doing, form: ActForm) -> None:
    """A case that nobody looked at yet is under review from now on, and its complainant told so."""
    new = doing.case.status == CaseStatus.REGISTERED
    status = CaseStatus.UNDER_REVIEW if new else None
    await doing.enter(EntryKind.ASSIGNMENT, visible=new, status=status, detail={"to": str(doing.member.id)})
    doing.case.assigned_to = doing.member.id
    await doing.plan_calls()


async def _assign(doing: _Doing, form: Assign) -> None:
    """To be assigned is nothing that the complainant sees: nobody has looked yet."""
    if form.to not in {one.id for one in await handlers(doing.session, case=doing.case)}:
        raise NotFound
    if doing.case.assigned_to == form.to:
        raise ActNotAllowed
    await doing.enter(EntryKind.ASSIGNMENT, visible=False, detail={"to": str(form.to)})
    doing.case.assigned_to = form.to
    await doing.plan_calls()


async def _classify(doing: _Doing, form: Classify) -> None:
    """What a kind asks of the police is asked from now on too; what the kind that was told asked stays asked.

    The complainant is told of a change, not of a confirmation, and never that something was taken for violence or was not:
    that word could reach the wrong eyes, and whoever told of it must hear it from a person.
    """
    case, kind = doing.case, form.incident_type
    before = IncidentType(case.confirmed_type or case.incident_type)
    intake = INTAKES[kind]
    quiet = case.confidential or intake.confidential
    await doing.enter(
        EntryKind.CLASSIFICATION, visible=kind != before and not quiet, detail={"from": before, "to": kind}
    )
    case.confirmed_type = kind
    case.confidential = case.confidential or intake.confidential
    if intake.confidential:
        await following.forget(doing.session, case=case)
    case.priority = case.priority or intake.priority
    if intake.report_within and case.report_due_at is None:
        case.report_due_at = case.filed_at + intake.report_within


async def _note(doing: _Doing, form: Told) -> None:
    await doing.enter(EntryKind.NOTE, visible=False, note=form.note)


async def _ask(doing: _Doing, form: Told) -> None:
    await doing.enter(EntryKind.INFORMATION_REQUEST, status=CaseStatus.INFORMATION_REQUESTED, note=form.note)


async def _reply(doing: _Doing, form: Reply) -> None:
    entries = await cases.entries_of(doing.session, case=doing.case)
    waiting = [one.number for one in cases.unanswered(entries) if one.kind == EntryKind.CITIZEN_REQUEST]
    if form.answers not in waiting:
        raise ActNotAllowed
    await doing.enter(EntryKind.REPLY, note=form.note, detail={"answers": form.answers})


async def _refer(doing: _Doing, form: Refer) -> None:
    await doing.enter(
        EntryKind.STATUS, status=CaseStatus.REFERRED, note=form.note, detail={"authority": form.authority}
    )


async def _transfer(doing: _Doing, form: Transfer) -> None:
    """The reason is for the police alone; the complainant is told who has the case now."""
    case = doing.case
    to = await stations.by_code(doing.session, code=form.station)
    if to.id == case.handling_station_id:
        raise ActNotAllowed
    await doing.enter(EntryKind.NOTE, visible=False, note=form.note, detail={"why": doing.act})
    await doing.enter(EntryKind.TRANSFER, detail={"from": str(case.handling_station_id), "to": str(to.id)})
    case.handling_station_id, case.assigned_to = to.id, None
    await following.forget(doing.session, case=case)


async def _number_in_sidpol(doing: _Doing, form: Sidpol) -> None:
    if doing.case.sidpol_number == form.number:
        raise ActNotAllowed
    await doing.enter(EntryKind.SIDPOL, detail={"number": form.number})
    doing.case.sidpol_number = form.number
    try:
        await doing.session.flush()
    except IntegrityError as error:
        raise SidpolTaken from error


async def _accept(doing: _Doing, form: MaybeTold) -> None:
    await doing.enter(EntryKind.STATUS, status=CaseStatus.ACCEPTED, note=form.note)
    await doing.plan_calls()


def _becomes(status: CaseStatus) -> Callable[[_Doing, Any], Awaitable[None]]:
    async def change(doing: _Doing, form: ActForm) -> None:
        await doing.enter(EntryKind.STATUS, status=status, note=form.note if isinstance(form, Told) else None)

    return change


_DO: Mapping[CaseAct, Callable[[_Doing, Any], Awaitable[None]]] = MappingProxyType(
    {
        CaseAct.TAKE: _take,
        CaseAct.ASSIGN: _assign,
        CaseAct.REVIEW: _becomes(CaseStatus.UNDER_REVIEW),
        CaseAct.CLASSIFY: _classify,
        CaseAct.ASK: _ask,
        CaseAct.REPLY: _reply,
        CaseAct.NOTE: _note,
        CaseAct.ACCEPT: _accept,
        CaseAct.REFER: _refer,
        CaseAct.CLOSE: _becomes(CaseStatus.CLOSED),
        CaseAct.DISMISS: _becomes(CaseStatus.DISMISSED),
        CaseAct.REOPEN: _becomes(CaseStatus.UNDER_REVIEW),
        CaseAct.TRANSFER: _transfer,
        CaseAct.SIDPOL: _number_in_sidpol,
    }
)
