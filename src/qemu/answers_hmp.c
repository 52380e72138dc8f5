/* SPDX-License-Identifier: Apache-2.0 */
/* The same answers for human-monitor-command, whose language is HMP. */
#include "qemu/answers_guest.h"

#include "base/own.h"
#include "wire/policy.h"

static bool answer_text(const char *text, struct json_object **ret,
                        struct sevk_error *err)
{
    *ret = json_object_new_string(text);
    return *ret != NULL ||
           sevk_fail(err, SEVK_HOST, "out of memory for a reply");
}

static bool info_sev(const struct guest_answers *g, struct json_object **ret,
                     struct sevk_error *err)
{
    const struct vmm_info info = vmm_guest_info(g->guest);
    OWN(buf_free) struct buf text = { 0 };

    return buf_printf(&text, err,
                      "handle: %u\r\nstate: %s\r\nbuild: %u\r\n"
                      "api version: %u.%u\r\ndebug: %s\r\nkey-sharing: %s\r\n",
                      info.handle, sev_guest_state_qmp_name(info.state),
                      info.build, info.api_major, info.api_minor,
                      (info.policy & POLICY_NODBG) != 0 ? "off" : "on",
                      (info.policy & POLICY_NOKS) != 0 ? "off" : "on") &&
           answer_text(buf_string(&text), ret, err);
}

/* Like QEMU, HMP's refusals are text, not errors. */
static bool refuse_migration(const struct guest_answers *g,
                             struct json_object **ret, struct sevk_error *err)
{
    (void)g;
    return answer_text("Error: " SEV_NO_MIGRATION "\r\n", ret, err);
}

static bool run(const struct guest_answers *g, struct json_object **ret,
                struct sevk_error *err)
{
    (void)ret;
    return vmm_guest_finish(g->guest, err);
}

static const struct {
    const char *words; /* the command, up to a space, a slash or its end */
    bool (*handle)(const struct guest_answers *g, struct json_object **ret,
                   struct sevk_error *err);
} rows[] = {
    { "info sev", info_sev },
    { "cont", run },
    { "c", run },
    { "migrate", refuse_migration },
    { "savevm", refuse_migration },
    { "loadvm", refuse_migration },
};

/* All that QEMU takes for a blank. */
#define BLANKS " \t\n\v\f\r"

/* One space between words, none in front. */
static bool squeeze(const char *line, struct buf *ret, struct sevk_error *err)
{
    while (*line != '\0') {
        size_t n;

        line += strspn(line, BLANKS);
        n = strcspn(line, BLANKS);
        if (n > 0 && ((ret->n > 0 && !buf_append_string(ret, " ", err)) ||
                      !buf_append(ret, bytes_make(line, n), err))) {
            return false;
        }
        line += n;
    }
    return true;
}

static bool begins_with(const char *line, const char *words)
{
    size_t n = strlen(words);

    return strncmp(line, words, n) == 0 &&
           (line[n] == '\0' || line[n] == ' ' || line[n] == '/');
}

bool guest_answer_hmp(struct guest_answers *ctx, const char *line,
                      const struct qmp_command *command, struct answer *ret,
                      struct sevk_error *err)
{
    OWN(buf_free) struct buf words = { 0 };
    bool known = false;

    if (!squeeze(line, &words, err) ||
        !answer_memory_hmp(&ctx->memory, buf_string(&words), command, ret,
                           &known, err)) {
        return false;
    }
    for (size_t i = 0; !known && i < sizeof rows / sizeof rows[0]; i++) {
        if (begins_with(buf_string(&words), rows[i].words)) {
            return rows[i].handle(ctx, &ret->result, err);
        }
    }
    return true;
}
