"""fio and its t/io_uring, built from the distribution's source package into the build folder.

apt's own settings stay as they are: the source list, the package lists and the cache are private.
"""

import os
import re
import shutil
import subprocess

KEYRINGS = ["debian-archive-keyring.gpg", "ubuntu-archive-keyring.gpg"]


class Unavailable(Exception):
    """Why the tools cannot be had, in words."""


def run(arguments, directory):
    done = subprocess.run(arguments, cwd=directory, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        last = (done.stderr.strip() or done.stdout.strip() or "no message").splitlines()[-1]
        raise Unavailable(f"`{' '.join(arguments[:1] + arguments[-2:])}` failed: {last}")
    return done.stdout


def source_list(directory, package):
    """A deb-src line for where this machine has a package from."""
    policy = run(["apt-cache", "policy", package], directory)
    found = re.search(r"^\s+\d+ (\S+:\S+) ([^/\s]+)/(\S+) \S+ Packages", policy, re.MULTILINE)
    if not found:
        raise Unavailable(f"apt knows no package {package} (run apt-get update)")
    uri, suite, component = found.groups()
    folder = "/usr/share/keyrings"
    keys = [f"{folder}/{name}" for name in KEYRINGS if os.path.exists(f"{folder}/{name}")]
    signed = f"[signed-by={','.join(keys)}] " if keys else ""
    return f"deb-src {signed}{uri} {suite} {component}\n"


def fetch(directory, package):
    """Unpacks the source of a package into the directory."""
    for tool in ["apt-get", "apt-cache", "dpkg-source", "make", "cc"]:
        if shutil.which(tool) is None:
            raise Unavailable(f"{tool} is not installed")
    os.makedirs(f"{directory}/lists/partial", exist_ok=True)
    with open(f"{directory}/sources.list", "w", encoding="utf-8") as file:
        file.write(source_list(directory, package))
    apt = ["apt-get", "-q"]
    for setting in [f"Dir::Etc::sourcelist={directory}/sources.list",
                    "Dir::Etc::sourceparts=/dev/null", f"Dir::State::lists={directory}/lists",
                    "Dir::Cache::pkgcache=", "Dir::Cache::srcpkgcache=",
                    "APT::Sandbox::User=", "APT::Update::Error-Mode=any"]:
        apt += ["-o", setting]
    run(apt + ["update"], directory)
    run(apt + ["source", package], directory)


def build(directory):
    """Paths of fio and of t/io_uring; what an earlier call built is taken again."""
    directory = os.path.abspath(directory)
    os.makedirs(directory, exist_ok=True)

    def trees():
        return [entry.path for entry in os.scandir(directory)
                if entry.is_dir() and entry.name.startswith("fio-")]

    if not trees():
        print("fetching the source of fio ...", flush=True)
        fetch(directory, "fio")
    tree = trees()[0]
    tools = (f"{tree}/fio", f"{tree}/t/io_uring")
    if not all(os.path.exists(tool) for tool in tools):
        print("building fio and t/io_uring ...", flush=True)
        run(["./configure"], tree)
        run(["make", f"-j{os.cpu_count()}", "fio", "t/io_uring"], tree)
    return tools
