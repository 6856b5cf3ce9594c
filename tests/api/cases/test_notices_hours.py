"""The hours at which somebody said that it is safe to write to them are kept."""

from datetime import datetime, timedelta

import pytest

from api.cases.safe_hours import next_safe
from api.clock import LIMA

MONDAY = datetime(2026, 11, 23, tzinfo=LIMA)


def allowed(said: str) -> list[int]:
    """The hours of a Monday at which they may be written to."""
    hours = [MONDAY + timedelta(hours=hour) for hour in range(24)]
    return [moment.hour for moment in hours if next_safe(said, moment) == moment]


def hours(*spans: tuple[int, int]) -> list[int]:
    return [hour for first, end in spans for hour in range(first, end)]


@pytest.mark.parametrize(
    ("said", "spans"),
    [
        ("por WhatsApp, de 9 a 12", [(9, 12)]),
        ("De 9 a 5", [(9, 17)]),
        ("de 9am a 1pm", [(9, 13)]),
        ("entre las 2 y las 6", [(14, 18)]),
        ("de 8 a 10 de la noche", [(20, 22)]),
        ("entre 10 y 12 del mediodía", [(10, 12)]),
        ("de 15:00 a 18:00 horas", [(15, 18)]),
        ("9-13", [(9, 13)]),
        ("10 am - 4 pm al correo", [(10, 16)]),
        ("después de las 6", [(18, 22)]),
        ("a partir de las 18h", [(18, 22)]),
        ("antes de las 5", [(8, 17)]),
        ("solo hasta las 11 am", [(8, 11)]),
        ("por las mañanas", [(8, 12)]),
        ("en la tarde o en la noche", [(13, 22)]),
        ("mañanas", [(8, 12)]),
        ("no me llamen de noche", [(8, 19)]),
        ("no llamar después de las 6 pm", [(8, 18)]),
        ("nunca por la mañana, mejor de 2 a 4", [(14, 16)]),
        ("de 8 a 10, y de 15 a 17", [(8, 10), (15, 17)]),
        ("", [(8, 20)]),
        ("Solo por aquí, no me llamen", [(8, 20)]),
        ("al 987654321", [(8, 20)]),
        ("cuando él no esté", [(8, 20)]),
        ("de lunes a viernes de 9 a 12", [(9, 12)]),
        ("los fines de semana", []),
        ("nunca los lunes", []),
    ],
)
def test_the_hours_that_are_said_are_kept_and_else_it_is_by_day(said: str, spans: list[tuple[int, int]]) -> None:
    assert allowed(said) == hours(*spans)


def test_who_is_out_of_hours_waits_for_the_next_one_and_for_the_day() -> None:
    late = MONDAY + timedelta(hours=20, minutes=30)
    assert next_safe("", late) == MONDAY + timedelta(days=1, hours=8)
    assert next_safe("de 9 a 12", MONDAY + timedelta(hours=9, minutes=59)) == MONDAY + timedelta(hours=9, minutes=59)
    assert next_safe("sábados por la tarde", late) == MONDAY + timedelta(days=5, hours=13)
    assert next_safe("de viernes a domingo", late) == MONDAY + timedelta(days=4, hours=8)
