# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
# shellcheck shell=sh
#
# For tests of the program from outside: a store on loopback, certificates,
# verdicts.  A test sources this file first:
#
#	. "$(dirname "$0")/lib.sh"
#
# and then stands in a scratch folder of its own, $WORK, which goes away at
# the end (KEEP=1 leaves it).  At the end the store is stopped too, and
# "N passed, N failed, N skipped" printed; a test that failed once, or had
# nothing to say, ends with status 1.
#
#	CONSIGN, S3D	the programs; build/consign and build/s3d
#	NEEDED		KiB that the test needs in its folder; 4 GiB
#	BUCKET, REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY
#			what every store is started with

ROOT=$(cd "$(dirname "$0")/../.." && pwd) || exit 2
CONSIGN=${CONSIGN:-build/consign}
S3D=${S3D:-build/s3d}
case $CONSIGN in /*) ;; *) CONSIGN=$ROOT/$CONSIGN ;; esac
case $S3D in /*) ;; *) S3D=$ROOT/$S3D ;; esac
export CONSIGN S3D

BUCKET=bucket
REGION=us-east-1
AWS_ACCESS_KEY_ID=AKIALOOPBACKTESTS000
AWS_SECRET_ACCESS_KEY=loopback-tests-secret-access-key-0001
export AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
unset AWS_SESSION_TOKEN

# In memory, if there is room: a slow disk is not what is tested.
in_memory() {
	[ "$(df -kP /dev/shm | awk 'END { print $4 }')" -ge \
	    "${NEEDED:-$((4 << 20))}" ] &&
	    ! grep -q ' /dev/shm [^ ]* [^ ]*noexec' /proc/mounts
} 2> /dev/null
if [ -z "${TMPDIR:-}" ] && in_memory; then
	TMPDIR=/dev/shm
fi
WORK=$(mktemp -d "${TMPDIR:-/tmp}/consign-test.XXXXXX") || exit 2
cd "$WORK" || exit 2
passed=0
failed=0
skipped=0
store_pid=

# Called by the traps below.
cleanup() {
	status=$?
	trap - EXIT
	stop_store
	cd / || exit 2
	if [ -n "${KEEP:-}" ]; then
		echo "kept $WORK"
	else
		rm -rf "$WORK"
	fi
	echo "$passed passed, $failed failed, $skipped skipped"
	[ "$failed" -eq 0 ] && [ "$((passed + skipped))" -gt 0 ] || status=1
	exit "$status"
}
trap cleanup EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# --- Verdicts -------------------------------------------------------------

# pass NAME, fail NAME WHY, skip NAME WHY
pass() {
	passed=$((passed + 1))
	echo "PASS $1"
}

fail() {
	failed=$((failed + 1))
	echo "FAIL $1: $2"
}

skip() {
	skipped=$((skipped + 1))
	echo "SKIP $1: $2"
}

# check NAME COMMAND...: passes where the command succeeds
check() {
	check_name=$1
	shift
	if "$@" > check.out 2>&1; then
		pass "$check_name"
	else
		fail "$check_name" "$* ended with $?: $(head -c 500 check.out)"
	fi
}

# expect_status N[/CODE] COMMAND...: 0 where the command ended with status N
# and, unless that is 0, said one line "consign: CODE: what; what to do" on
# standard error.  Otherwise 1, and $why says why.  The two streams are left
# in the files "out" and "err".
expect_status() {
	want=${1%%/*}
	code='[a-z][a-z0-9_]*'
	[ "$want" = "$1" ] || code=${1#*/}
	shift
	"$@" > out 2> err
	got=$?
	why=
	if [ "$got" -ne "$want" ]; then
		why="status $got, not $want"
	elif [ "$want" -ne 0 ] && [ "$(wc -l < err)" -ne 1 ]; then
		why="$(wc -l < err) lines on standard error, not 1"
	elif [ "$want" -ne 0 ] &&
	    ! grep -Eq "^consign: $code: [^;]+; .+" err; then
		why="not 'consign: $code: ...; ...'"
	fi
	[ -n "$why" ] || return 0
	why="$why: $(head -c 500 err)"
	return 1
}

# try NAME N[/CODE] COMMAND...: the same as a test of its own
try() {
	try_name=$1
	shift
	if expect_status "$@"; then
		pass "$try_name"
	else
		fail "$try_name" "$why"
	fi
}

