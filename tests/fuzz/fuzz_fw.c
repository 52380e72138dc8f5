/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzzes the firmware with sequences of commands and hostile buffers. */
#include "fw/firmware.h"

#include "base/cursor.h"
#include "base/own.h"
#include "fuzz.h"
#include "unit/fw/good_buffer.h"
#include "unit/fw/guest_owner.h"
#include "wire/policy.h"

/*
 * The bytes are a program for an evil host: each step issues a command whose
 * buffer was right and then changed, writes into memory, or does what lies
 * between commands. After each step hold:
 *
 *  - every state, ASID and policy is one that the tables lead to, by the
 *    command that leads there, and for the guest that it names;
 *  - memory changed only where the command asked to write, and not at all when
 *    it was refused; its buffer only where the sheet says so;
 *  - a bystander's memory (a running guest with NODBG, NOKS and NOSEND of the
 *    same process) reads as before to itself, unless the host wrote over it;
 *    its plaintext and its key are nowhere in the host's memory.
 */
#define STEPS_MAX  200
#define KEYS_MAX   2 /* commands of an input that make keys: they are slow */
#define WINDOW     ((size_t)0x10000) /* memory, from RIG_RAM on */
#define WRITES_MAX 16

#define BYSTANDER_ASID  200
#define BYSTANDER_PAGE  (RIG_RAM + 0xf000)
#define BYSTANDER_BYTES 64

static const uint8_t bystander_secret[BYSTANDER_BYTES] =
    "the bystander's secret, which is nobody else's, however they ask";

struct range {
    uint64_t begin;
    uint64_t n;
};

/* What is compared before and after. */
struct snapshot {
    uint32_t platform;
    uint32_t state[RUN_HANDLES];
    uint32_t asid[RUN_HANDLES];
    uint32_t policy[RUN_HANDLES];
    uint8_t memory[WINDOW];
};

struct world {
    struct rig *rig;
    struct fake_rng random;
    struct fw *fw[2]; /* two processes' connections; the first has the guest */
    size_t at;        /* which of them is used */
    uint8_t memory[WINDOW];
    struct range writes[WRITES_MAX];
    size_t n_writes;
    struct snapshot before;
    uint32_t bystander; /* its handle */
    uint64_t bystander_serial;
    uint8_t bystander_vek[16];
    bool overwritten; /* by the host: its page is garbage from then on */
    size_t keys;
};

/* ---- the input */

struct input {
    const uint8_t *p;
    size_t n;
};

static uint8_t take(struct input *in)
{
    if (in->n == 0) {
        return 0;
    }
    in->n--;
    return *in->p++;
}

/* Values around every limit (formats.md 4.3, 4.5). */
static uint32_t take_u32(struct input *in)
{
    static const uint32_t values[] = {
        0,          1,       2,        3,
        4,          5,       15,       16,
        17,         32,      47,       48,
        49,         51,      52,       53,
        63,         64,      65,       99,
        100,        101,     127,      128,
        129,        200,     207,      208,
        209,        509,     510,      511,
        1024,       1025,    2083,     2084,
        2085,       4095,    4096,     4097,
        8192,       0x5000,  0x5001,   0x5010,
        6251,       6252,    6253,     0x8000,
        0x20000,    1 << 20, 1u << 31, UINT32_MAX - 15,
        UINT32_MAX,
    };
    uint8_t which = take(in);

    return which < N_OF(values) ? values[which] : which;
}

/* Edges of memory and of the address space, and places within. */
static uint64_t take_paddr(struct input *in)
{
    static const uint64_t edges[] = {
        0,
        RIG_RAM - 16,
        RIG_RAM - 1,
        RIG_RAM + WINDOW - 16,
        RIG_RAM + WINDOW - 1,
        RIG_RAM + WINDOW,
        RIG_RAM + WINDOW - 4096,
        BYSTANDER_PAGE,
        (uint64_t)1 << 51,
        UINT64_MAX,
        UINT64_MAX - 15,
        UINT64_MAX - 4095,
    };
    uint8_t which = take(in);

    return which < N_OF(edges) ? edges[which]
                               : RIG_RAM + (uint64_t)which * 0x100 +
                                     (which % 4 == 3 ? take(in) : 0);
}

