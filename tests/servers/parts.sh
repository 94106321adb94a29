# shellcheck shell=bash disable=SC2034,SC2154  # shared variables: lib.sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# Large objects on the archive of push.sh: cut off and gone on with, cut off
# and ended, and a pipe.  Sourced by run.sh; see lib.sh for the variables.

# parts: of OBJECT that the server has taken, each time counted
parts() {
	grep -c "\"PUT /$BUCKET/$object?partNumber=.*\" 200 " \
	    "$state/nginx-access.log"
}

# created: uploads of OBJECT
created() {
	grep -c "\"POST /$BUCKET/$object?uploads.*\" 200 " \
	    "$state/nginx-access.log"
}

# proof PATH: what the ledger has of it, "RESULT PROOF"
proof() {
	grep '"kind":"proof"' "$state/night/.consign/ledger.jsonl" |
	    grep -F "\"path\":\"$1\"" | tail -n 1 |
	    sed 's/.*"result_status":"\([^"]*\)","proof":"\([^"]*\)".*/\1 \2/'
}

# unfinished: what status says, uploads
unfinished() {
	"$CONSIGN" status --root "$state/night" |
	    sed -n 's/.*unfinished uploads: \([0-9]*\).*/\1/p'
}

# cut_off NAME FILE: a push of FILE that is killed when two parts have landed
cut_off() {
	local pid=0 tries=600
	head -c 26M /dev/urandom >"$state/night/$2"
	object=$(digest "$state/night/$2")
	object=sha256/${object:0:2}/$object
	on push --jobs 1 --bwlimit 8M >"$state/cut.log" 2>&1 &
	until [ "$(parts)" -ge 2 ] || [ $tries = 0 ]; do
		tries=$((tries - 1))
		sleep 0.1
	done
	pid=$(sed -n 's/.*pid \([0-9]*\).*/\1/p' "$state/night/.consign/lock")
	check "$server/$1-killed" kill -9 "$pid"
	wait $!
	check "$server/$1-left" [ "$(unfinished)" = 1 ]
}

check_resume() {
	local how=ranges
	# It looks at no If-Match, by which a range is one of this generation.
	[ "$server" != s3rver ] || how=rehash
	cut_off resume resumed
	night resume 0 push --jobs 4
	check "$server/resume-one-upload" [ "$(created)" = 1 ]
	check "$server/resume-parts" [ "$(parts)" -le 7 ]
	check "$server/resume-proof" \
	    [ "$(proof main/resumed)" = "uploaded $how" ]
	check "$server/resume-done" [ "$(unfinished)" = 0 ]
	there "$server/resume-bytes" "$state/night/resumed" "$object"
	same "$server/resume-get" "$state/night/resumed" "$object"
}

check_abort() {
	cut_off abort aborted
	if [ "$server" = s3rver ]; then
		# It knows no Abort: that is said, and the upload gone on with.
		night abort 5/store_refused abort
		check "$server/abort-undone" [ "$(unfinished)" = 1 ]
		night abort-push 0 push
		check "$server/abort-gone-on" [ "$(created)" = 1 ]
	else
		night abort 0 abort
		check "$server/abort-row" grep -q '"kind":"abort"' \
		    "$state/night/.consign/ledger.jsonl"
		check "$server/abort-done" [ "$(unfinished)" = 0 ]
		night abort-push 0 push
		check "$server/abort-anew" [ "$(created)" = 2 ]
	fi
	there "$server/abort-bytes" "$state/night/aborted" "$object"
	check "$server/abort-none-left" [ "$(unfinished)" = 0 ]
}

check_night_pipe() {
	local input=$state/piped
	head -c 12M /dev/urandom >"$input"
	night piped 0 put - piped
	check "$server/piped-proof" \
	    [ "$(proof put/piped)" = "$(proof main/resumed)" ]
	there "$server/piped-bytes" "$input" piped
}

check_parts() {
	check_resume
	check_abort
	check_night_pipe
	check "$server/parts-ledger" sh "$ROOT/docs/verify-ledger.sh" \
	    "$state/night/.consign/ledger.jsonl"
}
