"""What the public register holds of a statement or a paper: a hash that says nothing without the key that the paper carries."""

import hmac
import json
from datetime import UTC, datetime
from typing import Any

SCHEMA = "comisario-virtual/registro/1"


def canonical(value: dict[str, Any]) -> bytes:
    """The one way that a record is written, so that everyone hashes the same bytes."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def statement_record(*, case_number: str, number: int, made_at: datetime, sha256: str) -> bytes:
    """What is committed to when a statement is filed; ``number`` is 1 for the complaint itself."""
    return canonical(
        {
            "schema": SCHEMA,
            "kind": "statement",
            "case_number": case_number,
            "number": number,
            "made_at": made_at.astimezone(UTC).isoformat(),
            "statement_sha256": sha256,
        }
    )


def commit(key: bytes, record: bytes) -> bytes:
    """The leaf's data: HMAC-SHA256 of the record under a key of its own."""
    return hmac.digest(key, record, "sha256")
