#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# append_only: that the ledger is kept so where it can be, and goes on growing;
# that a torn last row is still set aside; what doctor says; and who may not.
. "$(dirname "$0")/lib.sh"

YES='--approve --reviewed-by kim'
A=$WORK/a
LEDGER=$A/.consign/ledger.jsonl
NOBODY='setpriv --reuid 65534 --regid 65534 --clear-groups'
WITHOUT='setpriv --bounding-set -linux_immutable
    --inh-caps -linux_immutable'

AS=

# not COMMAND...
not() { ! "$@"; }

# is_kept: has the ledger the attribute?
is_kept() { lsattr "$LEDGER" 2>&1 | grep -q '^[^ ]*a[^ ]* '; }

# says VERDICT TEXT: doctor, of that
says() {
	# shellcheck disable=SC2086  # a command
	$AS "$WORK/consign" doctor "$A" > out 2>&1 || return
	grep "^[a-z]* *append: " out
	grep -qE "^$1 +append: .*$2" out
}

# shellcheck disable=SC2086,SC2120  # options
push() { "$CONSIGN" push "$A" $YES "$@"; }

# settings true|false
settings() {
	cat > "$A/consign.yaml" << YAML
append_only: $1
sources:
  main:
    path: files
stores:
  offsite:
    endpoint: $ENDPOINT
    bucket: $BUCKET
    region: $REGION
YAML
}

# tear: power goes while a row is written
tear() { printf '{"seq":9' >> "$LEDGER"; }

start_store
chmod 755 "$WORK"
cp "$CONSIGN" "$WORK/consign"
mkdir -p "$A/files"
echo one > "$A/files/one"
one=sha256:$(sha256sum < "$A/files/one" | cut -c 1-64)
settings false
try off/push 0 push --only "$one"
check off/doctor says ok 'not kept so: append_only is not set'
check off/not-kept not is_kept
mkdir new
try sample 0 "$CONSIGN" init new
check sample/off grep -q '^#append_only: false$' new/consign.yaml

# What can be seen only where the attribute can be set.
touch probe
if ! chattr +a probe 2> chattr.err; then
	settings true
	try refused/push 0 push --only "$one"
	check refused/doctor says warn 'not kept so: '
	skip kept "chattr: $(head -n 1 chattr.err)"
	exit 0
fi
chattr -a probe
# Nothing of this stays, however it ends.
trap 'chattr -a -R "$WORK" > lifted 2>&1; cleanup' EXIT

settings true
check asked/doctor says warn 'the next run that writes sets it'
try kept/push 0 push --only "$one"
check kept/attribute is_kept
check kept/doctor says ok 'can only grow; this user may lift that'
try kept/again 0 push --only "$one"
check kept/verify "$CONSIGN" ledger verify --root "$A"
for hand in 'sed -i s/kim/tim/' 'truncate -s 100' 'rm -f' 'cp probe'; do
	# shellcheck disable=SC2086  # a command
	check "kept/no-${hand%% *}" sh -c '! "$@"' sh $hand "$LEDGER"
done
try kept/rebuild 0 "$CONSIGN" ledger rebuild --root "$A"
check kept/rebuild-still is_kept
mv "$A/.consign" "$A/moved"
try kept/moved 0 "$CONSIGN" ledger verify --root "$A" --state "$A/moved"
mv "$A/moved" "$A/.consign"

rows=$(wc -l < "$LEDGER")
tear
try torn/push 0 push --only "$one"
check torn/set-aside [ "$(cat "$LEDGER.torn-$rows")" = '{"seq":9' ]
check torn/row grep -q '"kind":"torn"' "$LEDGER"
check torn/still is_kept

# Who may not lift it changes nothing, and is told.
tear
before=$(sha256sum < "$LEDGER")
# shellcheck disable=SC2086  # a command
try without/push 8/io_error $WITHOUT "$CONSIGN" push "$A" $YES
check without/says grep -q 'it is append only: as root, chattr -a it' err
check without/unchanged [ "$(sha256sum < "$LEDGER")" = "$before" ]
try without/then 0 push --only "$one"
check without/still is_kept

# An archive of another user's, for whom root has set it.
settings false
chattr -a "$LEDGER"
chown -R 65534:65534 "$A"
chattr +a "$LEDGER"
# shellcheck disable=SC2086  # commands
try other/push 0 $NOBODY "$WORK/consign" push "$A" $YES --only "$one"
check other/still is_kept
AS=$NOBODY
check other/doctor says ok 'can only grow; this user may not lift that'
AS=

# A file system that does not know it.
if unshare -m true 2> /dev/null; then
	settings true
	mkdir other
	# shellcheck disable=SC2016,SC2086  # its own $1
	try unknown/push 0 unshare -m sh -ec '
		mount -t ramfs ramfs other
		"$1" push "$2" --state "$3" '"$YES"' --only "$4"
		"$1" doctor "$2" --state "$3" || :' sh \
	    "$CONSIGN" "$A" "$WORK/other/s" "$one"
	check unknown/doctor grep -q \
	    '^warn append: .*its file system does not know how$' out
else
	skip unknown "cannot make a mount namespace"
fi
