"""Login by the institution's own provider: OpenID Connect's code flow with PKCE, state and nonce."""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import quote, unquote, urlencode

import httpx
import jwt

from api.settings import settings

CALLBACK = "/staff/entrar/institucional/vuelta"
_ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")
_SECONDS = 10
_DIFFERENCE = 60
"""Seconds that the provider's clock may differ from ours."""


class NotVouchedFor(Exception):
    """The provider can't be reached, or what it says does not hold."""


class Identity(NamedTuple):
    """Who the provider says it is; ``factor_shown`` is whether it says that it saw two factors (RFC 8176)."""

    issuer: str
    subject: str
    factor_shown: bool


@dataclass(frozen=True)
class Asked:
    """What was asked of the provider, kept by the browser that asks: no other may bring the answer."""

    state: str
    nonce: str
    verifier: str
    wanted: str

    @classmethod
    def new(cls, wanted: str | None) -> "Asked":
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        return cls(state, nonce, verifier, wanted or "")

    @classmethod
    def read(cls, cookie: str) -> "Asked":
        """Raises ``NotVouchedFor``."""
        state, _, rest = cookie.partition(".")
        nonce, _, rest = rest.partition(".")
        verifier, dot, wanted = rest.partition(".")
        if not (state and nonce and verifier and dot):
            raise NotVouchedFor
        return cls(state, nonce, verifier, unquote(wanted))

    def written(self) -> str:
        return ".".join((self.state, self.nonce, self.verifier, quote(self.wanted, safe="")))


async def address(asked: Asked) -> str:
    """Where the provider asks who it is. Raises ``NotVouchedFor``."""
    async with _client() as client:
        metadata = await _metadata(client)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(asked.verifier.encode()).digest()).rstrip(b"=").decode()
    query = {
        "response_type": "code",
        "client_id": settings().oidc_client_id,
        "redirect_uri": _redirect_uri(),
        "scope": "openid",
        "state": asked.state,
        "nonce": asked.nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    endpoint = metadata["authorization_endpoint"]
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(query)}"


async def identity(asked: Asked, *, code: str, state: str, issuer: str | None) -> Identity:
    """Who the code of an answer stands for; ``issuer`` is what the answer says of itself (RFC 9207). Raises ``NotVouchedFor``."""
    if not hmac.compare_digest(asked.state.encode(), state.encode()):
        raise NotVouchedFor
    if issuer is not None and issuer != settings().oidc_issuer:
        raise NotVouchedFor
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": _redirect_uri(),
        "code_verifier": asked.verifier,
    }
    # RFC 6749, 2.3.1: both are form-encoded before they become basic credentials
    credentials = (settings().oidc_client_id, settings().oidc_client_secret.get_secret_value())
    basic = httpx.BasicAuth(*(quote(one, safe="") for one in credentials))
    async with _client() as client:
        metadata = await _metadata(client)
        token = await _json(client, "POST", metadata["token_endpoint"], data=form, auth=basic)
        keys = await _json(client, "GET", metadata["jwks_uri"])
    return verified(str(token.get("id_token", "")), keys=keys, nonce=asked.nonce)


def verified(id_token: str, *, keys: dict[str, Any], nonce: str) -> Identity:
    """What a token says, if the provider signed it, for us, now, and for this question. Raises ``NotVouchedFor``."""
    issuer, client_id = settings().oidc_issuer, settings().oidc_client_id
    try:
        known, key_id = jwt.PyJWKSet.from_dict(keys), jwt.get_unverified_header(id_token).get("kid")
        key = known[key_id] if key_id else known.keys[0]
        claims = jwt.decode(
            id_token,
            key,
            algorithms=_ALGORITHMS,
            audience=client_id,
            issuer=issuer,
            leeway=_DIFFERENCE,
            options={"require": ["iss", "aud", "sub", "exp", "iat", "nonce"]},
        )
    except (jwt.PyJWTError, KeyError) as error:
        raise NotVouchedFor from error
    audience = claims["aud"]
    if not hmac.compare_digest(str(claims["nonce"]).encode(), nonce.encode()):
        raise NotVouchedFor
    if isinstance(audience, list) and len(audience) > 1 and claims.get("azp") != client_id:
        raise NotVouchedFor
    methods = claims.get("amr")
    return Identity(issuer, claims["sub"], isinstance(methods, list) and "mfa" in methods)


def _redirect_uri() -> str:
    return settings().public_url.rstrip("/") + CALLBACK


def _client() -> httpx.AsyncClient:
    return httpx.AsyncClient(timeout=_SECONDS)


async def _metadata(client: httpx.AsyncClient) -> dict[str, Any]:
    """What the provider says of itself, which must be who it is asked for."""
    issuer = settings().oidc_issuer
    found = await _json(client, "GET", f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    needed = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    if found.get("issuer") != issuer or not all(isinstance(found.get(name), str) for name in needed):
        raise NotVouchedFor
    return found


async def _json(client: httpx.AsyncClient, method: str, url: str, **request: Any) -> dict[str, Any]:
    try:
        answer = await client.request(method, url, **request)
        answer.raise_for_status()
        found = answer.json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise NotVouchedFor from error
    if not isinstance(found, dict):
        raise NotVouchedFor
    return found
