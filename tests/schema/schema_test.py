#!/usr/bin/env python3
"""The JSON Schema against real Results, by a validator that shares nothing with assay.

usage: schema_test.py ASSAY SOURCE_ROOT
"""

import copy
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

try:
    import jsonschema
except ImportError:
    print("skipped: Python's jsonschema is missing: apt-get install python3-jsonschema")
    sys.exit(77)

ASSAY = os.path.abspath(sys.argv[1])
ROOT = pathlib.Path(sys.argv[2])
SCHEMA = json.loads((ROOT / "reports/schema/result.schema.json").read_text())
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def measure(*arguments):
    with tempfile.TemporaryDirectory(dir=os.getcwd()) as directory:
        done = subprocess.run([ASSAY, "run", "--json", "--out", "out", *arguments], cwd=directory,
                              capture_output=True, text=True, check=False)
        if not done.stdout:
            raise AssertionError(done.stderr)
        return json.loads(done.stdout)


def part(name):
    """Validator of one definition of the schema."""
    return jsonschema.Draft202012Validator({**SCHEMA["$defs"][name], "$defs": SCHEMA["$defs"]})


def errors_of(document, validator=VALIDATOR):
    return [f"{'/'.join(map(str, e.path))}: {e.message[:200]}"
            for e in validator.iter_errors(document)]


def shortened(node):
    """The same document with one element in each list: small, and with every kind of object."""
    if isinstance(node, dict):
        return {key: shortened(value) for key, value in node.items()}
    if not isinstance(node, list):
        return node
    if node and all(isinstance(item, int) for item in node):
        return node[:2]
    fullest = max(node, key=lambda item: len(json.dumps(item)), default=None)
    return [] if fullest is None else [shortened(fullest)]


def containers(node):
    """Every object and list inside a document, itself too."""
    if not isinstance(node, (dict, list)):
        return
    yield node
    for child in node.values() if isinstance(node, dict) else node:
        yield from containers(child)


def damaged(node):
    """Copies of an object or list, each with one thing wrong."""
    optional = {"spread", "primary", "integrity", "public_key", "signature",
                "numa_node", "io_timeout_ms", "max_hw_sectors_kb", "start_bytes", "limit",
                "nvme",
                "torn_write_bytes", "torn_write_granularity_bytes", "torn_write_boundary_bytes",
                "power_fail_atomic_bytes", "ec2", "account_id"}
    if isinstance(node, list):
        for i, value in enumerate(node):
            for wrong in [None, -1] if type(value) is int else [None]:
                yield [*node[:i], wrong, *node[i + 1:]]
        return
    yield {**node, "unheard_of": 1}
    for key, value in node.items():
        yield {**node, key: None}
        if type(value) is int:
            yield {**node, key: -1}
        if key not in optional:
            yield {name: node[name] for name in node if name != key}


def replace(node, other):
    node.clear()
    if isinstance(node, dict):
        node.update(other)
    else:
        node.extend(other)


class SchemaTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.result = measure("--duration", "0.5s", "--size", "16MiB", "--only", "*[14][-k]*")

    def test_the_schema_is_one(self):
        jsonschema.Draft202012Validator.check_schema(SCHEMA)

    def test_a_measured_result_is_valid(self):
        self.assertEqual(errors_of(self.result), [])
        kinds = {case["id"].split("/")[0] for case in self.result["cases"]}
        self.assertEqual(kinds & {"storage", "memory"}, {"storage", "memory"})

    def test_every_recorded_machine_and_this_one_are_valid_hosts(self):
        roots = sorted(p for p in (ROOT / "tests/fixtures").iterdir() if (p / "sys").is_dir())
        self.assertGreaterEqual(len(roots), 8)
        for root in [pathlib.Path("/"), *roots]:
            text = subprocess.run([ASSAY, "probe", "--json", "--root", root], capture_output=True,
                                  text=True, check=True).stdout
            self.assertEqual(errors_of(json.loads(text), part("host")), [], root)

    def test_a_dry_run_gives_a_valid_plan(self):
        text = subprocess.run([ASSAY, "run", "--dry-run", "--json"], capture_output=True, text=True,
                              check=True).stdout
        self.assertEqual(errors_of(json.loads(text), part("plan")), [])

    def refuse(self, damage):
        damaged = copy.deepcopy(self.result)
        damage(damaged)
        self.assertFalse(VALIDATOR.is_valid(damaged))

    def test_damage_is_refused(self):
        ok = next(i for i, case in enumerate(self.result["cases"])
                  if case["status"] == "ok" and case["ticks"])
        self.refuse(lambda r: r.pop("host"))
        self.refuse(lambda r: r.update(extra=1))
        self.refuse(lambda r: r.update(schema="other"))
        self.refuse(lambda r: r.update(schema_version="2.0.0"))
        self.refuse(lambda r: r["cases"][ok].update(status="fine"))
        self.refuse(lambda r: r["cases"][ok].update(status="failed"))  # without a reason
        self.refuse(lambda r: r["cases"][ok]["ticks"][0].update(ops=-1))
        self.refuse(lambda r: r["cases"][ok]["metrics"][0].update(value="fast"))
        self.refuse(lambda r: r["cases"][ok]["metrics"][0].update(unit="MB/s"))
        self.refuse(lambda r: r["plan"]["cases"][0].update(memory={}, storage={}))
        self.refuse(lambda r: r["provenance"].update(started_utc="yesterday"))

    def test_damage_of_each_member_is_refused(self):
        """A member more, a member less, a member of another type, a negative count: anywhere."""
        document = shortened(self.result)
        self.assertEqual(errors_of(document), [])
        tried = 0
        for node in list(containers(document)):
            whole = copy.copy(node)
            for other in damaged(whole):
                replace(node, other)
                self.assertFalse(VALIDATOR.is_valid(document), f"{whole} became {other}")
                tried += 1
            replace(node, whole)
        self.assertGreater(tried, 400)

    def test_words_are_those_of_the_program(self):
        """reports/model/names.hpp has one table an enumeration; each is an enum of the schema."""
        text = (ROOT / "reports/model/names.hpp").read_text()
        tables = re.findall(r"EnumNames<\w+> \{.*?table\{(.*?)\};", text, re.S)
        words = [re.findall(r'"([^"]+)"', table) for table in tables]
        self.assertEqual(len(words), text.count("struct EnumNames<"))
        enums = [node["enum"] for node in containers(SCHEMA) if "enum" in node]
        for table in words:
            self.assertIn(table, enums)

    def test_reader_and_schema_know_the_same_members(self):
        """Two headers are THE list of the program; each struct has one definition."""
        text = "".join((ROOT / "reports/json" / name).read_text()
                       for name in ("fields.hpp", "host_fields.hpp"))
        code = {}
        for struct, body in re.findall(r"Is<(\w+)> auto& o\) \{([^}]*)\}", text):
            code[struct] = set(re.findall(r'visit(?:\.buckets)?\("(\w+)"', body))
        special = {"Result": None, "SparseHistogram": "histogram"}
        for struct, members in code.items():
            name = special.get(struct, re.sub(r"(?<!^)(?=[A-Z])", "_", struct).lower())
            definition = SCHEMA if name is None else SCHEMA["$defs"][name]
            self.assertEqual(set(definition["properties"]), members, struct)
        self.assertEqual(len(code), len(SCHEMA["$defs"]))  # Result is no $def, utc is no struct


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
