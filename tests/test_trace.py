"""The tracer records what happened, and changes nothing that a program can observe."""

from __future__ import annotations

import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from tests.programs import cpu_share, overlap, record_text

pytestmark = pytest.mark.kept()

# Tasks


def test_a_task_has_a_name_a_parent_and_an_outcome(tmp_path: Path) -> None:
    """Every task gets a lane: who made it, how it ended, and with which exception."""
    run = record_text(
        tmp_path,
        """
        import asyncio

        async def work(fail: bool) -> None:
            await asyncio.sleep(0.01)
            if fail:
                raise ValueError("no")

        async def main() -> None:
            good = asyncio.create_task(work(False), name="good")
            bad = asyncio.create_task(work(True), name="bad")
            slow = asyncio.create_task(asyncio.sleep(9), name="slow")
            await asyncio.gather(good, bad, return_exceptions=True)
            slow.cancel()
            await asyncio.wait([slow])

        asyncio.run(main())
        """,
    )
    main = run.lane("main")
    outcomes = {name: run.lane(name).outcome for name in ("main", "good", "bad", "slow")}
    assert outcomes == {"main": "done", "good": "done", "bad": "error", "slow": "cancelled"}
    assert run.lane("bad").error == "ValueError"
    assert {run.lane(name).parent for name in ("good", "bad", "slow")} == {main.id}
    assert run.lane("good").runs == "work"


def test_a_name_that_is_no_text_can_be_shown(tmp_path: Path) -> None:
    """A file name that isn't UTF-8 has half of a surrogate pair in it, and tasks are named so."""
    run = record_text(
        tmp_path,
        """
        import asyncio

        async def main() -> None:
            await asyncio.create_task(asyncio.sleep(0), name="caf\\udce9")

        asyncio.run(main())
        """,
    )
    assert run.to_json().encode()
    assert run.lane(r"caf\udce9")


def test_a_suspended_task_tells_its_line_and_what_it_waits_for(tmp_path: Path) -> None:
    """Each stretch ends on a line of the program, with a word for what the task then waits for."""
    run = record_text(
        tmp_path,
        """
        import asyncio

        async def child() -> None:
            await asyncio.sleep(0.02)

        async def main() -> None:
            task = asyncio.create_task(child(), name="child")
            await task
            await asyncio.gather(child(), child())
            async with asyncio.TaskGroup() as group:
                group.create_task(child(), name="grouped")
            await asyncio.to_thread(sum, [1, 2])
            queue = asyncio.Queue()
            asyncio.get_running_loop().call_later(0.01, queue.put_nowait, 1)
            await queue.get()
            await asyncio.sleep(0)

        asyncio.run(main())
        """,
    )
    waits = [(s.line, s.waits_on) for s in run.segments_of("main")]
    assert waits[:7] == [
        (9, "task"),
        (10, "gather"),
        (11, "task group"),
        (13, "thread"),
        (16, "queue"),
        (17, None),
        (None, None),
    ]
    first = run.segments_of("main")[0]
    assert first.waits_for == (run.lane("child").id,)
    assert [s.waits_on for s in run.segments_of("child")] == ["sleep", None]


WAITING = """
import asyncio

async def on_lock(lock):
    async with lock:
        pass

async def on_semaphore(semaphore):
    async with semaphore:
        pass

async def on_condition(condition):
    async with condition:
        await condition.wait()

async def limited():
    await asyncio.wait_for(asyncio.sleep(0.05), 1)

async def limited_task(task):
    await asyncio.wait_for(task, 1)

async def next_one(task):
    for first in asyncio.as_completed([task]):
        await first

async def main():
    lock, semaphore, condition = asyncio.Lock(), asyncio.BoundedSemaphore(1), asyncio.Condition()
    await lock.acquire()
    await semaphore.acquire()
    napper = asyncio.create_task(asyncio.sleep(0.1), name="napper")
    work = [on_lock(lock), on_semaphore(semaphore), on_condition(condition)]
    work += [limited(), limited_task(napper), next_one(napper)]
    tasks = [asyncio.create_task(one, name=one.__name__) for one in work]
    await asyncio.sleep(0.2)
    lock.release()
    semaphore.release()
    async with condition:
        condition.notify_all()
    await asyncio.gather(*tasks)

asyncio.run(main())
"""


