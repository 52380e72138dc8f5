/* SPDX-License-Identifier: Apache-2.0 */
/* Validates a measurement from options and files alone, without libvirt. */
#include "cli/offline.h"

#include "owner/measurement.h"
#include "owner/session_record.h"

static bool check_given(const struct offline_options *o, struct sevk_error *err)
{
    const struct {
        bool given;
        const char *name;
    } needed[] = {
        { o->measurement != NULL, "--measurement" },
        { o->api_major.given, "--api-major" },
        { o->api_minor.given, "--api-minor" },
        { o->build_id.given, "--build-id" },
    };

    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++) {
        if (!needed[i].given) {
            return sevk_fail(err, SEVK_USAGE,
                             "'%s' is missing: without a domain to ask about, "
                             "what the host said has to be given",
                             needed[i].name);
        }
    }
    return true;
}

static bool find_cpu(const struct offline_options *o,
                     char text[static OFFLINE_CPU_LEN], const char **ret,
                     struct sevk_error *err)
{
    int numbers =
        o->cpu_family.given + o->cpu_model.given + o->cpu_stepping.given;

    if (numbers == 0) {
        *ret = o->expect.cpu;
        return true;
    }
    if (numbers != 3 || o->expect.cpu != NULL) {
        return sevk_fail(err, SEVK_USAGE,
                         "a CPU is either --cpu or all of --cpu-family, "
                         "--cpu-model and --cpu-stepping");
    }
    snprintf(text, OFFLINE_CPU_LEN, "%u/%u/%u", o->cpu_family.value,
             o->cpu_model.value, o->cpu_stepping.value);
    *ret = text;
    return true;
}

/* The policy that was measured: as given, else the one of the session. */
static bool find_policy(const struct offline_options *o, uint32_t *ret,
                        struct sevk_error *err)
{
    struct session_record record;

    if (o->expect.policy.given) {
        *ret = o->expect.policy.value;
        return true;
    }
    if (o->keys.session == NULL) {
        return sevk_fail(err, SEVK_USAGE,
                         "'--policy P' is missing: it is a part of what was "
                         "measured");
    }
    if (!session_record_read(o->keys.session, &record, err)) {
        return false;
    }
    *ret = record.policy;
    return true;
}

bool offline_options(const struct offline_options *o,
                     char cpu_text[static OFFLINE_CPU_LEN],
                     struct validate_options *ret, struct sevk_error *err)
{
    struct validate_options options = {
        .keys = { o->keys.session, o->keys.tk, o->keys.tik, o->keys.tek },
        .expect = expect_from(&o->expect),
        .rng = rng_system(),
        .clock = clock_system(),
    };

    options.expect.vmsa_bsp = o->vmsa_cpu0;
    options.expect.vmsa_ap = o->vmsa_cpu1;
    options.expect.has_vcpus = o->num_cpus.given;
    options.expect.vcpus = o->num_cpus.value;
    if (!keys_check(&o->keys, KEYS_TIK, err) ||
        !find_cpu(o, cpu_text, &options.expect.cpu, err)) {
        return false;
    }
    *ret = options;
    return true;
}

bool offline_evidence(const struct offline_options *o, struct evidence *ret,
                      struct sevk_error *err)
{
    struct evidence evidence = { .api_major = (uint8_t)o->api_major.value,
                                 .api_minor = (uint8_t)o->api_minor.value,
                                 .build = (uint8_t)o->build_id.value };

    if (!check_given(o, err) || !find_policy(o, &evidence.policy, err) ||
        !measurement_parse(o->measurement, &evidence.measure, err)) {
        return false;
    }
    *ret = evidence;
    return true;
}
