"""The registry of identities: whose document a number is, asked over HTTP where an installation has access to one."""

import unicodedata
from datetime import date

import httpx
from pydantic import BaseModel, ValidationError

_SECONDS = 4.0


class RegistryUnavailable(Exception):
    """The registry gave no answer that can be used."""


class Person(BaseModel):
    """What the registry knows of a document's holder."""

    document_number: str
    check_digit: str
    given_names: str
    first_surname: str
    second_surname: str
    birth_date: date
    expires_on: date | None = None


async def find(document_number: str, *, url: str) -> Person | None:
    """The holder of a DNI, or None if the registry knows none. Raises ``RegistryUnavailable`` within some seconds."""
    try:
        async with httpx.AsyncClient(timeout=_SECONDS) as client:
            response = await client.get(f"{url.rstrip('/')}/personas/{document_number}")
        if response.status_code == httpx.codes.NOT_FOUND:
            return None
        return Person.model_validate(response.raise_for_status().json())
    except (httpx.HTTPError, httpx.InvalidURL, ValidationError, ValueError) as error:
        raise RegistryUnavailable(type(error).__name__) from None  # its text may hold the number


def is_holder(person: Person, full_name: str) -> bool:
    """Whether somebody who calls themselves so may be that person: both surnames and a given name are said.

    Order, case and accents are nobody's proof, so they are not looked at.
    """
    said = set(_words(full_name))
    surnames = {*_words(person.first_surname), *_words(person.second_surname)}
    return surnames <= said and bool(said & set(_words(person.given_names)))


def _words(name: str) -> list[str]:
    letters = unicodedata.normalize("NFD", name.casefold())
    return "".join(c for c in letters if not unicodedata.combining(c)).replace("-", " ").split()
