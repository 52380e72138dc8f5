/* SPDX-License-Identifier: Apache-2.0 */
/* A guest's launch with an owner, and how each of its commands is refused. */
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "client.h"

/* What an owner knows: by the specification, with libcrypto alone. */
struct owner {
    uint8_t tik[16];
    uint8_t tek[16];
    uint32_t policy;
};

static void hmac(const uint8_t tik[static 16], const void *p, size_t n,
                 uint8_t ret[static 32])
{
    unsigned len = 32;

    CHECK(HMAC(EVP_sha256(), tik, 16, p, n, ret, &len) != NULL);
}

/* SEV API 6.5.1: MEASURE over what was loaded, for platform 1.51 build 3. */
static void expected_measure(const struct owner *o,
                             const uint8_t digest[static 32],
                             const uint8_t mnonce[static 16],
                             uint8_t ret[static 32])
{
    uint8_t in[4 + 4 + 32 + 16] = { 4, 1, 51, 3 };

    memcpy(in + 4, &o->policy, 4);
    memcpy(in + 8, digest, 32);
    memcpy(in + 40, mnonce, 16);
    hmac(o->tik, in, sizeof in, ret);
}

/* SEV API 6.6: a secret of N bytes as a packet. */
static void make_packet(const struct owner *o, const uint8_t measure[static 32],
                        const uint8_t *secret, uint32_t n,
                        uint8_t header[static 52], uint8_t *payload)
{
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    uint8_t in[256] = { 1 };
    size_t at_ = 1;
    int len = 0;

    CHECK(n <= 128);
    memset(header, 0, 52);
    memset(header + 4, 0x17, 16);
    CHECK(EVP_EncryptInit_ex(ctx, EVP_aes_128_ctr(), NULL, o->tek, header + 4));
    CHECK(EVP_EncryptUpdate(ctx, payload, &len, secret, (int)n));
    EVP_CIPHER_CTX_free(ctx);
    memcpy(in + at_, header, 20);
    memcpy(in + at_ + 20, &n, 4);
    memcpy(in + at_ + 24, &n, 4);
    memcpy(in + at_ + 28, payload, n);
    memcpy(in + at_ + 28 + n, measure, 32);
    at_ += 28 + n + 32;
    hmac(o->tik, in, at_, header + 20);
}

/* As QEMU sets a vCPU up: what it measures is what an owner computes. */
static void set_up_vcpu(int vcpu)
{
    struct kvm_regs regs;
    struct kvm_sregs s;

    CHECK(ioctl(vcpu, KVM_GET_REGS, &regs) == 0);
    CHECK(ioctl(vcpu, KVM_GET_SREGS, &s) == 0);
    regs.rdx = 0xa00f11; /* EPYC-Milan */
    s.ss.type = 3;
    s.cs.type = 11;
    s.tr.type = 11;
    CHECK(ioctl(vcpu, KVM_SET_REGS, &regs) == 0);
    CHECK(ioctl(vcpu, KVM_SET_SREGS, &s) == 0);
}

struct guest {
    int kvm;
    int sev;
    int vm;
    int vcpu;
    uint8_t *ram; /* 16 pages */
};

static struct guest begin(bool es, unsigned long type)
{
    struct guest g = { .kvm = open_device("/dev/kvm", O_RDWR),
                       .sev = open_device("/dev/sev", O_RDWR),
                       .vcpu = -1,
                       .ram = make_memory(16 * PAGE) };
    struct init2 p = { 0 };

    g.vm = make_vm(g.kvm, type);
    EXPECT(encrypt_op(g.vm,
                      type != 0 ? CMD_INIT2
                      : es      ? KVM_SEV_ES_INIT
                                : KVM_SEV_INIT,
                      &p, g.sev),
           0, NO_CALL);
    if (es) {
        g.vcpu = ioctl(g.vm, KVM_CREATE_VCPU, 0);
        CHECK(g.vcpu >= 0);
        set_up_vcpu(g.vcpu);
    }
    return g;
}

