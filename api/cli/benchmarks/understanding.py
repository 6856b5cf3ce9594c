"""What understanding a message costs, on one core, while an installation runs beside it.

The floor is the sentence vector alone, which no classifier over it can do without. Both are wall time.
"""

from pathlib import Path

from api.cli import setup
from api.cli.benchmarks.chat_turn import installation
from api.cli.evaluate import HELD_OUT
from api.cli.understand import run_over


def measure(_data: Path) -> tuple[float, float]:
    """Median milliseconds of the held-out messages."""
    sent = (HELD_OUT / "messages.jsonl").read_text(encoding="utf-8")
    command = [str(setup.bot_python()), "-W", "ignore", "-m", "comisario_bot.pace", str(setup.ensure_model())]
    with installation():
        taken = run_over(command, sent, env=setup.bot_environment())[0]
    return taken["whole"], taken["vector"]
