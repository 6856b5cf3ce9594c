"""Settling: what an answer changes in the draft, step by step."""

from actions.complaint.additions import add
from actions.complaint.correction import correct
from actions.complaint.intake import DRAFT_FIELDS, FIELD_OF, TEXT_OF, ComplaintIntake
from actions.complaint.narration import take_story
from actions.complaint.summary import shown_facts
from actions.turn import Turn
from actions.understanding.answers import Reading
from vocabulary.places import Place
from vocabulary.sentences import has_sentence
from vocabulary.steps import Step

CORRECTS = "corrects"
"""The fact of a reading that takes an earlier answer back."""
ADDS = "adds"
"""The fact of a reading that adds to the complaint before it is confirmed."""
ASKS = "asks"
"""The fact of a reading that asks why."""
LEAVES = "leaves"
"""The fact of a reading that leaves the step unanswered: how it is then settled."""

_NONE_SETTLES = frozenset(FIELD_OF) - {Step.NARRATIVE, Step.INCIDENT_TYPE, Step.OCCURRED_AT, Step.PLACE, Step.FULL_NAME}


def settle(turn: Turn, intake: ComplaintIntake, step: Step, reading: Reading) -> bool:
    """Write an answer into the draft. Answers whether the citizen refused consent, which ends the intake."""
    draft, value = intake.draft, reading.value
    if reading.facts.get(CORRECTS):
        correct(turn, intake)
        return False
    if reading.facts.get(ADDS):
        add(turn, intake)
        return False
    if reading.facts.get(ASKS):
        turn.say(f"ask.{step}.why")
        return False
    if how := reading.facts.get(LEAVES):
        leave_unknown(turn, intake, step, how)
        return False
    if how := reading.facts.get("settled"):
        leave(intake, step, how)
        return False
    match step:
        case Step.SAFE_NOW:
            draft["safe_now"] = value is True
            turn.say("talk.safe_yes" if value is True else "talk.safe_no")
            intake.settle(step)
        case Step.CONSENT:
            if value is not True:
                return True
            draft["consented_at"] = turn.sent_at.isoformat()
            intake.settle(step)
            if intake.draft.get("narrative"):
                shown_facts(turn, intake)
                orient(turn, intake)
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
            known = intake.incident_type
            take_story(turn, intake, whole=True)
            shown_facts(turn, intake)
            if known is None:
                orient(turn, intake)
        case Step.PLACE | Step.CLARIFY:
            _settle_place(turn, intake, reading)
        case Step.INCIDENT_TYPE:
            draft["incident_type"] = value
            intake.settle(step)
            orient(turn, intake)
        case Step.REPORTING_FOR:
            draft["reporting_for"] = reading.facts.get("reporting_for") or ("self" if value is True else "other")
            intake.settle(step)
        case Step.OFFICE:
            draft["office"] = "station" if value is True else "central"
            intake.settle(step)
        case _:
            _settle_field(turn, intake, step, reading)
    return False


def leave_unknown(turn: Turn, intake: ComplaintIntake, step: Step, how: str = "dont_know") -> None:
    """Go on without an answer where one may be missing, and say kindly where it may not. Who can't or won't say
    that they are safe is told what somebody is told who is not."""
    asked = Step.PLACE if step is Step.CLARIFY else step
    if intake.may_skip(asked):
        leave(intake, asked, how)
        turn.say("talk.skipped")
    elif asked is Step.SAFE_NOW:
        settle(turn, intake, asked, Reading(False))
    else:
        turn.say("talk.cannot_skip", why=turn.sentence(f"ask.{asked}.why"))


def leave(intake: ComplaintIntake, step: Step, how: str) -> None:
    """Leave a step without an answer; without a name the complaint is anonymous, where it may be."""
    if step is Step.FULL_NAME and intake.table.anonymous:
        intake.draft["anonymous"] = True
    intake.draft.pop("place_candidates", None)
    intake.settle(Step.PLACE if step is Step.CLARIFY else step, how)


def orient(turn: Turn, intake: ComplaintIntake) -> None:
    """Say who is competent, where somebody else is or where the case goes elsewhere than one would think."""
    key = f"talk.orientation.{intake.incident_type}"
    if intake.incident_type and has_sentence(key):
        turn.say(key)


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


def _settle_field(turn: Turn, intake: ComplaintIntake, step: Step, reading: Reading) -> None:
    draft, value = intake.draft, reading.value
    draft.update({k: v for k, v in reading.facts.items() if k in DRAFT_FIELDS})
    if step is Step.BIRTH_DATE and reading.facts.get("age") is not None:
        value = turn.sentence("talk.years", count=reading.facts["age"])
    if step is Step.SAFE_CONTACT and value is False:
        value = turn.sentence("ask.safe_contact.here")
    if value in (False, None) and step in _NONE_SETTLES:
        intake.settle(step, "given" if value is False else "skipped")
        return
    if step in TEXT_OF and isinstance(value, str):
        draft[TEXT_OF[step]] = value
    if step is Step.STOLEN_ITEMS and not draft.get("items") and isinstance(value, str):
        draft["items"] = [{"kind": "other", "description": value[:300]}]
    intake.settle(step)
