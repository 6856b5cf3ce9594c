"""The public register, for citizens' proofs and for whoever watches it (C2SP tlog-tiles below ``/registro``)."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import PlainTextResponse

from api.access import public
from api.database import Session
from api.errors import Malformed, NotFound, describes
from api.register import service
from api.register.service import Proof

router = APIRouter(tags=["register"], dependencies=[public])

_FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}
_FOR_NOW = {"Cache-Control": "no-cache"}


@router.get("/api/v1/register/proofs/{leaf_hash}", response_model=Proof, responses=describes(NotFound, Malformed))
async def prove(
    leaf_hash: Annotated[str, Path(max_length=64)], session: Session, since: Annotated[int | None, Query(ge=1)] = None
) -> Proof:
    """That a leaf is in the register, to keep beside the copy and check without a network."""
    return await service.prove(session, leaf_hash=leaf_hash, since=since)


@router.get("/registro/key", response_class=PlainTextResponse)
async def key(request: Request) -> str:
    """The key that every state is signed with."""
    return service.verifier(request.app.state.keys) + "\n"


@router.get("/registro/checkpoint", response_class=PlainTextResponse, responses=describes(NotFound))
async def checkpoint(session: Session) -> Response:
    """The newest signed state: keep one, and no later state can hide what it held."""
    return PlainTextResponse((await service.latest(session)).note, headers=_FOR_NOW)


@router.get(
    "/registro/tile/entries/{tile_path:path}", response_class=Response, responses=describes(NotFound, Malformed)
)
async def entries(tile_path: str, session: Session) -> Response:
    index, width = _tile(tile_path)
    return _bytes(await service.entries(session, index=index, width=width))


@router.get(
    "/registro/tile/{level}/{tile_path:path}", response_class=Response, responses=describes(NotFound, Malformed)
)
async def tile(level: Annotated[int, Path(ge=0, le=5)], tile_path: str, session: Session) -> Response:
    index, width = _tile(tile_path)
    return _bytes(await service.tile(session, level=level, index=index, width=width))


def _bytes(content: bytes) -> Response:
    return Response(content, media_type="application/octet-stream", headers=_FOR_EVER)


def _tile(path: str) -> tuple[int, int]:
    """The index and width in ``x001/x234/067`` or ``067.p/5``. Raises ``Malformed``."""
    whole, partial, width = path.partition(".p/")
    parts = whole.split("/")
    digits = [part.removeprefix("x") if at < len(parts) - 1 else part for at, part in enumerate(parts)]
    good = all(len(part) == 3 and part.isascii() and part.isdigit() for part in digits) and len(digits) <= 5
    if not good or (partial and not (width.isascii() and width.isdigit() and len(width) <= 3)):
        raise Malformed
    return int("".join(digits)), int(width) if partial else service.TILE
