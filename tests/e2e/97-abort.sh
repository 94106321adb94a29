#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# Uploads that were begun and never finished: found again, and ended, by abort
# and by the next push; never another box's.  And abort --wrong.
. "$(dirname "$0")/lib.sh"

start_store --min-part 1024
YES='--approve --reviewed-by kim'
PARTS='--multipart-threshold 1M --multipart-part-size 1M --allow-tiny-parts'

# run COMMAND [OPTION...]: of the archive $A, at the store
# shellcheck disable=SC2120  # try calls it, too
run() {
	run_command=$1
	shift
	at="--endpoint $ENDPOINT --bucket $BUCKET --region $REGION"
	at="$at --backoff-base 10ms $PARTS"
	case $run_command in
	prove) at=${at% "$PARTS"} ;;
	status) at= ;;
	esac
	# shellcheck disable=SC2086  # options
	"$CONSIGN" "$run_command" --root "$A" $at "$@"
}
# shellcheck disable=SC2086,SC2120
push() {
	run push $YES "$@"
}
# shellcheck disable=SC2086,SC2120
abort() {
	run abort $YES "$@"
}

# archive NAME: a fresh one, $A, whose store has proven everything
archive() {
	A=$WORK/$1
	mkdir -p "$A"
	for tier in 0 1 2 3 4; do
		# shellcheck disable=SC2086
		run prove $YES --tier $tier > climb.out 2>&1 || {
			fail climb "tier $tier: $(cat climb.out)"
			exit 1
		}
	done
}

# bytes SIZE SEED: the same ones for the same seed
bytes() {
	yes "$2" | head -c "$1"
}

# cut_push: one that loses the line when two parts have landed
cut_push() {
	faults 'PART * reset-before after=2'
	push > cut.out 2>&1
	cut_status=$?
	faults
	[ "$cut_status" -eq 5 ] || fail cut "status $cut_status: $(cat cut.out)"
}

# What is left: in the store, and of journals.
uploads() {
	find "$S3_DIR/$BUCKET/u" -name record | wc -l
}
journals() {
	find "$A/.consign/uploads" -name '*.jsonl' 2> /dev/null | wc -l
}

# upload_id, upload_key: of the only one that is left
upload_id() {
	find "$S3_DIR/$BUCKET/u" -name record | sed 's,.*/\([^/]*\)/record$,\1,'
}
upload_key() {
	sed -n 's/.*"remote_key":"\([^"]*\)".*/\1/p' "$A/.consign/uploads/"*
}

# left NAME UPLOADS JOURNALS
left() {
	if [ "$(uploads) $(journals)" = "$2 $3" ]; then
		pass "$1"
	else
		fail "$1" "$(uploads) uploads and $(journals) journals, not $2 and $3"
	fi
}

# says NAME TEXT: standard output or error of the last command has it
says() {
	if grep -q -e "$2" out err; then
		pass "$1"
	else
		fail "$1" "no '$2' in: $(head -c 600 out err)"
	fi
}

# rows KIND: in the ledger
rows() {
	grep -c "\"kind\":\"$1\"" "$A/.consign/ledger.jsonl"
}
whole() {
	sh "$ROOT/docs/verify-ledger.sh" "$A/.consign/ledger.jsonl"
}

# silent NAME: nothing was sent since forget_requests
silent() {
	if [ "$(requests ANY)" -eq 0 ]; then
		pass "$1"
	else
		fail "$1" "sent: $(ops)"
	fi
}

# --- Who may ---------------------------------------------------------------

archive gates
forget_requests
try gates/no-mode 3/approval_required run abort
try gates/both 2/usage run abort --dry-run --approve --reviewed-by kim
try gates/nobody 3/reviewer_required run abort --approve
try gates/id-without-key 2/usage abort --upload-id x
try gates/key-without-id 2/usage abort --key x
try gates/wrong-and-id 2/usage abort --wrong --upload-id x --key y
try gates/no-id 2/usage abort --upload-id 'a b' --key y
begun=$(rows begin)
try nothing/dry 0 run abort --dry-run
try nothing/approved 0 abort
try nothing/wrong 0 abort --wrong
check nothing/no-rows [ "$(rows begin)" -eq "$begun" ]
silent nothing/silent

# --- A push that was cut off ----------------------------------------------

archive cut
bytes 3500000 cut > "$A/big"
cut_push
left cut/left 1 1
try cut/status 0 run status
says cut/status-says 'unfinished uploads: 1, parts: 2, bytes: 2097152'
try cut/status-json 0 run status --json
says cut/status-row '"unfinished_uploads":1,"unfinished_parts":2,"unfinished_bytes":2097152'
forget_requests
try cut/dry 0 run abort --dry-run
says cut/dry-says 'main/big, 2 of 4 parts, 2097152 of 3500000 bytes'
try cut/dry-json 0 run abort --dry-run --json
says cut/dry-json-row '"kind":"unfinished".*"parts_landed":2,.*"journal":true'
silent cut/dry-silent
left cut/dry-keeps 1 1
try cut/ended 0 abort --json
says cut/ended-row '"kind":"ended"'
check cut/counted counted
left cut/gone 0 0
check cut/asked-until-gone [ "$(ops)" = 'ABORT ABORT' ]
check cut/row [ "$(rows abort)" -eq 1 ]
check cut/ledger whole
try cut/again 0 abort
try cut/push 0 push
left cut/done 0 0
try cut/status-done 0 run status
says cut/status-none 'unfinished uploads: 0, parts: 0, bytes: 0'

