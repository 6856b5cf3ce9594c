"""A registry of identities, RENIEC-like: by a document's number its holder's names, dates and check digit.

It starts empty; whoever tries things puts their people into it.
"""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel


class Person(BaseModel):
    given_names: str
    first_surname: str
    second_surname: str
    birth_date: date
    expires_on: date | None = None


_Number = Annotated[str, Path(pattern=r"^\d{8}$")]
_FACTORS = (3, 2, 7, 6, 5, 4, 3, 2)
_DIGITS = "67890112345"


def check_digit(number: str) -> str:
    """The check digit of a DNI, as it is printed behind the number: the weighted sum modulo 11, by a table."""
    total = sum(int(digit) * factor for digit, factor in zip(number, _FACTORS, strict=True))
    return _DIGITS[(11 - total % 11) % 11]


def router() -> APIRouter:
    people: dict[str, Person] = {}
    routes = APIRouter(prefix="/personas")

    @routes.put("/{number}", status_code=204)
    async def put(number: _Number, person: Person) -> None:
        people[number] = person

    @routes.get("/{number}")
    async def get(number: _Number) -> Response:
        if number not in people:
            return JSONResponse({"error": "not_found"}, status_code=404)
        told = people[number].model_dump(mode="json")
        return JSONResponse({"document_number": number, "check_digit": check_digit(number)} | told)

    return routes
