"""Answers that pick one of several: kinds of incident, fields, ordinals, scores, languages."""

import re
from collections.abc import Sequence

from rapidfuzz import fuzz

from actions.understanding.numbers import UNITS
from actions.understanding.text import capped, fold, nearest_word
from vocabulary.dialogue import Language
from vocabulary.incidents import IncidentType as Kind
from vocabulary.steps import Step

_VEHICLE = (
    r"(?:carro|auto|moto|motos|mototaxi|camioneta|vehiculo|automovil|motocicleta|camion|combi|taxi|trimoto|motokar)"
)
_PARTS = r"(?:autopartes?|llantas?|espejos?|retrovisor\w*|faros?|bateria|aros|autoradio|catalizador|computadora) (?:de|del) (?:mi |el |la |un |una )?"
_FAMILY = r"(?:espos[oa]|marido|pareja|conviviente|ex|enamorad[oa]|novi[oa]|herman[oa]|papa|mama|padre|madre|hij[oa]|padrastro|madrastra|cunad[oa]|suegr[oa]|ti[oa]|prim[oa])"
_KINDS: tuple[tuple[Kind, str], ...] = (
    (Kind.MISSING_PERSON, r"desaparicion|desaparecid[oa](?! mi (?:cel|bill|cart))|no aparece mi|se perdio mi (?:hij|mama|papa|abuel|herman)|persona extraviada|no regresa a (?:la )?casa"),
    (Kind.SEXUAL_VIOLENCE, r"sexual\w*|viola(?:cion|ron|do|da)\b|viol[oó]\b|acoso|acosa\w*|tocamientos?|manose\w*|me toco|tocaron (?:mi|el|la)|sextorsion|fotos intimas|videos? intimos?|pack\b|nudes"),
    (Kind.DOMESTIC_VIOLENCE, rf"violencia (?:familiar|domestica|contra la mujer|de genero|de pareja|intrafamiliar)|maltrato familiar|mi {_FAMILY}\b(?! (?:amig|soci|jef|companer|vecin|inquilin))[^.;]{{0,24}}?\b(?:me|le|nos|la) (?:ha |han |esta |quiere |quiso |agarr\w+ a |tir\w+ |met\w+ )?(?:una? )?(?:peg|golpe|maltrat|agred|insult|amenaz|grit|empuj|cachete|jalone|patad|punete|ahorc|pate|humill|bot[oa]\b)\w*|(?:peg|golpe|maltrat|agred)\w* mi {_FAMILY}"),
    (Kind.EXTORTION, r"extor[sc]i\w*|cupos?\b|gota a gota|me piden (?:dinero|plata|cupo)|cobro de cupo|chantaje"),
    (Kind.POLICE_MISCONDUCT, r"(?:mal\w*|abuso|corrupcion|coima|prepotencia|maltrato|inconducta|actuacion) (?:\w+ )?polici\w*|abuso de autoridad|coima\w*|polici\w+ (?:me )?(?:pidi|golpe|peg|insult|maltrat)\w*|mala actuacion"),
    (Kind.CYBERCRIME, r"cibern?\w*|delitos? informatic\w*|hacke\w*|jacke\w*|phishing|clona\w*|transferencias? (?:no autorizada|sin mi|que no)|sim ?swap|suplant\w*|vaciaron (?:mi|la) cuenta|robo de identidad|virtual|fraude (?:bancario|informatico|electronico)|yape\w* (?:sin|que no)|tarjeta clonada"),
    (Kind.VEHICLE_THEFT, rf"(?:robo|hurto|rob\w+|hurt\w+|llev\w+|quit\w+|sustra\w+) (?:de |del )?(?:mi |el |la |un |una |su |las |los )?(?:{_PARTS})?{_VEHICLE}|{_PARTS}{_VEHICLE}|autopartes?|{_VEHICLE} robad[oa]"),
    (Kind.TRAFFIC_ACCIDENT, r"accidente(?! laboral)|choque|choc[oó]\b|chocaron|atropell\w*|colision|volcadura|accidente de transito"),
    (Kind.LOST_DOCUMENT, r"(?:perd\w*|extrav\w*|duplicado|se me (?:ha |han |habia )?(?:ca[iy]|olvid|quedo)\w*|olvid\w+|deje olvidad[oa])\b[^.]{0,30}\b(?:documentos?|dni|brevete|licencia|pasaporte|carnet|carne|papeles|tarjeta de propiedad|titulo|soat)|documentos? (?:perdid|extraviad)\w*"),
    (Kind.FRAUD, r"estafa\w*|estafaron|fraude|timo|timaron|engan\w*|cuento del tio|me vendi(?:eron|o)|cambiazo|(?:pag(?:ue|amos)|deposit(?:e|amos)|transferi\w*|yape[eé]\w*|adelant[eé]\w*|separe)\b[^;]{0,60}\b(?:no exist\w+|nunca (?:me )?(?:lleg|entreg|mand|envi|vin|aparec)\w*|no (?:me )?(?:lleg|entreg|mand|envi)\w*|desaparec\w+|bloque\w+)|(?:me )?(?:cambi\w+) la tarjeta"),
    (Kind.THREATS, r"amena[sz]\w*|me quieren matar|amedrent\w*"),
    (Kind.PROPERTY_DAMAGE, r"dano(?:s)?(?: a la propiedad| material\w*)?\b|vandal\w*|rompieron|destroz\w*|rayaron|apedre\w*|malograron mi"),
    (Kind.NOISE_DISTURBANCE, r"ruido\w*|bulla|musica (?:alta|fuerte|a todo)|fiesta del vecino|bullicio\w*|volumen"),
    (Kind.ASSAULT, r"agresion\w*|agredi\w*|golpe\w*|lesiones?|pele[ae]\w*|me pegaron|me pego|paliza|punete\w*|patad\w*"),
    (Kind.ROBBERY, r"asalt\w*|atraco|atracaron|arrebat\w*|arranch\w*|cogote\w*|me cogieron|(?:robo|robaron|roba\w*)\b.{0,40}\b(?:arma|mano armada|violencia|pistola|cuchillo|agravado|golpe)|robo agravado|a mano armada|pepera|peperas|marcas\b|raqueteo"),
    (Kind.THEFT, r"hurt\w*|sin violencia|carteris\w*|bolsique\w*|sin que me d(?:iera|e) cuenta|entraron a (?:mi|la) casa|robo sin|carterearon"),
    (Kind.ROBBERY, r"rob[oó]\b|rob\w+|choreo|chorearon"),
    (Kind.LOST_PROPERTY, r"perd(?:i|ida|ido|idos|iste|io)\b|extravi\w*|se me (?:perdio|cayo)|olvid\w*|se me (?:ha |han |habra |habia )?(?:perd|ca[iy]|extravi|olvid|quedo)\w*"),
    (Kind.THEFT, r"se llevaron|me sacaron"),
    (Kind.OTHER, r"otr[oa]s?\b|ningun[oa]\b|no esta en la lista|drogas?|invasion|difama\w*|maltrato animal|abandono de hogar"),
)  # fmt: skip
_KIND_PATTERNS = tuple((kind, re.compile(rf"\b(?:{pattern})")) for kind, pattern in _KINDS)
_KIND_WORDS = (
    "robo", "hurto", "asalto", "perdida", "estafa", "extorsion", "amenazas", "agresion", "accidente", "choque", "ruidos",
    "fraude", "secuestro", "hackeo", "acoso", "violacion", "desaparecido", "atropello",
)  # fmt: skip


