/* SPDX-License-Identifier: Apache-2.0 */
/* What a guest can find out about its own protection. */
#include "guest/status.h"

#include <inttypes.h>

#include "base/file.h"
#include "guest/small_sha256.h"

#define CMDLINE_MAX ((size_t)64 * 1024)

static enum guest_kind kind_of(const struct cpu *cpu)
{
    if (!cpu->has_status) {
        return cpu->claims_sev ? GUEST_CLAIMED : GUEST_PLAIN;
    }
    if ((cpu->status & CPU_STATUS_SNP) != 0) {
        return GUEST_SEV_SNP;
    }
    if ((cpu->status & CPU_STATUS_SEV_ES) != 0) {
        return GUEST_SEV_ES;
    }
    return (cpu->status & CPU_STATUS_SEV) != 0 ? GUEST_SEV : GUEST_PLAIN;
}

static enum guest_answer encrypted_for(enum guest_kind kind)
{
    return kind == GUEST_CLAIMED ? GUEST_UNKNOWN
           : kind == GUEST_PLAIN ? GUEST_NO
                                 : GUEST_YES;
}

/* OVMF puts this before the command line of a kernel that has an initrd. */
static const char *without_prefix(const char *line)
{
    static const char prefix[] = "initrd=initrd ";
    const size_t n = sizeof prefix - 1;

    return strncmp(line, prefix, n) == 0 ? line + n : line;
}

/* The hash is over the command line with its NUL; the kernel adds a newline. */
static enum guest_answer compare_cmdline(const char *root,
                                         const struct kernel_hash_table *hashes)
{
    OWN(own_free) char *path = NULL;
    OWN(buf_free) struct buf text = { 0 };
    struct small_sha256 sha;
    uint8_t seen[SMALL_SHA256_LEN];
    const char *line;

    if (!path_join(root, "proc/cmdline", &path, NULL) ||
        !file_read(path, CMDLINE_MAX, "command line", &text, NULL)) {
        return GUEST_UNKNOWN;
    }
    line = without_prefix(buf_string(&text));
    small_sha256_start(&sha);
    small_sha256_add(&sha, line, (uint32_t)strcspn(line, "\n"));
    small_sha256_add(&sha, "", 1);
    small_sha256_end(&sha, seen);
    return secret_equal(seen, hashes->cmdline, sizeof seen) ? GUEST_YES
                                                            : GUEST_NO;
}

static void note_kernel(struct guest_status *s, const char *root,
                        const struct source *source)
{
    s->measured = GUEST_UNKNOWN;
    s->cmdline_matches = GUEST_UNKNOWN;
    if (source == NULL || source->kind != SOURCE_MEMORY) {
        return;
    }
    s->measured = source->page.has_hashes ? GUEST_YES : GUEST_NO;
    if (source->page.has_hashes) {
        s->cmdline_matches = compare_cmdline(root, &source->page.hashes);
    }
}

struct guest_status guest_status_make(const char *root, const struct cpu *cpu,
                                      const struct source *source)
{
    struct guest_status s = { .kind = kind_of(cpu),
                              .hypervisor = cpu->hypervisor };

    s.encrypted = encrypted_for(s.kind);
    if (source != NULL) {
        s.looked = true;
        s.source = source->kind;
        s.n_secrets = source->n;
        s.address = source->address;
    }
    s.is_virtual = s.encrypted == GUEST_NO && s.source != SOURCE_NONE;
    note_kernel(&s, root, source);
    return s;
}

/* -- Text. ----------------------------------------------------------------- */

static const char *const kind_names[] = {
    [GUEST_PLAIN] = "none",      [GUEST_SEV] = "SEV",
    [GUEST_SEV_ES] = "SEV-ES",   [GUEST_SEV_SNP] = "SEV-SNP",
    [GUEST_CLAIMED] = "unknown",
};

static const char *memory_text(const struct guest_status *s)
{
    static const char *const texts[] = {
        [GUEST_NO] = "not encrypted",
        [GUEST_YES] = "encrypted (the processor's SEV_STATUS says so)",
        [GUEST_UNKNOWN] = ("unknown: CPUID claims SEV, but that is the "
                           "hypervisor's word; load the module msr, as root"),
    };

    return texts[s->encrypted];
}

