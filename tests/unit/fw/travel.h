/* SPDX-License-Identifier: Apache-2.0 */
/* Guests that go from one platform to another, for tests. */
#ifndef SEVKIT_TESTS_FW_TRAVEL_H
#define SEVKIT_TESTS_FW_TRAVEL_H

#include "unit/fw/rig.h"
#include "wire/amd_cert.h"
#include "wire/packet.h"

#define PAGE_LEN 4096u
#define GUEST    (RIG_RAM + 0x10000) /* the guest's memory, on both sides */
#define HDR      (RIG_RAM + 0x20000)
#define TRANS    (RIG_RAM + 0x21000)
#define CERTS    (RIG_RAM + 0x30000)
#define PLAT     (RIG_RAM + 0x31000)
#define AMD      (RIG_RAM + 0x34000)
#define SESSION  (RIG_RAM + 0x38000)

/* What a host shows a sender of the receiver. */
struct receiver {
    uint8_t pdh[SEV_CERT_LEN];
    uint8_t plat[3 * SEV_CERT_LEN];
    uint8_t amd[2 * AMD_CERT_LEN_2048];
};

struct receiver *receiver_of(struct rig *rig);
void drop_receiver(struct receiver **r); /* for OWN() */

/* SEND_START with what the receiver shows, laid into the rig's memory; CMD has
 * the reply. */
struct cmd_send_start good_send(uint32_t handle);
uint32_t send_cmd(struct rig *rig, const struct receiver *to,
                  struct cmd_send_start *cmd);
uint32_t send_start(struct rig *rig, const struct receiver *to,
                    uint32_t handle);

/* With the session that SEND_START left in FROM's memory. */
uint32_t receive_start(struct rig *to, struct rig *from, uint32_t policy,
                       uint32_t *ret_handle);

/* Commands of packets: a page at PADDR, header and payload at HDR and TRANS. */
struct cmd_packet good_packet(uint32_t handle, uint64_t paddr);
uint32_t packet_cmd(struct fw *fw, uint32_t id, struct cmd_packet *cmd);
uint32_t packet(struct fw *fw, uint32_t id, uint32_t handle, uint64_t paddr);

/* What a host carries from one machine to the other. */
void carry(struct rig *from, struct rig *to);

/* A running guest of POLICY with one page, and with SEV-ES a VMSA behind it. */
uint32_t guest_to_send(struct rig *rig, uint32_t policy);

/* A guest on its way from FROM to TO: one page is in TO's packet buffers. */
uint32_t on_the_way(struct rig *from, struct rig *to, uint32_t policy);

#endif
