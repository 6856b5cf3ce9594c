"""Who is speaking: names, document types and numbers, telephones, e-mail."""

import re

from actions.understanding.numbers import dictated_digits
from actions.understanding.people import find_phones
from actions.understanding.text import capped, cleaned, fold

_PARTICLES = frozenset(("de", "del", "la", "las", "los", "y", "da", "dos", "di", "von", "van"))
_NOT_NAME_WORDS = """
no si quiero quisiera que para cancelar cancela porque como cuando donde quien cual puedo puede tengo tiene
es esta estan fue era con por me te se nos lo le mi su tu mis sus un una uno ya hay ayer hoy manana dni
nombre nombres apellido apellidos robo robaron robado denuncia denunciar celular perdi necesito deseo ayuda
ayudenme hola gracias favor pero prefiero dar decir digo dire doy ahora despues luego nada nadie ninguno
anonimo comisaria policia pregunta sirve gratis cuanto cuesta datos privacidad seguro segura aqui asi
tambien muy mas menos esto eso todo todos al en a quieren piden pide saber hablar persona humano operador
emergencia auxilio salir terminar atras volver corregir equivoque espera espere momento entiendo se sabes
saben usted ustedes bot maldito mierda buenas buenos tardes noches dias dia estoy soy somos chau adios ok
okey claro listo acepto confirmo cambiar idioma quechua omitir siguiente paso saltar obligatorio necesario
motivo razon rayos oye
"""
_NOT_NAME = frozenset(_NOT_NAME_WORDS.split())
_ROLES = frozenset(
    (
        "testigo",
        "victima",
        "agraviado",
        "agraviada",
        "vecino",
        "vecina",
        "denunciante",
        "familiar",
        "abogado",
        "abogada",
    )
)
_SAID_OF = re.compile(r"\b(?:natural|soy|con|identific\w+|peruan[oa]|vecin[oa]|domicili\w+|de|vivo)\b")
_NAME_LEAD = re.compile(
    r"^\W*(?:(?:hola|buenas?|buenos|tardes|noches|dias|dia|si|claro|ok|ya|este|bueno|senorita|senor|jefe|oficial|mire|pues|con gusto|por supuesto)[\s,.!]+)*"
    r"(?:(?:yo )?me llamo|(?:el )?(?:mi )?nombre(?: completo)? ?(?:es|seria|:)?|mis nombres (?:y apellidos )?(?:son|completos son)|nombres?(?: y apellidos?)?(?: completos?)? ?(?:es|son|:)?|yo soy|soy|habla|te habla|le habla"
    r"|a nombre de|es|se llama|la victima (?:es|se llama)|apellidos y nombres:?|llamo|mi nombre y apellido es|puede(?:s)? (?:llamarme|ponerle)|pon(?:ga|le)?|anot[ao]\w{0,2}|escriba)?[\s:,]*"
    r"(?:(?:el|la) )?(?:(?:sr|sra|srta|senor|senora|senorita|don|dona|dr|dra|ing|lic)\.? )?"
)
_NAME_TAIL = re.compile(
    r"(?:[,;.(\n]|\s-\s|\b(?:con |mi |y mi |de )?(?:dni|d\.n\.i|documento|carnet|carne|pasaporte|ce|cel|celular|telefono|numero|nro)\b|\bidentificad[oa]\b|\d|\b(?:para servirle|a sus ordenes|y (?:quiero|vengo|necesito|tengo|vivo|soy|mi)|quiero|vivo|tengo|naci"
    r"|es mi nombre|por favor|porfavor|gracias|senorita|senor|natural|peruan[oa]|de \d+ anos|soltero|pero|y nada mas)\b).*",
    re.DOTALL,
)
_NAME_WORD = re.compile(r"[^\W\d_]+(?:['’.-][^\W\d_]+)*\.?")


