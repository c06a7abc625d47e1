"""The plots of tools/report-html: each a drawing as SVG, which stands in the page itself."""

import collections
import dataclasses
import io
import math

import matplotlib
import matplotlib.figure
import matplotlib.ticker

matplotlib.rcParams.update({
    "svg.fonttype": "none",  # text stays text
    "text.parse_math": False,  # a name is a name, whatever is in it
    "svg.hashsalt": "trapline",  # the same drawing gives the same bytes
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
})

WIDTH = 9  # inches
BINS = 200  # of the time line
GUEST, HOST, PRINTING = "#4c9f70", "#d1495b", "#c9c9c9"
BAR = "#30638e"
REASONS = [matplotlib.colormaps["tab20"](i) for i in (*range(0, 20, 2), *range(1, 20, 2))]  # dark, then light


@dataclasses.dataclass
class Plot:
    title: str
    text: str  # what there is to see, for those who do not see it
    svg: str


def figure(height):
    drawing = matplotlib.figure.Figure(figsize=(WIDTH, height), layout="constrained")
    return drawing, drawing.subplots()


def finished(drawing, title, text):
    """Without what SVG files begin with, which has no place inside a page."""
    out = io.StringIO()
    drawing.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    svg = out.getvalue()
    return Plot(title, text, svg[svg.index("<svg"):])


def grouped(value, _position=None):
    return f"{value:,.0f}".replace(",", "\u202f")


def rows_high(count):
    return 0.8 + 0.24 * count


def medians(benches):
    if not benches:
        return None
    drawing, axes = figure(rows_high(len(benches)))
    names = [bench.name for bench in benches]
    places = range(len(benches))
    least, most = ([bench.number(key) for bench in benches] for key in ("min", "p99"))
    values = [bench.number("median") for bench in benches]
    axes.barh(places, values, color=BAR, height=0.7)
    axes.hlines(places, least, most, color="black", linewidth=1)
    axes.set_xscale("symlog", linthresh=1)
    axes.xaxis.set_major_formatter(grouped)
    axes.set_yticks(places, names)
    axes.invert_yaxis()
    axes.set_xlabel(f"{benches[0].pairs['unit']} cycles: the median, and from the least to the 99th"
                    " percentile")
    for place, value in zip(places, values):
        axes.annotate(" " + grouped(value), (value, place), va="center", fontsize=7)
    worst = max(benches, key=lambda bench: bench.number("median"))
    return finished(drawing, "What it costs",
                    f"Bars of {len(benches)} medians; the longest is {worst.name}, "
                    f"{worst.pairs['median']} cycles.")


def counts_of(histogram):
    """(first, width, counts) of a line."""
    counts = [int(count) for count in histogram["counts"].split(",")]
    return int(histogram["first"]), int(histogram["width"]), [*counts, int(histogram["above"])]


def histograms(lines):
    if not lines:
        return None
    drawn = [(line["name"], counts_of(line)) for line in lines]
    across = 4
    down = math.ceil(len(drawn) / across)
    drawing = matplotlib.figure.Figure(figsize=(WIDTH, 0.4 + 1.25 * down), layout="constrained")
    fields = drawing.subplots(down, across, squeeze=False).flat
    for (name, (first, width, counts)), axes in zip(drawn, fields):
        axes.bar(range(len(counts)), counts, width=1, align="edge",
                 color=[BAR] * (len(counts) - 1) + [HOST])
        axes.set_title(name, fontsize=8)
        axes.set_xticks([0, len(counts) - 1], [grouped(first), grouped(first + width * (len(counts) - 1))])
        axes.set_yticks([])
    for axes in fields:  # the rest of the last row
        axes.set_axis_off()
    return finished(drawing, "How the samples spread",
                    f"Histograms, one each, of the samples of {', '.join(name for name, _ in drawn)}; the"
                    " last bar is of all that lie beyond.")


def shares(stats):
    rows = [(line["name"], int(line["share_permille"]) / 10) for line in stats]
    rows = sorted((row for row in rows if row[1] > 0), key=lambda row: -row[1])
    if not rows:
        return None
    drawing, axes = figure(rows_high(len(rows)))
    axes.barh(range(len(rows)), [share for _, share in rows], color=HOST, height=0.7)
    axes.set_yticks(range(len(rows)), [name for name, _ in rows])
    axes.invert_yaxis()
    axes.set_xlabel("per cent of the time that all exits took to handle")
    return finished(drawing, "Where the host's time went",
                    f"Bars; the longest is {rows[0][0]}, {rows[0][1]:.1f} per cent.")


