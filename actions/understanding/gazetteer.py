"""Names of places as people say them: districts, their nicknames, landmarks that settle one, and cities."""

from dataclasses import dataclass
from functools import cache

from actions.understanding.text import fold
from vocabulary.places import Place, all_districts, by_ubigeo

NICKNAMES = {
    "sjl": "150132", "san juan de luri": "150132", "lurigancho sjl": "150132", "smp": "150135",
     "san martin de porras": "150135", "sn martin de porres": "150135", "ves": "150142",
     "villa salvador": "150142", "vmt": "150143",  "villa maria": "150143",
    "sjm": "150133",  "surco": "150140", "magdalena del mar": "150120", "ate vitarte": "150103",
    "vitarte": "150103", "cercado de lima": "150101", "lima cercado": "150101", "el cercado": "150101",
    "cercado": "150101", "centro de lima": "150101", "centro historico de lima": "150101", "lima centro": "150101",
    "centro lima": "150101", "carmen de la legua": "070103", "cercado del callao": "070101",
    "callao cercado": "070101", "cercado callao": "070101", "bellavista callao": "070102", "la perla callao": "070104",
    "mi peru": "070107", "chosica": "150118", "lurigancho chosica": "150118", "nana": "150118", "huachipa": "150118",
    "canto grande": "150132", "bayovar": "150132", "mangomarca": "150132", "collique": "150110",
    "huaycan": "150103", "manchay": "150123", "pamplona alta": "150133", "pamplona baja": "150133",
    "barrios altos": "150101", "monserrate": "150101", "santiago surco": "150140", "la tablada": "150143",
    "jose galvez vmt": "150143", "jlo": "140105", "jlbyr": "040129", "jlb y r": "040129",
    "bustamante y rivero": "040129", "gregorio albarracin": "230110", "coronel gregorio albarracin": "230110",
    "victor larco": "130111", "buenos aires de victor larco": "130111",
    "26 de octubre": "200115", "ate": "150103",
    "tahuantinsuyo": "150112", "payet": "150112", "ermitano": "150112", "las delicias de villa": "150108",
    "matellini": "150108", "el rimac": "150128", "zapallal": "150125",
    "chaclacallo": "150107", "carabaillo": "150106", "surquiyo": "150141", "brena": "150105", "pachacamac": "150123",
    "san juan de mira": "150133", "nvo chimbote": "021809", "nuevo chinbote": "021809", "pichanaki": "120303",
    "jose leonardo ortis": "140105", "san martin de porra": "150135", "villa maria del triumfo": "150143", "san juan de lurigacho": "150132",
    "estadio de matute": "150115", "hunter": "040107", "selva alegre": "040101", "albarracin": "230110", 
    "huaycan ate": "150103", "lomas de carabayllo": "150106", "musa": "150114",
    "pachacamac manchay": "150123", "villa el salvadr": "150142", "ventanilla alta": "070106", "ciudad pachacutec": "070106",
    "pachacutec ventanilla": "070106", "ttio": "080108",
}  # fmt: skip
"""Said for one district only."""

