"""The JSON Schema of recipes, which editors use, says what the code says: every list of keys in
the code is a list of keys in the schema and the other way round; the page names every key;
the recipes of the tree and those in tests/schema are judged alike by both. What only the code
can judge (circles, duplicate keys) is in tests/schema/bad-for-the-parser."""
import json
import pathlib
import re
import shutil
import subprocess
import tempfile

import jsonschema
import yaml

SOURCE = pathlib.Path(__file__).resolve().parents[2]
SCHEMA = SOURCE / "lib/build/recipe.schema.json"
EXAMPLES = SOURCE / "tests/schema"


def key_lists_of_schema(part):
    """The keys of every object that knows all of its keys."""
    if isinstance(part, list):
        return [keys for one in part for keys in key_lists_of_schema(one)]
    if not isinstance(part, dict):
        return []
    own = [frozenset(part["properties"])] if part.get("additionalProperties") is False else []
    return own + [keys for one in part.values() for keys in key_lists_of_schema(one)]


def key_lists_of_code():
    """The table of the top level, the list in each call of Values::each(), and those called `known`."""
    found = []
    for file in sorted((SOURCE / "lib/build").glob("*.cpp")):
        if file.name == "lock.cpp":
            continue  # of another file, which no editor helps with
        text = file.read_text()
        for words in re.findall(r"values\.each\([^{}]*?,\s*\{([^}]*)\}", text):
            found.append(frozenset(re.findall(r'"([^"]+)"', words)))
        for words in re.findall(r"string_view, \d+> known = \{([^}]*)\}", text):
            found.append(frozenset(re.findall(r'"([^"]+)"', words)))
        if file.name == "recipe.cpp":
            table = text[text.index("const std::vector<Key>& keys()"):]
            found.append(frozenset(re.findall(r'^\s*\{"([^"]+)",', table[:table.index("return all")], re.MULTILINE)))
    return found


def complaints_about_keys(schema):
    in_schema, in_code = set(key_lists_of_schema(schema)), set(key_lists_of_code())
    for keys in in_code - in_schema:
        yield f"the code knows the keys {sorted(keys)}, and no object of {SCHEMA.name} has just these"
    for keys in in_schema - in_code:
        yield f"{SCHEMA.name} has an object with the keys {sorted(keys)}, and the code reads none with just these"
    page = (SOURCE / "man/sandbox-recipe.5").read_text()
    named = set(re.findall(r"^\.It Cm ([a-z_-]+)", page, re.MULTILINE))
    for key in sorted(set().union(*in_code) - named):
        yield f"sandbox-recipe(5) does not list the key '{key}'"


def is_accepted(program, file):
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(file, pathlib.Path(folder, "recipe.yaml"))
        checked = subprocess.run([program, "--check", folder], capture_output=True, text=True)
        if checked.returncode not in (0, 2):
            raise RuntimeError(f"{file.name}: exit {checked.returncode}: {checked.stderr}")
        return checked.returncode == 0


def is_valid(validator, file):
    return validator.is_valid(yaml.safe_load(file.read_text()))


def complaints_about_examples(schema, program):
    validator = jsonschema.Draft202012Validator(schema)
    good = [*(SOURCE / "recipes").glob("*/recipe.yaml"), *EXAMPLES.glob("good/*.yaml")]
    bad = [*EXAMPLES.glob("bad/*.yaml")]
    parsers = [*EXAMPLES.glob("bad-for-the-parser/*.yaml")]
    if not good or not bad or not parsers:
        yield "there are no examples"
    for file in good + bad + parsers:
        name = file.relative_to(SOURCE)
        if is_accepted(program, file) != (file in good):
            yield f"{name}: sandbox-build --check judges it wrongly"
        if file not in parsers and is_valid(validator, file) != (file in good):
            yield f"{name}: {SCHEMA.name} judges it wrongly"


def check(programs):
    schema = json.loads(SCHEMA.read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    return [*complaints_about_keys(schema), *complaints_about_examples(schema, programs / "sandbox-build")]
