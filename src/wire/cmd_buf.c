/* SPDX-License-Identifier: Apache-2.0 */
/* The firmware's command buffers (formats.md 4.2 and 4.3). */
#include "wire/cmd_buf.h"

#include "base/cursor.h"

const char *sev_cmd_name(uint32_t cmd)
{
    static const char *const names[] = {
        [SEV_CMD_INIT] = "INIT",
        [SEV_CMD_SHUTDOWN] = "SHUTDOWN",
        [SEV_CMD_PLATFORM_RESET] = "PLATFORM_RESET",
        [SEV_CMD_PLATFORM_STATUS] = "PLATFORM_STATUS",
        [SEV_CMD_PEK_GEN] = "PEK_GEN",
        [SEV_CMD_PEK_CSR] = "PEK_CSR",
        [SEV_CMD_PEK_CERT_IMPORT] = "PEK_CERT_IMPORT",
        [SEV_CMD_PDH_CERT_EXPORT] = "PDH_CERT_EXPORT",
        [SEV_CMD_PDH_GEN] = "PDH_GEN",
        [SEV_CMD_DF_FLUSH] = "DF_FLUSH",
        [SEV_CMD_DOWNLOAD_FIRMWARE] = "DOWNLOAD_FIRMWARE",
        [SEV_CMD_GET_ID] = "GET_ID",
        [SEV_CMD_INIT_EX] = "INIT_EX",
        [SEV_CMD_NOP] = "NOP",
        [SEV_CMD_DECOMMISSION] = "DECOMMISSION",
        [SEV_CMD_ACTIVATE] = "ACTIVATE",
        [SEV_CMD_DEACTIVATE] = "DEACTIVATE",
        [SEV_CMD_GUEST_STATUS] = "GUEST_STATUS",
        [SEV_CMD_COPY] = "COPY",
        [SEV_CMD_ACTIVATE_EX] = "ACTIVATE_EX",
        [SEV_CMD_LAUNCH_START] = "LAUNCH_START",
        [SEV_CMD_LAUNCH_UPDATE_DATA] = "LAUNCH_UPDATE_DATA",
        [SEV_CMD_LAUNCH_UPDATE_VMSA] = "LAUNCH_UPDATE_VMSA",
        [SEV_CMD_LAUNCH_MEASURE] = "LAUNCH_MEASURE",
        [SEV_CMD_LAUNCH_SECRET] = "LAUNCH_SECRET",
        [SEV_CMD_LAUNCH_FINISH] = "LAUNCH_FINISH",
        [SEV_CMD_ATTESTATION] = "ATTESTATION",
        [SEV_CMD_SEND_START] = "SEND_START",
        [SEV_CMD_SEND_UPDATE_DATA] = "SEND_UPDATE_DATA",
        [SEV_CMD_SEND_UPDATE_VMSA] = "SEND_UPDATE_VMSA",
        [SEV_CMD_SEND_FINISH] = "SEND_FINISH",
        [SEV_CMD_SEND_CANCEL] = "SEND_CANCEL",
        [SEV_CMD_RECEIVE_START] = "RECEIVE_START",
        [SEV_CMD_RECEIVE_UPDATE_DATA] = "RECEIVE_UPDATE_DATA",
        [SEV_CMD_RECEIVE_UPDATE_VMSA] = "RECEIVE_UPDATE_VMSA",
        [SEV_CMD_RECEIVE_FINISH] = "RECEIVE_FINISH",
        [SEV_CMD_DBG_DECRYPT] = "DBG_DECRYPT",
        [SEV_CMD_DBG_ENCRYPT] = "DBG_ENCRYPT",
    };

    return cmd < sizeof names / sizeof names[0] && names[cmd] != NULL
               ? names[cmd]
               : "?";
}

static uint32_t get_le24(struct rd *r)
{
    uint32_t low = rd_le16(r);

    return low | (uint32_t)rd_u8(r) << 16;
}

static void put_le24(struct wr *w, uint32_t v)
{
    wr_le16(w, (uint16_t)v);
    wr_u8(w, (uint8_t)(v >> 16));
}

bool cmd_init_decode(struct bytes in, struct cmd_init *ret,
                     struct sevk_error *err)
{
    struct rd r = rd_make(in);
    struct cmd_init c;

    c.flags = rd_le32(&r);     /* 00h */
    rd_skip(&r, 4);            /* 04h */
    c.tmr_paddr = rd_le64(&r); /* 08h */
    c.tmr_len = rd_le32(&r);   /* 10h */
    if (!rd_done(&r, "command buffer", err)) {
        return false;
    }
    *ret = c;
    return true;
}