LANDMARKS = {
    "gamarra": "150115", "emporio gamarra": "150115", "emporio comercial de gamarra": "150115", "larcomar": "150122",
    "parque kennedy": "150122", "ovalo de miraflores": "150122", "calle de las pizzas": "150122",
    "ovalo gutierrez": "150122", "jockey plaza": "150140", "jockey": "150140", "plaza san martin": "150101",
    "mesa redonda": "150101", "polvos azules": "150115", "polvos rosados": "150140", "las malvinas": "150101",
    "barrio chino": "150101", "capon": "150101", "jiron de la union": "150101", "jr de la union": "150101",
    "jr. de la union": "150101", "plaza manco capac": "150115", "terminal yerbateros": "150115", "yerbateros": "150115",
    "mercado de frutas": "150115", "parque de las leyendas": "150136", "plaza san miguel": "150136",
    "plaza norte": "150112", "megaplaza": "150112", "mega plaza": "150112", "mall del sur": "150133",
    "minka": "070101", "terminal naranjal": "150112", "estacion naranjal": "150112",
    "terminal plaza norte": "150112", "estacion central": "150101", "puente nuevo": "150111", "puente atocongo": "150133",
    "ciudad de dios": "150133", "mercado ciudad de dios": "150133", "puente acho": "150128", "plaza de acho": "150128",
    "estadio nacional": "150101", "parque de la exposicion": "150101", "parque universitario": "150101",
    "plaza dos de mayo": "150101", "plaza 2 de mayo": "150101", "plaza bolognesi": "150101", "el hueco": "150101",
    "centro civico": "150101", "real plaza centro civico": "150101", "real plaza salaverry": "150113",
    "real plaza puruchuco": "150103", "puruchuco": "150103", "real plaza primavera": "150130", "plaza lima sur": "150108",
    "plaza lima norte": "150112", "caminos del inca": "150140", "ovalo higuereta": "150140", "campo de marte": "150113",
    "la rambla san borja": "150130", "la rambla brena": "150105", "playa agua dulce": "150108", "agua dulce": "150108",
    "mercado unicachi": "150110", "la parada": "150115", "mercado mayorista de santa anita": "150137",
    "mercado de santa anita": "150137", "mall aventura santa anita": "150137", "huaca pucllana": "150122",
    "puente de los suspiros": "150104", "real felipe": "070101", "mercado central de lima": "150101",
    "hospital loayza": "150101", "hospital dos de mayo": "150101", "hospital rebagliati": "150113",
    "hospital almenara": "150115", "el trebol de caqueta": "150128", "estadio monumental": "150103",
    "zarate": "150132", "estacion gamarra": "150115", "estacion bayovar": "150132", "estacion matellini": "150108",
    "parque zonal huiracocha": "150132", "boulevard de asia": "150502", "playa san bartolo": "150129",
    "parque de la reserva": "150101", "circuito magico del agua": "150101", "plaza castilla": "150101", "cerro san cristobal": "150128",
    "estacion la cultura": "150130", "molina plaza": "150114", "plaza mayor de lima": "150101", "plaza de armas de lima": "150101",
    "puente benavides": "150133", "costa verde de miraflores": "150122", "barranquito": "150104", "parque zonal sinchi roca": "150110",
    "hospital maria auxiliadora": "150133", "hospital hipolito unanue": "150111", "hospital cayetano heredia": "150135",
    "estadio alejandro villanueva": "150115", "estadio matute": "150115", "playa cantolao": "070105", "moshoqueque": "140105",
}  # fmt: skip
"""Places known by one name in the whole country, which settle the district; they are the detail too."""

SPOTS = {
    "aeropuerto jorge chavez": ("Callao", "Callao"), "jorge chavez callao": ("Callao", "Callao"), "la hermelinda": ("Trujillo", "La Libertad"),
    "mercado san camilo": ("Arequipa", "Arequipa"), "feria del altiplano": ("Arequipa", "Arequipa"), "avelino caceres": ("Arequipa", "Arequipa"),
    "mall aventura porongoche": ("Arequipa", "Arequipa"), "parque lambramani": ("Arequipa", "Arequipa"), "plaza san francisco de arequipa": ("Arequipa", "Arequipa"),
    "mercado modelo de chiclayo": ("Chiclayo", "Lambayeque"), "mercado san pedro de cusco": ("Cusco", "Cusco"), "sacsayhuaman": ("Cusco", "Cusco"),
    "plaza tupac amaru de cusco": ("Cusco", "Cusco"), "aguas calientes": ("Urubamba", "Cusco"), "huacachina": ("Ica", "Ica"),
    "mall aventura trujillo": ("Trujillo", "La Libertad"), "real plaza trujillo": ("Trujillo", "La Libertad"), "ovalo mansiche": ("Trujillo", "La Libertad"),
    "open plaza piura": ("Piura", "Piura"), "mercado modelo de piura": ("Piura", "Piura"), "bodegones de iquitos": ("Maynas", "Loreto"),
    "quistococha": ("Maynas", "Loreto"), "plaza constitucion de huancayo": ("Huancayo", "Junín"), "real plaza huancayo": ("Huancayo", "Junín"),
    "mercado bellavista de puno": ("Puno", "Puno"), "real plaza juliaca": ("San Román", "Puno"), "mercado bolognesi de tacna": ("Tacna", "Tacna"),
    "polvos rosados de tacna": ("Tacna", "Tacna"), "mercadillo bolognesi": ("Tacna", "Tacna"), "campo ferial las angelicas": ("Tacna", "Tacna"),
}  # fmt: skip
"""Spots outside Lima that tell the city, and no more of the district than the city does."""