def test_the_word_for_what_is_awaited(tmp_path: Path) -> None:
    """Entering a lock is waiting for the lock; a limit in between changes nothing."""
    run = record_text(tmp_path, WAITING)
    limits = ("limited", "sleep"), ("limited_task", "task"), ("next_one", "as_completed")
    expected = [("on_lock", "lock"), ("on_semaphore", "semaphore"), ("on_condition", "condition")]
    for name, word in (*expected, *limits):
        waits = {segment.waits_on for segment in run.segments_of(name)}
        # Python 3.11 wraps what wait_for is given into a task.
        assert waits - {None} <= {word, "task"}, name
        assert word in waits or name == "limited", name


def test_a_starved_sleeper_is_late_not_asleep(tmp_path: Path) -> None:
    """While another task blocks the loop, a sleeper whose time is up is due, but kept waiting."""
    run = record_text(
        tmp_path,
        """
        import asyncio, time

        async def sleeper() -> None:
            await asyncio.sleep(0.1)

        async def blocker() -> None:
            await asyncio.sleep(0.05)
            time.sleep(0.4)

        async def main() -> None:
            async with asyncio.TaskGroup() as group:
                group.create_task(sleeper(), name="sleeper")
                group.create_task(blocker(), name="blocker")

        asyncio.run(main())
        """,
    )
    woken = run.segments_of("sleeper")[-1]
    assert woken.due is not None
    assert woken.due < 0.5 * woken.start, "it was due long before it got the loop"
    held = max(run.segments_of("blocker"), key=lambda s: s.end - s.start)
    assert held.start < woken.due < held.end <= woken.start


def test_the_loop_is_held_by_one_task_at_a_time(tmp_path: Path) -> None:
    """Stretches of tasks in one loop never overlap, eager ones included."""
    eager = (
        "loop.set_task_factory(asyncio.eager_task_factory)" if sys.version_info >= (3, 12) else ""
    )
    run = record_text(
        tmp_path,
        f"""
        import asyncio, time

        async def work(seconds: float) -> None:
            time.sleep(seconds)
            await asyncio.sleep(seconds)
            time.sleep(seconds)

        async def main() -> None:
            loop = asyncio.get_running_loop()
            {eager}
            await asyncio.gather(*(asyncio.create_task(work(0.01)) for _ in range(4)))

        asyncio.run(main())
        """,
    )
    stretches = [s for s in run.segments if s.cpu is None]
    assert len(stretches) >= 9
    for before, after in pairwise(stretches):
        assert overlap(before, after) < 0.05


@pytest.mark.skipif(sys.version_info < (3, 12), reason="eager tasks came with Python 3.12")
def test_eager_tasks_are_seen(tmp_path: Path) -> None:
    """A task that runs inside create_task has a lane, even if it never suspends."""
    run = record_text(
        tmp_path,
        """
        import asyncio

        async def at_once() -> None:
            print("at once")

        async def later() -> None:
            await asyncio.sleep(0.01)

        async def main() -> None:
            asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
            asyncio.create_task(at_once(), name="at once")
            await asyncio.create_task(later(), name="later")

        asyncio.run(main())
        """,
    )
    assert run.lane("at once").outcome == "done"
    assert run.lane("at once").parent == run.lane("main").id
    assert len(run.segments_of("later")) == 2
    # What the task is called meanwhile differs: some Pythons name it when its first step is over.
    assert run.line_at("at once").lane == run.lane("at once").id