void cmd_init_encode(const struct cmd_init *cmd,
                     uint8_t out[static CMD_INIT_LEN])
{
    struct wr w = wr_make(out, CMD_INIT_LEN);

    wr_le32(&w, cmd->flags);     /* 00h */
    wr_zero(&w, 4);              /* 04h */
    wr_le64(&w, cmd->tmr_paddr); /* 08h */
    wr_le32(&w, cmd->tmr_len);   /* 10h */
    wr_end(&w);
}

bool cmd_platform_status_decode(struct bytes in,
                                struct cmd_platform_status *ret,
                                struct sevk_error *err)
{
    struct rd r = rd_make(in);
    struct cmd_platform_status c;

    c.api_major = rd_u8(&r);     /* 00h */
    c.api_minor = rd_u8(&r);     /* 01h */
    c.state = rd_u8(&r);         /* 02h */
    c.owner = rd_u8(&r);         /* 03h */
    c.config = get_le24(&r);     /* 04h */
    c.build = rd_u8(&r);         /* 07h */
    c.guest_count = rd_le32(&r); /* 08h */
    if (!rd_done(&r, "command buffer", err)) {
        return false;
    }
    *ret = c;
    return true;
}

void cmd_platform_status_encode(const struct cmd_platform_status *cmd,
                                uint8_t out[static CMD_PLATFORM_STATUS_LEN])
{
    struct wr w = wr_make(out, CMD_PLATFORM_STATUS_LEN);

    wr_u8(&w, cmd->api_major);     /* 00h */
    wr_u8(&w, cmd->api_minor);     /* 01h */
    wr_u8(&w, cmd->state);         /* 02h */
    wr_u8(&w, cmd->owner);         /* 03h */
    put_le24(&w, cmd->config);     /* 04h */
    wr_u8(&w, cmd->build);         /* 07h */
    wr_le32(&w, cmd->guest_count); /* 08h */
    wr_end(&w);
}

bool cmd_range_decode(struct bytes in, struct cmd_range *ret,
                      struct sevk_error *err)
{
    struct rd r = rd_make(in);
    struct cmd_range c;

    c.paddr = rd_le64(&r); /* 00h */
    c.len = rd_le32(&r);   /* 08h */
    if (!rd_done(&r, "command buffer", err)) {
        return false;
    }
    *ret = c;
    return true;
}

void cmd_range_encode(const struct cmd_range *cmd,
                      uint8_t out[static CMD_RANGE_LEN])
{
    struct wr w = wr_make(out, CMD_RANGE_LEN);

    wr_le64(&w, cmd->paddr); /* 00h */
    wr_le32(&w, cmd->len);   /* 08h */
    wr_end(&w);
}

bool cmd_pek_cert_import_decode(struct bytes in,
                                struct cmd_pek_cert_import *ret,
                                struct sevk_error *err)
{
    struct rd r = rd_make(in);
    struct cmd_pek_cert_import c;

    c.pek_paddr = rd_le64(&r); /* 00h */
    c.pek_len = rd_le32(&r);   /* 08h */
    rd_skip(&r, 4);            /* 0Ch */
    c.oca_paddr = rd_le64(&r); /* 10h */
    c.oca_len = rd_le32(&r);   /* 18h */
    if (!rd_done(&r, "command buffer", err)) {
        return false;
    }
    *ret = c;
    return true;
}

void cmd_pek_cert_import_encode(const struct cmd_pek_cert_import *cmd,
                                uint8_t out[static CMD_PEK_CERT_IMPORT_LEN])
{
    struct wr w = wr_make(out, CMD_PEK_CERT_IMPORT_LEN);

    wr_le64(&w, cmd->pek_paddr); /* 00h */
    wr_le32(&w, cmd->pek_len);   /* 08h */
    wr_zero(&w, 4);              /* 0Ch */
    wr_le64(&w, cmd->oca_paddr); /* 10h */
    wr_le32(&w, cmd->oca_len);   /* 18h */
    wr_end(&w);
}

bool cmd_pdh_cert_export_decode(struct bytes in,
                                struct cmd_pdh_cert_export *ret,
                                struct sevk_error *err)
{
    struct rd r = rd_make(in);
    struct cmd_pdh_cert_export c;

