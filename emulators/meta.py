"""Meta's WhatsApp Cloud API as far as it is used, below ``/meta``: it refuses what Meta refuses, has no memory beyond the
process, and takes orders below ``/meta/test``: where webhooks go, what fails next, what a citizen sends."""

import asyncio
import hashlib
import hmac
import json
import time
import uuid
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any

import httpx
from fastapi import APIRouter, Body, Header, Request, UploadFile
from fastapi.responses import JSONResponse, Response

NUMBER_ID, TOKEN, APP_SECRET = "106540352242922", "emulated", "emulated-secret"
_MOST_BUTTONS, _MOST_ROWS = 3, 10


@dataclass
class _Account:
    """What the account has. ``faults`` are taken one a message: ``status`` and ``code`` refuse it (``after`` is the seconds
    to wait), ``silent`` takes it and answers so many seconds later, ``fails`` takes it and tells later that it failed with
    that code."""

    webhook: str = ""
    sent: list[dict[str, Any]] = field(default_factory=list)
    files: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    faults: deque[dict[str, int]] = field(default_factory=deque)
    telling: set[asyncio.Task[None]] = field(default_factory=set)


def payload(
    *, messages: Sequence[Any] = (), statuses: Sequence[Any] = (), number_id: str = NUMBER_ID
) -> dict[str, Any]:
    """What a webhook holds that tells these."""
    metadata = {"display_phone_number": "15550783881", "phone_number_id": number_id}
    value = {"messaging_product": "whatsapp", "metadata": metadata}
    value |= {name: list(told) for name, told in (("messages", messages), ("statuses", statuses)) if told}
    change = {"value": value, "field": "messages"}
    return {"object": "whatsapp_business_account", "entry": [{"id": "102290129340398", "changes": [change]}]}


def signature(body: bytes, secret: str = APP_SECRET) -> dict[str, str]:
    """The header of a signed webhook."""
    return {"X-Hub-Signature-256": f"sha256={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}"}


def new_id() -> str:
    """As Meta makes them."""
    return f"wamid.{uuid.uuid4().hex}{uuid.uuid4().hex}=="


def router() -> APIRouter:
    """The routes of one account."""
    routes = APIRouter(prefix="/meta")
    account = _Account()

    @routes.post("/v{version}/{number_id}/messages")
    async def send(
        number_id: str, body: Annotated[dict[str, Any], Body()], authorization: Annotated[str, Header()] = ""
    ) -> Response:
        if authorization != f"Bearer {TOKEN}":
            return _refused(401, 190)
        if number_id != NUMBER_ID or not _is_sendable(body):
            return _refused(400, 100)
        fault = account.faults.popleft() if account.faults else {}
        if "status" in fault:
            return _refused(fault["status"], fault["code"], after=fault.get("after"))
        sent = {"id": new_id(), **body}
        account.sent.append(sent)
        account.telling.add(task := asyncio.create_task(_tell(account, sent, fault.get("fails"))))
        task.add_done_callback(account.telling.discard)
        await asyncio.sleep(fault.get("silent", 0))
        return JSONResponse({"messaging_product": "whatsapp", "contacts": [], "messages": [{"id": sent["id"]}]})

    @routes.get("/v{version}/{media_id}")
    async def locate(request: Request, media_id: str, authorization: Annotated[str, Header()] = "") -> Response:
        if authorization != f"Bearer {TOKEN}":
            return _refused(401, 190)
        if media_id not in account.files:
            return _refused(400, 100)
        url = f"{request.base_url}meta/files/{media_id}"
        return JSONResponse({"url": url, "mime_type": account.files[media_id][1], "id": media_id})

    @routes.get("/files/{media_id}")
    async def fetch(
        media_id: str, authorization: Annotated[str, Header()] = "", user_agent: Annotated[str, Header()] = ""
    ) -> Response:
        if authorization != f"Bearer {TOKEN}":
            return Response(status_code=401)
        if not user_agent:
            return Response(status_code=500)
        data, kind = account.files[media_id]
        return Response(data, media_type=kind)

    @routes.put("/test/webhook", status_code=204)
    async def set_webhook(address: Annotated[str, Body(embed=True)]) -> None:
        account.webhook = address

    @routes.post("/test/faults", status_code=204)
    async def fail(faults: list[dict[str, int]]) -> None:
        account.faults.extend(faults)

    @routes.post("/test/files")
    async def keep(file: UploadFile) -> str:
        media_id = str(uuid.uuid4().int)[:16]
        account.files[media_id] = (await file.read(), file.content_type or "")
        return media_id

    @routes.get("/test/sent")
    async def listed(to: str) -> list[dict[str, Any]]:
        """What reached somebody, the oldest first."""
        return [one for one in account.sent if to in (one.get("to"), one.get("recipient"))]

    @routes.post("/test/messages")
    async def write(message: Annotated[dict[str, Any], Body()]) -> int:
        """Send as a citizen; answers the webhook's status."""
        return await _post(account, payload(messages=[{"id": new_id(), "timestamp": str(int(time.time())), **message}]))

    return routes


