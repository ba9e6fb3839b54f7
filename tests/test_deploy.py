"""What is deployed, as far as it can be checked without a cluster: it parses, and names only what exists."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.settings import Settings

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
FILES = sorted(path for path in DEPLOY.iterdir() if path.is_file())
VARIABLE = re.compile(r"\bTANGGAP_([A-Z]+)__([A-Z_]+)")
SECRETS = re.compile(r"\b(TELEGRAM_[A-Z_]+|EMBEDDINGS_[A-Z_]+)\b")


def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    return found


def steps(name: str) -> list[str]:
    """What stands after an instruction of the Dockerfile, each on one line."""
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    return [line.removeprefix(name).strip() for line in text.splitlines() if line.startswith(name + " ")]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_setting_that_is_named_exists(path: Path) -> None:
    known = Settings().model_dump()
    named = VARIABLE.findall(path.read_text(encoding="utf-8"))
    assert [pair for pair in named if pair[1].lower() not in known.get(pair[0].lower(), {})] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_secret_stands_in_a_file(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for line in text.splitlines():
        if SECRETS.search(line) and not line.lstrip().startswith("#"):
            assert re.search(r": \$\{[A-Z_]+[:}]", line), line


def test_the_unit_starts_the_service_and_gives_it_time_to_finish() -> None:
    unit = configparser.RawConfigParser(strict=False)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(DEPLOY / "tanggap.service")
    service = unit["Service"]
    assert service["ExecStart"].split()[1:] == ["run", "--config", "/srv/tanggap/config.toml"]
    assert service["KillSignal"] == "SIGTERM"
    assert int(service["TimeoutStopSec"]) > 10 + Settings().server.drain_seconds
    assert service["User"] != "root"


def test_systemd_understands_the_unit_and_finds_it_well_confined() -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("no systemd here")
    unit = str(DEPLOY / "tanggap.service")
    checked = subprocess.run(
        ["systemd-analyze", "verify", unit], capture_output=True, text=True, timeout=60, check=False
    )
    complaints = [line for line in checked.stderr.splitlines() if "tanggap.service" in line]
    assert [line for line in complaints if "is not executable" not in line] == []
    rated = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=20", unit],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    if "Unknown" in rated.stderr or "unrecognized" in rated.stderr:
        pytest.skip("systemd is too old to rate a file")
    assert rated.returncode == 0, rated.stdout[-500:]


def test_the_image_runs_as_nobody_in_particular_and_says_how_it_is() -> None:
    assert steps("USER") == ["tanggap"]
    assert steps("CMD")[-1] == '["tanggap", "run"]'
    assert "/healthz" in steps("HEALTHCHECK")[0]
    assert steps("STOPSIGNAL") == ["SIGTERM"]
    assert all("slim" in line for line in steps("FROM"))
    python = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["requires-python"]
    assert all(f"python:{python.removeprefix('>=')}" in line for line in steps("FROM"))


def test_what_the_image_copies_is_there_and_reaches_it() -> None:
    let_in = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8").split()
    for line in steps("COPY"):
        if line.startswith("--from"):
            continue
        *sources, _ = [word for word in line.split() if not word.startswith("--")]
        for source in sources:
            assert (ROOT / source).exists(), source
            assert f"!{source}" in let_in, source
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    wanted = re.search(r"'\.\[(\w+)\]'", steps("RUN")[0])
    assert wanted
    assert wanted[1] in extras


def test_the_composed_service_waits_for_its_database_and_may_write_nowhere() -> None:
    services = compose()["services"]
    bot, database = services["tanggap"], services["database"]
    assert bot["depends_on"] == {"database": {"condition": "service_healthy"}}
    assert "healthcheck" in database
    assert bot["read_only"] is True
    assert bot["environment"]["TANGGAP_STORAGE__URL"].startswith("postgresql://")
    assert all(port.startswith("127.0.0.1:") for port in bot["ports"]), "only a proxy reaches it"
    assert "ports" not in database
    volumes = {volume.partition(":")[0] for service in services.values() for volume in service.get("volumes", ())}
    assert volumes == set(compose()["volumes"])
    assert (DEPLOY / bot["build"]["context"] / bot["build"]["dockerfile"]).is_file()
