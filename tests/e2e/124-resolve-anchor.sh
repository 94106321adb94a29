#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# consign resolve and anchors: rollback, forks, root as the producer, and the
# newest anchor of the store.
# shellcheck disable=SC2034,SC2046,SC2086,SC2154  # shared variables, options

. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/e2e/carrier.sh"

start_store
carrier photos
STATE=$A/.consign
cp "$LEDGER" good
ref=$q_ref

# first: ask for the first file again, whatever became of the manifest
first() {
	q_path=$A/a
	q_hash=$(object "$A/a")
	trusted=$q_hash
	q_ref=$ref
}

# The other machine, and its key, which was never on this one.
mkdir desk elsewhere
"$CONSIGN" key new desk --root desk > key.out
DESK=$WORK/desk/.consign/keys/desk.key

# anchor: of the ledger as it is, by that key, into the store
anchor() {
	rm -rf "$WORK/bundle"
	if ! "$CONSIGN" ledger export --root "$A" -o "$WORK/bundle" > out 2>&1 ||
	    ! (cd elsewhere && "$CONSIGN" ledger anchor --bundle \
	    "$WORK/bundle" --key "$DESK" $(at_store) $YES) > out 2>&1; then
		fail anchor "$(cat out)"
		exit 1
	fi
}

# online [OPTION...]: resolve, and look into the store
online() {
	resolve --anchor $(at_store) "$@"
}

# --- The newest in the store ----------------------------------------------

forget_requests
trust offline/trusted
check offline/no-request [ "$(requests ANY)" -eq 0 ]
check online/none refused ADMISSION_NOT_IMMUTABLE online
anchor
check online/not-listed refused ADMISSION_NOT_IMMUTABLE online
allow "$DESK" desk 'admit, upload, verify, confirm'
check online/not-granted refused ADMISSION_NOT_IMMUTABLE online
sed -i '$s/confirm/anchor/' "$WRITERS"
forget_requests
check online/trusted trusts online
check online/reads-only [ "$(requests PUT)$(requests DELETE)" = 00 ]
check online/no-credential refused ADMISSION_NOT_IMMUTABLE env \
    -u AWS_ACCESS_KEY_ID -u AWS_SECRET_ACCESS_KEY "$CONSIGN" resolve "$A" \
    --writers "$WRITERS" --artifact-path "$q_path" --artifact-hash "$q_hash" \
    --hash-algorithm sha256 --canonicalization-version consign-path-1 \
    --origin "$q_origin" --admission-ref "$q_ref" --anchor $(at_store)
check online/unreachable refused ADMISSION_NOT_IMMUTABLE resolve --anchor \
    --endpoint http://127.0.0.1:1 --bucket "$BUCKET" --region "$REGION" \
    --max-attempts 1
faults 'LIST * status:403/AccessDenied'
check online/forbidden refused ADMISSION_NOT_IMMUTABLE online
faults

# What was admitted behind the anchor is not covered by it.
echo "the second" > "$A/b"
chown $PRODUCER "$A/b"
admit "$A/b"
ask_for b
trust behind/offline
check behind/online refused ADMISSION_NOT_IMMUTABLE online
anchor
check behind/anchored trusts online

# --- Rolled back, and forked ----------------------------------------------

# The whole of the older ledger, with good signatures.
cp "$LEDGER" newer
cat good > "$LEDGER"
first
trust rollback/not-seen-offline
check rollback/online refused LEDGER_ROLLED_BACK online
q_path=$A/b
check rollback/admission-gone refused SOURCE_UNPROVEN_FAIL_CLOSED online

# Another history, signed by the key itself.
sed -e 's/,"chain":"[0-9a-f]*"}$//' \
    -e '/"kind":"end"/s/"retries":0/"retries":1/' newer | forged "$KEY"
first
trust fork/not-seen-offline
check fork/online refused LEDGER_ROLLED_BACK online

# A copy of the anchor in the state folder shows the same.
mkdir -p "$STATE/anchors"
name=$(wc -l < newer)-$(openssl pkey -in "$DESK" -pubout -outform DER |
    sha256sum | cut -c 1-8)
"$CONSIGN" get --key "consign/photos/anchors/$name" -o "$WORK/anchor" \
    $(at_store) > out 2>&1
cp anchor "$STATE/anchors/$name"
refuse copies/fork LEDGER_ROLLED_BACK
cat good > "$LEDGER"
refuse copies/rollback LEDGER_ROLLED_BACK
cat newer > "$LEDGER"
trust copies/fits
sed 's/"previous":"./"previous":"x/' anchor > "$STATE/anchors/$name"
cat good > "$LEDGER"
trust copies/damaged-says-nothing
cp anchor "$STATE/anchors/$name"

# --- root -----------------------------------------------------------------

cat newer > "$LEDGER"
chown 0 "$LEDGER"
trust root/anchored-elsewhere
cp "${DESK%.key}.pub" "$STATE/keys/desk.pub"
refuse root/key-on-the-box CARRIER_WRITER_UNPROVEN
rm "$STATE/keys/desk.pub"
{
	cat newer
	echo "checkpoint $DESK 2026-11-22T03:00:00Z"
} | forged "$KEY" "$DESK"
refuse root/key-signed-rows CARRIER_WRITER_UNPROVEN
cat newer > "$LEDGER"
rm "$STATE/anchors/$name"
refuse root/no-copy CARRIER_WRITER_UNPROVEN
check root/in-the-store trusts online
allow "$KEY" nas2 anchor
refuse root/list-with-a-key-twice CARRIER_WRITER_UNPROVEN
