"""``up``: sets up, starts every process, says when the first message can be answered, stops all it started."""

import asyncio
import fcntl
import os
import shutil
import signal
import socket
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx

from api.cli import database, demo, setup
from api.cli.errors import Trouble
from api.cli.postgres import free_port
from api.cli.setup import step
from api.cli.supervisor import Part, Supervisor
from api.security import KeyRing
from api.settings import ROOT, settings
from vocabulary.sentences import sentence

_READY_SECONDS = 180
_NEEDED_MB = 500
_ACCOUNT = (f"AC{'0' * 32}", "emulated", "+15005550006")
"""Of the emulated Twilio: its name, its token and its number."""


@dataclass(frozen=True)
class Options:
    host: str
    port: int
    data: Path
    demo: bool
    testing: bool
    phone: bool = False

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"


def check(options: Options) -> None:
    """What would keep the start from succeeding, before anything is started. Raises ``Trouble``."""
    if options.testing and os.environ.get("COMISARIO_ENVIRONMENT") == "production":
        raise Trouble("testing_in_production")
    if options.phone and not emulated():
        raise Trouble("phone_in_production")
    if options.phone and "COMISARIO_TWILIO_ACCOUNT_SID" in os.environ:
        raise Trouble("phone_with_twilio")
    try:
        options.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        (options.data / "logs").mkdir(exist_ok=True)
    except OSError as error:
        raise Trouble("data_not_writable", path=options.data) from error
    if not os.access(options.data, os.W_OK):
        raise Trouble("data_not_writable", path=options.data)
    free = shutil.disk_usage(options.data).free // 2**20
    if free < _NEEDED_MB:
        raise Trouble("disk_full", free=free, needed=_NEEDED_MB, path=options.data)
    if not _is_free(options.host, options.port):
        raise Trouble("port_taken", port=options.port)


