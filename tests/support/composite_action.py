#!/usr/bin/python3
"""usage: composite_action.py ACTION CONTEXT [INPUT=VALUE...]

Runs the steps of a composite action of GitHub's in the current folder, as its runner does: bash with
errexit and pipefail, expressions put in before the shell starts, a step without `if` only while none failed.
CONTEXT is a file with the contexts `github` and `runner` as JSON. It knows just the expressions
that our action uses; any other, any other kind of step, and an input that the action has not, ends it with 2.
Prints "ID success|failure|skipped" for each step; exits 1 when one failed."""
import json
import os
import re
import subprocess
import sys

import yaml

EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
TERM = re.compile(r"^([a-z_]+(?:\.[A-Za-z_-]+)+)$")
COMPARED = re.compile(r"^(\S+) (==|!=) '([^']*)'$")


def unknown(what):
    print(f"composite_action: {what}", file=sys.stderr)
    sys.exit(2)


class Run:
    def __init__(self, action, contexts, given):
        self.contexts = dict(contexts, inputs={}, steps={})
        self.action = action
        for name in set(given) - set(action["inputs"]):
            unknown(f"no input '{name}'")
        for name, about in action["inputs"].items():
            self.contexts["inputs"][name] = given.get(name, self.filled(str(about["default"])))
        self.failed = False

    def value(self, path):
        if not TERM.match(path):
            unknown(f"an expression it does not know: {path}")
        value = self.contexts
        for name in path.split("."):
            if not isinstance(value, dict) or name not in value:
                unknown(f"nothing is at {path}")
            value = value[name]
        return str(value)

    def filled(self, text):
        return EXPRESSION.sub(lambda found: self.value(found.group(1).strip()), text)

    def holds(self, term):
        if term == "!cancelled()":
            return True
        compared = COMPARED.match(term)
        if not compared:
            unknown(f"a condition it does not know: {term}")
        return (self.value(compared.group(1)) == compared.group(3)) == (compared.group(2) == "==")

    def is_due(self, step):
        if "if" not in step:
            return not self.failed
        return all(self.holds(term.strip()) for term in EXPRESSION.fullmatch(step["if"]).group(1).split("&&"))

    def outcome(self, step):
        if set(step) - {"id", "if", "shell", "env", "run"} or step["shell"] != "bash" or EXPRESSION.search(step["run"]):
            unknown(f"a step it does not know: {step['id']}")
        if not self.is_due(step):
            return "skipped"
        environment = {name: self.filled(text) for name, text in step["env"].items()}
        done = subprocess.run(["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
                              env={**os.environ, **environment}, stdin=subprocess.DEVNULL, stdout=sys.stderr)
        return "success" if done.returncode == 0 else "failure"

    def all(self):
        for step in self.action["runs"]["steps"]:
            outcome = self.outcome(step)
            self.contexts["steps"][step["id"]] = {"outcome": outcome}
            self.failed = self.failed or outcome == "failure"
            print(step["id"], outcome, flush=True)
        return 1 if self.failed else 0


def main():
    with open(sys.argv[1]) as action, open(sys.argv[2]) as contexts:
        run = Run(yaml.safe_load(action), json.load(contexts), dict(word.split("=", 1) for word in sys.argv[3:]))
    sys.exit(run.all())


if __name__ == "__main__":
    main()
