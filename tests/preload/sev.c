/* SPDX-License-Identifier: Apache-2.0 */
/* /dev/sev: every command of SEV_ISSUE_CMD, and how each is refused. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client.h"

static struct sev_user_data_pdh_cert_export export_of(uint8_t *pdh,
                                                      uint32_t pdh_len,
                                                      uint8_t *chain,
                                                      uint32_t chain_len)
{
    return (
        struct sev_user_data_pdh_cert_export){ .pdh_cert_address = at(pdh),
                                               .pdh_cert_len = pdh_len,
                                               .cert_chain_address = at(chain),
                                               .cert_chain_len = chain_len };
}

static void check_arguments(int sev)
{
    struct sev_issue_cmd input = { .cmd = SEV_PLATFORM_STATUS,
                                   .error = NO_CALL };
    struct sev_user_data_status s;

    CHECK(ioctl(sev, SEV_ISSUE_CMD, NOWHERE) == -1 && errno == EFAULT);
    CHECK(ioctl(sev, SEV_ISSUE_CMD, NULL) == -1 && errno == EFAULT);
    CHECK(ioctl(sev, _IO(SEV_IOC_TYPE, 1), &input) == -1 && errno == EINVAL);
    /* The commands of SEV-SNP, and what is none. */
    for (uint32_t cmd = 9; cmd < 14; cmd++) {
        EXPECT(issue(sev, cmd, &s), EINVAL, NO_CALL);
    }
    EXPECT(issue(sev, 0xffffffff, &s), EINVAL, NO_CALL);
    /* The firmware was asked, and its answer could not be written. */
    input.data = NOWHERE;
    CHECK(ioctl(sev, SEV_ISSUE_CMD, &input) == -1 && errno == EFAULT);
    CHECK(input.error == 0);
}

static void check_status(int sev)
{
    struct sev_user_data_status s = status_of(sev);

    CHECK(s.state == 0 && s.flags == 0 && s.guest_count == 0);
    CHECK(s.api_major == 1 && s.api_minor == 51 && s.build == 3);
    EXPECT(issue(sev, SEV_PDH_GEN, NULL), 0, 0); /* it comes up by itself */
    s = status_of(sev);
    CHECK(s.state == 1 && s.guest_count == 0);
    CHECK(s.flags == SEV_STATUS_FLAGS_CONFIG_ES);
}

static void check_export(int sev)
{
    static uint8_t pdh[20000];
    static uint8_t chain[20000];
    struct sev_user_data_pdh_cert_export e;

    EXPECT(issue(sev, SEV_PDH_CERT_EXPORT, NULL), EFAULT, NO_CALL);
    e = export_of(NULL, 0, NULL, 0); /* how long? */
    EXPECT(issue(sev, SEV_PDH_CERT_EXPORT, &e), EIO, 4);
    CHECK(e.pdh_cert_len == CERT_LEN && e.cert_chain_len == CHAIN_LEN);
    e = export_of(pdh, CERT_LEN - 1, chain, CHAIN_LEN);
    EXPECT(issue(sev, SEV_PDH_CERT_EXPORT, &e), EIO, 4);
    CHECK(e.pdh_cert_len == CERT_LEN);
    e = export_of(pdh, CERT_LEN, chain, CHAIN_LEN - 1);
    EXPECT(issue(sev, SEV_PDH_CERT_EXPORT, &e), EIO, 4);
    CHECK(e.cert_chain_len == CHAIN_LEN && pdh[0] == 0 && chain[0] == 0);
    e = export_of(pdh, 16385, chain, CHAIN_LEN);
    EXPECT(issue(sev, SEV_PDH_CERT_EXPORT, &e), EFAULT, NO_CALL);
    e = export_of(pdh, CERT_LEN, chain, 16385);
    EXPECT(issue(sev, SEV_PDH_CERT_EXPORT, &e), EFAULT, NO_CALL);
    e = export_of(pdh, CERT_LEN, chain, CHAIN_LEN);
    e.pdh_cert_address = NOWHERE;
    EXPECT(issue(sev, SEV_PDH_CERT_EXPORT, &e), EFAULT, 0);
    e = export_of(pdh, CERT_LEN, chain, CHAIN_LEN);
    e.cert_chain_address = NOWHERE;
    EXPECT(issue(sev, SEV_PDH_CERT_EXPORT, &e), EFAULT, 0);
    e = export_of(pdh, 16384, chain, 16384); /* more room than it takes */
    EXPECT(issue(sev, SEV_PDH_CERT_EXPORT, &e), 0, 0);
    CHECK(e.pdh_cert_len == CERT_LEN && e.cert_chain_len == CHAIN_LEN);
    CHECK(pdh[0] == 1 && chain[0] == 1 && chain[CHAIN_LEN] == 0);
}

