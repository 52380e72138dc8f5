/* SPDX-License-Identifier: Apache-2.0 */
/* What the headers of libsevkit are written with: how symbols are exported. */
#ifndef SEVKIT_API_H
#define SEVKIT_API_H

/*
 * Included by the other headers; a program has no need of it. They are plain
 * C99, and C++ understands them too.
 */
#ifdef __cplusplus
#define SEVK_BEGIN_DECLS extern "C" {
#define SEVK_END_DECLS   }
#else
#define SEVK_BEGIN_DECLS
#define SEVK_END_DECLS
#endif

#if defined(__GNUC__)
/* A function of the library; all else in it is hidden. */
#define SEVK_API        __attribute__((visibility("default")))
/* The compiler warns when the result is not looked at. */
#define SEVK_MUST_CHECK __attribute__((warn_unused_result))
#else
#define SEVK_API
#define SEVK_MUST_CHECK
#endif

#endif
