"""The survey, turn by turn, with the api's part held in memory."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from rasa_sdk.executor import CollectingDispatcher

from actions import station
from actions.complaint.intake import ComplaintIntake
from actions.survey.form import ValidateSurveyForm
from actions.turn import Turn
from vocabulary.dialogue import Handover, Language
from vocabulary.questionnaires import current
from vocabulary.sentences import sentence
from vocabulary.steps import Step

SENT_AT = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


@dataclass
class Tracker:
    slots: dict[str, Any]
    events: list[dict[str, Any]] = field(default_factory=lambda: [{"event": "user"}])

    def get_slot(self, name: str) -> Any:
        return self.slots.get(name)


@dataclass
class Talk:
    """A conversation in which only the survey is."""

    patch: pytest.MonkeyPatch
    slots: dict[str, Any] = field(default_factory=dict)
    draft: dict[str, Any] = field(default_factory=dict)
    kept: list[dict[str, Any]] = field(default_factory=list)
    said: str = ""
    choices: list[str] = field(default_factory=list)
    left: bool = False

    def __post_init__(self) -> None:
        self.patch.setattr(station, "save_draft", self._save)
        self.patch.setattr(station, "keep_survey", self._keep)
        self.patch.setattr(Turn, "open", self._open)

    async def _save(self, conversation_id: str, draft: dict[str, Any]) -> None:
        self.draft = draft

    async def _keep(self, conversation_id: str) -> bool:
        taken = self.draft.pop("survey")
        given = {step: answer for step, answer in taken["answers"].items() if answer is not None}
        if given:
            self.kept.append({"about": taken["about"], "answers": given})
            self.draft.setdefault("surveyed", []).append(taken["about"])
        return bool(given)

    async def _open(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Turn:
        return Turn(
            conversation_id="", step=self.step, intent=self.intent, incident_types=self.types, draft=self.draft,
            text=self.text, choice=self.choice, location=None, attachments=0, sent_at=SENT_AT,
            language=Language.SPANISH, handover=Handover.NONE, case_number=None, own=False, dispatcher=dispatcher,
        )  # fmt: skip

    @property
    def step(self) -> Step | None:
        asked = self.slots.get("requested_slot")
        return Step(asked) if asked else None

    async def say(
        self, text: str | None = None, *, choice: str | None = None, intent: str = "answer", crime: float = 0.0
    ) -> None:
        self.text, self.choice, self.intent, self.types = text, choice, intent, [("police_misconduct", crime)]
        dispatcher = CollectingDispatcher()
        events = await ValidateSurveyForm().run(dispatcher, Tracker(self.slots), {})
        self.left = not events
        self.slots |= {event["name"]: event["value"] for event in events}
        self.said = "\n".join(message["text"] for message in dispatcher.messages)
        self.choices = [button["payload"] for message in dispatcher.messages for button in message["buttons"]]


@pytest.fixture
def talk(monkeypatch: pytest.MonkeyPatch) -> Talk:
    return Talk(monkeypatch)


@pytest.fixture
async def answering(talk: Talk) -> Talk:
    await talk.say("quiero calificar la atención", intent="survey")
    assert talk.step == "survey_score"
    return talk


async def test_whoever_asks_for_the_survey_is_told_that_it_leads_to_nobody_and_is_asked(answering: Talk) -> None:
    assert "sin su nombre" in answering.said
    assert "«salir»" in answering.said


async def test_every_question_is_asked_in_order_and_the_answers_are_kept_once(answering: Talk) -> None:
    asked = []
    for answer in (
        "5",
        "muy fácil",
        "groseros",
        "regular",
        "4 estrellas",
        "sí",
        "no sé",
        "todavía no",
        "mucha cola",
        "mujer",
    ):
        asked.append(answering.step)
        await answering.say(answer)
    asked.append(answering.step)
    await answering.say("Gracias al suboficial Paz, muy paciente conmigo")
    assert asked == [question.step for question in current("service").questions]
    assert answering.step is None
    assert answering.said == sentence("survey.thanks")
    assert answering.kept == [
        {
            "about": "general:0",
            "answers": {
                "survey_score": 5, "survey_ease": 5, "survey_treatment": 2, "survey_speed": 3, "survey_clarity": 4,
                "survey_language": 5, "survey_solved": "not_yet",
                "survey_missing": "waiting", "survey_gender": "woman",
                "survey_comment": "Gracias al suboficial Paz, muy paciente conmigo",
            },
        }
    ]  # fmt: skip


async def test_what_was_missing_is_asked_only_where_something_was(answering: Talk) -> None:
    for answer in ("5", "fácil", "bien", "rápido", "claro", "sí", "sí"):
        await answering.say(answer)
    await answering.say("sí")
    assert answering.step == "survey_gender"


async def test_a_second_time_it_is_said_that_the_opinion_is_there_until_something_else_was_done(
    answering: Talk,
) -> None:
    await answering.say("4")
    await answering.say("salir")
    await answering.say(choice="survey", intent="survey")
    assert answering.said == sentence("survey.already")
    assert answering.step is None
    answering.slots["rendered"] = "second_copy:1"
    await answering.say(choice="survey", intent="survey")
    assert answering.step == "survey_score"
    await answering.say(choice="2", intent="choice")
    await answering.say("ya no")
    assert [one["about"] for one in answering.kept] == ["general:0", "second_copy:1"]


@pytest.mark.parametrize("ends", ["ya no", "salir", "cancelar", "ya no, gracias", "chau", "basta"])
async def test_it_ends_at_any_moment_and_what_was_answered_is_kept(answering: Talk, ends: str) -> None:
    await answering.say("3")
    await answering.say(ends)
    assert answering.step is None
    assert answering.said == sentence("survey.ended")
    assert answering.kept == [{"about": "general:0", "answers": {"survey_score": 3}}]


async def test_who_answers_nothing_leaves_nothing(answering: Talk) -> None:
    await answering.say("salir")
    assert answering.kept == []
    assert answering.said == sentence("survey.nothing_kept")
    await answering.say("quiero calificar la atención", intent="survey")
    assert answering.step == "survey_score"
    for _ in current("service").asked({}):
        await answering.say(choice="skip", intent="choice")
    assert answering.kept == []
    assert answering.said == sentence("survey.nothing_kept")


async def test_danger_keeps_what_was_answered_and_leaves_the_turn_to_the_lines(answering: Talk) -> None:
    await answering.say("1")
    await answering.say("me está pegando mi esposo, auxilio", intent="emergency")
    assert answering.left
    assert answering.kept == [{"about": "general:0", "answers": {"survey_score": 1}}]
    await answering.say("me está pegando mi esposo, auxilio", intent="emergency")
    assert answering.left
    assert len(answering.kept) == 1


@pytest.mark.parametrize("intent", ["human", "change_language", "chitchat"])
async def test_a_person_a_language_and_small_talk_are_left_to_the_rules(answering: Talk, intent: str) -> None:
    await answering.say("jajaja qué gracioso", intent=intent)
    assert answering.left
    assert answering.step == "survey_score"


async def test_why_is_told_and_the_question_stays(answering: Talk) -> None:
    await answering.say("¿para qué quieren saber?", intent="question")
    assert answering.said == sentence("ask.survey_score.why")
    assert answering.step == "survey_score"


async def test_what_can_t_be_read_is_asked_again_then_shown_and_then_passed_over(answering: Talk) -> None:
    said = []
    for _ in range(3):
        await answering.say("xkcd qwrt")
        said.append(answering.said)
    assert said[0] == sentence("talk.not_understood")
    assert sentence("ask.survey_score.example") in said[1]
    assert answering.step == "survey_ease"
    await answering.say("10")
    assert answering.step == "survey_ease"


async def test_an_earlier_answer_is_taken_back(answering: Talk) -> None:
    await answering.say("2")
    await answering.say("4")
    await answering.say("la nota que di está mal, quería poner 5", intent="correct_previous")
    assert answering.step == "survey_score"
    await answering.say("5")
    assert answering.step == "survey_treatment"
    await answering.say("me equivoqué en la anterior", intent="correct_previous")
    assert answering.step == "survey_score"
    await answering.say("5")
    await answering.say("salir")
    assert answering.kept[0]["answers"] == {"survey_ease": 4, "survey_score": 5}


@pytest.mark.parametrize(
    ("told", "intent", "crime"),
    [
        ("el policía de la puerta me pidió plata para dejarme pasar", "answer", 0.99),
        ("ayer me sacaron la billetera en el mercado", "answer", 0.8),
        ("quiero denunciar un robo", "cancel", 0.99),
    ],
)
async def test_a_crime_told_instead_of_an_answer_is_taken_as_a_complaint(
    answering: Talk, told: str, intent: str, crime: float
) -> None:
    await answering.say("2")
    await answering.say(told, intent=intent, crime=crime)
    assert answering.step is None
    assert answering.slots["service"] == "complaint"
    assert answering.kept == [{"about": "general:0", "answers": {"survey_score": 2}}]
    answering.slots |= {"requested_slot": "survey_ease", "service": "survey"}
    await answering.say(told, intent=intent, crime=crime)  # the same turn, done again
    assert answering.slots["service"] == "complaint"
    assert len(answering.kept) == 1


async def test_dissatisfaction_that_the_classifier_takes_for_a_kind_of_incident_is_no_complaint(
    answering: Talk,
) -> None:
    await answering.say("el sistema se colgó a cada rato", crime=0.87)
    assert answering.step == "survey_score"
    assert answering.said == sentence("talk.not_understood")


async def test_who_only_says_how_it_was_is_asked_whether_they_want_to_answer(talk: Talk) -> None:
    await talk.say("demoraron cuatro horas en atenderme", intent="survey")
    assert talk.step == "survey_offer"
    await talk.say("ya pues, pero rapidito")
    assert talk.step == "survey_score"


@pytest.mark.parametrize("answer", ["no, gracias", "ahorita no", "cancelar"])
async def test_the_offer_is_easily_declined(talk: Talk, answer: str) -> None:
    await talk.say("pésimo servicio", intent="survey")
    await talk.say(answer)
    assert talk.step is None
    assert talk.kept == []


async def test_a_crime_told_at_the_offer_is_taken_as_a_complaint(talk: Talk) -> None:
    await talk.say("me atendieron pésimo", intent="survey")
    await talk.say("el policía de la puerta me pidió plata para dejarme pasar", crime=0.9)
    assert talk.slots["service"] == "complaint"
    assert talk.step is None


async def test_a_turn_done_again_after_the_answers_were_kept_thanks_again(answering: Talk) -> None:
    answering.slots["requested_slot"] = "survey_comment"
    await answering.say(choice="skip", intent="choice")
    answering.draft["survey"]["answers"] = {"survey_score": 4}
    await answering._keep("")
    answering.slots["requested_slot"] = "survey_comment"
    await answering.say("todo bien, gracias por atender")
    assert answering.said == sentence("survey.thanks")
    assert len(answering.kept) == 1


async def test_another_complaint_does_not_forget_what_there_was_an_opinion_of(answering: Talk) -> None:
    await answering.say("4")
    await answering.say("salir")
    answering.draft |= {"attempt": 1, "full_name": "Rosa", "sworn_at": SENT_AT.isoformat()}
    ComplaintIntake(answering.draft).forget()
    assert answering.draft == {"attempt": 1, "surveyed": ["general:0"]}
