"""Every record has a schema and an example; schemas are JSON Schema 2020-12 and strict enough
that an example with a field missing, of another type, or of another schema is refused."""
import json
import pathlib
import sys

import jsonschema

RECORDS = pathlib.Path(__file__).resolve().parents[2] / "lib/record"


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


def names(folder):
    return {path.stem for path in (RECORDS / folder).glob("*.json")}


def check():
    """All complaints about all records."""
    found = [f"{name}: only a schema or only an example" for name in names("schema") ^ names("example")]
    for name in sorted(names("schema") & names("example")):
        found += complaints(name)
    return found


if __name__ == "__main__":
    problems = check()
    print("\n".join(problems), end="")
    sys.exit(1 if problems else 0)
