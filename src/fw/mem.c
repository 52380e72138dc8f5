/* SPDX-License-Identifier: Apache-2.0 */
/* The firmware's way to memory. */
#include "fw/mem.h"

#include "base/cursor.h"
#include "fw/controller.h"
#include "fw/kdf.h"
#include "wire/vmsa.h"

#define CHECK_AT  0x380
#define CHECK_LEN 16

uint32_t mem_read(struct fw *fw, uint64_t paddr, uint8_t *ret, size_t n)
{
    return controller_read(&fw->memory, NULL, paddr, ret, n);
}

uint32_t mem_write(struct fw *fw, uint64_t paddr, struct bytes data)
{
    return controller_write(&fw->memory, NULL, paddr, data);
}

bool mem_exists(struct fw *fw, uint64_t paddr, size_t n, bool write)
{
    return controller_map(&fw->memory, paddr, n, write) != NULL;
}

/*
 * The tweak key of this boot of the platform. It is made of what INIT drew,
 * which all processes see, and the chip's key, which is in none of the run
 * directory's files.
 */
static bool tweak_key(const struct fw *fw, struct sevk_secret *ret)
{
    return fw_kdf(secret_expose(&fw->chip.key), "sevkit-memory-tweak",
                  BYTES_OF(fw->run.map->boot), AES128_KEY_LEN, ret, NULL);
}

/* The guest's key as the controller wants it, made when first wanted. */
static uint32_t make_key(const struct fw *fw, struct fw_guest *guest)
{
    SECRET(tweak);

    return guest->memory_key != NULL ||
                   (tweak_key(fw, &tweak) &&
                    controller_key(&guest->vek, &tweak, &guest->memory_key,
                                   NULL))
               ? SEV_STATUS_SUCCESS
               : SEV_STATUS_HWERROR_PLATFORM;
}

/* The key with which the guest's memory is reached; NULL in *RET without
 * encryption. */
static uint32_t key_of(const struct fw *fw, struct fw_guest *guest,
                       struct aes128_xts **ret)
{
    uint32_t status =
        fw->encrypt ? make_key(fw, guest) : (uint32_t)SEV_STATUS_SUCCESS;

    *ret = fw->encrypt ? guest->memory_key : NULL;
    return status;
}

uint32_t fw_guest_ciphertext(struct fw *fw, uint32_t handle, uint64_t paddr,
                             struct bytes plain, uint8_t *ret)
{
    uint32_t status;

    if (fw->pid != getpid() || handle == 0 || handle > RUN_HANDLES ||
        !fw_guest_is_alive(fw, handle)) {
        return SEV_STATUS_INVALID_GUEST;
    }
    status = make_key(fw, fw->guests[handle]);
    return status != SEV_STATUS_SUCCESS
               ? status
               : controller_encrypt(fw->guests[handle]->memory_key, paddr,
                                    plain, ret);
}

uint32_t mem_measure_guest(struct fw *fw, struct fw_guest *guest,
                           uint64_t paddr, size_t n)
{
    struct aes128_xts *key = NULL;
    uint32_t status = key_of(fw, guest, &key);

    return status != SEV_STATUS_SUCCESS
               ? status
               : controller_load(&fw->memory, key, paddr, n, &guest->launch);
}

uint32_t mem_read_guest(struct fw *fw, struct fw_guest *guest, uint64_t paddr,
                        uint8_t *ret, size_t n)
{
    struct aes128_xts *key = NULL;
    uint32_t status = key_of(fw, guest, &key);

    return status != SEV_STATUS_SUCCESS
               ? status
               : controller_read(&fw->memory, key, paddr, ret, n);
}

uint32_t mem_write_guest(struct fw *fw, struct fw_guest *guest, uint64_t paddr,
                         struct bytes plain)
{
    struct aes128_xts *key = NULL;
    uint32_t status = key_of(fw, guest, &key);

    return status != SEV_STATUS_SUCCESS
               ? status
               : controller_write(&fw->memory, key, paddr, plain);
}

/* Over the whole page but its own place. It is not bound to an address: COPY
 * may move the page. */
static bool compute_check(const struct fw_guest *guest, const uint8_t *page,
                          uint8_t ret[static SHA256_LEN])
{
    const struct bytes parts[] = {
        bytes_make(page, CHECK_AT),
        bytes_make(page + CHECK_AT + CHECK_LEN,
                   VMSA_LEN - CHECK_AT - CHECK_LEN),
    };
    SECRET(key);

    if (!fw_kdf(secret_expose(&guest->vek), "sevkit-vmsa-check",
                (struct bytes){ 0 }, SHA256_LEN, &key, NULL)) {
        return false;
    }
    hmac_sha256(secret_expose(&key), parts, 2, ret);
    return true;
}

