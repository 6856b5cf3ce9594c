"""The services besides the complaint: a person, a copy's verification, and leaving."""

import re
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import station
from actions.complaint.ask import ask
from actions.survey.offer import rendered
from actions.turn import Turn, is_back_from_digression
from actions.understanding.answers import read
from actions.understanding.text import fold
from vocabulary.dialogue import RETURNED_INTENT, Choice, Handover, Service
from vocabulary.incidents import INTAKES, IncidentType
from vocabulary.steps import Step

type Events = list[dict[str, Any]]

_CANNOT_SPEAK = re.compile(
    r"\bno (?:puedo|puede|debo) (?:hablar|llamar|hacer (?:ruido|bulla))|\b(?:soy|es) (?:sord[oa]|mud[oa]|sordomud[oa])"
    r"|\bno (?:escucho|oigo)\b|\b(?:estoy|estamos) escondid[oa]s?\b|\bme (?:va a|puede) (?:oir|escuchar)"
)
_LIMA = ZoneInfo("America/Lima")


class NotUnderstood(Action):
    """Says so, and puts the open question again; every third time in a row it shows an example or a person."""

    def name(self) -> str:
        return "action_not_understood"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn = await Turn.open(dispatcher, tracker)
        tries = int(tracker.get_slot("tries") or 0) + 1
        if turn.step is None:
            turn.say("talk.unclear" if tries < 3 else "talk.way_round", choices=[Choice.HUMAN] if tries >= 3 else [])
        else:
            turn.say(
                "talk.not_understood" if tries < 3 else "talk.way_round", choices=[Choice.HUMAN] if tries >= 3 else []
            )
            ask(turn, turn.step)
        return [SlotSet("tries", tries), FollowupAction("action_listen")]


class AskForPerson(Action):
    """Puts the conversation in the queue for a person, and says honestly what that means now."""

    def name(self) -> str:
        return "action_ask_for_person"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn = await Turn.open(dispatcher, tracker)
        in_danger = bool(tracker.get_slot("emergency")) or bool(_CANNOT_SPEAK.search(fold(turn.read_text)))
        kind = turn.draft.get("incident_type")
        priority = INTAKES[IncidentType(kind)].priority if kind else False
        on_duty, duty = await station.ask_for_person(turn.conversation_id, urgency=2 if in_danger else int(priority))
        key = "human_queued" if turn.handover == Handover.NONE else "human_already"
        choices = [] if on_duty else [Choice.CALLBACK]
        turn.say("talk.human_top" if in_danger else f"talk.{key}", duty=duty, choices=choices)
        return []


class ValidateVerifyForm(Action):
    """Reads a verification code and says what the register knows of it."""

    def name(self) -> str:
        return "validate_verify_form"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn = await Turn.open(dispatcher, tracker)
        again = [SlotSet("service", "verify_document"), SlotSet("requested_slot", Step.VERIFY_CODE.value)]
        if is_back_from_digression(tracker, "verify_form"):
            return again
        if turn.intent in ("emergency", "human") and turn.step is Step.VERIFY_CODE:
            return []
        reading = read(Step.VERIFY_CODE, turn.read_text, now=turn.sent_at)
        if reading is None or not isinstance(reading.value, str):
            if turn.step is not Step.VERIFY_CODE:
                return again
            if turn.intent not in ("answer", "choice"):
                return []
            turn.say("talk.code_wrong", example=turn.sentence("ask.verify_code.example"))
            return [*again, SlotSet("tries", 0)]
        await _tell_verdict(turn, reading.value)
        ended = [SlotSet("service", None), SlotSet("requested_slot", None)]
        return [*ended, rendered(tracker, Service.VERIFY_DOCUMENT)]


async def _tell_verdict(turn: Turn, code: str) -> None:
    try:
        verdict = await station.verify(code)
    except station.NotFound:
        turn.say("talk.code_unknown")
        return
    if verdict["valid"]:
        issued = datetime.fromisoformat(verdict["issued_at"]).astimezone(_LIMA)
        turn.say("talk.code_valid", case_number=verdict["case_number"], issued_at=f"{issued:%d/%m/%Y, %H:%M}")
    else:
        turn.say("talk.code_not_valid", reason=" ".join(verdict["reasons"]))


class ValidateCancelForm(Action):
    """Reads whether the citizen really wants to give up the complaint."""

    def name(self) -> str:
        return "validate_cancel_form"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn = await Turn.open(dispatcher, tracker)
        again = [SlotSet("requested_slot", Step.CANCEL_CONFIRM.value)]
        if turn.step is not Step.CANCEL_CONFIRM or is_back_from_digression(tracker, "cancel_form"):
            return again
        if turn.intent in ("emergency", "human", RETURNED_INTENT):
            return []
        if turn.choice in (Choice.YES, Choice.NO):
            leave: object = turn.choice == Choice.YES
        else:
            reading = read(Step.CANCEL_CONFIRM, turn.read_text, now=turn.sent_at)
            leave = reading.value if reading else None
        if leave is None and turn.intent == "cancel":
            leave = True
        if leave is None:
            turn.say("talk.not_understood")
            return [*again, SlotSet("tries", 0)]
        return [SlotSet("cancelled", bool(leave)), SlotSet("requested_slot", None)]
