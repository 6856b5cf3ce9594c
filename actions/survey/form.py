"""The survey of how somebody was served: a question a turn, left at any of them, and what was answered kept to nobody's name."""

import re
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import station
from actions.complaint.form import start
from actions.complaint.intake import ComplaintIntake
from actions.survey.answering import Answering, read
from actions.survey.offer import GENERAL
from actions.turn import Turn, is_back_from_digression
from actions.understanding.answers import Reading
from actions.understanding.choices import read_incident_type
from actions.understanding.outcome import decide
from actions.understanding.text import fold
from vocabulary.dialogue import Choice, Outcome, Service
from vocabulary.incidents import IncidentType
from vocabulary.steps import SURVEY_STEPS, Step

type Events = list[dict[str, Any]]

_FORM = "survey_form"
_TRIES = 2
_STORY_WORDS = 4
_SURE_TYPE, _NAMED_TYPE = 0.9, 0.6
"""How sure the kind of incident must be, by itself and where the words name one: of dissatisfaction too it guesses some."""
_WISH = re.compile(r"\b(?:calific\w*|encuesta\w*|opin(?:ar|ion\w*)|evalu\w*|puntu\w*|puntaje|estrell\w*|valorar)\b")
"""Words that ask for the survey itself; others tell how it was, and are asked whether they want it."""
_LEFT_TO_RULES = (Outcome.HUMAN, Outcome.CHANGE_LANGUAGE, Outcome.CHITCHAT)


class ValidateSurveyForm(Action):
    """Takes an answer to the survey; danger, a person, a language and small talk it leaves to the rules."""

    def name(self) -> str:
        return f"validate_{_FORM}"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn = await Turn.open(dispatcher, tracker)
        about, tries = tracker.get_slot("rendered") or GENERAL, int(tracker.get_slot("tries") or 0)
        if turn.step not in SURVEY_STEPS:
            return await _begin(turn, about)
        if is_back_from_digression(tracker, _FORM):
            return _ask(turn.step)
        if turn.choice is None and turn.intent == Outcome.EMERGENCY:
            await _keep(turn)
            return []
        if turn.attachments and not turn.text:
            turn.say("talk.file_kept")
            return _ask(turn.step, tries)
        if turn.step is Step.SURVEY_OFFER:
            return await _offered(turn, about, tries)
        if "survey" not in turn.draft:  # it was kept, and the turn is done again, or was left for long
            if turn.step is not Step.SURVEY_COMMENT and _tells_of_a_crime(turn):
                return _end(Service.COMPLAINT)
            turn.say("survey.thanks" if about in turn.draft.get("surveyed", ()) else "survey.nothing_kept")
            return _end()
        return await _answered(turn, Answering(turn.draft), tries)


async def _begin(turn: Turn, about: str) -> Events:
    if about in turn.draft.get("surveyed", ()):
        turn.say("survey.already")
        return _end()
    if turn.choice == Choice.SURVEY or _WISH.search(fold(turn.read_text)):
        return await _first(turn, about)
    return _ask(Step.SURVEY_OFFER)


async def _first(turn: Turn, about: str) -> Events:
    answering = Answering(turn.draft)
    answering.begin(about)
    await turn.save()
    turn.say("survey.begin", count=len(answering.questionnaire.asked({})))
    return _ask(answering.next_step())


async def _offered(turn: Turn, about: str, tries: int) -> Events:
    if turn.choice is not None:
        outcome, reading = Outcome.ANSWER, Reading(turn.choice == Choice.YES)
    else:
        outcome, found = decide(Step.SURVEY_OFFER, intent=turn.intent, text=turn.read_text, now=turn.sent_at)
        reading = found or Reading(None)
    if outcome is Outcome.QUESTION:
        turn.say("ask.survey_offer.why")
        return _ask(Step.SURVEY_OFFER)
    if outcome in _LEFT_TO_RULES and turn.intent == outcome:
        return []
    if outcome is Outcome.ANSWER and reading.value is True:
        return await _first(turn, about)
    if reading.value is None and _tells_of_a_crime(turn):
        return _end(Service.COMPLAINT)
    declined = outcome in (Outcome.CANCEL, Outcome.REFUSE, Outcome.DONT_KNOW) or reading.value is False
    if not declined and tries + 1 < _TRIES:
        turn.say("talk.not_understood")
        return _ask(Step.SURVEY_OFFER, tries + 1)
    turn.say("survey.nothing_kept")
    return _end()


async def _answered(turn: Turn, answering: Answering, tries: int) -> Events:
    assert turn.step is not None
    step = turn.step
    outcome, answer = read(turn, answering.questionnaire)
    if outcome is Outcome.QUESTION:
        turn.say(f"ask.{step}.why")
        return _ask(step)
    if outcome in _LEFT_TO_RULES and turn.intent == outcome:
        return []
    if answer is None and outcome in (Outcome.ANSWER, Outcome.CANCEL) and _tells_of_a_crime(turn):
        await _keep(turn)
        return _end(Service.COMPLAINT)
    if outcome is Outcome.CANCEL:
        turn.say("survey.ended" if await _keep(turn) else "survey.nothing_kept")
        return _end()
    if outcome is Outcome.CORRECT_PREVIOUS and answering.take_back(turn.read_text):
        turn.say("survey.again")
    elif answer is not None or outcome in (Outcome.REFUSE, Outcome.DONT_KNOW):
        answering.answers[step] = answer
    elif tries + 1 < _TRIES:
        turn.say("talk.not_understood")
        return _ask(step, tries + 1)
    elif tries + 1 == _TRIES:
        turn.say("survey.way_out", example=turn.sentence(f"ask.{step}.example"))
        return _ask(step, tries + 1)
    else:
        answering.answers[step] = None
    await turn.save()
    following = answering.next_step()
    if following is None:
        turn.say("survey.thanks" if await _keep(turn) else "survey.nothing_kept")
        return _end()
    return _ask(following)


def _tells_of_a_crime(turn: Turn) -> bool:
    """Whether what is no answer is the account of something to be registered, or the wish to."""
    if turn.choice is not None or not turn.incident_types or len(turn.read_text.split()) < _STORY_WORDS:
        return False
    named = read_incident_type(turn.read_text)
    return turn.incident_types[0][1] >= (_NAMED_TYPE if named and named[0] is not IncidentType.OTHER else _SURE_TYPE)


async def _keep(turn: Turn) -> bool:
    """Have what was answered so far kept, apart from the conversation; whether there was anything."""
    return "survey" in turn.draft and await station.keep_survey(turn.conversation_id)


def _ask(step: Step | None, tries: int = 0) -> Events:
    return [
        SlotSet("service", Service.SURVEY.value),
        SlotSet("tries", tries),
        SlotSet("requested_slot", step.value if step else None),
    ]


def _end(service: Service | None = None) -> Events:
    return [
        SlotSet("service", service.value if service else None),
        SlotSet("tries", 0),
        SlotSet("requested_slot", None),
    ]


class AfterSurvey(Action):
    """Takes the complaint that was told instead of an answer."""

    def name(self) -> str:
        return "action_after_survey"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        if tracker.get_slot("service") != Service.COMPLAINT:
            return []
        turn = await Turn.open(dispatcher, tracker)
        start(turn, ComplaintIntake(turn.draft))
        await turn.save()
        return [SlotSet("intake", "open"), FollowupAction("complaint_form")]
