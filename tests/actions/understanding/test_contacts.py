"""Document numbers and telephones as they are written and dictated, and whose they are."""

import pytest

from actions.understanding import people
from actions.understanding.contacts import others_numbers, own_contact
from actions.understanding.own_dni import find_own_dni

DOCUMENTS: list[tuple[str, str | None]] = [
    ("mi DNI es 21 56 30 97", "21563097"),
    ("Mi DNI: 06 33 19 74.", "06331974"),
    ("DNI 08145573", "08145573"),
    ("dni nro 45678912", "45678912"),
    ("identificado con DNI N° 17 42 90 36", "17429036"),
    ("su DNI 32788145", None),
    ("ha perdido su DNI 23804417", None),
    ("El DNI de él es 31 15 70 62", None),
    ("el dni de mi mamá es 31157062", None),
    ("perdi mi dni 45678912 en el bus", "45678912"),
    ("Se llama Orlando, 82 años, DNI 07 66 01 28", None),
    ("mi dni es 72661908-4", "72661908"),
    ("mi dni es 4567 8912", "45678912"),
    ("mi dni es 456-789-12", "45678912"),
    ("dni 4567812", None),
    ("dni 456789123", None),
    ("mi DNI es cuatro cinco seis siete ocho nueve uno dos", "45678912"),
    ("DNI N.º 40.551.827", "40551827"),
    ("soy Juana Ríos con DNI 40551827", "40551827"),
    ("con dni 40551827, me robaron", "40551827"),
    ("mi DNI es cuarenta cincuenta y cinco dieciocho veintisiete", "40551827"),
    ("DNI:40551827", "40551827"),
    ("D.N.I. 40551827", "40551827"),
    ("mi numero de dni es el 40551827", "40551827"),
    ("el ladron tiene DNI 40551827", None),
    ("mi dni 40551827 y el de mi esposo 40551828", "40551827"),
    ("el dni del estafador es 40551827 y el mio dni 10203040", "10203040"),
    ("documento de identidad 40551827", "40551827"),
    ("DNI 40 551 827 cel 987654321", "40551827"),
]

PHONES: list[tuple[str, str | None]] = [
    ("mi teléfono es nueve nueve cuatro, dos uno cero, seis seis siete.", "+51994210667"),
    ("Mi celular es nueve cinco cero, siete siete uno, cero cuatro seis.", "+51950771046"),
    ("cel 961 008 734", "+51961008734"),
    ("al 9 5 9 7 7 1 0 0 3", "+51959771003"),
    ("996-204-118", "+51996204118"),
    ("nueve ochenta y siete seis cincuenta y cuatro trescientos veintiuno", "+51987654321"),
    ("+51 987654321", "+51987654321"),
    ("0051 987 654 321", "+51987654321"),
    ("(+51)987654321", "+51987654321"),
    ("98 765 4321", "+51987654321"),
    ("987.654.321", "+51987654321"),
    ("cuenta 191-98765432-0-12", None),
    ("dni 45678912", None),
    ("imei 352099117630043", None),
    ("CCI 00219100987654321055", None),
    ("wasap 987654321", "+51987654321"),
    ("llamen al 01 332 9087", "+5113329087"),
    ("llamar al 044-223344", "+5144223344"),
    ("el 9876543210", None),
    ("S/ 987,654,321", None),
    ("me robaron novecientos ochenta y siete mil soles", None),
    ("WSP:987654321", "+51987654321"),
]

OWN: list[tuple[str, str | None]] = [
    ("llámenme al 987654321 por favor", "+51987654321"),
    ("mi número de contacto es 987 654 321", "+51987654321"),
    ("mi whatsapp es 987654321", "+51987654321"),
    ("Mi contacto es 922 018 563.", "+51922018563"),
    ("mi cel nuevo 955118204", "+51955118204"),
    ("DNI 43190862, teléfono 996-204-118.", "+51996204118"),
    ("CEL 961 008 734", "+51961008734"),
    ("Mi número era el +51 944 307 612 para que lo bloqueen", None),
    ("me robaron mi celular 987654321", None),
    ("me llaman del 987654321", None),
    ("me robaron el celular con número 987654321", None),
    ("la linea es 998 145 206", None),
    ("yapee al numero 976 031 548", None),
    ("su celular es el 987 220 145", None),
    ("me escribió por whatsapp 987654321", None),
    ("mi cel es 987654321 y el estafador me llamó del 912345678", "+51987654321"),
    ("me llamó del 912345678. Mi cel es 987654321", "+51987654321"),
    ("pueden ubicarme al 987654321", "+51987654321"),
    ("comuníquense conmigo al 987654321", "+51987654321"),
    ("Si alguien lo devuelve mi teléfono es nueve nueve cuatro, dos uno cero, seis seis siete.", "+51994210667"),
    ("me pueden llamar al 987654321", "+51987654321"),
    ("no tengo DNI, mi numero es 923 410 776", "+51923410776"),
    ("mi celular robado es 987654321 pero llámenme al 912345678", "+51912345678"),
    ("Mi celular 940 115 338.", "+51940115338"),
    ("su celular 930 447 182 apagado", None),
    ("escríbanme al wsp 987654321", "+51987654321"),
    ("mi telefono: 987654321", "+51987654321"),
    ("el chofer ya no responde al 934 551 270", None),
    ("contacto: 987654321", "+51987654321"),
    ("mi número que me robaron es 987654321", None),
]

OTHERS: list[tuple[str, list[tuple[str, str]]]] = [
    (
        "me escriben del 906 213 554 y piden que deposite a la cuenta BCP 191-98765432-0-12",
        [("phone", "+51906213554"), ("account", "19198765432012")],
    ),
    ("le yapeé al 938604217", [("phone", "+51938604217")]),
    ("CCI 002-191-009876543210-55 de Juan", [("account", "00219100987654321055")]),
    ("mi cel es 987654321", []),
    ("me robaron mi celular 987654321", []),
    ("llámenme al 987654321, me extorsionan del 912345678", [("phone", "+51912345678")]),
    ("el yape q dan es 931 002 874", [("phone", "+51931002874")]),
    (
        "La empresa no responde ni al 01 332 9087 ni al 959 771 003",
        [("phone", "+5113329087"), ("phone", "+51959771003")],
    ),
    ("deposité a la cuenta 04-123-456789 del Banco de la Nación", [("account", "04123456789")]),
    ("escribía del +57 310 1234567", [("phone", "+573101234567")]),
    ("cuenta interbank 898 3001234567", [("account", "8983001234567")]),
    ("mi dni es 45678912, imei 352099117630043", []),
    ("transferí a su cuenta de ahorros BBVA 0011-0123-0200456789", [("account", "001101230200456789")]),
]


@pytest.mark.parametrize(("text", "number"), DOCUMENTS)
def test_the_document_number_is_the_writers(text: str, number: str | None) -> None:
    assert find_own_dni(text) == number


@pytest.mark.parametrize(("text", "phone"), PHONES)
def test_telephones_as_they_are_said(text: str, phone: str | None) -> None:
    assert next(iter(people.find_phones(text)), None) == phone


@pytest.mark.parametrize(("text", "phone"), OWN)
def test_the_telephone_to_be_called_at(text: str, phone: str | None) -> None:
    assert own_contact(text) == phone


@pytest.mark.parametrize(("text", "numbers"), OTHERS)
def test_the_numbers_of_others(text: str, numbers: list[tuple[str, str]]) -> None:
    assert [(found["kind"], found["value"]) for found in others_numbers(text)] == numbers
