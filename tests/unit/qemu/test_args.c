/* SPDX-License-Identifier: Apache-2.0 */
/* What command lines ask for: recorded ones, and wrong ones. */
#include "lib/unit.h"
#include "unit/qemu/argv_file.h"

#include "base/own.h"
#include "qemu/args.h"

#define ARGV(...) ((const char *const[]){ "qemu", __VA_ARGS__, NULL })

/* The least that is a guest with SEV. */
#define SEV_MACHINE "-machine", "q35,confidential-guest-support=s"
#define SEV_OBJECT  "-object", "sev-guest,id=s,cbitpos=51,reduced-phys-bits=1"
#define SEV_BIOS    "-bios", "/f"

static void assert_mode(const char *const *argv, enum args_mode mode)
{
    OWN(args_free) struct args a = { 0 };
    struct sevk_error err;

    assert_works(args_read(argv, &a, &err), &err);
    assert_int_equal(a.mode, mode);
}

static void libvirts_domain_is_understood(void **state)
{
    OWN(argv_file_free) struct argv_file file;
    OWN(args_free) struct args a = { 0 };
    struct sevk_error err;

    (void)state;
    argv_file_load("domain.argv", &file);
    assert_works(args_read(file.argv, &a, &err), &err);
    assert_int_equal(a.mode, ARGS_GUEST);
    assert_string_equal(a.name, "vm");
    assert_true(a.paused);
    assert_true(a.claims_kvm);
    assert_int_equal(a.sev.cbitpos, 51);
    assert_int_equal(a.sev.reduced_phys_bits, 1);
    assert_int_equal(a.sev.policy, 3);
    assert_string_equal(a.sev.dh_cert_file,
                        "/var/lib/libvirt/qemu/domain-1-vm/dh_cert.base64");
    assert_string_equal(a.sev.session_file,
                        "/var/lib/libvirt/qemu/domain-1-vm/session.base64");
    assert_false(a.sev.kernel_hashes);
    assert_int_equal(a.firmware_by, ARGS_FIRMWARE_BLOCKDEV);
    assert_string_equal(a.firmware, "/usr/share/OVMF/OVMF_CODE_4M.fd");
    assert_int_equal(a.kernel_at, 0);
    assert_int_equal(a.machine, VMM_MACHINE_Q35);
    assert_int_equal(a.n_ram, 1);
    assert_int_equal(a.ram_size, 512 << 20);
    assert_int_equal(a.vcpus, 1);
    assert_int_equal(vmm_cpu_signature(&a.cpu), 0x60fb1);
    assert_int_equal(a.monitor_by, ARGS_MONITOR_FD);
    assert_int_equal(a.monitor_fd, 25);
}

static void kernel_and_processors_are_understood(void **state)
{
    OWN(argv_file_free) struct argv_file file;
    OWN(args_free) struct args a = { 0 };
    struct sevk_error err;

    (void)state;
    argv_file_load("es-kernel.argv", &file);
    assert_works(args_read(file.argv, &a, &err), &err);
    assert_int_equal(a.sev.policy, 7);
    assert_true(a.sev.kernel_hashes);
    assert_null(a.sev.session_file);
    assert_int_equal(a.firmware_by, ARGS_FIRMWARE_BIOS);
    assert_string_equal(a.argv[a.kernel_at], "/boot/vmlinuz");
    assert_string_equal(a.argv[a.initrd_at], "/boot/initrd.img");
    assert_string_equal(a.argv[a.append_at],
                        "root=/dev/vda1 console=ttyS0,115200");
    assert_int_equal(a.vcpus, 2);
    assert_true(a.cpu_is_host);
    assert_int_equal(a.ram_size, UINT64_C(2) << 30);
}

static void hand_written_arguments_are_understood(void **state)
{
    OWN(argv_file_free) struct argv_file file;
    OWN(args_free) struct args a = { 0 };
    struct sevk_error err;

    (void)state;
    argv_file_load("hand.argv", &file);
    assert_works(args_read(file.argv, &a, &err), &err);
    assert_int_equal(a.mode, ARGS_GUEST);
    assert_false(a.paused);
    assert_int_equal(a.sev.cbitpos, 51);
    assert_string_equal(a.firmware, "/srv/a,b/OVMF.fd");
    assert_int_equal(a.vcpus, 4);
    assert_int_equal(vmm_cpu_signature(&a.cpu), 0x800f12);
    assert_int_equal(a.monitor_by, ARGS_MONITOR_PATH);
    assert_string_equal(a.monitor_path, "/tmp/monitor");
}

