#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# Keys that sign history: made, shown, chosen, refused; openssl reads them and
# we read those of openssl; and the private half is nowhere but in its file.
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/e2e/archive.sh"
. "$ROOT/tests/e2e/secrets.sh"

A=$WORK/photos
KEYS=$A/.consign/keys
mkdir "$A"

# of COMMAND...: of the archive, without a store
of() {
	"$CONSIGN" "$@" --root "$A"
}

says() {
	check "$1" grep -Eq -e "$3" "$2"
}

mode() {
	stat -c %a "$1"
}

differs() {
	! cmp -s "$1" "$2"
}

# lacks FILE...: the secret of forms.txt
lacks() {
	! grep -aF -f forms.txt "$@"
}

# --- Made -----------------------------------------------------------------

(umask 777 && of key new nas1 > nas1.yaml 2> err)
check new/status [ $? -eq 0 ]
check new/quiet [ ! -s err ]
check new/modes [ "$(mode "$KEYS") $(mode "$KEYS/nas1.key")" = '755 600' ]
check new/public-mode [ "$(mode "$KEYS/nas1.pub")" = 644 ]
check new/nothing-else [ "$(cd "$KEYS" && echo .[!.]* *)" = \
    '.[!.]* nas1.key nas1.pub' ]
check new/state-mode [ "$(mode "$A/.consign")" = 755 ]
check new/entry [ "$(sed 's/: .*//' nas1.yaml | xargs)" = \
    'writers: nas1: archive public_key grants' ]
spki=$(sed -n 's/^    public_key: //p' nas1.yaml)
id=$(echo "$spki" | openssl base64 -d -A | sha256sum | cut -c 1-16)

try show/status 0 of key show nas1
check show/same cmp out nas1.yaml
try show/json 0 of key show nas1 --json
check show/row [ "$(cat out)" = "{\"name\":\"nas1\",\"writer\":\"$id\",\"archive_id\":\"photos\",\"public_key\":\"$spki\"}" ]
try show/none 1/not_found of key show nas2
rm -rf fresh && mkdir fresh
try show/no-state 1/not_found "$CONSIGN" key show nas1 --root fresh
check show/makes-nothing [ -z "$(ls -A fresh)" ]

(umask 0 && of key new nas2 > nas2.yaml)
check second/modes [ "$(mode "$KEYS/nas2.key") $(mode "$KEYS/nas2.pub")" = \
    '600 644' ]
check second/another differs "$KEYS/nas1.key" "$KEYS/nas2.key"
cp -r "$KEYS" before
try again/key 8/io_error of key new nas1
rm "$KEYS/nas2.key"
try again/public 8/io_error of key new nas2
check again/not-half [ ! -e "$KEYS/nas2.key" ]
cp before/nas2.key "$KEYS"
check again/unchanged diff -r before "$KEYS"

long=n23456789012345678901234567890123456789012345678901234567890123
for name in '' - -a A a_b a/b .. . "a b" "${long}4"; do
	try "name/'$name'" 2/usage of key new -- "$name"
done
try name/longest 0 of key new "$long"
try name/digit 0 of key new 9
rm "$KEYS/$long".* "$KEYS"/9.*
check name/nothing-made diff -r before "$KEYS"
try usage/verb 2/usage of key make nas3
try usage/name 2/usage of key new
try usage/two 2/usage of key new nas3 nas4

# --- With openssl ---------------------------------------------------------

check openssl/reads openssl ec -in "$KEYS/nas1.key" -check -noout
openssl ec -in "$KEYS/nas1.key" -pubout > public 2> /dev/null
check openssl/public cmp public "$KEYS/nas1.pub"
openssl ec -in "$KEYS/nas1.key" > private 2> /dev/null
check openssl/form cmp private "$KEYS/nas1.key"

# --- Which key signs ------------------------------------------------------

start_store
A=$WORK/signed
KEYS=$A/.consign/keys
mkdir "$A"
echo one > "$A/a"
echo two > "$A/b"
climb_to 1
check unsigned/as-ever [ "$(rows checkpoint)" -eq 0 ]
try unsigned/verify 0 of ledger verify
says unsigned/one-line out "^$(ledger | wc -l) rows, chain [0-9a-f]*\$"
try unsigned/doctor 0 of doctor
says unsigned/doctor-says out '^ok   writer: none'

# id_of NAME: its key id;  last_writer: who signed the ledger's last row
id_of() {
	of key show "$1" --json | sed 's/.*"writer":"\([^"]*\)".*/\1/'
}
last_writer() {
	ledger | tail -n 1 |
	    sed -n 's/.*"kind":"checkpoint","writer":"\([^"]*\)".*/\1/p'
}

