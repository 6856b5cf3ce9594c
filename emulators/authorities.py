"""A certification authority and a time-stamping one: RFC 3161 at ``/tsa``, OCSP at ``/ocsp``, its revocations at ``/crl``.

Their keys are made at the first start in a folder and stay; every name says DESARROLLO.
"""

import os
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from asn1crypto import algos, core, crl, keys, ocsp, tsp
from asn1crypto import x509 as asn1_x509
from certomancer import services
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    pkcs12,
)
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID
from fastapi import FastAPI, Request, Response

URL = "http://127.0.0.1:8020"
"""Where the authorities are looked for unless told otherwise: it is written into their certificates."""
CHAIN_NAME = "sello-de-tiempo.pem"
"""The time-stamping certificate and the root above it, as PEM."""

_KEYS_NAME = "autoridades.pem"
_REVOKED_FOLDER = "revocados"
_ORGANISATION = "DESARROLLO: sin valor legal"
_FROM, _UNTIL = datetime(2020, 1, 1, tzinfo=UTC), datetime(2049, 12, 31, tzinfo=UTC)
_FRESH = timedelta(days=1)
_SIGNED = algos.SignedDigestAlgorithm({"algorithm": "sha256_rsa"})


@dataclass(frozen=True)
class _Member:
    key: RSAPrivateKey
    certificate: x509.Certificate

    @property
    def asn1_key(self) -> keys.PrivateKeyInfo:
        return keys.PrivateKeyInfo.load(
            self.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()), strict=True
        )

    @property
    def asn1_certificate(self) -> asn1_x509.Certificate:
        return asn1_x509.Certificate.load(self.certificate.public_bytes(Encoding.DER))

    def pem(self) -> bytes:
        key = self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return key + self.certificate.public_bytes(Encoding.PEM)


class Authorities:
    """The authorities whose keys lie in a folder; those that begin in the same folder at once are the same ones.

    ``url`` is where their services are reached, and is written into the certificates that they issue. Those of the
    authorities themselves are made once, that for time-stamps valid until ``time_stamping_until``.
    """

    def __init__(self, folder: Path, *, url: str = URL, time_stamping_until: datetime = _UNTIL) -> None:
        self.folder, self.url = folder, url
        (folder / _REVOKED_FOLDER).mkdir(mode=0o700, parents=True, exist_ok=True)
        kept = folder / _KEYS_NAME
        if not kept.exists():
            _write_once(kept, b"".join(member.pem() for member in self._made(time_stamping_until)), mode=0o600)
        self.root, self.time_stamping, self.responder = _read(kept.read_bytes())
        chain = (self.time_stamping.certificate, self.root.certificate)
        _write_once(folder / CHAIN_NAME, b"".join(one.public_bytes(Encoding.PEM) for one in chain), mode=0o644)

    @property
    def time_stamping_certificates(self) -> tuple[x509.Certificate, ...]:
        """What a verification must pin: the certificate that signs time-stamps, and the root."""
        return self.time_stamping.certificate, self.root.certificate

    def issue(self, common_name: str, *, not_before: datetime = _FROM, not_after: datetime = _UNTIL) -> bytes:
        """A new signing key with its certificate, as PKCS#12 without passphrase."""
        member = self._member(common_name, self.root, not_before=not_before, not_after=not_after)
        above = [self.root.certificate]
        return pkcs12.serialize_key_and_certificates(None, member.key, member.certificate, above, NoEncryption())

    def revoke(self, certificate: x509.Certificate, *, since: datetime) -> None:
        """Revoke a certificate; every process over the same folder tells it from then on."""
        place = self.folder / _REVOKED_FOLDER / f"{certificate.serial_number:x}"
        _write_once(place, since.isoformat().encode(), mode=0o600)

    def revoked(self, *, at: datetime) -> Iterator[tuple[int, datetime]]:
        """The serial numbers that are revoked at a moment, and since when."""
        for place in sorted((self.folder / _REVOKED_FOLDER).glob("[0-9a-f]*")):
            since = datetime.fromisoformat(place.read_text())
            if since <= at:
                yield int(place.name, 16), since

    def _made(self, time_stamping_until: datetime) -> tuple[_Member, _Member, _Member]:
        root = self._member("Autoridad raíz de DESARROLLO", None)
        stamping = [ExtendedKeyUsageOID.TIME_STAMPING]
        answering = [ExtendedKeyUsageOID.OCSP_SIGNING]
        return (
            root,
            self._member("Sello de tiempo de DESARROLLO", root, usages=stamping, not_after=time_stamping_until),
            self._member("Consulta de revocación de DESARROLLO", root, usages=answering),
        )

    def _member(
        self,
        common_name: str,
        issuer: _Member | None,
        *,
        usages: list[x509.ObjectIdentifier] | None = None,
        not_before: datetime = _FROM,
        not_after: datetime = _UNTIL,
    ) -> _Member:
        key = generate_private_key(65537, 2048)
        name = _name(common_name)
        issuing, authority = (issuer.key, False) if issuer else (key, True)
        builder = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(issuer.certificate.subject if issuer else name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(not_before)
            .not_valid_after(not_after)
            .add_extension(x509.BasicConstraints(ca=authority, path_length=0 if authority else None), critical=True)
            .add_extension(_usage(authority=authority, commits=usages is None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuing.public_key()), critical=False)
        )
        if usages:
            builder = builder.add_extension(x509.ExtendedKeyUsage(usages), critical=True)
        if usages == [ExtendedKeyUsageOID.OCSP_SIGNING]:
            builder = builder.add_extension(x509.OCSPNoCheck(), critical=False)
        elif not authority:
            access = AuthorityInformationAccessOID.OCSP
            ocsp_at, crl_at = (x509.UniformResourceIdentifier(f"{self.url}/{path}") for path in ("ocsp", "crl"))
            points = [x509.DistributionPoint([crl_at], None, None, None)]
            builder = builder.add_extension(
                x509.AuthorityInformationAccess([x509.AccessDescription(access, ocsp_at)]), critical=False
            ).add_extension(x509.CRLDistributionPoints(points), critical=False)
        return _Member(key, builder.sign(issuing, SHA256()))


