/* SPDX-License-Identifier: Apache-2.0 */
/* A guest's way from one platform to another, by a file. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client.h"

#define PAGES   4
#define AMD_MAX 3200
#define HDR_LEN 52
static const char text[] = "what the guest must not lose on its way";

/* What goes over the wire between the two hosts. */
struct wire {
    uint32_t policy;
    uint8_t pdh[CERT_LEN]; /* the sender's */
    uint8_t session[SESSION_LEN];
    struct {
        uint8_t hdr[HDR_LEN];
        uint8_t trans[PAGE];
    } pages[PAGES];
};

struct target {
    uint8_t all[CERT_LEN + CHAIN_LEN + AMD_MAX]; /* PDH PEK OCA CEK ASK ARK */
    uint32_t amd_len;
};

static void read_target(const char *path, struct target *ret)
{
    FILE *f = fopen(path, "rb");
    size_t n = f == NULL ? 0 : fread(ret->all, 1, sizeof ret->all, f);

    CHECK(n > CERT_LEN + CHAIN_LEN);
    ret->amd_len = (uint32_t)(n - CERT_LEN - CHAIN_LEN);
    if (f != NULL) {
        fclose(f);
    }
}

static struct kvm_sev_send_start start_to(const struct target *t,
                                          uint8_t *session)
{
    return (struct kvm_sev_send_start){
        .pdh_cert_uaddr = at(t->all),
        .pdh_cert_len = CERT_LEN,
        .plat_certs_uaddr = at(t->all + CERT_LEN),
        .plat_certs_len = CHAIN_LEN,
        .amd_certs_uaddr = at(t->all + CERT_LEN + CHAIN_LEN),
        .amd_certs_len = t->amd_len,
        .session_uaddr = at(session),
        .session_len = SESSION_LEN,
    };
}

static int send_page(int vm, int sev, uint8_t *page, uint8_t *hdr,
                     uint8_t *trans)
{
    struct kvm_sev_send_update_data u = { .hdr_uaddr = at(hdr),
                                          .hdr_len = HDR_LEN,
                                          .guest_uaddr = at(page),
                                          .guest_len = PAGE,
                                          .trans_uaddr = at(trans),
                                          .trans_len = PAGE };

    return encrypt_op(vm, KVM_SEV_SEND_UPDATE_DATA, &u, sev);
}

/* A running guest with the text in its second page. */
static int running_guest(int kvm, int sev, uint32_t policy, uint8_t *ram)
{
    int vm = start_guest(kvm, sev, policy, NULL);

    memcpy(ram + PAGE + 100, text, sizeof text);
    EXPECT(update_data(vm, sev, ram, PAGES * PAGE), 0, 0);
    finish_guest(vm, sev);
    return vm;
}

static void export_pdh(int sev, uint8_t pdh[static CERT_LEN])
{
    static uint8_t chain[CHAIN_LEN];
    struct sev_user_data_pdh_cert_export e = { at(pdh), CERT_LEN, at(chain),
                                               CHAIN_LEN };

    EXPECT(issue(sev, SEV_PDH_CERT_EXPORT, &e), 0, 0);
}

/* WORDS: policy, the target's full chain, the file for the wire. */
void part_send(char **words)
{
    int kvm = open_device("/dev/kvm", O_RDWR);
    int sev = open_device("/dev/sev", O_RDWR);
    uint8_t *ram = make_memory(PAGES * PAGE);
    static struct wire wire;
    static struct target t;
    struct kvm_sev_send_start s;
    int vm;

    read_target(words[1], &t);
    s = start_to(&t, wire.session);
    wire.policy = (uint32_t)strtoul(words[0], NULL, 0);
    vm = running_guest(kvm, sev, wire.policy, ram);
    export_pdh(sev, wire.pdh);
    EXPECT(encrypt_op(vm, KVM_SEV_SEND_START, &s, sev), 0, 0);
    CHECK(s.policy == wire.policy && guest_state(vm, sev) == 4);
    for (size_t i = 0; i < PAGES; i++) {
        EXPECT(send_page(vm, sev, ram + i * PAGE, wire.pages[i].hdr,
                         wire.pages[i].trans),
               0, 0);
    }
    EXPECT(encrypt_op(vm, KVM_SEV_SEND_FINISH, NULL, sev), 0, 0);
    CHECK(guest_state(vm, sev) == 6);
    write_whole(words[2], &wire, sizeof wire);
    close(vm);
    close(sev);
    close(kvm);
}

