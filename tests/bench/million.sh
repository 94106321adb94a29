#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# usage: tests/bench/million.sh
#
# An archive of FOLDERS=1000 folders with FILES=1000 empty files each, and a
# manifest that knows all of them: the memory and CPU time of a plan, first
# with nothing changed, then with ten files changed, against the bars MEMORY
# (KiB) and CPU (seconds).
# shellcheck disable=SC2034,SC2154  # shared variables: tests/e2e/lib.sh
set -u

FOLDERS=${FOLDERS:-1000}
FILES=${FILES:-1000}
MEMORY=${MEMORY:-8192}
CPU=${CPU:-30}
NEEDED=$((4 << 20))

# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

bench_tools
total=$((FOLDERS * FILES))
EMPTY=e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855

# Names of one length: the order of the paths is that of the names.
names=$(seq -f %06g 0 $((FILES - 1)))
mkdir archive
for i in $(seq -f folder-%06g 0 $((FOLDERS - 1))); do
	mkdir "archive/$i"
	# shellcheck disable=SC2086  # many words
	(cd "archive/$i" && touch $names)
done

# A ledger of one row; what a manifest of more shows is the same to a plan.
mkdir archive/.consign
body='{"seq":0,"time":"2026-11-22T03:00:00Z","kind":"genesis"'
body=$body',"schema":"consign.ledger.v1","archive_id":"archive"'
body=$body',"tool_version":"0"'
chain=$({ head -c 32 /dev/zero; printf %s "$body"; } | sha256sum)
chain=${chain%% *}
echo "$body,\"chain\":\"$chain\"}" > archive/.consign/ledger.jsonl

# known: the manifest, of the files as they are
known() {
	head='{"schema":"consign.manifest.v1","archive_id":"archive"'
	head=$head',"ledger_rows":1,"ledger_at":'
	head=$head$(stat -c %s archive/.consign/ledger.jsonl)
	head=$head',"ledger_chain":"'$chain'"'
	digest=$(printf %s "$head" | sha256sum)
	echo "$head,\"head_sha256\":\"${digest%% *}\"}"
	find archive -type f -path '*/folder-*' -printf '%P %i %T@ %C@\n' |
	    sort | awk -v empty="$EMPTY" '
	function ns(time) {
		split(time, part, ".")
		return part[1] substr(part[2] "000000000", 1, 9)
	}
	{
		printf "{\"path\":\"main/%s\",\"object_id\":\"sha256:%s\"",
		    $1, empty
		printf ",\"size_bytes\":0,\"inode\":%s,\"mtime_ns\":%s", $2,
		    ns($3)
		printf ",\"ctime_ns\":%s,\"admit_seq\":1", ns($4)
		printf ",\"store_1\":\"generic-s3:bucket\""
		printf ",\"remote_key_1\":\"sha256/e3/%s\"", empty
		printf ",\"etag_1\":\"d41d8cd98f00b204e9800998ecf8427e\""
		printf ",\"availability_1\":\"consign_uploaded\""
		printf ",\"proof_1\":\"rehash\""
		printf ",\"proven_at_1\":\"2026-11-22T03:00:00Z\""
		printf ",\"receipt_1\":\"20261122t030000z-%s-%s\"}\n",
		    substr(empty, 1, 12), substr(empty, 1, 16)
	}'
}
known > archive/.consign/manifest.jsonl

# plan NAME: its figures against the bars, and its sums to the file "sums"
plan() {
	check "million/$1" "$hwm" -o figures "$CONSIGN" plan archive \
	    --endpoint "https://s3.example.org" --bucket bucket \
	    --region "$REGION"
	tail -n 21 check.out > sums
	rm check.out
	read -r wall _ _ cpu kib _ < figures
	echo "$1, $total files: $wall s, $cpu s of CPU of $CPU," \
	    "peak $kib KiB of $MEMORY"
	check "million/$1-memory" [ "$kib" -le "$MEMORY" ]
	check "million/$1-cpu" awk "BEGIN { exit !($cpu <= $CPU) }"
}

plan nothing-new
check million/all-are-known \
    grep -q "^already_uploaded  *$total\$" sums
for i in 0 1 2 3 4 5 6 7 8 9; do
	echo "$i" > "archive/folder-00000$i/000007"
done
plan ten-changed
check million/ten-are-not grep -q '^would_upload  *10$' sums
