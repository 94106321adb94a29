#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# Seeing it work: a line on a terminal, rows for scripts, a word for SIGUSR1;
# and nothing at all where nobody looks.
. "$(dirname "$0")/lib.sh"

start_store
A=$WORK/archive
AT="--endpoint $ENDPOINT --bucket $BUCKET --region $REGION --store-ref mine"
AT="$AT --backoff-base 10ms"
YES='--approve --reviewed-by kim'
mkdir "$A"
for tier in 0 1 2 3 4; do
	# shellcheck disable=SC2086
	"$CONSIGN" prove --root "$A" $AT $YES --tier $tier > prove.out 2>&1 ||
	    fail "tier$tier" "$(cat prove.out)"
done

# run COMMAND...: with the store's options
run() {
	command=$1
	shift
	# shellcheck disable=SC2086
	"$CONSIGN" "$command" --root "$A" $AT "$@"
}

push() {
	# shellcheck disable=SC2086
	run push $YES --multipart-threshold 5M --multipart-part-size 5M "$@"
}

# On a terminal of so many columns: what it shows.  tty COLUMNS COMMAND...
tty() {
	python3 - "$@" << 'END'
import fcntl, os, pty, struct, sys, termios
pid, fd = pty.fork()
if pid == 0:
    size = struct.pack("HHHH", 24, int(sys.argv[1]), 0, 0)
    fcntl.ioctl(2, termios.TIOCSWINSZ, size)
    os.environ["TERM"] = "xterm"
    os.execv(sys.argv[2], sys.argv[2:])
shown = b""
while True:
    try:
        piece = os.read(fd, 65536)
    except OSError:
        break
    if not piece:
        break
    shown += piece
sys.stdout.buffer.write(shown)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
END
}

# Rows of a file are flat JSON, and add up.  rows FILE KIND OBJECTS
rows() {
	python3 - "$@" << 'END'
import json, sys
rows = [json.loads(line) for line in open(sys.argv[1])]
assert all(type(v) in (str, int, bool) for r in rows for v in r.values())
objects = [r for r in rows if r["kind"] == "object"]
end = rows[-1]
assert end["kind"] == "end" and end["command"] == sys.argv[2], end
assert len(objects) == end["done"] == int(sys.argv[3]), rows
moved = sum(o["size_bytes"] for o in objects
    if o["result_status"] != "skipped_already_present")
sent = moved if sys.argv[2] in ("push", "put") else 0
# What begins and ends an upload has a body, too.
assert 0 <= end["bytes_down"] - moved < 1000, end
assert 0 <= end["bytes_up"] - sent < 1000, end
for key in "done", "bytes_up", "bytes_down":
    seen = [r[key] for r in rows]
    assert seen == sorted(seen), (key, seen)
END
}

files() {
	for i in 1 2 3; do
		head -c "$((i * 1000))" /dev/urandom > "$A/$1 $i"
	done
	head -c 12000000 /dev/urandom > "$A/$1 large"
}

# --- Nobody looks -----------------------------------------------------------

files one
try cron/push 0 push
check cron/silent test ! -s err -a ! -s out
try cron/verify 0 run verify
check cron/verify-silent test ! -s err -a ! -s out

# --- Rows -------------------------------------------------------------------

files two
push --progress 7 7> rows > out 2> err || fail rows/push "$(cat err)"
check rows/silent test ! -s err -a ! -s out
check rows/push rows rows push 8

run verify --progress 7 7> rows > out 2> err || fail rows/verify "$(cat err)"
check rows/verify rows rows verify 8

head -c 300000 /dev/urandom > single
# shellcheck disable=SC2086
run put $YES --progress 7 single alone 7> rows > out 2> err ||
    fail rows/put "$(cat err)"
check rows/put rows rows put 1
run get --progress 7 -o got put/alone 7> rows > out 2> err ||
    fail rows/get "$(cat err)"
check rows/get rows rows get 1
check rows/got cmp -s single got

# What is closed, full, or a file of our own changes nothing.
try rows/closed 0 run verify --progress 7
try rows/ours 0 run verify --progress 4
check rows/history "$CONSIGN" ledger verify --root "$A"
mkfifo full
sleep 600 3< full & reader=$!
exec 7> full
head -c 65536 /dev/zero >&7
try rows/full 0 run verify --progress 7
kill "$reader"
wait "$reader" 2> /dev/null
try rows/gone 0 run verify --progress 7
exec 7>&-
try rows/usage 2/usage run status --progress 7

