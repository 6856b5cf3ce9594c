"""Who did it and with what, and the telephones in a text."""

import re
from dataclasses import dataclass

import phonenumbers

from actions.understanding.numbers import UNITS, figures_of_dictation, spelled_to_figures
from actions.understanding.text import capped, fold


@dataclass(frozen=True)
class Suspects:
    """``count`` only where a number is said; ``known_to_victim`` where the text tells, else None."""

    count: int | None = None
    known_to_victim: bool | None = None

    @property
    def fact(self) -> dict[str, object]:
        return {"count": self.count, "known_to_victim": self.known_to_victim}


CRIMINALS = (
    r"(?:sujet[oa]s?|ladron(?:es|as?)?|choros?|chor[oa]s|rater[oa]s?|ratas?|delincuentes?|asaltantes?|encapuchad[oa]s?|malhechor(?:es)?|malandr(?:o|a|in|os|as|ines)|hampones"
    r"|facineros[oa]s?|piranas?|piranitas?|fumones|fumon|drogadictos?|extorsionador(?:es)?|estafador(?:es|as?)?|agresor(?:es|as?)?|sicarios?|motorizad[oa]s|arrebatador(?:es)?"
    r"|carterista s?|atacantes?|pandilleros?|maleantes?|individu[oa]s?|tipej[oa]s?|tip[oa]s?|hombres? armados?|desconocid[oa]s?|criminales|raquetero?s|cogotero?s|marcas)"
)
PEOPLE = (
    r"(?:personas?|hombres?|mujer(?:es)?|chic[oa]s?|muchach[oa]s?|jovenes|joven|senor(?:as?|es)?|patas?|flac[oa]s?|venezolan[oa]s?|venecos?|vene[ck]as?|colombian[oa]s?|extranjer[oa]s?"
    r"|policias?|efectivos?|tombos?|suboficial(?:es)?|clientes?|choferes|chofer|colegas?|inquilin[oa]s?|ingenier[oa]s?|manes|jinetes|piratas|grandazos|albaniles|albanil|guardianes?|mozos?|doctor(?:es|a)?|profesor(?:es|a)?|abogad[oa]s?|tal(?= [a-z]{3,})|varon(?:es)?|menores|adolescentes|ninos|chibol[oa]s?|borrach[oa]s?|viej[oa]s?|causas?|pasajer[oa]s?|alumn[oa]s|dirigentes?|cobrador(?:es|a)?|serenos?|hinchas?|barristas?|cambistas?|maestros?|vendedor(?:es|as?)?|agentes?|companer[oa]s?|emplead[oa]s?|gent(?:e|uza)|vigilantes?|comerciantes?|compas|convictos?|muchachit[oa]s|pelados?|negros?|gringos?|mototaxis?|tios?|cholos?|morenos?|chamos?|loc[oa]s?|vagos?|mototaxistas?|taxistas?|motociclistas?)"
)
_COUNTED = re.compile(
    rf"(?<![\d.,/:])(?<!cuadra )(?<!linea )\b(\d{{1,2}}|un|una|uno|par de)(?: o (?:\d{1, 2}|mas))? (?:otr[oa]s? )?(?:sol[oa] |gran |tal |tales |presunt[oa]s? )?(?:supuest[oa]s? )?(?:malos )?(?:(?P<bad>{CRIMINALS})|(?P<any>{PEOPLE}))\b"
)
_WERE = re.compile(
    r"\b(?:(?:eran|fueron|vinieron|habian|hab[ií]a|aparecieron|son|estaban|entraron|bajaron|se acercaron|llegaron|me agarraron|me rodearon|me cerraron)"
    r" (?:como |unos |aproximadamente |mas o menos |entre |en total |mas de |casi )?(\d{1,2})(?![.,]\d)(?: o \d)?(?= ?(?:$|[.,;)]| no (?:\d|eran|fueron)| en (?:un|una|moto)| y | que | con | los | sujet| tipos| person| homb| los que| armad| encap| contra))"
    r"|\bentre (?:los )?(\d{1,2})(?= ?(?:$|[.,;]| (?:me|nos|le|lo|la|alumn|tip|suj|person|chic|muchach|hombr)))|, (\d{1,2}),? (?:me|nos) |\bme (?:asalt|rob|agarr|rode|peg|golpe|cerr|cogote)\w+ (?:como )?(\d{1,2})(?= ?(?:$|[.,;]| con | en | y ))|\b(\d{1,2}) (?:eran|fueron|han sido|serian|habran sido)\b|(?<!tipo )(?<!las )(?<!a )\b(\d{1,2}) (?:me|nos|le) (?:agarr|golpe|rob|asalt|rode|quit|cerr|cogote|arrebat|peg)\w+"
    r"|\beran (?:como |unos )?(\d{1,2})\b(?! (?:anos|horas|soles|mil|de la|meses|dias|veces|y media|am|pm))(?![:.,]\d)|(?<![\d:./])\b(\d{1,2}) (?!anos|meses|dias|horas|soles|cuadras|veces|mil|lucas|minutos|semanas|celular|mochila|billete|laptop|de)[a-z]{3,}s(?: (?!y\b)\w+){0,5} (?:me|nos|les?) (?!ayud|auxili|socorr|llev\w+ (?:al?|hasta)|defend|vieron|avis)(?:\w+aron|\w+ieron|dieron)\b|(?<![\d:./])\b(\d{1,2}) con (?:pistola|cuchillo|arma|fierro|machete|palo|revolver|navaja)|(?<![\d:./])\b(\d{1,2}) contra (?:uno|una|mi)\b"
    r"|\blos (\d{1,2}) (?:eran|se fueron|huyeron|escaparon|estaban|tenian|me|armad))"
)
_AND_ANOTHER = re.compile(
    r"\b(?:y|e|con|mientras|pero)(?: el| la)? (otr[oa]|\d|un|una) (?!vez|celular|dia|cosa|lado|mochila|moto\b|carro|auto|cuadra|calle|arma|pistola|cuchillo|billetera|laptop|tarjeta|anos|soles|sol|cartera)"
)
_COUPLE = re.compile(
    rf"\b(?:un|una) (?:{CRIMINALS}|{PEOPLE}) (?:y|con) su (?:flaca|novi[oa]|mujer|esposa|hij[oa]|pareja|amig[oa]|complice|hermano)\b"
)
_SINGULAR = re.compile(r"\b(?:tipo|sujeto|hombre|persona|joven|loco|vago|marca|individuo)$")
_ONE_DID_THIS = re.compile(
    r"\buno (?:me|nos|le|se|manej\w+|sac\w+|baj\w+|apunt\w+|esper\w+|agarr\w+|conduc\w+|tenia|revis\w+|distra\w+|vigil\w+|convers\w+|pregunt\w+|habl\w+|hac\w+|cuid\w+|de ellos)\b[^.;]{2,50}[ ,](?:y |mientras )?el otro\b"
)
_INTRODUCED = re.compile(r"\b(?:eran|fueron|son|habian sido|serian|creo que) (?:como |unos |unas )?$")
_ONE = re.compile(
    r"\b(?:uno de(?:l| los) (?!los dos)[^.;]{0,30}?\b(?:me|nos|le)|era un[oa](?: (?:solo|sola|alto|bajo|flaco|gordo|con|de))|(?:chibolo|sujeto|tipo|ladron|choro|ratero|delincuente|hombre|el)\b[^.;]{0,40}\b(?:estaba|andaba|iba|actuo|vino) sol[oa])\b"
)
_ALONE = re.compile(
    r"\W*(?:eran |fueron |como |unos |creo que |solo |era )*(\d{1,2}|un[oa]?)(?: (?:solo|nomas|no mas))?\W*(?:$|,|\.| y )"
)
_WITNESSING = re.compile(
    r"\b(?:vieron|vio|ayud\w+|testig\w+|auxili\w+|grab\w+|llam(?:o|aron) a la policia|presenci\w+|persig\w+|socorri\w+|eramos|ibamos|estabamos|somos|conmigo|herid\w+|victimas"
    r"|a (?:un|una|\d) $|mas fueron|tambien fueron)\b"
)
_OFFENCE = re.compile(
    r"\b(?:rob\w+|asalt\w+|quit\w+|arrebat\w+|arranch\w+|amenaz\w+|apunt\w+|golpe\w+|peg\w+|agred\w+|intercept\w+|acerc\w+|llev\w+|sac\w+|jal\w+|cogote\w+|hurt\w+|subi\w+"
    r"|baj\w+|entr\w+|ingres\w+|romp\w+|cerr\w+|estaf\w+|engan\w+|vend\w+|ofrec\w+|acos\w+|toc\w+|manose\w+|insult\w+|atropell\w+|choc\w+|extorsion\w+|pid\w+|exig\w+|huy\w+|escap\w+|fug\w+"
    r"|moto|empuj\w+|patea\w+|cuchill\w+|violent\w+|abord\w+|distra\w+|persegu\w+|segui\w+|sigui\w+|grit\w+|revent\w+|arrincon\w+|mand\w+|yape\w+|plin\w*|transf\w+|deposit\w+|patale\w+|clav\w+|jalone\w+|robando|agarr\w+|met\w+|invad\w+|invit\w+|cit\w+|dop\w+|drog\w+|pepe\w+|pat\w+|encañon\w+|encanon\w+|cobr\w+|pag\w+|tom\w+|dispar\w+|viol\w+|coima|aparec\w+|vin\w+|fueron|forceje\w+|cort\w+|abus\w+)\b"
)
_PARTNER = (
    r"(?:ex ?)?(?:espos[oa]|pareja|conviviente|marido|enamorad[oa]|novi[oa])|ex|herman[oa]|cunad[oa]|ti[oa]|prim[oa]|padrastro|madrastra|papa|mama|padre|madre|suegr[oa]|yerno|nuera|hij[oa]|sobrin[oa]"
    r"|abuel[oa]|jefe|jefa|vecin[oa]s?|companer[oa]s?|amig[oa]s?|conocid[oa]s?|profesor(?:a)?|entrenador|inquilin[oa]s?|dueno|duena|empleador|emplead[oa]|trabajador(?:a)?|patron|supervisor|compadre|comadre|padrino|madrina|ahijad[oa]|exesposo|exmarido|expareja|socio|hijastr[oa]|pata|causa|casero|casera"
)
_HITS = r"(?:peg|golpe|agred|amenaz|insult|acos|toc|toque|manose|viol|rob|quit|llev|estaf|engan|empuj|cachete|patea|maltrat|atac|hurt|sac|rompi|grit|ahorc|lastim|humill|forz|oblig|abus|dispar|cort|chantaje|jal|agarr|tir|quiso|quiere|intent|botó|boto|levant|puso|dio|dej|escup|difund|public|sustrajo|rompio|rayo|ray|dano|hac|acuchill|ech|cel|persig|sig|vendi|pid|dij|dic|encerr|met|mand(?!o un audio)|bot|apedre|escrib|grab|controla|va a|estafo|vot|no me)"
_KNOWN = re.compile(
    rf"(?:(?<!\ba )(?<!\ba l)(?<!\bcon )(?<!\bde )(?<!donde )(?<!\bpara )(?<!\bsin )\b(?:mi|mis|un|una|el|la|unos|otro|su) (?:propi[oa] |misma? |ex ?)?(?:{_PARTNER})\b(?! de mi )(?:(?!\bvio\b|\bvieron\b|ayud|testig|llamo a|\bque (?:me|nos|le)\b|(?<!vive )conmigo|tambien|camara)[^.;:\n]){{0,110}}?\b(?:me|nos|le|la|lo|te) (?:ha |han |quiere |quiso |esta |volvio a |sigue )?{_HITS}\w*"
    rf"|\b(?:me|nos|le|la|lo) (?:ha |esta |han )?{_HITS}\w*[^.;\n,]{{0,28}}(?<!\ba)(?<!\bde)(?<!\bcon)(?<!\bpara) (?:mi|mis|un|una|el|la) (?:propi[oa] )?(?:{_PARTNER})\b"
    rf"|\b(?:fue|fueron|es|era|son|por|sospecho (?:de|que)|de parte de) (?:mi|mis|un|una|el|la|unos) (?:propi[oa] |ex ?)?(?:{_PARTNER})\b(?! (?:que|quien) (?:me )?(?:ayud|vio|llev))"
    r"|(?<!no )(?<!ni )(?<!no los )(?<!no lo )(?<!no la )\b(?:(?:lo|la|los|las|le) (?:cono[zs]co|conocemos|reconoci|reconozco|conocia)|se quien(?:es)? (?:es|fue|fueron|son)|conozco a(?:l)? (?:agresor|ladron|sujeto|tipo|que)|es conocid[oa]|es un conocido|son conocidos|persona conocida|(?<!no )(?:todos|todas|todo el mundo|los vecinos|ya) (?:saben?|sabemos|conocemos|conocen) quien|que conozco|cono[zs]co hace|viv(?:e|en) (?:cerca|al lado|por mi|conmigo|con nosotros)|es del barrio|son del barrio))"
)
_NEIGHBOUR = re.compile(
    r"\b(?:mi|mis|el|la|los|las|unos|un) vecin[oa]s?\b(?! (?:tienen?|vi[oe]|dicen?|escuch|grab|llam|ayud|avis|me (?:ayud|avis|dij|llam)))[^.;:]{0,70}"
    r"\b(?:taladr|pon|hac|grit|bot|tir|quem|construy|invad|romp|ray|dej|amarr|envenen|fum|insult|patea|maltrat|mat)\w*"
    r"|\b(?:la|mi|una) (?:emplead[oa]|trabajador\w*|ninera|cuidador\w*|inquilin[oa]|amig[oa]|prim[oa]|sobrin[oa])\b[^.;:]{0,70}\bse (?:llev|rob|apropi|qued|fue con)\w*"
    r"|\b(?:el|la) (?:papa|mama|padre|madre|esposo|hijo|hermano|primo|ti[oa]|abuelo) de mis? \w+[^.;:]{0,40}\b(?:me|nos|le) (?!ayud|avis|llam|vi)|\bla ex de mi\b|\b(?:alumn[oa]s?|companer[oa]s?|chic[oa]s?) (?:del|de su|de mi) (?:mism[oa] |propi[oa] )?(?:salon|colegio|aula|trabajo|barrio|cuadra)\b"
    r"|\bel padre de un alumno\b|\bmi (?:compadre|socio|casero|vecin[oa])\b, a (?:quien|el que)"
)
_NAMED = re.compile(
    rf"\W*(?:fue |es |era |fueron |creo que (?:fue )?|sospecho de )?(?:mi|mis|un) (?:ex ?)?(?:{_PARTNER})\b"
)
_ONE_AND_OTHER = re.compile(r"\W*(?:era |eran )?un[oa]? (?:\w+ ){1,4}y (?:el |la )?otr[oa]\b")
_UNKNOWN = re.compile(
    r"\b(?:(?<!numero )desconocid[oa]s?(?! (?:para nadie|numero))|no (?:lo|la|los|las|le|les|se) (?:conozco|conocemos|conocia|conociamos|habia visto|habiamos visto|conoci)|nunca (?:en mi vida )?(?:lo|la|los|las)? ?(?:habia visto|vi|he visto)"
    r"|no (?:se|tengo idea de) quien(?:es)? (?:fue|fueron|es|son|era|eran)|no (?:(?:lo|la|los|las) )?(?:pude |pudimos )?reconoc\w+|no conozco a|jamas (?:lo|la|los|las)? ?(?:habia visto|vi|he visto)|no eran? conocid[oa]s?|(?:era |es )?(?:la )?primera vez que (?:lo|la|los|las) (?:veo|vi|veia)|no son del barrio|no es del barrio|extran[oa]s\b)"
)
_NO_WEAPON = re.compile(
    r"\b(?:sin (?:ningun[a]? (?:tipo de )?)?armas?|no (?:tenian?|llevaban?|usaron|uso|portaban?|hubo|habia|mostro|mostraron|saco|sacaron|estaban?|iban?|andaban?|vi que tuvieran?|traian?)"
    r" (?:con )?(?:ningun[a]? (?:tipo de )?)?(?:armas?|armad[oa]s?|cuchillos?|pistolas?)|desarmad[oa]s?|nada de armas?|no (?:les? )?(?:vi|vimos|note) (?:que tuvieran? )?(?:ningun[a]? )?armas?|ningun arma|ninguna arma|armas? no (?:tenian?|vi|hubo|habia|llevaban?|usaron|uso|saco|sacaron|mostr\w+|portaban?|traian?|cargaban?))\b"
)
_WEAPON = re.compile(
    r"\b(?:pistolas?|pistolon|revolver(?:es)?|cuchill[oa]s?|cuchillazos?|navajas?|navajazos?|machetes?|machetazos?|verduguillos?|carabinas?|trabuco|escopetas?|fusil(?:es)?|metralletas?|ametralladora|granada|dinamita|explosivos?"
    r"|armas? (?:de fuego|blanca|punzo\w*|punzocortante|de largo alcance)|con (?:un |una |unas |su |sus )?armas?|pico de botella|botellazo|chaveta|chavetas|desarmador|destornillador|balazos?|balas?|bale(?:o|aron|ado|ada)|disparo|disparos|dispar(?:o|aron|ando)|a punta de"
    r"|encanon\w+|armad[oa]s?|premunid[oa]s|apunal\w+|acuchill\w+|(?:saco|sacaron|tenia|tenian|llevaba|llevaban|mostro|mostraron|portaba|portaban|puso|pusieron|traia|vi) (?:un |una |unas |su |el |sus )?(?:armas?|punta|fierro|fierros|punal|pico|palo)"
    r"|apunt(?:o|aron|ando|andome|andonos)(?! (?:la placa|el numero|en un papel|mi|su|sus|todo|los datos))|(?:con|a) (?:un |una |unos |unas |el |la |su )?(?:piedra|piedras|palo|palos|fierro|fierros|bate|botella|botellas|martillo|ladrillo|ladrillos|tubo|cadena|correa|punal|hacha|comba|tijeras?|vidrio|punta|vara|cable|sarten|hierro|cacha|punzon|compas|tijera|silla|tabla|martillo|comba|jeringa|taser|gas pimienta|objeto contundente|objeto punzo\w*|manopla|correazos)"
    r"|pedradas?|piedrazos?|palazos?|culatazos?|cachazos?|fierrazos?|botellazos?|ladrillazos?|correazos?|martillazos?|(?:lanz|tir|arroj|avent)(?:o|aron|ando\w*) (?:un[ao]?s? |con |la )?(?:piedras?|botellas?|ladrillos?|palos?|sillas?)|(?:rompi\w+|revent\w+|estrell\w+) (?:una |un |la )?(?:botella|silla|vaso|ladrillo)\w* en (?:la|mi) (?:cabeza|cara|espalda)|me (?:cort|hinc)\w+ [^.;]{0,20}con (?:una? )?(?:gil+et+e?|yilet)|replica de pistola|pistola de juguete|me apunto|punzocortante)\b"
)
_NOT_ATTACK = re.compile(
    r"\b(?:policias?|serenos?|efectivos|agentes?|vigilantes?|guardias?|patrulleros?) (?:\w+ )?$|\bcompr\w+ (?:un |una )?$|\b(?:con (?:la )?cadena|robaron (?:la|mi|una) |perdi (?:la|mi|una) |de )$|\b(?:caja|bolsa|paquete|costal|saco|sobre) (?:llen[oa] )?$|\b(?:meter(?:me|le|nos)?|lanzar|caer|dar(?:me|le|nos)?) $"
)


