from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from documents import complaint_copy, receipt
from documents.archive import archived
from documents.signing import Signer, create_development_key
from tests.documents.samples import ISSUED_AT, Papers, a_copy, a_receipt, sign
from tests.emulators.serving import Clock, Served, served


@pytest.fixture(scope="session")
def key_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    create_development_key(folder)
    return folder


@pytest.fixture(scope="session")
def signer(key_folder: Path) -> Signer:
    return Signer.from_pkcs12(key_folder / "desarrollo.p12")


@pytest.fixture(scope="session")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Signer:
    """A key with the very same names as ours."""
    return Signer.from_pkcs12(create_development_key(tmp_path_factory.mktemp("stranger")).pkcs12)


@pytest.fixture(scope="session")
def unsigned() -> bytes:
    return complaint_copy.render(a_copy())


@pytest.fixture(scope="session")
def signed(signer: Signer, unsigned: bytes) -> bytes:
    return sign(signer, unsigned)


@pytest.fixture(scope="session")
def signed_receipt(signer: Signer) -> bytes:
    return sign(signer, receipt.render(a_receipt()))


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Authorities that answer by HTTP, at the time at which the papers are issued."""
    with served(tmp_path_factory.mktemp("authorities"), Clock(ISSUED_AT)) as answering:
        yield answering


@pytest.fixture(scope="session")
def foreign_authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Others with the very same names."""
    with served(tmp_path_factory.mktemp("foreign"), Clock(ISSUED_AT)) as answering:
        yield answering


def at_every_level(authority: Served, signer: Signer, unsigned: bytes) -> dict[str, bytes]:
    """A paper signed, stamped, archived, renewed a year later, and archived without a stamp."""

    def kept(pdf: bytes, years: int) -> bytes:
        at = ISSUED_AT + timedelta(365 * years)
        with authority.clock.at(at):
            return archived(
                pdf,
                certificates=signer.certificates,
                roots=(authority.root,),
                time_stamper=authority.time_stamper,
                at=at,
            )

    signed, stamped = sign(signer, unsigned), sign(signer, unsigned, time_stamper=authority.time_stamper)
    archive = kept(stamped, 0)
    return {
        "signed": signed,
        "stamped": stamped,
        "archived": archive,
        "renewed": kept(archive, 1),
        "stamped later": kept(signed, 0),
    }


@pytest.fixture(scope="session")
def papers(authority: Served, unsigned: bytes) -> Papers:
    signer = authority.signer()
    return Papers(signer, (authority.root,), at_every_level(authority, signer, unsigned))
