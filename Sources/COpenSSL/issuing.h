// SPDX-License-Identifier: Apache-2.0

#ifndef COPENSSL_ISSUING_H
#define COPENSSL_ISSUING_H

#include "certificates.h"

/// A new RSA key; NULL when it cannot be made.
static inline EVP_PKEY *copenssl_rsa_key(int bits) { return EVP_RSA_gen((unsigned int)bits); }

/// A new key on the curve P-256; NULL when it cannot be made.
static inline EVP_PKEY *copenssl_p256_key(void) { return EVP_EC_gen("P-256"); }

static inline int copenssl_add_extension(X509 *certificate, X509 *issuer, int id, const char *value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, id, value);
    int is_fine = extension != NULL && X509_add_ext(certificate, extension, -1) == 1;
    X509_EXTENSION_free(extension);
    return is_fine;
}

static inline int copenssl_set_random_serial(X509 *certificate) {
    BIGNUM *number = BN_new();
    // 127 bits are positive in 16 bytes, as RFC 5280 wants.
    int is_fine = number != NULL && BN_rand(number, 127, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1
        && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != NULL;
    BN_free(number);
    return is_fine;
}

/// A certificate for a key, signed by an issuer, or by the key itself where there is none; NULL when it cannot be made.
///
/// With `names`, such as `DNS:a.example`, it is for a server; `names` may be NULL.
static inline X509 *copenssl_issue(
    EVP_PKEY *key, const char *common_name, const char *names, int is_authority, int64_t start, int64_t end,
    X509 *issuer, EVP_PKEY *issuer_key
) {
    X509 *made = X509_new();
    if (made == NULL) return NULL;
    X509 *by = issuer == NULL ? made : issuer;
    int is_fine = X509_set_version(made, X509_VERSION_3) == 1 && copenssl_set_random_serial(made)
        && ASN1_TIME_set(X509_getm_notBefore(made), (time_t)start) != NULL
        && ASN1_TIME_set(X509_getm_notAfter(made), (time_t)end) != NULL
        && X509_NAME_add_entry_by_txt(
               X509_get_subject_name(made), "CN", MBSTRING_UTF8, (const unsigned char *)common_name, -1, -1, 0
           ) == 1
        && X509_set_issuer_name(made, X509_get_subject_name(by)) == 1 && X509_set_pubkey(made, key) == 1
        && copenssl_add_extension(
               made, by, NID_basic_constraints, is_authority ? "critical,CA:TRUE" : "critical,CA:FALSE"
           )
        && copenssl_add_extension(
               made, by, NID_key_usage,
               is_authority ? "critical,keyCertSign,cRLSign" : "critical,digitalSignature,keyEncipherment"
           )
        && copenssl_add_extension(made, by, NID_subject_key_identifier, "hash")
        && copenssl_add_extension(made, by, NID_authority_key_identifier, "keyid");
    if (is_fine && !is_authority) is_fine = copenssl_add_extension(made, by, NID_ext_key_usage, "serverAuth");
    if (is_fine && names != NULL) is_fine = copenssl_add_extension(made, by, NID_subject_alt_name, names);
    is_fine = is_fine && X509_sign(made, issuer_key == NULL ? key : issuer_key, EVP_sha256()) > 0;
    ERR_clear_error();
    if (is_fine) return made;
    X509_free(made);
    return NULL;
}

/// Copies what a memory BIO holds; how much that is, or 0 where there is no room.
static inline size_t copenssl_take(BIO *bio, unsigned char *target, size_t room) {
    char *bytes = NULL;
    long count = BIO_get_mem_data(bio, &bytes);
    if (count <= 0 || (size_t)count > room) return 0;
    memcpy(target, bytes, (size_t)count);
    return (size_t)count;
}

/// Writes a certificate as PEM; how many bytes, or 0.
static inline size_t copenssl_certificate_text(X509 *certificate, unsigned char *target, size_t room) {
    BIO *bio = BIO_new(BIO_s_mem());
    size_t count = bio != NULL && PEM_write_bio_X509(bio, certificate) == 1 ? copenssl_take(bio, target, room) : 0;
    BIO_free(bio);
    return count;
}

/// Writes a private key as PEM, in clear; how many bytes, or 0.
static inline size_t copenssl_key_text(EVP_PKEY *key, unsigned char *target, size_t room) {
    BIO *bio = BIO_new(BIO_s_mem());
    int is_fine = bio != NULL && PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL) == 1;
    size_t count = is_fine ? copenssl_take(bio, target, room) : 0;
    BIO_free(bio);
    return count;
}

#endif
