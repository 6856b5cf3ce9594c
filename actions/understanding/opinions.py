"""Opinions: a number from 1 to 5 on the scale that a step asks by, whether something was solved, and who has them."""

import re

from actions.understanding.choices import read_score
from actions.understanding.polarity import yes_no
from actions.understanding.reply import Context, Reading
from actions.understanding.text import capped, fold
from vocabulary.steps import Step

_POLES: dict[Step, tuple[str, str]] = {
    Step.SURVEY_EASE: (r"facil\w*|sencill\w*|simple", r"dificil\w*|complicad\w*|enredad\w*|engorros\w*"),
    Step.SURVEY_TREATMENT: (
        r"amabl\w*|amabilisim\w*|respet(?!o\b)\w*|(?:con )?respeto|atent[oa]s?|educad\w*|pacien\w*|cordial\w*|carinos\w*",
        r"groser\w*|malcriad\w*|fri[oa]s?|irrespet\w*|(?:falta de|sin) respeto|maltrat\w*|prepotent\w*|indiferen\w*",
    ),
    Step.SURVEY_SPEED: (r"rapid\w*|velo[zc]\w*|al toque|volando|agil\w*", r"lent\w*|demor\w*|tard\w*|eterno"),
    Step.SURVEY_CLARITY: (
        r"clar[oai]\w*|entend\w*|entiend\w*",
        r"confus\w*|enredad\w*|complicad\w*|no (?:se |les? |lo |la )?ent(?:end|iend)\w*",
    ),
    Step.SURVEY_LANGUAGE: (
        r"entend\w*|entiend\w*|mi (?:idioma|lengua)",
        r"no (?:se |les? |lo |la |me )?ent(?:end|iend)\w*|otr[oa] (?:idioma|lengua)",
    ),
    Step.SURVEY_SAFE: (
        r"segur[oa]\w*|tranquil\w*|confianza|a salvo|protegid\w*",
        r"insegur\w*|miedo|intranquil\w*|desconf\w*|nervi\w*|asustad\w*|incomod\w*",
    ),
}  # fmt: skip
"""What stands for the upper and for the lower end of a scale."""
_NOT = re.compile(r"\b(?P<how>no|nada|poco|ni|tampoco|nunca|sin)(?: \w+){0,2} $")
_VERY = re.compile(r"\b(?:muy|super|re|recontra|bien|demasiado|bastante|harto|tan|mas)(?: de)? $")
_YES_OR_NO = frozenset({Step.SURVEY_LANGUAGE, Step.SURVEY_SAFE})
"""Questions that a plain yes or no answers: the ends of their scale."""
_HARDLY = re.compile(r"^\W*(?:muy )?(?:poc[oa]|poquit[oa]|casi nada|apenas)\b")
_MOSTLY = re.compile(r"^\W*(?:bastante|casi (?:todo|siempre)|en su mayoria)\b")
_NOT_YET = re.compile(
    r"\b(?:todavia|aun|a medias|en parte|recien|en (?:tramite|proceso|camino|eso)|(?:estoy |sigo |seguimos )?esperando|falta\w*)\b"
)

_COUNTED = re.compile(
    r"\b\w+ (?:segundos?|minutos?|horas?|d[ií]as?|semanas?|mes(?:es)?|años?|veces|policías?|personas?|soles)\b",
    re.IGNORECASE,
)
"""Numbers that count something else."""


def scale(step: Step, text: str, context: Context) -> Reading | None:
    """One to five, in figures, stars or words."""
    score = read_score(_COUNTED.sub(" ", capped(text)))
    if score is None and step in _POLES:
        score = _by_poles(fold(capped(text)), *_POLES[step])
    if score is None and step in _YES_OR_NO:
        score = _agreement(text)
    return None if score is None else Reading(score, sure=len(text.split()) <= 4)


def _by_poles(folded: str, upper: str, lower: str) -> int | None:
    for pole, plain, very, turned in ((lower, 2, 1, 4), (upper, 4, 5, 2)):
        if found := re.search(rf"\b(?:{pole})\b", folded):
            before = folded[: found.start()]
            if negated := _NOT.search(before):
                return 1 if negated["how"] == "nada" and pole is upper else turned
            return very if _VERY.search(before) or "isim" in found.group() else plain
    return None


def _agreement(text: str) -> int | None:
    folded = fold(capped(text))
    if _HARDLY.search(folded):
        return 2
    if _MOSTLY.search(folded):
        return 4
    value = yes_no(text)
    return None if value is None else 5 if value else 1


def solved(text: str, context: Context) -> Reading | None:
    """``yes``, ``no`` or ``not_yet``."""
    sure = len(text.split()) <= 5
    if _NOT_YET.search(fold(capped(text))):
        return Reading("not_yet", sure=sure)
    value = yes_no(text)
    return None if value is None else Reading("yes" if value else "no", sure=sure)


_MISSING = {
    "not_taken": r"no (?:me |la |lo )?(?:quisieron|quiso|recibieron|recibio|aceptaron|tomaron|registraron)",
    "elsewhere": r"(?:mand|deriv|envi)aron|otro lugar|otra (?:comisaria|oficina|parte)|no era (?:ahi|alli|aqui)",
    "papers": r"papel\w*|document\w*|requisit\w*|fotocopia\w*",
    "unclear": r"(?:no|nada) (?:me |nos )?(?:expli|entend|entiend|dij)\w*|nadie (?:me )?(?:explic|dij)\w*",
    "waiting": r"esper\w*|demor\w*|cola|lent\w*|tard\w*",
    "other": r"otra cosa|ninguna? de es[oa]s",
}
"""What was missing, the surest words first."""
_GENDER = {
    "woman": r"mujer|femenin[oa]|dama|senora|senorita",
    "man": r"hombre|varon|masculino|caballero|senor",
    "other": r"otr[oae](?: identidad)?|no binari[oae]|trans\w*|ningun[oa] de l[oa]s dos",
}


def _named(words: dict[str, str], text: str) -> Reading | None:
    folded = fold(capped(text))
    found = next((name for name, pattern in words.items() if re.search(rf"\b(?:{pattern})\b", folded)), None)
    return None if found is None else Reading(found, sure=len(text.split()) <= 5)


def missing(text: str, context: Context) -> Reading | None:
    """What was missing where something was not solved."""
    return _named(_MISSING, text)


def gender(text: str, context: Context) -> Reading | None:
    """``woman``, ``man`` or ``other``."""
    return _named(_GENDER, text)
