"""The commands as whoever runs a station meets them."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from api.settings import ROOT
from emulators.authorities import Authorities
from tests.e2e.conftest import Stack, clean_environment, command, start

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("cli")]


def entry(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the entry itself, ``./comisario``."""
    return subprocess.run(
        [str(ROOT / "comisario"), *arguments],
        env=clean_environment() | environment, cwd="/", capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


def test_the_entry_works_from_any_folder_and_keeps_standard_output_for_results() -> None:
    helped = entry("--help")
    assert helped.returncode == 0
    assert "verify" in helped.stdout
    assert helped.stderr == ""


def test_what_follows_test_goes_to_pytest_and_an_unknown_option_elsewhere_is_an_error() -> None:
    assert "pytest" in command("test", "--version").stdout
    refused = command("verify", "x.pdf", "--colour")
    assert refused.returncode == 2
    assert "--colour" in refused.stderr


def test_a_missing_python_is_one_clear_sentence(tmp_path: Path) -> None:
    """The entry alone in a folder, on a machine with no Python 3.12."""
    shutil.copy(ROOT / "comisario", tmp_path / "comisario")
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("sh", "dirname", "cksum", "date", "df", "awk", "cat", "mkdir", "rm", "flock"):
        found = shutil.which(name)
        assert found, name
        (tools / name).symlink_to(found)
    (tmp_path / "requirements.lock").touch()
    told = subprocess.run(
        [str(tmp_path / "comisario"), "up"],
        env={"PATH": str(tools), "HOME": str(tmp_path)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert told.returncode == 1
    assert "Falta Python 3.12" in told.stderr
    assert "Traceback" not in told.stderr


def test_a_taken_port_is_one_clear_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        for told in (
            command("up", "--port", port, "--data", str(tmp_path)),
            command("doctor", "--port", port, "--data", str(tmp_path)),
        ):
            assert told.returncode != 0
            assert f"El puerto {port} está ocupado" in told.stdout + told.stderr
            assert "Traceback" not in told.stderr


def test_a_data_folder_that_can_t_be_written_is_one_clear_sentence(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.touch()
    told = command("up", "--port", "1", "--data", str(blocked / "data"))
    assert told.returncode == 2
    assert "No se puede escribir" in told.stderr


def test_a_full_disk_is_one_clear_sentence() -> None:
    full = Path("/dev/shm/comisario-full")  # noqa: S108 - a memory disk is filled, not the machine's
    if not os.access(full.parent, os.W_OK) or os.geteuid() != 0:
        pytest.fail("the test needs a memory disk")
    full.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=10m", "tmpfs", str(full)], check=True)
    try:
        told = command("up", "--data", str(full / "data"))
    finally:
        subprocess.run(["umount", str(full)], check=True)
        full.rmdir()
    assert told.returncode == 2
    assert "Queda poco espacio en disco" in told.stderr


def test_testing_and_production_never_go_together(tmp_path: Path) -> None:
    environment = clean_environment() | {"COMISARIO_ENVIRONMENT": "production"}
    told = subprocess.run(
        [sys.executable, "-m", "api.cli", "up", "--testing", "--data", str(tmp_path)],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert told.returncode == 2
    assert "--testing" in told.stderr


@pytest.mark.parametrize(
    ("setting", "told"),
    [("COMISARIO_ENVIRONMENT=production", "no se puede usar"), ("COMISARIO_TWILIO_ACCOUNT_SID=AC1", "uno de verdad")],
)
def test_the_telephone_is_for_the_emulated_twilio_alone(tmp_path: Path, setting: str, told: str) -> None:
    name, _, value = setting.partition("=")
    found = entry("up", "--phone", "--data", str(tmp_path), **{name: value})
    assert (found.returncode, found.stdout) == (2, "")
    assert "--phone" in found.stderr
    assert told in found.stderr


def test_a_good_machine_gets_a_clean_bill_from_the_doctor(tmp_path: Path) -> None:
    told = command("doctor", "--port", "0", "--data", str(tmp_path))
    assert (told.returncode, told.stdout) == (0, "Todo está en orden.\n")


@pytest.mark.parametrize(("days", "told"), [(60, "Todo está en orden."), (10, "vence el")])
def test_the_doctor_says_when_the_signing_certificate_is_about_to_end(tmp_path: Path, days: int, told: str) -> None:
    key, ends = tmp_path / "key.p12", datetime.now(UTC) + timedelta(days=days)
    key.write_bytes(Authorities(tmp_path / "authorities").issue("Comisaría", not_after=ends))
    found = subprocess.run(
        [sys.executable, "-m", "api.cli", "doctor", "--port", "0", "--data", str(tmp_path / "data")],
        cwd=ROOT, env=clean_environment() | {"COMISARIO_SIGNING_KEY": str(key)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert told in found.stdout


@pytest.mark.parametrize(
    ("content", "status"),
    [(b"hola", "unreadable"), (b"", "unreadable"), (b"%PDF-1.4\n1 0 obj<<>>endobj\n%%EOF", "unreadable")],
)
def test_a_file_that_is_no_copy_is_an_answer_not_an_error(tmp_path: Path, content: bytes, status: str) -> None:
    file = tmp_path / "x.pdf"
    file.write_bytes(content)
    told = command("verify", str(file), "--json", "--data", str(tmp_path / "data"))
    assert told.returncode == 1, told.stderr
    assert json.loads(told.stdout)["status"] == status


def test_a_station_catalogue_is_imported_after_a_dry_run(tmp_path: Path) -> None:
    file = tmp_path / "comisarias.csv"
    file.write_text("code,name,ubigeos\n1501321,Comisaría Zárate,150132\n", encoding="utf-8")
    new = "nueva; recibe San Juan de Lurigancho (Lima, Lima) de Comisaría de San Juan de Lurigancho"
    changed = f"línea 2: 1501321 Comisaría Zárate: {new}\n"
    for option, changes in ((["--dry-run"], changed), ([], changed), (["--dry-run"], "")):
        told = command("stations", "import", str(file), *option, "--data", str(tmp_path / "data"))
        assert (told.returncode, told.stdout) == (0, f"{changes}1 comisarías, 1 distritos\n"), told.stderr
    added = ("staff", "add", "--login", "ana", "--name", "Ana", "--role", "officer", "--data", str(tmp_path / "data"))
    first = command(*added, "--station", "1501321").stdout.strip()
    assert len(first) >= 12
    renewed = command("staff", "reset", "--login", "ana", "--data", str(tmp_path / "data")).stdout.strip()
    assert len(renewed) >= 12
    assert renewed != first
    assert command("staff", "reset", "--login", "eva", "--data", str(tmp_path / "data")).returncode == 2
    again = command(*added, "--station", "1501321")
    assert (again.returncode, again.stdout) == (2, "")
    assert "Ya existe" in again.stderr
    file.write_text("code,name,ubigeos\nx,Sin código,999999\n", encoding="utf-8")
    told = command("stations", "import", str(file), "--data", str(tmp_path / "data"))
    assert told.returncode == 2
    assert "línea 2" in told.stderr


def test_the_demonstration_is_filled_once_and_a_second_start_is_quick(tmp_path: Path) -> None:
    first = start(tmp_path, "--demo")
    _stop(first)
    shown = (tmp_path / "up.log").read_text()
    for role in ("operator", "officer", "commissioner", "auditor", "administrator"):
        assert f"demo-{role}: " in shown
    begun = time.monotonic()
    again = start(tmp_path, "--demo", "--phone")
    taken = time.monotonic() - begun
    assert again.process.stdout is not None
    address = again.process.stdout.readline().removeprefix("Teléfono de prueba: ").strip()
    assert "telefono.js" in httpx.get(address).text
    assert "demo-officer: " not in (tmp_path / "up.log").read_text()
    leftover = [again.pids(part) for part in ("bot", "actions", "api", "worker")]
    second = command("up", "--data", str(tmp_path), "--port", "0")
    assert "Ya hay un Comisario Virtual en marcha" in second.stderr
    _stop(again)
    for pids in leftover:
        assert pids
        for pid in pids:
            assert not Path(f"/proc/{pid}").exists()
    assert taken < 90, "a start that trains or installs again"


def test_a_backup_brings_everything_back_with_the_keys_and_nothing_without(tmp_path: Path) -> None:
    data, other, archive = tmp_path / "data", tmp_path / "other", tmp_path / "backup.tgz"
    data.mkdir()
    running = start(data)

    draft = {"incident_type": "theft", "narrative": "Me sacaron la billetera", "full_name": "Ana Ñahui"}
    created = httpx.post(f"{running.url}/api/v1/testing/cases", json={"draft": draft}, timeout=60).json()
    saved = command("backup", str(archive), "--data", str(data))
    assert saved.returncode == 0, saved.stderr
    _stop(running)
    without = command("restore", str(archive), "--data", str(other))
    assert without.returncode == 2
    assert "register.key" in without.stderr
    shutil.copytree(data / "keys", other / "keys", ignore=shutil.ignore_patterns("*.password"))
    assert command("restore", str(archive), "--data", str(other)).returncode == 0
    restored = start(other)
    code = created["verification_code"]
    verdict = httpx.get(f"{restored.url}/api/v1/verifications/{code}").json()
    assert verdict["case_number"] == created["case_number"]
    _stop(restored)


def _stop(stack: Stack) -> None:
    stack.process.send_signal(signal.SIGTERM)
    assert stack.process.wait(timeout=30) == 0
    assert stack.process.stdout
    stack.process.stdout.close()
