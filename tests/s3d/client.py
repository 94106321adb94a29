# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
"""The loopback store, seen by botocore.

usage: client.py SUITE ENDPOINT [CA-FILE]

Credentials, region and bucket come from the environment; a line PASS or FAIL
for each test.  The suites go with how selftest.sh starts the store.
"""
import hashlib
import http.client
import os
import re
import socket
import ssl
import sys
import time
import traceback
import urllib.error
import urllib.request

import botocore.auth
import botocore.awsrequest
import botocore.config
import botocore.credentials
import botocore.session
from botocore.exceptions import ClientError

BUCKET = os.environ["BUCKET"]
PART = 5 << 20


def client(endpoint, ca, secret=None, token=None):
    session = botocore.session.get_session()
    return session.create_client(
        "s3", endpoint_url=endpoint, verify=ca,
        region_name=os.environ["REGION"],
        aws_access_key_id=os.environ["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=secret or os.environ["AWS_SECRET_ACCESS_KEY"],
        aws_session_token=token,
        config=botocore.config.Config(
            signature_version="s3v4", retries={"max_attempts": 0},
            s3={"addressing_style": "path"}))


def refused(status, code, call, **args):
    """The call must fail so; a HEAD has the status for its code."""
    try:
        call(Bucket=BUCKET, **args)
    except ClientError as e:
        got = (e.response["ResponseMetadata"]["HTTPStatusCode"],
               e.response["Error"]["Code"])
        assert got == (status, code), got
        return
    raise AssertionError("not refused")


def header(s3, operation, name, value):
    """Adds a header that botocore 1.29 has no argument for."""
    def add(request, **_):
        request.headers[name] = value
    s3.meta.events.register("before-sign.s3." + operation, add)


def read(s3, key, **args):
    return s3.get_object(Bucket=BUCKET, Key=key, **args)["Body"].read()


def put(s3, key, data, **args):
    return s3.put_object(Bucket=BUCKET, Key=key, Body=data, **args)


# --- Suite "plain" ---------------------------------------------------------

def test_objects(s3):
    data = os.urandom(300001)
    etag = put(s3, "a/b c+d", data, Metadata={"who": "x"})["ETag"]
    assert etag == '"%s"' % hashlib.md5(data).hexdigest()
    head = s3.head_object(Bucket=BUCKET, Key="a/b c+d")
    assert head["ContentLength"] == len(data) and head["ETag"] == etag
    assert head["Metadata"] == {"who": "x"}
    assert read(s3, "a/b c+d") == data
    s3.delete_object(Bucket=BUCKET, Key="a/b c+d")
    refused(404, "404", s3.head_object, Key="a/b c+d")
    refused(404, "NoSuchKey", s3.get_object, Key="a/b c+d")
    s3.delete_object(Bucket=BUCKET, Key="a/b c+d")


def test_empty_object(s3):
    put(s3, "empty", b"")
    assert read(s3, "empty") == b""
    refused(416, "InvalidRange", s3.get_object, Key="empty",
            Range="bytes=0-0")


def test_keys(s3):
    keys = ["//x", "/lead", "a//b", ".", "..", "a/../b", "%41", "tab\tx",
            "\u00e9 e\u0301", "quo\"te&<>", "eq=u", "a" * 1024, "(*)!'~"]
    for key in keys:
        put(s3, key, key.encode())
    for key in keys:
        assert read(s3, key) == key.encode(), key
    listed = s3.list_objects_v2(Bucket=BUCKET)["Contents"]
    assert set(keys) <= {o["Key"] for o in listed}
    refused(400, "KeyTooLongError", s3.put_object, Key="a" * 1025, Body=b"")
    for key in keys:
        s3.delete_object(Bucket=BUCKET, Key=key)


def test_ranges(s3):
    data = bytes(range(100))
    put(s3, "r", data)
    for given, want in [("0-0", data[:1]), ("10-19", data[10:20]),
                        ("90-", data[90:]), ("-5", data[-5:]),
                        ("95-1000", data[95:]), ("-1000", data)]:
        answer = s3.get_object(Bucket=BUCKET, Key="r", Range="bytes=" + given)
        assert answer["Body"].read() == want, given
        assert answer["ContentRange"].endswith("/100")
        assert answer["ResponseMetadata"]["HTTPStatusCode"] == 206
    for given in ["100-", "100-200", "-0"]:
        refused(416, "InvalidRange", s3.get_object, Key="r",
                Range="bytes=" + given)
    for given in ["bytes=5-4", "bytes=0-1,3-4", "bytes=x-y", "lines=1-2"]:
        assert read(s3, "r", Range=given) == data, given


def test_conditions(s3):
    etag = put(s3, "c", b"one")["ETag"]
    assert read(s3, "c", IfMatch=etag) == b"one"
    assert read(s3, "c", IfMatch=etag.strip('"')) == b"one"
    refused(412, "PreconditionFailed", s3.get_object, Key="c",
            IfMatch='"0123"')
    refused(412, "PreconditionFailed", s3.get_object, Key="c",
            IfMatch="W/" + etag)
    refused(304, "304", s3.get_object, Key="c", IfNoneMatch=etag)
    refused(412, "412", s3.head_object, Key="c", IfMatch='"0123"')


def test_put_conditions(s3):
    header(s3, "PutObject", "If-None-Match", "*")
    put(s3, "once", b"one")
    refused(412, "PreconditionFailed", s3.put_object, Key="once", Body=b"2")
    assert read(s3, "once") == b"one"


def test_delete_conditions(s3):
    put(s3, "del", b"one")
    header(s3, "DeleteObject", "If-Match", '"0123"')
    refused(412, "PreconditionFailed", s3.delete_object, Key="del")
    assert read(s3, "del") == b"one"
    refused(404, "NoSuchKey", s3.delete_object, Key="never")


def test_list(s3):
    keys = ["l/%02d" % i for i in range(7)] + ["l/sub/a", "l/sub/b"]
    for key in keys:
        put(s3, key, b"x")
    pages = s3.get_paginator("list_objects_v2").paginate(
        Bucket=BUCKET, Prefix="l/", PaginationConfig={"PageSize": 4})
    assert [o["Key"] for p in pages for o in p["Contents"]] == keys
    after = s3.list_objects_v2(Bucket=BUCKET, Prefix="l/", StartAfter="l/05")
    assert [o["Key"] for o in after["Contents"]] == keys[6:]
    top = s3.list_objects_v2(Bucket=BUCKET, Prefix="l/", Delimiter="/")
    assert [p["Prefix"] for p in top["CommonPrefixes"]] == ["l/sub/"]
    assert top["KeyCount"] == 8
    pages = s3.get_paginator("list_objects").paginate(
        Bucket=BUCKET, Prefix="l/", Delimiter="/",
        PaginationConfig={"PageSize": 3})
    assert sum(len(p.get("Contents", [])) for p in pages) == 7
    for key in keys:
        s3.delete_object(Bucket=BUCKET, Key=key)


def begin(s3, key):
    return s3.create_multipart_upload(Bucket=BUCKET, Key=key)["UploadId"]


def part(s3, key, upload, number, data):
    etag = s3.upload_part(Bucket=BUCKET, Key=key, UploadId=upload,
                          PartNumber=number, Body=data)["ETag"]
    return {"PartNumber": number, "ETag": etag}


def test_multipart(s3):
    data = os.urandom(2 * PART + 1)
    pieces = [data[:PART], data[PART:2 * PART], data[2 * PART:]]
    upload = begin(s3, "m")
    parts = [part(s3, "m", upload, n + 1, p) for n, p in enumerate(pieces)]
    named = dict(Key="m", UploadId=upload)
    listed = s3.list_parts(Bucket=BUCKET, MaxParts=2, **named)
    assert [p["Size"] for p in listed["Parts"]] == [PART, PART]
    assert listed["IsTruncated"] and listed["NextPartNumberMarker"] == 2
    uploads = s3.list_multipart_uploads(Bucket=BUCKET)["Uploads"]
    assert [(u["Key"], u["UploadId"]) for u in uploads] == [("m", upload)]
    finish = {"MultipartUpload": {"Parts": parts}}
    done = s3.complete_multipart_upload(Bucket=BUCKET, **named, **finish)
    md5 = hashlib.md5(b"".join(hashlib.md5(p).digest() for p in pieces))
    assert done["ETag"] == '"%s-3"' % md5.hexdigest()
    assert read(s3, "m") == data
    again = s3.complete_multipart_upload(Bucket=BUCKET, **named, **finish)
    assert again["ETag"] == done["ETag"]
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=BUCKET)
    refused(404, "NoSuchUpload", s3.list_parts, **named)
    s3.delete_object(Bucket=BUCKET, Key="m")
    refused(404, "NoSuchUpload", s3.complete_multipart_upload, **named,
            **finish)


