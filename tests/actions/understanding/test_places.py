"""The place of the incident: what a text settles, what it leaves in doubt, what it does not tell."""

import pytest

from actions.understanding import places
from actions.understanding.gazetteer import Area

SETTLED = [
    ("me robaron en Gamarra, La Victoria", "150115"),
    ("vivo en Comas pero me robaron en Gamarra", "150115"),
    ("en el paradero 10 de la avenida Wiesse en SJL", "150132"),
    ("fue en Miraflores, Arequipa", "040110"),
    ("en Los Olivos", "150117"),
    ("me quitaron el cel en los olibos", "150117"),
    ("en el centro de Lima", "150101"),
    ("me robaron por san juan de lurigacho", "150132"),
    ("me pasó en Larcomar", "150122"),
    ("en la av. Arequipa cuadra 20 en Lince", "150116"),
    ("me cogotearon en Breña, por el jr. Huaraz", "150105"),
    ("me asaltaron en brena", "150105"),
    ("en la unión, piura", "200110"),
    ("en la puerta de mi casa, vivo en San Borja", "150130"),
    ("Jirón Huancayo 340, Cercado de Lima", "150101"),
    ("iba a Comas y me robaron en el Rímac", "150128"),
    ("en un bus del metropolitano, en Independencia", "150112"),
    ("me robaron en el mercado de Santa Anita", "150137"),
    ("en Chosica", "150118"),
    ("por el óvalo Gutiérrez", "150122"),
    ("saliendo del Jockey Plaza me arrebataron el bolso", "150140"),
    ("en Mesa Redonda comprando", "150101"),
    ("en Polvos Azules", "150115"),
    ("fue en SMP, por la av. Perú", "150135"),
    ("en VES", "150142"),
    ("en v.m.t.", "150143"),
    ("en S.J.M. cerca al mercado", "150133"),
    ("en Villa María del Triunfo", "150143"),
    ("en villa el salbador", "150142"),
    ("me robaron en chorillos", "150108"),
    ("en Puente Piedra, por el óvalo", "150125"),
    ("distrito de Ate, por Puruchuco", "150103"),
    ("en Vitarte", "150103"),
    ("en Surco, cerca al parque de la Amistad", "150140"),
    ("perdí mi billetera en Jesús María", "150113"),
    ("en San Isidro, Lima", "150131"),
    ("en Ventanilla", "070106"),
    ("en el Cercado del Callao", "070101"),
    ("me robaron en el distrito de Trujillo", "130101"),
    ("en El Porvenir, Trujillo", "130102"),
    ("en Cayma", "040103"),
    ("en Wanchaq, Cusco", "080108"),
    ("en Castilla, Piura", "200104"),
    ("soy de Huancayo pero el robo fue en El Tambo, Huancayo", "120114"),
    ("me asaltaron por Canto Grande", "150132"),
    ("en Barrios Altos, cuando salía", "150101"),
    ("trabajo en San Isidro y me asaltaron en Surquillo", "150141"),
    ("puse la denuncia en la comisaría de Lince pero fue en Magdalena del Mar", "150120"),
    ("se fueron con dirección a Comas, me robaron en Carabayllo", "150106"),
    ("Pueblo Libre, Lima", "150121"),
    ("me chocaron en la Panamericana Sur, en Lurín", "150119"),
    ("plaza San Martín, anoche", "150101"),
    ("en José Leonardo Ortiz", "140105"),
    ("Mancora", "200706"),
    ("ME ASALTARON EN SAN JUAN DE MIRAFLORES POR EL HOSPITAL MARIA AUXILIADORA", "150133"),
    ("vivo en los olivos pero me robaron en el rimac", "150128"),
    ("soy de Huancayo, me robaron en Ate", "150103"),
    ("me robaron en sjl, vivo en comas", "150132"),
    ("en el paradero tres marias de villa maria del triunfo", "150143"),
    ("me arrancharon el cel en lince", "150116"),
    ("por miraflores lima me quitaron la mochila", "150122"),
    ("en Miraflores de Arequipa me robaron", "040110"),
    ("fue en miraflores, arequipa", "040110"),
    ("me robaron en el distrito de Wanchaq", "080108"),
    ("en cayma arequipa por la av ejercito", "040103"),
    ("en el porvenir, trujillo, me robaron", "130102"),
    ("me chocaron en la panamericana sur a la altura de lurin", "150119"),
    ("iba de Comas a Los Olivos y en Independencia me asaltaron", "150112"),
    ("mi casa queda en Surco y ahí fue el robo", "150140"),
    ("entraron a mi casa en Ventanilla", "070106"),
    ("en el Callao, en Bellavista, me asaltaron", "070102"),
    ("en gamarra me robaron la cartera", "150115"),
    ("por el mercado de Ceres en ate vitarte", "150103"),
    ("a la salida del metro de San Juan de Lurigancho estación San Carlos", "150132"),
    ("el robo fue en Sachaca Arequipa", "040117"),
    ("en nvo chimbote", "021809"),
    ("en J.L.O. Chiclayo me robaron", "140105"),
    ("me robaron en JLO", "140105"),
    ("en jose leonardo ortis", "140105"),
    ("en yanahuara", "040126"),
    ("en Punta Hermosa, en la playa norte", "150126"),
    ("me robaron en v.e.s.", "150142"),
    ("estaba en el parque de la amistad de surco", "150140"),
    ("en Pichanaki, Chanchamayo", "120303"),
    ("camino a Chosica, en Ñaña", "150118"),
    ("me robaron por el puente nuevo en El Agustino", "150111"),
    ("en Laredo - Trujillo", "130106"),
    ("en Pimentel, Chiclayo", "140112"),
    ("en Manchay me quitaron la moto", "150123"),
    ("me robaron bajando del bus en Huaycán", "150103"),
    ("trabajo en San Borja pero el hecho ocurrió en La Molina", "150114"),
    ("el asalto fue saliendo del banco en Jesús María; los ladrones huyeron hacia Lince", "150113"),
    ("me robaron el celular en el corredor azul a la altura de Rímac", "150128"),
    ("me estafaron, hice el depósito desde mi casa en Barranco a una cuenta de Trujillo", "150104"),
    ("mi hija se fue a Tarapoto y desapareció en Morales, San Martín", "220910"),
    ("en máncora me robaron la cámara", "200706"),
    ("en el distrito de Castilla, Piura", "200104"),
    ("Piura, Veintiséis de Octubre", "200115"),
    ("en San Sebastián, Cusco, me robaron", "080105"),
    ("en san sebastian cuzco", "080105"),
    ("en la av. Los Héroes, San Juan de Miraflores", "150133"),
    ("en la avenida San Juan, en Ate", "150103"),
    ("en el Jr. Ayacucho de San Miguel, Lima", "150136"),
    ("en la calle Lima del distrito de Yanahuara", "040126"),
    ("cerca al óvalo de Santa Anita", "150137"),
    ("en chaclacallo", "150107"),
    ("hacia Carabayllo, km 22 de Túpac Amaru", "150106"),
    ("la comisaría de Surquillo no quiso, el robo fue en Miraflores de Lima", "150122"),
    ("en Paucarpata", "040112"),
    ("en chilca huancayo", "120107"),
    ("en chilca cañete", "150505"),
    ("en ciudad nueva tacna", "230104"),
    ("mi DNI dice que vivo en Huaral pero me robaron en Puente Piedra", "150125"),
    ("el ladrón vive en La Victoria, me robó en Breña", "150105"),
    ("me asaltaron en La Victoria, Lima", "150115"),
    ("por el estadio de Matute", "150115"),
    ("Miguel Grau en Castilla Piura", "200104"),
    ("por sjm", "150133"),
    ("x smp", "150135"),
    ("por la ciclovía de san isidro lima", "150131"),
    ("MI CUADRA EN LA ESPERANZA TRUJILLO", "130105"),
    ("la combi que baja de san jeronimo cusco", "080104"),
    ("en la feria de Huancaro distrito de Santiago Cusco", "080106"),
    ("No sabría decirle el día. San Borja. DNI 10207741", "150130"),
    ("en mi calle de Alto Selva Alegre, Arequipa, hay bulla", "040102"),
    ("vivimos en chosica y ahí fue", "150118"),
    ("mi cuñado vive con nosotros en Surquillo y le pegó a mi sobrino", "150141"),
    ("denuncio que en la comunidad de Ccatca, Quispicanchi", "081205"),
]

