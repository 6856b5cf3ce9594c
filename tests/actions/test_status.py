"""How a case goes is told with what waits for whom, and what is written into it is taken whatever it sounds like."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from rasa_sdk.executor import CollectingDispatcher

from actions import station
from actions.status import ValidateSayForm, ValidateStatusForm
from actions.turn import Turn
from vocabulary.dialogue import Handover, Language
from vocabulary.sentences import sentence
from vocabulary.steps import CASE_STEPS, Step

CODE = "GCPB-1Y8P-1315-HAC2"


@dataclass
class Tracker:
    events: list[dict[str, Any]] = field(default_factory=lambda: [{"event": "user"}])
    slots: dict[str, str] = field(default_factory=dict)

    def get_slot(self, name: str) -> Any:
        return self.slots.get(name)


@dataclass
class Talk:
    """Turns with the api's part held in memory."""

    patch: pytest.MonkeyPatch
    written: list[tuple[str, str]] = field(default_factory=list)
    refuses: Exception | None = None
    dispatcher: CollectingDispatcher = field(default_factory=CollectingDispatcher)

    def __post_init__(self) -> None:
        self.patch.setattr(station, "say_in_case", self._write)

    async def _write(self, conversation_id: str, *, about: str, text: str) -> str:
        if self.refuses:
            raise self.refuses
        self.written.append((about, text))
        return "Comisaría de Zárate"

    async def turn(
        self,
        form: type[ValidateSayForm | ValidateStatusForm],
        *,
        step: Step | None = None,
        text: str | None = None,
        choice: str | None = None,
        intent: str = "answer",
        tracker: Tracker | None = None,
        own: bool = True,
    ) -> dict[str, Any]:
        """The slots that a turn sets; nothing where it is left to the rules."""
        self.dispatcher = CollectingDispatcher()

        async def opened(*_: object) -> Turn:
            return Turn(
                conversation_id="1", step=step, intent=intent, incident_types=[], draft={}, text=text, choice=choice,
                location=None, attachments=0, sent_at=datetime(2026, 11, 20, tzinfo=UTC), language=Language.SPANISH,
                handover=Handover.NONE, case_number="150132-2026-000005-1", own=own, dispatcher=self.dispatcher,
            )  # fmt: skip

        self.patch.setattr(Turn, "open", opened)
        events = await form().run(self.dispatcher, tracker or Tracker(), {})
        return {event["name"]: event["value"] for event in events}

    @property
    def said(self) -> str:
        return "\n".join(message["text"] for message in self.dispatcher.messages)

    @property
    def choices(self) -> list[str]:
        return [button["payload"] for message in self.dispatcher.messages for button in message["buttons"]]


@pytest.fixture
def talk(monkeypatch: pytest.MonkeyPatch) -> Talk:
    return Talk(monkeypatch)


def an_event(says: str, note: str | None = None, ago: str = "hace 3 días") -> dict[str, Any]:
    return {"day": "20/11/2026", "ago": ago, "says": says, "note": note}


def a_case(**changes: Any) -> dict[str, Any]:
    told = {
        "whole": True, "case_number": "150132-2026-000005-1", "label": "En revisión", "meaning": "Un oficial la está revisando.",
        "station": "Comisaría de Zárate", "sidpol_number": None, "asked": [], "asking": [],
        "events": [an_event("Usted registró su denuncia.")],
    }  # fmt: skip
    return told | changes


async def told_of(talk: Talk, found: dict[str, Any]) -> None:
    async def follow(*_: object, **__: object) -> dict[str, Any]:
        return found

    talk.patch.setattr(station, "follow", follow)
    slots = await talk.turn(ValidateStatusForm, text="cómo va mi denuncia", intent="case_status")
    assert slots["requested_slot"] is None


async def test_a_case_that_waits_for_nothing_offers_to_ask_and_not_to_answer(talk: Talk) -> None:
    await told_of(talk, a_case())
    assert "en revisión. Un oficial la está revisando.\nLa atiende: Comisaría de Zárate" in talk.said
    assert "pendiente de registro en SIDPOL" in talk.said
    assert "20/11/2026: Usted registró su denuncia." in talk.said
    assert talk.choices == ["case_question", "case_correct", "case_withdraw"]


