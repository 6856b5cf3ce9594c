"""The house's own rules."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from api.settings import ROOT
from vocabulary.sentences import has_sentence

ROOMS = ("vocabulary", "documents", "actions", "api", "emulators", "bot/comisario_bot")
SOURCES = [file for room in ROOMS for file in sorted((ROOT / room).rglob("*.py"))]
LITERAL_SAYERS = {"say", "sentence", "t"}


def test_the_rooms_import_only_what_they_may() -> None:
    checked = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports")], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: str(file.relative_to(ROOT)))
def test_a_file_is_not_two_files(file: Path) -> None:
    assert len(file.read_text(encoding="utf-8").splitlines()) <= 450


def test_every_sentence_that_the_program_says_is_in_the_catalogue() -> None:
    said = set()
    for file in SOURCES:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                key = node.args[0].value
                if name in LITERAL_SAYERS and isinstance(key, str) and re.fullmatch(r"[a-z_]+(\.[a-z_0-9]+)+", key):
                    said.add(key)
    for page in (ROOT / "api" / "templates").rglob("*.html"):
        said |= set(re.findall(r"""\bt\(["']([a-z_0-9.]+[a-z_0-9])["']\s*[,)]""", page.read_text(encoding="utf-8")))
    assert len(said) > 100
    assert [key for key in sorted(said) if not has_sentence(key)] == []


def test_only_the_signed_channel_talks_to_the_bot_and_only_station_talks_to_the_api() -> None:
    clients = {str(f.relative_to(ROOT)) for f in SOURCES if re.search(r"^import httpx", f.read_text(), re.M)}
    assert {name for name in clients if name.startswith("actions/")} == {"actions/station.py"}


def test_no_page_has_a_script_or_a_style_of_its_own() -> None:
    for page in (ROOT / "api" / "templates").rglob("*.html"):
        html = page.read_text(encoding="utf-8")
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*(src=|type=\"application/json\"))", html), (
            page
        )
