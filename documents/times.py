"""Moments as they are printed."""

from datetime import datetime
from zoneinfo import ZoneInfo

from vocabulary.sentences import sentence

_LIMA = ZoneInfo("America/Lima")


def printed(moment: datetime) -> str:
    """An aware moment in words, on Lima's clock. Raises ``ValueError`` if it is naive."""
    if moment.tzinfo is None:
        raise ValueError("a moment without time zone cannot be printed")
    local = moment.astimezone(_LIMA)
    return sentence(
        "documents.time.moment",
        day=local.day,
        month=sentence(f"documents.month.{local.month}"),
        year=local.year,
        hour=local.hour,
        minute=local.minute,
    )
