"""Figures as sections of a page: a chart where one helps, and always a table of the same numbers with how many they are of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from api.figures import charts
from api.figures.charts import Point
from api.figures.opinions import SEVERAL
from api.figures.schemas import Block, Count, Figures, Group, Times
from api.figures.statistics import Interval
from vocabulary.sentences import has_sentence, sentence

_MONTHS = ("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic")


@dataclass(frozen=True)
class Section:
    """A part of the page. The first cell of a row is its head."""

    id: str
    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    chart: Markup | None = None
    note: str = ""


def number(value: float, decimals: int = 0) -> str:
    """A number as it is written in Peru: 12,345.6."""
    return f"{value:,.{decimals}f}"


def percent(of: Interval | None) -> str:
    """A share and its interval."""
    if of is None or of.low is None or of.high is None:
        return "Sin datos"
    return f"{of.value:.1%} ({of.low:.1%} a {of.high:.1%})".replace("%", "\N{NO-BREAK SPACE}%")


def score(of: Interval | None) -> str:
    """A mean of scores and its interval."""
    if of is None:
        return "Muy pocas respuestas"
    return f"{of.value:.2f} ({of.low:.2f} a {of.high:.2f})" if of.low is not None else f"{of.value:.2f}"


def span(seconds: float | None) -> str:
    """A time as people say it."""
    if seconds is None:
        return "—"
    minutes = int(seconds // 60)
    if minutes < 120:
        return f"{minutes} min"
    return f"{seconds / 3600:.1f} h" if seconds < 172_800 else f"{seconds / 86_400:.1f} días"


def month(day: date) -> str:
    """``mar 26``."""
    return f"{_MONTHS[day.month - 1]} {day:%y}"


def label(key: str, *tables: str, otherwise: str) -> str:
    """What an id is called in the first of the tables that has it."""
    return next((sentence(f"{table}.{key}") for table in tables if key and has_sentence(f"{table}.{key}")), otherwise)


def sections(figures: Figures) -> list[Section]:
    """Everything that is told of a station or of all."""
    survey, filed = figures.survey, figures.filed
    found = [
        _filed(figures),
        _times("look", "Tiempo hasta la primera atención", figures, hours=3600, unit="horas"),
        _times("done", "Tiempo hasta terminar", figures, hours=86_400, unit="días"),
        _counts("kinds", "Por tipo de hecho", figures.kinds, filed, "labels.incident_type"),
        _counts("channels", "Por canal", figures.channels, filed, "figures.channel"),
        _counts("languages", "Por idioma de la conversación", figures.languages, filed, "labels.language"),
        _handling(figures),
        _trend(survey.blocks),
        _groups("questions", "Qué se valora", survey.questions, "figures.question"),
        _groups("said-channels", "Satisfacción por canal", survey.channels, "figures.channel"),
        _groups("said-languages", "Satisfacción por idioma", survey.languages, "labels.language"),
        _groups("genders", "Satisfacción por género", survey.genders, "figures.gender", "survey.gender"),
    ]
    return [one for one in found if one.rows]


def _filed(figures: Figures) -> Section:
    points = [Point(month(one.month), one.filed, number(one.filed)) for one in figures.months]
    return Section(
        "filed", "Denuncias por mes", ("Mes", "Denuncias"), [(point.label, point.shown) for point in points],
        charts.bars("Denuncias por mes", points), "El último mes todavía no termina. Una denuncia no es un delito probado.",
    )  # fmt: skip


def _times(name: str, title: str, figures: Figures, *, hours: int, unit: str) -> Section:
    told: list[tuple[date, Times, int]] = [
        (one.month, one.first_look if name == "look" else one.done, one.filed) for one in figures.months
    ]
    points = [
        Point(month(day), times.median / hours if times.median is not None else None, span(times.median))
        for day, times, _ in told
    ]
    return Section(
        name, title, ("Mes de la denuncia", "La mitad, antes de", "9 de cada 10, antes de", "Casos (n)", "Sin llegar"),
        [(month(day), span(times.median), span(times.slowest), number(times.n), number(filed - times.n)) for day, times, filed in told],
        charts.line(f"{title}: la mitad de los casos, en {unit}", points),
        f"En {unit}, solo de los casos que ya llegaron; los meses recientes parecen por eso más rápidos.",
    )  # fmt: skip


def _counts(name: str, title: str, counts: Sequence[Count], filed: int, table: str) -> Section:
    named = [(label(one.key, table, otherwise=one.key or "No se conoce"), one.n) for one in counts]
    return Section(
        name, title, ("", "Denuncias", "Parte"),
        [(what, number(n), f"{100 * n / filed:.1f}\N{NO-BREAK SPACE}%") for what, n in named],
        charts.bars(title, [Point(what, n, number(n)) for what, n in named]),
    )  # fmt: skip


def _handling(figures: Figures) -> Section:
    told = (
        ("Cambió el tipo de hecho", figures.reclassified), ("No procede", figures.dismissed), ("Se reabrió", figures.reopened),
        ("Conversaciones que atendió una persona", figures.handovers), ("Denuncias con opinión", figures.survey.rate),
        ("Dicen que se resolvió", figures.survey.solved), ("Mujeres entre quienes dijeron su género", figures.survey.women),
    )  # fmt: skip
    points = [
        Point(what, of.value * 100, f"{of.value:.1%}".replace("%", "\N{NO-BREAK SPACE}%"), (of.low or 0) * 100, (of.high or 0) * 100)
        for what, of in told if of is not None
    ]  # fmt: skip
    return Section(
        "handling", "Partes", ("", "Parte (intervalo de 95 %)", "De (n)"),
        [(what, percent(of), number(of.n) if of else "—") for what, of in told],
        charts.bars("Partes, en porcentaje", points),
    )  # fmt: skip


def _trend(blocks: Sequence[Block]) -> Section:
    def when(one: Block) -> str:
        return month(one.until) if one.since == one.until else f"{month(one.since)} a {month(one.until)}"

    points = [
        Point(month(one.until), one.score.value, score(one.score), one.score.low, one.score.high) for one in blocks
    ]
    title = "Satisfacción, de 1 a 5"
    return Section(
        "trend", title, ("Meses", "Promedio (intervalo de 95 %)", "Respuestas (n)"),
        [(when(one), score(one.score), number(one.score.n)) for one in blocks],
        charts.line(title, points, bottom=1, top=5),
        f"Solo meses terminados; donde hay menos de {SEVERAL} respuestas se juntan con los siguientes, y lo que falta espera.",
    )  # fmt: skip


def _groups(name: str, title: str, groups: Sequence[Group], *tables: str) -> Section:
    def named(one: Group) -> str:
        if one.key is None:
            return "Grupos con muy pocas respuestas"
        return label(one.key, *tables, otherwise=one.key or "No se preguntó o no contestó")

    points = [Point(named(one), one.score.value, score(one.score), one.score.low, one.score.high) for one in groups]
    return Section(
        name, title, ("", "Promedio (intervalo de 95 %)", "Respuestas (n)"),
        [(named(one), score(one.score), number(one.score.n)) for one in groups], charts.bars(f"{title}, de 1 a 5", points),
    )  # fmt: skip
