"""Labs: the same cells in both languages, run once, shown as light pages and as notebooks."""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
from contextlib import suppress
from pathlib import Path
from time import sleep
from typing import Any

import jupytext
import nbformat
import pytest

from stopwatch import kernel, labs
from stopwatch.labs import Lab, LabError, Outputs, find_labs, read_lab, recall, run_labs
from stopwatch.notebooks import portable, themed
from tests.conftest import ROOT
from tests.small_site import add, build, make_small_site, mkdocs, write
from tests.test_numbers import CHINESE, ENGLISH
from tests.test_parity import IDENTITY, headings
from tests.test_serve import Server, free_port

pytestmark = pytest.mark.kept("docs/en/labs", "docs/zh/labs")

LABS = {language: find_labs(ROOT, language) for language in ("en", "zh")}
NAMES = [lab.name for lab in LABS["en"]]


def named(name: str, language: str = "en") -> Lab:
    """Return one of the site's labs."""
    return next(lab for lab in LABS[language] if lab.name == name)


def text_of(lab: Lab) -> str:
    """Return a lab's text cells as one text."""
    return "\n\n".join(cell.source for cell in lab.cells if cell.kind == "markdown")


# What authors write


def test_there_are_three_labs_in_both_languages() -> None:
    """The same ones."""
    assert NAMES == [lab.name for lab in LABS["zh"]] == ["batch-size", "cpu-bound", "three-clients"]


@pytest.mark.parametrize("name", NAMES)
def test_code_cells_are_the_same_in_both_languages(name: str) -> None:
    """To the letter, with text cells between them at the same places."""
    english, chinese = named(name), named(name, "zh")
    assert [cell.kind for cell in english.cells] == [cell.kind for cell in chinese.cells]
    assert labs.sources(english) == labs.sources(chinese)
    labs.check_same_code(chinese, ROOT)


@pytest.mark.parametrize("name", NAMES)
def test_headings_have_the_same_ids(name: str) -> None:
    """And every heading has one."""
    found = []
    for language in ("en", "zh"):
        lines = headings(text_of(named(name, language)))
        ids = [(level, match[1]) for level, line in lines if (match := IDENTITY.search(line))]
        assert len(ids) == len(lines) == len(set(ids))
        found.append(ids)
    assert found[0] == found[1]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_measured_number_is_typed(name: str, language: str) -> None:
    """They stand in the outputs; the text says where."""
    text = re.sub(r"`[^`]*`", " ", text_of(named(name, language)))
    assert not (ENGLISH if language == "en" else CHINESE).findall(text)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_lab_has_a_title_and_a_description(name: str, language: str) -> None:
    """For search results, in at most 155 characters."""
    meta = named(name, language).meta
    assert meta["title"]
    assert 10 <= len(meta["description"]) <= 155


@pytest.mark.parametrize("name", NAMES)
def test_chinese_uses_chinese_punctuation(name: str) -> None:
    """After a Chinese character stands a full-width mark, never a Latin one."""
    text = re.sub(r"`[^`]*`", "", text_of(named(name, "zh")))
    assert not re.findall(r".{0,12}[\u4e00-\u9fff][,;!?].{0,6}", text)


@pytest.mark.parametrize("name", NAMES)
def test_the_first_code_cell_holds_the_installs(name: str) -> None:
    """All that the lab imports and Python doesn't bring, apart from what makes it a notebook."""
    lab = named(name)
    versions = [version.partition(" ")[0] for version in lab.versions()]
    needed = set(versions) - {"IPython", "ipykernel"}
    assert needed == set(re.findall(r'"(aiohttp|matplotlib|psutil|requests)"', lab.code[0].source))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_any_notebook_program_reads_them_the_same(name: str, language: str) -> None:
    """The format is jupytext's "percent", so editors open a lab as the notebook that it is."""
    path = named(name, language).path
    theirs: Any = jupytext.read(path)
    cells = [(cell.cell_type, cell.source) for cell in theirs.cells if cell.cell_type != "raw"]
    assert cells == [(cell.kind, cell.source) for cell in named(name, language).cells]


# Running

