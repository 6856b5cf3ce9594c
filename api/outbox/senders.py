"""How a message leaves: e-mail by SMTP, SMS by Twilio. What is not set up does not exist for the rest of the program."""

import smtplib
import ssl
from contextlib import suppress
from email.message import EmailMessage
from email.utils import make_msgid
from enum import StrEnum
from typing import Protocol
from urllib.parse import unquote, urlsplit

from api.settings import Settings

_SECONDS = 10


class Channel(StrEnum):
    EMAIL = "email"
    SMS = "sms"


class NotSent(Exception):
    """The provider did not take the message; it may at another time."""


class Sender(Protocol):
    def send(self, *, to: str, subject: str, text: str) -> None:
        """Hand a message to the provider; blocks for some seconds at most. Raises ``NotSent``."""


class Smtp:
    """Sends by the server of ``COMISARIO_SMTP_URL``: ``smtp://`` (with STARTTLS wherever it is offered) or ``smtps://``."""

    def __init__(self, settings: Settings) -> None:
        self._server = urlsplit(settings.smtp_url.get_secret_value())
        self._from = settings.mail_from

    def send(self, *, to: str, subject: str, text: str) -> None:
        try:
            message = EmailMessage()
            message["From"], message["To"], message["Subject"] = self._from, to, subject
            message["Message-ID"] = make_msgid(domain=self._from.rpartition("@")[2])
            message.set_content(text)
            client = self._connected()
            if self._server.username:
                client.login(unquote(self._server.username), unquote(self._server.password or ""))
            client.send_message(message)
        except (smtplib.SMTPException, OSError, ValueError) as error:
            raise NotSent(type(error).__name__) from None  # its text may hold the address
        with suppress(smtplib.SMTPException, OSError):  # it was taken, however the server takes its leave
            client.quit()

    def _connected(self) -> smtplib.SMTP:
        host, port = self._server.hostname or "", self._server.port or 0
        tls = ssl.create_default_context()
        if self._server.scheme == "smtps":
            return smtplib.SMTP_SSL(host, port, timeout=_SECONDS, context=tls)
        client = smtplib.SMTP(host, port, timeout=_SECONDS)
        client.ehlo()
        if client.has_extn("starttls"):
            client.starttls(context=tls)
        elif self._server.username:
            raise smtplib.SMTPNotSupportedError("no password is sent in clear")
        return client


def available(settings: Settings) -> frozenset[Channel]:
    """The channels that this installation can send by."""
    found = set()
    if settings.smtp_url.get_secret_value():
        found.add(Channel.EMAIL)
    if settings.twilio_account_sid and settings.twilio_sms_from:
        found.add(Channel.SMS)
    return frozenset(found)