def _is_free(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def up(options: Options) -> int:
    """Run an installation until Ctrl-C or SIGTERM."""
    check(options)
    with ExitStack() as stack:
        lock = stack.enter_context((options.data / ".lock").open("w"))
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Trouble("another_running", data=options.data) from error
        setup.ensure_fonts()
        model = setup.ensure_model()
        with step("database"):
            url = stack.enter_context(database.running(options.data))
        _environment(options, url)
        with step("migrations"):
            database.migrate(url)
        asyncio.run(database.prepare())
        if options.demo:
            with step("demo"):
                asyncio.run(demo.fill())
        return asyncio.run(_serve(options, model))


def _environment(options: Options, url: str) -> None:
    """Give the settings of this start to this process and to the ones that it starts.

    What development has no provider for is emulated.
    """
    os.environ["DATABASE_URL"] = url
    os.environ["COMISARIO_DATA"] = str(options.data)
    os.environ["COMISARIO_TESTING"] = str(options.testing).lower()
    os.environ.setdefault("COMISARIO_PUBLIC_URL", options.url)
    os.environ.setdefault("COMISARIO_INTERNAL_SECRET", KeyRing(options.data / "keys").internal_secret)
    if emulated():
        _emulate(options.data / "emulators")
    settings.cache_clear()


def _emulate(folder: Path) -> None:
    """Have everything that development lacks come from the emulators.

    They keep their port, which is written into the certificates of the authorities, as long as it is free.
    """
    folder.mkdir(mode=0o700, exist_ok=True)
    kept = folder / "port"
    port = int(kept.read_text()) if kept.exists() else free_port()
    if not _is_free("127.0.0.1", port):
        port = free_port()
    kept.write_text(str(port))
    smtp_port, url = free_port(), f"http://127.0.0.1:{port}"
    os.environ["COMISARIO_EMULATORS"] = f"{port}:{smtp_port}"
    os.environ.setdefault("COMISARIO_SMTP_URL", f"smtp://127.0.0.1:{smtp_port}")
    if "COMISARIO_TWILIO_ACCOUNT_SID" not in os.environ:
        sid, token, number = _ACCOUNT
        os.environ["COMISARIO_TWILIO_ACCOUNT_SID"] = sid
        os.environ["COMISARIO_TWILIO_AUTH_TOKEN"] = token
        os.environ["COMISARIO_TWILIO_SMS_FROM"] = number
        if "COMISARIO_META_PHONE_NUMBER_ID" not in os.environ:
            os.environ["COMISARIO_TWILIO_WHATSAPP_FROM"] = number
        os.environ["COMISARIO_TWILIO_URL"] = url
    if "COMISARIO_TIME_STAMP_URL" not in os.environ:
        os.environ["COMISARIO_TIME_STAMP_URL"] = f"{url}/tsa"
        os.environ["COMISARIO_TIME_STAMP_CERTIFICATES"] = str(folder / "sello-de-tiempo.pem")


def emulated() -> bool:
    """Whether the emulators run: in development alone."""
    return os.environ.get("COMISARIO_ENVIRONMENT", "development") == "development"


def parts(options: Options, model: Path) -> list[Part]:
    """The processes of an installation, each on a port of the loopback that is free now."""
    bot_port = free_port()
    actions_port = int(os.environ.get("COMISARIO_ACTIONS_PORT") or free_port())
    api_url = f"http://127.0.0.1:{options.port}"
    shared = {
        "COMISARIO_BOT_URL": f"http://127.0.0.1:{bot_port}",
        "COMISARIO_API_URL": api_url,
        "COMISARIO_ACTIONS_URL": f"http://127.0.0.1:{actions_port}/webhook",
    }
    secret = {"COMISARIO_INTERNAL_SECRET": os.environ["COMISARIO_INTERNAL_SECRET"]}
    python = sys.executable
    logs = options.data / "logs"
    api = [
        python, "-m", "uvicorn", "api.app:create_app", "--factory", "--host", options.host, "--port",
        str(options.port), "--no-access-log", "--log-level", "warning", "--timeout-graceful-shutdown", "5",
    ]  # fmt: skip
    actions = [python, "-m", "actions.server", "--port", str(actions_port)]
    bot = [
        str(setup.bot_python()), "-W", "ignore", "-m", "rasa", "run", "--model", str(model), "--endpoints",
        "endpoints.yml", "--credentials", "credentials.yml", "--interface", "127.0.0.1", "--port", str(bot_port),
    ]  # fmt: skip
    emulators = []
    if ports := os.environ.get("COMISARIO_EMULATORS"):
        port, _, smtp_port = ports.partition(":")
        folder = str(options.data / "emulators")
        command = [python, "-m", "emulators", "--port", port, "--smtp-port", smtp_port, "--folder", folder]
        command += ["--account", *_ACCOUNT, "--webhook", api_url, os.environ["COMISARIO_PUBLIC_URL"].rstrip("/")]
        emulators = [Part("emulators", command, ROOT, shared, logs / "emulators.log")]
    return [
        *emulators,
        Part("bot", bot, ROOT / "bot", setup.bot_environment() | shared | secret, logs / "bot.log", yields=True),
        Part("actions", actions, ROOT, shared, logs / "actions.log", yields=True),
        Part("api", api, ROOT, shared, logs / "api.log"),
        Part("worker", [python, "-m", "api.jobs"], ROOT, shared, logs / "worker.log", yields=True),
    ]


async def _serve(options: Options, model: Path) -> int:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    supervisor = Supervisor(
        parts(options, model), lambda part: print(f"  {part.name}: se reinicia", file=sys.stderr, flush=True)
    )
    supervisor.start()
    try:
        with step("start"):
            await _until_ready(options, supervisor, stopped)
        if not stopped.is_set():
            if ports := os.environ.get("COMISARIO_EMULATORS"):
                address = f"http://127.0.0.1:{ports.partition(':')[0]}"
                print(sentence("cli.emulators", url=address), file=sys.stderr, flush=True)
            print(sentence("cli.ready", url=options.url), flush=True)
            if options.phone:
                print(sentence("cli.phone", url=address), flush=True)
        await stopped.wait()
    finally:
        await supervisor.stop()
    return 0


async def _until_ready(options: Options, supervisor: Supervisor, stopped: asyncio.Event) -> None:
    """Wait until a citizen would be answered. Raises ``Trouble`` for a part that dies again and again."""
    deadline = asyncio.get_running_loop().time() + _READY_SECONDS
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{options.port}", timeout=5) as client:
        while not stopped.is_set():
            for part in supervisor.parts:
                if part.starts > 5 or asyncio.get_running_loop().time() > deadline:
                    lines = [x for x in part.log.read_text(errors="replace").splitlines() if x.strip()]
                    raise Trouble("part_failed", part=part.name, detail=lines[-1] if lines else "", log=part.log)
            try:
                if (await client.get("/readyz")).status_code == httpx.codes.OK:
                    return
            except httpx.HTTPError:
                pass  # it does not listen yet
            await asyncio.sleep(0.2)
