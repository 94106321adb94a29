#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# consign plan: what it says of odd files, what stops it, that it writes
# nothing, and that a saved plan holds to the byte or not at all.
. "$(dirname "$0")/lib.sh"

A=sha256:5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03
HEX=${A#sha256:}
EMPTY=e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
WRONG=sha256:$(printf '%064d' 0)

# plan [OPTION...]: of the archive in "root", to a store that is nowhere;
# plan_to URL BUCKET REGION [OPTION...]: to another one
plan() {
	plan_to https://s3.invalid backup r "$@"
}

plan_to() {
	plan_url=$1
	plan_bucket=$2
	plan_region=$3
	shift 3
	"$CONSIGN" plan root --endpoint "$plan_url" --bucket "$plan_bucket" \
	    --region "$plan_region" "$@"
}

# says NAME LINE: the last plan printed just that line
says() {
	if grep -qxF -- "$2" out; then
		pass "plan/$1"
	else
		fail "plan/$1" "no line '$2': $(head -c 500 out)"
	fi
}

# state: everything below root and what a write would change of it
state() {
	find root -printf '%p %y %i %m %s %T@ %C@ %l\n' | sort
}

as_nobody() {
	if [ "$(id -u)" -eq 0 ]; then
		setpriv --reuid 65534 --regid 65534 --clear-groups "$@"
	else
		"$@"
	fi
}

# --- A fresh archive: nothing at all is written -----------------------------

mkdir root
echo hello > root/a
: > root/empty
state > before
try plan/fresh 0 plan
state > after
check plan/writes-nothing cmp before after
says sha256 "would_upload      new            main/a -> \
sha256/58/$HEX  tier 1  A 1 B 2 free 0  up 6 down 6"
says empty-file "would_upload      new            main/empty -> \
sha256/e3/$EMPTY  tier 1  A 1 B 2 free 0  up 0 down 0"
says objects 'objects              2'
says default-ceiling 'class A requests     2 of at most 13'
says tier 'tier needed          2, nothing is proven'
says gate-passes 'gate objects      PASS'
check plan/gate-stops grep -q '^gate tier  *STOP  tiered_gate_unmet: ' out

# No credentials are asked for, and no name is looked up.
without_credentials() {
	env -u AWS_ACCESS_KEY_ID -u AWS_SECRET_ACCESS_KEY "$CONSIGN" plan \
	    root --endpoint https://s3.invalid --bucket backup --region r
}
try plan/no-credentials 0 without_credentials

if unshare -m true 2> /dev/null; then
	read_only() {
		unshare -m sh -ec "mount --bind root root
		    mount -o remount,ro,bind root root
		    exec \"\$@\"" sh "$CONSIGN" plan root \
		    --endpoint https://s3.invalid --bucket b-1 --region r
	}
	try plan/read-only-root 0 read_only
else
	skip plan/read-only-root 'mounts cannot be made here'
fi

# --- What a store may not take ----------------------------------------------

try plan/ceilings 0 plan --max-puts 1 --max-bytes-up 5
says ceiling 'class A requests     2 of at most 1'
check plan/ceiling-stops \
    grep -q '^gate ceilings  *STOP  put_ceiling_exceeded: ' out
try plan/max-objects 3/max_objects_exceeded plan --max-objects 1
try plan/max-objects-just 0 plan --max-objects 2
try plan/shut 0 plan --window 25:00-26:00
check plan/no-window grep -q '^gate window  *STOP  config_invalid: ' out
try plan/force 0 plan --force-reupload
check plan/forced [ "$(grep -c '^would_upload  *forced ' out)" -eq 2 ]
try plan/force-by-path 3/plan_unfit plan --force-reupload \
    --key-strategy path
check plan/key-not-of-bytes \
    [ "$(grep -c '^blocked  *key_not_of_bytes ' out)" -eq 2 ]
truncate -s 11M root/large
try plan/parts 0 plan --multipart-threshold 5M --multipart-part-size 5M
check plan/parts-counted grep -q \
    '^would_upload .* tier 1  A 5 B 6 free 0  up 11534336 down 11534336$' out
try plan/no-parts 0 plan
check plan/no-parts-counted grep -q \
    '^would_upload .* tier 1  A 1 B 2 free 0  up 11534336 down 11534336$' out
rm root/large

# --- Key strategies ---------------------------------------------------------

try plan/prefix 0 plan --key-strategy prefix --key-prefix nas/x
says prefix-key "would_upload      new            main/a -> \
nas/x/$HEX  tier 1  A 1 B 2 free 0  up 6 down 6"
mv root/a root/a.txt
try plan/extension 0 plan --key-strategy prefix --key-prefix nas/x \
    --key-append-extension
says extension-key "would_upload      new            main/a.txt -> \
nas/x/$HEX.txt  tier 1  A 1 B 2 free 0  up 6 down 6"
try plan/path 0 plan --key-strategy path --key-prefix nas
says path-key "would_upload      new            main/a.txt -> \
nas/main/a.txt  tier 1  A 1 B 2 free 0  up 6 down 6"
echo x > "root/$(printf '\303\274')"
try plan/utf-8 0 plan --key-strategy path
try plan/utf-8-on-r2 3/plan_unfit plan --key-strategy path \
    --provider-kind cloudflare-r2
try plan/utf-8-on-r2-by-digest 0 plan --provider-kind cloudflare-r2
rm "root/$(printf '\303\274')"

# --- Names ------------------------------------------------------------------

mkdir root/sub
echo x > "root/sub/two
lines"
echo x > "root/$(printf 'bad\377')"
echo x > 'root/50%'
try plan/odd-names 0 plan --json
for path in 'main/sub/two%0Alines' 'main/bad%FF' 'main/50%25'; do
	check "plan/odd-name-$path" grep -q "\"path\":\"$path\"" out
done
check plan/sorted sh -c "grep -o '^{\"path\":\"[^\"]*\"' out > paths
    LC_ALL=C sort -c paths"
try plan/odd-names-by-path 3/plan_unfit plan --key-strategy path
check plan/odd-names-blocked \
    [ "$(grep -c '^blocked  *key_unfit ' out)" -eq 2 ]
rm -r root/sub root/bad* root/50%

ln -s a.txt root/link
mkfifo root/pipe
try plan/left-out 0 plan
says link 'left_out          not_a_file     main/link: a symbolic link'
says pipe \
    'left_out          not_a_file     main/pipe: neither a file nor a folder'
says objects-only 'objects              2'
rm root/link root/pipe

mkdir root/locked
echo x > root/locked/x
echo x > root/secret
chmod 0 root/locked root/secret
cp "$CONSIGN" consign
chmod 755 . consign
unreadable() {
	as_nobody ./consign plan root --endpoint https://s3.invalid \
	    --bucket backup --region r "$@"
}
try plan/unreadable 8/io_error unreadable
check plan/unreadable-folder \
    grep -q '^left_out  *unreadable  *main/locked/: cannot open ' out
check plan/unreadable-file \
    grep -q '^left_out  *unreadable  *main/secret: cannot open ' out
says others-are-there 'would_upload         2'
try plan/unreadable-but-named 0 unreadable --only "$A"
chmod 755 root/locked root/secret
rm -r root/locked root/secret

mkdir root/many
(cd root/many && seq 10000 | xargs touch)
try plan/10000-files 0 plan
says 10000-files-counted 'objects              10002'
says 10000-files-ceiling 'class A requests     10002 of at most 11013'
rm -r root/many

cat > root/consign.yaml <<'END'
archive: night
sources:
  b:
    path: .
    exclude: ['*.bak']
  b-1:
    path: .
    settle: 1h
  gone:
    path: nowhere
END
mkdir root/.consign
echo x > root/old.bak
touch -d '2 hours ago' root/old.bak
try plan/sources 8/io_error plan
cut -c 34- out | sed 's/[ :].*//' | head -n 7 > paths
printf '%s\n' b-1/a.txt b-1/empty b-1/old.bak b/a.txt b/empty > want
head -n 5 paths > five
check plan/sources-in-order diff five want
check plan/unsettled [ "$(grep -c '^left_out  *unsettled ' out)" -ge 2 ]
check plan/source-gone grep -q "^left_out  *unreadable .*nowhere" out
rm -r root/consign.yaml root/.consign root/old.bak

# --- Selection --------------------------------------------------------------

cp root/a.txt root/b.txt
try plan/only 0 plan --only "$A"
check plan/equal-bytes-are-two [ "$(grep -c '^would_upload  *new ' out)" = 2 ]
try plan/only-one 0 plan --only "sha256:$EMPTY"
says only-tier 'tier needed          0, nothing is proven'
says only-passes 'gate tier         PASS'
try plan/only-missing 1/not_found plan --only "$WRONG" --only "$A"
check plan/only-missing-named grep -q "$WRONG" err
try plan/only-short 2/usage plan --only sha256:12
try plan/only-capitals 2/usage plan --only \
    "sha256:$(echo "$HEX" | tr a-f A-F)"
try plan/only-and-plan 2/usage plan --only "$A" --plan-from x
rm root/b.txt

# --- Saved plans ------------------------------------------------------------

try plan/save 0 plan --save saved
try plan/save-again 0 plan --save again
check plan/saves-the-same cmp saved again
try plan/save-over-plan 0 plan --save saved
check plan/still-the-same cmp saved again
echo text > other
try plan/save-over-other 8/io_error plan --save other
check plan/other-is-left grep -qx text other
try plan/save-nowhere 8/io_error plan --save nowhere/saved
try plan/save-unfit 3/plan_unfit plan --save unfit --force-reupload \
    --key-strategy path
check plan/unfit-is-not-saved [ ! -e unfit ]
check plan/nothing-is-left [ -z "$(find . -name '.*.tmp')" ]
try plan/save-and-follow 2/usage plan --save x --plan-from saved

# In the archive itself, a plan does not plan for itself.
try plan/save-inside 0 plan --save root/saved
check plan/save-inside-same cmp saved root/saved
try plan/save-inside-again 0 plan --save root/saved
check plan/save-inside-same-again cmp saved root/saved
try plan/follow-inside 0 plan --plan-from root/saved
rm root/saved

try plan/follow 0 plan --plan-from saved
says follows-all 'objects              2'
echo new > root/new
try plan/follow-beside-new 0 plan --plan-from saved
says leaves-new-alone 'objects              2'
rm root/new

# unfit NAME FILE [OPTION...]: that plan is refused
unfit() {
	name=$1
	file=$2
	shift 2
	try "plan/$name" 3/plan_unfit plan --plan-from "$file" "$@"
}

# Every value of every line, one by one: a digit or letter of it is another.
lines=$(wc -l < saved)
line=1
while [ "$line" -le "$lines" ]; do
	fields=$(sed -n "${line}p" saved | tr ',' '\n' | wc -l)
	field=1
	while [ "$field" -le "$fields" ]; do
		awk -v line="$line" -v field="$field" '
		BEGIN { FS = OFS = "," }
		NR == line {
			value = $field
			at = index(value, ":")
			c = substr(value, at + 1)
			if (c ~ /true|false/)
				c = c ~ /true/ ? "false" : "true"
			else if (match(c, /[0-8a-y]/))
				c = substr(c, 1, RSTART - 1) \
				    (substr(c, RSTART, 1) == "1" ? "2" : "1") \
				    substr(c, RSTART + 1)
			end = value ~ /}$/ && c !~ /}$/ ? "}" : ""
			$field = substr(value, 1, at) c end
		}
		{ print }' saved > changed
		if cmp -s saved changed; then
			fail "plan/changed-$line-$field" 'nothing was changed'
		else
			unfit "changed-$line-$field" changed
		fi
		field=$((field + 1))
	done
	line=$((line + 1))
