"""fork copies what the parent has; spawn and forkserver start over and import again."""

# /// script
# requires-python = ">=3.11"
# [tool.stopwatch]
# alone = true
# ///

import multiprocessing
import time
from multiprocessing.connection import Connection

setting = "as imported"


def report(connection: Connection) -> None:
    connection.send(setting)


def main() -> None:
    global setting
    setting = "changed by main"
    for method in multiprocessing.get_all_start_methods():
        context = multiprocessing.get_context(method)
        ours, theirs = context.Pipe()
        start = time.perf_counter()
        process = context.Process(  # type: ignore[attr-defined]
            target=report, args=(theirs,), name=method
        )
        process.start()
        answer = ours.recv()
        print(
            f"{method}: {answer!r} after {1000 * (time.perf_counter() - start):.0f} ms"
        )
        process.join()
    # Python 3.14 made forkserver the default on Linux; before that it was fork.
    print(f"the default here: {multiprocessing.get_context().get_start_method()}")


if __name__ == "__main__":
    main()
