# SPDX-License-Identifier: Apache-2.0
"""How long a stream went on after a moment.

after.py last FILE BEGIN END NAME     one line: NAME, ms from END to the last arrival (0: before it), and
                                      ms from BEGIN to it; fails unless packets arrived just before BEGIN
after.py summary FILE WORST-MS        min, median, p99 and max of such lines; fails when the p99 from END
                                      is beyond WORST-MS
"""
import struct
import sys


def arrivals(path):
    with open(path, "rb") as f:
        data = f.read()
    return struct.unpack(f"<{len(data) // 8}Q", data[:len(data) // 8 * 8])


def last(path, begin, end, name):
    times = arrivals(path)
    flowing = sum(1 for t in times if begin - 50_000_000 <= t < begin)
    if flowing < 10:
        sys.exit(f"{name}: only {flowing} packets in the 50 ms before: no stream to cut")
    print(f"{name} {max(0, times[-1] - end) / 1e6:.3f} {(times[-1] - begin) / 1e6:.3f}")


def figures(ms):
    ms = sorted(ms)
    p99 = ms[min(len(ms) - 1, int(len(ms) * 0.99))]
    return p99, f"min {ms[0]:.1f} median {ms[len(ms) // 2]:.1f} p99 {p99:.1f} max {ms[-1]:.1f} ms"


def summary(path, worst):
    with open(path) as f:
        lines = [line.split() for line in f]
    p99, after_end = figures([float(line[1]) for line in lines])
    _, after_begin = figures([float(line[2]) for line in lines])
    print(f"after its return {after_end}; after its begin {after_begin} (n={len(lines)})")
    sys.exit(0 if p99 < worst else f"beyond {worst} ms")


if sys.argv[1] == "last":
    last(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), sys.argv[5])
else:
    summary(sys.argv[2], float(sys.argv[3]))
