"""Passwords: kept as argon2 hashes, and refused where they are short or easily guessed (NIST SP 800-63B)."""

import asyncio
import secrets
import unicodedata
from collections.abc import Sequence
from enum import StrEnum

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

SHORTEST = 12
_LEFT = 8
_hasher = PasswordHasher()
_NOBODYS = _hasher.hash(secrets.token_urlsafe(16))
"""What the password of a login that nobody has is compared with, so that the answer takes as long."""

_GUESSED_FIRST = (
    "123456", "1234567890", "0987654321", "abcdef", "abc123", "qwerty", "qwertyuiop", "asdfgh", "asdfghjkl", "zxcvbn",
    "1q2w3e", "1qaz2wsx", "password", "passw0rd", "letmein", "welcome", "iloveyou", "admin", "administrador", "contrasena",
    "clave", "clavesecreta", "secreto", "bienvenido", "hola", "teamo", "tequiero", "micontrasena", "cambiame", "changeme", "usuario", "temporal", "prueba", "test",
    "policia", "policianacional", "pnp", "comisaria", "comisario", "comisariovirtual", "comisariavirtual", "peru", "vivaelperu",
    "arribaperu", "lima", "alianzalima", "alianza", "universitario", "sportingcristal", "barcelona", "realmadrid", "messi", "jesus",
    "dioses", "diosesamor", "familia", "futbol", "mascota", "verano", "invierno", "princesa", "amor", "dragon", "monkey", "superman", "batman",
)  # fmt: skip
"""What lists of leaked passwords begin with, here and elsewhere; digits and signs around them change little."""


class Weakness(StrEnum):
    """Why a password is not taken."""

    SHORT = "short"
    REPETITIVE = "repetitive"
    COMMON = "common"
    PERSONAL = "personal"
    SAME = "same"


def weakness(password: str, *, login: str, name: str) -> Weakness | None:
    """What is wrong with a new password of whom has this login and name; None if nothing is."""
    if len(_normal(password)) < SHORTEST:
        return Weakness.SHORT
    plain = _plain(password)
    if len(set(plain)) < 5:
        return Weakness.REPETITIVE
    if _is_mostly(plain, _GUESSED_FIRST):
        return Weakness.COMMON
    if _is_mostly(plain, [*_plain(name).split(), _plain(login), *_GUESSED_FIRST]):
        return Weakness.PERSONAL
    return None


def first_password() -> str:
    """96 random bits, told once."""
    return secrets.token_urlsafe(12)


async def hashed(password: str) -> str:
    return await asyncio.to_thread(_hasher.hash, _normal(password))


async def is_right(password_hash: str | None, password: str) -> bool:
    """Whether it is the password; for no hash the same work is done and the answer is no."""
    try:
        await asyncio.to_thread(_hasher.verify, password_hash or _NOBODYS, _normal(password))
    except VerifyMismatchError:
        return False
    return password_hash is not None


def _normal(password: str) -> str:
    """The same letters, however the keyboard composed them."""
    return unicodedata.normalize("NFKC", password)


def _plain(text: str) -> str:
    """Without case and accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(c))


def _is_mostly(plain: str, words: Sequence[str]) -> bool:
    """Whether too few signs are left once the words are taken out, the longest first; two letters are no word."""
    for word in sorted((word for word in words if len(word) > 2), key=len, reverse=True):
        plain = plain.replace(word, "")
    return len("".join(plain.split())) < _LEFT
