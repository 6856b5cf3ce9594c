"""Nobody who waits is left without a word: their place, that nobody is there, and what happens when somebody leaves."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlalchemy import update

from api.conversations.models import Conversation, Message
from api.handover.models import Attendance
from api.jobs import tasks
from api.jobs.desk import Desk
from api.settings import settings
from tests.api.handover.asking import a_citizen, acts, an_operator, gone, waiting_in
from vocabulary.cases import Role
from vocabulary.sentences import sentence

LATER = timedelta(minutes=11)


async def earlier(desk: Desk) -> None:
    """As if what was told was told a while ago."""
    async with desk.sessions.begin() as session:
        await session.execute(update(Conversation).values(place_told_at=datetime.now(UTC) - LATER))


async def silent(desk: Desk) -> None:
    """As if all that was taken and said were some minutes old."""
    async with desk.sessions.begin() as session:
        for column in ("taken_at", "spoke_at"):
            field = getattr(Attendance, column)
            await session.execute(
                update(Attendance).where(Attendance.ended_at.is_(None)).values({field: field - LATER})
            )
        await session.execute(update(Message).values(created_at=Message.created_at - LATER))


async def test_who_asks_is_told_their_place(desk: Desk, client: httpx.AsyncClient) -> None:
    await an_operator(desk, client)
    told = [await (await a_citizen(client)).ask() for _ in range(3)]
    assert [one["on_duty"] for one in told] == [True] * 3
    for one, place in zip(told, ("la siguiente persona", "1 persona antes", "2 personas antes"), strict=True):
        assert place in one["text"]


async def test_with_nobody_on_duty_it_is_said_and_a_call_is_offered(
    desk: Desk, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings(), "operator_hours", "de lunes a viernes, de 8 a 20 horas")
    told = await (await a_citizen(client)).ask()
    assert not told["on_duty"]
    assert sentence("talk.off_duty") in told["text"]
    assert "de 8 a 20 horas" in told["text"]
    assert sentence("handover.call_offer") in told["text"]


async def test_on_duty_is_only_who_may_take_this_one(desk: Desk, client: httpx.AsyncClient) -> None:
    await an_operator(desk, client, role=Role.OPERATOR)
    citizen = await a_citizen(client)
    await citizen.put_draft(incident_type="domestic_violence", narrative="Mi esposo me pegó")
    assert not (await citizen.ask(urgency=1))["on_duty"]


async def test_who_moves_up_is_told_where_it_is_worth_a_word_and_not_at_once_again(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    operator = await an_operator(desk, client)
    *before, last = [await a_citizen(client) for _ in range(4)]
    for citizen in (*before, last):
        await citizen.ask()
    one, following = (
        sentence("handover.moved_up", place=sentence(f"handover.place_{place}")) for place in ("one", "next")
    )

    async def told() -> list[str]:
        await tasks.keep_queue(desk)
        return (await last.messages("system"))[1:]

    await earlier(desk)
    await operator.take(before[0].id)
    assert await told() == []  # two instead of three
    await operator.take(before[1].id)
    assert await told() == [one]
    await operator.take(before[2].id)
    assert await told() == [one]  # too soon after the last word
    await earlier(desk)
    assert await told() == [one, following]


async def test_who_waits_is_told_when_the_last_one_leaves_and_when_somebody_comes(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    operator = await an_operator(desk, client)
    citizen = await a_citizen(client)
    await citizen.ask()
    await gone(desk, operator)
    await earlier(desk)
    await tasks.keep_queue(desk)
    duty = f"{sentence('talk.off_duty')} {sentence('handover.call_offer')}"
    assert (await citizen.messages("system"))[-1] == sentence("handover.nobody_left", duty=duty)
    await earlier(desk)
    await tasks.keep_queue(desk)  # it is not said again
    assert (await citizen.messages("system")).count(sentence("handover.nobody_left", duty=duty)) == 1
    await an_operator(desk, client)
    await earlier(desk)
    await tasks.keep_queue(desk)
    place = sentence("handover.place_next")
    assert (await citizen.messages("system"))[-1] == sentence("handover.came_on_duty", place=place)


@pytest.mark.parametrize("why", ["session over", "never spoke", "left an answer waiting"])
async def test_a_citizen_whom_nobody_answers_comes_first_again_and_is_told(
    desk: Desk, client: httpx.AsyncClient, why: str
) -> None:
    operator = await an_operator(desk, client)
    citizen, other = await a_citizen(client), await a_citizen(client)
    await other.ask()
    await citizen.ask()
    await operator.take(citizen.id)
    if why == "left an answer waiting":
        await operator.say(citizen.id, "¿Está a salvo?")
        await citizen.say("no, sigue afuera")
    if why == "session over":
        await gone(desk, operator)
    else:
        await silent(desk)
    await tasks.keep_queue(desk)
    assert (await citizen.state())["handover"] == "queued"
    assert (await citizen.messages("system"))[-1].startswith("Quien le atendía tuvo que irse")
    following = await an_operator(desk, client, name="Luis Huamán")
    assert waiting_in((await following.get()).text) == [citizen.id, other.id]
    assert (await acts(desk, f"conversation:{citizen.id}"))[-1] == "conversation_left"
    assert (await following.take(citizen.id)).status_code == 303


async def test_who_answers_or_has_nothing_to_answer_keeps_the_conversation(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    operator = await an_operator(desk, client)
    citizen = await a_citizen(client)
    await citizen.ask()
    await operator.take(citizen.id)
    await operator.say(citizen.id, "Le escucho. Cuénteme.")
    await silent(desk)
    await tasks.keep_queue(desk)
    assert (await citizen.state())["handover"] == "active"
    await citizen.say("mi celular es robado")
    await tasks.keep_queue(desk)
    assert (await citizen.state())["handover"] == "active"
