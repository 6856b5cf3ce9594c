"""What people wrote is shown by theme and without what tells who they are."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from api.figures import comments
from api.figures.comments import masked, theme_of
from api.security import KeyRing
from api.surveys import service as surveys
from vocabulary import questionnaires
from vocabulary.steps import Step


@pytest.mark.parametrize(
    ("words", "hidden"),
    [
        ("Soy Juan Quispe Mamani y nadie me llama", ["Juan", "Quispe", "Mamani"]),
        ("soy rosa huamán y espero", ["rosa", "huamán"]),
        ("me llamo ana maría flores", ["ana", "maría", "flores"]),
        ("Llamen al 987 654 321 o al 01-4567890", ["987", "654", "321", "4567890"]),
        ("Mi DNI es 45678912.", ["45678912"]),
        ("escriban a juan.quispe@example.com por favor", ["juan", "quispe", "example"]),
        ("el suboficial Torres me gritó", ["Torres"]),
        ("María Rojas me atendió mal", ["María", "Rojas"]),
        ("me trató mal un tal Huanca en Comas", ["Huanca", "Comas"]),
        ("mi placa ABC-123 y el caso 150132-2026-000123-4", ["ABC", "123", "150132"]),
        ("vean https://facebook.com/juan.quispe", ["juan", "facebook"]),
    ],
)
def test_numbers_addresses_and_names_are_hidden(words: str, hidden: Sequence[str]) -> None:
    assert not [one for one in hidden if one in masked(words)]


def test_what_is_nobodys_stays() -> None:
    words = "Esperé dos horas. Nadie me llamó y la página no cargaba"
    assert masked(words) == words


@pytest.mark.parametrize(
    ("words", "theme"),
    [
        ("Demoraron demasiado", "waiting"), ("me gritaron", "treatment"), ("no entendí nada", "clarity"),
        ("Me pidieron plata", "money"), ("la página no carga", "system"), ("nadie habla quechua", "language"), ("ok", "other"),
    ],
)  # fmt: skip
def test_a_comment_has_a_theme(words: str, theme: str) -> None:
    assert theme_of(words) == theme


async def _write(session: AsyncSession, keys: KeyRing, *texts: str) -> None:
    for text in texts:
        await surveys.keep(
            session, questionnaire=questionnaires.current("service"), answers={Step.SURVEY_COMMENT: text}, service=None,
            channel="web", language="es", station_id=None, keys=keys, at=datetime(2026, 10, 5, 15, tzinfo=UTC),
        )  # fmt: skip


async def test_a_theme_of_fewer_than_five_is_not_told(session: AsyncSession, keys: KeyRing) -> None:
    span = {"since": date(2026, 1, 1), "until": date(2026, 11, 1), "keys": keys}
    await _write(session, keys, *["Demoraron mucho"] * 4)
    assert await comments.gather(session, **span) == []
    await _write(session, keys, "Demoraron mucho, soy Juan Quispe", "me gritaron")
    (theme,) = await comments.gather(session, **span)
    assert (theme.key, theme.n, len(theme.examples)) == ("waiting", 5, 3)
    shown = await comments.examples(session, themes=[theme], keys=keys)
    assert all(words.startswith("Demoraron mucho") and "Quispe" not in words for words in shown["waiting"])
    assert await comments.gather(session, since=span["since"], until=date(2026, 10, 1), keys=keys) == []
