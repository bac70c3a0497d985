#!/usr/bin/python3
"""The manual is true: every option of --help is in the tool's page and the other way round;
the examples of every page become cases (see run_cases.py man); records validate."""
import argparse
import os
import pathlib
import re
import shlex
import subprocess
import sys

import check_recipes
import check_records

SOURCE = pathlib.Path(__file__).resolve().parents[2]
PAGES = SOURCE / "man"
CASES = SOURCE / "build/test/pages"
EVERY_TOOL = {"-h", "--help", "--version"}  # sandbox(7) has them once for all
OPTION = re.compile(r"(?<![\w-])--?[a-zA-Z0-9][\w-]*")


def options_of_help(tool, programs):
    """The names in the first column of --help."""
    text = subprocess.run([programs / tool, "--help"], capture_output=True, text=True, check=True).stdout
    found = set()
    for line in text.splitlines():
        column = re.match(r"^ {1,6}(-\S.*?)(?: {2}|$)", line)
        found |= set(OPTION.findall(column.group(1))) if column else set()
    return found - EVERY_TOOL


def options_of_page(tool):
    """The names in the tags of its lists: '.It Fl f , Fl -force'."""
    found = set()
    for line in (PAGES / f"{tool}.1").read_text().splitlines():
        if line.startswith(".It Fl"):
            found |= {"-" + name for name in re.findall(r"Fl (-?[a-zA-Z0-9][\w-]*)", line)}
    return found - EVERY_TOOL


def complaints_about_options(tool, programs):
    shown, written = options_of_help(tool, programs), options_of_page(tool)
    for option in sorted(shown - written):
        yield f"{option} is in --help, not in man/{tool}.1"
    for option in sorted(written - shown):
        yield f"{option} is in man/{tool}.1, not in --help"


def runnable(page):
    """The page's source without the examples that a comment excuses: '.\\" not run: REASON'
    takes out the next .Dl, or the next .Bd with everything up to its .Ed."""
    kept, skipping = [], None
    for line in page.read_text().splitlines():
        if line.startswith('.\\" not run: '):
            skipping = "next"
        elif skipping == "next" and line.startswith(".Bd"):
            skipping = ".Ed"
        elif skipping == "next" and line.startswith(".Dl") or skipping and line.startswith(".Ed"):
            skipping = None
        elif skipping != ".Ed":
            kept.append(line)
    return "\n".join(kept) + "\n"


def examples(page):
    """(command, [expected lines]) of each '$ command' in the rendered section EXAMPLES."""
    text = subprocess.run(["mandoc", "-T", "utf8", "-O", "width=500"], input=runnable(page), text=True,
                          capture_output=True, check=True).stdout
    text = re.sub(".\b", "", text)  # bold and underlined, as terminals of old drew them
    section = re.search(r"^EXAMPLES\n(.*?)(?=^\S)", text, re.MULTILINE | re.DOTALL)
    found, shown = [], False
    for line in section.group(1).splitlines() if section else []:
        if line.lstrip().startswith("$ "):
            found.append((line.lstrip()[2:], []))
            shown = True
        elif shown and line.strip() and found[-1][0].endswith("\\"):
            found[-1] = (found[-1][0][:-1] + line.strip(), [])
        elif shown and line.strip():
            found[-1][1].append(line.strip())
        else:
            shown = False
    return found


def write_case(page):
    """A case that runs all examples of a page, in order, and compares the output shown: each
    line of it, with '...' for anything."""
    shown = examples(page)
    if not shown:
        return
    case = CASES / page.name
    case.mkdir(parents=True)
    script = ['trap "sandbox-reap --all --grace 0 -q >>reaped 2>&1 || cat reaped >&2" EXIT',
              'ln -s "$SOURCE/recipes" recipes']
    for command, output in shown:
        script += [f"printf '%s\\n' {shlex.quote('$ ' + command)}", f"{{ {command}", "} 2>&1 | tee out"]
        for line in output:
            pattern = ".*".join(re.escape(part) for part in line.split("..."))
            script.append(f"grep -qP -- {shlex.quote(pattern)} out || fail {shlex.quote('not shown: ' + line)}")
    (case / "cmd").write_text("\n".join(script) + "\n")
    if any("python-3.11" in command for command, _ in shown):
        (case / "needs").write_text("image=python-3.11\n")
    (case / "timeout").write_text("300\n")


def tally(name, complaints):
    complaints = list(complaints)
    for complaint in complaints:
        print(f"FAILED  man/{name}: {complaint}")
    with open(os.environ.get("SANDBOX_TALLY", os.devnull), "a") as file:
        file.write(f"{'failed' if complaints else 'passed'} man/{name}\n")
    return bool(complaints)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--preset", default="release")
    programs = SOURCE / "build" / parser.parse_args().preset / "bin"
    subprocess.run(["rm", "-rf", CASES], check=True)
    for page in sorted(PAGES.glob("*.[1-8]")):
        write_case(page)
    tools = sorted(path.stem for path in PAGES.glob("*.1"))
    failed = [tally(f"options of {tool}", complaints_about_options(tool, programs))
              for tool in tools if tool != "sandbox" and (programs / tool).exists()]
    failed.append(tally("records", check_records.check()))
    failed.append(tally("recipes", check_recipes.check(programs)))
    print(f"man: {failed.count(False)} passed, {failed.count(True)} failed")
    return 1 if any(failed) else 0


sys.exit(main())
