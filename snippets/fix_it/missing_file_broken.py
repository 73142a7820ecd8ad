"""A file of settings that is missing and ignored: the default is used, in silence."""

import os
from pathlib import Path
from tempfile import TemporaryDirectory


def load_env(path: Path) -> None:
    """Put lines NAME=value of a file into the environment, as load_dotenv() does."""
    if path.is_file():  # and if not, as with load_dotenv(): not a word
        for line in path.read_text("utf-8").splitlines():
            name, _, value = line.partition("=")
            os.environ.setdefault(name, value)


def main() -> None:
    with TemporaryDirectory() as project:
        Path(project, ".env").write_text("SHOP_MODEL=large\n", "utf-8")

        load_env(Path(".env"))
        print("settings loaded")
        print(f"asks the model {os.environ.get('SHOP_MODEL', 'tiny')!r}")


if __name__ == "__main__":
    main()
