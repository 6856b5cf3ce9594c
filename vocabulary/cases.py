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
