#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# A history that was put together again from a store is as good a carrier as
# the one that was lost: what was asked for then is resolved, for another user.
# And what a store has made up is not.
# shellcheck disable=SC2034,SC2154  # shared variables: lib.sh, carrier.sh

. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/e2e/carrier.sh"

start_store
mkdir photos
echo 'remote_receipts: true' > photos/consign.yaml
carrier photos
trust before
check packed grep -q '"kind":"pack"' "$LEDGER"

# The box is lost, with its key, its state and its file.
mkdir new
OLD=$A
mv "$A" lost
A=$WORK/new/photos
mkdir "$A"
chown $PRODUCER "$A"
produce ledger rebuild --from-store --writers "$WRITERS" > out 2> err ||
    fail rebuild "$(cat err)"
check rebuilt grep -q '^a listed writer has signed all of them$' out
LEDGER=$A/.consign/ledger.jsonl
trust again
check again/where [ "$q_path" = "$OLD/a" ]
check again/lexical grep -q '"path_checked":"lexical"' out
q_hash=$(object "$CONSIGN")
refuse other-hash HASH_MISMATCH
