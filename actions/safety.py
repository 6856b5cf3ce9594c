"""Danger: the lines at once, the honest word that nobody was sent, and the way on afterwards."""

from dataclasses import replace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.complaint.intake import ComplaintIntake
from actions.complaint.narration import take_story
from actions.complaint.settling import settle
from actions.turn import Turn, is_back_from_digression
from actions.understanding.answers import Reading, read
from vocabulary.dialogue import RETURNED_INTENT, Choice
from vocabulary.steps import Step

type Events = list[dict[str, Any]]

_FORM = "safety_form"
_STORY_WORDS = 8
_TOLD_FREELY = frozenset({Step.SUSPECTS, Step.WITNESSES, Step.INJURIES, Step.MISSING_PERSON, Step.DAMAGE})


class Alarm(Action):
    """Says whom to call. A story told with the alarm is kept, so that it need not be told twice."""

    def name(self) -> str:
        return "action_alarm"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn = await Turn.open(dispatcher, tracker)
        again = bool(tracker.get_slot("emergency"))
        turn.say("talk.alarm_again" if again else "talk.alarm")
        intake = ComplaintIntake(turn.draft)
        is_open = tracker.get_slot("intake") == "open"
        asked_story = turn.step in (None, Step.NARRATIVE) and not turn.draft.get("sworn_at")
        if asked_story and not turn.draft.get("narrative") and len((turn.text or "").split()) >= _STORY_WORDS:
            take_story(turn, intake, whole=True)
            await turn.save()
            is_open = True
        elif is_open and turn.step not in (None, Step.SAFE_NOW) and turn.text:
            turn.draft["held"] = {"step": turn.step, "text": turn.read_text}
            await turn.save()
        events = [SlotSet("emergency", True)]
        return [*events, SlotSet("intake", "open"), SlotSet("service", "complaint")] if is_open else events


class ValidateSafetyForm(Action):
    """Reads whether the citizen is safe; whatever else is written, the lines stay on the screen."""

    def name(self) -> str:
        return f"validate_{_FORM}"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn = await Turn.open(dispatcher, tracker)
        ask_again = [SlotSet("requested_slot", Step.SAFE_NOW.value)]
        if turn.step is not Step.SAFE_NOW or is_back_from_digression(tracker, _FORM):
            return ask_again
        if turn.intent in ("emergency", "human", RETURNED_INTENT):
            return []
        if turn.choice in (Choice.YES, Choice.NO):
            safe: bool | None = turn.choice == Choice.YES
        else:
            reading = read(Step.SAFE_NOW, turn.read_text, now=turn.sent_at)
            safe = reading.value if reading else None
        if safe is None:
            turn.say("talk.alarm_again")
            return [*ask_again, SlotSet("tries", 0)]
        _note_safety(turn, safe=bool(safe))
        await turn.save()
        return [SlotSet("emergency", False), SlotSet("requested_slot", None)]


def _note_safety(turn: Turn, *, safe: bool) -> None:
    """Note the answer. Of who is safe, the message that raised the alarm was an answer after all, if it reads as one."""
    intake = ComplaintIntake(turn.draft)
    settle(turn, intake, Step.SAFE_NOW, Reading(safe))
    held = turn.draft.pop("held", None)
    if safe and held:
        step, meant = Step(held["step"]), replace(turn, text=held["text"])
        reading = read(step, meant.read_text, now=turn.sent_at)
        if reading and (reading.sure or step in _TOLD_FREELY):
            settle(meant, intake, step, reading)


class AfterAlarm(Action):
    """Goes on with the complaint under way, or offers to take one."""

    def name(self) -> str:
        return "action_after_alarm"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        if tracker.get_slot("intake") == "open":
            return [FollowupAction("complaint_form")]
        turn = await Turn.open(dispatcher, tracker)
        turn.say("talk.offer_complaint")
        return []
