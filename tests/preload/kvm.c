/* SPDX-License-Identifier: Apache-2.0 */
/* /dev/kvm: VMs, memory and vCPUs of a machine that never runs. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "client.h"

#define FAILS(call, want) CHECK((call) == -1 && errno == (want))

static int set_region(int vm, uint32_t slot, uint64_t gpa, uint64_t size,
                      void *p)
{
    struct kvm_userspace_memory_region r = { .slot = slot,
                                             .guest_phys_addr = gpa,
                                             .memory_size = size,
                                             .userspace_addr = at(p) };

    return ioctl(vm, KVM_SET_USER_MEMORY_REGION, &r);
}

static void check_regions(int vm)
{
    uint8_t *ram = make_memory(16 * PAGE);

    CHECK(set_region(vm, 0, 0, 4 * PAGE, ram) == 0);
    CHECK(set_region(vm, 1, 4 * PAGE, 4 * PAGE, ram + 4 * PAGE) == 0);
    FAILS(set_region(vm, 2, 7 * PAGE, PAGE, ram), EEXIST);
    FAILS(set_region(vm, 2, 64, PAGE, ram), EINVAL);
    FAILS(set_region(vm, 2, 32 * PAGE, 100, ram), EINVAL);
    FAILS(set_region(vm, 2, 32 * PAGE, PAGE, ram + 1), EINVAL);
    FAILS(set_region(vm, 2, ~0ull - PAGE + 1, 2 * PAGE, ram), EINVAL);
    FAILS(set_region(vm, 40000, 32 * PAGE, PAGE, ram), EINVAL);
    FAILS(set_region(vm, 0, 0, 8 * PAGE, ram), EINVAL); /* can't grow */
    CHECK(set_region(vm, 1, 32 * PAGE, 4 * PAGE, ram + 4 * PAGE) == 0);
    CHECK(set_region(vm, 0, 0, 0, NULL) == 0);
    FAILS(set_region(vm, 0, 0, 0, NULL), EINVAL);
    FAILS(ioctl(vm, KVM_SET_USER_MEMORY_REGION, NOWHERE), EFAULT);
    munmap(ram, 16 * PAGE);
}

static int enc_region(int vm, unsigned long request, void *p, uint64_t n)
{
    struct kvm_enc_region r = { .addr = at(p), .size = n };

    return ioctl(vm, request, &r);
}

static void check_enc_regions(int kvm, int sev)
{
    uint8_t *ram = make_memory(4 * PAGE);
    int plain = make_vm(kvm, 0);
    int vm = make_vm(kvm, 0);

    EXPECT(encrypt_op(vm, KVM_SEV_INIT, NULL, sev), 0, NO_CALL);
    FAILS(enc_region(plain, KVM_MEMORY_ENCRYPT_REG_REGION, ram, PAGE), ENOTTY);
    FAILS(enc_region(plain, KVM_MEMORY_ENCRYPT_UNREG_REGION, ram, PAGE),
          ENOTTY);
    FAILS(ioctl(vm, KVM_MEMORY_ENCRYPT_REG_REGION, NOWHERE), EFAULT);
    FAILS(ioctl(vm, KVM_MEMORY_ENCRYPT_UNREG_REGION, NOWHERE), EFAULT);
    FAILS(enc_region(vm, KVM_MEMORY_ENCRYPT_REG_REGION, ram, 0), EINVAL);
    FAILS(enc_region(vm, KVM_MEMORY_ENCRYPT_REG_REGION, ram, ~0ull), EINVAL);
    munmap(ram + 3 * PAGE, PAGE);
    FAILS(enc_region(vm, KVM_MEMORY_ENCRYPT_REG_REGION, ram, 4 * PAGE), ENOMEM);
    CHECK(enc_region(vm, KVM_MEMORY_ENCRYPT_REG_REGION, ram, 3 * PAGE) == 0);
    FAILS(enc_region(vm, KVM_MEMORY_ENCRYPT_UNREG_REGION, ram, PAGE), EINVAL);
    CHECK(enc_region(vm, KVM_MEMORY_ENCRYPT_UNREG_REGION, ram, 3 * PAGE) == 0);
    FAILS(enc_region(vm, KVM_MEMORY_ENCRYPT_UNREG_REGION, ram, 3 * PAGE),
          EINVAL);
    munmap(ram, 3 * PAGE);
    close(vm);
    close(plain);
}