SMALL = """\
# ---
# title: "{title}"
# description: "A notebook of a few cells."
# ---

# %% [markdown]
# # {title} {{ #a-lab }}
#
# {text}: see [the first page](../start/first.md#first).
#
# ??? question "Predict"
#     Hidden words.
#
# ## Run {{ #run }}

# %%
from pathlib import Path

print("saffron", 6 * 7)

# %% tags=["hide-input"]
from IPython.display import SVG, display

display(SVG('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><g id="a"/></svg>'))
"""
NAV = "nav: [index.md, start/first.md, labs/small.py]"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small site with one lab."""
    root = make_small_site(tmp_path)
    for config in ("mkdocs.yml", "docs/zh.yml"):
        text = (root / config).read_text("utf-8")
        write(root, config, re.sub(r"nav: .*", NAV, text))
    write(root, "docs/en/labs/small.py", SMALL.format(title="A lab", text="Cinnamon"))
    write(root, "docs/zh/labs/small.py", SMALL.format(title="实验", text="肉桂"))
    return root


def change(root: Path, old: str, new: str, *languages: str) -> None:
    """Replace a piece of the lab, in both languages unless one is given."""
    for language in languages or ("en", "zh"):
        path = root / "docs" / language / "labs" / "small.py"
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new), "utf-8")


def small(root: Path, language: str = "en") -> Lab:
    """Return the small site's lab."""
    return read_lab(root / "docs" / language / "labs" / "small.py")


def test_what_a_lab_depends_on_is_its_code(project: Path) -> None:
    """Not its language and not its text."""
    key = small(project).key
    assert small(project, "zh").key == key
    change(project, "Cinnamon", "Cardamom", "en")
    assert small(project).key == key
    change(project, "6 * 7", "6 * 9", "en")
    assert small(project).key != key


