"""What a person of the staff does beside the dialogue: giving it back, and writing down an answer for the citizen."""

from datetime import datetime
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.complaint.intake import ComplaintIntake
from actions.complaint.settling import settle
from actions.turn import Turn
from actions.understanding.answers import read
from vocabulary.dialogue import Handover
from vocabulary.steps import Step

type Events = list[dict[str, Any]]


class GoOn(Action):
    """The bot has the conversation again: the form puts its open question; where there is none, what is wanted is asked."""

    def name(self) -> str:
        return "action_go_on"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn = await Turn.open(dispatcher, tracker)
        if turn.step is None:
            turn.say("chat.utter.anything_else")
        return []


class Note(Action):
    """Reads what an operator writes for a step as the form would, and answers the draft that comes of it, or None."""

    def name(self) -> str:
        return "action_note"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        asked = tracker.latest_message["metadata"]
        step, draft = Step(asked["step"]), asked["draft"]
        turn = Turn(
            conversation_id="", step=step, intent="answer", incident_types=[], draft=draft, text=asked["text"],
            choice=None, location=None, attachments=0, sent_at=datetime.fromisoformat(asked["now"]),
            language=asked["language"], handover=Handover.ACTIVE, case_number=None, own=False,
            dispatcher=CollectingDispatcher(),
        )  # fmt: skip
        dispatcher.utter_message(json_message={"draft": draft if _taken(turn, step) else None})
        return []


def _taken(turn: Turn, step: Step) -> bool:
    """Whether the step is settled by what was written; the draft is then marked as filled by an operator."""
    intake = ComplaintIntake(turn.draft)
    kind = turn.draft.get("document_type")
    reading = read(step, turn.read_text, now=turn.sent_at, place=turn.draft.get("place"), document_type=kind)
    if reading is None:
        return False
    again = turn.draft.get("again")
    intake.reopen(step)
    settle(turn, intake, step, reading)
    if step not in intake.settled:
        return False
    intake.settle(step, "operator")
    if again and again != step:
        turn.draft["again"] = again
    return True
