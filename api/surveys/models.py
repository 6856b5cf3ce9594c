"""What citizens say of how they were treated; no response leads to a person."""

import uuid
from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from api.database import Base


class SurveyResponse(Base):
    """One answered survey: the station, the day and the score from 1 to 5. Nothing else is kept."""

    __tablename__ = "survey_responses"
    __table_args__ = (CheckConstraint("score between 1 and 5", name="score_in_scale"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    station_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("stations.id"))
    answered_on: Mapped[date]
    score: Mapped[int]
