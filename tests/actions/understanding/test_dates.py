"""Dates and times as people say them, seen from Friday 20 November 2026 at three in the afternoon in Lima."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from actions.understanding import dates

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=ZoneInfo("America/Lima"))

SAID = [
    ("anteayer tipo 3", "2026-11-18T15:00", True),
    ("el sábado pasado en la madrugada", "2026-11-14T03:00", True),
    ("hace como dos horas", "2026-11-20T13:00", True),
    ("fue en la quincena de octubre", "2026-10-15", True),
    ("el 15/10 me robaron", "2026-10-15", False),
    ("el 3 de noviembre a las 8 y media de la noche", "2026-11-03T20:30", False),
    ("hoy al mediodía", "2026-11-20T12:00", True),
    ("anoche me asaltaron", "2026-11-19T21:30", True),
    ("la semana pasada el martes", "2026-11-10", False),
    ("el martes de la semana pasada", "2026-11-10", False),
    ("me quitaron la cartera hace 3 días", "2026-11-17", False),
    ("antier en la tardecita", "2026-11-18T15:30", True),
    ("a fin de mes", "2026-10-31", True),
    ("ayer a las 8pm", "2026-11-19T20:00", False),
    ("ayer 20:30 hrs", "2026-11-19T20:30", False),
    ("ayer x la tarde", "2026-11-19T15:30", True),
    ("ayer en la mañana", "2026-11-19T09:00", True),
    ("el viernes", "2026-11-13", False),
    ("este lunes", "2026-11-16", False),
    ("el jueves 12 a las 7pm", "2026-11-12T19:00", False),
    ("el 5/11/2026", "2026-11-05", False),
    ("05-11-26 a las 06:15", "2026-11-05T06:15", False),
    ("2026-11-01", "2026-11-01", False),
    ("hoy a las 8 me asaltaron", "2026-11-20T08:00", True),
    ("ayer a la una y media de la tarde", "2026-11-19T13:30", False),
    ("ayer, un cuarto para las 8 de la noche", "2026-11-19T19:45", False),
    ("anoche a las 2 de la madrugada", "2026-11-20T02:00", False),
    ("anoche a las 11", "2026-11-19T23:00", False),
    ("el 28 de julio me robaron la billetera", "2026-07-28", False),
    ("el primero de mayo", "2026-05-01", False),
    ("el 20 de diciembre", "2025-12-20", False),
    ("el 20 de noviembre de 2025", "2025-11-20", False),
    ("el 4 de marzo del año pasado", "2025-03-04", False),
    ("recién hoy puedo denunciar, fue el sábado", "2026-11-14", False),
    ("me acaban de robar", "2026-11-20", True),
    ("el domingo a las 12 de la noche", "2026-11-15T00:00", False),
    ("sábado 14 de noviembre, siendo las 21:15 horas", "2026-11-14T21:15", False),
    ("fue el 10 a las 5 de la tarde", "2026-11-10T17:00", False),
    ("hace media hora", "2026-11-20T14:30", True),
    ("hace unos 20 minutos", "2026-11-20T14:40", True),
    ("el miercolez pasado tipo 6 y media", "2026-11-18T18:30", True),
    ("savado por la noche", "2026-11-14T21:30", True),
    ("el veintidós de setiembre a las cinco de la tarde", "2026-09-22T17:00", False),
    ("ayer entre 7 y 8 de la noche", "2026-11-19T19:00", True),
    ("ayer saliendo de la chamba a las 8", "2026-11-19T20:00", True),
    ("el 15 de este mes", "2026-11-15", False),
    ("el 9 del mes pasado", "2026-10-09", False),
    ("entre el 3 y el 5 de noviembre", "2026-11-03", True),
    ("el lunes antepasado", "2026-11-09", False),
    ("ayer noche", "2026-11-19T21:30", True),
    ("el martes 8 pm", "2026-11-17T20:00", False),
    ("esta mañana bajando del micro", "2026-11-20T09:00", True),
    ("en la madrugada de hoy", "2026-11-20T03:00", True),
    ("buenas noches, ayer perdí mi DNI", "2026-11-19", False),
    ("ayer por la mañanita", "2026-11-19T07:00", True),
    ("el dia de ayer aprox a las 22 horas", "2026-11-19T22:00", True),
    ("ayer como a las 4 y cuarto de la tarde", "2026-11-19T16:15", True),
    ("anteanoche", "2026-11-18T21:30", True),
    ("antes de ayer 7 am", "2026-11-18T07:00", False),
    ("ante ayer en la noche", "2026-11-18T21:30", True),
    ("compré el celular el 3 de marzo y ayer me lo robaron", "2026-11-19", False),
    ("nací el 5 de mayo de 1980 y el martes me asaltaron", "2026-11-17", False),
    ("el 7 de nobiembre", "2026-11-07", False),
    ("hace una semana", "2026-11-13", True),
    ("el día 12 de noviembre, a horas 18:40", "2026-11-12T18:40", False),
    ("ayer fue, más o menos 9 de la noche", "2026-11-19T21:00", True),
    ("a mediados de setiembre", "2026-09-15", True),
    ("el domingo al mediodia", "2026-11-15T12:00", True),
    ("en Navidad", "2025-12-25", False),
    ("2030 horas de ayer", "2026-11-19T20:30", False),
    ("ayer a las 6 de la mañana yendo a trabajar", "2026-11-19T06:00", False),
    ("hoy día a las 3am", "2026-11-20T03:00", False),
    ("el viernes 13 de noviembre del 2026 a las 11:20 p. m.", "2026-11-13T23:20", False),
    ("fue un domingo, el 8 de noviembre", "2026-11-08", False),
    ("ayer 3 y 40 de la tarde", "2026-11-19T15:40", False),
    ("3 días antes de ayer me robaron", "2026-11-16", False),
    ("me robaron el mes pasado, el 15", "2026-10-15", False),
    ("el mes pasado el 22 en trujillo me robaron", "2026-10-22", False),
    ("el 15 del mes pasado me robaron", "2026-10-15", False),
    ("fue el jueves santo", "2026-04-02", False),
    ("el viernes santo me robaron", "2026-04-03", False),
    ("en semana santa, el sábado de gloria", "2026-04-04", False),
    ("el domingo de ramos me robaron", "2026-03-29", False),
    ("el domingo de resurrección", "2026-04-05", False),
    ("el dia de la madre me robaron", "2026-05-10", False),
    ("el día del padre", "2026-06-21", False),
    ("en navidad me robaron", "2025-12-25", False),
    ("la víspera de navidad me robaron", "2025-12-24", False),
    ("el feriado de santa rosa me robaron", "2026-08-30", False),
    ("por la fiesta de san juan me robaron", "2026-06-24", False),
    ("en fiestas patrias me robaron", "2026-07-28", False),
    ("el día de todos los santos", "2026-11-01", False),
    ("el 1 de noviembre", "2026-11-01", False),
    ("la noche del 17 me robaron", "2026-11-17T21:30", True),
    ("la madrugada del 18 entraron a mi casa", "2026-11-18T03:00", True),
    ("me robaron el domingo, 2 tipos", "2026-11-15", False),
    ("el domingo 15 me robaron", "2026-11-15", False),
    ("sábado 14, 5 y cuarto de la tarde me robaron", "2026-11-14T17:15", False),
    ("a fines de octubre, el 29, me robaron", "2026-10-29", False),
    ("el primer domingo de noviembre", "2026-11-01", False),
    ("el último sábado de octubre me robaron", "2026-10-31", False),
    ("el segundo viernes de noviembre", "2026-11-13", False),
    ("hoy tempranito me robaron", "2026-11-20T07:00", True),
    ("el viernes para amanecer sábado, a la 1 y media, me robaron", "2026-11-14T01:30", False),
    ("el sabado amaneciendo domingo me robaron", "2026-11-15T03:00", True),
    ("hace dos semanas exactas", "2026-11-06", False),
    ("hace 3 dias", "2026-11-17", False),
    ("hace unos 3 dias", "2026-11-17", True),
    ("anteayer en la noche", "2026-11-18T21:30", True),
    ("antes de ayer a las 4 pm", "2026-11-18T16:00", False),
    ("ANOCHE A LAS 11 ME ASALTARON", "2026-11-19T23:00", False),
    ("anoche a la 1 de la mañana me asaltaron", "2026-11-20T01:00", False),
    ("ayer a las 12 y media me robaron", "2026-11-19T12:30", False),
    ("el dia de ayer 19 de noviembre siendo las 20:30 horas", "2026-11-19T20:30", False),
    ("el 5/11/2026 a las 7 am", "2026-11-05T07:00", False),
    ("05-11-26 me robaron", "2026-11-05", False),
    ("el 3 de este mes", "2026-11-03", False),
    ("el lunes pasado en la mañana", "2026-11-16T09:00", True),
    ("el martes de la semana pasada me robaron", "2026-11-10", False),
    ("este lunes me robaron", "2026-11-16", False),
    ("el viernes me robaron", "2026-11-13", False),
    ("hoy viernes a las 8 am me robaron", "2026-11-20T08:00", False),
    ("ayer jueves", "2026-11-19", False),
    ("hace una hora me robaron", "2026-11-20T14:00", True),
    ("recién me acaban de robar", "2026-11-20", True),
    ("mi hijo nació el 5 de mayo de 2010, me robaron ayer", "2026-11-19", False),
    ("domingo ha sido, en la tarde", "2026-11-15T15:30", True),
    ("sábado era, en la feria", "2026-11-14", False),
    ("anteayer era", "2026-11-18", False),
    ("ayer nomasito me han robado", "2026-11-19", False),
    ("el dia lunes 16 del presente", "2026-11-16", False),
    ("con fecha 16 de noviembre del presente año a horas 14:30", "2026-11-16T14:30", False),
    ("el pasado 10 de noviembre", "2026-11-10", False),
    ("el 10 pasado me robaron", "2026-11-10", False),
    ("el 30 de diciembre me robaron", "2025-12-30", False),
    ("trasanteayer", "2026-11-17", False),
    ("ante ante ayer", "2026-11-17", False),
    ("el sabado pasado tipo 6 d la tarde", "2026-11-14T18:00", True),
    ("aier x la noche", "2026-11-19T21:30", True),
    ("eran las 8 y media de la noche de ayer", "2026-11-19T20:30", False),
    ("serian las 8 pm de ayer", "2026-11-19T20:00", True),
    ("ayer, un cuarto para las 9 de la noche", "2026-11-19T20:45", False),
    ("ayer 8:15pm", "2026-11-19T20:15", False),
    ("ayer a las 20h", "2026-11-19T20:00", False),
    ("desde ayer a las 11 de la noche hacen bulla", "2026-11-19T23:00", False),
    ("desde las 10 de la noche del miercoles estan asi", "2026-11-18T22:00", False),
    ("el martes ya de noche, a eso de las nueve", "2026-11-17T21:00", True),
    ("el miércoles a golpe de 7 de la noche", "2026-11-18T19:00", True),
    ("el martes, 7 de la mañana", "2026-11-17T07:00", False),
    ("un día antes de ayer", "2026-11-18", False),
    ("dos dias antes de hoy", "2026-11-18", False),
    ("el 31 de octubre por halloween", "2026-10-31", False),
    ("anoche como a las diez", "2026-11-19T22:00", True),
    ("hoy a las 5 y media de la mañana", "2026-11-20T05:30", False),
    ("el primero de este mes", "2026-11-01", False),
    ("el 1ro de noviembre", "2026-11-01", False),
    ("hace un mes", "2026-10-20", True),
    ("el 28 de julio en la tarde", "2026-07-28T15:30", True),
    ("en la av 28 de julio me robaron ayer", "2026-11-19", False),
    ("dejé mi carro anoche y hoy a las 6 am ya no estaba", "2026-11-20T06:00", False),
]

UNSAID = [
    "me robaron el celular",
    "buenas tardes, quiero denunciar",
    "mañana voy a la comisaría",
    "vivo hace 3 años en la avenida 28 de julio 450",
    "me robaron en la avenida 28 de julio",
    "fue en jr. 2 de Mayo con Grau",
    "tengo 25 años y perdí 2 mil soles",
    "hoy quiero poner una denuncia",
    "desde hace 3 meses me amenaza por teléfono",
    "todos los sábados hacen bulla",
    "el mes pasado me estafaron",
    "compré regalos de navidad",
    "compré regalos de navidad",
    "compré regalos de navidad",
    "la semana pasada",
    "mi DNI es 45678912 y mi celular 987654321",
    "Julio Domingo Abril me pegó",
    "¿atienden el domingo?",
    "perdí mi tarjeta 24/7 que uso siempre",
    "llegué tarde a mi casa y no estaba mi tele",
    "me quitaron 15 soles y 10 dólares",
    "el próximo lunes tengo cita",
    "vivo en Santo Domingo",
    "nací el 5 de mayo de 1980",
    "a las 8 de la noche",
    "el 20 de diciembre de 2030",
    "no sabemos qué día entraron",
    "cuando volvimos ayer la puerta estaba forzada, no sabemos que dia entraron",
    "vivo aquí desde 2015",
]


@pytest.mark.parametrize(("text", "iso", "approximate"), SAID)
def test_what_was_said_is_the_moment(text: str, iso: str, approximate: bool) -> None:
    moment = dates.find(text, now=NOW)
    assert moment is not None
    assert (moment.iso, moment.approximate) == (iso, approximate)


@pytest.mark.parametrize("text", UNSAID)
def test_no_date_said_is_none(text: str) -> None:
    assert dates.find(text, now=NOW) is None


def test_days_are_lima_days() -> None:
    late = datetime(2026, 11, 21, 3, 30, tzinfo=UTC)
    moment = dates.find("ayer", now=late)
    assert moment is not None
    assert moment.iso == "2026-11-19"


def test_a_time_still_to_come_is_not_written_down() -> None:
    moment = dates.find("hoy en la noche", now=NOW)
    assert moment is not None
    assert moment.iso == "2026-11-20"


@pytest.mark.parametrize(
    ("text", "born"),
    [
        ("3/5/85", "1985-05-03"),
        ("3 de mayo de 1990", "1990-05-03"),
        ("03051985", "1985-05-03"),
        ("nací el 12 de marzo del 78", "1978-03-12"),
        ("10.02.2001", "2001-02-10"),
        ("1999-12-31", "1999-12-31"),
    ],
)
def test_a_date_of_birth(text: str, born: str) -> None:
    found = dates.find_birth_date(text, now=NOW)
    assert found is not None
    assert found.isoformat() == born


@pytest.mark.parametrize("text", ["no sé", "3 de mayo", "31/02/1990", "15/10/2090"])
def test_no_date_of_birth(text: str) -> None:
    assert dates.find_birth_date(text, now=NOW) is None
