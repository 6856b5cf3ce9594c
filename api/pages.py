"""The citizen's pages: chat, verification, privacy, and the neutral page for leaving."""

from types import SimpleNamespace
from typing import Annotated, Literal

from fastapi import APIRouter, File, Query, Request, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.templating import Jinja2Templates

from api import clock
from api.access import public
from api.clock import LIMA
from api.conversations.channels import provider
from api.copies import links, service
from api.copies.service import Verdict
from api.database import Session
from api.errors import NotFound
from api.register.service import Place
from api.settings import ROOT, settings
from documents.seal import key_id
from documents.verification import LARGEST
from vocabulary.codes import normalise_code
from vocabulary.sentences import sentence

router = APIRouter(include_in_schema=True, dependencies=[public], default_response_class=HTMLResponse, tags=["pages"])


def make_templates() -> Jinja2Templates:
    templates = Jinja2Templates(directory=ROOT / "api" / "templates")
    templates.env.globals.update(t=sentence, authorised=settings().authorised, language="es")
    templates.env.filters["lima"] = clock.in_lima
    return templates


def _page(request: Request, name: str, **context: object) -> Response:
    templates: Jinja2Templates = request.app.state.templates
    return templates.TemplateResponse(request, name, context)


@router.get("/")
async def chat(request: Request) -> Response:
    return _page(request, "chat/page.html", whatsapp=bool(provider.whatsapp_number()))


@router.get("/privacidad")
async def privacy(request: Request) -> Response:
    return _page(
        request, "privacy/page.html", draft_days=settings().draft_days, disclosure_days=settings().disclosure_days
    )


@router.get("/salida")
async def leave(request: Request) -> Response:
    page = _page(request, "exit/page.html")
    page.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    page.delete_cookie("session", path="/api/v1")
    return page


@router.get("/sello")
async def seal(request: Request) -> Response:
    """Checks the offline seal; it works without a network once it was opened."""
    key = request.app.state.keys.seal_key.public_key()
    return _page(request, "seal/page.html", keys=f"{key_id(key).hex()}:{key.public_bytes_raw().hex()}")


@router.get("/v")
async def verification_form(request: Request, code: Annotated[str, Query(max_length=100)] = "") -> Response:
    if code.strip():
        return RedirectResponse(f"/v/{normalise_code(code) or 'desconocido'}", status_code=303)
    return _page(request, "verification/page.html", result=None, code="", unknown=False)


@router.get("/v/{verification_code}")
async def verification(verification_code: str, request: Request, session: Session) -> Response:
    try:
        verdict = await service.verify_code(session, typed_code=verification_code)
    except NotFound:
        shown = normalise_code(verification_code) or ""
        page = _page(request, "verification/page.html", result=None, code=shown, unknown=True)
        page.status_code = 404
        return page
    place = await service.registered(session, typed_code=verification_code)
    return _verdict_page(request, verdict, place, normalise_code(verification_code) or "")


@router.post("/v")
async def verify_upload(request: Request, session: Session, file: Annotated[UploadFile | str, File()] = "") -> Response:
    if isinstance(file, str) or not file.filename:
        problem = sentence("web.verification.no_file")
        return _page(request, "verification/page.html", result=None, code="", unknown=False, problem=problem)
    pdf = await file.read(LARGEST + 1)
    verdict = await service.verify_file(session, pdf=pdf)
    if not verdict.valid:
        return _verdict_page(request, verdict, None, "")
    code = str(await service.code_of(session, pdf=pdf))
    original = links.document_url(code, keys=request.app.state.keys, at=await clock.now(session))
    return _verdict_page(request, verdict, await service.registered(session, pdf=pdf), "", original)


def _verdict_page(
    request: Request, verdict: Verdict, place: Place | Literal["waiting"] | None, code: str, original: str = ""
) -> Response:
    """``original`` is where the stored file is, for who showed that they hold it."""
    issued = verdict.issued_at
    result = SimpleNamespace(
        **verdict.model_dump(exclude={"issued_at"}),
        issued_at=f"{issued.astimezone(LIMA):%d/%m/%Y, %H:%M}" if issued else None,
    )
    return _page(
        request, "verification/page.html", result=result, place=place, code=code, original=original, unknown=False
    )