# --- A terminal -------------------------------------------------------------

# shown PATTERN: one of the lines that were drawn or printed, each from its \r
shown() { tr '\r' '\n' < screen | grep -q "^\(.\[K\)\{0,1\}$1"; }
not_shown() { ! shown "$@"; }

# tty_push NAME COLUMNS [OPTION...]: slowly
tty_push() {
	tty_name=$1
	columns=$2
	shift 2
	files "$tty_name"
	# shellcheck disable=SC2086
	tty "$columns" "$CONSIGN" push "$A" $AT $YES --multipart-threshold 5M \
	    --multipart-part-size 5M --bwlimit 8M --skip-uploaded "$@" \
	    > screen || fail "tty/$tty_name" "$(cat screen)"
}

tty_push wide 110 --jobs 1
check tty/send shown 'push [0-9]*/[0-9]*, send [0-9.]* [KM]iB of 11.4 MiB, part '
check tty/prove shown 'push [0-9]*/[0-9]*, prove [0-9.]* [KM]iB of 11.4 MiB, part '
check tty/rate shown '.*[0-9] [KM]iB/s, [0-9]*s left: main/wide large'
check tty/removed shown 'uploaded main/wide large: 12000000 bytes'
tty_push workers 110 --jobs 3
check tty/workers shown 'push [0-9]*/[0-9]*, send [0-9.]* [KM]iB of 11.4 MiB, part '
tty_push narrow 40
check tty/narrow shown 'push [0-9]*/[0-9]*, send [0-9.]* [KM]iB of 11.4 MiB'
check tty/width not_shown 'push ..........................................'
tty_push quiet 110 --quiet
check tty/quiet test ! -s screen
tty_push json 110 --json
check tty/json not_shown 'push '

# --- SIGUSR1 ----------------------------------------------------------------

# asked NAME PATTERN THERE COMMAND...: asked how far it is, as soon as it is there,
# and not the worse for it
asked() {
	asked_name=$1
	pattern=$2
	there=$3
	shift 3
	rm -f err
	"$@" < "${from:-/dev/null}" > out 2> err 8>&- & asked_pid=$!
	$there
	kill -USR1 "$asked_pid"
	eventually [ -s err ]
	cp err said
	release
	exec 8>&-
	if wait "$asked_pid" && [ "$(wc -l < err)" = 1 ] &&
	    grep -q "^consign: $pattern" said; then
		pass "$asked_name"
	else
		fail "$asked_name" "$(cat err)"
	fi
}

hold 'PUT * delay:600000 times=1'
head -c 300000 /dev/urandom > single
# shellcheck disable=SC2086
asked usr1/put 'put 1/1, send 292.9 KiB of 292.9 KiB.*: put/waiting$' 'held 1' \
    "$CONSIGN" put --root "$A" $AT $YES single waiting
files last
hold 'PART * delay:600000 times=2'
# shellcheck disable=SC2086
asked usr1/workers 'push [0-9]*/[0-9]*, .*: main/last large$' 'held 1' \
    "$CONSIGN" push "$A" $AT $YES --multipart-threshold 5M \
    --multipart-part-size 5M --jobs 2
hold 'GET * stall:600000 times=1'
# shellcheck disable=SC2086
asked usr1/slow 'get 1/1, fetch [0-9.]* [KM]iB of 11.4 MiB.*large$' 'held 1' \
    "$CONSIGN" get 'main/last large' --root "$A" $AT --bwlimit 5M -o large
truncate -s 1G "$A/sparse"
open_there() {
	[ -n "$(find "/proc/$asked_pid/fd" -lname "$A/sparse" 2> find.err)" ]
}
# shellcheck disable=SC2086
asked usr1/hash 'plan, hash: main/sparse$' 'eventually open_there' \
    "$CONSIGN" plan "$A" $AT
rm "$A/sparse"
mkfifo pipe
exec 8<> pipe
from=pipe
begins=$(grep -c '"kind":"begin"' "$A/.consign/ledger.jsonl")
one_more() {
	[ "$(grep -c '"kind":"begin"' "$A/.consign/ledger.jsonl")" -gt \
	    "$begins" ]
}
# shellcheck disable=SC2086
asked usr1/pipe 'put 1/1, look: put/piped$' 'eventually one_more' \
    "$CONSIGN" put - piped --root "$A" $AT $YES
