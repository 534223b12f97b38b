"""Holds canonical packs against a JSON Schema: pack_schema.py SCHEMA PACK...

Each pack is held against it twice: with every scalar a text, as sites receive it, and with numbers and booleans
where an editor that reads YAML sees them. Prints one line a fault; exit code 1 if there is one.
"""
import json
import re
import sys

from jsonschema import Draft202012Validator


def as_yaml_types(value):
    if isinstance(value, dict):
        return {key: as_yaml_types(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [as_yaml_types(inner) for inner in value]
    if value in ("true", "false"):
        return value == "true"
    if re.fullmatch(r"-?[0-9]+", value):
        return int(value)
    if re.fullmatch(r"-?[0-9]+\.[0-9]+", value):
        return float(value)
    return value


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        schema = json.load(file)
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    faults = 0
    for name in sys.argv[2:]:
        with open(name, encoding="utf-8") as file:
            pack = json.load(file)
        for form in (pack, as_yaml_types(pack)):
            for error in validator.iter_errors(form):
                faults += 1
                print(f"{name}: {'/'.join(map(str, error.absolute_path))}: {error.message[:200]}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