def test_tasks_under_uvicorn_are_seen(tmp_path: Path) -> None:
    """A server that makes its own loop and tasks is recorded like any other program."""
    run = record_text(
        tmp_path,
        """
        import asyncio, socket
        import uvicorn

        async def app(scope, receive, send):
            if scope["type"] == "http":
                print("asked")
                await asyncio.sleep(0.05)
                await send({"type": "http.response.start", "status": 200, "headers": []})
                await send({"type": "http.response.body", "body": b"hi"})

        async def main() -> None:
            with socket.create_server(("127.0.0.1", 0)) as listening:
                config = uvicorn.Config(app, log_level="error", loop="asyncio", lifespan="off")
                server = uvicorn.Server(config)
                serving = asyncio.create_task(server.serve([listening]), name="server")
                while not server.started:
                    await asyncio.sleep(0.01)
                reader, writer = await asyncio.open_connection(*listening.getsockname())
                writer.write(b"GET / HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n")
                print(b"hi" in await reader.read())
                writer.close()
                server.should_exit = True
                await serving

        asyncio.run(main())
        """,
    )
    assert run.stdout == "asked\nTrue"
    request = next(lane for lane in run.lanes if lane.runs and "run_asgi" in lane.runs)
    assert request.outcome == "done"
    assert run.line_at("asked").lane == request.id
    assert "sleep" in {s.waits_on for s in run.segments if s.lane == request.id}


# Threads and processes

BURN = """
import multiprocessing, sys, threading, time
from concurrent.futures import ProcessPoolExecutor

def burn(_=None) -> None:
    end = time.perf_counter() + 0.4
    while time.perf_counter() < end:
        sum(range(1000))

def both(make) -> None:
    workers = [make(target=burn, name=name) for name in ("one", "two")]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

"""


def test_two_busy_threads_have_half_a_processor_each(tmp_path: Path) -> None:
    """Under the GIL two threads that compute share one processor: each has about half."""
    run = record_text(tmp_path, BURN + "both(threading.Thread)")
    one, two = run.segments_of("one")[0], run.segments_of("two")[0]
    assert overlap(one, two) > 0.8 * (one.end - one.start)
    assert cpu_share(run, "one") + cpu_share(run, "two") < 1.3
    assert {run.lane(name).kind for name in ("one", "two")} == {"thread"}


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_processes_are_seen_however_they_start(tmp_path: Path, method: str) -> None:
    """A process has a lane, a parent and its own CPU time, whichever way it was started."""
    program = f"""
if __name__ == "__main__":
    both(multiprocessing.get_context("{method}").Process)
"""
    run = record_text(tmp_path, BURN + program, timeout=20)
    assert run.error is None
    assert run.exit == 0
    for name in ("one", "two"):
        assert run.lane(name).kind == "process"
        assert run.lane(name).outcome == "done"
        assert run.lane(name).parent is not None or method != "fork"
        assert cpu_share(run, name) > 0.5


def test_a_child_that_the_program_forks_is_a_process(tmp_path: Path) -> None:
    """What it does is its own, even if both go on with tasks."""
    run = record_text(
        tmp_path,
        """
        import asyncio, os

        async def main(name: str) -> None:
            await asyncio.create_task(asyncio.sleep(0.01), name=name)
            print("from", name)

        child = os.fork()
        asyncio.run(main("parent" if child else "child"))
        if not child:
            raise ValueError
        os.waitpid(child, 0)
        """,
    )
    assert [lane.name for lane in run.lanes if lane.kind == "process"] == ["fork-1"]
    fork = run.lane("fork-1")
    assert (fork.outcome, fork.error) == ("error", "ValueError")
    parents = {lane.id: lane.parent for lane in run.lanes}
    assert [parents[line.lane or 0] == fork.id for line in run.output if "from" in line.text] == [
        line.text == "from child" for line in run.output if "from" in line.text
    ]


