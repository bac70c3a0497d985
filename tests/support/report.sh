# shellcheck shell=bash
# What cases ask of a sandbox.report/1 on stdin.

# statuses: NAME STATUS of each case, in order.
statuses() {
  python3 -c 'import json, sys
for case in json.load(sys.stdin)["cases"]: print(case["name"], case["status"])'
}

# kinds: those of its problems, in one line.
kinds() {
  python3 -c 'import json, sys
print(*[problem["kind"] for problem in json.load(sys.stdin)["problems"]])'
}
