"""The files of a release: each data set as CSV, JSON and Parquet, and what describes them."""

import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from api import csv
from api.open_data.datasets import Values
from vocabulary.sentences import sentence, table

LICENCE = {
    "name": "CC-BY-4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
    "title": "Creative Commons Attribution 4.0",
}
_PARQUET = "application/vnd.apache.parquet"
_FORMATS = (("csv", "text/csv"), ("json", "application/json"), ("parquet", _PARQUET))
_TYPES = {"integer": pa.int64(), "number": pa.float64(), "string": pa.string()}

COLUMNS: Mapping[str, Mapping[str, str]] = {
    "denuncias": {
        "ANIO": "integer", "MES": "integer", "DPTO_HECHO_NEW": "string", "PROV_HECHO": "string", "DIST_HECHO": "string",
        "UBIGEO_HECHO": "string", "P_MODALIDADES": "string", "cantidad": "integer",
    },
    "denuncias_detalle": {
        "ANIO": "integer", "MES": "integer", "DPTO_HECHO_NEW": "string", "PROV_HECHO": "string", "DIST_HECHO": "string",
        "UBIGEO_HECHO": "string", "P_MODALIDADES": "string", "incident_type": "string", "classification_basis": "string",
        "channel": "string", "language": "string", "gender": "string", "mapping_version": "integer", "cantidad": "integer",
    },
    "tiempos": {
        "ANIO": "integer", "MES": "integer", "nivel": "string", "codigo": "string", "nombre": "string", "denuncias": "integer",
        "horas_primera_atencion": "integer", "dias_cierre": "integer",
    },
    "encuestas": {
        "ANIO": "integer", "TRIMESTRE": "integer", "nivel": "string", "codigo": "string", "nombre": "string",
        "encuesta": "string", "version": "integer", "respuestas": "integer", "pregunta": "string", "medida": "string",
        "valor": "number",
    },
    "copias": {
        "ANIO": "integer", "MES": "integer", "DPTO_HECHO_NEW": "string", "tipo": "string", "cantidad": "integer",
    },
}  # fmt: skip
"""The data sets and the columns of each, in order; what a column means stands in ``open_data.toml``."""


@dataclass(frozen=True)
class File:
    """A file as it is kept; ``rows`` is None for one that is no table."""

    name: str
    media_type: str
    content: bytes
    rows: int | None = None

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True)
class About:
    """What a release says of itself."""

    number: int
    released_at: datetime
    demonstration: bool
    mapping_version: int
    k: int
    publisher: str
    url: str

    @property
    def title(self) -> str:
        marked = "open_data.title_demonstration" if self.demonstration else "open_data.title"
        return sentence(marked, institution=self.publisher)

    @property
    def notices(self) -> list[str]:
        """What nobody may overlook who uses the data."""
        told = [sentence("open_data.not_rates"), sentence("open_data.suppressed", k=str(self.k))]
        return ([sentence("open_data.made_up")] if self.demonstration else []) + told

    def file(self, name: str) -> str:
        return f"demostracion-{name}" if self.demonstration else name


def files(about: About, tables: Mapping[str, Sequence[Values]]) -> list[File]:
    """Every file of a release, the same bytes for the same rows."""
    made = [
        File(about.file(f"{dataset}.{ending}"), media_type, _written(about, dataset, ending, rows), len(rows))
        for dataset, rows in tables.items()
        for ending, media_type in _FORMATS
    ]
    made.append(File(about.file("diccionario.csv"), "text/csv", _dictionary().encode()))
    package = File("datapackage.json", "application/json", _json(_package(about, made)))
    catalogue = File(about.file("catalogo.jsonld"), "application/ld+json", _json(_catalogue(about, made)))
    return [*made, package, catalogue]


def _written(about: About, dataset: str, ending: str, rows: Sequence[Values]) -> bytes:
    columns = COLUMNS[dataset]
    if ending == "csv":
        return ("".join([csv.row(columns), *(csv.row(row[name] for name in columns) for row in rows)])).encode()
    if ending == "json":
        head = json.dumps({"title": about.title, "notices": about.notices, "dataset": dataset}, ensure_ascii=False)
        lines = (json.dumps({name: row[name] for name in columns}, ensure_ascii=False) for row in rows)
        return f'{head[:-1]}, "rows": [\n{",\n".join(lines)}\n]}}\n'.encode()
    schema = pa.schema([(name, _TYPES[kind]) for name, kind in columns.items()]).with_metadata(
        {"title": about.title, "notices": " ".join(about.notices)}
    )
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(list(rows), schema=schema), sink, compression="zstd")
    return sink.getvalue()


