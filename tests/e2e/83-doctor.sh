#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# doctor: each thing is found wrong when it is, with its own status; nothing
# is changed, and no credential is shown.
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/e2e/history.sh"

ID=20261122t030000z-0123456789ab-0000000000000001
OTHER=20261122t030000z-0123456789ab-0000000000000002

# fresh: an archive with a store and a short history
fresh() {
	rm -rf a
	mkdir -p a/.consign
	cat > a/consign.yaml <<-end
	archive: a
	stores:
	  offsite:
	    endpoint: https://s3.example.org
	    bucket: bucket
	    region: r1
	end
	digest=$(receipt_file a/.consign a "$ID" offsite uploaded rehash)
	{
		genesis_row a
		begin_row push offsite
		outcome_row proof offsite "$ID" "$digest" uploaded rehash \
		    consign_uploaded
		end_row push offsite
	} | chained > a/.consign/ledger.jsonl
	chmod -R go-w a
}

doctor() {
	"$CONSIGN" doctor a "$@"
}

# line NAME LINE: that is one of them
line() {
	check "$1" grep -Eqx -e "$2" out
}

fresh
before=$(find a -exec ls -ld --time-style=full-iso {} +)
try well 0 doctor
line well/ledger 'ok   ledger: 4 rows, the chain is whole and ends in [0-9a-f]{64}'
line well/receipts 'ok   receipts: all 1 that rows name are there and unchanged'
line well/lock 'ok   lock: it holds against another process'
line well/credentials 'ok   credentials: offsite: what env:AWS_ACCESS_KEY_ID and env:AWS_SECRET_ACCESS_KEY name is set'
check well/no-fail [ "$(grep -c '^fail' out)" -eq 0 ]
check well/no-secret [ "$(grep -cF -e "$AWS_ACCESS_KEY_ID" \
    -e "$AWS_SECRET_ACCESS_KEY" out)" -eq 0 ]
check well/unchanged [ "$(find a -exec ls -ld --time-style=full-iso {} + |
    grep -v ' a/.consign$')" = "$(echo "$before" |
    grep -v ' a/.consign$')" ]
try quiet 0 doctor -q
check quiet/no-ok [ "$(grep -c '^ok' out)" -eq 0 ]
try json 0 doctor --json
check json/rows [ "$(grep -vc '^{"check":"[a-z]*","verdict":"[a-z]*",.*}$' \
    out)" -eq 0 ]

# --- History --------------------------------------------------------------

sed -i '2s/"push"/"pull"/' a/.consign/ledger.jsonl
try ledger/edited 6/ledger_broken doctor
check ledger/edited-row grep -q '^fail ledger: .*row 1' out
fresh
printf '{"seq":4,"ti' >> a/.consign/ledger.jsonl
try ledger/torn 0 doctor
line ledger/torn-says 'warn ledger: its last row is torn; .*'
fresh
sed -i '$d' a/.consign/ledger.jsonl
try ledger/died 0 doctor
line ledger/died-says 'warn ledger: 1 of 1 runs died or still work'
fresh
echo >> "a/.consign/receipts/2026-11/$ID.json"
try receipts/edited 6/ledger_broken doctor
check receipts/edited-names grep -q "^fail receipts: .*$ID .*row 2" out
rm "a/.consign/receipts/2026-11/$ID.json"
try receipts/missing 6/ledger_broken doctor
check receipts/missing-says grep -q "is missing" err
fresh
receipt_file a/.consign a "$OTHER" offsite uploaded rehash > /dev/null
chmod -R go-w a
try receipts/unnamed 0 doctor
line receipts/unnamed-says 'warn receipts: all 1 .*; 1 more that none names'

fresh
try manifest/none 0 doctor
line manifest/none-says 'ok   manifest: 0 objects'
echo '{"schema":"consign.manifest.v1"}' > a/.consign/manifest.jsonl
chmod 644 a/.consign/manifest.jsonl
try manifest/broken 6/ledger_broken doctor
check manifest/broken-says grep -q '^fail manifest: ' out