# --- The same key, begun by another box -----------------------------------

mkdir -p "$WORK/boxes"
archive boxes/one
bytes 3000000 same > "$A/same"
cut_push
archive boxes/two
bytes 3000000 same > "$A/same"
cut_push
left boxes/both 2 1
try boxes/ended 0 abort
left boxes/other-stays 1 0
try boxes/none-left 0 abort
left boxes/other-still 1 0
A=$WORK/boxes/one
forget_requests
try boxes/other-goes-on 0 push
check boxes/nothing-twice [ "$(requests PART 200)" -eq 1 ]
left boxes/done 0 0

# --- Its journal was lost -------------------------------------------------

archive lost-journal
bytes 3000000 journal > "$A/big"
cut_push
rm "$A/.consign/uploads/"*
try lost-journal/dry 0 run abort --dry-run --json
says lost-journal/from-ledger '"kind":"unfinished".*"journal":false'
try lost-journal/ended 0 abort
left lost-journal/gone 0 0
check lost-journal/row [ "$(rows abort)" -eq 1 ]
forget_requests
try lost-journal/known 0 abort
silent lost-journal/known-silent

# A damaged one is said; the ledger knows the upload.
cut_push
for j in "$A/.consign/uploads/"*; do
	sed -i 's/"kind":"begun"/"kind":"sunk"/' "$j"
done
try damaged/ended 0 abort
says damaged/said 'consign: ledger_broken: '
left damaged/upload-gone 0 1
rm "$A/.consign/uploads/"*

# --- Nobody heard the upload's id -----------------------------------------

archive lost-create
bytes 3000000 create > "$A/big"
faults 'CREATE * lose-answer' 'LISTUPLOADS * status:503'
push > cut.out 2>&1
faults
left lost-create/left 1 1
rm "$A/big"
id=$(upload_id)
key=$(upload_key)
try lost-create/dry 0 run abort --dry-run
says lost-create/dry-says 'without an answer that had its id'
abort > out 2> err
check lost-create/cannot-tell [ $? -eq 5 ]
says lost-create/named "perhaps ours: upload $id"
left lost-create/stays 1 1
push > out 2> err
check lost-create/push-goes-on [ $? -eq 0 ]
left lost-create/push-leaves 1 1
try lost-create/by-id 0 abort --upload-id "$id" --key "$key"
left lost-create/by-id-gone 0 1
try lost-create/journal 0 abort
left lost-create/journal-gone 0 0

# No Create arrived at all: nothing is to be ended.
bytes 3000000 create > "$A/big"
faults 'CREATE * status:503'
push > cut.out 2>&1
faults
left no-create/left 0 1
forget_requests
try no-create/ended 0 abort
check no-create/looked [ "$(ops)" = LISTUPLOADS ]
left no-create/gone 0 0

# --- By its id alone ------------------------------------------------------

archive stranger
bytes 3000000 stranger > "$A/big"
cut_push
id=$(upload_id)
key=$(upload_key)
archive bystander
try stranger/unknown 0 abort
left stranger/stays 1 0
try stranger/dry 0 run abort --dry-run --upload-id "$id" --key "$key"
says stranger/dry-says "unfinished: $key, upload $id"
try stranger/by-id 0 abort --upload-id "$id" --key "$key"
left stranger/gone 0 0
check stranger/row [ "$(rows abort)" -eq 1 ]

# The store has ended it: its journal goes, and so does the first run's.
A=$WORK/stranger
try expired/ended 0 abort
left expired/journal-gone 0 0
cut_push
rm -rf "${S3_DIR:?}/$BUCKET/u/"*
try expired/push 0 push
left expired/push-done 0 0
forget_requests
try expired/known 0 abort
silent expired/known-silent

# --- A key that may not abort ---------------------------------------------

archive denied
bytes 3000000 denied > "$A/big"
cut_push
faults 'ABORT * status:403/AccessDenied'
try denied/abort 4/permission_denied abort
left denied/stays 1 1
check denied/no-row [ "$(rows abort)" -eq 0 ]
rm "$A/big"
push > out 2> err
check denied/push-goes-on [ $? -eq 0 ]
says denied/push-says 'consign: permission_denied: the unfinished upload of main/big'
left denied/push-leaves 1 1
faults
try denied/later 0 push
left denied/later-gone 0 0

# --- push ends what nobody will finish ------------------------------------