def read_name(text: str) -> tuple[str, bool] | None:
    """A person's name and whether it surely is one; words that are no names (verbs, questions) make it none."""
    said = cleaned(capped(text)).replace("\n", ", ")
    folded = fold(said)
    lead = _NAME_LEAD.match(folded)
    start = lead.end() if lead else 0
    introduced = bool(lead and re.search(r"llamo|nombre|soy|habla|llama", lead.group()))
    rest, plain = said[start:], folded[start:]
    reversed_name = re.fullmatch(r"([a-z' ]{3,40}), ?([a-z' ]{3,40})\W*", plain)
    if (
        reversed_name
        and not _SAID_OF.search(reversed_name[2])
        and not introduced
        and not _blocked(reversed_name[2].split())
        and not _blocked(reversed_name[1].split())
    ):
        surname, given = rest[: reversed_name.end(1)], rest[reversed_name.start(2) :]
        rest, plain = f"{given.strip()} {surname.strip()}", f"{reversed_name[2]} {reversed_name[1]}"
    tail = _NAME_TAIL.search(plain)
    if tail:
        if "?" in plain[tail.start() :]:
            return None
        rest, plain = rest[: tail.start()], plain[: tail.start()]
    if "?" in plain or "¿" in said or "@" in said:
        return None
    found = _NAME_WORD.findall(rest)
    while found and fold(found[-1]) in (*_PARTICLES, "con", "mi", "es"):
        found.pop()
    while found and fold(found[0]) in ("y", "el", "es"):
        found.pop(0)
    if not found or len(found) > 9 or _blocked([fold(word) for word in found]):
        return None
    if len(found) < 3 and any(fold(word) in _ROLES for word in found):
        return None
    if len(found) == 1 and (len(found[0]) < 3 or not re.search(r"[aeiouy]", fold(found[0]))):
        return None
    return titled(found), len(found) >= 2 or (introduced and len(found[0]) > 2)


def _blocked(found: list[str]) -> bool:
    return any(word in _NOT_NAME for word in found)


def titled(found: list[str]) -> str:
    """The name with capitals as names have them, unless it was typed with both cases."""
    name = " ".join(found)
    if not (
        name.isupper()
        or name.islower()
        or any(w.isupper() and len(w) > 2 for w in found)
        or any(w.islower() and w not in _PARTICLES for w in found)
    ):
        return name
    return " ".join(
        word.lower() if i and fold(word) in _PARTICLES else "-".join(_capital(part) for part in word.split("-"))
        for i, word in enumerate(found)
    )


def _capital(part: str) -> str:
    if len(part) > 2 and part[1] in "'’":
        return part[:2].upper() + part[2:].capitalize()
    return part.capitalize()


