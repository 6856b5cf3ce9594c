"""``audit check``."""

import sys
from pathlib import Path

from api.audit import service as audit
from api.cli.errors import Trouble
from api.cli.session import with_session
from vocabulary.sentences import sentence


def check(*, kept: str | None, data: Path) -> int:
    """Prints the end of the chain, to be kept elsewhere; where it breaks, exit code 1 and the first broken entry."""
    head = None
    if kept is not None:
        head = audit.head_of(kept)
        if head is None:
            raise Trouble("audit_kept")
    found = with_session(data, lambda session: audit.check(session, kept=head))
    if found.broken is not None:
        entry = found.broken.entry_id or sentence("audit.check.no_entry")
        print(sentence(f"audit.flaw.{found.broken.flaw}", number=found.broken.number, entry=entry), file=sys.stderr)
        return 1
    if found.head is not None:
        print(f"{found.head.number}:{found.head.hash}")
    return 0