def read_incident_type(text: str) -> tuple[Kind, bool] | None:
    """The kind of incident that a short answer names, and whether it names it outright.

    A bare "robo" is robbery, but not surely: people say it of thefts too.
    """
    folded = fold(capped(text))
    value = folded.strip()
    folded = re.sub(r"\br+o[vb](?=o|a)", "rob", folded)
    if value in set(Kind):
        return Kind(value), True
    folded = re.sub(
        r"\b(?!estaban?\b|estara\b)[a-z]{5,}", lambda m: nearest_word(m.group(), _KIND_WORDS) or m.group(), folded
    )
    for i, (kind, pattern) in enumerate(_KIND_PATTERNS):
        if found := pattern.search(folded):
            if re.search(r"\bno (?:fue|es|era|hubo)(?: un| una)? $", folded[: found.start()]):
                continue
            bare = kind is Kind.ROBBERY and i > 14
            return kind, len(folded.split()) <= 8 and not bare and i < len(_KIND_PATTERNS) - 2
    return None


_FIELDS: tuple[tuple[Step, str], ...] = (
    (Step.EMAIL, r"correo|e-?mail|mail|gmail|hotmail"),
    (Step.DOCUMENT_TYPE, r"tipo de documento|clase de documento"),
    (Step.DOCUMENT_NUMBER, r"dni|numero de (?:mi )?documento|documento|carnet|pasaporte|d\.n\.i|identidad"),
    (Step.PHONE, r"telefono|numero de (?:celular|contacto|telefono)|mi celular|celular de contacto|mi numero|numero|contacto|cel\b"),
    (Step.FULL_NAME, r"nombres?|apellidos?|como me llamo|me llamo"),
    (Step.ADDRESS, r"direccion|domicilio|donde vivo|mi casa"),
    (Step.OCCURRED_AT, r"fecha|hora|dia|cuando|horario|anoche|ayer"),
    (Step.PLACE, r"lugar|distrito|donde (?:fue|paso|ocurrio|sucedio|me)|ubicacion|sitio|donde|calle|avenida"),
    (Step.INCIDENT_TYPE, r"tipo(?: de (?:delito|hecho|denuncia|incidente))?|delito|clasificacion|no fue (?:robo|hurto)|clase de"),
    (Step.STOLEN_ITEMS, r"cosas|objetos|bienes|lo (?:que me )?robad\w*|lo que (?:me )?(?:robaron|perdi|llevaron|quitaron)|articulos|pertenencias|especies|items?|celular"),
    (Step.ITEM_DETAILS, r"marca|modelo|imei|placa|color|detalles?"),
    (Step.AMOUNT_LOST, r"monto|cantidad|dinero|plata|soles|valor|precio"),
    (Step.SUSPECTS, r"sospechos\w*|agresor\w*|ladron\w*|autor\w*|delincuente\w*|sujetos?|denunciad[oa]|quien(?:es)? (?:fue|fueron)"),
    (Step.WITNESSES, r"testigos?"),
    (Step.EVIDENCE, r"pruebas?|fotos?|videos?|evidencias?|archivos?|adjuntos?|imagen\w*"),
    (Step.BIRTH_DATE, r"nacimiento|cumpleanos|edad"),
    (Step.NARRATIVE, r"relato|historia|narracion|descripcion|lo que (?:paso|conte|escribi|dije)|hechos?|relate|version|como (?:fue|paso)|texto"),
)  # fmt: skip
_FIELD_PATTERNS = tuple((step, re.compile(rf"\b(?:{pattern})\b")) for step, pattern in _FIELDS)
_FIELD_WORDS = ("correo", "documento", "telefono", "nombre", "apellido", "direccion", "domicilio", "fecha", "lugar", "distrito",
                "sospechoso", "testigo", "pruebas", "relato", "historia", "narracion", "monto")  # fmt: skip


