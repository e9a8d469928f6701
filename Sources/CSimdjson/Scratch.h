// SPDX-License-Identifier: Apache-2.0
#ifndef CSIMDJSON_SCRATCH_H
#define CSIMDJSON_SCRATCH_H

#include <memory>
#include <simdjson.h>

#include "Buffer.h"
#include "NameHash.h"
#include "NameTable.h"
#include "csimdjson.h"

namespace csimdjson {

/// What parsing needs and the finished document does not: kept for each thread and used again.
///
/// A parse neither suspends nor calls back, so a thread needs one at most.
struct Scratch {
    Buffer<uint8_t> document;
    Buffer<csimdjson_node> nodes;
    Buffer<uint8_t> text;
    NameTable names;
    std::unique_ptr<simdjson::internal::dom_parser_implementation> simd;

    /// Copies the document behind which `padding` zero bytes follow, and finds its structural characters.
    ///
    /// This is simdjson's stage 1 only. Its stage 2, which builds the DOM, cannot be used: it refuses integers beyond
    /// 64 bits and floats beyond a double's range, both of which RFC 8259 allows and of which we want the exact text;
    /// it keeps no byte offsets; and it accepts repeated names. So stage 1 (quotes, structural characters, UTF-8,
    /// control characters in strings) is simdjson's; grammar, numbers, literals and escapes are checked by Walk.
    csimdjson_status index(const uint8_t *bytes, size_t length) {
        if (length == 0) { return CSIMDJSON_SYNTAX; }
        if (!document.reserve(length + padding)) { return CSIMDJSON_NO_MEMORY; }
        memcpy(document.data(), bytes, length);
        memset(document.data() + length, 0, padding);
        if (!simd || simd->capacity() < length + 1) {
            size_t capacity = 4096;
            while (capacity < length + 1) { capacity *= 2; }
            // The depth is that of stage 2's stacks, which stay unused.
            simd.reset();
            if (simdjson::get_active_implementation()->create_dom_parser_implementation(capacity, 1, simd) !=
                simdjson::SUCCESS) {
                simd.reset();
                return CSIMDJSON_NO_MEMORY;
            }
        }
        return simd->stage1(document.data(), length, simdjson::stage1_mode::regular) == simdjson::SUCCESS
                   ? CSIMDJSON_OK
                   : CSIMDJSON_SYNTAX;
    }

    /// Gives memory back that only an unusually large document needed.
    void trim() {
        constexpr size_t kept_max = size_t(4) << 20;
        const size_t indexes = simd ? simd->capacity() * sizeof(uint32_t) : 0;
        if (document.bytes() + nodes.bytes() + text.bytes() + names.bytes() + indexes <= kept_max) { return; }
        document.release();
        nodes.release();
        text.release();
        names.release();
        simd.reset();
    }
};

}  // namespace csimdjson
#endif
