"""What each kind of paper says, and what it keeps to itself."""

import hashlib
import json
import re
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import pytest

from documents import case_file, complaint_copy, family_report, receipt, supplement
from documents.case_file import Event
from documents.commitment import statement_record
from documents.complaint_copy import Complainant
from documents.family_report import Party
from documents.frame import Frame, Kind
from tests.documents.samples import (
    CASE,
    CODE,
    FILED_AT,
    NAME,
    SHA256,
    URL,
    a_case_file,
    a_copy,
    a_receipt,
    a_report,
    a_supplement,
    an_exhibit,
    attached,
    information,
    text_of,
    words_of,
)
from vocabulary.incidents import IncidentType
from vocabulary.sentences import sentence

_LONG = "Nombre " * 42 + "Apellido"
_PAPERS: dict[Kind, Callable[[], bytes]] = {
    Kind.COMPLAINT_COPY: lambda: complaint_copy.render(a_copy(copy_number=2, reason=_LONG, requested_by=_LONG)),
    Kind.RECEIPT: lambda: receipt.render(a_receipt(station_name=_LONG)),
    Kind.ANONYMOUS_RECEIPT: lambda: receipt.render(a_receipt(anonymous=True, station_name=_LONG)),
    Kind.SUPPLEMENTARY_STATEMENT: lambda: supplement.render(
        a_supplement(text="palabra " * 2500, declared_by=_LONG, institution=_LONG)
    ),
    Kind.FAMILY_REPORT: lambda: family_report.render(
        a_report(
            victim=Party(*[_LONG] * 6),
            accused=Party(*["x" * 300] * 6),
            summary="palabra " * 2500,
            court=_LONG,
            officer_name=_LONG,
            officer_rank=_LONG,
            earlier_by_victim=_LONG * 20,
        )
    ),
    Kind.CASE_FILE: lambda: case_file.render(
        a_case_file(
            narrative="palabra " * 2500,
            reason=_LONG,
            person=((_LONG, "x" * 300),),
            events=tuple(Event(n, FILED_AT, _LONG, _LONG, "palabra " * 300, n % 2 == 0) for n in range(1, 9)),
            exhibits=tuple(an_exhibit("x" * 200, words=_LONG) for _ in range(9)),
        )
    ),
}
_FRAMES: dict[Kind, Callable[[], Frame]] = {
    Kind.COMPLAINT_COPY: lambda: complaint_copy.frame_of(a_copy()),
    Kind.RECEIPT: lambda: receipt.frame_of(a_receipt()),
    Kind.ANONYMOUS_RECEIPT: lambda: receipt.frame_of(a_receipt(anonymous=True)),
    Kind.SUPPLEMENTARY_STATEMENT: lambda: supplement.frame_of(a_supplement()),
    Kind.FAMILY_REPORT: lambda: family_report.frame_of(a_report()),
    Kind.CASE_FILE: lambda: case_file.frame_of(a_case_file()),
}


@cache
def _paper(kind: Kind) -> bytes:
    """A paper of the kind, with texts as long as they come."""
    return _PAPERS[kind]()


def _in_order(words: str, *expected: str) -> bool:
    """Whether the texts stand one behind the other."""
    return re.search(".*".join(re.escape(text) for text in expected), words) is not None


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_is_rendered_the_same_from_many_threads(kind: Kind) -> None:
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(lambda _: _PAPERS[kind](), range(4))) == {_paper(kind)}


@pytest.mark.parametrize("kind", Kind)
def test_nothing_runs_over_the_margins_however_long_the_texts(kind: Kind) -> None:
    told = subprocess.run(["pdftotext", "-bbox", "-", "-"], input=_paper(kind), stdout=subprocess.PIPE, check=True)
    words = re.findall(r'xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">', told.stdout.decode())
    assert len(words) > 100
    boxes = [tuple(map(float, word)) for word in words]
    assert [box for box in boxes if box[0] < 55 or box[1] < 30 or box[2] > 541 or box[3] > 820] == []


@pytest.mark.parametrize("kind", Kind)
def test_every_page_says_of_which_complaint_it_is_and_which_page(kind: Kind) -> None:
    pages = text_of(_paper(kind)).split("\f")[:-1]
    assert all(f"Página {n} de {len(pages)}" in page and CASE in page for n, page in enumerate(pages, start=1))


@pytest.mark.parametrize("kind", Kind)
def test_the_record_names_the_kind_and_the_statement_behind_it(kind: Kind) -> None:
    frame = _FRAMES[kind]()
    record = json.loads(frame.record())
    assert record["kind"] == kind
    assert ("statement_number" in record) == (kind is Kind.SUPPLEMENTARY_STATEMENT)
    assert json.loads(frame.attachment()).items() > record.items()


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_has_a_reason_that_its_signature_can_give(kind: Kind) -> None:
    assert CASE in sentence(f"documents.signature.reason_{kind}", case_number=CASE)


