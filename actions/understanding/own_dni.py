"""The writer's own DNI in a story: read in all the ways it is written and dictated, and told apart from those of others."""

import re

from actions.understanding.numbers import figures_of_dictation
from actions.understanding.people import numbers_else
from actions.understanding.text import capped, fold

_CUE = (
    r"\b(?:dni|d\.n\.i\.?|de ene i|den[ei]+|deeneei|doc(?:umento)?\.?(?: nacional)?(?: de identidad)?|identidad|identificad[oa] con"
    r"|(?:el|la) m[ií][oa])(?![a-z])"
)
_NUMBER = r"\d(?:[ .-]{0,3}\d){7}"
_TOLD = re.compile(
    rf"(?P<cue>{_CUE})(?:(?!{_CUE})[^\d\n]){{0,40}}(?P<number>{_NUMBER})(?:(?<=\d{{8}}) \d| ?- ?\d)?(?![ .]?\d|-\d)"
)
_BY_NAME = re.compile(
    rf"\b(?:soy|me llamo|mi nombre es|yo|me identifico),?:?(?: (?!tengo|codigo|numero|cliente|ruc)[a-z]+){{0,5}}[,:]? \(?(?P<number>{_NUMBER})(?![ .-]?\d)|\byo tengo el (?P<mine>{_NUMBER})(?![ .-]?\d)"
    rf"|(?<![\d.-])(?P<before>{_NUMBER}),? (?:es )?(?:el )?mi (?:numero de |carnet |carne )?(?:dni|documento|de ene i|den[ei]+)\b"
)
"""A number that stands beside the writer's name, or before the word: "soy Fredy Auqui, 41936163", "04299450 mi DNI"."""
_PERSON = (
    r"[A-ZÁÉÍÓÚÑÜ][\wÁÉÍÓÚÑÜáéíóúñü'’]*(?: (?:de la|de los|del|de|Vda\.? de|[A-ZÁÉÍÓÚÑÜ][\wÁÉÍÓÚÑÜáéíóúñü'’]*)){1,5}"
)
_NAMED = re.compile(rf"(?P<name>{_PERSON}),?(?: (?:de \d+ años|identificad[oa]|con|según),?)* ?\(?$")
_SIGNED = re.compile(
    rf"(?:{_PERSON})[\s,/:-]+(?P<end>{_NUMBER})(?:,? [\w]+){{0,3}}\W*$|(?:^|[.!?\n] ?)[^\W\d]+(?: [^\W\d]+){{0,3}}[\s,/:-]+(?P<last>{_NUMBER})\W*$"
    rf"|[.!?\n] ?(?P<first>{_NUMBER}),? {_PERSON}\W*$"
)
"""A number beside a name that closes the text, which is how people sign."""
_TELLING = frozenset({"number", "mine", "before", "end", "last", "first"})
_PAYING = re.compile(r"\b(?:transf|deposit|yape|plin|cuenta|cta|cci|banco|operacion)\w*\b")
_DATE = re.compile(r"\d{1,2}[-. ]\d{1,2}[-. ](?:19|20)\d{2}|(?:19|20)\d{2}[-.]\d{1,2}[-.]\d{1,2}")
_APART = re.compile(rf"\b(?:mi )?numero(?: exacto)?(?: es)?:? (?P<number>{_NUMBER})(?![ .-]?\d)")
"""A number told apart from the document that it is of: "perdí mi DNI … Número 7 1 2 3 4 8 9 0"."""
_KIN = (
    r"hij[oa]s?|hijit[oa]s?|espos[oa]|senora|marido|mujer|mama|papa|mami|papi|madre|padre|herman[oa]s?|herman[oa]s? (?:mayor|menor)|abuel[oa]|abuelit[oa]|niet[oa]|ti[oa]|prim[oa]"
    r"|sobrin[oa]|cunad[oa]|suegr[oa]|yerno|nuera|pareja|ex ?pareja|conviviente|enamorad[oa]|novi[oa]|compadre|comadre|ahijad[oa]|viej[oa]|viejit[oa]|bebe|menor|padrastro|madrastra"
)
_ROLES = (
    r"(?:senor(?:a|es|ita)?|sr|sra|srta|joven|jefe|efectivo|doctor)(?!,|:| efectivo| policia| comisario)|don|dona|nin[oa]|chic[oa]|hombre|ciudadan[oa]|alguien|persona|soci[oa]|causa|finad[oa]|beneficiari[oa]|ambulante|sujeto|tipo|ladron\w*|estafador\w*|agresor\w*|vendedor\w*|comprador\w*|interesad[oa]|chofer|conductor\w*|taxista|mecanico"
    r"|contador\w*|abogad[oa]|profe\w*|vecin[oa]s?|amig[oa]s?|companer[oa]s?|colega|inquilin[oa]|duen[oa]|jefa|emplead[oa]|trabajador\w*|client[ea]\w*|pasajer[oa]s?|gerente|tramitador\w*"
    r"|arrendador\w*|propietari[oa]|suboficial|policia|fallecid[oa]|desaparecid[oa]|testigo|denunciad[oa]|imputad[oa]|investigad[oa]|ella|el(?= con| de)|de quien|llamad[oa]|encargad[oa]|ing|ingenier[oa]|administrador\w*|se llama\w*|a nombre de|cuenta de"
)
_SELF = re.compile(
    r"\bsoy (?:su |el |la |una? )?(?:\w+)?|\byo\b(?!,? no)|\bme llamo\b|\bmi nombre\b|\bmi(?:s)? (?:propi[oa] |numero de )?(?:dni|documento|d\.n\.i|doc\b|den[ei]+|de ene i|identidad)|\b(?:el|la) m[ií][oa]\b"
    r"|\b(?:denunciante|declarante|recurrente|suscrit[oa]|(?:que|quien) (?:suscribe|denuncia|escribe)|me identifico|agraviad[oa]|solicitante|remitente|firm[ao]:|atte|atentamente|titular)(?![a-z])"
)
_OTHER = re.compile(rf"\b(?:{_KIN}|{_ROLES})\b|\bsus? (?=dni|documento|doc\b|d\.n\.i)")
_MINE_AS_KIN = re.compile(rf"\b(?:soy|yo,?) (?:su |el |la |un |una )?(?:\w+ )?(?:{_KIN}|{_ROLES})\b")
_PAID_TO = re.compile(
    r"\b(?:transf|deposit|yape|plin|pag|gir|abon)\w*\b[^.;\n]*\b(?:a|de)(?: [a-z]+){1,4},? (?:con )?$"
)
_BEHIND = re.compile(
    r"^[ )]{0,2}(?:(?:es|era|son) )?(?:(?:lo )?de (?:ella|el\b|mi (?!propi)\w+|la |los |un|una|ese|esa|don|dona|este|esta|su|quien)|del (?!recurrente|denunciante|suscrito|que suscribe|declarante))"
)
_BETWEEN = re.compile(
    r" (?:es |era )?de (?:el|ella|mi (?!propi|es\b)\w+|la |los |un|una|ese|esa|don|dona|este|esta|su|quien)\b| del (?!recurrente|denunciante|suscrito|que suscribe|declarante)"
)
_ENDS = re.compile(
    r"[.;!?\n](?= |$)(?<!sr\.)(?<!sra\.)(?<!lic\.)(?<!dr\.)(?<!ing\.)(?<!dra\.)(?<!srta\.)(?<!doc\.)(?<!abog\.)"
)


