/* SPDX-License-Identifier: Apache-2.0 */
/* Command buffers of INIT_EX, ACTIVATE_EX, COPY, SEND_START and DBG_*. */
#include "base/cursor.h"
#include "wire/cmd_buf.h"

bool cmd_init_ex_decode(struct bytes in, struct cmd_init_ex *ret,
                        struct sevk_error *err)
{
    struct rd r = rd_make(in);
    struct cmd_init_ex c;

    c.len = rd_le32(&r);       /* 00h */
    c.flags = rd_le32(&r);     /* 04h */
    c.tmr_paddr = rd_le64(&r); /* 08h */
    c.tmr_len = rd_le32(&r);   /* 10h */
    rd_skip(&r, 4);            /* 14h */
    c.nv_paddr = rd_le64(&r);  /* 18h */
    c.nv_len = rd_le32(&r);    /* 20h */
    if (!rd_done(&r, "command buffer", err)) {
        return false;
    }
    *ret = c;
    return true;
}

void cmd_init_ex_encode(const struct cmd_init_ex *cmd,
                        uint8_t out[static CMD_INIT_EX_LEN])
{
    struct wr w = wr_make(out, CMD_INIT_EX_LEN);

    wr_le32(&w, cmd->len);       /* 00h */
    wr_le32(&w, cmd->flags);     /* 04h */
    wr_le64(&w, cmd->tmr_paddr); /* 08h */
    wr_le32(&w, cmd->tmr_len);   /* 10h */
    wr_zero(&w, 4);              /* 14h */
    wr_le64(&w, cmd->nv_paddr);  /* 18h */
    wr_le32(&w, cmd->nv_len);    /* 20h */
    wr_end(&w);
}

bool cmd_activate_ex_decode(struct bytes in, struct cmd_activate_ex *ret,
                            struct sevk_error *err)
{
    struct rd r = rd_make(in);
    struct cmd_activate_ex c;

    c.len = rd_le32(&r);       /* 00h */
    c.handle = rd_le32(&r);    /* 04h */
    c.asid = rd_le32(&r);      /* 08h */
    c.n_ids = rd_le32(&r);     /* 0Ch */
    c.ids_paddr = rd_le64(&r); /* 10h */
    if (!rd_done(&r, "command buffer", err)) {
        return false;
    }
    *ret = c;
    return true;
}

void cmd_activate_ex_encode(const struct cmd_activate_ex *cmd,
                            uint8_t out[static CMD_ACTIVATE_EX_LEN])
{
    struct wr w = wr_make(out, CMD_ACTIVATE_EX_LEN);

    wr_le32(&w, cmd->len);       /* 00h */
    wr_le32(&w, cmd->handle);    /* 04h */
    wr_le32(&w, cmd->asid);      /* 08h */
    wr_le32(&w, cmd->n_ids);     /* 0Ch */
    wr_le64(&w, cmd->ids_paddr); /* 10h */
    wr_end(&w);
}

bool cmd_copy_decode(struct bytes in, struct cmd_copy *ret,
                     struct sevk_error *err)
{
    struct rd r = rd_make(in);
    struct cmd_copy c;

    c.handle = rd_le32(&r);    /* 00h */
    c.len = rd_le32(&r);       /* 04h */
    c.src_paddr = rd_le64(&r); /* 08h */
    c.dst_paddr = rd_le64(&r); /* 10h */
    if (!rd_done(&r, "command buffer", err)) {
        return false;
    }
    *ret = c;
    return true;
}

void cmd_copy_encode(const struct cmd_copy *cmd,
                     uint8_t out[static CMD_COPY_LEN])
{
    struct wr w = wr_make(out, CMD_COPY_LEN);

    wr_le32(&w, cmd->handle);    /* 00h */
    wr_le32(&w, cmd->len);       /* 04h */
    wr_le64(&w, cmd->src_paddr); /* 08h */
    wr_le64(&w, cmd->dst_paddr); /* 10h */
    wr_end(&w);
}

bool cmd_send_start_decode(struct bytes in, struct cmd_send_start *ret,
                           struct sevk_error *err)
{
    struct rd r = rd_make(in);
    struct cmd_send_start c;

    c.handle = rd_le32(&r);        /* 00h */
    c.policy = rd_le32(&r);        /* 04h */
    c.pdh_paddr = rd_le64(&r);     /* 08h */
    c.pdh_len = rd_le32(&r);       /* 10h */
    rd_skip(&r, 4);                /* 14h */
    c.plat_paddr = rd_le64(&r);    /* 18h */
    c.plat_len = rd_le32(&r);      /* 20h */
    rd_skip(&r, 4);                /* 24h */
    c.amd_paddr = rd_le64(&r);     /* 28h */
    c.amd_len = rd_le32(&r);       /* 30h */
    rd_skip(&r, 4);                /* 34h */
    c.session_paddr = rd_le64(&r); /* 38h */
    c.session_len = rd_le32(&r);   /* 40h */
    if (!rd_done(&r, "command buffer", err)) {
        return false;
    }
    *ret = c;
    return true;
}

void cmd_send_start_encode(const struct cmd_send_start *cmd,
                           uint8_t out[static CMD_SEND_START_LEN])
{
    struct wr w = wr_make(out, CMD_SEND_START_LEN);

    wr_le32(&w, cmd->handle);        /* 00h */
    wr_le32(&w, cmd->policy);        /* 04h */
    wr_le64(&w, cmd->pdh_paddr);     /* 08h */
    wr_le32(&w, cmd->pdh_len);       /* 10h */
    wr_zero(&w, 4);                  /* 14h */
    wr_le64(&w, cmd->plat_paddr);    /* 18h */
    wr_le32(&w, cmd->plat_len);      /* 20h */
    wr_zero(&w, 4);                  /* 24h */
    wr_le64(&w, cmd->amd_paddr);     /* 28h */
    wr_le32(&w, cmd->amd_len);       /* 30h */
    wr_zero(&w, 4);                  /* 34h */
    wr_le64(&w, cmd->session_paddr); /* 38h */
    wr_le32(&w, cmd->session_len);   /* 40h */
    wr_end(&w);
}

bool cmd_dbg_decode(struct bytes in, struct cmd_dbg *ret,
                    struct sevk_error *err)
{
    struct rd r = rd_make(in);
    struct cmd_dbg c;

    c.handle = rd_le32(&r);    /* 00h */
    rd_skip(&r, 4);            /* 04h */
    c.src_paddr = rd_le64(&r); /* 08h */
    c.dst_paddr = rd_le64(&r); /* 10h */
    c.len = rd_le32(&r);       /* 18h */
    if (!rd_done(&r, "command buffer", err)) {
        return false;
    }
    *ret = c;
    return true;
}

void cmd_dbg_encode(const struct cmd_dbg *cmd, uint8_t out[static CMD_DBG_LEN])
{
    struct wr w = wr_make(out, CMD_DBG_LEN);

    wr_le32(&w, cmd->handle);    /* 00h */
    wr_zero(&w, 4);              /* 04h */
    wr_le64(&w, cmd->src_paddr); /* 08h */
    wr_le64(&w, cmd->dst_paddr); /* 10h */
    wr_le32(&w, cmd->len);       /* 18h */
    wr_end(&w);
}