def test_the_records_of_copies_and_receipts_are_what_they_always_were() -> None:
    rest = f'"case_number":"{CASE}","copy_number":%s,"filed_at":"2026-11-20T03:30:00+00:00",'
    rest += '"issued_at":"2026-11-20T03:32:00+00:00","kind":"%s","schema":"comisario-virtual/copia/1",'
    rest += f'"statement_sha256":"%s","verification_code":"{CODE}"'
    digest = hashlib.sha256(a_copy().statement_json).hexdigest()
    assert complaint_copy.frame_of(a_copy()).record() == f"{{{rest % ('1', 'complaint_copy', digest)}}}".encode()
    assert receipt.frame_of(a_receipt()).record() == f"{{{rest % ('null', 'receipt', SHA256)}}}".encode()


def test_a_later_copy_says_its_number_when_by_whom_and_why_it_was_asked_for() -> None:
    asked = a_copy(copy_number=3, reason="Para la aseguradora.", requested_by="La persona denunciante.")
    words = words_of(complaint_copy.render(asked))
    section = ("SOBRE ESTA COPIA", "Copia N.º 3", "19 de noviembre de 2026, 22:32", "La persona denunciante.")
    assert _in_order(words, *section, "Para la aseguradora.", "AVISOS LEGALES")


def test_a_later_copy_does_not_make_up_who_asked_for_it_and_a_first_one_has_no_such_section(unsigned: bytes) -> None:
    words = words_of(complaint_copy.render(a_copy(copy_number=2)))
    assert "Quién la pidió No se indicó Para qué la pidió No se indicó" in words
    assert "SOBRE ESTA COPIA" not in words_of(unsigned)


@pytest.mark.parametrize(
    ("assurance", "checked", "unchecked"),
    [
        ("declared", "Declarada por la persona denunciante", "no se contrastó con ningún registro"),
        ("contact_verified", "recibe mensajes en el contacto que dio", "no se contrastaron con ningún registro"),
        ("registry_matched", "coinciden con los de un registro", "No se comprobó que quien denunció sea esa persona"),
        ("seen_by_officer", "Un efectivo policial vio", "a la persona denunciante y su documento"),
    ],
)
def test_a_copy_says_what_of_the_identity_was_checked_and_what_was_not(
    assurance: str, checked: str, unchecked: str
) -> None:
    assert _in_order(words_of(complaint_copy.render(a_copy(identity_assurance=assurance))), checked, unchecked)


def test_the_receipt_of_an_anonymous_complaint_says_so_on_one_page_and_that_there_is_no_copy(tmp_path: Path) -> None:
    pdf = receipt.render(a_receipt(anonymous=True))
    words = words_of(pdf)
    assert information(pdf, tmp_path)["Pages"] == "1"
    assert _in_order(words, "registrada sin nombre", CASE, CODE, "No existe ninguna copia", "ni se entregará")
    assert "son la única forma de preguntar por su denuncia o de ampliarla" in words
    assert "esta constancia tampoco dice qué hecho se denunció" in words
    assert "La copia de la denuncia se entrega" not in words


@pytest.mark.parametrize("anonymous", [False, True])
def test_a_receipt_never_names_a_person_or_a_kind_of_incident(anonymous: bool) -> None:
    pdf = receipt.render(a_receipt(anonymous=anonymous))
    kinds = {sentence(f"labels.incident_type.{kind}") for kind in IncidentType}
    assert [text for text in (*kinds, NAME, "45678912") if text in words_of(pdf)] == []
    assert list(attached(pdf)) == ["copia.json"]


def test_a_supplement_says_what_it_adds_to_and_that_what_was_filed_stays() -> None:
    words = words_of(supplement.render(a_supplement(statement_number=3)))
    head = ("AMPLIACIÓN DE DENUNCIA", "Ampliación N.º 2", CASE, CODE, "Ampliación registrada (hora de Lima)")
    body = ("21 de noviembre de 2026, 22:30", "Denuncia registrada (hora de Lima) 19 de noviembre de 2026, 22:30")
    assert _in_order(words, *head, *body, NAME, "queda como estaba", "Recordé la placa", "casaca roja", URL)


def test_a_supplement_carries_its_own_statement_and_the_hash_of_it() -> None:
    pdf = supplement.render(a_supplement())
    digest = hashlib.sha256(a_supplement().statement_json).hexdigest()
    files = attached(pdf)
    assert files["ampliacion.json"] == a_supplement().statement_json
    assert digest in words_of(pdf)
    assert json.loads(files["copia.json"])["statement_sha256"] == digest
    assert b"/AFRelationship /Source" in pdf