def find_suspects(text: str, *, asked: bool = False) -> Suspects:
    """What a text tells of those who did it; ``asked`` is whether it answers "who was it?"."""
    folded = _numbered(text)
    known = _known(folded)
    if known is None and asked and _NAMED.match(folded):
        known = True
    return Suspects(_count(folded, asked), known)


def _numbered(text: str) -> str:
    return spelled_to_figures(fold(capped(text)))


def _count(folded: str, asked: bool) -> int | None:
    if _COUPLE.search(folded):
        return 2
    if were := _WERE.search(folded):
        return next(int(g) for g in were.groups() if g) or None
    for m in _COUNTED.finditer(folded):
        sentence = _sentence(folded, m.start(), m.end())
        if m["any"]:
            near = folded[max(0, m.start() - 30) : m.end() + 40]
            if _WITNESSING.search(near) or not (
                asked or _OFFENCE.search(sentence) or _INTRODUCED.search(folded[max(0, m.start() - 20) : m.start()])
            ):
                continue
            if re.search(
                r"\b(?:a|de|con|para|eramos|somos|junto a|ayud\w+|hij[oa]s?|otras|tengo|mas de) $",
                folded[max(0, m.start() - 12) : m.start()],
            ):
                continue
        elif (
            re.search(r"\b(?:vi a|segun|llamo|tarjeta de) $", folded[max(0, m.start() - 12) : m.start()]) and not asked
        ):
            continue
        count = _value(m[1])
        if count > 1 and _SINGULAR.search(m.group()):
            continue
        another = _AND_ANOTHER.search(folded, m.end(), min(len(folded), m.end() + 70))
        if another and another[1] in ("otro", "otra") and count == 1:
            count += 1
        elif (
            another
            and another[1] not in ("otro", "otra")
            and re.match(rf"(?:{CRIMINALS}|{PEOPLE})\b", folded[another.end() :])
        ) and not _WITNESSING.search(folded[another.start() : another.end() + 50]):
            count += _value(another[1])
        return count if 0 < count < 60 else None
    if _ONE_DID_THIS.search(folded):
        return 2
    if _ONE.search(folded):
        return 1
    if asked and _ONE_AND_OTHER.match(folded):
        return 2
    alone = _ALONE.match(folded) if asked else None
    return (_value(alone[1]) or None) if alone else None


