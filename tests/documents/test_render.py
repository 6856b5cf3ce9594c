import hashlib
import json
import re
import subprocess
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from pathlib import Path

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from documents import complaint_copy, receipt
from documents.complaint_copy import Complainant, Item
from documents.fonts import FontsMissing
from tests.documents.samples import (
    CASE,
    CODE,
    NAME,
    SHA256,
    URL,
    a_copy,
    a_receipt,
    information,
    text_of,
    words_of,
)


def test_a_copy_shows_the_codes_the_person_the_facts_and_the_evidence(unsigned: bytes) -> None:
    words = words_of(unsigned)
    expected = ["COPIA DE DENUNCIA", "Primera copia", CASE, CODE, URL, NAME, "DNI 45678912", "Robo", SHA256]
    expected += ["hacia las 20:00", "IMEI 356938035643809", "S/ 1,200.00", "2.4 MB", "La señora del quiosco."]
    assert [text for text in expected if text not in words] == []


def test_times_are_printed_on_limas_clock(unsigned: bytes) -> None:
    assert "19 de noviembre de 2026, 22:30" in words_of(unsigned)


def test_the_notice_on_false_complaints_is_said_once(unsigned: bytes) -> None:
    assert words_of(unsigned).count("artículo 402") == 1


def test_what_was_not_given_is_said_to_be_missing() -> None:
    nobody = Complainant(None, None, None, None, None)
    copy = a_copy(complainant=nobody, occurred=None, place=None, items=(), suspects=None, witnesses=None)
    words = words_of(complaint_copy.render(replace(copy, evidence=())))
    assert words.count("No se indicó") == 7
    assert "BIENES DECLARADOS" not in words
    assert "EVIDENCIAS" not in words


def test_a_copy_says_whether_the_police_s_own_system_has_the_complaint() -> None:
    copy = a_copy()
    assert "Pendiente de registro en SIDPOL" in words_of(complaint_copy.render(copy))
    words = words_of(complaint_copy.render(replace(copy, sidpol_number="OD-4455667")))
    assert "OD-4455667" in words
    assert "Pendiente" not in words


def test_a_demonstration_says_so_on_every_page_and_an_authorised_copy_nowhere() -> None:
    copy = a_copy(narrative="Me robaron el celular. " * 300)
    demonstration = complaint_copy.render(copy)
    pages = text_of(demonstration).split("\f")[:-1]
    assert len(pages) > 2
    assert all("DEMOSTRACIÓN SIN VALOR LEGAL" in page for page in pages)
    real = words_of(
        complaint_copy.render(replace(copy, authorised=True, station_is_demonstration=False, institution="X"))
    )
    assert "demostración" not in real.lower()
    assert "desarrollo" not in real.lower()


def test_a_station_of_the_demonstration_catalogue_is_called_so_even_on_an_authorised_copy() -> None:
    words = words_of(complaint_copy.render(a_copy(authorised=True)))
    assert words.count("(catálogo de demostración)") == 2


def test_a_later_copy_is_a_numbered_second_copy() -> None:
    words = words_of(complaint_copy.render(a_copy(copy_number=2)))
    assert "SEGUNDA COPIA N.º 2" in words
    assert "Primera copia" not in words


def test_forty_items_flow_over_pages_under_a_repeated_heading() -> None:
    items = tuple(Item(f"Objeto {n}", "Detalle bastante largo " * (n % 9), f"S/ {n}.00") for n in range(1, 41))
    text = text_of(complaint_copy.render(a_copy(items=items)))
    assert re.findall(r"Objeto (\d+)", text) == [str(n) for n in range(1, 41)]
    pages = [page for page in text.split("\f") if "Objeto" in page]
    assert len(pages) > 1
    assert all("Valor declarado" in page for page in pages)


def test_a_narrative_of_twenty_thousand_characters_is_printed_whole() -> None:
    narrative = "".join(f"palabra{n} " for n in range(2000))[:20_000]
    text = text_of(complaint_copy.render(a_copy(narrative=narrative)))
    assert re.findall(r"palabra\d+", text) == re.findall(r"palabra\d+", narrative)
    pages = text.split("\f")[:-1]
    assert all(f"Página {n} de {len(pages)}" in page for n, page in enumerate(pages, start=1))


