"""What people answer to a survey, in their own words."""

from datetime import UTC, datetime

import pytest

from actions.understanding.answers import read
from vocabulary.steps import Step

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)

ANSWERS: dict[Step, list[tuple[str, object]]] = {
    Step.SURVEY_SCORE: [
        ("pésima", 1), ("4 estrellas", 4), ("regular", 3), ("10", None), ("un 10", None), ("15", None), ("no fue buena", 2),
        ("esperé 3 horas", None), ("5, aunque esperé 2 horas", 5),
    ],
    Step.SURVEY_EASE: [
        ("muy fácil", 5), ("fácil nomás", 4), ("no fue fácil", 2), ("nada fácil", 1), ("muy complicado", 1),
        ("no fue difícil", 4), ("facilísimo", 5), ("3", 3), ("el perro ladra", None),
    ],
    Step.SURVEY_TREATMENT: [
        ("muy amables", 5), ("groseros", 2), ("con respeto", 4), ("sin respeto", 2), ("me trataron mal", 2), ("muy bien", 5),
    ],
    Step.SURVEY_SPEED: [
        ("rapidísimo", 5), ("muy lento", 1), ("nada rápido", 1), ("demoraron 4 horas", 2), ("al toque", 4),
    ],
    Step.SURVEY_CLARITY: [("muy claro", 5), ("no entendí", 2), ("nada claro", 1), ("confuso", 2)],
    Step.SURVEY_LANGUAGE: [("sí", 5), ("no", 1), ("poco", 2), ("más o menos", 3), ("casi todo", 4), ("no entendía", 2)],
    Step.SURVEY_SAFE: [("sí, del todo", 5), ("no, nada", 1), ("tuve miedo", 2), ("muy tranquila", 5), ("bastante", 4)],
    Step.SURVEY_SOLVED: [
        ("sí", "yes"), ("no", "no"), ("todavía no", "not_yet"), ("sigue en trámite", "not_yet"), ("quién sabe", None),
    ],
    Step.SURVEY_MISSING: [
        ("esperé tres horas", "waiting"), ("no quisieron recibir mi denuncia", "not_taken"), ("otra cosa", "other"),
        ("me mandaron a la fiscalía", "elsewhere"), ("faltaba una fotocopia", "papers"), ("no me explicaron nada", "unclear"),
        ("nadie me quiere", None),
    ],
    Step.SURVEY_GENDER: [
        ("mujer", "woman"), ("soy varón", "man"), ("señora", "woman"), ("no binarie", "other"), ("otra", "other"), ("4", None),
    ],
}  # fmt: skip


@pytest.mark.parametrize(("step", "text", "value"), [(s, t, v) for s, told in ANSWERS.items() for t, v in told])
def test_an_opinion_is_understood(step: Step, text: str, value: object) -> None:
    reading = read(step, text, now=NOW)
    found = reading.value if reading else None
    assert (found, type(found)) == (value, type(value))
