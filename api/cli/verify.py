"""``verify``: is this copy authentic and unaltered?"""

import sys
from pathlib import Path

from api.cli.errors import Trouble
from api.cli.session import with_session
from api.copies import papers, service
from vocabulary.sentences import sentence


def run(file: Path, *, data: Path, as_json: bool) -> int:
    """Answers 0 only for an authentic copy. A file that is no PDF is an answer, not an error."""
    try:
        pdf = file.read_bytes()
    except OSError as error:
        raise Trouble("no_such_file", path=file) from error
    verdict = with_session(data, lambda session: service.verify_file(session, pdf=pdf, trusted=papers.trusted()))
    if as_json:
        print(verdict.model_dump_json())
    else:
        print(sentence(f"cli.verdict.{verdict.status}", case_number=verdict.case_number or ""))
        for reason in verdict.reasons:
            print(f"  {reason}", file=sys.stdout)
    return 0 if verdict.valid else 1
