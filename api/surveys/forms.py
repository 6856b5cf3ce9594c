"""The forms of the surveys that hang in the stations: each is good once, for a while, and not for a machine's haste.

What keeps one person from answering for many tells nobody: of a network there is only a keyed hash, good for one station
and one day, in a tally that the day's end deletes and no response knows of.
"""

import secrets
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from api.clock import LIMA
from api.errors import Malformed
from api.security import KeyRing, token_hash
from api.surveys.models import SurveyTally

YOUNGEST, OLDEST = timedelta(seconds=4), timedelta(hours=2)
"""Nobody reads and answers in less; who comes back after more begins again."""
OF_STATION, OF_NETWORK = 300, 20
"""Responses that a station takes in a day, and those from one network: telephones of a whole street may share an address."""


class Age(StrEnum):
    """Whether a form may be sent by its age."""

    RIGHT = "right"
    TOO_FAST = "too_fast"
    TOO_OLD = "too_old"


class Taken(StrEnum):
    """What became of a form that was sent."""

    TAKEN = "taken"
    USED = "used"
    FULL = "full"


def issue(*, station_code: str, keys: KeyRing, at: datetime) -> str:
    """A form's token: when it was given, some chance, and the signature over both and the station."""
    told = f"{int(at.timestamp())}.{secrets.token_urlsafe(12)}"
    return f"{told}.{_signature(station_code, told, keys)}"


def age(token: str, *, station_code: str, keys: KeyRing, at: datetime) -> Age:
    """Raises ``Malformed`` for a token that is not ours or is another station's."""
    told, _, signature = token.rpartition(".")
    if not secrets.compare_digest(signature.encode(), _signature(station_code, told, keys).encode()):
        raise Malformed
    since = at - datetime.fromtimestamp(int(told.partition(".")[0]), at.tzinfo)
    if since > OLDEST:
        return Age.TOO_OLD
    return Age.TOO_FAST if since < YOUNGEST else Age.RIGHT


def _signature(station_code: str, told: str, keys: KeyRing) -> str:
    return keys.keyed_hash(f"{station_code}.{told}", purpose="survey form").hex()


async def take(
    session: AsyncSession, *, token: str, station_code: str, network: bytes, keys: KeyRing, at: datetime
) -> Taken:
    """Use a form up and count it where it comes from; one that is not taken changes nothing. To be committed before the
    response is written, so that no transaction has both."""
    today = at.astimezone(LIMA).date()
    places = (
        (token_hash(token), 1, today + timedelta(days=1), Taken.USED),
        (_place(f"{today}:{station_code}:{network.hex()}", keys), OF_NETWORK, today, Taken.FULL),
        (_place(f"{today}:{station_code}", keys), OF_STATION, today, Taken.FULL),
    )
    async with session.begin_nested() as attempt:
        for place, most, last_day, otherwise in places:
            if not await _count(session, place=place, most=most, last_day=last_day):
                await attempt.rollback()
                return otherwise
    return Taken.TAKEN


def _place(name: str, keys: KeyRing) -> bytes:
    return keys.keyed_hash(name, purpose="survey tally")


async def _count(session: AsyncSession, *, place: bytes, most: int, last_day: date) -> bool:
    """Count one more at a place; False if there are as many as there may be."""
    counting = (
        insert(SurveyTally)
        .values(place=place, last_day=last_day, count=1)
        .on_conflict_do_update(
            index_elements=["place"], set_={"count": SurveyTally.count + 1}, where=SurveyTally.count < most
        )
        .returning(SurveyTally.count)
    )
    return await session.scalar(counting) is not None


async def forget(session: AsyncSession, *, at: datetime) -> None:
    """Delete the tallies of days that are over."""
    await session.execute(delete(SurveyTally).where(SurveyTally.last_day < at.astimezone(LIMA).date()))