# eventually COMMAND...: waits until it succeeds; 1 if it has not in a minute
eventually() {
	for _ in $(seq 600); do
		! "$@" || return 0
		sleep 0.1
	done
	return 1
}

# --- The store ------------------------------------------------------------

listens_or_died() {
	[ -s "$WORK/store.port" ] || ! kill -0 "$store_pid" 2> /dev/null
}

# start_store [OPTION...]: a fresh server, over what an earlier one has kept.
# Sets
#	S3_PORT, ENDPOINT	where it listens; https with --cert
#	CA			then the authority to trust, else nothing
#	S3_DIR, S3_LOG		what it keeps, and its log (tests/s3d/reqlog.h)
#	S3_FAULTS		its fault file, see faults()
#	S3_HELD			its held file, see hold()
# S3_DIR may be set to another folder before.
start_store() {
	stop_store
	: "${S3_DIR:=$WORK/store}"
	S3_LOG=$WORK/store.log
	S3_FAULTS=$WORK/store.faults
	S3_HELD=$WORK/store.held
	rm -f "$WORK/store.port"
	: > "$S3_LOG"
	: > "$S3_FAULTS"
	: > "$S3_HELD"
	"$S3D" --dir "$S3_DIR" --bucket "$BUCKET" --region "$REGION" \
	    --access-key "$AWS_ACCESS_KEY_ID" \
	    --secret-key-env AWS_SECRET_ACCESS_KEY --log "$S3_LOG" \
	    --fault-file "$S3_FAULTS" --held-file "$S3_HELD" \
	    --port-file "$WORK/store.port" \
	    "$@" 2> "$WORK/store.err" &
	store_pid=$!
	eventually listens_or_died
	if [ ! -s "$WORK/store.port" ]; then
		fail store "did not start: $(cat "$WORK/store.err")"
		exit 1
	fi
	S3_PORT=$(cat "$WORK/store.port")
	ENDPOINT=http://127.0.0.1:$S3_PORT
	CA=
	case " $* " in
	*" --cert "*)
		ENDPOINT=https://localhost:$S3_PORT
		CA=$CERTS/ca.pem
		;;
	esac
	export S3_PORT S3_DIR S3_LOG ENDPOINT
}

# start_tls_store CERTIFICATE [OPTION...]: the same, with TLS; see certs()
start_tls_store() {
	certs
	cert=$CERTS/$1
	shift
	start_store --cert "$cert.pem" --key "$cert.key" "$@"
}

stop_store() {
	[ -n "$store_pid" ] || return 0
	kill "$store_pid" 2> /dev/null
	wait "$store_pid" 2> /dev/null
	store_pid=
	# A store that was built with sanitizers reports there.
	if grep -aE 'Sanitizer|runtime error' "$WORK/store.err" \
	    > "$WORK/store.bad"; then
		fail store "$(head -n 3 "$WORK/store.bad")"
	fi
}