def _value(said: str) -> int:
    return 2 if said == "par de" else UNITS.get(said, 0) if not said.isdigit() else int(said)


def _sentence(folded: str, start: int, end: int) -> str:
    low = (
        max(
            folded.rfind(".", max(0, start - 200), start),
            folded.rfind("\n", max(0, start - 200), start),
            start - 200,
            -1,
        )
        + 1
    )
    high = folded.find(".", end, end + 200)
    return folded[low : high if high >= 0 else end + 200]


def _known(folded: str) -> bool | None:
    if _UNKNOWN.search(folded):
        return False
    return True if _KNOWN.search(folded) or _NEIGHBOUR.search(folded) else None


def find_weapon(text: str) -> bool | None:
    """True if a weapon is stated, False if denied, else None."""
    folded = fold(capped(text))
    denials = [m.span() for m in _NO_WEAPON.finditer(folded)]
    for m in _WEAPON.finditer(folded):
        if any(a <= m.start() < b for a, b in denials):
            continue
        before = folded[max(0, m.start() - 26) : m.start()]
        denied = re.search(
            r"\b(?:sin|no (?:tenian?|llevaban?|usaron|uso|estaban?|era|eran|hubo|habia|vi|portaban?))(?: (?:un|una|ningun|ninguna|con))? ?$",
            before,
        )
        if not denied and not _NOT_ATTACK.search(before):
            return True
    return False if denials else None


