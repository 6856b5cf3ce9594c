"""One turn as an action sees it: the message, the draft, and how to answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import station
from vocabulary.dialogue import TEXT_CAP, Choice
from vocabulary.sentences import sentence
from vocabulary.steps import Step


@dataclass
class Turn:
    """``step`` is what was asked of the citizen; ``text`` is the whole message, or None for a button or a file."""

    conversation_id: str
    step: Step | None
    intent: str
    incident_types: list[tuple[str, float]]
    draft: dict[str, Any]
    text: str | None
    choice: str | None
    location: tuple[float, float] | None
    attachments: int
    sent_at: datetime
    language: str
    handover: str
    case_number: str | None
    own: bool
    dispatcher: CollectingDispatcher

    @classmethod
    async def open(cls, dispatcher: CollectingDispatcher, tracker: Tracker) -> Self:
        """Read the turn from the api; what Rasa's tracker adds is how the message was understood."""
        read = await station.read_turn(tracker.sender_id)
        latest = tracker.latest_message or {}
        asked = (latest.get("metadata") or {}).get("asked")
        located = read["latitude"] is not None
        return cls(
            conversation_id=tracker.sender_id,
            step=Step(asked) if asked else None,
            intent=(latest.get("intent") or {}).get("name") or "",
            incident_types=[(name, float(p)) for name, p in latest.get("incident_types") or []],
            draft=read["draft"],
            text=read["text"],
            choice=read["choice"],
            location=(read["latitude"], read["longitude"]) if located else None,
            attachments=read["attachments"],
            sent_at=datetime.fromisoformat(read["sent_at"]),
            language=read["language"],
            handover=read["handover"],
            case_number=read["case_number"],
            own=read["own"],
            dispatcher=dispatcher,
        )

    @property
    def read_text(self) -> str:
        """The part of the text that the understanding reads."""
        return (self.text or "")[:TEXT_CAP]

    @property
    def own_case(self) -> str | None:
        """The number of the case that this conversation filed, where whoever writes has shown that it is theirs."""
        return self.case_number if self.own else None

    def sentence(self, key: str, /, **values: object) -> str:
        return sentence(key, self.language, **values)

    def say(self, key: str, /, *, choices: Sequence[Choice | tuple[str, str]] = (), **values: object) -> None:
        """Say a sentence of the catalogue; a choice that is not common brings its own title."""
        self.say_text(self.sentence(key, **values), choices=choices)

    def say_text(self, text: str, *, choices: Sequence[Choice | tuple[str, str]] = ()) -> None:
        buttons = [
            {"payload": c.value, "title": self.sentence(f"talk.choices.{c}")}
            if isinstance(c, Choice)
            else {"payload": c[0], "title": c[1]}
            for c in choices
        ]
        self.dispatcher.utter_message(text=text, buttons=buttons)

    async def save(self) -> None:
        await station.save_draft(self.conversation_id, self.draft)


def is_back_from_digression(tracker: Tracker, form: str) -> bool:
    """Whether something else was done since the citizen's message, so that the form has no answer to read."""
    for event in reversed(tracker.events):
        if event["event"] == "user":
            return False
        if event["event"] == "action" and event["name"] not in (form, None):
            return True
    return False
