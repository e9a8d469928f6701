// SPDX-License-Identifier: Apache-2.0
#include "Unescape.h"

#include "NameHash.h"

namespace csimdjson {
namespace {

/// The four hexadecimal digits at `from`; a value above 0xFFFF when one of them is none.
uint32_t hexadecimal(const uint8_t *from) {
    uint32_t value = 0;
    for (int place = 0; place < 4; place++) {
        const uint8_t c = from[place];
        uint32_t digit;
        if (c >= '0' && c <= '9') {
            digit = c - '0';
        } else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f') {
            digit = (c | 0x20) - 'a' + 10;
        } else {
            return UINT32_MAX;
        }
        value = value << 4 | digit;
    }
    return value;
}

uint8_t *put(uint32_t scalar, uint8_t *to) {
    if (scalar < 0x80) {
        *to++ = static_cast<uint8_t>(scalar);
    } else if (scalar < 0x800) {
        *to++ = static_cast<uint8_t>(0xC0 | scalar >> 6);
        *to++ = static_cast<uint8_t>(0x80 | (scalar & 0x3F));
    } else if (scalar < 0x10000) {
        *to++ = static_cast<uint8_t>(0xE0 | scalar >> 12);
        *to++ = static_cast<uint8_t>(0x80 | (scalar >> 6 & 0x3F));
        *to++ = static_cast<uint8_t>(0x80 | (scalar & 0x3F));
    } else {
        *to++ = static_cast<uint8_t>(0xF0 | scalar >> 18);
        *to++ = static_cast<uint8_t>(0x80 | (scalar >> 12 & 0x3F));
        *to++ = static_cast<uint8_t>(0x80 | (scalar >> 6 & 0x3F));
        *to++ = static_cast<uint8_t>(0x80 | (scalar & 0x3F));
    }
    return to;
}

/// Reads `\u` and four hexadecimal digits, twice where they make a surrogate pair; moves `from` behind what it read.
///
/// Reads up to 12 bytes from `from`, which may lie behind the closing quote: the padding makes that safe, and the
/// quote itself, being no hexadecimal digit and no backslash, makes such an escape fail.
bool read_unicode(const uint8_t *&from, uint32_t &scalar) {
    scalar = hexadecimal(from + 2);
    if (scalar > 0xFFFF || (scalar & 0xFC00) == 0xDC00) { return false; }
    if ((scalar & 0xFC00) != 0xD800) {
        from += 6;
        return true;
    }
    if (from[6] != '\\' || from[7] != 'u') { return false; }
    const uint32_t low = hexadecimal(from + 8);
    if ((low & 0xFFFFFC00) != 0xDC00) { return false; }
    scalar = 0x10000 + ((scalar & 0x3FF) << 10 | (low & 0x3FF));
    from += 12;
    return true;
}

uint8_t short_escape(uint8_t letter) {
    switch (letter) {
    case '"': return '"';
    case '\\': return '\\';
    case '/': return '/';
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    default: return 0;
    }
}

/// Nonzero where one of the eight bytes is a backslash.
uint64_t backslashes(uint64_t word) {
    constexpr uint64_t ones = 0x0101010101010101, tops = 0x8080808080808080;
    const uint64_t zeroed = word ^ ones * '\\';
    return (zeroed - ones) & ~zeroed & tops;
}

}  // namespace

uint8_t *unescape(const uint8_t *&from, const uint8_t *close, uint8_t *to) {
    while (from < close) {
        while (close - from >= 8) {
            const uint64_t word = load8(from);
            if (backslashes(word) != 0) { break; }
            memcpy(to, from, 8);
            from += 8;
            to += 8;
        }
        while (from < close && *from != '\\') { *to++ = *from++; }
        if (from >= close) { break; }
        if (from[1] == 'u') {
            uint32_t scalar;
            if (!read_unicode(from, scalar)) { return nullptr; }
            to = put(scalar, to);
        } else {
            const uint8_t byte = short_escape(from[1]);
            if (byte == 0) { return nullptr; }
            *to++ = byte;
            from += 2;
        }
    }
    return to;
}

}  // namespace csimdjson
