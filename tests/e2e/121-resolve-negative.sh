#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# consign resolve, where it has to fail closed: every code, and what somebody
# would try.  Each refusal stands beside what is trusted but for that.
# shellcheck disable=SC2034,SC2154  # shared variables: lib.sh, carrier.sh

. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/e2e/carrier.sh"

start_store
carrier photos
cp "$LEDGER" good
sed 's/,"chain":"[0-9a-f]*"}$//' good > rows
LAST=$(tail -n 1 rows | sed 's/.*"time":"\([^"]*\)".*/\1/')
trust good/trusted

# again: all is as it was
again() {
	cat good > "$LEDGER"
	cat writers.good > "$WRITERS"
	ask_for a
}
cp "$WRITERS" writers.good

# --- R1: the path ---------------------------------------------------------

for bad in '' a "$A" "$A/./a" "$A/../photos/a" "$A//a" "$A/a/" / \
    "/$q_path" "$A/a/."; do
	q_path=$bad
	refuse "path/${bad#"$A"}" NON_CANONICAL_PATH
done
ln -s "$A/a" "$A/link"
ln -s "$A" "$WORK/other"
mkfifo "$A/pipe"
mkdir "$A/folder"
for bad in "$A/link" "$WORK/other/a" "$A/pipe" "$A/folder"; do
	q_path=$bad
	refuse "path/${bad##*/}" NON_CANONICAL_PATH
done
mkdir -m 700 "$A/closed"
cp "$A/a" "$A/closed"
q_path=$A/closed/a
refuse path/closed NON_CANONICAL_PATH
ask_for a

# A second name counts once it is admitted, too.
ln "$A/a" "$A/b"
trust alias/not-admitted
grep '"kind":"admit"' rows | sed 's|/a","can|/b","can|g' > once
sed '/"kind":"admit"/r once' rows | forged "$KEY"
refuse alias/hard-link NON_CANONICAL_PATH
rm "$A/b"
trust alias/gone
cp "$A/a" "$A/b"
trust alias/a-copy
again

# --- R2, R3: terms --------------------------------------------------------

for bad in '' md5 sha1 SHA256 sha512 'sha256 '; do
	q_algorithm=$bad
	refuse "algorithm/$bad" UNKNOWN_HASH_ALGO
done
ask_for a
for bad in '' consign-path-2 Consign-path-1; do
	q_version=$bad
	refuse "version/$bad" CANONICALIZATION_UNSUPPORTED
done
ask_for a

# --- R4: the carrier ------------------------------------------------------

# Only a proposed hash: there is no row, no ledger, no archive.
echo other > "$A/c"
q_path=$A/c
refuse carrier/not-admitted SOURCE_UNPROVEN_FAIL_CLOSED
ask_for a
echo "$q_hash  a, and this is true" > "$A/SHA256SUMS"
q_path=$A/SHA256SUMS
q_hash="as the README says, $q_hash"
refuse carrier/free-text SOURCE_UNPROVEN_FAIL_CLOSED
ask_for a
mv "$LEDGER" aside
refuse carrier/no-ledger SOURCE_UNPROVEN_FAIL_CLOSED
: > "$LEDGER"
refuse carrier/empty SOURCE_UNPROVEN_FAIL_CLOSED
head -n 1 good > "$LEDGER"
refuse carrier/no-rows SOURCE_UNPROVEN_FAIL_CLOSED
again
chown $PRODUCER "$LEDGER"
chmod 600 "$LEDGER"
refuse carrier/unreadable SOURCE_UNPROVEN_FAIL_CLOSED
chmod 644 "$LEDGER"
trust carrier/readable
check carrier/no-root refused SOURCE_UNPROVEN_FAIL_CLOSED \
    as $OBSERVER "$CONSIGN" resolve "$WORK/none" --artifact-path "$q_path" \
    --hash-algorithm sha256 --canonicalization-version consign-path-1

# Rows that are there, and are no carrier.
grep -v '"kind":"proof"' rows | forged "$KEY"
q_ref=$(reference '"kind":"admit"')
refuse carrier/no-proof SOURCE_UNPROVEN_FAIL_CLOSED
again
sed 's/"proof":"rehash"/"proof":"presence"/' rows | forged "$KEY"
refuse carrier/presence SOURCE_UNPROVEN_FAIL_CLOSED
again
sed '/"kind":"proof"/{p;s/"proof","begin/"fail","begin/
s/"uploaded"/"failed_verification"/;}' rows | forged "$KEY"
refuse carrier/proven-wrong-since SOURCE_UNPROVEN_FAIL_CLOSED
sed '/"kind":"proof"/{h;s/"proof","begin/"fail","begin/
s/"uploaded"/"failed_network"/;H;x;}' rows | forged "$KEY"
trust carrier/failed-since
grep -v '"kind":"checkpoint"' rows | forged
refuse carrier/not-signed SOURCE_UNPROVEN_FAIL_CLOSED
{
	grep -v '"kind":"checkpoint"' rows
	echo "checkpoint $KEY $LAST"
	grep '"kind":"admit"' rows |
	    sed "s/\$/,\"supersedes\":${q_ref%%:*}/"
} | forged
q_ref=$(reference '"kind":"admit"')
refuse carrier/behind-the-last-signature SOURCE_UNPROVEN_FAIL_CLOSED
again

