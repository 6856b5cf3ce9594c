"""Papers to try things on."""

import json
import re
import subprocess
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from asn1crypto import cms
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from PIL import Image
from pyhanko.pdf_utils.reader import PdfFileReader

from documents.byte_ranges import Uncovered, covering
from documents.case_file import CaseFile, Contents, Event, Exhibit, Hand
from documents.case_file import Supplement as Added
from documents.complaint_copy import Complainant, ComplaintCopy, EvidenceItem, Item
from documents.family_report import FamilyReport, Party, Proceeding
from documents.frame import Paper, Registration
from documents.receipt import Receipt
from documents.seal import Seal
from documents.signing import Signer, TimeStamper
from documents.supplement import Supplement
from documents.verification import Level
from vocabulary.incidents import IncidentType

NAME = "Ñusta Q'ispi Ch'uqi Ŝ ʼ Ünïcode"
CASE = "150132-2026-000042-4"
CODE = "7K3M-Q9TX-2BVD-H8PA"
URL = f"https://comisario.example/v/{CODE}"
SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
FILED_AT = datetime(2026, 11, 20, 3, 30, tzinfo=UTC)
ISSUED_AT = datetime(2026, 11, 20, 3, 32, tzinfo=UTC)
REGISTRATION = Registration("comisario.example/registro", b"p" * 32, b"s" * 32)
SEAL_KEY = Ed25519PrivateKey.from_private_bytes(b"e" * 32)
SEAL = Seal(CASE, date(2026, 11, 19), "150132", SHA256).signed(SEAL_KEY)

_COPY = ComplaintCopy(
    case_number=CASE,
    copy_number=1,
    verification_code=CODE,
    verification_url=URL,
    issued_at=ISSUED_AT,
    filed_at=FILED_AT,
    station_name="Comisaría San Juan de Lurigancho",
    station_is_demonstration=True,
    authorised=False,
    identity_assurance="declared",
    incident_type=IncidentType.ROBBERY,
    occurred="19 de noviembre de 2026, hacia las 20:00",
    place="Paradero 10 de la avenida Wiesse, San Juan de Lurigancho, Lima",
    complainant=Complainant(NAME, "DNI 45678912", "+51 987 654 321", None, "Jr. Los Ángeles 123"),
    narrative="Dos sujetos en una moto me quitaron el celular.\n\nNo pude ver la placa.",
    items=(Item("Celular Samsung", "IMEI 356938035643809", "S/ 1,200.00"), Item("DNI")),
    suspects="Dos personas desconocidas.",
    witnesses="La señora del quiosco.",
    evidence=(EvidenceItem("Foto de la caja", "image/jpeg", 2_412_331, SHA256),),
    registration=REGISTRATION,
    offline_seal=SEAL,
    statement_json=json.dumps({"narrative": "Dos sujetos", "name": NAME}, ensure_ascii=False).encode(),
)


@dataclass(frozen=True)
class Papers:
    """The same copy at every level, and what a verification must know."""

    signer: Signer
    roots: tuple[x509.Certificate, ...]
    by_level: dict[str, bytes]

    @property
    def trusted(self) -> tuple[x509.Certificate, ...]:
        return self.signer.certificates

    def __getitem__(self, name: str) -> bytes:
        return self.by_level[name]


LEVELS = {
    "signed": Level.B_B,
    "stamped": Level.B_T,
    "archived": Level.LTA,
    "renewed": Level.LTA,
    "stamped later": Level.LTA,
}


def a_copy(**changes: Any) -> ComplaintCopy:
    """A copy of two pages, with changes."""
    return replace(_COPY, **changes)


def _the_same_case() -> dict[str, Any]:
    return {field.name: getattr(_COPY, field.name) for field in fields(Paper)}


def a_receipt(**changes: Any) -> Receipt:
    """The receipt of the same complaint, with changes."""
    return replace(Receipt(**_the_same_case(), statement_sha256=SHA256), **changes)


def a_supplement(**changes: Any) -> Supplement:
    """The first supplement of the same complaint, made two days later, with changes."""
    supplement = Supplement(
        **_the_same_case(),
        statement_number=2,
        complaint_filed_at=FILED_AT,
        text="Recordé la placa de la moto: 1234-AB.\n\nEl que bajó tenía una casaca roja.",
        statement_json=json.dumps({"supplement": "Recordé la placa", "case_number": CASE}).encode(),
        declared_by=NAME,
    )
    later = {"filed_at": FILED_AT + timedelta(days=2), "issued_at": ISSUED_AT + timedelta(days=2)}
    return replace(supplement, **later | changes)


def a_report(**changes: Any) -> FamilyReport:
    """The report to the court on a complaint of violence that a sister made, with changes."""
    report = FamilyReport(
        **_the_same_case(),
        statement_sha256=SHA256,
        due_at=FILED_AT + timedelta(hours=24),
        court="Juzgado de Familia de turno de San Juan de Lurigancho",
        officer_name="Rosa Huamán Ccori",
        officer_rank="Suboficial de Primera PNP",
        victim=Party(
            NAME, "DNI 45678912", "Jr. Los Ángeles 123", "Frente al mercado", "+51 987 654 321", "n@a.example"
        ),
        complainant=Party("Killa Q'ispi", "DNI 41111111", "Jr. Los Cedros 4", None, "+51 911 111 111"),
        accused=Party("Juan Pérez Soto", None, "Jr. Los Ángeles 123", None, "+51 922 222 222"),
        relationship="Expareja",
        incident_type=IncidentType.DOMESTIC_VIOLENCE,
        occurred="19 de noviembre de 2026, hacia las 20:00",
        place="En la casa de la víctima",
        summary="La empujó y la amenazó de muerte delante de sus hijos.",
        proceedings=(
            Proceeding("Entrevista a la víctima en la comisaría", FILED_AT + timedelta(hours=1)),
            Proceeding("Pedido de examen médico legal"),
        ),
        measures_requested="Retiro de la persona denunciada del domicilio.",
        risk="Riesgo severo, según la ficha de valoración de riesgo.",
        earlier_by_victim="Una, del 3 de mayo de 2025.",
        earlier_against_accused="Dos, de 2024 y 2025.",
        public_official="No, según lo que declaró la víctima.",
        firearms_licence="Sí, según el registro que consultó la comisaría.",
    )
    return replace(report, **changes)


