"""Papers for people whose language is not Spanish."""

import shutil
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from documents import complaint_copy, family_report, receipt, supplement
from tests.documents.samples import a_copy, a_receipt, a_report, a_supplement, text_of, words_of
from vocabulary import sentences

_TEST = "qaa"
"""A code that ISO 639 leaves to private use: no language's words are made up here."""
_CATALOGUE = """
[section]
narrative = "(prueba) relato"
complainant = "(prueba) denunciante"
[field]
full_name = "(prueba) nombre"
address = "(prueba) una etiqueta tan larga que no cabe en una sola línea de la mitad de la página ni aunque se apriete"
unknown = "(prueba) no dicho"
[header]
case_number = "(prueba) número"
[items]
amount = "(prueba) valor declarado por la persona"
[narrative]
note = "(prueba) nota"
"""


@pytest.fixture
def translated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A catalogue of a language that does not exist beside the real Spanish one."""
    locales = tmp_path / "locales"
    shutil.copytree(sentences._LOCALES / "es", locales / "es")
    (locales / _TEST).mkdir()
    (locales / _TEST / "documents.toml").write_text(_CATALOGUE, encoding="utf-8")
    sentences._catalogue.cache_clear()
    monkeypatch.setattr(sentences, "_LOCALES", locales)
    yield
    sentences._catalogue.cache_clear()


def _languages(pdf: bytes) -> dict[str, str]:
    """The languages that the structure tells of, each with the roles of its elements."""
    found: dict[str, str] = {}

    def visit(element: Any) -> None:
        if "/Lang" in element:
            found[element["/Lang"]] = found.get(element["/Lang"], "") + element["/S"]
        for kid in element.get("/K", ()):
            visit(kid.get_object())

    visit(PdfFileReader(BytesIO(pdf)).root["/StructTreeRoot"])
    return found


def test_what_a_citizen_wrote_in_another_language_is_read_aloud_in_it() -> None:
    assert _languages(complaint_copy.render(a_copy(language="quy"))) == {"quy": "/P/P"}
    assert _languages(supplement.render(a_supplement(language="agr"))) == {"agr": "/P/P"}


def test_papers_in_spanish_and_those_that_carry_no_words_of_the_citizen_name_no_other_language() -> None:
    assert _languages(complaint_copy.render(a_copy())) == {}
    assert _languages(receipt.render(a_receipt(language="quz"))) == {}
    assert _languages(family_report.render(a_report(language="quz"))) == {}


@pytest.mark.parametrize("language", ["quy", "quz", "ay", "cni", "agr", "shp"])
def test_without_a_translation_a_paper_has_the_spanish_labels_alone(language: str, unsigned: bytes) -> None:
    assert text_of(complaint_copy.render(a_copy(language=language))) == text_of(unsigned)


@pytest.mark.usefixtures("translated")
def test_labels_that_are_translated_are_printed_in_both_languages_and_the_rest_in_spanish() -> None:
    words = words_of(complaint_copy.render(a_copy(language=_TEST)))
    both = ["RELATO DE LA PERSONA DENUNCIANTE / (PRUEBA) RELATO", "Nombre completo / (prueba) nombre"]
    both += ["Denuncia N.º / (prueba) número", "Valor declarado / (prueba) valor"]
    assert [text for text in both if text not in words] == []
    assert "Documento de identidad DNI" in words
    assert "Texto íntegro, tal como lo escribió la persona denunciante." in words
    assert "(prueba) nota" not in words
    assert "(prueba) no dicho" not in words


@pytest.mark.usefixtures("translated")
def test_a_long_label_and_a_long_heading_of_a_column_lose_nothing() -> None:
    words = words_of(complaint_copy.render(a_copy(language=_TEST)))
    assert "Domicilio / (prueba) una etiqueta tan larga" in words
    assert "ni aunque se apriete Jr. Los Ángeles 123" in words
    assert "Valor declarado / (prueba) valor declarado por la persona" in words


@pytest.mark.usefixtures("translated")
def test_a_spanish_paper_stays_in_spanish_beside_a_translation() -> None:
    assert "(prueba)" not in words_of(complaint_copy.render(a_copy()))
