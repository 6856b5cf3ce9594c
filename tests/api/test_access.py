"""Every route says who may call it."""

import re
from collections.abc import Iterator

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, APIRouter

from api import access
from api.app import create_app
from api.settings import ROOT

DECLARED = {
    access.anyone,
    access.citizen_token,
    access.action_server,
    access.testing_surface,
    access.entering, access.staff_member, access.talks, access.reads, access.works, access.heads, access.asks, access.audits, access.administers,
    access.signed_by_twilio,
    access.signed_by_meta,
    access.token_of_meta,
}  # fmt: skip


def routes() -> list[APIRoute]:
    """Every route of the app but the static files and the machine-readable description."""
    found: list[APIRoute] = []
    waiting = list(create_app().routes)
    while waiting:
        route = waiting.pop()
        if isinstance(route, APIRoute):
            found.append(route)
        elif isinstance(included := getattr(route, "original_router", None), APIRouter):
            waiting.extend(included.routes)
        else:
            assert getattr(route, "path", None) in ("/static", "/openapi.json")
    assert len(found) > 20
    return sorted(found, key=lambda route: route.path)


def calls(dependant: Dependant) -> Iterator[object]:
    yield dependant.call
    for inner in dependant.dependencies:
        yield from calls(inner)


@pytest.mark.parametrize("route", routes(), ids=lambda route: f"{'/'.join(route.methods)} {route.path}")
def test_a_route_declares_who_may_call_it(route: APIRoute) -> None:
    declared = DECLARED & set(calls(route.dependant))
    if len(declared) > 1:  # a permission asks for a member of staff first
        declared.discard(access.staff_member)
    assert len(declared) == 1


def test_the_routes_that_anyone_may_call_are_these() -> None:
    public = {route.path for route in routes() if access.anyone in set(calls(route.dependant))}
    assert public == {
        "/", "/privacidad", "/salida", "/sello", "/v", "/v/{verification_code}", "/encuesta/{station_code}", "/encuesta/i/{token}", "/encuesta/no/{leave}", "/copia", "/copia/clave", "/copia/denuncia", "/copia/pago", "/seguimiento", "/seguimiento/respuesta", "/seguimiento/pedido", "/healthz", "/readyz", "/metrics", "/archivos/{evidence_id}",
        "/api/v1/conversations", "/api/v1/conversations/resume", "/api/v1/documents/{verification_code}/pdf",
        "/api/v1/verifications", "/api/v1/verifications/{verification_code}",
        "/api/v1/register/proofs/{leaf_hash}", "/registro/key", "/registro/certificates", "/registro/checkpoint",
        "/staff/entrar", "/staff/entrar/institucional", "/staff/entrar/institucional/vuelta",
        "/cifras", "/datos", "/algoritmo", "/api/v1/datos", "/api/v1/datos/versiones/{number}", "/api/v1/datos/versiones/{number}/archivos/{name}",
        "/api/v1/datos/versiones/{number}/{dataset}",
        "/registro/tile/entries/{tile_path:path}", "/registro/tile/{level}/{tile_path:path}",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["Dockerfile", "docker-compose.yml", "api/cli/up.py"])
def test_no_way_of_starting_it_logs_addresses_which_may_carry_tokens(name: str) -> None:
    started = re.findall(r"api\.app:create_app[^]]*", (ROOT / name).read_text())
    assert started
    assert all("--no-access-log" in one for one in started)
