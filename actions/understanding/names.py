"""Names of people, amid whatever else is said."""

import re

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
okey claro listo acepto confirmo cambiar idioma quechua omitir siguiente sigamos seguimos sigue siga seguir continuemos continuamos continuar continue continua dale vamos avancemos avance
adelante empecemos comencemos rapido apure apurate apurese tranquilo tranquila nomas jaja jajaja jeje uff bah ojala sip sipi aja ajam nop nel mmm hmm paso saltar obligatorio necesario
motivo razon rayos oye mismo misma pues perdon escribi sin querer disculpe olvide ese esa
"""
_NOT_NAME = frozenset(_NOT_NAME_WORDS.split())
_SURNAMES_TOO = frozenset(("ayuda", "persona", "ninguno", "seguro", "segura", "claro", "auxilio", "dia", "noches"))
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
    r"|a nombre de|es|se llama|(?:es )?(?:mi|una?) (?:mejor |propi[oa] )?(?:hij|niet|herman|abuel|sobrin|prim|ti|suegr|cunad|amig|vecin|espos|companer)\w*(?: pues| menor| mayor)?,?|(?:es )?mi (?:mama|papa|madre|padre|pareja|conviviente|bebe|senora)(?: pues)?,?|la victima (?:es|se llama)|apellidos y nombres:?|llamo|mi nombre y apellido es|puede(?:s)? (?:llamarme|ponerle)|pon(?:ga|le)?|anot[ao]\w{0,2}|escriba)?[\s:,]*"
    r"(?:(?:el|la) )?(?:(?:sr|sra|srta|senor|senora|senorita|don|dona|dr|dra|ing|lic)\.? )?"
)
_INTRODUCED = re.compile(
    r"(?<!como )(?<!no )\b(?:se llama(?:ba)?|me llamo|(?:mi|su) nombre(?: completo)? (?:es|era)|nombre completo|responde al nombre de|llamad[oa]|apellidos y nombres|nombres y apellidos)\b[\s:,]*"
)
_NAME_TAIL = re.compile(
    r"(?:[,;.(\n]|\s-\s|\b(?:con |mi |y mi |de )?(?:dni|d\.n\.i|documento|carnet|carne|pasaporte|ce|cel|celular|telefono|numero|nro)\b|\bidentificad[oa]\b|\d|\b(?:para servirle|a sus ordenes|y (?:quiero|vengo|necesito|tengo|vivo|soy|mi)|quiero|vivo|tengo|naci"
    r"|es mi nombre|por favor|porfavor|gracias|senorita|senor|natural|peruan[oa]|de \d+ anos|soltero|pero|y nada mas)\b).*",
    re.DOTALL,
)
_NAME_WORD = re.compile(r"[^\W\d_]+(?:['’.-][^\W\d_]+)*\.?")


_BIG = r"[A-ZÁÉÍÓÚÑÜ][a-záéíóúñü'’-]+(?:[A-ZÁÉÍÓÚÑÜ][a-záéíóúñü]+)?"
_RUN = re.compile(rf"{_BIG}(?:\s+(?:(?:de|del|la|las|los|y|vda)\s+){{0,2}}{_BIG})+")
_APART = re.compile(r"nombres?\W+(.{2,40}?)\W+apellidos?\W+(.{2,40}?)\W*$")


_OWN = re.compile(
    rf"\b(?:[Ss]oy|[Mm]e llamo|[Mm]i nombre(?: completo)? es|[Yy]o,?) (?P<name>{_BIG}(?:\s+(?:(?:de|del|la|las|los)\s+){{0,2}}{_BIG}){{1,4}})"
)


_QUOTED = re.compile(
    r"[:\"\u00ab\u201c'-] ?$|\b(?:dij\w*|dic\w*|escrib\w*|llamo|llamaron|presento|contest\w*|respond\w*|identific\w*|que|ayer|anoche|hoy) $"
)
_OF_A_CALLER = re.compile(r",? (?:del|de la|de un|dic|ped|pid|y me (?:pid|dij|ofrec)|y dij|ofrec)")
"""What makes "me llamo" one of "me llamó": somebody called and said who they were."""


def own_name(text: str) -> str | None:
    """The name by which the writer of a story introduces themselves: two words with capitals or more."""
    text = capped(text)
    for found in _OWN.finditer(text):
        words = fold(found["name"]).split()
        before, after = (
            fold(text[max(0, found.start() - 40) : found.start()]),
            fold(text[found.end() : found.end() + 16]),
        )
        if _QUOTED.search(before) or _OF_A_CALLER.match(after):
            continue
        if not _blocked(words) and not any(word in _ROLES for word in words):
            return titled(_NAME_WORD.findall(found["name"]))
    return None


def read_name(text: str) -> tuple[str, bool] | None:
    """A person's name and whether it surely is one; words that are no names (verbs, questions) make it none.

    Amid other words it is the longest run of words with capitals, or what stands behind a colon.
    """
    text = capped(text)
    folded = fold(text)
    if apart := _APART.search(folded):
        return titled(_NAME_WORD.findall(f"{text[slice(*apart.span(1))]} {text[slice(*apart.span(2))]}")), True
    if found := _plain_name(text):
        return found
    if re.search(
        r"\bno (?:(?:le |lo |te )?(?:quiero|doy|digo|pienso|voy)|deseo)\b|@", folded
    ) or folded.rstrip().endswith("?"):
        return None
    runs = [m.group() for m in _RUN.finditer(text) if not _blocked(fold(m.group()).split())]
    if runs:
        return titled(_NAME_WORD.findall(max(runs, key=len))), False
    _, colon, rest = text.partition(":")
    return _plain_name(rest) if colon else None


def _plain_name(text: str) -> tuple[str, bool] | None:
    said = cleaned(capped(text)).replace("\n", ", ")
    folded = fold(said)
    lead = _NAME_LEAD.match(folded)
    start = lead.end() if lead else 0
    introduced = bool(lead and re.search(r"llamo|nombre|soy|habla|llama", lead.group()))
    if not introduced and (inside := _INTRODUCED.search(folded)):
        start, introduced = inside.end(), True
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
    words = [word for word in found if word in _NOT_NAME]
    return bool(words) and not (len(words) == 1 and len(found) >= 3 and words[0] in _SURNAMES_TOO)


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
