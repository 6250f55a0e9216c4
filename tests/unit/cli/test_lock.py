import os
import subprocess
import time
from pathlib import Path

import pytest

from cli.up import lock as locking
from cli.up.lock import DataDirInUse, exclusive


def test_a_second_holder_is_refused_at_once_and_told_who_holds_it(tmp_path: Path) -> None:
    with exclusive(tmp_path / "lock"):
        began = time.monotonic()
        with pytest.raises(DataDirInUse, match=str(tmp_path)) as refused, exclusive(tmp_path / "lock"):
            pass
    assert refused.value.pid == os.getpid()
    assert time.monotonic() - began < locking.PATIENCE_SECONDS


def test_the_lock_is_free_again_after_its_holder(tmp_path: Path) -> None:
    with exclusive(tmp_path / "lock"):
        pass
    with exclusive(tmp_path / "lock"):
        pass


def test_a_child_that_inherited_the_lock_keeps_it_until_it_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with exclusive(tmp_path / "lock") as descriptor:
        heir = subprocess.Popen(["sleep", "60"], pass_fds=(descriptor,))
    monkeypatch.setattr(locking, "PATIENCE_SECONDS", 0.1)
    with pytest.raises(DataDirInUse), exclusive(tmp_path / "lock"):
        pass
    heir.kill()
    heir.wait()
    with exclusive(tmp_path / "lock"):
        pass


def test_after_its_holder_was_killed_the_lock_is_waited_for(tmp_path: Path) -> None:
    with subprocess.Popen(["true"]) as dead:
        dead.wait()
    with exclusive(tmp_path / "lock") as descriptor:
        heir = subprocess.Popen(["sleep", "0.3"], pass_fds=(descriptor,))
        os.truncate(descriptor, 0)
        os.pwrite(descriptor, str(dead.pid).encode(), 0)
    with exclusive(tmp_path / "lock"):
        assert heir.wait(1) == 0
