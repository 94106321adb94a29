/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef T_PARTS_ROWS_H
#define T_PARTS_ROWS_H

#include "err.h"
#include "upload.h"

/*
 * Each row is a whole conversation about a file of "hello\nworld\n" in three
 * parts: what the store answers, what must have been asked, what the caller
 * was told, and what came out.
 */
#define TEXT "hello\nworld\n"
#define PART_SIZE 5

#define OK "HTTP/1.1 200 OK\r\n"
#define LEN0 "Content-Length: 0\r\n\r\n"
#define HEAD404 "HTTP/1.1 404 Not Found\r\n" LEN0
#define HEAD_OF(etag, size) OK "ETag: \"" etag "\"\r\n" \
	"Content-Length: " size "\r\n\r\n"
#define HEAD12 HEAD_OF("e-3", "12")
#define CREATED OK "Content-Length: 90\r\n\r\n" \
	"<InitiateMultipartUploadResult><UploadId>u1</UploadId>" \
	"</InitiateMultipartUploadResult>     "
#define CREATED2 OK "Content-Length: 90\r\n\r\n" \
	"<InitiateMultipartUploadResult><UploadId>u2</UploadId>" \
	"</InitiateMultipartUploadResult>     "
#define P1 OK "ETag: \"p1\"\r\n" LEN0
#define P2 OK "ETag: \"p2\"\r\n" LEN0
#define P3 OK "ETag: \"p3\"\r\n" LEN0
#define DONE OK "Content-Length: 79\r\n\r\n<CompleteMultipartUploadResult>" \
	"<ETag>e-3</ETag></CompleteMultipartUploadResult>"
#define DONE_NO_ETAG OK "Content-Length: 63\r\n\r\n" \
	"<CompleteMultipartUploadResult></CompleteMultipartUploadResult>"
#define RANGE(etag, range, len, text) "HTTP/1.1 206 Part\r\nETag: \"" etag \
	"\"\r\nContent-Range: bytes " range "/12\r\nContent-Length: " len \
	"\r\n\r\n" text
#define R1 RANGE("e-3", "0-4", "5", "hello")
#define R2 RANGE("e-3", "5-9", "5", "\nworl")
#define R3 RANGE("e-3", "10-11", "2", "d\n")
#define BAD2 RANGE("e-3", "5-9", "5", "\nWORL")
#define WORSE2 RANGE("e-3", "5-9", "5", "\nwurl")
#define PROOF HEAD12, R1, R2, R3
#define WHOLE OK "ETag: \"e-3\"\r\nContent-Length: 12\r\n\r\n" TEXT
#define BAD_WHOLE OK "ETag: \"e-3\"\r\nContent-Length: 12\r\n\r\n" \
	"HELLO\nworld\n"
#define VERSION "x-amz-version-id: v1\r\n"
#define DONE_V OK VERSION "Content-Length: 79\r\n\r\n" \
	"<CompleteMultipartUploadResult><ETag>e-3</ETag>" \
	"</CompleteMultipartUploadResult>"
#define HEAD_V OK VERSION "ETag: e-3\r\nContent-Length: 12\r\n\r\n"
#define V(range, len, text) "HTTP/1.1 206 Part\r\n" VERSION "ETag: e-3\r\n" \
	"Content-Range: bytes " range "/12\r\nContent-Length: " len \
	"\r\n\r\n" text
#define BUSY "HTTP/1.1 503 Slow\r\n" LEN0
#define E412 "HTTP/1.1 412 No\r\n" LEN0
#define E501 "HTTP/1.1 501 No\r\n" LEN0
#define NO_CONTENT "HTTP/1.1 204 No\r\n\r\n"
#define GONE "HTTP/1.1 404 No\r\nContent-Length: 40\r\n\r\n" \
	"<Error><Code>NoSuchUpload</Code></Error>"
#define ENDED NO_CONTENT, GONE
#define DENIED "HTTP/1.1 403 No\r\nContent-Length: 40\r\n\r\n" \
	"<Error><Code>AccessDenied</Code></Error>"
#define DIGEST "HTTP/1.1 400 No\r\nContent-Length: 37\r\n\r\n" \
	"<Error><Code>BadDigest</Code></Error>"
#define SMALL "HTTP/1.1 400 No\r\nContent-Length: 42\r\n\r\n" \
	"<Error><Code>EntityTooSmall</Code></Error>"
#define INNER OK "Content-Length: 41\r\n\r\n" \
	"<Error><Code>InternalError</Code></Error>"
#define INNER_SMALL OK "Content-Length: 42\r\n\r\n" \
	"<Error><Code>EntityTooSmall</Code></Error>"
#define SKEWED "HTTP/1.1 403 No\r\nContent-Length: 48\r\n\r\n" \
	"<Error><Code>RequestTimeTooSkewed</Code></Error>"
#define UPLOADS(n, list) OK "Content-Length: " n "\r\n\r\n" \
	"<ListMultipartUploadsResult>" list "</ListMultipartUploadsResult>"
