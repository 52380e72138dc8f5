/* SPDX-License-Identifier: Apache-2.0 */
/* A client of SEV written from the kernel's headers: what its parts share. */
#ifndef SEVKIT_TESTS_PRELOAD_CLIENT_H
#define SEVKIT_TESTS_PRELOAD_CLIENT_H

/*
 * It knows <linux/psp-sev.h>, <linux/kvm.h> and libcrypto, and no header of
 * sevkit: what it finds is what any program on such a machine finds.
 */
#include <linux/kvm.h>
#include <linux/psp-sev.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define CERT_LEN    2084
#define CHAIN_LEN   (3 * CERT_LEN)
#define SESSION_LEN 128
#define PAGE        4096u

/* An address at which no program has memory. */
#define NOWHERE 0x10ull
#define NO_CALL 0xdeadbeefu /* what the client puts where a status comes */

/* Newer than Debian 12's headers. */
#define VM_TYPE_SEV    2
#define VM_TYPE_SEV_ES 3
#define CMD_INIT2      22
struct init2 {
    uint64_t vmsa_features;
    uint32_t flags;
    uint16_t ghcb_version;
    uint16_t pad1;
    uint32_t pad2[8];
};

/* One check; what failed is printed, and the program goes on. */
#define CHECK(is) check((is), #is, __FILE__, __LINE__)
void check(bool is, const char *what, const char *file, int line);

/* The call's errno, or 0; the firmware's status in *status. */
#define EXPECT(call, want_errno, want_status)                                  \
    expect((call), (want_errno), (want_status), #call, __FILE__, __LINE__)
void expect(int got, int want_errno, uint32_t want_status, const char *what,
            const char *file, int line);

/* What CHECK and EXPECT found. 0 when all held. */
int faults_found(void);

/* The status that the last command came back with. */
extern uint32_t last_status;

/* Numbers and addresses as the structures have them. */
uint64_t at(const void *p);

/* Each returns an errno, or 0. */
int issue(int sev, uint32_t cmd, void *data);
int encrypt_op(int vm, uint32_t id, void *data, int sev);

/* Each ends the program when it can't. */
int open_device(const char *path, int flags);
int make_vm(int kvm, unsigned long type);
uint8_t *make_memory(size_t n);
/* Exactly N bytes of a file. */
void read_whole(const char *path, void *to, size_t n);
void write_whole(const char *path, const void *from, size_t n);

/* SEV_PLATFORM_STATUS, which must work. */
struct sev_user_data_status status_of(int sev);

/* A VM with KVM_SEV_INIT or KVM_SEV_ES_INIT and a guest without an owner. */
int start_guest(int kvm, int sev, uint32_t policy, uint32_t *ret_handle);
uint32_t guest_state(int vm, int sev);
/* … measured and finished. */
void finish_guest(int vm, int sev);
int update_data(int vm, int sev, void *p, uint32_t n);
int dbg(int vm, int sev, bool encrypt, const void *src, void *dst, uint32_t n);

/* The parts, each a subcommand; the rest of the command line is theirs. */
void part_sev(char **words);
void part_readonly(char **words);
void part_kvm(char **words);
void part_vcpu(char **words);
void part_launch(char **words);
void part_launch_faults(char **words);
void part_dbg(char **words);
void part_send(char **words);
void part_receive(char **words);
void part_migration_faults(char **words);
void part_steal(char **words);
void part_processes(char **words);
void part_many(char **words);
void part_hold(char **words);
void part_hammer(char **words);
void part_keep(char **words);
void part_share(char **words);
void part_inherited(char **words);

#endif
