"""The register of the algorithm: what the program decides, how well it was measured, and how to reach a person."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from api.access import public
from api.settings import ROOT, settings
from vocabulary.sentences import has_sentence, sentence

router = APIRouter(include_in_schema=True, dependencies=[public], default_response_class=HTMLResponse, tags=["pages"])

REPORT = ROOT / "docs" / "understanding.md"
"""What ``./comisario evaluate --write`` wrote last."""
_SERVICES, _KINDS = "### Services", "### Kinds of incident"
_NOTHING = "none"
_CONFUSED = 3


@dataclass(frozen=True)
class Label:
    """How one label did: of those that the program said, and of those that it should have said, the share that was right."""

    name: str
    precision: str
    recall: str
    count: int


@dataclass(frozen=True)
class Measured:
    """A table of the report: the share that was right, every label, and what is most often taken for something else."""

    accuracy: str
    count: int
    labels: Sequence[Label]
    confused: Sequence[tuple[str, str, int]]


class NotAReport(ValueError):
    """The report is not as ``evaluate`` writes it."""


@dataclass(frozen=True)
class Report:
    """The last evaluation, as far as it is told to everybody."""

    emergency_recall: str
    emergency_precision: str
    emergency_count: int
    services: Measured
    kinds: Measured


@cache
def read(path: Path) -> Report:
    """Raises ``NotAReport``."""
    text = path.read_text(encoding="utf-8")
    danger = re.search(r"^Emergencies: recall ([\d.]+), precision ([\d.]+) \(n (\d+)\)", text, re.M)
    if not danger:
        raise NotAReport(path.name)
    return Report(
        _percent(danger[1]), _percent(danger[2]), int(danger[3]), _measured(text, _SERVICES, "service"), _measured(text, _KINDS, "incident_type"),
    )  # fmt: skip


def _measured(text: str, title: str, labels: str) -> Measured:
    _, found, rest = text.partition(f"\n{title}")
    part = re.split(r"^#+ ", rest, maxsplit=1, flags=re.M)[0]
    right = re.search(r"^Accuracy ([\d.]+) \(n (\d+)\)", part, re.M)
    if not found or not right:
        raise NotAReport(title)
    rows = [
        Label(_named(labels, name), _percent(precision), _percent(recall), int(count))
        for name, precision, recall, count in re.findall(
            r"^\| (\w+) \| ([\d.]+) \| ([\d.]+) \| [\d.]+ \| (\d+) \|$", part, re.M
        )
    ]
    confused = [
        (_named(labels, meant), _named(labels, taken), int(times))
        for meant, taken, times in re.findall(r"^\| (\w+) \| (\w+) \| (\d+) \|$", part, re.M)
        if _NOTHING not in (meant, taken)
    ]
    if not rows:
        raise NotAReport(title)
    return Measured(_percent(right[1]), int(right[2]), rows, confused[:_CONFUSED])


def _named(labels: str, name: str) -> str:
    key = f"labels.{labels}.{name}" if has_sentence(f"labels.{labels}.{name}") else f"open_data.{labels}.{name}"
    return sentence(key)


def _percent(share: str) -> str:
    return f"{float(share) * 100:.1f} %".replace(".", ",")


@router.get("/algoritmo")
async def algorithm(request: Request) -> Response:
    page: Response = request.app.state.templates.TemplateResponse(
        request, "open_data/algorithm.html", {"report": read(REPORT), "hours": settings().operator_hours}
    )
    return page
