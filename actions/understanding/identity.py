"""Who is speaking: document types and numbers, telephones, e-mail, age."""

import re
from collections.abc import Sequence

from actions.understanding.numbers import dictated_digits, read_number, spelled_to_figures, tokens
from actions.understanding.people import find_phones
from actions.understanding.text import capped, fold

_TYPES: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "none",
        re.compile(
            r"\b(?:no (?:tengo|cuento con|poseo|porto|cargo|tiene)|sin|ningun[oa]?|nada|indocumentad[oa]|no estoy documentad[oa])\b(?! mas\b)"
        ),
    ),
    (
        "ce",
        re.compile(
            r"\b(?:ce|c\.e\.?|c/e|carn[e]t? (?:de )?extranj\w*|carn[e]t? de ext\w*|extranjeria|extrangeria|carnet ext\w*)\b"
        ),
    ),
    ("passport", re.compile(r"\b(?:pasaporte|pasaport|passport|pasporte|pasaportes)\b")),
    (
        "dni",
        re.compile(
            r"\b(?:d ?n ?i|d\.n\.i\.?|den[ei]+|d[eé]ene?i|dnii?|(?:el|mi|con el|el documento) (?:de identidad|azul|amarillo|celeste)|documento nacional(?: de identidad)?|dni electronico|dnie|libreta electoral)\b"
        ),
    ),
    (
        "other",
        re.compile(
            r"\b(?:otro|otra|ptp|cpp|permiso temporal|cedula|refugio|refugiad[oa]|solicitante|partida|licencia|brevete|libreta militar|carnet|cpp|ruc)\b"
        ),
    ),
)


def read_document_type(text: str) -> str | None:
    folded = fold(capped(text))
    lacking = re.search(r"\bno (?:tengo|cuento con|poseo) (?!ningun)(?:mi |un |ni )?[a-z]+", folded)
    if lacking and (other := read_document_type(folded[lacking.end() :])) not in (None, "none"):
        return other
    for name, pattern in _TYPES:
        if name == "none":
            if pattern.search(folded) and not re.search(
                r"\b(?:pero|sino|solo|mi|tengo mi|aunque)\b.*\b(?:pasaporte|extranjeria|ce|cedula|ptp|dni|cpp)\b",
                folded,
            ):
                return name
        elif pattern.search(folded):
            if name == "dni" and re.search(r"\bno (?:tengo|cuento con) (?:\w+ )?dni\b", folded):
                continue
            return name
    return None


_KIN = r"hij\w*|espos\w+|senora|marido|mujer|mama|papa|madre|padre|herman\w+|abuel\w+|niet\w+|ti[oa]|prim[oa]|amig\w+|vecin\w+|pareja|conviviente|cunad\w+|suegr\w+|sobrin\w+"
_THE_ONE = re.compile(
    r"\b(?:mio|mia|yo|mi (?:dni|numero|documento|celular|cel|codigo|correo)|el correcto|correct[oa]|nuev[oa]|actual|ahora (?:es|uso)|vigente|el bueno|ultimo|perdon|digo|miento|corrijo|mejor|denunciante)\b"
)
_NOT_THE_ONE = re.compile(
    rf"\b(?:(?:el |la )?(?:de |del |mi |su )+(?:{_KIN})|otr[oa]|vencio|vencid[oa]|caduc\w+|anterior|antigu[oa]|viej[oa]|antes|(?:ya )?no (?:es|era|funciona|uso|sirve|va|vale|ese|esta)|ya no|equivoc\w+|perdi|robaron|malogr\w+|primero)\b"
)
_CLAUSE = re.compile(r"[,;.\n]|\b(?:y|pero|sino|aunque|ahora|el otro|la otra)\b")


