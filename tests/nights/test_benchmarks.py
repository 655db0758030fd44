import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_benchmarks_still_run() -> None:
    """What they measure is not looked at: that answers are right, and that both servers hold the same rows."""
    command = [sys.executable, "-m", "benchmarks", "--quick", "--only", "read,write"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=150, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "baseline" in run.stdout
