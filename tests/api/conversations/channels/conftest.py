"""WhatsApp by Twilio's own client, to the emulator."""

from collections.abc import Iterator

import pytest

from api.settings import settings
from tests.api.conftest import Emulators


@pytest.fixture
def whatsapp(emulators: Emulators, monkeypatch: pytest.MonkeyPatch) -> Iterator[Emulators]:
    monkeypatch.setenv("COMISARIO_TWILIO_WHATSAPP_FROM", "+15005550006")
    monkeypatch.setenv("COMISARIO_WHATSAPP_PER_SECOND", "1000")
    settings.cache_clear()
    yield emulators
    settings.cache_clear()
