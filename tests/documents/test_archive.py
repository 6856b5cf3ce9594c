import asyncio
from datetime import datetime, timedelta
from io import BytesIO
from itertools import pairwise

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
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo
from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager

from documents.archive import CertificateRevoked, RevocationUnavailable, archived
from documents.byte_ranges import revisions
from documents.signing import CertificateNotValid, Signer, TimeStamper, TimeStampUnavailable, to_asn1
from documents.verification import Level, inspect
from tests.documents.conftest import Papers
from tests.documents.samples import ISSUED_AT, sign
from tests.emulators.serving import Served, answering

YEAR = timedelta(days=365)


def keep(pdf: bytes, authority: Served, signer: Signer, *, at: datetime = ISSUED_AT) -> bytes:
    with authority.clock.at(at):
        return archived(
            pdf,
            certificates=signer.certificates,
            roots=(authority.root,),
            time_stamper=authority.time_stamper,
            at=at,
        )


def judged(pdf: bytes, authority: Served, *, at: datetime) -> AdESLTAValidationResult:
    """What pyHanko's own validation for archives (ETSI EN 319 102-1, 5.6.3) says of the signature at a moment, with no
    network and nothing trusted but the root.
    """
    policy = CertValidationPolicySpec(
        trust_manager=SimpleTrustManager.build(trust_roots=[to_asn1(authority.root)]),
        revinfo_policy=CertRevTrustPolicy(REQUIRE_REVINFO),
    )
    offline = RevocationInfoGatheringSpec(online_fetching_rule=RevinfoOnlineFetchingRule.LOCAL_ONLY)
    wanted = PdfSignatureValidationSpec(SignatureValidationSpec(policy, offline))
    moment = ValidationTimingInfo(validation_time=at, best_signature_time=at, point_in_time_validation=True)
    signature = PdfFileReader(BytesIO(pdf)).embedded_signatures[0]
    return asyncio.run(ades_lta_validation(signature, wanted, timing_info=moment))


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
    signer = authority.signer(not_after=ISSUED_AT + 2 * YEAR)
    stampers = authority.time_stamper.certificates
    paper = first = keep(sign(signer, unsigned, time_stamper=authority.time_stamper), authority, signer)
    sizes = [len(paper)]
    for year in range(1, 6):
        paper = keep(paper, authority, signer, at=ISSUED_AT + year * YEAR)
        sizes.append(len(paper))
    end = ISSUED_AT + 5 * YEAR
    verdict = judged(paper, authority, at=end)
    assert verdict.ades_subindic is AdESPassed.OK
    assert verdict.best_signature_time == ISSUED_AT
    found = inspect(paper, trusted=signer.certificates, time_stampers=stampers, required=Level.LTA)
    assert (found.valid, found.time_stamped_at) == (True, ISSUED_AT)
    assert len(revisions(paper)) == 7
    assert max(after - before for before, after in pairwise(sizes)) < 20_000
    assert judged(first, authority, at=ISSUED_AT).ades_subindic is AdESPassed.OK
    assert judged(first, authority, at=end).ades_subindic is not AdESPassed.OK


def test_a_paper_without_any_stamp_can_be_archived_later(papers: Papers, authority: Served) -> None:
    later = ISSUED_AT + timedelta(days=3)
    late = keep(papers["signed"], authority, papers.signer, at=later)
    verdict = judged(late, authority, at=later)
    assert isinstance(verdict.api_status, PdfSignatureStatus)
    assert verdict.api_status.bottom_line
    assert verdict.oldest_evidence_record_timestamp == later
    found = inspect(late, trusted=papers.trusted, time_stampers=authority.time_stamper.certificates)
    assert (found.level, found.time_stamped_at) == (Level.LTA, later)


def test_another_authority_can_renew_what_one_that_is_no_more_began(
    papers: Papers, authority: Served, foreign_authority: Served
) -> None:
    later = ISSUED_AT + YEAR
    with authority.clock.at(later), foreign_authority.clock.at(later):
        renewed = archived(
            papers["archived"],
            certificates=(),
            roots=(authority.root, foreign_authority.root),
            time_stamper=foreign_authority.time_stamper,
            at=later,
        )
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


def test_an_archive_without_the_answers_that_it_needs_is_not_made(authority: Served, unsigned: bytes) -> None:
    with answering(b"", status=503) as url:
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
        pass
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
