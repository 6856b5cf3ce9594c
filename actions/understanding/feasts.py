"""The feasts and holidays that Peruvians date by, fixed and movable."""

from calendar import SUNDAY
from collections.abc import Callable
from datetime import date, timedelta


def _easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (the algorithm of Meeus, Jones and Butcher)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (b - (b + 8) // 25 + 1) // 3
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    left = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * left) // 451
    month, day = divmod(h + left - 7 * m + 114, 31)
    return date(year, month, day + 1)


def _from_easter(days: int) -> Callable[[int], date]:
    return lambda year: _easter(year) + timedelta(days=days)


def _nth(month: int, weekday: int, count: int) -> Callable[[int], date]:
    def found(year: int) -> date:
        first = date(year, month, 1)
        return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (count - 1))

    return found


def _on(month: int, day: int) -> Callable[[int], date]:
    return lambda year: date(year, month, day)


_FEAST = r"(?:feriado (?:de |por |del |de la )?|dia (?:de |del |de la |de los )?|fiestas? (?:de |del |de la |por )?|por )(?:la |el )?"
FEASTS: dict[str, Callable[[int], date]] = {
    r"lunes santo": _from_easter(-6),
    r"martes santo": _from_easter(-5),
    r"miercoles santo": _from_easter(-4),
    r"jueves santo": _from_easter(-3),
    r"viernes santo": _from_easter(-2),
    r"sabado (?:santo|de gloria)": _from_easter(-1),
    r"domingo de (?:pascuas?|resurreccion|gloria)|pascua de resurreccion": _from_easter(0),
    r"domingo de ramos": _from_easter(-7),
    r"corpus cristi|corpus christi": _from_easter(60),
    r"dia de (?:la |las )?madres?": _nth(5, SUNDAY, 2),
    r"dia del? (?:los )?padres?": _nth(6, SUNDAY, 3),
    r"dia del nino": _nth(8, SUNDAY, 3),
    r"(?:dia de )?navidad": _on(12, 25),
    r"nochebuena|noche buena": _on(12, 24),
    r"(?:dia de )?ano nuevo": _on(1, 1),
    r"(?:bajada|dia|fiesta) de (?:los )?reyes": _on(1, 6),
    r"san valentin|dia de los enamorados|dia del amor(?: y la amistad)?|dia de la amistad": _on(2, 14),
    r"dia de la mujer": _on(3, 8),
    r"dia del? (?:los )?trabaj\w+|primero de mayo": _on(5, 1),
    rf"{_FEAST}san juan(?! (?:de (?:lur|mir)|bautista de))": _on(6, 24),
    rf"inti raymi|{_FEAST}inti raymi": _on(6, 24),
    rf"{_FEAST}san pedro(?: y san pablo)?": _on(6, 29),
    rf"dia del maestro|{_FEAST}maestro": _on(7, 6),
    r"fiestas patrias|dia de la patria|dia de la independencia": _on(7, 28),
    rf"{_FEAST}santa rosa(?: de lima)?": _on(8, 30),
    rf"combate de angamos|{_FEAST}angamos": _on(10, 8),
    r"halloween|dia de la cancion criolla": _on(10, 31),
    r"(?:dia de )?todos los santos": _on(11, 1),
    r"dia de los (?:muertos|difuntos)": _on(11, 2),
    rf"{_FEAST}(?:inmaculada(?: concepcion)?|purisima)": _on(12, 8),
    rf"{_FEAST}batalla de ayacucho": _on(12, 9),
}
"""How a feast is said, and its day in a year."""


def latest(find: Callable[[int], date], today: date) -> date:
    """The latest such feast that is not in the future."""
    this = find(today.year)
    return this if this <= today else find(today.year - 1)
