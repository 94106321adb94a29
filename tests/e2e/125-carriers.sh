#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# carriers: what it says of an archive without keys, of one that is signed, and
# of what somebody changed; that it agrees with the resolver, and writes
# nothing.
. "$(dirname "$0")/lib.sh"

YES='--approve --reviewed-by kim'
PROVEN=INTERFACE_F_CARRIER_PROVEN
UNPROVEN=INTERFACE_F_CARRIER_SOURCE_UNPROVEN_FAIL_CLOSED
FACTS='restricted_writer immutability unique_binding artifact_link
    observer_independence retention'
A=$WORK/vault
F=$A/files/one
LEDGER=$A/.consign/ledger.jsonl

# As another user than the one who asks, where that can be.
AS=
if [ "$(id -u)" = 0 ]; then
	AS='setpriv --reuid 65534 --regid 65534 --clear-groups'
fi
chmod 755 "$WORK"
cp "$CONSIGN" "$WORK/consign"

# shellcheck disable=SC2086  # commands
as() { $AS "$WORK/consign" "$@"; }

carriers() {
	"$CONSIGN" carriers "$A" --artifact-path "$F" "$@"
}

# says KIND VERDICT [CRITERION...]: the verdict, and all that is not met
says() {
	kind=$1
	want="$kind: $2"
	shift 2
	for unmet; do
		want="$want $unmet"
	done
	got=$(awk -v kind="$kind:" '
		$1 == kind { on = 1; line = $0; next }
		on && $1 == "no" { sub(":", "", $2); line = line " " $2 }
		/^$/ { on = 0 }
		END { print line }' out)
	echo "$got"
	[ "$got" = "$want" ]
}

# overall LINE: the last one
overall() { [ "$(tail -n 1 out)" = "$1" ]; }

# fact TEXT: that was looked at
fact() { grep -qF "$1" out; }

start_store
mkdir -p "$A/files"
cat > "$A/consign.yaml" << YAML
sources:
  main:
    path: files
stores:
  offsite:
    endpoint: $ENDPOINT
    bucket: $BUCKET
    region: $REGION
YAML
echo one > "$F"
one=sha256:$(sha256sum < "$F" | cut -c 1-64)
[ -z "$AS" ] || chown -R 65534:65534 "$A"
owner=$(stat -c %u "$F")

# --- Nothing, and a fresh archive -----------------------------------------

try none 0 carriers
check none/ledger says ledger SOURCE_UNPROVEN_FAIL_CLOSED all
check none/receipts says receipts SOURCE_UNPROVEN_FAIL_CLOSED all
check none/manifest says manifest SOURCE_UNPROVEN_FAIL_CLOSED all
check none/sums says sha256sums OUT_OF_DOMAIN all
check none/xattr says xattr OUT_OF_DOMAIN all
check none/text says free_text OUT_OF_DOMAIN all
check none/overall overall $UNPROVEN
check none/nothing-written [ ! -e "$A/.consign" ]
# odd NAME OPTION...: nothing is proven by that
odd() {
	odd_name=$1
	shift
	try "$odd_name" 0 "$CONSIGN" carriers "$A" "$@"
	check "$odd_name-ledger" says ledger SOURCE_UNPROVEN_FAIL_CLOSED all
	check "$odd_name-overall" overall $UNPROVEN
}
odd path/none
check path/none-says fact 'artifact_path is not an absolute path'
for path in relative /a/../b /a/ //a /a/./b ''; do
	odd "path/$path" --artifact-path "$path"
done
try root/none 2 "$CONSIGN" carriers "$A" --root "$A" --artifact-path "$F"

# shellcheck disable=SC2086  # options
try push 0 as push "$A" $YES --only "$one"
try fresh 0 carriers
check fresh/ledger says ledger STRONGEST_CANDIDATE_BUT_UNPROVEN \
    restricted_writer immutability observer_independence
check fresh/link fact "has $one, proven by row"
check fresh/receipts says receipts NOT_FIT_AS_AUTHORITY restricted_writer \
    immutability observer_independence
check fresh/manifest says manifest NOT_FIT_AS_AUTHORITY restricted_writer \
    immutability observer_independence retention
check fresh/owner fact "user $owner may write it (mode 0644)"
check fresh/overall overall $UNPROVEN
try fresh/other 0 "$CONSIGN" carriers "$A" --artifact-path "$A/files/two"
check fresh/other-ledger says ledger SOURCE_UNPROVEN_FAIL_CLOSED all
check fresh/other-manifest says manifest SOURCE_UNPROVEN_FAIL_CLOSED all

# --- Signed ---------------------------------------------------------------

# A list that only root can write; without root there is no other place.
if [ -n "$AS" ]; then
	list=$(mktemp -d /etc/consign-test.XXXXXX)
	chmod 755 "$list"
	trap 'rm -rf "$list"; cleanup' EXIT
else
	list=$WORK
fi
try key 0 as key new nas1 --root "$A"
cp out "$list/writers.yaml"
chmod 644 "$list/writers.yaml"
touch "$F"
# shellcheck disable=SC2086
try signed/push 0 as push "$A" $YES --only "$one"
try signed 0 carriers --writers "$list/writers.yaml"
ref=$("$CONSIGN" ls "$A" --json | sed 's/.*"admission_ref":"\([^"]*\)".*/\1/')
resolve() {
	"$CONSIGN" resolve "$A" --artifact-path "$F" --artifact-hash "$one" \
	    --hash-algorithm sha256 --canonicalization-version \
	    consign-path-1 --origin vault/main --admission-ref "$ref" \
	    --writers "$list/writers.yaml"
}
if [ -n "$AS" ]; then
	check signed/ledger says ledger PROVEN
	check signed/overall overall $PROVEN
	check signed/writer fact 'which the list of writers calls nas1'
	check signed/receipts says receipts NOT_FIT_AS_AUTHORITY \
	    restricted_writer observer_independence
	try signed/resolve 0 resolve
	try signed/row 0 carriers --writers "$list/writers.yaml" --json
	check signed/rows [ "$(wc -l < out)" = 7 ]
	check signed/row-overall [ "$(row overall)" = $PROVEN ]
	for name in $FACTS; do
		check "signed/row-$name" [ "$(head -n 1 out |
		    grep -c "\"$name\":true,\"${name}_fact\":\".")" = 1 ]
	done
else
	check signed/ledger says ledger STRONGEST_CANDIDATE_BUT_UNPROVEN \
	    restricted_writer immutability observer_independence
fi
try signed/no-list 0 carriers --writers "$list/none"
check signed/no-list-ledger says ledger STRONGEST_CANDIDATE_BUT_UNPROVEN \
    restricted_writer immutability observer_independence
cp "$list/writers.yaml" "$A/writers.yaml"
[ -z "$AS" ] || chown 65534 "$A/writers.yaml"
try signed/own-list 0 carriers --writers "$A/writers.yaml"
check signed/own-list-overall overall $UNPROVEN
try hash/odd 0 carriers --artifact-hash md5:1
check hash/odd-overall overall $UNPROVEN
try hash/other 0 carriers --artifact-hash "sha256:$(printf %064d 0)"
check hash/other-ledger fact 'which is not the hash that is proposed'
check hash/other-overall overall $UNPROVEN
try origin/other 0 carriers --origin vault/else
check origin/other-says fact 'is of the origin vault/main'
try as-nobody 0 as carriers "$A" --artifact-path "$F"

# --- What others say ------------------------------------------------------

echo "kim says it is $one." > text
(cd "$A/files" && sha256sum one > SHA256SUMS)
try others 0 carriers --text text
[ -z "$AS" ] || check others/sums says sha256sums NOT_FIT_FOR_AUTHENTICITY \
    restricted_writer immutability retention
check others/text grep -q '^free_text: NOT_FIT$' out
sha256sum --tag "$F" > sums
try others/tag 0 carriers --sums sums
check others/tag-says grep -q '^sha256sums: NOT_FIT_FOR_AUTHENTICITY$' out
echo "$(printf %064d 1)  one" >> "$A/files/SHA256SUMS"
try others/two 0 carriers
check others/two-says fact 'hashes that it has for the artifact: 2'
echo "$(printf %064d 1)  two" > "$A/files/SHA256SUMS"
try others/silent 0 carriers --text sums --sums none
check others/silent-sums says sha256sums OUT_OF_DOMAIN all
head -c 100000 /dev/zero > long
try others/long 0 carriers --sums long --text long
check others/long-sums says sha256sums OUT_OF_DOMAIN all
mkfifo pipe
try others/pipe 0 carriers --sums pipe --text pipe
check others/pipe-text says free_text OUT_OF_DOMAIN all
if python3 -c 'import os, sys
os.setxattr(sys.argv[1], "user.sha256", sys.argv[2].encode())' \
    "$F" "$one" 2> xattr.err; then
	try xattr 0 carriers
	check xattr/says grep -q '^xattr: NOT_FIT$' out
	try xattr/other 0 carriers --xattr user.other
	check xattr/other-says says xattr OUT_OF_DOMAIN all
else
	skip xattr "$(tail -n 1 xattr.err)"
fi

# --- What somebody changed ------------------------------------------------

# changed NAME LEDGER-VERDICT: with the list of writers, and as resolve has it
changed() {
	try "changed/$1" 0 carriers --writers "$list/writers.yaml"
	check "changed/$1-ledger" grep -q "^ledger: $2\$" out
	check "changed/$1-overall" overall $UNPROVEN
	try "changed/$1-resolve" 10/fail_closed resolve
	rm -rf "$A/.consign"
	cp -a kept "$A/.consign"
}
cp -a "$A/.consign" kept
sed -i 's/"reviewed_by":"kim"/"reviewed_by":"tim"/' "$LEDGER"
changed row SOURCE_UNPROVEN_FAIL_CLOSED
sed -i 's/"sig":"0/"sig":"1/; t; s/"sig":"./"sig":"0/' "$LEDGER"
changed signature SOURCE_UNPROVEN_FAIL_CLOSED
sed -i '$d' "$LEDGER"
try cut 0 carriers --writers "$list/writers.yaml"
check cut/ledger grep -q '^ledger: SOURCE_UNPROVEN_FAIL_CLOSED$' out
check cut/overall overall $UNPROVEN
rm -rf "$A/.consign"
cp -a kept "$A/.consign"
rm -rf "$A/.consign/receipts"
try receipts 0 carriers --writers "$list/writers.yaml"
check receipts/none says receipts SOURCE_UNPROVEN_FAIL_CLOSED all
rm "$A/.consign/manifest.jsonl"
try manifest 0 carriers
check manifest/none says manifest SOURCE_UNPROVEN_FAIL_CLOSED all

find "$A" -printf '%p %s %T@ %C@\n' | sort > before
try unchanged 0 carriers
find "$A" -printf '%p %s %T@ %C@\n' | sort > after
check unchanged/nothing-written cmp before after
