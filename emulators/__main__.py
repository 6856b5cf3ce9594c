"""``python -m emulators``: everything that development needs of others, as one process on the loopback."""

import argparse
import asyncio

import uvicorn
from fastapi import FastAPI

from emulators import messages, payments, registry


def create_app(inbox: messages.Inbox) -> FastAPI:
    app = FastAPI(title="Emulators of Comisario Virtual", docs_url=None, redoc_url=None)
    app.include_router(messages.router(inbox))
    app.include_router(registry.router())
    app.include_router(payments.router())
    return app


async def _serve(host: str, port: int, smtp_port: int) -> None:
    inbox = messages.Inbox()
    server = uvicorn.Server(uvicorn.Config(create_app(inbox), host=host, port=port, log_level="warning"))
    async with messages.smtp_server(inbox, host, smtp_port):
        await server.serve()


def main() -> None:
    parser = argparse.ArgumentParser(prog="emulators")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--smtp-port", type=int, required=True)
    arguments = parser.parse_args()
    asyncio.run(_serve(arguments.host, arguments.port, arguments.smtp_port))


if __name__ == "__main__":
    main()
