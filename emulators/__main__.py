"""``python -m emulators``: everything that development needs of others, as one process on the loopback."""

import argparse
import asyncio
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from emulators import authorities, messages, meta, payments, registry


def create_app(inbox: messages.Inbox, folder: Path, url: str, webhook: messages.Webhook | None) -> FastAPI:
    """The emulators of one folder, in which the authorities' keys are; ``url`` is where they are reached."""
    app = authorities.create_app(folder, url=url)
    app.include_router(messages.router(inbox, webhook))
    app.include_router(meta.router())
    app.include_router(registry.router())
    app.include_router(payments.router())
    return app


async def _serve(host: str, port: int, smtp_port: int, folder: Path, webhook: messages.Webhook | None) -> None:
    inbox = messages.Inbox()
    app = create_app(inbox, folder, f"http://{host}:{port}", webhook)
    server = uvicorn.Server(uvicorn.Config(app, host=host, port=port, log_level="warning"))
    async with messages.smtp_server(inbox, host, smtp_port):
        await server.serve()


def main() -> None:
    parser = argparse.ArgumentParser(prog="emulators")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--smtp-port", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True, help="where the authorities' keys are kept")
    parser.add_argument(
        "--webhook", nargs=3, metavar=("ADDRESS", "PUBLIC_URL", "TOKEN"), help="where WhatsApp's messages go"
    )
    arguments = parser.parse_args()
    webhook = messages.Webhook(*arguments.webhook) if arguments.webhook else None
    asyncio.run(_serve(arguments.host, arguments.port, arguments.smtp_port, arguments.folder, webhook))


if __name__ == "__main__":
    main()
