"""Lives of two citizens on WhatsApp, and a network that disturbs how they reach the station."""

import asyncio
import json
import random
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

import httpx
from sqlalchemy import func, select, text
from twilio.request_validator import RequestValidator

from api.conversations import service as conversations
from api.conversations.channels import deliveries
from api.conversations.channels import service as channels
from api.conversations.channels.base import NotDelivered, Part, Remote, Status
from api.conversations.channels.deliveries import Later
from api.conversations.channels.models import Delivery, InboundMedia, InboundMessage
from api.conversations.channels.twilio import whatsapp
from api.conversations.models import Conversation, Message
from api.conversations.service import Said
from api.jobs.desk import Desk
from api.outbox.service import contact_hash
from api.settings import settings
from tests.api.conversations.channels.talking import a_number

INBOUND, STATUS = "/webhooks/twilio/whatsapp", "/webhooks/twilio/status"
BURSTS = 2
OFFERED = [("yes", "Sí"), ("no", "No")]
ENDS = {
    "delivered": [{"MessageStatus": one} for one in ("sent", "delivered")],
    "read": [{"MessageStatus": one} for one in ("delivered", "read")],
    "refused": [{"MessageStatus": "sent"}, {"MessageStatus": "undelivered", "ErrorCode": "63024"}],
    "held": [{"MessageStatus": "queued"}, {"MessageStatus": "failed", "ErrorCode": "63016"}],
}
"""What the provider tells of a part, by how it ends. What was refused or held is delivered when it is sent again."""


@dataclass(frozen=True)
class Turn:
    """What a citizen writes at once, each a webhook's fields, and what they are told then; choices with its last text."""

    citizen: int
    written: Sequence[dict[str, str]]
    told: Sequence[str]
    offers: bool


@dataclass(frozen=True)
class Life:
    """Bursts of turns of different citizens. ``name`` decides how each part ends."""

    name: str
    bursts: Sequence[Sequence[Turn]]

    def end_of(self, part: str, *, again: bool) -> str:
        weights = (4, 0, 0, 0) if again else (4, 2, 1, 2)
        return random.Random(f"{self.name}:{part}").choices(list(ENDS), weights)[0]


def a_life(name: str) -> Life:
    """In its last burst everybody writes, so that what is held before goes out."""
    chance = random.Random(name)
    bursts, asked = [], [False, False]
    for place in range(BURSTS):
        turns = []
        for citizen in (0, 1):
            if place < BURSTS - 1 and chance.random() < 0.1:
                continue
            mark = f"{place}/{citizen}"
            if asked[citizen]:
                written = [{"Body": chance.choice(["1", "la segunda", "no", "Sí."])}]
            else:
                kinds: list[dict[str, str]] = [
                    {"Body": f"texto {mark}"},
                    {"Body": f"más {mark}"},
                    {"Latitude": "-12.05", "Longitude": f"-77.0{place}{citizen}"},
                    {"NumMedia": "1", "MediaUrl0": f"https://api.twilio.com/{mark}", "MediaContentType0": "image/png"},
                ]
                written = chance.sample(kinds, chance.choice([1, 2]))
            told = [f"dicho {mark}. " + f"palabra-{mark} " * chance.choice([1, 1, 1, 1, 150])]
            told += [f"y esto {mark}"] * chance.choice([0, 0, 0, 1])
            asked[citizen] = place < BURSTS - 1 and chance.random() < 0.5
            turns.append(Turn(citizen, written, told, asked[citizen]))
        bursts.append(turns)
    return Life(name, bursts)


