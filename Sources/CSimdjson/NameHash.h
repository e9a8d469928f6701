// SPDX-License-Identifier: Apache-2.0
#ifndef CSIMDJSON_NAME_HASH_H
#define CSIMDJSON_NAME_HASH_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

namespace csimdjson {

/// Bytes that must be readable behind every name and text that is handed to the functions here.
constexpr size_t padding = 64;

/// Eight bytes as a word, the first byte lowest.
inline uint64_t load8(const uint8_t *from) {
    uint64_t word;
    memcpy(&word, from, 8);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}

/// Folds the product of two words into one.
inline uint64_t fold(uint64_t a, uint64_t b) {
    const unsigned __int128 product = static_cast<unsigned __int128>(a) * b;
    return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

/// Hash of a member's name: of its length and its first, middle and last eight bytes. Reads 8 bytes even of a shorter
/// name.
///
/// It is branch-free, as names of mixed lengths would spoil prediction; it is neither seeded nor hard to collide, and
/// need not be: whoever relies on it (NameTable) stays within n log n even when all names of an object hash alike.
__attribute__((always_inline)) inline uint32_t name_hash(const uint8_t *name, size_t length) {
    constexpr uint64_t first_key = 0x9E3779B97F4A7C15, last_key = 0xD6E8FEB86659FD93, middle_key = 0xA24BAED4963EE407;
    const size_t beyond_eight = length > 8 ? length - 8 : 0;
    const size_t below_eight = length < 8 ? 8 - length : 0;
    // Two shifts, as a name of no bytes must shift by 64 in all.
    const uint64_t kept = ~uint64_t(0) >> (4 * below_eight) >> (4 * below_eight);
    const uint64_t first = load8(name) & kept;
    const uint64_t middle = load8(name + beyond_eight / 2) & kept;
    const uint64_t last = load8(name + beyond_eight) & kept;
    const uint64_t mixed = fold(first ^ first_key ^ middle * middle_key, last ^ last_key ^ length);
    return static_cast<uint32_t>(mixed ^ (mixed >> 32));
}

}  // namespace csimdjson
#endif
