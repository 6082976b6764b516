"""The ratios of all sections as one picture: a line each on a logarithmic axis, with its spread."""

import math
from collections.abc import Iterator, Mapping
from html import escape

from bench.kept import Section
from bench.table import Figure

WIDTH, LEFT, RIGHT, LINE, TOP = 900, 380, 70, 18, 40
LEAST, MOST = 0.05, 20.0
STYLE = """<style>
 text { font: 12px system-ui, sans-serif; fill: #333 } .head { font-weight: 600 } .axis { stroke: #bbb }
 .one { stroke: #555; stroke-dasharray: 3 3 } .spread { stroke: #888; stroke-width: 2 }
 .more { fill: #1864ab } .less { fill: #c92a2a }
 @media (prefers-color-scheme: dark) { text { fill: #ddd } .axis { stroke: #555 } .one { stroke: #aaa }
 .more { fill: #74c0fc } .less { fill: #ffa8a8 } }
</style>"""
TOLD = "Ratios inside one run. Blue: more is better; red: less is better; the line beside: least and greatest round."


def chart(sections: Mapping[str, Section]) -> str:
    """Draw all ratios of all sections."""
    lines, y = list[str](), TOP
    for section in sections.values():
        if section.table.figures:
            y += LINE
            lines.append(f'<text class="head" x="8" y="{y + 4}">{escape(section.table.heading)}</text>')
        for name, figure in section.table.figures.items():
            y += LINE
            lines += _line(name, figure, y)
    height = y + 2 * LINE
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" role="img">',
            f"<title>{TOLD}</title>", STYLE, f'<text x="8" y="16">{TOLD}</text>', *_axis(height), *lines, "</svg>\n",
        ]
    )  # fmt: skip


def _x(value: float) -> float:
    """Return where a ratio lies; what is beyond the axis lies at its end."""
    share = math.log(min(MOST, max(LEAST, value)) / LEAST) / math.log(MOST / LEAST)
    return LEFT + share * (WIDTH - LEFT - RIGHT)


def _axis(height: int) -> Iterator[str]:
    for value in (0.1, 0.2, 0.5, 1, 2, 5, 10):
        kind = "one" if value == 1 else "axis"
        yield f'<line class="{kind}" x1="{_x(value):.1f}" x2="{_x(value):.1f}" y1="{TOP}" y2="{height - LINE}"/>'
        yield f'<text x="{_x(value):.1f}" y="{TOP - 4}" text-anchor="middle">{value:g}</text>'


def _line(name: str, figure: Figure, y: int) -> Iterator[str]:
    yield f'<text x="20" y="{y + 4}">{escape(name)}</text>'
    if figure.least is not None and figure.most is not None:
        yield f'<line class="spread" x1="{_x(figure.least):.1f}" x2="{_x(figure.most):.1f}" y1="{y}" y2="{y}"/>'
    yield f'<circle class="{"more" if figure.more else "less"}" cx="{_x(figure.value):.1f}" cy="{y}" r="5"/>'
    yield f'<text x="{WIDTH - RIGHT + 8}" y="{y + 4}">{figure.value:.2f}</text>'
