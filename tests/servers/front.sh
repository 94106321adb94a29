# shellcheck shell=bash disable=SC2034,SC2154  # shared variables: lib.sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# nginx in front of a plain server: TLS, on a port of its own for each of the
# certificates that certs() of tests/e2e/lib.sh makes.  Sourced by run.sh; see
# lib.sh for the variables.

# listener CERTIFICATE: a server block of nginx.conf; sets https[CERTIFICATE]
listener() {
	local port
	free_port port
	https[$1]=https://localhost:$port
	cat <<X
	server {
		listen 127.0.0.1:$port ssl;
		ssl_certificate $CERTS/$1.pem;
		ssl_certificate_key $CERTS/$1.key;
		location / {
			proxy_pass http://127.0.0.1:${http##*:};
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
pid $state/nginx.pid;
error_log stderr warn;
events { }
http {
	access_log $state/nginx-access.log;
	client_body_temp_path $state/nginx-tmp/body;
	proxy_temp_path $state/nginx-tmp/proxy;
	fastcgi_temp_path $state/nginx-tmp/fastcgi;
	uwsgi_temp_path $state/nginx-tmp/uwsgi;
	scgi_temp_path $state/nginx-tmp/scgi;
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
	certs
	mkdir "$state/nginx-tmp"
	{
		nginx_head
		for certificate in server-ec server-rsa expired wrongname; do
			listener $certificate
		done
		echo '}'
	} >"$state/nginx.conf"
	spawn nginx nginx -p "$state" -e stderr -c "$state/nginx.conf"
	ENDPOINT=${https[server-ec]} CA=$CERTS/ca.pem
	answers "$ENDPOINT/"
}