static void check_device(int kvm)
{
    CHECK(ioctl(kvm, KVM_GET_API_VERSION, 0) == 12);
    FAILS(ioctl(kvm, KVM_GET_API_VERSION, 1), EINVAL);
    CHECK(ioctl(kvm, KVM_CHECK_EXTENSION, KVM_CAP_USER_MEMORY) == 1);
    CHECK(ioctl(kvm, KVM_CHECK_EXTENSION, KVM_CAP_MAX_VCPUS) >= 288);
    CHECK(ioctl(kvm, KVM_CHECK_EXTENSION, 235) ==
          (1 | 1 << VM_TYPE_SEV | 1 << VM_TYPE_SEV_ES));
    CHECK(ioctl(kvm, KVM_CHECK_EXTENSION, 100000) == 0);
    CHECK(ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0) >= (int)PAGE);
    FAILS(ioctl(kvm, KVM_CREATE_VM, 1), EINVAL);
    FAILS(ioctl(kvm, KVM_CREATE_VM, 4), EINVAL); /* SEV-SNP */
    FAILS(ioctl(kvm, KVM_CREATE_VM, ~0ul), EINVAL);
    FAILS(ioctl(kvm, KVM_CREATE_VCPU, 0), EINVAL);
}

/* How a VM becomes one of SEV. */
static void check_init(int kvm, int sev)
{
    struct init2 p = { 0 };
    int vm = make_vm(kvm, 0);
    int es = make_vm(kvm, VM_TYPE_SEV_ES);
    int legacy = make_vm(kvm, 0);
    int vcpu;

    CHECK(ioctl(vm, KVM_MEMORY_ENCRYPT_OP, NULL) == 0); /* is there SEV? */
    FAILS(ioctl(vm, KVM_MEMORY_ENCRYPT_OP, NOWHERE), EFAULT);
    EXPECT(encrypt_op(vm, CMD_INIT2, &p, sev), EINVAL, NO_CALL);
    EXPECT(encrypt_op(es, KVM_SEV_ES_INIT, NULL, sev), EINVAL, NO_CALL);
    EXPECT(encrypt_op(es, CMD_INIT2, (void *)(uintptr_t)NOWHERE, sev), EFAULT,
           NO_CALL);
    p.flags = 1;
    EXPECT(encrypt_op(es, CMD_INIT2, &p, sev), EINVAL, NO_CALL);
    p = (struct init2){ .vmsa_features = 1 };
    EXPECT(encrypt_op(es, CMD_INIT2, &p, sev), EINVAL, NO_CALL);
    p = (struct init2){ .ghcb_version = 3 };
    EXPECT(encrypt_op(es, CMD_INIT2, &p, sev), EINVAL, NO_CALL);
    p = (struct init2){ .ghcb_version = 2 };
    EXPECT(encrypt_op(es, CMD_INIT2, &p, sev), 0, NO_CALL);
    EXPECT(encrypt_op(es, CMD_INIT2, &p, sev), EINVAL, NO_CALL);
    EXPECT(encrypt_op(vm, KVM_SEV_ES_INIT, NULL, sev), 0, NO_CALL);
    EXPECT(encrypt_op(vm, KVM_SEV_INIT, NULL, sev), EINVAL, NO_CALL);
    /* It has to be said before there are vCPUs. */
    vcpu = ioctl(legacy, KVM_CREATE_VCPU, 0);
    CHECK(vcpu >= 0);
    EXPECT(encrypt_op(legacy, KVM_SEV_INIT, NULL, sev), EINVAL, NO_CALL);
    close(vcpu);
    close(legacy);
    close(es);
    close(vm);
}

void part_kvm(char **words)
{
    int kvm = open_device("/dev/kvm", O_RDWR);
    int sev = open_device("/dev/sev", O_RDWR);
    int vm = make_vm(kvm, 0);

    (void)words;
    check_device(kvm);
    FAILS(ioctl(vm, KVM_CREATE_VM, 0), ENOTTY);
    CHECK(ioctl(vm, KVM_CHECK_EXTENSION, KVM_CAP_USER_MEMORY) == 1);
    check_regions(vm);
    check_enc_regions(kvm, sev);
    check_init(kvm, sev);
    close(vm);
    close(sev);
    close(kvm);
}

/* -- vCPUs ----------------------------------------------------------------- */

