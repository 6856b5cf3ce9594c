"""A draft in words: the line of what was inferred, and the summary before confirming."""

from typing import Any

from actions.complaint.intake import TEXT_OF, ComplaintIntake
from actions.turn import Turn
from vocabulary.steps import Step
from vocabulary.wording import amount_text, item_text, moment_text, place_text


def _told(turn: Turn, draft: dict[str, Any]) -> dict[Step, str]:
    """What the draft says, by the step that asks it."""
    told: dict[Step, str] = {}
    if draft.get("incident_type"):
        told[Step.INCIDENT_TYPE] = turn.sentence(f"labels.incident_type.{draft['incident_type']}")
    if draft.get("occurred_at"):
        told[Step.OCCURRED_AT] = moment_text(draft["occurred_at"])
    if draft.get("place") and place_text(draft["place"]):
        told[Step.PLACE] = place_text(draft["place"])
    if draft.get("items"):
        told[Step.STOLEN_ITEMS] = ", ".join(item_text(i, turn.language) for i in draft["items"])
    count = (draft.get("suspects") or {}).get("count")
    counted = turn.sentence("talk.one_person" if count == 1 else "talk.people", count=count) if count else None
    people = [counted, draft.get("suspects_description")]
    if any(people):
        told[Step.SUSPECTS] = ". ".join(p for p in people if p)
    return told


def shown_facts(turn: Turn, intake: ComplaintIntake) -> None:
    """Thank for the story, and show in one line what was inferred from it."""
    told = _told(turn, intake.draft)
    turn.say("talk.accepted_story")
    if told:
        turn.say("talk.understood", facts="; ".join(told.values()))


def summary_text(turn: Turn, intake: ComplaintIntake) -> str:
    """Everything that will be registered, a line each."""
    draft = intake.draft
    told = _told(turn, draft)
    told |= {step: str(draft[field]) for step, field in TEXT_OF.items() if step not in told and draft.get(field)}
    if draft.get("amount_lost"):
        told[Step.AMOUNT_LOST] = amount_text(draft["amount_lost"])
    if draft.get("office"):
        told[Step.OFFICE] = turn.sentence(f"ask.office.{draft['office']}")
    if draft.get("anonymous"):
        told[Step.FULL_NAME] = turn.sentence("talk.anonymous")
    if draft.get("document_number"):
        label = turn.sentence(f"labels.document_type.{draft.get('document_type') or 'dni'}")
        told[Step.DOCUMENT_NUMBER] = f"{label} {draft['document_number']}"
    narrative = draft.get("narrative") or ""
    told = {Step.NARRATIVE: narrative if len(narrative) <= 400 else f"{narrative[:400]}…"} | told
    noted = turn.sentence("handover.noted")
    told = {
        step: f"{text} ({noted})" if intake.settled.get(step) == "operator" else text for step, text in told.items()
    }
    lines = [f"{turn.sentence(f'talk.field.{step}')}: {text}" for step, text in told.items()]
    return turn.sentence("talk.summary", lines="\n".join(lines))
