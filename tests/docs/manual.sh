#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# The manual lists what the program has, no more and no less, and its examples
# run.
. "$(dirname "$0")/../e2e/lib.sh"
. "$ROOT/tests/e2e/history.sh"

manual=$ROOT/docs/consign.1

# equal NAME FILE FILE: the same lines, of which there are some
equal() {
	sort "$2" > equal.1
	sort "$3" > equal.2
	if [ ! -s equal.1 ]; then
		fail "$1" "nothing to compare"
	elif diff equal.1 equal.2 > equal.diff; then
		pass "$1"
	else
		fail "$1" "$(grep '^[<>]' equal.diff | xargs)"
	fi
}

# section NAME: the manual's lines from that .Sh or .Ss to the next
section() {
	awk -v name="$1" '/^\.S[hs] / { on = substr($0, 5) == name; next }
		on' "$manual"
}

# --- Statuses, kinds, commands --------------------------------------------

# A row is [ERR_X] = { "word", "advice", status, flags }, on some lines.
awk '/^\t\[ERR_/ { row = "" }
	{ row = row $0 }
	/},$/ && match(row, /"[a-z_]*"/) {
		word = substr(row, RSTART + 1, RLENGTH - 2)
		n = split(row, part, ",")
		if (word != "ok")
			print part[n - 2] + 0, word
	}
	/^};/ && n { exit }' "$ROOT/src/util/err.c" > codes
section 'EXIT STATUS' |
    sed -n 's/^\.It \([0-9]*\)[+N]* Ta Ic \([a-z_]*\) .*/\1 \2/p' > listed
equal manual/codes codes listed

sed -n 's/^[[:space:]]*\.name = "\(.*\)",$/\1/p' \
    "$ROOT/src/s3/provider.c" > kinds
section PROVIDERS | sed -n 's/^\.It \([a-z0-9-]*\) Ta .*/\1/p' > listed
equal manual/kinds kinds listed

"$CONSIGN" --help | sed -n '/^commands:/,/^$/s/^  \([a-z]*\) .*/\1/p' > commands
sed -n 's/^\.Ss consign //p' "$manual" > listed
equal manual/commands commands listed

# --- Options --------------------------------------------------------------

# helped COMMAND TITLE: "-q --quiet" a line, of one part of its help
helped() {
	"$CONSIGN" "$1" --help | sed -n "/^$2:\$/,/^\$/s/^  \(-.*\)/\1/p" |
	    sed 's/^\(-[a-z]\), /\1 /' |
	    sed 's/^\(\(-[a-z] \)\{0,1\}--[a-z-]*\).*/\1/'
}

# options SECTION: the same of the manual
options() {
	section "$1" | sed -n 's/^\.It Fl \([-a-z].*\)/\1/p' |
	    sed 's/^\([a-z]\) , Fl -/-\1 --/; s/^-\([a-z][a-z]\)/--\1/' |
	    sed 's/^\(\(-[a-z] \)\{0,1\}--[a-z-]*\).*/\1/'
}

while read -r command; do
	helped "$command" "options of $command" > help
	options "consign $command" > listed
	# Some have none of their own.
	[ -s help ] || [ -s listed ] || continue
	equal "manual/options-of-$command" help listed
done < commands

# Groups that commands share, in the help of the first that has each.
for group in 'Which objects' Approval Bounds Progress 'Which store' \
    'The store' 'Options of all commands'; do
	title=$(echo "$group" | sed 's/^[A-Z]/\L&/')
	while read -r command; do
		helped "$command" "$title" > help
		[ ! -s help ] || break
	done < commands
	options "$group" > listed
	equal "manual/options-of-$(echo "$title" | tr ' ' -)" help listed
done

# --- Rows -----------------------------------------------------------------

