"""Choices in a text, and texts cut to what a channel carries."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.conversations.channels.base import chosen, parts, split

OFFERED = [("yes", "Sí"), ("no", "No"), ("150132", "San Juan de Lurigancho")]


@pytest.mark.parametrize(
    ("said", "choice"),
    [
        ("1", "yes"), ("2.", "no"), ("la primera", "yes"), ("opción 2", "no"), ("el segundo", "no"), ("1 pe", "yes"),
        ("la 3", "150132"), ("la última", "150132"), ("sí", "yes"), ("NO", "no"), ("san juan de lurigancho", "150132"),
        ("número 3", "150132"), ("tercera opción", "150132"), ("4", None), ("0", None), ("sí pero no sé", None),
        ("", None), ("12 de octubre", None), ("dos hombres", None),
    ],
)  # fmt: skip
def test_a_choice_is_picked_by_number_place_or_title(said: str, choice: str | None) -> None:
    assert chosen(said, OFFERED) == choice


def test_nothing_is_picked_where_nothing_was_offered() -> None:
    assert chosen("1", []) is None


@given(st.text(alphabet=st.sampled_from("ab .!?\n"), max_size=4000), st.integers(20, 200))
def test_a_text_is_cut_without_losing_a_word(text: str, limit: int) -> None:
    pieces = split(text, limit)
    assert all(len(piece) <= limit for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())


def test_a_long_text_is_cut_between_sentences_and_its_document_comes_last() -> None:
    sentence = "Esta es una oración de prueba. "
    found = parts({"text": sentence * 80, "choices": [("yes", "Sí")]}, document_url="https://x/y.pdf", limit=1600)
    assert len(found) == 2
    assert found[0].text.endswith("prueba.")
    assert [part.media_url for part in found] == [None, "https://x/y.pdf"]
    assert found[1].text.endswith("1. Sí")
