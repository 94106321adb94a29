# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
# shellcheck shell=sh
#
# Histories that are made by hand, for tests of what reads them.  To be
# sourced after lib.sh.

WHEN=2026-11-22T03:00:00Z
OBJECT=sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef

# chained: each line of standard input, which begins with "kind", becomes a row
# of a ledger
chained() {
	seq=0
	chain=0000000000000000000000000000000000000000000000000000000000000000
	while IFS= read -r fields; do
		body="{\"seq\":$seq,\"time\":\"$WHEN\",$fields"
		octal=$(echo "$chain" | sed 's/../0x& /g' |
		    xargs printf '\\%03o')
		# shellcheck disable=SC2059  # it is a format
		chain=$({
			printf "$octal"
			printf '%s' "$body"
		} | sha256sum | cut -d ' ' -f 1)
		printf '%s,"chain":"%s"}\n' "$body" "$chain"
		seq=$((seq + 1))
	done
}

genesis_row() {
	echo "\"kind\":\"genesis\",\"schema\":\"consign.ledger.v1\",\"archive_id\":\"$1\",\"tool_version\":\"0.1.0\""
}

# begin_row COMMAND STORE
begin_row() {
	echo "\"kind\":\"begin\",\"command\":\"$1\",\"store_ref\":\"$2\",\"reviewed_by\":\"kim\",\"approved\":true,\"tool_version\":\"0.1.0\""
}

# probe_row STORE SCOPE BUCKET: row 1 began it
probe_row() {
	echo "\"kind\":\"probe\",\"begin_seq\":1,\"store_ref\":\"$1\",\"tier\":0,\"provider_kind\":\"generic-s3\",\"endpoint\":\"https://s3.example.org\",\"bucket\":\"$3\",\"region\":\"r1\",\"remote_key\":\"consign/a/prove/0123456789abcdef\",\"key_ref\":\"0123456789abcdef\",\"scope\":\"$2\",\"clock_skew_s\":0,\"absence_visible\":true,\"put_if_none_match\":true,\"get_if_match\":true,\"delete_if_match\":false,\"versioned\":false,\"list_allowed\":true,\"result\":\"ok\""
}

# admit_row PATH [OBJECT]: of 5 bytes
admit_row() {
	echo "\"kind\":\"admit\",\"begin_seq\":1,\"path\":\"$1\",\"canonical_path\":\"/a/${1#*/}\",\"canonicalization_version\":\"consign-path-1\",\"origin\":\"a/${1%%/*}\",\"object_id\":\"${2:-$OBJECT}\",\"size_bytes\":5,\"inode\":1,\"mtime_ns\":2,\"ctime_ns\":3"
}

# outcome_row proof|fail STORE RECEIPT SHA256 RESULT PROOF AVAILABILITY
outcome_row() {
	echo "\"kind\":\"$1\",\"begin_seq\":1,\"store_ref\":\"$2\",\"object_id\":\"$OBJECT\",\"path\":\"main/a\",\"remote_key\":\"k\",\"etag\":\"e\",\"size_bytes\":5,\"result_status\":\"$5\",\"proof\":\"$6\",\"availability\":\"$7\",\"receipt\":\"$3\",\"receipt_sha256\":\"$4\""
}

# end_row COMMAND STORE
end_row() {
	echo "\"kind\":\"end\",\"begin_seq\":1,\"command\":\"$1\",\"store_ref\":\"$2\",\"uploaded\":1,\"current\":0,\"remote_same\":0,\"failed\":0,\"class_a_requests\":1,\"class_b_requests\":2,\"free_requests\":0,\"bytes_up\":5,\"bytes_down\":5,\"retries\":0,\"result\":\"ok\""
}

# receipt ARCHIVE ID STORE RESULT PROOF: its text
receipt() {
	hex=${OBJECT#sha256:}
	echo "{\"schema\":\"consign.receipt.v1\",\"receipt_id\":\"$2\",\"archive_id\":\"$1\",\"operation\":\"upload_object\",\"object_id\":\"$OBJECT\",\"size_bytes\":5,\"path\":\"main/a\",\"provider_kind\":\"generic-s3\",\"store_ref\":\"$3\",\"key_strategy\":\"path\",\"key_hint\":\"sha256/01/$hex\",\"remote_key\":\"k\",\"etag\":\"e\",\"result_status\":\"$4\",\"proof\":\"$5\",\"bytes_uploaded\":5,\"bytes_verified\":5,\"class_a_requests\":1,\"class_b_requests\":2,\"free_requests\":0,\"attempts\":1,\"backoff_ms_total\":0,\"started_at\":\"$WHEN\",\"proven_at\":\"$WHEN\",\"reviewed_by\":\"kim\",\"approved\":true,\"availability_from\":\"none\",\"availability_to\":\"consign_uploaded\",\"forced_reupload\":false,\"unproven_against_live_provider\":true,\"ledger_seq\":1,\"tool_version\":\"0.1.0\"}"
}

# receipt_file FOLDER ID...: as receipt(), in a state folder; prints its digest
receipt_file() {
	folder=$1/receipts/2026-11
	mkdir -p "$folder"
	shift
	receipt "$@" > "$folder/$2.json"
	sha256sum < "$folder/$2.json" | cut -d ' ' -f 1
}
