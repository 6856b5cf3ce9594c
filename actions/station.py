"""The only client of the api: what an action reads and writes during a turn. Every write may be done twice."""

import os
from functools import cache
from typing import Any

import httpx


class NotFound(Exception):
    """The api has no such thing."""


class Conflict(Exception):
    """It can't be done as things stand."""


class TooManyRequests(Exception):
    """It was asked too often."""


@cache
def _client() -> httpx.AsyncClient:
    return httpx.AsyncClient(
        base_url=os.environ["COMISARIO_API_URL"],
        headers={"Authorization": f"Bearer {os.environ['COMISARIO_INTERNAL_SECRET']}"},
        timeout=8,
    )


async def _request(method: str, path: str, json: Any = None) -> Any:
    response = await _client().request(method, f"/internal{path}", json=json)
    if response.status_code == httpx.codes.NOT_FOUND:
        raise NotFound(path.rsplit("/", 1)[-1])
    if response.status_code == httpx.codes.CONFLICT:
        raise Conflict(path.rsplit("/", 1)[-1])
    if response.status_code == httpx.codes.TOO_MANY_REQUESTS:
        raise TooManyRequests(path.rsplit("/", 1)[-1])
    response.raise_for_status()
    return response.json() if response.content else None


async def read_turn(conversation_id: str) -> dict[str, Any]:
    """The message being answered and the draft as it stands."""
    found: dict[str, Any] = await _request("GET", f"/conversations/{conversation_id}/turn")
    return found


async def save_draft(conversation_id: str, draft: dict[str, Any]) -> None:
    await _request("PUT", f"/conversations/{conversation_id}/draft", draft)


async def file_complaint(conversation_id: str) -> dict[str, Any]:
    """File the draft; the same draft again gives the same case."""
    filed: dict[str, Any] = await _request("POST", f"/conversations/{conversation_id}/complaint")
    return filed


async def supplement(conversation_id: str, text: str) -> None:
    """Add to the filed complaint. Raises ``NotFound`` if there is none."""
    await _request("POST", f"/conversations/{conversation_id}/supplement", {"text": text})


async def ask_for_person(conversation_id: str, *, urgency: int = 0) -> tuple[bool, str]:
    """Queue the conversation for a person; answers whether somebody is on duty, and what is to be said of it."""
    asked = await _request("POST", f"/conversations/{conversation_id}/handover", {"urgency": urgency})
    return bool(asked["on_duty"]), str(asked["text"])


async def ask_for_call(conversation_id: str, *, phone: str, when: str) -> None:
    """Have staff call the citizen."""
    await _request("POST", f"/conversations/{conversation_id}/callback", {"phone": phone, "when": when})


async def follow(
    conversation_id: str,
    *,
    case_number: str | None = None,
    document_number: str | None = None,
    receipt_code: str | None = None,
) -> dict[str, Any]:
    """How the case goes that this conversation filed or, with its number and the code of its receipt, another; with its
    complainant's document instead of the code, only how it stands.

    Raises ``NotFound`` if there is none, or the two don't belong together.
    """
    asked = {"case_number": case_number, "document_number": document_number, "receipt_code": receipt_code}
    found: dict[str, Any] = await _request("POST", f"/conversations/{conversation_id}/following", asked)
    return found


async def say_in_case(conversation_id: str, *, about: str, text: str) -> str:
    """Write into the case that was just told of; answers the name of the station that reads it.

    Raises ``NotFound`` if that is long ago, ``Conflict`` if nothing is to be answered, and ``TooManyRequests``.
    """
    path = f"/conversations/{conversation_id}/following/words"
    return str((await _request("POST", path, {"about": about, "text": text}))["name"])


async def deliver_again(conversation_id: str) -> bool:
    """Put the papers of the conversation's case into it again; answers whether any was issued yet."""
    return bool((await _request("POST", f"/conversations/{conversation_id}/papers"))["delivered"])


async def ask_for_copy(conversation_id: str, *, case_number: str | None, document_number: str) -> None:
    """Have a code sent to the complaint's contact, if the two belong together.

    Raises ``TooManyRequests``, and ``Conflict`` where no code can be sent at all.
    """
    asked = {"case_number": case_number, "document_number": document_number}
    await _request("POST", f"/conversations/{conversation_id}/second-copy", asked)


async def send_code_again(conversation_id: str) -> None:
    """Send another code for what was asked last. Raises ``NotFound`` if nothing was, and ``TooManyRequests``."""
    await _request("POST", f"/conversations/{conversation_id}/second-copy/again")


async def answer_code(conversation_id: str, code: str) -> dict[str, Any]:
    """What a typed code is, and what came of it."""
    found: dict[str, Any] = await _request("POST", f"/conversations/{conversation_id}/second-copy/code", {"code": code})
    return found


async def choose_case(conversation_id: str, case_number: str) -> dict[str, Any]:
    """The same for the complaint that was chosen."""
    path = f"/conversations/{conversation_id}/second-copy/case"
    found: dict[str, Any] = await _request("POST", path, {"case_number": case_number})
    return found


async def verify_contact(conversation_id: str, code: str) -> str:
    """What a code is that was sent after filing."""
    return str((await _request("POST", f"/conversations/{conversation_id}/contact-code", {"code": code}))["answer"])


async def keep_survey(conversation_id: str) -> bool:
    """Have the answers that the draft holds kept, apart from the conversation; answers whether there were any."""
    return bool((await _request("POST", f"/conversations/{conversation_id}/survey"))["kept"])


async def competent(ubigeo: str) -> str:
    """The name of the station that is competent for a district."""
    return str((await _request("GET", f"/stations/{ubigeo}"))["name"])


async def verify(code: str) -> dict[str, Any]:
    """The register's word on a verification code. Raises ``NotFound``."""
    verdict: dict[str, Any] = await _request("GET", f"/verifications/{code}")
    return verdict