# faults [RULE...]: what goes wrong from now on, see s3d --help; counts of
# times= and after= begin anew
faults() {
	: > "$S3_FAULTS.new"
	[ $# -eq 0 ] || printf '%s\n' "$@" > "$S3_FAULTS.new"
	mv "$S3_FAULTS.new" "$S3_FAULTS"
	[ -e "$S3_HELD" ] || : > "$S3_HELD"
}

# hold RULE...: the same, for a delay or stall of more than enough; held N: waits
# until so many requests are in it; release: ends it, and all faults
hold() {
	rm -f "$S3_HELD"
	faults "$@"
}

held() {
	eventually holds "${1:-1}" || fail held "fewer requests were"
}

holds() {
	[ "$(wc -l < "$S3_HELD")" -ge "$1" ]
}

release() {
	faults
	rm -f "$S3_HELD"
}

# settled: no connection is left, so that the log has all that was asked for; of
# one that was cut off, it is written late
settled() {
	eventually no_connection
}

no_connection() {
	[ -z "$(ps -o stat= --ppid "$store_pid" | sed '/^Z/d')" ]
}

# parts_came N: are so many parts there, of uploads that are not complete?
parts_came() {
	[ "$(find "$S3_DIR/$BUCKET/u" -size +900k | wc -l)" -ge "$1" ]
}

# forget_requests: the counts below begin at 0
forget_requests() {
	: > "$S3_LOG"
}

# requests OP [STATUS]: how many of them the store saw; OP may be ANY
requests() {
	op=$1
	[ "$op" != ANY ] || op='[A-Z]*'
	grep -c "\"op\":\"$op\".*\"status\":${2:-[0-9]*}," "$S3_LOG"
}

# requests_class CLASS: how many of price class A, B or free
requests_class() {
	grep -c "\"class\":\"$1\"" "$S3_LOG"
}

# ops: what they were, in order: "HEAD PUT GET"
ops() {
	sed -n 's/.*"op":"\([A-Z]*\)".*/\1/p' "$S3_LOG" | xargs
}

# kept: how many objects the store has, all generations counted
kept() {
	find "$S3_DIR" -name '*.data' | wc -l
}

# row FIELD: of a JSON row on standard output, see expect_status
row() {
	sed -n "s/.*\"$1\":\"\{0,1\}\([^\",}]*\).*/\1/p" out
}

# counted: do the requests in a JSON row equal those in the store's log?
counted() {
	said="$(row class_a_requests) $(row class_b_requests)"
	said="$said $(row free_requests)"
	seen="$(requests_class A) $(requests_class B) $(requests_class free)"
	[ "$said" = "$seen" ] || {
		echo "said $said, seen $seen"
		return 1
	}
}

# --- The program ----------------------------------------------------------

# put FILE KEY [OPTION...], get KEY FILE [OPTION...]: at the running store
put() {
	"$CONSIGN" put "$@" --endpoint "$ENDPOINT" --bucket "$BUCKET" \
	    --region "$REGION" --backoff-base 10ms ${CA:+--ca-file "$CA"}
}

get() {
	get_key=$1
	get_file=$2
	shift 2
	"$CONSIGN" get --key "$get_key" -o "$get_file" "$@" \
	    --endpoint "$ENDPOINT" --bucket "$BUCKET" --region "$REGION" \
	    --backoff-base 10ms ${CA:+--ca-file "$CA"}
}

# --- Certificates ---------------------------------------------------------

# leaf NAME CA KIND SUBJECT SAN DAYS: $CERTS/NAME.pem and .key
leaf() {
	case $3 in
	rsa) openssl genrsa -out "$1.key" 2048 ;;
	ec) openssl ecparam -name prime256v1 -genkey -noout -out "$1.key" ;;
	esac
	openssl req -new -key "$1.key" -subj "/CN=$4" -out "$1.csr"
	{
		echo basicConstraints=CA:FALSE
		echo keyUsage=digitalSignature,keyEncipherment
		echo extendedKeyUsage=serverAuth
		[ -z "$5" ] || echo "subjectAltName=$5"
	} > "$1.ext"
	openssl x509 -req -in "$1.csr" -CA "$2.pem" -CAkey "$2.key" \
	    -CAcreateserial -sha256 -days "$6" -extfile "$1.ext" \
	    -out "$1.pem"
}

authority() {
	openssl ecparam -name prime256v1 -genkey -noout -out "$1.key"
	openssl req -x509 -new -key "$1.key" -sha256 -days 3650 \
	    -subj "/CN=loopback $1" -out "$1.pem" \
	    -addext basicConstraints=critical,CA:TRUE \
	    -addext keyUsage=critical,keyCertSign,cRLSign
}

# certs: makes them, once, in $CERTS: ca.pem to trust, and, each with its key,
# server-ec, server-rsa, and, all for localhost too, expired, wrongname,
# untrusted (of another authority), cn-only (no subjectAltName) and ip (named
# by address alone).
certs() {
	CERTS=$WORK/certs
	[ ! -e "$CERTS/ip.pem" ] || return 0
	mkdir -p "$CERTS"
	(
		cd "$CERTS" || exit
		here='DNS:localhost,DNS:*.localhost'
		authority ca
		authority other
		leaf server-ec ca ec localhost "$here" 825
		leaf server-rsa ca rsa localhost "$here" 825
		leaf expired ca ec localhost "$here" -1
		leaf wrongname ca ec example.invalid DNS:example.invalid 825
		leaf untrusted other ec localhost "$here" 825
		leaf cn-only ca ec localhost '' 825
		leaf ip ca ec localhost IP:127.0.0.1 825
	) > "$CERTS/openssl.txt" 2>&1
	if [ "$(find "$CERTS" -name '*.pem' -size +0 | wc -l)" -ne 9 ]; then
		fail certificates "$(tail -n 3 "$CERTS/openssl.txt")"
		exit 1
	fi
}
