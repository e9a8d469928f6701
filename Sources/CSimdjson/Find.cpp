// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "csimdjson.h"

namespace {

/// What stays the same during one search.
struct Search {
    const csimdjson_node *const nodes;
    const uint8_t *const document;
    const uint8_t *const text;
    const csimdjson_paths &paths;
    uint32_t *const found;

    void take(uint32_t index, const csimdjson_branch &branch) {
        if (branch.slot >= 0) { found[branch.slot] = index; }
        if (branch.level >= 0) { walk(index, paths.levels[branch.level]); }
    }

    bool is_named(const csimdjson_node &node, const csimdjson_branch &branch) const {
        if (node.name_hash != branch.name_hash || node.name_length != branch.name_length) { return false; }
        const uint8_t *const name = ((node.flags & CSIMDJSON_NAME_COPIED) != 0 ? text : document) + node.name_text;
        return memcmp(name, paths.names + branch.name_start, branch.name_length) == 0;
    }

    /// The recursion is as deep as the longest path.
    void walk(uint32_t container, const csimdjson_level &level) {
        const csimdjson_node &node = nodes[container];
        if (node.count == 0) { return; }
        if (node.kind == CSIMDJSON_OBJECT) {
            members(container, level);
        } else if (node.kind == CSIMDJSON_ARRAY) {
            elements(container, level);
        }
    }

    void members(uint32_t object, const csimdjson_level &level) {
        const csimdjson_branch *const table = paths.branches + level.start;
        uint32_t missing = level.names;
        // A container stands directly before its content.
        for (uint32_t index = object + 1; index != 0 && missing > 0; index = nodes[index].next) {
            // At most half of the table is used, so that the search ends.
            for (uint32_t at = nodes[index].name_hash & level.mask; table[at].is_used; at = (at + 1) & level.mask) {
                if (!is_named(nodes[index], table[at])) { continue; }
                missing -= 1;
                take(index, table[at]);
                break;
            }
        }
    }

    void elements(uint32_t array, const csimdjson_level &level) {
        for (uint32_t at = level.positions_start; at < level.positions_end; at++) {
            const csimdjson_branch &branch = paths.branches[at];
            const int64_t count = nodes[array].count;
            int64_t position = branch.position < 0 ? branch.position + count : branch.position;
            if (position < 0 || position >= count) { continue; }
            uint32_t index = array + 1;
            while (position-- > 0) { index = nodes[index].next; }
            take(index, branch);
        }
    }
};

}  // namespace

void csimdjson_find(const csimdjson_node *nodes, const uint8_t *document, const uint8_t *text, uint32_t start,
                    const csimdjson_paths *paths, uint32_t *found) {
    Search search{nodes, document, text, *paths, found};
    if (paths->level_count > 0) { search.walk(start, paths->levels[0]); }
}