def read_field(text: str) -> Step | None:
    """The field that a text wants to correct."""
    folded = fold(capped(text))
    if folded.strip() in set(Step):
        return Step(folded.strip())
    if re.search(r"\bnacimiento\b", folded):
        return Step.BIRTH_DATE
    folded = re.sub(r"[a-z]{5,}", lambda m: nearest_word(m.group(), _FIELD_WORDS) or m.group(), folded)
    found = [(m.start(), i, step) for i, (step, pattern) in enumerate(_FIELD_PATTERNS) if (m := pattern.search(folded))]
    if not found:
        return None
    aimed = [
        f
        for f in found
        if re.search(
            r"\b(?:mal|cambi\w+|correg\w+|corrij\w+|equivoc\w+|error en|modific\w+|incorrect\w+|es) (?:\w+ ){0,3}$",
            folded[: f[0]],
        )
    ]
    step = min(aimed or found)[2]
    return Step.STOLEN_ITEMS if step is Step.PHONE and re.search(r"\bfalt\w+ .*\bcelular", folded) else step


_ORDINALS = {
    "primer": 0, "primero": 0, "primera": 0, "segundo": 1, "segunda": 1, "tercer": 2, "tercero": 2, "tercera": 2, "cuarto": 3,
    "cuarta": 3, "quinto": 4, "quinta": 4, "sexto": 5, "sexta": 5, "septimo": 6, "septima": 6, "setimo": 6, "octavo": 7,
    "octava": 7, "noveno": 8, "novena": 8, "decimo": 9, "1ro": 0, "1ra": 0, "2do": 1, "2da": 1, "3ro": 2, "3ra": 2, "4to": 3,
}  # fmt: skip
_NONE_OF_THEM = re.compile(r"\b(?:ningun[oa]|otr[oa]|no es ningun[oa]|ni un[oa] ni otr[oa])\b")