/* ---- memory */

static uint8_t *map_window(void *ctx, uint64_t paddr, size_t n, bool write)
{
    struct world *w = ctx;

    must(n > 0);
    if (n > WINDOW || paddr < RIG_RAM || paddr - RIG_RAM > WINDOW - n) {
        return NULL;
    }
    if (write) {
        must(w->n_writes < WRITES_MAX);
        w->writes[w->n_writes++] = (struct range){ paddr, n };
    }
    return w->memory + (paddr - RIG_RAM);
}

static bool touches(struct range r, uint64_t begin, uint64_t n)
{
    return r.begin < begin + n && begin < r.begin + r.n;
}

/* ---- setting up */

static struct fw *connect_to(struct world *w)
{
    struct fw_options options = rig_options(w->rig);
    struct fw *fw = NULL;

    options.memory = (struct fw_memory){ map_window, w };
    options.encrypt = true;
    options.rng = rng_fake(&w->random);
    must(fw_open(&options, &fw, NULL));
    return fw;
}

static struct world *make_world(void)
{
    struct world *w = calloc(1, sizeof *w);

    must(w != NULL && rig_make_template(NULL) == 0);
    w->rig = rig_open();
    must(rig_drop_template(NULL) == 0);
    w->fw[0] = connect_to(w);
    w->fw[1] = connect_to(w);
    return w;
}

static void make_bystander(struct world *w)
{
    struct fw *fw = w->fw[0];
    const struct fw_guest *guest;

    must(do_start(fw, POLICY_NODBG | POLICY_NOKS | POLICY_NOSEND,
                  &w->bystander) == SEV_STATUS_SUCCESS);
    must(do_activate(fw, w->bystander, BYSTANDER_ASID) == SEV_STATUS_SUCCESS);
    must(do_range(fw, SEV_CMD_LAUNCH_MEASURE, w->bystander, RIG_RAM, 48) ==
         SEV_STATUS_SUCCESS);
    must(do_handle(fw, SEV_CMD_LAUNCH_FINISH, w->bystander) ==
         SEV_STATUS_SUCCESS);
    must(fw_memory_write(fw, BYSTANDER_ASID, BYSTANDER_PAGE,
                         BYTES_OF(bystander_secret)) == SEV_STATUS_SUCCESS);
    guest = fw->guests[w->bystander];
    memcpy(w->bystander_vek, secret_expose(&guest->vek).p, 16);
    w->bystander_serial = guest->serial;
}

/* The platform keeps the identity that the last input left: which it is makes
 * no difference to what happens. */
static void begin(struct world *w)
{
    must(do_plain(w->fw[0], SEV_CMD_SHUTDOWN) == SEV_STATUS_SUCCESS);
    w->random.seed = 1;
    w->at = 0;
    w->keys = 0;
    w->n_writes = 0;
    w->overwritten = false;
    memset(w->memory, 0, WINDOW);
    must(do_init(w->fw[0]) == SEV_STATUS_SUCCESS);
    must(do_flush(w->fw[0]) == SEV_STATUS_SUCCESS);
    make_bystander(w);
}

/* ---- what holds after a command */

static void look(const struct world *w, struct snapshot *ret)
{
    const struct run_state *run = w->fw[0]->run.map;

    ret->platform = run_platform_state(&w->fw[0]->run);
    for (size_t i = 0; i < RUN_HANDLES; i++) {
        ret->state[i] = run->slots[i].state;
        ret->asid[i] = run->slots[i].asid;
        ret->policy[i] = run->slots[i].policy;
    }
    memcpy(ret->memory, w->memory, WINDOW);
}

