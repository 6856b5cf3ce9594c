"""The commands of ``./comisario``. Standard output carries results only; progress and trouble go to standard error."""

import argparse
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from pydantic import ValidationError

from api.cli.errors import Trouble
from api.settings import ROOT
from vocabulary.cases import Role
from vocabulary.sentences import sentence

type Command = Callable[[argparse.Namespace], int]


def _data(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--data", type=Path, default=ROOT / "var", help="carpeta de los datos (por defecto ./var)", metavar="DIR"
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="comisario", description="Una comisaría virtual para el Perú.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="comando")

    up = commands.add_parser("up", help="prepara lo que falte, inicia todo y avisa cuando está listo")
    up.add_argument("--host", default="127.0.0.1")
    up.add_argument("--port", type=int, default=8000)
    up.add_argument("--demo", action="store_true", help="llena comisarías, personal, casos y encuestas de muestra")
    up.add_argument("--testing", action="store_true", help="abre las rutas de prueba; nunca en producción")
    up.add_argument("--phone", action="store_true", help=sentence("cli.help.phone"))
    _data(up)
    up.set_defaults(run=_up)

    test = commands.add_parser("test", help="ejecuta todas las pruebas; lo demás se pasa a pytest", add_help=False)
    test.set_defaults(run=_test)

    for name, text in (
        ("classify", "servicio, tipo de hecho y emergencia de cada mensaje (líneas JSON)"),
        ("extract", "hechos de cada relato (líneas JSON)"),
        ("interpret", "qué es cada respuesta a lo que se preguntó (líneas JSON)"),
    ):
        command = commands.add_parser(name, help=text)
        if name != "classify":
            command.add_argument("--now", required=True, metavar="ISO", help="el momento en que se escribió")
        _data(command)
        command.set_defaults(run=_understand)

    evaluate = commands.add_parser("evaluate", help=sentence("cli.help.evaluate"))
    evaluate.add_argument("--write", action="store_true", help=sentence("cli.help.evaluate_write"))
    evaluate.add_argument("--curve", action="store_true", help=sentence("cli.help.evaluate_curve"))
    evaluate.add_argument(
        "--set", choices=["messages", "stories", "numbers", "answers"], help=sentence("cli.help.evaluate_set")
    )
    evaluate.add_argument(
        "--from", dest="folder", type=Path, default=ROOT / "tests" / "heldout", metavar="DIR",
        help=sentence("cli.help.evaluate_from"),
    )  # fmt: skip
    evaluate.set_defaults(run=_evaluate)

    verify = commands.add_parser("verify", help="¿es auténtica esta copia?")
    verify.add_argument("file", type=Path)
    verify.add_argument("--json", action="store_true")
    verify.add_argument("--proof", type=Path, metavar="PRUEBA.json", help=sentence("cli.help.verify_proof"))
    verify.add_argument("--key", metavar="CLAVE", help=sentence("cli.help.verify_key"))
    verify.add_argument("--since", type=Path, metavar="ESTADO", help=sentence("cli.help.verify_since"))
    verify.add_argument("--certificates", type=Path, metavar="PEM", help=sentence("cli.help.verify_certificates"))
    _data(verify)
    verify.set_defaults(run=_verify)

    bench = commands.add_parser("bench", help="medidas de velocidad, cada una junto a su referencia")
    bench.add_argument("name", nargs="?", metavar="NOMBRE")
    _data(bench)
    bench.set_defaults(run=_bench)

    doctor = commands.add_parser("doctor", help="dice qué falta o está mal, y cómo arreglarlo")
    doctor.add_argument("--port", type=int, default=8000)
    _data(doctor)
    doctor.set_defaults(run=_doctor)

    for name, text in (("backup", "guarda todo en un archivo"), ("restore", "recupera lo que guardó backup")):
        command = commands.add_parser(name, help=text)
        command.add_argument("file", type=Path)
        _data(command)
        command.set_defaults(run=_backup)

    staff = commands.add_parser("staff", help="personal de las comisarías").add_subparsers(required=True)
    add = staff.add_parser("add", help="agrega a alguien y muestra su primera contraseña una sola vez")
    add.add_argument("--login", required=True)
    add.add_argument("--name", required=True)
    add.add_argument("--role", required=True, choices=[role.value for role in Role])
    add.add_argument("--station", required=True, metavar="CÓDIGO")
    _data(add)
    add.set_defaults(run=_staff_add)

    reset = staff.add_parser("reset", help=sentence("cli.help.staff_reset"))
    reset.add_argument("--login", required=True)
    _data(reset)
    reset.set_defaults(run=_staff_reset)

    stations = commands.add_parser("stations", help="catálogo de comisarías").add_subparsers(required=True)
    load = stations.add_parser("import", help=sentence("cli.help.stations_import"))
    load.add_argument("file", type=Path)
    load.add_argument("--dry-run", action="store_true", help="solo dice qué cambiaría")
    _data(load)
    load.set_defaults(run=_stations_import)

    export = commands.add_parser("export", help=sentence("cli.help.export")).add_subparsers(required=True)
    released = export.add_parser("open-data", help=sentence("cli.help.export_open_data"))
    released.add_argument("folder", type=Path, metavar="DIR")
    _data(released)
    released.set_defaults(run=_export_open_data)

    audit = commands.add_parser("audit", help=sentence("cli.help.audit")).add_subparsers(required=True)
    check = audit.add_parser("check", help=sentence("cli.help.audit_check"))
    check.add_argument("--kept", metavar="NÚMERO:HASH", help=sentence("cli.help.audit_kept"))
    _data(check)
    check.set_defaults(run=_audit_check)
    return parser


def _up(arguments: argparse.Namespace) -> int:
    from api.cli.up import Options, up

    chosen = arguments
    return up(Options(chosen.host, chosen.port, chosen.data.resolve(), chosen.demo, chosen.testing, chosen.phone))


def _test(arguments: argparse.Namespace) -> int:
    from api.cli import setup

    setup.ensure_fonts()
    os.environ["COMISARIO_TEST_MODEL"] = str(setup.ensure_model())
    os.chdir(ROOT)
    return subprocess.run([sys.executable, "-m", "pytest", *arguments.pytest], check=False).returncode


def _understand(arguments: argparse.Namespace) -> int:
    from api.cli import understand

    return understand.run(arguments.command, now=getattr(arguments, "now", None))


def _evaluate(arguments: argparse.Namespace) -> int:
    from api.cli import evaluate

    if arguments.curve:
        return evaluate.curve(evaluate.TUNING, write=arguments.write)
    return evaluate.run(arguments.folder.resolve(), only=arguments.set, write=arguments.write)


def _verify(arguments: argparse.Namespace) -> int:
    from api.cli import verify

    if arguments.proof is not None:
        return verify.prove(
            arguments.file,
            proof=arguments.proof,
            key=arguments.key,
            since=arguments.since,
            certificates=arguments.certificates,
            data=arguments.data.resolve(),
        )
    return verify.run(arguments.file, data=arguments.data.resolve(), as_json=arguments.json)


def _bench(arguments: argparse.Namespace) -> int:
    from api.cli.benchmarks import run

    return run(arguments.name, data=arguments.data.resolve())


def _doctor(arguments: argparse.Namespace) -> int:
    from api.cli import doctor

    return doctor.run(data=arguments.data.resolve(), port=arguments.port)


def _backup(arguments: argparse.Namespace) -> int:
    from api.cli import backup

    work = backup.backup if arguments.command == "backup" else backup.restore
    return work(arguments.file.resolve(), data=arguments.data.resolve())


def _staff_add(arguments: argparse.Namespace) -> int:
    from api.cli import registry

    return registry.add_staff(
        login=arguments.login,
        name=arguments.name,
        role=Role(arguments.role),
        station_code=arguments.station,
        data=arguments.data.resolve(),
    )


def _staff_reset(arguments: argparse.Namespace) -> int:
    from api.cli import registry

    return registry.renew_access(login=arguments.login, data=arguments.data.resolve())


def _stations_import(arguments: argparse.Namespace) -> int:
    from api.cli import registry

    return registry.import_stations(arguments.file, dry_run=arguments.dry_run, data=arguments.data.resolve())


def _export_open_data(arguments: argparse.Namespace) -> int:
    from api.cli import exporting

    return exporting.open_data_files(arguments.folder.resolve(), data=arguments.data.resolve())


def _audit_check(arguments: argparse.Namespace) -> int:
    from api.cli import auditing

    return auditing.check(kept=arguments.kept, data=arguments.data.resolve())


def main() -> int:
    """Run the command of the command line; trouble is one sentence and exit code 2."""
    parser = _parser()
    arguments, others = parser.parse_known_args()
    if others and arguments.command != "test":
        parser.error(f"no se entiende: {' '.join(others)}")
    arguments.pytest = others
    run: Command = arguments.run
    try:
        return run(arguments)
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 2
    except ValidationError as error:
        detail = "; ".join(str(one["msg"]) for one in error.errors())
        print(Trouble("settings", detail=detail), file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
