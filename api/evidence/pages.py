"""A case's evidence at the console: each item with its chain of custody; what a stranger sent never runs here."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import StringConstraints
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock, console, errors, files
from api.access import Officer, Reader, public
from api.audit import service as audit
from api.audit.service import Act
from api.cases import service as cases
from api.cases.models import Case
from api.cases.opening import OpenCase, WorkCase, may_open
from api.conversations.routes import Keys
from api.database import Session
from api.errors import EvidenceAltered, NotFound
from api.evidence import custody, links, service
from api.evidence.custody import Release
from api.evidence.models import EvidenceItem
from api.evidence.service import Shown
from api.security import KeyRing
from api.settings import settings
from api.staff import service as staff
from api.staff.models import StaffMember
from vocabulary.cases import CustodyAct

router = APIRouter(default_response_class=HTMLResponse, tags=["console"], include_in_schema=False)
_PLACE = "/staff/casos/{number}/evidencias/{evidence_id}"
_INERT = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""With ``nosniff``, which every answer has: nothing in a stranger's file is run, read or framed by a page."""
_SUFFIXES = {
    "image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "image/gif": "gif", "image/heic": "heic",
    "video/mp4": "mp4", "video/webm": "webm", "video/quicktime": "mov", "video/3gpp": "3gp", "video/x-matroska": "mkv",
    "audio/mpeg": "mp3", "audio/ogg": "ogg", "audio/mp4": "m4a", "audio/x-wav": "wav", "audio/amr": "amr",
    "audio/aac": "aac", "audio/x-flac": "flac", "application/pdf": "pdf", "text/vcard": "vcf",
}  # fmt: skip

type Line = Annotated[str, Form(), StringConstraints(strip_whitespace=True, min_length=3, max_length=300)]


@router.get(_PLACE)
async def look(
    evidence_id: uuid.UUID, case: OpenCase, member: Reader, request: Request, session: Session, keys: Keys
) -> Response:
    """The item and who had it. A picture is opened by that; a restricted item is not, nor what only plays or downloads."""
    key = cases.key_of(case, keys)
    one = await service.shown_one(session, case=case, evidence_id=evidence_id, key=key)
    if one.kind != "image" or one.item.restricted:
        at = await clock.now(session)
        audit.record(session, Act.CASE_READ, actor=f"staff:{member.id}", subject=f"case:{case.id}", at=at)
        return await _page(request, session, case=case, one=one, member=member, keys=keys)
    data = await _handle(session, one, CustodyAct.OPENED, case=case, member=member, keys=keys)
    return await _page(request, session, case=case, one=one, member=member, keys=keys, altered=data is None)


@router.get(f"{_PLACE}/vista")
async def preview(evidence_id: uuid.UUID, case: OpenCase, member: Reader, session: Session, keys: Keys) -> Response:
    """The small picture that was made anew of an image: nothing of the stranger's file but its colours is left in it."""
    key = cases.key_of(case, keys)
    one = await service.shown_one(session, case=case, evidence_id=evidence_id, key=key)
    if one.item.restricted or not one.item.has_preview:
        raise NotFound
    at = await clock.now(session)
    audit.record(session, Act.EVIDENCE_PREVIEWED, actor=f"staff:{member.id}", subject=f"evidence:{one.item.id}", at=at)
    return Response(await files.get(f"previews/{one.item.id}", key=key), media_type="image/jpeg", headers=_INERT)


@router.get(f"{_PLACE}/sonido")
async def hear(
    evidence_id: uuid.UUID, case: OpenCase, member: Reader, request: Request, session: Session, keys: Keys
) -> Response:
    """A recording, for the player of our page."""
    one = await service.shown_one(session, case=case, evidence_id=evidence_id, key=cases.key_of(case, keys))
    if one.item.restricted or one.kind != "audio":
        raise NotFound
    data = await _handle(session, one, CustodyAct.OPENED, case=case, member=member, keys=keys)
    if data is None:
        return errors.told(request, EvidenceAltered)
    return _file(one.item, one.number, case.number, data)


@router.get(f"{_PLACE}/original")
async def download(
    evidence_id: uuid.UUID, case: OpenCase, member: Reader, request: Request, session: Session, keys: Keys
) -> Response:
    """The file as it was received; a restricted one asks for a confirmation first."""
    one = await service.shown_one(session, case=case, evidence_id=evidence_id, key=cases.key_of(case, keys))
    if one.item.restricted:
        return RedirectResponse(f"/staff/casos/{case.number}/evidencias/{one.item.id}#abrir", status_code=303)
    return await _original(request, session, case=case, one=one, member=member, keys=keys)


@router.post(f"{_PLACE}/original")
async def download_restricted(
    evidence_id: uuid.UUID,
    case: OpenCase,
    member: Reader,
    request: Request,
    session: Session,
    keys: Keys,
    confirmed: Annotated[bool, Form()] = False,
) -> Response:
    """The same after a confirmation."""
    one = await service.shown_one(session, case=case, evidence_id=evidence_id, key=cases.key_of(case, keys))
    if one.item.restricted and not confirmed:
        return await _page(request, session, case=case, one=one, member=member, keys=keys, unconfirmed=True)
    return await _original(request, session, case=case, one=one, member=member, keys=keys)


