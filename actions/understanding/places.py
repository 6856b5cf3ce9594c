"""Where it happened: the district a text settles, the candidates where it leaves a doubt, and the detail."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from rapidfuzz import fuzz, process

from actions.understanding import gazetteer
from actions.understanding.details import find_detail
from actions.understanding.gazetteer import Area
from actions.understanding.text import capped, fold
from vocabulary.places import Place


@dataclass(frozen=True)
class PlaceReading:
    """``place`` where the text settles the district; else ``candidates``, most likely first, where it leaves a doubt.

    ``province`` and ``department`` also stand where only a city or a department is told.
    """

    place: Place | None = None
    candidates: tuple[Place, ...] = ()
    detail: str | None = None
    province: str | None = None
    department: str | None = None

    @property
    def fact(self) -> dict[str, object] | None:
        """The place object of a draft; None where the text tells nothing of a place."""
        if not (self.place or self.detail or self.department):
            return None
        return place_fact(self.place, detail=self.detail, province=self.province, department=self.department)


def place_fact(
    place: Place | None, *, detail: str | None = None, province: str | None = None, department: str | None = None
) -> dict[str, object]:
    return {
        "ubigeo": place.ubigeo if place else None,
        "district": place.district if place else None,
        "province": place.province if place else province,
        "department": place.department if place else department,
        "detail": detail,
        "latitude": None,
        "longitude": None,
    }


@dataclass(frozen=True)
class _Mention:
    start: int
    end: int
    name: str
    places: tuple[Place, ...]
    area: Area | None
    landmark: bool
    score: float = 0


_MOST = 40
"""Mentions that are read of one text."""
_TOKEN = re.compile(r"[a-z0-9]+")
_ABBREVIATED = re.compile(r"\b(s|v|j)\. ?(j|m|e|l)\. ?(l|p|m|s|t|o)\b\.?")
_DISTRICT_OF = re.compile(
    r"(?:\b(?:distrito|cercado|centro historico|plaza de armas|plaza mayor|plaza central|municipalidad distrital)"
    r"(?: de| del)?|\bdist\.?(?: de)?|\bdistrito:?) $"
)
_CENTRE_OF = re.compile(r"\b(?:cercado|distrito)(?: de| del) $")
_CUE = re.compile(
    r"(?:(?:^|[\s,(])(?:en|por|x|desde|hacia|hasta|entre|cerca (?:de|a)|afueras de|altura de|dentro de|frente a"
    r"|ciudad de|pueblo de|provincia de|region|departamento de|zona de|localidad de|playa de|sector de|lado de|comunidad de|caserio de|centro poblado(?: de)?|balneario de|valle de)"
    r"(?: el| la| los| las| pleno| plena| aqui| alla| todo)?|[,(/-]) ?$"
)
_WEAK_CUE = re.compile(r"(?:\b(?:de|del|a|al|y|o|con) |[,(\n-] ?|\bdistrito )$")
_STREET = re.compile(
    r"(?:\b(?:av|avda|avenida|jr|jiron|calle|ca|psje|pasaje|prolongacion|prolong|alameda|malecon|ovalo|parque|plaza|plazuela"
    r"|puente|hospital|clinica|colegio|institucion educativa|ie|iep|universidad|instituto|academia|banco|caja|hotel|hostal"
    r"|galerias?|grifo|estadio|empresa|linea|polleria|restaurante|tienda|urb|urbanizacion|residencial|condominio|aahh|aa\.?hh"
    r"|asentamiento humano|pueblo joven|pj|cooperativa|coop|asociacion|asoc|iglesia|parroquia|capilla|virgen|fiesta"
    r"|senor|senora|senorita|don|dona|sr|sra|tia|tio|mi|su|amiga|amigo|doctor|doctora|policia|suboficial|llamad[oa]"
    r"|apellido|nombre|equipo|club|carretera|autopista|via|ruta|cerro|rio|lago|isla|quebrada|huaca|farmacia|botica|bodega"
    r"|mall|centro comercial|cc|discoteca|edificio|torre|bloque|mz|manzana|santo|santa|san|cruce|esquina"
    r"|cruce de|esquina de|cuadra \d+ de|cdra\.? \d+ de|cruce con|esquina con|con|radio|canal|diario|cerveza|transportes|expreso"
    r"|terminal|feriado(?: por)?(?: de)?|fiestas? de|dia de|procesion de|imagen de|penal de|carcel de|jiron de|avenida de la|calle de l[ao]s?|avenida de l[ao]s?|av de|universidad de|hijo|hija|familia)\.? |\b[a-z]\. )(?:la |el |los |las )?$"
)
_HOME = re.compile(
    r"\b(?:viv[oe]|vivimos|viviend\w+|vivia|resid\w+|domicili\w+|radic\w+|soy|somos|natural(?:es)?|naci|nacid[oa]"
    r"|(?<!mi )(?<!su )trabaj(?!ando)\w+|labor[oa]\w*|estudi\w+|mi casa (?:queda|esta|es)|mi casa|mude|mudamos|vengo|llamo|escrib(?:o|iendo|imos)"
    r"|comisarias?|comisaria pnp|denuncie|denunciamos|denunciar|puse (?:mi|la|una) denuncia)\b[^.;\n,]{0,45}\b(?:en|de|por|del|desde|a)(?: el| la)? $"
    r"|\b(?:comisaria|comisaria de|fiscalia de|municipalidad de|serenazgo de|base de|direccion:?|domicilio:?) $"
)
_ELSEWHERE = re.compile(
    r"\b(?:iba|iban|ibamos|yendo|camino|rumbo|voy|viaj\w+|destino|direccion|huy\w+|escap\w+|fueron|fue(?= (?:con|hacia|rumbo))"
    r"|fug\w+|ir|irme|dirigi\w*|llegar|corri\w+|regresar|retorn\w+|volver|carro|combi|bus|micro|taxi|empresa)\b"
    r"[^.;\n,]{0,22}\b(?:a|al|hacia|para|pal|hasta|por|hacia el lado de)(?: el| la)? $"
    r"|\b(?:venia|veniamos|vengo|viniendo|salia|sali|saliendo|regresa\w*|volvi\w*|retornando|llegue|mande|envi\w+|tio|prima?"
    r"|primo|amig[oa]|hermano|hermana|mama|familia|casero|casera|mamita|papa|suegr[oa])\b[^.;\n,]{0,18}\b(?:de|desde)(?: el| la)? $"
    r"|\bcompr\w+ en $"
)
_EVENT = re.compile(
    r"\b(?:rob\w+|asalt\w+|hurt\w+|perdi\w*|extravi\w+|ocurri\w+|sucedi\w+|paso|pasaron|fue|arrebat\w+|arranch\w+|quit\w+|llevaron"
    r"|llevo|golpe\w+|pego|pegaron|estaf\w+|amenaz\w+|choc\w+|atropell\w+|sacaron|jalaron|agred\w+|atac\w+|cogote\w+|caminaba"
    r"|caminando|estaba|estabamos|estacion\w+|baj\w+|lugar|hechos|dej\w+|olvid\w+|intercept\w+|encontr\w+|desapareci\w+|toco"
    r"|acos\w+|manose\w+|rompieron|entraron|metieron|hecho|iba por|esperando|parad[oa]|recog\w+)\b"
)
_AT_HOME = re.compile(
    r"\b(?:(?:en|a|afuera de|frente a|dentro de|puerta de|fuera de|de|desde) (?:la puerta de )?(?:mi|nuestra|nuestro|mis) (?:propi[oa] )?"
    r"(?:cas(?:a|ita)|domicilio|depa|departamento|vivienda|hogar|cuarto|edificio|barrio|cuadra|zona|puerta|tendedero|azotea|techo|corral|jardin)|a la vuelta de mi casa|vive con(?:migo| nosotr[oa]s)|(?:ahi|alli|ahi mismo|alli mismo|aca|aqui)(?: mismo| nomas)? (?:fue|paso|ocurrio|sucedio|ha sido)|(?:fue|paso|ocurrio|sucedio) (?:ahi|alli|aqui|aca|en casa|adentro))\b"
)
_METROPOLIS = re.compile(
    r"\b(?:metropolitano|linea (?:1|uno)|tren electrico|corredor (?:azul|rojo|morado|amarillo)|javier prado|tupac amaru|wiesse|tomas valle|benavides|angamos|via expresa|izaguirre|universitaria|naranjal|larco(?! herrera)|parque kennedy)\b"
)
_OF_A_TOWN = re.compile(
    r"\b(?:mercado|plaza|estadio|terminal|feria|comunidad|caserio|cementerio|playa|posta|colegio|municipalidad|peaje|estancia|fundo|hacienda"
    r"|chacra|parcela|sector|anexo|pueblo|casa|casita|puesto|tienda|local|cuarto|salida|entrada|centro|ovalo|malecon|paradero|jardin|campo|losa)"
    r" (?:central |modelo |principal )?(?:de|del) $"
)
"""What stands for the town whose name follows: "mi casa de Manantay", "el mercado de Talavera"."""
_ALONE_BEFORE = re.compile(r"(?:^|[.!?\n] ?)$")
_ALONE_AFTER = re.compile(r" ?(?:$|[.!?\n,])")
_ROUTE = re.compile(r"\b(?:trayecto|ruta|camino|viaje|recorrido|bus|combi|de|desde)(?: (?:de|desde))? $")
_CLAUSE = re.compile(r"[.;\n](?!\d)|,| y | pero | cuando | mientras ")
_SENTENCE = re.compile(r"[.;!?\n](?!\d)")
_LIMA = Area("Lima", "Lima")


def find(text: str, *, within: Area | None = None, asked: bool = False) -> PlaceReading:
    """The place of the incident that a text tells.

    ``within`` is the province or department already known; ``asked`` is whether the text answers "where?", when a
    bare name is a place without any word around it.
    """
    text = capped(text)
    folded = _ABBREVIATED.sub(lambda m: f"{m[1]}{m[2]}{m[3]}".ljust(len(m.group())), fold(text))
    mentions = [m for m in _mentions(folded, text, asked=asked) if m.score > -2]
    detail = find_detail(text, [(m.start, m.end) for m in mentions if m.places and not m.landmark], asked=asked)
    return replace(_settled(mentions, folded, within), detail=detail)


def _settled(mentions: Sequence[_Mention], folded: str, within: Area | None) -> PlaceReading:
    told = max((m.score for m in mentions if m.area), default=-9.0)
    named = [m for m in mentions if m.places and m.score >= min(0, told)]
    areas = [m.area for m in sorted(mentions, key=lambda m: -m.score) if m.area]
    if _METROPOLIS.search(folded):
        areas.append(_LIMA)
    if within:
        areas.append(within)
    if not named:
        area = areas[0] if areas else None
        return PlaceReading(province=area.province, department=area.department) if area else PlaceReading()
    best = max(named, key=lambda m: (m.score, len(m.places) == 1 and not m.landmark, -m.start))
    best = _containing(named, best, folded)
    if _between_towns(folded, best):
        towns = [m for m in mentions if m.places or m.area]
        shared = _shared([p for m in towns for p in m.places])
        return PlaceReading(
            candidates=tuple(dict.fromkeys(p for m in (best, *towns) for p in _narrowed(m, areas, named))),
            province=shared.province if shared else None,
            department=shared.department if shared else None,
        )
    rival = _joined(named, best, folded)
    if rival:
        both = tuple(dict.fromkeys((*_narrowed(best, areas, named), *_narrowed(rival, areas, named))))
        shared = _shared(both)
        return PlaceReading(
            candidates=both,
            province=shared.province if shared else None,
            department=shared.department if shared else None,
        )
    left = _narrowed(best, areas, named)
    if len(left) == 1:
        return PlaceReading(place=left[0], candidates=left, province=left[0].province, department=left[0].department)
    area = areas[0] if areas and all(_inside(p, areas[0]) for p in left) else None
    if area:
        return PlaceReading(candidates=left, province=area.province, department=area.department)
    return PlaceReading(candidates=left)


def _containing(named: Sequence[_Mention], best: _Mention, folded: str) -> _Mention:
    """The district that stands right behind another name of a far one: the first is a part of it ("el milagro, huanchaco")."""
    for other in named:
        if (
            re.fullmatch(r",? ", folded[best.end : other.start])
            and len(other.places) == 1
            and not {p.department for p in best.places} & {other.places[0].department}
        ):
            return other
    return best


_BETWEEN = re.compile(r"\b(?:entre|trayecto de|ruta (?:de )?|tramo (?:de )?) ?(?:el |la |los )?$")


def _between_towns(folded: str, best: _Mention) -> bool:
    """Whether the name is one end of a road: "entre Chulucanas y Morropón", "en el trayecto de Paucarpata al centro"."""
    if re.search(
        r"\b(?:trayecto|recorrido) de (?:el |la |los )?$", folded[max(0, best.start - 24) : best.start]
    ) and re.match(r" (?:al?|hacia|hasta) ", folded[best.end : best.end + 8]):
        return True
    after = re.match(
        r" (?:y|a|hacia|-) (?:el |la |los )?([a-z]+(?: [a-z]+)?(?: [a-z]+)?)", folded[best.end : best.end + 50]
    )
    if after and _BETWEEN.search(folded[max(0, best.start - 24) : best.start]):
        words = after[1].split()
        return any(" ".join(words[:n]) in gazetteer.names() for n in range(1, len(words) + 1))
    before = re.search(
        r"\b(?:entre|trayecto de) (?:el |la |los )?([a-z]+(?: [a-z]+){0,2}) y $",
        folded[max(0, best.start - 50) : best.start],
    )
    return bool(before and before[1] in gazetteer.names())


def _shared(places: Sequence[Place]) -> Area | None:
    """The province that all of them lie in, if one is."""
    found = {Area(p.department, p.province) for p in places}
    return found.pop() if len(found) == 1 else None


def _narrowed(mention: _Mention, areas: Sequence[Area], named: Sequence[_Mention]) -> tuple[Place, ...]:
    left = mention.places
    for area in areas:
        inside = tuple(p for p in left if _inside(p, area))
        left = inside or left
    for other in named:
        if len(left) > 1 and len(other.places) == 1 and other.places[0] in left:
            return other.places
    if len(left) > 1 and any(len(m.places) == 1 and m.places[0].ubigeo.startswith("1501") for m in named):
        left = tuple(p for p in left if p.ubigeo.startswith("1501")) or left
    return left


def _inside(place: Place, area: Area) -> bool:
    return place.department == area.department and area.province in (None, place.province)


def _joined(named: Sequence[_Mention], best: _Mention, folded: str) -> _Mention | None:
    """The other district of "entre Comas y Los Olivos"."""
    for other in named:
        first, second = (best, other) if best.start < other.start else (other, best)
        between = folded[first.end : second.start]
        if other is best or set(other.places) & set(best.places) or first.landmark or second.landmark:
            continue
        route = between in (" a ", " hacia ", " hasta ") and _ROUTE.search(folded[: first.start])
        border = re.search(r"\b(?:entre|limite (?:de|entre|con)|frontera (?:de|entre)) $", folded[: first.start])
        even = other.score == best.score and other.score < 4 and _apart(first, second, folded)
        if even or route or between == " o " or (between in (" y ", " con ", "/", "-") and border):
            return other
    return None


def _apart(first: _Mention, second: _Mention, folded: str) -> bool:
    """Whether two districts are told in ways that give neither the lead: "la recogieron en X y la dejaron en Y"."""
    between = folded[first.end : second.start]
    return len(between) > 3 and not re.fullmatch(r"[ ,(]*(?:distrito de |en |de )?", between)


def _mentions(folded: str, text: str, *, asked: bool) -> list[_Mention]:
    found: list[_Mention] = []
    spans = [m.span() for m in _TOKEN.finditer(folded)]
    tokens = [folded[a:b] for a, b in spans]
    names = gazetteer.by_first_word()
    i = 0
    while i < len(tokens) and len(found) < _MOST:
        for parts in names.get(tokens[i], ()):
            j = i + len(parts)
            if tuple(tokens[i:j]) == parts and _unbroken(folded, spans[i:j]):
                start, end = spans[i][0], spans[j - 1][1]
                mention = _mention(folded, text, start, end, " ".join(parts), asked=asked)
                if mention:
                    found.append(mention)
                    i = j - 1
                    break
        i += 1
    if all(len(m.places) != 1 for m in found):
        longer = [m for m in found if re.match(r" d\w?\w? [a-z]", folded[m.end :])]
        slips = _misspelled(folded, text, spans, [m for m in found if m not in longer], asked=asked)
        found = [m for m in found if not any(s.start <= m.start and m.end <= s.end for s in slips)] + slips
    return found


def _unbroken(folded: str, spans: Sequence[tuple[int, int]]) -> bool:
    return all(folded[a[1] : b[0]] in (" ", "-", "  ") for a, b in pairwise(spans))


def _misspelled(
    folded: str, text: str, spans: Sequence[tuple[int, int]], known: Sequence[_Mention], *, asked: bool
) -> list[_Mention]:
    choices = gazetteer.every_name() if asked and len(spans) <= 12 else gazetteer.well_known()
    tried = 0
    for i, (start, _) in enumerate(spans):
        before = folded[max(0, start - 40) : start]
        if not (_CUE.search(before) or _DISTRICT_OF.search(before) or (asked and (i < 4 or _WEAK_CUE.search(before)))):
            continue
        tried += 1
        if tried > 12:
            break
        for j in range(min(i + 5, len(spans)), i, -1):
            end = spans[j - 1][1]
            phrase = folded[start:end]
            if (
                len(phrase) < 6
                or not _unbroken(folded, spans[i:j])
                or phrase in _NOT_NAMES
                or phrase in gazetteer.names()
            ):
                continue
            if any(m.start < end and start < m.end for m in known):
                continue
            best = process.extractOne(phrase, choices, scorer=fuzz.ratio, score_cutoff=86 if len(phrase) > 7 else 83)
            if best and abs(len(best[0]) - len(phrase)) <= 2:
                mention = _mention(folded, text, start, end, best[0], asked=asked)
                if mention and (mention.places or mention.area):
                    return [mention]
    return []


_NOT_NAMES = frozenset(("callado", "mercado", "el mercado", "la casa", "la calle", "la pista", "la esquina", "la puerta", "la noche", "la tarde"))  # fmt: skip


def _mention(folded: str, text: str, start: int, end: int, name: str, *, asked: bool) -> _Mention | None:
    before, after = folded[max(0, start - 70) : start], folded[end : end + 60]
    fixed = gazetteer.fixed().get(name)
    landmark = name in gazetteer.LANDMARKS
    places = (fixed,) if fixed else gazetteer.districts().get(name, ())
    area = gazetteer.areas().get(name)
    if name == "surco" and re.search(r"huarochiri|matucana", folded):
        places = gazetteer.districts()["surco"]
    explicit = bool(_DISTRICT_OF.search(before))
    places = _within_following(after, places)
    if area and not fixed:
        if _CENTRE_OF.search(before) and any(fold(p.district) == name for p in places):
            places = tuple(p for p in places if _inside(p, area)) or places
            area = None
        elif _is_city(name, places):
            places = ()
        else:
            area = None
    elif fixed:
        area = None
    if not landmark and not explicit and _STREET.search(before) and not _follows_area(after, places):
        return None
    cue = (
        bool(_CUE.search(before))
        or explicit
        or bool(_ALONE_BEFORE.search(folded[:start]) and _ALONE_AFTER.match(folded[end:]))
    )
    located = bool(_OF_A_TOWN.search(before))
    weak = bool(_WEAK_CUE.search(before))
    capital = text[start : start + 1].isupper()
    if name in gazetteer.WORDS:
        article = bool(re.search(r"\b(?:el|la|los|las|un|una|mi|su) $", before))
        settled = _follows_area(after, places) or (area is not None and cue)
        of = weak and capital and any(p.ubigeo[:4] in ("1501", "0701") for p in places) and not article
        of = of or (located and capital) or (weak and not article and name in ("comas", "jesus maria", "ventanilla"))
        of = of or (capital and bool(re.search(r"\b\d{1,4},? $", before)) and not article)
        if not (
            explicit
            or settled
            or of
            or (cue and not article and (capital or asked or _plainly(folded, start, name)))
            or (asked and not article)
        ):
            return None
    elif name not in gazetteer.strong() and not (
        cue
        or asked
        or (located and not area)
        or _follows_area(after, places)
        or (weak and (capital or area is not None or len(name) > 8))
    ):
        return None
    if (
        landmark
        and name in ("agua dulce", "la parada", "el hueco", "zarate", "capon", "jockey", "puente nuevo")
        and not cue
    ):
        return None
    return _Mention(start, end, name, places, area, landmark, _score(folded, start, end, cue=cue, explicit=explicit))


def _plainly(folded: str, start: int, name: str) -> bool:
    """Whether a name in small letters that is a word too is said as a place: "en comas", not "en caja"."""
    return name not in gazetteer.COMMON and bool(
        re.search(r"\b(?:en|x|por)(?: aca| aqui)? $| o $", folded[max(0, start - 12) : start])
    )


def _is_city(name: str, places: Sequence[Place]) -> bool:
    """Whether a name that is a province or a department too is said of the city: then it settles no district."""
    if name in gazetteer.SHORT:
        return False
    if not places or name in gazetteer.CITIES or name in gazetteer.departments():
        return True
    several = len(places) > 1 or any(p.ubigeo[:4] in ("1501", "0701") for p in places)
    return not several and fold(places[0].province) == name


def _follows_area(after: str, places: Sequence[Place]) -> bool:
    """Whether its province or department stands right behind: "La Unión, Piura"."""
    return any(_inside(place, area) for area in _following(after) for place in places)


def _within_following(after: str, places: tuple[Place, ...]) -> tuple[Place, ...]:
    """Those of the province or department that stands right behind, if any is."""
    if len(places) < 2:
        return places
    return tuple(p for p in places if any(_inside(p, area) for area in _following(after))) or places


def _following(after: str) -> list[Area]:
    near = re.match(
        r" ?[,(/-]? ?(?:(?:de|provincia de|en|distrito de|aca en|ciudad de) )?(([a-z]+)(?: ([a-z]+))?)", after
    )
    if not near:
        return []
    said = [gazetteer.areas().get(near[1]), gazetteer.areas().get(near[2])]
    return [area for area in said if area]


def _score(folded: str, start: int, end: int, *, cue: bool, explicit: bool) -> float:
    sentence = max(
        (m.end() for m in _SENTENCE.finditer(folded, max(0, start - 120), start)), default=max(0, start - 120)
    )
    before = folded[sentence:start]
    clause = before[max((m.end() for m in _CLAUSE.finditer(before)), default=0) :]
    score = 0.5 * cue + 0.5 * explicit
    if (_HOME.search(before) or _IS_FROM.match(folded[end : end + 12])) and not _EVENT_BETWEEN.search(before):
        at_home = _AT_HOME.search(folded) and not re.search(
            r"\b(?:comisaria|trabaj\w+|estudi\w+)\b(?!.*\bviv\w+)[^,]*$", before
        )
        score += -0.5 if at_home else -4
    elif _ELSEWHERE.search(before):
        score -= 1.5 if not _EVENT.search(clause) else 1
    if _EVENT.search(clause):
        score += 2
    elif _EVENT.search(before):
        score += 1
    elif _EVENT.search(folded[end : end + 40]):
        score += 0.5
    return score


_IS_FROM = re.compile(r" (?:soy|somos|vengo)\b")
_EVENT_BETWEEN = re.compile(
    r"\b(?:viv\w+|resid\w+|trabaj\w+|soy|estudi\w+)\b.*\b(?:rob\w+|asalt\w+|perdi|quit\w+|paso|fue|ocurri\w+)\b(?!.*\b(?:viv\w+|resid\w+)\b)"
)
