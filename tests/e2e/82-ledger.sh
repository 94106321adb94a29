#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# ledger: the history is checked, shown, and made into a manifest.
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/e2e/history.sh"

ledger() {
	"$CONSIGN" ledger "$@" --root archive
}

# says NAME FILE PATTERN
says() {
	check "$1" grep -Eq -e "$3" "$2"
}

admit_row() {
	echo "\"kind\":\"admit\",\"begin_seq\":1,\"path\":\"main/$1\",\"canonical_path\":\"/$1\",\"canonicalization_version\":\"consign-path-1\",\"origin\":\"photos/main\",\"object_id\":\"$OBJECT\",\"size_bytes\":5,\"inode\":6,\"mtime_ns\":7,\"ctime_ns\":8"
}

zeros=$(echo "$OBJECT" | sed 's/sha256://; s/./0/g')
{
	genesis_row photos
	begin_row push s
	probe_row s public b
	admit_row 'b\"%0A'
	admit_row a
	outcome_row proof s id "$zeros" uploaded rehash consign_uploaded
	end_row push s
} | chained > whole
last=$(tail -c 67 whole | head -c 64)
mkdir -p archive/.consign
state=archive/.consign

# --- Where there is none --------------------------------------------------

try none/verify 1/not_found ledger verify
try none/show 1/not_found ledger show
try none/rebuild 1/not_found ledger rebuild
check none/left [ -z "$(ls -A $state)" ]

# --- verify ---------------------------------------------------------------

cp whole $state/ledger.jsonl
try verify/whole 0 ledger verify
check verify/words [ "$(cat out)" = "7 rows, chain $last" ]
check verify/as-the-script [ "$(cat out)" = \
    "$(sh "$ROOT/docs/verify-ledger.sh" $state/ledger.jsonl)" ]
try verify/json 0 ledger verify --json
check verify/json-row [ "$(cat out)" = \
    "{\"rows\":7,\"chain\":\"$last\",\"torn_bytes\":0,\"writers_judged\":false,\"good_rows\":0}" ]
check verify/writes-nothing [ "$(ls -A $state)" = ledger.jsonl ]

printf '{"seq":7,"ti' >> $state/ledger.jsonl
try torn/verify 0 ledger verify
says torn/said out '^a torn row of 12 bytes at the end'
says torn/rows out '^7 rows'
try torn/json 0 ledger verify --json
check torn/json-row [ "$(row torn_bytes)" = 12 ]

# broken NAME ROW COMMAND...: the ledger is what the command prints
broken() {
	name=$1
	n=$2
	shift 2
	"$@" > $state/ledger.jsonl
	try "broken/$name" 6/ledger_broken ledger verify
	says "broken/$name-row" err "ledger row $n"
}
broken changed 3 sed '4s/:5/:6/' whole
broken removed 4 sed 5d whole
broken doubled 2 sed 2p whole
broken no-genesis 0 sed 1d whole
broken long 7 sh -c 'cat whole; head -c 70000 /dev/zero | tr "\0" x'
genesis_row photos > rows
begin_row push s >> rows
genesis_row photos >> rows
broken two-beginnings 2 chained < rows
{
	genesis_row photos
	echo '"kind":"melt","bytes":1'
} > rows
broken unknown-kind 1 chained < rows
{
	genesis_row photos
	echo '"kind":"torn","bytes":-1,"sha256":"00"'
} > rows
broken bad-value 1 chained < rows
begin_row push s > rows
broken no-name 0 chained < rows

# --- rebuild --------------------------------------------------------------

cp whole $state/ledger.jsonl
try rebuild/made 0 ledger rebuild
check rebuild/words [ "$(cat out)" = 'the manifest has 2 objects, from 7 rows' ]
check rebuild/lines [ "$(wc -l < $state/manifest.jsonl)" -eq 3 ]
check rebuild/sorted [ "$(sed -n 's/{"path":"\([^,]*\)",.*/\1/p' \
    $state/manifest.jsonl | xargs)" = 'main/a main/b"%0A' ]
says rebuild/head $state/manifest.jsonl \
    "\"ledger_rows\":7,.*\"ledger_chain\":\"$last\""
says rebuild/facts $state/manifest.jsonl \
    '"store_ref_1":"s",.*"bucket_1":"b",.*"tier_1":1,'
