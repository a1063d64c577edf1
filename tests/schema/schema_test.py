#!/usr/bin/env python3
"""The JSON Schema against real Results, by a validator that shares nothing with assay.

usage: schema_test.py ASSAY SOURCE_ROOT
"""

import copy
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time
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
OPEN_LOOP = """name = "open loop"
duration = "0.2s"
[[storage]]
workload = "random-mixed-70-30"
block_size = "4k"
queue_depth = 4
rate = 500
"""


def measure(*arguments, stop_after_s=None):
    """The Result of a run; it is asked to stop some time after its first case began."""
    with tempfile.TemporaryDirectory(dir=os.getcwd()) as directory:
        with subprocess.Popen([ASSAY, "run", "--json", "--out", "out", *arguments], cwd=directory,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            journal = pathlib.Path(directory) / "out/journal.ndjson"
            while stop_after_s and process.poll() is None and not journal.exists():
                time.sleep(0.02)
            if stop_after_s:
                time.sleep(stop_after_s)
                process.send_signal(signal.SIGINT)
            stdout, stderr = process.communicate(timeout=120)
        if not stdout:
            raise AssertionError(stderr)
        return json.loads(stdout)


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


class SchemaTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.result = measure("--duration", "0.1s", "--size", "16MiB", "--only", "*[14][-k]*")

    def test_the_schema_is_one(self):
        jsonschema.Draft202012Validator.check_schema(SCHEMA)

    def test_a_measured_result_is_valid(self):
        self.assertEqual(errors_of(self.result), [])
        kinds = {case["id"].split("/")[0] for case in self.result["cases"]}
        self.assertEqual(kinds & {"storage", "memory"}, {"storage", "memory"})

    def test_results_of_runs_that_went_another_way_are_valid(self):
        with tempfile.NamedTemporaryFile("w", dir=os.getcwd(), suffix=".toml") as suite:
            suite.write(OPEN_LOOP)
            suite.flush()
            open_loop = measure("--suite", suite.name, "--size", "16MiB")
        self.assertEqual(open_loop["plan"]["cases"][0]["storage"]["arrival"], "constant")
        self.assertEqual(errors_of(open_loop), [])
        partial = measure("--duration", "30s", "--only", "memory/*/copy/*", stop_after_s=0.3)
        self.assertIn("SIGINT", partial["partial"])
        self.assertEqual(errors_of(partial), [])
        with tempfile.NamedTemporaryFile(dir=os.getcwd()) as file:
            file.write(os.urandom(2 << 20))
            file.flush()
            skipped = measure("--target", file.name, "--only", "storage/*")
        self.assertEqual({case["status"] for case in skipped["cases"]}, {"skipped"})
        self.assertEqual(errors_of(skipped), [])

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

    def test_damage_of_each_member_is_refused(self):
        """A member more, a member less, a member of another type, a negative count: anywhere."""
        document = shortened(self.result)
        self.assertEqual(errors_of(document), [])
        optional = {"spread", "numa_node", "io_timeout_ms"}
        tried = 0
        for node in containers(document):
            keys = list(node) if isinstance(node, dict) else range(len(node))
            damages = [lambda n=node: n.update(unheard_of=1)] if isinstance(node, dict) else []
            for key in keys:
                damages.append(lambda n=node, k=key: n.update({k: None})
                               if isinstance(n, dict) else n.__setitem__(k, None))
                if isinstance(node, dict) and key not in optional:
                    damages.append(lambda n=node, k=key: n.pop(k))
                if type(node[key]) is int:
                    damages.append(lambda n=node, k=key: n.__setitem__(k, -1))
            for damage in damages:
                before = copy.copy(node)
                damage()
                self.assertFalse(VALIDATOR.is_valid(document), f"{before} became {node}")
                node.clear()
                node.update(before) if isinstance(node, dict) else node.extend(before)
                tried += 1
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