def read_option(text: str, options: Sequence[str]) -> int | None:
    """The index of the option that an answer means: by its words, by an ordinal or by its number."""
    folded = fold(capped(text)).strip(" .,!¡")
    titles = [fold(option) for option in options]
    for i, title in enumerate(titles):
        if folded == title:
            return i
    if _NONE_OF_THEM.search(folded):
        return None
    if (index := _ordinal(folded, len(options))) is not None and not any(
        w in title for title in titles for w in folded.split() if len(w) > 3 and w not in _ORDINALS
    ):
        return index
    said = {
        w
        for w in re.findall(r"[a-z0-9]+", folded)
        if len(w) > 2 and w not in ("los", "las", "del", "que", "fue", "con")
    }
    hits = [len(said & set(re.findall(r"[a-z0-9]+", title))) for title in titles]
    best = max(hits, default=0)
    if best:
        leaders = [i for i, hit in enumerate(hits) if hit == best]
        if len(leaders) == 1:
            return leaders[0]
        # "el de Lima" between "Miraflores (Lima, Lima)" and "San Luis (Cañete, Lima)": the more of Lima
        counts = [sum(title.split().count(w) + title.count(w) for w in said) for title in titles]
        top = [i for i in leaders if counts[i] == max(counts[j] for j in leaders)]
        return top[0] if len(top) == 1 else None
    scores = [
        max((fuzz.ratio(w, t) for w in said for t in re.findall(r"[a-z]{4,}", title)), default=0) for title in titles
    ]
    best_score = max(scores, default=0)
    return scores.index(best_score) if best_score >= 80 and scores.count(best_score) == 1 else None


def _ordinal(folded: str, count: int) -> int | None:
    for word in re.findall(r"\d[a-z]{2}|[a-z]+", folded):
        if word in _ORDINALS:
            return _ORDINALS[word] if _ORDINALS[word] < count or not count else None
        if word in ("ultimo", "ultima") and count:
            return count - 1
        if word == "penultima" and count > 1:
            return count - 2
    number = re.fullmatch(
        r"(?:la|el|opcion|numero|alternativa|n°|#|es|seria|creo|que|la opcion| )*\s*(\d{1,2}|[a-z]+)\W*", folded
    )
    if number:
        value = int(number[1]) if number[1].isdigit() else UNITS.get(number[1], 0)
        if value >= 1 and (value <= count or not count):
            return value - 1
        if len(number[1]) == 1 and number[1].isalpha() and ord(number[1]) - 97 < count and number[1] in "abcdef":
            return ord(number[1]) - 97
    return None


