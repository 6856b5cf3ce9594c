"""The states of a case."""

from enum import StrEnum


class CaseStatus(StrEnum):
    REGISTERED = "registered"
    UNDER_REVIEW = "under_review"
    INFORMATION_REQUESTED = "information_requested"
    ACCEPTED = "accepted"
    REFERRED = "referred"
    CLOSED = "closed"
    DISMISSED = "dismissed"


class Role(StrEnum):
    """What a member of staff may do."""

    OPERATOR = "operator"
    OFFICER = "officer"
    COMMISSIONER = "commissioner"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