/* formats.md 4.1 */
static bool is_step(uint32_t cmd, uint32_t from, uint32_t to)
{
    static const struct {
        uint32_t cmd;
        uint32_t from;
        uint32_t to;
    } steps[] = {
        { SEV_CMD_LAUNCH_START, SEV_GUEST_UNINIT, SEV_GUEST_LUPDATE },
        { SEV_CMD_RECEIVE_START, SEV_GUEST_UNINIT, SEV_GUEST_RUPDATE },
        { SEV_CMD_LAUNCH_MEASURE, SEV_GUEST_LUPDATE, SEV_GUEST_LSECRET },
        { SEV_CMD_LAUNCH_FINISH, SEV_GUEST_LSECRET, SEV_GUEST_RUNNING },
        { SEV_CMD_SEND_START, SEV_GUEST_RUNNING, SEV_GUEST_SUPDATE },
        { SEV_CMD_SEND_FINISH, SEV_GUEST_SUPDATE, SEV_GUEST_SENT },
        { SEV_CMD_SEND_CANCEL, SEV_GUEST_SUPDATE, SEV_GUEST_RUNNING },
        { SEV_CMD_RECEIVE_FINISH, SEV_GUEST_RUPDATE, SEV_GUEST_RUNNING },
    };

    if (to == SEV_GUEST_UNINIT) {
        return cmd == SEV_CMD_DECOMMISSION || cmd == SEV_CMD_SHUTDOWN;
    }
    for (size_t i = 0; i < N_OF(steps); i++) {
        if (steps[i].cmd == cmd && steps[i].from == from && steps[i].to == to) {
            return true;
        }
    }
    return false;
}

static bool may_change_asid(uint32_t cmd, uint32_t from, uint32_t to)
{
    return cmd == SEV_CMD_SHUTDOWN || (cmd == SEV_CMD_DEACTIVATE && to == 0) ||
           ((cmd == SEV_CMD_ACTIVATE || cmd == SEV_CMD_ACTIVATE_EX) &&
            from == 0);
}

static void check_asids(const struct snapshot *s)
{
    bool used[512] = { false };

    for (size_t i = 0; i < RUN_HANDLES; i++) {
        if (s->asid[i] != 0) {
            must(s->asid[i] <= 509 && !used[s->asid[i]]);
            must(s->state[i] != SEV_GUEST_UNINIT);
            must((s->asid[i] < 100) == ((s->policy[i] & POLICY_ES) != 0));
            used[s->asid[i]] = true;
        }
    }
}

static void check_states(const struct snapshot *a, const struct snapshot *b,
                         uint32_t cmd, uint32_t status)
{
    size_t guests = 0;
    size_t changed = 0;

    for (size_t i = 0; i < RUN_HANDLES; i++) {
        bool same = a->state[i] == b->state[i] && a->asid[i] == b->asid[i];

        guests += b->state[i] != SEV_GUEST_UNINIT;
        changed += !same;
        must(same || status == SEV_STATUS_SUCCESS);
        must(a->state[i] == b->state[i] ||
             is_step(cmd, a->state[i], b->state[i]));
        must(a->asid[i] == b->asid[i] ||
             may_change_asid(cmd, a->asid[i], b->asid[i]));
        must(a->state[i] == SEV_GUEST_UNINIT ||
             b->state[i] == SEV_GUEST_UNINIT || a->policy[i] == b->policy[i]);
    }
    must(changed <= 1 || cmd == SEV_CMD_SHUTDOWN);
    must((b->platform == SEV_PLATFORM_WORKING) == (guests > 0));
    must((a->platform == SEV_PLATFORM_UNINIT) ==
             (b->platform == SEV_PLATFORM_UNINIT) ||
         (status == SEV_STATUS_SUCCESS &&
          (cmd == SEV_CMD_SHUTDOWN || cmd == SEV_CMD_INIT ||
           cmd == SEV_CMD_INIT_EX)));
    check_asids(b);
}

static bool was_asked_for(const struct world *w, uint64_t paddr)
{
    for (size_t i = 0; i < w->n_writes; i++) {
        if (touches(w->writes[i], paddr, 1)) {
            return true;
        }
    }
    return false;
}