@router.post(f"{_PLACE}/comprobacion")
async def verify(
    evidence_id: uuid.UUID, case: WorkCase, member: Officer, request: Request, session: Session, keys: Keys
) -> Response:
    """Check that the file is the one that was received, without giving it to anybody."""
    await cases.hold(session, case=case, member=member)
    one = await service.shown_one(session, case=case, evidence_id=evidence_id, key=cases.key_of(case, keys))
    data = await _handle(session, one, CustodyAct.VERIFIED, case=case, member=member, keys=keys)
    return await _page(
        request, session, case=case, one=one, member=member, keys=keys, altered=data is None, act=CustodyAct.VERIFIED
    )


@router.post(f"{_PLACE}/entrega")
async def release(
    evidence_id: uuid.UUID,
    case: WorkCase,
    member: Officer,
    request: Request,
    session: Session,
    keys: Keys,
    to: Line,
    document: Line,
    reason: Line,
) -> Response:
    """Write down that the item is given to somebody outside; a file that is not what was received is not given."""
    await cases.hold(session, case=case, member=member)
    one = await service.shown_one(session, case=case, evidence_id=evidence_id, key=cases.key_of(case, keys))
    data = await _handle(
        session, one, CustodyAct.RELEASED, case=case, member=member, keys=keys, release=Release(to, document, reason)
    )
    return await _page(
        request, session, case=case, one=one, member=member, keys=keys, altered=data is None, act=CustodyAct.RELEASED
    )


@router.get("/archivos/{evidence_id}", dependencies=[public])
async def apart(
    evidence_id: uuid.UUID,
    token: Annotated[str, Query(max_length=200)],
    request: Request,
    session: Session,
    keys: Keys,
) -> Response:
    """The file by a signed link, on the host that is for files alone; the link is one session's, which must still be open and
    its owner still be let in."""
    host = (settings().files_url or "").partition("://")[2]
    if not host or request.url.netloc != host:
        raise NotFound
    at = await clock.now(session)
    session_id = links.session_of(evidence_id, token, keys=keys, at=at)
    member = await staff.by_session_id(session, session_id=session_id, at=at)
    item = await session.get(EvidenceItem, evidence_id)
    found = await session.get(Case, item.case_id) if item and item.case_id else None
    if member is None or found is None:
        raise NotFound
    case = await cases.readable(session, number=found.number, member=member)
    if not await may_open(session, case=case, member=member, at=at):
        raise NotFound
    one = await service.shown_one(session, case=case, evidence_id=evidence_id, key=cases.key_of(case, keys))
    data = await _handle(session, one, CustodyAct.DOWNLOADED, case=case, member=member, keys=keys)
    if data is None:
        return errors.told(request, EvidenceAltered)
    return _file(one.item, one.number, case.number, data)


async def _original(
    request: Request, session: AsyncSession, *, case: Case, one: Shown, member: StaffMember, keys: KeyRing
) -> Response:
    opened = await staff.session_of(session, token=request.cookies[staff.COOKIE])
    at = await clock.now(session)
    if url := links.original_url(one.item.id, session_id=opened.id, keys=keys, at=at):
        return RedirectResponse(url, status_code=303)
    data = await _handle(session, one, CustodyAct.DOWNLOADED, case=case, member=member, keys=keys)
    if data is None:
        return await _page(request, session, case=case, one=one, member=member, keys=keys, altered=True)
    return _file(one.item, one.number, case.number, data)


def _file(item: EvidenceItem, number: int, case_number: str, data: bytes) -> Response:
    """A stranger's bytes as an attachment, under a name that is ours."""
    name = f"{case_number}-evidencia-{number}.{_SUFFIXES[item.media_type]}"
    headers = _INERT | {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(data, media_type=item.media_type, headers=headers)


async def _handle(
    session: AsyncSession,
    one: Shown,
    act: CustodyAct,
    *,
    case: Case,
    member: StaffMember,
    keys: KeyRing,
    release: Release | None = None,
) -> bytes | None:
    key, at = cases.key_of(case, keys), await clock.now(session)
    return await custody.handle(session, item=one.item, act=act, actor=member, key=key, at=at, release=release)


async def _page(
    request: Request,
    session: AsyncSession,
    *,
    case: Case,
    one: Shown,
    member: StaffMember,
    keys: KeyRing,
    altered: bool = False,
    unconfirmed: bool = False,
    act: CustodyAct | None = None,
) -> Response:
    """``act`` is what was just done with the item."""
    chain = await custody.chain(session, item=one.item, key=cases.key_of(case, keys))
    return console.page(
        request,
        "staff/case/evidence.html",
        member=member,
        status=409 if altered else 422 if unconfirmed else 200,
        case=case,
        one=one,
        chain=chain,
        altered=altered,
        unconfirmed=unconfirmed,
        act=act,
    )