def preferred(found: Sequence[tuple[str, int, int]], folded: str) -> str | None:
    """Of several numbers, with their places, the one that the words around it give: "el mío", "el nuevo"; else the first."""

    def weight(at: int) -> int:
        _, start, end = found[at]
        low = found[at - 1][2] if at else 0
        high = found[at + 1][1] if at + 1 < len(found) else len(folded)
        before = folded[low:start]
        cuts = [m.start() for m in _CLAUSE.finditer(before) if re.search(r"\w", before[m.end() :])]
        before = before[cuts[-1] :] if cuts else before
        after = _CLAUSE.split(folded[end:high], maxsplit=1)
        behind = (
            after[0]
            if re.search(r"\w", after[0]) or len(after) < 2
            else after[0] + _CLAUSE.split(after[1], maxsplit=1)[0]
        )
        near = f"{before} | {behind}"
        return 2 * bool(_THE_ONE.search(before)) - 2 * bool(_NOT_THE_ONE.search(near))

    if not found:
        return None
    return found[max(range(len(found)), key=lambda at: (weight(at), -at))][0]


_SPACED_DNI = re.compile(
    r"(?<![\d+])(\d(?:[ .-]?\d){7})(?: ?- ?[0-9a-k](?![0-9a-z])|(?<=\d{8}) [0-9](?!\d))?(?![ .-]?\d)"
)
_PASSPORT = re.compile(r"(?<![a-z0-9])(?=[a-z0-9]*\d{4})([a-z]{0,3}\d{5,9}[a-z]?)(?![a-z0-9])")
_CE = re.compile(r"(?<!\d)(0{0,3}\d{9}|\d{9}|\d{12})(?!\d)")


def with_figures(text: str) -> str:
    """The folded text with figures as figures: keycaps, and an O typed for a zero."""
    return re.sub(r"(?<=\d)o(?=\d)", "0", fold(re.sub("[\ufe0f\u20e3]", "", capped(text))))


def _said_whole(folded: str) -> str:
    """Eight figures said as one number: "setenta y cinco millones ciento veinte mil"."""
    found = tokens(folded)
    numbers = (read_number(found, at) for at in range(len(found)) if not found[at].text[0].isdigit())
    return next((f"{number.value:.0f}" for number in numbers if number and 1e7 <= number.value < 1e8), "")


def read_document_number(text: str, document_type: str | None) -> tuple[str, str | None, bool] | None:
    """A document's number, its type where the number tells it, and whether it is surely one.

    A DNI is eight digits, zeros kept and the check digit dropped, typed, spaced or dictated.
    """
    folded = with_figures(text)
    told = read_document_type(folded) if document_type in (None, "dni") else document_type
    kind = told if told not in (None, "none") else document_type
    digits = dictated_digits(folded)
    if kind in (None, "dni", "other"):
        for source in (folded, re.sub(r"(?<=\d)[ ,]+(?=\d)", "", digits), _said_whole(folded)):
            found = [
                (re.sub(r"\D", "", m[1]), m.start(), m.end())
                for m in _SPACED_DNI.finditer(source)
                if not re.search(r"\+51 ?$|\b(?:cel\w*|telefono|s/\.?) ?:? ?$", source[: m.start()])
            ]
            if number := preferred(found, source):
                return number, "dni" if kind in (None, "dni") else None, kind in (None, "dni")
        nine = re.fullmatch(r"\D*(\d{8})(\d)\D*", re.sub(r"(?<=\d)[ .](?=\d)", "", folded))
        if nine and kind == "dni" and not nine[1].startswith("9"):
            return nine[1], "dni", False
        if kind == "dni":
            return None
    if kind in (None, "ce"):
        compact = re.sub(r"(?<=\d)[ .-](?=\d)", "", folded)
        for source in (compact, re.sub(r"(?<=\d) (?=\d)", "", digits)):
            if (card := _CE.search(source)) and (kind == "ce" or card[1].startswith("00")):
                return card[1], "ce", True
        if kind == "ce" and (loose := re.search(r"(?<!\d)(\d{6,12})(?!\d)", compact)):
            return loose[1], "ce", False
    lettered = re.search(r"(?<![a-z0-9])[a-z]{1,3}\d{6,8}(?![a-z0-9])", folded)
    if kind in ("passport", "other") or (kind is None and ("pasaporte" in folded or lettered)):
        compact = re.sub(
            r"(?<=[a-z\d])[ .-](?=\d)",
            "",
            re.sub(r"\b(?:mi|pasaporte|numero|nro|n°|es|el|de|passport|cedula|ptp)\b", "  ", folded),
        )
        if other := _PASSPORT.search(compact):
            return other[1].upper(), "passport" if kind != "other" else None, kind == "passport"
    return None


