"""Errors named for the fact; each carries its status and a stable code, and is told as RFC 9457 problem+json."""

import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, ClassVar
from urllib.parse import urlencode

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from vocabulary.sentences import sentence

_log = logging.getLogger(__name__)


class Problem(BaseModel):
    """An error answer; ``detail`` is a sentence for the citizen."""

    type: str = "about:blank"
    title: str
    status: int
    code: str
    detail: str


class Fault(Exception):
    """A fact that keeps a request from being done."""

    status: ClassVar[int]
    code: ClassVar[str]
    headers: dict[str, str] | None = None
    mend_at: str | None = None
    """The page where a person's browser is sent to mend it, instead of one that tells it."""


class Unauthenticated(Fault):
    status, code = 401, "unauthenticated"


class Forbidden(Fault):
    status, code = 403, "forbidden"


class NotFound(Fault):
    """There is none, or it is another's."""

    status, code = 404, "not_found"


class IdempotencyConflict(Fault):
    status, code = 409, "idempotency_conflict"


class ChoiceNotOffered(Fault):
    status, code = 409, "choice_not_offered"


class NotComplete(Fault):
    """A complaint lacks what a filing needs."""

    status, code = 409, "not_complete"


class NotMovable(Fault):
    """A conversation stays where it is: it has a case, or violence was told in it."""

    status, code = 409, "not_movable"


class CaseChanged(Fault):
    """Somebody else added to a case meanwhile: what was written is shown again beside what is new."""

    status, code = 409, "case_changed"


class ReasonNeeded(Fault):
    """The case is a colleague's: it opens once a reason was given."""

    status, code = 403, "reason_needed"

    def __init__(self, case_number: str) -> None:
        super().__init__()
        self.mend_at = f"/staff/casos/{case_number}/motivo"


class EvidenceAltered(Fault):
    """The file that is kept is missing, or not the one that was received."""

    status, code = 409, "evidence_altered"


class ActNotAllowed(Fault):
    """The case stands where this is not done, or it is done already."""

    status, code = 409, "act_not_allowed"


class ClassificationNeeded(Fault):
    """An officer must say first which kind of incident it is."""

    status, code = 409, "classification_needed"


class SidpolTaken(Fault):
    """Another case has that SIDPOL number."""

    status, code = 409, "sidpol_taken"


class NothingAsked(Fault):
    """The police asked nothing that is not answered yet."""

    status, code = 409, "nothing_asked"


class ConversationTaken(Fault):
    """Another member of staff has the conversation."""

    status, code = 409, "conversation_taken"


class NothingSends(Fault):
    """This installation can send neither e-mail nor SMS."""

    status, code = 409, "nothing_sends"


class TooLarge(Fault):
    status, code = 413, "too_large"


class UnknownMediaType(Fault):
    status, code = 415, "media_type"


class Malformed(Fault):
    status, code = 422, "malformed"


class TooManyRequests(Fault):
    """Asked too often; ``wait`` is after how long it may be asked again."""

    status, code = 429, "too_many_requests"

    def __init__(self, wait: timedelta) -> None:
        super().__init__(wait)
        self.headers = {"Retry-After": str(int(wait.total_seconds()))}


class BotUnavailable(Fault):
    status, code = 503, "bot_unavailable"


def describes(*faults: type[Fault]) -> dict[int | str, dict[str, Any]]:
    """The ``responses`` of a route that may fail in these ways."""
    by_status: dict[int, list[str]] = {}
    for fault in faults:
        by_status.setdefault(fault.status, []).append(fault.code)
    return {status: {"model": Problem, "description": ", ".join(codes)} for status, codes in by_status.items()}


_CODES = {401: "unauthenticated", 403: "forbidden", 404: "not_found", 405: "method_not_allowed", 413: "too_large"}


def _answer(request: Request, status: int, code: str, headers: dict[str, str] | None = None) -> Response:
    known = code if code in _SENTENCES else "internal"
    title, detail = (sentence(f"errors.{known}.{part}") for part in ("title", "detail"))
    if _wants_page(request):
        at_console = request.url.path.startswith("/staff")
        if at_console and status == Unauthenticated.status:
            if request.url.path.startswith("/staff/entrar"):
                return RedirectResponse("/staff/entrar", status_code=303)
            if request.method in ("GET", "HEAD"):
                wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
                return RedirectResponse(f"/staff/entrar?{urlencode({'ir': wanted})}", status_code=303)
        page: Response = request.app.state.templates.TemplateResponse(
            request,
            "staff/error.html" if at_console else "errors/page.html",
            {"status": status, "code": known, "title": title, "message": detail},
            status_code=status,
            headers=headers,
        )
        return page
    return JSONResponse(
        Problem(title=title, status=status, code=code, detail=detail).model_dump(),
        status_code=status,
        headers=headers,
        media_type="application/problem+json",
    )


def _wants_page(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "") and not request.url.path.startswith("/api/")


_SENTENCES: Sequence[str] = (
    "unauthenticated", "forbidden", "not_found", "idempotency_conflict", "choice_not_offered", "not_complete", "case_changed", "reason_needed",
    "act_not_allowed", "classification_needed", "sidpol_taken", "evidence_altered", "nothing_asked", "conversation_taken", "nothing_sends",
    "too_large", "media_type", "malformed", "too_many_requests", "bot_unavailable", "method_not_allowed", "internal",
)  # fmt: skip


def told(request: Request, fault: type[Fault]) -> Response:
    """The answer of a fault that undoes nothing: what the request wrote down stays."""
    return _answer(request, fault.status, fault.code)


def install(app: FastAPI) -> None:
    """Every error of the app leaves as a problem or, for a person's browser, as a page."""

    async def fault(request: Request, error: Exception) -> Response:
        assert isinstance(error, Fault)
        if error.mend_at and _wants_page(request):
            return RedirectResponse(error.mend_at, status_code=303)
        return _answer(request, error.status, error.code, error.headers)

    async def malformed(request: Request, error: Exception) -> Response:
        return _answer(request, Malformed.status, Malformed.code)

    async def plain(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        code = _CODES.get(error.status_code, "malformed" if error.status_code < 500 else "internal")
        return _answer(request, error.status_code, code, dict(error.headers or {}))

    async def unforeseen(request: Request, error: Exception) -> Response:
        _log.error("%s %s failed: %s", request.method, request.scope.get("route"), type(error).__name__)
        return _answer(request, 500, "internal")

    app.add_exception_handler(Fault, fault)
    app.add_exception_handler(RequestValidationError, malformed)
    app.add_exception_handler(HTTPException, plain)
    app.add_exception_handler(Exception, unforeseen)
