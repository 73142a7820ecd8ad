"""The timeline: a Run as a picture, as terminal text, and in words.

Standard library only, as the browser runs these files too.
"""

from stopwatch.timeline.describe import describe, sentences
from stopwatch.timeline.rows import colours, colours_by_name
from stopwatch.timeline.scene import render_scene
from stopwatch.timeline.svg import render_svg
from stopwatch.timeline.text import render_text

__all__ = [
    "colours",
    "colours_by_name",
    "describe",
    "render_scene",
    "render_svg",
    "render_text",
    "sentences",
]