done

sed 2d saved > changed
unfit line-missing changed
sed 2p saved > changed
unfit line-twice changed
awk 'NR == 2 { held = $0; next } { print } NR == 3 { print held }' \
    saved > changed
unfit lines-swapped changed
sed '$d' saved > changed
unfit end-missing changed
sed 1d saved > changed
unfit head-missing changed
sed '$p' saved > changed
unfit end-twice changed
sed 's/,/, /' saved > changed
unfit white-space changed
sed 's/$/\r/' saved > changed
unfit carriage-returns changed
head -c -1 saved > changed
unfit cut-by-a-byte changed
head -c 700 saved > changed
unfit cut changed
: > changed
unfit empty changed
{ cat saved; echo; } > changed
unfit more changed
head -c 100000 /dev/zero > changed
unfit zeros changed
try plan/no-such-plan 8/io_error plan --plan-from nothing

# What it depends on, one by one.
try plan/other-bucket 3/plan_unfit \
    plan_to https://s3.invalid backup-2 r --plan-from saved
try plan/other-endpoint 3/plan_unfit \
    plan_to https://s3-2.invalid backup r --plan-from saved
try plan/other-port 3/plan_unfit \
    plan_to https://s3.invalid:444 backup r --plan-from saved
try plan/same-endpoint 0 \
    plan_to https://S3.invalid:443/ backup r --plan-from saved
