"""Which contacts a code may go to."""

from typing import Any

import pytest

from api.second_copies.contacts import contacts, takes_line

PHONE, EMAIL = "+51987654321", "rosa@example.com"


def a_complaint(**changes: Any) -> dict[str, Any]:
    told = {
        "incident_type": "theft",
        "narrative": "Me sacaron la billetera",
        "phone": PHONE,
        "email": EMAIL,
        "items": [],
    }
    return told | changes


def addresses(complaint: dict[str, Any], *supplements: str, restricted: bool = False) -> list[str]:
    taken = takes_line(complaint, supplements)
    return [contact.address for contact in contacts(complaint, restricted=restricted, line_taken=taken)]


def test_a_code_goes_to_the_phone_and_the_mailbox_of_a_complaint() -> None:
    assert addresses(a_complaint()) == [PHONE, EMAIL]
    assert addresses(a_complaint(phone=None)) == [EMAIL]
    assert addresses(a_complaint(phone=None, email=None)) == []


@pytest.mark.parametrize("phone", ["+5114567890", "+12025550123", "+447700900123"])
def test_a_landline_and_another_country_get_no_sms(phone: str) -> None:
    assert addresses(a_complaint(phone=phone)) == [EMAIL]


@pytest.mark.parametrize("kind", ["theft", "robbery", "lost_property", "lost_document", "vehicle_theft"])
def test_no_code_goes_to_a_line_whose_telephone_was_taken_or_lost(kind: str) -> None:
    assert addresses(a_complaint(incident_type=kind, items=[{"kind": "phone"}, {"kind": "bag"}])) == [EMAIL]


@pytest.mark.parametrize("thing", ["mi chip", "la SIM", "mi equipo con mi línea", "un teléfono viejo", "iPhone"])
def test_a_card_or_a_telephone_by_any_name_counts(thing: str) -> None:
    assert addresses(a_complaint(items=[{"kind": "other", "description": thing}])) == [EMAIL]


@pytest.mark.parametrize(
    "story", ["Me quitaron la cartera y el celular", "Mi teléfono me lo robaron", "Perdí mi iPhone"]
)
def test_a_telephone_that_only_the_account_speaks_of_counts(story: str) -> None:
    assert addresses(a_complaint(narrative=story)) == [EMAIL]


@pytest.mark.parametrize("added", ["también me robaron mi celular", "se llevaron mi chip", "ya no tengo mi línea"])
def test_what_is_added_later_counts(added: str) -> None:
    assert addresses(a_complaint(), "No fue en la tarde", added) == [EMAIL]


def test_a_railway_line_is_no_telephone_line() -> None:
    assert addresses(a_complaint(narrative="Me sacaron la billetera en la Línea 1 del metro")) == [PHONE, EMAIL]


@pytest.mark.parametrize(
    "narrative",
    [
        "clonaron mi celular",
        "mi número ya no es mío",
        "entraron a mi WhatsApp",
        "Sacaron un duplicado de mi chip",
        "me quedé sin señal y era un SIM swap",
    ],
)
def test_no_code_goes_to_a_line_that_was_taken_over(narrative: str) -> None:
    assert addresses(a_complaint(incident_type="cybercrime", narrative=narrative)) == [EMAIL]


def test_no_code_goes_to_a_mailbox_that_was_taken_over() -> None:
    complaint = a_complaint(incident_type="cybercrime", narrative="Entraron a mi correo y cambiaron la clave")
    assert addresses(complaint) == [PHONE]


@pytest.mark.parametrize(
    ("said", "found"),
    [
        (None, []),
        ("no me llamen", []),
        ("por WhatsApp de 9 a 12", []),
        ("al 912 345 678, de noche", ["+51912345678"]),
        ("no al 912 345 678, mejor a ana@example.com", ["ana@example.com"]),
        ("No me escriban al 912345678. Sí al 933 222 111", ["+51933222111"]),
        ("nunca a mi correo rosa@example.com", []),
        ("No llamar a este número: 987654321. Escribir al correo ana@x.pe", ["ana@x.pe"]),
        ("No: 987654321", []),
        ("Mi celular lo revisa mi pareja: 987654321", []),
        ("Por correo ana@x.pe; el 987654321 lo tiene mi esposo", ["ana@x.pe"]),
        ("No me llamen, mi número es 987654321", []),
        ("Evitar llamadas al 987654321", []),
        ("Peligroso el 987654321, use ana@x.pe", ["ana@x.pe"]),
        ("No al 987654321 ni al\n912345678", []),
        ("no contesten si llama él, solo al 912 345 678", ["+51912345678"]),
        ("a mi correo ana@x.pe o al 912345678", ["+51912345678", "ana@x.pe"]),
    ],
)
def test_a_confidential_case_is_written_to_only_where_it_was_called_safe(said: str | None, found: list[str]) -> None:
    assert addresses(a_complaint(incident_type="domestic_violence", safe_contact=said), restricted=True) == found
