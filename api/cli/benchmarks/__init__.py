"""Benchmarks: each beside its floor, taken by turns in the same run, and their ratio."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from api.cli.benchmarks import (
    case_queue,
    chat_turn,
    copy_issue,
    export,
    figures,
    second_copies,
    station_day,
    understanding,
    webhook_burst,
)
from api.cli.errors import Trouble


@dataclass(frozen=True)
class Benchmark:
    """What is measured, what stands beside it, the unit, and the ratio that is aimed at."""

    title: str
    floor: str
    aim: float
    measure: Callable[[Path], tuple[float, float]]


_ALL = {
    "chat_turn": Benchmark(
        "turno del chat por la api, con sus commits", "Rasa con canal REST y validador de fábrica", 0.6, chat_turn.turn
    ),
    "chat_turn_200": Benchmark("turno 200 del chat", "turno 5", 1.2, chat_turn.late_turn),
    "understanding": Benchmark(
        "un mensaje entendido en un núcleo, meta 40 ms", "su vector solo", 1.5, understanding.measure
    ),
    "copy_issue": Benchmark(
        "copia de dos páginas, dibujada y firmada",
        "página mínima con SimpleSigner",
        0.3,
        lambda _: copy_issue.measure(),
    ),
    "second_copies": Benchmark(
        "una de 1.000 copias pedidas a la vez, con números seguidos", "una verificación", 5, second_copies.measure
    ),
    "case_queue": Benchmark(
        "percentil 95 de la página o búsqueda más lenta entre 1.000.000 de casos, meta 100 ms",
        "percentil 95 de un caso por su número",
        10,
        case_queue.measure,
    ),
    "figures": Benchmark(
        "percentil 95 de la página de cifras más lenta sobre un año de 200.000 denuncias, meta 300 ms",
        "percentil 95 de la portada del chat",
        20,
        figures.measure,
    ),
    "export": Benchmark(
        "datos abiertos de un año de 200.000 denuncias, con sus archivos, meta 60 s",
        "las mismas denuncias solo leídas",
        15,
        lambda _: export.measure(),
    ),
    "station_day": Benchmark(
        "percentil 95 de un turno con 500 denunciantes, 50 páginas de la consola abiertas y dos personas en Chromium",
        "percentil 95 de un turno sin nadie más",
        4,
        station_day.measure,
    ),
    "webhook_burst": Benchmark(
        "percentil 99 de 6.000 mensajes de WhatsApp en un minuto, meta 300 ms",
        "percentil 99 de /healthz al mismo ritmo",
        20,
        webhook_burst.measure,
    ),
}


def run(name: str | None, *, data: Path) -> int:
    """Print each benchmark with its floor and their ratio, in milliseconds (medians)."""
    if name is not None and name not in _ALL:
        raise Trouble("unknown_bench", name=name, names=", ".join(_ALL))
    for key, benchmark in _ALL.items():
        if name in (None, key):
            ours, floor = benchmark.measure(data)
            print(
                f"{key}: {ours:.1f} ms ({benchmark.title}) / {floor:.1f} ms ({benchmark.floor}) = "
                f"{ours / floor:.2f}, meta ≤ {benchmark.aim}",
                flush=True,
            )
    return 0