start_tls_store server-ec --versioned --min-part 1024
echo text > text
receipt=20261122t030000z-0123456789ab-0000000000000001
mkdir -p said/.consign
digest=$(receipt_file said/.consign said "$receipt" s uploaded rehash)
{
	genesis_row said
	begin_row push s
	probe_row s public bucket
	admit_row main/a
	outcome_row proof s "$receipt" "$digest" uploaded rehash \
	    consign_uploaded
} | chained > said/.consign/ledger.jsonl
echo text > said/file
echo text > said/.consign/receipts/stray
mkdir -p told/.consign
{
	genesis_row told
	begin_row push s
	probe_row s public bucket
	end_row push s
	probe_row s public bucket | sed 's/"result":"ok"/"result":"begun"/'
} | chained > told/.consign/ledger.jsonl
cat > told/consign.yaml << 'YAML'
max_puts_month: 9
stores:
  s:
    endpoint: https://s3.example.org
    bucket: another
    region: r1
YAML
mkdir -p left/.consign/uploads
{
	genesis_row left
	begin_row push s
	probe_row s public bucket
	outcome_row fail s "$receipt" "$digest" failed_verification none none
} | sed 's/"etag":"e",/&"version_id":"v",/' |
    chained > left/.consign/ledger.jsonl
echo "{\"kind\":\"intent\",\"time\":\"$WHEN\",\"schema\":\"consign.upload.v1\",\"begin_seq\":1,\"store_ref\":\"s\",\"endpoint\":\"https://s3.example.org\",\"bucket\":\"bucket\",\"path\":\"main/a\",\"object_id\":\"$OBJECT\",\"remote_key\":\"k\",\"size_bytes\":5,\"inode\":1,\"mtime_ns\":2,\"ctime_ns\":3,\"part_size_bytes\":3,\"part_count\":2}
{\"kind\":\"begun\",\"time\":\"$WHEN\",\"upload_id\":\"u\"}" \
    > left/.consign/uploads/20261122t030000z-00000001.jsonl
printf '{}\n{}\n' > left/.consign/uploads/20261122t030000z-00000002.jsonl
left_at="--store-ref s --bucket bucket --endpoint https://s3.example.org"
left_at="$left_at --region r1 --dry-run --json"
faults 'DELETE */probe status:403/AccessDenied'
for row in init plan prove push put get adopt verify progress confirm abort \
    status ls receipts report carriers check ledger doctor sign key; do
	case $row in
	init) mkdir archive && "$CONSIGN" init archive --json ;;
	plan)
		"$CONSIGN" plan said --store-ref s --bucket bucket \
		    --endpoint https://s3.example.org --region r1 \
		    --max-objects 9 --max-puts 9 --max-puts-month 9 \
		    --max-bytes-up 9 --max-bytes-down 9 --json
		;;
	prove) "$CONSIGN" prove --tier 0 --approve --reviewed-by kim --json \
	    --root archive --endpoint "$ENDPOINT" --bucket "$BUCKET" \
	    --region "$REGION" --ca-file "$CA" ;;
	push) "$CONSIGN" push archive --json --dry-run --endpoint "$ENDPOINT" \
	    --bucket "$BUCKET" --region "$REGION" --ca-file "$CA" ;;
	put) put text key --json ;;
	get) get key back --json ;;
	adopt)
		cp text archive
		echo "sha256:$(sha256sum < text | cut -c 1-64)	key" > map
		"$CONSIGN" adopt archive --key-map map --approve \
		    --reviewed-by kim --json --endpoint "$ENDPOINT" \
		    --bucket "$BUCKET" --region "$REGION" --ca-file "$CA"
		;;
	verify) "$CONSIGN" verify archive --sample 1 --json \
	    --endpoint "$ENDPOINT" --bucket "$BUCKET" --region "$REGION" \
	    --ca-file "$CA" ;;
	progress)
		head -c 3000 /dev/zero > archive/parts
		faults 'PART * delay:1200 times=1'
		at="--endpoint $ENDPOINT --bucket $BUCKET --region $REGION"
		at="$at --ca-file $CA --approve --reviewed-by kim"
		# shellcheck disable=SC2086
		"$CONSIGN" prove --tier 1 --root archive $at > out
		# shellcheck disable=SC2086
		"$CONSIGN" push archive $at --multipart-threshold 1k \
		    --multipart-part-size 1k --allow-tiny-parts --jobs 1 \
		    --only "sha256:$(sha256sum < archive/parts |
		    cut -c 1-64)" --progress 7 7>&1 > out
		;;
	confirm) "$CONSIGN" confirm "$receipt" --root said --dry-run --json ;;
	abort)
		# shellcheck disable=SC2086  # options
		"$CONSIGN" abort left $left_at 2> err
		# shellcheck disable=SC2086
		"$CONSIGN" abort left $left_at --wrong
		;;
	status)
		"$CONSIGN" status said --json
		"$CONSIGN" status left --json
		"$CONSIGN" status told --json
		;;
	# What consign-ledger(5) has not.
	ls) "$CONSIGN" ls said --json |
	    grep -o '"\(origin\|admission_ref\)":' ;;
	receipts) "$CONSIGN" receipts said --all --json |
	    grep -o '"\(named_by\|verdict\|file\|message\)":' ;;
	report) "$CONSIGN" report said -o page.html --json ;;
	carriers) "$CONSIGN" carriers said --artifact-path /a --json ;;
	check) "$CONSIGN" check said --json 2> err ;;
	ledger)
		"$CONSIGN" ledger verify --root said --json
		"$CONSIGN" ledger rebuild --root said --json
		mkdir sealed
		"$CONSIGN" key new nas1 --root sealed > sealed/key
		"$CONSIGN" prove --tier 0 --approve --reviewed-by kim \
		    --root sealed --endpoint "$ENDPOINT" --bucket "$BUCKET" \
		    --region "$REGION" --ca-file "$CA" > sealed/out
		"$CONSIGN" ledger checkpoint --root sealed --json \
		    --approve --reviewed-by kim
		"$CONSIGN" ledger verify --root sealed --json
		rm -r sealed/.consign/keys
		"$CONSIGN" ledger verify --root sealed --json
		;;
	doctor) "$CONSIGN" doctor archive --bucket b --json 2> err ;;
	key) "$CONSIGN" key new nas2 --root said --json ;;
	sign) "$CONSIGN" sign GET / --endpoint "$ENDPOINT" --region x --json ;;
	esac
