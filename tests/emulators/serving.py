"""The stand-in authorities over real HTTP on the loopback, with a clock that tests move."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import uvicorn
from cryptography import x509

from documents.signing import Signer, TimeStamper
from emulators.authorities import Authorities, create_app


@dataclass
class Clock:
    """What time the authorities believe it is."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now

    @contextmanager
    def at(self, moment: datetime) -> Iterator[None]:
        before, self.now = self.now, moment
        try:
            yield
        finally:
            self.now = before


@dataclass(frozen=True)
class Served:
    """Authorities that answer at ``url``."""

    url: str
    authorities: Authorities
    clock: Clock

    @property
    def time_stamper(self) -> TimeStamper:
        return TimeStamper(f"{self.url}/tsa", certificates=self.authorities.time_stamping_certificates)

    @property
    def root(self) -> x509.Certificate:
        return self.authorities.root.certificate

    def signer(self, *, revocation_url: str | None = None, **validity: datetime) -> Signer:
        """A new key with a certificate by these authorities, whose revocation may be told by somebody else."""
        authorities = Authorities(self.authorities.folder, url=revocation_url or self.url)
        return Signer.from_pkcs12(authorities.issue("Comisaría de DESARROLLO", **validity))


@contextmanager
def served(folder: Path, clock: Clock, **validity: datetime) -> Iterator[Served]:
    """Authorities whose keys lie in a folder, answering as long as the block lasts."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        authorities = Authorities(folder, url=url, **validity)
        app = create_app(folder, url=url, clock=clock)
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off"))
        listening.listen()
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield Served(url, authorities, clock)
        finally:
            server.should_exit = True
            thread.join()


@contextmanager
def answering(
    answer: bytes,
    *,
    status: int = 200,
    kind: str = "application/timestamp-reply",
    wait: float = 0,
    to_questions: bool = True,
    port: int = 0,
) -> Iterator[str]:
    """The URL of a server that has one answer to everything, a byte at a time if there is a ``wait`` in seconds;
    unless it answers ``to_questions``, to what is fetched alone. ``port`` 0 is any.
    """
    leaving = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.answer(status if to_questions else 405)

        def do_GET(self) -> None:
            self.answer(status)

        def answer(self, status: int) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            step = 1 if wait else max(len(answer), 1)
            for place in range(0, len(answer), step):
                if leaving.wait(wait):
                    return
                self.wfile.write(answer[place : place + step])

        def log_message(self, *_args: object) -> None:
            return None

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        leaving.set()
        server.shutdown()
        thread.join()
        server.server_close()
