"""Reading a turn of the intake: one message is understood as a whole before anything is settled."""

import re
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.complaint.correction import correct
from actions.complaint.intake import DRAFT_FIELDS, ComplaintIntake
from actions.complaint.narration import take_story
from actions.complaint.summary import shown_facts
from actions.turn import Turn, is_back_from_digression
from actions.understanding.answers import Reading
from actions.understanding.outcome import decide
from vocabulary.dialogue import Choice, Outcome
from vocabulary.incidents import IncidentType
from vocabulary.places import Place, by_ubigeo, nearest
from vocabulary.steps import Step

_FORM = "complaint_form"
_CORRECTS = "corrects"
_LONG_NUMBER = re.compile(r"\b\d(?:[ -]?\d){13,15}\b")
_WAY_ROUND = 3
_NO_MEANS_NONE = frozenset(
    {Step.STOLEN_ITEMS, Step.WITNESSES, Step.EVIDENCE, Step.SUSPECTS, Step.PHONE, Step.EMAIL, Step.ADDRESS}
)


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
            _start(turn, intake)
            await turn.save()
            return [SlotSet("intake", "open"), SlotSet("service", "complaint"), *_ask_next(intake)]
        step = turn.step or Step.NARRATIVE
        if turn.attachments and step is not Step.EVIDENCE and not turn.text:
            turn.say("talk.file_kept")
            return _ask_next(intake)
        reading = _read(turn, intake, step)
        if reading is None:
            if turn.intent not in (Outcome.ANSWER, "choice", ""):
                return []
            return _not_read(turn, intake, int(tracker.get_slot("tries") or 0), step)
        refused = _settle(turn, intake, step, reading)
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


def _start(turn: Turn, intake: ComplaintIntake) -> None:
    """Begin a complaint with what the first message already says; it is kept only if the citizen consents."""
    filed = bool(intake.draft.get("sworn_at"))
    attempt = intake.draft.get("attempt", 1) + (1 if filed else 0)
    if filed:
        intake.draft.clear()
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
    outcome, reading = decide(step, intent=turn.intent, text=turn.read_text, now=turn.sent_at, **options)
    return Reading(None, facts={_CORRECTS: True}) if _takes_back(turn, outcome) else reading


def _takes_back(turn: Turn, outcome: Outcome) -> bool:
    """Whether the words take an earlier answer back though the classifier took them for one; else a rule does it."""
    return outcome is Outcome.CORRECT_PREVIOUS and turn.intent == Outcome.ANSWER


def _of_choice(choice: str, step: Step) -> Reading | None:
    if choice in (Choice.YES, Choice.CONFIRM):
        facts = {"document_type": "dni"} if step is Step.DOCUMENT_TYPE else {}
        return Reading(value=True, sure=True, facts=facts)
    if choice in (Choice.NO, Choice.CORRECT):
        facts = {"document_type": "none"} if step is Step.DOCUMENT_TYPE else {}
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


def _not_read(turn: Turn, intake: ComplaintIntake, tries: int, step: Step) -> list[dict[str, Any]]:
    """Ask again in other words: plainly, then with an example, then with a way round."""
    tries += 1
    example = turn.sentence(f"ask.{step}.example")
    if step is Step.DOCUMENT_NUMBER and tries == 1:
        label = turn.sentence(f"labels.document_type.{intake.draft.get('document_type', 'dni')}")
        turn.say("talk.document_number_wrong", document=label, example=example)
    elif step is Step.PLACE and tries == 1:
        turn.say("talk.place_unknown", example=example)
    elif tries == 1:
        turn.say("talk.not_understood")
    elif tries < _WAY_ROUND:
        turn.say("talk.try_example", example=example)
    else:
        turn.say("talk.way_round", choices=[Choice.HUMAN])
    return _ask_next(intake, tries=tries)


