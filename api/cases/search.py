"""Finding cases from one box. What is typed is kept nowhere: the audit entry says what kind of thing was looked for."""

import re
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import phonenumbers
from sqlalchemy import ColumnElement, Row, Select, func, select, text, true, union_all
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from api.audit import service as audit
from api.audit.service import Act
from api.cases import service as cases
from api.cases.index import LANGUAGE, OWN_PHONE, identifier_hash, in_clear, word_hash, words
from api.cases.models import Case, CaseIdentifier, CaseWord
from api.cases.queue import listed
from api.complaints import service as complaints
from api.security import KeyRing
from api.staff.models import StaffMember
from vocabulary.cases import Role
from vocabulary.codes import find_case_number

MOST = 50
"""Cases that a search shows of each kind, the latest first."""

LONGEST = 200
"""Characters of what may be typed."""

_WORDS = 6


class Kind(StrEnum):
    """What cases were found by."""

    NUMBER = "number"
    IDENTIFIER = "identifier"
    NAME = "name"
    TEXT = "text"


@dataclass(frozen=True)
class Found:
    """Cases found in one way; ``more`` is whether there are others that only a narrower search shows."""

    kind: Kind
    cases: Sequence[Row[*tuple[Any, ...]]]
    more: bool


async def search(session: AsyncSession, *, typed: str, member: StaffMember, keys: KeyRing, at: datetime) -> list[Found]:
    """The cases that a member of staff may open and that what was typed finds: the number of a case, else a document,
    telephone, account, plate or IMEI, else names and, beside them, words of what is not personal."""
    typed = typed.replace("\0", " ")  # which PostgreSQL takes in no text
    # how many cases have a word differs by thousands, and with it what is quickest
    await session.execute(text("set local plan_cache_mode = force_custom_plan"))
    number = find_case_number(typed)
    if number is not None:
        ways = [(Kind.NUMBER, select(Case.id).where(Case.number == number, cases.readable_by(member)))]
    elif not words(typed):
        ways = []
    else:
        ways = []
        if any(c.isdigit() for c in typed):
            ways = [(Kind.IDENTIFIER, _by_identifier(typed, member, keys))]
        if any(c.isalpha() for c in typed):
            ways += [(Kind.NAME, _by_names(typed, member, keys)), (Kind.TEXT, _by_text(typed, member))]
    found = []
    for kind, query in ways:
        ids = list(await session.scalars(query))
        if ids:
            found.append(Found(kind, await _read(session, ids[:MOST], member), len(ids) > MOST))
        if ids and kind is Kind.IDENTIFIER:
            break
    what = "+".join(f"{one.kind}:{len(one.cases)}" for one in found) or f"{ways[0][0] if ways else 'nothing'}:0"
    audit.record(session, Act.CASES_SEARCHED, actor=f"staff:{member.id}", subject=f"search:{what}", at=at)
    return found


async def _read(session: AsyncSession, ids: list[uuid.UUID], member: StaffMember) -> Sequence[Row[*tuple[Any, ...]]]:
    query = listed(select(Case.id).where(Case.id.in_(ids), cases.readable_by(member)))
    return (await session.execute(query.order_by(None).order_by(Case.filed_at.desc()))).all()


def _by_identifier(typed: str, member: StaffMember, keys: KeyRing) -> Select[uuid.UUID]:
    document = "".join(c for c in typed if c.isalnum()).upper()
    hashes = [identifier_hash(kind, value, keys) for kind, value in _identifiers(typed)]
    either = union_all(
        select(Case.id).where(Case.complainant_hash == complaints.complainant_hash(document, keys)),
        select(CaseIdentifier.case_id).where(CaseIdentifier.keyed_hash.in_(hashes)),
    )
    return (
        select(Case.id)
        .where(Case.id.in_(either), cases.readable_by(member))
        .order_by(Case.filed_at.desc())
        .limit(MOST + 1)
    )


def _identifiers(typed: str) -> Iterator[tuple[str, str]]:
    """What the identifiers of a complaint would be that are written as was typed."""
    together = re.sub(r"[\s.-]", "", typed).upper()
    if together.isdigit():
        yield "account", together
        yield "imei", together
    if re.fullmatch(r"(?=.*\d)[A-Z0-9]{6}", together):
        yield "plate", f"{together[:3]}-{together[3:]}"
        yield "plate", f"{together[:4]}-{together[4:]}"
    for match in phonenumbers.PhoneNumberMatcher(typed, "PE"):
        phone = phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164)
        yield "phone", phone
        yield OWN_PHONE, phone


def _by_names(typed: str, member: StaffMember, keys: KeyRing) -> Select[uuid.UUID]:
    """Cases that have every word in the names of complainant or victim."""
    first, *others = (_with(aliased(CaseWord), word_hash(word, keys), member) for word in words(typed)[:_WORDS])
    word, named = first
    query = select(word.case_id).where(named)
    for other, also_named in others:
        query = query.join(other, (other.case_id == word.case_id) & also_named)
    return query.order_by(word.filed_at.desc()).limit(MOST + 1)


def _with(word: type[CaseWord], hashed: bytes, member: StaffMember) -> tuple[type[CaseWord], ColumnElement[bool]]:
    """A word of a name and that it is this one, of the cases that its index narrows to a station."""
    of_station = true() if member.role == Role.AUDITOR else word.station_id == member.station_id
    return word, (word.keyed_hash == hashed) & of_station


def _by_text(typed: str, member: StaffMember) -> Select[uuid.UUID]:
    told = Case.document.bool_op("@@")(func.websearch_to_tsquery(LANGUAGE, in_clear(typed)))
    return select(Case.id).where(told, cases.readable_by(member)).order_by(Case.filed_at.desc()).limit(MOST + 1)
