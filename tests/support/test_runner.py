#!/usr/bin/python3
"""The case runner's own tests: a runner that cannot fail a case proves nothing."""
import os
import pathlib
import sys
import tempfile
import unittest
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from case import Case, Setting, become_subreaper  # noqa: E402
from identity import Identity  # noqa: E402

SOURCE = pathlib.Path(__file__).resolve().parents[2]


class NoImages:
    def lend(self, store, recipes=()):
        store.mkdir()


def run(path, directory):
    environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
    return Case(path, Setting(SOURCE, directory, environment, Identity(), NoImages())).result("it")


class Runner(unittest.TestCase):
    def attempt(self, part="cases", **files):
        """The result of a case with these files, in a worker as the real ones have."""
        with tempfile.TemporaryDirectory() as directory:
            path = pathlib.Path(directory, part, "tool", "promise")
            path.mkdir(parents=True)
            for name, text in files.items():
                (path / name).write_text(text)
            with ProcessPoolExecutor(1, get_context("fork"), become_subreaper) as pool:
                return pool.submit(run, path, pathlib.Path(directory)).result()

    def fails(self, reason, **files):
        result = self.attempt(**files)
        self.assertEqual(result.status, "failed")
        self.assertIn(reason, result.reason)

    def passes(self, **files):
        result = self.attempt(**files)
        self.assertEqual((result.status, result.reason, result.output), ("passed", "", ""))

    def test_a_quiet_success_passes(self):
        self.passes(cmd="true\n")

    def test_expected_bytes_and_exit_pass(self):
        self.passes(cmd="printf 'a\\377'; exit 3\n".replace("\\377", "b"), stdout="ab", exit="3\n")

    def test_another_exit_code_fails(self):
        self.fails("exit 1, expected 0", cmd="false\n")

    def test_another_output_fails(self):
        self.fails("stdout differs", cmd="echo a\n", stdout="a")

    def test_an_unset_variable_fails(self):
        self.fails("exit 1, expected 0", cmd='echo "$undefined_variable"\n')

    def test_a_hanging_case_fails(self):
        self.fails("no end after 5 s", cmd="sleep 100\n", timeout="1")

    def test_a_daemon_left_behind_fails(self):
        self.fails("left behind: process", cmd="setsid --fork sleep 100\n")

    def test_a_temporary_file_left_behind_fails(self):
        self.fails("left behind: temporary file x", cmd='touch "$TMPDIR/x"\n')

    def test_a_sandbox_left_behind_fails(self):
        self.fails("left behind: sandbox sb-", cmd='mkdir -p "$SANDBOX_STORE/run/sandboxes/sb-aaaaaaaaaa"\n')

    def test_an_escape_without_a_control_fails(self):
        self.fails("no control", part="escape", cmd="true\n")

    def test_a_control_that_fails_fails(self):
        self.fails("no teeth", part="escape", cmd="true\n", control="false\n")

    def test_fails_with_wants_one_line(self):
        self.passes(cmd="broken() { echo 'x: bad news' >&2; return 2; }\nfails_with 2 'bad news' broken\n")
        self.fails("exit 99", cmd="broken() { printf 'a\\nbad\\n' >&2; return 2; }\nfails_with 2 bad broken\n")


def main():
    result = unittest.TextTestRunner(sys.stdout).run(unittest.defaultTestLoader.loadTestsFromTestCase(Runner))
    bad = {test.id().rsplit(".")[-1] for test, _ in result.failures + result.errors}
    with open(os.environ.get("SANDBOX_TALLY", os.devnull), "a") as tally:
        for name in (name for name in dir(Runner) if name.startswith("test_")):
            tally.write(f"{'failed' if name in bad else 'passed'} runner/{name[5:]}\n")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
