"""as_completed() hands results out as they arrive, not as they were submitted."""

# /// script
# requires-python = ">=3.11"
# dependencies = ["requests"]
# [tool.stopwatch]
# standin = []
# ///

import os
from concurrent.futures import ThreadPoolExecutor, as_completed

import requests

URL = os.environ["OPENAI_BASE_URL"] + "/chat/completions"
HEADERS = {"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]}
MODEL = os.environ.get("CHAT_MODEL", "gpt-5-mini")
WORDS = [16, 4, 10, 7, 13, 12, 12, 12]  # longer answers take longer


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
    with ThreadPoolExecutor(5, "worker") as pool:
        futures = [pool.submit(ask, number) for number in range(len(WORDS))]
        for future in as_completed(futures):
            print(future.result())


if __name__ == "__main__":
    main()
