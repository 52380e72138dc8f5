/* SPDX-License-Identifier: Apache-2.0 */
/* What a host can do for SEV, as plain values with "is it known" beside them. */
#ifndef SEVKIT_HOST_FACTS_H
#define SEVKIT_HOST_FACTS_H

#include <stdint.h>

#include "host/record.h"

/* What may also be not known. */
enum fact {
    FACT_UNKNOWN,
    FACT_NO,
    FACT_YES,
};

struct host_cpu {
    bool known;
    char vendor[16]; /* "AuthenticAMD" */
    char name[64];   /* the model's name */
    uint32_t family; /* as /proc/cpuinfo counts: 23 is 17h */
    uint32_t model;
    uint32_t stepping;
    enum fact guest;     /* this machine is itself a virtual one */
    char hypervisor[16]; /* its signature: "KVMKVMKVM" */
    char maker[64];      /* of the (virtual) machine: "Amazon EC2" */
    enum fact flag_sev;  /* "sev" among the flags of /proc/cpuinfo */
    bool has_leaf;       /* CPUID 8000_001F was recorded; formats.md 10 */
    bool sev;
    bool es;
    bool snp;
    uint32_t cbitpos;
    uint32_t reduced_phys_bits;
    uint32_t asids;        /* the highest ASID of an encrypted guest */
    uint32_t min_sev_asid; /* SEV-ES guests have those below */
};

struct host_device {
    bool known;
    bool present;
    uint32_t mode;
    uint32_t uid;
    uint32_t gid;
    bool readable; /* by the user who recorded */
    bool writable;
};

/* The user as whom the system's libvirt starts QEMU. */
#define HOST_GROUPS_MAX 32
struct host_user {
    bool known;
    char name[40];
    uint32_t uid;
    size_t n_gids;
    uint32_t gids[HOST_GROUPS_MAX];
};

struct host_kernel {
    bool known;
    char release[80];
    uint32_t major;
    uint32_t minor;
    enum fact kvm_amd; /* the module is there */
    enum fact ccp;
    enum fact sev; /* kvm_amd's parameters; unknown: it has none */
    enum fact sev_es;
    enum fact syscfg_encrypts; /* MSR C001_0010, bit 23 */
    bool log_bios_off;         /* the kernel said so */
    bool log_sev_enabled;
    bool log_guest; /* "Memory Encryption Features active" of a guest */
    struct host_device dev_sev;
    struct host_device dev_kvm;
    struct host_user libvirt_user;
};

struct host_firmware {
    bool known;
    bool is_virtual; /* a platform of "sevkit platform create" */
    uint8_t api_major;
    uint8_t api_minor;
    uint8_t build;
    enum fact es; /* initialised for SEV-ES; unknown: not initialised at all */
    uint32_t guests;
    char error[160]; /* why it could not be asked; "" */
};

struct host_limits {
    bool has_memlock;
    uint64_t memlock; /* bytes; UINT64_MAX: no limit */
    bool has_asids;   /* the misc controller of the cgroups */
    uint64_t asids_sev;
    uint64_t asids_es;
    bool has_cgroup;        /* the control group of all guests: machine.slice */
    uint64_t cgroup_memory; /* bytes; UINT64_MAX: no limit */
    uint64_t cgroup_sev;    /* ASIDs it may have; UINT64_MAX: no limit */
    char libvirt_guests[16]; /* at shutdown: "suspend"…, "off"; "": not known */
};

#define HOST_IMAGES_MAX 64
struct host_image {
    char path[256];
    char descriptor[128]; /* the file that describes it */
    char mode[16];        /* "split", "combined", "stateless", "memory" */
    bool exists;
    bool says_sev; /* the descriptor's features */
    bool says_es;
    bool says_snp;
    bool secure_boot;
    bool q35;
    bool has_table; /* the image's own: formats.md 6.1 */
    bool has_reset_vector;
    bool has_secret_area; /* one with an address */
    bool has_hash_area;
};

/* From libvirt, read by virt/capabilities.h. Versions as 1000000 * major + … */
struct host_libvirt {
    char error[240]; /* why it could not be asked; "" */
    uint32_t libvirt_version;
    uint32_t qemu_version;
    bool has_capabilities;
    enum fact sev;
    enum fact q35;
    enum fact efi;
    bool has_cbitpos;
    uint32_t cbitpos;
    bool has_reduced_phys_bits;
    uint32_t reduced_phys_bits;
    bool has_max_guests;
    uint32_t max_guests;
    bool has_max_es_guests;
    uint32_t max_es_guests;
};

struct host_facts {
    struct host_cpu cpu;
    struct host_kernel kernel;
    struct host_firmware firmware;
    struct host_limits limits;
    bool has_images;
    size_t n_images;
    struct host_image images[HOST_IMAGES_MAX];
    struct host_libvirt libvirt;
};

/*
 * Reads all pieces of RECORD but RECORD_CAPABILITIES, which takes libxml2. A
 * line that can't be read counts as one that is not there: what a recording
 * lacks is "not known", and a check says so.
 */
void host_facts_read(const struct host_record *record, struct host_facts *ret);

/* Reads at most MAX lines of RECORD_IMAGES (host/images.h). How many. */
size_t host_images_read(const char *text, struct host_image *ret, size_t max);

/* One that libvirt would choose by itself for firmware='efi'. */
bool host_image_offered(const struct host_image *image, bool es);

/* "Milan" for an EPYC of that family and model, else NULL. */
const char *host_generation(const struct host_cpu *cpu);

#endif
