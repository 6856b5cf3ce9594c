"""Logging in by the institution's own provider. It never makes a member of staff: an administrator links each."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api import clock
from api.access import public
from api.console import page
from api.database import Session
from api.errors import NotFound
from api.settings import settings
from api.staff import cookies, entering, oidc
from api.staff.oidc import CALLBACK, Asked, NotVouchedFor

router = APIRouter(default_response_class=HTMLResponse, dependencies=[public], include_in_schema=False, tags=["staff"])


@router.get("/staff/entrar/institucional")
async def go_to_provider(request: Request, ir: str = "") -> Response:
    """Raises ``NotFound`` where there is none."""
    if not settings().oidc_issuer:
        raise NotFound
    asked = Asked.new(entering.own_path(ir))
    try:
        answer = RedirectResponse(await oidc.address(asked), status_code=303)
    except NotVouchedFor:
        return _failed(
            request, "La cuenta institucional no responde ahora. Entre con su contraseña o espere un momento."
        )
    cookies.put(answer, cookies.PROVIDER, asked.written(), same_site="lax")
    return answer


@router.get(CALLBACK)
async def come_back(
    request: Request, session: Session, code: str = "", state: str = "", iss: str | None = None
) -> Response:
    """The provider's answer. The next page is asked for by a page of ours: cookies of the strictest kind come with no other.

    Raises ``NotFound`` where there is no provider.
    """
    if not settings().oidc_issuer:
        raise NotFound
    try:
        asked = Asked.read(request.cookies.get(cookies.PROVIDER, ""))
        found = await oidc.identity(asked, code=code, state=state, issuer=iss)
    except NotVouchedFor:
        return _failed(request, "No se pudo comprobar su cuenta institucional. Vuelva a intentarlo.")
    token = await entering.by_identity(
        session,
        issuer=found.issuer,
        subject=found.subject,
        factor_shown=found.factor_shown,
        wanted=asked.wanted,
        at=await clock.now(session),
    )
    if token is None:
        answer = page(request, "staff/login/unlinked.html", member=None, status=403, subject=found.subject)
    else:
        answer = page(request, "staff/login/onward.html", member=None)
        cookies.put(answer, cookies.LOGIN, token)
    cookies.drop(answer, cookies.PROVIDER)
    return answer


def _failed(request: Request, problem: str) -> Response:
    answer = page(
        request,
        "staff/login/password.html",
        member=None,
        status=503,
        login="",
        wanted="",
        problem=problem,
        provider=True,
    )
    cookies.drop(answer, cookies.PROVIDER)
    return answer