@pytest.mark.parametrize(
    ("text", "intent", "shown"),
    [
        ("45678912", "answer", {"document_number": "45678912"}),
        (CODE.lower(), "answer", {"receipt_code": CODE}),
        (f"mi código es {CODE}", "question", {"receipt_code": CODE}),
    ],
)
async def test_another_case_is_told_of_by_its_document_or_by_the_code_of_its_receipt(
    talk: Talk, text: str, intent: str, shown: dict[str, str]
) -> None:
    asked: list[dict[str, str]] = []

    async def follow(_: str, **what: str) -> dict[str, Any]:
        asked.append(what)
        return a_case(whole="receipt_code" in what)

    talk.patch.setattr(station, "follow", follow)
    tracker = Tracker(slots={"case_asked": "150132-2026-000005-1"})
    await talk.turn(ValidateStatusForm, step=Step.COPY_IDENTITY, text=text, intent=intent, tracker=tracker)
    assert asked == [{"case_number": "150132-2026-000005-1"} | shown]
    assert bool(talk.choices) is ("receipt_code" in shown)
    assert ("escriba el código de su constancia" in talk.said) is ("document_number" in shown)
    assert "en revisión" in talk.said


async def test_what_waits_is_told_with_its_age_and_can_be_answered(talk: Talk) -> None:
    asked = an_event("La Policía le pidió información:", "¿Qué color?")
    await told_of(talk, a_case(asked=[asked], asking=[an_event("Usted preguntó:", "¿Cuándo?")], sidpol_number="12-34"))
    assert "La Policía espera su respuesta, hace 3 días:\nLa Policía le pidió información: «¿Qué color?»" in talk.said
    assert "Usted espera una respuesta, hace 3 días:\nUsted preguntó: «¿Cuándo?»" in talk.said
    assert "Número de SIDPOL: 12-34." in talk.said
    assert talk.choices[0] == "case_answer"


@pytest.mark.parametrize("step", CASE_STEPS)
async def test_each_choice_asks_for_its_words_and_takes_them(talk: Talk, step: Step) -> None:
    assert (await talk.turn(ValidateSayForm, choice=step, intent="say_in_case"))["requested_slot"] == step
    slots = await talk.turn(ValidateSayForm, step=step, text="Fue el jueves")
    assert slots["requested_slot"] is None
    about = step.removeprefix("case_")
    assert talk.written == [(about, "Fue el jueves")]
    assert talk.said == sentence(f"following.taken.{about}", station="Comisaría de Zárate")


@pytest.mark.parametrize("intent", ["question", "refuse", "cancel", "dont_know", "correct_previous", "chitchat"])
async def test_what_sounds_like_something_else_is_what_they_say(talk: Talk, intent: str) -> None:
    await talk.turn(ValidateSayForm, step=Step.CASE_WITHDRAW, text="ya no quiero seguir con la denuncia", intent=intent)
    assert talk.written == [("withdraw", "ya no quiero seguir con la denuncia")]


@pytest.mark.parametrize("said", [{"choice": "no", "intent": "choice"}, {"text": "Salir."}, {"text": "mejor no"}])
async def test_leaving_sends_nothing_and_says_so(talk: Talk, said: dict[str, str]) -> None:
    slots = await talk.turn(ValidateSayForm, step=Step.CASE_QUESTION, **said)  # type: ignore[arg-type] - of its words
    assert (slots["requested_slot"], talk.written, talk.said) == (None, [], sentence("talk.case_left"))


async def test_danger_is_in_the_case_and_left_to_the_lines(talk: Talk) -> None:
    text = "está rompiendo la puerta"
    assert await talk.turn(ValidateSayForm, step=Step.CASE_ANSWER, text=text, intent="emergency") == {}
    assert (talk.written, talk.said) == ([("answer", text)], "")


async def test_a_person_asked_for_comes_and_the_question_stays(talk: Talk) -> None:
    assert await talk.turn(ValidateSayForm, step=Step.CASE_ANSWER, text="una persona", intent="human") == {}
    back = Tracker([{"event": "user"}, {"event": "action", "name": "action_ask_for_person"}])
    slots = await talk.turn(ValidateSayForm, step=Step.CASE_ANSWER, text="una persona", intent="human", tracker=back)
    assert (slots["requested_slot"], talk.written) == (Step.CASE_ANSWER, [])


async def test_a_file_alone_is_kept_and_the_question_stays(talk: Talk) -> None:
    slots = await talk.turn(ValidateSayForm, step=Step.CASE_ANSWER, intent="file")
    assert (slots["requested_slot"], talk.written) == (Step.CASE_ANSWER, [])


@pytest.mark.parametrize(
    ("error", "key"),
    [
        (station.NotFound(), "talk.status_gone"),
        (station.Conflict(), "following.refused.nothing_asked"),
        (station.TooManyRequests(), "following.refused.too_many"),
    ],
)
async def test_what_is_not_taken_is_said_to_be(talk: Talk, error: Exception, key: str) -> None:
    talk.refuses = error
    await talk.turn(ValidateSayForm, step=Step.CASE_QUESTION, text="¿Cuándo?")
    assert talk.said == sentence(key)
