"""The states of a case, what may be done with one, and who may do it."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType


class CaseStatus(StrEnum):
    REGISTERED = "registered"
    UNDER_REVIEW = "under_review"
    INFORMATION_REQUESTED = "information_requested"
    ACCEPTED = "accepted"
    REFERRED = "referred"
    CLOSED = "closed"
    DISMISSED = "dismissed"


DONE = frozenset({CaseStatus.REFERRED, CaseStatus.CLOSED, CaseStatus.DISMISSED})
"""The states in which nothing more is expected of the station."""

FIRST_LOOK_TARGET, FIRST_LOOK_LIMIT = timedelta(hours=2), timedelta(hours=24)
"""Within what an officer should, and must, have looked at a case."""

REPORT_ALARM = timedelta(hours=12)
"""How long before the court must have been told the missing report is an alarm."""


class EntryKind(StrEnum):
    """What kind of event an entry of a case is, and what its note and detail hold.

    ``INFORMATION_REQUEST`` asks the citizen (note: the question), ``CITIZEN_ANSWER`` is what they said. ``CITIZEN_REQUEST``
    is what they ask (detail ``about``: question, correct or withdraw), which a ``REPLY`` answers (detail ``answers``: the
    number of that entry). ``NOTE`` is seen by staff alone. ``CALL`` is a telephone call (detail ``reached``).
    """

    REGISTERED = "registered"
    STATUS = "status"
    CLASSIFICATION = "classification"
    ASSIGNMENT = "assignment"
    TRANSFER = "transfer"
    NOTE = "note"
    INFORMATION_REQUEST = "information_request"
    CITIZEN_ANSWER = "citizen_answer"
    CITIZEN_REQUEST = "citizen_request"
    REPLY = "reply"
    CALL = "call"
    JOIN = "join"
    SIDPOL = "sidpol"


LOOKS = frozenset(
    {EntryKind.ASSIGNMENT, EntryKind.STATUS, EntryKind.CLASSIFICATION, EntryKind.INFORMATION_REQUEST, EntryKind.REPLY}
)
"""What tells the citizen, where they see it, that somebody looked at the case: not that it was passed on or numbered."""


class CustodyAct(StrEnum):
    """What was done with a file: come in, looked at here, taken as a file, given to somebody outside, or only checked."""

    RECEIVED = "received"
    OPENED = "opened"
    DOWNLOADED = "downloaded"
    RELEASED = "released"
    VERIFIED = "verified"


class CaseAct(StrEnum):
    """What an officer does with a case; each leaves an entry. ``REVIEW`` begins to look at it, ``ASK`` asks the citizen,
    ``REPLY`` answers what they asked."""

    TAKE = "take"
    ASSIGN = "assign"
    REVIEW = "review"
    CLASSIFY = "classify"
    ASK = "ask"
    REPLY = "reply"
    NOTE = "note"
    ACCEPT = "accept"
    REFER = "refer"
    CLOSE = "close"
    DISMISS = "dismiss"
    REOPEN = "reopen"
    TRANSFER = "transfer"
    SIDPOL = "sidpol"


_ANY = frozenset(CaseStatus)
_NEW = frozenset({CaseStatus.REGISTERED, CaseStatus.UNDER_REVIEW, CaseStatus.INFORMATION_REQUESTED})
OPEN = _NEW | {CaseStatus.ACCEPTED}
"""The statuses of a case that the station still works on."""

ALLOWED: Mapping[CaseAct, frozenset[CaseStatus]] = MappingProxyType(
    {
        CaseAct.TAKE: OPEN,
        CaseAct.ASSIGN: OPEN,
        CaseAct.REVIEW: frozenset({CaseStatus.REGISTERED}),
        CaseAct.CLASSIFY: OPEN,
        CaseAct.ASK: OPEN,
        CaseAct.REPLY: _ANY,
        CaseAct.NOTE: _ANY,
        CaseAct.ACCEPT: _NEW,
        CaseAct.REFER: OPEN,
        CaseAct.CLOSE: OPEN | {CaseStatus.REFERRED},
        CaseAct.DISMISS: _NEW,
        CaseAct.REOPEN: _ANY - OPEN,
        CaseAct.TRANSFER: OPEN,
        CaseAct.SIDPOL: _ANY,
    }
)
"""In which statuses each act is done."""

NEEDS_TYPE = frozenset({CaseAct.ACCEPT, CaseAct.REFER, CaseAct.CLOSE, CaseAct.DISMISS})
"""Acts before which an officer has said which kind of incident it is."""


class Authority(StrEnum):
    """To whom a case is referred."""

    PROSECUTOR = "prosecutor"
    FAMILY_COURT = "family_court"
    WOMEN_CENTRE = "women_centre"
    POLICE_UNIT = "police_unit"
    INSPECTORATE = "inspectorate"
    MUNICIPALITY = "municipality"
    OTHER = "other"


class TaskKind(StrEnum):
    """A call to the complainant that is due some days after filing; its script stands in ``tasks.<kind>``."""

    CALL_AT_3 = "call_at_3"
    CALL_AT_25 = "call_at_25"


CALL_AFTER: Mapping[TaskKind, timedelta] = MappingProxyType(
    {TaskKind.CALL_AT_3: timedelta(days=3), TaskKind.CALL_AT_25: timedelta(days=25)}
)
CALL_AGAIN = timedelta(days=1)
"""After how long a call that nobody answered is tried again."""
CALL_TRIES = 3


class Role(StrEnum):
    """What a member of staff may do."""

    OPERATOR = "operator"
    OFFICER = "officer"
    COMMISSIONER = "commissioner"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class Permission(StrEnum):
    """What a role may allow."""

    TALK = "talk"
    READ_CASES = "read_cases"
    WORK_CASES = "work_cases"
    HEAD_STATION = "head_station"
    ASK_OPINIONS = "ask_opinions"
    READ_AUDIT = "read_audit"
    ADMINISTER = "administer"


PERMISSIONS = {
    Role.OPERATOR: frozenset({Permission.TALK}),
    Role.OFFICER: frozenset({Permission.TALK, Permission.READ_CASES, Permission.WORK_CASES}),
    Role.COMMISSIONER: frozenset(
        {
            Permission.TALK,
            Permission.READ_CASES,
            Permission.WORK_CASES,
            Permission.HEAD_STATION,
            Permission.ASK_OPINIONS,
        }
    ),
    Role.AUDITOR: frozenset({Permission.READ_CASES, Permission.READ_AUDIT}),
    Role.ADMINISTRATOR: frozenset({Permission.ADMINISTER, Permission.ASK_OPINIONS}),
}
"""What each role may do; whose cases they are is told elsewhere."""


class Assurance(StrEnum):
    """How sure it is that complainants are who they say, from what they declare to an officer who saw them."""

    DECLARED = "declared"
    CONTACT_VERIFIED = "contact_verified"
    REGISTRY_MATCHED = "registry_matched"
    SEEN_BY_OFFICER = "seen_by_officer"

    @classmethod
    def best(cls, *found: str) -> "Assurance":
        """The surest of several."""
        order = list(cls)
        return max((cls(one) for one in found), key=order.index)
