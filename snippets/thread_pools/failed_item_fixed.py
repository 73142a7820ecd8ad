"""Keep the error as the item's result: what failed is told apart when it is used."""

# /// script
# requires-python = ">=3.11"
# dependencies = ["requests"]
# [tool.stopwatch]
# standin = ["--fail", "1"]
# ///

import os
from concurrent.futures import ThreadPoolExecutor

import requests

URL = os.environ["OPENAI_BASE_URL"] + "/chat/completions"
HEADERS = {"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]}
MODEL = os.environ.get("CHAT_MODEL", "gpt-5-mini")
WORDS = [5, 5, 5]


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


def ask_or_error(number: int) -> str | requests.HTTPError:
    try:
        return ask(number)
    except requests.HTTPError as error:
        return error


def main() -> None:
    with ThreadPoolExecutor(5, "worker") as pool:
        results = list(pool.map(ask_or_error, range(len(WORDS))))
    failed = [result for result in results if isinstance(result, Exception)]
    print(f"{len(results) - len(failed)} answers, {len(failed)} failed")


if __name__ == "__main__":
    main()