@pytest.mark.parametrize("narrative", ["x" * 20_000, "\n" * 20_000 + "fin", " " * 20_000, "", "a\r\nb\tc"])
def test_a_narrative_of_any_shape_loses_no_character(narrative: str) -> None:
    printed = "".join(words_of(complaint_copy.render(a_copy(narrative=narrative))).split())
    end = printed.index("BIENESDECLARADOS")
    page_turns = printed[printed.index("denunciante.") : end]
    assert page_turns.count("x") >= narrative.count("x")
    assert page_turns.endswith("".join(narrative.split())[-100:])


def test_an_item_longer_than_a_page_goes_on_over_the_next() -> None:
    details = " ".join(f"detalle{n}" for n in range(1200))
    text = text_of(complaint_copy.render(a_copy(items=(Item("Colección", details),))))
    assert re.findall(r"detalle\d+", text) == details.split()


@pytest.mark.parametrize(
    "name", ["María José Ñahui", "Łukasz Ćwik", "Nguyễn Thị Ánh", "Ольга", "Ελένη", "Pɨko Ashéninka"]
)
def test_names_of_other_alphabets_print(name: str) -> None:
    copy = a_copy(complainant=Complainant(name, None, None, None, None))
    assert name in words_of(complaint_copy.render(copy))


def test_letters_typed_with_separate_accents_print_as_one() -> None:
    name = unicodedata.normalize("NFD", NAME)
    assert name != NAME
    copy = a_copy(complainant=Complainant(name, None, None, None, None))
    assert NAME in words_of(complaint_copy.render(copy))


def test_pictures_print_and_characters_without_a_glyph_show_their_number() -> None:
    words = words_of(complaint_copy.render(a_copy(narrative="Lloré 😭 mucho, dijo 漢 y \x07 y \ud83d.")))
    assert "Lloré 😭 mucho, dijo ‹U+6F22› y ‹U+0007› y ‹U+D83D›." in words


def test_every_font_is_embedded(unsigned: bytes, tmp_path: Path) -> None:
    (tmp_path / "paper.pdf").write_bytes(unsigned)
    listed = subprocess.run(["pdffonts", tmp_path / "paper.pdf"], capture_output=True, text=True, check=True)
    drawn = [line for line in listed.stdout.splitlines()[2:] if "Helvetica" not in line]
    assert len(drawn) >= 3
    assert all(re.search(r"\byes yes yes\b", line) for line in drawn)


def test_the_same_input_gives_the_same_bytes_from_many_threads(unsigned: bytes) -> None:
    with ThreadPoolExecutor(8) as pool:
        papers = set(pool.map(lambda _: complaint_copy.render(a_copy()), range(16)))
    assert papers == {unsigned}


def test_the_file_carries_title_author_language_and_date(unsigned: bytes, tmp_path: Path) -> None:
    found = information(unsigned, tmp_path)
    assert found["Title"] == f"COPIA DE DENUNCIA {CASE}"
    assert found["Author"] == "COMISARIO VIRTUAL"
    assert "2026" in found["CreationDate"]
    assert PdfFileReader(BytesIO(unsigned)).root["/Lang"] == "es-PE"


def test_the_statement_is_attached_as_it_is_and_its_hash_printed(unsigned: bytes, tmp_path: Path) -> None:
    (tmp_path / "paper.pdf").write_bytes(unsigned)
    subprocess.run(["pdfdetach", "-saveall", "-o", tmp_path, tmp_path / "paper.pdf"], check=True)
    assert (tmp_path / "denuncia.json").read_bytes() == a_copy().statement_json
    digest = hashlib.sha256(a_copy().statement_json).hexdigest()
    assert digest in words_of(unsigned)
    assert json.loads((tmp_path / "copia.json").read_bytes())["statement_sha256"] == digest


def test_a_receipt_is_one_page_that_says_neither_who_nor_what(tmp_path: Path) -> None:
    pdf = receipt.render(a_receipt(station_name="Comisaría de un distrito de nombre bastante largo, provincia y todo"))
    words = words_of(pdf)
    assert information(pdf, tmp_path)["Pages"] == "1"
    assert [text for text in ("CONSTANCIA DE RECEPCIÓN", CASE, CODE, URL, SHA256, "105") if text not in words] == []
    assert b"denuncia.json" not in pdf
    assert "Robo" not in words


def test_naive_times_are_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        complaint_copy.render(a_copy(issued_at=datetime(2026, 11, 20)))


def test_missing_fonts_are_named(tmp_path: Path) -> None:
    with pytest.raises(FontsMissing, match=r"NotoSans_400Regular\.ttf"):
        complaint_copy.render(a_copy(), font_folder=tmp_path)
