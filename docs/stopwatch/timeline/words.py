"""The words of a timeline, in the site's languages, and how times are written."""

from __future__ import annotations

from collections.abc import Sequence

from stopwatch.model import Lane
from stopwatch.timeline.rows import Row

_EN, _ZH = 0, 1

_WORDS = {
    "thread": ("threads", "线程"),
    "process": ("processes", "进程"),
    "running": ("holds the loop", "占用事件循环"),
    "working": ("at work", "运行"),
    "suspended": ("suspended", "挂起"),
    "ready": ("ready, kept waiting", "就绪，排队等候"),
    "share": ("height: share of a CPU", "高度：占用 CPU 的比例"),
    "density": ("height: share of the time", "高度：所占时间的比例"),
    "time share": ("{share} % of the time", "占其中 {share} % 的时间"),
    "cpu": ("{share} % CPU", "{share} % CPU"),
    "waits": ("waits", "等待"),
    "done": ("done", "完成"),
    "cancelled": ("cancelled", "已取消"),
    "unfinished": ("unfinished", "未结束"),
    "failed": ("failed with {error}", "失败：{error}"),
    "more": ("{count} more, not drawn", "另有 {count} 条未画出"),
    "timeline of": ("Timeline of {names}", "{names} 的时间线"),
    "nothing": ("nothing was recorded", "没有记录到任何活动"),
    "for": ("waits for {what}", "等待 {what}"),
    "next of": ("waits for the next of {what}", "等待 {what} 中的下一个"),
    "comma": (", ", "、"),
    "line": (" (line {line})", "（第 {line} 行）"),
    "times": ("{count} times", "{count} 次"),
    "more said": ("And {count} more.", "另有 {count} 条。"),
    "task 1": ("1 task", "1 个任务"),
    "task n": ("{count} tasks", "{count} 个任务"),
    "thread 1": ("1 thread", "1 个线程"),
    "thread n": ("{count} threads", "{count} 个线程"),
    "process 1": ("1 process", "1 个进程"),
    "process n": ("{count} processes", "{count} 个进程"),
    "took": ("{name} took {time}: {who}", "{name} 用时 {time}：{who}"),
    "alone": ("{name} alone", "只有 {name}"),
    "and": (" and ", " 和 "),
    "exit": ("exit status {status}", "退出状态 {status}"),
    "never ran": ("never ran", "从未运行"),
    "held": ("holds the loop {count} times, {time} in all", "占用事件循环 {count} 次，共 {time}"),
    "held once": ("holds the loop once, {time}", "占用事件循环 1 次，{time}"),
    "worked": ("at work {time}, {share} % of it on a CPU", "运行 {time}，其中 {share} % 占用 CPU"),
    "suspended at": ("suspended {time} ({what})", "挂起 {time}（{what}）"),
    "suspended for": ("suspended {time} in {what} places", "在 {what} 处共挂起 {time}"),
    "kept": ("ready but kept waiting {time}", "就绪后排队等候 {time}"),
    "at line": (", line {line}", "，第 {line} 行"),
    "colon": (": ", "："),
    "clause": (", ", "，"),
    "semicolon": ("; ", "；"),
    "stop": (". ", "。"),
}
_WAITS = {
    "HTTP": ("HTTP response", "HTTP 响应"),
    "I/O": ("I/O", "I/O"),
    "as_completed": ("as_completed", "as_completed"),
    "barrier": ("barrier", "屏障"),
    "condition": ("condition", "条件变量"),
    "event": ("event", "事件"),
    "executor": ("executor", "执行器"),
    "future": ("future", "Future"),
    "gather": ("gather", "gather"),
    "lock": ("lock", "锁"),
    "queue": ("queue", "队列"),
    "semaphore": ("semaphore", "信号量"),
    "sleep": ("sleep", "休眠"),
    "task": ("task", "任务"),
    "task group": ("task group", "任务组"),
    "thread": ("thread", "线程"),
    "wait": ("wait", "wait"),
}
_MOST_NAMES, _MOST_COLUMNS = 3, 26


def _column(language: str) -> int:
    return _ZH if language.startswith("zh") else _EN


def word(key: str, language: str, **values: object) -> str:
    """Return a word or phrase, filled in. Raises KeyError for one that isn't there."""
    return _WORDS[key][_column(language)].format(**values)


def waits_label(waits_on: str | None, names: Sequence[str], language: str) -> str:
    """Return what a suspended task waits for, short enough for a bar: "sleep", "waits for A, B".

    ``names`` are those of the lanes it waits for.
    """
    if not names:
        return waits_word(waits_on, language)
    what = word("comma", language).join(names)
    if len(names) > 1 and (len(names) > _MOST_NAMES or width(what) > _MOST_COLUMNS):
        what = word("task n", language, count=len(names))
    key = "next of" if waits_on == "as_completed" and len(names) > 1 else "for"
    return word(key, language, what=what)


def waits_word(waits_on: str | None, language: str) -> str:
    """Return the word for what is waited for; one that the tracer invents later stays as it is."""
    if waits_on is None:
        return ""
    return _WAITS.get(waits_on, (waits_on, waits_on))[_column(language)]


def outcome(lane: Lane, language: str) -> str:
    """Return how a lane ended: "done", "failed with ValueError", "cancelled", "unfinished"."""
    if lane.outcome == "error":
        return word("failed", language, error=error_of(lane))
    return word(lane.outcome, language)


def error_of(lane: Lane) -> str:
    """Return the name of a failed lane's exception, without its module."""
    return (lane.error or "Exception").rpartition(".")[2]


def name_of(row: Row) -> str:
    """Return a lane's name as it is written beside it."""
    return f"↳ {row.lane.name}" if row.nested else row.lane.name


def note_of(lane: Lane, language: str) -> str:
    """Return the words at a lane's end: the error's name, "cancelled", "unfinished" or nothing."""
    if lane.outcome == "error":
        return error_of(lane)
    return "" if lane.outcome == "done" else word(lane.outcome, language)


def duration(ms: float) -> str:
    """Return a duration: "3.02 s", "0.30 s", "12 ms", "0.4 ms"."""
    if ms >= 100:
        return f"{ms / 1000:.2f} s"
    return f"{ms:.0f} ms" if ms >= 10 else f"{ms:.1f} ms"


def period(start: float, end: float, total: float) -> str:
    """Return from when to when: "12–300 ms", "0.01–1.96 s", as fine as the run's total needs."""
    if total >= 1000:
        return f"{start / 1000:.2f}–{end / 1000:.2f} s"
    if total >= 20:
        return f"{start:.0f}–{end:.0f} ms"
    return f"{start:.2f}–{end:.2f} ms"


def moment(ms: float, total: float) -> str:
    """Return a point in time, as fine as the run's total needs."""
    if total >= 1000:
        return f"{ms / 1000:.2f} s"
    return f"{ms:.0f} ms" if total >= 20 else f"{ms:.2f} ms"


def width(text: str) -> int:
    """Return how many columns a text takes: Chinese characters take two."""
    return sum(2 if ord(character) > 0x2E7F else 1 for character in text)
