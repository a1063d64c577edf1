"""What the comparison scripts share: running a program, and telling of several rounds."""

import statistics
import subprocess
import sys


def command(arguments, directory):
    done = subprocess.run(arguments, cwd=directory, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{' '.join(arguments)}\nfailed with exit code {done.returncode}:\n{done.stderr}")
    return done.stdout


def describe(values, digits):
    """Median, then min .. max."""
    spread = f"{min(values):,.{digits}f} .. {max(values):,.{digits}f}"
    return f"{statistics.median(values):12,.{digits}f}  {spread:>26}"