# A row that names no object.
sed 's/\(,"object_id":\)"[^"]*"\(,"size_bytes":.*"inode"\)/\1null\2/' rows |
    forged "$KEY"
q_ref=$(reference '"kind":"admit"')
refuse null/null ARTIFACT_HASH_NULL
sed 's/\(,"object_id":\)"[^"]*"\(,"size_bytes":.*"inode"\)/\1""\2/' rows |
    forged "$KEY"
refuse null/empty ARTIFACT_HASH_NULL
sed 's/,"object_id":"[^"]*"\(,"size_bytes":.*"inode"\)/\1/' rows |
    forged "$KEY"
refuse null/absent ARTIFACT_HASH_NULL
again
trust null/none

# Damage, with the first bad row named.
n=$(wc -l < good)
bad=$(($(grep -n '"kind":"proof"' good | head -n 1 | cut -d : -f 1) - 1))
sed '/"kind":"proof"/s/"uploaded"/"Uploaded"/' good > "$LEDGER"
refuse broken/changed LEDGER_BROKEN
check broken/named grep -q "ledger row $bad:" err
sed "$((n / 2))d" good > "$LEDGER"
refuse broken/deleted LEDGER_BROKEN
sed "$((n / 2))p" good > "$LEDGER"
refuse broken/duplicated LEDGER_BROKEN
sed "$((n / 2)){h;d};$((n / 2 + 1)){G;}" good > "$LEDGER"
refuse broken/reordered LEDGER_BROKEN
tail -n +2 good > "$LEDGER"
refuse broken/beheaded LEDGER_BROKEN
forged --as-is < good > /dev/null
sed 's/"seq":3,/"seq":4,/' rows | "$RESIGN" --as-is "$KEY" > "$LEDGER"
refuse broken/number LEDGER_BROKEN
sed 's/"kind":"end"/"kind":"enD"/' rows | forged "$KEY"
refuse broken/unknown-kind LEDGER_BROKEN
sed '/"kind":"checkpoint"/s/"sig":"..../"sig":"0123/' rows | forged
refuse broken/signature LEDGER_BROKEN
again
printf '{"seq":%s,"time":"2026' "$n" >> "$LEDGER"
trust broken/torn-is-not
again

# --- R4: writers ----------------------------------------------------------

# listed NAME FIELD...: with these fields in place of the producer's
listed() {
	listed_name=$1
	shift
	rm -f "$WRITERS"
	allow "$KEY" nas1 "$@"
	refuse "writers/$listed_name" CARRIER_WRITER_UNPROVEN
}
rm "$WRITERS"
refuse writers/none CARRIER_WRITER_UNPROVEN
echo 'writers: {' > "$WRITERS"
refuse writers/invalid CARRIER_WRITER_UNPROVEN
openssl ecparam -name prime256v1 -genkey -noout -out other.key
rm "$WRITERS"
allow other.key nas1 'admit, upload, verify'
refuse writers/unlisted CARRIER_WRITER_UNPROVEN
listed no-admit 'upload, verify, anchor, confirm'
listed no-verify 'admit, upload, anchor, confirm'
listed revoked 'admit, verify' 'revoked: 2099-01-01T00:00:00Z'
listed expired 'admit, verify' 'valid_until: 2026-01-01T00:00:00Z'
listed not-yet 'admit, verify' 'valid_from: 2099-01-01T00:00:00Z'
sed 's/archive: photos/archive: other/' writers.good > "$WRITERS"
refuse writers/other-archive CARRIER_WRITER_UNPROVEN
rm "$WRITERS"
allow "$KEY" nas1 'admit, verify' 'valid_from: 2026-01-01T00:00:00Z' \
    'valid_until: 2099-01-01T00:00:00Z'
trust writers/in-time

# Each checkpoint's writer is that of the rows before it.
{
	sed '/"kind":"admit"/q' rows
	echo "checkpoint other.key $LAST"
	sed '1,/"kind":"admit"/d' rows
} > mixed
forged "$KEY" < mixed
q_ref=$(reference '"kind":"admit"')
refuse writers/admitted-by-unlisted CARRIER_WRITER_UNPROVEN
allow other.key box2 verify
refuse writers/admitted-by-verifier CARRIER_WRITER_UNPROVEN
sed -i 's/\[verify\]/[admit]/' "$WRITERS"
trust writers/admitted-by-admitter
again
{
	cat rows
	echo "checkpoint other.key $LAST"
} | forged "$KEY"
refuse writers/last-unlisted CARRIER_WRITER_UNPROVEN
allow other.key box2 confirm
trust writers/last-listed
again

