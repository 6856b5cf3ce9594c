"""The cookies of the console. What they carry is random; none is read by a script."""

from datetime import timedelta
from typing import Literal

from fastapi.responses import Response

from api.settings import settings
from api.staff import entering, service
from api.staff.attempts import DEVICE_KNOWN

LOGIN, DEVICE, PROVIDER = "staff_login", "staff_device", "staff_oidc"
_PLACES = {service.COOKIE: "/", LOGIN: "/staff/entrar", DEVICE: "/staff", PROVIDER: "/staff/entrar/institucional"}
_LIVES = {service.COOKIE: service.LONGEST, LOGIN: entering.LIFE, DEVICE: DEVICE_KNOWN, PROVIDER: timedelta(minutes=15)}


def put(response: Response, name: str, value: str, *, same_site: Literal["strict", "lax"] = "strict") -> None:
    response.set_cookie(
        name,
        value,
        path=_PLACES[name],
        max_age=int(_LIVES[name].total_seconds()),
        httponly=True,
        samesite=same_site,
        secure=settings().public_url.startswith("https:"),
    )


def drop(response: Response, name: str) -> None:
    response.delete_cookie(name, path=_PLACES[name])
