// SPDX-License-Identifier: Apache-2.0
#ifndef CSIMDJSON_WALK_H
#define CSIMDJSON_WALK_H

#include "Scratch.h"
#include "Unescape.h"

#define CSIMDJSON_INLINE __attribute__((always_inline)) inline

namespace csimdjson {

/// Where the next backslash stands from `from` on; `length` where there is none.
inline uint32_t find_backslash(const uint8_t *document, uint32_t from, uint32_t length) {
    const void *const found = memchr(document + from, '\\', length - from);
    return found == nullptr ? length : static_cast<uint32_t>(static_cast<const uint8_t *>(found) - document);
}

/// Goes once over the structural characters that stage 1 found, checks everything that stage 1 does not, and lays the
/// nodes out.
///
/// Bounds: `cursor` stops at the sentinel behind the last index, which points at the zero byte behind the
/// document; zero fits nowhere, so the walk ends there. Every node uses up an index, so `nodes` has room.
///
/// All of it is inlined into one function whose local variable the walk is: only so do the cursor and its companions
/// live in registers instead of being stored and loaded again at every step.
class Walk {
public:
    CSIMDJSON_INLINE Walk(Scratch &scratch, uint32_t length, uint32_t depth_max, uint32_t nodes_max)
        : scratch(scratch), document(scratch.document.data()), cursor(scratch.simd->structural_indexes.get()),
          sentinel(cursor + scratch.simd->n_structural_indexes), nodes(scratch.nodes.data()), length(length),
          depth_left(depth_max), nodes_max(nodes_max), backslash(find_backslash(document, 0, length)) {}

    CSIMDJSON_INLINE csimdjson_status run();

    /// Where it stopped.
    uint32_t stopped_at = 0;
    uint32_t count = 0;
    uint32_t text_length = 0;

private:
    bool fail(csimdjson_status reason, uint32_t at) {
        status = reason;
        stopped_at = at;
        return false;
    }
    bool member();
    bool element();
    bool value(uint32_t at);
    bool append(uint32_t at, uint8_t kind, csimdjson_node *&node);
    bool open_container(uint32_t at, uint8_t kind);
    bool close_container(uint32_t at);
    bool number(uint32_t at);
    bool literal(uint32_t at, const char *word, uint32_t size, uint8_t kind, uint8_t flags);
    bool quoted(uint32_t open_quote, uint32_t &close_quote, uint32_t &text, uint32_t &text_size, bool &copied);

    Scratch &scratch;
    const uint8_t *const document;
    const uint32_t *cursor;
    const uint32_t *const sentinel;
    csimdjson_node *const nodes;
    const uint32_t length;
    uint32_t depth_left;
    const uint32_t nodes_max;
    /// The innermost open container.
    uint32_t open = CSIMDJSON_NONE;
    /// The last finished node of `open`; 0 before its first.
    uint32_t previous = 0;
    /// How many elements or members `open` has so far, and whether it is an object.
    uint32_t open_count = 0;
    bool open_is_object = false;
    /// The next backslash of the document, or its length: strings that end before it need no copy.
    uint32_t backslash;
    csimdjson_status status = CSIMDJSON_OK;
};

}  // namespace csimdjson
#endif
