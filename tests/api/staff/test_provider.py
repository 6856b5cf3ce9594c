"""Logging in by the institution's own provider, against a real one, and what it may never do."""

import base64
import hashlib
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from fastapi import FastAPI
from sqlalchemy import select

from api.audit.models import AuditEntry
from api.cli.postgres import free_port
from api.settings import settings
from api.staff import oidc
from api.staff.models import StaffMember
from api.staff.oidc import Asked, Identity, NotVouchedFor
from tests.api.staff.console import Person, browser, hired, is_in, on_duty, settled, step
from vocabulary.cases import Role

CLIENT = "comisario"


@pytest.fixture(scope="session")
def running_provider() -> Iterator[str]:
    port = free_port()
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), "--require-nonce", "true"]
    command += [
        "--user-claims",
        '{"sub": "dos-factores", "amr": ["pwd", "otp", "mfa"]}',
        "--user-claims",
        '{"sub": "uno"}',
    ]
    process = subprocess.Popen(command, env={"PATH": os.environ["PATH"]}, stderr=subprocess.DEVNULL)
    issuer = f"http://127.0.0.1:{port}"
    for _ in range(200):
        try:
            httpx.get(issuer)
            break
        except httpx.TransportError:
            time.sleep(0.1)
    yield issuer
    process.terminate()
    process.wait(10)


