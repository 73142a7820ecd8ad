"""A None for each failure, unpacked later: the error appears where it didn't happen."""

# /// script
# requires-python = ">=3.11"
# dependencies = ["requests"]
# [tool.stopwatch]
# standin = ["--failing", "a-model-that-is-down"]
# raises = "TypeError"
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


def ask_or_none(number: int) -> tuple[int, str] | None:
    try:
        return number, ask(number)
    except requests.HTTPError as error:
        print(f"question {number}: {error.response.status_code}")
        return None


def main() -> None:
    with ThreadPoolExecutor(5, "worker") as pool:
        results = list(pool.map(ask_or_none, range(len(MODELS))))
    for number, answer in results:  # far away from the request that failed
        print(number, answer)


if __name__ == "__main__":
    main()
