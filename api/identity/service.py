"""How sure it is that complainants are who they say."""

import logging

from sqlalchemy.ext.asyncio import AsyncSession

from api.cases.models import Case
from api.complaints import service as complaints
from api.identity import registry
from api.security import KeyRing
from api.settings import settings
from vocabulary.cases import Assurance

_log = logging.getLogger(__name__)


async def look_up(session: AsyncSession, *, case: Case, keys: KeyRing) -> None:
    """Compare the complainant's name with the registry's, where there is one. A registry that is down costs nobody a copy."""
    url = settings().registry_url
    surest = Assurance.best(case.identity_assurance, Assurance.REGISTRY_MATCHED)
    if url is None or case.anonymous or case.identity_assurance == surest:
        return
    complaint = await complaints.complaint_of(session, case=case, keys=keys)
    if complaint["document_type"] not in (None, "dni") or not (complaint["document_number"] and complaint["full_name"]):
        return
    try:
        person = await registry.find(complaint["document_number"], url=url)
    except registry.RegistryUnavailable as error:
        _log.warning("the registry of identities did not answer: %s", error)
        return
    if person and registry.is_holder(person, complaint["full_name"]):
        case.identity_assurance = surest