static void check_id(int sev)
{
    struct sev_user_data_get_id old = { { 0 }, { 0 } };
    uint8_t id[128] = { 0 };
    struct sev_user_data_get_id2 g = { 0 };

    EXPECT(issue(sev, SEV_GET_ID2, NULL), EFAULT, NO_CALL);
    EXPECT(issue(sev, SEV_GET_ID2, &g), EIO, 4); /* how long? */
    CHECK(g.length == 64);
    g = (struct sev_user_data_get_id2){ at(id), 63 };
    EXPECT(issue(sev, SEV_GET_ID2, &g), EIO, 4);
    CHECK(g.length == 64 && id[0] == 0);
    g = (struct sev_user_data_get_id2){ NOWHERE, 64 };
    EXPECT(issue(sev, SEV_GET_ID2, &g), EFAULT, 0);
    g = (struct sev_user_data_get_id2){ at(id), sizeof id };
    EXPECT(issue(sev, SEV_GET_ID2, &g), 0, 0);
    CHECK(g.length == 64 && id[64] == 0);
    EXPECT(issue(sev, SEV_GET_ID, &old), 0, 0);
    CHECK(memcmp(old.socket1, id, 64) == 0 && old.socket2[0] == 0);
    EXPECT(issue(sev, SEV_GET_ID, NULL), EFAULT, NO_CALL);
}

static void read_csr(int sev, uint8_t csr[static CERT_LEN])
{
    struct sev_user_data_pek_csr c = { at(csr), CERT_LEN };

    EXPECT(issue(sev, SEV_PEK_CSR, &c), 0, 0);
    CHECK(c.length == CERT_LEN);
}

static void check_csr(int sev)
{
    static uint8_t csr[20000];
    struct sev_user_data_pek_csr c = { 0 };

    EXPECT(issue(sev, SEV_PEK_CSR, NULL), EFAULT, NO_CALL);
    EXPECT(issue(sev, SEV_PEK_CSR, &c), EIO, 4);
    CHECK(c.length == CERT_LEN);
    c = (struct sev_user_data_pek_csr){ at(csr), CERT_LEN - 1 };
    EXPECT(issue(sev, SEV_PEK_CSR, &c), EIO, 4);
    CHECK(c.length == CERT_LEN && csr[0] == 0);
    c = (struct sev_user_data_pek_csr){ at(csr), 16385 };
    EXPECT(issue(sev, SEV_PEK_CSR, &c), EFAULT, NO_CALL);
    c = (struct sev_user_data_pek_csr){ NOWHERE, CERT_LEN };
    EXPECT(issue(sev, SEV_PEK_CSR, &c), EFAULT, 0);
    read_csr(sev, csr);
    CHECK(csr[0] == 1 && csr[8] == 2 && csr[9] == 0x10); /* a PEK */
}

/* The owner signs CSR, with sevkit, in a process without the library. */
static void sign(char **owner, const uint8_t *csr, uint8_t *pek)
{
    int status = -1;
    pid_t pid;

    write_whole("client.csr", csr, CERT_LEN);
    pid = fork();
    if (pid == 0) {
        unsetenv("LD_PRELOAD");
        execl(owner[0], "sevkit", "cert", "sign-csr", "--json", "--oca",
              owner[1], "--key", owner[2], "client.csr", "client.pek",
              (char *)NULL);
        _exit(127);
    }
    CHECK(waitpid(pid, &status, 0) == pid && status == 0);
    read_whole("client.pek", pek, CERT_LEN);
}