# run NAME KEY [OPTION...]: a push that is signed by that key
run() {
	run_name=$1
	key=$2
	shift 2
	echo "$run_name" > "$A/a"
	try "$run_name" 0 push --only "$(object "$A/a")" "$@"
	check "$run_name/signed" [ "$(last_writer)" = "$(id_of "$key")" ]
}

# refuse NAME STATUS WORDS [OPTION...]: nothing is sent, or written
refuse() {
	refuse_name=$1
	status=$2
	words=$3
	shift 3
	echo "$refuse_name" > "$A/a"
	ledger > ledger.before
	forget_requests
	try "$refuse_name" "$status" push --only "$(object "$A/a")" "$@"
	says "$refuse_name/said" err "$words"
	check "$refuse_name/not-sent" [ "$(requests ANY)" -eq 0 ]
	check "$refuse_name/not-written" cmp ledger.before \
	    "$A/.consign/ledger.jsonl"
}

of key new nas1 > nas1.yaml
run one/run nas1
try one/verify 0 of ledger verify --writers nas1.yaml
says one/covers-all out "^$(ledger | wc -l) rows are signed by nas1"
of key new nas2 > nas2.yaml
refuse several/none 2/config_invalid 'nas1, nas2'
run several/option nas2 --writer nas2
printf 'writer: nas1\n' > "$A/consign.yaml"
run several/settings nas1
run several/option-first nas2 --writer nas2
refuse named/missing 2/config_invalid "keys/nas3.key'.*consign key new nas3" \
    --writer nas3
refuse named/path 2/config_invalid "'../keys/nas1' cannot be" --writer ../keys/nas1
refuse named/empty 2/config_invalid "'' cannot be" --writer ''
printf 'writer: Nas1\n' > "$A/consign.yaml"
refuse named/settings 2/config_invalid "1:9: 'Nas1' cannot be a writer's name"
printf 'writer: nas3\n' > "$A/consign.yaml"
refuse named/settings-missing 2/config_invalid 'the writer nas3'
try named/doctor 2/config_invalid of doctor -q
says named/doctor-says out '^fail writer: .*nas3'
rm "$A/consign.yaml" "$KEYS"/nas2.*

# What one may read needs no key: history can be looked at without.
try reads/ls 0 of ls --writer nas9
try reads/dry-run 0 consign push --dry-run --only "$(object "$A/a")"

# --- Keys that are none ---------------------------------------------------

cp "$KEYS/nas1.key" good

# bad NAME WORDS: what keys/nas1.key is now is refused
bad() {
	refuse "bad/$1" 2/config_invalid "$2"
	try "bad/$1-doctor" 2/config_invalid of doctor -q
	says "bad/$1-doctor-says" out '^fail keys: '
	rm -rf "$KEYS/nas1.key"
	cp good "$KEYS/nas1.key"
}
chmod 640 "$KEYS/nas1.key"
bad group 'nas1.key. is open to others \(mode 0640\)'
chmod 604 "$KEYS/nas1.key"
bad others 'is open to others'
: > "$KEYS/nas1.key"
bad empty 'nas1.key. holds no P-256 key'
head -n 4 good > "$KEYS/nas1.key"
bad cut 'holds no P-256 key'
openssl ecparam -name secp384r1 -genkey -noout > "$KEYS/nas1.key" 2> /dev/null
bad another-curve 'holds no P-256 key'
openssl genrsa 2048 > "$KEYS/nas1.key" 2> /dev/null
bad rsa 'holds no P-256 key'
openssl ec -in good -aes128 -passout pass:x > "$KEYS/nas1.key" 2> /dev/null
bad encrypted 'without a passphrase'
rm "$KEYS/nas1.key"
mkdir "$KEYS/nas1.key"
bad folder 'is a directory'
run bad/mended nas1
mv "$KEYS/nas1.key" lost
refuse bad/lost 2/config_invalid "nas1.key': No such file"
mv lost "$KEYS/nas1.key"

# --- Keys of openssl ------------------------------------------------------

