#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# usage: vectors/tls/make.sh
#
# Makes new keys and certificates (*.key, *.pem, *.der) beside this script,
# with OpenSSL 3.  They were made once: new ones have other keys, so the pins in
# cases.txt must be replaced too (the end of the output has them).
set -eu
cd "$(dirname "$0")"
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

rsa() { openssl genrsa -out "$1.key" "$2" 2> /dev/null; }
ec() { openssl ecparam -genkey -noout -name prime256v1 -out "$1.key"; }

# issue NAME ISSUER SUBJECT FROM TO DIGEST: extensions on standard input
issue() {
	cat > "$tmp/ext"
	: > "$tmp/index"
	cat > "$tmp/conf" <<-END
		[ca]
		default_ca = this
		[this]
		database = $tmp/index
		new_certs_dir = $tmp
		rand_serial = yes
		policy = any
		unique_subject = no
		[any]
		commonName = optional
		organizationName = optional
		[req]
		distinguished_name = none
		[none]
	END
	openssl req -new -config "$tmp/conf" -key "$1.key" -subj "$3" \
	    -out "$tmp/req"
	if [ "$1" = "$2" ]; then
		signer="-selfsign"
	else
		signer="-cert $2.pem"
	fi
	# shellcheck disable=SC2086  # one or two words
	openssl ca -batch -notext -preserveDN -config "$tmp/conf" $signer \
	    -keyfile "$2.key" -in "$tmp/req" -startdate "$4" -enddate "$5" \
	    -md "$6" -extfile "$tmp/ext" -out "$1.pem" 2> "$tmp/log" ||
	    { cat "$tmp/log"; exit 1; }
}

from=20200101000000Z
to=20700101000000Z
ca='basicConstraints = critical, CA:TRUE'
san='subjectAltName = DNS:store.example, DNS:*.wild.example,
    IP:192.0.2.7, IP:2001:db8::7'
san=$(echo "$san" | tr -d '\n')

ec ca
issue ca ca '/O=Consign tests/CN=Test root' $from $to sha256 <<END
$ca
END
ec other
issue other other '/O=Another authority' $from $to sha256 <<END
$ca
END
rsa inter 2048
issue inter ca '/CN=Test intermediate' $from $to sha384 <<END
$ca
END

ec ec
issue ec ca '/CN=store.example' $from $to sha256 <<END
$san
END
rsa rsa 2048
issue rsa inter '/CN=store.example' $from $to sha512 <<END
$san
extendedKeyUsage = serverAuth
END
for name in expired early cn-only client critical sha1 self; do
	cp ec.key $name.key
done
issue expired ca '/CN=expired' $from 20200201000000Z sha256 <<END
$san
END
issue early ca '/CN=early' 20600101000000Z $to sha256 <<END
$san
END
issue cn-only ca '/CN=store.example' $from $to sha256 <<END
keyUsage = digitalSignature
END
issue client ca '/CN=client' $from $to sha256 <<END
$san
extendedKeyUsage = clientAuth
END
issue critical ca '/CN=critical' $from $to sha256 <<END
$san
1.2.3.4 = critical, ASN1:UTF8String:what
END
issue sha1 ca '/CN=sha1' $from $to sha1 <<END
$san
END
issue self self '/CN=self' $from $to sha256 <<END
$san
END
rsa weak 1024
issue weak ca '/CN=weak' $from $to sha256 <<END
$san
END

for name in ec rsa cn-only client; do
	openssl x509 -in $name.pem -outform DER -out $name.der
done
cat rsa.pem inter.pem > rsa-chain.pem
cat inter.pem rsa.pem > rsa-disorder.pem
for name in expired early cn-only client critical sha1 self other inter ca; do
	rm $name.key
done
for name in ec rsa; do
	printf '%s: sha256/' $name
	openssl x509 -in $name.pem -noout -pubkey |
	    openssl pkey -pubin -outform DER |
	    openssl dgst -sha256 -binary | openssl base64
done