_NINE = re.compile(r"(?<!\d)(?:0051|51)?(9\d{8})(?!\d)")


def read_phone(text: str) -> tuple[str, bool] | None:
    """A telephone in E.164, the mobile if two are given, and whether it surely is one."""
    text = re.sub(r"(?<=\d) con (?=\d)", " ", with_figures(text))
    if found := find_phones(text, asked=True):
        told = [(number, m.start(), m.end()) for number in found if (m := _typed(number).search(text))]
        mobiles = [one for one in told if one[0].startswith("+519")]
        return preferred(sorted(mobiles, key=lambda one: one[1]), text) or found[0], True
    joined = re.sub(r"(?<=\d) (?=\d)", "", re.sub(r"[ .,()-]+", " ", dictated_digits(fold(text))))
    joined = re.sub(r"\+ ?", "+", joined)
    if m := _NINE.search(joined):
        return "+51" + m[1], True
    if m := re.search(r"(?<![\d+])0?1([2-7]\d{6})(?!\d)", joined):
        return "+511" + m[1], True
    if m := re.search(r"(?<![\d+])0?((?:4[1-4]|5[1-4346]|6[1-7]|7[2-46]|8[234])[2-7]\d{5})(?!\d)", joined):
        return "+51" + m[1], False
    if m := re.search(r"(?<![\d+])([2-7]\d{6})(?!\d)", joined):
        return "+511" + m[1], False
    return None


def _typed(number: str) -> re.Pattern[str]:
    """The last nine digits of a number, as they may stand in a text."""
    return re.compile(r"[ .()-]*".join(number[-9:]))


EMAIL = re.compile(
    r"[a-z0-9](?:[a-z0-9._%+-]{0,62}[a-z0-9_+-])?@[a-z0-9](?:[a-z0-9-]{0,40}[a-z0-9])?(?:\.[a-z0-9-]{1,30}){0,4}\.[a-z]{2,12}"
)
_EMAIL_LEAD = re.compile(
    r"^.*?\b(?:(?:mi )?(?:correo|email|mail|e-mail|gmail|hotmail|correito)(?: electronico)?(?: personal)? (?:es|seria|:|sería)|es|seria|anota|apunta|ponga|pon|escriba)\b[ :,]*(?=.*(?:@|arroba))"
)
_EMAIL_FILLER = re.compile(
    r",? ?\(?\b(?:todo (?:junto|pegado|minusculas?|en minusculas?|seguido)|(?:y )?(?:con|en) (?:letras? )?(?:minusculas?|mayusculas?)|(?:y )?sin (?:espacios?|tildes?|puntos?|acentos?|guiones)|de ahi|luego|despues viene|seguido de|minusculas?)\b\)?,?"
)
_SIGNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\bdoble (?:u|ve|v)\b *"), "w"),
    (re.compile(r" (?:a|en) (?=(?:gmail|hotmail|outlook|yahoo|icloud)\b)"), "@"),
    (re.compile(r" *[(\[]?\b(?:arroba|aroba|arrova|arrroba)\b[)\]]? *| ?[(\[](?:at|@)[)\]] ?| *@ *"), "@"),
    (re.compile(r" *\b(?:guion|guión) ?(?:bajo|abajo)\b *| *\b(?:sub ?guion|underscore|raya (?:abajo|baja))\b *"), "_"),
    (re.compile(r" *\b(?:guion medio|guion|menos)\b *"), "-"),
    (re.compile(r" *\b(?:punto|pto|dot)\b *"), "."),
    (
        re.compile(
            r"(?<=[a-z0-9]) \.|\. (?=(?:com|pe|es|net|org|edu|gob)\b)|,(?=(?:com|pe|es)\b)| ?, ?(?=(?:com|pe)\b)"
        ),
        ".",
    ),
    (re.compile(r"(?<=gmail|tmail|tlook|yahoo) (?=com\b|es\b)|(?<=gmail|tmail|tlook)(?=com\b)"), "."),
)


