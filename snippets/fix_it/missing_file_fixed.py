"""Say where the file is, and let a missing one be an error: no silent default."""

import os
from pathlib import Path
from tempfile import TemporaryDirectory


def load_env(path: Path) -> None:
    """Put lines NAME=value into the environment. Raises FileNotFoundError."""
    for line in path.read_text("utf-8").splitlines():
        name, _, value = line.partition("=")
        os.environ.setdefault(name, value)


def main() -> None:
    with TemporaryDirectory() as project:
        Path(project, ".env").write_text("SHOP_MODEL=large\n", "utf-8")

        load_env(Path(project, ".env"))  # elsewhere: Path(__file__).parent / ".env"
        print(f"asks the model {os.environ['SHOP_MODEL']!r}")
        try:
            load_env(Path("missing.env"))
        except FileNotFoundError as error:
            print(f"{error.filename}: {error.strerror}")


if __name__ == "__main__":
    main()
