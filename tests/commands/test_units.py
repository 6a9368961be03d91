"""What the papers give systemd, cron and a terminal: each line is run as it stands, or is at least understood."""

import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from configparser import RawConfigParser
from pathlib import Path

import click
import httpx2
import pytest

from pwa.commands import main
from pwa.words import clock, day_of
from tests.browser.server import free_port
from tests.command_runner import run
from tests.commands.conftest import Installed

ROOT = Path(__file__).parents[2]
UNITS = ROOT / "docs" / "running" / "systemd"
PAPERS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
FENCE = re.compile("^ *```[^\n]*\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
CRON = re.compile(r"^(?:[\d*,/-]+ +){5}haand +(.+)$", re.MULTILINE)
COMMAND = re.compile(r"(?:^|[\s;(])haand ((?!haand\b)(?:--version|[a-z][a-z-]*)\b[^\n`|&>)]*)", re.MULTILINE)
PEOPLE = "medarbejder;navn;rolle;gruppe\n4101;Mette Kjær;medarbejder;Nord\n"
CHECKLISTS = "tjekliste;version;punkt;planlagt\nMorgenpleje;1;Vask;selv\n"
PLAN = """besøg;gruppe;medarbejder;borger;navn;adresse;dato;start;minutter;tjekliste
1;Nord;4101;b1;Else Holm;Møllevej 3;{today:%d-%m-%Y};07:30;30;Morgenpleje
"""
WHAT_RSYNC_DOES = """#!/bin/sh
for last; do :; done
while [ $# -gt 1 ]; do
  case "$1" in --exclude) shift ;; -*) ;; *) cp -r "$1" "$last" || exit ;; esac
  shift
done
"""

pytestmark = [pytest.mark.no_database]


class Machine:
    """A server's places, in a folder: what a line of the papers names lies there instead."""

    def __init__(self, folder: Path, programs: Path) -> None:
        self.folder, self.port = folder, free_port()
        for name in (
            "var/lib/haand",
            "var/lib/haand/blobs",
            "var/lib/haand-in",
            "mnt/backup",
            "usr/bin",
            "etc",
        ):
            (folder / name).mkdir(parents=True, mode=0o700)
        (folder / "var/lib/haand").chmod(0o700)
        (folder / "opt/haand").mkdir(parents=True)
        (folder / "opt/haand/bin").symlink_to(programs)
        for name, does in (("rsync", WHAT_RSYNC_DOES), ("ssh", f"#!/bin/sh\ncat >> {folder}/heads\n")):
            (folder / "usr/bin" / name).write_text(does)
            (folder / "usr/bin" / name).chmod(0o755)
        self.settings = {
            "HAAND_DATA": str(folder / "var/lib/haand"),
            "HAAND_ORIGIN": "https://haand.example.dk",
            "PORT": str(self.port),
        }
        self.path = f"{folder}/opt/haand/bin:{folder}/usr/bin:/usr/bin:/bin"

    def here(self, line: str) -> str:
        """A line of a paper, with this machine's places."""
        return re.sub(r"(?<![\w.])/(var/lib|mnt|opt|etc|usr/bin/rsync)", rf"{self.folder}/\1", line)

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """As systemd and cron run it: in no folder of ours, with as little around it as they give."""
        return subprocess.run(
            command, cwd="/", env={"PATH": self.path, **self.settings},
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip


@pytest.fixture(scope="session")
def municipality(tmp_path_factory: pytest.TempPathFactory, installed: Installed) -> Path:
    """The data of a municipality that has begun."""
    folder = tmp_path_factory.mktemp("municipality")
    made = Machine(folder, installed.programs)
    assert made.run("haand", "invite", "Lene Holm").returncode == 0
    assert made.run("haand", "new-key", "--log").returncode == 0
    for kind, content in (("people", PEOPLE), ("checklists", CHECKLISTS)):
        (folder / kind).write_text(content, encoding="utf-8")
        assert made.run("haand", "import", kind, str(folder / kind)).returncode == 0
    return folder / "var/lib/haand"


@pytest.fixture
def machine(tmp_path: Path, installed: Installed, municipality: Path) -> Machine:
    """One with that data, for which the care-record system has written its file."""
    made = Machine(tmp_path, installed.programs)
    shutil.copytree(municipality, tmp_path / "var/lib/haand", dirs_exist_ok=True)
    plan = PLAN.format(today=day_of(clock()))
    (tmp_path / "var/lib/haand-in/plan.csv").write_text(plan, encoding="utf-8")
    return made


def unit(name: str) -> RawConfigParser:
    """A unit's sections; what stands there several times is a text of several lines."""

    class Gathered(dict[str, str]):
        def __setitem__(self, key: str, value: str) -> None:
            if isinstance(value, list) and key in self:
                value = self[key] + value
            super().__setitem__(key, value)

    parser = RawConfigParser(dict_type=Gathered, strict=False, comment_prefixes=("#",))
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read_string((UNITS / name).read_text("utf-8"))
    return parser


def commands_of(name: str) -> list[list[str]]:
    """What a unit starts, one after the other (systemd.service(5), command lines)."""
    lines = unit(name)["Service"]["ExecStart"].splitlines()
    return [[word.replace("$$", "$") for word in shlex.split(line)] for line in lines if line]


def of_papers(pattern: re.Pattern[str]) -> Iterator[tuple[str, str]]:
    """(paper, what was found) in what the papers give to be typed or pasted."""
    for paper in PAPERS:
        for block in FENCE.findall(paper.read_text("utf-8")):
            yield from ((paper.name, found) for found in pattern.findall(block))


@pytest.mark.systemd
def test_systemd_finds_nothing_wrong_with_the_units(tmp_path: Path):
    (tmp_path / "haand").write_text("#!/bin/sh\n")
    (tmp_path / "haand").chmod(0o755)
    for file in UNITS.rglob("*.*"):
        if file.is_file():
            there = tmp_path / file.relative_to(UNITS)
            there.parent.mkdir(exist_ok=True)
            there.write_text(file.read_text("utf-8").replace("/opt/haand/bin", str(tmp_path)))

    found = subprocess.run(
        ["systemd-analyze", "verify", *map(str, sorted(tmp_path.glob("haand*.*[er]")))],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip

    assert (found.returncode, found.stdout, found.stderr) == (0, "", "")


def test_every_timer_has_its_service_and_every_unit_the_same_walls_around_it():
    services = {file.name for file in UNITS.glob("*.service")}
    walls = {
        tuple(line for line in file.read_text().partition("NoNewPrivileges")[2].splitlines() if "=" in line and "WantedBy" not in line)
        for file in UNITS.glob("*.service")
    }  # fmt: skip

    assert {file.stem + ".service" for file in UNITS.glob("*.timer")} == services - {"haand.service"}
    assert len(walls) == 1
    assert {unit(name)["Service"]["EnvironmentFile"] for name in services} == {"/etc/haand/haand.env"}


def test_the_command_of_the_paper_reads_the_settings_as_systemd_does(tmp_path: Path):
    [script] = [
        block for _, block in of_papers(re.compile(r"#!/bin/sh\n.*", re.DOTALL)) if "haand.env" in block
    ]
    program, command = tmp_path / "program", tmp_path / "haand"
    program.write_text("#!/bin/sh\nenv\n")
    command.write_text(
        script.replace("/etc/haand/haand.env", str(tmp_path / "env")).replace(
            "/opt/haand/bin/haand", str(program)
        )
    )
    for each in (program, command):
        each.chmod(0o755)
    unread = subprocess.run([command], env={}, capture_output=True, text=True, check=False)
    address = "postgresql://haand@db/haand?connect_timeout=5&application_name=haand"
    (tmp_path / "env").write_text(
        f"# what is set\n\nDATABASE_URL={address}\nHAAND_OIDC_NAME='Log ind med $A'\nPORT=8001"
    )

    said = subprocess.run([command], env={}, capture_output=True, text=True, check=True).stdout.splitlines()

    assert (unread.returncode, "kan ikke læses" in unread.stderr) == (3, True)
    assert {f"DATABASE_URL={address}", "HAAND_OIDC_NAME=Log ind med $A", "PORT=8001"} <= set(said)


@pytest.mark.parametrize("name", ["haand.service", "haand.service.d/local.conf"])
def test_a_unit_starts_no_empty_municipality_where_the_data_should_be(tmp_path: Path, name: str):
    command = commands_of(name)[-1]
    settings = {"HAAND_DATA": str(tmp_path / "not mounted"), "HAAND_ORIGIN": "https://haand.example.dk"}

    refused = run(*command[1:], **settings)

    assert (refused.returncode, "Der er ingen database" in refused.stderr) == (1, True)
    assert list(tmp_path.iterdir()) == []


def test_every_unit_waits_for_the_disk_of_the_data():
    for file in UNITS.glob("*.service"):
        assert "/var/lib/haand" in unit(file.name)["Unit"]["RequiresMountsFor"].split()


@pytest.mark.installed
@pytest.mark.parametrize("name", ["haand-backup.service", "haand-sweep.service", "haand-import.service"])
def test_what_a_timer_starts_goes_well_outside_the_source(machine: Machine, name: str):
    for command in commands_of(name):
        done = machine.run(*map(machine.here, command))

        assert done.returncode == 0, (command, done.stderr)
    if name == "haand-backup.service":
        assert len(list((machine.folder / "mnt/backup").glob("haand-*.sqlite3"))) == 1
        assert all(
            (machine.folder / "mnt/backup" / name).is_dir() for name in ("blobs", "sealing", "log-keys")
        )


@pytest.mark.installed
def test_the_service_serves_outside_the_source_and_ends_at_sigterm(machine: Machine):
    [command] = commands_of("haand.service")
    process = subprocess.Popen(
        [*map(machine.here, command)], cwd="/", env=machine.settings, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )  # fmt: skip
    with process, httpx2.Client(transport=httpx2.HTTPTransport(retries=5)) as watcher:
        try:
            assert process.stdout
            process.stdout.readline()
            ready = watcher.get(f"http://127.0.0.1:{machine.port}/readyz")
        finally:
            process.terminate()
        assert process.wait(20) in (0, -15)

    assert ready.status_code == 200


@pytest.mark.installed
def test_every_line_for_cron_goes_well_outside_the_source(machine: Machine):
    (machine.folder / "var/lib/haand/access-log-heads").write_text('{"n":1}\n')
    lines = [line for _, line in of_papers(CRON)]
    for line in lines:
        done = machine.run("/bin/sh", "-c", machine.here(line))

        assert (done.returncode, done.stdout) == (0, ""), (line, done.stderr)

    assert len(lines) == 6
    assert (machine.folder / "heads").read_text() == '{"n":1}\n'


def test_every_command_in_the_papers_is_one_that_there_is():
    found = [
        (paper.name, line)
        for paper in PAPERS
        for block in FENCE.findall(paper.read_text("utf-8"))
        for line in COMMAND.findall(re.sub(r"\$\([^)]*\)", "FILE", block))
    ]

    assert len(found) > 20
    assert [each for each in found if not is_understood(each[1])] == []
    assert not is_understood("swep")
    assert not is_understood("sweep --older")
    assert not is_understood("import plan")


def is_understood(line: str) -> bool:
    """Whether the command line takes this, whatever the files that it names."""
    name, *arguments = shlex.split(line, comments=True)
    if name == "--version":
        return True
    command = main.get_command(click.Context(main), name)
    if isinstance(command, click.Group):
        command = command.commands.get(arguments.pop(0)) if arguments else None
    if command is None:
        return False
    context = click.Context(command, info_name=name)
    try:
        given, more, _ = command.make_parser(context).parse_args(arguments)
    except click.UsageError:
        return False
    missing = [
        param
        for param in command.params
        if param.required and not isinstance(given.get(param.name or ""), str)
    ]
    return not more and not missing
