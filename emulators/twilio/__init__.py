"""Twilio for development: its REST API for messages and contents, its webhooks, WhatsApp's rules, and a telephone to try
them with. It keeps everything in memory and can be told to fail as Twilio does.
"""

from collections.abc import Callable

import httpx
from fastapi import FastAPI

from emulators.twilio import content_routes, faults, phone, rest
from emulators.twilio.account import Account, Refused, refusal
from emulators.twilio.contents import Content
from emulators.twilio.delivery import Delivery, Webhook
from emulators.twilio.faults import Faults
from emulators.twilio.store import Message, Store


def install(
    app: FastAPI, *, account: Account, webhook: Webhook | None, client: httpx.AsyncClient,
    arrived: Callable[[Message], None],
) -> None:  # fmt: skip
    """Put Twilio on an application; ``client`` calls the program, ``arrived`` is told what the program sends, in order."""
    store, wrong, shelf = Store(), Faults(), dict[str, Content]()
    delivery = Delivery(account, store, client, webhook)
    app.add_exception_handler(Refused, refusal)
    app.include_router(rest.router(account, store, shelf, wrong, delivery, arrived))
    app.include_router(rest.cdn(store))
    app.include_router(content_routes.router(account, store.clock, shelf, wrong))
    app.include_router(faults.router(wrong))
    app.include_router(phone.router(account, store, wrong, delivery))