@dataclass
class Network:
    """Brings what is posted to the station: at once and once or, by ``chance``, late, several times, in any order. It comes by
    the routes, where there is a ``client`` for them, else to what they call, which is quicker."""

    desk: Desk
    client: httpx.AsyncClient | None
    chance: random.Random | None
    on_the_way: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    async def bring(self, path: str, form: dict[str, str]) -> None:
        if self.client is None:
            await self._hand_over(path, form)
            return
        url = settings().public_url + path
        signed = RequestValidator(settings().twilio_auth_token.get_secret_value()).compute_signature(url, form)
        answer = await self.client.post(path, data=form, headers={"X-Twilio-Signature": signed})
        assert answer.is_success, answer.text

    async def _hand_over(self, path: str, form: dict[str, str]) -> None:
        at = datetime.now(UTC)
        async with self.desk.sessions.begin() as session:
            if inbound := whatsapp.inbound(settings(), form):
                await channels.receive(session, inbound=inbound, keys=self.desk.keys, at=at)
            elif told := whatsapp.word(form["MessageStatus"], form.get("ErrorCode", "")):
                attempt = uuid.UUID(path.rpartition("=")[2])
                await deliveries.move(session, try_id=attempt, provider_id=form["MessageSid"], word=told, at=at)

    def post(self, path: str, form: dict[str, str]) -> None:
        copies = 1 if self.chance is None else self.chance.choice([1, 1, 1, 1, 2, 3])
        self.on_the_way += [(path, form)] * copies

    async def blow(self, share: float) -> None:
        """Bring some of what is on the way, at times two at once."""
        if self.chance is None:
            arriving, self.on_the_way = self.on_the_way, []
            for one in arriving:
                await self.bring(*one)
            return
        self.chance.shuffle(self.on_the_way)
        count = round(len(self.on_the_way) * share)
        arriving, self.on_the_way = self.on_the_way[:count], self.on_the_way[count:]
        while arriving:
            together = [arriving.pop() for _ in range(min(len(arriving), self.chance.choice([1, 1, 2])))]
            await asyncio.gather(*(self.bring(*one) for one in together))


@dataclass
class Provider:
    """A channel that remembers what it took: from whom, which text, and when. ``lost`` are the texts whose first request
    never came."""

    life: Life
    network: Network
    loop: asyncio.AbstractEventLoop
    taken: list[tuple[str, str, str, datetime]] = field(default_factory=list)
    lost: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    limit: int = 1600

    def room(self, choices: Sequence[tuple[str, str]]) -> int | None:
        return None

    def notify(self, *, to: str) -> None:
        raise AssertionError("nobody is out of the window")

    def locate(self, reference: str) -> Remote:
        raise AssertionError("no file is fetched here")

    def find(self, *, to: str, part: Part, since: datetime) -> list[str]:
        return [sid for who, said, sid, at in self.taken if (who, said) == (to, part.text) and at >= since]

    def send(self, *, to: str, part: Part, try_id: str) -> str:
        fate = self.network.chance.random() if self.network.chance else 1
        if fate < 0.08 and part.text not in self.refused:
            self.refused.add(part.text)
            raise NotDelivered("429")
        if fate < 0.16 and part.text not in self.lost:
            self.lost.add(part.text)
            raise NotDelivered("never came", unknown=True)
        sid = f"SM{uuid.uuid4().hex}"
        again = any((who, said) == (to, part.text) for who, said, _, _ in self.taken)
        self.taken.append((to, part.text, sid, datetime.now(UTC)))
        self._tell(ENDS[self.life.end_of(part.text, again=again)], sid, try_id)
        if fate < 0.3:
            raise NotDelivered("its answer was lost", unknown=True)
        return sid

    def _tell(self, words: Sequence[dict[str, str]], sid: str, try_id: str) -> None:
        """Say what becomes of a part: all of it or its end alone, after the answer or before."""
        chance, path = self.network.chance, f"{STATUS}?attempt={try_id}"
        for form in words[-1:] if chance and chance.random() < 0.2 else words:
            told = form | {"MessageSid": sid}
            if chance and chance.random() < 0.2:
                asyncio.run_coroutine_threadsafe(self.network.bring(path, told), self.loop).result(20)
            self.network.post(path, told)


