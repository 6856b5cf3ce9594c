"""How stations handle complaints, each station and all together, by one reading of the year's cases."""

import uuid
from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession

from api.clock import LIMA
from api.figures.schemas import Count, Figures, Month, Times
from api.figures.statistics import share
from vocabulary.cases import DONE, FIRST_LOOK_LIMIT, OPEN, EntryKind
from vocabulary.places import all_districts

type Scope = uuid.UUID | None
"""A station, or None for all of them."""

_FACTS = """
create temporary table facts on commit drop as
with statuses as (
    select case_id, status, at, lag(status) over (partition by case_id order by number) as before
    from case_entries where status is not null
), changed as (
    select case_id, min(at) filter (where status in :done) as done_at, bool_or(status = 'dismissed') as dismissed,
        bool_or(status not in :done and before in :done) as reopened
    from statuses group by case_id
), classified as (
    select distinct case_id from case_entries
    where kind = :classification and detail ->> 'from' <> detail ->> 'to'
)
select handling_station_id as station, date_trunc('month', filed_at at time zone 'America/Lima')::date as month,
    coalesce(confirmed_type, incident_type) as kind, cases.channel, coalesce(conversations.language, '') as language,
    coalesce(ubigeo, '') as ubigeo, extract(epoch from first_look_at - filed_at) as look, extract(epoch from done_at - filed_at) as done,
    classified.case_id is not null as reclassified, coalesce(dismissed, false) as dismissed, coalesce(reopened, false) as reopened
from cases
left join changed on changed.case_id = cases.id
left join classified on classified.case_id = cases.id
left join conversations on conversations.id::text = key_owner
where filed_at >= :since and filed_at <= :at
"""
_TIMES = """
select grouping(station) = 0 as own, grouping(month) = 0 as monthly, station, month, count(*) as filed,
    count(look) as looks, percentile_cont(0.5) within group (order by look) as look, percentile_cont(0.9) within group (order by look) as slow_look,
    count(done) as dones, percentile_cont(0.5) within group (order by done) as done, percentile_cont(0.9) within group (order by done) as slow_done,
    count(*) filter (where reclassified) as reclassified, count(*) filter (where dismissed) as dismissed,
    count(*) filter (where reopened) as reopened
from facts group by grouping sets ((), (station), (month), (station, month)) order by month
"""
_COUNTS = """
select grouping(station) = 0 as own, station, case when grouping(kind) = 0 then 'kinds' when grouping(channel) = 0 then 'channels' else 'languages' end as what,
    coalesce(kind, channel, language) as key, count(*) as n
from facts
group by grouping sets ((kind), (channel), (language), (station, kind), (station, channel), (station, language))
order by n desc, key
"""
_BACKLOG = """
select grouping(handling_station_id) = 0 as own, handling_station_id as station, count(*) filter (where status in :open) as open,
    count(*) filter (where status in :open and first_look_at is null and filed_at < :looked_before) as late,
    count(*) filter (where report_due_at < :at and reported_at is null) as overdue
from cases where status in :open or (report_due_at < :at and reported_at is null)
group by grouping sets ((), (handling_station_id))
"""
_COPIES = """
select grouping(handling_station_id) = 0 as own, handling_station_id as station,
    count(*) filter (where copies.number = 1) as first_copies, count(*) filter (where copies.number > 1) as second_copies
from copies join cases on cases.id = case_id
where kind = 'complaint_copy' and issued_at >= :since and issued_at <= :at
group by grouping sets ((), (handling_station_id))
"""
_HANDOVERS = """
select grouping(handling_station_id) = 0 as own, handling_station_id as station, count(*) as conversations,
    count(*) filter (where exists (select from attendances where conversation_id = conversations.id)) as handed
from conversations left join cases on cases.id = case_id
where created_at >= :since and created_at <= :at
group by grouping sets ((), (handling_station_id))
"""
_DISTRICTS = """
select station_id as station, count(*) as districts,
    count(*) filter (where not exists (select from facts where facts.ubigeo = jurisdictions.ubigeo)) as without
from jurisdictions group by station_id
"""
_WITHOUT = "select count(distinct ubigeo) from facts where ubigeo <> ''"


async def gather(session: AsyncSession, *, since: datetime, at: datetime) -> Mapping[Scope, Figures]:
    """The figures of each station that has any, and of all, of the complaints filed from ``since`` until ``at``."""
    times = {"since": since, "at": at, "looked_before": at - FIRST_LOOK_LIMIT}
    lists = {"open": sorted(OPEN), "done": sorted(DONE)}
    found: defaultdict[Scope, Figures] = defaultdict(lambda: Figures(computed_at=at, since=since.date()))

    async def rows(query: str) -> list[tuple[Figures, Any]]:
        names = [name for name in lists if f":{name}" in query]
        statement = text(query).bindparams(*(bindparam(name, expanding=True) for name in names))
        given = {name: value for name, value in (times | lists).items() if f":{name}" in query}
        answered = (await session.execute(statement, given)).all()
        return [(found[row.station if row.own else None], row) for row in answered if not row.own or row.station]

    facts = text(_FACTS).bindparams(bindparam("done", expanding=True))
    asked = {"since": since, "at": at, "done": lists["done"], "classification": EntryKind.CLASSIFICATION.value}
    await session.execute(text("drop table if exists facts"))
    await session.execute(facts, asked)
    await session.execute(text("analyze facts"))
    months: dict[tuple[int, date], Month] = {}
    for figures, row in await rows(_TIMES):
        first_look = Times(n=row.looks, median=row.look, slowest=row.slow_look)
        done = Times(n=row.dones, median=row.done, slowest=row.slow_done)
        if row.monthly:
            months[id(figures), row.month] = Month(month=row.month, filed=row.filed, first_look=first_look, done=done)
            continue
        figures.filed, figures.first_look, figures.done = row.filed, first_look, done
        figures.reclassified = share(row.reclassified, row.filed)
        figures.dismissed = share(row.dismissed, row.filed)
        figures.reopened = share(row.reopened, row.filed)
    for figures, row in await rows(_COUNTS):
        getattr(figures, row.what).append(Count(key=row.key, n=row.n))
    for figures, row in await rows(_BACKLOG):
        figures.open, figures.late, figures.overdue = row.open, row.late, row.overdue
    for figures, row in await rows(_COPIES):
        figures.first_copies, figures.second_copies = row.first_copies, row.second_copies
    for figures, row in await rows(_HANDOVERS):
        figures.handovers = share(row.handed, row.conversations)
    for row in await session.execute(text(_DISTRICTS)):
        found[row.station].districts, found[row.station].districts_without = row.districts, row.without
    everywhere = len(all_districts())
    found[None].districts = everywhere
    for figures in found.values():
        figures.months = [months.get((id(figures), month), _empty(month)) for month in _months(since.date(), at)]
    found[None].districts_without = everywhere - (await session.scalar(text(_WITHOUT)) or 0)
    return found


def _months(since: date, at: datetime) -> list[date]:
    """The firsts of the months from ``since`` to the one of ``at``."""
    last = at.astimezone(LIMA).date()
    upto = range(since.year * 12 + since.month - 1, last.year * 12 + last.month)
    return [date(month // 12, month % 12 + 1, 1) for month in upto]


def _empty(month: date) -> Month:
    none = Times(n=0, median=None, slowest=None)
    return Month(month=month, filed=0, first_look=none, done=none)
