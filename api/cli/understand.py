"""``classify``, ``extract`` and ``interpret``: the bot's reader and the actions' reader, a process each, over lines."""

import json
import os
import subprocess
import sys
from typing import Any

from api.cli import setup
from api.cli.errors import Trouble
from api.settings import ROOT
from vocabulary.dialogue import SUPPLEMENT_INTENT, Service

_TYPED = frozenset({Service.COMPLAINT, Service.EMERGENCY})
_SURE_TYPE = 0.3


def run(work: str, *, now: str | None) -> int:
    """Read standard input to its end and write one line for each of its lines, in their order."""
    answers = understood(work, _read_lines(work), now=now)
    if work == "interpret":
        for answer in answers:
            del answer["facts"]  # they are for the measures alone
    sys.stdout.write("".join(json.dumps(answer, ensure_ascii=False) + "\n" for answer in answers))
    return 0


def understood(work: str, lines: list[dict[str, Any]], *, now: str | None) -> list[dict[str, Any]]:
    """The answers to lines, in their order; a line's own ``now`` goes before the one of all."""
    if not lines:
        return []
    readings = _readings(lines)
    if work == "classify":
        return [_classified(line, readings[str(line["id"])]) for line in lines]
    return _read_by_actions(work, str(now), lines, readings)


def _read_lines(work: str) -> list[dict[str, Any]]:
    needed = {"id", "text", "asked"} if work == "interpret" else {"id", "text"}
    lines: list[dict[str, Any]] = []
    for number, raw in enumerate(sys.stdin, start=1):
        if not raw.strip():
            continue
        try:
            line = json.loads(raw)
            good = isinstance(line, dict) and needed <= set(line) and isinstance(line["text"], str)
        except ValueError:
            good = False
        if not good:
            raise Trouble("bad_line", line=number)
        lines.append(line)
    return lines


def _readings(lines: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    model = setup.ensure_model()
    sent = "".join(
        json.dumps({"id": str(line["id"]), "text": line["text"], "asked": line.get("asked")}) + "\n" for line in lines
    )
    command = [str(setup.bot_python()), "-W", "ignore", "-m", "comisario_bot.reader", str(model)]
    return {answer["id"]: answer for answer in run_over(command, sent, env=setup.bot_environment())}


def _read_by_actions(
    work: str, now: str, lines: list[dict[str, Any]], readings: dict[str, dict[str, Any]]
) -> list[dict[str, Any]]:
    sent = ""
    for line in lines:
        reading = readings[str(line["id"])]
        kinds = reading["incident_types"]
        kind = kinds[0][0] if kinds and kinds[0][1] >= _SURE_TYPE else None
        told = {"asked": line.get("asked"), "intent": reading["intent"], "incident_type": kind, "incident_types": kinds}
        own = {name: line[name] for name in ("now", "kind") if line.get(name)}
        sent += json.dumps({"id": line["id"], "text": line["text"]} | told | own) + "\n"
    return run_over([sys.executable, "-m", "actions.reading", work, "--now", now], sent, env={})


def run_over(command: list[str], sent: str, *, env: dict[str, str]) -> list[dict[str, Any]]:
    """What a process of JSON lines answers. Raises ``Trouble`` with its last line of trouble."""
    done = subprocess.run(
        command, input=sent, text=True, encoding="utf-8", capture_output=True, cwd=ROOT,
        env=os.environ | env, check=False,
    )  # fmt: skip
    if done.returncode:
        raise Trouble("reader_failed", detail=(done.stderr.strip().splitlines() or [""])[-1])
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def _classified(line: dict[str, Any], reading: dict[str, Any]) -> dict[str, Any]:
    named = Service.CASE_STATUS if reading["intent"] == SUPPLEMENT_INTENT else reading["intent"]
    ranking = [one["name"] for one in reading["ranking"]]
    service = named if named in set(Service) else next((n for n in ranking if n in set(Service)), Service.OUT_OF_SCOPE)
    kinds = reading["incident_types"]
    typed = service in _TYPED and kinds and kinds[0][1] >= _SURE_TYPE
    return {
        "id": line["id"],
        "service": service,
        "incident_type": kinds[0][0] if typed else None,
        "emergency": service == Service.EMERGENCY,
        "confidence": round(float(reading["confidence"]) * (kinds[0][1] if typed else 1.0), 4),
    }
