"""When an opinion is asked for, and of what."""

from datetime import UTC, datetime
from typing import Any

import pytest
from rasa_sdk.executor import CollectingDispatcher

from actions.copies import _tell
from actions.survey.offer import rendered
from actions.turn import Turn
from vocabulary.dialogue import Handover, Language, Service


class Tracker:
    def __init__(self, before: str | None = None) -> None:
        self._before = before

    def get_slot(self, name: str) -> str | None:
        return self._before if name == "rendered" else None


def copy_told(*, disclosure: bool, handover: Handover) -> tuple[list[str], dict[str, Any]]:
    """The choices offered with a second copy that is under way, and the slots set."""
    dispatcher = CollectingDispatcher()
    turn = Turn(
        conversation_id="", step=None, intent="answer", incident_types=[], draft={}, text="482913", choice=None,
        location=None, attachments=0, sent_at=datetime(2026, 11, 20, tzinfo=UTC), language=Language.SPANISH,
        handover=handover, case_number=None, own=True, dispatcher=dispatcher,
    )  # fmt: skip
    found = {"answer": "right", "cases": [], "pay_at": None, "number": 2, "disclosure": disclosure}
    slots = {event["name"]: event["value"] for event in _tell(turn, found, Tracker("complaint:1"))}
    return [button["payload"] for message in dispatcher.messages for button in message["buttons"]], slots


def test_a_second_copy_offers_it_once() -> None:
    choices, slots = copy_told(disclosure=False, handover=Handover.NONE)
    assert choices == ["survey"]
    assert slots["rendered"] == "second_copy:2"
    assert slots["requested_slot"] is None


@pytest.mark.parametrize(
    ("disclosure", "handover"), [(True, Handover.NONE), (False, Handover.QUEUED), (False, Handover.ACTIVE)]
)
def test_after_violence_or_with_a_person_asked_for_it_is_not_offered(disclosure: bool, handover: Handover) -> None:
    assert copy_told(disclosure=disclosure, handover=handover)[0] == []


def test_each_service_rendered_counts_once() -> None:
    assert rendered(Tracker(), Service.COMPLAINT)["value"] == "complaint:1"
    assert rendered(Tracker("complaint:1"), Service.COMPLAINT)["value"] == "complaint:2"
