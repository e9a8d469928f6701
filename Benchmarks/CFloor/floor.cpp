// SPDX-License-Identifier: Apache-2.0

#include "floor.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <simdjson.h>
#include <vector>

struct floor_work {
    simdjson::dom::parser parser;
    simdjson::padded_string body;
    std::vector<uint8_t> key;
    EVP_MAC_CTX *mac = nullptr;
};

floor_work *floor_create(const uint8_t *body, size_t body_count, const uint8_t *key, size_t key_count) {
    auto *work = new floor_work();
    work->body = simdjson::padded_string(reinterpret_cast<const char *>(body), body_count);
    work->key.assign(key, key + key_count);
    EVP_MAC *mac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
    work->mac = EVP_MAC_CTX_new(mac);
    EVP_MAC_free(mac);
    char digest[] = "SHA2-256";
    const OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_end(),
    };
    if (work->mac == nullptr || EVP_MAC_init(work->mac, work->key.data(), work->key.size(), parameters) != 1) {
        floor_destroy(work);
        return nullptr;
    }
    return work;
}

int64_t floor_hmac(floor_work *work) {
    uint8_t code[32];
    size_t written = 0;
    const auto *body = reinterpret_cast<const uint8_t *>(work->body.data());
    if (EVP_MAC_init(work->mac, work->key.data(), work->key.size(), nullptr) != 1) return -1;
    if (EVP_MAC_update(work->mac, body, work->body.size()) != 1) return -1;
    return EVP_MAC_final(work->mac, code, &written, sizeof code) == 1 ? code[0] : -1;
}

int64_t floor_parse(floor_work *work) {
    simdjson::dom::element root;
    if (work->parser.parse(work->body).get(root)) return -1;
    simdjson::dom::object object;
    return root.get(object) ? -1 : static_cast<int64_t>(object.size());
}

void floor_destroy(floor_work *work) {
    EVP_MAC_CTX_free(work->mac);
    delete work;
}