static void check_owner(int sev, char **owner)
{
    static uint8_t csr[CERT_LEN], pek[CERT_LEN], oca[CERT_LEN];
    struct sev_user_data_pek_cert_import i = { at(pek), CERT_LEN, at(oca),
                                               CERT_LEN };
    struct sev_user_data_pek_cert_import bad;

    read_csr(sev, csr);
    sign(owner, csr, pek);
    read_whole(owner[1], oca, CERT_LEN);
    EXPECT(issue(sev, SEV_PEK_CERT_IMPORT, NULL), EFAULT, NO_CALL);
    bad = i;
    bad.pek_cert_len = CERT_LEN - 1;
    EXPECT(issue(sev, SEV_PEK_CERT_IMPORT, &bad), EIO, 4);
    bad.pek_cert_len = 16385;
    EXPECT(issue(sev, SEV_PEK_CERT_IMPORT, &bad), EINVAL, NO_CALL);
    bad.pek_cert_len = 0;
    EXPECT(issue(sev, SEV_PEK_CERT_IMPORT, &bad), EINVAL, NO_CALL);
    bad = i;
    bad.oca_cert_address = 0;
    EXPECT(issue(sev, SEV_PEK_CERT_IMPORT, &bad), EINVAL, NO_CALL);
    bad.oca_cert_address = NOWHERE;
    EXPECT(issue(sev, SEV_PEK_CERT_IMPORT, &bad), EFAULT, NO_CALL);
    bad = i;
    bad.pek_cert_address = at(csr); /* not signed */
    EXPECT(issue(sev, SEV_PEK_CERT_IMPORT, &bad), EIO, 6);
    pek[1100] ^= 1;
    EXPECT(issue(sev, SEV_PEK_CERT_IMPORT, &i), EIO, 10);
    pek[1100] ^= 1;
    EXPECT(issue(sev, SEV_PEK_CERT_IMPORT, &i), 0, 0);
    EXPECT(issue(sev, SEV_PEK_CERT_IMPORT, &i), EIO, 5);
    CHECK((status_of(sev).flags & 1) == 1);
    EXPECT(issue(sev, SEV_FACTORY_RESET, NULL), 0, 0);
    CHECK(status_of(sev).state == 0);
    EXPECT(issue(sev, SEV_PEK_CERT_IMPORT, &i), EIO, 6); /* another PEK now */
    CHECK((status_of(sev).flags & 1) == 0);
    EXPECT(issue(sev, SEV_PEK_GEN, NULL), 0, 0);
}

/* While guests live, whose the platform is can't change. */
static void check_with_guest(int sev)
{
    int kvm = open_device("/dev/kvm", O_RDWR);
    int vm = start_guest(kvm, sev, 0, NULL);

    CHECK(status_of(sev).state == 2 && status_of(sev).guest_count == 1);
    EXPECT(issue(sev, SEV_FACTORY_RESET, NULL), EBUSY, 0);
    EXPECT(issue(sev, SEV_PEK_GEN, NULL), EIO, 1);
    EXPECT(issue(sev, SEV_PDH_GEN, NULL), 0, 0);
    close(vm);
    close(kvm);
    CHECK(status_of(sev).state == 1 && status_of(sev).guest_count == 0);
}

static void check_looks(void)
{
    struct stat st;

    CHECK(stat("/dev/sev", &st) == 0 && S_ISCHR(st.st_mode));
    CHECK(stat("/dev/kvm", &st) == 0 && S_ISCHR(st.st_mode));
    CHECK(access("/dev/sev", R_OK | W_OK) == 0);
}

/* WORDS: the program sevkit, an OCA's certificate, its key. */
void part_sev(char **words)
{
    int sev = open_device("/dev/sev", O_RDWR);

    check_looks();
    check_arguments(sev);
    check_status(sev);
    check_export(sev);
    check_id(sev);
    check_csr(sev);
    check_owner(sev, words);
    check_with_guest(sev);
    EXPECT(issue(sev, SEV_FACTORY_RESET, NULL), 0, 0);
    close(sev);
}

/* On a platform that is down, through a file that is open for reading. */
void part_readonly(char **words)
{
    int sev = open_device("/dev/sev", O_RDONLY);
    int both = open_device("/dev/sev", O_RDWR);
    struct sev_user_data_pdh_cert_export e = export_of(NULL, 0, NULL, 0);
    struct sev_user_data_get_id id;

    (void)words;
    EXPECT(issue(sev, SEV_FACTORY_RESET, NULL), EPERM, NO_CALL);
    EXPECT(issue(sev, SEV_PEK_GEN, NULL), EPERM, NO_CALL);
    EXPECT(issue(sev, SEV_PEK_CSR, NULL), EPERM, NO_CALL);
    EXPECT(issue(sev, SEV_PDH_GEN, NULL), EPERM, NO_CALL);
    EXPECT(issue(sev, SEV_PEK_CERT_IMPORT, NULL), EPERM, NO_CALL);
    EXPECT(issue(sev, SEV_PDH_CERT_EXPORT, &e), EPERM, NO_CALL);
    CHECK(status_of(sev).state == 0);
    EXPECT(issue(sev, SEV_GET_ID, &id), 0, 0);
    /* Once it is up, exporting changes nothing. */
    EXPECT(issue(both, SEV_PDH_GEN, NULL), 0, 0);
    EXPECT(issue(sev, SEV_PDH_CERT_EXPORT, &e), EIO, 4);
    CHECK(e.pdh_cert_len == CERT_LEN);
    close(both);
    close(sev);
}
