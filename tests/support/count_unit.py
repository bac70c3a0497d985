"""Reads what run-unit wrote: NAME.xml (JUnit), NAME.status, NAME.log. Prints the failures and
one summary line, and tallies every test case."""
import os
import pathlib
import sys
import xml.etree.ElementTree as ElementTree


def cases(report):
    """(status, name, text) of each test case; nothing when the report is not whole."""
    for case in ElementTree.parse(report).getroot().iter("testcase"):
        bad = [part for part in case if part.tag in ("failure", "error")]
        skipped = case.find("skipped") is not None
        status = "failed" if bad else "skipped" if skipped else "passed"
        yield status, case.get("name"), "".join(part.text or "" for part in bad)


def results(status_file):
    name = status_file.stem
    code = int(status_file.read_text())
    try:
        found = list(cases(status_file.with_suffix(".xml")))
    except (OSError, ElementTree.ParseError):
        found = []
    for status, case, text in found:
        yield status, f"{name}/{case}", text
    # Catch2 exits with the number of failures; anything else is a crash or a time-out.
    failures = sum(status == "failed" for status, _, _ in found)
    if not found or (code != 0 and failures == 0):
        log = status_file.with_suffix(".log").read_text(errors="replace")
        yield "failed", f"{name}/the whole program", f"exit {code}\n{log[-3000:]}"


def main(reports):
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    with open(os.environ.get("SANDBOX_TALLY", os.devnull), "a") as tally:
        for status_file in sorted(pathlib.Path(reports).glob("*.status")):
            for status, name, text in results(status_file):
                counts[status] += 1
                tally.write(f"{status} unit/{name}\n")
                if status != "passed":
                    print(f"{status.upper():7} unit/{name}\n{text.rstrip()}")
        left = os.listdir(pathlib.Path(reports, "tmp"))
        if left:
            counts["failed"] += 1
            tally.write("failed unit/leaves nothing behind\n")
            print(f"FAILED  unit: left behind in TMPDIR: {' '.join(left)}")
    print("unit: " + ", ".join(f"{count} {status}" for status, count in counts.items()))
    return 1 if counts["failed"] else 0


sys.exit(main(sys.argv[1]))