def test_the_items_of_a_process_pool_are_stretches(tmp_path: Path) -> None:
    """A pool's process is busy during its items, and what it prints is in the log."""
    run = record_text(
        tmp_path,
        BURN
        + """
def item(number: int) -> int:
    burn()
    print("item", number)
    return number

if __name__ == "__main__":
    with ProcessPoolExecutor(2) as pool:
        print(list(pool.map(item, range(2))))
""",
        timeout=20,
    )
    assert "[0, 1]" in run.stdout
    speakers = {line.task for line in run.output if line.text.startswith("item")}
    lanes = {lane.name: lane for lane in run.lanes if lane.kind == "process"}
    assert speakers <= set(lanes)
    ids = {lane.id for lane in lanes.values()}
    items = [s for s in run.segments if s.lane in ids and s.end - s.start > 300]
    assert len(items) == 2


def test_a_pools_thread_is_busy_only_during_its_items(tmp_path: Path) -> None:
    """Between two calls of to_thread the worker thread has no stretch."""
    run = record_text(
        tmp_path,
        """
        import asyncio, time

        async def main() -> None:
            await asyncio.to_thread(time.sleep, 0.05)
            await asyncio.sleep(0.1)
            await asyncio.to_thread(time.sleep, 0.05)

        asyncio.run(main())
        """,
    )
    worker = next(lane for lane in run.lanes if lane.kind == "thread" and lane.own)
    stretches = [s for s in run.segments if s.lane == worker.id]
    assert len(stretches) == 2
    assert sum(s.end - s.start for s in stretches) < 0.8 * (stretches[1].end - stretches[0].start)


def test_a_thread_that_dies_says_of_what(tmp_path: Path) -> None:
    """A thread's exception is its lane's outcome."""
    run = record_text(
        tmp_path,
        """
        import threading

        def fail() -> None:
            raise KeyError("gone")

        worker = threading.Thread(target=fail, name="worker")
        worker.start()
        worker.join()
        """,
    )
    assert (run.lane("worker").outcome, run.lane("worker").error) == ("error", "KeyError")
    assert "KeyError" in run.stderr


# The clock


def test_imports_dont_count(tmp_path: Path) -> None:
    """The clock starts when the imports are done, however long they took."""
    (tmp_path / "lib").mkdir()
    run = record_text(tmp_path, "import asyncio, json, http.client, xml.dom.minidom\nprint('go')")
    assert run.imports > 5 * run.line_at("go").t


@pytest.mark.parametrize(
    ("end", "outcome", "error"),
    [
        ("1 / 0", "error", "ZeroDivisionError"),
        ("raise SystemExit(3)", "done", None),
        ("", "done", None),
    ],
)
def test_a_main_thread_ends_as_its_program_does(
    tmp_path: Path, end: str, outcome: str, error: str | None
) -> None:
    """What nobody caught is what it died of."""
    run = record_text(tmp_path, f"print('on its way')\n{end}")
    lane = run.lane("MainThread")
    assert (lane.outcome, lane.error) == (outcome, error)


def test_output_outside_tasks_belongs_to_the_main_thread(tmp_path: Path) -> None:
    """What no task wrote is the thread's; what went straight to the descriptor is nobody's."""
    run = record_text(
        tmp_path,
        """
        import os, subprocess, sys
        print("before")
        subprocess.run(["echo", "from a child"], check=True)
        os.write(2, b"raw\\n")
        print("last, without a newline", end="")
        """,
    )
    assert run.line_at("before").task == "MainThread"
    assert run.line_at("from a child").task == ""
    assert run.line_at("raw").stream == "stderr"
    assert run.output[-1].text in {"last, without a newline", "raw"}
    assert "last, without a newline" in run.stdout


def test_many_segments_are_counted_not_kept(tmp_path: Path) -> None:
    """Past a few thousand stretches the run says how many were left out."""
    run = record_text(
        tmp_path,
        """
        import asyncio

        async def main() -> None:
            for _ in range(9_000):
                await asyncio.sleep(0)

        asyncio.run(main())
        """,
    )
    assert len(run.segments) <= 4_100
    assert run.left_out > 4_000


# Nothing it can observe changes

