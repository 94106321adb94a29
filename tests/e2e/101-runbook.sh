#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# The reference runbook: one line, no config file, one object to Cloudflare R2
# by its digest.  Here word for word but for host, bucket, label and file; the
# loopback store, its region "auto", stands in for R2.
. "$(dirname "$0")/lib.sh"

start_tls_store server-ec --region auto --equal-parts
WOM_R2_ACCESS_KEY_ID=$AWS_ACCESS_KEY_ID
WOM_R2_SECRET_ACCESS_KEY=$AWS_SECRET_ACCESS_KEY
export WOM_R2_ACCESS_KEY_ID WOM_R2_SECRET_ACCESS_KEY
unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY

mkdir ROOT
echo 'the first of them' > ROOT/one
echo 'and another' > ROOT/two
echo 'the third' > ROOT/three
HEX=$(sha256sum < ROOT/one | cut -c 1-64)
key=sha256/$(echo "$HEX" | cut -c 1-2)/$HEX
HOST=localhost:$S3_PORT

# runbook: the line as it stands; --ca-file because this store's certificate
# is none of the world's
runbook() {
	"$CONSIGN" push ROOT --provider-kind cloudflare-r2 \
	    --store-ref storage:account:LABEL --endpoint-host "$HOST" \
	    --bucket "$BUCKET" \
	    --access-key-id-ref env:WOM_R2_ACCESS_KEY_ID \
	    --secret-access-key-ref env:WOM_R2_SECRET_ACCESS_KEY \
	    --only sha256:"$HEX" --max-objects 1 --skip-uploaded \
	    --reviewed-by kim --approve --ca-file "$CA" "$@"
}

# said FIELD: in the one receipt
said() {
	sed -n "s/.*\"$1\":\"\{0,1\}\([^\",}]*\).*/\1/p" \
	    ROOT/.consign/receipts/*/*.json
}

# --- The first time: the probe, then the object ---------------------------

try first 0 runbook
check first-is-quiet [ ! -s out ]
check first-probed grep -q '"kind":"probe".*"result":"ok"' \
    ROOT/.consign/ledger.jsonl
check first-in-order [ "$(ops | grep -o 'HEAD PUT GET$')" = 'HEAD PUT GET' ]
check first-kept [ "$(kept)" -eq 1 ]
check first-receipt [ "$(said result_status) $(said proof)" = \
    'uploaded rehash' ]
check first-key [ "$(said remote_key)" = "$key" ]
check first-store [ "$(said provider_kind) $(said store_ref)" = \
    'cloudflare-r2 storage:account:LABEL' ]
check first-caveat [ "$(said unproven_against_live_provider)" = true ]
check first-reviewed [ "$(said reviewed_by) $(said approved)" = 'kim true' ]
check no-config [ ! -e ROOT/consign.yaml ]

# --- Again: it is recorded as proven --------------------------------------

forget_requests
try again 0 runbook
check again-sent-nothing [ "$(requests PUT)" -eq 0 ]
check again-kept [ "$(kept)" -eq 1 ]
check again-one-receipt [ "$(find ROOT/.consign/receipts -type f |
    wc -l)" -eq 1 ]

# --- What it does not do --------------------------------------------------

# Neither key nor secret are anywhere but in the environment.
check no-secret sh -c "! grep -rF -e '$WOM_R2_SECRET_ACCESS_KEY' \
    -e '$WOM_R2_ACCESS_KEY_ID' ROOT out err"
HEX=$(sha256sum < ROOT/two | cut -c 1-64)
WOM_R2_SECRET_ACCESS_KEY=not-the-secret-of-this-key-at-all \
    try wrong-secret 4/auth_rejected runbook
try two-objects 3/max_objects_exceeded runbook \
    --only "sha256:$(sha256sum < ROOT/three | cut -c 1-64)"
try the-other-one 0 runbook
check both-are-there [ "$(kept)" -eq 2 ]
check history sh "$ROOT/docs/verify-ledger.sh" ROOT/.consign/ledger.jsonl