def a_preview(colour: str = "teal", size: tuple[int, int] = (640, 427)) -> bytes:
    """A small JPEG, as previews are."""
    out = BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG", quality=80)
    return out.getvalue()


def an_exhibit(name: str = "caja.jpg", **changes: Any) -> Exhibit:
    """A photograph that was received and given to an expert, with changes."""
    hands = (
        Hand(FILED_AT, "Recibido", "Quien denunció, por el chat", True),
        Hand(ISSUED_AT, "Entregado a Perita Rosa Vega, con Oficio 12-2026: pericia", "Ana Quispe", True),
    )
    exhibit = Exhibit(name, "image/jpeg", 2_412_331, SHA256, FILED_AT, False, a_preview(), None, hands)
    return replace(exhibit, **changes)


def a_case_file(**changes: Any) -> CaseFile:
    """The file of the same case, with changes of its contents, or of what every paper has."""
    day = timedelta(days=1)
    contents = Contents(
        requested_by="Ana Quispe",
        reason="Remisión a la fiscalía",
        handling=(("Estado", "Aceptada"), ("Comisaría", "San Juan de Lurigancho"), ("SIDPOL", "28119923")),
        narrative=_COPY.narrative,
        facts=(("Hecho declarado", "Robo"), ("Cosas", "celular Samsung (IMEI 356938035643809, 1200 soles); DNI")),
        person=(("Nombre", NAME), ("Número de documento", "45678912"), ("Dirección", "Jr. Los Ángeles 123, " * 4)),
        statement_json=_COPY.statement_json,
        supplements=(Added(FILED_AT + day, "Recordé la placa: 1234-AB.", b'{"supplement":"La placa"}'),),
        joined=("150132-2026-000043-2", "150101-2026-000007-1 (Comisaría de Lima)"),
        events=(
            Event(1, FILED_AT, "Denuncia registrada", "Registro automático", None, True),
            Event(2, FILED_AT + day, "Cambio de estado · Aceptada", "Ana Quispe", "La atendemos desde hoy.", True),
            Event(3, FILED_AT + day, "Nota interna", "Ana Quispe", "El quiosco tiene cámara.", False),
        ),
        exhibits=(
            an_exhibit(),
            an_exhibit("nota.ogg", media_type="audio/ogg", preview=None, words="Me siguieron dos cuadras"),
            an_exhibit("captura.png", media_type="image/png", preview=None, restricted=True),
        ),
    )
    common = {name: changes.pop(name) for name in tuple(changes) if name in _the_same_case()}
    return CaseFile(**_the_same_case() | common, copy_number=1, contents=replace(contents, **changes))


def sign(
    signer: Signer, pdf: bytes, *, signed_at: datetime = ISSUED_AT, time_stamper: TimeStamper | None = None
) -> bytes:
    """A paper signed at the time of its issue, or at another."""
    return signer.sign(
        pdf, reason="Copia de la denuncia", location="Perú", signed_at=signed_at, time_stamper=time_stamper
    )


def containers(pdf: bytes) -> list[bytes]:
    """What lies in the gaps of a file's signatures, the oldest first, without what fills them up."""
    found = []
    for start, end in re.findall(rb"/ByteRange\s*\[0 (\d+) (\d+)", pdf):
        padded = bytes.fromhex(pdf[int(start) + 1 : int(end) - 1].decode())
        found.append(cms.ContentInfo.load(padded).dump())
    return found


def covered(pdf: bytes, number: int) -> bytes:
    """What the signature of that number is over."""
    start, end, rest = map(int, re.findall(rb"/ByteRange\s*\[0 (\d+) (\d+) (\d+)", pdf)[number])
    return pdf[:start] + pdf[end : end + rest]


def text_of(pdf: bytes) -> str:
    """What a reader's program finds on the pages, in the order of the file, by poppler's pdftotext."""
    command = ["pdftotext", "-enc", "UTF-8", "-raw", "-", "-"]
    return subprocess.run(command, input=pdf, stdout=subprocess.PIPE, check=True).stdout.decode()


def words_of(pdf: bytes) -> str:
    """The same as one line with single spaces."""
    return " ".join(text_of(pdf).split())


def information(pdf: bytes, folder: Path) -> dict[str, str]:
    """What poppler's pdfinfo says of a file."""
    path = folder / "paper.pdf"
    path.write_bytes(pdf)
    lines = subprocess.run(["pdfinfo", str(path)], capture_output=True, text=True, check=True).stdout
    return {key: value.strip() for key, _, value in (line.partition(":") for line in lines.splitlines())}


def attached(pdf: bytes) -> dict[str, bytes]:
    """The files inside a paper, by name."""
    names = PdfFileReader(BytesIO(pdf)).root["/Names"]["/EmbeddedFiles"]["/Names"]
    return {str(names[i]): names[i + 1]["/EF"]["/F"].data for i in range(0, len(names), 2)}


def revisions(pdf: bytes) -> tuple[int, ...]:
    """Where the revisions of a paper of ours end, in bytes: ``pdf[:end]`` is the file as it was then issued. Empty for a file
    that no signature covers whole."""
    try:
        return tuple(found.end for found in covering(pdf))
    except Uncovered:
        return ()
