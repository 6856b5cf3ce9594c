"""``backup`` and ``restore``: database, files and public certificates in one archive.

The secret keys are never in it: they are kept apart, and without them a restored database stays sealed.
"""

import shutil
import subprocess
import sys
import tarfile
import tempfile
from io import BytesIO
from pathlib import Path

from api.cli import database
from api.cli.errors import Trouble
from api.cli.postgres import program
from api.security import LASTING
from vocabulary.sentences import sentence

_KEYS = "keys.txt"
_DUMP = "database.dump"


def backup(file: Path, *, data: Path) -> int:
    """Write the archive; the database is dumped as of one moment, files are only ever added."""
    if not data.exists():
        raise Trouble("no_such_file", path=data)
    with database.running(data) as url, tempfile.TemporaryDirectory() as folder:
        dump = Path(folder) / _DUMP
        _run([program("pg_dump"), "--format=custom", f"--file={dump}", f"--dbname={url}"])
        with tarfile.open(file, "w:gz") as archive:
            archive.add(dump, _DUMP)
            if (data / "files").exists():
                archive.add(data / "files", "files")
            _note_keys(archive, data / "keys")
            for certificates in sorted((data / "keys").glob("*.pem")):
                archive.add(certificates, f"keys/{certificates.name}")
    file.chmod(0o600)
    print(sentence("cli.backup.done", file=file), file=sys.stderr)
    return 0


def restore(file: Path, *, data: Path) -> int:
    """Recover an archive into a data folder without a database; the secret keys must be put there first."""
    if not file.exists():
        raise Trouble("no_such_file", path=file)
    if (data / "postgres").exists():
        raise Trouble("restore_over_data", data=data)
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(file) as archive:
            archive.extractall(folder, filter="data")
        missing = [name for name in _noted_keys(Path(folder)) if not (data / "keys" / name).exists()]
        if missing:
            raise Trouble("restore_without_keys", keys=", ".join(missing), folder=data / "keys")
        with database.running(data) as url:
            _run([program("pg_restore"), "--no-owner", "--exit-on-error", f"--dbname={url}", f"{folder}/{_DUMP}"])
        if (Path(folder) / "files").exists():
            shutil.copytree(Path(folder) / "files", data / "files", dirs_exist_ok=True)
        for certificates in sorted((Path(folder) / "keys").glob("*.pem")):
            if not (data / "keys" / certificates.name).exists():
                shutil.copy(certificates, data / "keys" / certificates.name)
    print(sentence("cli.backup.restored", data=data), file=sys.stderr)
    return 0


def _note_keys(archive: tarfile.TarFile, keys: Path) -> None:
    """Say in the archive which keys the installation had, since an older one had fewer; the keys stay out of it."""
    names = "".join(f"{name}.key\n" for name in LASTING if (keys / f"{name}.key").exists()).encode()
    member = tarfile.TarInfo(_KEYS)
    member.size = len(names)
    archive.addfile(member, BytesIO(names))


def _noted_keys(folder: Path) -> list[str]:
    """The keys that an archive needs; one from before they were noted needs the first two."""
    noted = folder / _KEYS
    return noted.read_text().split() if noted.exists() else [f"{name}.key" for name in LASTING[:2]]


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Trouble("backup_failed", detail=(done.stderr.strip().splitlines() or [""])[-1])