static int receive_page(int vm, int sev, uint8_t *page, uint8_t *hdr,
                        uint8_t *trans)
{
    struct kvm_sev_receive_update_data u = { .hdr_uaddr = at(hdr),
                                             .hdr_len = HDR_LEN,
                                             .guest_uaddr = at(page),
                                             .guest_len = PAGE,
                                             .trans_uaddr = at(trans),
                                             .trans_len = PAGE };

    return encrypt_op(vm, KVM_SEV_RECEIVE_UPDATE_DATA, &u, sev);
}

static int receive_start(int vm, int sev, struct wire *wire)
{
    struct kvm_sev_receive_start s = { .policy = wire->policy,
                                       .pdh_uaddr = at(wire->pdh),
                                       .pdh_len = CERT_LEN,
                                       .session_uaddr = at(wire->session),
                                       .session_len = SESSION_LEN };

    return encrypt_op(vm, KVM_SEV_RECEIVE_START, &s, sev);
}

static void check_arrived(int vm, int sev, const struct wire *wire,
                          uint8_t *ram)
{
    uint8_t back[sizeof text];

    CHECK(memcmp(ram + PAGE + 100, text, sizeof text) != 0);
    if ((wire->policy & 1) == 0) {
        EXPECT(dbg(vm, sev, false, ram + PAGE + 100, back, sizeof text), 0, 0);
        CHECK(memcmp(back, text, sizeof text) == 0);
    } else {
        EXPECT(dbg(vm, sev, false, ram + PAGE + 100, back, sizeof text), EIO,
               7);
    }
}

/* WORDS: the file of the wire, and "ok", or the status that it fails with. */
void part_receive(char **words)
{
    int kvm = open_device("/dev/kvm", O_RDWR);
    int sev = open_device("/dev/sev", O_RDWR);
    uint8_t *ram = make_memory(PAGES * PAGE);
    static struct wire wire;
    bool ok = strcmp(words[1], "ok") == 0;
    int vm = make_vm(kvm, 0);

    read_whole(words[0], &wire, sizeof wire);
    EXPECT(encrypt_op(vm, KVM_SEV_INIT, NULL, sev), 0, NO_CALL);
    if (!ok) {
        EXPECT(receive_start(vm, sev, &wire), EIO,
               (uint32_t)strtoul(words[1], NULL, 0));
        return;
    }
    EXPECT(receive_start(vm, sev, &wire), 0, 0);
    CHECK(guest_state(vm, sev) == 5);
    wire.pages[0].trans[7] ^= 1; /* somebody on the way */
    EXPECT(receive_page(vm, sev, ram, wire.pages[0].hdr, wire.pages[0].trans),
           EIO, 0xb);
    wire.pages[0].trans[7] ^= 1;
    for (size_t i = 0; i < PAGES; i++) {
        EXPECT(receive_page(vm, sev, ram + i * PAGE, wire.pages[i].hdr,
                            wire.pages[i].trans),
               0, 0);
    }
    EXPECT(encrypt_op(vm, KVM_SEV_RECEIVE_FINISH, NULL, sev), 0, 0);
    CHECK(guest_state(vm, sev) == 3);
    check_arrived(vm, sev, &wire, ram);
    close(vm);
    close(sev);
    close(kvm);
}

/* -- Refusals -------------------------------------------------------------- */