static void check_registers(int vcpu)
{
    struct kvm_regs regs = { 0 };
    struct kvm_sregs sregs = { 0 };
    struct kvm_fpu fpu = { 0 };

    CHECK(ioctl(vcpu, KVM_GET_REGS, &regs) == 0);
    CHECK(regs.rip == 0xfff0 && regs.rflags == 2);
    regs.r15 = 0x1122334455667788;
    CHECK(ioctl(vcpu, KVM_SET_REGS, &regs) == 0);
    memset(&regs, 0, sizeof regs);
    CHECK(ioctl(vcpu, KVM_GET_REGS, &regs) == 0);
    CHECK(regs.r15 == 0x1122334455667788);

    CHECK(ioctl(vcpu, KVM_GET_SREGS, &sregs) == 0);
    CHECK(sregs.cs.base == 0xffff0000 && sregs.cs.selector == 0xf000);
    CHECK(sregs.cr0 == 0x60000010 && sregs.ds.type == 3);
    sregs.cr3 = 0x1000;
    CHECK(ioctl(vcpu, KVM_SET_SREGS, &sregs) == 0);
    sregs.cr3 = 0;
    CHECK(ioctl(vcpu, KVM_GET_SREGS, &sregs) == 0 && sregs.cr3 == 0x1000);

    CHECK(ioctl(vcpu, KVM_GET_FPU, &fpu) == 0);
    CHECK(fpu.fcw == 0x37f && fpu.mxcsr == 0x1f80);
    fpu.xmm[15][15] = 7;
    CHECK(ioctl(vcpu, KVM_SET_FPU, &fpu) == 0);
    fpu.xmm[15][15] = 0;
    CHECK(ioctl(vcpu, KVM_GET_FPU, &fpu) == 0 && fpu.xmm[15][15] == 7);
}

static void check_vcpu_faults(int vcpu)
{
    static const unsigned long requests[] = {
        KVM_GET_REGS,  KVM_SET_REGS, KVM_GET_SREGS,
        KVM_SET_SREGS, KVM_GET_FPU,  KVM_SET_FPU,
    };

    for (size_t i = 0; i < sizeof requests / sizeof requests[0]; i++) {
        FAILS(ioctl(vcpu, requests[i], NOWHERE), EFAULT);
    }
    FAILS(ioctl(vcpu, KVM_RUN, 0), EOPNOTSUPP);
    FAILS(ioctl(vcpu, KVM_CREATE_VCPU, 1), EINVAL);
}

static void check_run_area(int kvm, int vcpu)
{
    size_t n = (size_t)ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0);
    struct kvm_run *run =
        mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_SHARED, vcpu, 0);

    CHECK(run != MAP_FAILED);
    if (run != MAP_FAILED) {
        CHECK(run->exit_reason == 0);
        run->immediate_exit = 1;
        munmap(run, n);
    }
}

/* The state of an encrypted guest's vCPU is neither shown nor taken. */
static void check_protected(int kvm, int sev)
{
    struct kvm_sev_launch_start start = { .policy = 4 };
    struct init2 p = { 0 };
    int vm = make_vm(kvm, VM_TYPE_SEV_ES);
    struct kvm_regs regs;
    int vcpu;

    EXPECT(encrypt_op(vm, CMD_INIT2, &p, sev), 0, NO_CALL);
    vcpu = ioctl(vm, KVM_CREATE_VCPU, 0);
    EXPECT(encrypt_op(vm, KVM_SEV_LAUNCH_START, &start, sev), 0, 0);
    CHECK(ioctl(vcpu, KVM_GET_REGS, &regs) == 0);
    EXPECT(encrypt_op(vm, KVM_SEV_LAUNCH_UPDATE_VMSA, NULL, sev), 0, 0);
    FAILS(ioctl(vcpu, KVM_GET_REGS, &regs), EINVAL);
    FAILS(ioctl(vcpu, KVM_SET_REGS, &regs), EINVAL);
    FAILS(ioctl(vcpu, KVM_RUN, 0), EOPNOTSUPP);
    close(vcpu);
    close(vm);
}

void part_vcpu(char **words)
{
    int kvm = open_device("/dev/kvm", O_RDWR);
    int sev = open_device("/dev/sev", O_RDWR);
    int vm = make_vm(kvm, 0);
    int vcpu = ioctl(vm, KVM_CREATE_VCPU, 0);

    (void)words;
    CHECK(vcpu >= 0);
    FAILS(ioctl(vm, KVM_CREATE_VCPU, 0), EEXIST);
    FAILS(ioctl(vm, KVM_CREATE_VCPU, 100000), EINVAL);
    check_registers(vcpu);
    check_vcpu_faults(vcpu);
    check_run_area(kvm, vcpu);
    check_protected(kvm, sev);
    close(vcpu);
    close(vm);
    close(sev);
    close(kvm);
}