def costs(exits):
    """Of each reason its own histogram, over the same cycles."""
    by_name = collections.defaultdict(list)
    for exit in exits:
        if exit.host:
            by_name[exit.name].append(exit.host)
    if not by_name:
        return None
    names = sorted(by_name, key=lambda name: -len(by_name[name]))
    low = min(min(values) for values in by_name.values())
    high = max(max(values) for values in by_name.values()) + 1
    edges = [low * (high / low) ** (i / 60) for i in range(61)]
    edges[0], edges[-1] = edges[0] * 0.999, edges[-1] * 1.001
    drawing, axes = figure(3.2 + 0.2 * (len(names) // 5))
    colours = [REASONS[i % len(REASONS)] for i in range(len(names))]
    axes.hist([by_name[name] for name in names], bins=edges, stacked=True, label=names, color=colours)
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter(grouped)
    axes.set_yscale("symlog")
    axes.yaxis.set_major_formatter(grouped)
    axes.xaxis.set_minor_formatter(matplotlib.ticker.NullFormatter())
    axes.set_xlabel("time-stamp cycles from a VM exit until it was handled")
    axes.set_ylabel("exits")
    axes.legend(fontsize=7, ncols=5, loc="lower left", bbox_to_anchor=(0, 1), frameon=False)
    count = sum(len(values) for values in by_name.values())
    return finished(drawing, "What each exit took",
                    f"A histogram of {count} exits of {len(names)} reasons, from {low} to {high - 1} cycles.")


def spread(pieces, start, step):
    """How much of each bin pieces of time fill; pieces: (begin, end)."""
    filled = [0.0] * BINS
    for begin, end in pieces:
        first, last = (min(int((at - start) / step), BINS - 1) for at in (begin, end))
        for i in range(first, last + 1):
            left, right = start + i * step, start + (i + 1) * step
            filled[i] += max(0.0, min(end, right) - max(begin, left))
    return [100 * value / step for value in filled]


def time_line(exits, khz):
    start = min(exit.entered for exit in exits)
    end = max(exit.exited + (exit.host or 0) for exit in exits)
    step = max(end - start, 1) / BINS
    guest = [(exit.entered, exit.exited) for exit in exits]
    host = [(exit.exited, exit.exited + exit.host) for exit in exits if exit.host]
    printing = [(exit.handled, exit.next_entered) for exit in exits
                if exit.handled is not None and exit.next_entered is not None]
    names = list(dict.fromkeys(exit.name for exit in exits))
    counts = [[0] * BINS for _ in names]
    for exit in exits:
        counts[names.index(exit.name)][min(int((exit.exited - start) / step), BINS - 1)] += 1

    drawing = matplotlib.figure.Figure(figsize=(WIDTH, 2.4 + rows_high(len(names))),
                                       layout="constrained")
    above, below = drawing.subplots(2, 1, sharex=True,
                                    height_ratios=[2, rows_high(len(names))])
    times = [(i + 0.5) * step / khz for i in range(BINS)]
    above.stackplot(times, spread(guest, start, step), spread(host, start, step),
                    spread(printing, start, step), colors=[GUEST, HOST, PRINTING],
                    labels=["guest", "host", "printing"], step="mid")
    above.set_ylim(0, 100)
    above.set_ylabel("% of the time")
    above.legend(fontsize=7, ncols=3, loc="lower right")
    edges = [i * step / khz for i in range(BINS + 1)]
    masked = [[count or math.nan for count in row] for row in counts]
    mesh = below.pcolormesh(edges, range(len(names) + 1), masked, cmap="viridis_r", vmin=0)
    below.set_yticks([i + 0.5 for i in range(len(names))], names)
    below.set_ylim(len(names), 0)
    below.set_xlabel("milliseconds from the first VM entry on")
    drawing.colorbar(mesh, ax=below, label="exits", pad=0.01)
    return finished(drawing, "When it was",
                    f"A time line of {len(exits)} exits in {(end - start) / khz:.3f} milliseconds: above, how"
                    " the time was shared; below, when exits of each reason were.")
