/* SPDX-License-Identifier: Apache-2.0 */
/* libsevkit's version. */
#include <sevkit/version.h>

const char *sevk_version_text(void)
{
    return SEVKIT_VERSION;
}
