import pytest

from actions.information import topic_of
from vocabulary.sentences import has_sentence


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("¿Cuánto cuesta poner una denuncia?", "cost"),
        ("a q hora atienden los domingos", "hours"),
        ("¿la copia tiene validez para el banco?", "validity"),
        ("tengo 16 años puedo denunciar sin mis papás", "minors"),
        ("puedo denunciar por mi mamá que es mayor", "for_other"),
        ("se puede anónimo?", "anonymous"),
        ("cuál es el número de la ambulancia", "emergency_lines"),
        ("qué documentos necesito", "requirements"),
        ("cuánto demora", "duration"),
        ("qué tipo de cosas puedo denunciar por aquí", "scope"),
        ("como bloqueo mi celular", "phone_block"),
        ("qué pasa después de denunciar", "after"),
        ("dónde queda la comisaría de Comas", "station"),
        ("soy venezolano, puedo denunciar", "foreigners"),
        ("y eso qué es", "default"),
    ],
)
def test_a_question_about_the_service_finds_its_answer(question: str, topic: str) -> None:
    assert topic_of(question) == topic
    assert has_sentence(f"talk.information.{topic}")
