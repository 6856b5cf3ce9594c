"""The one account of the emulated Twilio: who may call its REST API, and how that API says no."""

import base64
import binascii
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import JSONResponse, Response

VERSION = "2010-04-01"


@dataclass(frozen=True)
class Account:
    """``sid`` and ``token`` are the name and password of the REST API, ``number`` is what writes by WhatsApp."""

    sid: str
    token: str
    number: str


class Refused(Exception):
    """An error of the REST API, with the code that Twilio gives it."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


def refusal(_request: Request, refused: Exception) -> Response:
    """A ``Refused`` in Twilio's shape."""
    assert isinstance(refused, Refused)
    told = {
        "code": refused.code,
        "message": str(refused),
        "more_info": f"https://www.twilio.com/docs/errors/{refused.code}",
        "status": refused.status,
    }
    headers = {"WWW-Authenticate": 'Basic realm="Twilio API"'} if refused.status == 401 else None
    return JSONResponse(told, status_code=refused.status, headers=headers)


def not_found(request: Request) -> Refused:
    return Refused(404, 20404, f"The requested resource {request.url.path} was not found")


def authenticate(request: Request, account: Account) -> None:
    """Raises ``Refused`` for a caller that is not this account."""
    kind, _, encoded = request.headers.get("Authorization", "").partition(" ")
    try:
        name, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        name = password = ""
    known = hmac.compare_digest(name.encode(), account.sid.encode())
    if not (kind.lower() == "basic" and known and hmac.compare_digest(password.encode(), account.token.encode())):
        raise Refused(401, 20003, "Authenticate")


def page[T](request: Request, every: Sequence[T]) -> tuple[list[T], dict[str, Any], str | None]:
    """The part of a list that a request asks for, where that is in it, and the query of the next part. Raises ``Refused``."""
    asked = request.query_params
    told, number = asked.get("PageSize", "50"), asked.get("Page", "0")
    if not (told.isdecimal() and number.isdecimal() and 1 <= int(told) <= 1000):
        raise Refused(400, 20422, "Invalid Parameter: PageSize or Page")
    size, place = int(told), int(number)
    begin, end = size * place, size * (place + 1)
    following = urlencode({**asked, "PageSize": size, "Page": place + 1}) if len(every) > end else None
    return list(every[begin:end]), {"page": place, "page_size": size}, following


def new_sid(prefix: str) -> str:
    return prefix + secrets.token_hex(16)
