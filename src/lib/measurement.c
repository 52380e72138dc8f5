/* SPDX-License-Identifier: Apache-2.0 */
/* Measurements, for other programs. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/own.h"
#include "lib/handles.h"
#include "owner/measurement.h"

static_assert(SEVK_MEASUREMENT_LEN == MEASURE_BUF_LEN, "one length");

static bool make(const struct measure_buf *measure, uint8_t api_major,
                 uint8_t api_minor, uint8_t build, uint32_t policy,
                 struct sevk_measurement **ret, struct sevk_error *err)
{
    struct sevk_measurement *m;

    if (!NEW_HANDLE(&m, err)) {
        return false;
    }
    m->evidence =
        (struct evidence){ *measure, api_major, api_minor, build, policy };
    *ret = m;
    return true;
}

bool sevk_measurement_parse(const char *base64, uint8_t api_major,
                            uint8_t api_minor, uint8_t build, uint32_t policy,
                            struct sevk_measurement **ret_measurement,
                            struct sevk_error *err)
{
    struct measure_buf measure;

    return measurement_parse(base64, &measure, err) &&
           make(&measure, api_major, api_minor, build, policy, ret_measurement,
                err);
}

bool sevk_measurement_from_bytes(const void *bytes, size_t n, uint8_t api_major,
                                 uint8_t api_minor, uint8_t build,
                                 uint32_t policy,
                                 struct sevk_measurement **ret_measurement,
                                 struct sevk_error *err)
{
    struct measure_buf measure;

    return measure_buf_decode(bytes_make(bytes, n), &measure, err) &&
           make(&measure, api_major, api_minor, build, policy, ret_measurement,
                err);
}

void sevk_measurement_free(struct sevk_measurement **measurement)
{
    own_free(measurement);
}

bool sevk_measurement_check(const struct sevk_measurement *measurement,
                            const uint8_t digest[SEVK_DIGEST_LEN],
                            const struct sevk_session *session, bool *ret_yes,
                            struct sevk_error *err)
{
    const struct evidence *e = &measurement->evidence;
    uint8_t ours[SEVK_MEASUREMENT_LEN];

    if (!sevk_measurement_compute(e->api_major, e->api_minor, e->build,
                                  e->policy, digest, e->measure.mnonce, session,
                                  ours, err)) {
        return false;
    }
    *ret_yes =
        secret_equal(ours, e->measure.measure, sizeof e->measure.measure);
    return true;
}

bool sevk_measurement_compute(uint8_t api_major, uint8_t api_minor,
                              uint8_t build, uint32_t policy,
                              const uint8_t digest[SEVK_DIGEST_LEN],
                              const uint8_t mnonce[SEVK_MNONCE_LEN],
                              const struct sevk_session *session,
                              uint8_t ret_bytes[SEVK_MEASUREMENT_LEN],
                              struct sevk_error *err)
{
    struct measure_input in = { .api_major = api_major,
                                .api_minor = api_minor,
                                .build = build,
                                .policy = policy };
    struct measure_buf out;

    memcpy(in.digest, digest, sizeof in.digest);
    memcpy(in.mnonce, mnonce, sizeof in.mnonce);
    memcpy(out.mnonce, mnonce, sizeof out.mnonce);
    if (!measurement_compute(&in, &session->session.tik, out.measure, err)) {
        return false;
    }
    measure_buf_encode(&out, ret_bytes);
    return true;
}