static void check_memory(const struct world *w, const struct snapshot *after)
{
    for (size_t page = 0; page < WINDOW; page += 4096) {
        const uint8_t *was = w->before.memory + page;
        const uint8_t *is = after->memory + page;

        if (memcmp(was, is, 4096) == 0) {
            continue;
        }
        for (size_t i = 0; i < 4096; i++) {
            must(is[i] == was[i] || was_asked_for(w, RIG_RAM + page + i));
        }
    }
}

static bool bystander_lives(const struct world *w)
{
    const struct fw_guest *guest = w->fw[0]->guests[w->bystander];

    return guest != NULL && guest->serial == w->bystander_serial &&
           fw_guest_is_alive(w->fw[0], w->bystander);
}

static void check_bystander(struct world *w)
{
    uint8_t seen[BYSTANDER_BYTES];
    uint32_t asid;

    must(memmem(w->memory, WINDOW, bystander_secret, 16) == NULL);
    must(memmem(w->memory, WINDOW, w->bystander_vek, 16) == NULL);
    for (size_t i = 0; i < w->n_writes; i++) {
        w->overwritten |=
            touches(w->writes[i], BYSTANDER_PAGE, BYSTANDER_BYTES);
    }
    if (!bystander_lives(w) || w->overwritten) {
        return;
    }
    asid = w->fw[0]->run.map->slots[w->bystander - 1].asid;
    must(w->before.state[w->bystander - 1] == SEV_GUEST_RUNNING);
    if (asid != 0) {
        must(fw_memory_read(w->fw[0], asid, BYSTANDER_PAGE, seen,
                            sizeof seen) == SEV_STATUS_SUCCESS);
        must(memcmp(seen, bystander_secret, sizeof seen) == 0);
    }
}

static void check_after(struct world *w, uint32_t cmd, uint32_t status)
{
    OWN(own_free) struct snapshot *after = malloc(sizeof *after);

    must(after != NULL);
    must(status <= SEV_STATUS_SECURE_DATA_INVALID);
    look(w, after);
    check_states(&w->before, after, cmd, status);
    check_memory(w, after);
    check_bystander(w);
}

/* ---- steps */

static bool makes_keys(const struct world *w, uint32_t cmd)
{
    return cmd == SEV_CMD_PEK_GEN || cmd == SEV_CMD_PDH_GEN ||
           cmd == SEV_CMD_PLATFORM_RESET || cmd == SEV_CMD_SEND_START ||
           (cmd == SEV_CMD_INIT_EX &&
            run_platform_state(&w->fw[0]->run) == SEV_PLATFORM_UNINIT);
}

static bool is_written_back(uint32_t status)
{
    return status == SEV_STATUS_SUCCESS || status == SEV_STATUS_INVALID_LENGTH;
}

/* N bytes of BUF, in memory of exactly that size. */
static void issue(struct world *w, uint32_t cmd, const uint8_t *buf, size_t n)
{
    OWN(own_free) uint8_t *copy = malloc(n == 0 ? 1 : n);
    uint32_t status;

    if (makes_keys(w, cmd) && w->keys++ >= KEYS_MAX) {
        return;
    }
    must(copy != NULL);
    memcpy(copy, buf, n);
    look(w, &w->before);
    w->n_writes = 0;
    status = fw_command(w->fw[w->at], cmd, n == 0 ? NULL : copy, n);
    must(is_written_back(status) || memcmp(copy, buf, n) == 0);
    check_after(w, cmd, status);
}

/* Handles that exist are few: named more often than others. */
static uint32_t take_handle(struct input *in)
{
    uint8_t which = take(in);

    return which < 0xe0 ? which % 6u : take_u32(in);
}

