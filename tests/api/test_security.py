from pathlib import Path
from threading import Thread

import pytest
from pydantic import ValidationError

from api.security import DataKey, KeyRing, SealBroken
from api.settings import Settings


def test_sealed_data_opens_only_with_its_key_and_for_its_purpose(tmp_path: Path) -> None:
    keys = KeyRing(tmp_path)
    key, wrapped = keys.new_data_key(owner="a")
    sealed = key.seal(b"secreto", purpose="draft")
    assert keys.unwrap(wrapped, owner="a").open(sealed, purpose="draft") == b"secreto"
    for opening in (
        lambda: key.open(sealed, purpose="message:1"),
        lambda: DataKey(b"\0" * 32).open(sealed, purpose="draft"),
        lambda: key.open(sealed[:-1] + bytes([sealed[-1] ^ 1]), purpose="draft"),
        lambda: keys.unwrap(wrapped, owner="b"),
    ):
        with pytest.raises(SealBroken):
            opening()


def test_the_same_words_never_look_the_same_sealed(tmp_path: Path) -> None:
    key, _ = KeyRing(tmp_path).new_data_key(owner="a")
    assert key.seal(b"x", purpose="p") != key.seal(b"x", purpose="p")


def test_processes_that_start_at_once_get_the_same_key(tmp_path: Path) -> None:
    found: list[bytes] = []
    threads = [Thread(target=lambda: found.append(KeyRing(tmp_path).keyed_hash("a", purpose="p"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["index.key"]
    assert (tmp_path / "index.key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("missing", ["DATABASE_URL", "COMISARIO_INTERNAL_SECRET", "COMISARIO_SIGNING_KEY"])
def test_production_refuses_to_start_without_its_secrets(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    monkeypatch.setenv("COMISARIO_ENVIRONMENT", "production")
    monkeypatch.setenv("COMISARIO_TESTING", "false")
    for name in ("DATABASE_URL", "COMISARIO_INTERNAL_SECRET", "COMISARIO_SIGNING_KEY"):
        monkeypatch.setenv(name, "x")
    Settings()
    monkeypatch.delenv(missing)
    with pytest.raises(ValidationError, match=missing):
        Settings()


def test_production_refuses_the_testing_surface(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMISARIO_ENVIRONMENT", "production")
    monkeypatch.setenv("COMISARIO_TESTING", "true")
    with pytest.raises(ValidationError, match="testing surface"):
        Settings()