static void end(struct guest *g)
{
    if (g->vcpu >= 0) {
        close(g->vcpu);
    }
    close(g->vm);
    close(g->sev);
    close(g->kvm);
    munmap(g->ram, 16 * PAGE);
}

static void check_secret(const struct guest *g, const struct owner *o,
                         const uint8_t measure[static 32])
{
    static const uint8_t secret[64] = "the passphrase of the disk";
    uint8_t payload[64];
    uint8_t header[52];
    uint8_t plain[64];
    struct kvm_sev_launch_secret s = { .hdr_uaddr = at(header),
                                       .hdr_len = 52,
                                       .guest_uaddr = at(g->ram + 8 * PAGE),
                                       .guest_len = 64,
                                       .trans_uaddr = at(payload),
                                       .trans_len = 64 };

    make_packet(o, measure, secret, 64, header, payload);
    header[20] ^= 1;
    EXPECT(encrypt_op(g->vm, KVM_SEV_LAUNCH_SECRET, &s, g->sev), EIO, 0xb);
    header[20] ^= 1;
    EXPECT(encrypt_op(g->vm, KVM_SEV_LAUNCH_SECRET, &s, g->sev), 0, 0);
    CHECK(memcmp(g->ram + 8 * PAGE, secret, 64) != 0);
    if ((o->policy & 1) == 0) {
        EXPECT(dbg(g->vm, g->sev, false, g->ram + 8 * PAGE, plain, 64), 0, 0);
        CHECK(memcmp(plain, secret, 64) == 0);
    } else {
        EXPECT(dbg(g->vm, g->sev, false, g->ram + 8 * PAGE, plain, 64), EIO, 7);
    }
}

static void check_report(const struct guest *g, const uint8_t digest[static 32])
{
    uint8_t report[208] = { 0 };
    struct kvm_sev_attestation_report r = { .mnonce = { 1, 2, 3 },
                                            .uaddr = at(report) };

    EXPECT(encrypt_op(g->vm, KVM_SEV_GET_ATTESTATION_REPORT, &r, g->sev), EIO,
           4);
    CHECK(r.len == 208);
    EXPECT(encrypt_op(g->vm, KVM_SEV_GET_ATTESTATION_REPORT, &r, g->sev), 0, 0);
    CHECK(memcmp(report, r.mnonce, 16) == 0);
    CHECK(memcmp(report + 16, digest, 32) == 0);
    r.uaddr = NOWHERE;
    EXPECT(encrypt_op(g->vm, KVM_SEV_GET_ATTESTATION_REPORT, &r, g->sev),
           EFAULT, 0);
    r.len = 16385;
    EXPECT(encrypt_op(g->vm, KVM_SEV_GET_ATTESTATION_REPORT, &r, g->sev),
           EINVAL, NO_CALL);
}

/* LAUNCH_UPDATE_DATA encrypts in place: the program sees ciphertext. */
static void load(const struct guest *g, const uint8_t *vmsa, bool es,
                 uint8_t digest[static 32])
{
    static uint8_t plain[4 * PAGE + PAGE];

    for (size_t i = 0; i < 4 * PAGE; i++) {
        g->ram[i] = plain[i] = (uint8_t)(i * 7 >> 2);
    }
    EXPECT(update_data(g->vm, g->sev, g->ram, 4 * PAGE), 0, 0);
    for (size_t i = 0; i < 4 * PAGE; i += 16) {
        CHECK(memcmp(g->ram + i, plain + i, 16) != 0);
    }
    if (es) {
        memcpy(plain + 4 * PAGE, vmsa, PAGE);
        EXPECT(encrypt_op(g->vm, KVM_SEV_LAUNCH_UPDATE_VMSA, NULL, g->sev), 0,
               0);
    }
    SHA256(plain, es ? sizeof plain : 4 * PAGE, digest);
}

