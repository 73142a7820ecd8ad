"""Put a site together: one language in a workshop, the other beside it, then both published."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from stopwatch.publish import Workshop, swap
from stopwatch.translation import Order, Translation, prepare

Tell = Callable[[int, str], None]


@dataclass(frozen=True)
class Other:
    """The other language, as ``translation.Translation`` builds it.

    The name of its configuration says where it is published: docs/zh.yml under zh/.
    """

    config: Path
    site_url: str
    command: str
    strict: bool
    cache: Path

    @property
    def name(self) -> str:
        """Where it is published, below the first language."""
        return self.config.stem


class Assembly:
    """A site in the making. ``tell`` hears what the build of the other language complains about."""

    def __init__(self, workshop: Workshop, other: Other | None, tell: Tell) -> None:
        self.workshop, self.other = workshop, other
        self._tell = tell
        self._process: Translation | None = None

    def warm_up(self) -> None:
        """Start the other language's process if it isn't there; it waits for ``begin_other``."""
        if self.other is None or self._process is not None:
            return
        self._process = prepare(
            Order(
                self.other.config,
                self.workshop.folder / self.other.name,
                site_url=self.other.site_url,
                command=self.other.command,
                strict=self.other.strict,
                cache=self.other.cache,
                lock=self.workshop.lock,
            )
        )

    def begin_other(self) -> None:
        """Have the other language built, beside whatever is being done here."""
        self.warm_up()
        if self._process is not None:
            self._process.begin()

    def add_other(self, *, keep: bool) -> bool:
        """Put the other language into the new site, and return whether its build was good.

        If it was not, or if there was none, then with ``keep`` the published one stays.
        """
        if self.other is None:
            return True
        good, built = self._finish_other()
        kept = self.workshop.destination / self.other.name
        if built is None and keep and kept.exists():
            built = kept
        if built is not None:
            built.rename(self.workshop.new / self.other.name)
        return good

    def replace_other(self) -> bool:
        """Renew the other language in the published site; return whether its build was good."""
        self.workshop.prepare()
        self.begin_other()
        good, built = self._finish_other()
        if built is not None:
            swap(built, self.workshop.destination / built.name, self.workshop.folder / "old")
        return good

    def _finish_other(self) -> tuple[bool, Path | None]:
        if self._process is None or not self._process.begun:
            return True, None
        process, self._process = self._process, None
        outcome = process.finish()
        for level, message in outcome.complaints:
            self._tell(level, f"{process.site.name}: {message}")
        return outcome.succeeded, process.site if outcome.succeeded else None

    def stop_other(self) -> None:
        """End the other language's process, whatever it is doing."""
        if self._process is not None:
            self._process.stop()
            self._process = None

    def close(self) -> None:
        """Leave nothing behind but what is published."""
        self.stop_other()
        self.workshop.close()
