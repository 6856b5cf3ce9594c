"""The action server: rasa-sdk with every action of this package, on the loopback."""

import argparse
import logging
import traceback
from typing import Any

from rasa_sdk.endpoint import create_app
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection

_log = logging.getLogger(__name__)


class ActionFailed(Exception):
    """An action failed; what it was working on is not told."""


class QuietExecutor(ActionExecutor):
    """Keeps what a citizen wrote out of logs and error answers: an error is told by its kind and place alone."""

    async def run(self, action_call: dict[str, Any]) -> Any:
        try:
            return await super().run(action_call)
        except ActionExecutionRejection:
            raise
        except Exception as error:
            frames = "".join(traceback.format_tb(error.__traceback__)[-4:])
            _log.error("%s failed: %s\n%s", action_call.get("next_action"), type(error).__name__, frames)
        raise ActionFailed(action_call.get("next_action"))


def main() -> None:
    parser = argparse.ArgumentParser(prog="actions")
    parser.add_argument("--port", type=int, default=5055)
    executor = QuietExecutor()
    executor.register_package("actions")
    create_app(executor).run(
        host="127.0.0.1", port=parser.parse_args().port, single_process=True, motd=False, access_log=False
    )


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING)
    main()
