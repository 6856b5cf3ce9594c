"""What a release is made of: files that validators accept and nobody changes, over pages and the API."""

import hashlib
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import frictionless
import httpx
import pyarrow.parquet as parquet
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from api.app import create_app
from api.open_data import packages, service
from api.settings import settings
from tests.open_data.conftest import NIGHTS, Released

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("open_data")]


@pytest.fixture
async def folder(released: Released, tmp_path: Path) -> Path:
    """The newest release as ``export open-data`` writes it."""
    async with released.sessions() as session:
        newest = (await service.releases(session))[0]
        for file in await service.files(session, release=newest):
            (tmp_path / file.name).write_bytes((await service.content(session, release=newest, name=file.name))[1])
    return tmp_path


@pytest.fixture
async def client(released: Released) -> AsyncIterator[httpx.AsyncClient]:
    app: FastAPI = create_app()
    async with app.router.lifespan_context(app):
        app.state.sessions = released.sessions
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as client:
            yield client


def test_frictionless_accepts_the_package(folder: Path) -> None:
    report = frictionless.Package(str(folder / "datapackage.json")).validate()
    assert report.valid, report.flatten(["name", "type", "note"])
    assert len(report.tasks) == len(packages.COLUMNS)
    spoilt = folder / "demostracion-denuncias.csv"
    spoilt.write_bytes(spoilt.read_bytes().replace(b"2026", b"anio", 1))
    assert not frictionless.Package(str(folder / "datapackage.json")).validate().valid


def test_the_three_forms_hold_the_same_rows(folder: Path) -> None:
    for dataset, columns in packages.COLUMNS.items():
        told = json.loads((folder / f"demostracion-{dataset}.json").read_text())["rows"]
        columnar = parquet.read_table(folder / f"demostracion-{dataset}.parquet")
        assert columnar.column_names == list(columns)
        assert columnar.to_pylist() == told
        lines = (folder / f"demostracion-{dataset}.csv").read_text().splitlines()
        assert lines[0] == ",".join(columns)
        assert len(lines) == len(told) + 1 > 1


def test_what_is_made_up_is_marked_in_every_file_s_name_and_wherever_a_file_says_what_it_is(folder: Path) -> None:
    unmarked = {file.name for file in folder.iterdir() if not file.name.startswith("demostracion-")}
    assert unmarked == {"datapackage.json"}
    package = json.loads((folder / "datapackage.json").read_text())
    assert package["demonstration"] is True
    assert package["name"].startswith("demostracion-")
    described = [package, *package["resources"]]
    catalogue = json.loads((folder / "demostracion-catalogo.jsonld").read_text())
    described += [{"description": one["dct:description"]} for one in (catalogue, *catalogue["dcat:dataset"])]
    assert all("inventados" in one["description"] for one in described)
    assert all("no tasas de criminalidad" in one["description"] for one in described)
    for dataset in packages.COLUMNS:
        assert "inventados" in json.loads((folder / f"demostracion-{dataset}.json").read_text())["title"]
        held = parquet.read_schema(folder / f"demostracion-{dataset}.parquet").metadata
        assert "inventados" in held[b"title"].decode()


async def test_a_release_never_changes(released: Released) -> None:
    for change in (
        "update open_data_rows set values = '{}'",
        "delete from open_data_files",
        "update open_data_releases set demonstration = false",
        "truncate open_data_rows",
    ):
        async with released.sessions() as session:
            with pytest.raises(IntegrityError, match="never changed"):
                await session.execute(text(change))


