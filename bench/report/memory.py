# SPDX-License-Identifier: Apache-2.0
"""Memory for DPDK: huge pages for the time of a run when asked for, else whatever is free already."""
import pathlib

from report import facts
from report.problem import Problem

MEMORY_MB = 512
KNOB = pathlib.Path("/proc/sys/vm/nr_hugepages")


class Memory:
    """As a context: gives back on leaving what it took. `eal` are EAL's arguments, `name` is for people."""

    def __init__(self, make_huge_pages):
        self.before = None
        if make_huge_pages:
            self.before = int(KNOB.read_text(encoding="ascii"))
            try:
                KNOB.write_text(str(self.before + MEMORY_MB // 2 + 8), encoding="ascii")
            except OSError as error:
                raise Problem(f"huge pages cannot be made: {error.strerror}",
                              "run as root, or leave out --huge-pages (figures are lower without them)") from error

    def __enter__(self):
        free = int(facts.value_of("/proc/meminfo", "HugePages_Free"))
        size_kb = int(facts.value_of("/proc/meminfo", "Hugepagesize").split()[0])
        self.huge = free * size_kb >= MEMORY_MB * 1024
        self.eal = ["--in-memory" if self.huge else "--no-huge", "-m", str(MEMORY_MB)]
        self.name = "huge pages" if self.huge else "no huge pages (figures are lower than with them: --huge-pages)"
        return self

    def __exit__(self, *_):
        if self.before is not None:
            KNOB.write_text(str(self.before), encoding="ascii")