def test_multipart_refusals(s3):
    upload = begin(s3, "n")
    named = dict(Key="n", UploadId=upload)
    small = part(s3, "n", upload, 1, b"small")
    other = part(s3, "n", upload, 2, b"other")

    def complete(status, code, *parts):
        refused(status, code, s3.complete_multipart_upload,
                MultipartUpload={"Parts": list(parts)}, **named)
    complete(400, "EntityTooSmall", small, other)
    complete(400, "InvalidPartOrder", part(s3, "n", upload, 1, bytes(PART)),
             small)
    complete(400, "InvalidPart", dict(small, PartNumber=3))
    complete(400, "InvalidPart", small)     # it was replaced
    complete(400, "MalformedXML")
    refused(400, "InvalidArgument", s3.upload_part, PartNumber=10001,
            Body=b"x", **named)
    refused(404, "NoSuchUpload", s3.upload_part, PartNumber=1, Body=b"x",
            Key="other", UploadId=upload)
    s3.abort_multipart_upload(Bucket=BUCKET, **named)
    refused(404, "NoSuchUpload", s3.abort_multipart_upload, **named)
    refused(404, "NoSuchUpload", s3.upload_part, PartNumber=1, Body=b"x",
            **named)
    refused(404, "NoSuchKey", s3.get_object, Key="n")