static void check_send_start(int vm, int sev, const struct target *t)
{
    uint8_t session[SESSION_LEN] = { 0 };
    const struct kvm_sev_send_start good = start_to(t, session);
    struct kvm_sev_send_start s = good;

    s.session_len = 0; /* how long? */
    EXPECT(encrypt_op(vm, KVM_SEV_SEND_START, &s, sev), EIO, 4);
    CHECK(s.session_len == SESSION_LEN);
    s = good;
    s.session_len = SESSION_LEN - 1;
    EXPECT(encrypt_op(vm, KVM_SEV_SEND_START, &s, sev), EIO, 4);
    s = good;
    s.pdh_cert_uaddr = 0;
    EXPECT(encrypt_op(vm, KVM_SEV_SEND_START, &s, sev), EINVAL, NO_CALL);
    s.pdh_cert_uaddr = NOWHERE;
    EXPECT(encrypt_op(vm, KVM_SEV_SEND_START, &s, sev), EFAULT, NO_CALL);
    s = good;
    s.session_uaddr = 0;
    EXPECT(encrypt_op(vm, KVM_SEV_SEND_START, &s, sev), EINVAL, NO_CALL);
    s = good;
    s.session_len = 16385;
    EXPECT(encrypt_op(vm, KVM_SEV_SEND_START, &s, sev), EINVAL, NO_CALL);
    s = good;
    s.plat_certs_uaddr = NOWHERE;
    EXPECT(encrypt_op(vm, KVM_SEV_SEND_START, &s, sev), EFAULT, NO_CALL);
    s = good;
    s.amd_certs_len = 0;
    EXPECT(encrypt_op(vm, KVM_SEV_SEND_START, &s, sev), EINVAL, NO_CALL);
    s = good;
    s.pdh_cert_uaddr = s.plat_certs_uaddr; /* a PEK is no PDH */
    EXPECT(encrypt_op(vm, KVM_SEV_SEND_START, &s, sev), EIO, 6);
    CHECK(guest_state(vm, sev) == 3);
}

static void check_send_update(int vm, int sev, uint8_t *ram)
{
    uint8_t hdr[HDR_LEN] = { 0 };
    uint8_t trans[PAGE] = { 0 };
    const struct kvm_sev_send_update_data good = { .hdr_uaddr = at(hdr),
                                                   .hdr_len = HDR_LEN,
                                                   .guest_uaddr = at(ram),
                                                   .guest_len = PAGE,
                                                   .trans_uaddr = at(trans),
                                                   .trans_len = PAGE };
    struct kvm_sev_send_update_data u = { 0 };

    EXPECT(encrypt_op(vm, KVM_SEV_SEND_UPDATE_DATA, &u, sev), EIO, 4);
    CHECK(u.hdr_len == HDR_LEN); /* how long? */
    u = good;
    u.guest_uaddr += 16; /* over the page's end */
    EXPECT(encrypt_op(vm, KVM_SEV_SEND_UPDATE_DATA, &u, sev), EINVAL, NO_CALL);
    u = good;
    u.guest_len = PAGE + 16;
    EXPECT(encrypt_op(vm, KVM_SEV_SEND_UPDATE_DATA, &u, sev), EINVAL, NO_CALL);
    u = good;
    u.trans_uaddr = 0;
    EXPECT(encrypt_op(vm, KVM_SEV_SEND_UPDATE_DATA, &u, sev), EINVAL, NO_CALL);
    u = good;
    u.guest_uaddr = 4096;
    EXPECT(encrypt_op(vm, KVM_SEV_SEND_UPDATE_DATA, &u, sev), ENOMEM, NO_CALL);
    u = good;
    u.trans_uaddr = NOWHERE;
    EXPECT(encrypt_op(vm, KVM_SEV_SEND_UPDATE_DATA, &u, sev), EFAULT, 0);
    u = good;
    u.trans_len = PAGE - 16;
    EXPECT(encrypt_op(vm, KVM_SEV_SEND_UPDATE_DATA, &u, sev), EIO, 4);
    u = good;
    u.hdr_len = HDR_LEN - 1;
    EXPECT(encrypt_op(vm, KVM_SEV_SEND_UPDATE_DATA, &u, sev), EIO, 4);
    u = good;
    u.guest_len = 64;
    u.trans_len = 64;
    EXPECT(encrypt_op(vm, KVM_SEV_SEND_UPDATE_DATA, &u, sev), 0, 0);
}

