"""Open data for programs. A release never changes, so its answers may be kept for ever."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from api.access import public
from api.database import Session
from api.errors import Malformed, NotFound, describes
from api.open_data import service
from api.open_data.models import OpenDataRelease
from api.open_data.service import Asked

router = APIRouter(prefix="/api/v1/datos", tags=["open data"], dependencies=[public])

_FOR_EVER = "public, max-age=31536000, immutable"
type Tag = Annotated[str, Header(alias="If-None-Match")]


class ReleaseFile(BaseModel):
    """A file of a release; ``rows`` is null for one that is no table."""

    name: str
    media_type: str
    sha256: str
    size: int
    rows: int | None


class Release(BaseModel):
    """A release; ``added`` are the periods that the one before lacks. All others are the same, row by row."""

    number: int
    released_at: datetime
    demonstration: bool
    notices: list[str]
    mapping_version: int
    k: int
    files: list[ReleaseFile]
    added: dict[str, list[str]]


class Rows(BaseModel):
    """Rows of a data set in their order; ``next`` is the cursor of what follows."""

    demonstration: bool
    notices: list[str]
    rows: list[dict[str, Any]]
    next: str | None


@router.get("", response_model=list[int])
async def releases(session: Session) -> list[int]:
    """The numbers of the releases, the newest first."""
    return [one.number for one in await service.releases(session)]


@router.get("/versiones/{number}", response_model=Release, responses=describes(NotFound))
async def release(number: Annotated[int, Path(ge=1, le=10**9)], session: Session) -> Release:
    """A release with its files and what it adds to the one before."""
    found = await service.release(session, number=number)
    return Release(
        number=found.number,
        released_at=found.released_at,
        demonstration=found.demonstration,
        notices=service.about(found).notices,
        mapping_version=found.mapping_version,
        k=found.k,
        files=[
            ReleaseFile.model_validate(file, from_attributes=True)
            for file in await service.files(session, release=found)
        ],
        added=await service.periods(session, release=found),
    )


@router.get("/versiones/{number}/archivos/{name}", response_class=Response, responses=describes(NotFound))
async def download(
    number: Annotated[int, Path(ge=1, le=10**9)],
    name: Annotated[str, Path(max_length=100)],
    session: Session,
    if_none_match: Tag = "",
) -> Response:
    """A file, as it was when it was released."""
    found = await service.release(session, number=number)
    file, content = await service.content(session, release=found, name=name)
    headers = {"ETag": f'"{file.sha256}"', "Cache-Control": _FOR_EVER}
    if headers["ETag"] in if_none_match:
        return Response(status_code=304, headers=headers)
    headers["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return Response(content, media_type=file.media_type, headers=headers)


@router.get("/versiones/{number}/{dataset}", response_model=Rows, responses=describes(NotFound, Malformed))
async def rows(
    request: Request,
    number: Annotated[int, Path(ge=1, le=10**9)],
    dataset: Annotated[str, Path(max_length=40)],
    session: Session,
    year: Annotated[int | None, Query(ge=2000, le=2999)] = None,
    department: Annotated[str, Query(max_length=60)] = "",
    modality: Annotated[str, Query(max_length=60)] = "",
    cursor: Annotated[str, Query(max_length=40)] = "",
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    if_none_match: Tag = "",
) -> Response:
    """Rows of a data set, ``limit`` at a time; the ETag is the release, whose rows never change."""
    found = await service.release(session, number=number)
    headers = {"ETag": _tag(found, request), "Cache-Control": _FOR_EVER}
    if headers["ETag"] in if_none_match:
        return Response(status_code=304, headers=headers)
    asked = Asked(year, department, modality)
    told, following = await service.page(
        session, release=found, dataset=dataset, asked=asked, cursor=cursor, limit=limit
    )
    content = Rows(
        demonstration=found.demonstration, notices=service.about(found).notices, rows=list(told), next=following
    )
    return JSONResponse(content.model_dump(), headers=headers)


def _tag(release: OpenDataRelease, request: Request) -> str:
    kind = "d" if release.demonstration else "r"
    return f'"{kind}{release.number}-{request.url.query.encode().hex()}"'