def test_many_uploads(s3):
    ids = sorted(begin(s3, "same") for _ in range(5))
    pages = s3.get_paginator("list_multipart_uploads").paginate(
        Bucket=BUCKET, PaginationConfig={"PageSize": 2})
    assert [u["UploadId"] for p in pages for u in p["Uploads"]] == ids
    for upload in ids:
        s3.abort_multipart_upload(Bucket=BUCKET, Key="same", UploadId=upload)


def test_buckets(s3):
    assert s3.list_buckets()["Buckets"][0]["Name"] == BUCKET
    s3.head_bucket(Bucket=BUCKET)
    s3.get_bucket_location(Bucket=BUCKET)
    try:
        s3.get_object(Bucket="no-such-bucket", Key="k")
        raise AssertionError
    except ClientError as e:
        assert e.response["Error"]["Code"] == "NoSuchBucket"


def test_presigned(s3):
    put(s3, "p q", b"presigned")
    named = {"Bucket": BUCKET, "Key": "p q"}
    url = s3.generate_presigned_url("get_object", named)
    assert urllib.request.urlopen(url).read() == b"presigned"
    for old, new in [("p%20q", "p"), ("Signature=", "Signature=0")]:
        try:
            urllib.request.urlopen(url.replace(old, new))
            raise AssertionError(old)
        except urllib.error.HTTPError as e:
            assert e.code == 403 and b"SignatureDoesNotMatch" in e.read()
    late = s3.generate_presigned_url("get_object", named, ExpiresIn=1)
    time.sleep(2.1)
    try:
        urllib.request.urlopen(late)
        raise AssertionError("expired")
    except urllib.error.HTTPError as e:
        assert e.code == 403 and b"AccessDenied" in e.read()


def test_wrong_secret(s3, endpoint=None, ca=None):
    bad = client(endpoint, ca, secret="wrong")
    refused(403, "SignatureDoesNotMatch", bad.get_object, Key="k")
    refused(403, "SignatureDoesNotMatch", bad.put_object, Key="k", Body=b"x")


# --- Other suites ----------------------------------------------------------

