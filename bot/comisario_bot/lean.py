"""Two changes to how Rasa 3.6 calls the action server.

Its answer is checked with ``jsonschema`` against a large schema, which takes four fifths of a turn: our own server is
checked for its shape only. And a call that fails is logged and forgotten, the citizen left without an answer: here it
is also remembered, so that the channel can say that the turn failed and the api tries it again. The error keeps its
kind and loses its text, which may hold what somebody wrote.
"""

import contextvars
from typing import Any, Dict, List, Text

from rasa.core.actions.action import ActionExecutionRejection, RemoteAction
from rasa.shared.exceptions import RasaException

_failures: contextvars.ContextVar = contextvars.ContextVar("failures")
_run = RemoteAction.run


def collect_failures() -> List[Text]:
    """A list that takes the names of the actions that fail in this task from now on."""
    failures: List[Text] = []
    _failures.set(failures)
    return failures


def _has_the_shape(self: RemoteAction, result: Dict[Text, Any]) -> bool:
    if not isinstance(result.get("events"), list) or not isinstance(result.get("responses"), list):
        raise ValueError("the action server's answer has neither events nor responses")
    return True


async def _run_and_tell(self: RemoteAction, *args: Any, **kwargs: Any) -> Any:
    try:
        return await _run(self, *args, **kwargs)
    except ActionExecutionRejection:
        raise
    except Exception as error:  # an answer may quote what a citizen wrote: only its kind is told
        failures = _failures.get(None)
        if failures is not None:
            failures.append(self.name())
        raise RasaException(f"action {self.name()} failed: {type(error).__name__}") from None


def install() -> None:
    RemoteAction._validate_action_result = _has_the_shape
    RemoteAction.run = _run_and_tell
