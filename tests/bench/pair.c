/* SPDX-License-Identifier: Apache-2.0 */
/* Times two commands as whole processes, in turn, and prints their ratio. */

/*
 * pair NAME RUNS COMMAND_A COMMAND_B [AFTER]
 *
 * Each command is a string for sh -c (which execs it, so that no shell stands
 * between). A and B run in turn, A B A B …, after one round that is not
 * counted; AFTER runs behind each of them and is not timed. Both must exit
 * with 0 each time. Prints one JSON object: medians in milliseconds and the
 * median of the ratios A/B, pair by pair, which is the figure to quote on a
 * machine whose speed drifts.
 */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define RUNS_MAX 1000

extern char **environ;

static double now_ms(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

static void die(const char *what, const char *command)
{
    fprintf(stderr, "pair: %s: %s\n", what, command);
    exit(1);
}

/* Runs COMMAND with its output thrown away; milliseconds until it was reaped. */
static double run(const char *command)
{
    char shell[] = "/bin/sh";
    char dash_c[] = "-c";
    char *text = NULL;
    char *argv[4] = { shell, dash_c, NULL, NULL };
    posix_spawn_file_actions_t actions;
    double begin;
    int status = 0;
    pid_t pid = 0;

    if (asprintf(&text, "exec %s", command) < 0) {
        die("out of memory", command);
    }
    argv[2] = text;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    begin = now_ms();
    if (posix_spawn(&pid, shell, &actions, NULL, argv, environ) != 0) {
        die("can't be started", command);
    }
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    begin = now_ms() - begin;
    posix_spawn_file_actions_destroy(&actions);
    free(text);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        die("did not exit with 0", command);
    }
    return begin;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;

    return x < y ? -1 : x > y;
}

static double median(const double *values, size_t n)
{
    double sorted[RUNS_MAX];

    memcpy(sorted, values, n * sizeof *values);
    qsort(sorted, n, sizeof *sorted, by_value);
    return n % 2 == 1 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
}

int main(int argc, char **argv)
{
    static double a[RUNS_MAX], b[RUNS_MAX], ratio[RUNS_MAX];
    const char *after = argc > 5 ? argv[5] : NULL;
    long runs = argc > 2 ? strtol(argv[2], NULL, 10) : 0;

    if (argc < 5 || runs < 3 || runs > RUNS_MAX) {
        fprintf(stderr, "usage: pair NAME RUNS COMMAND_A COMMAND_B [AFTER]\n");
        return 2;
    }
    for (long i = -1; i < runs; i++) {
        size_t at = i < 0 ? 0 : (size_t)i;

        a[at] = run(argv[3]);
        if (after != NULL) {
            run(after);
        }
        b[at] = run(argv[4]);
        if (after != NULL) {
            run(after);
        }
        ratio[at] = a[at] / b[at];
    }
    printf("{\"name\": \"%s\", \"runs\": %ld, \"ours_ms\": %.3f, "
           "\"other_ms\": %.3f, \"ratio\": %.4f}\n",
           argv[1], runs, median(a, (size_t)runs), median(b, (size_t)runs),
           median(ratio, (size_t)runs));
    return 0;
}
