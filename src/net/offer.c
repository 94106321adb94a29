/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdbool.h>
#include <stddef.h>

#include "offer.h"

/* ChaCha20 first; a CPU with AES instructions begins at FIRST_AES. */
static const struct suite {
	uint16_t id;
	const char *name;
} suites[] = {
	{ BR_TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
	    "ECDHE-ECDSA-CHACHA20-POLY1305" },
	{ BR_TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
	    "ECDHE-RSA-CHACHA20-POLY1305" },
	{ BR_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
	    "ECDHE-ECDSA-AES128-GCM-SHA256" },
	{ BR_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
	    "ECDHE-RSA-AES128-GCM-SHA256" },
	{ BR_TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
	    "ECDHE-ECDSA-AES256-GCM-SHA384" },
	{ BR_TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
	    "ECDHE-RSA-AES256-GCM-SHA384" },
};

#define SUITES (sizeof(suites) / sizeof(suites[0]))
#define FIRST_AES 2

static bool
cpu_has_aes(void)
{
	if (br_aes_x86ni_ctr_get_vtable() != NULL && br_ghash_pclmul_get() != 0)
		return true;
	return br_aes_pwr8_ctr_get_vtable() != NULL && br_ghash_pwr8_get() != 0;
}

static void
set_ciphers(br_ssl_engine_context *eng)
{
	uint16_t order[SUITES];
	size_t first = cpu_has_aes() ? FIRST_AES : 0;

	for (size_t i = 0; i < SUITES; i++)
		order[i] = suites[(first + i) % SUITES].id;
	br_ssl_engine_set_suites(eng, order, SUITES);
	br_ssl_engine_set_default_aes_gcm(eng);
	/* BearSSL would take its SSE2 code, which is slower than this. */
	br_ssl_engine_set_chapol(eng, &br_sslrec_in_chapol_vtable,
	    &br_sslrec_out_chapol_vtable);
	br_ssl_engine_set_chacha20(eng, br_chacha20_ct_run);
	/* The one for 128-bit products is larger, and ChaCha20 the slower. */
	br_ssl_engine_set_poly1305(eng, br_poly1305_ctmul_run);
}

void
offer_init(br_ssl_client_context *client)
{
	br_ssl_engine_context *eng = &client->eng;

	br_ssl_client_zero(client);
	br_ssl_engine_set_versions(eng, BR_TLS12, BR_TLS12);
	br_ssl_engine_set_all_flags(eng, BR_OPT_NO_RENEGOTIATION);
	set_ciphers(eng);
	br_ssl_engine_set_hash(eng, br_sha256_ID, &br_sha256_vtable);
	br_ssl_engine_set_hash(eng, br_sha384_ID, &br_sha384_vtable);
	br_ssl_engine_set_hash(eng, br_sha512_ID, &br_sha512_vtable);
	br_ssl_engine_set_prf_sha256(eng, br_tls12_sha256_prf);
	br_ssl_engine_set_prf_sha384(eng, br_tls12_sha384_prf);
	br_ssl_engine_set_rsavrfy(eng, br_rsa_i31_pkcs1_vrfy);
	br_ssl_engine_set_default_ecdsa(eng);
}

const char *
offer_suite_name(unsigned id)
{
	for (size_t i = 0; i < SUITES; i++)
		if (suites[i].id == id)
			return suites[i].name;
	return "unknown";
}
