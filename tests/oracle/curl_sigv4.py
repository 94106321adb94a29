# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
"""usage: curl_sigv4.py VECTORS FOLDER

Has curl sign a few simple requests to a listener on loopback, writes what
arrived as a vector file into FOLDER, and has the driver VECTORS sign it again.

curl 7.88 signs the path and the query as they were given, so they are given
encoded and sorted.
"""

import http.server
import subprocess
import sys
import threading
import urllib.parse

from cases import Cases

KEY_ID = "AKIAIOSFODNN7EXAMPLE"
SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"

# What is asked for, the region, further arguments, the body.
REQUESTS = [
    ("/", "us-east-1", [], b""),
    ("/bucket/key", "auto", [], b""),
    ("/bucket/a%20b%2Bc/%C3%A9~", "eu-central-003", [], b""),
    ("/bucket/key", "us-east-1", ["-X", "DELETE"], b""),
    ("/bucket?list-type=2&max-keys=2&prefix=a%2Fb", "nl-ams", [], b""),
    ("/bucket/key", "us-east-1", ["-H", "x-amz-meta-b: c d",
                                  "-H", "X-Amz-Meta-A: b"], b""),
    ("/bucket/key", "us-east-1", ["-X", "PUT"], b"some bytes"),
    ("/bucket/key", "auto", ["-X", "PUT", "-H", "Content-Type: text/plain",
                             "-H", "x-amz-acl: private"], b"x" * 1000),
]


class Listener(http.server.BaseHTTPRequestHandler):
    def answer(self):
        length = int(self.headers.get("Content-Length", 0))
        self.server.seen = (self.command, self.path, self.headers,
                            self.rfile.read(length))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_PUT = do_DELETE = answer

    def log_message(self, *args):
        pass


def ask(server, target, region, arguments, body):
    server.seen = None
    command = ["curl", "-q", "-s", "-S", "--noproxy", "*", "--path-as-is",
               "--aws-sigv4", f"aws:amz:{region}:s3",
               "-u", f"{KEY_ID}:{SECRET}", *arguments]
    if body:
        command += ["--data-binary", "@-"]
    command.append(f"http://127.0.0.1:{server.server_port}{target}")
    subprocess.run(command, input=body, check=True, timeout=60)
    return server.seen


def case(target, region, seen):
    method, got_target, headers, body = seen
    assert got_target == target, got_target
    authorization = headers["Authorization"]
    signed = authorization.split("SignedHeaders=")[1].split(",")[0].split(";")
    path, _, query = target.partition("?")
    pairs = [("name", f"curl {method} {target}"), ("method", method),
             ("path", urllib.parse.unquote(path))]
    pairs += [("query", urllib.parse.unquote(q)) for q in query.split("&")
              if q]
    pairs += [("header", f"{name}: {headers[name]}") for name in signed]
    return pairs + [
        ("payload", body), ("key_id", KEY_ID), ("secret", SECRET),
        ("time", headers["X-Amz-Date"]), ("region", region),
        ("service", "s3"), ("target", target),
        ("authorization", authorization)]


def main():
    vectors, folder = sys.argv[1:]
    version = subprocess.run(["curl", "--version"], check=True, text=True,
                             stdout=subprocess.PIPE).stdout.split()[1]
    cases = Cases(f"{folder}/curl.txt", f"curl {version}")
    with http.server.HTTPServer(("127.0.0.1", 0), Listener) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        for target, region, arguments, body in REQUESTS:
            cases.add(case(target, region, ask(server, target, region,
                                               arguments, body)))
        server.shutdown()
    return cases.check(vectors, "curl")


if __name__ == "__main__":
    sys.exit(main())
