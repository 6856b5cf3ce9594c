"""Alive, able to answer a citizen, and figures for Prometheus."""

import httpx
from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text

from api.access import public
from api.errors import BotUnavailable, describes

router = APIRouter(dependencies=[public], tags=["health"])


@router.get("/healthz", response_class=PlainTextResponse)
async def alive() -> str:
    return "ok"


@router.get("/readyz", response_class=PlainTextResponse, responses=describes(BotUnavailable))
async def ready(request: Request) -> str:
    """Whether a citizen would be answered: the database and the bot are there."""
    try:
        async with request.app.state.engine.connect() as connection:
            await connection.execute(text("select 1"))
        response = await request.app.state.bot_client.get("/webhooks/comisario/ready", timeout=3)
        response.raise_for_status()
    except (httpx.HTTPError, OSError) as error:
        raise BotUnavailable from error
    return "ok"


@router.get("/metrics", response_class=PlainTextResponse)
async def metrics() -> Response:
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
