"""Twilio's Content API: contents are made, listed, read and deleted, and approved by WhatsApp as soon as that is asked."""

from datetime import UTC
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from emulators.twilio.account import Account, Refused, not_found, page
from emulators.twilio.contents import ApprovalRequest, Content, ContentCreate, read
from emulators.twilio.faults import Faults
from emulators.twilio.rest import gate
from emulators.twilio.store import Clock

_URL = "https://content.twilio.com/v1/Content"


def router(account: Account, clock: Clock, shelf: dict[str, Content], faults: Faults) -> APIRouter:
    """``/v1/Content``; ``shelf`` has the contents by their sid."""
    routes = APIRouter(prefix="/v1/Content", dependencies=[gate(account, faults)])

    def found(request: Request, sid: str) -> Content:
        if sid not in shelf:
            raise not_found(request)
        return shelf[sid]

    @routes.post("")
    async def create(request: Request) -> Response:
        content = Content(read(ContentCreate, await request.body()), clock())
        shelf[content.sid] = content
        return JSONResponse(_content(account, content), status_code=201)

    @routes.get("")
    async def listed(request: Request) -> dict[str, Any]:
        part, place, following = page(request, list(reversed(shelf.values())))
        url = f"{_URL}?{following}" if following else None
        told = [_content(account, one) for one in part]
        return {"contents": told, "meta": place | {"key": "contents", "next_page_url": url}}

    @routes.get("/{sid}")
    async def fetch(request: Request, sid: str) -> dict[str, Any]:
        return _content(account, found(request, sid))

    @routes.delete("/{sid}", status_code=204)
    async def delete(request: Request, sid: str) -> None:
        del shelf[found(request, sid).sid]

    @routes.post("/{sid}/ApprovalRequests/whatsapp")
    async def ask(request: Request, sid: str) -> Response:
        content = found(request, sid)
        asked = read(ApprovalRequest, await request.body())
        if content.made.types.list_picker is not None:
            raise Refused(
                400, 20422, "Invalid Parameter: twilio/list-picker can not be approved, only sent in a session"
            )
        content.approval = asked
        return JSONResponse(_approval(content, "received"), status_code=201)

    @routes.get("/{sid}/ApprovalRequests")
    async def approval(request: Request, sid: str) -> dict[str, Any]:
        content = found(request, sid)
        return {
            "sid": sid, "account_sid": account.sid, "url": f"{_URL}/{sid}/ApprovalRequests",
            "whatsapp": _approval(content, "approved") if content.approval else None,
        }  # fmt: skip

    return routes


def _content(account: Account, content: Content) -> dict[str, Any]:
    moment = content.at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"
    url = f"{_URL}/{content.sid}"
    return {
        "sid": content.sid, "account_sid": account.sid, "friendly_name": content.made.friendly_name,
        "language": content.made.language, "variables": content.made.variables,
        "types": content.made.types.model_dump(by_alias=True, exclude_none=True), "date_created": moment,
        "date_updated": moment, "url": url,
        "links": {
            "approval_create": f"{url}/ApprovalRequests/whatsapp", "approval_fetch": f"{url}/ApprovalRequests",
        },
    }  # fmt: skip


def _approval(content: Content, status: str) -> dict[str, Any]:
    assert content.approval is not None
    kind = next(iter(content.made.types.model_dump(by_alias=True, exclude_none=True)))
    return {
        "name": content.approval.name, "category": content.approval.category, "content_type": kind, "status": status,
        "rejection_reason": "", "allow_category_change": True,
    }  # fmt: skip
