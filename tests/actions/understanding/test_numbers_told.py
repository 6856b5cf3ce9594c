"""Plates, document numbers, names and addresses in stories: dictated, corrected while speaking, and of whom they are."""

import pytest

from actions.understanding import items, plates
from actions.understanding.contacts import own_email
from actions.understanding.names import own_name, read_name
from actions.understanding.own_dni import find_own_dni
from actions.understanding.text import fold

DICTATED = [
    ("placa hache jota jota siete ocho uno", "HJJ-781"),
    ("placa jota de jota, no perdón, de jota pe ocho seis ocho", "DJP-868"),
    ("plaka cinco dos ocho nueve siete be", "5289-7B"),
    ("la placa es eme doble u efe tres cuarenta y nueve", "MWF-349"),
    ("placa nueve cinco tres nueve guion cero equis", "9539-0X"),
    ("placa del auto: de tres pe seiscientos diecisiete", "D3P-617"),
    ("placa AMK 2 9 3 ayer", "AMK-293"),
    ("placa i griega uno uno dos cero cero", "Y11-200"),
    ("placa muy bonita con mi nombre", None),
]

WHOSE_PLATE = [
    ("yo iba en mi Honda de placa 7650-6B y me chocó una moto de placa 8294-0M", "traffic_accident", ["7650-6B"]),
    ("choqué con otro mototaxi, la mía es Honda de placa 2290-7B y quedó malograda", "traffic_accident", ["2290-7B"]),
    ("chocó mi moto y se dio a la fuga, la placa del carro es ABC-123", "traffic_accident", []),
    ("me subieron a un auto de placa ABC-123 y me quitaron la billetera", "robbery", []),
    ("me robaron la moto, una Honda GLH-150, placa 7266 8D", "vehicle_theft", ["7266-8D"]),
    ("me robaron la batería del carro, un Kia Rio placa AXV-207", "vehicle_theft", []),
    ("La camioneta Toyota Rush U1T-529 que me chocó es de un ingeniero", "traffic_accident", []),
    ("El auto de mi esposo, un Suzuki de placa V3E-417, fue chocado estacionado", "traffic_accident", ["V3E-417"]),
    ("le reventó las lunas a mi Toyota Tercel con un fierro. D3G-345", "property_damage", ["D3G-345"]),
    ("un auto me chocó la moto. La moto, una Yamaha FZ de placa 9321-5A, no prende", "traffic_accident", ["9321-5A"]),
    ("nos quitaron la moto. El auto de ellos era PAG-828", "vehicle_theft", []),
    ("Toyota Corolla blanco, placa P9W-368: me hicieron bajar y se lo llevaron", "vehicle_theft", ["P9W-368"]),
]

WHOSE_DNI = [
    ("mi de ene i es cuarenta y cuatro setenta y dos treinta y siete ochenta y cuatro", "44723784"),
    ("Yo soy Ana Cárdenas, DNI 41294710; mi menor hijo (DNI 62267080) fue agredido", "41294710"),
    ("mi viejo tiene dni 06005646, yo soy el que denuncia, Marco, dni 42471302", "42471302"),
    ("su dni de él no sé, el mío es cero dos seis siete ocho siete ocho seis", "02678786"),
    ("Yo soy su hijo, DNI 43950186", "43950186"),
    ("El comprador es Elmer Vásquez, DNI 16658568", None),
    ("Transferí 1200 soles a Fiorella Castro, DNI 75991671", None),
    ("DNI ocho cero tres uno cero seis dos uno es de ella", None),
    ("Soy Fredy Auqui, 41936163", "41936163"),
    ("04299450 mi DNI", "04299450"),
    ("Su DNI: 71725073. Yo tengo el 44896840", "44896840"),
    ("soy código 20203318 de ingeniería", None),
    ("se metieron al aula y robaron mi laptop. Gladys Tolentino, 46690812", "46690812"),
    ("me sacaron toda mi platita. Atentamente, Hermelinda Rojas Vda. de Paz, 06241179.", "06241179"),
    ("me difama en el grupo, ya perdí clientas. 40581263 Jessica Vásquez.", "40581263"),
    ("ahí les dejé copia de mi DNI (47016825) y me da miedo", "47016825"),
    ("En la app sale Edilberto Pacco Ramos, DNI 29583160, me dejó botado", None),
    ("mi abuelita no llegó. Natividad Turpo Quispe de 81 años, dni 02264718, pollera verde", None),
    ("Yo, Leoncio Bermeo, 27813460, denuncio a Isaías Tocto, documento 27748301, que recibió el café", "27813460"),
    ("me estafaron con un depósito, operación 41230987", None),
    ("Perdí mi DNI el 15-08-2026 en el mercado", None),
    ("Me robaron el celular. Fue el 15-08-2026.", None),
    ("Lima, 12-03-2026", None),
    ("El estafador se llama Carlos Quispe Mamani, 45678912.", None),
    ("le deposité a la cuenta del Banco Pichincha 12345678", None),
    ("su DNI es el número 45678912", None),
    ("DNI del declarante: 10677249, código de verificación 1", "10677249"),
    ("mi celular, perdón, el mío, 9 6 6 0 1 2 0 8 8, no mi dni", None),
]


