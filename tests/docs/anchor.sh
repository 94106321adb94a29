#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# consign-anchor(5): its example is right for openssl and sha256sum, and is
# not once anything that counts is changed.
. "$(dirname "$0")/../e2e/lib.sh"

page=$ROOT/docs/consign-anchor.5
verify=$ROOT/docs/verify-anchor.sh

# shown N: the page's example of that number, as people see it
shown() {
	awk -v n="$1" '/^\.Bd/ { on = ++seen == n; next }
		/^\.Ed/ { on = 0 }
		on' "$page"
}

shown 2 | sed -e ':a' -e '/\\e$/{N;s/\\e\n//;ba' -e '}' > anchor
shown 3 > key.pub
try anchor/example 0 "$verify" anchor key.pub

# bad NAME SED: changed so
bad() {
	sed "$2" anchor > "bad.$1"
	cmp -s anchor "bad.$1" && fail "anchor/$1" 'is not changed'
	"$verify" "bad.$1" key.pub > out 2> err
	check "anchor/$1" [ $? -eq 1 ]
}
bad value 's/"previous":"./"previous":"0/'
bad sig 's/.....}$/00000"}/'
bad writer 's/"writer":"./"writer":"0/'
bad schema 's/anchor.v1/anchor.v2/'
bad field 's/"seq"/"note":1,"seq"/'
bad order 's/\("seq":[0-9]*\),\("time":"[^"]*"\)/\2,\1/'
openssl ecparam -name prime256v1 -genkey -noout -out other.key 2> out
openssl ec -in other.key -pubout -out other.pub 2> out
"$verify" anchor other.pub > out 2> err
check anchor/other-key [ $? -eq 1 ]

# In a ledger of so many rows, and with that value there.
seq=$(sed 's/.*"seq":\([0-9]*\).*/\1/' anchor)
value=$(sed 's/.*"previous":"\([0-9a-f]*\)".*/\1/' anchor)
yes '{"chain":"0"}' | head -n "$((seq - 1))" > ledger
"$verify" anchor key.pub ledger > out 2> err
check anchor/shorter [ $? -eq 1 ]
cp ledger other
echo "{\"x\":1,\"chain\":\"$value\"}" >> ledger
try anchor/stands 0 "$verify" anchor key.pub ledger
echo "{\"x\":1,\"chain\":\"0$value\"}" >> other
"$verify" anchor key.pub other > out 2> err
check anchor/differs [ $? -eq 1 ]
