# shellcheck shell=bash disable=SC2034,SC2154  # shared variables: lib.sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# A throw-away CA, and nginx in front of a plain server, one port for each
# certificate.  Sourced by run.sh; see lib.sh for the variables.

# make_ca NAME
make_ca() {
	openssl ecparam -name prime256v1 -genkey -noout -out "$tls/$1.key" &&
	openssl req -x509 -new -key "$tls/$1.key" -sha256 -days 30 \
	    -subj "/CN=consign test $1" \
	    -addext 'basicConstraints=critical,CA:TRUE' \
	    -addext 'keyUsage=critical,keyCertSign' -out "$tls/$1.pem"
}

# make_certificate NAME rsa|ec HOST DAYS: signed by our CA; with negative
# DAYS it has expired already
make_certificate() {
	local at=$tls/$1
	case $2 in
	rsa) openssl genrsa -out "$at.key" 2048 ;;
	ec) openssl ecparam -name prime256v1 -genkey -noout -out "$at.key" ;;
	esac &&
	printf '%s\n' basicConstraints=CA:FALSE extendedKeyUsage=serverAuth \
	    keyUsage=digitalSignature,keyEncipherment \
	    "subjectAltName=DNS:$3" >"$at.ext" &&
	openssl req -new -key "$at.key" -subj "/CN=$3" -out "$at.csr" &&
	openssl x509 -req -in "$at.csr" -CA "$tls/ca.pem" \
	    -CAkey "$tls/ca.key" -CAcreateserial -sha256 -days "$4" \
	    -extfile "$at.ext" -out "$at.pem"
}

make_certificates() {
	tls=$work/tls
	mkdir "$tls" && {
		make_ca ca && make_ca other_ca &&
		make_certificate ec ec localhost 30 &&
		make_certificate rsa rsa localhost 30 &&
		make_certificate expired ec localhost -1 &&
		make_certificate wrong_name ec example.invalid 30
	} >"$work/openssl.log" 2>&1
}

# listener CERTIFICATE: a server block of nginx.conf; sets https_CERTIFICATE
listener() {
	local port
	free_port port
	printf -v "https_$1" https://localhost:%d "$port"
	cat <<X
	server {
		listen 127.0.0.1:$port ssl;
		ssl_certificate $tls/$1.pem;
		ssl_certificate_key $tls/$1.key;
		location / {
			proxy_pass $http;
			proxy_http_version 1.1;
			proxy_set_header Connection "";
			proxy_set_header Host \$http_host;
		}
	}
X
}

# The proxy changes nothing: names, escapes and slashes pass as they came.
nginx_head() {
	cat <<X
daemon off;
pid $work/nginx.pid;
error_log stderr warn;
events { }
http {
	access_log $work/nginx-access.log;
	client_body_temp_path $work/nginx-tmp/body;
	proxy_temp_path $work/nginx-tmp/proxy;
	fastcgi_temp_path $work/nginx-tmp/fastcgi;
	uwsgi_temp_path $work/nginx-tmp/uwsgi;
	scgi_temp_path $work/nginx-tmp/scgi;
	ssl_protocols TLSv1.2;
	client_max_body_size 0;
	proxy_request_buffering off;
	proxy_buffering off;
	merge_slashes off;
	ignore_invalid_headers off;
X
}

front_start() {
	local certificate
	mkdir "$work/nginx-tmp"
	{
		nginx_head
		for certificate in ec rsa expired wrong_name; do
			listener $certificate
		done
		echo '}'
	} >"$work/nginx.conf"
	spawn nginx nginx -p "$work" -e stderr -c "$work/nginx.conf"
	# shellcheck disable=SC2154  # listener sets it
	answers "$https_ec/"
}
