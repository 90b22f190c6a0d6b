"""The README's lines for the service, run against `fairlead serve` as a newcomer would."""

from __future__ import annotations

import json
import re
import shutil
import sys
from pathlib import Path

import pytest

from tests.command_line import ROOT
from tests.ports import LOOPBACK
from tests.service.processes import Processes

_TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
_SECTION = _TEXT.partition("\n## As a service\n")[2].partition("\n## ")[0]
_BLOCKS = re.findall(r"^```\n(.*?)^```", _SECTION, re.M | re.S)


def test_the_section_has_the_command_and_five_lines() -> None:
    """Everything that a newcomer types; the address is the default of the settings."""
    serve, calls = _BLOCKS
    assert serve.split("#")[0].strip() == "make serve"
    lines = calls.splitlines()
    assert len(lines) == 5
    assert all("curl" in line and "localhost:8000/v1/" in line for line in lines[1:])
    made = re.search(r"^serve: .*\n\t(.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
    assert made
    assert made[1] == "$(BIN)/fairlead serve"


@pytest.mark.skipif(shutil.which("curl") is None, reason="the README's lines need curl")
@pytest.mark.skipif(shutil.which("bash") is None, reason="the README's lines need a shell")
def test_the_lines_end_with_a_plan(tmp_path: Path) -> None:
    """A key, reps, leads, a window, and a plan in which its leads have owners or reasons."""
    env = {"FAIRLEAD_DATABASE_URL": f"sqlite:///{tmp_path}/fairlead.db"}
    with Processes() as processes:
        server = processes.fairlead("serve", "--port", "0", env=env)
        address = server.wait_for_line(r"server\.listening +address=http://(\S+)", 60)[1]
        assert address.startswith(LOOPBACK)
        server.wait_until_healthy(f"http://{address}/health/ready", 60)
        script = (_BLOCKS[1].replace("localhost:8000", address)
                  .replace(".venv/bin/fairlead", f"{sys.executable} -m api.cli"))
        (tmp_path / "lines.sh").write_text(f"set -euo pipefail\n{script}", encoding="utf-8")
        run = processes.command("bash", str(tmp_path / "lines.sh"), env=env)
        assert run.wait(120) == 0, run.log
        leads = {row["lead_id"] for row in json.loads(
            (ROOT / "api" / "sample" / "leads.json").read_text(encoding="utf-8"))}
        plan = json.loads(run.log[run.log.rindex('{\n  "schema_version"'):])
    placed = {one["lead_id"] for kind in ("assignments", "held", "kept") for one in plan[kind]}
    assert placed
    assert placed <= leads
    assert plan["certificate"]["gap"] == 0
