/* SPDX-License-Identifier: Apache-2.0 */
/* What a QEMU command line says of the machine: RAM, processors, their model. */
#include "qemu/args_find.h"

#include "base/own.h"

#define MIB         (UINT64_C(1) << 20)
#define RAM_DEFAULT (128 * MIB)
#define RAM_MAX     (UINT64_C(1) << 40)
#define PAGE        UINT64_C(4096)

static bool is_ram_backend(const struct optval *v)
{
    return optval_is(v, "qom-type", "memory-backend-ram") ||
           optval_is(v, "qom-type", "memory-backend-memfd") ||
           optval_is(v, "qom-type", "memory-backend-file");
}

static bool add_backend(struct args *a, const char *id, struct sevk_error *err)
{
    OWN(optval_free) struct optval v = { 0 };
    struct args_option option;
    uint64_t size = 0;

    if (a->n_ram == ARGS_RAM_MAX) {
        return sevk_fail(err, SEVK_INPUT,
                         "SEV: more than %d memory backends are not supported",
                         ARGS_RAM_MAX);
    }
    if (!args_find_value(a, "object", "qom-type", "id", id, &option, &v) ||
        !is_ram_backend(&v)) {
        return sevk_fail(err, SEVK_INPUT,
                         "SEV: the memory backend '%s' is no memory-backend-ram"
                         ", -memfd or -file object",
                         id);
    }
    if (!optval_size(&v, "size", "memory backend", 1, &size, err)) {
        return false;
    }
    if (size == 0 || size % PAGE != 0 || size > RAM_MAX - a->ram_size) {
        return sevk_fail(err, SEVK_INPUT,
                         "SEV: the memory backend '%s' has no size that fits",
                         id);
    }
    a->ram[a->n_ram].at = option.value_at;
    a->ram[a->n_ram].size = size;
    a->n_ram++;
    a->ram_size += size;
    return true;
}

/* The memory of NUMA node NODE; *RET_FOUND is false when there is no such. */
static bool add_node(struct args *a, uint64_t node, bool *ret_found,
                     struct sevk_error *err)
{
    struct args_option option;
    uint64_t seen = 0;

    *ret_found = false;
    for (args_at at = 0; args_next(a->argv, &at, &option);) {
        OWN(optval_free) struct optval v = { 0 };
        uint64_t id = seen;

        if (option.value == NULL || strcmp(option.name, "numa") != 0 ||
            !optval_parse(option.value, "type", &v) ||
            !optval_is(&v, "type", "node")) {
            continue;
        }
        if (!optval_number(&v, "nodeid", "-numa", UINT16_MAX, &id, err)) {
            return false;
        }
        seen++;
        if (id == node) {
            const char *backend = optval_string(&v, "memdev");

            *ret_found = true;
            return backend == NULL || add_backend(a, backend, err);
        }
    }
    return true;
}

static bool find_nodes(struct args *a, struct sevk_error *err)
{
    bool found = true;

    for (uint64_t node = 0; found; node++) {
        if (!add_node(a, node, &found, err)) {
            return false;
        }
    }
    return true;
}

/* -m 512, -m 2G, -m size=524288k,slots=16,… */
static bool find_plain_ram(struct args *a, struct sevk_error *err)
{
    OWN(optval_free) struct optval v = { 0 };
    struct args_option option;

    a->ram_size = RAM_DEFAULT;
    if (args_find_option(a, "m", &option) && option.value != NULL &&
        optval_parse(option.value, "size", &v) &&
        !optval_size(&v, "size", "-m", MIB, &a->ram_size, err)) {
        return false;
    }
    if (a->ram_size == 0 || a->ram_size % PAGE != 0 || a->ram_size > RAM_MAX) {
        return sevk_fail(err, SEVK_INPUT, "SEV: -m gives no size that fits");
    }
    a->ram[0].size = a->ram_size;
    a->n_ram = 1;
    return true;
}

bool args_find_ram(struct args *a, struct sevk_error *err)
{
    OWN(optval_free) struct optval backend = { 0 };
    OWN(optval_free) struct optval machine = { 0 };
    const char *type = NULL;

    if (args_find_machine(a, "type", &machine)) {
        type = optval_string(&machine, "type");
    }
    a->machine = type != NULL && strstr(type, "q35") != NULL ? VMM_MACHINE_Q35
                                                             : VMM_MACHINE_PC;
    if (args_find_machine(a, "memory-backend", &backend) &&
        optval_string(&backend, "memory-backend") != NULL) {
        return add_backend(a, optval_string(&backend, "memory-backend"), err);
    }
    if (!find_nodes(a, err)) {
        return false;
    }
    return a->n_ram > 0 || find_plain_ram(a, err);
}

/* The product of the levels of the topology, each 1 when it is not given. */
static bool multiply_levels(const struct optval *smp, uint64_t *ret,
                            struct sevk_error *err)
{
    static const char *const levels[] = { "sockets", "dies", "clusters",
                                          "cores", "threads" };
    uint64_t product = 1;

    for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++) {
        uint64_t n = 1;

        if (!optval_number(smp, levels[i], "-smp", UINT16_MAX, &n, err)) {
            return false;
        }
        product *= n == 0 ? 1 : n;
    }
    *ret = product;
    return true;
}

#define VCPUS_MAX 4096

/* Those that are there at the start: what can be plugged later is not measured. */
bool args_find_vcpus(struct args *a, struct sevk_error *err)
{
    OWN(optval_free) struct optval v = { 0 };
    struct args_option option;
    uint64_t n = 1;

    if (args_find_option(a, "smp", &option) && option.value != NULL &&
        optval_parse(option.value, "cpus", &v)) {
        if (!multiply_levels(&v, &n, err) ||
            !optval_number(&v, "maxcpus", "-smp", VCPUS_MAX, &n, err) ||
            !optval_number(&v, "cpus", "-smp", VCPUS_MAX, &n, err)) {
            return false;
        }
    }
    if (n == 0 || n > VCPUS_MAX) {
        return sevk_fail(err, SEVK_INPUT,
                         "SEV: -smp gives no number of processors from 1 to %d",
                         VCPUS_MAX);
    }
    a->vcpus = (uint32_t)n;
    return true;
}

/* A number that -cpu gives beside the model counts more than the model's. */
static bool read_number(const struct optval *v, const char *key,
                        uint32_t *number, struct sevk_error *err)
{
    uint64_t n = *number;

    if (!optval_number(v, key, "-cpu", 0xfff, &n, err)) {
        return false;
    }
    *number = (uint32_t)n;
    return true;
}

bool args_find_cpu(struct args *a, struct sevk_error *err)
{
    OWN(optval_free) struct optval v = { 0 };
    struct args_option option;
    const char *name = NULL;

    if (args_find_option(a, "cpu", &option) && option.value != NULL &&
        optval_parse(option.value, "name", &v)) {
        name = optval_string(&v, "name");
    }
    a->cpu_name = strdup(name == NULL ? "qemu64" : name);
    if (a->cpu_name == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory for arguments");
    }
    a->cpu_is_host = strcmp(a->cpu_name, "host") == 0;
    a->has_cpu = vmm_cpu_find(a->cpu_name, &a->cpu);
    return name == NULL || !a->has_cpu ||
           (read_number(&v, "family", &a->cpu.family, err) &&
            read_number(&v, "model", &a->cpu.model, err) &&
            read_number(&v, "stepping", &a->cpu.stepping, err));
}
