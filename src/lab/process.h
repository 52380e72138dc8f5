/* SPDX-License-Identifier: Apache-2.0 */
/* Processes named so that a recycled process id is never taken for another. */
#ifndef SEVKIT_LAB_PROCESS_H
#define SEVKIT_LAB_PROCESS_H

#include <stdint.h>
#include <sys/types.h>

#include <sevkit/error.h>

/*
 * A process id together with the time it was started (clock ticks since boot,
 * proc(5) stat field 22). With the boot id of lab/record.h that names one
 * process for ever. pid 0 is the empty value.
 */
struct process {
    pid_t pid;
    uint64_t start;
};

/* The process that has this id now. False when there is none (or a zombie). */
bool process_find(pid_t pid, struct process *ret);

/* Whether exactly this process still runs; a zombie does not. */
bool process_alive(struct process p);

/*
 * Reads the fields of a /proc/PID/stat line that are needed here. The name in
 * it may hold any byte, so the fields are counted from the last ')'.
 */
bool process_parse_stat(const char *line, char *ret_state, pid_t *ret_parent,
                        uint64_t *ret_start);

/* A list of processes. Start with all zeros. */
struct process_list {
    struct process *p;
    size_t n;
    size_t cap;
};
void process_list_free(struct process_list *list); /* also for OWN() */

/* Every process below ROOT, at any depth, without ROOT. */
SEVK_MUST_CHECK bool process_below(pid_t root, struct process_list *list,
                                   struct sevk_error *err);

/*
 * Every process of the lab in DIR: the variable PATH it was started with
 * begins with DIR/bin, or its own name is DIR/bin/qemu-system-x86_64. This
 * finds QEMUs and proxies whose supervisor is gone. The caller itself is left
 * out, and so are processes that it may not look at.
 */
SEVK_MUST_CHECK bool process_of_lab(const char *dir, struct process_list *list,
                                    struct sevk_error *err);

/* Whether these variables and arguments (NUL-separated) are of DIR's lab. */
bool process_is_marked(const char *dir, const char *variables,
                       size_t variables_n, const char *arguments,
                       size_t arguments_n);

/*
 * Asks the processes to end (SIGTERM), waits up to GRACE_MS for them to be
 * gone, then ends what is left (SIGKILL) and waits for that too. False when
 * one could not be ended.
 */
SEVK_MUST_CHECK bool process_end(const struct process_list *list,
                                 unsigned grace_ms, struct sevk_error *err);

/* Milliseconds of a clock that only goes forward. */
int64_t process_clock_ms(void);

#endif
