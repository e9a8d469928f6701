// SPDX-License-Identifier: Apache-2.0

#ifndef COPENSSL_CERTIFICATES_H
#define COPENSSL_CERTIFICATES_H

#include <limits.h>
#include <stdint.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

/// Gives no password: the library's own way would ask for one at the terminal.
static inline int copenssl_no_password(char *buffer, int size, int writing, void *context) {
    (void)buffer, (void)size, (void)writing, (void)context;
    return -1;
}

static inline void copenssl_free_certificates(STACK_OF(X509) * certificates) {
    sk_X509_pop_free(certificates, X509_free);
}

/// All certificates of a PEM text in their order; NULL where there is none, or more than `most`, or one that is broken.
static inline STACK_OF(X509) * copenssl_read_certificates(const void *text, size_t count, int most) {
    BIO *bio = count > INT_MAX ? NULL : BIO_new_mem_buf(text, (int)count);
    STACK_OF(X509) *found = sk_X509_new_null();
    int is_fine = bio != NULL && found != NULL;
    while (is_fine) {
        X509 *next = PEM_read_bio_X509(bio, NULL, copenssl_no_password, NULL);
        if (next == NULL) {
            // Every text ends so; any other reason is a certificate that cannot be read.
            is_fine = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
            break;
        }
        is_fine = sk_X509_num(found) < most && sk_X509_push(found, next) > 0;
        if (!is_fine) X509_free(next);
    }
    ERR_clear_error();
    BIO_free(bio);
    if (is_fine && sk_X509_num(found) > 0) return found;
    copenssl_free_certificates(found);
    return NULL;
}

static inline int copenssl_certificate_count(const STACK_OF(X509) * certificates) { return sk_X509_num(certificates); }

/// A store that trusts each of some certificates, be it a root or not; NULL when memory is short.
static inline X509_STORE *copenssl_trusting(const STACK_OF(X509) * certificates) {
    X509_STORE *store = X509_STORE_new();
    if (store == NULL) return NULL;
    for (int index = 0; index < sk_X509_num(certificates); index++) {
        if (X509_STORE_add_cert(store, sk_X509_value(certificates, index)) != 1) {
            X509_STORE_free(store);
            return NULL;
        }
    }
    return store;
}

/// Whether the first certificate of a list stands for a host name at a time, by way of the others and of a bundle.
///
/// `X509_V_OK`, or the reason why not. Nothing is fetched, no file is read, and no clock.
static inline int copenssl_judge(
    X509_STORE *store, const STACK_OF(X509) * list, const STACK_OF(X509) * bundle, int64_t seconds, const char *host
) {
    int outcome = X509_V_ERR_OUT_OF_MEM;
    X509_STORE_CTX *context = X509_STORE_CTX_new();
    // The list is never changed: only its own stack of pointers is.
    STACK_OF(X509) *others = sk_X509_dup(list);
    int is_fine = context != NULL && others != NULL;
    for (int index = 0; is_fine && bundle != NULL && index < sk_X509_num(bundle); index++)
        is_fine = sk_X509_push(others, sk_X509_value(bundle, index)) > 0;
    is_fine = is_fine && X509_STORE_CTX_init(context, store, sk_X509_value(list, 0), others) == 1;
    if (is_fine) {
        X509_VERIFY_PARAM *param = X509_STORE_CTX_get0_param(context);
        X509_VERIFY_PARAM_set_time(param, (time_t)seconds);
        X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_PARTIAL_CHAIN);
        X509_VERIFY_PARAM_set_hostflags(param, X509_CHECK_FLAG_NO_WILDCARDS);
        // Keys and digests as strong as for TLS: RSA from 2048 bits, no SHA-1.
        X509_VERIFY_PARAM_set_auth_level(param, 2);
        X509_VERIFY_PARAM_set_depth(param, 6);
        if (X509_VERIFY_PARAM_set1_host(param, host, 0) == 1
            && X509_STORE_CTX_set_purpose(context, X509_PURPOSE_SSL_SERVER) == 1) {
            int verdict = X509_verify_cert(context);
            outcome = X509_STORE_CTX_get_error(context);
            if (verdict != 1 && outcome == X509_V_OK) outcome = X509_V_ERR_UNSPECIFIED;
        }
    }
    sk_X509_free(others);
    X509_STORE_CTX_free(context);
    ERR_clear_error();
    return outcome;
}

/// Whether a signature is that of a message under the RSA key of the first certificate: RSASSA-PKCS1-v1_5, SHA-256.
///
/// 1 for yes, 0 for no, -1 for a key that is not RSA.
static inline int copenssl_rsa_verify(
    const STACK_OF(X509) * list, const unsigned char *signature, size_t signature_count, const unsigned char *message,
    size_t message_count
) {
    EVP_PKEY *key = X509_get0_pubkey(sk_X509_value(list, 0));
    if (key == NULL || EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA) return -1;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    int is_right = context != NULL && EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, key) == 1
        && EVP_DigestVerify(context, signature, signature_count, message, message_count) == 1;
    EVP_MD_CTX_free(context);
    ERR_clear_error();
    return is_right;
}

/// Signs a message under an RSA key given as PEM.
///
/// How long the signature is; 0 where the text is no RSA key or the signature has no room.
static inline size_t copenssl_rsa_sign(
    const void *pem, size_t pem_count, const unsigned char *message, size_t message_count, unsigned char *signature,
    size_t room
) {
    BIO *bio = pem_count > INT_MAX ? NULL : BIO_new_mem_buf(pem, (int)pem_count);
    EVP_PKEY *key = bio == NULL ? NULL : PEM_read_bio_PrivateKey(bio, NULL, copenssl_no_password, NULL);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    size_t written = 0;
    if (key != NULL && context != NULL && EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA
        && (size_t)EVP_PKEY_get_size(key) <= room
        && EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key) == 1) {
        written = room;
        if (EVP_DigestSign(context, signature, &written, message, message_count) != 1) written = 0;
    }
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(key);
    BIO_free(bio);
    ERR_clear_error();
    return written;
}

#endif
