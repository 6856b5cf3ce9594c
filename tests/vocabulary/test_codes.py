import random

import pytest

from vocabulary.codes import case_number, find_case_number, find_code, new_code, normalise_code, valid_imei

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def test_a_code_is_found_again_however_it_is_typed() -> None:
    code = new_code()
    assert normalise_code(code.lower().replace("-", " ")) == code
    assert normalise_code(code.replace("-", "").replace("0", "O").replace("1", "l")) == code


def test_every_single_slip_in_a_code_is_seen() -> None:
    code = new_code().replace("-", "")
    for place, right in enumerate(code):
        for wrong in LETTERS.replace(right, ""):
            assert normalise_code(code[:place] + wrong + code[place + 1 :]) is None


def test_every_swap_of_two_neighbours_in_a_code_is_seen() -> None:
    for _ in range(50):
        code = new_code().replace("-", "")
        for place in range(len(code) - 1):
            swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
            assert swapped == code or normalise_code(swapped) is None


def test_two_codes_are_never_alike() -> None:
    assert len({new_code() for _ in range(2000)}) == 2000


def test_a_code_is_found_inside_a_sentence() -> None:
    code = new_code()
    assert find_code(f"hola, mi codigo es {code.lower()} gracias") == code
    assert find_code(f"el código {code} por favor") == code


@pytest.mark.parametrize("typed", ["", "ABCD", "U" * 16, "¡¡¡", "0000-0000-0000-0001"])
def test_what_is_no_code_is_none(typed: str) -> None:
    assert normalise_code(typed) is None


def test_a_case_number_is_found_with_and_without_hyphens() -> None:
    number = case_number(station_code="150132", year=2026, sequence=42)
    assert find_case_number(f"mi denuncia es la {number}.") == number
    assert find_case_number(number.replace("-", "")) == number
    assert find_case_number(number.replace("-", " ")) == number


def test_a_wrong_digit_in_a_case_number_is_seen() -> None:
    number = case_number(station_code="150132", year=2026, sequence=random.randrange(1, 999_999))
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    assert find_case_number(wrong) is None


@pytest.mark.parametrize(
    ("imei", "valid"), [("490154203237518", True), ("490154203237519", False), ("49015420323751", False)]
)
def test_an_imei_is_checked_by_luhn(imei: str, valid: bool) -> None:
    assert valid_imei(imei) is valid
