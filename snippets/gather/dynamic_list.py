"""A list of any length: unpack it, gather(*tasks); the results line up with it."""

import asyncio


async def count_letters(word: str, seconds: float) -> int:
    await asyncio.sleep(seconds)  # stands for a slow service
    print(f"{word} answered")
    return len(word)


async def count_all(words: list[str]) -> dict[str, int]:
    tasks = [
        asyncio.create_task(count_letters(word, 0.1 * n), name=word)
        for n, word in enumerate(words, start=1)
    ]
    counts = await asyncio.gather(*tasks)
    return dict(zip(words, counts, strict=True))  # same order, same length


async def main() -> None:
    print(await count_all(["tea", "milk", "honey", "ginger"]))
    print(await count_all([]))


if __name__ == "__main__":
    asyncio.run(main())