static void measure(const struct guest *g, uint8_t ret[static 48])
{
    struct kvm_sev_launch_measure m = { .uaddr = at(ret) };

    EXPECT(encrypt_op(g->vm, KVM_SEV_LAUNCH_MEASURE, &m, g->sev), EIO, 4);
    CHECK(m.len == 48);
    m.len = 47;
    EXPECT(encrypt_op(g->vm, KVM_SEV_LAUNCH_MEASURE, &m, g->sev), EIO, 4);
    CHECK(m.len == 47);
    m.len = 48;
    EXPECT(encrypt_op(g->vm, KVM_SEV_LAUNCH_MEASURE, &m, g->sev), 0, 0);
    EXPECT(encrypt_op(g->vm, KVM_SEV_LAUNCH_MEASURE, &m, g->sev), EIO, 2);
}

static uint32_t number(const char *text)
{
    uint32_t n = 0;

    CHECK(sscanf(text, "%i", (int *)&n) == 1);
    return n;
}

/*
 * WORDS: the policy; the type of the VM; PREFIX of the session's files
 * (PREFIX_tik.bin, _tek.bin, and _godh.bin and _session.bin as bytes); a file
 * with the first vCPU's VMSA; where to write the measurement.
 */
void part_launch(char **words)
{
    struct owner o = { .policy = number(words[0]) };
    bool es = (o.policy & 4) != 0;
    struct guest g = begin(es, number(words[1]));
    static uint8_t dh[CERT_LEN], session[SESSION_LEN], vmsa[PAGE];
    uint8_t digest[32], got[48], want[32];
    struct kvm_sev_launch_start start = { .policy = o.policy,
                                          .dh_uaddr = at(dh),
                                          .dh_len = CERT_LEN,
                                          .session_uaddr = at(session),
                                          .session_len = SESSION_LEN };
    char path[512];

    snprintf(path, sizeof path, "%s_tik.bin", words[2]);
    read_whole(path, o.tik, 16);
    snprintf(path, sizeof path, "%s_tek.bin", words[2]);
    read_whole(path, o.tek, 16);
    snprintf(path, sizeof path, "%s_godh.bin", words[2]);
    read_whole(path, dh, CERT_LEN);
    snprintf(path, sizeof path, "%s_session.bin", words[2]);
    read_whole(path, session, SESSION_LEN);
    if (es) {
        read_whole(words[3], vmsa, PAGE);
    }

    session[64] ^= 1;
    EXPECT(encrypt_op(g.vm, KVM_SEV_LAUNCH_START, &start, g.sev), EIO, 0xb);
    session[64] ^= 1;
    start.session_len--;
    EXPECT(encrypt_op(g.vm, KVM_SEV_LAUNCH_START, &start, g.sev), EIO, 4);
    start.session_len++;
    EXPECT(encrypt_op(g.vm, KVM_SEV_LAUNCH_START, &start, g.sev), 0, 0);
    CHECK(start.handle != 0 && guest_state(g.vm, g.sev) == 1);
    load(&g, vmsa, es, digest);
    measure(&g, got);
    expected_measure(&o, digest, got + 32, want);
    CHECK(memcmp(got, want, 32) == 0);
    CHECK(guest_state(g.vm, g.sev) == 2);
    write_whole(words[4], got, sizeof got);
    check_secret(&g, &o, got);
    check_report(&g, digest);
    EXPECT(encrypt_op(g.vm, KVM_SEV_LAUNCH_FINISH, NULL, g.sev), 0, 0);
    CHECK(guest_state(g.vm, g.sev) == 3);
    EXPECT(encrypt_op(g.vm, KVM_SEV_LAUNCH_FINISH, NULL, g.sev), EIO, 2);
    CHECK(status_of(g.sev).guest_count == 1);
    end(&g);
}

/* -- Refusals -------------------------------------------------------------- */

