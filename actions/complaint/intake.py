"""The intake of one complaint: what is settled, and what to ask next by the vocabulary's table."""

import re
from dataclasses import dataclass
from typing import Any

from actions.understanding.text import fold
from vocabulary.incidents import HURRIED, INTAKES, IncidentType, Intake
from vocabulary.places import Place, by_ubigeo
from vocabulary.steps import Step

TEXT_OF: dict[Step, str] = {
    step: step.value
    for step in (
        Step.VICTIM_NAME, Step.RELATIONSHIP, Step.BIRTH_DATE, Step.MISSING_PERSON, Step.INJURIES, Step.VEHICLE,
        Step.DAMAGE, Step.PAYMENT_DETAILS, Step.COMPANY, Step.WITNESSES, Step.FULL_NAME, Step.DOCUMENT_NUMBER,
        Step.PHONE, Step.EMAIL, Step.ADDRESS, Step.SAFE_CONTACT, Step.ANYTHING_ELSE,
    )
} | {Step.EVIDENCE: "evidence_note", Step.SUSPECTS: "suspects_description"}  # fmt: skip
"""The draft's field that holds what was said at a step, in the order in which the summary shows them."""

FIELD_OF: dict[Step, tuple[str, ...]] = {step: (field,) for step, field in TEXT_OF.items()} | {
    Step.NARRATIVE: ("narrative",),
    Step.INCIDENT_TYPE: ("incident_type",),
    Step.OCCURRED_AT: ("occurred_at",),
    Step.PLACE: ("place", "place_candidates"),
    Step.STOLEN_ITEMS: ("items",),
    Step.SUSPECTS: ("suspects", "suspects_description"),
    Step.DOCUMENT_NUMBER: ("document_type", "document_number"),
    Step.REPORTING_FOR: ("reporting_for", "victim_name", "relationship"),
    Step.AMOUNT_LOST: ("amount_lost",),
    Step.OFFICE: ("office",),
}
"""The draft's fields that a step fills."""

_ASKED_AS = {Step.DOCUMENT_TYPE: Step.DOCUMENT_NUMBER, Step.ITEM_DETAILS: Step.STOLEN_ITEMS}
"""Steps that are named in a correction and asked by another question."""
_COMPANY = re.compile(r"\b(?:ruc|empresa|razon social|s\.?a\.?c|e\.?i\.?r\.?l|facturas?|guias? de remision)\b")

DRAFT_FIELDS = frozenset(
    {"occurred_at", "items", "amount_lost", "suspects", "weapon", "document_type", "document_number", "phone", "email"}
)
"""The draft's fields that a reading may fill directly."""