def test_the_record_of_a_supplement_tells_what_the_register_was_given_of_its_statement() -> None:
    made_at = FILED_AT + timedelta(days=2)
    record = json.loads(supplement.frame_of(a_supplement()).record())
    digest = hashlib.sha256(a_supplement().statement_json).hexdigest()
    assert statement_record(
        case_number=record["case_number"],
        number=record["statement_number"],
        made_at=datetime.fromisoformat(record["filed_at"]),
        sha256=record["statement_sha256"],
    ) == statement_record(case_number=CASE, number=2, made_at=made_at, sha256=digest)


def test_a_supplement_of_twenty_thousand_characters_is_printed_whole() -> None:
    told = " ".join(f"palabra{n}" for n in range(1700))
    words = words_of(supplement.render(a_supplement(text=told)))
    assert re.findall(r"palabra\d+", words) == told.split()


def test_the_complaint_itself_is_no_supplement() -> None:
    with pytest.raises(ValueError, match="statement 1"):
        supplement.render(a_supplement(statement_number=1))


def test_the_report_to_the_court_has_what_the_regulation_asks_for_in_its_order() -> None:
    words = words_of(family_report.render(a_report()))
    assert _in_order(
        words,
        "INFORME POLICIAL RESERVADO",
        "DOCUMENTO RESERVADO",
        "Juzgado de Familia de turno",
        "Denuncia recibida (hora de Lima) 19 de noviembre de 2026, 22:30",
        "Vence el plazo de 24 horas (hora de Lima) 20 de noviembre de 2026, 22:30",
        *("VÍCTIMA", NAME, "DNI 45678912", "+51 987 654 321", "n@a.example", "Jr. Los Ángeles 123", "al mercado"),
        *("PERSONA DENUNCIANTE", "Killa Q'ispi", "DNI 41111111", "+51 911 111 111", "Jr. Los Cedros 4"),
        *("PERSONA DENUNCIADA", "Juan Pérez Soto", "+51 922 222 222"),
        *("Violencia familiar", "hacia las 20:00", "En la casa de la víctima", "Expareja"),
        *("RESUMEN", "amenazó de muerte"),
        *("DILIGENCIAS REALIZADAS", "Entrevista a la víctima", "19 de noviembre de 2026, 23:30", "médico legal"),
        *("Retiro de la persona denunciada", "Riesgo severo", "3 de mayo de 2025", "Dos, de 2024 y 2025."),
        *("artículo 425", "No, según lo que declaró", "licencia de arma de fuego", "Sí, según el registro"),
        *("Rosa Huamán Ccori", "Suboficial de Primera PNP", "no envía el informe", SHA256, "Fin del informe"),
    )


def test_the_report_says_of_everything_unknown_that_it_is_and_that_no_answer_follows_from_it() -> None:
    texts = "court relationship occurred place measures_requested risk earlier_by_victim earlier_against_accused "
    nothing = dict.fromkeys((texts + "public_official firearms_licence").split())
    report = a_report(victim=Party(), complainant=Party(), accused=Party(), proceedings=(), **nothing)
    words = words_of(family_report.render(report))
    assert words.count("No se indicó") == 3 * 6 + 4
    assert re.findall(r"(?<!«)No consta(?! ninguna)", words) == ["No consta"] * 6
    assert "No consta ninguna diligencia" in words
    assert "No quiere decir que se haya consultado y que no exista." in words
    assert "No quiere decir" not in words_of(family_report.render(a_report()))
    assert "No quiere decir" in words_of(family_report.render(a_report(measures_requested=None)))


def test_a_victim_who_complained_in_person_is_named_once() -> None:
    words = words_of(family_report.render(a_report(complainant=None)))
    assert _in_order(words, "PERSONA DENUNCIANTE", "La propia víctima presentó la denuncia.", "PERSONA DENUNCIADA")
    assert words.count(NAME) == 1


def test_every_page_of_the_report_is_marked_as_reserved_and_carries_no_statement() -> None:
    pdf = _paper(Kind.FAMILY_REPORT)
    pages = text_of(pdf).split("\f")[:-1]
    assert len(pages) > 4
    assert all("INFORME POLICIAL RESERVADO" in page for page in pages)
    assert list(attached(pdf)) == ["copia.json"]


def test_an_authorised_paper_of_any_kind_does_not_call_itself_a_demonstration() -> None:
    real = {"authorised": True, "station_is_demonstration": False, "institution": "X"}
    papers = (
        receipt.render(a_receipt(anonymous=True, **real)),
        supplement.render(a_supplement(**real)),
        family_report.render(a_report(**real)),
    )
    assert [
        word for paper in papers for word in ("demostración", "desarrollo") if word in words_of(paper).lower()
    ] == []


def test_a_name_of_three_hundred_characters_is_printed_whole_on_a_copy() -> None:
    copy = a_copy(complainant=Complainant(_LONG, None, None, None, None))
    assert text_of(complaint_copy.render(copy)).count("Nombre") == _LONG.count("Nombre") + 1
