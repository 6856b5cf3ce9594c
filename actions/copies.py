"""Copies of a complaint: those of the conversation's own case again; of any other, a second copy for who shows that it is theirs."""

import re
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import station
from actions.survey.offer import offer_survey, rendered
from actions.turn import Turn, is_back_from_digression
from actions.understanding.answers import read
from actions.understanding.text import fold
from vocabulary.codes import find_case_number
from vocabulary.dialogue import Choice, Service
from vocabulary.steps import Step

type Events = list[dict[str, Any]]

_FORM = "copy_form"
_STEPS = (Step.COPY_CASE_NUMBER, Step.COPY_IDENTITY, Step.OTP, Step.COPY_CHOICE)
_TRIES = 3
_CONTACT = r"(?:celular|cel|celu|telefono|numero|correo|linea|chip)"
_GONE = re.compile(
    rf"\b(?:ya no (?:tengo|uso)|robaron|perdi|cambie)\b.*\b{_CONTACT}\b|\b{_CONTACT}\b.*\b(?:ya no|robaron|perdi|cambie)\b"
)
_WAITS = re.compile(r"\b(?:aun|todavia|espere|espera|momento|demora|senal)\b")
_AGAIN = re.compile(
    r"\b(?:otra vez|de nuevo|reenvi\w*|no (?:me )?(?:llega|llego|ha llegado|recibi)|vuelv\w+ a enviar)\b"
)


class ValidateCopyForm(Action):
    """Asks for the complaint, its complainant's document and the code that was sent; the code brings the copy."""

    def name(self) -> str:
        return f"validate_{_FORM}"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn = await Turn.open(dispatcher, tracker)
        number = tracker.get_slot("case_asked")
        if turn.step not in _STEPS or tracker.get_slot("service") != "second_copy":
            return await self._begin(turn)
        if is_back_from_digression(tracker, _FORM):
            return _ask(turn.step, number)
        if turn.intent in ("emergency", "human"):
            return []
        if turn.step is Step.COPY_CHOICE:
            return await self._choose(turn, tracker)
        said = fold(turn.read_text)
        if turn.step is Step.OTP and _AGAIN.search(said):
            return await self._send_again(turn, number)
        if turn.intent == "cancel":
            return []
        if turn.step is Step.OTP and _WAITS.search(said) and not _GONE.search(said):
            turn.say("ask.otp.why")
            return _ask(Step.OTP, number)
        reading = read(turn.step, turn.read_text, now=turn.sent_at)
        if reading is None or not isinstance(reading.value, str):
            gone = turn.step is Step.OTP and _GONE.search(said)
            if gone or turn.choice == Choice.DONT_KNOW or turn.intent == "dont_know":
                return self._without(turn, number)
            if turn.intent not in ("answer", "choice", ""):
                return []
            tries = int(tracker.get_slot("tries") or 0) + 1
            if tries >= _TRIES or (reading and reading.value is False):
                return self._without(turn, number)
            turn.say("talk.try_example", example=turn.sentence(f"ask.{turn.step}.example"))
            return [*_ask(turn.step, number), SlotSet("tries", tries)]
        if turn.step is Step.COPY_CASE_NUMBER:
            return _ask(Step.COPY_IDENTITY, reading.value)
        if turn.step is Step.COPY_IDENTITY:
            return await self._send_code(turn, number, reading.value)
        return await self._code(turn, number, reading.value, tracker)

    async def _begin(self, turn: Turn) -> Events:
        told = find_case_number(turn.read_text)
        if turn.own_case and told in (None, turn.own_case):
            again = await station.deliver_again(turn.conversation_id)
            turn.say("talk.copy_again" if again else "talk.copy_not_yet", case_number=turn.own_case)
            return _end()
        return _ask(Step.COPY_IDENTITY if told else Step.COPY_CASE_NUMBER, told)

    def _without(self, turn: Turn, number: str | None) -> Events:
        """What is possible for who has not what was asked."""
        if turn.step is Step.COPY_CASE_NUMBER:
            turn.say("talk.copy_without_number")
            return _ask(Step.COPY_IDENTITY, None)
        turn.say("talk.copy_at_station", choices=[Choice.HUMAN])
        return _end()

    async def _send_code(self, turn: Turn, number: str | None, document_number: str) -> Events:
        try:
            await station.ask_for_copy(turn.conversation_id, case_number=number, document_number=document_number)
        except station.TooManyRequests:
            turn.say("talk.copy_too_often", choices=[Choice.HUMAN])
            return _end()
        except station.Conflict:
            turn.say("talk.copy_at_station", choices=[Choice.HUMAN])
            return _end()
        turn.say("talk.code_sent")
        return _ask(Step.OTP, number)

    async def _send_again(self, turn: Turn, number: str | None) -> Events:
        try:
            await station.send_code_again(turn.conversation_id)
        except (station.TooManyRequests, station.NotFound, station.Conflict):
            turn.say("talk.copy_too_often", choices=[Choice.HUMAN])
            return _end()
        turn.say("talk.code_sent")
        return _ask(Step.OTP, number)

    async def _code(self, turn: Turn, number: str | None, code: str, tracker: Tracker) -> Events:
        found = await station.answer_code(turn.conversation_id, code)
        if found["answer"] == "wrong":
            turn.say("talk.code_not_right" if found["left"] > 1 else "talk.code_last_try", left=found["left"])
            return _ask(Step.OTP, number)
        if found["answer"] == "later":
            turn.say("talk.code_later")
            return _ask(Step.OTP, number)
        return _tell(turn, found, tracker)

    async def _choose(self, turn: Turn, tracker: Tracker) -> Events:
        chosen = turn.choice or find_case_number(turn.read_text)
        if chosen is None:
            if turn.intent not in ("answer", "choice", ""):
                return []
            turn.say("talk.not_understood")
            return _ask(Step.COPY_CHOICE, None)
        return _tell(turn, await station.choose_case(turn.conversation_id, chosen), tracker)