# Where the producer could have written the list.
chown $PRODUCER "$WRITERS"
refuse custody/his CARRIER_WRITER_UNPROVEN
chown 0 "$WRITERS"
chmod 666 "$WRITERS"
refuse custody/anybodys CARRIER_WRITER_UNPROVEN
chmod 664 "$WRITERS"
refuse custody/a-groups CARRIER_WRITER_UNPROVEN
chmod 644 "$WRITERS"
chmod 1777 "$SAFE"
refuse custody/sticky-folder CARRIER_WRITER_UNPROVEN
chmod 755 "$SAFE"
chown $PRODUCER "$SAFE"
refuse custody/his-folder CARRIER_WRITER_UNPROVEN
chown 0 "$SAFE"
trust custody/not-his
ln -s "$WRITERS" "$SAFE/link"
W=$WRITERS
WRITERS=$SAFE/link
refuse custody/link CARRIER_WRITER_UNPROVEN
WRITERS=$W

# root writes everything.
chown 0 "$LEDGER"
refuse custody/root CARRIER_WRITER_UNPROVEN
check custody/root-says grep -q anchor err
chown $PRODUCER "$LEDGER"

# --- R4: one binding ------------------------------------------------------

# twice SED: the admission again, changed so
twice() {
	grep '"kind":"admit"' rows | sed "$1" > once
	sed '/"kind":"admit"/r once' rows | forged "$KEY"
	q_ref=$(reference '"kind":"admit"')
}
twice ''
refuse binding/duplicate BINDING_NOT_UNIQUE
twice 's/"object_id":"sha256:..../"object_id":"sha256:0000/'
refuse binding/other-hash SOURCE_UNPROVEN_FAIL_CLOSED
q=$(grep -n '"kind":"admit"' good | cut -d : -f 1)
twice "s/\$/,\"supersedes\":$((q - 1))/"
trust binding/superseded
twice "s/\$/,\"supersedes\":$((q - 2))/"
refuse binding/wrong-one BINDING_NOT_UNIQUE
twice "s/\$/,\"supersedes\":$((q - 1))/
s,\"canonical_path\":\"[^\"]*,&-moved,"
refuse binding/moved SOURCE_UNPROVEN_FAIL_CLOSED
again

# --- R5 to R7: the admission ----------------------------------------------

for bad in '' photos photos/other other/main photos/main/ \
    photos/main@git:0123456789012345678901234567890123456789; do
	q_origin=$bad
	refuse "origin/$bad" ORIGIN_MISMATCH
done
ask_for a
sed '/"kind":"admit"/s,"photos/main","other/main",' rows | forged "$KEY"
q_ref=$(reference '"kind":"admit"')
q_origin=other/main
refuse origin/not-the-archives ORIGIN_MISMATCH
again

seq=${q_ref%%:*}
chain=${q_ref#*:}
for bad in '' "$seq" "$seq:" ":$chain" "$((seq + 1)):$chain" "0$seq:$chain" \
    "99:$chain" "$seq:${chain#?}" "$seq:$(echo "$chain" | tr a-f A-F)" \
    "-1:$chain" "1:$(sed -n 's/^{"seq":1,.*"chain":"\(.*\)"}$/\1/p' good)"; do
	q_ref=$bad
	refuse "reference/$(echo "$bad" | cut -c 1-8)" ARTIFACT_NOT_ADMITTED
done
q_ref=$seq:$(echo "$chain" | tr 0-9 1-90)
refuse reference/chain ADMISSION_NOT_IMMUTABLE
# The whole history was written anew, by the key itself.
sed 's/"tool_version":"[^"]*"/"tool_version":"9"/' rows | forged "$KEY"
q_ref=$seq:$chain
refuse reference/rewritten ADMISSION_NOT_IMMUTABLE
again
sed '/"kind":"proof"/s/"time":"..../"time":"2099/' rows | forged "$KEY"
refuse proof/of-the-future PROOF_EXPIRED
sed '/"kind":"proof"/s/"time":"..../"time":"2001/' rows | forged "$KEY"
trust proof/never-expires
refuse proof/expired PROOF_EXPIRED --proof-expires-after 8760h
again

# --- R8: drift ------------------------------------------------------------

for bad in '' "$(object "$CONSIGN")" sha256: "${q_hash%?}" "${q_hash}0" \
    "sha1:${q_hash#*:}" "$(echo "$q_hash" | tr a-f A-F)"; do
	q_hash=$bad
	refuse "hash/$(echo "$bad" | cut -c 1-16)" HASH_MISMATCH
done
ask_for a
echo changed > "$A/a"
q_hash=$trusted
trust drift/not-looked-at
refuse drift/verify-file HASH_MISMATCH --verify-file
q_hash=$(object "$A/a")
refuse drift/proposed HASH_MISMATCH --verify-file
q_hash=$trusted
chmod 600 "$A/a"
refuse drift/unreadable HASH_MISMATCH --verify-file

# --- Anything else is not an answer ---------------------------------------

try usage/option 2/usage resolve --artifact-pat x
check usage/no-answer [ ! -s out ]
check usage/nothing-at-all refused NON_CANONICAL_PATH \
    "$CONSIGN" resolve --root "$A"