OBSERVANT = {
    "an error": "import asyncio\nasync def main(): 1 / 0\nasyncio.run(main())",
    "an error in a group": """
import asyncio
async def bad(): raise ValueError("no")
async def main():
    async with asyncio.TaskGroup() as group:
        group.create_task(bad())
asyncio.run(main())
""",
    "no coroutine": """
import asyncio
async def main(): asyncio.create_task(print)
asyncio.run(main())
""",
    "debug mode": """
import asyncio, sys
async def lost(): await asyncio.get_running_loop().create_future()
async def main():
    task = asyncio.create_task(lost(), name="lost")
    await asyncio.sleep(0.01)
    task.print_stack(file=sys.stderr)
    raise RuntimeError("stop")
asyncio.run(main(), debug=True)
""",
    "a lost error": """
import asyncio, gc
async def bad(): raise ValueError("no")
async def main():
    asyncio.create_task(bad(), name="bad")
    await asyncio.sleep(0.01)
    gc.collect()
    print("after")
asyncio.run(main())
""",
    "a stack": """
import asyncio, traceback, sys
def look(): traceback.print_stack(file=sys.stdout)
async def main():
    look()
    asyncio.get_running_loop().call_soon(look)
    await asyncio.sleep(0)
asyncio.run(main())
""",
    "a thread": """
import threading
def bad(): raise ValueError("no")
worker = threading.Thread(target=bad, name="w")
worker.start(); worker.join()
worker.start()
""",
    "identity": """
import asyncio
async def work(): return 1
async def main():
    coro = work()
    task = asyncio.create_task(coro, name="x")
    print(task.get_coro() is coro, type(task), await task, type(asyncio.events.Handle).__name__)
    print(asyncio.get_running_loop().call_soon(print, "hello"))
    await asyncio.sleep(0)
asyncio.run(main())
""",
    "exits": """
import sys, atexit
atexit.register(print, "bye")
print(sys.argv[1:], __name__)
sys.exit(3)
""",
    "exits with words": "import sys\nsys.exit('so long')",
    "never awaited": "async def f(): pass\nf()\nprint('end')",
    "in a pool": """
from concurrent.futures import ThreadPoolExecutor
import traceback
def bad(): raise ValueError("no")
pool = ThreadPoolExecutor(1)
future = pool.submit(bad)
pool.shutdown()
try: future.result()
except ValueError: traceback.print_exc()
""",
    "in a process": """
from concurrent.futures import ProcessPoolExecutor
def bad(): raise ValueError("no")
if __name__ == "__main__":
    with ProcessPoolExecutor(1) as pool:
        pool.submit(bad).result()
""",
    "unpicklable": """
from concurrent.futures import ProcessPoolExecutor
if __name__ == "__main__":
    with ProcessPoolExecutor(1) as pool:
        pool.submit(lambda: 1).result()
""",
    "a class of its own": """
import multiprocessing
class Answer: pass
def work(queue): queue.put(Answer())
if __name__ == "__main__":
    context = multiprocessing.get_context("spawn")
    queue = context.Queue()
    context.Process(target=work, args=(queue,)).start()
    print(queue.get())
""",
    "its surroundings": """
import __main__, inspect, os, sys
print(sorted(vars(__main__)), __builtins__, type(__loader__), len(inspect.stack()))
print(sys.argv, sys.orig_argv[1:], sys.path[0], len(sys.path), os.environ.get("PYTHONPATH"))
""",
    "Ctrl-C": "import os, signal\nos.kill(os.getpid(), signal.SIGINT)",
    "a hook that fails": "import sys\ndef hook(*_): 1 / 0\nsys.excepthook = hook\nmissing",
    "no such encoding": "# coding: nonsense\nprint(1)",
    "a null byte": "print(1)\n\0",
    "an order of imports": """
import sys
sys.modules["_decimal"] = None
import decimal
print("_pydecimal" in sys.modules)
""",
    "what the compiler says": "import asyncio\nassert (1, 'always')\nprint('\\d')",
    "its own exec": """
import subprocess, sys, traceback
try: exec("1 / 0")
except ZeroDivisionError: traceback.print_exc()
subprocess.run([sys.executable, "-c", "1 / 0"])
""",
    "half a line": """
import os
print("a", end="", flush=True)
print("b")
print("about to", end=" ", flush=True)
print("end", end="", flush=True)
os._exit(3)
""",
    "streams": """
import sys
print(sys.stdout is sys.__stdout__, sys.stdout.name, sys.stderr.buffer.name, sys.stdout.mode)
class Holding:
    held = []
    def write(self, text): self.held.append(text)
    def flush(self):
        while self.held: sys.__stdout__.write(self.held.pop())
sys.stdout = Holding()
sys.stdout.write("held to the end")
""",
    "another file in place": """
import os, sys
reader, writer = os.pipe()
before = os.dup(1)
os.dup2(writer, 1)
print("caught", flush=True)
os.dup2(before, 1)
print(os.read(reader, 100))
""",
    "an interpreter inside": """
try: import _interpreters as inside
except ImportError: import _xxsubinterpreters as inside
source = "import sys; print(len(sys.path), 'stopwatch' in sys.modules, flush=True)"
inside.run_string(inside.create(), source)
""",
    "callbacks that look back": """
import asyncio
class Callback:
    def __getattr__(self, name):
        print("asked for", name)
        raise RuntimeError
    def __call__(self): print("called")
async def main():
    asyncio.get_running_loop().call_soon(Callback())
    await asyncio.sleep(0)
asyncio.run(main())
""",
}


