"""A part is killed in mid-complaint; the citizen ends with one case and one copy."""

from datetime import datetime

import pytest

from tests.e2e.conftest import ANSWERS, Citizen, Stack, go_on

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("stack")]

STORY = "Ayer a las 8 de la noche dos sujetos me quitaron mi celular Samsung en San Juan de Lurigancho"


@pytest.mark.parametrize("part", ["bot", "actions", "worker", "api"])
@pytest.mark.parametrize("at", ["full_name", "confirm"])
def test_a_killed_part_costs_the_citizen_nothing(citizen: Citizen, stack: Stack, part: str, at: str) -> None:
    citizen.say(STORY)
    go_on(citizen, until=at)
    stack.kill(part)
    citizen.say(ANSWERS[at])
    go_on(citizen)
    assert citizen.state["case_number"]
    assert citizen.state["draft"]["full_name"] == ANSWERS["full_name"]
    receipt, copy = citizen.documents(2)
    assert receipt["verification_code"] != copy["verification_code"]
    numbers = [m["text"] for m in citizen.messages() if "quedó registrada. Su número" in m["text"]]
    assert len(numbers) == 1


def test_while_the_bot_is_silent_the_citizen_is_told_within_ten_seconds(citizen: Citizen, stack: Stack) -> None:
    citizen.say(STORY)
    stack.kill("actions")
    stack.kill("bot")
    said = citizen.choose("yes")
    messages = citizen.messages()
    asked = next(m for m in messages if m["sender"] == "citizen" and m["text"] == "Sí")
    told = [m for m in messages if m["sender"] == "system"]
    assert said
    assert all(_seconds(m) - _seconds(asked) < 10 for m in told)


def _seconds(message: dict[str, str]) -> float:

    return datetime.fromisoformat(message["created_at"]).timestamp()
