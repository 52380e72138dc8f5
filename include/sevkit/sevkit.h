/* SPDX-License-Identifier: Apache-2.0 */
/* All of libsevkit in one header; begin with libsevkit(3). */
#ifndef SEVKIT_SEVKIT_H
#define SEVKIT_SEVKIT_H

#include <sevkit/chain.h>
#include <sevkit/error.h>
#include <sevkit/expectation.h>
#include <sevkit/firmware.h>
#include <sevkit/measurement.h>
#include <sevkit/policy.h>
#include <sevkit/secrets.h>
#include <sevkit/session.h>
#include <sevkit/trust.h>
#include <sevkit/verdict.h>
#include <sevkit/version.h>

#endif
