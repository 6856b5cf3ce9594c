"""What the queue and each search cost among a million cases, as pages of the whole app and without a network.

``COMISARIO_BENCH_CASES`` says among how many. The floor is a case found by its number, which every page's session, template
and audit entry stand beside too. Both are 95th percentiles of wall time; what each page took goes to standard error.
"""

import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path

import httpx
import psycopg
from fastapi import FastAPI

from api.app import create_app
from api.cases.index import in_clear, word_hash
from api.cli import database
from api.cli.postgres import Cluster, stop
from api.security import KeyRing
from api.settings import settings
from vocabulary.codes import case_number
from vocabulary.incidents import INTAKES, IncidentType
from vocabulary.places import all_districts
from vocabulary.sentences import table

_CASES = "COMISARIO_BENCH_CASES"
_ROUNDS = 60
_URL = "http://127.0.0.1:8000"
_GIVEN, _SURNAMES, _SAMPLES = 400, 1500, 50
_KINDS = {
    IncidentType.THEFT: 26, IncidentType.ROBBERY: 18, IncidentType.DOMESTIC_VIOLENCE: 14, IncidentType.LOST_DOCUMENT: 12,
    IncidentType.FRAUD: 9, IncidentType.CYBERCRIME: 6, IncidentType.VEHICLE_THEFT: 4, IncidentType.TRAFFIC_ACCIDENT: 4,
    IncidentType.EXTORTION: 3, IncidentType.THREATS: 2, IncidentType.MISSING_PERSON: 1, IncidentType.OTHER: 1,
}  # fmt: skip
_THINGS = (
    "celular samsung", "celular xiaomi", "celular apple", "dinero en efectivo", "billetera documento DNI", "laptop hp",
    "vehículo toyota auto blanco", "vehículo honda moto roja", "bolso mochila negra", "bicicleta monark azul", "joya casio",
)  # fmt: skip
_FILL = """
insert into cases (id, number, station_id, handling_station_id, year, sequence, incident_type, ubigeo, channel, key_owner,
    data_key, dedup_key, filed_at, priority, confidential, anonymous, report_due_at, failed_lookups, complainant_hash,
    identity_assurance, status, last_entry, first_look_at, confirmed_type, sidpol_number, reported_at, asked_at, document)
select case_id, code || '-' || extract(year from filed_at) || '-' || lpad(i::text, 7, '0') || '-0', station_id, station_id,
    extract(year from filed_at), i, kind, ubigeo, 'web', case_id::text, sha256(i::text::bytea) || sha256(i::text::bytea),
    sha256(('case' || i)::bytea), filed_at, priority, priority, false,
    case when report then filed_at + interval '24 hours' end, 0, pg_temp.keyed('complainant', lpad(i::text, 8, '0')),
    'declared', status, 1, case when status <> 'registered' then filed_at + interval '1 hour' end,
    case when status <> 'registered' then kind end, case when status in ('referred', 'closed') then 'S' || i end,
    case when report and status <> 'registered' then filed_at + interval '9 hours' end,
    case when status = 'accepted' and i %% 7 = 0 then filed_at + interval '2 days' end,
    to_tsvector('spanish', label || ' ' || place || ' ' || thing)
from (
    select drawn.*, gen_random_uuid() as case_id, station.*, kind.*, thing,
        case when age < interval '8 hours' then 'registered'
             when age > interval '40 days' and chance < .95 then (array['closed', 'referred', 'dismissed'])[1 + i %% 3]
             else (array['under_review', 'under_review', 'information_requested', 'accepted', 'registered'])[1 + i %% 5]
        end as status
    from (
        select i, %(at)s - age as filed_at, age, chance, floor(power(a, 2) * (select count(*) from stations_of))::int as at_station,
            floor(b * (select sum(weight) from kinds_of))::int as at_kind, 1 + floor(c * %(things)s)::int as at_thing
        from (select i, interval '1095 days' * random() as age, random() as chance, random() as a, random() as b, random() as c
              from generate_series(1, %(count)s) as i) as chances
    ) as drawn
    join stations_of as station on station.place_in_line = at_station
    join kinds_of as kind on at_kind >= kind.from_weight and at_kind < kind.from_weight + kind.weight
    join things_of as thing_of on thing_of.place_in_line = at_thing
) as rows
"""
_WORDS = """
insert into case_words (case_id, keyed_hash, station_id, filed_at)
select id, names_of.keyed_hash, handling_station_id, filed_at
from (
    select id, handling_station_id, filed_at, kind,
        floor(power(random(), 2) * case kind when 'given' then %(given)s else %(surnames)s end) as at
    from cases cross join (values ('given'), ('given'), ('surname'), ('surname'), ('surname')) as part (kind)
) as drawn
join names_of on names_of.kind = drawn.kind and names_of.place_in_line = drawn.at
on conflict do nothing
"""
_IDENTIFIERS = """
insert into case_identifiers (case_id, kind, keyed_hash)
select id, kind, pg_temp.keyed('identifier:' || kind, value) from cases
cross join lateral (values ('own_phone', '+519' || lpad(sequence::text, 8, '0')),
    ('plate', case when sequence % 20 = 0 then 'ABC-' || sequence end), ('imei', case when sequence % 5 = 0 then '35' || lpad(sequence::text, 13, '0') end),
    ('account', case when sequence % 10 = 0 then '191' || lpad((sequence / 50)::text, 11, '0') end)) as said (kind, value)
where value is not null
"""


