"""Which contacts a code may go to."""

from typing import Any

import pytest

from api.second_copies.contacts import contacts

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


def addresses(complaint: dict[str, Any], *, confidential: bool = False) -> list[str]:
    return [contact.address for contact in contacts(complaint, confidential=confidential)]


def test_a_code_goes_to_the_phone_and_the_mailbox_of_a_complaint() -> None:
    assert addresses(a_complaint()) == [PHONE, EMAIL]
    assert addresses(a_complaint(phone=None)) == [EMAIL]
    assert addresses(a_complaint(phone=None, email=None)) == []


def test_a_landline_gets_no_sms() -> None:
    assert addresses(a_complaint(phone="+5114567890")) == [EMAIL]


@pytest.mark.parametrize("kind", ["theft", "robbery", "lost_property", "lost_document", "vehicle_theft"])
def test_no_code_goes_to_a_line_whose_telephone_was_taken_or_lost(kind: str) -> None:
    assert addresses(a_complaint(incident_type=kind, items=[{"kind": "phone"}, {"kind": "bag"}])) == [EMAIL]


@pytest.mark.parametrize("narrative", ["Sacaron un duplicado de mi chip", "me quedé sin señal y era un SIM swap"])
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
    ],
)
def test_a_confidential_case_is_written_to_only_where_it_was_called_safe(said: str | None, found: list[str]) -> None:
    assert addresses(a_complaint(incident_type="domestic_violence", safe_contact=said), confidential=True) == found
