"""The figures of a station, or of all."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel

from api.figures.statistics import Interval


class Times(BaseModel):
    """Seconds from the filing: the median, and what nine of ten were quicker than; ``n`` cases have got there."""

    n: int
    median: float | None
    slowest: float | None


class Month(BaseModel):
    """The complaints filed in a month (its first day) and how soon they were looked at and done with."""

    month: date
    filed: int
    first_look: Times
    done: Times


class Count(BaseModel):
    """How many complaints are of a key; the empty one is where it is not known."""

    key: str
    n: int


class Group(BaseModel):
    """The score that respondents of a key gave; the empty key is who did not say, None those of whom there were too few to
    be told apart."""

    key: str | None
    score: Interval


class Block(BaseModel):
    """Months in a row (their first days) with enough answers to be told."""

    since: date
    until: date
    score: Interval


class Theme(BaseModel):
    """How many comments of all stations are of a theme, and the ids of those that are shown for it."""

    key: str
    n: int
    examples: list[UUID]


class Fall(BaseModel):
    """The latest months' score is lower than before by more than chance."""

    before: Interval
    now: Interval
    probability: float


type Standing = Literal["above", "like", "below"]
"""Where a station stands beside all: only where its interval leaves their mean out it is above or below."""


class Survey(BaseModel):
    """What people said in the blocks that ended within the year; empty where there were too few answers.

    ``score``, ``questions``, ``solved`` and the groups leave out what was answered by a poster's code, which anyone may scan:
    ``poster`` tells that. ``rate`` is the opinions of complaints by complaints filed in the same months.
    """

    score: Interval | None = None
    solved: Interval | None = None
    rate: Interval | None = None
    poster: Interval | None = None
    women: Interval | None = None
    blocks: list[Block] = []
    questions: list[Group] = []
    channels: list[Group] = []
    languages: list[Group] = []
    genders: list[Group] = []


class Figures(BaseModel):
    """What is told of a station, or of all, for the twelve months that end with the present one.

    ``late`` are open cases that nobody looked at within the limit, ``overdue`` reports that the court should have by now.
    """

    computed_at: datetime
    since: date
    filed: int = 0
    first_look: Times = Times(n=0, median=None, slowest=None)
    done: Times = Times(n=0, median=None, slowest=None)
    months: list[Month] = []
    kinds: list[Count] = []
    channels: list[Count] = []
    languages: list[Count] = []
    reclassified: Interval | None = None
    dismissed: Interval | None = None
    reopened: Interval | None = None
    open: int = 0
    late: int = 0
    overdue: int = 0
    first_copies: int = 0
    second_copies: int = 0
    handovers: Interval | None = None
    districts: int = 0
    districts_without: int = 0
    survey: Survey = Survey()
    themes: list[Theme] = []
    fall: Fall | None = None
    standing: Standing | None = None