#define UPLOAD(id, second) "<Upload><Key>key</Key><UploadId>" id \
	"</UploadId><Initiated>2013-05-24T00:00:" second \
	"Z</Initiated></Upload>"	/* 97 bytes, with an id of 2 */

/* What the caller asks for, and brings. */
enum {
	BLIND = 1,	/* Complete takes no condition here */
	REHASH = 2,
	KEEP = 4,
	FORCE = 8,
	TWO_LANDED = 16,	/* parts 1 and 3, of upload u0 */
	ALL_LANDED = 32,
	COMPLETING = 64,
	OTHER_BYTES = 128,	/* what landed were those of another file */
	INTENDED = 256,		/* but no id was heard */
	DELETES = 512,		/* DELETE honours If-Match here */
	KNOWN = 1024,		/* generation e-3 was proven before */
	VERSIONED = 2048,
	TOLD_IT = 4096,		/* e-3 was completed, says the journal, */
	TWO_PROVEN = 8192,	/* and parts 1 and 3 of it are proven, */
	OTHERS_PROVEN = 16384,	/* or of another generation; */
	UNCHANGED = 32768,	/* the file is as it was then */
	UNSURE = 65536		/* more parts may have landed */
};

/* An upload whose proof was cut off. */
#define CUT_OFF (KEEP | ALL_LANDED | COMPLETING | TOLD_IT | TWO_PROVEN)
#define PARTS(n, list) OK "Content-Length: " n "\r\n\r\n" \
	"<ListPartsResult>" list "</ListPartsResult>"
#define PART(n, etag, size) "<Part><PartNumber>" n "</PartNumber><ETag>" \
	etag "</ETag><Size>" size "</Size></Part>"

struct row {
	const char *name;
	int set;
	const char *answers[24];
	const char *want_asked;		/* methods, in order */
	const char *want_told;		/* hooks, in order */
	enum upload_outcome want_outcome;
	enum err_code want_code;
};

#define SENT "HEAD POST PUT PUT PUT POST HEAD GET GET GET"
#define TOLD "intend begun 1 2 3 completing completed "
#define KEPT_PROOF "told =1 =2 =3 completed "
#define KEPT_END "completing " KEPT_PROOF
#define KEPT_TOLD "intend begun 1 2 3 " KEPT_END

#define MD5_2 "32813a6076b68e31ea537704a036f9f5"

