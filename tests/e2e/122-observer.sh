#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# The observer: another user than the producer, who holds no secret, can write
# nothing, and reaches no network; and the example of the manual.
# shellcheck disable=SC2034,SC2119,SC2154  # shared: lib.sh, carrier.sh

. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/e2e/carrier.sh"

start_store
carrier photos
STATE=$A/.consign

# --- What he may, and needs not -------------------------------------------

check secret/key-is-private [ "$(stat -c %a "$KEY")" = 600 ]
check secret/not-readable [ -z "$(as $OBSERVER cat "$KEY" 2> err)" ]
check secret/keys-are-listed as $OBSERVER cat "${KEY%.key}.pub"
trust observer/trusts --verify-file
check observer/himself trusts as $PRODUCER "$CONSIGN" resolve --root "$A" \
    --writers "$WRITERS" --artifact-path "$q_path" --artifact-hash "$q_hash" \
    --hash-algorithm sha256 --canonicalization-version consign-path-1 \
    --origin "$q_origin" --admission-ref "$q_ref"

# Without an environment, a home, or open streams.
check observer/bare trusts as $OBSERVER env -i "$CONSIGN" resolve "$A" \
    --writers "$WRITERS" --artifact-path "$q_path" --artifact-hash "$q_hash" \
    --hash-algorithm sha256 --canonicalization-version consign-path-1 \
    --origin "$q_origin" --admission-ref "$q_ref"

# closed: without standard input and error, its standard output closed or not
closed() {
	resolve <&- 2>&- > out
	grep -qF "$trusted" out && ! resolve >&- 2> err &&
	    grep -q '^consign: io_error: ' err
}
check observer/closed-streams closed

# traced: not a file is made or opened for writing, no lock, no socket
traced() {
	resolve > out || return 1
	strace -f -o "$WORK/trace" -e trace=openat,open,socket,connect,fcntl,\
mkdir,unlink,rename,link "$CONSIGN" resolve --root "$A" --writers \
	    "$WRITERS" --artifact-path "$q_path" > traced.out 2> err
	! grep -E 'O_WRONLY|O_RDWR|O_CREAT|socket\(|connect\(|F_SETLK|mkdir|unlink|rename' \
	    "$WORK/trace"
}
if strace -o trace true 2> err; then
	check observer/touches-nothing traced
else
	skip observer/touches-nothing 'needs strace'
fi

# He may see the ledger and nothing else of the state folder.
chmod 711 "$STATE"
chmod 600 "$STATE/manifest.jsonl"
chmod 700 "$STATE/receipts"
trust observer/sees-the-ledger-alone
chmod 755 "$STATE"

# A folder on the way that he may pass, and not read.
mkdir -m 711 "$A/d"
cp "$A/a" "$A/d/b"
echo "to be deployed" > "$A/d/b"
chown -R $PRODUCER "$A/d"
admit "$A/d/b"
ask_for d/b
trust observer/passes --verify-file
chmod 710 "$A/d"
refuse observer/may-not-pass NON_CANONICAL_PATH
chmod 711 "$A/d"

# While a run holds the lock, and while it writes.
mkfifo let-go
chown $PRODUCER let-go
as $PRODUCER sh -c "exec 9>> '$STATE/lock'; flock 9; read x < let-go" 2> err &
is_locked() { ! flock -n "$STATE/lock" true; }
check observer/locked eventually is_locked
trust observer/needs-no-lock
echo > let-go
wait $!

# --- What he cannot be told ------------------------------------------------

# The producer's own list, named by the producer's own settings, is no list.
cp "$WRITERS" "$A/writers.yaml"
chown $PRODUCER "$A/writers.yaml"
W=$WRITERS
WRITERS=$A/writers.yaml
refuse observer/producers-list CARRIER_WRITER_UNPROVEN
WRITERS=$W
printf 'stores: {\n' > "$A/consign.yaml"
chown $PRODUCER "$A/consign.yaml"
refuse observer/broken-settings SOURCE_UNPROVEN_FAIL_CLOSED
rm "$A/consign.yaml"

# The preset is a path of root's.
check observer/preset-list refused CARRIER_WRITER_UNPROVEN as $OBSERVER \
    "$CONSIGN" resolve "$A" --artifact-path "$q_path" --artifact-hash \
    "$q_hash" --hash-algorithm sha256 --canonicalization-version \
    consign-path-1 --origin "$q_origin" --admission-ref "$q_ref"

# --- The manual's example -------------------------------------------------

# A tool is deployed, by a script that asks; then it is changed.
ask_for a
mkdir bin
cat > request.json << EOT
{"artifact_path":"$q_path","hash_algorithm":"sha256","origin":"$q_origin",
 "canonicalization_version":"consign-path-1","admission_ref":"$q_ref"}
EOT
sed -n '/^\.Ss consign resolve/,/^\.Ss/p' "$ROOT/docs/consign.1" |
    sed -n '/^\.Bd -literal/,/^\.Ed/p' | sed -e '/^\./d' -e 's/\\e/\\/g' \
    -e "s,/srv/tools/fix,$q_path," -e "s,/srv/tools,$A," \
    -e "s,fix.json,request.json --writers $WRITERS," \
    -e "s,/usr/local/bin/fix,$WORK/bin/fix," > example.sh
check example/is-there [ "$(wc -l < example.sh)" -ge 6 ]
check example/mentions-nothing-else [ "$(grep -c '/srv\|/usr' example.sh)" = 0 ]
chown $OBSERVER bin
mkdir path
ln -s "$CONSIGN" path/consign
PATH=$WORK/path:$PATH
# deploy: by the observer, who can make files only there
deploy() {
	as $OBSERVER env TMPDIR="$WORK/bin" sh example.sh
}
refused() {
	! deploy > out 2>&1 && grep -q "^consign: fail_closed: HASH_MISMATCH: " out
}
check example/deploys deploy
check example/deployed cmp "$A/a" bin/fix
rm -f bin/fix
echo swapped > "$A/a"
check example/refuses refused
check example/not-deployed [ ! -e bin/fix ]
