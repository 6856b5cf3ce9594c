"""Numbers and codes that people read, type and dictate, with their check characters."""

import re
import secrets

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUES = {c: i for i, c in enumerate(_ALPHABET)} | {"O": 0, "I": 1, "L": 1}
_MODULUS = 1021  # the largest prime below 32²: every single slip and every swap of two characters is seen
_RANDOM = 14


def new_code() -> str:
    """A code of 70 random bits and two check characters, in four groups of four (Crockford's base 32)."""
    body = "".join(secrets.choice(_ALPHABET) for _ in range(_RANDOM))
    return _grouped(body + _check(body))


def normalise_code(typed: str) -> str | None:
    """The code as it was issued, whatever case, spaces or look-alike letters it was typed with; None if it is none."""
    letters = [c for c in typed.upper() if c.isalnum()]
    if len(letters) != _RANDOM + 2 or not all(c in _VALUES for c in letters):
        return None
    code = "".join(_ALPHABET[_VALUES[c]] for c in letters)
    return _grouped(code) if _check(code[:_RANDOM]) == code[_RANDOM:] else None


def find_code(text: str) -> str | None:
    """The first well-formed code inside a text."""
    for match in re.finditer(r"(?<!\w)(?=((?:[0-9A-Za-z]{4}[\s-]?){3}[0-9A-Za-z]{4})(?!\w))", text):
        if code := normalise_code(match.group(1)):
            return code
    return None


def _grouped(code: str) -> str:
    return "-".join(code[i : i + 4] for i in range(0, len(code), 4))


def _check(body: str) -> str:
    value = 0
    for character in body:
        value = (value * 32 + _VALUES[character]) % _MODULUS
    value = value * 32 * 32 % _MODULUS
    high, low = divmod((_MODULUS - value) % _MODULUS, 32)
    return _ALPHABET[high] + _ALPHABET[low]


def case_number(*, station_code: str, year: int, sequence: int) -> str:
    """``station-year-sequence-check``: digits only, so that it can be dictated; the last is a Luhn digit."""
    body = f"{station_code}-{year}-{sequence:06d}"
    return f"{body}-{_luhn_digit(body)}"


def find_case_number(text: str) -> str | None:
    """The first case number inside a text whose check digit is right, with or without its hyphens."""
    for match in re.finditer(r"(?<!\d)(\d{6,8})[\s-]?(20\d\d)[\s-]?(\d{6})[\s-]?(\d)(?!\d)", text):
        station, year, sequence, check = match.groups()
        body = f"{station}-{year}-{sequence}"
        if _luhn_digit(body) == check:
            return f"{body}-{check}"
    return None


def valid_imei(digits: str) -> bool:
    """Whether 15 digits are an IMEI: the last is a Luhn digit (3GPP TS 23.003, annex B)."""
    return len(digits) == 15 and digits.isdigit() and _luhn_digit(digits[:14]) == digits[14]


def _luhn_digit(text: str) -> str:
    total = 0
    for i, digit in enumerate(reversed([int(c) for c in text if c.isdigit()])):
        doubled = digit * 2 if i % 2 == 0 else digit
        total += doubled - 9 if doubled > 9 else doubled
    return str(-total % 10)
