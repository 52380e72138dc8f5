/* SPDX-License-Identifier: Apache-2.0 */
/* KVM_SEV_DBG_DECRYPT and KVM_SEV_DBG_ENCRYPT. */
#include <errno.h>

#include "preload/host.h"
#include "preload/user.h"
#include "preload/vm.h"

#define PAGE  4096u
#define BLOCK 16u

/*
 * The firmware takes whole blocks. KVM goes page by page and brings what is not
 * aligned into a page of its own (formats.md 4.6); here all goes that way.
 */
struct piece {
    uint64_t guest;              /* where the guest's bytes are */
    uint32_t n;                  /* … up to the end of their page */
    uint64_t first;              /* the first block that has some of them */
    uint32_t skip;               /* how far into it they begin */
    uint32_t blocks_len;         /* of all blocks that have some */
    uint8_t bytes[PAGE + BLOCK]; /* these blocks, in the clear */
};

static int transform(struct vm_command *c, struct driver *d, uint32_t cmd,
                     struct piece *p)
{
    uint64_t plain = driver_lend_to_write(d, p->bytes, sizeof p->bytes);
    bool encrypt = cmd == SEV_CMD_DBG_ENCRYPT;
    const struct cmd_dbg in = {
        .handle = c->vm->handle,
        .src_paddr = encrypt ? plain : p->first,
        .dst_paddr = encrypt ? p->first : plain,
        .len = p->blocks_len,
    };
    uint8_t buf[CMD_DBG_LEN];

    cmd_dbg_encode(&in, buf);
    return vm_issue(c, d, cmd, buf, sizeof buf);
}

/* Plaintext of the guest at p->guest to PLAIN. */
static int decrypt_piece(struct vm_command *c, struct driver *d,
                         struct piece *p, uint64_t plain)
{
    int r = host_pin(p->first, p->blocks_len, false);

    if (r == 0) {
        r = transform(c, d, SEV_CMD_DBG_DECRYPT, p);
    }
    return r == 0 ? user_write(plain, p->bytes + p->skip, p->n) : r;
}

/* PLAIN to the guest; the rest of a block that it has a part of stays. */
static int encrypt_piece(struct vm_command *c, struct driver *d,
                         struct piece *p, uint64_t plain)
{
    bool whole = p->skip == 0 && p->n == p->blocks_len;
    int r = host_pin(p->first, p->blocks_len, true);

    if (r == 0 && !whole) {
        r = transform(c, d, SEV_CMD_DBG_DECRYPT, p);
    }
    if (r == 0) {
        r = user_read(p->bytes + p->skip, plain, p->n);
    }
    return r == 0 ? transform(c, d, SEV_CMD_DBG_ENCRYPT, p) : r;
}

static void find_piece(struct piece *p, uint64_t guest, uint32_t n)
{
    uint32_t in_page = (uint32_t)(PAGE - guest % PAGE);

    p->guest = guest;
    p->n = n < in_page ? n : in_page;
    p->first = guest - guest % BLOCK;
    p->skip = (uint32_t)(guest % BLOCK);
    p->blocks_len = (p->skip + p->n + BLOCK - 1) / BLOCK * BLOCK;
}

static int check(const struct kvm_sev_dbg *p)
{
    return p->len == 0 || p->src_uaddr + p->len < p->src_uaddr ||
                   p->dst_uaddr == 0 || p->dst_uaddr + p->len < p->dst_uaddr
               ? -EINVAL
               : 0;
}

int vm_dbg(struct vm_command *c, bool encrypt)
{
    struct kvm_sev_dbg p;
    struct piece piece;
    struct driver *d = NULL;
    int r = user_read(&p, c->cmd.data, sizeof p);

    if (r == 0) {
        r = check(&p);
    }
    if (r == 0) {
        r = host_driver(&d);
    }
    while (r == 0 && p.len > 0) {
        find_piece(&piece, encrypt ? p.dst_uaddr : p.src_uaddr, p.len);
        r = user_pin(encrypt ? p.src_uaddr : p.dst_uaddr, piece.n, !encrypt);
        if (r == 0) {
            r = encrypt ? encrypt_piece(c, d, &piece, p.src_uaddr)
                        : decrypt_piece(c, d, &piece, p.dst_uaddr);
        }
        p.src_uaddr += piece.n;
        p.dst_uaddr += piece.n;
        p.len -= piece.n;
    }
    return r;
}
