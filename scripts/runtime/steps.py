"""Telling what goes on, doing a thing once, and failing in one line. Standard library only."""

import contextlib
import fcntl
import os
import shutil
import subprocess
import sys
import threading
import time

_REDRAW_SECONDS = 0.5
# In a log: soon after the step began, so that a reader knows what is under way, then seldom.
_FIRST_PLAIN_SECONDS = 2
_PLAIN_SECONDS = 30


class Failure(Exception):
    """Something that is missing or went wrong: what, and what to do about it."""

    def __init__(self, what, remedy=""):
        super().__init__(f"{what}. {remedy}" if remedy else what)


class Step:
    """One line of progress: what, how far, how long. On a terminal it is redrawn, in a log it is repeated seldom."""

    def __init__(self, what):
        self.what = what
        self.far = ""
        self._begin = time.monotonic()
        self._done = threading.Event()
        self._terminal = sys.stdout.isatty()

    def __enter__(self):
        self._ticker = threading.Thread(target=self._tick, daemon=True)
        self._ticker.start()
        return self

    def __exit__(self, kind, error, trace):
        self._done.set()
        self._ticker.join()
        self._draw("failed" if kind else "done", end="\n")

    def reached(self, far):
        """Say how far the step is, in its own words ("34 of 94 modules")."""
        self.far = far

    def _tick(self):
        pause = _REDRAW_SECONDS if self._terminal else _FIRST_PLAIN_SECONDS
        while not self._done.wait(pause):
            self._draw(self.far or "…", end="" if self._terminal else "\n")
            pause = _REDRAW_SECONDS if self._terminal else _PLAIN_SECONDS

    def _draw(self, state, end):
        seconds = time.monotonic() - self._begin
        line = f"  {self.what:<46} {state:<24} {seconds:6.1f} s"
        print(("\r\033[K" if self._terminal else "") + line, end=end, flush=True)


@contextlib.contextmanager
def locked(path, waiting=""):
    """Hold an exclusive lock; it ends with the process, however that ends. `waiting` is said when another holds it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "a+") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if waiting:
                print(f"  {waiting}", flush=True)
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def build_once(folder, build):
    """Have `folder` complete: `build(folder)` fills it, under a lock, unless it was completed before.

    A folder left half-way by a killed run has no mark and is built anew; what was downloaded stays downloaded.
    """
    mark = folder / ".complete"
    if not mark.exists():
        with locked(
            folder.with_name(folder.name + ".lock"), f"Waiting for another run that prepares {folder.name}"
        ):
            if not mark.exists():
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir(parents=True)
                build(folder)
                mark.touch()
    return folder


def run(command, *, env=None, cwd=None, on_line=None, failure=""):
    """Run a command quietly; every line of its output goes to `on_line`. Its last lines are shown if it fails."""
    process = subprocess.Popen(
        [str(word) for word in command],
        env={**os.environ, **(env or {})},
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    lines = []
    with process.stdout:
        for line in process.stdout:
            lines.append(line)
            if on_line:
                on_line(line)
    if process.wait():
        tail = "".join(lines[-25:])
        raise Failure(f"{failure or command[0]} failed (exit code {process.returncode}):\n{tail}")
    return "".join(lines)
