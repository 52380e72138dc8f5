/* SPDX-License-Identifier: Apache-2.0 */
/* Build step: AMD's root certificates as a table of byte arrays in C. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CERT_MAX 1600

/* Usage: embed OUT DIR GENERATION…; reads DIR/generation_{ark,ask}.cert. */

static int die(const char *what, const char *path)
{
    fprintf(stderr, "embed: %s '%s'\n", what, path);
    return EXIT_FAILURE;
}

static int emit_file(FILE *out, const char *dir, const char *generation,
                     const char *kind)
{
    unsigned char bytes[CERT_MAX + 1];
    char path[4096];
    size_t n;
    FILE *in;

    snprintf(path, sizeof path, "%s/%s_%s.cert", dir, generation, kind);
    in = fopen(path, "rb");
    if (in == NULL) {
        return die("can't open", path);
    }
    n = fread(bytes, 1, sizeof bytes, in);
    fclose(in);
    if (n == 0 || n > CERT_MAX) {
        return die("not the size of a certificate:", path);
    }
    fprintf(out, "static const uint8_t %s_%s[] = {", generation, kind);
    for (size_t i = 0; i < n; i++) {
        fprintf(out, "%s0x%02x,", i % 12 == 0 ? "\n    " : " ", bytes[i]);
    }
    fprintf(out, "\n};\n\n");
    return EXIT_SUCCESS;
}

static void emit_row(FILE *out, const char *generation)
{
    fprintf(out,
            "    { \"%c%s\", %s_ark, sizeof %s_ark, %s_ask, sizeof %s_ask },\n",
            generation[0] - 'a' + 'A', generation + 1, generation, generation,
            generation, generation);
}

int main(int argc, char **argv)
{
    FILE *out = argc > 3 ? fopen(argv[1], "w") : NULL;

    if (out == NULL) {
        return die("usage: embed OUT DIR GENERATION...; can't write",
                   argc > 1 ? argv[1] : "");
    }
    fprintf(out, "/* Made from src/owner/roots/ by embed.c. */\n"
                 "#include \"owner/amd_roots.h\"\n\n");
    for (int i = 3; i < argc; i++) {
        if (emit_file(out, argv[2], argv[i], "ark") != EXIT_SUCCESS ||
            emit_file(out, argv[2], argv[i], "ask") != EXIT_SUCCESS) {
            fclose(out);
            remove(argv[1]);
            return EXIT_FAILURE;
        }
    }
    fprintf(out, "const struct amd_root amd_roots[] = {\n");
    for (int i = 3; i < argc; i++) {
        emit_row(out, argv[i]);
    }
    fprintf(out, "};\nconst size_t n_amd_roots = %d;\n", argc - 3);
    return fclose(out) == 0 ? EXIT_SUCCESS : die("can't write", argv[1]);
}
