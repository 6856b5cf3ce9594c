"""Taking a story: its words as they are, and what it says about when, where, what and who."""

from actions.complaint.intake import ComplaintIntake
from actions.turn import Turn
from actions.understanding.contacts import others_numbers, own_contact, own_email
from actions.understanding.identity import age_told
from actions.understanding.names import own_name
from actions.understanding.story import extract, place_candidates
from actions.understanding.victim import happened_to_writer
from vocabulary.steps import Step

_SURE_TYPE = 0.6
"""Below it the kind is asked: on messages not trained on, one in eleven, and one in forty of the rest is wrong."""
_FEW_WORDS = 7
_LONG = 40
_ADULT = 18
_HURRY = ("apurad", "apuro", "rápido", "rapido", "prisa", "no tengo tiempo")


def take_story(turn: Turn, intake: ComplaintIntake, *, whole: bool) -> None:
    """Read a message as the account of what happened.

    ``whole`` is whether the citizen was asked for it; otherwise a short message is only a wish to report, and the
    account is still asked.
    """
    text = turn.text or ""
    likely = turn.incident_types[0] if turn.incident_types else None
    kind = intake.draft.get("incident_type") or (likely[0] if likely else None)
    facts = extract(turn.read_text, now=turn.sent_at, incident_type=kind)
    if likely and likely[1] >= _SURE_TYPE and not intake.draft.get("incident_type"):
        intake.draft["incident_type"] = likely[0]
        intake.settle(Step.INCIDENT_TYPE, "inferred")
    tells = bool(facts.get("items") or facts.get("occurred_at") or facts.get("place"))
    if not whole and len(text.split()) < _FEW_WORDS and not tells:
        return
    intake.draft["narrative"] = text
    intake.settle(Step.NARRATIVE)
    intake.take_facts(facts)
    _take_people(turn, intake)
    if not (intake.draft.get("place") or {}).get("ubigeo"):
        candidates = place_candidates(turn.read_text)
        intake.draft["place_candidates"] = [p.ubigeo for p in candidates[:5]] if len(candidates) > 1 else []
    hurry(turn, intake)


def _take_people(turn: Turn, intake: ComplaintIntake) -> None:
    """Who writes, whose story it is, and whose numbers it names: only a number said to be theirs is their contact."""
    draft, text = intake.draft, turn.read_text
    draft["others_numbers"] = others_numbers(text)
    if (phone := own_contact(text)) and not draft.get("phone"):
        draft["phone"] = phone
        intake.settle(Step.PHONE, "inferred")
    if (name := own_name(text)) and not draft.get("full_name") and not intake.table.anonymous:
        draft["full_name"] = name
        intake.settle(Step.FULL_NAME, "inferred")
    if (email := own_email(text)) and not draft.get("email"):
        draft["email"] = email
        intake.settle(Step.EMAIL, "inferred")
    if (age := age_told(text)) is not None:
        draft["minor"] = age < _ADULT
    if happened_to_writer(text) and Step.REPORTING_FOR in intake.table.steps:
        draft["reporting_for"] = "self"
        intake.settle(Step.REPORTING_FOR, "inferred")


def hurry(turn: Turn, intake: ComplaintIntake) -> None:
    """Ask only the minimum of who says to be in a hurry; a long story does not say it of itself."""
    text = (turn.text or "").lower()
    if not intake.draft.get("hurried") and len(text.split()) < _LONG and any(word in text for word in _HURRY):
        intake.draft["hurried"] = True
        turn.say("talk.hurried")
