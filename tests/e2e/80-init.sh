#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# init: a consign.yaml that explains itself and an empty state folder; nothing
# that exists is changed, and nothing is left behind where it cannot be done.
. "$(dirname "$0")/lib.sh"

# A folder is made for each test, since each begins an archive.
fresh() {
	fresh_n=$((${fresh_n:-0} + 1))
	mkdir -p "$WORK/$fresh_n/$1"
	cd "$WORK/$fresh_n/$1" || exit 2
}

# settings: what is on in consign.yaml, a line each, without indentation
settings() {
	sed -n '/^ *[a-z]/s/^ *//p' "${1:-consign.yaml}"
}

# left: everything below here, sorted, but the files of expect_status
left() {
	find . ! -name . ! -name out ! -name err ! -name check.out | sort |
	    tr '\n' ' '
}

# says NAME FILE PATTERN
says() {
	check "$1" grep -Eq -e "$3" "$2"
}

# --- What it makes --------------------------------------------------------

fresh 'My Photos'
try plain 0 "$CONSIGN" init
check plain/files [ "$(left)" = './.consign ./consign.yaml ' ]
check plain/modes [ "$(stat -c %a .consign consign.yaml | tr '\n' ' ')" = \
    '755 644 ' ]
check plain/settings [ "$(settings | tr '\n' ';')" = \
    'archive: my-photos;sources:;main:;path: .;' ]
check plain/quiet [ ! -s err ]
says plain/says out '^archive my-photos begins'
for tier in - 0 1 2 3 4; do
	says "plain/tier$tier" out "^  $tier  "
done

fresh umask
with_umask() {
	(
		umask "$1"
		shift
		"$@"
	)
}
try umask 0 with_umask 0777 "$CONSIGN" init
check umask/modes [ "$(stat -c %a .consign consign.yaml | tr '\n' ' ')" = \
    '755 644 ' ]

fresh here
mkdir there
try argument 0 "$CONSIGN" init there
check argument/files [ "$(cd there && left)" = \
    './.consign ./consign.yaml ' ]
check argument/id [ "$(settings there/consign.yaml | head -n 1)" = \
    'archive: there' ]
mkdir other
try root 0 "$CONSIGN" init --root other/
check root/files [ "$(cd other && left)" = './.consign ./consign.yaml ' ]
ln -s .. up
try link 0 "$CONSIGN" init up/here
check link/id [ "$(settings | head -n 1)" = 'archive: here' ]

fresh nas
try archive 0 "$CONSIGN" init --archive nas-2026
check archive/id [ "$(settings | head -n 1)" = 'archive: nas-2026' ]

fresh state
try state 0 "$CONSIGN" init --state ../elsewhere
check state/files [ "$(left)" = './consign.yaml ' ]
check state/folder [ -d ../elsewhere ]
check state/setting [ "$(settings | sed -n 2p)" = 'state: ../elsewhere' ]
fresh state
try state/absolute 0 "$CONSIGN" init --state "$PWD/a b's" --root .
check state/quoted [ "$(settings | sed -n 2p)" = "state: '$PWD/a b''s'" ]
check state/odd-folder [ -d "a b's" ]

fresh json
try json 0 "$CONSIGN" init --json
check json/row [ "$(cat out)" = '{"archive_id":"json","state":".consign"}' ]

# Nobody's environment, and no network to look for.
fresh bare
try bare 0 env -i "$CONSIGN" init

# --- What it refuses ------------------------------------------------------

# refuse NAME STATUS/CODE ARGUMENT...: and all is as it was
refuse() {
	refuse_name=$1
	refuse_want=$2
	shift 2
	before=$(left)
	if ! expect_status "$refuse_want" "$CONSIGN" init "$@"; then
		fail "$refuse_name" "$why"
	elif [ -s out ] || [ "$(left)" != "$before" ]; then
		fail "$refuse_name" "said or left something: $(left)"
	else
		pass "$refuse_name"
	fi
}

fresh again
"$CONSIGN" init > /dev/null
cp consign.yaml ../kept
refuse again 8/io_error
rm -r .consign
refuse again/config 8/io_error
says again/config-says err "'consign\.yaml' exists already"
check again/config-kept cmp consign.yaml ../kept
rm consign.yaml
mkdir .consign
refuse again/state 8/io_error
says again/state-says err "'\.consign' exists already"
rmdir .consign
ln -s nowhere consign.yaml
refuse again/broken-link 8/io_error
rm consign.yaml
try again/removed 0 "$CONSIGN" init

fresh refused
: > file
refuse root/missing 8/io_error none
refuse root/file 8/io_error file
refuse root/empty 8/io_error ''
refuse root/twice 2/usage . --root .
refuse root/two 2/usage a b
refuse archive/capitals 2/usage --archive Photos
refuse archive/hyphen 2/usage --archive=-a
refuse archive/empty 2/usage --archive ''
refuse archive/long 2/usage --archive "$(printf %064d 0)"
refuse archive/of-slash 2/usage /
says archive/of-slash-says err 'give --archive ID'
refuse state/missing 8/io_error --state none/below
refuse state/is-file 8/io_error --state file
refuse state/empty 2/usage --state ''
refuse state/newline 2/usage --state "$(printf 'a\nb')"
refuse state/latin1 2/usage --state "$(printf 'a\344')"
refuse state/long 8/io_error --state "$(printf %04096d 0)"
refuse option/store 2/usage --bucket abc
mkdir -- ---
refuse archive/of-hyphens 2/usage -- ---
says archive/of-hyphens-says err 'give --archive ID'
try archive/of-hyphens-given 0 "$CONSIGN" init --archive a -- ---

fresh readonly
if [ "$(id -u)" -eq 0 ]; then
	mkdir full
	if mount -t tmpfs -o size=4k,nr_inodes=2 tmpfs full 2> /dev/null; then
		refuse disk/full 8/disk_full full
		umount full
	else
		skip disk/full "cannot mount a tmpfs"
	fi
else
	chmod 555 .
	refuse readonly 8/io_error
	chmod 755 .
fi

# --- What it writes and what the manual says are the same -----------------

fresh manual
"$CONSIGN" init > /dev/null
sed -n 's/^ *#\{0,1\}\([a-z][a-z_]*\):.*/\1/p' consign.yaml |
    grep -Evx 'main|offsite' | sort > written
sed -n 's/^\.It Ic \([a-z][a-z_]*\)$/\1/p' "$ROOT/docs/consign.yaml.5" |
    sort > described
check manual/fields diff written described
check manual/some [ "$(wc -l < written)" -gt 20 ]
