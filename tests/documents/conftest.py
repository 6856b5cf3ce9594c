from pathlib import Path

import pytest

from documents import complaint_copy, receipt
from documents.signing import Signer, create_development_key
from tests.documents.samples import a_copy, a_receipt, sign


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
