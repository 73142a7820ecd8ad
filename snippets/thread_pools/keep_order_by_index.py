"""Take results as they arrive; a dict from future to index knows their places."""

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
    answers = [""] * len(WORDS)
    with ThreadPoolExecutor(5, "worker") as pool:
        index = {pool.submit(ask, number): number for number in range(len(WORDS))}
        for done, future in enumerate(as_completed(index), start=1):
            answers[index[future]] = future.result()
            print(f"[{done}/{len(WORDS)}] {future.result()}")
    print(answers == [f"answer {number}" for number in range(len(WORDS))])


if __name__ == "__main__":
    main()
