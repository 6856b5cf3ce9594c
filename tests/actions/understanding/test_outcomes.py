"""What a reply is where its words decide it, whatever the classifier made of them."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from actions.understanding.outcome import decide
from vocabulary.dialogue import Outcome
from vocabulary.steps import Step

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=ZoneInfo("America/Lima"))

SAID: dict[Outcome, list[tuple[str, str]]] = {
    Outcome.CANCEL: [
        ("stolen_items", "ya encontré mi bolso, anulen la denuncia"),
        ("confirm", "no la envíes, cancela todo"),
        ("vehicle", "el auto apareció, ya no va la denuncia"),
        ("phone", "mejor ya no denuncio"),
        ("address", "quiero salir de esto"),
        ("damage", "me arrepentí"),
    ],
    Outcome.HUMAN: [
        ("amount_lost", "me da cosa decirlo, páseme con una persona"),
        ("evidence", "un asesor"),
        ("narrative", "esto es muy largo, que me atienda un efectivo"),
        ("phone", "quiero hablar con alguien, no con una máquina"),
    ],
    Outcome.CHANGE_LANGUAGE: [
        ("email", "i dont speak spanish"),
        ("suspects", "cambie a inglés por favor"),
        ("address", "mejor en quechua me habla"),
        ("vehicle", "castellano poco nomás sé"),
    ],
    Outcome.CORRECT_PREVIOUS: [
        ("amount_lost", "la hora que te dije no es, fue a las 9 no a las 7"),
        ("occurred_at", "mi nombre está mal, puse Mario y es María"),
        ("phone", "en el DNI se me fue un cero de más, es 40127766"),
        ("narrative", "antes de seguir, mi apellido es con q, corríjalo"),
    ],
    Outcome.QUESTION: [
        ("vehicle", "¿dónde veo el número de motor?"),
        ("correction_field", "¿puedo cambiar dos cosas a la vez?"),
        ("stolen_items", "oiga ¿se pone el precio de cuando lo compré?"),
    ],
    Outcome.DONT_KNOW: [
        ("victim_name", "no sé cómo se llama la señora"),
        ("vehicle", "no me fijé en la placa"),
        ("stolen_items", "todavía no sé qué cosas faltan"),
        ("place", "sabe Dios por dónde me llevó"),
        ("evidence", "🤷"),
    ],
    Outcome.REFUSE: [
        ("document_type", "no quiero mostrar ningún documento"),
        ("vehicle", "la placa me la guardo"),
        ("witnesses", "a mi vecina no la voy a nombrar"),
        ("full_name", "prefiero quedar en el anonimato"),
    ],
    Outcome.CHITCHAT: [
        ("address", "muchas gracias, Dios lo bendiga"),
        ("copy_case_number", "😂😂"),
        ("phone", "jajaja"),
    ],
    Outcome.ANSWER: [
        ("amount_lost", "cancelé 500 soles de adelanto"),
        ("anything_else", "no, ya no quiero agregar nada"),
        ("cancel_confirm", "sí, cancela"),
        ("operator_confirm", "quiero hablar con una persona"),
        ("language_choice", "en quechua por favor"),
        ("amount_lost", "no sé exacto, unos 400 soles"),
        ("stolen_items", "no se llevaron nada"),
        ("email", "no me gusta darlo pero ahí va, tulio@gmail.com"),
        ("phone", "me equivoqué, es 987654321"),
        ("suspects", "no sé sus nombres pero eran tres"),
        ("status_case_number", "130101-2026-000056-9 gracias"),
        ("document_number", "¿este? 45678912"),
        ("safe_now", "no, sigue afuera"),
        ("confirm", "está mal la fecha"),
    ],
}


@pytest.mark.parametrize(
    ("step", "text", "outcome"), [(step, text, outcome) for outcome, cases in SAID.items() for step, text in cases]
)
def test_the_words_decide(step: str, text: str, outcome: Outcome) -> None:
    found, reading = decide(Step(step), intent="answer", text=text, now=NOW)
    assert found is outcome
    assert reading is None or outcome is Outcome.ANSWER


def test_danger_is_never_overruled() -> None:
    assert decide(Step.PHONE, intent="emergency", text="987654321", now=NOW) == (Outcome.EMERGENCY, None)


def test_a_city_alone_is_an_answer_that_leaves_the_district_open() -> None:
    found, reading = decide(Step.PLACE, intent="correct_previous", text="fue en Trujillo", now=NOW)
    assert reading is not None
    assert (found, reading.value) == (Outcome.ANSWER, None)


def test_the_classifier_decides_where_the_words_do_not() -> None:
    found, reading = decide(Step.WITNESSES, intent="refuse", text="mejor que no se metan en esto", now=NOW)
    assert (found, reading) == (Outcome.REFUSE, None)


def test_a_kind_of_incident_without_its_words_is_the_likely_one() -> None:
    _, reading = decide(Step.INCIDENT_TYPE, intent="answer", text="me sacaron el chip", now=NOW, likely="cybercrime")
    assert reading is not None
    assert reading.value in ("cybercrime", "theft")
