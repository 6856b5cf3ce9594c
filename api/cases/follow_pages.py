"""The page on which a citizen follows a case by its number and the code of its receipt; forms that work without JavaScript."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock
from api.access import address_hash, public
from api.cases import following
from api.cases.following import About
from api.cases.models import Case
from api.challenges import service as challenges
from api.errors import NotFound, NothingAsked, TooManyRequests
from api.security import KeyRing
from vocabulary.codes import find_case_number
from vocabulary.sentences import sentence

router = APIRouter(include_in_schema=True, dependencies=[public], default_response_class=HTMLResponse, tags=["pages"])
_ACTOR = "page"

type Line = Annotated[str, Form(max_length=100)]
type Text = Annotated[str, Form(max_length=20_000)]


def _page(request: Request, **context: object) -> Response:
    page: Response = request.app.state.templates.TemplateResponse(
        request, "status/page.html", {"longest": following.LONGEST} | context
    )
    return page


@router.get("/seguimiento")
async def begin(request: Request) -> Response:
    return _page(request)


@router.post("/seguimiento")
async def see(request: Request, case_number: Line = "", code: Line = "") -> Response:
    """How the case goes. What is wrong and what may not be told are answered alike."""
    return await _answer(request, case_number, code)


@router.post("/seguimiento/respuesta")
async def answer(request: Request, case_number: Line = "", code: Line = "", text: Text = "") -> Response:
    """Answer what the police asked."""
    return await _answer(request, case_number, code, answered=text)


@router.post("/seguimiento/pedido")
async def ask(
    request: Request, about: Annotated[About, Form()], case_number: Line = "", code: Line = "", text: Text = ""
) -> Response:
    """Ask something, for a correction, or to withdraw."""
    return await _answer(request, case_number, code, about=about, asked=text)


async def _answer(
    request: Request,
    case_number: str,
    code: str,
    *,
    answered: str | None = None,
    about: About | None = None,
    asked: str | None = None,
) -> Response:
    """Do what is asked in the case that the two open, and show it."""
    keys: KeyRing = request.app.state.keys
    typed = {"case_number": case_number, "code": code}
    async with request.app.state.sessions.begin() as session:
        at = await clock.now(session)
        try:
            case = await _opened(session, request, case_number, code, keys)
        except (NotFound, TooManyRequests) as error:
            why = "too_often" if isinstance(error, TooManyRequests) else "unknown"
            return _page(request, problem=sentence(f"following.refused.{why}"), **typed)
        problem, done = "", ""
        text = (answered or asked or "").strip().replace("\r\n", "\n")
        wants_to_say = answered is not None or about is not None
        if wants_to_say and not text:
            problem = "nothing_written"
        elif wants_to_say:
            try:
                if about is None:
                    await following.answer(session, case=case, text=text, keys=keys, at=at)
                else:
                    await following.ask(session, case=case, about=about, text=text, keys=keys, at=at)
                done = about or "answer"
            except NothingAsked:
                problem = "nothing_asked"
            except TooManyRequests:
                problem = "too_many"
        found = await following.follow(session, case=case, actor=_ACTOR, keys=keys, at=at)
    return _page(
        request,
        found=found,
        problem=sentence(f"following.refused.{problem}") if problem else "",
        done=sentence(f"following.taken.{done}", station=found.station) if done else "",
        unsent={about or "answer": text} if problem else {},
        **typed,
    )


async def _opened(session: AsyncSession, request: Request, case_number: str, code: str, keys: KeyRing) -> Case:
    """The case that a number and the code of its receipt open, unless it is restricted. Wrong tries are counted for the address.

    Raises ``NotFound`` and ``TooManyRequests``.
    """
    at = await clock.now(session)
    hashed = address_hash(request, keys)
    await challenges.may_try(session, address_hash=hashed, at=at)
    case = await following.by_receipt(session, number=find_case_number(case_number), code=code, keys=keys)
    if case is None:
        challenges.count_try(session, address_hash=hashed, at=at)
        raise NotFound
    return case
