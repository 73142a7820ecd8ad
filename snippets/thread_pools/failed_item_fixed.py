"""Keep the error as the item's result: what failed is told apart when it is used."""

# /// script
# requires-python = ">=3.11"
# dependencies = ["requests"]
# [tool.stopwatch]
# standin = ["--failing", "a-model-that-is-down"]
# ///

import os
from concurrent.futures import ThreadPoolExecutor

import requests

URL = os.environ["OPENAI_BASE_URL"] + "/chat/completions"
HEADERS = {"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]}
MODEL = os.environ.get("CHAT_MODEL", "gpt-5-mini")
MODELS = [MODEL, "a-model-that-is-down", MODEL]


def ask(number: int) -> str:
    prompt = f"Question {number}: answer in 5 words."
    reply = requests.post(
        URL,
        json={
            "model": MODELS[number],
            "messages": [{"role": "user", "content": prompt}],
        },
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
        results = list(pool.map(ask_or_error, range(len(MODELS))))
    failed = [result for result in results if isinstance(result, Exception)]
    print(f"{len(results) - len(failed)} answers, {len(failed)} failed")


if __name__ == "__main__":
    main()