@pytest.fixture
def provider(running_provider: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with monkeypatch.context() as patch:
        patch.setenv("COMISARIO_OIDC_ISSUER", running_provider)
        patch.setenv("COMISARIO_OIDC_CLIENT_ID", CLIENT)
        patch.setenv("COMISARIO_OIDC_CLIENT_SECRET", "not:a secret")
        settings.cache_clear()
        yield running_provider
    settings.cache_clear()


async def sent_away(client: httpx.AsyncClient, wanted: str = "") -> str:
    answer = await client.get("/staff/entrar/institucional", params={"ir": wanted})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def vouched(address: str, subject: str) -> str:
    """Somebody says at the provider who they are; where it sends the browser back to."""
    async with httpx.AsyncClient() as client:
        answer = await client.post(address, data={"sub": subject})
    assert answer.status_code == 302, answer.text
    return answer.headers["location"]


async def linked(app: FastAPI, member: StaffMember, subject: str) -> httpx.Response:
    administrator = await on_duty(app, (await hired(app, role=Role.ADMINISTRATOR)).member)
    return await administrator.post(f"/staff/personal/{member.id}/institucional", data={"subject": subject})


async def confirmed(app: FastAPI, person: Person, subject: str) -> None:
    """They come from the provider for the first time, with our own factors too."""
    async with browser(app) as client:
        await client.get(await vouched(await sent_away(client), subject))
        await step(client, "known", password=person.password)
        answer = await step(client, "code", code=person.code())
        assert answer.status_code == 303
        assert await is_in(client)


async def test_an_administrator_who_links_themselves_with_an_officer_comes_in_nowhere(
    app: FastAPI, provider: str
) -> None:
    person = await settled(app)
    await linked(app, person.member, "dos-factores")
    async with browser(app) as client:
        await client.get(await vouched(await sent_away(client), "dos-factores"))
        page = await client.get("/staff/entrar/paso")
        assert "Confirme que la cuenta es suya" in page.text
        assert (await step(client, "known", password="no la sabe nadie")).status_code == 422
        assert (await step(client, "code", code=person.code())).headers["location"] == "/staff/entrar/paso"
        assert not await is_in(client)
        assert (await step(client, "known", password=person.password)).status_code == 303
        assert "Código de su teléfono" in (await client.get("/staff/entrar/paso")).text
        assert not await is_in(client)
    async with app.state.sessions() as session:
        assert not (await session.get_one(StaffMember, person.member.id)).oidc_confirmed
        acts = select(AuditEntry.act).where(AuditEntry.subject == f"staff:{person.member.id}")
        told = set(await session.scalars(acts))
    assert {"identity_linked", "login_failed"} <= told
    assert "identity_confirmed" not in told
    assert (await linked(app, person.member, "")).status_code == 303


async def test_a_link_is_confirmed_once_and_another_one_anew(app: FastAPI, provider: str) -> None:
    person = await settled(app)
    subject, other = f"dos-{person.login}", f"otro-{person.login}"
    await linked(app, person.member, subject)
    await confirmed(app, person, subject)
    async with app.state.sessions() as session:
        query = select(AuditEntry.actor).where(AuditEntry.act == "identity_confirmed")
        assert f"staff:{person.member.id}" in set(await session.scalars(query))
    async with browser(app) as client, browser(app) as late:
        for one in (client, late):
            await one.get(await vouched(await sent_away(one), subject))
        assert "Código de su teléfono" in (await client.get("/staff/entrar/paso")).text
        await linked(app, person.member, other)
        assert (await late.get("/staff/entrar/paso")).status_code != 200
        await client.get(await vouched(await sent_away(client), other))
        assert "Confirme que la cuenta es suya" in (await client.get("/staff/entrar/paso")).text


async def test_who_an_administrator_linked_enters_with_the_two_factors_that_the_provider_saw(
    app: FastAPI, provider: str
) -> None:
    person = await settled(app, role=Role.OPERATOR)
    assert (await linked(app, person.member, "dos-factores")).status_code == 303
    await confirmed(app, person, "dos-factores")
    async with browser(app) as client:
        assert "/staff/entrar/institucional" in (await client.get("/staff/entrar")).text
        address = await sent_away(client, "/staff/cuenta?x=1")
        asked, held = parse_qs(urlsplit(address).query), Asked.read(client.cookies["staff_oidc"])
        challenge = base64.urlsafe_b64encode(hashlib.sha256(held.verifier.encode()).digest()).decode().rstrip("=")
        assert (asked["code_challenge"], asked["code_challenge_method"]) == ([challenge], ["S256"])
        assert (asked["state"], asked["nonce"]) == ([held.state], [held.nonce])
        back = await client.get(await vouched(address, "dos-factores"))
        assert back.status_code == 200
        assert 'content="0;url=/staff/entrar/paso"' in back.text
        assert (await client.get("/staff/entrar/paso")).headers["location"] == "/staff/cuenta?x=1"
        assert await is_in(client)
    again = await linked(app, (await hired(app)).member, "dos-factores")
    assert "ya está vinculada con otra persona" in again.text
    assert (await linked(app, person.member, "")).status_code == 303
    async with browser(app) as client:
        back = await client.get(await vouched(await sent_away(client), "dos-factores"))
        assert back.status_code == 403


async def test_where_the_provider_saw_one_factor_ours_is_asked_for(app: FastAPI, provider: str) -> None:
    person = await settled(app)
    await linked(app, person.member, "uno")
    async with browser(app) as client:
        await client.get(await vouched(await sent_away(client), "uno"))
        await step(client, "known", password=person.password)
        assert "Código de su teléfono" in (await client.get("/staff/entrar/paso")).text
        assert not await is_in(client)
        await step(client, "code", code=person.code())
        assert await is_in(client)


async def test_whom_nobody_linked_is_told_what_to_say_and_no_member_of_staff_is_made(
    app: FastAPI, provider: str
) -> None:
    async with app.state.sessions() as session:
        before = (await session.scalars(select(StaffMember.id))).all()
    async with browser(app) as client:
        back = await client.get(await vouched(await sent_away(client), "desconocida"))
    assert back.status_code == 403
    assert "desconocida" in back.text
    async with app.state.sessions() as session:
        assert (await session.scalars(select(StaffMember.id))).all() == before
        query = select(AuditEntry.subject).where(AuditEntry.actor == "provider").order_by(AuditEntry.id.desc()).limit(1)
        assert await session.scalar(query) == "staff:unknown"


@pytest.mark.parametrize("how", ["another browser", "another state", "no code", "used twice", "another issuer"])
async def test_an_answer_that_was_not_asked_for_like_this_lets_nobody_in(app: FastAPI, provider: str, how: str) -> None:
    person = await hired(app)
    subject = f"persona-{person.login}"
    await linked(app, person.member, subject)
    async with browser(app) as client, browser(app) as other:
        back = await vouched(await sent_away(client), subject)
        if how == "another state":
            back = re.sub("state=[^&]+", "state=abc", back)
        elif how == "no code":
            back = re.sub("code=[^&]+", "code=", back)
        elif how == "another issuer":
            back += "&iss=https%3A%2F%2Fmalo.example"
        elif how == "used twice":
            held = client.cookies["staff_oidc"]
            assert (await client.get(back)).status_code == 200
            client.cookies.set("staff_oidc", held, domain="127.0.0.1", path="/staff/entrar/institucional")
        answer = await (other if how == "another browser" else client).get(back)
    assert answer.status_code == 503
    assert "staff_login=" not in answer.headers.get("set-cookie", "")


async def test_a_provider_that_is_down_leaves_the_password(
    app: FastAPI, provider: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setenv("COMISARIO_OIDC_ISSUER", "http://127.0.0.1:9")
        settings.cache_clear()
        async with browser(app) as client:
            answer = await client.get("/staff/entrar/institucional")
    settings.cache_clear()
    assert answer.status_code == 503
    assert 'name="password"' in answer.text


async def test_without_a_provider_there_is_no_such_page(app: FastAPI) -> None:
    async with browser(app) as client:
        assert (await client.get("/staff/entrar/institucional")).status_code == 404
        assert (await client.get("/staff/entrar/institucional/vuelta?code=x&state=y")).status_code == 404
        assert "institucional" not in (await client.get("/staff/entrar")).text


KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PUBLISHED = {
    "keys": [jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key(), as_dict=True) | {"kid": "a", "alg": "RS256"}]
}


def claims(provider: str, **changes: object) -> dict[str, object]:
    now = datetime.now(UTC)
    told = {"iss": provider, "aud": CLIENT, "sub": "rosa", "nonce": "n", "iat": now, "exp": now + timedelta(minutes=5)}
    return {name: value for name, value in (told | changes).items() if value is not None}


def test_a_token_of_the_provider_for_us_and_this_question_holds(provider: str) -> None:
    token = jwt.encode(claims(provider), KEY, "RS256", headers={"kid": "a"})
    assert oidc.verified(token, keys=PUBLISHED, nonce="n") == Identity(provider, "rosa", False)
    both = claims(provider, aud=[CLIENT, "otra"], azp=CLIENT, amr=["mfa"])
    token = jwt.encode(both, KEY, "RS256", headers={"kid": "a"})
    assert oidc.verified(token, keys=PUBLISHED, nonce="n") == Identity(provider, "rosa", True)


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://malo.example"}, {"aud": "otra"}, {"aud": [CLIENT, "otra"]}, {"aud": [CLIENT, "otra"], "azp": "otra"}, {"nonce": "m"}, {"nonce": None},
        {"exp": datetime(2020, 1, 1, tzinfo=UTC)}, {"exp": None}, {"sub": None}, {"iat": None},
    ],
)  # fmt: skip
def test_what_a_token_says_otherwise_is_not_believed(provider: str, changes: dict[str, object]) -> None:
    token = jwt.encode(claims(provider, **changes), KEY, "RS256", headers={"kid": "a"})
    with pytest.raises(NotVouchedFor):
        oidc.verified(token, keys=PUBLISHED, nonce="n")


def test_a_token_that_the_provider_did_not_sign_is_not_believed(provider: str) -> None:
    told = claims(provider)
    forged = [
        jwt.encode(told, OTHER_KEY, "RS256", headers={"kid": "a"}),
        jwt.encode(told, OTHER_KEY, "RS256", headers={"kid": "b"}),
        jwt.encode(told, ec.generate_private_key(ec.SECP256R1()), "ES256", headers={"kid": "a"}),
        jwt.encode(told, "a shared secret of thirty-two bytes", "HS256", headers={"kid": "a"}),
        jwt.encode(told, None, "none", headers={"kid": "a"}),
        jwt.encode(told, KEY, "RS256", headers={"kid": "a"})[:-4],
        "",
    ]
    for token in forged:
        with pytest.raises(NotVouchedFor):
            oidc.verified(token, keys=PUBLISHED, nonce="n")
    for keys in ({}, {"keys": []}, {"keys": [{"kty": "oct", "k": "AAAA"}]}):
        with pytest.raises(NotVouchedFor):
            oidc.verified(jwt.encode(told, KEY, "RS256"), keys=keys, nonce="n")
