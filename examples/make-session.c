/* SPDX-License-Identifier: Apache-2.0 */
/* Makes the keys for one start, on a platform whose certificates hold. */
#include <stdio.h>
#include <string.h>

#include <sevkit/sevkit.h>

static int fail(const struct sevk_error *err)
{
    fprintf(stderr, "make-session: %s\n", err->message);
    return (int)err->code;
}

/* A "no" is no error: it has reasons. */
static int refuse(const struct sevk_verdict *verdict)
{
    const char *why;

    for (size_t i = 0;
         (why = sevk_verdict_sentence(verdict, SEVK_VERDICT_REASONS, i)) !=
         NULL;
         i++) {
        fprintf(stderr, "make-session: no: %s\n", why);
    }
    return 1;
}

int main(int argc, char **argv)
{
    struct sevk_trust *trust = NULL;
    struct sevk_chain *chain = NULL;
    struct sevk_verdict *verdict = NULL;
    struct sevk_session *session = NULL;
    struct sevk_error err;
    uint32_t policy;
    int status = 0;

    if (argc != 5) {
        fputs("usage: make-session amd|ROOT CHAIN POLICY PREFIX\n", stderr);
        return 2;
    }
    if (!sevk_policy_parse(argv[3], &policy, &err) ||
        !sevk_trust_new(&trust, &err) ||
        !(strcmp(argv[1], "amd") == 0
              ? sevk_trust_add_amd(trust, &err)
              : sevk_trust_add_file(trust, argv[1], &err)) ||
        !sevk_chain_new(&chain, &err) ||
        !sevk_chain_add_file(chain, argv[2], &err) ||
        !sevk_chain_verify(chain, trust, &verdict, &err)) {
        status = fail(&err);
    } else if (!sevk_verdict_yes(verdict)) {
        status = refuse(verdict);
    } else if (!sevk_session_create(verdict, policy, 0, &session, &err) ||
               !sevk_session_write(session, argv[4], &err)) {
        status = fail(&err);
    } else {
        /* What the host is given; the keys stay in PREFIX_tik, _tek.bin. */
        printf("root %s%s\ndhCert %s\nsession %s\n", sevk_verdict_root(verdict),
               sevk_verdict_is_virtual(verdict) ? " (VIRTUAL)" : "",
               sevk_session_godh_base64(session),
               sevk_session_blob_base64(session));
    }
    sevk_session_free(&session);
    sevk_verdict_free(&verdict);
    sevk_chain_free(&chain);
    sevk_trust_free(&trust);
    return status;
}