uint32_t mem_write_vmsa(struct fw *fw, struct fw_guest *guest, uint64_t paddr,
                        uint8_t *page)
{
    uint8_t check[SHA256_LEN];

    if (fw->encrypt) {
        if (!compute_check(guest, page, check)) {
            return SEV_STATUS_HWERROR_PLATFORM;
        }
        memcpy(page + CHECK_AT, check, CHECK_LEN);
    }
    return mem_write_guest(fw, guest, paddr, bytes_make(page, VMSA_LEN));
}

uint32_t mem_read_vmsa(struct fw *fw, struct fw_guest *guest, uint64_t paddr,
                       uint8_t *ret)
{
    uint8_t check[SHA256_LEN];
    uint32_t status = mem_read_guest(fw, guest, paddr, ret, VMSA_LEN);

    if (status != SEV_STATUS_SUCCESS || !fw->encrypt) {
        return status;
    }
    if (!compute_check(guest, ret, check)) {
        return SEV_STATUS_HWERROR_PLATFORM;
    }
    if (!secret_equal(check, ret + CHECK_AT, CHECK_LEN)) {
        return SEV_STATUS_INVALID_PARAM;
    }
    memset(ret + CHECK_AT, 0, CHECK_LEN);
    return SEV_STATUS_SUCCESS;
}

uint32_t mem_measure_vmsa(struct fw *fw, struct fw_guest *guest, uint64_t paddr)
{
    uint8_t page[VMSA_LEN];
    WIPED(page);
    struct sha256 launch = guest->launch;
    uint32_t status;

    if (!fw->encrypt) {
        return mem_measure_guest(fw, guest, paddr, VMSA_LEN);
    }
    status = mem_read(fw, paddr, page, sizeof page);
    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    sha256_update(&launch, BYTES_OF(page));
    status = mem_write_vmsa(fw, guest, paddr, page);
    if (status == SEV_STATUS_SUCCESS) {
        guest->launch = launch;
    }
    return status;
}

/* This process's guest that is bound to ASID. */
static struct fw_guest *guest_of_asid(const struct fw *fw, uint32_t asid)
{
    for (uint32_t handle = 1; asid != 0 && handle <= RUN_HANDLES; handle++) {
        if (fw_guest_is_alive(fw, handle) &&
            fw->run.map->slots[handle - 1].asid == asid) {
            return fw->guests[handle];
        }
    }
    return NULL;
}

/* The key that an ASID has which is no guest's here: some other. */
static bool foreign_key(const struct fw *fw, uint32_t asid,
                        struct aes128_xts **ret)
{
    uint8_t context[sizeof fw->run.map->boot + 4];
    SECRET(data);
    SECRET(tweak);

    memcpy(context, fw->run.map->boot, sizeof fw->run.map->boot);
    store_le32(context + sizeof fw->run.map->boot, asid);
    return fw_kdf(secret_expose(&fw->chip.key), "sevkit-memory-foreign",
                  BYTES_OF(context), AES128_KEY_LEN, &data, NULL) &&
           tweak_key(fw, &tweak) && controller_key(&data, &tweak, ret, NULL);
}

uint32_t fw_memory_read(struct fw *fw, uint32_t asid, uint64_t paddr,
                        uint8_t *ret, size_t n)
{
    OWN(aes128_xts_free) struct aes128_xts *foreign = NULL;
    struct fw_guest *guest = guest_of_asid(fw, asid);

    if (guest != NULL) {
        return mem_read_guest(fw, guest, paddr, ret, n);
    }
    return fw->encrypt && !foreign_key(fw, asid, &foreign)
               ? SEV_STATUS_HWERROR_PLATFORM
               : controller_read(&fw->memory, foreign, paddr, ret, n);
}

uint32_t fw_memory_write(struct fw *fw, uint32_t asid, uint64_t paddr,
                         struct bytes data)
{
    OWN(aes128_xts_free) struct aes128_xts *foreign = NULL;
    struct fw_guest *guest = guest_of_asid(fw, asid);

    if (guest != NULL) {
        return mem_write_guest(fw, guest, paddr, data);
    }
    return fw->encrypt && !foreign_key(fw, asid, &foreign)
               ? SEV_STATUS_HWERROR_PLATFORM
               : controller_write(&fw->memory, foreign, paddr, data);
}
