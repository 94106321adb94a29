# shellcheck shell=bash disable=SC2034,SC2154  # shared variables: see below
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# What every part of the harness uses: processes, ports, consign and its
# verdicts.  Sourced by run.sh behind tests/e2e/lib.sh, whose ENDPOINT,
# BUCKET, REGION, CA and AWS_* say here too which server is meant; any of them
# may be set for one call.  Besides there are, set by SERVER_start:
#
#	server		its name, and the first word of every verdict
#	state		its folder, below WORK
#	provider	what consign calls its kind
#	http		http://localhost:PORT
#	https[NAME]	its front with certificate NAME, see front.sh

export LC_ALL=C.UTF-8
export no_proxy=localhost${no_proxy:+,$no_proxy}

declare -A https
pids=()

# spawn NAME COMMAND...: in the background, its output to NAME.log
spawn() {
	local name=$1
	shift
	"$@" >>"$state/$name.log" 2>&1 </dev/null &
	pids+=($!)
}

# Instead of the one of tests/e2e: all that spawn started, nothing else.
stop_store() {
	local pid tries=50
	[ ${#pids[@]} -gt 0 ] || return 0
	kill "${pids[@]}" 2>/dev/null
	for pid in "${pids[@]}"; do
		while kill -0 "$pid" 2>/dev/null && [ $tries -gt 0 ]; do
			sleep 0.1
			tries=$((tries - 1))
		done
	done
	kill -9 "${pids[@]}" 2>/dev/null
	wait "${pids[@]}" 2>/dev/null
	pids=()
}

# Below the ephemeral range, so that no outgoing connection takes one
# between the look and the server's bind.
next_port=$((12000 + RANDOM % 18000))

# free_port VARIABLE: a port of 127.0.0.1 that nobody listens on
free_port() {
	while
		next_port=$((next_port + 1))
		(: <"/dev/tcp/127.0.0.1/$next_port") 2>/dev/null
	do :; done
	printf -v "$1" %d "$next_port"
}

# answers URL: waits up to 30 s for any HTTP answer
answers() {
	local tries=300
	until curl -sk -m 2 -o "$state/answer" "$1"; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || return 1
		sleep 0.1
	done
}

# consign COMMAND ARGUMENT...: with the options of the server under test, in
# an empty folder, with nothing but the credentials in the environment, and
# the file $input, or nothing, as standard input
consign() {
	local command=$1
	shift
	(cd "$state/empty" && env -i \
	    AWS_ACCESS_KEY_ID="$AWS_ACCESS_KEY_ID" \
	    AWS_SECRET_ACCESS_KEY="$AWS_SECRET_ACCESS_KEY" \
	    timeout 120 "$CONSIGN" "$command" --provider-kind "$provider" \
	    --endpoint "$ENDPOINT" --bucket "$BUCKET" --region "$REGION" \
	    --addressing path --ca-file "$CA" "$@") <"${input:-/dev/null}"
}

# ends NAME N[/CODE] consign-arguments...: try(), and no secret may be said
ends() {
	local name=$1 status=$2
	shift 2
	if ! expect_status "$status" consign "$@"; then
		fail "$name" "$why"
	elif grep -qwF -e "$AWS_SECRET_ACCESS_KEY" -e AWS4-HMAC-SHA256 \
	    out err; then
		fail "$name" 'a secret is in the output'
	else
		pass "$name"
	fi
}
