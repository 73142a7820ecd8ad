"""A site is published whole or not at all, and one build at a time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from stopwatch.publish import Workshop, swap


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A published site of two pages."""
    folder = tmp_path / "site"
    write(folder, {"index.html": "old", "gone/index.html": "a page that will be deleted"})
    return folder


def write(folder: Path, files: dict[str, str]) -> None:
    """Write files by their names."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def read(folder: Path) -> dict[str, str]:
    """Return all files by their names."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in files}


def test_the_new_site_takes_the_place_of_the_old_one(site: Path) -> None:
    """What the new site doesn't hold is gone, and nothing lies beside it."""
    workshop = open_workshop(site)
    write(workshop.new, {"index.html": "new"})
    workshop.publish()
    workshop.close()
    assert read(site) == {"index.html": "new"}
    assert list(site.parent.iterdir()) == [site]


def test_the_first_site_needs_no_old_one(tmp_path: Path) -> None:
    """Publishing works where nothing was, in a folder that has yet to be made."""
    workshop = open_workshop(tmp_path / "made" / "site")
    write(workshop.new, {"index.html": "new"})
    workshop.publish()
    assert read(workshop.destination) == {"index.html": "new"}


def test_an_unpublished_build_leaves_the_old_site(site: Path) -> None:
    """Closing the workshop drops what was built."""
    before = read(site)
    workshop = open_workshop(site)
    write(workshop.new, {"index.html": "half of it"})
    workshop.close()
    assert read(site) == before
    assert list(site.parent.iterdir()) == [site]


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError])
def test_a_swap_that_is_interrupted_half_way_is_undone(
    site: Path, monkeypatch: pytest.MonkeyPatch, error: type[BaseException]
) -> None:
    """After Ctrl-C or an error between the two renames the old site is there again."""
    before = read(site)
    workshop = open_workshop(site)
    interrupt_after_first_rename(monkeypatch, error)
    with pytest.raises(error):
        workshop.publish()
    workshop.close()
    assert read(site) == before


def interrupt_after_first_rename(
    monkeypatch: pytest.MonkeyPatch, error: type[BaseException]
) -> None:
    """Have the second rename fail, and all others work."""
    rename, calls = Path.rename, list[Path]()

    def interrupted(self: Path, target: Path) -> Path:
        calls.append(self)
        if len(calls) == 2:
            raise error
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", interrupted)


def test_a_swap_that_was_killed_half_way_is_undone_by_the_next_build(site: Path) -> None:
    """The old site waits in the workshop until somebody opens it."""
    before = read(site)
    (site.parent / ".site-build").mkdir()
    site.rename(site.parent / ".site-build" / "old")
    open_workshop(site).close()
    assert read(site) == before


def test_a_swap_keeps_the_old_folder_when_there_is_no_new_one(site: Path, tmp_path: Path) -> None:
    """Nothing is given up for a folder that does not exist."""
    before = read(site)
    with pytest.raises(FileNotFoundError):
        swap(tmp_path / "missing", site, tmp_path / "old")
    assert read(site) == before


def test_a_killed_build_leaves_no_lock_and_its_rubbish_is_cleared(site: Path) -> None:
    """The next build doesn't wait for the dead, nor build upon what they left."""
    kill_in_the_middle(site)
    assert (site.parent / ".site-build" / "new" / "half.html").exists()
    messages: list[str] = []
    workshop = Workshop(site)
    workshop.open(messages.append)
    workshop.prepare()
    assert not messages
    assert read(workshop.new) == {}
    workshop.close()


def kill_in_the_middle(site: Path) -> None:
    """Have another process start a build, and kill it."""
    source = (
        "import pathlib, signal, sys; from stopwatch.publish import Workshop;"
        "workshop = Workshop(pathlib.Path(sys.argv[1])); workshop.open(); workshop.prepare();"
        "(workshop.new / 'half.html').touch(); print('ready', flush=True); signal.pause()"
    )
    command = [sys.executable, "-c", source, str(site)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        process.send_signal(signal.SIGKILL)


def test_a_second_build_says_whom_it_waits_for_and_comes_next(site: Path) -> None:
    """Two builds of one site take turns."""
    first, second = open_workshop(site), Workshop(site)
    asked, told = threading.Event(), list[str]()

    def waiting(message: str) -> None:
        told.append(message)
        asked.set()

    turn = threading.Thread(target=second.open, args=[waiting])
    turn.start()
    assert asked.wait(10)
    assert second.lock is None
    first.close()
    turn.join(10)
    assert second.lock is not None
    assert str(os.getpid()) in told[0]
    assert second.folder.exists()
    second.close()


def test_a_process_that_inherited_the_lock_keeps_it(site: Path) -> None:
    """As long as the other language is being built, nobody else starts, even if its parent died."""
    workshop = open_workshop(site)
    assert workshop.lock is not None
    orphan = subprocess.Popen(["sleep", "0.3"], pass_fds=[workshop.lock])
    os.close(workshop.lock)
    told: list[str] = []
    after = Workshop(site)
    after.open(told.append)
    assert orphan.poll() is not None or orphan.wait(1) == 0
    assert len(told) == 1
    after.close()


def test_closing_twice_is_fine(site: Path) -> None:
    """Shutting down never fails because somebody shut down before."""
    workshop = open_workshop(site)
    workshop.close()
    workshop.close()


def open_workshop(site: Path) -> Workshop:
    """Return a workshop that is ready for a build."""
    workshop = Workshop(site)
    workshop.open()
    workshop.prepare()
    return workshop