try plan/other-region 3/plan_unfit \
    plan_to https://s3.invalid backup r2 --plan-from saved
unfit other-kind saved --provider-kind minio
unfit other-name saved --store-ref other
unfit other-strategy saved --key-strategy path
unfit other-threshold saved --multipart-threshold 32M
unfit other-parts saved --multipart-part-size 32M
unfit forced saved --force-reupload
check plan/says-what-differs grep -q "'force_reupload' is true now" err
cp -p root/a.txt kept
echo HELLO > root/a.txt
unfit other-bytes saved
check plan/names-the-file grep -q "'main/a.txt'" err
rm root/a.txt
unfit gone saved
ln -s empty root/a.txt
unfit became-a-link saved
rm root/a.txt
cp -p kept root/a.txt
unfit another-inode saved

# --- JSON -------------------------------------------------------------------

try plan/json 0 plan --json
check plan/json-only sh -c '! grep -qv "^{.*}$" out'
check plan/json-gates [ "$(grep -c '^{"gate":' out)" -eq 6 ]
check plan/json-sums \
    grep -q '^{"objects":2,"would_upload":2,.*"max_puts":13}$' out

# --- Followed ---------------------------------------------------------------

start_store
mkdir night
echo one > night/one
echo two > night/two
AT="night --endpoint $ENDPOINT --bucket $BUCKET --region $REGION"
YES='--approve --reviewed-by kim'
for tier in 0 1; do
	# shellcheck disable=SC2086  # options
	check "plan/prove-$tier" "$CONSIGN" prove --tier $tier --root $AT $YES
