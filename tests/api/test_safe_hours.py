"""The hours at which somebody said that it is safe to write to them are kept."""

from datetime import datetime, timedelta

import pytest

from api.clock import LIMA
from api.safe_hours import next_safe

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
        ("no me llamen de noche", [(8, 18)]),
        ("no llamar después de las 6 pm", [(8, 18)]),
        ("nunca por la mañana, mejor de 2 a 4", [(14, 16)]),
        ("de 8 a 10 am, y de 15 a 17", [(8, 10), (15, 17)]),
        ("", [(8, 20)]),
        ("Solo por aquí, no me llamen", [(8, 20)]),
        ("al 987654321", [(8, 20)]),
        ("de lunes a viernes de 9 a 12", [(9, 12)]),
        ("los fines de semana", []),
        ("nunca los lunes", []),
        ("de noche no", [(8, 18)]),
        ("Por favor no llame de noche", [(8, 18)]),
        ("que no sea de noche", [(8, 18)]),
        ("a cualquier hora menos de noche", [(8, 18)]),
        ("no llamar de noche ni de madrugada", [(8, 18)]),
        ("no me escriban de 6 de la tarde a 8 de la mañana", [(8, 18)]),
        ("no llamar de 10 pm a 6 am", [(8, 20)]),
        ("no de 8 a 17", [(17, 20)]),
        ("no de 8:30 a 12:30", [(13, 20)]),
        ("de 8:30 a 12:30", [(9, 12)]),
        ("no antes de las 10 ni después de las 5", [(10, 17)]),
        ("de 9 a 12 no más", [(9, 12)]),
        ("de 9 a 12 nomás", [(9, 12)]),
        ("llamar solo en la tarde, no en la noche", [(13, 18)]),
        ("no llamar, escríbanme de 9 a 12", [(9, 12)]),
        ("no me llamen, solo correo a rosa@example.com en las mañanas", [(8, 12)]),
        ("solo mensajes al wsp 987 654 321 de 2pm a 5pm", [(14, 17)]),
        ("llámenme a las 3 de la tarde", [(15, 16)]),
        ("por la mañana hasta las 11 am", [(8, 11)]),
        ("de lunes a viernes de 9 a 12 y de 3 a 5", [(9, 12), (15, 17)]),
        ("estoy sola de 9 am a 1 pm", [(9, 13)]),
        ("el domingo no", [(8, 20)]),
        ("los sábados no me escriban", [(8, 20)]),
        ("entre semana de 2 a 5", [(14, 17)]),
    ],
)
def test_the_hours_that_are_said_are_kept_and_else_it_is_by_day(said: str, spans: list[tuple[int, int]]) -> None:
    assert allowed(said) == hours(*spans)


@pytest.mark.parametrize(
    "said",
    [
        "no está de 8 a 17",
        "mi esposo no está de 8 a 5",
        "él no está de 8 a 5",
        "él de 8 a 5",
        "el de 8 a 5",
        "cuando él no esté",
        "cuando mi pareja se va a trabajar",
        "no estoy de 8 a 17",
        "trabajo de 8 a 17",
        "llega a las 6 pm",
        "mi esposo revisa mi celular",
        "mi hija contesta de 2 a 4",
        "no más de noche",
        "no llamar, de 9 a 12",
        "no llamar de noche, de madrugada",
        "no llamar excepto de noche",
        "no llamar salvo de 2 a 4",
        "no llamen a menos que sea de noche",
        "no me llamen si no es de noche",
        "no llamar sino hasta las 10 am",
        "de día sí de noche no",
        "de lunes a viernes no los sábados",
        "lunes por la tarde y martes por la mañana",
        "de 9 a 12, y sábados de 3 a 5",
        "de 8 a 10",
        "entre 7 y 9",
        "después de las 8",
        "a las 8",
        "de 8 a 12 de la noche",
        "hasta las 12 am",
        "mañana a las 10 am",
        "más tarde",
        "hoy no",
        "esta noche",
        "de 25 a 30",
        "nunca",
        "no me escriban",
        "no me contacten por favor",
    ],
)
def test_what_can_be_read_in_two_ways_is_no_hour_at_all(said: str) -> None:
    assert [next_safe(said, MONDAY + timedelta(hours=hour)) for hour in range(24)] == [None] * 24


def test_who_is_out_of_hours_waits_for_the_next_one_and_for_the_day() -> None:
    late = MONDAY + timedelta(hours=20, minutes=30)
    assert next_safe("", late) == MONDAY + timedelta(days=1, hours=8)
    assert next_safe("de 9 a 12", MONDAY + timedelta(hours=9, minutes=59)) == MONDAY + timedelta(hours=9, minutes=59)
    assert next_safe("sábados por la tarde", late) == MONDAY + timedelta(days=5, hours=13)
    assert next_safe("de viernes a domingo", late) == MONDAY + timedelta(days=4, hours=8)