def test_a_lab_runs_once(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the cache holds is not run again, until the code changes."""
    runs = []

    def execute(cells: list[str], lab: Path) -> kernel.Executed:
        runs.append(lab.name)
        return kernel.Executed([[] for _ in cells])

    monkeypatch.setattr(kernel, "execute", execute)
    monkeypatch.setattr(kernel, "wait_for_quiet", lambda _patience: True)
    run_labs(project)
    run_labs(project)
    assert runs == ["small.py"]
    assert recall(small(project, "zh"), project).outputs == [[], []]
    change(project, "6 * 7", "6 * 9")
    run_labs(project)
    assert runs == ["small.py", "small.py"]


def test_a_damaged_file_of_the_cache_is_as_good_as_none(tmp_path: Path) -> None:
    """The lab runs again."""
    store = Outputs(tmp_path)
    store.put("key", [1])
    assert store.get("key") == [1]
    (store.folder / "key.json").write_text("rubbish\n[1]")
    assert store.get("key") is None


def test_a_disturbed_lab_is_run_once_more(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And the run that was disturbed less is kept."""
    runs = [kernel.Executed([[{"text": text}]], share) for text, share in (("a", 0.9), ("b", 0.5))]
    monkeypatch.setattr(kernel, "execute", lambda *_: runs.pop(0))
    monkeypatch.setattr(kernel, "wait_for_quiet", lambda _patience: True)
    run_labs(project)
    executed = recall(small(project), project)
    assert executed.outputs == [[{"text": "b"}]]
    assert executed.disturbed


def test_cells_share_names_and_put_out_what_they_print(tmp_path: Path) -> None:
    """As in any notebook."""
    executed = kernel.execute(["x = 20", "print(x)\nx + 22"], tmp_path / "lab.py")
    (nothing, outputs) = executed.outputs
    assert nothing == []
    assert outputs[0]["text"] == "20\n"
    assert outputs[1]["data"]["text/plain"] == "42"


def test_a_lab_sees_nothing_of_its_host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its folder is empty, no variable of the build reaches it, and its path is told nobody."""
    monkeypatch.setenv("MY_TOKEN", "marzipan")
    cells = ["import os\nprint(os.listdir(), os.environ.get('MY_TOKEN'), os.getcwd())"]
    ((output,),) = kernel.execute(cells, tmp_path / "lab.py").outputs
    assert output["text"] == "[] None /tmp/work\n"


def test_a_cell_that_raises_is_named_with_its_code(project: Path) -> None:
    """Together with the lab, the line, the error and the command that repeats it."""
    change(project, "6 * 7", "6 / 0")
    with pytest.raises(LabError) as caught:
        run_labs(project)
    message = str(caught.value)
    assert message.startswith("docs/en/labs/small.py, line 17: code cell 1 failed: ZeroDivision")
    assert '    | print("saffron", 6 / 0)' in message
    assert "python -m stopwatch.labs small" in message
    with pytest.raises(LabError, match="ZeroDivisionError"):
        recall(small(project, "zh"), project)


def test_a_cell_without_end_is_killed_with_all_it_started(tmp_path: Path) -> None:
    """Processes of its own included, and the message says which cell it was."""
    started = tmp_path / "started"
    endless = f"""
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
open({str(started)!r}, "w").write(str(child.pid))
while True: pass
"""
    with pytest.raises(kernel.CellFailed, match="did not end within 4 s") as caught:
        kernel.execute(["1", endless], tmp_path / "lab.py", timeout=4)
    assert caught.value.cell == 1
    assert wait_for_end(started.read_text())


def wait_for_end(process: str) -> bool:
    """Tell whether a process ends within a moment; one that nobody has reaped has ended."""
    command = Path("/proc", process, "cmdline")
    for _ in range(100):
        with suppress(OSError):
            if command.read_bytes():
                sleep(0.02)
                continue
        return True
    return False


def test_a_kernel_that_dies_fails_its_lab(tmp_path: Path) -> None:
    """It is not taken for the end."""
    with pytest.raises(kernel.CellFailed) as caught:
        kernel.execute(["import os", "os._exit(1)"], tmp_path / "lab.py")
    assert caught.value.cell == 1


# Building


@pytest.mark.slow
def test_a_cell_that_raises_fails_the_build(project: Path) -> None:
    """Nothing is published; the message names the lab and shows the cell."""
    change(project, "6 * 7", "6 / 0")
    status, output = build(project)
    assert status != 0
    assert "docs/en/labs/small.py, line 17: code cell 1 failed: ZeroDivisionError" in output
    assert '| print("saffron", 6 / 0)' in output
    assert not (project / "site").exists()


@pytest.mark.slow
def test_code_that_differs_between_languages_fails_the_build(project: Path) -> None:
    """The message says where."""
    change(project, "6 * 7", "7 * 6", "zh")
    status, output = build(project)
    assert status != 0
    assert "docs/zh/labs/small.py, line 17: code cell 1 differs from the one in docs/en" in output


@pytest.mark.slow
def test_a_page_and_a_notebook_come_of_a_lab(project: Path) -> None:
    """In both languages, with the outputs of one run, in the site's own Markdown and policy."""
    url = "https://example.org/async/"
    status, output = build(project, "--strict", SITE_URL=url)
    assert status == 0, output
    for folder, title, word in (("", "A lab", "Cinnamon"), ("zh/", "实验", "肉桂")):
        place = project / "site" / folder / "labs" / "small"
        html = (place / "index.html").read_text("utf-8")
        assert f"<title>{title} – " in html
        assert '<h2 id="run">' in html
        assert '<details class="question"' in html
        assert "saffron 42" in html
        assert 'data-lab="' not in html, "a slot stayed empty"
        assert 'href="../../start/first/#first"' in html
        assert 'href="small.ipynb" download' in html
        assert "colab" not in html.lower()
        assert 'class="jp-' not in html
        assert "<style" not in html.partition("<body")[2]
        assert "Content-Security-Policy" in html
        assert "css/lab.css" in html
        index = (project / "site" / folder / "search" / "search_index.json").read_text("utf-8")
        documents = {d["location"]: d for d in json.loads(index)["docs"]}
        assert word in documents["labs/small/"]["text"].replace("\u200b", "")
        assert "labs/small/#run" in documents
        assert "saffron" not in index
        assert "stopwatch.labs" not in index
        notebook: Any = nbformat.read(place / "small.ipynb", as_version=4)  # type: ignore[no-untyped-call]
        nbformat.validate(notebook)
        assert notebook.cells[1].outputs[0].text == "saffron 42\n"
        assert f"{word}: see [the first page]({url}{folder}start/first/#first)" in (
            notebook.cells[0].source
        )
        assert not list((project / "site" / folder / "labs").glob("*.py"))
    assert not (project / "site" / "labs" / "ruff.toml").exists()
    other = (project / "site" / "start" / "first" / "index.html").read_text("utf-8")
    assert "lab.css" not in other


@pytest.mark.slow
def test_what_a_notebook_leaves_out_of_a_lab_is_followed(project: Path) -> None:
    """A lab's page, kept from the last build, is made again: its notebook has no ids, say."""
    assert build(project)[0] == 0
    change(project, "{ #run }", "{ #go }")
    change(project, "??? question", "???+ question")
    change(project, "A notebook of", "A lab of")
    status, output = build(project)
    assert status == 0, output
    for folder in ("", "zh/"):
        place = project / "site" / folder
        html = (place / "labs" / "small" / "index.html").read_text("utf-8")
        assert '<h2 id="go">' in html
        assert re.search('<details class="question"[^>]* open', html)
        assert '<meta name="description" content="A lab of a few cells.">' in html
        assert "A lab of a few cells." in (place / "llms.txt").read_text("utf-8")


@pytest.mark.slow
def test_colab_is_offered_where_it_finds_the_notebook(project: Path) -> None:
    """That is on GitHub; any other address is refused."""
    place = "https://github.com/somebody/something/blob/gh-pages"
    status, output = build(project, NOTEBOOKS_URL=place)
    assert status == 0, output
    colab = "https://colab.research.google.com/github/somebody/something/blob/gh-pages"
    for folder in ("", "zh/"):
        html = (project / "site" / folder / "labs" / "small" / "index.html").read_text("utf-8")
        assert f'href="{colab}/{folder}labs/small/small.ipynb"' in html
    status, output = build(project, NOTEBOOKS_URL="https://example.org/notebooks")
    assert status != 0
    assert "https://github.com/<owner>/<name>/blob/<branch>" in output


@pytest.mark.slow
def test_a_served_lab_follows_its_source(project: Path) -> None:
    """Code that fails shows its error in both languages, mended code its output."""
    port = free_port()
    with mkdocs(project, "serve", "-a", f"127.0.0.1:{port}") as process:
        server = Server(project, port, process)
        server.heard("Serving on")

        def shows(words: str) -> bool:
            for _ in range(120):
                with suppress(TimeoutError):  # A lab may be running, which pages wait for.
                    pages = [server.page(path) for path in ("labs/small/", "zh/labs/small/")]
                    if all(words in page for page in pages):
                        return True
                sleep(0.25)
            return False

        assert shows("saffron 42")
        change(project, "6 * 7", "6 / 0")
        assert shows("ZeroDivisionError: division by zero")
        change(project, "6 / 0", "6 * 9")
        assert shows("saffron 54")
        assert "ZeroDivisionError" not in server.page("zh/labs/small/")
        server.stop()


# What becomes of text and plots


def test_the_notebooks_text_is_plain_markdown() -> None:
    """What only this site understands is said in words that any notebook does."""
    text = (
        "# Title { #title }\n\nSee [a](../blocking/processes.md#x), [b](cpu-bound.py), "
        "[c](../index.md) and [d](https://e.org/f.md).\n\n"
        '??? question "Predict"\n    What?\n\n    Why?\n\n!!! note "Mind"\n    A trap.\n\nEnd.'
    )
    assert portable(text, "https://x.org/zh/") == (
        "# Title\n\nSee [a](https://x.org/zh/blocking/processes/#x), "
        "[b](https://x.org/zh/labs/cpu-bound/), [c](https://x.org/zh/) and "
        "[d](https://e.org/f.md).\n\n"
        "<details>\n<summary>Predict</summary>\n\nWhat?\n\nWhy?\n\n</details>\n\n"
        "> **Mind**\n>\n> A trap.\n\nEnd."
    )


def test_a_plot_takes_the_colours_of_the_page_and_has_words() -> None:
    """And nothing in it reaches beyond it: no style sheet, no id that another plot has."""
    svg = (
        '<svg width="9pt" viewBox="0 0 9 9"><metadata><dc:title>Up &amp; down</dc:title></metadata>'
        "<defs><style>*{stroke-linejoin: round}</style></defs>"
        '<g id="figure_1"><path id="m1" style="stroke: #0072b2"/><use xlink:href="#m1"/>'
        '<text style="fill: #0072b2">a</text></g></svg>'
    )
    html = themed(svg, "plot-1")
    assert 'role="img" aria-label="Up &amp; down"' in html
    assert 'viewBox="0 0 9 9"' in html
    assert 'id="plot-1-m1" style="stroke: var(--tl-c0)"' in html
    assert 'xlink:href="#plot-1-m1"' in html
    assert 'fill: var(--tl-n0)"' in html
    assert "figure_1" not in html
    assert "<style" not in html


# The real ones


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site that holds the real labs, without running them again."""
    run_labs(ROOT)
    root = make_small_site(tmp_path_factory.mktemp("labs"))
    for language in ("en", "zh"):
        shutil.copytree(ROOT / "docs" / language / "labs", root / "docs" / language / "labs")
    shutil.copytree(Outputs(ROOT).folder, Outputs(root).folder)
    for name in NAMES:
        add(root, "docs/en/index.md", f"[{name}](labs/{name}.py)")
    status, output = build(root)
    assert status == 0, output
    return root / "site"


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_lab_is_as_light_as_other_pages(whole: Path, name: str, language: str) -> None:
    """Without Jupyter's styles; a page with its plots is less than many a photograph."""
    folder = whole if language == "en" else whole / language
    html = (folder / "labs" / name / "index.html").read_bytes()
    assert len(gzip.compress(html)) < 40_000
    text = html.decode("utf-8")
    assert text.count('class="lab-plot"') == (2 if name == "three-clients" else 1)
    assert not re.findall(r'aria-label=""', text)
    assert not re.findall(r"(?i)require\.js|requirejs|mathjax|mermaid|jp-", text)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_the_published_notebook_runs_in_an_empty_folder(whole: Path, name: str) -> None:
    """With nothing but what its first cell installs, and the outputs say the same things."""
    path = whole / "zh" / "labs" / name / f"{name}.ipynb"
    notebook: Any = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    executed = kernel.execute([cell.source for cell in cells], Path(os.devnull))
    for cell, outputs in zip(cells, executed.outputs, strict=True):
        published = [output.output_type for output in cell.outputs]
        assert [output["output_type"] for output in outputs] == published