done | grep -o '"[a-z_0-9]*":' | tr -d '":' | sort -u > fields
section 'JSON ROWS' | sed -n 's/^\.\(It \)\{0,1\}Va //p' |
    tr -d ',.;' | xargs -n 1 | sort -u > listed
equal manual/json-fields fields listed

# --- Examples -------------------------------------------------------------

section EXAMPLES | sed -n '/^\.Bd/,/^\.Ed/p' | sed '/^\.[BE]d/d; s/\\e$/\\/' |
    sed "s/localhost:9000/localhost:$S3_PORT/; s/--bucket backup/--bucket $BUCKET/
	s,store\.pem,$CA," > examples.sh
check manual/examples-are-there [ "$(grep -c consign examples.sh)" -ge 5 ]
mkdir photos bin vault
echo picture > photos/1.jpg
tar -cf photos.tar photos
cp photos.tar vault
echo notes > notes.txt
ln -s "$CONSIGN" bin/consign
PATH=$WORK/bin:$PATH sh -e examples.sh > shown 2> err
status=$?
check manual/examples [ "$status" -eq 0 ]
[ "$status" -eq 0 ] || cat err
check manual/example-push [ "$(grep -c '"kind":"proof"' \
    vault/.consign/ledger.jsonl)" = 2 ]
check manual/example-again cmp photos.tar again.tar
check manual/example-put grep -q '^uploaded 2026/photos.tar' shown
check manual/example-list grep -q '^photos/1.jpg$' shown
check manual/example-restored cmp photos.tar restored.tar
check manual/example-status grep -q '^something else is there$' shown
check manual/example-sign grep -q '^list-type=2&prefix=2026%2F$' shown
