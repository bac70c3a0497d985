"""The table for people."""
import sys

import clock


def number(value, unit):
    if value is None:
        return ""
    digits = 0 if value >= 1000 else 2
    return f"{value:.{digits}f} {unit}"


def verdict(row):
    if row["reason"]:
        return row["reason"]
    return {True: "met", False: "MISSED", None: ""}[row["met"]]


def show(title, rows):
    print(f"\n{title}")
    cells = [("work", "median", "p99", "target", "")]
    for row in rows:
        cells.append((row["work"], number(row["value"], row["unit"]), number(row["p99"], row["unit"]),
                      row["target"] or "", verdict(row)))
    widths = [max(len(line[column]) for line in cells) for column in range(4)]
    for line in cells:
        shown = [line[0].ljust(widths[0]), *(line[i].rjust(widths[i]) for i in (1, 2, 3)), line[4]]
        print("  " + "  ".join(shown).rstrip())
    sys.stdout.flush()


def show_stages(title, stages):
    """Where the time of a launch goes: `supervisor` holds all below it, `inside` its parts."""
    print(f"\n{title}: stages of sandbox-launch, ms")
    order = ["spawn", "image", "state", "supervisor", "facts", "clone", "maps", "attach", "inside"]
    names = [name for name in order if name in stages]
    names += sorted(name for name in stages if name not in order)
    for name in names:
        indent = "  " if name in ("spawn", "image", "state", "supervisor") else "    "
        if name.startswith("inside."):
            indent = "      "
        times = stages[name]
        print(f"  {indent + name:24} {clock.median(times):8.2f}  p99 {clock.percentile(times, 99):8.2f}")
    sys.stdout.flush()
