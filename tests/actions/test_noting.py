"""What an operator writes down for the citizen is read as the form reads an answer, and marked."""

from dataclasses import dataclass
from typing import Any

import pytest
from rasa_sdk.executor import CollectingDispatcher

from actions.complaint.intake import ComplaintIntake
from actions.complaint.summary import summary_text
from actions.noting import Note
from actions.turn import Turn
from vocabulary.sentences import sentence
from vocabulary.steps import Step

THEFT = {"incident_type": "theft", "narrative": "Me sacaron la billetera en el micro"}


@dataclass
class Tracker:
    latest_message: dict[str, Any]


async def note(step: str, text: str, **draft: Any) -> dict[str, Any] | None:
    """The draft after a note, or None where nothing was taken."""
    asked = {"step": step, "text": text, "draft": draft, "language": "es", "now": "2026-11-20T15:00:00+00:00"}
    dispatcher = CollectingDispatcher()
    await Note().run(dispatcher, Tracker({"metadata": asked}), {})
    found: dict[str, Any] | None = dispatcher.messages[0]["custom"]["draft"]
    return found


@pytest.mark.parametrize(
    ("step", "text", "field", "value"),
    [
        ("phone", "es el 987 654 321", "phone", "+51987654321"),
        ("document_number", "DNI 45678912", "document_number", "45678912"),
        ("full_name", "se llama Ana Flores Rojas", "full_name", "Ana Flores Rojas"),
        ("incident_type", "robo con arma", "incident_type", "robbery"),
    ],
)
async def test_a_field_is_filled_and_marked(step: str, text: str, field: str, value: str) -> None:
    found = await note(step, text, **THEFT)
    assert found is not None
    assert (found[field], found["settled"][step]) == (value, "operator")


async def test_what_is_there_already_is_corrected() -> None:
    found = await note("phone", "999888777", **THEFT, phone="+51987654321", settled={"phone": "given"})
    assert found is not None
    assert (found["phone"], found["settled"]) == ("+51999888777", {"phone": "operator"})


async def test_a_place_that_is_certain_is_settled_and_a_doubt_is_not() -> None:
    found = await note("place", "en San Juan de Lurigancho", **THEFT)
    assert found is not None
    assert found["place"]["ubigeo"] == "150132"
    assert await note("place", "en Santa Rosa", **THEFT) is None  # there are several


@pytest.mark.parametrize(("step", "text"), [("phone", "no sé"), ("document_number", "12"), ("oath", "no")])
async def test_what_can_t_be_an_answer_fills_nothing(step: str, text: str) -> None:
    assert await note(step, text, **THEFT) is None


async def test_an_oath_taken_by_voice_is_sworn_at_that_moment() -> None:
    found = await note("oath", "sí", **THEFT)
    assert found is not None
    assert found["sworn_at"] == "2026-11-20T15:00:00+00:00"
    assert found["settled"]["oath"] == "operator"


async def test_the_summary_says_what_an_operator_wrote_down(monkeypatch: pytest.MonkeyPatch) -> None:
    found = await note("full_name", "Ana Flores", **THEFT, phone="+51987654321")
    assert found is not None
    turn = Turn(
        conversation_id="", step=Step.CONFIRM, intent="", incident_types=[], draft=found, text=None, choice=None,
        location=None, attachments=0, sent_at=None, language="es", handover="none", case_number=None, own=False,  # type: ignore[arg-type]
        dispatcher=CollectingDispatcher(),
    )  # fmt: skip
    lines = summary_text(turn, ComplaintIntake(found)).split("\n")
    assert f"Nombre: Ana Flores ({sentence('handover.noted')})" in lines
    assert "Celular: +51987654321" in lines