OURS = {"To": "whatsapp:+15005550006"}
_AWHILE = 15.0


@dataclass
class History:
    """One way in which a life may go; ``chance`` disturbs it."""

    life: Life
    desk: Desk
    client: httpx.AsyncClient | None = None
    chance: random.Random | None = None
    numbers: tuple[str, str] = field(default_factory=lambda: (a_number(), a_number()))
    arrived: list[str] = field(default_factory=list)

    async def live(self) -> None:
        self.network = Network(self.desk, self.client, self.chance)
        self.provider = Provider(self.life, self.network, asyncio.get_running_loop())
        async with self.desk.sessions() as session:
            self.done = await session.scalar(text("select coalesce(max(id), 0) from procrastinate_jobs"))
        for place, burst in enumerate(self.life.bursts):
            if place == BURSTS - 1:
                await self._staff_try_again()
            await self._write(burst)
            await self._work()
            for turn in burst:
                await self._say(turn)
            await self._work()
            await self.network.blow(0.5)
        await self._come_to_rest()
        await self._write([Turn(citizen, [{"Body": "¿sigue ahí?"}], (), offers=False) for citizen in (0, 1)])
        await self._work()  # what is held by now goes out, however late it was sent
        await self._come_to_rest()

    async def _come_to_rest(self) -> None:
        while self.network.on_the_way or await self._unknown():
            await self.network.blow(1)
            await self._settle()
            await self._work()

    async def _write(self, burst: Sequence[Turn]) -> None:
        """The first copy of each message arrives now, others of it at any time."""
        forms = [
            form | {"MessageSid": f"SM{uuid.uuid4().hex}", "From": f"whatsapp:{self.numbers[turn.citizen]}"} | OURS
            for turn in burst
            for form in turn.written
        ]
        if self.chance:
            self.chance.shuffle(forms)
        for form in forms:
            copies = self.chance.choice([1, 1, 1, 2]) if self.chance else 1
            await asyncio.gather(*(self.network.bring(INBOUND, form) for _ in range(copies)))
            self.arrived.append(form["MessageSid"])
            if self.chance:
                if self.chance.random() < 0.4:
                    self.network.post(INBOUND, form)
                await self.network.blow(self.chance.choice([0, 0, 0.3]))
            if self.chance is None or self.chance.random() < 0.2:
                await self._work()

    async def _say(self, turn: Turn) -> None:
        async with self.desk.sessions.begin() as session:
            found = await self._conversation(turn.citizen)
            conversation = await conversations.locked(session, conversation_id=found.id)
            *before, last = turn.told
            offered = OFFERED if turn.offers else []
            said = [*map(Said, before), Said(last, offered)]
            await conversations.say(
                session, conversation=conversation, keys=self.desk.keys, sender="bot", said=said, at=datetime.now(UTC)
            )
            conversation.offered = offered

    async def _conversation(self, citizen: int) -> Conversation:
        """The only one of a citizen."""
        async with self.desk.sessions() as session:
            hashed = contact_hash(self.numbers[citizen], self.desk.keys)
            return (await session.scalars(select(Conversation).where(Conversation.contact_hash == hashed))).one()

    async def _work(self) -> None:
        """What the worker does with what was deferred since, in the order in which it was."""
        query = text(
            "delete from procrastinate_jobs where id > :done and task_name in ('take_in', 'deliver')"
            " returning id, task_name, args"
        )
        async with self.desk.sessions.begin() as session:
            jobs = sorted((await session.execute(query, {"done": self.done})).all())
        for _, name, arguments in jobs:
            await (self._take_in(**arguments) if name == "take_in" else self._deliver(**arguments))
        if any(name == "take_in" for _, name, _ in jobs):
            await self._work()  # what was held goes out then

    async def _take_in(self, inbound_id: str) -> None:
        async with self.desk.sessions.begin() as session:
            await channels.take_in(session, inbound_id=uuid.UUID(inbound_id), keys=self.desk.keys, at=datetime.now(UTC))

    async def _deliver(self, conversation_id: str) -> None:
        more = True
        while more:
            try:
                more = await deliveries.deliver_next(
                    self.desk.sessions,
                    conversation_id=uuid.UUID(conversation_id),
                    channel=self.provider,
                    keys=self.desk.keys,
                )
            except Later as later:
                if later.seconds > _AWHILE:  # what nobody knows of is asked for before what follows it goes out
                    await self._settle()

    async def _of(self, status: Status) -> Sequence[uuid.UUID]:
        async with self.desk.sessions() as session:
            hashes = [contact_hash(number, self.desk.keys) for number in self.numbers]
            query = select(Delivery.id).join(Message).join(Conversation, Conversation.id == Message.conversation_id)
            return (
                await session.scalars(query.where(Conversation.contact_hash.in_(hashes), Delivery.status == status))
            ).all()

    async def _unknown(self) -> bool:
        return bool(await self._of(Status.UNKNOWN))

    async def _settle(self) -> None:
        for one in await self._of(Status.UNKNOWN):
            await deliveries.settle(self.desk.sessions, delivery_id=one, channel=self.provider, keys=self.desk.keys)

    async def _staff_try_again(self) -> None:
        """Staff see what failed, once the provider said so of all that did, and have it sent again."""
        await self._settle()
        await self._work()
        for path, form in list(self.network.on_the_way):
            if form.get("ErrorCode") == "63024":
                await self.network.bring(path, form)
        for one in await self._of(Status.FAILED):
            async with self.desk.sessions.begin() as session:
                assert await deliveries.send_again(session, delivery_id=one, at=datetime.now(UTC))
        await self._work()

    async def state(self) -> dict[str, Any]:
        """What is there in the end."""
        found: dict[str, Any] = {
            "taken": Counter((self.numbers.index(to), said) for to, said, _, _ in self.provider.taken)
        }
        for citizen, number in enumerate(self.numbers):
            conversation = await self._conversation(citizen)
            key = conversations.key_of(conversation, self.desk.keys)
            async with self.desk.sessions() as session:
                messages = await conversations.messages_after(session, conversation_id=conversation.id, after=0)
                ids = {one.id for one in messages}
                parts = select(Message.seq, Delivery.part, Delivery.status).join(Message).where(Message.id.in_(ids))
                files = select(func.count()).select_from(InboundMedia).where(InboundMedia.message_id.in_(ids))
                hashed = InboundMessage.contact_hash == contact_hash(number, self.desk.keys)
                kept = (await session.scalars(select(InboundMessage).where(hashed))).all()
                found[f"files {citizen}"] = await session.scalar(files)
                sent = [tuple(row) for row in (await session.execute(parts.order_by(Message.seq, Delivery.part))).all()]
            assert {one.provider_id for one in kept} == {
                one.client_message_id for one in messages if one.sender == "citizen"
            }
            assert all(one.content == b"" and one.conversation_id == conversation.id for one in kept)
            groups = groupby(messages, key=lambda one: one.sender)
            said = [
                [json.dumps(conversations.content_of(one, key), sort_keys=True) for one in group] for _, group in groups
            ]
            found[f"said {citizen}"] = [sorted(group) for group in said]
            found[f"as arrived {citizen}"] = [one.client_message_id for one in messages if one.sender == "citizen"] == [
                one for one in self.arrived if one in {each.provider_id for each in kept}
            ]
            found[f"parts {citizen}"] = sent
            found[f"offered {citizen}"] = conversation.offered
        return found

    def first_taken(self, *, without: set[str]) -> list[list[str]]:
        """For each citizen, the texts in the order in which the provider first took them."""
        return [
            [
                said
                for said in dict.fromkeys(said for who, said, _, _ in self.provider.taken if who == number)
                if said not in without
            ]
            for number in self.numbers
        ]