static bool add_secrets(const struct guest_status *s, struct buf *to,
                        struct sevk_error *err)
{
    if (!s->looked) {
        return buf_append_string(
            to, "secrets:    unknown: this could not be looked at\n", err);
    }
    switch (s->source) {
    case SOURCE_COCO:
        return buf_printf(to, err,
                          "secrets:    %zu, in the kernel's secrets/coco\n",
                          s->n_secrets);
    case SOURCE_MEMORY:
        return buf_printf(
            to, err,
            "secrets:    %zu, in the firmware's page at 0x%" PRIx64 "\n",
            s->n_secrets, s->address);
    case SOURCE_NONE:
        break;
    }
    return buf_append_string(to,
                             s->encrypted == GUEST_YES
                                 ? "secrets:    none to be seen: none came, or "
                                   "this kernel lacks EFI_SECRET\n"
                                 : "secrets:    none\n",
                             err);
}

static const char *kernel_text(const struct guest_status *s)
{
    if (s->measured == GUEST_UNKNOWN) {
        return "unknown: the firmware's table of hashes can't be seen here";
    }
    if (s->measured == GUEST_NO) {
        return "not measured: the firmware has no table of hashes";
    }
    return s->cmdline_matches == GUEST_YES
               ? "measured; this command line is the one in the table"
           : s->cmdline_matches == GUEST_NO
               ? "measured, but this command line is NOT the one in the table"
               : "measured; /proc/cmdline could not be read to compare it";
}

bool guest_status_text(const struct guest_status *s, struct buf *to,
                       struct sevk_error *err)
{
    if (s->is_virtual &&
        !buf_append_string(to,
                           "platform:   VIRTUAL: launched as a SEV guest, but "
                           "nothing is encrypted; whoever runs the host reads "
                           "everything\n",
                           err)) {
        return false;
    }
    return buf_printf(to, err,
                      "sev:        %s\nmemory:     %s\nhypervisor: %s\n",
                      kind_names[s->kind], memory_text(s),
                      s->hypervisor[0] != '\0' ? s->hypervisor : "none") &&
           add_secrets(s, to, err) &&
           buf_printf(to, err, "kernel:     %s\n", kernel_text(s));
}

/* -- JSON: no value here needs to be escaped. ------------------------------ */

static const char *json_of(enum guest_answer answer)
{
    static const char *const words[] = {
        [GUEST_NO] = "false",
        [GUEST_YES] = "true",
        [GUEST_UNKNOWN] = "null",
    };

    return words[answer];
}

bool guest_status_json(const struct guest_status *s, struct buf *to,
                       struct sevk_error *err)
{
    static const char *const kinds[] = {
        [GUEST_PLAIN] = "\"none\"",    [GUEST_SEV] = "\"sev\"",
        [GUEST_SEV_ES] = "\"sev-es\"", [GUEST_SEV_SNP] = "\"sev-snp\"",
        [GUEST_CLAIMED] = "null",
    };
    static const char *const sources[] = {
        [SOURCE_NONE] = "none",
        [SOURCE_COCO] = "coco",
        [SOURCE_MEMORY] = "memory",
    };

    return buf_printf(to, err,
                      "{\"schema\": \"sevkit.guest.status/1\", \"sev\": %s, "
                      "\"memory_encrypted\": %s, \"hypervisor\": \"%s\", "
                      "\"virtual_platform\": %s, ",
                      kinds[s->kind], json_of(s->encrypted), s->hypervisor,
                      s->is_virtual ? "true" : "false") &&
           (s->looked
                ? buf_printf(to, err, "\"source\": \"%s\", \"secrets\": %zu, ",
                             sources[s->source], s->n_secrets)
                : buf_append_string(to, "\"source\": null, \"secrets\": null, ",
                                    err)) &&
           buf_printf(to, err,
                      "\"kernel_measured\": %s, \"cmdline_matches\": %s}\n",
                      json_of(s->measured), json_of(s->cmdline_matches));
}
