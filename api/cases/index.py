"""What a case is found by: names as keyed hashes of their words, and words in clear of what is not personal."""

import re
import unicodedata
from collections.abc import Iterable

from sqlalchemy import func, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from api.cases.models import Case, CaseIdentifier, CaseWord
from api.security import KeyRing

OWN_PHONE = "own_phone"
"""The kind of identifier that the complainant's own telephone is."""

LANGUAGE = "spanish"
"""PostgreSQL's configuration for the words in clear."""

_PARTICLES = frozenset({"de", "del", "la", "las", "los", "el", "y", "e", "da", "do", "dos", "van", "von"})


def fold(text: str) -> str:
    """Without accents and case."""
    apart = unicodedata.normalize("NFKD", text)
    return "".join(c for c in apart if not unicodedata.combining(c)).casefold()


def in_clear(text: str) -> str:
    """Words in clear as they are kept and looked for: without accents, case and the plural, which the stemmer leaves ("celulares")."""
    return re.sub(r"(?<=[lrnd])es\b|(?<=[aeiou])s\b", "", fold(text))


def words(text: str) -> list[str]:
    """The words of a name that tell people apart, each once."""
    found = re.findall(r"[^\W_]+", fold(text))
    return list(dict.fromkeys(word for word in found if len(word) > 1 and word not in _PARTICLES))


def word_hash(word: str, keys: KeyRing) -> bytes:
    """Half of a hash is more than enough to tell words apart, and there are some for each case."""
    return keys.keyed_hash(word, purpose="word")[:16]


def identifier_hash(kind: str, value: str, keys: KeyRing) -> bytes:
    return keys.keyed_hash(value, purpose=f"identifier:{kind}")


async def identify(session: AsyncSession, *, case: Case, identifiers: Iterable[tuple[str, str]], keys: KeyRing) -> None:
    """Note the telephones, accounts, plates and IMEIs (kind, value) that a complaint names; twice is once."""
    rows = [
        {"case_id": case.id, "kind": kind, "keyed_hash": identifier_hash(kind, value, keys)}
        for kind, value in sorted(set(identifiers))
    ]
    if rows:
        await session.execute(insert(CaseIdentifier).on_conflict_do_nothing(), rows)


async def name(session: AsyncSession, *, case: Case, names: Iterable[str | None], keys: KeyRing) -> None:
    """Note the words of the names of complainant and victim; twice is once."""
    rows = [
        {
            "case_id": case.id,
            "keyed_hash": word_hash(word, keys),
            "station_id": case.handling_station_id,
            "filed_at": case.filed_at,
        }
        for word in words(" ".join(filter(None, names)))
    ]
    if rows:
        await session.execute(insert(CaseWord).on_conflict_do_nothing(), rows)


async def describe(session: AsyncSession, *, case: Case, text: str) -> None:
    """Note the words in clear, which must hold nothing personal."""
    document = func.to_tsvector(LANGUAGE, in_clear(text))
    await session.execute(
        update(Case).where(Case.id == case.id).values(document=document).execution_options(synchronize_session=False)
    )
