"""Every record has a schema, an example and a section of sandbox-record(7); schemas are JSON Schema 2020-12 and strict enough
that an example with a field missing, of another type, or of another schema is refused."""
import json
import pathlib
import re
import sys

import jsonschema

SOURCE = pathlib.Path(__file__).resolve().parents[2]
RECORDS = SOURCE / "lib/record"
PAGE = SOURCE / "man/sandbox-record.7"


def broken(example):
    """(what, variant) of every example with one thing wrong."""
    for field in example:
        yield f"without '{field}'", {name: value for name, value in example.items() if name != field}
        if field != "from":
            yield f"with an odd '{field}'", {**example, field: [[]]}
    yield "of another schema", {**example, "schema": "sandbox.other/1"}
    yield "made from text", {**example, "from": "text"}


def complaints(name):
    schema = json.loads((RECORDS / "schema" / f"{name}.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    example = json.loads((RECORDS / "example" / f"{name}.json").read_text())
    for error in validator.iter_errors(example):
        yield f"{name}: the example is refused: {error.json_path}: {error.message}"
    for what, variant in broken(example):
        if validator.is_valid(variant):
            yield f"{name}: an example {what} is accepted"
    if not validator.is_valid({**example, "new_field": 1}):
        yield f"{name}: an unknown field is refused, so that records cannot grow"


def fields(schema):
    """The names of all fields, at any depth, of a schema or a part of one."""
    if isinstance(schema, list):
        return set().union(*map(fields, schema)) if schema else set()
    if not isinstance(schema, dict):
        return set()
    own = set(schema.get("properties", {}))
    return own.union(*(fields(part) for part in schema.values()))


def complaints_about_the_page(name):
    """sandbox-record(7) names every field and shows the example, broken into lines."""
    page = PAGE.read_text()
    section = page[page.find(f".Ss sandbox.{name}/1"):]
    text = (RECORDS / "example" / f"{name}.json").read_text().rstrip("\n")
    blocks = re.findall(r"^\.Bd -literal\n(.*?)\n\.Ed$", section, re.MULTILINE | re.DOTALL)
    if not blocks or blocks[0].replace("\n", "").replace("\\e", "\\") != text:
        yield f"{name}: the example in {PAGE.name} is not lib/record/example/{name}.json"
    named = set(re.findall(r"[a-z_0-9]+", " ".join(re.findall(r"Va (.*)", page)))) | {"base64"}
    for field in sorted(fields(json.loads((RECORDS / "schema" / f"{name}.json").read_text())) - named):
        yield f"{name}: {PAGE.name} does not name the field '{field}'"


def names(folder):
    return {path.stem for path in (RECORDS / folder).glob("*.json")}


def check():
    """All complaints about all records."""
    found = [f"{name}: only a schema or only an example" for name in names("schema") ^ names("example")]
    for name in sorted(names("schema") & names("example")):
        found += [*complaints(name), *complaints_about_the_page(name)]
    return found


def complaints_about_lines(file):
    """Each line of a tool's output, and what it was made from, follows its schema."""
    for number, line in enumerate(pathlib.Path(file).read_text().splitlines(), 1):
        record = json.loads(line)
        while record:
            name = record["schema"].removeprefix("sandbox.").removesuffix("/1")
            schema = json.loads((RECORDS / "schema" / f"{name}.json").read_text())
            for error in jsonschema.Draft202012Validator(schema).iter_errors(record):
                yield f"{file}:{number}: {name}: {error.json_path}: {error.message}"
            record = record["from"]


if __name__ == "__main__":
    problems = [one for file in sys.argv[1:] for one in complaints_about_lines(file)] if sys.argv[1:] else check()
    for problem in problems:
        print(problem)
    sys.exit(1 if problems else 0)
