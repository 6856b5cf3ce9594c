"""What people wrote, by theme. The comments stay sealed: only how many there are of a theme, and which are its examples, is
kept; an example is opened when it is shown, without what could tell who wrote it or about whom."""

import re
import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.cases.index import fold
from api.figures.schemas import Theme
from api.security import KeyRing
from api.surveys import service as surveys
from api.surveys.models import SurveyComment

SEVERAL, EXAMPLES, LONGEST = 5, 3, 240
OTHER = "other"
_THEMES: Mapping[str, re.Pattern[str]] = {
    "money": re.compile(r"\b(dinero|plata|soles|coima|pidieron (plata|dinero)|cobr\w+|pag(ar|ue|o)\b)"),
    "language": re.compile(r"\b(idioma|quechua|aymara|castellano|interprete|traduc\w+|ashaninka|awajun|shipibo)"),
    "waiting": re.compile(r"\b(demor\w*|esper\w+|tard\w+|lent\w+|rapid\w+|respuesta|contest\w+|hora|horas|avance|llam(o|aron|an)\b)"),
    "treatment": re.compile(r"\b(trat\w+|amable\w*|respet\w+|grit\w+|culpa\w*|grosero\w*|humill\w+|hablo mal|atendi\w+|atencion)"),
    "clarity": re.compile(r"\b(entend\w+|entiend\w+|clar\w+|explic\w+|inform\w+|sigue ahora|confus\w+)"),
    "system": re.compile(r"\b(pagina|celular|sistema|internet|carg(a|ando)|aplicacion|whatsapp|codigo|enlace|error)"),
}  # fmt: skip
_MAIL = re.compile(r"\S+@\S+|\b(?:https?://|www\.)\S+", re.IGNORECASE)
_NUMBER = re.compile(r"\w*\d(?:[\s.,/-]?\w*\d)*\w*")
_TITLE = (
    r"soy|me llamo|mi nombre es|se llama|llamad[oa]|señor|señora|señorita|sr|sra|srta|don|doña|suboficial|oficial|policía|"
    r"capitán|mayor|comandante|comisario|teniente|técnico|brigadier|alférez|efectivo|abogado|fiscal|vecin[oa]"
)
_NAMED = re.compile(rf"\b({_TITLE})\b(\.?\s+)((?:(?:de|del|la|los)\s+)?\w+(?:\s+\w+){{0,3}})", re.IGNORECASE)
_CAPITAL = re.compile(
    r"(?<![.!?¿¡]\s)(?<!^)(?<![\n¿¡])\b[A-ZÁÉÍÓÚÑÜ][\wáéíóúñü]+(?:\s+(?:de\s+|del\s+|la\s+)*[A-ZÁÉÍÓÚÑÜ][\wáéíóúñü]+)*"
)
_PAIR = re.compile(r"\b[A-ZÁÉÍÓÚÑÜ][\wáéíóúñü]+(?:\s+[A-ZÁÉÍÓÚÑÜ][\wáéíóúñü]+)+")
_HIDDEN = "[…]"


def theme_of(words: str) -> str:
    """The theme of a comment: the first whose words it has, the gravest first."""
    plain = fold(words)
    return next((theme for theme, said in _THEMES.items() if said.search(plain)), OTHER)


def masked(words: str) -> str:
    """The words without addresses, figures and what may be a name: what follows "soy" or "el suboficial", and capitals inside
    a sentence. Rather too much than too little: words that are no names are hidden too."""
    found = _MAIL.sub(_HIDDEN, words)
    found = _NUMBER.sub(_HIDDEN, found)
    found = _NAMED.sub(rf"\1\2{_HIDDEN}", found)
    found = _PAIR.sub(_HIDDEN, found)
    found = _CAPITAL.sub(_HIDDEN, found)
    return found if len(found) <= LONGEST else f"{found[:LONGEST]}…"


async def gather(session: AsyncSession, *, since: date, until: date, keys: KeyRing) -> list[Theme]:
    """How many comments of the months from ``since`` until ``until`` are of each theme, where there are several; the others
    are of the theme ``other``, or untold. Which are examples goes by their ids, which are random."""
    themes: defaultdict[str, list[uuid.UUID]] = defaultdict(list)
    query = select(SurveyComment).where(SurveyComment.month >= since, SurveyComment.month < until)
    async for comment in await session.stream_scalars(query.execution_options(yield_per=500)):
        themes[theme_of(surveys.text_of(comment, keys))].append(comment.id)
    for theme in [one for one, ids in themes.items() if one != OTHER and len(ids) < SEVERAL]:
        themes[OTHER] += themes.pop(theme)
    told = [
        Theme(key=key, n=len(ids), examples=sorted(ids)[:EXAMPLES])
        for key, ids in themes.items()
        if len(ids) >= SEVERAL
    ]
    return sorted(told, key=lambda one: (one.key == OTHER, -one.n))


async def examples(session: AsyncSession, *, themes: Sequence[Theme], keys: KeyRing) -> Mapping[str, Sequence[str]]:
    """Some of what was written of each theme, masked."""
    ids = [one for theme in themes for one in theme.examples]
    found = {one.id: one for one in await session.scalars(select(SurveyComment).where(SurveyComment.id.in_(ids)))}
    return {
        theme.key: [masked(surveys.text_of(found[one], keys)) for one in theme.examples if one in found]
        for theme in themes
    }
