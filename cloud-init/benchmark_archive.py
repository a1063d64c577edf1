"""Google Benchmark from the distribution's source package as an archive that a bundle may hold.

usage: benchmark_archive.py COMPILER AR ARCHIVE (AR is the one of the compiler's binutils)

The packaged shared library needs GLIBCXX_3.4.30 for condition_variable::wait, which Amazon Linux 2023
and RHEL 9 do not have; with the object of libstdc++.a in the archive, GLIBCXX_3.4.22 is enough.
"""

import glob
import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "bench"))
import fio_tools  # fetches source packages with apt's own settings left alone


def main(compiler, ar, archive):
    folder = os.path.dirname(os.path.abspath(archive))
    os.makedirs(folder, exist_ok=True)

    def sources():
        return [name for name in sorted(glob.glob(f"{folder}/*/src/*.cc"))
                if not name.endswith("benchmark_main.cc")]

    if not sources():
        print("fetching the source of Google Benchmark ...", flush=True)
        fio_tools.fetch(folder, "libbenchmark-dev")
    objects = []
    for source in sources():
        objects.append(f"{folder}/{os.path.basename(source)}.o")
        include = os.path.join(os.path.dirname(os.path.dirname(source)), "include")
        fio_tools.run([compiler, "-std=c++17", "-O2", "-DNDEBUG", "-DHAVE_STD_REGEX",
                       "-DHAVE_STEADY_CLOCK", "-DBENCHMARK_STATIC_DEFINE", "-I", include, "-c",
                       source, "-o", objects[-1]], folder)
    library = subprocess.run([compiler, "-print-file-name=libstdc++.a"], capture_output=True,
                             text=True, check=True).stdout.strip()
    fio_tools.run([ar, "x", library, "condition_variable.o"], folder)
    if os.path.exists(archive):
        os.remove(archive)
    fio_tools.run([ar, "rcs", archive, *objects, f"{folder}/condition_variable.o"], folder)


try:
    main(*sys.argv[1:])
except fio_tools.Unavailable as reason:
    sys.exit(f"no Google Benchmark for the bundle: {reason}")
