"""Submit all at once: a pool of five keeps five requests in flight, never more."""

# /// script
# requires-python = ">=3.11"
# dependencies = ["requests"]
# [tool.stopwatch]
# standin = []
# ///

import os
from concurrent.futures import ThreadPoolExecutor
from threading import Lock

import requests

URL = os.environ["OPENAI_BASE_URL"] + "/chat/completions"
HEADERS = {"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]}
MODEL = os.environ.get("CHAT_MODEL", "gpt-5-mini")
WORDS = [5, 10, 5, 10, 5, 10, 5, 10, 5, 10, 5, 10, 5, 10, 5]
lock, in_flight, peak = Lock(), 0, 0


def ask(number: int) -> str:
    prompt = f"Question {number}: answer in {WORDS[number]} words."
    reply = requests.post(
        URL,
        json={"model": MODEL, "messages": [{"role": "user", "content": prompt}]},
        headers=HEADERS,
        timeout=30,
    )
    reply.raise_for_status()
    return f"answer {number}"


def count_and_ask(number: int) -> str:
    global in_flight, peak
    with lock:
        in_flight += 1
        peak = max(peak, in_flight)
    try:
        return ask(number)
    finally:
        with lock:
            in_flight -= 1


def main() -> None:
    with ThreadPoolExecutor(5, "worker") as pool:
        answers = list(pool.map(count_and_ask, range(len(WORDS))))
    print(f"{len(answers)} answers, at most {peak} in flight")


if __name__ == "__main__":
    main()
