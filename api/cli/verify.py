"""``verify``: is this copy authentic and unaltered, and does the public register hold it?"""

import sys
from pathlib import Path

from pydantic import ValidationError

from api.cli.errors import Trouble
from api.cli.session import use, with_session
from api.copies import keys, service
from api.register import service as register
from api.register.service import Proof
from api.security import KeyRing
from documents import merkle
from documents.checkpoint import NotSigned, opened
from vocabulary.sentences import sentence


def run(file: Path, *, data: Path, as_json: bool) -> int:
    """Answers 0 only for an authentic copy. A file that is no PDF is an answer, not an error."""
    pdf = _read(file)
    verdict = with_session(data, lambda session: service.verify_file(session, pdf=pdf))
    if as_json:
        print(verdict.model_dump_json())
    else:
        print(sentence(f"cli.verdict.{verdict.status}", case_number=verdict.case_number or ""))
        for reason in verdict.reasons:
            print(f"  {reason}", file=sys.stdout)
    return 0 if verdict.valid else 1


def prove(
    file: Path, *, proof: Path, key: str | None, since: Path | None, certificates: Path | None, data: Path
) -> int:
    """Check a copy against a proof from the public register, without a database or a network.

    ``key`` is the register's public key and ``certificates`` those that papers are signed and stamped with, this
    installation's if None; ``since`` is an earlier signed state that the proof must build on. Answers 0 only if the copy
    is signed and unaltered and the register holds it.
    """
    if certificates is not None:
        if key is None:
            raise Trouble("certificates_without_key")
        inspection = keys.look_by(_read(file), _read(certificates))
    else:
        if not (data / "keys").is_dir():
            raise Trouble("no_keys", folder=data / "keys")
        use(data)
        inspection = keys.look(_read(file), {})
    if not inspection.valid:
        print(sentence(f"cli.verdict.{inspection.status}", case_number=""))
        return 1
    if not inspection.commitments:
        print(sentence("cli.proof.before_the_register", case_number=inspection.case_number or ""))
        return 1
    told = proven(
        inspection.commitments,
        proof=_read(proof).decode(errors="replace"),
        key=key or register.verifier(KeyRing(data / "keys")),
        since=_read(since).decode(errors="replace") if since else None,
    )
    print(sentence(f"cli.proof.{told}", case_number=inspection.case_number or ""))
    return 0 if told == "holds" else 1


def proven(commitments: tuple[bytes, ...], *, proof: str, key: str, since: str | None) -> str:
    """What a proof shows of one of the commitments: ``holds``, or what is wrong, as a key of ``cli.proof`` sentences."""
    try:
        claim = Proof.model_validate_json(proof)
        state = opened(claim.checkpoint, key)
        hashes = [bytes.fromhex(found) for found in claim.inclusion]
        leaf = bytes.fromhex(claim.leaf_hash)
        earlier = opened(since, key) if since is not None else None
        beginning = [bytes.fromhex(found) for found in claim.consistency or ()]
    except (NotSigned, ValidationError, ValueError):
        return "not_signed"
    if leaf not in map(merkle.leaf_hash, commitments):
        return "another_copy"
    if not merkle.included(leaf, claim.index, state.size, hashes, state.root):
        return "not_included"
    if earlier and not merkle.consistent(earlier.size, earlier.root, state.size, state.root, beginning):
        return "rewritten"
    return "holds"


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Trouble("no_such_file", path=path) from error
