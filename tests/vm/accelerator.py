"""What runs the instructions of a test instance: KVM where a bounded boot proves it, else emulation."""

import functools
import os
import subprocess

PROBE_LIMIT_S = 10
MARKER = b"Linux version"
EMULATED = ["-accel", "tcg,thread=multi", "-cpu", "max"]
KVM = ["-accel", "kvm", "-cpu", "host"]


def kernel_starts(kernel):
    """Whether a kernel says its first words under KVM: /dev/kvm may open, and nothing boot."""
    command = ["timeout", "--kill-after=1", str(PROBE_LIMIT_S), "qemu-system-x86_64", *KVM, "-m",
               "256", "-nodefaults", "-display", "none", "-no-reboot", "-kernel", str(kernel),
               "-append", "console=ttyS0 earlyprintk=serial panic=-1", "-serial", "stdio"]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT) as process:
        found = any(MARKER in line for line in process.stdout)
        process.terminate()
    return found


@functools.cache
def words(made):
    """The words for QEMU, found out once in a process; prints what was chosen and why."""
    if not os.access("/dev/kvm", os.R_OK | os.W_OK):
        chosen, why = EMULATED, "no access to /dev/kvm"
    elif kernel_starts(made / "vmlinuz"):
        chosen, why = KVM, "a kernel starts under KVM"
    else:
        chosen, why = EMULATED, f"under KVM no kernel said a word in {PROBE_LIMIT_S} s"
    print(f"accelerator: {chosen[1].partition(',')[0]} ({why})", flush=True)
    return chosen