static void change(struct input *in, uint8_t buf[static GOOD_BUFFER_LEN])
{
    size_t at = take(in) % (GOOD_BUFFER_LEN - 8) / 4 * 4;

    switch (take(in) % 4) {
    case 0:
        store_le32(buf + at, take_u32(in));
        break;
    case 1:
        store_le64(buf + at, take_paddr(in));
        break;
    case 2:
        buf[at] ^= take(in);
        break;
    default:
        store_le64(buf + at, load_le64(buf + (at + 8) % 64));
        break;
    }
}

static void do_row(struct world *w, struct input *in, size_t row)
{
    struct fw_command_info info;
    uint8_t buf[GOOD_BUFFER_LEN];
    uint8_t how = take(in);

    if (!fw_command_info(row, &info)) {
        issue(w, take_u32(in), w->memory, 16);
        return;
    }
    good_buffer(info.id, info.id == SEV_CMD_INIT ? 0 : take_handle(in), buf);
    for (int i = 0; i < how % 4; i++) {
        change(in, buf);
    }
    /* Once in a while with a byte too little, or some more than there are. */
    issue(w, info.id, buf,
          how < 0xe0      ? info.len
          : info.len == 0 ? 8
                          : info.len - (how % 2));
}

static void host_writes(struct world *w, struct input *in)
{
    uint64_t paddr = take_paddr(in);
    size_t n = take(in) % 32u + 1;

    if (paddr >= RIG_RAM && paddr - RIG_RAM <= WINDOW - n) {
        uint8_t *to = w->memory + (paddr - RIG_RAM);

        for (size_t i = 0; i < n; i++) {
            to[i] ^= take(in);
        }
        w->overwritten |= touches((struct range){ paddr, n }, BYSTANDER_PAGE,
                                  BYSTANDER_BYTES);
    }
}

/* What was sent lies where RECEIVE_START and RECEIVE_UPDATE want it. */
static void hand_over(struct world *w)
{
    memmove(w->memory + 0x1000, w->memory, SESSION_BUF_LEN);
    if (w->fw[w->at]->identity_loaded) {
        memcpy(w->memory, w->fw[w->at]->identity.pdh, SEV_CERT_LEN);
    }
}

/* A packet of the owner's, who has no keys but zeros, for what was measured. */
static void seal(struct world *w, struct input *in)
{
    const struct guest_owner owner = { 0 };
    const uint8_t plain[16] = { 's' };
    uint8_t measure[32];
    uint8_t header[PACKET_HDR_LEN];
    uint8_t payload[16];

    memcpy(measure, w->memory, sizeof measure);
    guest_owner_seal(&owner, fw_profile(w->fw[0]), take(in) % 2, measure, plain,
                     sizeof plain, header, payload);
    memcpy(w->memory, header, sizeof header);
    memcpy(w->memory + 0x3000, payload, sizeof payload);
}

/* A process ends, and with it its guests; another comes. */
static void replace_process(struct world *w)
{
    fw_close(&w->fw[w->at]);
    w->fw[w->at] = connect_to(w);
}

static void step(struct world *w, struct input *in)
{
    uint8_t what = take(in);

    if (what < 0xc0) {
        do_row(w, in, what % 40u);
        return;
    }
    switch (what % 8) {
    case 0:
        host_writes(w, in);
        break;
    case 1:
        hand_over(w);
        break;
    case 2:
        seal(w, in);
        break;
    case 3:
        fw_wbinvd(w->fw[w->at]);
        break;
    case 4:
        w->at = 1 - w->at;
        break;
    case 5:
        /* The platform's certificate where SEND_START looks for one. */
        memcpy(w->memory + (GOOD_BUFFER_PDH - RIG_RAM), w->fw[0]->identity.pdh,
               SEV_CERT_LEN);
        break;
    case 6:
        if (w->at == 1) {
            replace_process(w);
        }
        break;
    default:
        do_row(w, in, take(in));
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    static struct world *w; /* making one takes a second */
    struct input in = { p, n };

    if (w == NULL) {
        w = make_world();
    }
    begin(w);
    for (int i = 0; in.n > 0 && i < STEPS_MAX; i++) {
        step(w, &in);
    }
    return 0;
}
