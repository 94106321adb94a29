# shellcheck shell=bash disable=SC2034,SC2154  # shared variables: lib.sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# What every part of the harness uses: results, processes, ports, and the two
# ways to run consign.  Sourced by run.sh, which sets
#
#	work	a folder of this run; all state and logs are below it
#	build	what is kept between runs
#	CONSIGN	the binary under test, an absolute path
#
# The server under test is described by these, set by its *_start:
#
#	server key_id secret region bucket provider
#	http	http://localhost:PORT
#
# its fronts by tls.sh: https_ec, https_rsa, ... and tls, their folder; and
# what a client is to use, the EC front unless a check says otherwise:
#
#	endpoint ca

export LC_ALL=C.UTF-8
export no_proxy=localhost${no_proxy:+,$no_proxy}

passed=0 failed=0 skipped=0

pass() { echo "PASS $1"; passed=$((passed + 1)); }
fail() { echo "FAIL $1 : $2"; failed=$((failed + 1)); }
skip() { echo "SKIP $1 : $2"; skipped=$((skipped + 1)); }

# verdict NAME WHY COMMAND...: PASS when COMMAND succeeds
verdict() {
	local name=$1 why=$2
	shift 2
	if "$@"; then pass "$name"; else fail "$name" "$why"; fi
}

# Processes.  Only what spawn started is ever stopped.

pids=()

# spawn NAME COMMAND...: in the background, its output to NAME.log
spawn() {
	local name=$1
	shift
	"$@" >>"$work/$name.log" 2>&1 </dev/null &
	pids+=($!)
}

stop_all() {
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

# wait_for TEST ARGUMENT...: until test(1) holds, for up to 10 s
wait_for() {
	local tries=100
	until [ "$@" ]; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || return 1
		sleep 0.1
	done
}

# answers URL: waits up to 30 s for any HTTP answer
answers() {
	local tries=300
	until curl -sk -m 2 -o "$work/answer" "$1"; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || return 1
		sleep 0.1
	done
}

# What consign and the clients of peers.sh run under.
under=(timeout 120)

# consign COMMAND ARGUMENT...: with the options of the server under test, in
# an empty folder, with nothing but the credentials in the environment.
# The variables may be set for one call.
consign() {
	local command=$1
	shift
	(cd "$work/empty" && env -i AWS_ACCESS_KEY_ID="$key_id" \
	    AWS_SECRET_ACCESS_KEY="$secret" "${under[@]}" "$CONSIGN" \
	    "$command" --provider-kind "$provider" --endpoint "$endpoint" \
	    --bucket "$bucket" --region "$region" --addressing path \
	    --ca-file "$ca" "$@") >"$work/out" 2>"$work/err" </dev/null
}

# ends NAME STATUS CODE consign-arguments...: the whole of how a run must end:
# its status, one line "consign: CODE: ..." for a failure, no secret shown.
ends() {
	local name=$1 status=$2 code=$3 got why=
	shift 3
	consign "$@"
	got=$?
	if [ $got != "$status" ]; then
		why="status $got, want $status: $(head -c 400 "$work/err")"
	elif [ "$status" != 0 ] && { [ "$(wc -l <"$work/err")" != 1 ] ||
	    ! grep -q "^consign: $code: ..*" "$work/err"; }; then
		why="want one line '$code': $(head -c 400 "$work/err")"
	elif cat "$work/out" "$work/err" | grep -qwF -e "$secret" \
	    -e AWS4-HMAC-SHA256; then
		why='a secret is in the output'
	fi
	verdict "$name" "$why" [ -z "$why" ]
}