@pytest.mark.parametrize(("text", "plate"), DICTATED)
def test_a_plate_is_read_as_it_is_dictated(text: str, plate: str | None) -> None:
    assert [found.value for found in plates.plates(fold(text))] == ([plate] if plate else [])


@pytest.mark.parametrize(("text", "kind", "own"), WHOSE_PLATE)
def test_only_the_plate_of_the_victims_vehicle_goes_to_a_thing(text: str, kind: str, own: list[str]) -> None:
    assert [item.plate for item in items.find(text, incident_type=kind) if item.plate] == own


@pytest.mark.parametrize(("text", "number"), WHOSE_DNI)
def test_the_dni_is_the_one_of_who_writes(text: str, number: str | None) -> None:
    assert find_own_dni(text) == number


def test_who_tells_the_imei_of_a_telephone_has_lost_it() -> None:
    text = "un niño me pidió el celular para llamar y corrió, imei 352099001761481"
    assert [(item.kind, item.imei) for item in items.find(text)] == [("phone", "352099001761481")]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("perdí mi dni, soy Carlos Mendoza Ruiz, dni 43218765", "Carlos Mendoza Ruiz"),
        ("Me llamo Ana María de la Cruz y me robaron", "Ana María de la Cruz"),
        ("soy de San Martín de Porres", None),
        ("soy Vecino Preocupado", None),
        ("Ayer me llamo Juan Perez del banco y me pidió la clave", None),
        ("me escribió: soy Carlos Ramos de la SUNAT", None),
        ("una mujer me dijo soy Ana Torres Vega", None),
        ("mi hermano Luis Quispe fue golpeado", None),
    ],
)
def test_the_name_of_who_writes_is_taken_from_the_story(text: str, name: str | None) -> None:
    assert own_name(text) == name


@pytest.mark.parametrize(
    ("text", "email"),
    [
        ("mi correo es ANA.LUZ@hotmail.com.", "ana.luz@hotmail.com"),
        ("correo: carlos.m@gmail.com", "carlos.m@gmail.com"),
        ("me escribió del correo estafa@x.com", None),
        ("su correo es ladron@x.com", None),
    ],
)
def test_only_the_writers_own_address_is_taken(text: str, email: str | None) -> None:
    assert own_email(text) == email


@pytest.mark.parametrize("text", ["ya ya sigamos", "dale nomás", "continúe", "sigue"])
def test_words_to_go_on_are_no_name(text: str) -> None:
    assert read_name(text) is None


def test_a_dictated_document_number_is_no_thing_that_is_gone() -> None:
    text = "me robaron mi moto, mi dni es cuarenta y cinco sesenta y siete ochenta y nueve doce"
    assert [item.kind for item in items.find(text)] == ["vehicle"]
