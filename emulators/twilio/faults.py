"""What goes wrong with Twilio, on order: each fault is taken by the next requests or messages that it fits."""

import time
from collections import deque
from enum import StrEnum
from typing import Annotated, Self

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, model_validator

from emulators.twilio.account import Refused

E164 = r"^\+[1-9]\d{6,14}$"


class Kind(StrEnum):
    """The first three and the last are of requests, the others of one message each."""

    TOO_MANY_REQUESTS = "too_many_requests"
    SERVER_ERROR = "server_error"
    LATE_ANSWER = "late_answer"
    DUPLICATE_WEBHOOKS = "duplicate_webhooks"
    DUPLICATE_CALLBACKS = "duplicate_callbacks"
    REORDERED_CALLBACKS = "reordered_callbacks"
    DELAYED_CALLBACKS = "delayed_callbacks"
    LOST_CALLBACKS = "lost_callbacks"
    RATE_LIMIT = "rate_limit"


CALLBACKS = (Kind.DUPLICATE_CALLBACKS, Kind.REORDERED_CALLBACKS, Kind.DELAYED_CALLBACKS, Kind.LOST_CALLBACKS)
_DETAILS = {
    Kind.SERVER_ERROR: "status",
    Kind.LATE_ANSWER: "seconds",
    Kind.DELAYED_CALLBACKS: "seconds",
    Kind.RATE_LIMIT: "per_second",
}


class Fault(BaseModel):
    """One fault: of the next ``count`` that fit, null for all until it is taken back, of one ``number`` or of any.

    ``seconds`` is how late an answer or a callback is, ``per_second`` what a rate limit, which has no count, lets pass.
    """

    model_config = ConfigDict(extra="forbid")

    kind: Kind
    number: Annotated[str, Field(pattern=E164)] | None = None
    count: Annotated[int, Field(ge=1)] | None = 1
    status: int = Field(default=503, ge=500, le=599)
    seconds: float | None = Field(default=None, gt=0, le=300)
    per_second: int | None = Field(default=None, ge=1)
    _passed: deque[float] = PrivateAttr(default_factory=deque)

    @model_validator(mode="after")
    def _details_fit(self) -> Self:
        detail = _DETAILS.get(self.kind)
        strange = self.model_fields_set & {"status", "seconds", "per_second"} - {detail}
        if strange:
            raise ValueError(f"{self.kind} has no {', '.join(sorted(strange))}")
        if detail and getattr(self, detail) is None:
            raise ValueError(f"{self.kind} needs {detail}")
        if self.kind is Kind.RATE_LIMIT:
            if "count" in self.model_fields_set and self.count is not None:
                raise ValueError("rate_limit has no count")
            self.count = None
        return self

    def fits(self, number: str | None) -> bool:
        return self.number is None or self.number == number

    def exceeded(self) -> bool:
        """Count a request against a rate limit; whether it is one too many of the last second."""
        now = time.monotonic()
        while self._passed and now - self._passed[0] >= 1:
            self._passed.popleft()
        if len(self._passed) >= (self.per_second or 0):
            return True
        self._passed.append(now)
        return False


class Faults:
    """The faults that are switched on, in the order in which they were."""

    def __init__(self) -> None:
        self.active: list[Fault] = []

    def take(self, kind: Kind, number: str | None) -> Fault | None:
        """The fault of this kind that meets a number, which then has one less to meet."""
        found = next((one for one in self.active if one.kind is kind and one.fits(number)), None)
        if found is not None and found.count is not None:
            found.count -= 1
            if not found.count:
                self.active.remove(found)
        return found

    def meet(self, number: str | None) -> None:
        """Let a request to the REST API through, or raise the ``Refused`` that is due; ``number`` is whom it writes to."""
        limits = [one for one in self.active if one.kind is Kind.RATE_LIMIT and one.fits(number)]
        if self.take(Kind.TOO_MANY_REQUESTS, number) or any([one.exceeded() for one in limits]):
            raise Refused(429, 20429, "Too Many Requests")
        if fault := self.take(Kind.SERVER_ERROR, number):
            raise Refused(fault.status, 20000 + fault.status, "Internal Server Error")


def router(faults: Faults) -> APIRouter:
    """``POST`` switches a fault on, ``DELETE`` all of them off."""
    routes = APIRouter(prefix="/faults")

    @routes.get("")
    async def listed() -> list[Fault]:
        return faults.active

    @routes.post("", status_code=201)
    async def switch_on(fault: Fault) -> Fault:
        faults.active.append(fault)
        return fault

    @routes.delete("", status_code=204)
    async def switch_off() -> None:
        faults.active.clear()

    return routes
