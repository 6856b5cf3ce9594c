"""``python -m emulators``: everything that development needs of others, as one process on the loopback."""

import argparse
import asyncio
import os
import sys
from pathlib import Path

import httpx
import uvicorn
from fastapi import FastAPI

from emulators import authorities, messages, meta, payments, registry, twilio
from emulators.twilio.account import Account
from emulators.twilio.delivery import Webhook

_HOST = "127.0.0.1"
_WEBHOOK_SECONDS = 15


def create_app(
    inbox: messages.Inbox, folder: Path, url: str, *, account: Account, webhook: Webhook | None,
    client: httpx.AsyncClient,
) -> FastAPI:  # fmt: skip
    """The emulators of one folder, in which the authorities' keys are; ``url`` is where they are reached."""
    app = authorities.create_app(folder, url=url)
    app.include_router(messages.router(inbox))
    twilio.install(app, account=account, webhook=webhook, client=client, arrived=inbox.take)
    app.include_router(meta.router())
    app.include_router(registry.router())
    app.include_router(payments.router())
    return app


async def _serve(port: int, smtp_port: int, folder: Path, account: Account, webhook: Webhook | None) -> None:
    inbox = messages.Inbox()
    async with (
        httpx.AsyncClient(timeout=_WEBHOOK_SECONDS) as client,
        messages.smtp_server(inbox, _HOST, smtp_port),
    ):
        app = create_app(inbox, folder, f"http://{_HOST}:{port}", account=account, webhook=webhook, client=client)
        await uvicorn.Server(uvicorn.Config(app, host=_HOST, port=port, log_level="warning")).serve()


def main() -> int:
    parser = argparse.ArgumentParser(prog="emulators")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--smtp-port", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True, help="where the authorities' keys are kept")
    parser.add_argument(
        "--account", nargs=3, metavar=("SID", "TOKEN", "NUMBER"), required=True, help="of the emulated Twilio"
    )
    parser.add_argument("--webhook", nargs=2, metavar=("ADDRESS", "PUBLIC_URL"), help="the program that Twilio calls")
    arguments = parser.parse_args()
    if os.environ.get("COMISARIO_ENVIRONMENT", "development") != "development":
        print(
            "Los emuladores son solo para desarrollo: con COMISARIO_ENVIRONMENT=production no se inician.",
            file=sys.stderr,
        )
        return 2
    account = Account(*arguments.account)
    webhook = Webhook(*arguments.webhook) if arguments.webhook else None
    asyncio.run(_serve(arguments.port, arguments.smtp_port, arguments.folder, account, webhook))
    return 0


if __name__ == "__main__":
    sys.exit(main())
