"""A wish to be called: a telephone and a time that the citizen chooses, where nobody is on duty."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import station
from actions.turn import Turn, is_back_from_digression
from actions.understanding.answers import read
from actions.understanding.text import cleaned
from vocabulary.dialogue import CALLBACK_INTENT, Choice, Outcome
from vocabulary.steps import Step

type Events = list[dict[str, Any]]

_FORM = "callback_form"
_STEPS = (Step.CALLBACK_PHONE, Step.CALLBACK_TIME)
_READ = ("answer", "choice", "human", CALLBACK_INTENT, Outcome.DONT_KNOW)
"""Intents under which a number or a time may be told; all else is the rules'."""
_TRIES = 3


class ValidateCallbackForm(Action):
    """Takes the telephone, then the time; leaving is easy, and what can't be read is not asked for ever."""

    def name(self) -> str:
        return f"validate_{_FORM}"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn = await Turn.open(dispatcher, tracker)
        phone = turn.draft.get("callback_phone")
        open_step = Step.CALLBACK_TIME if phone else Step.CALLBACK_PHONE
        if turn.step not in _STEPS or is_back_from_digression(tracker, _FORM):
            return _asks(open_step)
        if turn.choice == Choice.NO or turn.intent in (Outcome.CANCEL, Outcome.REFUSE):
            return await _ends(turn, "handover.call_left")
        if turn.intent == Outcome.QUESTION:
            turn.say(f"ask.{open_step}.why")
            return _asks(open_step)
        if turn.intent not in _READ:
            return []
        if open_step is Step.CALLBACK_PHONE:
            return await _take_phone(turn, int(tracker.get_slot("tries") or 0))
        when = cleaned(turn.read_text)
        if not when:
            return _asks(open_step)
        await station.ask_for_call(turn.conversation_id, phone=str(phone), when=when[:300])
        return await _ends(turn, "handover.call_done", phone=str(phone), when=when[:300])


def _asks(step: Step, *, tries: int = 0) -> Events:
    return [SlotSet("requested_slot", step.value), SlotSet("tries", tries)]


async def _take_phone(turn: Turn, tries: int) -> Events:
    if turn.choice == Choice.YES:
        number: object = turn.draft.get("phone")
    else:
        reading = read(Step.PHONE, turn.read_text, now=turn.sent_at)
        number = reading.value if reading else None
    if isinstance(number, str):
        turn.draft["callback_phone"] = number
        await turn.save()
        return _asks(Step.CALLBACK_TIME)
    if tries + 1 >= _TRIES:
        return await _ends(turn, "handover.call_left")
    turn.say("handover.call_phone_wrong")
    return _asks(Step.CALLBACK_PHONE, tries=tries + 1)


async def _ends(turn: Turn, key: str, **values: str) -> Events:
    turn.say_text(turn.sentence(key, **values))
    if turn.draft.pop("callback_phone", None):
        await turn.save()
    return [SlotSet("requested_slot", None), SlotSet("tries", 0)]


class AfterCallback(Action):
    """Goes on with the complaint that was under way."""

    def name(self) -> str:
        return "action_after_callback"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        return [FollowupAction("complaint_form")] if tracker.get_slot("intake") == "open" else []
