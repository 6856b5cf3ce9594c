"""Whole stories: what is taken for a fact, and what is not."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from actions.understanding import story

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=ZoneInfo("America/Lima"))

STORIES: list[tuple[str, dict[str, Any]]] = [
    (
        "Soy Carmen. El martes a eso de las 7 de la noche un muchacho me jaló la cartera en Wanchaq. Adentro tenía mi DNI, "
        "mi tarjeta del BCP y 150 soles.",
        {
            "when": ("2026-11-17", "19:00", True),
            "ubigeo": "080108",
            "kinds": ["bag", "document", "bank_card", "cash"],
            "lost": 150,
            "count": 1,
        },
    ),
    (
        "ayer me hackearon mi cuenta y me sacaron 3500 soles por yape a un número 912345678 que no conozco",
        {"when": ("2026-11-19", None, False), "kinds": [], "lost": 3500, "phone": "+51912345678"},
    ),
    (
        "mi ex pareja vino a mi casa en VMT anoche borracho y me pegó con una correa",
        {"when": ("2026-11-19", "21:30", True), "ubigeo": "150143", "kinds": [], "known": True, "weapon": True},
    ),
    (
        "desde setiembre me llaman pidiéndome 10 mil soles de cupo o van a matar a mi familia",
        {"when": None, "kinds": [], "lost": None},
    ),
    (
        "el dia 18/11/2026 a horas 20:15 en la av. Tupac Amaru cdra 52 Comas fui interceptado por 03 sujetos desconocidos a "
        "bordo de una mototaxi quienes me despojaron de mi celular marca Xiaomi Redmi Note 12 valorizado en S/ 900.00",
        {
            "when": ("2026-11-18", "20:15", False),
            "ubigeo": "150110",
            "kinds": ["phone"],
            "lost": None,
            "count": 3,
            "known": False,
        },
    ),
    (
        "perdí mis documentos: DNI, brevete y tarjeta de propiedad, creo que fue el sábado",
        {"when": ("2026-11-14", None, False), "kinds": ["document", "document", "document"]},
    ),
    (
        "Anoche entraron a mi casa en Santa Anita y se llevaron el televisor LG, la laptop Lenovo y joyas por un total de 6 mil soles",
        {"ubigeo": "150137", "kinds": ["other", "laptop", "jewelry"], "lost": 6000},
    ),
    (
        "me cerraron dos motos con 4 sujetos, me encañonaron y se llevaron mi camioneta Toyota de placa BKC-245 en Ventanilla",
        {"when": None, "ubigeo": "070106", "kinds": ["vehicle"], "count": 4, "weapon": True},
    ),
    (
        "iba con mi hija de 5 años, cuando bajé en San Isidro, Lima ya no tenía mi billetera ni mi celular Huawei",
        {"when": None, "ubigeo": "150131", "kinds": ["wallet", "phone"], "count": None},
    ),
    (
        "Por favor ayuda, mi mamá de 78 años se perdió ayer en Gamarra, no tiene celular",
        {"when": ("2026-11-19", None, False), "ubigeo": "150115", "kinds": []},
    ),
    ("mi hijo de 14 años salió ayer al colegio y no regresa, vivimos en Ate", {"ubigeo": None, "kinds": []}),
]


@pytest.mark.parametrize(("text", "expected"), STORIES)
def test_the_facts_of_a_story(text: str, expected: dict[str, Any]) -> None:
    facts = story.extract(text, now=NOW)
    when, lost, suspects = facts["occurred_at"], facts["amount_lost"], facts["suspects"] or {}
    found = {
        "when": (when["date"], when["time"], when["approximate"]) if when else None,
        "ubigeo": facts["place"]["ubigeo"] if facts["place"] else None,
        "kinds": [item["kind"] for item in facts["items"]],
        "lost": lost["amount"] if lost else None,
        "count": suspects.get("count"),
        "known": suspects.get("known_to_victim"),
        "weapon": facts["weapon"],
        "phone": facts["phone_mentioned"],
    }
    assert {key: found[key] for key in expected} == expected
