"""A payment provider for development: a page with one button, which moves no money."""

import uuid

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from pydantic import BaseModel

_PAGE = """<!doctype html><html lang="es"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Pago de prueba</title><style>body{{font:18px/1.5 system-ui;margin:2rem auto;max-width:26rem;padding:0 1rem}}
button{{font:inherit;padding:.7rem 1.4rem}}</style><h1>Pago de prueba</h1><p>S/ {amount}. No se cobra nada.</p>{rest}</html>"""


class PaymentCreate(BaseModel):
    reference: uuid.UUID
    amount: str
    currency: str


def router() -> APIRouter:
    amounts: dict[uuid.UUID, str] = {}
    paid: set[uuid.UUID] = set()
    routes = APIRouter(prefix="/payments")

    def told(reference: uuid.UUID, request: Request) -> dict[str, str]:
        status = "paid" if reference in paid else "pending"
        return {"status": status, "payment_url": f"{request.base_url}payments/{reference}/page"}

    @routes.post("", status_code=201)
    async def create(body: PaymentCreate, request: Request) -> dict[str, str]:
        amounts.setdefault(body.reference, body.amount)
        return told(body.reference, request)

    @routes.get("/{reference}")
    async def read(reference: uuid.UUID, request: Request) -> Response:
        known = reference in amounts
        return JSONResponse(told(reference, request) if known else {}, status_code=200 if known else 404)

    @routes.get("/{reference}/page", response_class=HTMLResponse)
    async def page(reference: uuid.UUID) -> str:
        button = '<form method="post"><button>Pagar</button></form>'
        rest = "<p>Pagado. Ya puede volver.</p>" if reference in paid else button
        return _PAGE.format(amount=amounts.get(reference, "0.00"), rest=rest)

    @routes.post("/{reference}/page", response_class=HTMLResponse)
    async def pay(reference: uuid.UUID) -> str:
        paid.add(reference)
        return await page(reference)

    return routes
