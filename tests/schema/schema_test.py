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


def place_of(path):
    return "/".join(str(step) for step in path)


class SchemaTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.result = measure("--duration", "0.1s", "--size", "16MiB", "--only", "*[14][-k]*")

    def test_the_schema_is_one(self):
        jsonschema.Draft202012Validator.check_schema(SCHEMA)

    def test_a_measured_result_is_valid(self):
        errors = [f"{place_of(e.path)}: {e.message[:200]}" for e in VALIDATOR.iter_errors(self.result)]
        self.assertEqual(errors, [])
        kinds = {case["id"].split("/")[0] for case in self.result["cases"]}
        self.assertEqual(kinds & {"storage", "memory"}, {"storage", "memory"})

    def test_every_recorded_machine_is_a_valid_host(self):
        host = jsonschema.Draft202012Validator({**SCHEMA["$defs"]["host"], "$defs": SCHEMA["$defs"]})
        for name in ("i4i", "p4d", "d3", "xen", "virtio", "dlami", "lvm", "nothing"):
            text = subprocess.run([ASSAY, "probe", "--json", "--root", ROOT / "tests/fixtures" / name],
                                  capture_output=True, text=True, check=True).stdout
            errors = [f"{place_of(e.path)}: {e.message}" for e in host.iter_errors(json.loads(text))]
            self.assertEqual(errors, [], name)

    def refuse(self, damage):
        damaged = copy.deepcopy(self.result)
        damage(damaged)
        self.assertFalse(VALIDATOR.is_valid(damaged))

    def test_damage_is_refused(self):
        ok = next(i for i, case in enumerate(self.result["cases"]) if case["ticks"])
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

    def test_reader_and_schema_know_the_same_members(self):
        """reports/json/fields.hpp is THE list of the program; each struct has one definition."""
        text = (ROOT / "reports/json/fields.hpp").read_text()
        code = {}
        for struct, body in re.findall(r"Is<(\w+)> auto& o\) \{(.*?)\n\}", text, re.S):
            code[struct] = set(re.findall(r'visit(?:\.buckets)?\("(\w+)"', body))
        special = {"Result": None, "SparseHistogram": "histogram"}
        for struct, members in code.items():
            name = special.get(struct, re.sub(r"(?<!^)(?=[A-Z])", "_", struct).lower())
            definition = SCHEMA if name is None else SCHEMA["$defs"][name]
            self.assertEqual(set(definition["properties"]), members, struct)
        self.assertEqual(len(code), len(SCHEMA["$defs"]))  # Result is no $def, utc is no struct


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