    c.pdh_paddr = rd_le64(&r);   /* 00h */
    c.pdh_len = rd_le32(&r);     /* 08h */
    rd_skip(&r, 4);              /* 0Ch */
    c.chain_paddr = rd_le64(&r); /* 10h */
    c.chain_len = rd_le32(&r);   /* 18h */
    if (!rd_done(&r, "command buffer", err)) {
        return false;
    }
    *ret = c;
    return true;
}

void cmd_pdh_cert_export_encode(const struct cmd_pdh_cert_export *cmd,
                                uint8_t out[static CMD_PDH_CERT_EXPORT_LEN])
{
    struct wr w = wr_make(out, CMD_PDH_CERT_EXPORT_LEN);

    wr_le64(&w, cmd->pdh_paddr);   /* 00h */
    wr_le32(&w, cmd->pdh_len);     /* 08h */
    wr_zero(&w, 4);                /* 0Ch */
    wr_le64(&w, cmd->chain_paddr); /* 10h */
    wr_le32(&w, cmd->chain_len);   /* 18h */
    wr_end(&w);
}

bool cmd_handle_decode(struct bytes in, struct cmd_handle *ret,
                       struct sevk_error *err)
{
    struct rd r = rd_make(in);
    struct cmd_handle c;

    c.handle = rd_le32(&r); /* 00h */
    if (!rd_done(&r, "command buffer", err)) {
        return false;
    }
    *ret = c;
    return true;
}

void cmd_handle_encode(const struct cmd_handle *cmd,
                       uint8_t out[static CMD_HANDLE_LEN])
{
    struct wr w = wr_make(out, CMD_HANDLE_LEN);

    wr_le32(&w, cmd->handle); /* 00h */
    wr_end(&w);
}

bool cmd_activate_decode(struct bytes in, struct cmd_activate *ret,
                         struct sevk_error *err)
{
    struct rd r = rd_make(in);
    struct cmd_activate c;

    c.handle = rd_le32(&r); /* 00h */
    c.asid = rd_le32(&r);   /* 04h */
    if (!rd_done(&r, "command buffer", err)) {
        return false;
    }
    *ret = c;
    return true;
}

void cmd_activate_encode(const struct cmd_activate *cmd,
                         uint8_t out[static CMD_ACTIVATE_LEN])
{
    struct wr w = wr_make(out, CMD_ACTIVATE_LEN);

    wr_le32(&w, cmd->handle); /* 00h */
    wr_le32(&w, cmd->asid);   /* 04h */
    wr_end(&w);
}

bool cmd_guest_status_decode(struct bytes in, struct cmd_guest_status *ret,
                             struct sevk_error *err)
{
    struct rd r = rd_make(in);
    struct cmd_guest_status c;

    c.handle = rd_le32(&r); /* 00h */
    c.policy = rd_le32(&r); /* 04h */
    c.asid = rd_le32(&r);   /* 08h */
    c.state = rd_u8(&r);    /* 0Ch */
    if (!rd_done(&r, "command buffer", err)) {
        return false;
    }
    *ret = c;
    return true;
}

void cmd_guest_status_encode(const struct cmd_guest_status *cmd,
                             uint8_t out[static CMD_GUEST_STATUS_LEN])
{
    struct wr w = wr_make(out, CMD_GUEST_STATUS_LEN);

    wr_le32(&w, cmd->handle); /* 00h */
    wr_le32(&w, cmd->policy); /* 04h */
    wr_le32(&w, cmd->asid);   /* 08h */
    wr_u8(&w, cmd->state);    /* 0Ch */
    wr_end(&w);
}

bool cmd_launch_start_decode(struct bytes in, struct cmd_launch_start *ret,
                             struct sevk_error *err)
{
    struct rd r = rd_make(in);
    struct cmd_launch_start c;

    c.handle = rd_le32(&r);        /* 00h */
    c.policy = rd_le32(&r);        /* 04h */
    c.dh_paddr = rd_le64(&r);      /* 08h */
    c.dh_len = rd_le32(&r);        /* 10h */
    rd_skip(&r, 4);                /* 14h */
    c.session_paddr = rd_le64(&r); /* 18h */
    c.session_len = rd_le32(&r);   /* 20h */
    if (!rd_done(&r, "command buffer", err)) {
        return false;
    }
    *ret = c;
    return true;
}