static void numa_nodes_are_ordered_by_their_number(void **state)
{
    OWN(argv_file_free) struct argv_file file;
    OWN(args_free) struct args a = { 0 };
    struct sevk_error err;

    (void)state;
    argv_file_load("numa.argv", &file);
    assert_works(args_read(file.argv, &a, &err), &err);
    assert_int_equal(a.machine, VMM_MACHINE_PC);
    assert_int_equal(a.n_ram, 2);
    assert_int_equal(a.ram[0].size, 512 << 20);
    assert_int_equal(a.ram[1].size, 1 << 30);
    assert_int_equal(vmm_cpu_signature(&a.cpu), 0xa00f12);
    assert_int_equal(a.sev.policy, 1);
}

static void modes_are_told_apart(void **state)
{
    OWN(argv_file_free) struct argv_file probe;

    (void)state;
    argv_file_load("probe.argv", &probe);
    assert_mode(probe.argv, ARGS_PROBE);
    assert_mode(ARGV("--version"), ARGS_PLAIN);
    assert_mode(ARGV("-machine", "none", "-S"), ARGS_PLAIN);
    assert_mode(ARGV("-machine", "none", "-qmp", "stdio", "-daemonize"),
                ARGS_PLAIN);
    assert_mode(ARGV(SEV_MACHINE, SEV_OBJECT, SEV_BIOS), ARGS_GUEST);
    assert_mode(ARGV("--machine", "q35,confidential-guest-support=s",
                     "--object", "sev-guest,id=s", "--bios", "/f"),
                ARGS_GUEST);
    /* An object that nothing refers to protects nothing. */
    assert_mode(ARGV("-machine", "q35", SEV_OBJECT, SEV_BIOS), ARGS_PLAIN);
    assert_mode(ARGV(SEV_MACHINE, "-object", "sev-guest,id=t"), ARGS_PLAIN);
    assert_mode(ARGV(SEV_MACHINE, "-object", "tdx-guest,id=s"), ARGS_PLAIN);
    /* A value that looks like an option is none. */
    assert_mode(ARGV("-name", "-machine", "-append", "-object"), ARGS_PLAIN);
}

static void malformed_arguments_are_left_to_qemu(void **state)
{
    (void)state;
    assert_mode(ARGV("-machine"), ARGS_PLAIN);
    assert_mode(ARGV("-object", "{", "-blockdev", "{\"a\"", "-machine", "{"),
                ARGS_PLAIN);
    assert_mode(ARGV(SEV_MACHINE, "-object", "{\"qom-type\":\"sev-guest\","),
                ARGS_PLAIN);
    assert_mode(ARGV("-", "--", "", "-mon", "mode=control", "-chardev", ""),
                ARGS_PLAIN);
}

static void wrong_guests_are_refused_in_one_sentence(void **state)
{
    const struct {
        const char *const *argv;
        enum sevk_code code;
        const char *part;
    } rows[] = {
#define GUEST(...)                                                             \
    ((const char *const[]){ "qemu", SEV_MACHINE, SEV_OBJECT, __VA_ARGS__,      \
                            NULL })
        { GUEST("-S"), SEVK_INPUT, "no firmware image" },
        { GUEST(SEV_BIOS, "-incoming", "defer"), SEVK_REFUSED,
          "Migration is not implemented" },
        { GUEST(SEV_BIOS, "-daemonize"), SEVK_REFUSED, "-daemonize" },
        { GUEST(SEV_BIOS, "-gdb", "tcp::1234"), SEVK_REFUSED, "a debugger" },
        { GUEST(SEV_BIOS, "-s"), SEVK_REFUSED, "a debugger" },
        { GUEST("-machine", "pflash0=x"), SEVK_INPUT, "pflash0=x" },
        { GUEST("-machine", "pflash0=x", "-blockdev",
                "driver=qcow2,node-name=x,file=y"),
          SEVK_INPUT, "raw image" },
        { GUEST("-machine", "pflash0=x", "-blockdev",
                "driver=raw,node-name=x,file=y,offset=512"),
          SEVK_INPUT, "raw image" },
        { GUEST("-machine", "pflash0=x", "-blockdev",
                "driver=raw,node-name=x,file=x"),
          SEVK_INPUT, "raw image" },
        { GUEST("-drive", "if=pflash,file=/f,format=qcow2"), SEVK_INPUT,
          "format=raw" },
        { GUEST(SEV_BIOS, "-machine", "max-ram-below-4g=1G"), SEVK_INPUT,
          "max-ram-below-4g" },
        { GUEST(SEV_BIOS, "-m", "0"), SEVK_INPUT, "-m" },
        { GUEST(SEV_BIOS, "-m", "many"), SEVK_INPUT, "many" },
        { GUEST(SEV_BIOS, "-smp", "0"), SEVK_INPUT, "-smp" },
        { GUEST(SEV_BIOS, "-smp", "5000"), SEVK_INPUT, "-smp" },
        { GUEST(SEV_BIOS, "-machine", "memory-backend=m"), SEVK_INPUT, "'m'" },
        { GUEST(SEV_BIOS, "-machine", "memory-backend=m", "-object",
                "memory-backend-epc,id=m,size=1M"),
          SEVK_INPUT, "'m'" },
        { GUEST(SEV_BIOS, "-machine", "memory-backend=m", "-object",
                "memory-backend-ram,id=m,size=100"),
          SEVK_INPUT, "'m'" },
        { GUEST(SEV_BIOS, "-machine", "memory-backend=m", "-object",
                "memory-backend-ram,id=m"),
          SEVK_INPUT, "'m'" },
        { GUEST(SEV_BIOS, "-cpu", "EPYC,family=x"), SEVK_INPUT, "family=x" },
#undef GUEST
    };

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        struct args a = { 0 };
        struct sevk_error err;

        assert_fails(args_read(rows[i].argv, &a, &err), &err, rows[i].code,
                     rows[i].part);
        assert_null(a.argv);
    }
}

