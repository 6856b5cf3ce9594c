"""Money, things and people in a text."""

from typing import Any

import pytest

from actions.understanding import items, money, people, plates
from actions.understanding.own_dni import find_own_dni
from actions.understanding.text import fold

MONEY: list[tuple[str, list[tuple[float, str]]]] = [
    ("800 lucas", [(800, "PEN")]),
    ("mil doscientos soles", [(1200, "PEN")]),
    ("S/. 1,200.50", [(1200.5, "PEN")]),
    ("s/350", [(350, "PEN")]),
    ("$300", [(300, "USD")]),
    ("US$ 1,500", [(1500, "USD")]),
    ("me quitaron 2 mil", [(2000, "PEN")]),
    ("una luca", [(1, "PEN")]),
    ("dos mil quinientos dólares", [(2500, "USD")]),
    ("3k soles", [(3000, "PEN")]),
    ("2 mil 500 soles", [(2500, "PEN")]),
    ("1.200 soles", [(1200, "PEN")]),
    ("1'500 soles", [(1500, "PEN")]),
    ("cincuenta mangos", [(50, "PEN")]),
    ("200 soles y 100 dólares", [(200, "PEN"), (100, "USD")]),
    ("400€", [(400, "EUR")]),
    ("12 soles con 50 centimos", [(12.5, "PEN")]),
    ("500 nuevos soles", [(500, "PEN")]),
    ("un millón de soles", [(1_000_000, "PEN")]),
    ("vivo en la cuadra 12, tengo 30 años", []),
    ("mi dni es 45678912", []),
    ("el dos mil veinticinco", []),
    ("dos mil personas", []),
    ("a las 8 de la noche", []),
]

LOST: list[tuple[str, float | None]] = [
    ("me robaron 800 soles", 800),
    ("le transferí 1200 soles por yape y nunca me mandó nada", 1200),
    ("me piden 5000 soles para no matarme", None),
    ("me piden 5000 soles o me matan, ya les deposité 500 soles", 500),
    ("gano 1200 soles al mes", None),
    ("me sacaron 300 soles y luego 200 soles de mi cuenta", 500),
    ("en total perdí 4500 soles", 4500),
    ("el policía me pidió una coima de 50 soles", None),
    ("el alquiler es de 700 soles y le adelanté 1400 soles", 1400),
]

THINGS: list[tuple[str, list[dict[str, Any]]]] = [
    (
        "me robaron mi celular Samsung A54 que costó 1200 soles y mi billetera con mi DNI y 300 soles",
        [
            {"kind": "phone", "brand": "Samsung", "amount": 1200, "currency": "PEN"},
            {"kind": "wallet"},
            {"kind": "document", "document_type": "dni"},
            {"kind": "cash", "amount": 300, "currency": "PEN"},
        ],
    ),
    ("dos sujetos en una moto me quitaron el celular", [{"kind": "phone"}]),
    (
        "perdí mi DNI y mi brevete en el taxi",
        [{"kind": "document", "document_type": "dni"}, {"kind": "document", "document_type": "license"}],
    ),
    (
        "se llevaron un Motorola y un Honor",
        [{"kind": "phone", "brand": "Motorola"}, {"kind": "phone", "brand": "Honor"}],
    ),
    ("me robaron mi moto Honda de placa 1234-5A", [{"kind": "vehicle", "brand": "Honda", "plate": "1234-5A"}]),
    (
        "mi carro Toyota Yaris placa ABC-123 fue robado, valorizado en $8,000",
        [{"kind": "vehicle", "brand": "Toyota", "plate": "ABC-123", "amount": 8000, "currency": "USD"}],
    ),
    ("de mi mochila me sacaron la laptop HP", [{"kind": "laptop", "brand": "HP"}]),
    ("mi celular, un iPhone 13, me lo arrebataron", [{"kind": "phone", "brand": "Apple"}]),
    ("me robaron tres casacas", [{"kind": "other"}]),
    ("me robaron los espejos de mi carro", [{"kind": "other"}]),
    (
        "en un auto blanco vinieron y me quitaron mi cartera con 2 mil soles en efectivo",
        [{"kind": "bag"}, {"kind": "cash", "amount": 2000, "currency": "PEN"}],
    ),
    (
        "perdí mi pasaporte y mi tarjeta de crédito del BCP",
        [{"kind": "document", "document_type": "passport"}, {"kind": "bank_card"}],
    ),
    ("me arrancharon el redmi", [{"kind": "phone", "brand": "Xiaomi"}]),
    ("me robaron el poco x3 en el bus", [{"kind": "phone", "brand": "Xiaomi"}]),
    ("me robaron el reloj Casio y un anillo", [{"kind": "jewelry", "brand": "Casio"}, {"kind": "jewelry"}]),
    ("se llevaron la bici Monark de mi hijo", [{"kind": "bicycle", "brand": "Monark"}]),
    ("perdí el monedero", [{"kind": "wallet"}]),
    ("me robaron la maleta y la tablet", [{"kind": "bag"}, {"kind": "other"}]),
    (
        "me robaron el celular con IMEI 490154203237518",
        [{"kind": "phone", "imei": "490154203237518"}],
    ),
    ("me robaron el celular con IMEI 490154203237519", [{"kind": "phone"}]),
    ("me llamaron por celular y me insultaron", []),
    ("mi DNI es 45678912", []),
    ("me chocó una camioneta y se fugó en su moto", []),
    ("mi esposo me golpeó con el celular", []),
    ("me robaron poco dinero", [{"kind": "cash"}]),
    ("vivo en Comas y perdí mi celular", [{"kind": "phone"}]),
    ("me robaron mi celular vivo Y20", [{"kind": "phone", "brand": "Vivo"}]),
]