_SCORE_WORDS = (
    (5, r"(?:el )?maximo|(?:la )?nota maxima|todas las estrellas"),
    (1, r"muy mal[ao]?|pesim[ao]|horrible|terrible|malisim[ao]|un asco|deplorable|lo peor|muy insatisfech[oa]|fatal|nefast[ao]"),
    (5, r"muy (?:buen[ao]?|bien)|excelente|buenisim[ao]|perfect[ao]|lo maximo|espectacular|maravillos[ao]|genial|muy satisfech[oa]|de lujo|la mejor|optim[ao]"),
    (3, r"regular\w*|mas o menos|masomenos|normal|ni (?:bien|buen[ao]) ni mal[ao]?|neutral|maso|aceptable"),
    (2, r"mal[ao]?\b|insatisfech[oa]|deficiente|no (?:me )?(?:gusto|fue buen[ao])|flojo"),
    (4, r"buen[ao]?\b|bien\b|satisfech[oa]|chevere|bacan"),
)  # fmt: skip


def read_score(text: str) -> int | None:
    """One to five, in figures, words, stars or opinion; "4/5" is four."""
    text = capped(text)
    folded = fold(text)
    stars = text.count("⭐") + text.count("★") + text.count("🌟")
    if 1 <= stars <= 5:
        return stars
    if changed := re.search(
        r"\b(?:entonces|mejor|digo|perdon|corrijo)\b[\s,:]*(?:un |una |le pongo |ponle |que sea )*(\w+)\W*$", folded
    ):
        last = UNITS.get(changed[1], int(changed[1]) if changed[1].isdecimal() and len(changed[1]) == 1 else 0)
        if 1 <= last <= 5:
            return last
    if re.search(r"\b(?:diez de diez|10 de 10)\b|\b10 ?/ ?10\b", folded):
        return 5
    for number in re.finditer(r"(?<![\d.,])(\d+)(?![\d.,]\d)(?: ?/ ?\d+)?", folded):
        return int(number[1]) if 1 <= int(number[1][:6]) <= 5 else None
    for word in re.findall(r"[a-z]+", folded):
        if word in UNITS and word not in ("un", "una") and 1 <= UNITS[word] <= 5:
            return UNITS[word]
    for score, pattern in _SCORE_WORDS:
        if re.search(rf"\b(?:{pattern})", folded):
            return score
    return 1 if re.fullmatch(r"\W*(?:un|una)(?: estrella| punto)?\W*", folded) else None


_LANGUAGES: tuple[tuple[Language, str], ...] = (
    (Language.QUECHUA_CUSCO, r"quz|cusco|cuzco|cusquen\w*|collao|qusqu"),
    (Language.QUECHUA_CHANKA, r"quy|chanka|chanca|ayacuch\w*|huancavelica\w*|runasimi chanka"),
    (Language.AYMARA, r"aymara|aimara|aymar"),
    (Language.ASHANINKA, r"ashanink\w*|ashaninc\w*|campa|cni"),
    (Language.AWAJUN, r"awajun|aguaruna|awahun|agr"),
    (Language.SHIPIBO, r"shipib\w*|konibo|conibo|shp"),
    (Language.SPANISH, r"espanol|castellano|spanish|es\b"),
)


def read_languages(text: str) -> tuple[Language, ...]:
    """The languages that an answer may mean; Quechua alone is two of them."""
    folded = fold(capped(text))
    if folded.strip() in set(Language):
        return (Language(folded.strip()),)
    for language, pattern in _LANGUAGES:
        if re.search(rf"\b(?:{pattern})\b", folded):
            return (language,)
    if re.search(r"\b(?:quechua|kechua|qechua|kichwa|runasimi|runa simi|quichua|qheswa)\b", folded):
        return (Language.QUECHUA_CHANKA, Language.QUECHUA_CUSCO)
    return ()
