"""The words for things: kinds, documents and makes."""

import re

KINDS: dict[str, str] = {
    "phone": "celular celulares cel cell celu celus celuco celulr selular celul telefono telefonos movil moviles smartphone "
    "fono equipo_celular iphone ipone iphones equipo_movil chancho telf celualr ceular cellular",
    "cash": "dinero plata efectivo billetes sencillo vuelto ahorros monedas platita dinerito",
    "bag": "mochila mochilas bolso bolsos cartera carteras maleta maletas maletin maletines bolsa bolsas canguro canguros "
    "morral morrales neceser equipaje moxila mochla mochilita bolsito carterita bandolera portafolio",
    "wallet": "billetera billeteras monedero monederos viyetera billetra billeterra villetera portadocumentos chauchera",
    "document": "dni documento documentos brevete pasaporte licencia_de_conducir carnet carne soat papeles "
    "carnet_de_extranjeria carne_de_extranjeria tarjeta_de_propiedad tarjeta_de_identificacion_vehicular licencia "
    "titulo_de_propiedad partida_de_nacimiento carnet_universitario carne_universitario libreta_militar ptp cpp "
    "documento_de_identidad documento_nacional_de_identidad tarjeta_de_circulacion fotocheck cedula certificado titulo "
    "diploma carnet_de_sanidad escritura letra_de_cambio ruc deni dnis tiv carnet_de_conadis",
    "laptop": "laptop laptops lapto lap notebook macbook computadora_portatil portatil laptot latop labtop chromebook",
    "vehicle": "carro carros auto autos moto motos motocicleta motocicletas camioneta camionetas mototaxi mototaxis vehiculo "
    "vehiculos camion camiones taxi combi automovil trimoto motokar motocar motoneta scooter_electrico cuatrimoto furgoneta "
    "custer minivan torito bajaj trimovil camionetita carrito motito scooter omnibus",
    "bicycle": "bicicleta bicicletas bici bicis bisicleta bicla cleta vicicleta ebike",
    "jewelry": "reloj relojes anillo anillos aro aros cadena cadenas collar collares pulsera pulseras arete aretes joya joyas "
    "sortija sortijas esclava alhajas gargantilla dije smartwatch apple_watch relog cadenita anillo_de_oro aritos alianza",
    "bank_card": "tarjeta_de_credito tarjeta_de_debito tarjeta_bancaria tarjetas_bancarias tarjetas_de_credito "
    "tarjetas_de_debito tarjeta tarjetas tarjeta_del_banco tarjetas_del_banco targeta tarjetas_de_banco tarjeta_visa",
    "other": "tablet tablets ipad audifonos audifono airpods lentes gafas casaca casacas polera poleras zapatillas zapatilla ropa "
    "llaves llave televisor televisores tv tele camara camaras parlante parlantes cargador consola playstation ps4 ps5 xbox "
    "nintendo herramientas taladro amoladora casco cascos espejo espejos llanta llantas bateria retrovisor retrovisores "
    "autoradio radio computadora_de_carro faro faros catalizador computadora pc cpu monitor impresora cocina refrigeradora "
    "balon balon_de_gas lavadora licuadora perfume perfumes mercaderia mercancia productos chip usb disco_duro libro libros "
    "cuaderno cuadernos zapatos pantalon chompa gorra gorro guitarra medicinas anteojos billete_de_loteria proyector placa "
    "placas tapabarro parachoques luna lunas vidrio vidrios ventana ventanas puerta puertas porton pared fachada medidor "
    "cable cables perro perrito mascota gallinas ganado vacas carnero maquina_de_coser maquinas maquina motor bomba_de_agua "
    "panel moto_de_juguete coche coche_de_bebe silla_de_ruedas patineta scuter scooter_electrico dron drone microfono "
    "instrumentos casilleros tarjeta_del_metropolitano tarjeta_lima_pass sello sellos aros_de_carro aros_de_auto "
    "computadora_del_carro stereo estereo equipo_de_sonido powerbank lonchera termo paraguas sombrilla  abarrotes "
    "polo polos camisa vestido terno cosmeticos maquillaje audifonos_bluetooth bocina equipo_de_musica mandil",
}
DOCUMENTS: dict[str, str] = {
    "dni": "dni dnis deni documento_de_identidad documento_nacional_de_identidad",
    "passport": "pasaporte",
    "license": "brevete licencia licencia_de_conducir",
    "ce": "carnet_de_extranjeria carne_de_extranjeria",
    "soat": "soat",
    "property_card": "tarjeta_de_propiedad tarjeta_de_circulacion tarjeta_de_identificacion_vehicular tiv",
    "student_card": "carnet_universitario carne_universitario",
    "birth_certificate": "partida_de_nacimiento",
    "property_title": "titulo_de_propiedad escritura",
    "ptp": "ptp cpp",
    "work_card": "fotocheck",
    "military_card": "libreta_militar",
    "health_card": "carnet_de_sanidad",
    "foreign_id": "cedula",
    "ruc": "ruc",
}
_PHONE_BRANDS = {
    "samsung": "Samsung", "samsumg": "Samsung", "sansung": "Samsung", "samgsung": "Samsung", "motorola": "Motorola",
    "moto g": "Motorola", "moto e": "Motorola", "moto edge": "Motorola", "xiaomi": "Xiaomi", "xiomi": "Xiaomi",
    "shaomi": "Xiaomi", "xaomi": "Xiaomi", "chaomi": "Xiaomi", "redmi": "Xiaomi", "redmy": "Xiaomi", "poco x": "Xiaomi",
    "poco m": "Xiaomi", "poco f": "Xiaomi", "poco c": "Xiaomi", "huawei": "Huawei", "huawey": "Huawei", "guawei": "Huawei",
    "honor": "Honor", "iphone": "Apple", "iphon": "Apple", "ipone": "Apple", "oppo": "Oppo", "realme": "Realme",
    "nokia": "Nokia", "lg": "LG", "zte": "ZTE", "tcl": "TCL", "infinix": "Infinix", "tecno": "Tecno", "alcatel": "Alcatel",
    "oneplus": "OnePlus", "google pixel": "Google", "pixel": "Google", "galaxy": "Samsung", "vivo y": "Vivo", "vivo v": "Vivo",
}  # fmt: skip
PHONE_MAKES = frozenset(_PHONE_BRANDS.values()) - {"Apple", "LG", "TCL", "Google"}
BRANDS: dict[str, str] = _PHONE_BRANDS | {
    "apple": "Apple", "macbook": "Apple", "ipad": "Apple", "airpods": "Apple", "hp": "HP", "lenovo": "Lenovo",
    "dell": "Dell", "asus": "Asus", "acer": "Acer", "toshiba": "Toshiba", "msi": "MSI", "sony": "Sony", "canon": "Canon",
    "nikon": "Nikon", "jbl": "JBL", "toyota": "Toyota", "hyundai": "Hyundai", "hiundai": "Hyundai", "hyunday": "Hyundai",
    "kia": "Kia", "nissan": "Nissan", "suzuki": "Suzuki", "susuki": "Suzuki", "honda": "Honda", "yamaha": "Yamaha",
    "bajaj": "Bajaj", "chevrolet": "Chevrolet", "volkswagen": "Volkswagen", "mazda": "Mazda", "mitsubishi": "Mitsubishi",
    "subaru": "Subaru", "ford": "Ford", "wanxin": "Wanxin", "zongshen": "Zongshen", "ronco": "Ronco", "lifan": "Lifan",
    "ssenda": "Ssenda", "tvs": "TVS", "ktm": "KTM", "kawasaki": "Kawasaki", "italika": "Italika", "renault": "Renault",
    "peugeot": "Peugeot", "bmw": "BMW", "audi": "Audi", "mercedes benz": "Mercedes-Benz", "jac": "JAC", "chery": "Chery",
    "great wall": "Great Wall", "changan": "Changan", "monark": "Monark", "monarette": "Monarette", "goliat": "Goliat",
    "trek": "Trek", "specialized": "Specialized", "giant": "Giant", "oxford": "Oxford", "casio": "Casio", "rolex": "Rolex",
    "citizen": "Citizen", "seiko": "Seiko", "fossil": "Fossil", "totto": "Totto", "samsonite": "Samsonite", "nike": "Nike",
    "adidas": "Adidas", "puma": "Puma", "ray ban": "Ray-Ban", "bosch": "Bosch", "makita": "Makita", "dewalt": "DeWalt",
    "philips": "Philips", "panasonic": "Panasonic", "garmin": "Garmin", "tissot": "Tissot", "porta": "Porta",
    "scott": "Scott", "gopro": "GoPro", "haojue": "Haojue", "benelli": "Benelli", "pulsar": "Bajaj",
}  # fmt: skip


def _pattern(names: list[str]) -> str:
    return "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))


KIND_OF: dict[str, str] = {name.replace("_", " "): kind for kind, names in KINDS.items() for name in names.split()}
DOCUMENT_OF: dict[str, str] = {
    name.replace("_", " "): kind for kind, names in DOCUMENTS.items() for name in names.split()
}
THING = re.compile(r"\b(" + _pattern(list(KIND_OF)) + r")\b")
BRAND = re.compile(r"\b(" + _pattern(list(BRANDS)) + r")(?=\d|\b)")