says rebuild/complete $state/manifest.jsonl "\"complete_at_1\":\"$WHEN\""
check rebuild/mode [ "$(stat -c %a $state/manifest.jsonl)" = 644 ]
cp $state/manifest.jsonl manifest
try rebuild/again 0 ledger rebuild --json
check rebuild/json [ "$(cat out)" = '{"objects":2,"rows":7}' ]
check rebuild/same cmp manifest $state/manifest.jsonl
echo damaged > $state/manifest.jsonl
try rebuild/verify-all-the-same 0 ledger verify
says rebuild/damage-said err "consign ledger rebuild"
try rebuild/damaged 0 ledger rebuild
check rebuild/mended cmp manifest $state/manifest.jsonl
sed '4s/:5/:6/' whole > $state/ledger.jsonl
try rebuild/broken 6/ledger_broken ledger rebuild
check rebuild/kept cmp manifest $state/manifest.jsonl

# --- What a chain alone can not tell --------------------------------------

head -n 5 whole > $state/ledger.jsonl
try rollback/verify 6/ledger_broken ledger verify
says rollback/row err 'ledger row 5 is missing, and the manifest knows 7'
{
	genesis_row photos
	begin_row push t
	begin_row push t
	begin_row push t
	begin_row push t
	begin_row push t
	begin_row push t
	begin_row push t
} | chained > $state/ledger.jsonl
try fork/verify 6/ledger_broken ledger verify
says fork/row err 'ledger row 6 is not the one that the manifest knows'
rm $state/ledger.jsonl
try lost/verify 6/ledger_broken ledger verify
try lost/show 6/ledger_broken ledger show
try lost/rebuild 6/ledger_broken ledger rebuild
head -n 5 whole > $state/ledger.jsonl
try rollback/rebuild 0 ledger rebuild
says rollback/said err 'knew 7 rows'
try rollback/rebuilt 0 ledger verify

# --- show -----------------------------------------------------------------

rm $state/manifest.jsonl
cp whole $state/ledger.jsonl
try show/rows 0 ledger show
check show/count [ "$(wc -l < out)" -eq 7 ]
says show/genesis out "^0 $WHEN genesis archive_id=photos\$"
says show/admit out "^3 $WHEN admit path=main/b\"%0A\$"
says show/proof out \
    '^5 .* proof store_ref=s path=main/a result_status=uploaded proof=rehash$'
says show/end out '^6 .* end command=push store_ref=s uploaded=1 .* result=ok$'
try show/json 0 ledger show --json
check show/as-they-are cmp out whole
try show/last 0 ledger show --json --last 2
tail -n 2 whole > want
check show/last-rows cmp out want
try show/none 0 ledger show --last 0
check show/none-said [ ! -s out ]
try show/more 0 ledger show --last 100
check show/all [ "$(wc -l < out)" -eq 7 ]
sed '6s/:5/:6/' whole > $state/ledger.jsonl
try show/damaged 6/ledger_broken ledger show
check show/until-there [ "$(wc -l < out)" -eq 5 ]
try show/damaged-last 6/ledger_broken ledger show --last 1
check show/nothing-before [ ! -s out ]

# --- Control characters never reach a terminal ----------------------------

{
	genesis_row photos
	begin_row push s
	admit_row "$(printf 'a\302\233b')"
} | chained > $state/ledger.jsonl
try show/control 0 ledger show
says show/control-harmless out 'path=main/a%C2%9Bb$'

# --- Usage ----------------------------------------------------------------

for verb in verfy ''; do
	try "usage/$verb" 2/usage ledger "$verb"
done
says usage/advice err 'give verify, show, .* or rebuild'
try usage/two 2/usage ledger verify show
try usage/no-verb 2/usage ledger
try usage/last 2/usage ledger verify --last 1
try usage/no-root 8/io_error "$CONSIGN" ledger verify --root nowhere

# --- A run that holds the lock --------------------------------------------

cp whole $state/ledger.jsonl
if command -v python3 > /dev/null; then
	python3 -c '
import fcntl, sys, time
f = open(sys.argv[1], "w")
fcntl.lockf(f, fcntl.LOCK_EX)
open("locked", "w").close()
time.sleep(60)' $state/lock &
	holder=$!
	eventually [ -e locked ]
	try locked/rebuild 7/locked ledger rebuild
	try locked/verify 0 ledger verify
	kill "$holder"
	wait "$holder" 2> wait.err
else
	skip locked/rebuild 'needs python3'
fi

# --- A folder that may not be written -------------------------------------

if [ "$(id -u)" -ne 0 ]; then
	chmod 555 $state
	try readonly/verify 0 ledger verify
	try readonly/rebuild 8/io_error ledger rebuild
	chmod 755 $state
fi