static void check_receive(int kvm, int sev, uint8_t *ram)
{
    uint8_t hdr[HDR_LEN] = { 0 };
    uint8_t trans[PAGE] = { 0 };
    struct kvm_sev_receive_start s = { 0 };
    const struct kvm_sev_receive_update_data good = { .hdr_uaddr = at(hdr),
                                                      .hdr_len = HDR_LEN,
                                                      .guest_uaddr = at(ram),
                                                      .guest_len = PAGE,
                                                      .trans_uaddr = at(trans),
                                                      .trans_len = PAGE };
    struct kvm_sev_receive_update_data u = good;
    int vm = make_vm(kvm, 0);

    EXPECT(encrypt_op(vm, KVM_SEV_RECEIVE_UPDATE_DATA, &u, sev), EINVAL,
           NO_CALL);
    EXPECT(encrypt_op(vm, KVM_SEV_INIT, NULL, sev), 0, NO_CALL);
    EXPECT(encrypt_op(vm, KVM_SEV_RECEIVE_START, &s, sev), EINVAL, NO_CALL);
    s = (struct kvm_sev_receive_start){ .pdh_uaddr = at(trans),
                                        .pdh_len = CERT_LEN,
                                        .session_uaddr = at(trans),
                                        .session_len = SESSION_LEN };
    EXPECT(encrypt_op(vm, KVM_SEV_RECEIVE_START, &s, sev), EIO, 6);
    s.session_uaddr = NOWHERE;
    EXPECT(encrypt_op(vm, KVM_SEV_RECEIVE_START, &s, sev), EFAULT, NO_CALL);
    EXPECT(encrypt_op(vm, KVM_SEV_RECEIVE_UPDATE_DATA, &u, sev), EBADF,
           NO_CALL);
    u.hdr_len = 0;
    EXPECT(encrypt_op(vm, KVM_SEV_RECEIVE_UPDATE_DATA, &u, sev), EINVAL,
           NO_CALL);
    u = good;
    u.guest_uaddr += 16;
    EXPECT(encrypt_op(vm, KVM_SEV_RECEIVE_UPDATE_DATA, &u, sev), EINVAL,
           NO_CALL);
    u = good;
    u.trans_uaddr = NOWHERE;
    EXPECT(encrypt_op(vm, KVM_SEV_RECEIVE_UPDATE_DATA, &u, sev), EFAULT,
           NO_CALL);
    u = good;
    u.guest_uaddr = 4096;
    EXPECT(encrypt_op(vm, KVM_SEV_RECEIVE_UPDATE_DATA, &u, sev), ENOMEM,
           NO_CALL);
    close(vm);
}

/* A host that wants a guest with these bits to go to a platform of its own. */
static void check_policy(int kvm, int sev, uint8_t *ram, const struct target *t,
                         uint32_t policy, uint32_t want)
{
    uint8_t session[SESSION_LEN] = { 0 };
    struct kvm_sev_send_start s = start_to(t, session);
    int vm = running_guest(kvm, sev, policy, ram);

    EXPECT(encrypt_op(vm, KVM_SEV_SEND_START, &s, sev), EIO, want);
    CHECK(guest_state(vm, sev) == 3);
    close(vm);
}

/* WORDS: the full chain of a platform of another owner and another root. */
void part_migration_faults(char **words)
{
    int kvm = open_device("/dev/kvm", O_RDWR);
    int sev = open_device("/dev/sev", O_RDWR);
    uint8_t *ram = make_memory(PAGES * PAGE);
    static struct target t;
    uint8_t session[SESSION_LEN] = { 0 };
    struct kvm_sev_send_start s;
    int vm = running_guest(kvm, sev, 0, ram);

    read_target(words[0], &t);
    s = start_to(&t, session);
    check_send_start(vm, sev, &t);
    EXPECT(send_page(vm, sev, ram, session, ram), EIO, 2); /* not yet */
    EXPECT(encrypt_op(vm, KVM_SEV_SEND_FINISH, NULL, sev), EIO, 2);
    EXPECT(encrypt_op(vm, KVM_SEV_SEND_START, &s, sev), 0, 0);
    EXPECT(encrypt_op(vm, KVM_SEV_SEND_START, &s, sev), EIO, 2);
    check_send_update(vm, sev, ram);
    EXPECT(encrypt_op(vm, KVM_SEV_SEND_CANCEL, NULL, sev), 0, 0);
    CHECK(guest_state(vm, sev) == 3);
    EXPECT(encrypt_op(vm, KVM_SEV_SEND_CANCEL, NULL, sev), EIO, 2);
    EXPECT(encrypt_op(vm, KVM_SEV_RECEIVE_FINISH, NULL, sev), EIO, 2);
    close(vm);
    check_policy(kvm, sev, ram, &t, 8, 7);    /* NOSEND */
    check_policy(kvm, sev, ram, &t, 0x10, 7); /* DOMAIN */
    check_policy(kvm, sev, ram, &t, 0x20, 6); /* SEV: a root not trusted */
    check_receive(kvm, sev, ram);
    close(sev);
    close(kvm);
}
