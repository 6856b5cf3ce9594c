"""Fetching a file from a provider, and from nowhere else: every hop's host and every address it resolves to is checked."""

import asyncio
import ipaddress
import socket
from collections.abc import Iterable
from urllib.parse import SplitResult, urljoin, urlsplit

import httpcore
from httpcore import AnyIOBackend, AsyncNetworkBackend, AsyncNetworkStream

from api.conversations.channels.base import Remote

_HOPS = 3
_SECONDS = 60
_CONNECT_SECONDS = 10
_REDIRECTS = (301, 302, 303, 307, 308)


class NotFetched(Exception):
    """A file could not be fetched; ``lasting`` is whether another try would end the same."""

    def __init__(self, why: str, *, lasting: bool = False) -> None:
        super().__init__(why)
        self.lasting = lasting


class _PublicOnly(AsyncNetworkBackend):
    """Connects to the very address that was checked, so that a name can't answer twice differently.

    ``trusted`` are the hosts (name and port) that may be private: a provider that stands in for another in development.
    """

    def __init__(self, trusted: frozenset[tuple[str, int]]) -> None:
        self._inner = AnyIOBackend()
        self._trusted = trusted

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> AsyncNetworkStream:
        loop = asyncio.get_running_loop()
        try:
            found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError as error:
            raise httpcore.ConnectError("no address") from error
        addresses = [str(one[4][0]) for one in found]
        if (host, port) not in self._trusted and not all(is_public(address) for address in addresses):
            raise NotFetched("an address that is not public", lasting=True)
        return await self._inner.connect_tcp(addresses[0], port, timeout, local_address, socket_options)

    async def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None
    ) -> AsyncNetworkStream:
        raise NotFetched("no socket of this machine", lasting=True)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


def is_public(address: str) -> bool:
    """Whether an address is one of the public internet, also in an IPv6 that carries an IPv4."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        carried = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        nat64 = found in ipaddress.ip_network("64:ff9b::/96")
        carried = ipaddress.IPv4Address(found.packed[-4:]) if nat64 else carried
        if carried is not None and not carried.is_global:
            return False
    return found.is_global and not found.is_multicast


async def fetch(remote: Remote, *, limit: int) -> bytes:
    """The bytes of a file, at most ``limit``. Raises ``NotFetched``."""
    try:
        async with asyncio.timeout(_SECONDS):
            return await _follow(remote, limit, urlsplit(remote.trusted) if remote.trusted else None)
    except TimeoutError as error:
        raise NotFetched("too slow") from error
    except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError, OSError) as error:
        raise NotFetched(type(error).__name__) from error


async def _follow(remote: Remote, limit: int, trusted: SplitResult | None) -> bytes:
    base = (trusted.scheme, trusted.hostname, _port(trusted)) if trusted else None
    private = frozenset({(str(trusted.hostname), _port(trusted))}) if trusted else frozenset()
    came_from, url, first = "", remote.url, None
    async with httpcore.AsyncConnectionPool(network_backend=_PublicOnly(private)) as pool:
        for _ in range(_HOPS + 1):
            parts = _checked(came_from, url, remote.hosts, base)
            first = first or parts.hostname
            headers = {"Host": parts.netloc, "Accept-Encoding": "identity"}
            if parts.hostname == first:
                headers |= remote.headers
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            asked = httpcore.URL(scheme=parts.scheme, host=parts.hostname or "", port=_port(parts), target=target)
            async with pool.stream(
                "GET", asked, headers=list(headers.items()), extensions={"timeout": {"connect": _CONNECT_SECONDS}}
            ) as answer:
                if answer.status in _REDIRECTS:
                    told = {name.lower(): value for name, value in answer.headers}
                    came_from, url = parts.geturl(), told.get(b"location", b"").decode("ascii", "replace")
                    continue
                if answer.status != 200:
                    lasting = 400 <= answer.status < 500 and answer.status not in (404, 408, 429)
                    raise NotFetched(f"status {answer.status}", lasting=lasting)
                data = bytearray()
                async for chunk in answer.aiter_stream():
                    data += chunk
                    if len(data) > limit:
                        raise NotFetched("too large", lasting=True)
                return bytes(data)
    raise NotFetched("too many redirects", lasting=True)


def _port(parts: SplitResult) -> int:
    return parts.port or (443 if parts.scheme == "https" else 80)


def _checked(came_from: str, url: str, hosts: frozenset[str], base: tuple[str, str | None, int] | None) -> SplitResult:
    """The parts of an address that may be asked, which may be told from where one came. Raises ``NotFetched``."""
    try:
        parts = urlsplit(urljoin(came_from, url))
        place = (parts.scheme, parts.hostname, _port(parts))
    except ValueError as error:
        raise NotFetched("no address", lasting=True) from error
    if base is not None and place == base:
        return parts
    host = parts.hostname or ""
    known = host in hosts or any(h.startswith(".") and host.endswith(h) for h in hosts)
    if parts.scheme != "https" or _port(parts) != 443 or parts.username is not None or not known:
        raise NotFetched("a host that is not the provider's", lasting=True)
    return parts
