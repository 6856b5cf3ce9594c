"""The words for things: kinds, documents and makes."""

import re

from actions.understanding.makes import MODELS, pattern

KINDS: dict[str, str] = {
    "phone": "celular celulares cel cell celu celus celuco celulr selular celul telefono telefonos movil moviles smartphone "
    "fono equipo_celular equipos_celulares smarphone celphone celulars zelular selu cecular celuar celulat iphone ipone iphones equipo_movil chancho telf celualr ceular cellular",
    "cash": "dinero plata efectivo soles_en_efectivo monto_de_dinero cash platita platitas dinerillo lana sueldo quincena jornal gratificacion billetes sencillo vuelto ahorros monedas platita dinerito",
    "bag": "mochila mochilas bolso bolsos cartera carteras maleta maletas maletin maletines bolsa bolsas canguro canguros koala koalas "
    "morral morrales mochilon monochila mochilas_escolares bolzo bolzon maletita cartuchera_de_mano rinonera bolso_termico alforja necessaire cangurera neceser equipaje moxila mochla mochilita bolsito carterita bandolera portafolio",
    "wallet": "billetera billeteras monedero monederos viyetera billetra billeterra villetera portadocumentos chauchera billetrita bileterra tarjetero portatarjetas biyetera billetara cartuchera",
    "document": "dni documento documentos brevete pasaporte licencia_de_conducir carnet carne soat papeles "
    "carnet_de_extranjeria carne_de_extranjeria tarjeta_de_propiedad tarjeta_de_identificacion_vehicular licencia "
    "titulo_de_propiedad partida_de_nacimiento carnet_universitario carne_universitario libreta_militar ptp cpp "
    "documento_de_identidad documento_nacional_de_identidad tarjeta_de_circulacion fotocheck cedula certificado titulo "
    "diploma carnet_de_sanidad escritura letra_de_cambio ruc deni dnis tiv carnet_de_conadis documentacion carnet_escolar carne_escolar carnet_de_estudiante carne_de_estudiante carnet_de_medio_pasaje medio_pasaje talonario talonarios facturas factura guias_de_remision guia_de_remision boletas recibos_por_honorarios cheques cheque chequera "
    "brebete licensia pasaporte_peruano poder_notarial tarjeta_vehicular carnet_de_vacunacion carne_de_vacunacion libreta_de_notas contrato contratos minuta letras_de_cambio acta_de_nacimiento "
    "partida_de_matrimonio carnet_del_seguro carnet_de_essalud carnet_del_cip colegiatura titulo_profesional certificados expediente expedientes voucher",
    "laptop": "laptop laptops lapto lap notebook macbook computadora_portatil portatil laptot latop labtop chromebook lactop laptot lapto laptoc ordenador_portatil thinkpad",
    "vehicle": "carro carros auto autos moto motos motocicleta motocicletas camioneta camionetas mototaxi mototaxis vehiculo "
    "vehiculos camion camiones taxi combi automovil trimoto motokar motocar motoneta scooter_electrico cuatrimoto furgoneta "
    "custer minivan torito bajaj trimovil camionetita carrito motito omnibus station_wagon colectivo motocar motokar moto_lineal moto_torito motocarga furgon couster pick_up pickup tico volquete trailer tractor minibus coaster  remolque mototaxis motocicle carrrito motosikleta camioneta_rural motocarro unidad_de_placa unidad_con_placa unidad_vehicular",
    "bicycle": "bicicleta bicicletas bici bicis bisicleta bicla cleta vicicleta ebike bicicletas_montaneras bisi byci bicicletita",
    "jewelry": "reloj relojes anillo anillos aro aros cadena cadenas collar collares pulsera pulseras arete aretes joya joyas "
    "sortija sortijas esclava alhajas gargantilla dije smartwatch apple_watch relog cadenita anillo_de_oro aritos alianza anillo_de_matrimonio aro_de_matrimonio joyeria alajas pendientes prendedor medalla medallita crucifijo apple_wach reloj_inteligente reloj_de_pulsera aretitos sarcillos zarcillos pulso brazalete",
    "bank_card": "tarjeta_de_credito tarjeta_de_debito tarjeta_bancaria tarjetas_bancarias tarjetas_de_credito "
    "tarjetas_de_debito tarjeta tarjetas tarjeta_del_banco tarjetas_del_banco targeta tarjetas_de_banco tarjeta_visa tarjeta_bcp tarjeta_interbank tarjeta_bbva tarjeta_scotiabank tarjeta_del_bcp tarjeta_multired tarjetas_del_bcp tarjeta_mastercard targetas tarjeta_de_ahorros cmr tarjeta_oh",
    "other": "tablet tablets ipad audifonos audifono airpods lentes gafas casaca casacas polera poleras zapatillas zapatilla ropa "
    "llaves llave televisor televisores tv tele camara camaras parlante parlantes cargador consola playstation ps4 ps5 xbox "
    "nintendo herramientas taladro amoladora casco cascos espejo espejos llanta llantas bateria retrovisor retrovisores "
    "autoradio radio computadora_de_carro faro faros catalizador computadora pc cpu monitor impresora cocina refrigeradora "
    "balon balon_de_gas balones_de_gas calculadora lavadora licuadora perfume perfumes mercaderia mercancia productos chip usb disco_duro libro libros "
    "cuaderno cuadernos zapatos pantalon chompa gorra gorro guitarra medicinas anteojos billete_de_loteria proyector placa "
    "placas tapabarro parachoques luna lunas vidrio vidrios ventana ventanas puerta puertas porton pared fachada medidor "
    "cable cables perro perrito mascota gallinas ganado vacas carnero maquina_de_coser maquinas maquina motor bomba_de_agua "
    "panel moto_de_juguete coche coche_de_bebe silla_de_ruedas patineta scuter scooter_electrico dron drone microfono "
    "instrumentos casilleros tarjeta_del_metropolitano tarjeta_lima_pass sello sellos aros_de_carro aros_de_auto "
    "computadora_del_carro stereo estereo equipo_de_sonido powerbank lonchera termo paraguas sombrilla  abarrotes "
    "scooter scooters hoverboard jean jeans olla ollas chancho chanchos pollo pollos pato patos cuy cuyes cuycitos oveja ovejas borrego borregos burro burros vaca toro toros caballo caballos alpaca alpacas llamas carpeta carpetas toldo vitrina vitrinas mampara mamparas caja_de_herramientas caja_fuerte balanza horno microondas equipo equipos ventilador plancha colchon colchones frazada frazadas manta mantas lliclla poncho sombrero correa chalina bufanda abrigo blazer uniforme uniformes zapato sandalias botas bota gafas_de_sol fiambre almuerzo tomatodo viveres compras mandado motosierra soldadora compresora generador grupo_electrogeno esmeril martillo llaves_de_casa manojo_de_llaves control manguera cerradura chapa techo calaminas calamina reja cerco muro maletera parachoque capo guardafango parabrisas lunas_polarizadas tapa_de_llanta tapasol antena tablero pantalla computadora_de_escritorio all_in_one teclado mouse tv_box telvisor smart_tv decodificador router modem modulo toldos carretilla quiosco kiosko puesto_ambulante cajon instrumento clarinete saxofon flauta zampona bombo tarola acordeon teclado_musical baston chal saxo violin charango arpa trompeta cajon_peruano balones gas galones cemento fierros_de_construccion materiales tubos medicamentos remedios coche_de_bebe carrito_de_bebe juguetes muneca pelota cosmetico peluca sobre_manila  memoria tarjeta_de_memoria disco hervidora cafetera sillas silla mesa mesas sofa mueble muebles ropero cama cosas pertenencias objetos_personales articulos prendas cosecha maiz cafe_pergamino sacos_de_cafe quintales costales costal saco sacos plantas arboles chacra haba cultivo sembrio cultivos red redes bote peque_peque motor_fuera_de_borda lancha peluche audifonos_inalambricos cigarrera vape vaper gorras visera lampara focos reflector reflectores casaca_de_cuero camara_fotografica camaras_de_seguridad go_pro lente medidores gaseosas cigarros cervezas licores golosinas galletas arroz azucar aceite verduras frutas cigarrillos joyero adornos cuadros imagen_de_la_virgen campana lampa barreta pico_y_lampa carreta montura arado terma termas motobomba camiseta camisetas fumigadora chaleco sillon polo polos camisa vestido terno cosmeticos maquillaje audifonos_bluetooth bocina equipo_de_musica mandil",
}
DOCUMENTS: dict[str, str] = {
    "dni": "dni dnis deni documento_de_identidad documento_nacional_de_identidad",
    "passport": "pasaporte",
    "license": "brevete brebete licensia licencia licencia_de_conducir",
    "ce": "carnet_de_extranjeria carne_de_extranjeria",
    "soat": "soat",
    "property_card": "tarjeta_de_propiedad tarjeta_de_circulacion tarjeta_de_identificacion_vehicular tarjeta_vehicular tiv",
    "student_card": "carnet_escolar carne_escolar carnet_de_estudiante carne_de_estudiante carnet_de_medio_pasaje medio_pasaje carnet_universitario carne_universitario",
    "birth_certificate": "partida_de_nacimiento",
    "property_title": "titulo_de_propiedad escritura",
    "ptp": "ptp cpp",
    "work_card": "fotocheck",
    "military_card": "libreta_militar",
    "health_card": "carnet_de_sanidad",
    "foreign_id": "cedula",
    "ruc": "ruc",
}
KIND_OF: dict[str, str] = dict.fromkeys(MODELS, "vehicle") | {
    name.replace("_", " "): kind for kind, names in KINDS.items() for name in names.split()
}
DOCUMENT_OF: dict[str, str] = {
    name.replace("_", " "): kind for kind, names in DOCUMENTS.items() for name in names.split()
}
THING = re.compile(r"\b(" + pattern(list(KIND_OF)) + r")\b")
_NAMELESS_WORDS = """
porque para pero cuando mientras desde hasta pues nomas entonces luego despues senorita joven bien mal aun
vez veces dia dias semana semanas mes meses ano anos hora horas minuto minutos momento rato noche tarde manana madrugada casa domicilio
depa departamento cuarto hogar tienda puesto negocio local bodega barrio cuadra cuadras calle zona distrito trabajo chamba oficina colegio
universidad taller hijo hija hijos hijas esposo esposa mama papa madre padre hermano hermana abuela abuelo abuelita tio tia primo prima
sobrino sobrina suegra suegro cunado cunada pareja conviviente amigo amiga amigos vecino vecina vecinos mano manos brazo cuello cara cabeza
boca ojo ojos pierna espalda diente dientes nariz dedo costilla costillas labio ceja bolsillo bolsillos vida cuenta cuentas nombre identidad
numero clave contrasena whatsapp facebook instagram correo foto fotos perfil sueldo salario pension jubilacion tranquilidad paz derecho tiempo atencion
pelo cabello cabellos sujeto sujetos tipo tipos hombre hombres mujer chico chica muchacho muchacha ladron choro ratero persona personas senor
senora joven jovenes arma pistola cuchillo navaja golpe golpes punete punetes patada patadas cachetada susto descuido lado metros
esquina paradero tramo poco estafa robo denuncia todo nada soles sol dolares lucas mil policia taxi carrera viaje pasaje turno
confianza inocencia ilusion esfuerzo plena pleno esposo grupo bolsa semaforo combi micro bus empresa tal par dizque supuesto supuesta
rostro relacion control conocimiento consciencia conciencia equilibrio estabilidad virginidad anillos libertad sangre mirada cliente clienta
pasajero pasajera motorizado delincuente delincuentes asaltante lugar sitio direccion rumbo fuerza mal buen gran media dos tres otro otra
familia familiar menor bebe nino nina alumno paquete sobre fajo caso cuento testigo testigos complice complices companero companera companeros reaccion miedo golpiza llamada mensaje linea senal chance deuda tesis trabajadora
nalgas nalga pechos senos pecho seno partes trasero poto gluteos muneca oreja orejas dedos mandibula tabique clavicula pie pies frente garganta
pulmon brazos piernas muelas muela rodilla tobillo cadera nuca barriga estomago columna camino carretera pista vereda altura puerta entrada salida
centro plaza parque avenida jiron comisaria serenazgo fiscalia posta hospital camara camaras placa noticia verdad mentira culpa mayoria resto demas
cosa cosas idea fecha monto valor total suma perdida asalto ladrones patrullero sospechoso motivo apoyo permiso medianoche mediodia carga venta
ahorro deposito transferencia prestamo pago adelanto dinero monedas pasajeros gente policias acta apellido armas fierro palo piedra machete revolver
corral techo cerco estacion terminal mercado feria hotel hostal cantina bar discoteca chofer conductor grito gritos empujon empujones insulto
insultos amenazas reclamo seguro aseguradora municipalidad alcalde dirigente duena dueno vendedor vendedora patron patrona doctor doctora profesor
profesora enfermera ingeniero abogado abogada vigilante guardian cajera cajero cobrador ayudante novio novia enamorado enamorada ex mellizos
criatura anciano anciana gringo gringa turista turistas vecindario sector pueblo caserio anexo comunidad provincia region pais costa sierra selva
lunes martes miercoles jueves viernes sabado domingo cual cuales mismo misma mismos que quien eso esto esa ese este esta ellos ellas alguien nadie
todos todas ambos cada pena rabia dolor llanto salud amistad paciencia esperanza memoria juicio razon respeto dignidad fe empleo oportunidad clase
clases examen partido juego audio video mensajes pagina claves codigo codigos link enlace publicacion aplicacion app saldo operaciones operacion
compras consumos ganancia ganancias nieta nieto bisnieta adentro dentro ultima ultimo fin tira candado candados baje compre deje saque creo peon
bono suboficial primera primero manera forma obra quedo soluto blanco negro mayor unica estado resultado escalera ventana cuarenta cincuenta sesenta
setenta ochenta noventa cien ciento doscientos quinientos toda banco bancos caja agente yape plin credito tarjetas terreno lote mujeres
"""
NAMELESS = frozenset(_NAMELESS_WORDS.split())
"""What may stand behind a loss without being a thing."""
OPEN = re.compile(
    r" ?(?:(?:tambien|a mi hij[oa]|casi|como|hasta|toda|todo|todas|todos) )?(?:mi|mis|su|sus|un|una|unos|unas|nuestr[oa]s?|\d{1,2}|dos|tres|cuatro|cinco|seis|varios|varias)"
    r" (?:propi[oa] |nuev[oa]s? |unic[oa] )?(?P<noun>(?!\w+(?:mente|ando|iendo)\b)[a-z]{3,})\b"
)
