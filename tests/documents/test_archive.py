import asyncio
from datetime import UTC, datetime, timedelta
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESPassed
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation.ades import AdESLTAValidationResult, ades_lta_validation
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.policy_decl import (
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko.sign.validation.status import PdfSignatureStatus
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager

from documents.archive import CertificateRevoked, RevocationUnavailable, archived
from documents.signing import CertificateNotValid, Signer, TimeStamper, TimeStampUnavailable, to_asn1
from documents.verification import Level, inspect
from tests.documents.samples import ISSUED_AT, Papers, revisions, sign
from tests.emulators.serving import Clock, Served, answering, served

YEAR = timedelta(days=365)
NOW = datetime.now(UTC).replace(microsecond=0)
"""pyHanko judges by the machine's clock alone, so what took years began years ago."""


def keep(
    pdf: bytes,
    authority: Served,
    signer: Signer,
    *,
    at: datetime = ISSUED_AT,
    stamped_by: Served | None = None,
    before: Served | None = None,
) -> bytes:
    """A paper archived at a moment, by the authority of its certificate or by another, perhaps after yet another."""
    stamping = stamped_by or authority
    with authority.clock.at(at), stamping.clock.at(at):
        return archived(
            pdf,
            certificates=signer.certificates,
            roots=[one.root for one in (authority, stamping, before) if one],
            time_stamper=stamping.time_stamper,
            at=at,
        )


def judged(pdf: bytes, *authorities: Served) -> AdESLTAValidationResult:
    """What pyHanko's own validation for archives (ETSI EN 319 102-1, 5.6.3) says of the signature now, with no network
    and nothing trusted but the roots.
    """
    policy = CertValidationPolicySpec(
        trust_manager=SimpleTrustManager.build(trust_roots=[to_asn1(one.root) for one in authorities]),
        revinfo_policy=CertRevTrustPolicy(REQUIRE_REVINFO),
    )
    offline = RevocationInfoGatheringSpec(online_fetching_rule=RevinfoOnlineFetchingRule.LOCAL_ONLY)
    wanted = PdfSignatureValidationSpec(SignatureValidationSpec(policy, offline))
    signature = PdfFileReader(BytesIO(pdf)).embedded_signatures[0]
    return asyncio.run(ades_lta_validation(signature, wanted))


def made(
    authority: Served, signer: Signer, unsigned: bytes, *, at: datetime, stamped_by: Served | None = None
) -> bytes:
    """A paper signed, stamped and archived at a moment."""
    stamping = stamped_by or authority
    with stamping.clock.at(at):
        paper = sign(signer, unsigned, signed_at=at, time_stamper=stamping.time_stamper)
    return keep(paper, authority, signer, at=at, stamped_by=stamped_by)


def test_an_archive_holds_every_certificate_and_answer_and_is_still_certified(
    papers: Papers, authority: Served
) -> None:
    reader = PdfFileReader(BytesIO(papers["archived"]))
    store = DocumentSecurityStore.read_dss(reader)
    held = {certificate.dump() for certificate in store.load_certs()}
    needed = {*papers.trusted, *authority.time_stamper.certificates}
    assert {to_asn1(certificate).dump() for certificate in needed} <= held
    assert len(store.ocsps) == 2
    assert reader.embedded_signatures[0].docmdp_level is MDPPerm.NO_CHANGES
    assert [signature.sig_object_type for signature in reader.embedded_signatures] == ["/Sig", "/DocTimeStamp"]


def test_an_archive_begins_with_the_file_that_was_issued(papers: Papers) -> None:
    assert papers["archived"].startswith(papers["stamped"])
    assert papers["renewed"].startswith(papers["archived"])
    assert papers["stamped later"].startswith(papers["signed"])


def test_five_years_on_a_renewed_paper_is_valid_with_the_root_alone_though_its_certificate_expired(
    authority: Served, unsigned: bytes
) -> None:
    began = NOW - 5 * YEAR
    signer = authority.signer(not_after=began + 2 * YEAR)
    paper = left_alone = made(authority, signer, unsigned, at=began)
    sizes = [len(paper)]
    for year in range(1, 6):
        paper = keep(paper, authority, signer, at=began + year * YEAR)
        sizes.append(len(paper))
    verdict = judged(paper, authority)
    assert verdict.ades_subindic is AdESPassed.OK
    assert verdict.best_signature_time == began
    assert judged(left_alone, authority).ades_subindic is not AdESPassed.OK
    stampers = authority.time_stamper.certificates
    found = inspect(paper, trusted=signer.certificates, time_stampers=stampers, required=Level.LTA)
    assert (found.valid, found.time_stamped_at) == (True, began)
    assert len(revisions(paper)) == 7
    assert max(after - before for before, after in pairwise(sizes)) < 20_000


def test_five_years_on_a_paper_is_valid_though_the_authority_that_stamped_it_expired(
    authority: Served, unsigned: bytes, tmp_path: Path
) -> None:
    began = NOW - 5 * YEAR
    signer = authority.signer(not_after=began + YEAR)
    with served(tmp_path, Clock(began), time_stamping_until=began + 5 * YEAR / 2) as passing:
        paper = made(authority, signer, unsigned, at=began, stamped_by=passing)
        for year in (1, 2):
            paper = keep(paper, authority, signer, at=began + year * YEAR, stamped_by=passing)
        left_alone, handed_over = paper, began + 9 * YEAR / 4
        with passing.clock.at(handed_over):
            paper = keep(paper, authority, signer, at=handed_over, before=passing)
    for year in (3, 4, 5):
        paper = keep(paper, authority, signer, at=began + year * YEAR)
    assert judged(paper, authority, passing).ades_subindic is AdESPassed.OK
    assert judged(left_alone, authority, passing).ades_subindic is not AdESPassed.OK
    both = (*passing.time_stamper.certificates, *authority.time_stamper.certificates)
    assert inspect(paper, trusted=signer.certificates, time_stampers=both, required=Level.LTA).valid


def test_a_paper_without_any_stamp_can_be_archived_later(authority: Served, unsigned: bytes) -> None:
    signer = authority.signer()
    late = keep(sign(signer, unsigned, signed_at=NOW - timedelta(days=3)), authority, signer, at=NOW)
    verdict = judged(late, authority)
    assert isinstance(verdict.api_status, PdfSignatureStatus)
    assert verdict.api_status.bottom_line
    assert verdict.oldest_evidence_record_timestamp == NOW
    found = inspect(late, trusted=signer.certificates, time_stampers=authority.time_stamper.certificates)
    assert (found.level, found.time_stamped_at) == (Level.LTA, NOW)


def test_another_authority_can_renew_what_one_that_is_no_more_began(
    papers: Papers, authority: Served, foreign_authority: Served
) -> None:
    renewed = keep(papers["archived"], authority, papers.signer, at=ISSUED_AT + YEAR, stamped_by=foreign_authority)
    both = (*authority.time_stamper.certificates, *foreign_authority.time_stamper.certificates)
    assert inspect(renewed, trusted=papers.trusted, time_stampers=both).valid
    only = foreign_authority.time_stamper.certificates
    assert inspect(renewed, trusted=papers.trusted, time_stampers=only).reasons == ("time_stamp_foreign",)


def test_a_development_certificate_that_nobody_can_revoke_is_archived_as_it_is(
    signer: Signer, signed: bytes, authority: Served
) -> None:
    root = next(certificate for certificate in signer.certificates if certificate.issuer == certificate.subject)
    stamper = authority.time_stamper
    kept = archived(
        signed, certificates=signer.certificates, roots=(root, authority.root), time_stamper=stamper, at=ISSUED_AT
    )
    found = inspect(kept, trusted=signer.certificates, time_stampers=stamper.certificates)
    assert (found.valid, found.level) == (True, Level.LTA)


@pytest.mark.parametrize(("answer", "status"), [(b"", 503), (b"hola", 200), (b"\x30\x03\x0a\x01\x06", 200)])
def test_an_archive_without_the_answers_that_it_needs_is_not_made(
    answer: bytes, status: int, authority: Served, unsigned: bytes
) -> None:
    with answering(answer, status=status, kind="application/ocsp-response") as url:
        signer = authority.signer(revocation_url=url)
        with pytest.raises(RevocationUnavailable):
            keep(sign(signer, unsigned), authority, signer)


def test_a_revoked_certificate_is_not_archived(authority: Served, unsigned: bytes) -> None:
    signer = authority.signer()
    paper = sign(signer, unsigned)
    authority.authorities.revoke(signer.certificate, since=ISSUED_AT)
    with pytest.raises(CertificateRevoked):
        keep(paper, authority, signer)


def test_an_expired_certificate_or_one_of_another_root_is_not_archived(
    authority: Served, foreign_authority: Served, unsigned: bytes
) -> None:
    signer = authority.signer(not_after=ISSUED_AT + timedelta(days=1))
    with pytest.raises(CertificateNotValid):
        keep(sign(signer, unsigned), authority, signer, at=ISSUED_AT + timedelta(days=2))
    stranger = foreign_authority.signer()
    with pytest.raises(CertificateNotValid):
        keep(sign(stranger, unsigned), authority, stranger)


def test_an_authority_for_stamps_that_is_down_is_a_named_error(papers: Papers, authority: Served) -> None:
    with answering(b"") as url:
        pass  # nobody answers there any more
    stamper = TimeStamper(url, certificates=authority.time_stamper.certificates)
    with pytest.raises(TimeStampUnavailable):
        archived(
            papers["stamped"],
            certificates=papers.trusted,
            roots=papers.roots,
            time_stamper=stamper,
            at=ISSUED_AT,
        )


def test_archiving_works_inside_a_running_event_loop(papers: Papers, authority: Served) -> None:
    async def here() -> bytes:
        return keep(papers["stamped"], authority, papers.signer)

    assert revisions(asyncio.run(here()))[0] == len(papers["stamped"])
