# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
"""usage: forge.py LEDGER OTHER FOLDER

Ledgers in which somebody changed something, at every row of a signed one, and
a bit here and there of its last row.  Writes each into FOLDER, and prints its
name and the first row that is wrong.  "stands": the rows are left as they are;
the chain tells, or what the manifest knows.  "anew": numbers and chain are
made to fit, as anybody can; then the first signature that covers it tells.
OTHER is another archive's ledger, of which rows are brought in.
"""
import hashlib
import os
import re
import sys

ledger, other, folder = sys.argv[1:4]
rows = open(ledger, 'rb').read().splitlines()
foreign = open(other, 'rb').read().splitlines()
last = len(rows) - 1


def field(row, name):
    found = re.search(b'"%s":"([^"]*)"' % name, row)
    return found and found[1]


def edited(row):
    return row.replace(b'"time":"20', b'"time":"21', 1)


def changes(i):
    yield 'delete', i, rows[:i] + rows[i + 1:]
    yield 'double', i + 1, rows[:i + 1] + rows[i:]
    # Any genesis row fits as row 0: then what follows does not.
    yield 'splice', max(i, 1), rows[:i] + [foreign[i]] + rows[i:]
    yield 'edit', i, rows[:i] + [edited(rows[i])] + rows[i + 1:]
    yield 'cut', i, rows[:i]
    if i < last:
        yield 'swap', i, rows[:i] + [rows[i + 1], rows[i]] + rows[i + 2:]


def anew(changed):
    """The rows with numbers and a chain that fit."""
    chain, out = bytes(32), []
    for i, row in enumerate(changed):
        body = row[row.index(b',"time"'):row.rindex(b',"chain":')]
        body = b'{"seq":%d%s' % (i, body)
        chain = hashlib.sha256(chain + body).digest()
        out.append(b'%s,"chain":"%s"}' % (body, chain.hex().encode()))
    return out


# What each of our signatures signs.
signed = {field(row, b'sig'): field(rows[i - 1], b'chain')
          for i, row in enumerate(rows) if field(row, b'sig')}


def first_wrong(changed):
    for i, row in enumerate(changed):
        if (i == 0) != (field(row, b'kind') == b'genesis'):
            return i
        sig = field(row, b'sig')
        if sig in signed and signed[sig] != field(changed[i - 1], b'chain'):
            return i
    return None


def put(name, row, lines):
    with open(os.path.join(folder, name), 'wb') as out:
        out.write(b''.join(line + b'\n' for line in lines))
    print(name, row)


for i in range(last + 1):
    for what, row, changed in changes(i):
        put('stands-%s-%d' % (what, i), row, changed)
        fitting = anew(changed)
        row = first_wrong(fitting)
        if row is not None:
            put('anew-%s-%d' % (what, i), row, fitting)

for i in range(0, len(rows[last]), 5):
    flipped = bytearray(rows[last])
    flipped[i] ^= 1 << i % 8
    if flipped[i] != 10:
        put('bit-%d-%d' % (i, i % 8), last, rows[:last] + [bytes(flipped)])
