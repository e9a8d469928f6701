// SPDX-License-Identifier: Apache-2.0

#ifndef COPENSSL_SHIM_H
#define COPENSSL_SHIM_H

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include "certificates.h"
#include "issuing.h"

/// A ready HMAC context over one digest under an empty key, to be duplicated and given its real key.
///
/// Fetching an algorithm by name costs more than hashing a short webhook, and OSSL_PARAM wants a
/// mutable string, which Swift does not hand out; NULL when the library does not have the digest.
static inline EVP_MAC_CTX *copenssl_hmac_template(const char *digest) {
    EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    if (mac == NULL) return NULL;
    EVP_MAC_CTX *context = EVP_MAC_CTX_new(mac);
    EVP_MAC_free(mac);
    if (context == NULL) return NULL;
    OSSL_PARAM parameters[2] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, (char *)digest, 0),
        OSSL_PARAM_construct_end(),
    };
    static const unsigned char no_key[1] = {0};
    if (EVP_MAC_init(context, no_key, 0, parameters) != 1) {
        EVP_MAC_CTX_free(context);
        return NULL;
    }
    return context;
}

/// Whether a context that is initialised without a key begins anew under the key it has.
///
/// It silently computes a wrong code with OpenSSL 3.0.0 to 3.0.2; trying is certain where comparing versions, which
/// distributions patch, is not. The context has another key afterwards.
/// Source: openssl/openssl, issue 17811 and pull request 18100.
static inline int copenssl_hmac_keeps_key(EVP_MAC_CTX *context) {
    static const unsigned char key[3] = {1, 2, 3}, message[3] = {4, 5, 6};
    unsigned char codes[2][EVP_MAX_MD_SIZE];
    size_t counts[2] = {0, 0};
    for (int round = 0; round < 2; round++) {
        if (EVP_MAC_init(context, round == 0 ? key : NULL, round == 0 ? sizeof key : 0, NULL) != 1) return 0;
        if (EVP_MAC_update(context, message, sizeof message) != 1) return 0;
        if (EVP_MAC_final(context, codes[round], &counts[round], sizeof codes[round]) != 1) return 0;
    }
    return counts[0] == counts[1] && CRYPTO_memcmp(codes[0], codes[1], counts[0]) == 0;
}

#endif
