"""Time-stamps after RFC 3161 by authorities that are pinned, in the one form of them that our papers carry."""

import asyncio
import hashlib
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import httpx
from asn1crypto import algos, cms, core, parser, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.sign import timestamps
from pyhanko.sign.validation.generic_cms import validate_sig_integrity

_IMPRINT = "sha256"
_DIGESTS = ("sha256", "sha384", "sha512")
_SIGNATURES = ("rsassa_pkcs1v15", *(f"{digest}_{kind}" for digest in _DIGESTS for kind in ("rsa", "ecdsa")))
_BESIDE_CERTIFICATES = 3072
_LARGEST_ANSWER = 100_000
_SET = 17


class TimeStampUnavailable(Exception):
    """The authority is down, too slow, or answers nothing that its pinned certificate has signed."""


class Fault(StrEnum):
    """Why a token holds no time-stamp that counts."""

    DAMAGED = "damaged"
    FOREIGN = "foreign"
    OTHER_DATA = "wrong"


class NoTimeStamp(Exception):
    """A token holds no time-stamp that counts."""

    def __init__(self, why: str, fault: Fault = Fault.DAMAGED) -> None:
        super().__init__(why)
        self.fault = fault


@dataclass(frozen=True)
class Stamp:
    """What a token proves: that the data existed at a moment. ``token`` is the one form of it that papers carry."""

    at: datetime
    token: bytes


def to_asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    """The certificate as pyHanko's libraries know it."""
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))


class TimeStamper(timestamps.TimeStamper):
    """A time-stamping authority at ``url``, whose certificates are known beforehand.

    ``certificates`` are its signing certificate and those above it: only they are carried in a paper, and a stamp by
    any other counts for nothing. ``timeout`` is the seconds that a whole answer may take. Any thread may use it.
    """

    def __init__(self, url: str, *, certificates: Iterable[x509.Certificate], timeout: float = 10.0) -> None:
        timestamps.TimeStamper.__init__(self)
        self.url = url
        self.certificates = tuple(certificates)
        self._timeout = timeout
        self._pinned = tuple(to_asn1(certificate) for certificate in self.certificates)
        self._tls: ssl.SSLContext | bool = ssl.create_default_context() if url.startswith("https:") else False

    @property
    def room(self) -> int:
        """Bytes that are enough for any token of this authority."""
        return _BESIDE_CERTIFICATES + sum(len(certificate.dump()) for certificate in self._pinned)

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        """A token over a SHA-256. Raises ``TimeStampUnavailable``."""
        try:
            async with asyncio.timeout(self._timeout):
                token = await super().async_timestamp(message_digest, md_algorithm)
            stamp = held(token.dump(), message_digest, self._pinned)
        except Exception as error:  # a stranger's server may answer anything
            raise TimeStampUnavailable(f"{self.url}: {type(error).__name__}: {error}") from error
        if len(stamp.token) > self.room:
            raise TimeStampUnavailable(f"{self.url}: a token of {len(stamp.token)} bytes")
        return cms.ContentInfo.load(stamp.token)

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
        received = bytearray()
        async with (
            httpx.AsyncClient(verify=self._tls, timeout=self._timeout) as client,
            client.stream("POST", self.url, content=req.dump(), headers=headers) as response,
        ):
            response.raise_for_status()
            async for chunk in response.aiter_bytes():
                received += chunk
                if len(received) > _LARGEST_ANSWER:
                    raise ValueError("the answer has no end")
        return tsp.TimeStampResp.load(bytes(received), strict=True)


def held(token: bytes, digest: bytes, pinned: Iterable[asn1_x509.Certificate]) -> Stamp:
    """The time-stamp over a SHA-256 that a token holds, by an authority among the pinned certificates.

    A token is held by a signature over part of its bytes; the others (certificates, algorithms, what is unsigned) are
    written again in one form, so that whoever compares accounts for every byte. Raises ``NoTimeStamp``.
    """
    try:
        return _held(token, digest, tuple(pinned))
    except NoTimeStamp:
        raise
    except Exception as error:  # whatever a decoder stumbles over
        raise NoTimeStamp(f"{type(error).__name__}: {error}") from error