static void check_before_init(int kvm, int sev)
{
    static const uint32_t ids[] = {
        KVM_SEV_LAUNCH_START,     KVM_SEV_LAUNCH_UPDATE_DATA,
        KVM_SEV_LAUNCH_SECRET,    KVM_SEV_LAUNCH_MEASURE,
        KVM_SEV_LAUNCH_FINISH,    KVM_SEV_SEND_START,
        KVM_SEV_SEND_FINISH,      KVM_SEV_SEND_CANCEL,
        KVM_SEV_RECEIVE_START,    KVM_SEV_RECEIVE_FINISH,
        KVM_SEV_GUEST_STATUS,     KVM_SEV_DBG_DECRYPT,
        KVM_SEV_DBG_ENCRYPT,      KVM_SEV_GET_ATTESTATION_REPORT,
        KVM_SEV_SEND_UPDATE_DATA, KVM_SEV_LAUNCH_UPDATE_VMSA,
    };
    static const uint32_t unknown[] = { KVM_SEV_CERT_EXPORT,
                                        KVM_SEV_SEND_UPDATE_VMSA,
                                        KVM_SEV_RECEIVE_UPDATE_VMSA,
                                        100,
                                        101,
                                        102,
                                        23,
                                        0xffffffff };
    int vm = make_vm(kvm, 0);

    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        EXPECT(encrypt_op(vm, ids[i], NULL, sev), ENOTTY, NO_CALL);
    }
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
        EXPECT(encrypt_op(vm, unknown[i], NULL, sev), EINVAL, NO_CALL);
    }
    close(vm);
}

/* Each command's structure, and what it points to. */
static void check_pointers(const struct guest *g)
{
    static const uint32_t ids[] = {
        KVM_SEV_LAUNCH_START,
        KVM_SEV_LAUNCH_UPDATE_DATA,
        KVM_SEV_LAUNCH_SECRET,
        KVM_SEV_LAUNCH_MEASURE,
        KVM_SEV_SEND_START,
        KVM_SEV_SEND_UPDATE_DATA,
        KVM_SEV_RECEIVE_START,
        KVM_SEV_RECEIVE_UPDATE_DATA,
        KVM_SEV_DBG_DECRYPT,
        KVM_SEV_DBG_ENCRYPT,
        KVM_SEV_GET_ATTESTATION_REPORT,
    };
    struct kvm_sev_launch_start s = { .dh_uaddr = NOWHERE, .dh_len = 2084 };

    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        EXPECT(encrypt_op(g->vm, ids[i], NULL, g->sev), EFAULT, NO_CALL);
    }
    EXPECT(encrypt_op(g->vm, KVM_SEV_LAUNCH_START, &s, g->sev), EFAULT,
           NO_CALL);
    s.dh_len = 16385;
    EXPECT(encrypt_op(g->vm, KVM_SEV_LAUNCH_START, &s, g->sev), EINVAL,
           NO_CALL);
    s = (struct kvm_sev_launch_start){ .session_uaddr = NOWHERE,
                                       .session_len = 128 };
    EXPECT(encrypt_op(g->vm, KVM_SEV_LAUNCH_START, &s, g->sev), EFAULT,
           NO_CALL);
    s.session_len = 0;
    EXPECT(encrypt_op(g->vm, KVM_SEV_LAUNCH_START, &s, g->sev), EINVAL,
           NO_CALL);
}

/* Which descriptor of /dev/sev counts. */
static void check_sev_fd(const struct guest *g)
{
    struct kvm_sev_launch_start s = { 0 };

    EXPECT(encrypt_op(g->vm, KVM_SEV_LAUNCH_START, &s, g->kvm), EBADF, NO_CALL);
    EXPECT(encrypt_op(g->vm, KVM_SEV_LAUNCH_START, &s, -1), EBADF, NO_CALL);
    /* Before a launch there is none. */
    EXPECT(encrypt_op(g->vm, KVM_SEV_LAUNCH_FINISH, NULL, g->sev), EBADF,
           NO_CALL);
}

