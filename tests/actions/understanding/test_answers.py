"""Answers at each step: the value, whether it is sure, and the facts beside it."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from actions.understanding.answers import Reading, read, yes_no
from vocabulary.codes import case_number
from vocabulary.steps import Step

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=ZoneInfo("America/Lima"))
CASE = case_number(station_code="150132", year=2026, sequence=12)
CODE = "G4RT-YAC2-QXHF-M38G"

YES = "sip|ya pe|claro|ajá|de una|obvio|👍|siii|clarp|correcyo|todo está bien|si no|acepto|de acuerdo|ok|mmm bueno|cómo no|simón|ya|\
no hay problema|Sí, acepto los términos|por supuesto|dale|afirmativo|👌🏽|okis|ya pues|sí señorita|así es|claro que sí|yes|bueno ya|Si.|S|ta bien"
NO = (
    "nel|nop|nooo|👎|ya no|claro que no|está mal|No, gracias|no acepto|por supuesto que no|nunca|para nada|negativo|nones|todavía no|\
ni hablar|nada|no pues|NO|mejor no|nel pastel|pucha no|creo que no|tampoco"
)
NEITHER = (
    "no sé|tal vez|hola|me llamo Juan|quiero denunciar|¿cuánto demora?|987654321|no entiendo|depende|🤔|no me acuerdo"
)

ANSWERS: list[tuple[str, str, Any]] = [
    ("full_name", "me llamo rosa flores luna", "Rosa Flores Luna"),
    ("full_name", "JUAN CARLOS DE LA CRUZ QUISPE", "Juan Carlos de la Cruz Quispe"),
    ("full_name", "soy María, DNI 45678912", "María"),
    ("full_name", "Quispe Mamani, Juan", "Juan Quispe Mamani"),
    ("full_name", "Jesús Paz Calle", "Jesús Paz Calle"),
    ("full_name", "mi nombre es jose luis", "Jose Luis"),
    ("full_name", "Ruth", "Ruth"),
    ("full_name", "Victor Raúl O'Higgins", "Victor Raúl O'Higgins"),
    ("full_name", "Luz Clara Bueno Rico", "Luz Clara Bueno Rico"),
    ("full_name", "Buenas tardes, mi nombre completo es Ana Del Solar Ruiz y quiero denunciar", "Ana Del Solar Ruiz"),
    ("full_name", "claro, Segundo Campos Rojas", "Segundo Campos Rojas"),
    ("full_name", "no quiero dar mi nombre", None),
    ("full_name", "¿para qué quieren mi nombre?", None),
    ("full_name", "cancelar", None),
    ("full_name", "12345", None),
    ("victim_name", "se llama Dolores Huamán", "Dolores Huamán"),
    ("document_type", "dni", "dni"),
    ("document_type", "carnet de extranjería", "ce"),
    ("document_type", "pasaporte", "passport"),
    ("document_type", "no tengo", "none"),
    ("document_type", "cédula venezolana", "other"),
    ("document_type", "tengo PTP", "other"),
    ("document_type", "no tengo DNI, tengo pasaporte", "passport"),
    ("document_type", "hola", None),
    ("document_number", "45678912", "45678912"),
    ("document_number", "mi dni es 04567891", "04567891"),
    ("document_number", "12345678-9", "12345678"),
    ("document_number", "45678912 7", "45678912"),
    ("document_number", "cuatro cinco seis siete ocho nueve uno dos", "45678912"),
    ("document_number", "cuarenta y cinco sesenta y siete ochenta y nueve doce", "45678912"),
    ("document_number", "45 678 912", "45678912"),
    ("document_number", "45.678.912", "45678912"),
    ("document_number", "es el 4 5 6 7 8 9 1 2", "45678912"),
    ("document_number", "dni 45678912 y mi cel 987654321", "45678912"),
    ("document_number", "000123456", "000123456"),
    ("document_number", "no tengo dni", False),
    ("document_number", "4567891", None),
    ("document_number", "987654321", None),
    ("document_number", "no me acuerdo", None),
    ("phone", "987654321", "+51987654321"),
    ("phone", "+51 987 654 321", "+51987654321"),
    ("phone", "51987654321", "+51987654321"),
    ("phone", "mi numero es 987-654-321", "+51987654321"),
    ("phone", "nueve ocho siete seis cinco cuatro tres dos uno", "+51987654321"),
    ("phone", "nueve ochenta y siete, seis cinco cuatro, tres dos uno", "+51987654321"),
    ("phone", "01 4567890", "+5114567890"),
    ("phone", "4567890 o 987654321", "+51987654321"),
    ("phone", "054-234567", "+5154234567"),
    ("phone", "+58 412 1234567", "+584121234567"),
    ("phone", "no tengo", False),
    ("phone", "98765432", None),
    ("phone", "¿para qué?", None),
    ("email", "juan.perez@gmail.com", "juan.perez@gmail.com"),
    ("email", "mi correo es juan punto perez arroba gmail punto com", "juan.perez@gmail.com"),
    ("email", "maria 85 arroba hotmail punto com", "maria85@hotmail.com"),
    ("email", "JUAN@GMAIL.COM", "juan@gmail.com"),
    ("email", "juan@gmail", "juan@gmail.com"),
    ("email", "ana guion bajo luz arroba outlook punto es", "ana_luz@outlook.es"),
    ("email", "juanperez@gmail,com", "juanperez@gmail.com"),
    ("email", "luis @ yahoo.es", "luis@yahoo.es"),
    ("email", "no tengo correo", False),
    ("email", "no uso", False),
    ("email", "luego te lo paso", None),
    ("address", "vivo en av. Los Incas 456, Comas", "av. Los Incas 456, Comas"),
    ("address", "Jr. Puno 123", "Jr. Puno 123"),
    ("address", "mi dirección es Mz B Lote 4", "Mz B Lote 4"),
    ("address", "no tengo", False),
    ("incident_type", "robo", "robbery"),
    ("incident_type", "pérdida de DNI", "lost_document"),
    ("incident_type", "me estafaron", "fraud"),
    ("incident_type", "mi esposo me pegó", "domestic_violence"),
    ("incident_type", "hurto", "theft"),
    ("incident_type", "robo de moto", "vehicle_theft"),
    ("incident_type", "robo de autopartes", "vehicle_theft"),
    ("incident_type", "extorción", "extortion"),
    ("incident_type", "perdí mi mochila", "lost_property"),
    ("incident_type", "violencia familiar", "domestic_violence"),
    ("incident_type", "theft", "theft"),
    ("incident_type", "hackearon mi cuenta", "cybercrime"),
    ("incident_type", "un choque", "traffic_accident"),
    ("incident_type", "mi vecino hace bulla", "noise_disturbance"),
    ("incident_type", "un policía me pidió coima", "police_misconduct"),
    ("incident_type", "me amenazan", "threats"),
    ("incident_type", "acoso sexual", "sexual_violence"),
    ("incident_type", "desapareció mi hijo", "missing_person"),
    ("incident_type", "otro", "other"),
    ("incident_type", "buenas", None),
    ("occurred_at", "ayer a las 8 de la noche", "2026-11-19T20:00"),
    ("occurred_at", "el 5 de noviembre", "2026-11-05"),
    ("occurred_at", "hoy", "2026-11-20"),
    ("occurred_at", "no recuerdo", None),
    ("occurred_at", "a las 8 de la noche", None),
    ("place", "SJL", "San Juan de Lurigancho"),
    ("place", "Ate", "Ate"),
    ("place", "los olivs", "Los Olivos"),
    ("place", "frente al mercado Unicachi en Comas", "Comas"),
    ("place", "miraflores", None),
    ("place", "Lima", None),
    ("place", "no recuerdo", None),
    ("narrative", "  ayer   me robaron\n\n el celular ", "ayer me robaron\nel celular"),
    ("narrative", "...", None),
    ("stolen_items", "mi celular samsung y 200 soles", "mi celular samsung y 200 soles"),
    ("stolen_items", "nada", False),
    ("suspects", "eran dos", "eran dos"),
    ("suspects", "no vi a nadie", False),
    ("suspects", "no los vi bien", False),
    ("witnesses", "no hay testigos", False),
    ("witnesses", "mi vecina vio todo", "mi vecina vio todo"),
    ("witnesses", "no", False),
    ("witnesses", "nadie", False),
    ("evidence", "no tengo pruebas", False),
    ("evidence", "tengo un video", "tengo un video"),
    ("oath", "lo juro", True),
    ("oath", "no", False),
    ("consent", "sí, autorizo", True),
    ("consent", "no autorizo", False),
    ("consent", "¿qué datos?", None),
    ("confirm", "todo está bien", True),
    ("confirm", "confirmo", True),
    ("confirm", "está mal la fecha", False),
    ("confirm", "quiero corregir el lugar", False),
    ("confirm", "no hay ningún error", True),
    ("correction_field", "la fecha", "occurred_at"),
    ("correction_field", "mi nombre", "full_name"),
    ("correction_field", "el telefono", "phone"),
    ("correction_field", "el distrto", "place"),
    ("correction_field", "lo que me robaron", "stolen_items"),
    ("correction_field", "mi dni", "document_number"),
    ("correction_field", "nada", None),
    ("cancel_confirm", "sí, cancela", True),
    ("cancel_confirm", "no, sigamos", False),
    ("cancel_confirm", "continuar", False),
    ("cancel_confirm", "no quiero seguir", True),
    ("safe_now", "sí, ya estoy a salvo", True),
    ("safe_now", "ya se fueron", True),
    ("safe_now", "no, sigue aquí", False),
    ("safe_now", "todavía está afuera", False),
    ("operator_confirm", "sí por favor", True),
    ("survey_offer", "no, gracias", False),
    ("survey_score", "5", 5),
    ("survey_score", "cuatro", 4),
    ("survey_score", "muy buena", 5),
    ("survey_score", "4/5", 4),
    ("survey_score", "⭐⭐⭐", 3),
    ("survey_score", "pésimo", 1),
    ("survey_score", "10", None),
    ("birth_date", "3 de mayo de 1990", "1990-05-03"),
    ("birth_date", "no sé", None),
    ("amount_lost", "unos 800 soles", "unos 800 soles"),
    ("amount_lost", "nada", False),
    ("otp", "mi codigo es 123 456", "123456"),
    ("otp", "12345", None),
    ("language_choice", "aymara", "ay"),
    ("language_choice", "quechua de cusco", "quz"),
    ("status_case_number", f"es el {CASE}", CASE),
    ("status_case_number", "no lo sé", None),
    ("copy_case_number", CASE.replace("-", " "), CASE),
    ("verify_code", f"código {CODE.lower()}", CODE),
    ("verify_code", "no lo tengo", None),
    ("anything_else", "no, nada más", False),
    ("anything_else", "también perdí mis llaves", "también perdí mis llaves"),
    ("full_name", "mi nombre completo: LUIS ALBERTO ROJAS", "Luis Alberto Rojas"),
    ("full_name", "Ángel Custodio Bravo León, natural de Puno", "Ángel Custodio Bravo León"),
    ("full_name", "soy testigo", None),
    ("full_name", "hola", None),
    ("document_number", "mi DNI es cuatro cinco, seis siete, ocho nueve, uno dos", "45678912"),
    ("document_number", "no lo tengo a la mano", None),
    ("phone", "+1 (305) 555-1234", "+13055551234"),
    ("phone", "9876543210", None),
    ("email", "luis punto soto cinco cinco arroba gmail punto com", "luis.soto55@gmail.com"),
    ("email", "JPEREZ @ UNMSM.EDU.PE", "jperez@unmsm.edu.pe"),
    ("incident_type", "rovo", "robbery"),
    ("incident_type", "me arrancharon la cartera", "robbery"),
    ("incident_type", "se perdió mi abuelita", "missing_person"),
    ("confirm", "todo ok menos el teléfono", False),
    ("confirm", "el distrito no es Comas, es Los Olivos", False),
    ("confirm", "sí, regístrala", True),
    ("confirm", "¿qué pasa después?", None),
    ("cancel_confirm", "no quiero cancelar", False),
    ("cancel_confirm", "bórralo", True),
    ("safe_now", "me está siguiendo", False),
    ("safe_now", "no, ya no hay peligro", True),
    ("witnesses", "sí, el vigilante", "sí, el vigilante"),
    ("stolen_items", "no me robaron nada", False),
    ("survey_score", "le doy cinco estrellas", 5),
    ("survey_score", "no me gustó", 2),
    ("language_choice", "en quechua ayacuchano", "quy"),
    ("occurred_at", "no sé la fecha exacta, habrá sido el 10", "2026-11-10"),
    ("relationship", " es mi  hermana ", "es mi hermana"),
    ("survey_comment", "muy amables", "muy amables"),
]

FACTS: list[tuple[str, str, dict[str, Any]]] = [
    ("confirm", "está mal la fecha", {"field": "occurred_at"}),
    ("confirm", "no, mi nombre está mal", {"field": "full_name"}),
    ("document_number", "45678912", {"document_type": "dni"}),
    ("document_number", "no tengo dni", {"document_type": "none"}),
    ("full_name", "soy Ana Paz, DNI 45678912", {"document_type": "dni", "document_number": "45678912"}),
    ("amount_lost", "mil doscientos", {"amount_lost": {"amount": 1200, "currency": "PEN"}}),
    ("suspects", "dos venezolanos con pistola", {"suspects": {"count": 2, "known_to_victim": None}, "weapon": True}),
    ("suspects", "mi ex conviviente José", {"suspects": {"count": None, "known_to_victim": True}}),
    ("suspects", "uno alto y otro bajito", {"suspects": {"count": 2, "known_to_victim": None}}),
    ("confirm", "todo ok menos el teléfono", {"field": "phone"}),
    ("occurred_at", "ayer a las 8pm", {"occurred_at": {"date": "2026-11-19", "time": "20:00", "approximate": False}}),
]


def answer(step: str, text: str, **known: Any) -> Reading | None:
    return read(Step(step), text, now=NOW, **known)


@pytest.mark.parametrize("text", YES.split("|"))
def test_yes(text: str) -> None:
    assert yes_no(text) is True


@pytest.mark.parametrize("text", NO.split("|"))
def test_no(text: str) -> None:
    assert yes_no(text) is False


@pytest.mark.parametrize("text", NEITHER.split("|"))
def test_neither_yes_nor_no(text: str) -> None:
    assert yes_no(text) is None


@pytest.mark.parametrize(("step", "text", "value"), ANSWERS)
def test_the_value_of_an_answer(step: str, text: str, value: Any) -> None:
    reading = answer(step, text)
    found = reading.value if reading else None
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(("step", "text", "facts"), FACTS)
def test_the_facts_of_an_answer(step: str, text: str, facts: dict[str, Any]) -> None:
    reading = answer(step, text)
    assert reading is not None
    assert reading.facts == facts


OPTIONS = ("Miraflores (Lima, Lima)", "Miraflores (Arequipa, Arequipa)", "Miraflores (Huamalíes, Huánuco)")


@pytest.mark.parametrize(
    ("text", "index"),
    [
        ("la segunda", 1),
        ("el de Lima", 0),
        ("la primera", 0),
        ("2", 1),
        ("opción 3", 2),
        ("arequipa", 1),
        ("arekipa", 1),
        ("la última", 2),
        ("Miraflores (Huamalíes, Huánuco)", 2),
        ("ninguna", None),
        ("miraflores", None),
    ],
)
def test_which_of_several(text: str, index: int | None) -> None:
    reading = answer("clarify", text, options=OPTIONS)
    assert (reading.value if reading else None) == index


@pytest.mark.parametrize(
    ("text", "kind", "number"),
    [
        ("001234567", "ce", "001234567"),
        ("mi carnet es 001234567", "ce", "001234567"),
        ("mi pasaporte es AB123456", "passport", "AB123456"),
        ("g1234567", "passport", "G1234567"),
        ("4567891", "dni", None),
    ],
)
def test_numbers_of_other_documents(text: str, kind: str, number: str | None) -> None:
    reading = answer("document_number", text, document_type=kind)
    assert (reading.value if reading else None) == number


def test_a_shared_name_is_offered_as_a_choice() -> None:
    reading = answer("place", "Miraflores")
    assert reading is not None
    assert [c.ubigeo for c in reading.candidates if not isinstance(c, str)][:2] == ["150122", "040110"]


def test_the_city_already_told_settles_the_district() -> None:
    reading = answer("place", "Miraflores", place={"department": "Arequipa", "province": "Arequipa"})
    assert reading is not None
    assert reading.value == "Miraflores"
    assert reading.facts["place"]["ubigeo"] == "040110"


def test_quechua_alone_is_two_languages() -> None:
    reading = answer("language_choice", "quechua")
    assert reading is not None
    assert (reading.value, reading.candidates) == (None, ("quy", "quz"))


@pytest.mark.parametrize("step", list(Step))
def test_nothing_said_is_no_answer(step: Step) -> None:
    assert read(step, "  \n ", now=NOW) is None