DOUBTED = [
    ("me robaron en Comas", "150110"),
    ("me asaltaron en miraflores", "150122"),
    ("en el distrito de Independencia", "150112"),
    ("en San Juan", None),
    ("en Santa Rosa", "150139"),
    ("fue en San Miguel", "150136"),
    ("en La Victoria", "150115"),
    ("me robaron en Bellavista", "070102"),
    ("en San Luis", "150134"),
    ("entre Surquillo y San Borja", "150141"),
    ("me robaron en san miguel", None),
    ("me robaron en san isidro", None),
    ("entre Breña y Pueblo Libre me robaron", None),
    ("subí en el Agustino y en Santa Anita me di cuenta que no tenía el celular", None),
    ("la recogieron en Miraflores, Lima y la dejaron en La Molina", None),
]

CITIES = [
    ("Trujillo", "Trujillo", "La Libertad"),
    ("me robaron en Arequipa", "Arequipa", "Arequipa"),
    ("en Lima", "Lima", "Lima"),
    ("perdí mi DNI en Chiclayo", "Chiclayo", "Lambayeque"),
    ("me estafaron en Huancayo", "Huancayo", "Junín"),
    ("en el Callao", "Callao", "Callao"),
    ("fue en Iquitos", "Maynas", "Loreto"),
    ("en Pucallpa, cerca del puerto", "Coronel Portillo", "Ucayali"),
    ("en Ayacucho", "Huamanga", "Ayacucho"),
    ("por Cañete", "Cañete", "Lima"),
    ("en el centro de Trujillo", "Trujillo", "La Libertad"),
    ("en la ciudad de Cusco me robaron", "Cusco", "Cusco"),
    ("en tingo maria me golpearon", "Leoncio Prado", "Huánuco"),
    ("Yo de Puno soy, en Juliaca me han robado", "San Román", "Puno"),
    ("en la plaza de armas de Huaraz", "Huaraz", "Áncash"),
    ("en Nasca me robaron el carro", "Nasca", "Ica"),
    ("en la urb. San Andrés de Trujillo", "Trujillo", "La Libertad"),
    ("viajando de Lima a Huacho me robaron", "Huaura", "Lima"),
    ("en el mercado Modelo de Ica", "Ica", "Ica"),
    ("fue por la plaza de armas de Cusco", "Cusco", "Cusco"),
    ("en Juliaca cerca del terminal", "San Román", "Puno"),
    ("en Chimbote", "Santa", "Áncash"),
    ("en el aeropuerto Jorge Chávez", "Callao", "Callao"),
    ("en la feria del altiplano", "Arequipa", "Arequipa"),
]