def fill(url: str, *, keys: KeyRing, count: int, at: datetime) -> None:
    """Fill an empty database with cases of three years: few stations have many, few are open, few names are many people's."""
    keys.ensure()
    secret = (keys.folder / "index.key").read_bytes().ljust(64, b"\0")
    inner, outer = (bytes(one ^ pad for one in secret) for pad in (0x36, 0x5C))
    with psycopg.connect(url) as connection:
        connection.execute("set client_min_messages = warning; select setseed(0.5)")
        connection.execute(
            "create function pg_temp.keyed(purpose text, value text) returns bytea language sql immutable as $$"
            f"select sha256('\\x{outer.hex()}'::bytea || sha256('\\x{inner.hex()}'::bytea"
            " || convert_to(purpose, 'UTF8') || '\\x00'::bytea || convert_to(value, 'UTF8'))) $$"
        )
        _draw_from(connection, keys)
        indexes = connection.execute(
            "select indexname, indexdef from pg_indexes where indexdef not like 'CREATE UNIQUE%'"
            " and tablename in ('cases', 'case_words', 'case_identifiers')"
        ).fetchall()
        for name, _ in indexes:
            connection.execute(f'drop index "{name}"')
        connection.execute(_FILL, {"at": at, "count": count, "things": len(_THINGS)})
        connection.execute(_WORDS, {"given": _GIVEN, "surnames": _SURNAMES})
        connection.execute(_IDENTIFIERS)
        for _, definition in indexes:
            connection.execute(definition)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("vacuum (analyze)")


def _draw_from(connection: psycopg.Connection[tuple[object, ...]], keys: KeyRing) -> None:
    """The stations, kinds, things and names that cases are drawn from."""
    connection.execute(
        "create temp table stations_of as select station_id, code, ubigeo, ''::text as place,"
        " row_number() over (order by md5(code)) - 1 as place_in_line from jurisdictions join stations on stations.id = station_id"
    )
    labels, taken = table("labels.incident_type"), 0
    connection.execute(
        "create temp table kinds_of (kind text, label text, priority bool, report bool, from_weight int, weight int)"
    )
    connection.execute("create temp table things_of (thing text, place_in_line int)")
    connection.execute("create temp table names_of (kind text, keyed_hash bytea, place_in_line int)")
    with connection.cursor() as cursor:
        for kind, weight in _KINDS.items():
            intake = INTAKES[kind]
            row = (kind, in_clear(labels[kind]), intake.priority, intake.report_within is not None, taken, weight)
            cursor.execute("insert into kinds_of values (%s, %s, %s, %s, %s, %s)", row)
            taken += weight
        cursor.executemany(
            "insert into things_of values (%s, %s)", [(in_clear(thing), i) for i, thing in enumerate(_THINGS, start=1)]
        )
        cursor.executemany(
            "update stations_of set place = %s where ubigeo = %s",
            [(in_clear(f"{p.district} {p.province} {p.department}"), p.ubigeo) for p in all_districts()],
        )
        cursor.executemany(
            "insert into names_of values (%s, %s, %s)",
            [
                (kind, word_hash(f"{kind}{i}", keys), i)
                for kind, many in (("given", _GIVEN), ("surname", _SURNAMES))
                for i in range(many)
            ],
        )


@dataclass(frozen=True)
class Console:
    """A browser of somebody at the console; ``numbers`` are of cases that they find by them."""

    client: httpx.AsyncClient
    app: FastAPI
    numbers: list[str]


