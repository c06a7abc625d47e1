"""Draws the plots of tools/report-html as SVG that is embedded in the page."""

import collections
import dataclasses
import io
import math

import matplotlib
import matplotlib.figure
import matplotlib.ticker

matplotlib.rcParams.update({
    "svg.fonttype": "none",  # keep text as text
    "text.parse_math": False,  # do not interpret $ in names
    "svg.hashsalt": "trapline",  # the same plot gives the same bytes
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
})

WIDTH = 9  # inches
BINS = 200  # number of bins of the timeline
GUEST, HOST, PRINTING = "#4c9f70", "#d1495b", "#c9c9c9"
BAR = "#30638e"
REASONS = [matplotlib.colormaps["tab20"](i) for i in (*range(0, 20, 2), *range(1, 20, 2))]  # dark ones first


@dataclasses.dataclass
class Plot:
    title: str
    text: str  # description, also for readers who cannot see the plot
    svg: str


def figure(height):
    drawing = matplotlib.figure.Figure(figsize=(WIDTH, height), layout="constrained")
    return drawing, drawing.subplots()


def finished(drawing, title, text):
    """Returns the plot, without the header of an SVG file, which must not be inside an HTML page."""
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
    axes.set_xlabel(f"{benches[0].pairs['unit']} cycles: bar: median; line: minimum to 99th percentile")
    for place, value in zip(places, values):
        axes.annotate(" " + grouped(value), (value, place), va="center", fontsize=7)
    worst = max(benches, key=lambda bench: bench.number("median"))
    return finished(drawing, "Cost of each exit",
                    f"A bar chart of {len(benches)} medians; the longest bar is {worst.name} with "
                    f"{worst.pairs['median']} cycles.")


def counts_of(histogram):
    """Returns (first, width, counts) of a histogram line."""
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
    for axes in fields:  # unused fields of the last row
        axes.set_axis_off()
    return finished(drawing, "Distribution of the samples",
                    f"Histograms of the samples of {', '.join(name for name, _ in drawn)}. In each, the last"
                    " bar counts all larger samples.")


def shares(stats):
    rows = [(line["name"], int(line["share_permille"]) / 10) for line in stats]
    rows = sorted((row for row in rows if row[1] > 0), key=lambda row: -row[1])
    if not rows:
        return None
    drawing, axes = figure(rows_high(len(rows)))
    axes.barh(range(len(rows)), [share for _, share in rows], color=HOST, height=0.7)
    axes.set_yticks(range(len(rows)), [name for name, _ in rows])
    axes.invert_yaxis()
    axes.set_xlabel("per cent of the host's time for all exits")
    return finished(drawing, "Host time by exit reason",
                    f"A bar chart; the longest bar is {rows[0][0]} with {rows[0][1]:.1f} per cent.")


def costs(exits):
    """Draws the histograms of all exit reasons over a common axis of cycles."""
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
    axes.set_xlabel("time-stamp cycles to handle a VM exit")
    axes.set_ylabel("exits")
    axes.legend(fontsize=7, ncols=5, loc="lower left", bbox_to_anchor=(0, 1), frameon=False)
    count = sum(len(values) for values in by_name.values())
    return finished(drawing, "Time to handle each exit",
                    f"A histogram of {count} exits with {len(names)} reasons, from {low} to {high - 1} cycles.")


def spread(pieces, start, step):
    """Returns the percentage of each bin that the pieces of time (begin, end) cover."""
    filled = [0.0] * BINS
    for begin, end in pieces:
        first, last = (min(int((at - start) / step), BINS - 1) for at in (begin, end))
        for i in range(first, last + 1):
            left, right = start + i * step, start + (i + 1) * step
            filled[i] += max(0.0, min(end, right) - max(begin, left))
    return [100 * value / step for value in filled]


def timeline(exits, khz):
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
    below.set_xlabel("milliseconds since the first VM entry")
    drawing.colorbar(mesh, ax=below, label="exits", pad=0.01)
    return finished(drawing, "Timeline",
                    f"A timeline of {len(exits)} exits in {(end - start) / khz:.3f} milliseconds. Above: the"
                    " shares of guest, host and printing. Below: the number of exits by reason.")
