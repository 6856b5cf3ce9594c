"""A call is asked for with a number and a time that the citizen chooses; nothing of it stays in a slot."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from rasa_sdk.executor import CollectingDispatcher

from actions import station
from actions.callback import AfterCallback, ValidateCallbackForm
from actions.complaint.ask import ask
from actions.turn import Turn
from vocabulary.dialogue import CALLBACK_INTENT, Handover, Language
from vocabulary.sentences import sentence
from vocabulary.steps import Step


@dataclass
class Tracker:
    slots: dict[str, Any]
    events: list[dict[str, Any]] = field(default_factory=lambda: [{"event": "user"}])

    def get_slot(self, name: str) -> Any:
        return self.slots.get(name)


@dataclass
class Talk:
    """A conversation in which only a call is asked for."""

    patch: pytest.MonkeyPatch
    slots: dict[str, Any] = field(default_factory=dict)
    draft: dict[str, Any] = field(default_factory=dict)
    calls: list[tuple[str, str]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    left: bool = False

    def __post_init__(self) -> None:
        self.patch.setattr(station, "save_draft", self._save)
        self.patch.setattr(station, "ask_for_call", self._call)
        self.patch.setattr(Turn, "open", self._open)

    async def _save(self, conversation_id: str, draft: dict[str, Any]) -> None:
        self.draft = draft

    async def _call(self, conversation_id: str, *, phone: str, when: str) -> None:
        self.calls.append((phone, when))

    async def _open(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Turn:
        step = self.slots.get("requested_slot")
        return Turn(
            conversation_id="", step=Step(step) if step else None, intent=self.intent, incident_types=[],
            draft=self.draft, text=self.text, choice=self.choice, location=None, attachments=0,
            sent_at=datetime(2026, 11, 20, 15, 0, tzinfo=UTC), language=Language.SPANISH, handover=Handover.QUEUED,
            case_number=None, own=False, dispatcher=dispatcher,
        )  # fmt: skip

    async def say(self, text: str | None = None, *, choice: str | None = None, intent: str = "answer") -> None:
        self.text, self.choice, self.intent = text, choice, intent
        dispatcher = CollectingDispatcher()
        events = await ValidateCallbackForm().run(dispatcher, Tracker(self.slots), {})
        self.left = not events
        self.slots |= {event["name"]: event["value"] for event in events}
        self.said = [message["text"] for message in dispatcher.messages]

    @property
    def step(self) -> str | None:
        return self.slots.get("requested_slot")


@pytest.fixture
async def talk(monkeypatch: pytest.MonkeyPatch) -> Talk:
    talk = Talk(monkeypatch)
    await talk.say(choice="callback", intent=CALLBACK_INTENT)
    assert talk.step == "callback_phone"
    return talk


async def test_a_number_and_a_time_make_a_call(talk: Talk) -> None:
    await talk.say("al 987 654 321 por favor")
    assert talk.step == "callback_time"
    await talk.say("mañana después de las 3")
    assert talk.calls == [("+51987654321", "mañana después de las 3")]
    assert talk.said == [sentence("handover.call_done", phone="+51987654321", when="mañana después de las 3")]
    assert (talk.step, talk.draft) == (None, {})
    assert not any("987" in str(value) for value in talk.slots.values())


async def test_a_number_that_was_told_already_is_offered(talk: Talk) -> None:
    talk.draft["phone"] = "+51987654321"
    dispatcher = CollectingDispatcher()
    ask(await talk._open(dispatcher, Tracker({})), Step.CALLBACK_PHONE)
    assert [one["title"] for one in dispatcher.messages[0]["buttons"]] == ["Al +51987654321", "Mejor no me llamen"]
    await talk.say(choice="yes", intent="choice")
    await talk.say("a cualquier hora")
    assert talk.calls == [("+51987654321", "a cualquier hora")]


async def test_what_is_no_number_is_asked_again_and_not_for_ever(talk: Talk) -> None:
    for _ in range(2):
        await talk.say("cuando puedan")
        assert (talk.step, talk.said) == ("callback_phone", [sentence("handover.call_phone_wrong")])
    await talk.say("cuando puedan")
    assert (talk.step, talk.said, talk.calls) == (None, [sentence("handover.call_left")], [])


@pytest.mark.parametrize(("choice", "intent"), [("no", "choice"), (None, "cancel"), (None, "refuse")])
async def test_leaving_is_easy_and_forgets_the_number(talk: Talk, choice: str | None, intent: str) -> None:
    await talk.say("987654321")
    await talk.say(None if choice else "mejor no", choice=choice, intent=intent)
    assert (talk.step, talk.draft, talk.calls) == (None, {}, [])


async def test_why_is_told(talk: Talk) -> None:
    await talk.say("¿para qué quiere mi número?", intent="question")
    assert (talk.step, talk.said) == ("callback_phone", [sentence("ask.callback_phone.why")])


@pytest.mark.parametrize("intent", ["emergency", "change_language", "greeting"])
async def test_danger_and_all_else_is_left_to_the_rules(talk: Talk, intent: str) -> None:
    await talk.say("me está pegando", intent=intent)
    assert talk.left


async def test_a_complaint_under_way_goes_on_afterwards() -> None:
    (follow,) = await AfterCallback().run(CollectingDispatcher(), Tracker({"intake": "open"}), {})
    assert follow["name"] == "complaint_form"
    assert await AfterCallback().run(CollectingDispatcher(), Tracker({}), {}) == []
