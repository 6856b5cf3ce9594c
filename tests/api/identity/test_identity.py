"""How sure a copy says it is that complainants are who they say; the registry's part is played by the emulator."""

import uuid
from collections.abc import Iterator
from datetime import date

import httpx
import pytest
from sqlalchemy import select

from api.cases.models import Case
from api.copies.models import Copy
from api.identity import registry
from api.identity.registry import Person, RegistryUnavailable
from api.jobs.desk import Desk
from api.settings import settings
from emulators.registry import check_digit
from tests.api.conftest import Emulators
from tests.api.second_copies.asking import filed

ROSA = {"given_names": "ROSA MARÍA", "first_surname": "QUISPE", "second_surname": "HUAMÁN", "birth_date": "1990-05-01"}


@pytest.fixture
def dni(running_emulators: Emulators, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A DNI that the registry knows to be Rosa's."""
    number = f"{uuid.uuid4().int % 10**8:08d}"
    httpx.put(f"{running_emulators.url}/personas/{number}", json=ROSA).raise_for_status()
    monkeypatch.setenv("COMISARIO_REGISTRY_URL", running_emulators.url)
    settings.cache_clear()
    yield number
    settings.cache_clear()


async def assurance(desk: Desk, case: Case) -> str:
    async with desk.sessions() as session:
        copy = select(Copy).where(Copy.case_id == case.id, Copy.number == 1)
        assert (await session.scalars(copy)).one().issued_at is not None
        return (await session.get_one(Case, case.id)).identity_assurance


@pytest.mark.parametrize("name", ["Rosa María Quispe Huamán", "quispe huaman rosa", "Rosa Quispe Huamán"])
async def test_a_name_that_is_the_document_s_holder_s_is_matched(name: str, desk: Desk, dni: str) -> None:
    case = await filed(desk, document_number=dni, full_name=name)
    assert await assurance(desk, case) == "registry_matched"


@pytest.mark.parametrize("name", ["Rosa Quispe", "María Torres Huamán", "Luz Quispe Huamán", None])
async def test_another_name_stays_declared(name: str | None, desk: Desk, dni: str) -> None:
    case = await filed(desk, document_number=dni, full_name=name)
    assert await assurance(desk, case) == "declared"


async def test_a_document_that_the_registry_does_not_know_stays_declared(desk: Desk, dni: str) -> None:
    unknown = f"{(int(dni) + 1) % 10**8:08d}"
    case = await filed(desk, document_number=unknown, full_name="Rosa Quispe Huamán")
    assert await assurance(desk, case) == "declared"


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "not an address"])
async def test_a_registry_that_is_down_costs_nobody_a_copy(
    url: str, desk: Desk, dni: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMISARIO_REGISTRY_URL", url)
    settings.cache_clear()
    case = await filed(desk, document_number=dni, full_name="Rosa Quispe Huamán")
    assert await assurance(desk, case) == "declared"


async def test_the_adapter_reads_what_the_registry_says(running_emulators: Emulators, dni: str) -> None:
    found = await registry.find(dni, url=running_emulators.url)
    assert found == Person(
        document_number=dni, check_digit=check_digit(dni), birth_date=date(1990, 5, 1),
        given_names="ROSA MARÍA", first_surname="QUISPE", second_surname="HUAMÁN",
    )  # fmt: skip
    with pytest.raises(RegistryUnavailable):
        await registry.find(dni, url=f"{running_emulators.url}/?page=")


def test_the_check_digit_is_the_one_printed_on_the_document() -> None:
    assert check_digit("17801146") == "0"
