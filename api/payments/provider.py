"""The payment provider, asked over HTTP: where to pay, and whether it was paid. It learns an amount and a reference alone."""

import uuid
from decimal import Decimal

import httpx

_SECONDS = 8.0


class ProviderUnavailable(Exception):
    """The provider gave no answer that can be used."""


async def begin(*, reference: uuid.UUID, amount: Decimal, url: str) -> str:
    """The address of the page where ``amount`` soles are paid. Raises ``ProviderUnavailable``."""
    body = {"reference": str(reference), "amount": str(amount), "currency": "PEN"}
    return str((await _ask("POST", f"{url.rstrip('/')}/payments", body))["payment_url"])


async def is_paid(*, reference: uuid.UUID, url: str) -> bool:
    """Raises ``ProviderUnavailable``."""
    return bool((await _ask("GET", f"{url.rstrip('/')}/payments/{reference}", None))["status"] == "paid")


async def _ask(method: str, address: str, body: dict[str, str] | None) -> dict[str, str]:
    try:
        async with httpx.AsyncClient(timeout=_SECONDS) as client:
            response = await client.request(method, address, json=body)
        answer: dict[str, str] = response.raise_for_status().json()
        return {"payment_url": answer["payment_url"], "status": answer["status"]}
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, KeyError, TypeError) as error:
        raise ProviderUnavailable(type(error).__name__) from None