def test_versions(s3):
    one = put(s3, "v", b"one")["VersionId"]
    two = put(s3, "v", b"two")["VersionId"]
    assert one != two and read(s3, "v") == b"two"
    assert read(s3, "v", VersionId=one) == b"one"
    gone = s3.delete_object(Bucket=BUCKET, Key="v")
    assert gone["DeleteMarker"]
    refused(404, "NoSuchKey", s3.get_object, Key="v")
    refused(405, "MethodNotAllowed", s3.get_object, Key="v",
            VersionId=gone["VersionId"])
    assert "Contents" not in s3.list_objects_v2(Bucket=BUCKET)
    pages = s3.get_paginator("list_object_versions").paginate(
        Bucket=BUCKET, PaginationConfig={"PageSize": 2})
    pages = list(pages)
    assert [v["VersionId"] for p in pages
            for v in p.get("Versions", [])] == [two, one]
    assert [m["IsLatest"] for p in pages
            for m in p.get("DeleteMarkers", [])] == [True]
    s3.delete_object(Bucket=BUCKET, Key="v", VersionId=gone["VersionId"])
    assert read(s3, "v") == b"two"
    s3.delete_object(Bucket=BUCKET, Key="v", VersionId=two)
    assert read(s3, "v") == b"one"
    refused(404, "NoSuchVersion", s3.get_object, Key="v", VersionId=two)


def test_equal_parts(s3):
    upload = begin(s3, "q")
    named = dict(Bucket=BUCKET, Key="q", UploadId=upload)
    parts = [part(s3, "q", upload, n, bytes(size)) for n, size in
             [(1, PART), (2, PART + 1), (3, 1)]]
    refused(400, "InvalidPart", s3.complete_multipart_upload, Key="q",
            UploadId=upload, MultipartUpload={"Parts": parts})
    parts[1] = part(s3, "q", upload, 2, bytes(PART))
    s3.complete_multipart_upload(MultipartUpload={"Parts": parts}, **named)


def test_token(s3, endpoint=None, ca=None):
    for token in [None, "another-token"]:
        bad = client(endpoint, ca, token=token)
        refused(400, "InvalidToken", bad.get_object, Key="k")
    good = client(endpoint, ca, token="the-token")
    refused(404, "NoSuchKey", good.get_object, Key="k")


class Signer(botocore.auth.S3SigV4Auth):
    """Signs a header's value as it stands, doubled spaces and all."""
    def _header_value(self, value):
        return value


