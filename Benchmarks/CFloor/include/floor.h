// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A bare simdjson DOM parser and a libcrypto HMAC context, with copies of a body and a key.
typedef struct floor_work floor_work;

/// Makes everything ready that can be reused; nothing is parsed or hashed yet. NULL when libcrypto refuses.
floor_work *floor_create(const uint8_t *body, size_t body_count, const uint8_t *key, size_t key_count);

/// The HMAC-SHA256 of the body, as plainly as libcrypto can; returns its first byte, or -1.
int64_t floor_hmac(floor_work *work);

/// Parses the body once, as plainly as simdjson can; returns how many members its root has, or -1.
int64_t floor_parse(floor_work *work);

/// Frees everything.
void floor_destroy(floor_work *work);

#ifdef __cplusplus
}
#endif