_TYPES: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "none",
        re.compile(
            r"\b(?:no (?:tengo|cuento con|poseo|porto|cargo|tiene)|sin|ningun[oa]?|nada|indocumentad[oa]|no estoy documentad[oa])\b"
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
            r"\b(?:d ?n ?i|d\.n\.i\.?|deni|dnii?|documento nacional(?: de identidad)?|dni electronico|dnie|libreta electoral)\b"
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
    lacking = re.search(r"\bno (?:tengo|cuento con|poseo) (?:mi |un |ni )?[a-z]+", folded)
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


_SPACED_DNI = re.compile(
    r"(?<![\d+])(\d(?:[ .-]?\d){7})(?: ?- ?[0-9a-k](?![0-9a-z])|(?<=\d{8}) [0-9](?!\d))?(?![ .-]?\d)"
)
_PASSPORT = re.compile(r"(?<![a-z0-9])(?=[a-z0-9]*\d{4})([a-z]{0,3}\d{5,9}[a-z]?)(?![a-z0-9])")
_CE = re.compile(r"(?<!\d)(0{0,3}\d{9}|\d{9}|\d{12})(?!\d)")


def read_document_number(text: str, document_type: str | None) -> tuple[str, str | None, bool] | None:
    """A document's number, its type where the number tells it, and whether it is surely one.

    A DNI is eight digits, zeros kept and the check digit dropped, typed, spaced or dictated.
    """
    folded = fold(capped(text))
    told = read_document_type(folded) if document_type in (None, "dni") else document_type
    kind = told if told not in (None, "none") else document_type
    digits = dictated_digits(folded)
    if kind in (None, "dni", "other"):
        for source in (folded, re.sub(r"(?<=\d)[ ,]+(?=\d)", "", digits)):
            for m in _SPACED_DNI.finditer(source):
                number = re.sub(r"\D", "", m[1])
                if not re.search(r"\+51 ?$|\b(?:cel\w*|telefono|s/\.?) ?:? ?$", source[: m.start()]):
                    return number, "dni" if kind in (None, "dni") else None, kind in (None, "dni")
        nine = re.fullmatch(r"\D*(\d{8})(\d)\D*", re.sub(r"(?<=\d)[ .](?=\d)", "", folded))
        if nine and kind == "dni" and not nine[1].startswith("9"):
            return nine[1], "dni", False
        if kind == "dni":
            return None
    if kind in (None, "ce"):
        compact = re.sub(r"(?<=\d)[ .-](?=\d)", "", folded)
        for source in (compact, re.sub(r"(?<=\d) (?=\d)", "", digits)):
            if (found := _CE.search(source)) and (kind == "ce" or found[1].startswith("00")):
                return found[1], "ce", True
        if kind == "ce" and (loose := re.search(r"(?<!\d)(\d{6,12})(?!\d)", compact)):
            return loose[1], "ce", False
    if kind in ("passport", "other") or (kind is None and "pasaporte" in folded):
        compact = re.sub(
            r"(?<=[a-z\d])[ .-](?=\d)",
            "",
            re.sub(r"\b(?:mi|pasaporte|numero|nro|n°|es|el|de|passport|cedula|ptp)\b", "  ", folded),
        )
        if found := _PASSPORT.search(compact):
            return found[1].upper(), "passport" if kind != "other" else None, kind == "passport"
    return None


_NINE = re.compile(r"(?<!\d)(?:0051|51)?(9\d{8})(?!\d)")


def read_phone(text: str) -> tuple[str, bool] | None:
    """A telephone in E.164, the mobile if two are given, and whether it surely is one."""
    text = capped(text)
    if found := find_phones(text, asked=True):
        return found[0], True
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


_EMAIL = re.compile(
    r"[a-z0-9](?:[a-z0-9._%+-]{0,62}[a-z0-9_+-])?@[a-z0-9](?:[a-z0-9-]{0,40}[a-z0-9])?(?:\.[a-z0-9-]{1,30}){0,4}\.[a-z]{2,12}"
)
_EMAIL_LEAD = re.compile(
    r"^.*?\b(?:(?:mi )?(?:correo|email|mail|e-mail|gmail|hotmail|correito)(?: electronico)?(?: personal)? (?:es|seria|:|sería)|es|seria|anota|apunta|ponga|pon|escriba)\b[ :,]*(?=.*(?:@|arroba))"
)
_SIGNS: tuple[tuple[re.Pattern[str], str], ...] = (
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
    if m := _EMAIL.search(folded):
        return m.group().replace("..", "."), True
    spoken = bool(re.search(r"arr?oba|arrova|\bat\b| @|@ ", folded))
    rest = _EMAIL_LEAD.sub("", folded, count=1)
    for pattern, sign in _SIGNS:
        rest = pattern.sub(sign, rest)
    rest = dictated_in_address(rest)
    if spoken and (at := rest.find("@")) > 0:
        local = re.sub(r"^(?:.*[,:;\n])", "", rest[:at])
        rest = re.sub(r"\s+", "", local if len(local.split()) <= 6 else local.split()[-1]) + rest[at:]
    rest = re.sub(r"@(gmail|gmial|gmai|gmal)(?=$|[\s,;])", "@gmail.com", rest)
    rest = re.sub(r"@(?:gmial|gmai|gmal|gamil)\.", "@gmail.", rest)
    m = _EMAIL.search(rest)
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
