/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzzes kubeconfigs: what is taken is whole, and verified. */
#include <unistd.h>

#include "base/file.h"
#include "fuzz.h"
#include "kube/kubeconfig.h"

/* libfyaml 0.7.12 loses a buffer when some quoted texts are malformed. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libfyaml";
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    char path[] = "/tmp/sevkit-fuzz-XXXXXX";
    int fd = mkstemp(path);
    struct kubeconfig config = { 0 };
    struct sevk_error err = { 0 };

    must(fd >= 0 && fd_write_all(fd, bytes_make(p, n), path, &err));
    close(fd);
    if (kubeconfig_load(path, NULL, &config, &err)) {
        must(strncmp(config.server, "https://", 8) == 0);
        must(kube_name_ok(config.namespace_));
        must((config.cert.n > 0) == (config.key.n > 0));
        must(config.cert.n > 0 || config.token.n > 0);
        kubeconfig_clear(&config);
    } else {
        must(err.message[0] != '\0' && config.server == NULL);
    }
    unlink(path);
    return 0;
}
