/* SPDX-License-Identifier: Apache-2.0 */
/* What tests of the firmware stand on: a platform, memory, short commands. */
#include "unit/fw/rig.h"

#include <dirent.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/own.h"

#define CHAIN_LEN (3 * SEV_CERT_LEN)

static struct temp_dir template_dir;

static char *template_path(void)
{
    return temp_dir_path(&template_dir, "platform");
}

static void manufacture(const char *path, struct fw_profile profile,
                        uint64_t seed)
{
    struct fake_rng random = { .seed = seed };
    int64_t now = 1700000000;
    struct sevk_error err = { 0 };

    profile.rsa_bits = 2048;
    assert_works(platform_create(path, &profile, rng_fake(&random),
                                 clock_fake(&now), &err),
                 &err);
}

int rig_make_template(void **state)
{
    OWN(own_free) char *path = NULL;

    (void)state;
    template_dir = temp_dir_make();
    path = template_path();
    manufacture(path, fw_profile_default(), 11);
    return 0;
}

int rig_drop_template(void **state)
{
    (void)state;
    temp_dir_drop(&template_dir);
    return 0;
}

static void copy_file(const char *from_dir, const char *to_dir,
                      const char *name)
{
    OWN(own_free) char *from = NULL;
    OWN(own_free) char *to = NULL;
    OWN(buf_free) struct buf b = { 0 };
    struct sevk_error err = { 0 };

    assert_works(path_join(from_dir, name, &from, &err), &err);
    assert_works(path_join(to_dir, name, &to, &err), &err);
    assert_works(file_read(from, 1 << 20, "file", &b, &err), &err);
    assert_works(file_replace(to, 0600, buf_bytes(&b), &err), &err);
}

static void copy_template(const char *to)
{
    OWN(own_free) char *from = template_path();
    DIR *d = opendir(from);
    const struct dirent *e;

    assert_non_null(d);
    assert_int_equal(mkdir(to, 0700), 0);
    while ((e = readdir(d)) != NULL) {
        if (e->d_name[0] != '.') {
            copy_file(from, to, e->d_name);
        }
    }
    closedir(d);
}

static uint8_t *map_ram(void *ctx, uint64_t paddr, size_t n, bool write)
{
    const struct rig *rig = ctx;

    if ((write && rig->read_only) || n > RIG_RAM_LEN || paddr < RIG_RAM ||
        paddr - RIG_RAM > RIG_RAM_LEN - n) {
        return NULL;
    }
    return rig->ram + (paddr - RIG_RAM);
}

struct fw_options rig_options(struct rig *rig)
{
    return (struct fw_options){
        .dir = rig->platform,
        .memory = { map_ram, rig },
        .encrypt = rig->encrypt,
        .rng = rng_fake(&rig->random),
        .clock = clock_fake(&rig->now),
    };
}

struct fw *rig_connect(struct rig *rig)
{
    struct fw_options options = rig_options(rig);
    struct sevk_error err = { 0 };
    struct fw *fw = NULL;

    assert_works(fw_open(&options, &fw, &err), &err);
    return fw;
}

/* PROFILE of NULL: a copy of the template. */
static struct rig *open_rig(bool encrypt, const struct fw_profile *profile)
{
    struct rig *rig = calloc(1, sizeof *rig);

    assert_non_null(rig);
    rig->encrypt = encrypt;
    rig->dir = temp_dir_make();
    rig->platform = temp_dir_path(&rig->dir, "platform");
    rig->random.seed = 99;
    rig->now = 1700000001;
    rig->ram = calloc(1, RIG_RAM_LEN);
    assert_non_null(rig->ram);
    if (profile == NULL) {
        copy_template(rig->platform);
    } else {
        manufacture(rig->platform, *profile, 12);
        rig->random.seed = 101;
    }
    rig->fw = rig_connect(rig);
    return rig;
}

struct rig *rig_open(void)
{
    return open_rig(false, NULL);
}

static struct rig *bring_up(struct rig *rig)
{
    assert_int_equal(do_init(rig->fw), SEV_STATUS_SUCCESS);
    assert_int_equal(do_flush(rig->fw), SEV_STATUS_SUCCESS);
    return rig;
}

struct rig *rig_open_up(void)
{
    return bring_up(open_rig(false, NULL));
}

struct rig *rig_open_encrypted(void)
{
    return bring_up(open_rig(true, NULL));
}

struct rig *rig_open_other(uint8_t major, uint8_t minor)
{
    struct fw_profile profile = fw_profile_default();

    profile.api_major = major;
    profile.api_minor = minor;
    return bring_up(open_rig(true, &profile));
}

void rig_close(struct rig **rig)
{
    if (*rig != NULL) {
        fw_close(&(*rig)->fw);
        temp_dir_drop(&(*rig)->dir);
        free((*rig)->platform);
        free((*rig)->ram);
        free(*rig);
    }
    *rig = NULL;
}

uint8_t *rig_at(struct rig *rig, uint64_t paddr)
{
    uint8_t *p = map_ram(rig, paddr, 1, false);

    assert_non_null(p);
    return p;
}

char *rig_path(const struct rig *rig, const char *name)
{
    struct sevk_error err = { 0 };
    char *path = NULL;

    assert_works(path_join(rig->platform, name, &path, &err), &err);
    return path;
}

