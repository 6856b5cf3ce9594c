"""Finding a case by what somebody at the counter can say of it."""

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from api.audit.models import AuditEntry
from api.cases import related, search
from api.cases.models import Case, CaseWord
from api.security import KeyRing
from api.staff.models import StaffMember
from api.stations import service as stations
from api.stations.models import Station
from tests.api.cases.test_queue import AT, a_case, a_member
from vocabulary.cases import Role

ITEMS = [
    {"kind": "phone", "brand": "Samsung", "imei": "356938035643809"},
    {"kind": "vehicle", "plate": "ABC-123", "description": "mototaxi azul de mi hermano Eulogio"},
    {"kind": "vehicle", "plate": "1234-5A"},
]


@pytest.fixture(autouse=True)
async def others_are_elsewhere(session: AsyncSession) -> None:
    """What other tests left is another station's."""
    there = select(Station.id).where(Station.code == "150142").scalar_subquery()
    await session.execute(update(Case).values(handling_station_id=there))


async def found(
    session: AsyncSession, keys: KeyRing, typed: str, member: StaffMember | None = None
) -> dict[str, set[str]]:
    member = member or await a_member(session)
    ways = await search.search(session, typed=typed, member=member, keys=keys, at=AT)
    return {way.kind: {case.number for case in way.cases} for way in ways}


@pytest.fixture
async def case(session: AsyncSession, keys: KeyRing) -> Case:
    return await a_case(
        session, keys, 1, incident_type="robbery", full_name="Rosa Quispe Huamán", document_number="45678912",
        victim_name="María de la Cruz Ñahui", phone="+51987654321", weapon=True, items=ITEMS,
        others_numbers=[{"kind": "phone", "value": "+51911222333"}, {"kind": "account", "value": "19112345678901"}],
    )  # fmt: skip


async def test_a_case_is_found_by_its_number_however_it_is_written(
    session: AsyncSession, keys: KeyRing, case: Case
) -> None:
    for typed in (case.number, case.number.replace("-", " "), f"caso n.º {case.number.replace('-', '')}"):
        assert await found(session, keys, typed) == {"number": {case.number}}


@pytest.mark.parametrize(
    "typed",
    [
        "45678912", " 45678912 ", "987654321", "+51 987 654 321", "987-654-321", "911222333", "191-12345678-9-01", "19112345678901",
        "356938035643809", "35 693803 564380 9", "ABC-123", "abc123", "ABC 123", "1234-5A", "12345a",
    ],
)  # fmt: skip
async def test_a_case_is_found_by_a_document_a_telephone_an_account_a_plate_or_an_imei(
    session: AsyncSession, keys: KeyRing, case: Case, typed: str
) -> None:
    assert await found(session, keys, typed) == {"identifier": {case.number}}


@pytest.mark.parametrize("typed", ["rosa quispe", "HUAMAN, Rosa", "Quispe", "maria cruz", "ñahui", "Nahui maría de la"])
async def test_a_case_is_found_by_whole_words_of_the_names_of_complainant_and_victim(
    session: AsyncSession, keys: KeyRing, case: Case, typed: str
) -> None:
    assert (await found(session, keys, typed))["name"] == {case.number}


@pytest.mark.parametrize("typed", ["quis", "rosa flores", "de la", "x"])
async def test_a_part_of_a_word_or_another_name_finds_nobody(
    session: AsyncSession, keys: KeyRing, case: Case, typed: str
) -> None:
    assert await found(session, keys, typed) == {}


@pytest.mark.parametrize(
    "typed",
    ["robo", "robos celulares", "samsung", "SAN JUÁN de Lurigancho robo", "mototaxi azul", "arma", "vehiculo samsung"],
)
async def test_a_case_is_found_by_words_of_what_is_not_personal(
    session: AsyncSession, keys: KeyRing, case: Case, typed: str
) -> None:
    assert (await found(session, keys, typed))["text"] == {case.number}


async def test_no_word_that_somebody_wrote_freely_is_kept_in_clear(session: AsyncSession, case: Case) -> None:
    stored = await session.scalar(select(Case.document).where(Case.id == case.id))
    assert stored is not None
    assert "mototax" in stored
    for personal in ("eulogi", "herman", "quisp", "rosa", "987654321", "abc", "parader"):
        assert personal not in stored
    hashes = (await session.scalars(select(CaseWord.keyed_hash).where(CaseWord.case_id == case.id))).all()
    assert len(hashes) == 6
    assert all(len(one) == 16 for one in hashes)


async def test_who_keeps_their_name_back_is_not_found_by_what_is_theirs(session: AsyncSession, keys: KeyRing) -> None:
    await a_case(
        session, keys, incident_type="extortion", anonymous=True, full_name="Elmer Tito", phone="+51955444333",
        document_number="40404040",
    )  # fmt: skip
    for typed in ("Elmer Tito", "955444333", "40404040"):
        assert await found(session, keys, typed) == {}


async def test_the_complainants_own_telephone_links_no_cases(session: AsyncSession, keys: KeyRing, case: Case) -> None:
    again = await a_case(session, keys, phone="+51987654321")
    found_with = await related.of_case(session, case=again, member=await a_member(session), keys=keys)
    assert "phone" not in [why for one in found_with.proposed for why in one.why]
    assert await found(session, keys, "987654321") == {"identifier": {case.number, again.number}}


async def test_only_cases_that_one_may_open_are_found(session: AsyncSession, keys: KeyRing, case: Case) -> None:
    elsewhere = await a_member(session, station="150101")
    auditor = await a_member(session, Role.AUDITOR, "150101")
    for typed in (case.number, "45678912", "Rosa Quispe", "mototaxi"):
        assert await found(session, keys, typed, elsewhere) == {}
        assert case.number in set().union(*(await found(session, keys, typed, auditor)).values())
    case.handling_station_id = (await stations.by_code(session, code="150101")).id
    await session.flush()
    assert (await found(session, keys, "Rosa Quispe", elsewhere))["name"] == {case.number}


async def test_a_search_leaves_what_it_was_by_and_how_many_it_found_and_not_what_was_typed(
    session: AsyncSession, keys: KeyRing, case: Case
) -> None:
    officer = await a_member(session)
    for typed, told in (
        ("Rosa Quispe", "search:name:1"),
        ("45678912", "search:identifier:1"),
        ("00000000", "search:identifier:0"),
        ("robo", "search:text:1"),
        ("Otro Nombre", "search:name:0"),
        ("de la", "search:nothing:0"),
    ):
        await found(session, keys, typed, officer)
        last = (await session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1))).one()
        assert (last.act, last.actor, last.subject) == ("cases_searched", f"staff:{officer.id}", told)


async def test_a_name_that_many_have_shows_the_latest_and_says_that_there_are_more(
    session: AsyncSession, keys: KeyRing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "MOST", 2)
    filed_at = [await a_case(session, keys, hours, full_name="Juan Pérez") for hours in (3, 1, 2)]
    (way,) = await search.search(session, typed="juan perez", member=await a_member(session), keys=keys, at=AT)
    assert [one.number for one in way.cases] == [filed_at[1].number, filed_at[2].number]
    assert way.more


async def test_a_search_by_words_takes_whatever_is_typed(session: AsyncSession, keys: KeyRing) -> None:
    for typed in (
        "'); drop table cases; --",
        "a & | ! <-> :*",
        '"robo',
        "%",
        "\\",
        "x\0y",
        "ｒｏｂｏ",
        "🚗",
        "a" * 200,
        "1" * 200,
    ):
        assert await found(session, keys, typed) == {}, typed
