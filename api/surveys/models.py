"""What citizens say of how they were served. Nothing in these tables is in any other that leads to a person."""

import uuid
from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from api.database import Base
from vocabulary.questionnaires import Answer


class SurveyResponse(Base):
    """The closed answers of one person, by the question's step, and the day.

    ``service`` is what the opinion is about and None where it is about none in particular, or about a visit; ``station_id`` is
    None where no station is known. ``channel`` is ``poster`` where it came by a station's poster, which anyone may answer. There is no time, and nothing to find whose it is.
    """

    __tablename__ = "survey_responses"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    survey: Mapped[str]
    version: Mapped[int]
    service: Mapped[str | None]
    channel: Mapped[str]
    language: Mapped[str]
    station_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("stations.id"))
    answered_on: Mapped[date]
    answers: Mapped[dict[str, Answer]] = mapped_column(JSONB)


class SurveyComment(Base):
    """What somebody wrote, sealed under a key of its own: it knows neither the other answers nor a station, and of its
    date only the month (its first day)."""

    __tablename__ = "survey_comments"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    survey: Mapped[str]
    month: Mapped[date]
    text: Mapped[bytes]
    data_key: Mapped[bytes]


class SurveyTally(Base):
    """How often something was done at a ``place``, the hash of a form or a keyed one of a station or a network in it on one
    day; deleted once its ``last_day`` is over. No response knows of it."""

    __tablename__ = "survey_tallies"
    __table_args__ = (CheckConstraint("count > 0", name="positive"),)

    place: Mapped[bytes] = mapped_column(primary_key=True)
    last_day: Mapped[date]
    count: Mapped[int]


class SurveyInvitation(Base):
    """That it is settled whether to ask about a service: the id of the case, copy or entry, and the day. It does not tell whether
    anybody was asked, nor whether they answered."""

    __tablename__ = "survey_invitations"

    about: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    settled_on: Mapped[date]


class SurveyToken(Base):
    """A link to answer by once, until its ``last_day`` is over: what it is about, and not of whom."""

    __tablename__ = "survey_tokens"

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    service: Mapped[str]
    station_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("stations.id"))
    last_day: Mapped[date]


class SurveyContact(Base):
    """A contact that was asked, as a keyed hash: ``refused`` once they said so by the link of ``leave_hash``."""

    __tablename__ = "survey_contacts"

    contact_hash: Mapped[bytes] = mapped_column(primary_key=True)
    leave_hash: Mapped[bytes] = mapped_column(unique=True)
    refused: Mapped[bool]
