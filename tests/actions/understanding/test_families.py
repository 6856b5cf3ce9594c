"""Families of ways to answer: each holds phrasings that one rule reads."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from actions.understanding.answers import Reading, read
from actions.understanding.identity import age_told
from vocabulary.steps import Step

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=ZoneInfo("America/Lima"))

FAMILIES: dict[str, list[tuple[str, str, Any]]] = {
    "of several numbers the words give one": [
        ("document_number", "mi esposa tiene 41256783 y yo 41256790", "41256790"),
        ("document_number", "el mío es 09872341, el otro 77341210 es de mi hijo", "09872341"),
        ("document_number", "43120987 no, perdón, 43120978", "43120978"),
        ("otp", "el 110022 ya venció, el nuevo es 615803", "615803"),
        ("otp", "me llegaron dos, el último es 744 821", "744821"),
        ("phone", "987654321 ya no funciona, ahora es 912345678", "+51912345678"),
        ("phone", "el de mi hija 951220871, el mío es 963852741", "+51963852741"),
    ],
    "figures typed or said otherwise": [
        ("document_number", "setenta y cinco millones ciento veinte mil cuatrocientos nueve", "75120409"),
        ("document_number", "7O112359", "70112359"),
        ("document_number", "AB482914", "AB482914"),
        ("otp", "cinco uno cuatro, dos dos nueve", "514229"),
        ("otp", "3️⃣0️⃣5️⃣9️⃣1️⃣7️⃣", "305917"),
        ("phone", "054 con 401 con 227", "+5154401227"),
    ],
    "an e-mail spelled with fillers": [
        ("email", "rosaluz1970, todo junto y en minúsculas, arroba hotmail punto com", "rosaluz1970@hotmail.com"),
        ("email", "teo1952 en gmail", "teo1952@gmail.com"),
        ("email", "doble u rojas arroba gmail punto com", "wrojas@gmail.com"),
    ],
    "having none, in either order": [
        ("email", "correo no manejo", False),
        ("email", "nunca he tenido correo", False),
        ("phone", "no tengo celular, me lo acaban de robar", False),
        ("amount_lost", "plata no perdí", False),
        ("amount_lost", "nada, no alcanzaron a sacar", False),
    ],
    "a name amid other words": [
        ("victim_name", "mi sobrina pues, se llama Yesica Pizango Tuanama", "Yesica Pizango Tuanama"),
        ("victim_name", "yo misma, Nancy Tello", "Nancy Tello"),
        ("full_name", "perdón, ahora sí: Nilda Rosa Pezo Tenazoa", "Nilda Rosa Pezo Tenazoa"),
        ("full_name", "Nombres: Edith Noemí. Apellidos: Salvatierra Ccori", "Edith Noemí Salvatierra Ccori"),
        ("full_name", "Ayuda Salas María Elena", "Ayuda Salas María Elena"),
        ("full_name", "no le doy mi nombre a Juan Quispe ni a nadie", None),
    ],
    "a date that the words take back": [
        ("occurred_at", "ayer no, anteayer en la tarde", "2026-11-18T15:30"),
        ("occurred_at", "el lunes, perdón, el martes", "2026-11-17"),
    ],
    "a birthday with its year apart": [
        ("birth_date", "nací el 14 d mayo del 2009", "2009-05-14"),
        ("birth_date", "02-dic-1970", "1970-12-02"),
        ("birth_date", "del treinta y nueve, veintidós de febrero", "1939-02-22"),
    ],
    "assent and refusal in other words": [
        ("oath", "por diosito santo, cierto es", True),
        ("oath", "todo lo que dije es la verdad", True),
        ("consent", "no, no doy permiso para eso", False),
        ("consent", "usen nomás lo que haga falta", True),
        ("confirm", "lo he leído dos veces y está correcto, gracias", True),
        ("confirm", "tal cual", True),
        ("confirm", "no la envíes todavía", False),
        ("survey_offer", "ahora no puedo", False),
        ("operator_confirm", "ya, que me atienda una persona", True),
        ("operator_confirm", "no hace falta, contigo nomás sigo", False),
        ("operator_confirm", "mejor sigamos aquí", False),
        ("safe_now", "mi tío se lo llevó, estoy donde mi hermana", True),
        ("safe_now", "no estoy en peligro", True),
        ("safe_now", "estoy herida", False),
    ],
    "kinds of incident told as they are lived": [
        ("incident_type", "mi conviviente me agarró a golpes", "domestic_violence"),
        ("incident_type", "mi marido me ha pegado", "domestic_violence"),
        ("incident_type", "se me ha caído mi dni", "lost_document"),
        ("incident_type", "deposité por un cuarto y no existía", "fraud"),
    ],
    "scores that are changed or full": [
        ("survey_score", "le daría cinco pero se colgó, entonces cuatro", 4),
        ("survey_score", "diez de diez", 5),
    ],
    "which office": [
        ("office", "la de mi zona", True),
        ("office", "la mesa central", False),
        ("office", "fuera de mi distrito por favor", False),
        ("office", "en la de mi zona se enteran, no", False),
    ],
    "a safe way to be reached": [
        ("safe_contact", "no me llamen", "no me llamen"),
        ("safe_contact", "solo por aquí", "solo por aquí"),
        (
            "safe_contact",
            "no me contacten por teléfono, solo por correo",
            "no me contacten por teléfono, solo por correo",
        ),
        ("safe_contact", "no quiero ningún contacto", False),
        ("safe_contact", "de ninguna manera", False),
    ],
    "whether for a company": [
        ("company", "no", False),
        ("company", "no, es a título personal", False),
        ("company", "¿qué es RUC?", None),
    ],
}


def answer(step: str, text: str) -> Reading | None:
    return read(Step(step), text, now=NOW)


@pytest.mark.parametrize(("step", "text", "value"), [case for cases in FAMILIES.values() for case in cases])
def test_families_of_answers(step: str, text: str, value: Any) -> None:
    reading = answer(step, text)
    found = reading.value if reading else None
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("text", "whom"),
    [
        ("a mí", "self"),
        ("por mí y por mi hermana", "self"),
        ("soy yo la agraviada", "self"),
        ("sí", "self"),
        ("a mi hija de 9 años", "other"),
        ("no me pasó a mí, es para mi abuelito", "other"),
        ("es por mi mamá que no sabe usar celular", "other"),
        ("x mi sobrina", "other"),
    ],
)
def test_for_whom_it_is_reported(text: str, whom: str) -> None:
    reading = answer("reporting_for", text)
    assert reading is not None
    assert (reading.value, reading.facts) == (text, {"reporting_for": whom})


@pytest.mark.parametrize(
    ("text", "age"),
    [("tiene 15 años", 15), ("quince", 15), ("unos 40 años", 40), ("va a cumplir 16", 15), ("8 meses", 0)],
)
def test_an_age_instead_of_a_birthday(text: str, age: int) -> None:
    reading = answer("birth_date", text)
    assert reading is not None
    assert (reading.value, reading.facts) == (None, {"age": age})


@pytest.mark.parametrize(
    ("text", "ruc", "name"),
    [
        ("RUC 20100070970, Supermercados del Norte SA, soy la gerente", "20100070970", "Supermercados del Norte SA"),
        ("Ferretería El Sol EIRL ruc 20100070971, soy el dueño", None, "Ferretería El Sol EIRL"),
        ("sí, la empresa se llama Comercial Andina SAC", None, "Comercial Andina SAC"),
        ("20100070970", "20100070970", None),
    ],
)
def test_a_company_and_its_ruc_by_the_check_digit(text: str, ruc: str | None, name: str | None) -> None:
    reading = answer("company", text)
    assert reading is not None
    assert reading.facts == {"company": {"ruc": ruc, "name": name}}


@pytest.mark.parametrize(
    ("text", "plate"), [("placa 9912-4C", "9912-4C"), ("hilux roja, P3K 771", "P3K-771"), ("moto honda cgl 125", None)]
)
def test_the_plate_of_a_vehicle(text: str, plate: str | None) -> None:
    reading = answer("vehicle", text)
    assert reading is not None
    assert [thing["plate"] for thing in reading.facts["items"]] == [plate]


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("tengo 15 años y mi papá me pega", 15),
        ("tengo quince añitos", 15),
        ("soy menor de edad, 14", 14),
        ("soy de 11 años", 11),
        ("me llevan a otro sitio. tengo 17", 17),
        ("voy a cumplir 16 años", 15),
        ("a mis 70 años me pasa esto", 70),
        ("mi hija tiene 15", None),
        ("soy la mamá de una niña de 8 años", None),
        ("tengo una hija de 15 años", None),
        ("tengo 10 años trabajando ahí", None),
        ("tengo 5 años de casada", None),
        ("tengo 20 soles", None),
        ("cuando tenía 12 años", None),
    ],
)
def test_the_age_of_who_writes(text: str, age: int | None) -> None:
    assert age_told(text) == age
