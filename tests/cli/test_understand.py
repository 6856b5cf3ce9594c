"""``classify``, ``extract`` and ``interpret``: the contract's shapes, by the chat's own code."""

import json
import subprocess
import sys
from typing import Any

import pytest

from api.settings import ROOT
from tests.e2e.conftest import clean_environment

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("cli")]

NOW = "2026-11-20T10:00:00-05:00"


def run(work: str, lines: list[Any], *options: str) -> list[dict[str, Any]]:
    told = subprocess.run(
        [sys.executable, "-m", "api.cli", work, *options],
        input="".join(json.dumps(line) + "\n" for line in lines),
        cwd=ROOT, env=clean_environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert told.returncode == 0, told.stderr
    return [json.loads(line) for line in told.stdout.splitlines()]


def test_classify_answers_every_line_in_order_with_the_five_fields() -> None:
    texts = [
        "me quiero morir, ya tomé veneno",
        "ayer me arrancharon el celular con cuchillo en el paradero",
        "¿cuánto cuesta poner una denuncia?",
        "quiero hablar con una persona",
        "",
        "a" * 30_000,
    ]
    answers = run("classify", [{"id": number, "text": text} for number, text in enumerate(texts)])
    assert [answer["id"] for answer in answers] == list(range(len(texts)))
    for answer in answers:
        assert set(answer) == {"id", "service", "incident_type", "emergency", "confidence"}
        assert answer["emergency"] == (answer["service"] == "emergency")
        assert (answer["incident_type"] is not None) <= (answer["service"] in ("complaint", "emergency"))
    assert answers[0]["emergency"]
    assert answers[1]["incident_type"] == "robbery"
    assert [answer["service"] for answer in answers[2:4]] == ["information", "human"]


def test_extract_gives_the_facts_and_null_for_what_is_not_said() -> None:
    text = "El sábado a las 9 de la noche me robaron mi Samsung en San Juan de Lurigancho, eran dos con pistola"
    (answer,) = run("extract", [{"id": "a", "text": text}], "--now", NOW)
    facts = answer["facts"]
    assert facts["occurred_at"] == {"date": "2026-11-14", "time": "21:00", "approximate": False}
    assert facts["place"]["ubigeo"] == "150132"
    assert [(item["kind"], item["brand"]) for item in facts["items"]] == [("phone", "Samsung")]
    assert (facts["suspects"]["count"], facts["weapon"], facts["amount_lost"]) == (2, True, None)


def test_interpret_gives_the_outcome_and_the_normalised_value() -> None:
    lines = [
        {"id": 1, "asked": "document_number", "text": "mi dni es 0 4 5 6 7 8 9 1"},
        {"id": 2, "asked": "phone", "text": "987 654 321"},
        {"id": 3, "asked": "occurred_at", "text": "anteayer a las 3 de la tarde"},
        {"id": 4, "asked": "oath", "text": "sí juro"},
        {"id": 5, "asked": "full_name", "text": "¿para qué quiere mi nombre?"},
        {"id": 6, "asked": "place", "text": "en Miraflores"},
        {"id": 7, "asked": "email", "text": "rosa punto quispe arroba gmail punto com"},
    ]
    answers = {answer["id"]: (answer["outcome"], answer["value"]) for answer in run("interpret", lines, "--now", NOW)}
    assert answers == {
        1: ("answer", "04567891"),
        2: ("answer", "+51987654321"),
        3: ("answer", "2026-11-18T15:00"),
        4: ("answer", True),
        5: ("question", None),
        6: ("answer", None),
        7: ("answer", "rosa.quispe@gmail.com"),
    }


def test_a_line_that_is_no_json_is_one_clear_sentence() -> None:
    told = subprocess.run(
        [sys.executable, "-m", "api.cli", "classify"],
        input='{"id": 1, "text": "hola"}\nno es json\n',
        cwd=ROOT, env=clean_environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (told.returncode, told.stdout) == (2, "")
    assert "línea 2" in told.stderr
