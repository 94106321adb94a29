#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# consign resolve, where the hash may be trusted, and what it says then.
# shellcheck disable=SC2034,SC2154  # shared variables: lib.sh, carrier.sh

. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/e2e/carrier.sh"

start_store
carrier photos
trust resolve/trusted

# --- What is said ---------------------------------------------------------

said='{"trusted_attested.artifact_hash":"'$q_hash'","canonical_path":"'$A/a
said=$said'","origin":"photos/main","drift_state":"NONE"'
said=$said',"source_carrier_ref":"'$q_ref'","hash_algorithm":"sha256"'
said=$said',"canonicalization_version":"consign-path-1"'
said=$said',"path_checked":"file"}'
check resolve/exactly [ "$(cat out)" = "$said" ]
trust resolve/verify-file --verify-file
check resolve/file-verified grep -q '"path_checked":"file","file_verified":true}$' \
    out

q_hash=${q_hash#sha256:}
trust resolve/bare-hash
ask_for a

# A restore: the file is not there yet.
mv "$A/a" aside
trust resolve/lexical
check resolve/says-lexical grep -q '"path_checked":"lexical"}$' out
refuse resolve/nothing-to-hash HASH_MISMATCH --verify-file
mv aside "$A/a"

# --- Requests -------------------------------------------------------------

cat > request.json << EOT
{ "artifact_path": "$q_path", "artifact_hash": "$q_hash",
  "hash_algorithm": "sha256", "canonicalization_version": "consign-path-1",
  "origin": "$q_origin", "admission_ref": "$q_ref", "note": "deploy \"7\"",
  "of": null, "times": 3 }
EOT
sed -e '/^{/s/{ //' -e 's/^  //' -e 's/, "/\n"/g' -e 's/,$//' -e 's/ }$//' \
    -e '/null/d' request.json | sed -e 's/^"\([a-z_]*\)"/\1/' \
    -e '/^of/d' -e '/^note/s/.*/note: deploy/' > request.yaml

# asks FILE [OPTION...]
asks() {
	asks_file=$1
	shift
	as $OBSERVER "$CONSIGN" resolve "$A" --writers "$WRITERS" \
	    --request "$asks_file" "$@"
}
check request/json trusts asks request.json
check request/yaml trusts asks request.yaml
check request/option-first refused HASH_MISMATCH asks request.json \
    --artifact-hash "$(object "$CONSIGN")"
sed 's/"artifact_hash": "[^"]*"/"artifact_hash": null/' request.json > null.json
check request/null refused HASH_MISMATCH asks null.json
check request/missing refused NON_CANONICAL_PATH asks none.json
echo '{"artifact_path": ' > torn.json
check request/torn refused NON_CANONICAL_PATH asks torn.json
: > empty.json
check request/empty refused NON_CANONICAL_PATH asks empty.json
head -c 70000 /dev/zero | tr '\0' ' ' > huge.json
check request/huge refused NON_CANONICAL_PATH asks huge.json

# --- Names that are hard to write -----------------------------------------

# named NAME FILE: is it resolved by its very bytes?
named() {
	echo "$1" > "$A/$2"
	chown $PRODUCER "$A/$2"
	admit "$A/$2"
	q_path=$A/$2
	trusted=$(object "$A/$2")
	q_hash=$trusted
	q_ref=$(reference "\"kind\":\"admit\".*\"$trusted\"")
	trust "name/$1" --verify-file
}
named quotes 'a "quoted" \ name'
named percent '50%'
check name/escaped grep -q '50%25","origin"' out
named utf8 'Käse'
named bytes "$(printf 'b\377c')"
named controls "$(printf 'tab\there')"
named words 'x,"canonical_path":"'
ask_for a

# --- Admissions -----------------------------------------------------------

# A changed file is a new admission, which names the one before.
old=$q_ref
echo "the second" > "$A/a"
admit "$A/a"
check again/supersedes [ "$(grep '"kind":"admit"' "$LEDGER" | tail -n 1 |
    sed 's/.*"supersedes":\([0-9]*\).*/\1/')" = "${old%%:*}" ]
refuse again/drift ARTIFACT_NOT_ADMITTED
ask_for a
trust again/trusted --verify-file
q_ref=$old
refuse again/old-reference ARTIFACT_NOT_ADMITTED

# The same bytes, touched: an admission that is proven already.
ask_for a
touch -d '2026-01-01' "$A/a"
admit "$A/a"
refuse touched/old-reference ARTIFACT_NOT_ADMITTED
ask_for a
trust touched/trusted

# With a commit, and with another.
commit=0123456789012345678901234567890123456789
admit "$A/a" --git-commit $commit
refuse commit/origin ORIGIN_MISMATCH
q_origin=photos/main@git:$commit
q_ref=$(reference '"kind":"admit"')
trust commit/trusted
admit "$A/a" --git-commit $commit
trust commit/no-new-admission
ask_for a
check commit/listed [ "$q_origin" = "photos/main@git:$commit" ]
trust commit/by-list
next=${commit}012345678901234567890123
admit "$A/a" --git-commit $next
refuse commit/other ORIGIN_MISMATCH
ask_for a
check commit/sha256 [ "$q_origin" = "photos/main@git:$next" ]
trust commit/next
for bad in 0123 "G${commit#?}" "$(echo $commit | sed s/0/A/)" ''; do
	try "commit/bad-$bad" 2/usage produce push --git-commit "$bad"
done

# One file at two keys of "put" is bound once.
echo "put" > "$A/p"
produce put "$A/p" one > put.out 2>&1
produce put "$A/p" two >> put.out 2>&1
q_path=$A/p
q_origin=photos/put
trusted=$(object "$A/p")
q_hash=$trusted
q_ref=$(reference '"kind":"admit"')
trust put/twice --verify-file

# --- Age ------------------------------------------------------------------

ask_for a
trust age/young --proof-expires-after 1h
sleep 1.1
refuse age/old PROOF_EXPIRED --proof-expires-after 100ms
sed -i '1i proof_expires_after: 1ms' "$WRITERS"
refuse age/of-list PROOF_EXPIRED
refuse age/the-shorter PROOF_EXPIRED --proof-expires-after 1h