SHORT = {
    "magdalena": ("150120",),
    "pachacutec": ("070106",),
    "el milagro": ("130104",),
    "buenos aires": ("130111",),
    "san juan": ("150132", "150133"),
    "san martin": ("150135", "220901", "220101"),
}
"""Said for short of a longer name, beside the districts that bear it: always a doubt."""

CITIES = {
    "iquitos": ("Maynas", "Loreto"), "pucallpa": ("Coronel Portillo", "Ucayali"), "ayacucho": ("Huamanga", "Ayacucho"),
    "huamanga": ("Huamanga", "Ayacucho"), "cerro de pasco": ("Pasco", "Pasco"), "puerto maldonado": ("Tambopata", "Madre de Dios"),
    "moquegua": ("Mariscal Nieto", "Moquegua"), "chincha": ("Chincha", "Ica"), "canete": ("Cañete", "Lima"),
    "nazca": ("Nasca", "Ica"), "cuzco": ("Cusco", "Cusco"), "callao": ("Callao", "Callao"), "lima": ("Lima", "Lima"),
    "lima metropolitana": ("Lima", "Lima"), "tingo maria": ("Leoncio Prado", "Huánuco"), "la merced": ("Chanchamayo", "Junín"),
    "huamachuco": ("Sánchez Carrión", "La Libertad"), "bagua grande": ("Utcubamba", "Amazonas"), "quillabamba": ("La Convención", "Cusco"),
    "chanchamayo": ("Chanchamayo", "Junín"), "tocache": ("Tocache", "San Martín"), "lima norte": ("Lima", "Lima"),
    "lima sur": ("Lima", "Lima"), "lima este": ("Lima", "Lima"),
    "juliaca": ("San Román", "Puno"), "tarapoto": ("San Martín", "San Martín"), "la oroya": ("Yauli", "Junín"), "chimbote": ("Santa", "Áncash"),
    "huacho": ("Huaura", "Lima"), "sicuani": ("Canchis", "Cusco"), "yurimaguas": ("Alto Amazonas", "Loreto"), "mollendo": ("Islay", "Arequipa"),
    "juanjui": ("Mariscal Cáceres", "San Martín"), "talara": ("Talara", "Piura"),
}  # fmt: skip

_WORDS = """
anta asia ate bernal bolognesi bolivar belen cabana caja campanilla canaria canta carmen casca castilla cascas chala
choco colonia comas concepcion constitucion copa cordova coris crucero cuenca culebras desaguadero florida frias
granada guadalupe habana honoria huertas iberia imperial independencia indiana ingenio jesus laberinto lagunas lajas
lampa lares llama llapa maca magdalena mala manu manas mancos maras marca marcas margos maria marias mato mejia molino
molinos montero montevideo morales moro napo obas olmos pampa pampas parco pasco paucar pazos pias pion pira pisco
plateria polvora ponto progreso providencia puquio quinches recta reque rosario salamanca salas salaverry salitral
salpo sama saman sancos sandia santa santiago sana sarin sauce sexi sina singa sondor sucre suyo talavera tamarindo
tambillo tambo tanta tate tigre tinta tomas toro totos valera velille victoria vitor yunga zapatero zuniga cusca chupa
coya conchan chacas casa moya moho mito mache mara lucre ocros roble union balsas banos arenal barranco encanada
ventanilla corrales barranca arma huata coasa ica pilchaca yura lima socota chao perene asuncion bellavista catac
acora amarilis la_union la_florida la_punta la_perla la_esperanza la_merced la_libertad la_pampa la_cruz la_joya
la_arena la_capilla la_cuesta la_primavera la_matanza la_huaca el_alto el_oro el_prado el_carmen el_porvenir
el_ingenio el_milagro el_tambo tres_unidos padre_abad san_martin santa_maria jesus_maria rio_grande agua_blanca
casa_grande pueblo_nuevo las_piedras las_lomas jorge_chavez ricardo_palma luis_carranza juan_guerra pedro_galvez
miguel_iglesias jose_galvez simon_bolivar rosa_panduro samuel_pastor daniel_hernandez villa_rica mi_peru
"""
WORDS = frozenset(word.replace("_", " ") for word in _WORDS.split())
"""Districts that are common words or people's names too: only a clear place context makes them places."""
_COMMON = """
mala marcas marca llama copa caja casa cuenca tate tinta sauce roble tigre crucero colonia recta toro toros pampa pampas corrales banos balsas arma lajas
lagunas carmen santa maria marias rosario jesus union culebras sal arenal sana indiana imperial colcha chala concepcion constitucion progreso plateria
la_arena la_capilla la_cuesta la_huaca la_primavera la_pampa la_cruz el_oro el_prado la_libertad granada tomas maca lampa polvora montero morales salas manas lares yunga providencia victoria molino molinos tambo campanilla canta cabana calzada ingenio
"""
COMMON = frozenset(word.replace("_", " ") for word in _COMMON.split())
"""Of these, those that "en" may stand before without being places: in small letters they are not taken for one."""


