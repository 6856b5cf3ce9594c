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


@pytest.mark.parametrize(
    "thing",
    ["mi chip", "la SIM", "mi equipo con mi línea", "un teléfono viejo", "iPhone", "cel", "celu", "fono telf", "simcard",
     "cell phone", "Redmi", "galaxy s23", "Samsung A54"],
)  # fmt: skip
def test_a_card_or_a_telephone_by_any_name_counts(thing: str) -> None:
    assert addresses(a_complaint(items=[{"kind": "other", "description": thing}])) == [EMAIL]


@pytest.mark.parametrize("thing", ["equipo de sonido", "funda de celular", "cargador de celular", "Chips Lays"])
def test_what_is_no_telephone_does_not_count(thing: str) -> None:
    assert addresses(a_complaint(items=[{"kind": "other", "description": thing}])) == [PHONE, EMAIL]


@pytest.mark.parametrize(
    "story",
    ["Me quitaron la cartera y el celular", "Mi teléfono me lo robaron", "Perdí mi iPhone", "me asaltaron, celular y billetera",
     "me ganaron el celular en la combi", "me pidieron prestado el celular y no volvió", "portaron mi numero a otra operadora",
     "me cambiaron de operador sin mi permiso y perdí mi número", "me robaron el cel"],
)  # fmt: skip
def test_a_telephone_that_only_the_account_speaks_of_counts(story: str) -> None:
    assert addresses(a_complaint(narrative=story)) == [EMAIL]


@pytest.mark.parametrize(
    "story",
    ["Me sacaron la billetera en la Línea 1 del metro", "Me robaron la mochila, llamé por celular a serenazgo",
     "Me hurtaron el medidor, tengo video en mi celular", "El taxista me robó y solo tengo su número de celular",
     "Se llevaron mi bicicleta y usaron mi línea de crédito"],
)  # fmt: skip
def test_a_telephone_that_was_only_used_does_not_count(story: str) -> None:
    assert addresses(a_complaint(narrative=story)) == [PHONE, EMAIL]


@pytest.mark.parametrize(
    "added",
    ["también me robaron mi celular", "se llevaron mi chip", "ya no tengo mi línea", "tambien se llevaron mi cel",
     "me robaron el celu al dia siguiente", "Mi Samsung tambien estaba en la mochila", "perdi mi numero",
     "ya no tengo ese numero", "el 987654321 ya no lo uso", "clonaron mi whatsapp"],
)  # fmt: skip
def test_what_is_added_later_counts(added: str) -> None:
    assert addresses(a_complaint(), "No fue en la tarde", added) == [EMAIL]


def test_a_video_that_is_added_later_does_not_count() -> None:
    assert addresses(a_complaint(), "Tengo el video en mi celular") == [PHONE, EMAIL]


@pytest.mark.parametrize(
    "narrative",
    ["clonaron mi celular", "mi número ya no es mío", "entraron a mi WhatsApp", "Sacaron un duplicado de mi chip",
     "me quedé sin señal y era un SIM swap"],
)  # fmt: skip
def test_no_code_goes_to_a_line_that_was_taken_over(narrative: str) -> None:
    assert addresses(a_complaint(incident_type="cybercrime", narrative=narrative)) == [EMAIL]


def test_no_code_goes_to_a_mailbox_that_was_taken_over() -> None:
    complaint = a_complaint(incident_type="cybercrime", narrative="Entraron a mi correo y cambiaron la clave")
    assert addresses(complaint) == [PHONE]


def test_a_swindler_s_number_and_account_take_nothing_over() -> None:
    story = "Me escribió por WhatsApp de un número desconocido y yapeé a la cuenta de un tal Luis"
    assert addresses(a_complaint(incident_type="cybercrime", narrative=story)) == [PHONE, EMAIL]


def test_in_a_restricted_case_a_line_that_was_taken_is_not_safe_whatever_was_called_so() -> None:
    told = {"incident_type": "domestic_violence", "items": [{"kind": "phone"}], "safe_contact": f"al {PHONE}"}
    assert addresses(a_complaint(**told), restricted=True) == []
    assert addresses(a_complaint(**told, phone=None), restricted=True) == []
    assert addresses(a_complaint(**told | {"safe_contact": "al 912345678"}), restricted=True) == ["+51912345678"]


@pytest.mark.parametrize(
    ("said", "found"),
    [
        (None, []),
        ("por WhatsApp de 9 a 12", []),
        ("al 912 345 678, de noche", ["+51912345678"]),
        ("Solo por correo: ana@x.pe, entre las 9 y las 12", ["ana@x.pe"]),
        ("a mi correo ana@x.pe o al 912345678", ["+51912345678", "ana@x.pe"]),
        ("escríbanme al whatsapp 912345678 de lunes a viernes", ["+51912345678"]),
        ("sí, al +51 912 345 678 por la mañana", ["+51912345678"]),
    ],
)
def test_a_restricted_case_is_written_to_where_it_was_called_safe(said: str | None, found: list[str]) -> None:
    assert addresses(a_complaint(incident_type="domestic_violence", safe_contact=said), restricted=True) == found


@pytest.mark.parametrize(
    "said",
    [
        "no me llamen", "no al 912 345 678, mejor a ana@example.com", "No me escriban al 912345678. Sí al 933 222 111",
        "nunca a mi correo rosa@example.com", "No llamar a este número: 987654321. Escribir al correo ana@x.pe",
        "No: 987654321", "Mi celular lo revisa mi pareja: 987654321", "Evitar llamadas al 987654321",
        "No me llamen, mi número es 987654321", "Peligroso el 987654321, use ana@x.pe", "No al 987654321 ni al\n912345678",
        "Por correo ana@x.pe; el 987654321 lo tiene mi esposo", "al 987654321 contesta mi hija y le cuenta todo",
        "987654321 lo usa mi hermano", "987654321 pero mi padrastro mira mis mensajes", "Prohibido llamar al 987654321",
        "mi cel es 987654321 pero anda con mi papa de mis hijos", "si llaman al 987654321 me pega", "al 987654321 nunk a",
        "Si llaman al 987654321 me mata, usar ana@x.pe", "mi enemigo vive conmigo: 987654321",
        "tengo miedo que lo vea, 987654321", "987654321 cuando mi señor sale a trabajar",
        "No me llamen al celular, al trabajo, al 987654321", "no llamen. Por 987654321", "Evítenme llamadas, a 987654321",
        "No quiero que llamen a mi casa, a mi mamá, al 987654321", "no contestar llamadas de mi ex, a 987654321",
    ],
)  # fmt: skip
def test_a_text_on_safety_that_says_anything_else_is_believed_in_nothing(said: str) -> None:
    assert addresses(a_complaint(incident_type="domestic_violence", safe_contact=said), restricted=True) == []
