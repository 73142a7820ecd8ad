"""A warm interpreter: imports everything the programs need once, then forks one process for each.

Runs as a process of its own, with one thread, and is told what to start over a socket. A program
started this way is a process, session and group of its own, like any other. POSIX only.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import importlib
import json
import os
import runpy
import selectors
import signal
import socket
import sys
import tempfile
from pathlib import Path
from typing import Any

from stopwatch.trace import instrument, loops, workers
from stopwatch.trace.program import exit_quickly, main, output

_MESSAGE = 65_536


def serve(descriptor: int, modules: list[str]) -> None:
    """Import modules, then start programs on request until the other end of the socket closes.

    A request is one message: JSON and the descriptors of stdout and stderr. The answers, a line
    each, are ``["started", number, pid]`` and ``["ended", number, status, cpu seconds]``. When the
    socket closes, every program that is still running is killed.
    """
    output.install()  # Before anything can take hold of the plain sys.stderr.
    for module in modules:
        _import(module)
    instrument.prepare(*loops.HOOKED, *workers.HOOKED)
    gc.collect()
    gc.freeze()
    with socket.socket(fileno=descriptor) as connection:
        connection.sendall(b'["ready"]\n')
        request = _Server(connection).next_program()
    if request is None:
        os._exit(0)  # Taking all modules apart takes a while, and nobody looks.
    _become(request)


def _import(module: str) -> None:
    """Import a module; "openai:AsyncOpenAI" also sends a request, to nobody, with that client.

    The SDKs load a good part of themselves for the first request. Programs that time theirs list
    the models before; so that is done here, and nothing is loaded that they would load later.
    """
    name, _, client = module.partition(":")
    with contextlib.suppress(Exception):  # The program that needs it will say what is wrong.
        found = importlib.import_module(name)
        if client:
            asyncio.run(_list_models(getattr(found, client)))


async def _list_models(client_class: Any) -> None:
    async with client_class(api_key="-", base_url="http://127.0.0.1:9", max_retries=0) as client:
        await client.models.list()


class _Server:
    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._selector = selectors.DefaultSelector()
        self._selector.register(connection, selectors.EVENT_READ)
        self._running: dict[int, int] = {}  # pid → the request's number

    def next_program(self) -> dict[str, Any] | None:
        """Serve until the connection closes (None); in each forked child, return its request."""
        while True:
            for key, _ in self._selector.select():
                if key.fileobj is not self._connection:
                    self._reap(key.fd, key.data)
                    continue
                message, descriptors, _, _ = socket.recv_fds(self._connection, _MESSAGE, 2)
                if not message:
                    self._kill_all()
                    return None
                request = json.loads(message)
                if self._fork(request, descriptors):
                    return {**request, "descriptors": descriptors}

    def _fork(self, request: dict[str, Any], descriptors: list[int]) -> bool:
        """Fork; return True in the child."""
        pid = os.fork()
        if pid == 0:
            self._selector.close()
            return True
        for descriptor in descriptors:
            os.close(descriptor)
        watch = os.pidfd_open(pid)
        self._selector.register(watch, selectors.EVENT_READ, data=pid)
        self._running[pid] = request["number"]
        self._say("started", request["number"], pid)
        return False

    def _reap(self, watch: int, pid: int) -> None:
        self._selector.unregister(watch)
        os.close(watch)
        _, status, usage = os.wait4(pid, 0)
        cpu = usage.ru_utime + usage.ru_stime
        self._say("ended", self._running.pop(pid), os.waitstatus_to_exitcode(status), cpu)

    def _say(self, *answer: object) -> None:
        try:
            self._connection.sendall(json.dumps(answer).encode() + b"\n")
        except OSError:
            self._kill_all()

    def _kill_all(self) -> None:
        for pid in self._running:
            try:
                os.killpg(pid, signal.SIGKILL)
            except OSError:
                continue


def _become(request: dict[str, Any]) -> None:
    """Turn this forked process into the program's: its session, streams, folder, environment."""
    os.setsid()
    for target, descriptor in enumerate(request["descriptors"], start=1):
        os.dup2(descriptor, target)
        os.close(descriptor)
    os.chdir(request["folder"])
    os.environ.clear()
    os.environ.update(request["environment"])
    tempfile.tempdir = None
    sys.orig_argv[:] = [sys.executable, request["program"]]
    program, arguments = request["program"], request["arguments"]
    if request["events"]:
        exit_quickly(main(request["events"], program, arguments, trace=request["trace"]))
    sys.argv[:] = [program, *arguments]
    sys.path[0] = str(Path(program).parent)
    runpy.run_path(program, run_name="__main__")
    exit_quickly(0)