def raw(endpoint, target, signer=botocore.auth.S3SigV4Auth, late=(),
        **headers):
    """GETs a target that is signed, and sent, exactly so; late headers are
    not signed."""
    request = botocore.awsrequest.AWSRequest(
        "GET", endpoint + target,
        {k.replace("_", "-"): v for k, v in headers.items()})
    signer(botocore.credentials.Credentials(
        os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"]),
        "s3", os.environ["REGION"]).add_auth(request)
    connection = http.client.HTTPConnection(endpoint.split("/")[2])
    connection.request("GET", target,
                       headers=dict(list(request.headers.items()) + list(late)))
    answer = connection.getresponse()
    code = re.search(b"<Code>(.*)</Code>", answer.read())
    return answer.status, code.group(1).decode() if code else None


MISMATCH = (403, "SignatureDoesNotMatch")
ABSENT = (404, "NoSuchKey")


def test_percent_case(s3, endpoint=None, ca=None):
    assert raw(endpoint, "/bucket/%C3%A9%20x") == ABSENT
    assert raw(endpoint, "/bucket/%c3%a9%20x") == MISMATCH


def test_path_as_it_is(s3, endpoint=None, ca=None):
    assert raw(endpoint, "/bucket//a/../b") == ABSENT
    assert raw(endpoint, "/bucket/a+b") == MISMATCH
    assert raw(endpoint, "/bucket/a%7Eb") == MISMATCH


def test_duplicate_query(s3, endpoint=None, ca=None):
    assert raw(endpoint, "/bucket/k?a=1&b=2") == ABSENT
    assert raw(endpoint, "/bucket/k?a=1&a=2") == MISMATCH


def test_doubled_spaces(s3, endpoint=None, ca=None):
    doubled = {"x_amz_meta_a": "a  b"}
    assert raw(endpoint, "/bucket/k", **doubled) == ABSENT
    assert raw(endpoint, "/bucket/k", Signer, **doubled) == MISMATCH
    assert raw(endpoint, "/bucket/k", Signer, x_amz_meta_a="a b") == ABSENT


def test_unsigned_headers(s3, endpoint=None, ca=None):
    late = [("X-Amz-Meta-Late", "1")]
    assert raw(endpoint, "/bucket/k", late=late) == (403, "AccessDenied")
    assert raw(endpoint, "/bucket/k", late=[("X-Late", "1")]) == ABSENT


def test_head_has_no_body(s3, endpoint=None, ca=None):
    connection = http.client.HTTPConnection(endpoint.split("/")[2])
    for method in ["HEAD", "GET", "HEAD", "GET"]:
        connection.request(method, "/bucket/k")
        answer = connection.getresponse()
        assert answer.status == 403
        assert (len(answer.read()) > 0) == (method == "GET")


def test_resumption(s3, endpoint=None, ca=None):
    context = ssl.create_default_context(cafile=ca)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    address = ("localhost", int(endpoint.split(":")[2]))
    session = None
    for _ in range(2):
        with socket.create_connection(address) as plain:
            tls = context.wrap_socket(plain, server_hostname="localhost",
                                      session=session)
            tls.sendall(b"GET /bucket/k HTTP/1.1\r\nHost: localhost\r\n"
                        b"Connection: close\r\n\r\n")
            assert tls.recv(100).startswith(b"HTTP/1.1 403 ")
            reused, session = tls.session_reused, tls.session
    assert reused


def test_many_connections(s3, endpoint=None, ca=None):
    address = ("localhost", int(endpoint.split(":")[2]))
    ask = b"GET /bucket/k HTTP/1.1\r\nHost: localhost\r\n\r\n"
    many = [socket.create_connection(address) for _ in range(32)]
    for _ in range(3):      # all are open, each is kept alive
        for one in many:
            one.sendall(ask)
            answer = b""
            while b"</Error>" not in answer:
                answer += one.recv(4096)
            assert answer.startswith(b"HTTP/1.1 403 ")
    for one in many:
        one.close()


def test_early_refusal(s3, endpoint=None, ca=None):
    address = ("localhost", int(endpoint.split(":")[2]))
    for _ in range(5):
        with socket.create_connection(address) as one:
            one.sendall(b"PUT /bucket/k HTTP/1.1\r\nHost: localhost\r\n"
                        b"Content-Length: 90000000\r\n\r\n")
            for _ in range(30):
                one.sendall(bytes(100000))
            assert one.recv(100).startswith(b"HTTP/1.1 403 ")


def test_malformed(s3, endpoint=None, ca=None):
    address = ("localhost", int(endpoint.split(":")[2]))
    head = b"GET /bucket/k HTTP/1.1\r\nHost: localhost\r\n"
    for bad in [b"GET\r\n\r\n", b"GET k HTTP/1.1\r\n\r\n",
                b"GET /k HTTP/2.0\r\n\r\n", head + b" folded\r\n\r\n",
                head + b"A : b\r\n\r\n", head + b"A\r\n\r\n",
                head + b"Content-Length: -1\r\n\r\n",
                head + b"Content-Length: 1\r\nContent-Length: 1\r\n\r\n",
                head + b"A: b\nC: d\r\n\r\n", b"GET /%zz HTTP/1.1\r\n\r\n",
                head + b"A: \0\r\n\r\n"]:
        with socket.create_connection(address) as one:
            one.sendall(bad)
            assert one.recv(100).startswith(b"HTTP/1.1 400 "), bad


SUITES = {
    "plain": [test_objects, test_empty_object, test_keys, test_ranges,
              test_conditions, test_put_conditions, test_delete_conditions,
              test_list, test_multipart, test_multipart_refusals,
              test_many_uploads, test_buckets, test_presigned,
              test_wrong_secret],
    "tls": [test_objects, test_ranges, test_multipart],
    "versioned": [test_versions],
    "equal": [test_equal_parts],
    "token": [test_token],
    "strict": [test_percent_case, test_path_as_it_is, test_duplicate_query,
               test_doubled_spaces, test_unsigned_headers,
               test_head_has_no_body, test_many_connections,
               test_early_refusal, test_malformed],
    "resume": [test_resumption],
}


def main():
    suite, endpoint = sys.argv[1:3]
    ca = sys.argv[3] if len(sys.argv) > 3 else None
    failed = 0
    for test in SUITES[suite]:
        name = "s3d/botocore/%s/%s" % (suite, test.__name__[5:])
        more = {"endpoint": endpoint, "ca": ca} if test.__defaults__ else {}
        try:
            test(client(endpoint, ca), **more)
            print("PASS", name)
        except Exception:
            traceback.print_exc()
            print("FAIL", name)
            failed = 1
    return failed


if __name__ == "__main__":
    sys.exit(main())
