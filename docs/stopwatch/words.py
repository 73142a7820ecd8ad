"""The few words of the cards, in the site's languages."""

from __future__ import annotations

_WORDS = {
    "copy": {"en": "copy", "zh": "复制"},
    "copied": {"en": "copied", "zh": "已复制"},
    "download": {"en": "download", "zh": "下载"},
    "trace": {"en": "trace", "zh": "trace"},
    "trace title": {
        "en": "Chrome Trace Event JSON, for Perfetto",
        "zh": "Chrome Trace Event JSON，可用 Perfetto 打开",
    },
    "replay": {"en": "▶ step through", "zh": "▶ 单步"},
    "log": {"en": "Log", "zh": "日志"},
    "search": {"en": "Search", "zh": "搜索"},
    "drawer": {"en": "Navigation", "zh": "导航"},
    "log of": {"en": "Log: {name}", "zh": "日志：{name}"},
    "in words": {"en": "In words", "zh": "文字说明"},
    "whole file": {"en": "whole file", "zh": "完整文件"},
    "exit": {"en": "exit status", "zh": "退出状态"},
    "left out": {"en": "{count} events left out", "zh": "略去 {count} 个事件"},
    "lines left out": {"en": "{count} more lines of output", "zh": "另有 {count} 行输出"},
    "origin": {"en": "Where this page comes from", "zh": "本页的来历"},
    "recorded": {"en": "Runs recorded", "zh": "运行记录于"},
    "page source": {"en": "Source", "zh": "本页源文件"},
    "page text": {"en": "This page as Markdown", "zh": "本页的 Markdown 版"},
    "archive": {"en": "This site as a file, to read offline", "zh": "下载整站，离线阅读"},
    "page tests": {"en": "Tests", "zh": "测试"},
    "programs": {
        "en": "Programs and their versions (SHA-256): {count}",
        "zh": "程序及其版本（SHA-256）：{count} 个",
    },
    "disturbed": {
        "en": "The machine was busy: {name} had to wait {delay} for a processor, so it is late.",
        "zh": "录制时机器繁忙：{name} 等处理器等了 {delay}，时刻因此偏晚。",
    },
    "edit": {"en": "edit and run", "zh": "编辑并运行"},
    "elsewhere": {"en": "Not in this page, as {why}.", "zh": "不能在本页运行，因为它{why}。"},
    "with": {"en": " Once downloaded: ", "zh": "下载后运行："},
    "needs": {"en": "it needs {what}", "zh": "需要 {what}"},
    "it threads": {"en": "it starts threads", "zh": "会启动线程"},
    "it processes": {"en": "it starts processes", "zh": "会启动进程"},
    "it sockets": {"en": "it opens sockets", "zh": "会打开套接字"},
    "it signals": {"en": "it handles signals", "zh": "会处理信号"},
    "it measures": {"en": "it measures the machine", "zh": "测量的是机器本身"},
    "it files": {"en": "it needs other files", "zh": "需要其他文件"},
    "ran here": {
        "en": "Run in this page on Python {python} (Pyodide)",
        "zh": "在本页内用 Python {python}（Pyodide）运行",
    },
    "stale": {
        "en": "The English page has changed since:",
        "zh": "本页译出之后，英文版又有改动，请以英文版为准：",
    },
    "missing": {
        "en": "{name} needs {needs}, and this build had none: its run is missing.",
        "zh": "{name} 需要 {needs}，本次构建的机器上没有，因此缺少它的运行记录。",
    },
}


def word(key: str, language: str) -> str:
    """Return a word in a language ("en", "zh"). Raises KeyError for a word that isn't there."""
    return _WORDS[key][language]
