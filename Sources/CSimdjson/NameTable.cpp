// SPDX-License-Identifier: Apache-2.0
#include "NameTable.h"

#include <algorithm>
#include <string.h>

namespace csimdjson {
namespace {

/// Longest chain of occupied slots that is followed before the object counts as crowded. In a table at most a
/// quarter full, chance makes none this long; and if it did, it would cost one sort.
constexpr uint32_t chain_max = 32;

const uint8_t *name_of(const csimdjson_node &node, const uint8_t *document, const uint8_t *text) {
    return ((node.flags & CSIMDJSON_NAME_COPIED) != 0 ? text : document) + node.name_text;
}

bool same_name(const csimdjson_node &a, const csimdjson_node &b, const uint8_t *document, const uint8_t *text) {
    return a.name_hash == b.name_hash && a.name_length == b.name_length &&
           memcmp(name_of(a, document, text), name_of(b, document, text), a.name_length) == 0;
}

}  // namespace

bool NameTable::prepare(uint32_t structurals) {
    // A member takes four structural characters at least: opening quote, colon, value, and a comma or bracket.
    size_t size = 256;
    while (size < structurals) { size *= 2; }
    const size_t room = slots.bytes();
    if (!slots.reserve(size)) { return false; }
    if (slots.bytes() != room) {
        first_ticket = 1;
    } else if (first_ticket > UINT32_MAX - structurals - 1) {
        memset(slots.data(), 0, slots.bytes());
        first_ticket = 1;
    }
    mask = static_cast<uint32_t>(size - 1);
    return true;
}

/// The way past an occupied slot.
__attribute__((noinline)) NameTable::Answer NameTable::add_beside(uint32_t at, csimdjson_node *nodes, uint32_t index,
                                                                  uint32_t object, const uint8_t *document,
                                                                  const uint8_t *text) {
    if (is_crowded(nodes[object])) { return Answer::unique; }
    uint32_t *const table = slots.data();
    for (uint32_t chain = 0; chain < chain_max; chain++) {
        if (table[at] < first_ticket) {
            table[at] = first_ticket + index;
            return Answer::unique;
        }
        const csimdjson_node &other = nodes[table[at] - first_ticket];
        if (other.parent == object && same_name(other, nodes[index], document, text)) { return Answer::repeated; }
        at = (at + 1) & mask;
    }
    nodes[object].flags |= crowded;
    return Answer::unique;
}

NameTable::Answer NameTable::close(csimdjson_node *nodes, uint32_t object, const uint8_t *document,
                                   const uint8_t *text, uint32_t &repeated) {
    nodes[object].flags &= static_cast<uint8_t>(~crowded);
    if (!order.reserve(nodes[object].count)) { return Answer::no_memory; }
    uint32_t *const members = order.data();
    uint32_t filled = 0;
    for (uint32_t index = object + 1; index != 0; index = nodes[index].next) { members[filled++] = index; }
    // By hash and length first: comparing bytes is the dear part. By index last, so that the later one comes second.
    std::sort(members, members + filled, [&](uint32_t left, uint32_t right) {
        const csimdjson_node &a = nodes[left], &b = nodes[right];
        if (a.name_hash != b.name_hash) { return a.name_hash < b.name_hash; }
        if (a.name_length != b.name_length) { return a.name_length < b.name_length; }
        const int order = memcmp(name_of(a, document, text), name_of(b, document, text), a.name_length);
        return order != 0 ? order < 0 : left < right;
    });
    for (uint32_t at = 1; at < filled; at++) {
        if (same_name(nodes[members[at - 1]], nodes[members[at]], document, text)) {
            repeated = members[at];
            return Answer::repeated;
        }
    }
    return Answer::unique;
}

}  // namespace csimdjson