static const struct row rows[] = {
	/* All goes well. */
	{ "sent and proven by ranges", 0, { HEAD404, CREATED, P1, P2, P3,
	  DONE, PROOF }, SENT, TOLD, UPLOAD_UPLOADED, ERR_NONE },
	{ "by a whole read", REHASH, { HEAD404, CREATED, P1, P2, P3, DONE,
	  HEAD12, WHOLE }, "HEAD POST PUT PUT PUT POST HEAD GET", TOLD,
	  UPLOAD_UPLOADED, ERR_NONE },
	{ "no condition: a HEAD before Complete", BLIND, { HEAD404, CREATED,
	  P1, P2, P3, HEAD404, DONE, PROOF },
	  "HEAD POST PUT PUT PUT HEAD POST HEAD GET GET GET", TOLD,
	  UPLOAD_UPLOADED, ERR_NONE },
	{ "Complete names no ETag", 0, { HEAD404, CREATED, P1, P2, P3,
	  DONE_NO_ETAG, PROOF }, SENT, TOLD, UPLOAD_UPLOADED, ERR_NONE },
	{ "HEAD shows another ETag, and the bytes match", 0, { HEAD404,
	  CREATED, P1, P2, P3, DONE, HEAD_OF("f", "12"),
	  RANGE("f", "0-4", "5", "hello"), RANGE("f", "5-9", "5", "\nworl"),
	  RANGE("f", "10-11", "2", "d\n") }, SENT, TOLD, UPLOAD_UPLOADED,
	  ERR_NONE },
	{ "no ETag at all: a whole read", 0, { HEAD404, CREATED, P1, P2, P3,
	  DONE_NO_ETAG, OK "Content-Length: 12\r\n\r\n", WHOLE },
	  "HEAD POST PUT PUT PUT POST HEAD GET", TOLD, UPLOAD_UPLOADED,
	  ERR_NONE },

	/* Something is there. */
	{ "there already", 0, { PROOF }, "HEAD GET GET GET", "",
	  UPLOAD_REMOTE_SAME, ERR_NONE },
	{ "and known", KNOWN, { HEAD12 }, "HEAD", "", UPLOAD_CURRENT,
	  ERR_NONE },
	{ "there, and not what is known", KNOWN, { HEAD_OF("f", "12"),
	  RANGE("f", "0-4", "5", "hello"), RANGE("f", "5-9", "5", "\nworl"),
	  RANGE("f", "10-11", "2", "d\n") }, "HEAD GET GET GET", "",
	  UPLOAD_REMOTE_SAME, ERR_NONE },
	{ "other size there", 0, { HEAD_OF("e-3", "13") }, "HEAD", "",
	  UPLOAD_FAILED, ERR_REMOTE_CONFLICT },
	{ "other bytes there, read twice", 0, { HEAD12, R1, BAD2, BAD2 },
	  "HEAD GET GET GET", "", UPLOAD_FAILED, ERR_REMOTE_CONFLICT },
	{ "other bytes there, at first sight", 0, { HEAD12, R1, BAD2, R2,
	  R3 }, "HEAD GET GET GET GET", "", UPLOAD_REMOTE_SAME, ERR_NONE },
	{ "forced", FORCE, { HEAD_OF("old", "12"), CREATED, P1, P2, P3,
	  HEAD_OF("old", "12"), DONE, PROOF },
	  "HEAD POST PUT PUT PUT HEAD POST HEAD GET GET GET", TOLD,
	  UPLOAD_UPLOADED, ERR_NONE },
	{ "forced, and another came meanwhile", FORCE, { HEAD_OF("old", "12"),
	  CREATED, P1, P2, P3, HEAD_OF("new", "13"), ENDED },
	  "HEAD POST PUT PUT PUT HEAD DELETE DELETE",
	  "intend begun 1 2 3 aborted ", UPLOAD_FAILED, ERR_REMOTE_CONFLICT },

	/* Somebody was first. */
	{ "seen before Complete, the same", BLIND, { HEAD404, CREATED, P1, P2,
	  P3, PROOF, ENDED },
	  "HEAD POST PUT PUT PUT HEAD GET GET GET DELETE DELETE",
	  "intend begun 1 2 3 aborted ", UPLOAD_REMOTE_SAME, ERR_NONE },
	{ "412, the same", 0, { HEAD404, CREATED, P1, P2, P3, E412, PROOF,
	  ENDED }, "HEAD POST PUT PUT PUT POST HEAD GET GET GET "
	  "DELETE DELETE", "intend begun 1 2 3 completing aborted ",
	  UPLOAD_REMOTE_SAME, ERR_NONE },
	{ "412, other bytes", 0, { HEAD404, CREATED, P1, P2, P3, E412,
	  HEAD_OF("x", "3"), ENDED },
	  "HEAD POST PUT PUT PUT POST HEAD DELETE DELETE",
	  "intend begun 1 2 3 completing aborted ", UPLOAD_FAILED,
	  ERR_REMOTE_CONFLICT },
	{ "412, and nothing there", 0, { HEAD404, CREATED, P1, P2, P3, E412,
	  HEAD404, ENDED },
	  "HEAD POST PUT PUT PUT POST HEAD DELETE DELETE",
	  "intend begun 1 2 3 completing aborted ", UPLOAD_FAILED,
	  ERR_INDETERMINATE },
	{ "501 for the condition", 0, { HEAD404, CREATED, P1, P2, P3, E501,
	  HEAD404, DONE, PROOF },
	  "HEAD POST PUT PUT PUT POST HEAD POST HEAD GET GET GET", TOLD,
	  UPLOAD_UPLOADED, ERR_NONE },

	/* Create. */
	{ "Create is busy, and began nothing", 0, { HEAD404, BUSY,
	  UPLOADS("57", ""), CREATED, P1, P2, P3, DONE, PROOF },
	  "HEAD POST GET POST PUT PUT PUT POST HEAD GET GET GET", TOLD,
	  UPLOAD_UPLOADED, ERR_NONE },
	{ "Create's answer is lost, and it began one", 0, { HEAD404, "!close",
	  UPLOADS("154", UPLOAD("u7", "00")), P1, P2, P3, DONE, PROOF },
	  "HEAD POST GET PUT PUT PUT POST HEAD GET GET GET", TOLD,
	  UPLOAD_UPLOADED, ERR_NONE },
	{ "garbled, and it began one", 0, { HEAD404, OK LEN0,
	  UPLOADS("154", UPLOAD("u7", "00")), P1, P2, P3, DONE, PROOF },
	  "HEAD POST GET PUT PUT PUT POST HEAD GET GET GET", TOLD,
	  UPLOAD_UPLOADED, ERR_NONE },
	{ "several could be it: none is taken", 0, { HEAD404, "!close",
	  UPLOADS("251", UPLOAD("u7", "00") UPLOAD("u8", "01")), CREATED, P1,
	  P2, P3, DONE, PROOF },
	  "HEAD POST GET POST PUT PUT PUT POST HEAD GET GET GET", TOLD,
	  UPLOAD_UPLOADED, ERR_NONE },
	{ "this key may not list", 0, { HEAD404, "!close", DENIED, CREATED,
	  P1, P2, P3, DONE, PROOF },
	  "HEAD POST GET POST PUT PUT PUT POST HEAD GET GET GET", TOLD,
	  UPLOAD_UPLOADED, ERR_NONE },
	{ "Create stays busy", 0, { HEAD404, BUSY, UPLOADS("57", ""), BUSY,
	  UPLOADS("57", ""), BUSY, UPLOADS("57", ""), BUSY },
	  "HEAD POST GET POST GET POST GET POST", "intend ", UPLOAD_FAILED,
	  ERR_STORE_BUSY },
	{ "Create is denied", 0, { HEAD404, DENIED }, "HEAD POST", "intend ",
	  UPLOAD_FAILED, ERR_PERMISSION_DENIED },
	{ "an earlier run's Create is found", INTENDED, { HEAD404,
	  UPLOADS("154", UPLOAD("u7", "00")), P1, P2, P3, DONE, PROOF },
	  "HEAD GET PUT PUT PUT POST HEAD GET GET GET",
	  "begun 1 2 3 completing completed ", UPLOAD_UPLOADED, ERR_NONE },
	{ "an earlier run's Create was none", INTENDED, { HEAD404,
	  UPLOADS("57", ""), CREATED, P1, P2, P3, DONE, PROOF },
	  "HEAD GET POST PUT PUT PUT POST HEAD GET GET GET",
	  "begun 1 2 3 completing completed ", UPLOAD_UPLOADED, ERR_NONE },

	/* Parts. */
	{ "a part is busy, its answer lost, garbled", 0, { HEAD404, CREATED,
	  P1, BUSY, "!close", OK "Content-Length: x\r\n\r\n", P2, P3, DONE,
	  PROOF }, "HEAD POST PUT PUT PUT PUT PUT PUT POST HEAD GET GET GET",
	  TOLD, UPLOAD_UPLOADED, ERR_NONE },
	{ "each part may fail as often", 0, { HEAD404, CREATED, BUSY, BUSY,
	  BUSY, P1, BUSY, BUSY, BUSY, P2, P3, DONE, PROOF }, "HEAD POST "
	  "PUT PUT PUT PUT PUT PUT PUT PUT PUT POST HEAD GET GET GET",
	  TOLD, UPLOAD_UPLOADED, ERR_NONE },
	{ "a part stays busy", 0, { HEAD404, CREATED, P1, BUSY, BUSY, BUSY,
	  BUSY, ENDED }, "HEAD POST PUT PUT PUT PUT PUT DELETE DELETE",
	  "intend begun 1 aborted ", UPLOAD_FAILED, ERR_STORE_BUSY },
	{ "and is kept for the next run", KEEP, { HEAD404, CREATED, P1, BUSY,
	  BUSY, BUSY, BUSY }, "HEAD POST PUT PUT PUT PUT PUT",
	  "intend begun 1 ", UPLOAD_FAILED, ERR_STORE_BUSY },
	{ "a part is refused", KEEP, { HEAD404, CREATED, P1, SMALL, ENDED },
	  "HEAD POST PUT PUT DELETE DELETE", "intend begun 1 aborted ",
	  UPLOAD_FAILED, ERR_STORE_REFUSED },
	{ "and this key may not abort", KEEP, { HEAD404, CREATED, P1, SMALL,
	  DENIED }, "HEAD POST PUT PUT DELETE", "intend begun 1 ",
	  UPLOAD_FAILED, ERR_STORE_REFUSED },
	{ "the line garbled a part once", 0, { HEAD404, CREATED, P1, DIGEST,
	  P2, P3, DONE, PROOF },
	  "HEAD POST PUT PUT PUT PUT POST HEAD GET GET GET", TOLD,
	  UPLOAD_UPLOADED, ERR_NONE },
	{ "the line garbles a part each time", KEEP, { HEAD404, CREATED, P1,
	  DIGEST, DIGEST, ENDED }, "HEAD POST PUT PUT PUT DELETE DELETE",
	  "intend begun 1 aborted ", UPLOAD_FAILED,
	  ERR_VERIFICATION_FAILED },
	{ "a signature grew old", KEEP, { HEAD404, CREATED, SKEWED },
	  "HEAD POST PUT", "intend begun ", UPLOAD_FAILED,
	  ERR_CLOCK_SKEWED },
	{ "the upload expired: once more", KEEP, { HEAD404, CREATED, P1, GONE,
	  CREATED2, P1, P2, P3, DONE, PROOF },
	  "HEAD POST PUT PUT POST PUT PUT PUT POST HEAD GET GET GET",
	  "intend begun 1 gone " KEPT_TOLD,
	  UPLOAD_UPLOADED, ERR_NONE },
	{ "but not twice", KEEP, { HEAD404, CREATED, P1, GONE, CREATED2,
	  GONE }, "HEAD POST PUT PUT POST PUT",
	  "intend begun 1 gone intend begun gone ", UPLOAD_FAILED,
	  ERR_INDETERMINATE },

	/* Complete. */
	{ "an error inside a 200, nothing there: once more", 0, { HEAD404,
	  CREATED, P1, P2, P3, INNER, HEAD404, DONE, PROOF },
	  "HEAD POST PUT PUT PUT POST HEAD POST HEAD GET GET GET", TOLD,
	  UPLOAD_UPLOADED, ERR_NONE },
	{ "an error inside a 200, but it was done", 0, { HEAD404, CREATED, P1,
	  P2, P3, INNER, PROOF, GONE },
	  "HEAD POST PUT PUT PUT POST HEAD GET GET GET DELETE", TOLD,
	  UPLOAD_UPLOADED, ERR_NONE },
	{ "a refusal inside a 200", KEEP, { HEAD404, CREATED, P1, P2, P3,
	  INNER_SMALL, ENDED },
	  "HEAD POST PUT PUT PUT POST DELETE DELETE",
	  "intend begun 1 2 3 completing aborted ", UPLOAD_FAILED,
	  ERR_STORE_REFUSED },
	{ "the answer is lost, and it was done", 0, { HEAD404, CREATED, P1,
	  P2, P3, "!close", PROOF, GONE },
	  "HEAD POST PUT PUT PUT POST HEAD GET GET GET DELETE", TOLD,
	  UPLOAD_UPLOADED, ERR_NONE },
	{ "lost, and not done: once more", 0, { HEAD404, CREATED, P1, P2, P3,
	  "!close", HEAD404, DONE, PROOF },
	  "HEAD POST PUT PUT PUT POST HEAD POST HEAD GET GET GET", TOLD,
	  UPLOAD_UPLOADED, ERR_NONE },
	{ "lost twice: cannot tell, and left alone", 0, { HEAD404, CREATED,
	  P1, P2, P3, "!close", HEAD404, "!close", HEAD404 },
	  "HEAD POST PUT PUT PUT POST HEAD POST HEAD",
	  "intend begun 1 2 3 completing ", UPLOAD_FAILED,
	  ERR_INDETERMINATE },
	{ "neither result nor error", 0, { HEAD404, CREATED, P1, P2, P3,
	  OK LEN0, PROOF, GONE },
	  "HEAD POST PUT PUT PUT POST HEAD GET GET GET DELETE", TOLD,
	  UPLOAD_UPLOADED, ERR_NONE },
	{ "lost, then gone: it was done and is there", 0, { HEAD404, CREATED,
	  P1, P2, P3, "!close", HEAD404, GONE, PROOF, GONE },
	  "HEAD POST PUT PUT PUT POST HEAD POST HEAD GET GET GET DELETE",
	  TOLD, UPLOAD_UPLOADED, ERR_NONE },
	{ "lost, then 412: our own first", 0, { HEAD404, CREATED, P1, P2, P3,
	  "!close", HEAD404, E412, PROOF, GONE },
	  "HEAD POST PUT PUT PUT POST HEAD POST HEAD GET GET GET DELETE",
	  TOLD, UPLOAD_UPLOADED, ERR_NONE },
	{ "lost, and somebody else's is there", 0, { HEAD404, CREATED, P1, P2,
	  P3, "!close", HEAD_OF("x", "3"), ENDED },
	  "HEAD POST PUT PUT PUT POST HEAD DELETE DELETE",
	  "intend begun 1 2 3 completing aborted ", UPLOAD_FAILED,
	  ERR_REMOTE_CONFLICT },
	{ "lost, and who knows", KEEP, { HEAD404, CREATED, P1, P2, P3,
	  "!close", BUSY, BUSY, BUSY, BUSY },
	  "HEAD POST PUT PUT PUT POST HEAD HEAD HEAD HEAD",
	  "intend begun 1 2 3 completing ", UPLOAD_FAILED, ERR_STORE_BUSY },
	{ "gone without a trace: all of it once more", KEEP, { HEAD404,
	  CREATED, P1, P2, P3, GONE, HEAD404, CREATED2, P1, P2, P3, DONE,
	  PROOF }, "HEAD POST PUT PUT PUT POST HEAD POST PUT PUT PUT POST "
	  "HEAD GET GET GET", "intend begun 1 2 3 completing gone "
	  KEPT_TOLD, UPLOAD_UPLOADED, ERR_NONE },
	{ "busy each time, nothing there", KEEP, { HEAD404, CREATED, P1, P2,
	  P3, BUSY, HEAD404, BUSY, HEAD404, BUSY, HEAD404, BUSY, HEAD404 },
	  "HEAD POST PUT PUT PUT POST HEAD POST HEAD POST HEAD POST HEAD",
	  "intend begun 1 2 3 completing ", UPLOAD_FAILED, ERR_STORE_BUSY },

	/* Going on. */
	{ "two have landed", KEEP | TWO_LANDED, { HEAD404, P2, DONE, PROOF },
	  "HEAD PUT POST HEAD GET GET GET", "2 " KEPT_END,
	  UPLOAD_UPLOADED, ERR_NONE },
	{ "all have landed", KEEP | ALL_LANDED, { HEAD404, DONE, PROOF },
	  "HEAD POST HEAD GET GET GET", KEPT_END,
	  UPLOAD_UPLOADED, ERR_NONE },
	{ "its Complete was sent, and done", KEEP | ALL_LANDED | COMPLETING,
	  { PROOF, GONE }, "HEAD GET GET GET DELETE", "=1 =2 =3 completed ",
	  UPLOAD_UPLOADED, ERR_NONE },
	{ "its Complete was sent, and not done", KEEP | ALL_LANDED |
	  COMPLETING, { HEAD404, DONE, PROOF }, "HEAD POST HEAD GET GET GET",
	  KEPT_PROOF, UPLOAD_UPLOADED, ERR_NONE },
	{ "its Complete was sent, and another is there", KEEP | ALL_LANDED |
	  COMPLETING, { HEAD_OF("x", "3"), ENDED }, "HEAD DELETE DELETE",
	  "aborted ", UPLOAD_FAILED, ERR_REMOTE_CONFLICT },
	{ "but parts are missing: no late part", KEEP | TWO_LANDED |
	  COMPLETING, { HEAD404, ENDED, CREATED, P1, P2, P3, DONE, PROOF },
	  "HEAD DELETE DELETE POST PUT PUT PUT POST HEAD GET GET GET",
	  "aborted " KEPT_TOLD, UPLOAD_UPLOADED, ERR_NONE },
	{ "the file is another: the old upload ends first", KEEP |
	  TWO_LANDED | OTHER_BYTES, { HEAD404, ENDED, CREATED, P1, P2, P3,
	  DONE, PROOF },
	  "HEAD DELETE DELETE POST PUT PUT PUT POST HEAD GET GET GET",
	  "aborted " KEPT_TOLD, UPLOAD_UPLOADED, ERR_NONE },
	{ "and cannot be ended", KEEP | TWO_LANDED | OTHER_BYTES, { HEAD404,
	  DENIED }, "HEAD DELETE", "", UPLOAD_FAILED,
	  ERR_PERMISSION_DENIED },
	{ "the upload expired meanwhile", KEEP | TWO_LANDED, { HEAD404, GONE,
	  CREATED, P1, P2, P3, DONE, PROOF },
	  "HEAD PUT POST PUT PUT PUT POST HEAD GET GET GET", "gone " KEPT_TOLD,
	  UPLOAD_UPLOADED, ERR_NONE },
	{ "the object is there by now", KEEP | TWO_LANDED, { PROOF, ENDED },
	  "HEAD GET GET GET DELETE DELETE", "aborted ", UPLOAD_REMOTE_SAME,
	  ERR_NONE },
	{ "and known to be", KEEP | KNOWN | TWO_LANDED, { HEAD12, ENDED },
	  "HEAD DELETE DELETE", "aborted ", UPLOAD_CURRENT, ERR_NONE },

	/* A proof that was cut off. */
	{ "the rest of the proof", CUT_OFF, { HEAD12, R2 }, "HEAD GET",
	  "=2 completed ", UPLOAD_UPLOADED, ERR_NONE },
	{ "of a file that is as it was", CUT_OFF | UNCHANGED, { HEAD12, R2 },
	  "HEAD GET", "=2 completed ", UPLOAD_UPLOADED, ERR_NONE },
	{ "even if forced: that is what was sent", CUT_OFF | FORCE, { HEAD12,
	  R2 }, "HEAD GET", "=2 completed ", UPLOAD_UPLOADED, ERR_NONE },
	{ "its Complete had no answer", KEEP | ALL_LANDED | COMPLETING |
	  TWO_PROVEN, { HEAD12, R2, GONE }, "HEAD GET DELETE",
	  "=2 completed ", UPLOAD_UPLOADED, ERR_NONE },
	{ "cut off again", CUT_OFF, { HEAD12, BUSY, BUSY, BUSY, BUSY },
	  "HEAD GET GET GET GET", "", UPLOAD_FAILED, ERR_STORE_BUSY },
	{ "what was read was another generation", KEEP | ALL_LANDED |
	  COMPLETING | TOLD_IT | OTHERS_PROVEN, { PROOF },
	  "HEAD GET GET GET", "=1 =2 =3 completed ", UPLOAD_UPLOADED,
	  ERR_NONE },
	{ "replaced since, by the same bytes", CUT_OFF, { HEAD_OF("f", "12"),
	  RANGE("f", "0-4", "5", "hello"), RANGE("f", "5-9", "5", "\nworl"),
	  RANGE("f", "10-11", "2", "d\n") }, "HEAD GET GET GET",
	  "=1 =2 =3 completed ", UPLOAD_UPLOADED, ERR_NONE },
	{ "replaced since, by other bytes", CUT_OFF, { HEAD_OF("f", "12"),
	  RANGE("f", "0-4", "5", "HELLO"), RANGE("f", "0-4", "5", "HELLO") },
	  "HEAD GET GET", "completed ", UPLOAD_FAILED,
	  ERR_REPLACED_BY_OTHER },
	{ "replaced since, by fewer", CUT_OFF, { HEAD_OF("f", "3") },
	  "HEAD", "completed ", UPLOAD_FAILED, ERR_REPLACED_BY_OTHER },
	{ "forced, and replaced since", CUT_OFF | FORCE, { HEAD_OF("f", "3"),
	  CREATED, P1, P2, P3, HEAD_OF("f", "3"), DONE, PROOF },
	  "HEAD POST PUT PUT PUT HEAD POST HEAD GET GET GET",
	  "gone " KEPT_TOLD, UPLOAD_UPLOADED, ERR_NONE },
	{ "removed since: all of it once more", CUT_OFF, { HEAD404, CREATED,
	  P1, P2, P3, DONE, PROOF }, SENT, "gone " KEPT_TOLD,
	  UPLOAD_UPLOADED, ERR_NONE },
	{ "the rest is wrong", CUT_OFF | DELETES, { HEAD12, BAD2, BAD2,
	  NO_CONTENT }, "HEAD GET GET DELETE", "completed ", UPLOAD_FAILED,
	  ERR_VERIFICATION_FAILED },
	{ "and was proven by another run", CUT_OFF | KNOWN, { HEAD12 },
	  "HEAD", "completed ", UPLOAD_CURRENT, ERR_NONE },

	/* Parts that may have landed.  The second's MD5 is this. */
	{ "a part in doubt has landed", KEEP | TWO_LANDED | UNSURE, { HEAD404,
	  PARTS("201", PART("2", MD5_2, "5") PART("3", "p3", "2")), DONE,
	  PROOF }, "HEAD GET POST HEAD GET GET GET", "2 " KEPT_END,
	  UPLOAD_UPLOADED, ERR_NONE },
	{ "it has not", KEEP | TWO_LANDED | UNSURE, { HEAD404,
	  PARTS("103", PART("3", "p3", "2")), P2, DONE, PROOF },
	  "HEAD GET PUT POST HEAD GET GET GET", "2 " KEPT_END,
	  UPLOAD_UPLOADED, ERR_NONE },
	{ "its ETag is no MD5", KEEP | TWO_LANDED | UNSURE, { HEAD404,
	  PARTS("201", PART("2", "0123456789abcdef0123456789abcdef", "5")
	  PART("3", "p3", "2")), P2, DONE, PROOF },
	  "HEAD GET PUT POST HEAD GET GET GET", "2 " KEPT_END,
	  UPLOAD_UPLOADED, ERR_NONE },
	{ "it has another size", KEEP | TWO_LANDED | UNSURE, { HEAD404,
	  PARTS("201", PART("2", MD5_2, "4") PART("3", "p3", "2")), P2, DONE,
	  PROOF }, "HEAD GET PUT POST HEAD GET GET GET", "2 " KEPT_END,
	  UPLOAD_UPLOADED, ERR_NONE },
	{ "this key may not list its parts", KEEP | TWO_LANDED | UNSURE,
	  { HEAD404, DENIED, P2, DONE, PROOF },
	  "HEAD GET PUT POST HEAD GET GET GET", "2 " KEPT_END,
	  UPLOAD_UPLOADED, ERR_NONE },
	{ "the list's line stays down", KEEP | TWO_LANDED | UNSURE,
	  { HEAD404, BUSY, BUSY, BUSY, BUSY }, "HEAD GET GET GET GET", "",
	  UPLOAD_FAILED, ERR_STORE_BUSY },
	{ "none is in doubt", KEEP | ALL_LANDED | UNSURE, { HEAD404, DONE,
	  PROOF }, "HEAD POST HEAD GET GET GET", KEPT_END, UPLOAD_UPLOADED,
	  ERR_NONE },

	/* The proof. */
	{ "a range breaks and goes on", 0, { HEAD404, CREATED, P1, P2, P3,
	  DONE, HEAD12, R1, "HTTP/1.1 206 Part\r\nETag: \"e-3\"\r\n"
	  "Content-Range: bytes 5-9/12\r\nContent-Length: 5\r\n\r\n\nwo!cut",
	  RANGE("e-3", "8-9", "2", "rl"), R3 },
	  "HEAD POST PUT PUT PUT POST HEAD GET GET GET GET", TOLD,
	  UPLOAD_UPLOADED, ERR_NONE },
	{ "another range than asked for", 0, { HEAD404, CREATED, P1, P2, P3,
	  DONE, HEAD12, RANGE("e-3", "0-5", "6", "hello\n") },
	  "HEAD POST PUT PUT PUT POST HEAD GET", TOLD, UPLOAD_FAILED,
	  ERR_INDETERMINATE },
	{ "another total", 0, { HEAD404, CREATED, P1, P2, P3, DONE, HEAD12,
	  "HTTP/1.1 206 Part\r\nETag: \"e-3\"\r\nContent-Range: bytes "
	  "0-4/13\r\nContent-Length: 5\r\n\r\nhello", HEAD12 },
	  "HEAD POST PUT PUT PUT POST HEAD GET HEAD", TOLD, UPLOAD_FAILED,
	  ERR_INDETERMINATE },
	{ "ranges are ignored", 0, { HEAD404, CREATED, P1, P2, P3, DONE,
	  HEAD12, WHOLE }, "HEAD POST PUT PUT PUT POST HEAD GET", TOLD,
	  UPLOAD_FAILED, ERR_INDETERMINATE },
	{ "a range without its ETag", 0, { HEAD404, CREATED, P1, P2, P3,
	  DONE, HEAD12, R1, "HTTP/1.1 206 Part\r\nContent-Range: bytes 5-9/12"
	  "\r\nContent-Length: 5\r\n\r\n\nworl" },
	  "HEAD POST PUT PUT PUT POST HEAD GET GET", TOLD, UPLOAD_FAILED,
	  ERR_INDETERMINATE },
	{ "replaced amid the proof", 0, { HEAD404, CREATED, P1, P2, P3, DONE,
	  HEAD12, R1, E412, HEAD_OF("f", "12") },
	  "HEAD POST PUT PUT PUT POST HEAD GET GET HEAD", TOLD,
	  UPLOAD_FAILED, ERR_REPLACED_BY_OTHER },
	{ "removed right after", 0, { HEAD404, CREATED, P1, P2, P3, DONE,
	  HEAD404 }, "HEAD POST PUT PUT PUT POST HEAD", TOLD, UPLOAD_FAILED,
	  ERR_REPLACED_BY_OTHER },
	{ "the proof's line stays down", KEEP, { HEAD404, CREATED, P1, P2, P3,
	  DONE, HEAD12, R1, BUSY, BUSY, BUSY, BUSY },
	  "HEAD POST PUT PUT PUT POST HEAD GET GET GET GET GET",
	  "intend begun 1 2 3 completing told =1 ",
	  UPLOAD_FAILED, ERR_STORE_BUSY },
	{ "wrong, read twice: left", 0, { HEAD404, CREATED, P1, P2, P3, DONE,
	  HEAD12, R1, BAD2, BAD2 },
	  "HEAD POST PUT PUT PUT POST HEAD GET GET GET", TOLD, UPLOAD_FAILED,
	  ERR_VERIFICATION_FAILED },
	{ "wrong, read twice: removed", DELETES, { HEAD404, CREATED, P1, P2,
	  P3, DONE, HEAD12, R1, BAD2, BAD2, NO_CONTENT },
	  "HEAD POST PUT PUT PUT POST HEAD GET GET GET DELETE", TOLD,
	  UPLOAD_FAILED, ERR_VERIFICATION_FAILED },
	{ "wrong, by whole reads: removed", DELETES | REHASH, { HEAD404,
	  CREATED, P1, P2, P3, DONE, HEAD12, BAD_WHOLE, BAD_WHOLE,
	  NO_CONTENT }, "HEAD POST PUT PUT PUT POST HEAD GET GET DELETE",
	  TOLD, UPLOAD_FAILED, ERR_VERIFICATION_FAILED },
	{ "wrong, but not named as ours: left", DELETES, { HEAD404, CREATED,
	  P1, P2, P3, DONE_NO_ETAG, HEAD12, R1, BAD2, BAD2 },
	  "HEAD POST PUT PUT PUT POST HEAD GET GET GET", TOLD, UPLOAD_FAILED,
	  ERR_VERIFICATION_FAILED },
	{ "wrong, and another's ETag: left", DELETES, { HEAD404, CREATED,
	  P1, P2, P3, DONE, HEAD_OF("f", "12"),
	  RANGE("f", "0-4", "5", "HELLO"), RANGE("f", "0-4", "5", "HELLO") },
	  "HEAD POST PUT PUT PUT POST HEAD GET GET", TOLD, UPLOAD_FAILED,
	  ERR_REPLACED_BY_OTHER },
	{ "of a version", VERSIONED, { HEAD404, CREATED, P1, P2, P3, DONE_V,
	  HEAD_V, V("0-4", "5", "hello"), V("5-9", "5", "\nworl"),
	  V("10-11", "2", "d\n") }, SENT, TOLD, UPLOAD_UPLOADED, ERR_NONE },
	{ "a wrong version is removed", VERSIONED, { HEAD404, CREATED, P1, P2,
	  P3, DONE_V, HEAD_V, V("0-4", "5", "HELLO"), V("0-4", "5", "HELLO"),
	  NO_CONTENT },
	  "HEAD POST PUT PUT PUT POST HEAD GET GET DELETE", TOLD,
	  UPLOAD_FAILED, ERR_VERIFICATION_FAILED },
	{ "not one without a name", VERSIONED | DELETES, { HEAD404, CREATED,
	  P1, P2, P3, DONE, HEAD_V, V("0-4", "5", "HELLO"),
	  V("0-4", "5", "HELLO") },
	  "HEAD POST PUT PUT PUT POST HEAD GET GET", TOLD, UPLOAD_FAILED,
	  ERR_VERIFICATION_FAILED },
	{ "two reads, two answers", DELETES, { HEAD404, CREATED, P1, P2, P3,
	  DONE, HEAD12, R1, BAD2, WORSE2 },
	  "HEAD POST PUT PUT PUT POST HEAD GET GET GET", TOLD, UPLOAD_FAILED,
	  ERR_INDETERMINATE },
};

#endif
