#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
"""usage: resign.py [--as-is] [KEY...] < ROWS > LEDGER

Makes a ledger of rows, as whoever holds the keys (PEM, private) can: numbers
them anew (but with --as-is), puts the right chain value behind each, and signs
the checkpoints of writers whose key was given.  A line "checkpoint KEY TIME"
is a new one by that key.
"""
import hashlib
import re
import subprocess
import sys


def openssl(*words, given=None):
    return subprocess.run(('openssl',) + words, input=given, check=True,
                          stdout=subprocess.PIPE).stdout


def writer(key):
    der = openssl('pkey', '-in', key, '-pubout', '-outform', 'DER')
    return hashlib.sha256(der).hexdigest()[:16]


def sign(key, chain):
    """r and s of the signature, which openssl gives in DER."""
    der = openssl('dgst', '-sha256', '-sign', key, given=chain)
    numbers, at = [], 2
    for _ in range(2):
        length = der[at + 1]
        numbers.append(int.from_bytes(der[at + 2:at + 2 + length], 'big'))
        at += 2 + length
    return '%064x%064x' % tuple(numbers)


def main():
    words = sys.argv[1:]
    as_is = words[:1] == ['--as-is']
    keys = {writer(key): key for key in words[as_is:]}
    chain = bytes(32)
    for seq, line in enumerate(sys.stdin.buffer.read().split(b'\n')[:-1]):
        row = re.sub(rb',"chain":"[0-9a-f]*"}$', b'', line).decode()
        if row.startswith('checkpoint '):
            _, key, time = row.split()
            keys[writer(key)] = key
            row = ('{"seq":0,"time":"%s","kind":"checkpoint","writer":"%s",'
                   '"sig":"%0128d"' % (time, writer(key), 0))
        if not as_is:
            row = re.sub(r'^{"seq":[0-9]*', '{"seq":%d' % seq, row)
        signed = re.search(r'"kind":"checkpoint","writer":"([^"]*)"', row)
        if signed and signed[1] in keys:
            row = re.sub(r'"sig":"[0-9a-f]*"',
                         '"sig":"%s"' % sign(keys[signed[1]], chain), row)
        chain = hashlib.sha256(chain + row.encode()).digest()
        sys.stdout.write('%s,"chain":"%s"}\n' % (row, chain.hex()))


main()
