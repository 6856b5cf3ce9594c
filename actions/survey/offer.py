"""Which service an opinion is about, and offering to give one: a choice beside what was said, never a question in the way."""

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet

from actions.turn import Turn
from vocabulary.dialogue import Choice, Handover, Service

GENERAL = "general:0"
"""What an opinion is about where this conversation rendered no service."""


def rendered(tracker: Tracker, service: Service) -> dict[str, Any]:
    """The event that notes a service rendered, which the next opinion is about; each counts once."""
    _, _, number = (tracker.get_slot("rendered") or GENERAL).partition(":")
    event: dict[str, Any] = SlotSet("rendered", f"{service}:{int(number) + 1}")
    return event


def offer_survey(turn: Turn) -> None:
    """Offer it with a choice, save to who waits for a person."""
    if turn.handover == Handover.NONE:
        turn.say("survey.after", choices=[Choice.SURVEY])
