#include "reporters.hpp"

namespace sandbox::tool {

const std::string_view kPytestReporter = R"PY(# Writes each case when it has ended: what a JUnit file has no words for, and what it loses.
import json
import os

import pytest

_out = None
_count = 0
_parts = {}


def _say(value):
    _out.write(json.dumps(value) + "\n")
    _out.flush()


def pytest_configure(config):
    global _out
    if not hasattr(config, "workerinput"):
        _out = open(os.environ["SANDBOX_REPORT"], "w", encoding="utf-8", errors="backslashreplace")


def _place(report):
    file, line, _ = report.location
    path, _, name = report.nodeid.partition("::")
    suite, _, name = name.rpartition("::")
    return {"suite": "::".join(filter(None, [path, suite])), "name": name or path, "file": file,
            "line": None if line is None else line + 1}


def pytest_runtest_logstart(nodeid, location):
    if _out:
        path, _, name = nodeid.partition("::")
        suite, _, name = name.rpartition("::")
        _say({"begin": {"suite": "::".join(filter(None, [path, suite])), "name": name or path, "file": location[0]}})


def _status(reports):
    xfail = [r for r in reports if hasattr(r, "wasxfail")]
    calls = [r for r in reports if r.when == "call"]
    others = [r for r in reports if r.when != "call" and r.failed]
    if others:
        return "error"
    if xfail:
        return "xpassed" if any(r.passed for r in xfail if r.when == "call") else "xfailed"
    if any(r.failed for r in calls):
        return "failed"
    if any(r.skipped for r in reports):
        return "skipped"
    return "passed" if calls else "error"


def _message(reports):
    for r in reports:
        if hasattr(r, "wasxfail"):
            return str(r.wasxfail) or None
        if r.skipped and isinstance(r.longrepr, tuple):
            return r.longrepr[2]
        crash = getattr(r.longrepr, "reprcrash", None)
        if r.failed:
            return (r.when + ": " if r.when != "call" else "") + (crash.message if crash else str(r.longrepr))
    return None


def _output(reports):
    text = "\n".join(r.longreprtext for r in reports if r.failed)
    parts = {}
    for r in reports:
        parts.update(dict(r.sections))
    return "\n".join(filter(None, [text] + [f"--- {k} ---\n{v}" for k, v in parts.items()])) or None


def _finish(reports):
    global _count
    status = _status(reports)
    case = _place(reports[-1])
    case.update(status=status, duration_ms=sum(r.duration for r in reports) * 1000, message=_message(reports),
                output=None if status == "passed" else (_output(reports) or "")[-20000:] or None)
    _say(case)
    _count += 1


def pytest_runtest_logreport(report):
    if _out:
        _parts.setdefault(report.nodeid, []).append(report)


def pytest_runtest_logfinish(nodeid, location):
    if _out and nodeid in _parts:
        _finish(_parts.pop(nodeid))


def pytest_collectreport(report):
    global _count
    if not _out or not report.failed:
        return
    crash = getattr(report.longrepr, "reprcrash", None)
    _say({"suite": report.nodeid, "name": "(collection)", "file": report.fspath if hasattr(report, "fspath") else None,
          "line": None, "status": "error", "duration_ms": None,
          "message": crash.message if crash else report.longreprtext.strip().splitlines()[-1].removeprefix("E").strip(),
          "output": report.longreprtext[-20000:]})
    _count += 1


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session):
    if _out:
        _say({"end": _count})
)PY";

const std::string_view kUnittestRunner = R"PY(# Runs what unittest discovers and writes each case when it has ended.
import argparse
import inspect
import json
import os
import sys
import time
import traceback
import unittest

out = open(os.environ["SANDBOX_REPORT"], "w", encoding="utf-8", errors="backslashreplace")
count = 0


def say(value):
    out.write(json.dumps(value) + "\n")
    out.flush()