class _Revocations(services.RevocationInfoInterface):
    """What the responder asks: the root's revocations at the responder's moment."""

    def __init__(self, authorities: Authorities) -> None:
        self._authorities = authorities

    def get_issuer_cert(self) -> asn1_x509.Certificate:
        return self._authorities.root.asn1_certificate

    def check_revocation_status(
        self, cid: ocsp.CertId, at_time: datetime
    ) -> tuple[ocsp.CertStatus, list[ocsp.SingleResponseExtension]]:
        since = dict(self._authorities.revoked(at=at_time)).get(cid["serial_number"].native)
        if since is None:
            return ocsp.CertStatus("good", core.Null()), []
        told = ocsp.RevokedInfo({"revocation_time": since, "revocation_reason": "key_compromise"})
        return ocsp.CertStatus("revoked", told), []


def create_app(folder: Path, *, url: str = URL, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> FastAPI:
    """The authorities of a folder as an ASGI app. ``clock`` gives the time of stamps and answers, aware."""
    authorities = Authorities(folder, url=url)
    root, responder, stamping = authorities.root, authorities.responder, authorities.time_stamping
    app = FastAPI(openapi_url=None)

    @app.post("/tsa")
    async def tsa(request: Request) -> Response:
        try:
            asked = tsp.TimeStampReq.load(await request.body(), strict=True)
            stamper = services.TimeStamper(
                stamping.asn1_certificate,
                stamping.asn1_key,
                certs_to_embed=[root.asn1_certificate],
                fixed_dt=clock().astimezone(UTC).replace(microsecond=0),
            )
            answer = stamper.request_tsa_response(asked).dump()
        except ValueError:
            return Response(status_code=400)
        return Response(answer, media_type="application/timestamp-reply")

    @app.post("/ocsp")
    async def revocation_status(request: Request) -> Response:
        try:
            asked = ocsp.OCSPRequest.load(await request.body(), strict=True)
            answering = services.SimpleOCSPResponder(
                responder.asn1_certificate,
                responder.asn1_key,
                _SIGNED,
                clock().astimezone(UTC).replace(microsecond=0),
                _Revocations(authorities),
                validity=_FRESH,
            )
            answer = answering.build_ocsp_response(asked).dump()
        except ValueError:
            return Response(status_code=400)
        return Response(answer, media_type="application/ocsp-response")

    @app.get("/crl")
    async def revocation_list() -> Response:
        now = clock().astimezone(UTC).replace(microsecond=0)
        identifier = root.asn1_certificate.key_identifier_value
        builder = services.CRLBuilder(root.asn1_certificate.subject, root.asn1_key, _SIGNED, identifier)
        revoked = [
            builder.format_revoked_cert(serial, crl.CRLReason("key_compromise"), since)
            for serial, since in authorities.revoked(at=now)
        ]
        answer = builder.build_crl(int(now.timestamp()), now, now + _FRESH, revoked).dump()
        return Response(answer, media_type="application/pkix-crl")

    return app


def _usage(*, authority: bool, commits: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=commits and not authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )


def _name(common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "PE"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, _ORGANISATION),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def _read(pem: bytes) -> list[_Member]:
    """The members of a file in which every key is followed by its certificate."""
    certificates = x509.load_pem_x509_certificates(pem)
    begin = b"-----BEGIN PRIVATE KEY-----"
    found = [load_pem_private_key(begin + part, None) for part in pem.split(begin)[1:]]
    return [
        _Member(key, certificate)
        for key, certificate in zip(found, certificates, strict=True)
        if isinstance(key, RSAPrivateKey)
    ]


def _write_once(path: Path, content: bytes, *, mode: int) -> None:
    """Write a file whole, unless it is there already: of several processes at once, the first counts."""
    candidate = path.with_name(f".{secrets.token_hex(8)}.tmp")
    descriptor = os.open(candidate, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(candidate, path)
    except FileExistsError:
        pass  # another process was first
    finally:
        candidate.unlink()