static void check_update(const struct guest *g)
{
    struct kvm_sev_launch_update_data u = { .uaddr = NOWHERE, .len = 16 };

    EXPECT(encrypt_op(g->vm, KVM_SEV_LAUNCH_UPDATE_DATA, &u, g->sev), ENOMEM,
           NO_CALL);
    EXPECT(update_data(g->vm, g->sev, g->ram, 0), EINVAL, NO_CALL);
    u = (struct kvm_sev_launch_update_data){ ~0ull - 15, 4096 };
    EXPECT(encrypt_op(g->vm, KVM_SEV_LAUNCH_UPDATE_DATA, &u, g->sev), EINVAL,
           NO_CALL);
    EXPECT(update_data(g->vm, g->sev, g->ram + 8, 16), EIO, 9);
    EXPECT(update_data(g->vm, g->sev, g->ram, 24), EIO, 4);
    mprotect(g->ram + 2 * PAGE, PAGE, PROT_READ);
    EXPECT(update_data(g->vm, g->sev, g->ram, 4 * PAGE), ENOMEM, NO_CALL);
    mprotect(g->ram + 2 * PAGE, PAGE, PROT_READ | PROT_WRITE);
    EXPECT(update_data(g->vm, g->sev, g->ram + 16, 2 * PAGE), 0, 0);
    EXPECT(encrypt_op(g->vm, KVM_SEV_LAUNCH_UPDATE_VMSA, NULL, g->sev), ENOTTY,
           NO_CALL);
}

static void check_secret_faults(const struct guest *g)
{
    uint8_t header[52] = { 0 };
    uint8_t payload[64] = { 0 };
    const struct kvm_sev_launch_secret good = { .hdr_uaddr = at(header),
                                                .hdr_len = 52,
                                                .guest_uaddr = at(g->ram),
                                                .guest_len = 64,
                                                .trans_uaddr = at(payload),
                                                .trans_len = 64 };
    struct kvm_sev_launch_secret s = good;

    s.guest_uaddr = NOWHERE;
    EXPECT(encrypt_op(g->vm, KVM_SEV_LAUNCH_SECRET, &s, g->sev), ENOMEM,
           NO_CALL);
    s = good;
    s.guest_len = 0;
    EXPECT(encrypt_op(g->vm, KVM_SEV_LAUNCH_SECRET, &s, g->sev), EINVAL,
           NO_CALL);
    s = good;
    s.trans_uaddr = NOWHERE;
    EXPECT(encrypt_op(g->vm, KVM_SEV_LAUNCH_SECRET, &s, g->sev), EFAULT,
           NO_CALL);
    s = good;
    s.hdr_uaddr = NOWHERE;
    EXPECT(encrypt_op(g->vm, KVM_SEV_LAUNCH_SECRET, &s, g->sev), EFAULT,
           NO_CALL);
    s.hdr_len = 0;
    EXPECT(encrypt_op(g->vm, KVM_SEV_LAUNCH_SECRET, &s, g->sev), EINVAL,
           NO_CALL);
    s = good;
    s.hdr_len = 51;
    EXPECT(encrypt_op(g->vm, KVM_SEV_LAUNCH_SECRET, &s, g->sev), EIO, 4);
    s = good;
    s.trans_len = 48;
    EXPECT(encrypt_op(g->vm, KVM_SEV_LAUNCH_SECRET, &s, g->sev), EIO, 4);
    s = good;
    s.guest_uaddr += 8;
    EXPECT(encrypt_op(g->vm, KVM_SEV_LAUNCH_SECRET, &s, g->sev), EIO, 9);
    s = good;
    EXPECT(encrypt_op(g->vm, KVM_SEV_LAUNCH_SECRET, &s, g->sev), EIO, 2);
}

static void check_policies(const struct guest *g)
{
    struct kvm_sev_launch_start s = { .policy = 4 };
    int vm;

    /* A SEV VM's ASID does not fit a guest of SEV-ES. */
    EXPECT(encrypt_op(g->vm, KVM_SEV_LAUNCH_START, &s, g->sev), EIO, 0xd);
    s = (struct kvm_sev_launch_start){ .handle = 1000 };
    EXPECT(encrypt_op(g->vm, KVM_SEV_LAUNCH_START, &s, g->sev), EIO, 0x10);
    CHECK(status_of(g->sev).guest_count == 0);
    /* Sharing a key: with the same policy, and none with NOKS. */
    s = (struct kvm_sev_launch_start){ 0 };
    EXPECT(encrypt_op(g->vm, KVM_SEV_LAUNCH_START, &s, g->sev), 0, 0);
    /* A VM has one ASID. */
    EXPECT(encrypt_op(g->vm, KVM_SEV_LAUNCH_START, &s, g->sev), EIO, 0xc);
    vm = make_vm(g->kvm, 0);
    EXPECT(encrypt_op(vm, KVM_SEV_INIT, NULL, g->sev), 0, NO_CALL);
    s.policy = 1;
    EXPECT(encrypt_op(vm, KVM_SEV_LAUNCH_START, &s, g->sev), EIO, 7);
    s.policy = 0;
    EXPECT(encrypt_op(vm, KVM_SEV_LAUNCH_START, &s, g->sev), 0, 0);
    CHECK(status_of(g->sev).guest_count == 2);
    close(vm);
    CHECK(status_of(g->sev).guest_count == 1);
}

