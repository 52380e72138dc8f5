/* SPDX-License-Identifier: Apache-2.0 */
/* The launch secret: what the guest gets once its measurement is believed. */
#include "owner/launch_secret.h"

#include <inttypes.h>
#include <stdio.h>

#include "crypto/aes.h"
#include "crypto/hash.h"
#include "wire/secret_table.h"

#define KEY_LEN   16
#define BLOCK_LEN 16

void launch_secrets_clear(struct launch_secrets *list)
{
    for (size_t i = 0; i < list->n; i++) {
        secret_clear(&list->items[i].data);
    }
    *list = (struct launch_secrets){ 0 };
}

bool launch_secret_guid_parse(const char *name, struct guid *ret,
                              struct sevk_error *err)
{
    if (!secret_guid_from_name(name, ret)) {
        return sevk_fail(err, SEVK_USAGE,
                         "secret '%s' is neither a GUID nor a known name "
                         "(luks-key)",
                         name);
    }
    return true;
}

bool launch_secrets_add(struct launch_secrets *list, const struct guid *guid,
                        struct sevk_secret *data, struct sevk_error *err)
{
    char text[GUID_TEXT_LEN];

    guid_format(guid, text);
    if (data->n == 0) {
        return sevk_fail(err, SEVK_INPUT, "the secret %s is empty", text);
    }
    if (list->n == LAUNCH_SECRETS_MAX) {
        return sevk_fail(err, SEVK_USAGE, "more than %d secrets",
                         LAUNCH_SECRETS_MAX);
    }
    for (size_t i = 0; i < list->n; i++) {
        if (guid_equal(guid, &list->items[i].guid)) {
            return sevk_fail(err, SEVK_USAGE,
                             "two secrets with the GUID %s; the guest would "
                             "find one of them",
                             text);
        }
    }
    list->items[list->n].guid = *guid;
    secret_move(&list->items[list->n].data, data);
    list->n++;
    return true;
}

bool launch_secrets_add_file(struct launch_secrets *list, const char *name,
                             const char *path, struct sevk_error *err)
{
    struct guid guid;
    SECRET(data);

    return launch_secret_guid_parse(name, &guid, err) &&
           secret_read_file(&data, path, 1, LAUNCH_SECRET_LEN_MAX, "secret",
                            err) &&
           launch_secrets_add(list, &guid, &data, err);
}

bool launch_secrets_table(const struct launch_secrets *list,
                          struct sevk_secret *ret, struct sevk_error *err)
{
    struct secret_entry entries[LAUNCH_SECRETS_MAX];
    size_t len;
    SECRET(table);

    if (list->n == 0) {
        return sevk_fail(err, SEVK_USAGE, "there is no secret to send");
    }
    for (size_t i = 0; i < list->n; i++) {
        entries[i].guid = list->items[i].guid;
        entries[i].data = secret_expose(&list->items[i].data);
    }
    len = secret_table_len(entries, list->n);
    if (len == 0 || len > LAUNCH_SECRET_LEN_MAX) {
        return sevk_fail(err, SEVK_REFUSED,
                         "the secrets do not fit: their table has more than "
                         "%d bytes, which is all that Linux injects",
                         LAUNCH_SECRET_LEN_MAX);
    }
    if (!secret_alloc(&table, len, err)) {
        return false;
    }
    secret_table_encode(entries, list->n, secret_expose_mutable(&table), len);
    secret_move(ret, &table);
    return true;
}

bool launch_secret_check_len(size_t n, const struct firmware *firmware,
                             struct sevk_error *err)
{
    uint32_t area;

    if (n > LAUNCH_SECRET_LEN_MAX) {
        return sevk_fail(err, SEVK_REFUSED,
                         "the secrets have %zu bytes; Linux injects no more "
                         "than %d",
                         n, LAUNCH_SECRET_LEN_MAX);
    }
    if (firmware == NULL) {
        return true;
    }
    area = firmware_secret_area(firmware);
    if (area == 0) {
        return sevk_fail(err, SEVK_REFUSED,
                         "the firmware declares no area for secrets; use an "
                         "AmdSev build of OVMF, or say where they are to go");
    }
    if (n > area) {
        return sevk_fail(err, SEVK_REFUSED,
                         "the secrets have %zu bytes, the firmware's area for "
                         "them %" PRIu32 "; send fewer or shorter ones",
                         n, area);
    }
    return true;
}

