"""A linear classifier whose margins are made into probabilities by what it says of messages it has not seen."""

from typing import List, Sequence, Text, Tuple

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.model_selection import train_test_split
from sklearn.svm import LinearSVC

_UNSEEN = 0.3
"""The share of the messages that the sharpness is set on."""
_SHARPNESS = np.geomspace(0.5, 8, 25)


class Head:
    """A support vector machine; ``sharpness`` turns its margins into probabilities (a softmax) that hold on unseen
    messages: it is the one with the least log-loss over a share that is left out."""

    def __init__(self, regularisation: float) -> None:
        self._regularisation = regularisation
        self._sharpness = 1.0

    def fit(self, features: csr_matrix, labels: Sequence[Text]) -> "Head":
        wanted = np.array(labels)
        names = sorted(set(labels))
        seen, unseen = train_test_split(np.arange(len(wanted)), test_size=_UNSEEN, stratify=wanted, random_state=0)
        margins = _margins(self._machine().fit(features[seen], wanted[seen]), features[unseen])
        right = np.searchsorted(names, wanted[unseen])
        losses = [-np.log(_softmax(margins * s)[np.arange(len(right)), right] + 1e-12).mean() for s in _SHARPNESS]
        self._sharpness = float(_SHARPNESS[int(np.argmin(losses))])
        self._model = self._machine().fit(features, wanted)
        return self

    def rank(self, features: csr_matrix) -> List[Tuple[Text, float]]:
        """The labels of one message with their probabilities, likeliest first."""
        probabilities = _softmax(_margins(self._model, features) * self._sharpness)[0]
        order = np.argsort(-probabilities)
        return [(str(self._model.classes_[i]), float(probabilities[i])) for i in order]

    def _machine(self) -> LinearSVC:
        return LinearSVC(C=self._regularisation, class_weight="balanced", random_state=0)


def _margins(machine: LinearSVC, features: csr_matrix) -> np.ndarray:
    margins = machine.decision_function(features)
    return margins if margins.ndim == 2 else np.stack([-margins, margins], axis=1)


def _softmax(margins: np.ndarray) -> np.ndarray:
    powers = np.exp(margins - margins.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))
