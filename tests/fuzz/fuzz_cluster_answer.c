/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzzes what a cluster says of a VM: compared, and judged by the rules. */
#include <json-c/json.h>

#include "fuzz.h"
#include "kube/client.h"
#include "kube/cluster.h"
#include "kube/spec_compare.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct json_object *owner = json_tokener_parse(
        "{\"domain\": {\"devices\": {\"disks\": [{\"name\": \"a\"}]},"
        "\"memory\": {\"guest\": \"1Gi\"}, \"launchSecurity\": {\"sev\": {}}},"
        "\"volumes\": [{\"name\": \"a\"}]}");
    struct json_object *live = NULL;
    struct buf differences = { 0 };
    struct sevk_error err;

    must(owner != NULL);
    if (kube_answer_parse(bytes_make(p, n), &live)) {
        struct json_object *spec = kube_json_at(live, "spec");

        (void)vmi_paused(live);
        must(spec_compare(owner, spec, &differences, &err));
        must(differences.n < 4096);
        /* A thing is as itself. */
        buf_free(&differences);
        must(spec_compare(live, live, &differences, &err));
        must(differences.n == 0);
    }
    buf_free(&differences);
    json_object_put(live);
    json_object_put(owner);
    return 0;
}
