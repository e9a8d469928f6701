// SPDX-License-Identifier: Apache-2.0
#ifndef CSIMDJSON_NAME_TABLE_H
#define CSIMDJSON_NAME_TABLE_H

#include "Buffer.h"
#include "csimdjson.h"

namespace csimdjson {

/// Finds names that stand twice in one object, for all objects of a document at once.
///
/// A hash table over pairs of object and name, with linear probing, at most a quarter full. Slots are never wiped: each
/// document writes tickets above all earlier ones. Where a chain grows beyond what chance explains, the names were
/// chosen to collide: their object is then sorted when it closes, so an attacker's n names cost n log n and never n².
class NameTable {
public:
    enum class Answer { unique, repeated, no_memory };

    /// Makes room for a document of so many structural characters; false when there is no memory.
    bool prepare(uint32_t structurals);

    /// Adds the member's name that stands in `nodes[index]`, which is to become a child of `object`.
    __attribute__((always_inline)) Answer add(csimdjson_node *nodes, uint32_t index, uint32_t object,
                                              const uint8_t *document, const uint8_t *text) {
        // Any odd factor does; it keeps equal names of neighbouring objects apart.
        const uint32_t at = (nodes[index].name_hash + object * 0x9E3779B1) & mask;
        if (slots.data()[at] >= first_ticket) { return add_beside(at, nodes, index, object, document, text); }
        slots.data()[at] = first_ticket + index;
        return Answer::unique;
    }

    /// Whether `close` must be asked about this object.
    static bool is_crowded(const csimdjson_node &object) { return (object.flags & crowded) != 0; }

    /// Looks through the members of a crowded object that is complete.
    ///
    /// - repeated: receives the index of the later of two members with one name.
    Answer close(csimdjson_node *nodes, uint32_t object, const uint8_t *document, const uint8_t *text,
                 uint32_t &repeated);

    /// Ends a document that had so many nodes.
    void finish(uint32_t nodes) { first_ticket += nodes + 1; }

    size_t bytes() const { return slots.bytes() + order.bytes(); }

    void release() {
        slots.release();
        order.release();
        first_ticket = 1;
    }

private:
    /// Bit of `flags`, for the table's own use.
    static constexpr uint8_t crowded = 0x80;

    Answer add_beside(uint32_t at, csimdjson_node *nodes, uint32_t index, uint32_t object, const uint8_t *document,
                      const uint8_t *text);

    /// Node index plus `first_ticket`; a smaller value is some earlier document's, and the slot is free.
    Buffer<uint32_t> slots;
    Buffer<uint32_t> order;
    uint32_t first_ticket = 1;
    uint32_t mask = 0;
};

}  // namespace csimdjson
#endif
