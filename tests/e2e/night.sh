# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
# shellcheck shell=sh
#
# For tests of an archive's runs: an archive at the running store, and what
# its history says.  To be sourced after lib.sh.  $A is the archive.

YES='--approve --reviewed-by kim'

# at_store: options that name the running store
at_store() {
	echo "--endpoint $ENDPOINT --bucket $BUCKET --region $REGION" \
	    "--backoff-base 10ms ${CA:+--ca-file $CA}"
}

# consign COMMAND [OPTION...]: of the archive $A, at the store
consign() {
	consign_what=$1
	shift
	# shellcheck disable=SC2046  # options
	"$CONSIGN" "$consign_what" --root "$A" $(at_store) "$@"
}

# push [OPTION...]: the same, approved
push() {
	# shellcheck disable=SC2086  # options
	consign push $YES "$@"
}

# climb: the store proves all its tiers to $A
climb() {
	for climb_n in 0 1 2 3 4; do
		# shellcheck disable=SC2086
		consign prove $YES --tier $climb_n > climb.out 2>&1 || {
			fail climb "tier $climb_n: $(cat climb.out)"
			exit 1
		}
	done
}

# archive NAME: a fresh one, whose store has proven everything
archive() {
	A=$WORK/$1
	mkdir -p "$A"
	climb
}

# object FILE: its object id;  key FILE: where it goes
object() {
	echo "sha256:$(sha256sum < "$1" | cut -c 1-64)"
}
key() {
	sha256sum < "$1" | sed 's,^\(..\)\([0-9a-f]*\).*,sha256/\1/\1\2,'
}

ledger() {
	cat "${STATE:-$A/.consign}/ledger.jsonl"
}

# rows KIND [TEXT]: how many, that hold the text
rows() {
	ledger | grep "\"kind\":\"$1\"" | grep -cF -e "${2:-}"
}

# ended FIELD: of the ledger's last row, an "end"
ended() {
	ledger | tail -n 1 |
	    sed -n "s/.*\"kind\":\"end\".*\"$1\":\"\{0,1\}\([^\",}]*\).*/\1/p"
}

# outcome PATH: result_status of the last proof or fail row of that path
outcome() {
	ledger | grep -E '"kind":"(proof|fail)"' |
	    grep -F "\"path\":\"$1\"" | tail -n 1 |
	    sed 's/.*"result_status":"\([a-z_]*\)".*/\1/'
}

# whole: the ledger's chain is; the manifest is what it would be made anew;
# each receipt is there, as its row has it
whole() {
	whole_state=${STATE:-$A/.consign}
	sh "$ROOT/docs/verify-ledger.sh" "$whole_state/ledger.jsonl" &&
	    cp "$whole_state/manifest.jsonl" whole.manifest &&
	    "$CONSIGN" ledger rebuild --root "$A" --state "$whole_state" \
	    > whole.out 2>&1 &&
	    cmp whole.manifest "$whole_state/manifest.jsonl" &&
	    [ -z "$(find "$whole_state" -name '.consign-*.tmp')" ] || return
	ledger | sed -n 's/.*"receipt":"\([^"]*\)","receipt_sha256":"\([^"]*\)".*/\1 \2/p' |
	    while read -r whole_id whole_sha; do
		whole_month=$(echo "$whole_id" | sed 's/^\(....\)\(..\).*/\1-\2/')
		[ "$(sha256sum < "$whole_state/receipts/$whole_month/$whole_id.json")" = \
		    "$whole_sha  -" ] || exit 1
	done
}

# counted_all: are requests of the last run on record as the store saw them?
counted_all() {
	said="$(ended class_a_requests) $(ended class_b_requests)"
	said="$said $(ended free_requests)"
	seen="$(requests_class A) $(requests_class B) $(requests_class free)"
	[ "$said" = "$seen" ] || {
		echo "said $said, seen $seen"
		return 1
	}
}

# on_record: requests of class A, B and free that runs have on record: their
# ends, and what those that died had reserved
on_record() {
	ledger | awk '
	function number(name) {
		if (!match($0, "\"" name "\":[0-9]+"))
			return -1
		return substr($0, RSTART + length(name) + 3,
		    RLENGTH - length(name) - 3) + 0
	}
	/"kind":"(reserve|end)"/ {
		run = number("begin_seq")
		split("class_a_requests class_b_requests free_requests",
		    field, " ")
		for (i = 1; i <= 3; i++) {
			if (/"kind":"end"/)
				sent[run, i] = number(field[i])
			else
				held[run, i] += number(field[i])
			seen[run] = 1
		}
	}
	END {
		for (run in seen)
			for (i = 1; i <= 3; i++)
				n[i] += (run, i) in sent ? sent[run, i] :
				    held[run, i]
		print n[1], n[2], n[3]
	}'
}

# no_less: is at least as much on record as the store saw?
no_less() {
	seen="$(requests_class A) $(requests_class B) $(requests_class free)"
	on_record > record.now
	echo "$seen" | cat record.now - | xargs |
	    awk '{ exit !($1 >= $4 && $2 >= $5 && $3 >= $6) }'
}

# store_do METHOD KEY [FILE]: by somebody else; its answer is in curl.out
store_do() {
	store_hash=$(sha256sum < "${3:-/dev/null}" | cut -c 1-64)
	curl -sf -o curl.out -X "$1" --aws-sigv4 "aws:amz:$REGION:s3" \
	    -H "x-amz-content-sha256: $store_hash" \
	    -u "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" \
	    ${3:+--data-binary @"$3"} "$ENDPOINT/$BUCKET/$2"
}
