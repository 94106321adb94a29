#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# Two boxes and one bucket, at once: the same bytes are proven for both, and
# nobody's bytes are ever overwritten.  ROUNDS says how often (6).
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/e2e/night.sh"

ROUNDS=${ROUNDS:-6}

# both [OPTION...]: a push by each box, at once; how they ended: $one, $two
both() {
	A=$WORK/box1
	push "$@" > one.out 2> one.err &
	pid=$!
	A=$WORK/box2
	push "$@" > two.out 2> two.err
	two=$?
	wait "$pid"
	one=$?
}

# sum FIELD: of the last runs of both boxes
sum() {
	A=$WORK/box1
	sum_1=$(ended "$1")
	A=$WORK/box2
	echo $((sum_1 + $(ended "$1")))
}

whole_both() {
	for A in "$WORK/box1" "$WORK/box2"; do
		whole || return
	done
}

# same NAME: ROUNDS times the same four objects, new to both, some of them of
# several names; each box has a folder and an id of its own
same() {
	bad=
	n=0
	while [ "$n" -lt "$ROUNDS" ]; do
		n=$((n + 1))
		for i in 1 2 3 4; do
			echo "$1 $n $i" > "$WORK/box1/$i"
			head -c "$((i * n * 3000))" /dev/urandom \
			    >> "$WORK/box1/$i"
			cp "$WORK/box1/$i" "$WORK/box2/"
		done
		both
		[ "$one$two" = 00 ] || bad="$bad; round $n: $one $two
		    $(cat one.err two.err)"
		[ "$(($(sum uploaded) + $(sum remote_same)))" = 8 ] ||
		    bad="$bad; round $n: $(sum uploaded) $(sum remote_same)"
		[ "$(sum uploaded)" -ge 4 ] ||
		    bad="$bad; round $n: only $(sum uploaded) uploaded"
		for i in 1 2 3 4; do
			get "$(key "$WORK/box1/$i")" back --force \
			    > get.out 2>&1 && cmp -s back "$WORK/box1/$i" ||
			    bad="$bad; round $n: object $i"
		done
	done
	if [ -z "$bad" ]; then
		pass "$1/rounds"
	else
		fail "$1/rounds" "$bad"
	fi
	check "$1/whole" whole_both
	both
	check "$1/again" [ "$one$two" = 00 ]
	check "$1/again-nothing" [ "$(sum uploaded)" = 0 ]
}

# other NAME atomic|look: other bytes at one key.  Where the store itself writes
# what is new only, exactly one box has its way each time, and its bytes stay;
# where a look has to do, no box goes on to believe that its bytes are there.
other() {
	bad=
	n=0
	while [ "$n" -lt "$ROUNDS" ]; do
		n=$((n + 1))
		rm -f "$WORK"/box?/[0-9a-z]*
		for box in 1 2; do
			head -c 100000 /dev/urandom > "$WORK/box$box/$1$n"
		done
		both --key-strategy path --key-prefix shared
		# Overwritten after it was proven: the next night finds it.
		if [ "$2$one$two" = look00 ]; then
			both --key-strategy path --key-prefix shared
		fi
		get "shared/main/$1$n" back --force > get.out 2>&1 ||
		    bad="$bad; round $n: nothing there"
		case $one$two in
		06) cmp -s back "$WORK/box1/$1$n" ;;
		60) cmp -s back "$WORK/box2/$1$n" ;;
		66) cmp -s back "$WORK/box1/$1$n" ||
		    cmp -s back "$WORK/box2/$1$n" ;;
		*) false ;;
		esac || bad="$bad; round $n: $one $two
		    $(cat one.err two.err)"
		[ "$2" = "atomic" ] || continue
		[ "$one$two" != 66 ] || bad="$bad; round $n: $one $two"
		[ "$(put_answers "shared/main/$1$n" 200)" = 1 ] ||
		    bad="$bad; round $n: two writes"
	done
	if [ -z "$bad" ]; then
		pass "$1/other"
	else
		fail "$1/other" "$bad"
	fi
	rm -f "$WORK"/box?/"$1"*
	check "$1/other-whole" whole_both
}

# put_answers KEY STATUS: how many writes of that key were answered so
put_answers() {
	grep -F "\"key\":\"$1\"" "$S3_LOG" |
	    grep -c "\"op\":\"PUT\".*\"status\":$2,"
}

# boxes NAME [STORE OPTION...]: two fresh ones, at a fresh store
boxes() {
	shift
	rm -rf "$WORK/box1" "$WORK/box2" "${S3_DIR:-$WORK/store}"
	start_store "$@"
	archive box1
	archive box2
}

boxes conditional
same conditional
other conditional atomic
boxes versioned --versioned
same versioned
other versioned atomic
# Where a store cannot refuse, the look right before is all there is; what was
# lost by that is found by the proof.
boxes ignored --cond PUT=ignore
same ignored
other ignored look
boxes refused --cond PUT=501
same refused
other refused look

# One that is there is not overwritten in any way, whoever sent it.
rm -f "$WORK"/box?/*
echo first > "$WORK/box1/one"
echo other > "$WORK/box2/one"
A=$WORK/box1
try later/first 0 push --key-strategy path
A=$WORK/box2
try later/other 6/remote_conflict push --key-strategy path
check later/outcome [ "$(outcome main/one)" = remote_conflict_different_bytes ]
try later/again 6/remote_conflict push --key-strategy path
try later/forced 3/plan_unfit push --key-strategy path --force-reupload
check later/kept get main/one back --force
check later/kept-bytes cmp back "$WORK/box1/one"
# The same box, which sent it, has other bytes now: nor then.
A=$WORK/box1
echo changed > "$A/one"
try later/changed 6/remote_conflict push --key-strategy path
check later/changed-kept get main/one back --force
check later/changed-bytes [ "$(cat back)" = first ]
check later/whole whole_both

# Between the look and the write, somebody else writes.
boxes between
A=$WORK/box1
echo mine > "$A/between"
faults "PUT $(key "$A/between") replace times=1"
try between/replaced 6/replaced_by_other push
faults
check between/outcome [ "$(outcome main/between)" = replaced_by_other ]
check between/none-removed [ "$(rows delete)" = 0 ]
try between/later 6/remote_conflict push
echo same > "$A/same"
rm "$A/between"
faults "PUT $(key "$A/same") replace-same times=1"
push > out 2> err
check between/same [ $? = 0 ] || cat err
faults
try between/same-later 0 push
check between/whole whole