archive orphans
bytes 3500000 first > "$A/big"
cut_push
bytes 2500000 other > "$A/big"
forget_requests
try changed/push 0 push
check changed/ended-first [ "$(ops | cut -d ' ' -f 1-4)" = 'ABORT ABORT HEAD CREATE' ]
left changed/gone 0 0

bytes 3500000 vanishing > "$A/gone"
bytes 10 small > "$A/small"
cut_push
rm "$A/gone"
only=sha256:$(sha256sum < "$A/small" | cut -c 1-64)
try vanished/only 0 push --only "$only"
left vanished/only-leaves 1 1
try vanished/push 0 push
left vanished/gone 0 0

# The same bytes under another name are gone on with.
bytes 3500000 renamed > "$A/name"
cut_push
mv "$A/name" "$A/other-name"
forget_requests
try renamed/push 0 push
check renamed/nothing-twice [ "$(requests PART 200)" -eq 2 ]
left renamed/gone 0 0

# It shrank below the threshold.
bytes 3500000 shrinking > "$A/shrinks"
cut_push
bytes 100 shrunk > "$A/shrinks"
try shrunk/push 0 push
left shrunk/gone 0 0
check orphans/ledger whole

# What may not be read may still be the same.
if [ "$(id -u)" -eq 0 ]; then
	skip unreadable/push 'root reads everything'
else
	bytes 3500000 closed > "$A/closed"
	cut_push
	chmod 0 "$A/closed"
	push > out 2> err
	left unreadable/stays 1 1
	chmod 600 "$A/closed"
	try unreadable/push 0 push
fi

# --- The store is elsewhere now -------------------------------------------

archive moved
bytes 3000000 moved > "$A/big"
cut_push
old=$ENDPOINT
start_store --min-part 1024
try moved/dry 0 run abort --dry-run
says moved/dry-says ", at $old, bucket $BUCKET"
try moved/abort 2/config_invalid abort
left moved/stays 1 1
rm -r "$A/.consign/uploads" "${S3_DIR:?}/$BUCKET/u/"*

# --- abort --wrong --------------------------------------------------------

# wrong_push FILE: its bytes come back wrong, and it may not be removed
wrong_push() {
	name=$(sha256sum < "$A/$1" | sed 's,^\(..\)\([0-9a-f]*\).*,sha256/\1/\1\2,')
	faults "GET $name corrupt" "DELETE $name status:403/AccessDenied"
	push > wrong.out 2>&1
	wrong_status=$?
	faults
	[ "$wrong_status" -eq 6 ] || fail wrong "$wrong_status: $(cat wrong.out)"
}

archive wrong
bytes 1000 wrong > "$A/one"
wrong_push one
objects=$(kept)
forget_requests
try wrong/dry 0 run abort --wrong --dry-run
says wrong/dry-says 'wrong: sha256/.*, of main/one, 1000 bytes, ETag '
try wrong/dry-json 0 run abort --wrong --dry-run --json
says wrong/dry-json-row '"kind":"wrong".*"removable":true'
silent wrong/dry-silent
try wrong/removed 0 abort --wrong
check wrong/gone [ "$(kept)" -eq $((objects - 1)) ]
check wrong/row [ "$(rows delete)" -eq 1 ]
forget_requests
try wrong/again 0 abort --wrong
silent wrong/again-silent
try wrong/push 0 push
try wrong/proven 0 abort --wrong
check wrong/stays [ "$(kept)" -eq "$objects" ]

# Somebody else has written there since.
bytes 1000 replaced > "$A/two"
wrong_push two
printf x > "$WORK/theirs"
for d in "$S3_DIR/$BUCKET/o/"*; do
	sha=$(basename "$d")
	[ "$sha" = "$(printf %s "$name" | sha256sum | cut -c 1-64)" ] && rm -r "$d"
done
put "$WORK/theirs" "$name" > put.out 2>&1 || fail theirs "$(cat put.out)"
objects=$(kept)
try replaced/abort 6/replaced_by_other abort --wrong
check replaced/stays [ "$(kept)" -eq "$objects" ]
check replaced/no-row [ "$(rows delete)" -eq 1 ]

# A store that removes whatever is there is not asked to.
start_store --min-part 1024 --cond DELETE=ignore
archive ignored
bytes 1000 ignored > "$A/one"
wrong_push one
try ignored/dry 0 run abort --wrong --dry-run
says ignored/dry-says 'stays: this store removes whatever is at a key'
forget_requests
try ignored/abort 3/plan_unfit abort --wrong
silent ignored/silent

# Versions are removed by their ids.
S3_DIR=$WORK/versioned-store
start_store --min-part 1024 --versioned
archive versions
bytes 1000 versions > "$A/one"
wrong_push one
objects=$(kept)
try versions/dry 0 run abort --wrong --dry-run
says versions/dry-says ', version '
try versions/abort 0 abort --wrong
check versions/gone [ "$(kept)" -eq $((objects - 1)) ]
check versions/ledger whole