static void wrong_numbers_of_sev_guest_are_refused(void **state)
{
    static const char *const objects[] = {
        "sev-guest,id=s,cbitpos=x",
        "sev-guest,id=s,policy=0x100000000",
        "{\"qom-type\":\"sev-guest\",\"id\":\"s\",\"policy\":-1}",
        "{\"qom-type\":\"sev-guest\",\"id\":\"s\",\"reduced-phys-bits\":[]}",
        "sev-guest,id=s,handle=1",
    };

    (void)state;
    for (size_t i = 0; i < N_OF(objects); i++) {
        const char *object = objects[i];
        struct args a = { 0 };
        struct sevk_error err;

        assert_fails(
            args_read(ARGV(SEV_MACHINE, "-object", object, SEV_BIOS), &a, &err),
            &err, i == 4 ? SEVK_REFUSED : SEVK_INPUT, "sev-guest");
    }
}

static void too_many_backends_are_refused(void **state)
{
    char objects[ARGS_RAM_MAX + 1][64];
    char nodes[ARGS_RAM_MAX + 1][64];
    const char *argv[4 * (ARGS_RAM_MAX + 1) + 8] = { "qemu", SEV_MACHINE,
                                                     SEV_OBJECT, SEV_BIOS };
    size_t n = 7;
    struct args a = { 0 };
    struct sevk_error err;

    (void)state;
    for (int i = 0; i <= ARGS_RAM_MAX; i++) {
        snprintf(objects[i], sizeof objects[i],
                 "memory-backend-ram,id=m%d,size=1M", i);
        snprintf(nodes[i], sizeof nodes[i], "node,nodeid=%d,memdev=m%d", i, i);
        argv[n++] = "-object";
        argv[n++] = objects[i];
        argv[n++] = "-numa";
        argv[n++] = nodes[i];
    }
    assert_fails(args_read(argv, &a, &err), &err, SEVK_INPUT, "more than 16");
}

static void a_monitor_that_is_no_server_is_not_ours(void **state)
{
    static const struct {
        const char *chardev;
        enum args_monitor by;
    } rows[] = {
        { "socket,id=m,fd=5,server=on,wait=off", ARGS_MONITOR_FD },
        { "{\"backend\":\"socket\",\"id\":\"m\",\"fd\":\"5\",\"server\":true}",
          ARGS_MONITOR_FD },
        { "socket,id=m,path=/p,server,nowait", ARGS_MONITOR_PATH },
        { "socket,id=m,path=/p", ARGS_MONITOR_NONE },
        { "socket,id=m,path=/p,server=off", ARGS_MONITOR_NONE },
        { "socket,id=m,host=::1,port=1,server=on", ARGS_MONITOR_NONE },
        { "pty,id=m", ARGS_MONITOR_NONE },
        { "socket,id=other,fd=5,server=on", ARGS_MONITOR_NONE },
    };

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        const char *chardev = rows[i].chardev;
        OWN(args_free) struct args a = { 0 };
        struct sevk_error err;

        assert_works(args_read(ARGV("-chardev", chardev, "-mon",
                                    "chardev=x,mode=readline", "-mon",
                                    "chardev=m,mode=control"),
                               &a, &err),
                     &err);
        assert_int_equal(a.monitor_by, rows[i].by);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(libvirts_domain_is_understood),
        cmocka_unit_test(kernel_and_processors_are_understood),
        cmocka_unit_test(hand_written_arguments_are_understood),
        cmocka_unit_test(numa_nodes_are_ordered_by_their_number),
        cmocka_unit_test(modes_are_told_apart),
        cmocka_unit_test(malformed_arguments_are_left_to_qemu),
        cmocka_unit_test(wrong_guests_are_refused_in_one_sentence),
        cmocka_unit_test(wrong_numbers_of_sev_guest_are_refused),
        cmocka_unit_test(too_many_backends_are_refused),
        cmocka_unit_test(a_monitor_that_is_no_server_is_not_ours),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
