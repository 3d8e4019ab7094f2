# SPDX-License-Identifier: Apache-2.0
"""Build directories for bench/compare: given ones, or of a revision, which is checked out and built for the time of a run."""
import pathlib
import shutil
import subprocess
import sys

from report import facts
from report.problem import Problem
from report.programs import last_words
from report.run import build


class Checkouts:
    """As a context: takes away on leaving what it checked out, unless `keep` names a folder for it."""

    def __init__(self, folder, keep):
        self.folder, self.keep, self.made = pathlib.Path(folder), keep, []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for tree in () if self.keep else self.made:
            subprocess.run(["git", "worktree", "remove", "--force", str(tree)], cwd=facts.ROOT, check=False)
            shutil.rmtree(tree, ignore_errors=True)

    def build_of(self, what, programs):
        """The build directory of `what`, with these programs in it."""
        directory = self.directory_of(what)
        tell(f"building {', '.join(programs)} of {what}")
        why = build(directory, programs)
        if why:
            raise Problem(f"{what} does not build: {why}", f"ninja -C {directory} {' '.join('bench/' + p for p in programs)}")
        return str(directory)

    def directory_of(self, what):
        for base in (pathlib.Path.cwd(), facts.ROOT):
            if (base / what / "build.ninja").is_file():
                return (base / what).resolve()
        commit = facts.output("git", "rev-parse", "--verify", "--quiet", f"{what}^{{commit}}")
        if not commit:
            raise Problem(f"{what} is neither a build directory nor a revision", "name one made by scripts/build, or a commit")
        return self.checked_out(what, commit)

    def checked_out(self, what, commit):
        tree = self.folder / commit[:12]
        if not (tree / "build/build.ninja").is_file():
            tell(f"checking out {what} ({commit[:12]}) into {tree}; building it takes minutes without a compiler cache")
            run("git", "worktree", "add", "--detach", "--force", str(tree), commit, cwd=facts.ROOT)
            self.made.append(tree)
            run("meson", "setup", "build", "--buildtype=release", cwd=tree)
        return tree / "build"


def run(*command, cwd):
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Problem(f"{' '.join(command[:3])} failed: {last_words(done.stderr or done.stdout)}",
                      "run it by hand to see all of its words")


def tell(words):
    print(words, file=sys.stderr, flush=True)
