"""The free part of a place: "paradero 10 de la avenida Wiesse", "frente al mercado Unicachi"."""

import re
from collections.abc import Sequence

from actions.understanding.text import fold

_NOUNS_WORDS = """
paradero real cuadra cdra cuadras avenida av avda ave jr jiron calle ca pasaje psje pje prolongacion prolong
alameda malecon ovalo parque plaza plazuela puente mercado galeria galerias estacion grifo estadio colegio
hospital clinica universidad instituto iglesia cruce esquina km kilometro carretera autopista panamericana
urbanizacion urb mz manzana lote lt aahh asentamiento cooperativa coop asociacion centro_comercial mall
terminal terrapuerto aeropuerto banco agencia cajero supermercado metro tottus plaza_vea wong discoteca
restaurante hotel hostal polleria cebicheria bodega tienda farmacia botica playa intercambio bypass ovalos
sector etapa block bloque condominio residencial edificio losa cancha complejo comisaria municipalidad posta
gimnasio cine loza barrio zona paradita semaforo escalera peaje trebol muelle puerto cementerio
metropolitano tren larcomar gamarra jockey megaplaza minka interseccion altura carpa campo mirador malvinas
jockeyplaza wilson emancipacion colmena
"""
_NOUNS = frozenset(_NOUNS_WORDS.split())
_PREFIX_WORDS = (
    "frente altura espalda espaldas costado cerca afueras afuera puerta interior entrada salida pasando media"
)
_PREFIX = frozenset(_PREFIX_WORDS.split())
_GLUE_WORDS = """
de del la el los las con y a al n no nro num numero s e esq frente altura entre cruce esquina esq cdra
cuadra cerca jr av avenida jiron calle lado espaldas costado puerta
"""
_GLUE = frozenset(_GLUE_WORDS.split())
_STOP_WORDS = """
fui fuimos interceptado interceptada circunstancias quienes quien momento me nos le les se lo que cuando donde
mientras ayer hoy anoche anteayer antier manana tarde noche madrugada mediodia hace un una unos unas dos
tres mi mis su sus yo ellos ella eran era fue fueron estaba iba iban venia sali salia saliendo subi baje
bajando caminando caminaba esperando robaron robo asaltaron quitaron perdi perdido vino vinieron aparecio
aparecieron tipo como aproximadamente por para porque pero entonces luego despues antes sin hay habia este
esta estos ese esa lunes martes miercoles jueves viernes sabado domingo en distrito desde hasta hacia sobre
dejaron dejo siendo alrededor muy es son ya todo toda cuyo te sujetos sujeto personas hombres mujer tipos
choros ladrones rateros chico pasadas celular dinero plata billetera mochila moto carro pasaron paso ocurrio
sucedio aprox soles no ni o arrancharon llego llegaron salieron salio choco atropello choque golpearon
golpeo amenazo amenazaron gracias favor horas hrs pm am
"""
_STOP = frozenset(_STOP_WORDS.split())
_TOKEN = re.compile(r"[^\W_]+(?:[./'°-][^\W_]+)*|[,.;:!?()\n#°]")
_LEAD = re.compile(r"\b(?:a la |a |al |en la |en el |por la |por el |por )$")


def find_detail(text: str, districts: Sequence[tuple[int, int]], *, asked: bool) -> str | None:
    """The longest run of words that names a spot; districts, times and what was done end it."""
    folded = fold(text)
    tokens = [(m.start(), m.end(), folded[m.start() : m.end()]) for m in _TOKEN.finditer(folded)]
    best = ""
    i = 0
    while i < len(tokens) and i < 900:
        word = tokens[i][2]
        begins = word.split(".")[0] in _NOUNS or (word in _PREFIX and _prefixes(tokens, i))
        if not begins or _at_home(folded, tokens[i][0]) or any(a <= tokens[i][0] < b for a, b in districts):
            i += 1
            continue
        j = _run(tokens, i, text, districts)
        said = text[tokens[i][0] : tokens[j - 1][1]]
        named = j - i > 1 or word in ("larcomar", "gamarra", "megaplaza", "minka", "aeropuerto", "terrapuerto")
        if named and len(said) > len(best) and len(said) < 160:
            best = said
        i = max(j, i + 1)
    return " ".join(best.split()).strip(" ,.") or None


def _prefixes(tokens: Sequence[tuple[int, int, str]], i: int) -> bool:
    following = [t[2] for t in tokens[i + 1 : i + 4]]
    return bool(following) and following[0] in ("a", "al", "de", "del", "con") and "mi" not in following


_HOME = re.compile(
    r"\b(?:viv[oe]|vivimos|domicili\w*|resid\w+|(?<!mi )trabajo|denunci\w+|soy de|estudio) (?:en|por|de)?(?: el| la)? ?$"
)


def _at_home(folded: str, start: int) -> bool:
    return bool(_HOME.search(folded[max(0, start - 40) : start]))


def _run(tokens: Sequence[tuple[int, int, str]], first: int, text: str, districts: Sequence[tuple[int, int]]) -> int:
    """The index behind the last token of the spot that begins at ``first``."""
    j, last, names = first + 1, first + 1, 0
    while j < len(tokens) and j - first < 18:
        start, _, word = tokens[j]
        if any(a <= start < b for a, b in districts):
            break
        if word in (",", "."):
            following = tokens[j + 1][2] if j + 1 < len(tokens) else ""
            if word == "." and tokens[j - 1][2] in (
                "av",
                "jr",
                "ca",
                "mz",
                "lt",
                "cdra",
                "urb",
                "psje",
                "pje",
                "n",
                "avda",
            ):
                j += 1
                continue
            if word == "," and (following in _NOUNS or following in _PREFIX) and following not in _STOP:
                j += 1
                continue
            break
        if word in ("a", "de", "y", "por", "con", "en") and j + 1 < len(tokens) and not _goes_on(tokens, j):
            break
        if word in _STOP or not (word[0].isalnum() or word in ("#", "°")):
            break
        if word not in _GLUE:
            names += 1
            last = j + 1
            if names > 7 and not text[start].isupper():
                break
        j += 1
    return last


def _goes_on(tokens: Sequence[tuple[int, int, str]], j: int) -> bool:
    """Whether a connecting word leads on to more of the spot, not to an hour or to a person."""
    word, following = tokens[j][2], [t[2] for t in tokens[j + 1 : j + 3]]
    if following[0] in _STOP:
        return False
    if word == "a":
        return (
            following[0] in ("la", "una", "dos", "media")
            and len(following) > 1
            and following[1] in ("altura", "cuadra", "espalda")
        )
    if word == "y":
        return following[0] in _GLUE or following[0] in _NOUNS or not following[0].endswith(("ron", "aba", "o"))
    return True
