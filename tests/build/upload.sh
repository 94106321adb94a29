#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# usage: tests/build/upload.sh STORE COMMAND...
#
# One file over TLS to the loopback store and back, by COMMAND: a consign
# binary, perhaps under qemu.
set -u

store=$PWD/$1
shift
command=
for word; do
	[ ! -e "$word" ] || word=$PWD/$word
	command="$command $word"
done

dir=$(mktemp -d)
pid=
trap '[ -z "$pid" ] || kill "$pid"; rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM
cd "$dir" || exit 1

fail() {
	cat ./*.txt store.log 2> /dev/null
	echo "FAIL upload/$1"
	exit 1
}

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
    -keyout key.pem -out cert.pem -days 2 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost > openssl.txt 2>&1 || fail openssl
mkdir data
export AWS_ACCESS_KEY_ID=AKIAUPLOADTEST0000 \
    AWS_SECRET_ACCESS_KEY=a-secret-of-the-upload-test-only-0001
"$store" --dir data --bucket b --access-key "$AWS_ACCESS_KEY_ID" \
    --secret-key-env AWS_SECRET_ACCESS_KEY --port-file port \
    --cert cert.pem --key key.pem --log store.log --lifetime 300 \
    > store.txt 2>&1 &
pid=$!
for _ in 1 2 3 4 5 6 7 8 9 10; do
	[ ! -s port ] || break
	sleep 0.3
done
[ -s port ] || fail store

at="--endpoint https://localhost:$(cat port) --bucket b --region us-east-1
    --provider-kind generic-s3 --ca-file cert.pem"
head -c 300000 /dev/urandom > file

# shellcheck disable=SC2086  # lists of words
$command put file a/key.bin $at > put.txt 2>&1 || fail "put: status $?"
# shellcheck disable=SC2086
$command get --key a/key.bin -o back $at > get.txt 2>&1 || fail "get: status $?"
cmp file back || fail compare
echo "PASS upload"
