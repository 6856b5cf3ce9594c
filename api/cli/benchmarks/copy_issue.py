"""What it costs to draw and sign a copy, beside the least that the libraries do as they come.

The floor is a ReportLab page with one line of text, signed by pyHanko's ``SimpleSigner`` loaded from PKCS#12
for each document. Ours is a realistic copy of two pages. Both are CPU time with the same key, taken by turns
in the same run.
"""

import json
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from documents.complaint_copy import Complainant, ComplaintCopy, EvidenceItem, Item, render
from documents.floor import stock_document
from documents.frame import Registration
from documents.seal import Seal
from documents.signing import Signer, create_development_key
from vocabulary.codes import case_number
from vocabulary.incidents import IncidentType

_FILED_AT = datetime(2026, 11, 19, 20, 30, tzinfo=UTC)
_NARRATIVE = """El jueves a las ocho de la noche esperaba el bus en el paradero 10 de la avenida Wiesse \
cuando dos sujetos en una moto lineal se me acercaron. Uno bajó, me amenazó con una pistola y me quitó el \
celular y la cartera.

Luego se fueron en dirección a Las Flores. No pude ver la placa. """

_SEAL_KEY = Ed25519PrivateKey.from_private_bytes(b"s" * 32)


def measure(rounds: int = 20) -> tuple[float, float]:
    """Median CPU milliseconds of issuing our copy, and of the floor, over so many rounds."""
    with tempfile.TemporaryDirectory() as folder:
        key = create_development_key(Path(folder)).pkcs12
        signer = Signer.from_pkcs12(key)
        copy = _copy()

        def issue() -> bytes:
            reason = f"Copia de la denuncia N.º {copy.case_number}"
            return signer.sign(render(copy), reason=reason, location="Perú", signed_at=copy.issued_at)

        issue()
        stock_document(key)
        pairs = [(_cpu(issue), _cpu(lambda: stock_document(key))) for _ in range(rounds)]
    ours, floor = zip(*pairs, strict=True)
    return statistics.median(ours), statistics.median(floor)


def _cpu(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return (time.process_time() - started) * 1000


def _copy() -> ComplaintCopy:
    narrative = _NARRATIVE * 3
    number = case_number(station_code="150132", year=2026, sequence=42)
    return ComplaintCopy(
        case_number=number,
        copy_number=1,
        verification_code="7K3M-Q9TX-2BVD-H8PA",
        verification_url="https://comisario.example/v/7K3M-Q9TX-2BVD-H8PA",
        issued_at=_FILED_AT + timedelta(minutes=2),
        filed_at=_FILED_AT,
        station_name="Comisaría San Juan de Lurigancho",
        station_is_demonstration=True,
        authorised=False,
        identity_assurance="declared",
        incident_type=IncidentType.ROBBERY,
        occurred="19 de noviembre de 2026, hacia las 20:00",
        place="Paradero 10 de la avenida Wiesse, San Juan de Lurigancho, Lima, Lima",
        complainant=Complainant(
            full_name="Ñusta Q'ispi Mamani",
            document="DNI 45678912",
            phone="+51 987 654 321",
            email="nusta@example.pe",
            address="Jr. Los Ángeles 123, Canto Rey, San Juan de Lurigancho",
        ),
        narrative=narrative,
        items=(
            Item("Celular Samsung Galaxy A54", "IMEI 356938035643809, color negro", "S/ 1,200.00"),
            Item("Billetera de cuero", None, "S/ 80.00"),
            Item("DNI", "N.º 45678912", None),
        ),
        suspects="Dos personas desconocidas; una llevaba un arma de fuego.",
        witnesses="La señora del quiosco del paradero.",
        evidence=(EvidenceItem("Foto de la caja del celular", "image/jpeg", 2_412_331, "9f86d081884c7d65" * 4),),
        registration=Registration("comisario.example/registro", b"p" * 32, b"s" * 32),
        offline_seal=Seal(number, _FILED_AT.date(), "150132", "9f86d081884c7d65" * 4).signed(_SEAL_KEY),
        statement_json=json.dumps({"narrative": narrative}, ensure_ascii=False).encode(),
    )
