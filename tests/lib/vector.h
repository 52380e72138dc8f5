/* SPDX-License-Identifier: Apache-2.0 */
/* The files of tests/vectors by their names. */
#ifndef SEVKIT_TESTS_VECTOR_H
#define SEVKIT_TESTS_VECTOR_H

#include "base/buf.h"

/* The whole of "session/godh.cert"; the caller frees it. */
struct buf vector_load(const char *name);

/* Exactly N bytes of it; another length fails the test. */
void vector_load_exact(const char *name, uint8_t *ret, size_t n);

/* Where it lies, for code that opens files; the caller frees it. */
char *vector_path(const char *name);

/*
 * The string of key KEY in a flat JSON object of strings, as the vectors'
 * JSON files are: for tests of layers that have no JSON reader.
 */
struct buf vector_json_string(const char *name, const char *key);

#endif
