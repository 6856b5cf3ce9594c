"""What becomes of a message: its webhooks, the files that it brings, the 24-hour window, and the faults it meets."""

import asyncio
import base64
import hmac
from collections.abc import Coroutine
from dataclasses import dataclass

import httpx

from emulators.twilio.account import VERSION, Account
from emulators.twilio.faults import Kind
from emulators.twilio.store import WHATSAPP, Media, Message, Store

OUTSIDE_WINDOW, NO_MEDIA, UNFIT = 63016, 63019, 63021
ERRORS = {
    OUTSIDE_WINDOW: "Failed to send freeform message because you are outside the allowed window.",
    NO_MEDIA: "Media failed to download",
    UNFIT: "Channel invalid content error",
}
MEDIA_LIMIT = 16 * 1024 * 1024
_OFFICE = "application/vnd.openxmlformats-officedocument"
MEDIA_TYPES = {
    "image/jpeg", "image/png", "image/webp", "audio/aac", "audio/amr", "audio/mp4", "audio/mpeg", "audio/ogg",
    "video/3gpp", "video/mp4", "text/vcard", "application/pdf", "application/msword", "application/vnd.ms-excel",
    f"{_OFFICE}.wordprocessingml.document", f"{_OFFICE}.presentationml.presentation",
    f"{_OFFICE}.spreadsheetml.sheet",
}  # fmt: skip
_RECEIVE = "/webhooks/twilio/whatsapp"
_PAUSE = 0.05
"""Seconds that a message stays in each status."""


@dataclass(frozen=True)
class Webhook:
    """The program: its webhooks and files have addresses below ``public_url``, and are reached at ``address``."""

    address: str
    public_url: str

    def reached(self, url: str) -> str:
        return self.address + url.removeprefix(self.public_url) if url.startswith(self.public_url) else url


class Delivery:
    """Brings messages to where they go, each by a task of its own."""

    def __init__(self, account: Account, store: Store, client: httpx.AsyncClient, webhook: Webhook | None) -> None:
        self._account = account
        self._store = store
        self._client = client
        self._webhook = webhook
        self._tasks: set[asyncio.Task[None]] = set()

    def send(self, message: Message, *, problem: int | None) -> None:
        """Have a message of the program go out; ``problem`` is the code of an error that is already certain."""
        self._begin(self._send(message, problem))

    def read(self, message: Message) -> None:
        """The citizen saw a message."""
        self._move(message, "read")
        self._begin(self._tell(message, ["read"]))

    async def hand_over(self, form: dict[str, str], *, times: int) -> int | None:
        """Post what a citizen wrote to the program, so many times; the HTTP status of its last answer, None without one."""
        if self._webhook is None:
            return None
        return [await self._post(self._webhook.public_url + _RECEIVE, form) for _ in range(times)][-1]

    def _begin(self, work: Coroutine[None, None, None]) -> None:
        self._tasks.add(task := asyncio.create_task(work))
        task.add_done_callback(self._tasks.discard)

    async def _send(self, message: Message, problem: int | None) -> None:
        problem = problem or (None if await self._fetch(message) else NO_MEDIA)
        message.error_code = problem
        steps = ["queued", "failed"] if problem else ["queued", "sent", "delivered"]
        reordered = Kind.REORDERED_CALLBACKS in message.faults
        for step in steps:
            self._move(message, step)
            if not reordered:
                self._begin(self._tell(message, [step]))
            await asyncio.sleep(_PAUSE)
        if reordered:
            await self._tell(message, steps[::-1])

    def _move(self, message: Message, status: str) -> None:
        message.status, message.updated_at = status, self._store.clock()

    async def _tell(self, message: Message, steps: list[str]) -> None:
        async with message.order:
            for step in steps:
                await self._call_back(message, step)

    async def _call_back(self, message: Message, status: str) -> None:
        """Tell the program a status, as the faults of the message have it."""
        if message.callback is None or Kind.LOST_CALLBACKS in message.faults:
            return
        if delay := message.faults.get(Kind.DELAYED_CALLBACKS):
            await asyncio.sleep(delay.seconds or 0)
        form = message.addresses | {
            "AccountSid": self._account.sid, "ApiVersion": VERSION, "MessageSid": message.sid, "SmsSid": message.sid,
            "MessageStatus": status, "SmsStatus": status,
        }  # fmt: skip
        if message.channel == "whatsapp":
            form |= {"ChannelPrefix": "whatsapp", "ChannelToAddress": form["To"].removeprefix(WHATSAPP)}
        if status == "failed" and message.error_code:
            form |= {"ErrorCode": str(message.error_code), "ErrorMessage": ERRORS[message.error_code]}
        for _ in range(2 if Kind.DUPLICATE_CALLBACKS in message.faults else 1):
            await self._post(message.callback, form)

    async def _post(self, url: str, form: dict[str, str]) -> int | None:
        """Call a webhook as Twilio does: a form, signed over its address and its fields in order."""
        signed = url + "".join(name + form[name] for name in sorted(form))
        digest = hmac.digest(self._account.token.encode(), signed.encode(), "sha1")
        headers = {"X-Twilio-Signature": base64.b64encode(digest).decode()}
        try:
            return (await self._client.post(self._reached(url), data=form, headers=headers)).status_code
        except (httpx.HTTPError, httpx.InvalidURL):
            return None  # who doesn't listen isn't called again

    async def _fetch(self, message: Message) -> bool:
        """Fetch the files of a message; whether all of them came, and are what WhatsApp takes."""
        for url in message.media_urls:
            try:
                async with self._client.stream("GET", self._reached(url), follow_redirects=True) as answer:
                    kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
                    if not answer.is_success or kind not in MEDIA_TYPES:
                        return False
                    content = b""
                    async for piece in answer.aiter_bytes():
                        content += piece
                        if len(content) > MEDIA_LIMIT:
                            return False
            except (httpx.HTTPError, httpx.InvalidURL):
                return False
            self._store.attach(message, Media(content, kind, self._store.clock()))
        return True

    def _reached(self, url: str) -> str:
        return self._webhook.reached(url) if self._webhook else url