def named(test):
    if not isinstance(test, unittest.TestCase):
        return {"suite": "(class or module)", "name": str(test)}
    if type(test).__name__ == "_FailedTest":
        return {"suite": "(import)", "name": test._testMethodName}
    suite, _, name = test.id().rpartition(".")
    return {"suite": suite, "name": name}


def place(test):
    if type(test).__name__ == "_FailedTest":
        return {"file": None, "line": None}
    try:
        method = getattr(test, test._testMethodName)
        file = os.path.relpath(inspect.getsourcefile(type(test)))
        return {"file": file, "line": inspect.getsourcelines(inspect.unwrap(method))[1]}
    except Exception:
        return {"file": None, "line": None}


def text(error):
    return "".join(traceback.format_exception(*error))[-20000:]


class Result(unittest.TestResult):
    current = None  # the test under way: what fails beside it is its class's or its module's

    def startTest(self, test):
        super().startTest(test)
        self.current, self.state, self.began = test, None, time.monotonic()
        say({"begin": named(test)})

    def note(self, status, message=None, output=None):
        order = ["passed", "skipped", "xfailed", "xpassed", "failed", "error"]
        if not self.state or order.index(status) > order.index(self.state[0]):
            self.state = (status, message, output)

    def write(self, test, status, message, output, ms):
        global count
        say({**named(test), **place(test), "status": status, "duration_ms": ms, "message": message, "output": output})
        count += 1

    def stopTest(self, test):
        super().stopTest(test)
        status, message, output = self.state or ("error", "it ended without a result", None)
        self.write(test, status, message, output, (time.monotonic() - self.began) * 1000)
        self.current = None

    def bad(self, test, status, error):
        message = (str(error[1]) or type(error[1]).__name__).strip()
        if self.current is test:
            self.note(status, message, text(error))
        else:
            self.write(test, "error", message, text(error), None)

    def addSuccess(self, test):
        self.note("passed")

    def addError(self, test, error):
        super().addError(test, error)
        self.bad(test, "error", error)

    def addFailure(self, test, error):
        super().addFailure(test, error)
        self.bad(test, "failed", error)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        if self.current is test:
            self.note("skipped", str(reason))
        else:
            self.write(test, "skipped", str(reason), None, None)

    def addExpectedFailure(self, test, error):
        super().addExpectedFailure(test, error)
        self.note("xfailed", str(error[1]))

    def addUnexpectedSuccess(self, test):
        super().addUnexpectedSuccess(test)
        self.note("xpassed", "it was expected to fail")

    def addSubTest(self, test, subtest, error):
        super().addSubTest(test, subtest, error)
        if error is not None:
            self.note("failed" if issubclass(error[0], test.failureException) else "error",
                      str(subtest) + ": " + str(error[1]), text(error))


parser = argparse.ArgumentParser()
parser.add_argument("--failfast", action="store_true")
parser.add_argument("files", nargs="*")
asked = parser.parse_args()
sys.path.insert(0, os.getcwd())
loader = unittest.TestLoader()
if asked.files:
    suite = loader.loadTestsFromNames([f[:-3].replace("/", ".") for f in asked.files])
else:
    suite = loader.discover(".")
    if suite.countTestCases() == 0:
        suite = loader.discover("tests", top_level_dir=".") if os.path.isdir("tests") else suite
result = Result()
result.failfast = asked.failfast
suite.run(result)
say({"end": count})
print(f"{result.testsRun} run")
sys.exit(0 if result.wasSuccessful() else 1)
)PY";

const std::string_view kCargoRunner = R"SH(#!/bin/sh
# In place of each test program: what it has, what its harness logs, and what it writes, apart.
name=$(basename "$1")
mkdir -p "$SANDBOX_CARGO" && here=$SANDBOX_CARGO/$name
"$@" --list --format terse >"$here.list" 2>/dev/null
"$@" --logfile "$here.log" >"$here.out" 2>&1
code=$?
echo "$code" >"$here.code"
cat "$here.out"
exit "$code"
)SH";

}  // namespace sandbox::tool