def _held(token: bytes, digest: bytes, pinned: tuple[asn1_x509.Certificate, ...]) -> Stamp:
    data = cms.ContentInfo.load(token)["content"]
    (info,) = data["signer_infos"]
    content = data["encap_content_info"]["content"].contents
    stated = tsp.TSTInfo.load(content, strict=True)
    authority = _authority(info["sid"], pinned)
    imprint = stated["message_imprint"]
    signed = hashlib.new(_named(info["digest_algorithm"], _DIGESTS), content).digest()
    intact, valid = validate_sig_integrity(info, authority, "tst_info", signed)
    if not (intact and valid):
        raise NoTimeStamp("its signature does not hold")
    if imprint["hash_algorithm"]["algorithm"].native != _IMPRINT or imprint["hashed_message"].native != digest:
        raise NoTimeStamp("it is over other data", Fault.OTHER_DATA)
    at = stated["gen_time"].native
    assert isinstance(at, datetime)
    if not authority.not_valid_before <= at <= authority.not_valid_after:
        raise NoTimeStamp("its certificate does not cover its time")
    return Stamp(at, _written(data, info, content, pinned))


def _authority(sid: cms.SignerIdentifier, pinned: tuple[asn1_x509.Certificate, ...]) -> asn1_x509.Certificate:
    for candidate in pinned:
        usage = candidate.extended_key_usage_value
        named = cms.IssuerAndSerialNumber({"issuer": candidate.issuer, "serial_number": candidate.serial_number})
        if sid.chosen.dump() == named.dump() and usage is not None and usage.native == ["time_stamping"]:
            return candidate
    raise NoTimeStamp("its authority is not pinned", Fault.FOREIGN)


def _named(algorithm: algos.DigestAlgorithm | algos.SignedDigestAlgorithm, known: tuple[str, ...]) -> str:
    """An algorithm's name, if it is known and written in one of the two usual ways."""
    name = str(algorithm["algorithm"].native)
    plain = type(algorithm)({"algorithm": name})
    with_null = type(algorithm)({"algorithm": name, "parameters": core.Null()})
    if name not in known or algorithm.dump() not in (plain.dump(), with_null.dump()):
        raise NoTimeStamp(f"its algorithm {name}")
    return name


def _written(
    data: cms.SignedData, info: cms.SignerInfo, content: bytes, pinned: tuple[asn1_x509.Certificate, ...]
) -> bytes:
    _named(info["signature_algorithm"], _SIGNATURES)
    (digests,) = data["digest_algorithms"]
    _named(digests, _DIGESTS)
    carried = {choice.chosen.dump() for choice in data["certificates"]}
    signed_data = cms.SignedData(
        {
            "version": "v3",
            "digest_algorithms": [digests],
            "encap_content_info": {"content_type": "tst_info", "content": core.ParsableOctetString(content)},
            "certificates": [
                cms.CertificateChoices(name="certificate", value=certificate)
                for certificate in pinned
                if certificate.dump() in carried
            ],
            "signer_infos": [
                cms.SignerInfo(
                    {
                        "version": "v1",
                        "sid": info["sid"],
                        "digest_algorithm": info["digest_algorithm"],
                        "signature_algorithm": info["signature_algorithm"],
                        "signed_attrs": attributes(info),
                        "signature": info["signature"].native,
                    }
                )
            ],
        }
    )
    return bytes(cms.ContentInfo({"content_type": "signed_data", "content": signed_data}).dump())


def attributes(info: cms.SignerInfo) -> cms.CMSAttributes:
    """The attributes that a signature is over, under a head of their own: theirs need not be the shortest."""
    return cms.CMSAttributes.load(parser.emit(0, 1, _SET, info["signed_attrs"].contents))