def numbered(url: str, station: str) -> list[str]:
    """Some cases of a station, given the numbers that they would have."""
    with psycopg.connect(url) as connection:
        rows = connection.execute(
            "select cases.id, year, sequence from cases join stations on stations.id = handling_station_id"
            " where code = %s order by filed_at desc limit %s", (station, _SAMPLES),
        ).fetchall()  # fmt: skip
        numbers = [case_number(station_code=station, year=year, sequence=sequence) for _, year, sequence in rows]
        for (identifier, _, _), number in zip(rows, numbers, strict=True):
            connection.execute("update cases set number = %s where id = %s", (number, identifier))
    return numbers


def busiest(url: str) -> str:
    """The code of the station that has the most cases."""
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "select code from cases join stations on stations.id = handling_station_id"
            " group by code order by count(*) desc limit 1"
        ).fetchone()
    assert row is not None
    return str(row[0])


@asynccontextmanager
async def console(role: str, station: str, numbers: list[str]) -> AsyncIterator[Console]:
    """Somebody at the console of the installation that the settings name."""
    app = create_app()
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url=_URL) as client:
            made = await client.post("/api/v1/testing/staff", json={"role": role, "station_code": station})
            client.headers.update({"Cookie": made.json()["cookie"], "Origin": _URL})
            yield Console(client, app, numbers)


async def looks(at: Console) -> dict[str, Callable[[], httpx.Request]]:
    """Each page that is asked for again and again, every time for something else where that is possible."""
    client = at.client
    first = (await client.get("/staff?status=closed")).raise_for_status().text
    following = first.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    assert following

    def asks(path: str) -> Callable[[], httpx.Request]:
        return lambda: client.build_request("GET", path)

    def finds(typed: list[str]) -> Callable[[], httpx.Request]:
        turns = cycle(typed)
        return lambda: client.build_request("POST", "/staff/buscar", data={"typed": next(turns)})

    sequences = [int(number.split("-")[2]) for number in at.numbers]
    return {
        "first page": asks("/staff"),
        "archive": asks("/staff?status=closed"),
        "second page": asks(following),
        "kind and district": asks("/staff?kind=extortion&district=Ate&status=all"),
        "mine": asks("/staff?assigned=me&status=all"),
        "number": finds(at.numbers),
        "document": finds([f"{one:08d}" for one in sequences]),
        "telephone": finds([f"9{one:08d}" for one in sequences]),
        "shared account": finds([f"191{one // 50:011d}" for one in sequences]),
        "full name": finds([f"given{n % 9} surname{n * 3} surname{n * 7}" for n in range(_SAMPLES)]),
        "common names": finds([f"given{n % 5} surname{n % 11}" for n in range(_SAMPLES)]),
        "one common name": finds(["given0", "given1", "surname0"]),
        "common words": finds(["robo", "robo celular samsung", "hurto", "estafa lima"]),
        "rare words": finds(
            ["extorsión mototaxi", "bicicleta monark ate", "robo vehículo toyota puno", "laptop barranca"]
        ),
    }


async def _percentiles(at: Console) -> dict[str, float]:
    """Milliseconds of the 95th percentile of each page."""
    found = {}
    for name, request in (await looks(at)).items():
        taken = []
        for _ in range(_ROUNDS):
            begun = time.perf_counter()
            (await at.client.send(request())).raise_for_status()
            taken.append((time.perf_counter() - begun) * 1000)
        found[name] = statistics.quantiles(taken, n=20)[-1]
    return found


@contextmanager
def _installation(count: int) -> Iterator[str]:
    """A database of its own, filled, that the settings of this process name; the address."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        cluster = Cluster(data)
        server = cluster.start()
        try:
            os.environ |= {"DATABASE_URL": cluster.url(), "COMISARIO_DATA": folder, "COMISARIO_TESTING": "true"}
            settings.cache_clear()
            database.main()
            fill(cluster.url(), keys=KeyRing(settings().keys), count=count, at=datetime.now(UTC))
            yield cluster.url()
        finally:
            stop(server)


def measure(_data: Path) -> tuple[float, float]:
    """The slowest page or search and, as the floor, a case found by its number; milliseconds at the 95th percentile."""
    count = int(os.environ.get(_CASES, "1000000"))
    with _installation(count) as url:
        return asyncio.run(_measure(url))


async def _measure(url: str) -> tuple[float, float]:
    station = busiest(url)
    numbers = numbered(url, station)
    worst, floor = 0.0, 0.0
    for role in ("officer", "auditor"):
        async with console(role, station, numbers) as at:
            found = await _percentiles(at)
        for name, taken in found.items():
            print(f"{role}, {name}: {taken:.1f} ms", file=sys.stderr, flush=True)
        worst, floor = max(worst, *found.values()), max(floor, found["number"])
    return worst, floor
