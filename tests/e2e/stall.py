"""A machine that stands still: a case that got no I/O done says so, and its run is begun again.

Every other failure is one at once; a program that never completes an I/O fails each time."""

import json
import re
import sys

TRIES = 3
REASON = re.compile(r"(part \d+: )?no I/O completed in the measured window: the device stalled, or")
# What such a run leaves changed is what its test looks at: it is not begun twice.
ONCE = {"--resume", "--allow-write", "--force-destroy"}


def is_stall(case):
    return case["status"] == "failed" and bool(REASON.match(case["reason"]))


def only_stalled(text):
    """Whether the cases of a Result failed by nothing else; `text` may be empty or no Result."""
    try:
        cases = json.loads(text)["cases"]
    except ValueError:
        return False
    failed = [case for case in cases if case["status"] == "failed"]
    return bool(failed) and all(is_stall(case) for case in failed)


def may_repeat(arguments, code):
    """Whether a call of assay, which should end with `code`, is a run that may be begun again."""
    words = {str(word) for word in arguments}
    return code == 0 and {"run", "--out"} <= words and not words & ONCE


def out_of(arguments):
    return arguments[arguments.index("--out") + 1]


def say(name):
    print(f"once more, no I/O completed in a window: {name}", file=sys.stderr, flush=True)


def repeated(name, run, text_of_result, remove):
    """What `run()` gives, begun again as long as its Result tells of nothing but a stall."""
    for _ in range(TRIES - 1):
        done = run()
        if not only_stalled(text_of_result()):
            return done
        say(name)
        remove()
    return run()