def _tell(turn: Turn, found: dict[str, Any], tracker: Tracker) -> Events:
    """Say what came of a code that was right or is over."""
    if found["answer"] != "right":
        turn.say(f"talk.code_{found['answer']}")
    elif found["cases"]:
        return [*_ask(Step.COPY_CHOICE, None), SlotSet("cases_offered", found["cases"])]
    elif found["pay_at"]:
        turn.say("talk.copy_to_pay", amount=found["amount"], url=found["pay_at"])
    else:
        turn.say("talk.copy_under_way", number=found["number"])
        if not found["disclosure"]:
            offer_survey(turn)
        return [*_end(), rendered(tracker, Service.SECOND_COPY)]
    return _end()


def _ask(step: Step, number: str | None) -> Events:
    return [
        SlotSet("service", "second_copy"),
        SlotSet("case_asked", number),
        SlotSet("tries", 0),
        SlotSet("requested_slot", step.value),
    ]


def _end() -> Events:
    return [
        SlotSet("service", None),
        SlotSet("case_asked", None),
        SlotSet("cases_offered", None),
        SlotSet("requested_slot", None),
    ]


class AskCopyChoice(Action):
    """Offers the complaints that a second copy may be of."""

    def name(self) -> str:
        return f"action_ask_{Step.COPY_CHOICE}"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn = await Turn.open(dispatcher, tracker)
        turn.say("ask.copy_choice.question", choices=[(case, case) for case in tracker.get_slot("cases_offered") or ()])
        return []


class TakeContactCode(Action):
    """Takes the code that was sent after filing, which proves the contact."""

    def name(self) -> str:
        return "action_take_contact_code"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn = await Turn.open(dispatcher, tracker)
        code = read(Step.OTP, turn.read_text, now=turn.sent_at)
        found = await station.verify_contact(turn.conversation_id, str(code.value if code else ""))
        turn.say(f"talk.contact_{found}")
        return []