async def _tell(account: _Account, sent: dict[str, Any], fails: int | None) -> None:
    if not account.webhook:
        return
    told = {"id": sent["id"], "recipient_id": sent.get("to", ""), "timestamp": str(int(time.time()))}
    if "biz_opaque_callback_data" in sent:
        told["biz_opaque_callback_data"] = sent["biz_opaque_callback_data"]
    for status in ("failed",) if fails else ("sent", "delivered"):
        errors = {"errors": [{"code": fails, "title": "Refused"}]} if fails else {}
        await _post(account, payload(statuses=[told | {"status": status} | errors]))


async def _post(account: _Account, told: dict[str, Any]) -> int:
    body = json.dumps(told).encode()
    async with httpx.AsyncClient(timeout=15) as client:
        answer = await client.post(account.webhook, content=body, headers=signature(body))
    return answer.status_code


def _is_sendable(body: dict[str, Any]) -> bool:
    """Whether Meta takes a message: to whom, of a kind that it knows, within its limits."""
    to, content = body.get("to"), body.get(body.get("type", ""))
    addressed = (isinstance(to, str) and to.isdecimal() and len(to) <= 15) or "." in body.get("recipient", "")
    if body.get("messaging_product") != "whatsapp" or not addressed or not isinstance(content, dict):
        return False
    match body["type"]:
        case "text":
            return 0 < len(content["body"]) <= 4096
        case "document":
            return content["link"].startswith("http") and 0 < len(content.get("caption", "-")) <= 1024
        case "template":
            return bool(content["name"] and content["language"]["code"])
        case "interactive":
            return 0 < len(content["body"]["text"]) <= 1024 and _is_offered(content["type"], content["action"])
    return False


def _is_offered(kind: str, action: dict[str, Any]) -> bool:
    if kind == "button":
        replies = [one["reply"] for one in action["buttons"] if one["type"] == "reply"]
        most, title, identity = _MOST_BUTTONS, 20, 256
    else:
        replies = [row for section in action["sections"] for row in section["rows"]]
        most, title, identity = _MOST_ROWS, 24, 200
        if not 0 < len(action["button"]) <= 20:
            return False
    short = all(0 < len(one["title"]) <= title and 0 < len(one["id"]) <= identity for one in replies)
    return short and 0 < len(replies) <= most and len({one["id"] for one in replies}) == len(replies)


def _refused(status: int, code: int, *, after: int | None = None) -> Response:
    error = {"message": f"(#{code}) Refused", "type": "OAuthException", "code": code, "fbtrace_id": uuid.uuid4().hex}
    return JSONResponse({"error": error}, status_code=status, headers={"Retry-After": str(after)} if after else None)
