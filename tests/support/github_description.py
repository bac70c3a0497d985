#!/usr/bin/python3
"""usage: github_description.py DESCRIPTION [BODY...]

Prints the part of GitHub's OpenAPI description that sandbox-comment uses: whole, it takes a mock
server a minute to read. BODY: those of the comments that its example lists, all by the user of its
example; without any, the example's own."""
import json
import sys

PATHS = ("/user", "/repos/{owner}/{repo}/issues/{issue_number}/comments", "/repos/{owner}/{repo}/issues/comments/{comment_id}",
         "/repos/{owner}/{repo}/statuses/{sha}")
PREFIX = "#/components/"


def parts(value):
    """Every dictionary in it, at any depth."""
    if isinstance(value, dict):
        yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from parts(part)


def references(value):
    return {part["$ref"] for part in parts(value) if isinstance(part.get("$ref"), str)}


def components(whole, paths):
    """Those that the paths need, and those that these need."""
    found, wanted = {}, references(paths)
    while wanted:
        reference = wanted.pop()
        kind, name = reference.removeprefix(PREFIX).split("/")
        if name not in found.setdefault(kind, {}):
            found[kind][name] = whole[kind][name]
            wanted |= references(whole[kind][name])
    return found


def main():
    whole = json.load(open(sys.argv[1]))
    paths = {path: whole["paths"][path] for path in PATHS}
    used = components(whole["components"], paths)
    for part in list(parts(paths)) + list(parts(used)):
        # A mock has one page, and its example of this header always names another.
        part.pop("Link", None)
        content = part.get("content")
        # Its documentation asks for this type; what the description says of answers is the same.
        if isinstance(content, dict) and "application/json" in content:
            content["application/vnd.github+json"] = content["application/json"]
    example = used["examples"]["issue-comment-items"]["value"]
    if sys.argv[2:]:
        example[:] = [{**example[0], "id": number, "body": body} for number, body in enumerate(sys.argv[2:], 1)]
    used["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    kept = {name: value for name, value in whole.items() if name in ("openapi", "info")}
    print(json.dumps({**kept, "security": [{"token": []}], "paths": paths, "components": used}))


main()
