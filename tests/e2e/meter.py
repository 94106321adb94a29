# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
"""usage: meter.py PORT PORT_FILE LOG

A relay on loopback to PORT.  It writes its own port to PORT_FILE, and to LOG,
for whatever passes, a line "up|down MILLISECONDS BYTES".  What goes down waits
in small buffers, so that the reader's pace is what is seen.
"""
import os
import socket
import sys
import threading
import time

PIECE = 4096


def carry(name, source, sink, log):
    try:
        while True:
            piece = source.recv(PIECE)
            if not piece:
                break
            sink.sendall(piece)
            now = time.monotonic_ns() // 1000000
            log.write(f"{name} {now} {len(piece)}\n")
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        source.close()
        sink.close()


def main():
    port, port_file, log_file = sys.argv[1:]
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(16)
    log = open(log_file, "a", buffering=1)
    with open(port_file + ".new", "w") as f:
        f.write(str(listener.getsockname()[1]))
    os.rename(port_file + ".new", port_file)
    while True:
        near = listener.accept()[0]
        far = socket.create_connection(("127.0.0.1", int(port)))
        near.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2 * PIECE)
        for ends in ("up", near, far), ("down", far, near):
            threading.Thread(target=carry, args=(*ends, log),
                             daemon=True).start()


main()
