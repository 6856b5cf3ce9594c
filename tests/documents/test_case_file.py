"""The file of a case: everything in its order, what is internal marked as such, and pictures only where they may be."""

import hashlib
import re
import subprocess
from pathlib import Path

import pytest

from documents import case_file
from documents.signing import Signer
from tests.documents.samples import CASE, NAME, SHA256, a_case_file, a_preview, an_exhibit, attached, sign, words_of


def test_a_case_file_tells_the_case_from_the_complaint_to_the_custody() -> None:
    words = words_of(case_file.render(a_case_file()))
    told = (
        *("EXPEDIENTE DEL CASO", CASE, "DOCUMENTO RESERVADO", "Ana Quispe", "Remisión a la fiscalía"),
        *("TRÁMITE", "Aceptada", "28119923", "DENUNCIANTE", NAME, "HECHO DENUNCIADO", "Robo", "IMEI 356938035643809"),
        *("RELATO", "Dos sujetos en una moto", "AMPLIACIÓN N.º 1", "Recordé la placa", "CASOS UNIDOS", "2026-000043-2"),
        *(
            "ACTUACIONES",
            "La atendemos desde hoy.",
            "La persona denunciante",
            "El quiosco tiene cámara.",
            "Solo la policía",
        ),
        *("ÍNDICE DE EVIDENCIAS", "caja.jpg", SHA256, "captura.png (reservado)", "VISTAS", "Vista del archivo 1"),
        *("TRANSCRIPCIONES", "hechas por una máquina", "Me siguieron dos cuadras"),
        *("CADENA DE CUSTODIA", "Entregado a Perita Rosa Vega", "Coincide", "Fin del expediente"),
    )
    assert re.search(".*".join(map(re.escape, told)), words) is not None


def test_only_what_has_a_preview_is_shown_and_each_picture_says_which_file_it_is(tmp_path: Path) -> None:
    path = tmp_path / "file.pdf"
    exhibits = (an_exhibit(), an_exhibit(preview=None), an_exhibit(preview=a_preview("red", (300, 640))))
    path.write_bytes(case_file.render(a_case_file(exhibits=exhibits)))
    listed = subprocess.run(["pdfimages", "-list", path], capture_output=True, text=True, check=True).stdout
    assert [line.split()[3:5] for line in listed.splitlines()[2:]] == [["640", "427"], ["300", "640"]]
    assert re.findall(r"Vista del archivo \d", words_of(path.read_bytes())) == [
        "Vista del archivo 1",
        "Vista del archivo 3",
    ]


def test_a_file_that_is_not_what_was_received_is_marked() -> None:
    hand = an_exhibit().hands[0]
    broken = an_exhibit(hands=(hand, case_file.Hand(hand.at, "Comprobado", "Ana Quispe", False)))
    assert words_of(case_file.render(a_case_file(exhibits=(broken,)))).count("NO COINCIDE") == 1


def test_the_statements_are_attached_as_they_are(signer: Signer) -> None:
    file = a_case_file()
    pdf = sign(signer, case_file.render(file))
    files = attached(pdf)
    assert files["denuncia.json"] == file.contents.statement_json
    assert files["ampliacion-1.json"] == file.contents.supplements[0].statement_json
    assert hashlib.sha256(file.contents.statement_json).hexdigest() in words_of(pdf)


@pytest.mark.parametrize("items", [0, 1, 50])
def test_a_signed_case_file_is_sound(items: int, signer: Signer, tmp_path: Path) -> None:
    path = tmp_path / "file.pdf"
    exhibits = tuple(an_exhibit(f"foto {number}.jpg") for number in range(items))
    path.write_bytes(sign(signer, case_file.render(a_case_file(exhibits=exhibits))))
    checked = subprocess.run(["qpdf", "--check", path], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")
    assert words_of(path.read_bytes()).count("Vista del archivo") == items