void cmd_launch_start_encode(const struct cmd_launch_start *cmd,
                             uint8_t out[static CMD_LAUNCH_START_LEN])
{
    struct wr w = wr_make(out, CMD_LAUNCH_START_LEN);

    wr_le32(&w, cmd->handle);        /* 00h */
    wr_le32(&w, cmd->policy);        /* 04h */
    wr_le64(&w, cmd->dh_paddr);      /* 08h */
    wr_le32(&w, cmd->dh_len);        /* 10h */
    wr_zero(&w, 4);                  /* 14h */
    wr_le64(&w, cmd->session_paddr); /* 18h */
    wr_le32(&w, cmd->session_len);   /* 20h */
    wr_end(&w);
}

bool cmd_guest_range_decode(struct bytes in, struct cmd_guest_range *ret,
                            struct sevk_error *err)
{
    struct rd r = rd_make(in);
    struct cmd_guest_range c;

    c.handle = rd_le32(&r); /* 00h */
    rd_skip(&r, 4);         /* 04h */
    c.paddr = rd_le64(&r);  /* 08h */
    c.len = rd_le32(&r);    /* 10h */
    if (!rd_done(&r, "command buffer", err)) {
        return false;
    }
    *ret = c;
    return true;
}

void cmd_guest_range_encode(const struct cmd_guest_range *cmd,
                            uint8_t out[static CMD_GUEST_RANGE_LEN])
{
    struct wr w = wr_make(out, CMD_GUEST_RANGE_LEN);

    wr_le32(&w, cmd->handle); /* 00h */
    wr_zero(&w, 4);           /* 04h */
    wr_le64(&w, cmd->paddr);  /* 08h */
    wr_le32(&w, cmd->len);    /* 10h */
    wr_end(&w);
}

bool cmd_packet_decode(struct bytes in, struct cmd_packet *ret,
                       struct sevk_error *err)
{
    struct rd r = rd_make(in);
    struct cmd_packet c;

    c.handle = rd_le32(&r);      /* 00h */
    rd_skip(&r, 4);              /* 04h */
    c.hdr_paddr = rd_le64(&r);   /* 08h */
    c.hdr_len = rd_le32(&r);     /* 10h */
    rd_skip(&r, 4);              /* 14h */
    c.guest_paddr = rd_le64(&r); /* 18h */
    c.guest_len = rd_le32(&r);   /* 20h */
    rd_skip(&r, 4);              /* 24h */
    c.trans_paddr = rd_le64(&r); /* 28h */
    c.trans_len = rd_le32(&r);   /* 30h */
    if (!rd_done(&r, "command buffer", err)) {
        return false;
    }
    *ret = c;
    return true;
}

void cmd_packet_encode(const struct cmd_packet *cmd,
                       uint8_t out[static CMD_PACKET_LEN])
{
    struct wr w = wr_make(out, CMD_PACKET_LEN);

    wr_le32(&w, cmd->handle);      /* 00h */
    wr_zero(&w, 4);                /* 04h */
    wr_le64(&w, cmd->hdr_paddr);   /* 08h */
    wr_le32(&w, cmd->hdr_len);     /* 10h */
    wr_zero(&w, 4);                /* 14h */
    wr_le64(&w, cmd->guest_paddr); /* 18h */
    wr_le32(&w, cmd->guest_len);   /* 20h */
    wr_zero(&w, 4);                /* 24h */
    wr_le64(&w, cmd->trans_paddr); /* 28h */
    wr_le32(&w, cmd->trans_len);   /* 30h */
    wr_end(&w);
}

bool cmd_attestation_decode(struct bytes in, struct cmd_attestation *ret,
                            struct sevk_error *err)
{
    struct rd r = rd_make(in);
    struct cmd_attestation c;

    c.handle = rd_le32(&r);                 /* 00h */
    rd_skip(&r, 4);                         /* 04h */
    c.paddr = rd_le64(&r);                  /* 08h */
    rd_copy(&r, c.mnonce, sizeof c.mnonce); /* 10h */
    c.len = rd_le32(&r);                    /* 20h */
    if (!rd_done(&r, "command buffer", err)) {
        return false;
    }
    *ret = c;
    return true;
}

void cmd_attestation_encode(const struct cmd_attestation *cmd,
                            uint8_t out[static CMD_ATTESTATION_LEN])
{
    struct wr w = wr_make(out, CMD_ATTESTATION_LEN);

    wr_le32(&w, cmd->handle);                     /* 00h */
    wr_zero(&w, 4);                               /* 04h */
    wr_le64(&w, cmd->paddr);                      /* 08h */
    wr_copy(&w, cmd->mnonce, sizeof cmd->mnonce); /* 10h */
    wr_le32(&w, cmd->len);                        /* 20h */
    wr_end(&w);
}
