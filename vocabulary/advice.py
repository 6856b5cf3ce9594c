"""What to do after filing: sentences of a table with its sources, chosen by what happened and by what was lost."""

from collections.abc import Iterable, Mapping
from typing import Any

from vocabulary.incidents import IncidentType
from vocabulary.sentences import has_sentence, sentence


def advice(incident_type: IncidentType, items: Iterable[Mapping[str, Any]], language: str = "es") -> list[str]:
    """The advice for an incident, most urgent first; each sentence once, empty where the table has none."""
    things = dict.fromkeys("dni" if item.get("document_type") == "dni" else item["kind"] for item in items)
    keys = [f"advice.thing.{thing}.text" for thing in things] + [f"advice.kind.{incident_type}.text"]
    return [sentence(key, language) for key in keys if has_sentence(key)]
