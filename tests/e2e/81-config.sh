#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# Where an archive is, what it is called, and how consign.yaml and the command
# line make one store's settings.  doctor shows what was understood.
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/e2e/history.sh"

# says NAME PATTERN COMMAND...: it ends well, and one of its lines is so
says() {
	says_name=$1
	says_line=$2
	shift 2
	if ! expect_status 0 "$@"; then
		fail "$says_name" "$why"
	elif grep -Fqx -e "$says_line" out; then
		pass "$says_name"
	else
		fail "$says_name" "$(grep -E '(store|archive): ' out | head -n 3)"
	fi
}

doctor() {
	"$CONSIGN" doctor "$@"
}

# config LINE...: that is consign.yaml, of the folder "root"
config() {
	rm -rf root
	mkdir root
	[ $# -eq 0 ] || printf '%s\n' "$@" > root/consign.yaml
}

# --- A store, and options over it -----------------------------------------

two='stores:
  nas:
    endpoint: https://nas.example.org:9000
    bucket: one
    region: r1
    key_strategy: prefix
    key_prefix: a/b
  offsite:
    provider_kind: cloudflare-r2
    store_ref: storage:account:x
    endpoint_host: acc.r2.example.org
    bucket: two'
config 'archive: photos' "$two"
nas='generic-s3, bucket one at https://nas.example.org:9000, region r1'
off='cloudflare-r2, bucket two at https://acc.r2.example.org, region auto'
says store/all-1 "ok   store: nas: $nas" doctor root
says store/all-2 "ok   store: storage:account:x: $off" doctor root
says store/named "ok   store: storage:account:x: $off" doctor root \
    --store offsite
check store/named-alone [ "$(grep -c ' store:' out)" -eq 1 ]
says store/option "ok   store: nas: generic-s3, bucket other at https://nas.example.org:9000, region r2" \
    doctor root --store nas --bucket other --region=r2
says store/host-for-url "ok   store: nas: generic-s3, bucket one at https://b.example.org:444, region r1" \
    doctor root --store nas --endpoint-host b.example.org:444
says store/url-for-host "ok   store: storage:account:x: cloudflare-r2, bucket two at http://127.0.0.1:90, region auto" \
    doctor root --store offsite --endpoint http://127.0.0.1:90
says store/ref "ok   store: mine: $nas" doctor root --store nas --store-ref mine
says store/strategy "ok   store: nas: $nas" doctor root --store nas \
    --key-strategy sha256
try store/both-endpoints 2/config_invalid doctor root --store nas \
    --endpoint-host a --endpoint https://b
try store/prefix-unused 2/config_invalid doctor root --store nas \
    --key-strategy sha256 --key-prefix x
try store/prefix-ours 2/config_invalid doctor root --store nas \
    --key-prefix consign/x
try store/part-small 2/config_invalid doctor root --store nas \
    --multipart-part-size 1M
says store/part-small-allowed "ok   store: nas: $nas" doctor root --store nas \
    --multipart-part-size 1M --allow-tiny-parts
try store/unknown 2/usage doctor root --store ofsite
check store/unknown-near grep -q 'did you mean offsite?' err
try store/far 2/usage doctor root --store elsewhere
check store/far-names grep -q 'one of: nas, offsite' err
try store/kind 2/config_invalid doctor root --store nas --provider-kind r2

config
says options/alone "ok   store: generic-s3:abc: generic-s3, bucket abc at https://h.example.org, region r" \
    doctor root --endpoint-host h.example.org --bucket abc --region r
says options/ref "ok   store: x: generic-s3, bucket abc at https://h.example.org, region r" \
    doctor root --endpoint-host h.example.org --bucket abc --region r \
    --store-ref x
try options/no-bucket 2/config_invalid doctor root --endpoint https://h
try options/no-region 2/config_invalid doctor root --endpoint https://h \
    --bucket abc
try options/no-store 2/usage doctor root --store nas
check options/no-store-says grep -q 'names none' err

# --- Errors of the file ---------------------------------------------------

# wrong NAME PATTERN LINE...
wrong() {
	wrong_name=$1
	wrong_says=$2
	shift 2
	config "$@"
	if ! expect_status 2/config_invalid doctor root; then
		fail "$wrong_name" "$why"
	else
		check "$wrong_name" grep -q \
		    "root/consign.yaml: $wrong_says" err
	fi
}
wrong file/key "2:1: unknown key 'sotres'; did you mean stores?" \
    'archive: a' 'sotres:'
wrong file/strategy "5:19: .*did you mean prefix?" 'stores:' '  a:' \
    '    endpoint: https://x' '    bucket: abc' '    key_strategy: prefx'
wrong file/incomplete '2:3: a: no bucket' 'stores:' '  a:' \
    '    endpoint: https://x'
wrong file/prefix '2:3: a: .*needs a prefix' 'stores:' '  a:' \
    '    endpoint: https://x' '    bucket: abc' '    key_strategy: prefix'
wrong file/tab '1:9: a tab' "archive:$(printf '\t')a"
config
head -c 262145 /dev/zero | tr '\0' '#' > root/consign.yaml
try file/large 2/config_invalid doctor root
check file/large-says grep -q '262145 bytes are more than 262144' err
rm root/consign.yaml
mkdir root/consign.yaml
try file/folder 8/io_error doctor root
rmdir root/consign.yaml
ln -s nowhere root/consign.yaml
try file/broken-link 8/io_error doctor root
rm root/consign.yaml
mkfifo root/consign.yaml
try file/pipe 8/io_error doctor root

# --- Root, state, id ------------------------------------------------------

config
says id/folder 'ok   archive: it is called root' doctor --root root
(cd root && "$CONSIGN" doctor) > out
check id/here grep -Fqx 'ok   archive: it is called root' out
mkdir 'Müllers Bilder 2'
says id/odd-folder 'ok   archive: it is called m-llers-bilder-2' \
    doctor 'Müllers Bilder 2'
try root/both 2/usage doctor root --root root
try root/missing 8/io_error doctor none
try root/file 8/io_error doctor out
try root/two 2/usage doctor root root
try id/none 2/config_invalid doctor /
says id/said 'ok   archive: it is called x' sh -c \
    "mkdir r; echo 'archive: x' > r/consign.yaml; '$CONSIGN' doctor r"

config 'state: ../elsewhere'
mkdir elsewhere
{ genesis_row photos; } | chained > elsewhere/ledger.jsonl
chmod 644 elsewhere/ledger.jsonl
says state/of-file "ok   state: $WORK/elsewhere" doctor root
says state/id 'ok   archive: it is called photos' doctor root
echo 'archive: albums' > root/consign.yaml
try state/other-id 2/config_invalid doctor root --state ../elsewhere
check state/other-id-says grep -q "calls this archive 'albums', its ledger 'photos'" err
rm root/consign.yaml
says state/option "ok   state: $WORK/elsewhere" doctor root \
    --state "$WORK/elsewhere"
says state/to-come "ok   state: none yet; the first approved command makes $WORK/root/new" \
    doctor root --state new
try state/empty 2/usage doctor root --state ''
: > root/file
try state/file 8/io_error doctor root --state file
printf 'x' > elsewhere/ledger.jsonl
says state/torn-only 'ok   archive: it is called root' doctor root \
    --state ../elsewhere
printf '{"seq":0}\n' > elsewhere/ledger.jsonl
try state/broken 6/ledger_broken doctor root --state ../elsewhere
{ begin_row push s; } | chained > elsewhere/ledger.jsonl
try state/no-genesis 6/ledger_broken doctor root --state ../elsewhere

# What may not be looked at is not taken for absent.
nobody() {
	setpriv --reuid 65534 --regid 65534 --clear-groups "$@"
}
if nobody true 2> /dev/null; then
	{ genesis_row photos; } | chained > elsewhere/ledger.jsonl
	chmod 755 "$WORK"
	chmod 700 elsewhere
	try closed/state 8/io_error nobody "$CONSIGN" doctor root \
	    --state ../elsewhere
	chmod 755 elsewhere
	chmod 600 elsewhere/ledger.jsonl
	try closed/ledger 8/io_error nobody "$CONSIGN" doctor root \
	    --state ../elsewhere
	chmod 700 root
	try closed/root 8/io_error nobody "$CONSIGN" doctor root
	chmod 755 root
	echo 'archive: x' > root/consign.yaml
	chmod 600 root/consign.yaml
	try closed/config 8/io_error nobody "$CONSIGN" doctor root
	rm root/consign.yaml
else
	skip closed "cannot be another user"
fi

# A root that may only be read, its state elsewhere, and both of them so.
bare() {
	unshare -m sh -ec "mount --bind root root; mount -o remount,ro,bind root
		$1"' shift; exec "$@"' sh "$@"
}
{ genesis_row photos; } | chained > elsewhere/ledger.jsonl
if unshare -m true 2> /dev/null; then
	says readonly/root 'ok   lock: it holds against another process' \
	    bare '' "$CONSIGN" doctor root --state ../elsewhere
	mkdir root/.consign
	cp elsewhere/ledger.jsonl root/.consign
	says readonly/state 'warn state: not writable here: commands that only read will do' \
	    bare '' "$CONSIGN" doctor root
	check readonly/reads grep -q '^ok   ledger: 1 rows' out
	check readonly/untouched [ "$(ls root/.consign)" = ledger.jsonl ]
else
	skip readonly "cannot make a mount namespace"
fi