def read_email(text: str) -> tuple[str, bool] | None:
    """An e-mail address, typed or dictated ("arroba", "punto com"), and whether it surely is one."""
    folded = fold(capped(text))[:400]
    if m := EMAIL.search(folded):
        return m.group().replace("..", "."), True
    spoken = bool(re.search(r"arr?oba|arrova|\bat\b| @|@ | (?:a|en) (?:gmail|hotmail|outlook|yahoo|icloud)\b", folded))
    rest = _EMAIL_FILLER.sub(" ", _EMAIL_LEAD.sub("", folded, count=1))
    for pattern, sign in _SIGNS:
        rest = pattern.sub(sign, rest)
    rest = dictated_in_address(rest)
    if spoken and (at := rest.find("@")) > 0:
        local = re.sub(r"^(?:.*[,:;\n])", "", rest[:at])
        rest = re.sub(r"\s+", "", local if len(local.split()) <= 6 else local.split()[-1]) + rest[at:]
    rest = re.sub(r"@(gmail|gmial|gmai|gmal)(?=$|[\s,;])", "@gmail.com", rest)
    rest = re.sub(r"@(?:gmial|gmai|gmal|gamil)\.", "@gmail.", rest)
    m = EMAIL.search(rest)
    return (m.group(), True) if m else None


def dictated_in_address(rest: str) -> str:
    """Digits that were dictated inside an address in figures."""
    names = {
        "uno": "1",
        "dos": "2",
        "tres": "3",
        "cuatro": "4",
        "cinco": "5",
        "seis": "6",
        "siete": "7",
        "ocho": "8",
        "nueve": "9",
        "cero": "0",
    }
    return re.sub(r"\b(" + "|".join(names) + r")\b", lambda m: names[m[1]], rest)


_YEARS = r"(\d{1,2}) ?(?:anos|anitos|ano|primaveras)\b"
_SINCE = r"(?! (?:de (?:casad|conviv|servicio|trabajo|relacion|matrimonio|experiencia|pareja|enamorad|noviaz|policia|vecin|alquil|conocer|viv)|(?:\w+ndo)\b|(?:en|con|aca|aqui|alla|sin|atras|juntos|que)\b))"
_OF_OTHERS = re.compile(r"\b(?:hij\w+|dij[oe]\w*|dice\w*|cuando|puso|pone|como si|creen|cree que) (?:\w+ ){0,2}$")
_MINE = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b(?:yo )?tengo (?:solo |apenas |recien |ya |como )?{_YEARS}{_SINCE}",
        r"\btengo (?:solo |apenas |recien |ya )?(1\d|8|9)(?= ?(?:$|[.,;!)]| y (?:mi|me|soy|vivo|estoy|no|nadie|el)\b))",
        rf"\bsoy (?!(?:la |el |su |una? )?(?:mama|madre|padre|papa|ti[oa]|abuel|vecin|herman|profesor|docente|tutor|apoderad|prim[oa]|amig|espos)\w*)(?:(?:una?|el|la|un) )?(?:\w+,? ){{0,3}}?(?:de |con |tengo )?{_YEARS}",
        r"\b(?:soy )?menor de edad,? (?:y )?(?:tengo |de |con |solo )*(\d{1,2})\b(?! ?(?:soles|de|hij))",
        rf"\b(?:a|con) mis {_YEARS}",
        r"\b(?:mi edad(?: es)?|edad) ?:? ?(?:de )?(\d{1,2})\b",
        r"\b(?:yo )?(?:ya )?(?:acabo de cumplir|recien cumpli|cumpli) (\d{1,2})\b(?! (?:con|de|meses))",
    )
)
_NEXT = re.compile(rf"\b(?:voy a cumplir|estoy por cumplir|cumplo|por cumplir) (?:{_YEARS}|(\d{{1,2}})\b(?! de))")


def age_told(text: str) -> int | None:
    """The writer's own age, where they tell it; that of a child or of others they write about is not theirs."""
    folded = spelled_to_figures(fold(capped(text)), least=5)
    for pattern in _MINE:
        for m in pattern.finditer(folded):
            if not _OF_OTHERS.search(folded[max(0, m.start() - 40) : m.start()]):
                return int(m[1])
    coming = _NEXT.search(folded)
    return int(coming[1] or coming[2]) - 1 if coming else None
