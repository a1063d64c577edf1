"""Runs scenarios and prints a line for each: run.py probe safety ... share one instance; a name may
be that of a class in a module, as in interrupted.Spot. Without a name it boots nothing: it loads every
scenario and lists them, which finds in a second what would else end a run after an hour."""

import pathlib
import re
import sys
import time
import unittest

from instance import Shared


class TimedResult(unittest.TextTestResult):
    """Says how long each scenario took: what a boot is spent on should be seen."""

    def startTest(self, test):
        super().startTest(test)
        self.begin_s = time.monotonic()

    def addSuccess(self, test):
        unittest.TestResult.addSuccess(self, test)
        self.stream.writeln(f"ok ({time.monotonic() - self.begin_s:.1f} s)")


def load(names):
    return unittest.defaultTestLoader.loadTestsFromNames(
        [re.sub(r"^\w+", r"\g<0>_test", name) for name in names])


def scenarios(suite):
    for test in suite:
        yield from scenarios(test) if isinstance(test, unittest.TestSuite) else [test]


def list_all():
    folder = pathlib.Path(__file__).parent
    for path in sorted(folder.glob("*_test.py")):
        found = list(scenarios(load([path.stem.removesuffix("_test")])))
        if not found:
            print(f"{path.name} has no scenario")
            return 1
        for scenario in found:
            print(scenario.id())
    return 0


def main(names):
    suite = load(names)
    runner = unittest.TextTestRunner(verbosity=2, stream=sys.stdout, resultclass=TimedResult)
    passed = runner.run(suite).wasSuccessful()
    if not passed and Shared.instance:
        print(Shared.instance.machine.tail(60))
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]) if sys.argv[1:] else list_all())