# --- Permissions ----------------------------------------------------------

for path in consign.yaml .consign .consign/ledger.jsonl .consign/receipts; do
	fresh
	chmod g+w "a/$path"
	try "permissions/$path" 8/io_error doctor
	check "permissions/$path-says" grep -q '^fail permissions: ' out
done

# --- Credentials ----------------------------------------------------------

fresh
try credentials/unset 2/credential_unset env -u AWS_SECRET_ACCESS_KEY \
    "$CONSIGN" doctor a
check credentials/unset-names grep -q AWS_SECRET_ACCESS_KEY err
try credentials/other 0 env WOM_ID=abc WOM_SECRET=def "$CONSIGN" doctor a \
    --access-key-id-ref env:WOM_ID --secret-access-key-ref env:WOM_SECRET
try credentials/value-given 2/config_invalid doctor \
    --secret-access-key-ref "$AWS_SECRET_ACCESS_KEY"
check credentials/value-hidden [ "$(cat out err |
    grep -cF "$AWS_SECRET_ACCESS_KEY")" -eq 0 ]
echo secret-in-a-file > key
chmod 600 key
try credentials/file 0 doctor --secret-access-key-ref "file:$PWD/key"
line credentials/file-later 'warn credentials: offsite: files are read once .*'
chmod 640 key
try credentials/file-open 8/io_error doctor \
    --secret-access-key-ref "file:$PWD/key"
try credentials/file-missing 8/io_error doctor \
    --secret-access-key-ref "file:$PWD/none"

# --- Surroundings ---------------------------------------------------------

fresh
printf 'sources:\n  main:\n    path: gone\n' > a/consign.yaml
try root/missing 8/io_error doctor
check root/missing-says grep -q '^fail root: source main' out
fresh
echo 'window: 25:00-26:00' >> a/consign.yaml
try window 2/config_invalid doctor
fresh
python3 -c 'import fcntl, time
f = open("a/.consign/lock", "w")
fcntl.lockf(f, fcntl.LOCK_EX)
f.write("pid 4711 since 2026-11-22T03:00:00Z\n")
f.flush()
print("held", flush=True)
time.sleep(60)' > held.txt &
holder=$!
eventually [ -s held.txt ]
chmod 644 a/.consign/lock
try lock/held 0 doctor
line lock/held-names 'warn lock: a run holds this archive: pid 4711 since 2026-11-22T03:00:00Z'
kill "$holder"
wait "$holder" 2> wait.err
try two-failures 2/config_invalid doctor --bucket x

# in_mounts COMMANDS COMMAND...: with those mounts, if there can be any
in_mounts() {
	in_mounts=$1
	shift
	unshare -m sh -ec "$in_mounts"'; exec "$@"' sh "$@"
}
if unshare -m true 2> /dev/null; then
	mkdir -p full
	try room/none 8/disk_full in_mounts \
	    'mount -t tmpfs -o size=512k tmpfs full; mkdir full/s' \
	    "$CONSIGN" doctor a --state "$WORK/full/s"
	check room/none-says grep -q '^fail room: no room is left' out
	try approval/none 0 in_mounts 'mount -t tmpfs tmpfs /etc' \
	    "$CONSIGN" doctor a
	line approval/none-says 'ok   approval: .*'
	try approval/crontab 0 in_mounts 'mount -t tmpfs tmpfs /etc
		echo "# consign push --approve" > /etc/crontab
		echo "0 3 * * * root consign push /a --approve --reviewed-by kim" >> /etc/crontab' \
	    "$CONSIGN" doctor a
	line approval/crontab-says 'warn approval: /etc/crontab, line 2, approves of every run that it starts'
	check approval/crontab-once [ "$(grep -c 'warn approval' out)" -eq 1 ]
else
	skip mounts "cannot make a mount namespace"
fi