def _settle(turn: Turn, intake: ComplaintIntake, step: Step, reading: Reading) -> bool:
    """Write an answer into the draft. Answers whether the citizen refused consent, which ends the intake."""
    draft, value = intake.draft, reading.value
    if reading.facts.get(_CORRECTS):
        correct(turn, intake)
        return False
    if how := reading.facts.get("settled"):
        intake.settle(Step.PLACE if step is Step.CLARIFY else step, how)
        draft.pop("place_candidates", None)
        return False
    match step:
        case Step.CONSENT:
            if value is not True:
                intake.forget()
                return True
            draft["consented_at"] = turn.sent_at.isoformat()
            intake.settle(step)
            if intake.draft.get("narrative"):
                shown_facts(turn, intake)
        case Step.OATH:
            if value is not True:
                turn.say("talk.cannot_skip", why=turn.sentence("ask.oath.why"))
                return False
            draft["sworn_at"] = turn.sent_at.isoformat()
            intake.settle(step)
        case Step.CONFIRM:
            _settle_confirm(intake, reading)
        case Step.CORRECTION_FIELD:
            draft.pop("correcting", None)
            if isinstance(value, str) and value in set(Step):
                intake.reopen(Step(value))
        case Step.NARRATIVE:
            take_story(turn, intake, whole=True)
            shown_facts(turn, intake)
        case Step.PLACE | Step.CLARIFY:
            _settle_place(turn, intake, reading)
        case Step.INCIDENT_TYPE:
            draft["incident_type"] = value
            intake.settle(step)
        case Step.ITEM_DETAILS:
            _settle_details(turn, intake, reading)
        case _:
            _settle_field(intake, step, reading)
    return False


def _settle_confirm(intake: ComplaintIntake, reading: Reading) -> None:
    if reading.value is True:
        intake.settle(Step.CONFIRM)
    elif field := reading.facts.get("field"):
        intake.reopen(Step(field))
    else:
        intake.draft["correcting"] = True


def _settle_place(turn: Turn, intake: ComplaintIntake, reading: Reading) -> None:
    """A district that is certain is settled; a doubt becomes candidates, which are asked."""
    detail = (reading.facts.get("place") or {}).get("detail") or (intake.draft.get("place") or {}).get("detail")
    candidates = [place for place in reading.candidates if isinstance(place, Place)]
    if isinstance(reading.value, int) and reading.value < len(intake.candidates):
        candidates = [intake.candidates[reading.value]]
    if len(candidates) > 1:
        intake.draft["place_candidates"] = [p.ubigeo for p in candidates[:5]]
        intake.draft["place"] = _point(turn, intake) | ({"detail": detail} if detail else {}) or None
        return
    place = dict(reading.facts.get("place") or {})
    if candidates:
        chosen = candidates[0]
        place = {
            "ubigeo": chosen.ubigeo,
            "district": chosen.district,
            "province": chosen.province,
            "department": chosen.department,
        }
    place |= _point(turn, intake)
    if detail:
        place["detail"] = detail
    intake.draft["place"] = place
    intake.draft.pop("place_candidates", None)
    intake.settle(Step.PLACE)


def _point(turn: Turn, intake: ComplaintIntake) -> dict[str, float]:
    """The coordinates that this turn or an earlier one brought."""
    if turn.location:
        return {"latitude": turn.location[0], "longitude": turn.location[1]}
    known = intake.draft.get("place") or {}
    return {name: known[name] for name in ("latitude", "longitude") if known.get(name) is not None}


def _settle_details(turn: Turn, intake: ComplaintIntake, reading: Reading) -> None:
    """Add what is known of a thing; an IMEI that is none is said to be, and everything else is kept."""
    item = intake.item_without_details()
    told: dict[str, Any] = next(iter(reading.facts.get("items") or []), {})
    if item is not None:
        for detail in ("brand", "plate", "imei", "amount", "currency"):
            if told.get(detail) is not None:
                item[detail] = told[detail]
        if isinstance(reading.value, str):
            item["description"] = reading.value[:300]
    typed = _LONG_NUMBER.search(turn.read_text)
    if typed and not told.get("imei"):
        turn.say("talk.imei_wrong", imei=typed.group())
    intake.settle(Step.ITEM_DETAILS)


def _settle_field(intake: ComplaintIntake, step: Step, reading: Reading) -> None:
    draft, value = intake.draft, reading.value
    draft.update({k: v for k, v in reading.facts.items() if k in DRAFT_FIELDS})
    if value in (False, None) and step in _NO_MEANS_NONE:
        intake.settle(step, "given" if value is False else "skipped")
        return
    plain = {
        Step.FULL_NAME: "full_name",
        Step.DOCUMENT_NUMBER: "document_number",
        Step.PHONE: "phone",
        Step.EMAIL: "email",
        Step.ADDRESS: "address",
        Step.WITNESSES: "witnesses",
        Step.EVIDENCE: "evidence_note",
        Step.SUSPECTS: "suspects_description",
    }
    if step in plain and isinstance(value, str):
        draft[plain[step]] = value
    if step is Step.STOLEN_ITEMS and not draft.get("items") and isinstance(value, str):
        draft["items"] = [{"kind": "other", "description": value[:300]}]
    intake.settle(step)
