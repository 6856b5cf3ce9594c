"""Whatever is typed, the understanding answers, quickly, in a shape that JSON can carry."""

import json
import time
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actions.understanding import answers, story
from vocabulary.steps import Step

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=ZoneInfo("America/Lima"))
SAID = (
    "me robaron ayer el sábado 15/10 las 8 y media pm noche de la en Comas Lima av. cuadra 3 mil soles S/ $ celular moto Samsung"
    " placa ABC-123 dos sujetos mi esposo no sí arroba punto com 45678912 987654321 hace días 31 febrero 0 99 : / - , . ?"
)
WORDS = st.sampled_from(SAID.split())
KEYS = {
    "incident_type", "occurred_at", "place", "items", "amount_lost", "suspects", "weapon", "phone_mentioned", "document_number",
}  # fmt: skip
LONG = ["a ", "1", "en la av. ", "uno dos tres ", "robaron mi celular ", "9 ", "de la ", "(", "en san juan ", "\n", "8 de la noche ",
        "mi esposo ", "500 soles y ", ".", "ñ", "no ", "arroba ", "@", "1/", "hace ", "tipo 3 ", "x", "el ", " y ", "😀"]  # fmt: skip


@given(st.one_of(st.text(max_size=300), st.lists(WORDS, max_size=40).map(" ".join)))
@settings(max_examples=300, deadline=None)
def test_a_story_never_fails(text: str) -> None:
    facts = story.extract(text, now=NOW)
    assert facts.keys() == KEYS
    json.dumps(facts)
    story.place_candidates(text)


@given(st.sampled_from(list(Step)), st.one_of(st.text(max_size=120), st.lists(WORDS, max_size=20).map(" ".join)))
@settings(max_examples=600, deadline=None)
def test_an_answer_never_fails(step: Step, text: str) -> None:
    reading = answers.read(step, text, now=NOW, options=("uno", "dos"))
    if reading:
        json.dumps([reading.value, reading.facts])


@pytest.mark.parametrize("piece", LONG)
def test_twenty_thousand_characters_stay_under_a_tenth_of_a_second(piece: str) -> None:
    text = (piece * 20_000)[:20_000]
    story.extract(text[:50], now=NOW)
    assert _quickest(lambda: story.extract(text, now=NOW)) < 0.1
    for step in Step:
        assert _quickest(lambda step=step: answers.read(step, text, now=NOW)) < 0.1, step


def _quickest(call: Callable[[], object]) -> float:
    best = 9.0
    for _ in range(3):
        start = time.process_time()
        call()
        best = min(best, time.process_time() - start)
        if best < 0.05:
            break
    return best


def test_a_whole_story() -> None:
    facts = story.extract(
        "Anoche a las 8 en el paradero 10 de la avenida Wiesse en SJL dos sujetos en moto me apuntaron con una pistola y me"
        " quitaron mi celular Samsung de 1200 soles. Mi número es 987 654 321 y mi DNI 45678912",
        now=NOW,
    )
    assert facts == {
        "incident_type": None,
        "occurred_at": {"date": "2026-11-19", "time": "20:00", "approximate": False},
        "place": {
            "ubigeo": "150132",
            "district": "San Juan de Lurigancho",
            "province": "Lima",
            "department": "Lima",
            "detail": "paradero 10 de la avenida Wiesse",
            "latitude": None,
            "longitude": None,
        },
        "items": [
            {
                "kind": "phone",
                "document_type": None,
                "brand": "Samsung",
                "plate": None,
                "imei": None,
                "amount": 1200,
                "currency": "PEN",
            }
        ],
        "amount_lost": None,
        "suspects": {"count": 2, "known_to_victim": None},
        "weapon": True,
        "phone_mentioned": "+51987654321",
        "document_number": "45678912",
    }