@dataclass
class ComplaintIntake:
    """A view of a draft; it changes the draft that it is given."""

    draft: dict[str, Any]

    @property
    def incident_type(self) -> IncidentType | None:
        found = self.draft.get("incident_type")
        return IncidentType(found) if found else None

    @property
    def table(self) -> Intake:
        return INTAKES[self.incident_type or IncidentType.OTHER]

    @property
    def settled(self) -> dict[str, str]:
        settled: dict[str, str] = self.draft.setdefault("settled", {})
        return settled

    @property
    def candidates(self) -> list[Place]:
        return [by_ubigeo()[u] for u in self.draft.get("place_candidates", [])]

    def next_step(self) -> Step | None:
        """What to ask now; None when nothing is missing and the citizen confirmed."""
        if self.draft.get("correcting"):
            return Step.CORRECTION_FIELD
        if again := self.draft.get("again"):
            return Step(again)
        for step in self.table.steps:
            if step not in self.settled and self._applies(step):
                return Step.CLARIFY if step is Step.PLACE and self.candidates else step
        return None

    def _applies(self, step: Step) -> bool:
        """Whether a step has a question left, given what the others answered."""
        draft = self.draft
        if draft.get("hurried") and step not in HURRIED:
            return False
        match step:
            case Step.DOCUMENT_NUMBER:
                return not draft.get("anonymous") and draft.get("document_type") != "none"
            case Step.PHONE:
                return not draft.get("anonymous")
            case Step.EMAIL:
                return not (draft.get("anonymous") or draft.get("phone"))
            case Step.VICTIM_NAME | Step.RELATIONSHIP:
                return draft.get("reporting_for") == "other" or Step.REPORTING_FOR not in self.table.steps
            case Step.VEHICLE:
                return not any(item.get("plate") for item in draft.get("items", []))
            case Step.AMOUNT_LOST:
                return not draft.get("amount_lost")
            case Step.COMPANY:
                return bool(_COMPANY.search(fold(draft.get("narrative") or "")))
            case _:
                return True

    def offered(self) -> list[Step]:
        """What would help and was not told: named once, before confirming."""
        return [step for step in self.table.offered if not self._told(step)]

    def _told(self, step: Step) -> bool:
        if step is Step.ITEM_DETAILS:
            return self.item_without_details() is None
        return bool(self.draft.get(TEXT_OF[step]))

    def item_without_details(self) -> dict[str, Any] | None:
        """The first thing worth a question: one that details could bring back."""
        for item in self.draft.get("items", []):
            if item["kind"] in ("phone", "laptop", "vehicle", "bicycle") and not any(
                item.get(detail) for detail in ("brand", "plate", "imei")
            ):
                found: dict[str, Any] = item
                return found
        return None

    def settle(self, step: Step, how: str = "given") -> None:
        """Note that a step needs no question any more; the latest comes last."""
        self.settled.pop(step, None)
        self.settled[step] = how
        if self.draft.get("again") == step:
            del self.draft["again"]

    def reopen(self, step: Step) -> None:
        """Have a step asked again, and everything that hangs on it; also one that this kind only offers."""
        step = _ASKED_AS.get(step, step)
        for field in FIELD_OF.get(step, ()):
            self.draft.pop(field, None)
        self.settled.pop(step, None)
        if step in FIELD_OF and step not in self.table.steps:
            self.draft["again"] = step.value
        if step is Step.FULL_NAME:
            self.draft.pop("anonymous", None)

    def forget(self) -> None:
        """Forget everything but how many complaints this conversation has begun, and what it gave an opinion of."""
        kept: dict[str, Any] = {name: self.draft[name] for name in ("attempt", "surveyed") if name in self.draft}
        self.draft.clear()
        self.draft.update(kept)

    def last_settled(self) -> Step | None:
        """The step that the citizen answered last, for going back."""
        given = [step for step, how in self.settled.items() if how != "inferred" and step != Step.CONSENT]
        return Step(given[-1]) if given else None

    def may_skip(self, step: Step) -> bool:
        return step in self.table.optional

    def take_facts(self, facts: dict[str, Any], *, replace: bool = False) -> list[Step]:
        """Take what a text says where nothing is known yet; answers the steps that this settled."""
        taken: list[Step] = []
        for step, field in (
            (Step.OCCURRED_AT, "occurred_at"),
            (Step.STOLEN_ITEMS, "items"),
            (Step.SUSPECTS, "suspects"),
        ):
            if facts.get(field) and (replace or not self.draft.get(field)):
                self.draft[field] = facts[field]
                taken.append(step)
                if step is not Step.SUSPECTS or not self.table.confidential:
                    self.settle(step, "inferred")
        if facts.get("document_number") and not self.draft.get("document_number"):
            self.draft |= {"document_type": "dni", "document_number": facts["document_number"]}
            self.settle(Step.DOCUMENT_NUMBER, "inferred")
        place = facts.get("place")
        if place and (replace or not self.draft.get("place")):
            self.draft["place"] = place
            if place.get("ubigeo"):
                self.settle(Step.PLACE, "inferred")
                taken.append(Step.PLACE)
        for field in ("amount_lost", "weapon", "phone_mentioned"):
            if facts.get(field) is not None and self.draft.get(field) is None:
                self.draft[field] = facts[field]
        return taken
