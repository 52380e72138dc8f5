/* SPDX-License-Identifier: Apache-2.0 */
/* Build step: a file as an array of bytes in C. */
#include <stdio.h>
#include <stdlib.h>

/* Usage: embed OUT IN HEADER NAME; defines NAME and NAME_len. */
int main(int argc, char **argv)
{
    FILE *in = argc == 5 ? fopen(argv[2], "rb") : NULL;
    FILE *out = in != NULL ? fopen(argv[1], "w") : NULL;
    size_t n = 0;
    int c;

    if (out == NULL) {
        fprintf(stderr, "usage: embed OUT IN HEADER NAME\n");
        return EXIT_FAILURE;
    }
    fprintf(out, "#include \"%s\"\n\nconst unsigned char %s[] = {", argv[3],
            argv[4]);
    for (; (c = getc(in)) != EOF; n++) {
        fprintf(out, "%s0x%02x,", n % 12 == 0 ? "\n    " : " ", (unsigned)c);
    }
    fprintf(out, "\n};\nconst size_t %s_len = %zu;\n", argv[4], n);
    fclose(in);
    return fclose(out) == 0 && n > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