void launch_packet_free(struct launch_packet *packet)
{
    buf_free(&packet->payload);
    *packet = (struct launch_packet){ 0 };
}

static bool check_keys(const struct sevk_secret *tek,
                       const struct sevk_secret *tik, struct sevk_error *err)
{
    if (tek->n != KEY_LEN || tik->n != KEY_LEN) {
        return sevk_fail(err, SEVK_INPUT,
                         "TEK and TIK have %zu and %zu bytes; each has %d",
                         tek->n, tik->n, KEY_LEN);
    }
    return true;
}

static bool check_payload_len(size_t n, struct sevk_error *err)
{
    if (n == 0 || n % BLOCK_LEN != 0 || n > LAUNCH_SECRET_LEN_MAX) {
        return sevk_fail(err, SEVK_INPUT,
                         "launch secret: %zu bytes are not a positive multiple "
                         "of %d up to %d",
                         n, BLOCK_LEN, LAUNCH_SECRET_LEN_MAX);
    }
    return true;
}

/* formats.md 8: the MAC over prefix, payload and the measurement's MAC. */
static void compute_mac(const struct packet_hdr *hdr, struct bytes payload,
                        const uint8_t measure[static 32],
                        const struct sevk_secret *tik, uint8_t ret[static 32])
{
    uint32_t len = (uint32_t)payload.n;
    uint8_t prefix[PACKET_PREFIX_LEN];
    const struct bytes parts[] = { BYTES_OF(prefix), payload,
                                   bytes_make(measure, 32) };

    packet_prefix_encode(PACKET_CONTEXT_SECRET, hdr, len, len, prefix);
    hmac_sha256(secret_expose(tik), parts, sizeof parts / sizeof parts[0], ret);
}

bool launch_secret_seal(const struct sevk_secret *table,
                        const struct sevk_secret *tek,
                        const struct sevk_secret *tik,
                        const uint8_t measure[static 32], struct rng rng,
                        struct launch_packet *ret, struct sevk_error *err)
{
    OWN(launch_packet_free) struct launch_packet packet = { 0 };
    struct packet_hdr hdr = { 0 };

    if (!check_keys(tek, tik, err) || !check_payload_len(table->n, err) ||
        !rng_fill(rng, hdr.iv, sizeof hdr.iv, err) ||
        !buf_reserve(&packet.payload, table->n, err) ||
        !aes128_ctr(secret_expose(tek), hdr.iv, secret_expose(table),
                    packet.payload.p, err)) {
        return false;
    }
    packet.payload.n = table->n;
    packet.payload.p[packet.payload.n] = 0;
    compute_mac(&hdr, buf_bytes(&packet.payload), measure, tik, hdr.mac);
    packet_hdr_encode(&hdr, packet.header);
    launch_packet_free(ret);
    *ret = packet;
    packet = (struct launch_packet){ 0 }; /* moved */
    return true;
}

bool launch_secret_open(struct bytes header, struct bytes payload,
                        const struct sevk_secret *tek,
                        const struct sevk_secret *tik,
                        const uint8_t measure[static 32], bool *ret_yes,
                        struct sevk_secret *ret_table, struct sevk_error *err)
{
    struct packet_hdr hdr;
    uint8_t mac[32];
    SECRET(table);
    WIPED(mac);

    if (!check_keys(tek, tik, err) || !packet_hdr_decode(header, &hdr, err) ||
        !check_payload_len(payload.n, err)) {
        return false;
    }
    compute_mac(&hdr, payload, measure, tik, mac);
    if (!secret_equal(mac, hdr.mac, sizeof mac)) {
        *ret_yes = false;
        return true;
    }
    if ((hdr.flags & PACKET_FLAG_COMPRESSED) != 0) {
        return sevk_fail(err, SEVK_INPUT,
                         "launch secret: it is compressed, which no firmware "
                         "supports");
    }
    if (!secret_alloc(&table, payload.n, err) ||
        !aes128_ctr(secret_expose(tek), hdr.iv, payload,
                    secret_expose_mutable(&table), err)) {
        return false;
    }
    secret_move(ret_table, &table);
    *ret_yes = true;
    return true;
}
