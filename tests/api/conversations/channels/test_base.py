"""Choices in a text, and texts cut to what a channel carries."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from api.conversations.channels.base import chosen, parts, split
from api.conversations.channels.twilio.whatsapp import TwilioWhatsapp
from api.settings import Settings

A_CHANNEL = TwilioWhatsapp(Settings(twilio_account_sid="AC1", twilio_auth_token=SecretStr("x")))
WITH_BUTTONS = TwilioWhatsapp(Settings(twilio_account_sid="AC1", twilio_auth_token=SecretStr("x"), twilio_buttons=True))
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
    assert chosen(said, OFFERED, numbered=True) == choice


@pytest.mark.parametrize(
    ("said", "choice"), [("1", None), ("la primera", None), ("última", None), ("sí", "yes"), ("No.", "no")]
)
def test_a_choice_that_was_not_numbered_is_picked_by_its_title_alone(said: str, choice: str | None) -> None:
    assert chosen(said, OFFERED, numbered=False) == choice


def test_nothing_is_picked_where_nothing_was_offered() -> None:
    assert chosen("1", [], numbered=True) is None


def test_what_only_leads_out_of_a_question_is_listed_without_numbers_which_may_be_its_answer() -> None:
    def shown(choices: list[tuple[str, str]]) -> str:
        content = {"text": "¿Cuántos eran?", "choices": choices}
        (found,) = parts(content, document_url=None, channel=A_CHANNEL, public_url="https://x")
        return found.text

    assert shown([("dont_know", "No sé"), ("skip", "Omitir")]) == "¿Cuántos eran?\n\n• No sé\n• Omitir"
    assert shown([("no", "No hay"), ("human", "No puedo hablar")]).endswith("\n\n• No hay\n• No puedo hablar")
    assert shown(OFFERED[:2]).endswith("\n\n1. Sí\n2. No")


@given(st.text(alphabet=st.sampled_from("ab .!?\n"), max_size=4000), st.integers(20, 200))
def test_a_text_is_cut_without_losing_a_word(text: str, limit: int) -> None:
    pieces = split(text, limit)
    assert all(len(piece) <= limit for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())


def test_a_long_text_is_cut_between_sentences_and_its_document_comes_last() -> None:
    sentence = "Esta es una oración de prueba. "
    content = {"text": sentence * 80, "choices": [("yes", "Sí")], "document": {"title": "Copia"}}
    found = parts(content, document_url="https://x/y.pdf", channel=A_CHANNEL, public_url="https://x")
    assert all(len(part.text) <= 1024 and part.text.endswith("prueba.") for part in found[:-1])
    assert [part.media_url for part in found] == [None, None, "https://x/y.pdf"]
    assert found[-1].media_name == "Copia.pdf"
    assert found[-1].text.endswith("1. Sí")


def test_our_own_addresses_are_written_in_full() -> None:
    (found,) = parts(
        {"text": "Más detalles en /privacidad. ¿Está de acuerdo?"},
        document_url=None,
        channel=A_CHANNEL,
        public_url="https://x",
    )
    assert found.text == "Más detalles en https://x/privacidad. ¿Está de acuerdo?"


def test_choices_are_buttons_or_a_list_where_the_channel_has_room_for_them() -> None:
    def made(text: str, choices: list[tuple[str, str]]) -> list[tuple[str, int]]:
        content = {"text": text, "choices": choices}
        found = parts(content, document_url=None, channel=WITH_BUTTONS, public_url="https://x")
        return [(part.text, len(part.choices)) for part in found]

    assert made("¿Está bien?", OFFERED[:2]) == [("¿Está bien?", 2)]
    assert made("¿Dónde?", [(str(n), f"Distrito {n}") for n in range(10)]) == [("¿Dónde?", 10)]
    assert made("¿Dónde?", [(str(n), f"D{n}") for n in range(11)])[0][1] == 0
    assert made("¿Cuál?", [("a", "Un título mucho más largo que eso"), ("b", "B")])[0][1] == 0
    before, asked = made("Esta es una oración. " * 20 + "¿Está bien?", OFFERED[:2])
    assert (before[1], asked[1]) == (0, 2)
    assert len(asked[0]) <= 255
    assert asked[0].endswith("¿Está bien?")
