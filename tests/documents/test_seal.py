"""The offline seal: what it says, that nothing else opens, and that it is read off the paper."""

import io
import subprocess
from datetime import date

import base45
import cbor2
import pytest
import zxingcpp
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from PIL import Image

from documents import complaint_copy, receipt
from documents.seal import PREFIX, Seal, SealBroken, key_id, opened
from tests.documents.samples import CASE, NAME, SEAL, SEAL_KEY, SHA256, a_copy, a_receipt

KEYS = {key_id(SEAL_KEY.public_key()): SEAL_KEY.public_key()}
SAID = Seal(CASE, date(2026, 11, 19), "150132", SHA256)


def altered(at: int) -> str:
    message = bytearray(base45.b45decode(SEAL.removeprefix(PREFIX)))
    message[at] ^= 1
    return PREFIX + base45.b45encode(bytes(message)).decode()


def test_a_seal_opens_with_the_stations_key() -> None:
    assert opened(SEAL, KEYS) == SAID


def test_a_seal_says_nothing_of_the_person_or_the_kind_of_incident() -> None:
    message = base45.b45decode(SEAL.removeprefix(PREFIX))
    payload = cbor2.loads(cbor2.loads(message).value[2])
    assert set(payload) == {1, 2, 3, 4}
    assert len(message) <= 165
    assert NAME.encode() not in message


def test_a_seal_that_was_changed_anywhere_does_not_open() -> None:
    length = len(base45.b45decode(SEAL.removeprefix(PREFIX)))
    for at in range(length):
        with pytest.raises(SealBroken):
            opened(altered(at), KEYS)


@pytest.mark.parametrize(
    "code", ["", "CV1:", "CV1:%%%", "HC1:6BF", "https://comisario.example/v/7K3M", "CV1:00", SEAL[:-3]]
)
def test_what_is_no_seal_does_not_open(code: str) -> None:
    with pytest.raises(SealBroken):
        opened(code, KEYS)


def test_a_seal_by_another_key_does_not_open() -> None:
    another = Ed25519PrivateKey.from_private_bytes(b"x" * 32)
    with pytest.raises(SealBroken):
        opened(SAID.signed(another), KEYS)
    forged = {key_id(another.public_key()): SEAL_KEY.public_key()}
    with pytest.raises(SealBroken):
        opened(SAID.signed(another), forged)


@pytest.mark.parametrize("resolution", [150, 200])
@pytest.mark.parametrize("paper", ["copy", "receipt"])
def test_the_seal_is_read_off_the_printed_paper(paper: str, resolution: int) -> None:
    pdf = complaint_copy.render(a_copy()) if paper == "copy" else receipt.render(a_receipt())
    command = ["pdftoppm", "-r", str(resolution), "-png", "-f", "2" if paper == "copy" else "1", "-"]
    printed = Image.open(io.BytesIO(subprocess.run(command, input=pdf, stdout=subprocess.PIPE, check=True).stdout))
    codes = [found.text for found in zxingcpp.read_barcodes(printed)]
    assert [opened(code, KEYS) for code in codes if code.startswith(PREFIX)] == [SAID]
