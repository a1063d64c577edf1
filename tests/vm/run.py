"""Runs scenarios and prints a line for each: run.py probe safety ... share one instance; a name may
be that of a class in a module, as in interrupted.Spot."""

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


def main(names):
    suite = unittest.defaultTestLoader.loadTestsFromNames(
        [re.sub(r"^\w+", r"\g<0>_test", name) for name in names])
    runner = unittest.TextTestRunner(verbosity=2, stream=sys.stdout, resultclass=TimedResult)
    passed = runner.run(suite).wasSuccessful()
    if not passed and Shared.instance:
        print(Shared.instance.machine.tail(60))
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
