"""Which provider carries WhatsApp in this installation."""

from functools import lru_cache

from api.conversations.channels.base import Channel
from api.conversations.channels.meta.whatsapp import MetaWhatsapp
from api.conversations.channels.twilio.whatsapp import TwilioWhatsapp
from api.settings import Settings, settings


def whatsapp() -> Channel:
    """The adapter of the provider that is set up."""
    return _adapter(settings())


@lru_cache(maxsize=1)
def _adapter(chosen: Settings) -> Channel:
    return MetaWhatsapp(chosen) if chosen.meta_phone_number_id else TwilioWhatsapp(chosen)


def whatsapp_number() -> str:
    """Our number in E.164, empty where the channel is closed."""
    chosen = settings()
    return chosen.meta_whatsapp_from if chosen.meta_phone_number_id else chosen.twilio_whatsapp_from
