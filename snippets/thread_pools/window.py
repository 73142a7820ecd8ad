"""One pool for all: whoever is done takes the next and waits for nobody."""

# /// script
# requires-python = ">=3.11"
# dependencies = ["requests"]
# [tool.stopwatch]
# standin = []
# ///

import os
import time
from concurrent.futures import ThreadPoolExecutor

import requests

URL = os.environ["OPENAI_BASE_URL"] + "/chat/completions"
HEADERS = {"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]}
MODEL = os.environ.get("CHAT_MODEL", "gpt-5-mini")
WORDS = [25, 5, 5, 5, 5, 5, 25, 5, 5, 5, 5, 5, 25, 5, 5]  # the same as in batches


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


def main() -> None:
    start = time.perf_counter()
    with ThreadPoolExecutor(5, "worker") as pool:
        answers = list(pool.map(ask, range(len(WORDS))))
    print(f"{len(answers)} answers in {time.perf_counter() - start:.1f} s")


if __name__ == "__main__":
    main()