_FOREIGN = re.compile(r"(?<![\d+])(?:\+|\b00)[ ]?\d[\d ().-]{6,18}\d(?!\d)")
_MOBILE = re.compile(r"(?<![\d+-])(?:\(?(?:\+|00)? ?51\)?[ -]?)?(9(?:[ .-]{0,3}\d){8})(?![\d]|-\d)")
_LANDLINE = re.compile(
    r"(?<![\d-])\(?(0?1)\)?[ -]?([2-7]\d{2}[ -]?\d{4})(?!\d)|(?<![\d-])\(?0?(4[1-4]|5[1-4346]|6[1-7]|7[2-46]|8[234])\)?[ -]?([2-7]\d{2}[ -]?\d{3})(?!\d)"
)


_ELSE = re.compile(
    r"\b(?:dni|imei|ruc|operacion|codigo|expediente|placa|s/|documento|identidad|orden|pedido|ticket|suministro|poliza|factura|recibo)\W{0,6}(?:[a-z]+ ){0,2}$"
)


def numbers_else(folded: str, at: int) -> bool:
    """Whether the words before a number say that it is of a document, an account or an order, and no telephone."""
    return bool(_ELSE.search(folded[max(0, at - 26) : at]))


def find_phones(text: str, *, asked: bool = False) -> tuple[str, ...]:
    """The telephones of a text in E.164, Peruvian mobiles first; ``asked`` reads landlines too."""
    text = figures_of_dictation(fold(capped(text)))
    mobiles: list[str] = []
    others: list[str] = []
    for m in _FOREIGN.finditer(text):
        if number := _foreign(m.group()):
            (mobiles if re.fullmatch(r"\+519\d{8}", number) else others).append(number)
    at_home = _FOREIGN.sub(" ", text)
    mobiles += [
        "+51" + re.sub(r"\D", "", m[1]) for m in _MOBILE.finditer(at_home) if not numbers_else(at_home, m.start())
    ]
    meant = asked or re.search(r"\b(?:telefono|fijo|llam(?!o\b|a\b)\w+|numero)", text)
    for m in _LANDLINE.finditer(at_home):
        if (meant or m[1] == "01") and not numbers_else(at_home, m.start()):
            area, rest = (m[1], m[2]) if m[1] else (m[3], m[4])
            others.append(f"+51{area.lstrip('0')}{re.sub(r'\D', '', rest)}")
    return tuple(dict.fromkeys((*mobiles, *others)))


def _foreign(said: str) -> str | None:
    digits = re.sub(r"\D", "", said)
    try:
        number = phonenumbers.parse("+" + digits.removeprefix("00"), None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
