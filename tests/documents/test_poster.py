"""The poster of a station: its code opens the survey, and who listens to it hears what stands on it."""

import subprocess
from datetime import UTC, datetime
from io import BytesIO

import zxingcpp
from PIL import Image
from pyhanko.pdf_utils.reader import PdfFileReader

from documents import poster
from documents.poster import Poster
from tests.documents.samples import words_of
from vocabulary.sentences import sentence

URL = "https://comisario.example.pe/encuesta/150132"


def a_poster(name: str = "Comisaría de San Juan de Lurigancho", *, demonstration: bool = False) -> bytes:
    at = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
    return poster.render(Poster(station_name=name, demonstration=demonstration, url=URL, made_at=at))


def test_its_code_opens_the_survey_even_printed_small() -> None:
    drawn = subprocess.run(["pdftoppm", "-r", "40", "-png"], input=a_poster(), stdout=subprocess.PIPE, check=True)
    (found,) = zxingcpp.read_barcodes(Image.open(BytesIO(drawn.stdout)))
    assert found.text == URL


def test_it_says_whose_it_is_where_it_leads_and_that_nobody_is_known() -> None:
    words = words_of(a_poster())
    told = ["Comisaría de San Juan de Lurigancho", URL, *(sentence(f"survey.poster.{name}") for name in
            ("title", "ask", "anonymous", "nobody", "free", "danger"))]  # fmt: skip
    assert [text for text in told if text not in words] == []
    assert sentence("survey.poster.demonstration") not in words


def test_one_of_the_demonstration_says_so() -> None:
    assert sentence("survey.poster.demonstration") in words_of(a_poster(demonstration=True))


def test_it_is_one_page_however_long_the_name() -> None:
    pages = PdfFileReader(BytesIO(a_poster("Comisaría de la Mujer y Familia " * 6, demonstration=True))).root["/Pages"]
    assert (pages["/Count"], [float(side) for side in pages["/Kids"][0]["/MediaBox"]][2:]) == (1, [595.28, 841.89])


def test_the_same_poster_is_the_same_file() -> None:
    assert a_poster() == a_poster()
