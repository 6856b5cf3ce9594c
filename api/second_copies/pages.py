"""The page for second copies: three forms, one after the other, that work without JavaScript."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from api import clock
from api.access import address_hash, public
from api.challenges.service import Answer
from api.copies import links
from api.copies import service as copies
from api.copies.models import Copy
from api.errors import NothingSends, TooManyRequests
from api.payments import service as payments
from api.payments.models import Payment
from api.second_copies import service
from api.second_copies.service import Result
from api.security import KeyRing, new_token, token_hash
from api.settings import settings
from vocabulary.codes import find_case_number
from vocabulary.sentences import sentence

router = APIRouter(include_in_schema=True, dependencies=[public], default_response_class=HTMLResponse, tags=["pages"])
_ISSUE_SECONDS = 20

type Line = Annotated[str, Form(max_length=100)]


def _page(request: Request, step: str, **context: object) -> Response:
    page: Response = request.app.state.templates.TemplateResponse(
        request, "second_copy/page.html", {"step": step, "fee": settings().second_copy_fee} | context
    )
    return page


def _place(request_id: str) -> str:
    """Where a page's code is good, without the secret that its forms carry."""
    return f"page:{token_hash(request_id).hex()}"


@router.get("/copia")
async def begin(request: Request) -> Response:
    return _page(request, "identity")


@router.post("/copia")
async def ask(request: Request, document_number: Line = "", case_number: Line = "") -> Response:
    """Ask for a code: what is said is the same whether there is such a complaint or not."""
    typed = {"document_number": document_number, "case_number": case_number}
    document, number = "".join(c for c in document_number if c.isalnum()).upper(), find_case_number(case_number)
    if not 6 <= len(document) <= 15:
        return _page(request, "identity", problem=sentence("web.second_copy.no_document"), **typed)
    if case_number.strip() and number is None:
        return _page(request, "identity", problem=sentence("web.second_copy.number_wrong"), **typed)
    keys: KeyRing = request.app.state.keys
    request_id = new_token()
    try:
        async with request.app.state.sessions.begin() as session:
            await service.ask(
                session,
                case_number=number,
                document_number=document,
                bound_to=_place(request_id),
                address_hash=address_hash(request, keys),
                asked_by=None,
                keys=keys,
                at=await clock.now(session),
            )
    except TooManyRequests:
        return _page(request, "identity", problem=sentence("talk.copy_too_often"), **typed)
    except NothingSends:
        return _page(request, "identity", problem=sentence("errors.nothing_sends.detail"), **typed)
    return _page(request, "code", request_id=request_id)


@router.post("/copia/clave")
async def answer(request: Request, request_id: Line = "", code: Line = "") -> Response:
    """The copy is asked for in a transaction of its own, since the page waits for it."""
    keys: KeyRing = request.app.state.keys
    digits = "".join(c for c in code if c.isdigit())
    async with request.app.state.sessions.begin() as session:
        at = await clock.now(session)
        found = await service.answer(
            session, bound_to=_place(request_id), code=digits, answered_by=None, keys=keys, at=at
        )
    if found.answer is Answer.WRONG:
        problem = sentence("talk.code_not_right" if found.left > 1 else "talk.code_last_try", left=found.left)
        return _page(request, "code", request_id=request_id, problem=problem)
    if found.answer is Answer.LATER:
        return _page(request, "code", request_id=request_id, problem=sentence("talk.code_later"))
    return await _next(request, request_id, found)


@router.post("/copia/denuncia")
async def choose(request: Request, request_id: Line = "", case_number: Line = "") -> Response:
    keys: KeyRing = request.app.state.keys
    async with request.app.state.sessions.begin() as session:
        at = await clock.now(session)
        found = await service.choose(session, bound_to=_place(request_id), case_number=case_number, keys=keys, at=at)
    return await _next(request, request_id, found)


@router.post("/copia/pago")
async def paid(request: Request, request_id: Line = "") -> Response:
    """Whether the fee has arrived; the worker may have seen it first."""
    async with request.app.state.sessions() as session:
        payment = await payments.of_place(session, bound_to=_place(request_id))
    if payment is None:
        return _page(request, "identity", problem=sentence("talk.code_expired"))
    if payment.copy_id is not None or await payments.is_paid(payment.id):
        async with request.app.state.sessions.begin() as session:
            at = await clock.now(session)
            copy = await service.issue_paid(session, payment_id=payment.id, at=at)
        if copy is not None:
            return await _issued(request, request_id, copy)
    return _payment(request, request_id, payment, problem=sentence("web.second_copy.not_paid"))


async def _next(request: Request, request_id: str, found: Result) -> Response:
    """The page that follows from a code that was right or is over."""
    if found.answer is not Answer.RIGHT:
        return _page(request, "identity", problem=sentence(f"talk.code_{found.answer}"))
    if found.payment is not None:
        return _payment(request, request_id, found.payment)
    if found.copy is None:
        return _page(request, "choice", request_id=request_id, cases=found.cases)
    return await _issued(request, request_id, found.copy)


def _payment(request: Request, request_id: str, payment: Payment, problem: str = "") -> Response:
    return _page(
        request, "payment", request_id=request_id, url=payment.url, amount=f"{payment.amount:.2f}", problem=problem
    )


async def _issued(request: Request, request_id: str, copy: Copy) -> Response:
    """The link to the copy, once the worker has signed it."""
    for _ in range(_ISSUE_SECONDS * 5):
        async with request.app.state.sessions() as session:
            if await copies.is_issued(session, copy_id=copy.id):
                at = await clock.now(session)
                url = links.document_url(copy.verification_code, keys=request.app.state.keys, at=at)
                return _page(request, "issued", url=url, number=copy.number, code=copy.verification_code)
        await asyncio.sleep(0.2)
    return _page(request, "waiting", request_id=request_id)