def plainly(program: Path, interpreter: str = sys.executable) -> tuple[int, str, str]:
    """Run a program as a reader would and return its status, stdout and stderr."""
    done = subprocess.run(
        [interpreter, str(program)], capture_output=True, text=True, cwd=program.parent, check=False
    )
    return done.returncode, comparable(done.stdout, program), comparable(done.stderr, program)


def comparable(text: str, program: Path) -> str:
    """Take out of a text what differs from run to run: times, addresses, folders."""
    for folder in (f"{program.parent}/", *{f"{Path(p).parent}/" for p in _library_files()}):
        text = text.replace(folder, "")
    text = re.sub(r"0x[0-9a-f]+", "0x", text)
    return re.sub(r"\d+\.\d+", "N", text).rstrip("\n")


def _library_files() -> list[str]:
    import sysconfig

    return [f"{sysconfig.get_path('stdlib')}/x"]


@pytest.mark.parametrize("source", OBSERVANT.values(), ids=OBSERVANT.keys())
def test_a_program_says_the_same_with_and_without_the_tracer(tmp_path: Path, source: str) -> None:
    """Same status, same stdout, same stderr, same tracebacks, line for line."""
    run = record_text(tmp_path, source)
    program = tmp_path / "program.py"
    status, out, err = plainly(program)
    assert comparable(run.stdout, program) == out
    assert comparable(run.stderr, program) == err
    assert run.exit == status


def test_a_file_beside_it_may_hide_a_library_module(tmp_path: Path) -> None:
    """What the tracer has imported before doesn't stand in for the program's own files."""
    (tmp_path / "token.py").write_text("name = 'ours'")
    (tmp_path / "queue.py").write_text("name = 'ours too'")
    run = record_text(tmp_path, "import queue, token\nprint(token.name, queue.name)")
    assert run.stdout == "ours ours too"


def test_a_stream_keeps_its_encoding(tmp_path: Path) -> None:
    """What can't be printed in the encoding that was asked for can't be printed here either."""
    source = "print(ascii('é'))\nprint('é')"
    run = record_text(tmp_path, source, environment={"PYTHONIOENCODING": "ascii"})
    assert (run.exit, run.stdout) == (1, r"'\xe9'")
    assert "UnicodeEncodeError" in run.stderr


def test_a_line_in_a_million_pieces_is_written_at_once(tmp_path: Path) -> None:
    """json.dump writes a long line piece by piece: its time doesn't grow with its square."""
    run = record_text(tmp_path, "import json, sys\njson.dump([*range(100_000)], sys.stdout)")
    assert run.error is None
    assert run.stdout.endswith("99999]")
