"""Whole stories: when, where, what, how much, how many and whether armed, all at once."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from actions.understanding import story

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=ZoneInfo("America/Lima"))

STORIES: list[tuple[str, tuple[str, str, str, int | None, int | None, bool | None]]] = [
    (
        "Buenas noches, ayer jueves a eso de las 9 y media de la noche regresaba de la academia por la av. Alfonso Ugarte, en el Cercado de Lima, cuando tres sujetos me rodearon. Uno me puso un desarmador en el cuello y los otros me rebuscaron. Se llevaron mi celular Oppo A57, mi casaca negra y mi carnet universitario. Uno de ellos tenía una cicatriz.",
        ("2026-11-19 21:30", "150101", "document other phone/Oppo", None, 3, True),
    ),
    (
        "hola quisiera saber q hago, ayer deje mi mototaxi en la puerta de mi casa en huaycan ate y hoy en la mañana ya no estaba, es una bajaj azul placa 5678-2C, me costo 9500 soles",
        ("2026-11-20 09:00", "150103", "vehicle/Bajaj/5678-2C", None, None, None),
    ),
    (
        "Vivo en San Miguel pero el hecho pasó en Magdalena del Mar, cuadra 8 de Javier Prado, el lunes 16 a las 6:40 am. Un motociclista me arrebató la cartera Michelle Belau que tenía 70 soles, mi DNI, dos tarjetas y mis llaves.",
        ("2026-11-16 06:40", "150120", "bag/Michelle_Belau bank_card cash document other", 70, 1, None),
    ),
    (
        "me an robado señor, en mercado de Andahuaylas estaba vendiendo mis quesos, una señora distrayendome ha estado y otro joven mi bolsa con plata se ha llevado, 340 soles era, sábado fue",
        ("2026-11-14 None", "None", "bag cash", 340, 2, None),
    ),
    (
        "PERDI MI BILLETERA EL DIA DE HOY EN EL BUS DE LA LINEA 73 ENTRE CHORRILLOS Y SURCO. TENIA MI DNI 44556677, LICENCIA DE CONDUCIR, TARJETA BBVA Y 25 SOLES",
        ("2026-11-20 None", "None", "bank_card cash document document wallet", 25, None, None),
    ),
    (
        "El 2 de noviembre, en el cementerio de Villa María del Triunfo, mientras visitaba a mi difunto esposo, me sacaron el monedero de la bolsa. Tenía 60 soles y mi medio pasaje de mi hija.",
        ("2026-11-02 None", "150143", "cash document wallet", 60, None, None),
    ),
    (
        "en cajamarca capital, por la plazuela bolognesi, 2 venezolanos en moto me arrancharon mi celu realme hace 3 dias como a las 7 pm",
        ("2026-11-17 19:00", "None", "phone/Realme", None, 2, None),
    ),
    (
        "Alquilé un cuarto por Facebook en Pueblo Libre, Lima. Pagué 600 soles de garantía por Yape al 987111222 el martes pasado y cuando fui no existía la dirección.",
        ("2026-11-17 None", "150121", "", 600, None, None),
    ),
    (
        "Ayer a las 2:15 de la tarde me pasé la luz ámbar y choqué con una combi en la avenida Venezuela, Breña. Mi auto Chevrolet Sail placa APT-310 quedó con el parachoques roto.",
        ("2026-11-19 14:15", "150105", "vehicle/Chevrolet/APT-310", None, None, None),
    ),
    (
        "mi vecino Julián, con quien comparto pared, me reventó dos ventanas a piedrazos el domingo por la tarde porque le reclamé la bulla. Esto es en Cerro Colorado, Arequipa",
        ("2026-11-15 15:30", "040104", "other", None, None, True),
    ),
    (
        "Me llamaron de un supuesto banco, di el código y me sacaron 4,300 soles en dos transferencias. Fue el 12 de noviembre a las 11 de la mañana. Vivo en Tacna, en Ciudad Nueva, y estaba en mi casa.",
        ("2026-11-12 11:00", "230104", "", 4300, None, None),
    ),
    (
        "en el concierto del estadio san marcos me sacaron el celu del bolsillo, un xiaomi redmi note 11, y la billetera de mi enamorada, el sabado en la noche",
        ("2026-11-14 21:30", "None", "phone/Xiaomi wallet", None, None, None),
    ),
    (
        "mi papá fue asaltado al salir del Banco de la Nación de Huancayo, le quitaron su pensión de 950 soles y su bastón, hoy a las 10 am, dos tipos bien vestidos",
        ("2026-11-20 10:00", "None", "cash other", 950, 2, None),
    ),
    (
        "En la fiesta de promoción de mi hijo, en un local de San Luis, Lima, desapareció mi cámara Nikon y el maletín con dos lentes. Sábado 7 de noviembre, como a la 1 de la madrugada.",
        ("2026-11-07 01:00", "150134", "bag other other/Nikon", None, None, None),
    ),
    (
        "Una chica me citó por Tinder en un hotel de La Victoria, Lima, me dopó y al despertar no estaban mi reloj Citizen, mi celular ni mis tarjetas; además hicieron un retiro de 1500 soles. Fue el viernes pasado.",
        ("2026-11-13 None", "150115", "bank_card jewelry/Citizen phone", 1500, 1, None),
    ),
    (
        "A mi abuelita le hicieron el cuento del billete premiado en el mercado central de Trujillo. Entregó sus aretes de oro y 700 soles que había retirado. Eran un señor y una señora. Anteayer a mediodía.",
        ("2026-11-18 12:00", "None", "cash jewelry", 700, 2, None),
    ),
    (
        "Yo en Sicuani vivo, pero en Cusco, distrito de Santiago, mi manta con mi guagua cargada estaba y el bolsillo me han cortado, 80 soles me han llevado, ayer nomás",
        ("2026-11-19 None", "080106", "cash", 80, None, None),
    ),
    (
        "me robaron la moto afuera del gimnasio en Santa Anita, es una Pulsar NS 200 negra, 9012-4D. La dejé a las 7 y salí 8 y media de la noche, ayer",
        ("2026-11-19 20:30", "150137", "vehicle/Bajaj/9012-4D", None, None, None),
    ),
    (
        "El sábado 31 de octubre, en la discoteca Tumbao de Iquitos, me robaron el bolso Coach con mi iPhone 14 Pro, mi DNI y S/ 220",
        ("2026-10-31 None", "None", "bag cash document phone/Apple", 220, None, None),
    ),
    (
        "unos falsos operarios de Calidda entraron a mi casa en San Martín de Porres y mientras uno revisaba la cocina el otro sacó de mi cuarto 3 mil soles y mis alhajas. eso fue el jueves en la mañana, tipo 10",
        ("2026-11-19 10:00", "150135", "cash jewelry", 3000, 2, None),
    ),
    (
        "Mi marido me rompió el celular Samsung y me tiró contra la puerta, anteanoche, en nuestro cuarto de Ventanilla, Callao. Me amenaza con un cuchillo.",
        ("2026-11-18 21:30", "070106", "phone/Samsung", None, None, True),
    ),
    (
        "MI PAREJA ME GOLPEO EN LA CARA AYER 11 PM EN NUESTRA CASA DE PACHACAMAC, ME QUITO EL CELULAR PARA QUE NO LLAME A LA POLICIA Y LO ROMPIO CONTRA EL PISO",
        ("2026-11-19 23:00", "150123", "phone", None, None, None),
    ),
    (
        "compré un celular iphone 13 por instagram a una cuenta que se llama tiendaperu, deposité 1800 soles el 10 de noviembre a la cuenta BCP 19112345678012 y no llegó nada",
        ("2026-11-10 None", "None", "", 1800, None, None),
    ),
    (
        "Perdí mi carnet de extranjería en el bus de Tacna a Arequipa el 8 de noviembre, soy venezolano, mi número es 934 555 121",
        ("2026-11-08 None", "None", "document", None, None, None),
    ),
    (
        "Buenos días. El día sábado 14 de noviembre de 2026 a las 17:20 horas aprox., en la intersección de la Av. Canadá con Av. Nicolás Arriola, distrito de La Victoria, Lima, un vehículo de placa AKD-512 impactó la parte posterior de mi auto Mazda 3 de placa BJK-209 y se dio a la fuga.",
        ("2026-11-14 17:20", "150115", "vehicle/Mazda/BJK-209", None, None, None),
    ),
    (
        "un sujeto con polo negro me manoseó en el paradero de la Av. Grau de Piura, hoy 7 y 10 am",
        ("2026-11-20 07:10", "None", "", None, 1, None),
    ),
    (
        "mi mamá Rosa salió el miércoles a las 8 de la mañana de su casa en Ate y no regresa, tiene demencia, lleva una chompa roja y cartera negra",
        ("2026-11-18 08:00", "150103", "", None, None, None),
    ),
    (
        "Los del tercer piso tienen fiesta hasta las 5 am, fue el sábado por la noche en la calle Los Tulipanes de Lince",
        ("2026-11-14 21:30", "150116", "", None, None, None),
    ),
    (
        "me hackearon el facebook ayer al mediodía y desde mi cuenta le pidieron plata a mi tía, ella yapeó 300 soles al 911222333",
        ("2026-11-19 12:00", "None", "", 300, None, None),
    ),
    (
        "el jueves de la semana pasada, en el terminal de Juliaca, me cogotearon dos personas y me quitaron mi mochila con mi ropa y 1200 soles que traía para mi mercadería",
        ("2026-11-12 None", "None", "bag cash other", 1200, 2, None),
    ),
    (
        "Se me perdió el DNI, creo que fue en el mercado de Magdalena del Mar la semana pasada",
        ("None", "150120", "document", None, None, None),
    ),
    (
        "Estaba en el chifa de la esquina en Barranco y colgué mi bolso en la silla; cuando quise pagar ya no estaba. Tenía mi billetera, 2 tarjetas, mi DNI y mi celular Huawei P30. Anoche tipo 9",
        ("2026-11-19 21:00", "150104", "bag bank_card document phone/Huawei wallet", None, None, None),
    ),
    (
        "me robaron el scooter eléctrico Xiaomi en Miraflores, Lima, hace 2 horas, lo dejé con candado frente al Kennedy",
        ("2026-11-20 13:00", "150122", "other/Xiaomi", None, None, None),
    ),
    (
        "Dos policías de Comas, Lima, me intervinieron el lunes como a las 10 de la noche y me quitaron 80 soles diciendo que era para dejarme ir",
        ("2026-11-16 22:00", "150110", "cash", 80, 2, None),
    ),
    (
        "Se robaron de mi obra en Lurín: 10 bolsas de cemento, una mezcladora y una amoladora Bosch. El vigilante dice que fue la madrugada del domingo.",
        ("2026-11-15 03:00", "150119", "other other other/Bosch", None, None, None),
    ),
    (
        "Mi vecino invadió mi terreno en Manchay el 1 de este mes con 6 hombres armados con palos",
        ("2026-11-01 None", "150123", "", None, 6, True),
    ),
    (
        "Fui víctima de cambiazo de tarjeta en el cajero del BCP de la avenida Larco, en Miraflores (Lima). Me sacaron 2,800 soles. Fue hoy a las 12:15 del mediodía.",
        ("2026-11-20 12:15", "150122", "bank_card", 2800, None, None),
    ),
    (
        "no me acuerdo bien la fecha, creo que fue a inicios de noviembre, me robaron el medidor de agua en Puente Piedra",
        ("2026-11-01 None", "150125", "other", None, None, None),
    ),
    (
        "Soy de Arequipa pero vivo en Lima, en Surquillo. El sábado 7 de noviembre fui a visitar a mi primo en San Martín de Porres y al bajar del Metropolitano en la estación Tomás Valle me abrieron la mochila y me sacaron mi Kindle y mi cargador.",
        ("2026-11-07 None", "150135", "other other", None, None, None),
    ),
    (
        "Ayer en la mañana en el mercado La Parada, La Victoria, Lima, un muchacho con cuchillo me quitó mi monedero con 35 soles y mi celular chiquito Nokia",
        ("2026-11-19 09:00", "150115", "cash phone/Nokia wallet", 35, 1, True),
    ),
    (
        "en Huancavelica, por Ascensión, mi papá fue asaltado el domingo en la tarde por dos encapuchados, le quitaron su mototaxi placa 1180-3H",
        ("2026-11-15 15:30", "090118", "vehicle/1180-3H", None, 2, None),
    ),
    (
        "Mi hijo perdió su DNI y su tarjeta de Yape en la piscina de Ñaña el 15 de noviembre",
        ("2026-11-15 None", "150118", "bank_card document", None, None, None),
    ),
    (
        "me robaron el carro, un Kia Soluto blanco, placa CHV-552, entre las 3 y las 5 de la tarde del miércoles, estaba parqueado en Jr. Camaná en el Cercado de Lima",
        ("2026-11-18 15:00", "150101", "vehicle/Kia/CHV-552", None, None, None),
    ),
    (
        "Me llegó un mensaje del +51 933 222 111 diciendo que tienen fotos íntimas mías y que deposite 800 soles. No pagué. Fue hoy a la 1 de la tarde.",
        ("2026-11-20 13:00", "None", "", None, None, None),
    ),
    (
        "QUIERO DENUNCIAR QUE EL DIA 12 DE NOVIEMBRE A LAS 19:30 HRS DOS SUJETOS A BORDO DE UNA MOTO ME ARREBATARON MI CELULAR MARCA HUAWEI Y15 EN LA AV. GRAN CHIMU, ZARATE, SAN JUAN DE LURIGANCHO. DNI 09876543 CEL 998877665",
        ("2026-11-12 19:30", "150132", "phone/Huawei", None, 2, None),
    ),
    (
        "llegando de viaje encontré que habían entrado a mi departamento en Jesús María, Lima. Falta mi televisor LG, mi laptop MacBook y 3000 dólares. Salí el viernes y volví ayer, no sé qué día entraron",
        ("None", "150113", "cash laptop/Apple other/LG", 3000, None, None),
    ),
    (
        "el 24 de junio por san juan, en Iquitos, distrito de San Juan Bautista, en la quebrada, me robaron mis zapatos y mi canguro con 150",
        ("2026-06-24 None", "160113", "bag cash other", 150, None, None),
    ),
    (
        "mi ex enamorado publicó mis fotos íntimas en facebook anteayer, yo vivo en Wanchaq Cusco",
        ("2026-11-18 None", "None", "", None, None, None),
    ),
    (
        "choqué con un tráiler en la Carretera Central, en Vitarte, hoy 5:40am, mi Toyota Yaris placa D2F-119 quedó destrozado por delante, nadie herido",
        ("2026-11-20 05:40", "150103", "vehicle/Toyota/D2F-119", None, None, None),
    ),
    (
        "me secuestraron en un taxi en Miraflores, Lima el viernes por la noche, me pasearon por varios sitios y me obligaron a dar mis claves, sacaron 4000 soles del cajero y se quedaron con mi celular y mi reloj. eran tres, uno con pistola",
        ("2026-11-13 21:30", "150122", "jewelry phone", 4000, 3, True),
    ),
    (
        "se me quedó el celular Motorola en un colectivo de Chincha a Pisco, ayer a las 2pm, la línea es 955 444 333",
        ("2026-11-19 14:00", "None", "phone/Motorola", None, None, None),
    ),
    (
        "Vivo en Comas y trabajo en San Isidro. Ayer cuando volvía a mi casa, en la avenida Túpac Amaru a la altura de Independencia, me robaron",
        ("2026-11-19 None", "150112", "", None, None, None),
    ),
    (
        "me robaron en el mercado central",
        ("None", "None", "", None, None, None),
    ),
    (
        "Por la presente comunico la pérdida de mi título profesional y mi diploma de colegiatura, ocurrida el 3 de noviembre en el trayecto de Breña a Lince",
        ("2026-11-03 None", "None", "document document", None, None, None),
    ),
    (
        "Quiero que investiguen a mi cuñado Rubén, me debe 5000 soles y ayer vino a mi casa en Carmen de la Legua a amenazarme con una pistola",
        ("2026-11-19 None", "070103", "", None, None, True),
    ),
    (
        "anoche a las 2am 4 tipos con gorra entraron a mi casa en Pimentel, Chiclayo, nos amarraron y se llevaron 6 mil soles, joyas, 3 celulares y mi camioneta Hyundai Tucson M4Q-220",
        ("2026-11-20 02:00", "140112", "cash jewelry phone vehicle/Hyundai/M4Q-220", 6000, 4, None),
    ),
    (
        "Me asaltaron cerca del mercado Unicachi en Comas, Lima, el lunes a las 6am, dos chicos, se llevaron mi mochila con herramientas",
        ("2026-11-16 06:00", "150110", "bag other", None, 2, None),
    ),
    (
        "Extravié mi celular Xiaomi Redmi 12C en un taxi saliendo de Plaza Norte, en Independencia, Lima, la noche del 12 de noviembre. IMEI 867345041188237",
        ("2026-11-12 21:30", "150112", "phone/Xiaomi", None, None, None),
    ),
    (
        "una mujer me vendió un lote en Huaycán, Ate, que no era suyo, le di 8 mil dólares el 15 de setiembre de este año",
        ("2026-09-15 None", "150103", "cash", 8000, 1, None),
    ),
    (
        "en semana santa, el jueves santo, en Ayacucho me robaron la cámara Sony en la procesión",
        ("2026-04-02 None", "None", "other/Sony", None, None, None),
    ),
    (
        "MI SOBRINO DE 14 SALIO DE SU CASA EN INDEPENDENCIA, HUARAZ EL MIERCOLES A LAS 4 PM Y NO VUELVE",
        ("2026-11-18 16:00", "020105", "", None, None, None),
    ),
    (
        "ayer en la nochecita, como a las 7, saliendo del colegio en Villa María del Triunfo dos chibolos me arrancharon los aretes y la cadena",
        ("2026-11-19 19:00", "150143", "jewelry jewelry", None, 2, None),
    ),
    (
        "Mi ex pareja, Kevin, vino ebrio a mi trabajo en San Borja el martes a mediodía y me rompió los lentes",
        ("2026-11-17 12:00", "150130", "other", None, None, None),
    ),
    (
        "el taxi que tomé en el aeropuerto de Cusco me dejó botado y se llevó mis dos maletas y mi pasaporte, hoy 9am",
        ("2026-11-20 09:00", "None", "bag document", None, None, None),
    ),
    (
        "hace dos dias en la av. Perú de SMP un ratero me jalo el celular huawei por la ventana del micro",
        ("2026-11-18 None", "150135", "phone/Huawei", None, 1, None),
    ),
    (
        "me clonaron la tarjeta en un grifo de Sullana, Piura, hicieron consumos por 1,350.50 soles el 16/11",
        ("2026-11-16 None", "None", "", 1350.5, None, None),
    ),
    (
        "Denuncio a mi arrendatario de Breña: se fue el 31 de octubre sin pagar y se llevó la cocina, la terma y la lavadora",
        ("2026-10-31 None", "150105", "other other other", None, None, None),
    ),
    (
        "un grupo de barristas me agarró a golpes en Matute, La Victoria, Lima, el domingo después del partido, me quitaron la camiseta y 60 soles",
        ("2026-11-15 None", "150115", "cash other", 60, None, None),
    ),
    (
        "me estafaron 1200 soles con un alquiler en Cayma, Arequipa. Yo soy de Moquegua. Deposité el 11 de noviembre",
        ("2026-11-11 None", "040103", "", 1200, None, None),
    ),
]


@pytest.mark.parametrize(("text", "expected"), STORIES)
def test_a_whole_story(text: str, expected: tuple[str, str, str, int | None, int | None, bool | None]) -> None:
    facts = story.extract(text, now=NOW)
    when, place, lost = facts["occurred_at"], facts["place"] or {}, facts["amount_lost"] or {}
    things = sorted(
        "/".join(i[k].replace(" ", "_") for k in ("kind", "brand", "plate") if i[k]) for i in facts["items"]
    )
    assert (
        f"{when['date']} {when['time']}" if when else "None",
        str(place.get("ubigeo")),
        " ".join(things),
        lost.get("amount"),
        (facts["suspects"] or {}).get("count"),
        facts["weapon"],
    ) == expected
