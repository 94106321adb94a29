# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
"""usage: botocore_sigv4.py VECTORS FOLDER

Signs 500 generated requests with botocore, writes them as a vector file into
FOLDER, and has the driver VECTORS sign them again.
"""

import datetime
import random
import sys
import types

import botocore
import botocore.auth
from botocore.awsrequest import AWSRequest, HTTPHeaders
from botocore.credentials import Credentials
from botocore.utils import percent_encode

from cases import Cases

HEADERS = 400
PRESIGNED = 100

rnd = random.Random(20130524)

# Not U+00A0 and the like: botocore takes those for space in a header's value.
PIECES = ["a", "b", "Z", "0", "9", ".", "..", "-", "_", "~", " ", "  ", "+",
          "/", "//", "/./", "/../", "!", "*", "'", "(", ")", "=", "&", "%",
          "%41", "%2f", "?", "#", ";", ",", ":", "@", "$", "\"", "<", ">",
          "[", "\\", "]", "^", "`", "{", "|", "}", "\u00e9", "e\u0301",
          "\u1234", "\u65e5\u672c", "\U0001f4be", "\t", "\n", "\x7f"]
REGIONS = ["us-east-1", "auto", "eu-central-003", "nl-ams", "default", "x"]


def text(most, pieces=PIECES):
    return "".join(rnd.choice(pieces) for _ in range(rnd.randint(0, most)))


def word(length):
    return "".join(rnd.choice("abcdefghijklmnopqrstuvwxyz0123456789+/=")
                   for _ in range(length))


def query():
    names = {text(4) for _ in range(rnd.choice([0, 0, 1, 2, 5, 12]))}
    return {name: text(6) for name in names if name and "=" not in name}


def headers():
    """Raw (name, value) pairs; now and then a name comes twice."""
    printable = [p for p in PIECES if p.isprintable()] + [" ", "  ", "   "]
    names = ["Range", "x-amz-meta-a", "X-Amz-Meta-A", "x-amz-meta-a-b",
             "x-amz-meta-ab", "Content-Type", "If-Match", "x-amz-acl"]
    return [(rnd.choice(names), text(8, printable))
            for _ in range(rnd.choice([0, 1, 2, 3, 8]))]


def recording(signer):
    """The signer's class, keeping the texts between."""
    class Recording(signer):
        def string_to_sign(self, request, canonical_request):
            self.canonical = canonical_request
            self.string = super().string_to_sign(request, canonical_request)
            return self.string

        def signature(self, string_to_sign, request):
            self.signed = super().signature(string_to_sign, request)
            return self.signed
    return Recording


def set_time():
    """botocore asks datetime for the time: it gets this one."""
    now = datetime.datetime(1970, 1, 1) + datetime.timedelta(
        seconds=rnd.randrange(4102444800))

    class Fixed(datetime.datetime):
        @classmethod
        def utcnow(cls):
            return now
    botocore.auth.datetime = types.SimpleNamespace(datetime=Fixed)
    return now.strftime("%Y%m%dT%H%M%SZ")


def make(number, presigned):
    time = set_time()
    host = rnd.choice(["s3.example.org", "b.s3.example.org:9000",
                       "127.0.0.1:8080", "[::1]:9000"])
    path = "/" + text(12)
    params = query()
    raw = headers()
    body = rnd.randbytes(rnd.choice([0, 0, 1, 100]))
    creds = Credentials(word(20).replace("/", "A"), word(rnd.randint(16, 70)),
                        word(rnd.randint(1, 300)) if rnd.random() < .3
                        else None)
    region = rnd.choice(REGIONS)
    expires = rnd.randint(1, 604800)
    method = "GET" if presigned else rnd.choice(
        ["GET", "HEAD", "PUT", "POST", "DELETE"])

    sent = HTTPHeaders()
    for name, content in raw:
        sent.add_header(name, content)
    request = AWSRequest(method, f"https://{host}" +
                         percent_encode(path, safe="/~"),
                         headers=sent, data=b"" if presigned else body,
                         params=params)
    if presigned:
        signer = recording(botocore.auth.S3SigV4QueryAuth)(
            creds, "s3", region, expires=expires)
    else:
        signer = recording(botocore.auth.S3SigV4Auth)(creds, "s3", region)
    signer.add_auth(request)

    raw.append(("Host", host))
    if not presigned:
        raw += [(name, request.headers[name])
                for name in ("X-Amz-Date", "X-Amz-Content-SHA256",
                             "X-Amz-Security-Token")
                if name in request.headers]
    case = [("name", f"botocore {number}"), ("method", method),
            ("path", path)]
    case += [("query", f"{k}={v}") for k, v in params.items()]
    case += [("header", f"{k}: {v}") for k, v in raw]
    case += [("key_id", creds.access_key), ("secret", creds.secret_key),
             ("time", time), ("region", region), ("service", "s3"),
             ("canonical", signer.canonical),
             ("string_to_sign", signer.string), ("signature", signer.signed)]
    if presigned:
        case += [("payload_hash", "UNSIGNED-PAYLOAD"),
                 ("expires", str(expires))]
        if creds.token:
            case.append(("token", creds.token))
    else:
        case += [("payload", body),
                 ("authorization", request.headers["Authorization"])]
    return case


def main():
    vectors, folder = sys.argv[1:]
    cases = Cases(f"{folder}/botocore.txt", f"botocore {botocore.__version__}")
    for number in range(HEADERS + PRESIGNED):
        cases.add(make(number, number >= HEADERS))
    return cases.check(vectors, "botocore")


if __name__ == "__main__":
    sys.exit(main())
