/* SPDX-License-Identifier: Apache-2.0 */
/* For contracts that are asserted: does a call abort? */
#ifndef SEVKIT_TESTS_DIES_H
#define SEVKIT_TESTS_DIES_H

#include <stdbool.h>

/* Runs CALL in a child; true when it ended by abort(). */
bool aborts(void (*call)(void));

#endif
