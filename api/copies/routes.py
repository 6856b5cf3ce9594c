"""Downloading a signed file by its link, and checking copies."""

from typing import Annotated

from fastapi import APIRouter, File, Query, Request, Response, UploadFile

from api import clock
from api.access import public
from api.copies import keys, links, service
from api.copies.service import Verdict
from api.database import Session
from api.errors import Malformed, NotFound, TooLarge, describes
from documents.verification import LARGEST

router = APIRouter(prefix="/api/v1", tags=["copies"], dependencies=[public])


@router.get(
    "/documents/{verification_code}/pdf",
    response_class=Response,
    responses=describes(NotFound, Malformed),
)
async def download(
    verification_code: str, token: Annotated[str, Query(max_length=200)], request: Request, session: Session
) -> Response:
    """The signed file, to whoever holds its link, until the link expires."""
    ring, at = request.app.state.keys, await clock.now(session)
    links.check(verification_code, token, keys=ring, at=at)
    signed = await service.download(session, typed_code=verification_code, keys=ring, at=at)
    return Response(
        signed.pdf,
        media_type="application/pdf",
        headers={
            "Content-Disposition": f'attachment; filename="{signed.file_name}"',
            "Cache-Control": "private, no-store",
        },
    )


@router.get("/verifications/{verification_code}", response_model=Verdict, responses=describes(NotFound, Malformed))
async def verify_code(verification_code: str, session: Session) -> Verdict:
    return await service.verify_code(session, typed_code=verification_code)


@router.post("/verifications", response_model=Verdict, responses=describes(TooLarge, Malformed))
async def verify_file(session: Session, file: Annotated[UploadFile, File()]) -> Verdict:
    """Any file gets an answer; only one that is larger than any of ours is refused."""
    pdf = await file.read(LARGEST + 1)
    if len(pdf) > LARGEST:
        raise TooLarge
    return await service.verify_file(session, pdf=pdf)


published = APIRouter(prefix="/registro", tags=["register"], dependencies=[public])


@published.get("/certificates", response_class=Response)
async def certificates() -> Response:
    """The certificates that papers are, and ever were, signed and stamped with, for whoever checks them elsewhere."""
    return Response(keys.published(), media_type="application/pem-certificate-chain")