@dataclass(frozen=True)
class Area:
    """A province or a whole department."""

    department: str
    province: str | None


@cache
def districts() -> dict[str, tuple[Place, ...]]:
    """Districts by folded name; hyphens are spaces."""
    found: dict[str, list[Place]] = {}
    for place in all_districts():
        found.setdefault(fold(place.district).replace("-", " "), []).append(place)
    for name in [name for name in found if " " in name and len(name) > 8]:
        found.setdefault(name.replace(" ", ""), found[name])  # as a hurried thumb writes it
    for name, codes in SHORT.items():
        found.setdefault(name, []).extend(by_ubigeo()[code] for code in codes)
    return {name: tuple(sorted(places, key=likely)) for name, places in found.items()}


def likely(place: Place) -> tuple[bool, bool, str]:
    """Lima and Callao first, then the districts of a department's capital province."""
    return place.ubigeo[:4] not in ("1501", "0701"), place.ubigeo[2:4] != "01", place.ubigeo


@cache
def fixed() -> dict[str, Place]:
    return {name: by_ubigeo()[code] for name, code in (NICKNAMES | LANDMARKS).items()}


@cache
def areas() -> dict[str, Area]:
    """Provinces, departments and cities by folded name; a city wins over a department of its name."""
    found: dict[str, Area] = {}
    for place in all_districts():
        found.setdefault(fold(place.department), Area(place.department, None))
    for place in all_districts():
        name = fold(place.province)
        if name not in found or fold(place.department) == name:
            found[name] = Area(place.department, place.province)
    for name, (province, department) in (CITIES | SPOTS).items():
        found[name] = Area(department, province)
    return found


@cache
def strong() -> frozenset[str]:
    """Names that are places wherever they stand: the districts of Lima and Callao, but for those that are words."""
    metropolitan = {
        name for name, places in districts().items() if any(p.ubigeo[:4] in ("1501", "0701") for p in places)
    }
    return frozenset(
        ((metropolitan | fixed().keys()) - WORDS - SHORT.keys() - {"santa rosa", "san luis", "san miguel", "surco"})
        | {"surco"}
    )


@cache
def by_first_word() -> dict[str, tuple[tuple[str, ...], ...]]:
    """Every name as words, longest first, by its first word."""
    found: dict[str, set[tuple[str, ...]]] = {}
    for name in (*districts(), *fixed(), *areas()):
        parts = tuple(name.split())
        found.setdefault(parts[0], set()).add(parts)
    return {first: tuple(sorted(names, key=len, reverse=True)) for first, names in found.items()}


@cache
def well_known() -> tuple[str, ...]:
    """Names in which slips are mended wherever a place may stand."""
    names = [name for name in (strong() - LANDMARKS.keys()) | areas().keys() if len(name) > 5]
    capitals = [fold(p.district) for p in all_districts() if p.ubigeo[4:] == "01" and p.ubigeo[2:4] == "01"]
    return tuple(sorted({*names, *capitals}))


@cache
def every_name() -> tuple[str, ...]:
    return tuple(sorted(name for name in {*districts(), *NICKNAMES, *areas()} if len(name) > 4))


@cache
def departments() -> frozenset[str]:
    return frozenset(fold(place.department) for place in all_districts())


@cache
def names() -> frozenset[str]:
    return frozenset({*districts(), *fixed(), *areas()})