def find_own_dni(text: str) -> str | None:
    """The DNI that the writer gives as theirs, eight digits; a number of another length is none.

    Whose a number is follows from whom its sentence named last before it; one that is said to be the writer's goes
    before one of which nothing is said.
    """
    text = capped(text)
    folded = figures_of_dictation(fold(text))
    written = text if len(text) == len(folded) and not text.isupper() else folded
    unsaid: str | None = None
    others: set[str] = set()
    for match in _TOLD.finditer(folded):
        number = re.sub(r"\D", "", match["number"])
        if _DATE.fullmatch(match["number"]):
            continue
        own = _whose(folded, written, match)
        if own is False:
            others.add(number)
        if own:
            return number
        if own is None and unsaid is None:
            unsaid = number
    return unsaid or _without_the_word(folded, written, others)


def _without_the_word(folded: str, written: str, others: set[str]) -> str | None:
    """A number beside the writer's name, closing the text as a signature, or apart from the word that says what it is."""
    patterns = (_BY_NAME.search(folded), _SIGNED.search(written), _APART.search(folded) if "dni" in folded else None)
    for pattern, match in enumerate(patterns):
        if match is None:
            continue
        told = next(group for group, said in match.groupdict().items() if said and group in _TELLING)
        number = re.sub(r"\D", "", match[told])
        at = match.start(told)
        before = folded[max(0, at - 120) : at]
        sentence = before[max((end.end() for end in _ENDS.finditer(before)), default=0) :]
        signs = pattern == 1
        of_another = signs and not _SELF.search(sentence) and (_OTHER.search(sentence) or _PAYING.search(sentence))
        if not (number in others or _DATE.fullmatch(match[told]) or numbers_else(folded, at) or of_another):
            return number
    return None


def _whose(folded: str, written: str, match: re.Match[str]) -> bool | None:
    """True of the writer, False of another, None where nobody is named."""
    cue = folded[match.start("cue") : match.start("number")]
    if _PAID_TO.search(folded[max(0, match.start() - 120) : match.start()]):
        return False
    if _BETWEEN.search(cue) or _BEHIND.match(folded[match.end() : match.end() + 24]):
        return False
    before = folded[max(0, match.start() - 120) : match.start()]
    sentence = before[max((end.end() for end in _ENDS.finditer(before)), default=0) :] + cue
    kin = [m.end() for m in _MINE_AS_KIN.finditer(sentence)]
    told = [m.end() for m in re.finditer(r"\d{8}", sentence)]
    selves = [m.start() for m in _SELF.finditer(sentence, max(told, default=0))]
    others = [m.start() for m in _OTHER.finditer(sentence) if not any(m.start() < end for end in kin)]
    if not selves and (named := _NAMED.search(written[max(0, match.start() - 80) : match.start()])):
        at = max(0, match.start() - 80) + named.start("name")
        opens = not re.search(r"\w", folded[match.start() + len(cue) - len(sentence) : at])
        signs = opens and (at < 4 or not re.search(r"\w+ \w", folded[match.end() :]))
        return None if signs else False
    if not selves and not others:
        return None
    return max(selves, default=-1) > max(others, default=-1)
