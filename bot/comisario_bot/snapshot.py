"""A tracker store that keeps nothing: the control state travels with the turn.

The api commits it together with the bot's replies, so that any Rasa process serves any turn, a killed one costs
nobody an answer, the state has the same small size whatever the length of the conversation, and nothing that a
citizen typed is in it.
"""

import contextlib
from dataclasses import dataclass
from typing import Any, Dict, Iterator, List, Optional, Text

from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME, REQUESTED_SLOT
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, SessionStarted, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker


@dataclass
class Turn:
    """The control state before a turn and, once saved, after it."""

    before: Optional[Dict[Text, Any]]
    after: Optional[Dict[Text, Any]] = None


_turns: Dict[Text, Turn] = {}


@contextlib.contextmanager
def turn(conversation_id: Text, dialogue: Optional[Dict[Text, Any]]) -> Iterator[Turn]:
    """Make a control state the one of a conversation for the length of a turn. The api sees to one turn at a time."""
    state = Turn(before=dialogue)
    _turns[conversation_id] = state
    try:
        yield state
    finally:
        if _turns.get(conversation_id) is state:
            del _turns[conversation_id]


class SnapshotTrackerStore(TrackerStore):
    """Rebuilds a tracker from the turn's control state, and saves no more than that."""

    def __init__(
        self, domain: Optional[Domain] = None, event_broker: Any = None, host: Any = None, **kwargs: Any
    ) -> None:
        super().__init__(domain, event_broker)

    async def retrieve(self, sender_id: Text) -> Optional[DialogueStateTracker]:
        state = _turns.get(sender_id)
        if state is None:
            return None
        events: List[Event] = [ActionExecuted(ACTION_SESSION_START_NAME), SessionStarted()]
        if state.before:
            events += [SlotSet(name, value) for name, value in state.before["slots"].items()]
            if state.before["loop"]:
                events += [
                    ActionExecuted(state.before["loop"]),
                    ActiveLoop(state.before["loop"]),
                    SlotSet(REQUESTED_SLOT, state.before["step"]),
                ]
        events.append(ActionExecuted(ACTION_LISTEN_NAME))
        return DialogueStateTracker.from_events(sender_id, events, self.domain.slots, domain=self.domain)

    async def save(self, tracker: DialogueStateTracker) -> None:
        state = _turns.get(tracker.sender_id)
        if state is None:
            return
        values = tracker.current_slot_values()
        state.after = {
            "slots": {
                name: value for name, value in values.items() if name != REQUESTED_SLOT and value != self._initial(name)
            },
            "loop": tracker.active_loop_name,
            "step": values.get(REQUESTED_SLOT) if tracker.active_loop_name else None,
        }

    def _initial(self, name: Text) -> Any:
        return next((slot.initial_value for slot in self.domain.slots if slot.name == name), None)
