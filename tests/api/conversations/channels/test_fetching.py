"""A file is fetched from its provider's hosts and from nowhere else, whatever names and redirects say."""

import asyncio
import socket
from collections.abc import AsyncIterator
from typing import Any

import httpcore
import pytest

from api.conversations.channels.base import Remote
from api.conversations.channels.fetching import NotFetched, fetch, is_public
from tests.api.conversations.channels.talking import Server, a_server

HOSTS = frozenset({"api.twilio.com", ".twiliocdn.com"})
SECRET = {"Authorization": "Basic c2VjcmV0"}


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with a_server() as made:
        yield made


async def fetched(server: Server, path: str = "/file", limit: int = 1000) -> bytes:
    return await fetch(Remote(server.url + path, SECRET, HOSTS, server.url), limit=limit)


async def test_a_file_is_fetched_with_the_account_over_a_redirect_at_its_provider(server: Server) -> None:
    server.leads("/file", "/cdn/1")
    server.says("/cdn/1", b"photo")
    assert await fetched(server) == b"photo"
    assert all(b"Basic c2VjcmV0" in head for head in server.asked)


@pytest.mark.parametrize(
    "to",
    [
        "http://127.0.0.1:9/", "http://localhost/", "https://127.0.0.1/", "http://169.254.169.254/latest/meta-data/",
        "https://169.254.169.254/", "http://[::1]/", "https://[fd00:ec2::254]/", "https://evil.example/", "ftp://api.twilio.com/x",
        "file:///etc/passwd", "https://api.twilio.com:8443/x", "http://api.twilio.com/x", "https://user:pw@api.twilio.com/x",
        "https://api.twilio.com.evil.example/x", "https://eviltwiliocdn.com/x", "https://2130706433/", "gopher://x/", "//evil.example/",
        "https://api.twilio.com\\@evil.example/", "https://[bad/", "https://api.twilio.com:99999/",
    ],
)  # fmt: skip
async def test_a_redirect_to_anywhere_else_is_refused_and_nothing_is_asked_there(server: Server, to: str) -> None:
    server.leads("/file", to)
    with pytest.raises(NotFetched) as refused:
        await fetched(server)
    assert refused.value.lasting
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "169.254.169.254", "10.0.0.7", "192.168.1.1", "172.16.0.1", "100.64.0.1", "0.0.0.1", "224.0.0.1",
        "::1", "fe80::1", "fd00::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "::", "ff02::1",
    ],
)  # fmt: skip
async def test_a_provider_s_name_that_answers_with_a_private_address_is_refused(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    connected = _resolve(monkeypatch, [["93.184.215.14", address]])
    with pytest.raises(NotFetched) as refused:
        await fetch(Remote("https://api.twilio.com/x", SECRET, HOSTS), limit=1000)
    assert refused.value.lasting
    assert connected == []


async def test_a_name_that_changes_its_answer_is_asked_once_and_the_checked_address_is_used(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    connected = _resolve(monkeypatch, [["93.184.215.14"], ["127.0.0.1"]])
    with pytest.raises(NotFetched) as failed:
        await fetch(Remote("https://api.twilio.com/x", SECRET, HOSTS), limit=1000)
    assert not failed.value.lasting
    assert connected == ["93.184.215.14"]


def _resolve(monkeypatch: pytest.MonkeyPatch, answers: list[list[str]]) -> list[str]:
    """Let names resolve to these addresses, one answer after the other; answers what is connected to, which fails."""
    connected: list[str] = []

    async def resolve(host: str, port: int, **_: Any) -> list[tuple[Any, ...]]:
        found = answers.pop(0) if len(answers) > 1 else answers[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]

    async def connect(self: object, host: str, *_: Any, **__: Any) -> Any:
        connected.append(host)
        raise httpcore.ConnectError("unplugged")

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", resolve)
    monkeypatch.setattr(httpcore.AnyIOBackend, "connect_tcp", connect)
    return connected


async def test_a_file_larger_than_allowed_is_not_read_to_its_end(server: Server) -> None:
    server.says("/file", b"x" * 5000)
    with pytest.raises(NotFetched, match="too large"):
        await fetched(server)


async def test_redirects_without_end_are_left(server: Server) -> None:
    server.leads("/file", "/file")
    with pytest.raises(NotFetched, match="too many redirects"):
        await fetched(server)


@pytest.mark.parametrize(("status", "lasting"), [(404, False), (429, False), (500, False), (403, True), (410, True)])
async def test_a_refusal_is_tried_again_where_another_try_may_end_otherwise(
    server: Server, status: int, lasting: bool
) -> None:
    server.answers["/file"] = b"HTTP/1.1 %d X\r\nContent-Length: 0\r\n\r\n" % status
    with pytest.raises(NotFetched) as refused:
        await fetched(server)
    assert refused.value.lasting is lasting


@pytest.mark.parametrize("answer", [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"])
async def test_a_broken_answer_is_tried_again(server: Server, answer: bytes) -> None:
    server.answers["/file"] = answer
    with pytest.raises(NotFetched) as failed:
        await fetched(server)
    assert not failed.value.lasting


def test_the_public_internet_is_public() -> None:
    assert is_public("93.184.215.14")
    assert is_public("2606:2800:220:1::1")
