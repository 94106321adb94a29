# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
"""Writes what an oracle said as a vector file, and runs the driver on it."""

import os
import subprocess


def value(text):
    """A value of vectors/README that stands for these bytes."""
    data = text if isinstance(text, bytes) else text.encode()
    plain = data.isascii() and data.decode().isprintable()
    if plain and not data.startswith((b"hex:", b"str:", b"rep:", b"file:")):
        return data.decode()
    return "hex:" + data.hex()


class Cases:
    def __init__(self, path, source):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        self.path = path
        self.count = 0
        self.file = open(path, "w", encoding="ascii")
        self.file.write(f"# SOURCE: {source}\n")

    def add(self, pairs):
        """One case: (key, value) pairs, in order."""
        self.file.write("\n")
        for key, text in pairs:
            self.file.write(f"{key} = {value(text)}\n")
        self.count += 1

    def check(self, vectors, name):
        """Runs the driver; prints the verdict; 0 if every case passed."""
        self.file.close()
        run = subprocess.run([vectors, "sigv4", self.path],
                             stdout=subprocess.PIPE, check=False, text=True,
                             errors="replace")
        lines = run.stdout.splitlines()
        passed = sum(line.startswith("PASS ") for line in lines)
        if run.returncode == 0 and passed == self.count > 0:
            print(f"PASS oracle/{name} ({passed} requests)")
            return 0
        print("\n".join(line for line in lines
                        if not line.startswith("PASS "))[:20000])
        print(f"FAIL oracle/{name}: {passed} of {self.count} requests agree")
        return 1
