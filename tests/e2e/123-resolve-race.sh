#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# consign resolve while the file is swapped and while the ledger grows: what it
# says of a file is true of the one that it looked at, or it says nothing.
# shellcheck disable=SC2034,SC2154  # shared variables: lib.sh, carrier.sh

. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/e2e/carrier.sh"

start_store
carrier photos
good=$trusted

# --- A file that is swapped all the time ----------------------------------

# Two files of the same length take turns under one name, each whole.
head -c 200000 /dev/zero > "$A/tool"
chown $PRODUCER "$A/tool"
admit "$A/tool"
ask_for tool
mkdir turns
cp "$A/tool" turns/good
head -c 200000 /dev/zero | tr '\0' x > turns/bad
(
	trap 'exit 0' TERM
	while :; do
		for which in bad good; do
			cp turns/$which turns/next
			mv -f turns/next "$A/tool"
		done
	done
) &
swapping=$!

# swapped: what it trusts it has hashed; what it refuses it has seen change
swapped() {
	trusted_n=0
	refused_n=0
	for _ in $(seq 40); do
		resolve --verify-file > out 2> err
		case $? in
		0)
			grep -qF "$trusted" out &&
			    grep -qF '"file_verified":true' out || return 1
			trusted_n=$((trusted_n + 1))
			;;
		10)
			grep -qE '"(HASH_MISMATCH|NON_CANONICAL_PATH)"' out ||
			    return 1
			refused_n=$((refused_n + 1))
			;;
		*) return 1 ;;
		esac
	done
	echo "$trusted_n trusted, $refused_n refused"
	cat out err
	[ "$refused_n" -gt 0 ]
}
check race/swapped swapped
kill $swapping
wait $swapping 2> /dev/null
cp turns/good "$A/tool"
trust race/still --verify-file

# A name that is a link now and then.
(
	trap 'exit 0' TERM
	while :; do
		ln -sf "$WORK/turns/bad" "$A/tool.new"
		mv -f "$A/tool.new" "$A/tool"
		cp turns/good turns/next
		mv -f turns/next "$A/tool"
	done
) &
swapping=$!

# linked: never is a link followed
linked() {
	for _ in $(seq 40); do
		resolve --verify-file > out 2> err
		case $? in
		0) grep -qF "$trusted" out || return 1 ;;
		10) grep -qE '"(HASH_MISMATCH|NON_CANONICAL_PATH)"' out ||
		    return 1 ;;
		*) return 1 ;;
		esac
	done
}
check race/linked linked
kill $swapping
wait $swapping 2> /dev/null
rm -f "$A/tool"
cp turns/good "$A/tool"

# --- Swapped at the very moment -------------------------------------------

# The file is swapped after it was hashed: while the ledger's end is awaited.
# strace holds resolve at the look that it takes last.
if strace -o trace true 2> err; then
	# The leak checker of a debug build cannot work below strace.
	ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0
	export ASAN_OPTIONS
	# looked N: so often by now?  The last few times are behind the hash.
	looked() { [ "$(grep -c fstatat trace)" -ge "$1" ]; }
	# late N: the file is another one before the N-th look at its name
	late() {
		cp turns/good "$A/tool"
		resolve --verify-file > out || return 1
		cat > late.sh <<-EOT
			exec strace -f -qq -o $WORK/trace \
			    -e inject=newfstatat,fstatat64:delay_enter=3000000:when=$1 \
			    -e trace=newfstatat,fstatat64 "$CONSIGN" resolve \
			    --root "$A" --writers "$WRITERS" --artifact-path \
			    "$q_path" --artifact-hash "$q_hash" \
			    --hash-algorithm sha256 --canonicalization-version \
			    consign-path-1 --origin "$q_origin" \
			    --admission-ref "$q_ref" --verify-file
		EOT
		: > trace
		sh late.sh > out 2> err &
		late_pid=$!
		eventually looked $(($1 - 1))
		cp turns/bad turns/next
		mv -f turns/next "$A/tool"
		wait $late_pid
	}
	looks=$(strace -f -qq -o trace -e trace=newfstatat,fstatat64 "$CONSIGN" \
	    resolve --root "$A" --writers "$WRITERS" --artifact-path \
	    "$q_path" --artifact-hash "$q_hash" --hash-algorithm sha256 \
	    --canonicalization-version consign-path-1 --origin "$q_origin" \
	    --admission-ref "$q_ref" --verify-file > out
	    grep -c 'fstatat' trace)
	late "$looks" && status=0 || status=$?
	check race/between-check-and-answer [ "$status" = 10 ]
	check race/nothing-said grep -q '"code":"NON_CANONICAL_PATH"' out
	cp turns/good "$A/tool"
else
	skip race/between-check-and-answer 'needs strace'
fi

# --- A ledger that grows --------------------------------------------------

# Each run ends with a signature of all rows; between two, the newest rows are
# not signed yet, but those that are used are.
ask_for a
(
	trap 'exit 0' TERM
	n=0
	while [ $n -lt 6 ]; do
		n=$((n + 1))
		echo "run $n" > "$A/grows"
		chown $PRODUCER "$A/grows"
		admit "$A/grows"
	done
) &
growing=$!

# growing: it is trusted at every moment
growing() {
	while kill -0 $growing 2> /dev/null; do
		trusts resolve > said || {
			cat said
			return 1
		}
	done
}
check race/growing growing
wait $growing
trust race/grown
