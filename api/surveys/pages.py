"""The surveys' pages, which work without JavaScript: of a visit, by a station's poster, and of a service, by a link."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from api import clock
from api.access import address_hash, public
from api.database import Session
from api.errors import Malformed, NotFound
from api.security import KeyRing
from api.stations import service as stations
from api.stations.models import Station
from api.surveys import forms, invitations, service
from api.surveys.forms import Age, Taken
from vocabulary import questionnaires
from vocabulary.dialogue import Choice, Language
from vocabulary.questionnaires import Answer, Kind, Question, Questionnaire
from vocabulary.sentences import sentence
from vocabulary.steps import Step

router = APIRouter(include_in_schema=True, dependencies=[public], default_response_class=HTMLResponse, tags=["pages"])

_VISIT, _SERVICE = "visit", "service"


@router.get("/encuesta/{station_code}")
async def form(station_code: str, request: Request, session: Session) -> Response:
    """The survey of a station; an unknown one is told kindly."""
    station = await _station(session, station_code)
    if station is None:
        return _page(request, "unknown", status=404)
    token = forms.issue(station_code=station.code, keys=request.app.state.keys, at=await clock.now(session))
    return _form(request, station, token, {})


@router.post("/encuesta/{station_code}")
async def answer(station_code: str, request: Request, form_token: Annotated[str, Form(max_length=200)]) -> Response:
    """Keep what was answered. That the form was used, and from where, is committed before, in a transaction of its own."""
    keys: KeyRing = request.app.state.keys
    sessions = request.app.state.sessions
    typed = await _typed(request)
    async with sessions() as session:
        at = await clock.now(session)
        station = await _station(session, station_code)
    if station is None:
        return _page(request, "unknown", status=404)
    asked = questionnaires.current(_VISIT)
    answers = _answers(asked, typed)
    age = forms.age(form_token, station_code=station.code, keys=keys, at=at)
    if not answers or age is not Age.RIGHT:
        fresh = forms.issue(station_code=station.code, keys=keys, at=at) if age is Age.TOO_OLD else form_token
        why = f"survey.visit.{age if age is not Age.RIGHT else 'nothing'}"
        return _form(request, station, fresh, typed, problem=sentence(why), status=422)
    if all(given is None for given in answers.values()):
        return _page(request, "passed_over")
    network = address_hash(request, keys)
    async with sessions.begin() as session:
        taken = await forms.take(
            session, token=form_token, station_code=station.code, network=network, keys=keys, at=at
        )
    if taken is not Taken.TAKEN:
        return _page(request, taken, status=409 if taken is Taken.USED else 429)
    async with sessions.begin() as session:
        await service.keep(
            session, questionnaire=asked, answers=answers, service=None, channel="poster", language=Language.SPANISH,
            station_id=station.id, keys=keys, at=at,
        )  # fmt: skip
    return _page(request, "thanks", commented=bool(answers.get(Step.SURVEY_COMMENT)))


@router.get("/encuesta/i/{token}")
async def invited(token: str, request: Request, session: Session) -> Response:
    """The survey of a service, by a link that is good once."""
    if not await invitations.is_open(session, token=token, at=await clock.now(session)):
        return _page(request, "over", status=404)
    return _invited(request, token, {})


@router.post("/encuesta/i/{token}")
async def answer_invited(token: str, request: Request) -> Response:
    """Keep what was answered. The token is deleted before, in a transaction of its own."""
    sessions, typed = request.app.state.sessions, await _typed(request)
    asked = questionnaires.current(_SERVICE)
    answers = _answers(asked, typed)
    if not answers:
        return _invited(request, token, typed, problem=sentence("survey.visit.nothing"), status=422)
    if all(given is None for given in answers.values()):
        return _page(request, "passed_over")
    async with sessions.begin() as session:
        at = await clock.now(session)
        taken = await invitations.take(session, token=token, at=at)
    if taken is None:
        return _page(request, "over", status=404)
    of_service, station_id = taken
    async with sessions.begin() as session:
        await service.keep(
            session, questionnaire=asked, answers=answers, service=of_service, channel="link",
            language=Language.SPANISH, station_id=station_id, keys=request.app.state.keys, at=at,
        )  # fmt: skip
    return _page(request, "thanks", commented=bool(answers.get(Step.SURVEY_COMMENT)))


@router.get("/encuesta/no/{leave}")
async def refusal(leave: str, request: Request) -> Response:
    """Asks first: programs that look at links in messages must not refuse for anybody."""
    return _page(request, "refuse", leave=leave)


@router.post("/encuesta/no/{leave}")
async def refuse(leave: str, request: Request, session: Session) -> Response:
    """What is said is the same whether the link is one of ours or not."""
    await invitations.refuse(session, leave=leave)
    return _page(request, "refused")


async def _typed(request: Request) -> dict[str, str]:
    return {name: value for name, value in (await request.form()).items() if isinstance(value, str)}


async def _station(session: Session, code: str) -> Station | None:
    try:
        return None if "\0" in code else await stations.by_code(session, code=code)
    except NotFound:
        return None


def _answers(asked: Questionnaire, typed: Mapping[str, str]) -> dict[Step, Answer | None]:
    """What was answered, and None where it was said that no answer is given. Raises ``Malformed``."""
    read = {
        question.step: _answer(question, typed[question.step].strip())
        for question in asked.questions
        if typed.get(question.step, "").strip()
    }
    closed = {step: answer for step, answer in read.items() if answer is not None}
    followed = {question.step for question in asked.asked(closed)}
    return {step: answer for step, answer in read.items() if step in followed}


def _answer(question: Question, value: str) -> Answer | None:
    if question.kind is Kind.TEXT:
        if (
            len(value) > 2 * questionnaires.LONGEST or "\0" in value
        ):  # a browser counts a new line once and sends two characters
            raise Malformed
        return value
    if value == Choice.SKIP:
        return None
    for answer in question.titles:
        if str(answer) == value:
            return answer
    raise Malformed


def _form(
    request: Request, station: Station, token: str, typed: Mapping[str, str], *, problem: str = "", status: int = 200
) -> Response:
    return _page(
        request,
        "form",
        status=status,
        action=f"/encuesta/{station.code}",
        lead=sentence("survey.visit.lead", station=station.name),
        survey=questionnaires.current(_VISIT),
        token=token,
        typed=typed,
        longest=questionnaires.LONGEST,
        problem=problem,
    )


def _invited(
    request: Request, token: str, typed: Mapping[str, str], *, problem: str = "", status: int = 200
) -> Response:
    return _page(
        request,
        "form",
        status=status,
        action=f"/encuesta/i/{token}",
        lead=sentence("survey.invitation.lead"),
        survey=questionnaires.current(_SERVICE),
        token=None,
        typed=typed,
        longest=questionnaires.LONGEST,
        problem=problem,
    )


def _page(request: Request, step: str, *, status: int = 200, **context: object) -> Response:
    page: Response = request.app.state.templates.TemplateResponse(
        request, "survey/page.html", {"step": step, **context}, status_code=status
    )
    return page