def _json(content: Any) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def _dictionary() -> str:
    head = csv.row(("conjunto", "columna", "tipo", "significado"))
    return head + "".join(
        csv.row((dataset, name, kind, meaning(name)))
        for dataset, columns in COLUMNS.items()
        for name, kind in columns.items()
    )


def meaning(column: str) -> str:
    """What a column is."""
    return table("open_data.column")[column]


def _package(about: About, made: Sequence[File]) -> dict[str, Any]:
    """A Frictionless data package; each table is the CSV, beside which the other forms hold the same."""
    return {
        "name": about.file("datos-abiertos"),
        "id": f"{about.url}/datos/{about.number}",
        "title": about.title,
        "description": " ".join(about.notices),
        "version": str(about.number),
        "created": about.released_at.isoformat(),
        "licenses": [LICENCE],
        "demonstration": about.demonstration,
        "mapping_version": about.mapping_version,
        "k": about.k,
        "resources": [
            {
                "name": dataset.replace("_", "-"),
                "path": file.name,
                "title": sentence(f"open_data.dataset.{dataset}"),
                "description": " ".join([sentence(f"open_data.about.{dataset}"), *about.notices]),
                "type": "table",
                "format": "csv",
                "mediatype": file.media_type,
                "encoding": "utf-8",
                "bytes": len(file.content),
                "hash": f"sha256:{file.sha256}",
                "schema": {
                    "fields": [{"name": name, "type": kind, "description": meaning(name)} for name, kind in columns.items()],
                    "missingValues": [""],
                },
            }
            for dataset, columns in COLUMNS.items()
            for file in made
            if file.name == about.file(f"{dataset}.csv")
        ],
    }  # fmt: skip


def _catalogue(about: About, made: Sequence[File]) -> dict[str, Any]:
    """DCAT in JSON-LD."""
    base = f"{about.url}/api/v1/datos/versiones/{about.number}/archivos"
    return {
        "@context": {
            "dcat": "http://www.w3.org/ns/dcat#", "dct": "http://purl.org/dc/terms/", "foaf": "http://xmlns.com/foaf/0.1/",
            "spdx": "http://spdx.org/rdf/terms#", "xsd": "http://www.w3.org/2001/XMLSchema#",
        },
        "@id": f"{about.url}/datos",
        "@type": "dcat:Catalog",
        "dct:title": about.title,
        "dct:description": " ".join(about.notices),
        "dct:language": "es",
        "dct:issued": {"@value": about.released_at.isoformat(), "@type": "xsd:dateTime"},
        "dct:license": {"@id": LICENCE["path"]},
        "dct:publisher": {"@type": "foaf:Agent", "foaf:name": about.publisher},
        "dcat:dataset": [
            {
                "@id": f"{about.url}/datos#{dataset}",
                "@type": "dcat:Dataset",
                "dct:title": sentence(f"open_data.dataset.{dataset}"),
                "dct:description": " ".join([sentence(f"open_data.about.{dataset}"), *about.notices]),
                "dct:license": {"@id": LICENCE["path"]},
                "dcat:version": str(about.number),
                "dcat:distribution": [
                    {
                        "@type": "dcat:Distribution",
                        "dct:title": file.name,
                        "dcat:downloadURL": {"@id": f"{base}/{file.name}"},
                        "dcat:mediaType": {"@id": f"https://www.iana.org/assignments/media-types/{file.media_type}"},
                        "dcat:byteSize": len(file.content),
                        "spdx:checksum": {
                            "@type": "spdx:Checksum",
                            "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
                            "spdx:checksumValue": file.sha256,
                        },
                    }
                    for file in made
                    if file.name.rpartition(".")[0] == about.file(dataset)
                ],
            }
            for dataset in COLUMNS
        ],
    }  # fmt: skip
