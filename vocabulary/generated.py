"""What Rasa's side needs of the vocabulary, rendered as YAML: ``python -m vocabulary.generated`` writes it.

The files are not kept in the repository; set-up writes them before training.
"""

import json
from pathlib import Path

from vocabulary.dialogue import (
    CALLBACK_INTENT,
    CHOICE_INTENT,
    CODE_INTENT,
    FILE_INTENT,
    OPENING_INTENT,
    RETURNED_INTENT,
    SAY_INTENT,
    SUPPLEMENT_INTENT,
    UNCLEAR_INTENT,
    Outcome,
    Service,
)
from vocabulary.incidents import INTAKES
from vocabulary.sentences import table
from vocabulary.steps import CASE_STEPS, SURVEY_STEPS, Step

_OPENING_CHOICES = ("robbery", "theft", "lost_document", "lost_property")


def complaint_steps() -> list[Step]:
    """Every step that some complaint asks, in order; a form must name them all."""
    asked = {step for intake in INTAKES.values() for step in intake.steps}
    return [step for step in Step if step in asked | {Step.CLARIFY, Step.CORRECTION_FIELD}]


FORMS = {
    "complaint_form": complaint_steps(),
    "cancel_form": [Step.CANCEL_CONFIRM],
    "safety_form": [Step.SAFE_NOW],
    "verify_form": [Step.VERIFY_CODE],
    "status_form": [Step.STATUS_CASE_NUMBER, Step.COPY_IDENTITY],
    "say_form": list(CASE_STEPS),
    "copy_form": [Step.COPY_CASE_NUMBER, Step.COPY_IDENTITY, Step.OTP, Step.COPY_CHOICE],
    "callback_form": [Step.CALLBACK_PHONE, Step.CALLBACK_TIME],
    "survey_form": [step for step in Step if step in SURVEY_STEPS],
}


def domain() -> dict[str, object]:
    """The part of Rasa's domain that follows from the vocabulary: intents, steps as slots, forms and responses."""
    steps = list(dict.fromkeys(step for form in FORMS.values() for step in form))
    slot = {"type": "any", "influence_conversation": False, "mappings": [{"type": "custom"}]}
    titles = table("labels.incident_plain")
    responses: dict[str, list[dict[str, object]]] = {
        f"utter_{name}": [{"text": text}] for name, text in table("chat.utter").items()
    }
    responses["utter_opening"] = [
        {
            "text": table("chat.utter")["opening"],
            "buttons": [{"title": titles[name], "payload": name} for name in _OPENING_CHOICES],
        }
    ]
    return {
        "version": "3.1",
        "intents": sorted(
            {
                OPENING_INTENT,
                CALLBACK_INTENT,
                RETURNED_INTENT,
                CHOICE_INTENT,
                CODE_INTENT,
                FILE_INTENT,
                SAY_INTENT,
                SUPPLEMENT_INTENT,
                UNCLEAR_INTENT,
                *Service,
                *Outcome,
            }
        ),
        "slots": {step: slot for step in steps},
        "forms": {form: {"required_slots": list(steps)} for form, steps in FORMS.items()},
        "actions": [f"validate_{form}" for form in FORMS] + [f"action_ask_{step}" for step in steps],
        "responses": responses,
    }


def write(folder: Path) -> None:
    """Write the files into a bot folder, only where they change."""
    target = folder / "domain" / "generated" / "vocabulary.yml"
    target.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(domain(), ensure_ascii=False, indent=1)  # YAML 1.2 reads JSON
    if not target.exists() or target.read_text(encoding="utf-8") != text:
        target.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(Path(__file__).resolve().parent.parent / "bot")
