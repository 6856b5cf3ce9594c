"""What people say of how they were served, told only where there are several of them (decision 15).

Months that are over make blocks of at least ``SEVERAL`` answers, which never change again; within a block each group has as
many, or is told together with others. So whatever is told, at any time, and whatever is taken from it or from what was told
before, is of ``SEVERAL`` people or of nobody.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from api.figures.schemas import Block, Fall, Figures, Group, Month, Survey
from api.figures.statistics import Moments, fall, mean, share

SEVERAL = 5
COMPARED = 10
"""Answers on either side without which no fall is looked for."""
LEVEL = 0.05
"""How likely a false alarm is in a month among all the stations together: each is tested at this, divided by how many are
(Bonferroni)."""
POSTER = "poster"
_SCORES = """
select station_id, date_trunc('month', answered_on)::date as month, channel, language,
    coalesce(answers ->> 'survey_gender', '') as gender, count(*) as n, sum(score) as total, sum(score * score) as squares,
    count(*) filter (where service = 'complaint') as of_complaints
from (select *, (answers ->> 'survey_score')::int as score from survey_responses) as responses
where score is not null and answered_on < :until
group by 1, 2, 3, 4, 5
"""
_ANSWERS = """
select station_id, date_trunc('month', answered_on)::date as month, step, count(*) as n,
    sum(case when step = 'survey_solved' then (answer = 'yes')::int else answer::int end) as total,
    sum(case when step = 'survey_solved' then (answer = 'yes')::int else answer::int ^ 2 end) as squares