# foreign NAME COMMAND...: prints a key, which then signs
foreign() {
	foreign_name=$1
	shift
	rm -f "$KEYS"/*
	(umask 77 && "$@" > "$KEYS/x.key" 2> /dev/null)
	openssl pkey -in "$KEYS/x.key" -pubout > "$KEYS/x.pub" 2> /dev/null
	run "foreign/$foreign_name" x
	sh "$ROOT/docs/verify-signatures.sh" "$A/.consign/ledger.jsonl" \
	    "$KEYS/x.pub" ./*.pub > out 2> err
	check "foreign/$foreign_name-right" [ ! -s err ]
	cp "$KEYS/x.pub" "$foreign_name.pub"
}
cp "$KEYS/nas1.pub" nas1.pub
sed -n 's/^    public_key: //p' nas2.yaml | {
	echo '-----BEGIN PUBLIC KEY-----'
	sed 's/.\{64\}/&\n/g'
	echo '-----END PUBLIC KEY-----'
} > nas2.pub
foreign sec1 openssl ecparam -name prime256v1 -genkey -noout
foreign parameters openssl ecparam -name prime256v1 -genkey
foreign pkcs8 openssl genpkey -algorithm EC -pkeyopt \
    ec_paramgen_curve:P-256
rm "$KEYS/x.pub"
try foreign/without-public 0 of doctor
says foreign/without-public-said out '^warn keys: x.pub'

# --- Another user: sees which keys there are, and may check ----------------

rm -f "$KEYS"/*
of key new nas1 > nas1.yaml
run other/run nas1
if [ "$(id -u)" -eq 0 ] && command -v setpriv > /dev/null; then
	chmod 755 "$WORK"
	chmod 644 nas1.yaml
	as_other() {
		setpriv --reuid 65534 --regid 65534 --clear-groups "$@"
	}
	try other/show 0 as_other "$CONSIGN" key show nas1 --root "$A"
	check other/same cmp out nas1.yaml
	try other/verify 0 as_other "$CONSIGN" ledger verify --root "$A" \
	    --writers "$WORK/nas1.yaml"
	try other/doctor 0 as_other "$CONSIGN" doctor --root "$A"
	says other/doctor-says out '^warn keys: nas1 is not for this user'
	check other/no-secret as_other sh -c "! cat '$KEYS/nas1.key'"
	before=$(ledger | wc -l)
	# shellcheck disable=SC2046,SC2086  # options
	as_other "$CONSIGN" push --root "$A" $(at_store) $YES > out 2> err
	check other/does-not-run [ $? -ne 0 ]
	check other/nothing-written [ "$(ledger | wc -l)" -eq "$before" ]
else
	skip other 'needs root, and setpriv'
fi

# --- The secret -----------------------------------------------------------

rm -f "$KEYS"/*
A=$WORK/secret
KEYS=$A/.consign/keys
mkdir "$A"
all=all.txt
of key new nas1 > "$all" 2>&1
echo something > "$A/a"
for option in -q -v --json; do
	{
		of key show nas1 $option
		of key new nas1 $option
		# shellcheck disable=SC2086  # options
		consign prove $YES --tier 0 $option
		push $option
		push $option --only "$(object "$A/a")"
		consign verify $option
		of doctor $option
		of ledger verify $option
		of ledger show $option
		of ledger checkpoint --dry-run $option
		chmod 644 "$KEYS/nas1.key"
		of doctor $option
		push $option
		chmod 600 "$KEYS/nas1.key"
	} >> "$all" 2>&1
done
openssl ec -in "$KEYS/nas1.key" -noout -text 2> /dev/null |
    sed -n '/^priv:/,/^pub:/p' | sed '/:$/{/^p/d;}' | tr -d ' \n:' > hex
check secret/hex [ "$(wc -c < hex)" -eq 64 ]
{
	cat hex && echo
	tr a-f A-F < hex && echo
	for pad in '' 00 0000; do
		# The characters that only the key's bytes decide.
		printf '%s' "$pad$(cat hex)" | sed 's/../\\\\x&/g' |
		    xargs printf '%b' | openssl base64 -A | cut -c 5-40
	done
} > forms.txt
check secret/forms [ "$(wc -l < forms.txt)" -eq 5 ]
check secret/its-file-has-it grep -qF -f forms.txt "$KEYS/nas1.key"
find "$A" "$S3_DIR" -type f ! -name nas1.key -exec cat {} + > kept.txt
check secret/nothing-said lacks "$all"
check secret/nothing-kept lacks kept.txt
check secret/nothing-sent lacks "$S3_LOG"
check secret/signed [ "$(rows checkpoint)" -ge 3 ]

# A name that holds it goes nowhere.
echo else > "$A/$(cat hex)"
climb_to 4
try secret/in-a-name 9/secret_guard push
check secret/in-no-file lacks -r --exclude=nas1.key "$A/.consign"
check secret/not-in-words lacks out err
