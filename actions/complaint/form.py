"""Reading a turn of the intake: one message is understood as a whole before anything is settled."""

import re
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.complaint.intake import ComplaintIntake
from actions.complaint.narration import take_story
from actions.complaint.settling import ADDS, ASKS, CORRECTS, LEAVES, leave_unknown, settle
from actions.turn import Turn, is_back_from_digression
from actions.understanding.answers import Reading
from actions.understanding.identity import read_document_type
from actions.understanding.outcome import decide
from actions.understanding.text import fold
from vocabulary.dialogue import Choice, Outcome
from vocabulary.incidents import IncidentType
from vocabulary.places import by_ubigeo, nearest
from vocabulary.steps import Step

_FORM = "complaint_form"
_WAY_ROUND = 3
_ADDING_WORDS = 3
_ONLINE = re.compile(
    r"\b(?:internet|facebook|face|instagram|tiktok|whatsapp|wsp|wasap|telegram|online|en linea|virtual\w*|por (?:telefono|celular|llamada|mensaje|redes|app)|pagina web|marketplace)\b"
)
"""Where nothing happened at any place."""
_READ_AS = {
    Outcome.CORRECT_PREVIOUS: Reading(None, facts={CORRECTS: True}),
    Outcome.QUESTION: Reading(None, facts={ASKS: True}),
    Outcome.DONT_KNOW: Reading(None, facts={LEAVES: "dont_know"}),
    Outcome.REFUSE: Reading(None, facts={LEAVES: "skipped"}),
}
"""What words mean that the classifier took for an answer; what it named itself, the rules do."""


class ValidateComplaintForm(Action):
    """Takes the answer, or leaves the turn to the rules by settling nothing."""

    def name(self) -> str:
        return f"validate_{_FORM}"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        turn = await Turn.open(dispatcher, tracker)
        intake = ComplaintIntake(turn.draft)
        if is_back_from_digression(tracker, _FORM):
            return _ask_next(intake)
        if tracker.get_slot("intake") != "open":
            start(turn, intake)
            await turn.save()
            return [SlotSet("intake", "open"), SlotSet("service", "complaint"), *_ask_next(intake)]
        step = turn.step or Step.NARRATIVE
        if turn.attachments and step is not Step.EVIDENCE and not turn.text:
            closed = intake.incident_type is IncidentType.SEXUAL_VIOLENCE
            turn.say("talk.file_closed" if closed else "talk.file_kept")
            return _ask_next(intake)
        reading = _read(turn, intake, step)
        if reading is None and _names_another_document(turn, intake, step):
            await turn.save()
            return _ask_next(intake)
        if reading is None:
            if turn.intent not in (Outcome.ANSWER, "choice", ""):
                return []
            return await _not_read(turn, intake, int(tracker.get_slot("tries") or 0), step)
        refused = settle(turn, intake, step, reading)
        await turn.save()
        if refused:
            return [SlotSet("intake", "refused"), SlotSet("requested_slot", None)]
        return _ask_next(intake)


def _ask_next(intake: ComplaintIntake, *, tries: int = 0) -> list[dict[str, Any]]:
    step = intake.next_step()
    events = [SlotSet("tries", tries), SlotSet("requested_slot", step.value if step else None)]
    if step is None:
        events.append(SlotSet("intake", "complete"))
    return events


def start(turn: Turn, intake: ComplaintIntake) -> None:
    """Begin a complaint with what the first message already says; it is kept only if the citizen consents."""
    filed = bool(intake.draft.get("sworn_at"))
    attempt = intake.draft.get("attempt", 1) + (1 if filed else 0)
    if filed:
        intake.forget()
    intake.draft["attempt"] = attempt
    if turn.choice in set(IncidentType):
        intake.draft["incident_type"] = turn.choice
        intake.settle(Step.INCIDENT_TYPE)
    elif turn.text and not intake.draft.get("narrative"):
        take_story(turn, intake, whole=False)