async def test_an_authorised_installation_publishes_nothing_that_was_made_up(
    released: Released, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMISARIO_AUTHORISED", "true")
    settings.cache_clear()
    try:
        async with released.sessions() as session:
            assert await service.releases(session) == []
            with pytest.raises(service.NothingReal):
                await service.publish(session, at=NIGHTS[-1])
            monkeypatch.setenv("COMISARIO_OPEN_DATA_SINCE", "2026-09-01")
            settings.cache_clear()
            assert await service.publish(session, at=NIGHTS[-1]) is None
            await session.execute(text("update stations set demonstration = false where code like '9001%'"))
            later = NIGHTS[-1].replace(month=11, day=19)
            real = await service.publish(session, at=later)
            assert real is not None
            assert real.demonstration is False
            assert await service.releases(session) == [real]
            rows, _ = await service.page(session, release=real, dataset="denuncias", asked=service.Asked(), limit=10**6)
            assert {(row["ANIO"], row["MES"]) for row in rows} == {(2026, 10)}
            filed = "select count(*) from cases join stations on stations.id = station_id where code like '9001%'"
            in_october = (
                " and filed_at at time zone 'America/Lima' between '2026-10-01' and '2026-10-31 23:59:59.999999'"
            )
            most = await session.scalar(text(filed + in_october))
            assert most is not None
            assert most - 5 < sum(row["cantidad"] for row in rows) <= most
            names = {file.name for file in await service.files(session, release=real)}
            assert "denuncias.csv" in names
            await session.rollback()
    finally:
        monkeypatch.undo()
        settings.cache_clear()


async def test_a_file_is_the_one_whose_hash_is_told_and_is_not_sent_again(client: httpx.AsyncClient) -> None:
    (newest, first) = (await client.get("/api/v1/datos")).json()
    assert (newest, first) == (2, 1)
    told = (await client.get(f"/api/v1/datos/versiones/{newest}")).json()
    assert told["added"]["denuncias"] == ["2026-09"]
    assert told["added"]["encuestas"] == ["2026-T3"]
    for file in told["files"]:
        path = f"/api/v1/datos/versiones/{newest}/archivos/{file['name']}"
        answer = await client.get(path)
        assert hashlib.sha256(answer.content).hexdigest() == file["sha256"]
        assert len(answer.content) == file["size"]
        again = await client.get(path, headers={"If-None-Match": answer.headers["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
    assert (await client.get("/api/v1/datos/versiones/9")).status_code == 404
    assert (await client.get(f"/api/v1/datos/versiones/{newest}/archivos/otro.csv")).status_code == 404


async def test_pages_of_the_api_are_the_whole_table_once(client: httpx.AsyncClient, released: Released) -> None:
    path, found, cursor = "/api/v1/datos/versiones/2/denuncias", [], ""
    while cursor is not None:
        answer = await client.get(path, params={"limit": 1000, "cursor": cursor})
        page: dict[str, Any] = answer.json()
        found += page["rows"]
        assert page["demonstration"] is True
        cursor = page["next"]
    assert found == released.tables[1]["denuncias"]
    tagged = {"If-None-Match": answer.headers["ETag"]}
    assert (await client.get(str(answer.url), headers=tagged)).status_code == 304
    assert (await client.get(path, params={"year": 2026}, headers=tagged)).status_code == 200
    assert (await client.get(path, params={"cursor": "x"})).status_code == 422
    assert (await client.get("/api/v1/datos/versiones/2/otra")).status_code == 404


async def test_the_page_shows_what_was_chosen_with_its_numbers(client: httpx.AsyncClient, released: Released) -> None:
    wanted = {"year": "2026", "department": "Lima", "modality": "Robo"}
    page = (await client.get("/datos", params=wanted)).text
    rows = [r for r in released.tables[1]["denuncias"]
            if (r["ANIO"], r["DPTO_HECHO_NEW"], r["P_MODALIDADES"]) == (2026, "Lima", "Robo")]  # fmt: skip
    for month in range(1, 10):
        many = sum(row["cantidad"] for row in rows if row["MES"] == month)
        assert f'<th scope="row">2026-{month:02d}</th><td class="amount">{many}</td>' in page
    assert page.count("<rect ") == 9
    assert "no tasas de criminalidad" in page
    assert "<option selected>Robo</option>" in page
    following = page.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0].replace("&amp;", "&")
    assert rows[50]["DIST_HECHO"] in (await client.get(following)).text


async def test_the_page_of_the_algorithm_tells_the_last_evaluation(client: httpx.AsyncClient) -> None:
    from api.open_data.algorithm_page import REPORT

    page = (await client.get("/algoritmo")).text
    services = REPORT.read_text(encoding="utf-8").partition("### Services")[2].partition("| complaint | ")[2]
    precision, recall = services.split(" | ")[:2]
    said = [f"{float(share) * 100:.1f} %".replace(".", ",") for share in (recall, precision)]
    told = "".join(f'<td class="amount">{share}</td>' for share in said)
    assert f'<th scope="row">Denuncia</th>{told}' in page
    assert page.count('<th scope="row">') >= 12 + 18
    assert "quiero hablar con una persona" in page