from survey_responses cross join jsonb_each_text(answers) as given (step, answer)
where answered_on < :until and channel <> :poster and (step = 'survey_solved' or answer ~ '^[0-9]+$') and step <> 'survey_score'
group by 1, 2, 3
"""


@dataclass(frozen=True)
class Said:
    """The scores of some respondents who answered in the same month and have the same of everything else."""

    station: uuid.UUID | None
    month: date
    channel: str
    language: str
    gender: str
    scores: Moments
    of_complaints: int


def parted[Key](of: Iterable[tuple[Key, Moments]]) -> dict[Key | None, Moments]:
    """Each key's scores where there are several; the others stand together under None, with the smallest that could be
    told where they alone would be too few."""
    together: defaultdict[Key | None, Moments] = defaultdict(Moments)
    for key, scores in of:
        together[key] += scores
    few = [key for key, scores in together.items() if scores.n < SEVERAL]
    rest = sum((together.pop(key) for key in few), Moments())
    while rest.n and rest.n < SEVERAL and together:
        rest += together.pop(min(together, key=lambda key: (together[key].n, str(key))))
    return dict(together) | ({None: rest} if rest.n else {})


def blocks(of: Iterable[tuple[date, int]]) -> list[tuple[date, date]]:
    """The first and last months of the blocks: months in a row until there are several answers. What is left waits."""
    counts: defaultdict[date, int] = defaultdict(int)
    for month, n in of:
        counts[month] += n
    found, since, n = [], None, 0
    for month in sorted(counts):
        since, n = since or month, n + counts[month]
        if n >= SEVERAL:
            found.append((since, month))
            since, n = None, 0
    return found


async def gather(
    session: AsyncSession, *, figures: Mapping[uuid.UUID | None, Figures], since: date, until: date
) -> None:
    """Add what was answered in the months before ``until`` (a first of the month) to each figures that there are; of the
    blocks, those that ended ``since`` or later."""
    said: defaultdict[uuid.UUID | None, list[Said]] = defaultdict(list)
    for row in await session.execute(text(_SCORES), {"until": until}):
        one = Said(row.station_id, row.month, row.channel, row.language, row.gender,
                   Moments(row.n, row.total, row.squares), row.of_complaints)  # fmt: skip
        said[None].append(one)
        if row.station_id:
            said[row.station_id].append(one)
    answers: defaultdict[uuid.UUID | None, list[tuple[date, str, Moments]]] = defaultdict(list)
    for row in await session.execute(text(_ANSWERS), {"until": until, "poster": POSTER}):
        answered = (row.month, row.step, Moments(row.n, float(row.total), float(row.squares)))
        answers[None].append(answered)
        if row.station_id:
            answers[row.station_id].append(answered)
    scores: dict[uuid.UUID | None, list[Moments]] = {}
    for station, own in figures.items():
        own.survey, scores[station] = _survey(said[station], answers[station], own.months, since)
    _warn(figures, scores)
    _place(figures, scores)


def _warn(figures: Mapping[uuid.UUID | None, Figures], scores: Mapping[uuid.UUID | None, Sequence[Moments]]) -> None:
    """Note of which stations the latest answers are below those before by more than chance. The latest are of the last block,
    or of as many of the last as it takes to have enough."""
    recent: dict[uuid.UUID, tuple[Moments, Moments]] = {}
    for station, of_blocks in scores.items():
        left, now = list(of_blocks), Moments()
        while left and now.n < COMPARED:
            now += left.pop()
        before = sum(left, Moments())
        if station and min(before.n, now.n) >= COMPARED:
            recent[station] = before, now
    for station, (before, now) in recent.items():
        probability, was, is_now = fall(before, now), mean(before), mean(now)
        if probability < LEVEL / len(recent) and was and is_now:
            figures[station].fall = Fall(before=was, now=is_now, probability=probability)


def _place(figures: Mapping[uuid.UUID | None, Figures], scores: Mapping[uuid.UUID | None, Sequence[Moments]]) -> None:
    """Say where each station stands beside all: apart only where its interval leaves their mean out, all intervals together
    being right with 95 %."""
    totals = {station: sum(of_blocks, Moments()) for station, of_blocks in scores.items()}
    overall = totals.pop(None, Moments())
    told = {station: total for station, total in totals.items() if total.n}
    for station, total in told.items():
        interval = mean(total, confidence=1 - LEVEL / len(told))
        if interval and interval.low is not None and interval.high is not None:
            above, below = interval.low > overall.mean, interval.high < overall.mean
            figures[station].standing = "above" if above else "below" if below else "like"


def _survey(
    said: Sequence[Said], answers: Sequence[tuple[date, str, Moments]], months: Sequence[Month], since: date
) -> tuple[Survey, list[Moments]]:
    """What is told of the answers, and the scores of each block that is told of."""
    asked = [one for one in said if one.channel != POSTER]
    told = [span for span in blocks((one.month, one.scores.n) for one in asked) if span[1] >= since]
    found, scores, survey = [], [], Survey()
    groups: dict[str, defaultdict[str | None, Moments]] = {
        name: defaultdict(Moments) for name in ("channel", "language", "gender", "question")
    }
    opinions = filed = 0
    for first, last in told:
        within = [one for one in asked if first <= one.month <= last]
        scores.append(sum((one.scores for one in within), Moments()))
        if interval := mean(scores[-1]):
            found.append(Block(since=first, until=last, score=interval))
        for name in ("channel", "language", "gender"):
            for key, part in parted((str(getattr(one, name)), one.scores) for one in within).items():
                groups[name][key] += part
        by_question = parted((step, part) for month, step, part in answers if first <= month <= last)
        for step, part in by_question.items():
            groups["question"][step] += part
        in_block = [one.filed for one in months if first <= one.month <= last]
        if first >= since and in_block:
            opinions += sum(one.of_complaints for one in within)
            filed += sum(in_block)
    survey.blocks, survey.score = found, mean(sum(scores, Moments()))
    solved = groups["question"].pop("survey_solved", None)
    survey.solved = share(round(solved.total), solved.n) if solved else None
    groups["question"].pop(None, None)  # different questions have no mean together
    survey.questions = _told(groups["question"])
    survey.channels, survey.languages = _told(groups["channel"]), _told(groups["language"])
    survey.genders = _told(groups["gender"])
    stated = sum(one.score.n for one in survey.genders if one.key)
    women = next((one.score.n for one in survey.genders if one.key == "woman"), 0)
    survey.women = share(women, stated) if women else None
    survey.rate = share(opinions, filed) if opinions <= filed else None
    by_poster = [one for one in said if one.channel == POSTER]
    spans = [span for span in blocks((one.month, one.scores.n) for one in by_poster) if span[1] >= since]
    counted = [one.scores for one in by_poster if any(first <= one.month <= last for first, last in spans)]
    survey.poster = mean(sum(counted, Moments()))
    return survey, scores


def _told(groups: Mapping[str | None, Moments]) -> list[Group]:
    """The groups by how many there are; those too few to be told apart come last."""
    ranked = sorted(groups.items(), key=lambda item: (item[0] is None, -item[1].n, item[0] or ""))
    return [Group(key=key, score=interval) for key, scores in ranked if (interval := mean(scores))]
