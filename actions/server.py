"""The action server: rasa-sdk with every action of this package, on the loopback."""

import argparse
import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import Any

from rasa_sdk.endpoint import create_app
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection

from actions.understanding.story import extract


class ActionFailed(Exception):
    """An action failed; what it was working on is not told."""


class QuietExecutor(ActionExecutor):
    """Keeps what a citizen wrote out of logs and error answers: an error is told by its kind and place alone."""

    async def run(self, action_call: dict[str, Any]) -> Any:
        try:
            return await super().run(action_call)
        except ActionExecutionRejection:
            raise
        except Exception as error:  # its text may quote a citizen; it goes on as an error without one
            frames = "".join(traceback.format_tb(error.__traceback__)[-4:])
            print(
                f"{action_call.get('next_action')} failed: {type(error).__name__}\n{frames}",
                file=sys.stderr,
                flush=True,
            )
        raise ActionFailed(action_call.get("next_action"))

    def update_and_return_domain(self, payload: dict[str, Any], action_name: str) -> dict[str, Any]:
        """No action looks at the domain, and Rasa 3.6 can't send it when asked for."""
        return {}


def main() -> None:
    parser = argparse.ArgumentParser(prog="actions")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=5055)
    arguments = parser.parse_args()
    executor = QuietExecutor()
    executor.register_package("actions")
    extract("", now=datetime.now(UTC))  # builds the tables of the grammar before the first citizen writes
    create_app(executor).run(
        host=arguments.host, port=arguments.port, single_process=True, motd=False, access_log=False
    )


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING)
    main()