COUNTS: list[tuple[str, int | None]] = [
    ("dos sujetos me asaltaron", 2),
    ("eran tres", 3),
    ("entre cuatro me cogotearon", 4),
    ("un tipo me arrebató el celular", 1),
    ("un tipo me arrebató el celular y otro lo esperaba en una moto", 2),
    ("dos hombres y una mujer me drogaron y me robaron", 3),
    ("unos choros me robaron", None),
    ("los rateros se fueron corriendo", None),
    ("me robaron, éramos dos personas", None),
    ("dos personas vieron todo", None),
    ("me golpearon 5 sujetos", 5),
    ("perdí 2 celulares", None),
    ("un par de choros en moto me quitaron la cartera", 2),
]

KNOWN: list[tuple[str, bool | None]] = [
    ("mi esposo me pegó", True),
    ("fue mi vecino Pedro", True),
    ("me amenazó mi cuñado", True),
    ("lo conozco, es del barrio", True),
    ("no los conozco", False),
    ("unos desconocidos me golpearon", False),
    ("nunca los había visto", False),
    ("le robaron a mi hermano", None),
    ("estaba con mi amigo y nos asaltaron", None),
    ("me robaron el celular", None),
]

WEAPONS: list[tuple[str, bool | None]] = [
    ("me apuntaron con una pistola", True),
    ("sacó un cuchillo", True),
    ("estaban armados", True),
    ("me tiró con una piedra", True),
    ("con un pico de botella", True),
    ("no tenían armas", False),
    ("sin armas, solo me empujaron", False),
    ("no estaban armados", False),
    ("me arrancharon la cartera", None),
    ("apuntó mi número en un papel", None),
    ("le di una botella de agua", None),
]

PHONES: list[tuple[str, str | None]] = [
    ("me escriben del 987654321", "+51987654321"),
    ("llaman del 987-654-321", "+51987654321"),
    ("el número es +51 912 345 678", "+51912345678"),
    ("me escribió un +57 310 1234567", "+573101234567"),
    ("dni 45678912", None),
    ("IMEI 490154203237518", None),
    ("cuenta 19198765432109", None),
]

DOCUMENTS: list[tuple[str, str | None]] = [
    ("mi DNI es 45678912", "45678912"),
    ("identificado con DNI N° 04567891", "04567891"),
    ("dni 45678912-3", "45678912"),
    ("dni 4567891", None),
    ("mi celular es 987654321", None),
]


@pytest.mark.parametrize(("text", "amounts"), MONEY)
def test_amounts(text: str, amounts: list[tuple[float, str]]) -> None:
    assert [(m.amount, m.currency) for m in money.find(text)] == amounts


@pytest.mark.parametrize(("text", "amount"), LOST)
def test_the_amount_lost(text: str, amount: float | None) -> None:
    lost = money.lost(fold(text), money.find(text))
    assert (lost.amount if lost else None) == amount


@pytest.mark.parametrize(("text", "expected"), THINGS)
def test_things(text: str, expected: list[dict[str, Any]]) -> None:
    found = [{k: v for k, v in item.fact.items() if v is not None} for item in items.find(text)]
    assert found == expected


@pytest.mark.parametrize(("text", "count"), COUNTS)
def test_suspects_are_counted_where_a_number_is_said(text: str, count: int | None) -> None:
    assert people.find_suspects(text).count == count


@pytest.mark.parametrize(("text", "known"), KNOWN)
def test_whether_the_victim_knows_them(text: str, known: bool | None) -> None:
    assert people.find_suspects(text).known_to_victim is known


@pytest.mark.parametrize(("text", "weapon"), WEAPONS)
def test_weapons(text: str, weapon: bool | None) -> None:
    assert people.find_weapon(text) is weapon


@pytest.mark.parametrize(("text", "phone"), PHONES)
def test_phones(text: str, phone: str | None) -> None:
    assert next(iter(people.find_phones(text)), None) == phone


@pytest.mark.parametrize(("text", "number"), DOCUMENTS)
def test_document_numbers(text: str, number: str | None) -> None:
    assert find_own_dni(text) == number


@pytest.mark.parametrize(
    ("text", "plate"),
    [
        ("placa ABC-123", "ABC-123"),
        ("abc123", "ABC-123"),
        ("moto 1234-5a", "1234-5A"),
        ("sin placa", None),
        ("a1b-234", "A1B-234"),
    ],
)
def test_plates(text: str, plate: str | None) -> None:
    assert plates.find_plate(text) == plate
