"""The benchmark runs to its end; what it measures is nobody's assertion."""

import subprocess
import sys

import pytest

pytestmark = [pytest.mark.e2e, pytest.mark.slow]


def test_the_benchmark_prints_both_sides() -> None:
    command = [sys.executable, "-m", "bench", "--rounds", "1", "--lifecycles", "5", "--concurrency", "2"]
    finished = subprocess.run(command, capture_output=True, text=True, timeout=110, check=False)
    assert finished.returncode == 0, finished.stderr
    assert "lifecycles/s" in finished.stdout
    assert "inspection of an upload" in finished.stdout


def test_the_benchmark_of_signing_prints_both_sides() -> None:
    command = [sys.executable, "-m", "bench.signing", "--turns", "3"]
    finished = subprocess.run(command, capture_output=True, text=True, timeout=110, check=False)
    assert finished.returncode == 0, finished.stderr
    assert "CPU: API + worker" in finished.stdout


def test_the_benchmark_of_encryption_prints_both_sides() -> None:
    command = [sys.executable, "-m", "bench.ciphers", "--turns", "3"]
    finished = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert finished.returncode == 0, finished.stderr
    assert "SM4-GCM" in finished.stdout


def test_the_benchmark_of_the_search_prints_both_sides() -> None:
    command = [sys.executable, "-m", "bench.lookup", "--rows", "3000", "--times", "3"]
    finished = subprocess.run(command, capture_output=True, text=True, timeout=110, check=False)
    assert finished.returncode == 0, finished.stderr
    assert "SQL LIKE" in finished.stdout


def test_the_benchmark_of_many_applications_prints_both_sides() -> None:
    command = [sys.executable, "-m", "bench.batch", "--count", "4", "--turns", "1", "--no-page"]
    finished = subprocess.run(command, capture_output=True, text=True, timeout=110, check=False)
    assert finished.returncode == 0, finished.stderr
    assert "one by one" in finished.stdout