void part_launch_faults(char **words)
{
    struct guest g = begin(false, 0);

    (void)words;
    check_before_init(g.kvm, g.sev);
    check_pointers(&g);
    check_sev_fd(&g);
    check_policies(&g);
    check_update(&g);
    check_secret_faults(&g);
    /* Its descriptor of /dev/sev is looked at each time. */
    close(g.sev);
    for (int i = 0; i < 8; i++) {
        struct kvm_sev_launch_measure m = { .uaddr = at(g.ram), .len = 48 };

        EXPECT(encrypt_op(g.vm, KVM_SEV_LAUNCH_MEASURE, &m, g.sev), EBADF,
               NO_CALL);
    }
    g.sev = open_device("/dev/sev", O_RDWR);
    end(&g);
}

/* -- Debugging ------------------------------------------------------------- */

void part_dbg(char **words)
{
    struct guest g = begin(false, 0);
    struct kvm_sev_launch_start s = { 0 };
    uint8_t *plain = make_memory(4 * PAGE);
    uint8_t *back = make_memory(4 * PAGE);

    (void)words;
    EXPECT(encrypt_op(g.vm, KVM_SEV_LAUNCH_START, &s, g.sev), 0, 0);
    for (size_t i = 0; i < 4 * PAGE; i++) {
        g.ram[i] = plain[i] = (uint8_t)(i * 13 >> 3);
    }
    EXPECT(update_data(g.vm, g.sev, g.ram, 4 * PAGE), 0, 0);
    EXPECT(dbg(g.vm, g.sev, false, g.ram, back, 4 * PAGE), 0, 0);
    CHECK(memcmp(back, plain, 4 * PAGE) == 0);
    /* Of any alignment, and no further than asked. */
    memset(back, 0xee, 4 * PAGE);
    EXPECT(dbg(g.vm, g.sev, false, g.ram + 4090, back + 3, 5000), 0, 0);
    CHECK(memcmp(back + 3, plain + 4090, 5000) == 0);
    CHECK(back[2] == 0xee && back[5003] == 0xee);
    memcpy(plain + 4093, "hello, guest", 12);
    EXPECT(dbg(g.vm, g.sev, true, plain + 4093, g.ram + 4093, 12), 0, 0);
    EXPECT(dbg(g.vm, g.sev, false, g.ram, back, 4 * PAGE), 0, 0);
    CHECK(memcmp(back, plain, 4 * PAGE) == 0);
    CHECK(memcmp(g.ram + 4093, "hello, guest", 12) != 0);
    /* No pointer leads anywhere else. */
    EXPECT(dbg(g.vm, g.sev, false, g.ram, back, 0), EINVAL, NO_CALL);
    EXPECT(dbg(g.vm, g.sev, false, g.ram, NULL, 16), EINVAL, NO_CALL);
    EXPECT(dbg(g.vm, g.sev, false, NULL, back, 16), ENOMEM, NO_CALL);
    EXPECT(dbg(g.vm, g.sev, false, g.ram, (void *)(uintptr_t)NOWHERE, 16),
           ENOMEM, NO_CALL);
    EXPECT(dbg(g.vm, g.sev, true, plain, (void *)(uintptr_t)NOWHERE, 16),
           ENOMEM, NO_CALL);
    EXPECT(dbg(g.vm, g.sev, true, NULL, g.ram, 16), ENOMEM, NO_CALL);
    end(&g);
}
