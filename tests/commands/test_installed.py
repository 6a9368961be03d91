"""The program as it is installed from its wheel: the `haand` command works from any folder, without the source."""

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import httpx2
import pytest

from pwa import __version__
from tests.browser.server import free_port
from tests.commands.conftest import PIP, Installed, do

ROOT = Path(__file__).parents[2]

pytestmark = [pytest.mark.no_database, pytest.mark.installed]


def test_the_installed_program_says_of_which_commit_it_was_made_and_the_source_that_it_is_that(
    installed: Installed,
):
    said = installed.run("--version").stdout

    source = subprocess.run(
        [sys.executable, "-m", "pwa", "--version"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    git = ["git", "log", "-1", "--format=%cs %h", "--abbrev=8"]
    commit = subprocess.run(git, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
    assert said in (f"haand {__version__} ({commit})\n", f"haand {__version__} ({commit}+)\n")
    assert source.stdout == f"haand {__version__} (source)\n"


def test_all_of_it_lies_in_one_folder_of_its_own(installed: Installed):
    with zipfile.ZipFile(installed.wheel) as wheel:
        names = wheel.namelist()

    assert {name.partition("/")[0] for name in names} == {"pwa", f"haand-{__version__}.dist-info"}
    assert f"haand-{__version__}.dist-info/licenses/LICENSE" in names


def test_what_it_needs_is_in_the_list_of_what_is_installed_with_it(installed: Installed):
    do(sys.executable, *PIP, "--python", str(installed.programs / "python"), "check")


def test_the_installed_demo_gives_a_browser_all_that_it_asks_for(installed: Installed, tmp_path: Path):
    with installed.running("demo", HAAND_DATA=str(tmp_path), PORT="0") as said:
        found = re.search(r"http://localhost:\d+", said)
        assert found, said
        with httpx2.Client(base_url=found[0], timeout=20) as browser:
            page = browser.get("/demo").text
            worker = browser.get("/service_worker.js").text
            files = sorted(set(re.findall(r"/(?:build|static)/[\w./-]+", page + worker)))
            answers = {file: browser.get(file).status_code for file in files}
            build = worker.split("/")[2]
            for name in ("vendor/htmx.js", "templates.js", "catalogues.js", "described.js"):
                answers[name] = browser.get(f"/build/{build}/{name}").status_code

    assert "Mette" in page
    assert len(answers) > 7
    assert set(answers.values()) == {200}


def test_the_installed_server_of_a_municipality_is_ready(installed: Installed, tmp_path: Path):
    settings = {"HAAND_ORIGIN": "https://haand.example.dk", "PORT": str(free_port())}
    with installed.running("serve", HAAND_DATA=str(tmp_path), **settings) as said:
        ready = httpx2.HTTPTransport(retries=5)  # it says its address a moment before it listens
        with httpx2.Client(base_url=f"http://localhost:{settings['PORT']}", transport=ready) as proxy:
            answer = proxy.get("/readyz", headers={"Host": "haand.example.dk"})

    assert "https://haand.example.dk" in said
    assert answer.status_code == 200


def test_the_work_of_cron_is_done_from_any_folder(installed: Installed, tmp_path: Path):
    people = tmp_path / "people.csv"
    people.write_text("medarbejder;navn;rolle;gruppe\n4101;Mette Kjær;medarbejder;Nord\n", encoding="utf-8")
    data = {"HAAND_DATA": str(tmp_path / "data")}

    commands = [
        installed.run("invite", "Lene Holm", **data),
        installed.run("import", "people", str(people), **data),
        installed.run("sweep", **data),
        installed.run("backup", str(tmp_path / "backup.sqlite3"), **data),
        installed.run("verify", str(tmp_path / "backup.sqlite3"), **data),
    ]

    assert [command.returncode for command in commands] == [0] * 5, commands
    assert "\nNye: 1." in commands[1].stdout
    assert list(installed.elsewhere.iterdir()) == []
