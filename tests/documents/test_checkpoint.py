"""The register's signed states."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from documents.checkpoint import Checkpoint, NotSigned, opened, verifier_key

ORIGIN = "comisario.example/registro"
KEY = Ed25519PrivateKey.from_private_bytes(b"r" * 32)
STATE = Checkpoint(ORIGIN, 42, b"h" * 32)
NOTE = STATE.signed(KEY)
VERIFIER = verifier_key(ORIGIN, KEY.public_key())


def test_a_signed_state_opens_with_the_registers_key() -> None:
    assert opened(NOTE, VERIFIER) == STATE


def test_the_note_is_written_as_c2sp_has_it() -> None:
    origin, size, root, empty, signature = NOTE.split("\n")[:5]
    assert (origin, size, root, empty) == (ORIGIN, "42", "aGhoaGhoaGhoaGhoaGhoaGhoaGhoaGhoaGhoaGhoaGg=", "")
    assert signature.startswith(f"\u2014 {ORIGIN} ")
    assert NOTE.endswith("\n")


@pytest.mark.parametrize(
    "note",
    [
        NOTE.replace("\n42\n", "\n43\n"),
        NOTE.replace(ORIGIN, "otra.example/registro"),
        NOTE.partition("\n\n")[0],
        NOTE.replace("aGho", "aGhp", 1),
        "",
        "nada\n\n\u2014 nada nada\n",
        NOTE.replace("\n\n", "\nextra\n\n"),
    ],
)
def test_a_state_that_was_touched_does_not_open(note: str) -> None:
    with pytest.raises(NotSigned):
        opened(note, VERIFIER)


@pytest.mark.parametrize(
    "verifier",
    [
        verifier_key(ORIGIN, Ed25519PrivateKey.from_private_bytes(b"x" * 32).public_key()),
        "",
        "a+b",
        f"{ORIGIN}+00000000+AA==",
    ],
)
def test_another_key_does_not_open_it(verifier: str) -> None:
    with pytest.raises(NotSigned):
        opened(NOTE, verifier)