UNTOLD = [
    "me robaron el celular",
    "vivo en San Borja",
    "soy de Comas",
    "Rosa Flores me estafó",
    "me llamo Jesús María Salas Castilla",
    "el señor Bolívar canta mala música",
    "me atendieron mal en la ventanilla del banco",
    "en la caja me dieron un billete falso",
    "perdí la paz y la unión de mi familia",
    "se cayó por el barranco",
    "San Juan me protege",
    "la independencia económica",
    "me chocó un carro de la empresa Cruz del Sur",
    "mi tarjeta de la Caja Huancayo",
    "fui a la comisaría de Chorrillos",
    "mi primo de Ica me dijo",
    "en Villa",
    "mi hermano José Castilla Rojas",
    "en el penal de Lurigancho",
]

DETAILS = [
    ("me robaron en el paradero 10 de la avenida Wiesse en SJL", "paradero 10 de la avenida Wiesse"),
    ("anoche en el cruce de Tacna con Colmena", "cruce de Tacna con Colmena"),
    ("me asaltaron en la av. Arequipa cuadra 20 en Lince", "av. Arequipa cuadra 20"),
    ("en jr. Huaraz 540, Breña", "jr. Huaraz 540"),
    ("en el mercado Unicachi de Comas me abrieron la mochila", "mercado Unicachi"),
    ("ayer en la estación Naranjal dos tipos", "estación Naranjal"),
    ("en el parque Kennedy a las 8", "parque Kennedy"),
    ("me robaron el celular", None),
]


@pytest.mark.parametrize(("text", "ubigeo"), SETTLED)
def test_the_text_settles_the_district(text: str, ubigeo: str) -> None:
    reading = places.find(text)
    assert reading.place is not None
    assert reading.place.ubigeo == ubigeo


@pytest.mark.parametrize(("text", "first"), DOUBTED)
def test_a_doubt_is_a_list_with_the_likeliest_first(text: str, first: str | None) -> None:
    reading = places.find(text)
    assert reading.place is None
    assert len(reading.candidates) > 1
    assert first in (None, reading.candidates[0].ubigeo)


@pytest.mark.parametrize(("text", "province", "department"), CITIES)
def test_a_city_alone_is_no_district(text: str, province: str, department: str) -> None:
    reading = places.find(text)
    assert (reading.place, reading.province, reading.department) == (None, province, department)


@pytest.mark.parametrize("text", UNTOLD)
def test_no_place_of_the_incident(text: str) -> None:
    reading = places.find(text)
    assert (reading.place, reading.candidates, reading.department) == (None, (), None)


@pytest.mark.parametrize(("text", "detail"), DETAILS)
def test_the_detail(text: str, detail: str | None) -> None:
    assert places.find(text).detail == detail


def test_what_is_known_of_the_place_decides() -> None:
    reading = places.find("Miraflores", within=Area("Arequipa", "Arequipa"), asked=True)
    assert reading.place is not None
    assert reading.place.ubigeo == "040110"


@pytest.mark.parametrize(
    ("text", "ubigeo"),
    [
        ("me asaltaron entre Chulucanas y Morropón", None),
        ("me pegó en mi casa de Manantay", "250107"),
        ("fue en el mercado de Talavera", "030216"),
        ("me robaron en el milagro, huanchaco", "130104"),
        ("pasó en pueblolibre, lima", "150121"),
        ("me estafaron con un terreno en Pachacútec", None),
    ],
)
def test_the_town_that_the_words_around_it_settle(text: str, ubigeo: str | None) -> None:
    place = places.find(text).place
    assert (place.ubigeo if place else None) == ubigeo
