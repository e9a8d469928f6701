// SPDX-License-Identifier: Apache-2.0
#ifndef CSQLITE_SHIM_H
#define CSQLITE_SHIM_H

#include <sqlite3.h>

// SQLITE_TRANSIENT is a cast macro that Swift cannot import.

/// Binds a copy of UTF-8 text.
static inline int csqlite_bind_text_copy(
    sqlite3_stmt *statement, int index, const void *bytes, sqlite3_uint64 count) {
    return sqlite3_bind_text64(statement, index, (const char *)bytes, count, SQLITE_TRANSIENT, SQLITE_UTF8);
}

/// Binds a copy of bytes.
static inline int csqlite_bind_blob_copy(
    sqlite3_stmt *statement, int index, const void *bytes, sqlite3_uint64 count) {
    return sqlite3_bind_blob64(statement, index, bytes, count, SQLITE_TRANSIENT);
}

/// Keeps the length of the write-ahead log after each commit in `*(int *)pages`.
static inline int csqlite_note_wal_pages(void *pages, sqlite3 *handle, const char *name, int count) {
    (void)handle;
    (void)name;
    *(int *)pages = count;
    return SQLITE_OK;
}

/// Starts to keep the length of the write-ahead log, in pages; switches automatic checkpoints off.
static inline void csqlite_watch_wal(sqlite3 *handle, int *pages) {
    sqlite3_wal_hook(handle, csqlite_note_wal_pages, pages);
}

#endif
