/* SPDX-License-Identifier: Apache-2.0 */
/* What a check found, as JSON and as lines of text. */
#ifndef SEVKIT_CLI_FINDINGS_H
#define SEVKIT_CLI_FINDINGS_H

#include "cli/out.h"

/* One member of "findings". NULL texts are left out. */
struct finding_text {
    const char *file;
    const char *id;
    const char *severity; /* "error", "warning", "note" */
    const char *where;
    unsigned int line;   /* in a text; 0: not known, and left out */
    unsigned int column; /* likewise */
    const char *message;
    const char *guide; /* section */
    const char *fix;
};

void finding_add(struct out *out, struct json_object *list,
                 const struct finding_text *finding);

/*
 * "error    TITLE  message" and, below, what to do. SEVERITY and TITLE name the
 * members of LINE that hold them.
 */
void finding_draw(struct json_object *line, const char *severity,
                  const char *title, bool colour, FILE *to);

#endif
