"""CPU time divided by elapsed time tells whether code computes or waits."""

# /// script
# [tool.stopwatch]
# alone = true
# ///

import time
import urllib.request
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread


class SlowServer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        time.sleep(0.3)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"hello")

    def log_message(self, *args: object) -> None:
        pass


def request() -> None:
    urllib.request.urlopen(f"http://127.0.0.1:{server.server_port}/").read()


def parse() -> None:
    lines = [f"{n},{n * n}" for n in range(200_000)]
    sum(int(line.split(",")[1]) for line in lines)


def classify(name: str, work: Callable[[], None]) -> None:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    busy = (time.process_time() - cpu) / (time.perf_counter() - wall)
    kind = "computes" if busy > 0.5 else "waits"
    print(f"{name}: {busy:.0%} of the time on a CPU, so it {kind}")


if __name__ == "__main__":
    server = HTTPServer(("127.0.0.1", 0), SlowServer)
    Thread(target=server.serve_forever, name="server", daemon=True).start()
    classify("request", request)
    classify("parse", parse)
    classify("sleep", lambda: time.sleep(0.2))
    server.shutdown()
