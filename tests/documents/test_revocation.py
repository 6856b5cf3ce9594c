import time
from datetime import timedelta

import httpx
import pytest

from documents.revocation import Revocation, Standing, revocation
from documents.signing import Signer
from tests.documents.samples import ISSUED_AT
from tests.emulators.serving import Served, answering


def test_a_certificate_is_good_until_it_is_revoked(authority: Served) -> None:
    signer = authority.signer()
    assert revocation(signer.certificates, at=ISSUED_AT) == Revocation(Standing.GOOD)
    since = ISSUED_AT - timedelta(hours=1)
    authority.authorities.revoke(signer.certificate, since=since)
    assert revocation(signer.certificates, at=ISSUED_AT) == Revocation(Standing.REVOKED, since)


def test_a_revocation_of_tomorrow_is_none_today(authority: Served) -> None:
    signer = authority.signer()
    tomorrow = ISSUED_AT + timedelta(days=1)
    authority.authorities.revoke(signer.certificate, since=tomorrow)
    assert revocation(signer.certificates, at=ISSUED_AT).standing is Standing.GOOD
    with authority.clock.at(tomorrow):
        assert revocation(signer.certificates, at=tomorrow) == Revocation(Standing.REVOKED, tomorrow)


def test_a_certificate_that_says_nowhere_how_it_is_revoked_is_unknown(signer: Signer) -> None:
    assert revocation(signer.certificates, at=ISSUED_AT) == Revocation(Standing.UNKNOWN)


@pytest.mark.parametrize(("answer", "status"), [(b"", 200), (b"hola", 200), (b"\x30\x80", 200), (b"", 500)])
def test_what_makes_no_sense_is_unknown(answer: bytes, status: int, authority: Served) -> None:
    with answering(answer, status=status, kind="application/ocsp-response") as url:
        found = revocation(authority.signer(revocation_url=url).certificates, at=ISSUED_AT)
    assert found == Revocation(Standing.UNKNOWN)


def test_an_authority_that_is_down_or_never_ends_is_unknown(authority: Served) -> None:
    with answering(b"\x30" * 1000, wait=0.1) as url:
        asked = authority.signer(revocation_url=url).certificates
        began = time.monotonic()
        assert revocation(asked, at=ISSUED_AT, timeout=0.5) == Revocation(Standing.UNKNOWN)
        assert time.monotonic() - began < 5
    assert revocation(asked, at=ISSUED_AT) == Revocation(Standing.UNKNOWN)


def test_an_answer_signed_by_a_stranger_is_unknown(authority: Served, foreign_authority: Served) -> None:
    asked = authority.signer(revocation_url=foreign_authority.url).certificates
    assert revocation(asked, at=ISSUED_AT) == Revocation(Standing.UNKNOWN)


def test_an_old_answer_is_unknown(authority: Served) -> None:
    signer = authority.signer()
    with authority.clock.at(ISSUED_AT - timedelta(days=30)):
        assert revocation(signer.certificates, at=ISSUED_AT) == Revocation(Standing.UNKNOWN)


def test_a_list_of_revocations_will_do_where_nobody_answers_questions(authority: Served) -> None:
    def listed() -> bytes:
        return httpx.get(f"{authority.url}/crl").content

    with answering(listed(), kind="application/pkix-crl", to_questions=False) as url:
        signer = authority.signer(revocation_url=url)
        assert revocation(signer.certificates, at=ISSUED_AT) == Revocation(Standing.GOOD)
    port = int(url.rpartition(":")[2])
    since = ISSUED_AT - timedelta(hours=1)
    authority.authorities.revoke(signer.certificate, since=since)
    with answering(listed(), kind="application/pkix-crl", to_questions=False, port=port):
        assert revocation(signer.certificates, at=ISSUED_AT) == Revocation(Standing.REVOKED, since)
