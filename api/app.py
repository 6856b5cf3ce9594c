"""The api as one ASGI application."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from fastapi import FastAPI
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.staticfiles import StaticFiles

from api import errors, health, pages
from api.audit import pages as audit
from api.cases import export_pages, follow_pages, queue_pages, related_pages
from api.cases import pages as case_pages
from api.cases import service as cases
from api.conversations import internal
from api.conversations import routes as conversations
from api.conversations import service as conversation_service
from api.conversations.bot import Bot
from api.conversations.channels import pages as messaging_pages
from api.conversations.channels import routes as messaging
from api.conversations.channels.meta import routes as meta
from api.conversations.channels.twilio import routes as twilio
from api.conversations.events import Listener
from api.conversations.turns import Turns
from api.copies import routes as copies
from api.database import make_engine, make_sessions
from api.evidence import pages as evidence
from api.figures import pages as figure_pages
from api.figures import public_pages as public_figures
from api.handover import disclosure_pages
from api.handover import pages as handover_pages
from api.headers import SecurityHeaders
from api.open_data import algorithm_page
from api.open_data import pages as open_data_pages
from api.open_data import routes as open_data
from api.register import routes as register
from api.second_copies import internal as asked_copies
from api.second_copies import pages as second_copy_pages
from api.second_copies import routes as second_copies
from api.security import KeyRing
from api.settings import ROOT, settings
from api.staff import account_pages, help_pages, login_pages, people_pages, provider_pages
from api.stations import pages as station_pages
from api.surveys import internal as surveys
from api.surveys import pages as survey_pages
from api.surveys import staff_pages as survey_staff_pages
from api.testing import routes as testing


def create_app() -> FastAPI:
    """The application with every room's routes. Its database and clients live as long as its lifespan."""
    app = FastAPI(
        title="Comisario Virtual", version="0.1.0", docs_url=None, redoc_url=None, lifespan=_lifespan,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
    )  # fmt: skip
    keys = KeyRing(settings().keys)
    keys.ensure()
    app.state.keys = keys
    app.state.internal_secret = settings().internal_secret.get_secret_value() or keys.internal_secret
    app.state.templates = pages.make_templates()
    errors.install(app)
    app.add_middleware(GZipMiddleware, minimum_size=600)
    app.add_middleware(SecurityHeaders)
    for room in (
        conversations,
        internal,
        copies,
        second_copies,
        asked_copies,
        second_copy_pages,
        queue_pages,
        twilio,
        messaging,
        messaging_pages,
        disclosure_pages,
        handover_pages,
        meta,
        register,
        surveys,
        survey_pages,
        survey_staff_pages,
        evidence,
        related_pages,
        export_pages,
        case_pages,
        audit,
        figure_pages,
        public_figures,
        follow_pages,
        open_data,
        open_data_pages,
        algorithm_page,
        testing,
        login_pages,
        account_pages,
        help_pages,
        provider_pages,
        people_pages,
        station_pages,
        health,
        pages,
    ):
        app.include_router(room.router)
    app.include_router(copies.published)
    app.mount("/static", StaticFiles(directory=ROOT / "api" / "static"), name="static")
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    url = settings().database_url.get_secret_value()
    engine = make_engine(url)
    locks = make_engine(url)
    app.state.engine = engine
    app.state.sessions = make_sessions(engine)
    app.state.listener = Listener(url, (conversation_service.CHANNEL, cases.CHANNEL))
    app.state.listener.start()
    async with httpx.AsyncClient(base_url=settings().bot_url) as client:
        app.state.bot_client = client
        app.state.turns = Turns(locks, app.state.sessions, Bot(client, app.state.internal_secret), app.state.keys)
        yield
        await app.state.turns.close()
        await app.state.listener.stop()
    await engine.dispose()
    await locks.dispose()