done

# follow [OPTION...]: push by the plan in "night.plan"
follow() {
	# shellcheck disable=SC2086  # options
	"$CONSIGN" push $AT $YES --plan-from night.plan "$@"
}

# shellcheck disable=SC2086  # options
try plan/plan-all 0 "$CONSIGN" plan $AT --save night.plan
forget_requests
try plan/gates-bind-plans-too 3/tiered_gate_unmet follow
sed 's/"bytes_up":4/"bytes_up":5/' night.plan > changed
mv changed night.plan
try plan/changed-is-not-sent 3/plan_unfit follow
check plan/nothing-was-asked [ ! -s "$S3_LOG" ]

# One object of two: what is selected is what is planned.
mv night/two two
# shellcheck disable=SC2086  # options
try plan/plan-one 0 "$CONSIGN" plan $AT --save night.plan
mv two night/two
# shellcheck disable=SC2086  # options
try plan/dry-run 0 "$CONSIGN" push $AT --dry-run --plan-from night.plan
check plan/dry-run-asks-nothing [ ! -s "$S3_LOG" ]
try plan/followed 0 follow
check plan/sent-one [ "$(grep -c '"kind":"proof".*"path":"main/' \
    night/.consign/ledger.jsonl)" = 1 ]
digest=$(sha256sum < night.plan)
check plan/digest-on-record grep -q \
    "\"kind\":\"begin\".*\"plan_digest\":\"${digest%% *}\"" \
    night/.consign/ledger.jsonl
# What was done is another plan now.
forget_requests
try plan/followed-twice 3/plan_unfit follow
check plan/no-request-twice [ ! -s "$S3_LOG" ]
# shellcheck disable=SC2086  # options
try plan/plan-after 0 "$CONSIGN" plan $AT
check plan/is-proven-now grep -q '^already_uploaded  *proven  *main/one ' out
check plan/class-a-this-month grep -q "^with this month's  *[1-9]" out