uint32_t do_init(struct fw *fw)
{
    const struct cmd_init cmd = { .flags = CMD_INIT_FLAG_ES,
                                  .tmr_paddr = 1u << 20,
                                  .tmr_len = 1u << 20 };
    uint8_t buf[CMD_INIT_LEN];

    cmd_init_encode(&cmd, buf);
    return fw_command(fw, SEV_CMD_INIT, buf, sizeof buf);
}

uint32_t do_plain(struct fw *fw, uint32_t cmd)
{
    return fw_command(fw, cmd, NULL, 0);
}

uint32_t do_handle(struct fw *fw, uint32_t cmd, uint32_t handle)
{
    const struct cmd_handle in = { .handle = handle };
    uint8_t buf[CMD_HANDLE_LEN];

    cmd_handle_encode(&in, buf);
    return fw_command(fw, cmd, buf, sizeof buf);
}

uint32_t do_status(struct fw *fw, struct cmd_platform_status *ret)
{
    uint8_t buf[CMD_PLATFORM_STATUS_LEN] = { 0 };
    uint32_t status = fw_command(fw, SEV_CMD_PLATFORM_STATUS, buf, sizeof buf);

    assert_true(cmd_platform_status_decode(BYTES_OF(buf), ret, NULL));
    return status;
}

uint32_t do_guest_status(struct fw *fw, uint32_t handle,
                         struct cmd_guest_status *ret)
{
    const struct cmd_guest_status cmd = { .handle = handle };
    uint8_t buf[CMD_GUEST_STATUS_LEN];
    uint32_t status;

    cmd_guest_status_encode(&cmd, buf);
    status = fw_command(fw, SEV_CMD_GUEST_STATUS, buf, sizeof buf);
    assert_true(cmd_guest_status_decode(BYTES_OF(buf), ret, NULL));
    return status;
}

uint32_t do_activate(struct fw *fw, uint32_t handle, uint32_t asid)
{
    const struct cmd_activate cmd = { .handle = handle, .asid = asid };
    uint8_t buf[CMD_ACTIVATE_LEN];

    cmd_activate_encode(&cmd, buf);
    return fw_command(fw, SEV_CMD_ACTIVATE, buf, sizeof buf);
}

uint32_t do_range(struct fw *fw, uint32_t cmd, uint32_t handle, uint64_t paddr,
                  uint32_t len)
{
    const struct cmd_guest_range range = { .handle = handle,
                                           .paddr = paddr,
                                           .len = len };
    uint8_t buf[CMD_GUEST_RANGE_LEN];

    cmd_guest_range_encode(&range, buf);
    return fw_command(fw, cmd, buf, sizeof buf);
}

uint32_t do_start(struct fw *fw, uint32_t policy, uint32_t *ret_handle)
{
    struct cmd_launch_start cmd = { .policy = policy };
    uint8_t buf[CMD_LAUNCH_START_LEN];
    uint32_t status;

    cmd_launch_start_encode(&cmd, buf);
    status = fw_command(fw, SEV_CMD_LAUNCH_START, buf, sizeof buf);
    assert_true(cmd_launch_start_decode(BYTES_OF(buf), &cmd, NULL));
    *ret_handle = cmd.handle;
    return status;
}

uint32_t do_flush(struct fw *fw)
{
    fw_wbinvd(fw);
    return do_plain(fw, SEV_CMD_DF_FLUSH);
}

uint32_t platform_state_of(struct fw *fw)
{
    struct cmd_platform_status status;

    assert_int_equal(do_status(fw, &status), SEV_STATUS_SUCCESS);
    return status.state;
}

uint32_t guest_state_of(struct fw *fw, uint32_t handle)
{
    struct cmd_guest_status status;

    assert_int_equal(do_guest_status(fw, handle, &status), SEV_STATUS_SUCCESS);
    return status.state;
}

uint32_t rig_guest(struct rig *rig, uint32_t policy, uint32_t state,
                   uint32_t asid)
{
    uint32_t handle = 0;

    assert_int_equal(do_start(rig->fw, policy, &handle), SEV_STATUS_SUCCESS);
    assert_int_equal(do_activate(rig->fw, handle, asid), SEV_STATUS_SUCCESS);
    if (state != SEV_GUEST_LUPDATE) {
        assert_int_equal(do_range(rig->fw, SEV_CMD_LAUNCH_MEASURE, handle,
                                  RIG_RAM, MEASURE_BUF_LEN),
                         SEV_STATUS_SUCCESS);
    }
    if (state == SEV_GUEST_RUNNING) {
        assert_int_equal(do_handle(rig->fw, SEV_CMD_LAUNCH_FINISH, handle),
                         SEV_STATUS_SUCCESS);
    }
    assert_int_equal(guest_state_of(rig->fw, handle), state);
    return handle;
}

void rig_pdh(struct rig *rig, uint8_t ret[static SEV_CERT_LEN])
{
    const struct cmd_pdh_cert_export cmd = {
        .pdh_paddr = RIG_RAM,
        .pdh_len = SEV_CERT_LEN,
        .chain_paddr = RIG_RAM + SEV_CERT_LEN,
        .chain_len = CHAIN_LEN,
    };
    uint8_t buf[CMD_PDH_CERT_EXPORT_LEN];

    cmd_pdh_cert_export_encode(&cmd, buf);
    assert_int_equal(
        fw_command(rig->fw, SEV_CMD_PDH_CERT_EXPORT, buf, sizeof buf),
        SEV_STATUS_SUCCESS);
    memcpy(ret, rig_at(rig, RIG_RAM), SEV_CERT_LEN);
}