def _read(turn: Turn, intake: ComplaintIntake, step: Step) -> Reading | None:
    """The answer that the turn holds; None if it holds none, and the rules or the next question decide."""
    if turn.choice is None and turn.intent == Outcome.EMERGENCY:
        return None
    if turn.choice is not None:
        return _of_choice(turn.choice, step)
    if turn.location and step in (Step.PLACE, Step.CLARIFY):
        return Reading(value=None, sure=True, candidates=tuple(nearest(*turn.location, 3)))
    if step is Step.EVIDENCE and turn.attachments:
        turn.say("talk.file_received")
        return Reading(value=turn.text or True, sure=True)
    if not turn.text:
        return None
    options: dict[str, Any] = {}
    if step in (Step.PLACE, Step.CLARIFY):
        options = {"options": [p.title for p in intake.candidates], "place": intake.draft.get("place")}
    if step is Step.DOCUMENT_NUMBER:
        options = {"document_type": intake.draft.get("document_type")}
    likely = turn.incident_types[0][0] if turn.incident_types else None
    outcome, reading = decide(step, intent=turn.intent, text=turn.read_text, now=turn.sent_at, likely=likely, **options)
    if (
        step is Step.PLACE
        and reading is None
        and outcome in (Outcome.ANSWER, Outcome.CHITCHAT)
        and _ONLINE.search(fold(turn.read_text))
    ):
        return _READ_AS[Outcome.DONT_KNOW]
    if turn.intent != Outcome.ANSWER or outcome is Outcome.ANSWER:
        adds = step is Step.CONFIRM and outcome is Outcome.ANSWER and _adds(turn, intake, reading)
        return Reading(None, facts={ADDS: True}) if adds else reading
    return _READ_AS.get(outcome)


def _adds(turn: Turn, intake: ComplaintIntake, reading: Reading | None) -> bool:
    """Whether what is written at the summary adds to the complaint: more than a word, and about nothing settled yet."""
    if len(turn.read_text.split()) < _ADDING_WORDS:
        return False
    return reading is None or (not reading.sure and reading.facts.get("field") in set(Step) - set(intake.settled))


def _names_another_document(turn: Turn, intake: ComplaintIntake, step: Step) -> bool:
    """Whether the citizen said which document they have, without its number yet: it is then asked by its name."""
    if step is not Step.DOCUMENT_NUMBER or turn.choice or turn.intent != Outcome.ANSWER:
        return False
    kind = read_document_type(turn.read_text)
    if kind in (None, "none", intake.draft.get("document_type", "dni")):
        return False
    intake.draft["document_type"] = kind
    return True


def _of_choice(choice: str, step: Step) -> Reading | None:
    if choice in (Choice.YES, Choice.CONFIRM):
        return Reading(value=True, sure=True)
    if choice in (Choice.NO, Choice.CORRECT):
        facts = {"document_type": "none"} if step is Step.DOCUMENT_NUMBER else {}
        return Reading(value=False, sure=True, facts=facts)
    if choice in (Choice.SKIP, Choice.DONT_KNOW):
        return Reading(
            value=None, sure=True, facts={"settled": {Choice.SKIP: "skipped"}.get(Choice(choice), "dont_know")}
        )
    if choice in by_ubigeo():
        return Reading(value=choice, sure=True, candidates=(by_ubigeo()[choice],))
    if choice in set(IncidentType):
        return Reading(value=choice, sure=True)
    return None


async def _not_read(turn: Turn, intake: ComplaintIntake, tries: int, step: Step) -> list[dict[str, Any]]:
    """Ask again in other words: plainly, then with an example, then with a way round; then it is left open, where it may be."""
    tries += 1
    asked = Step.PLACE if step is Step.CLARIFY else step
    example = turn.sentence(f"ask.{step}.example")
    if step is Step.DOCUMENT_NUMBER and tries == 1:
        label = turn.sentence(f"labels.document_type.{intake.draft.get('document_type', 'dni')}")
        turn.say("talk.document_number_wrong", document=label, example=example)
    elif step is Step.PLACE and tries == 1:
        turn.say("talk.place_unknown", example=example)
    elif tries == 1:
        turn.say("talk.not_understood")
    elif tries == _WAY_ROUND:
        turn.say("talk.way_round", choices=[Choice.HUMAN])
    elif tries > _WAY_ROUND and (intake.may_skip(asked) or asked is Step.SAFE_NOW):
        leave_unknown(turn, intake, asked)
        await turn.save()
        tries = 0
    else:
        turn.say("talk.try_example", example=example)
    return _ask_next(intake, tries=tries)
