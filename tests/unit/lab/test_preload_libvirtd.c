/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of preload_libvirtd.c, loaded into copies of this very program. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/kvm.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * The program runs itself with the module preloaded and the name of a question
 * as argument, and the child prints what it sees.
 */
static const char *module; /* as built */
static char dir[] = "/tmp/sevkit-test-XXXXXX";

static const char answers[] = "hostname a-lab.internal\ncbitpos 47\n"
                              "reduced-phys-bits 5\nmax-asid 15\n"
                              "min-sev-asid 6\ncpu-signature 0x00800f12\n";

/* -- The questions, asked in the child ------------------------------------- */

typedef int cpuid_function(uint32_t leaf, uint32_t sub, uint32_t *eax,
                           uint32_t *ebx, uint32_t *ecx, uint32_t *edx);

static int print_leaf(const char *number)
{
    cpuid_function *ask;
    void *symbol = dlsym(RTLD_DEFAULT, "virHostCPUX86GetCPUID");
    uint32_t r[4];

    memcpy(&ask, &symbol, sizeof(ask));
    if (symbol == NULL || ask((uint32_t)strtoul(number, NULL, 0), 0, &r[0],
                              &r[1], &r[2], &r[3]) != 0) {
        return 1;
    }
    printf("%08x %08x %08x %08x", r[0], r[1], r[2], r[3]);
    return 0;
}

/* libvirt passes NULL for registers that it does not want. */
static int print_fourth_register(const char *number)
{
    cpuid_function *ask;
    void *symbol = dlsym(RTLD_DEFAULT, "virHostCPUX86GetCPUID");
    uint32_t d = 0;

    memcpy(&ask, &symbol, sizeof(ask));
    if (symbol == NULL ||
        ask((uint32_t)strtoul(number, NULL, 0), 0, NULL, NULL, NULL, &d) != 0) {
        return 1;
    }
    printf("%08x", d);
    return 0;
}

static int print_kvm(void)
{
    int usable = access("/dev/kvm", R_OK | W_OK);
    int fd = open("/dev/kvm", O_RDWR);
    struct stat st;

    if (fd < 0 || fstat(fd, &st) != 0) {
        printf("%d absent", usable);
        return 0;
    }
    printf("%d %s %d", usable, S_ISREG(st.st_mode) ? "file" : "device",
           ioctl(fd, KVM_CHECK_EXTENSION, KVM_CAP_MAX_VCPUS));
    return 0;
}

/* The hard limit is lowered, then asked to go up, which takes a privilege. */
static int print_limit(__rlimit_resource_t resource)
{
    struct rlimit low = { 4096, 4096 };
    struct rlimit high = { 8192, 8192 };

    if (geteuid() == 0 && setuid(65534) != 0) {
        return 1;
    }
    if (setrlimit(resource, &low) != 0) {
        return 1;
    }
    printf("%d", setrlimit(resource, &high));
    return 0;
}

static int print_user(const char *name)
{
    struct passwd entry;
    struct passwd *found = NULL;
    struct group group;
    struct group *found_group = NULL;
    char text[4096];

    if (getpwnam_r(name, &entry, text, sizeof(text), &found) != 0) {
        return 1;
    }
    printf("%s ", found == NULL ? "none" : found->pw_name);
    if (getgrnam_r(name, &group, text, sizeof(text), &found_group) != 0) {
        return 1;
    }
    printf("%s", found_group == NULL ? "none" : found_group->gr_name);
    return 0;
}

static int answer(const char *question, const char *argument)
{
    char name[256];

    if (strcmp(question, "leaf") == 0) {
        return print_leaf(argument);
    }
    if (strcmp(question, "fourth") == 0) {
        return print_fourth_register(argument);
    }
    if (strcmp(question, "kvm") == 0) {
        return print_kvm();
    }
    if (strcmp(question, "user") == 0) {
        return print_user(argument);
    }
    if (strcmp(question, "memlock") == 0) {
        return print_limit(RLIMIT_MEMLOCK);
    }
    if (strcmp(question, "nofile") == 0) {
        return print_limit(RLIMIT_NOFILE);
    }
    if (strcmp(question, "short-name") == 0) {
        printf("%d", gethostname(name, 3));
        return 0;
    }
    if (gethostname(name, sizeof(name)) != 0) {
        return 1;
    }
    printf("%s", name);
    return 0;
}

/* -- Asking ---------------------------------------------------------------- */

static void write_settings(const char *text)
{
    char path[64];

    snprintf(path, sizeof(path), "%s/host", dir);
    if (text == NULL) {
        unlink(path);
        return;
    }
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static const char *ask(const char *question, const char *argument)
{
    static char seen[256];
    char command[256];
    char self[128];
    ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

    assert_true(n > 0);
    self[n] = '\0';
    snprintf(command, sizeof(command), "LD_PRELOAD=%s/m.so '%s' ask %s '%s'",
             dir, self, question, argument);
    FILE *pipe = popen(command, "r");
    assert_non_null(pipe);
    seen[fread(seen, 1, sizeof(seen) - 1, pipe)] = '\0';
    assert_int_equal(pclose(pipe), 0);
    return seen;
}

static void without_settings_nothing_is_changed(void **state)
{
    char name[256];

    (void)state;
    write_settings(NULL);
    assert_int_equal(gethostname(name, sizeof(name)), 0);
    assert_string_equal(ask("name", ""), name);
    assert_string_equal(ask("memlock", ""), "-1");
    assert_string_not_equal(ask("leaf", "1"), "");
    assert_null(strstr(ask("leaf", "1"), "00800f12"));
}

static void damaged_settings_do_no_harm(void **state)
{
    static const char *const bad[] = {
        "",           "\n\n\n",
        "x",          "cbitpos",
        "cbitpos \n", "cbitpos x\nhostname",
        " \n \n",     "hostname \nunheard of",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        write_settings(bad[i]);
        assert_string_not_equal(ask("leaf", "1"), "");
    }
}

static void leaf_8000001f_counts_the_guests(void **state)
{
    (void)state;
    write_settings(answers);
    /* SEV and SEV-ES; 47 | 5 << 6; 15 ASIDs; the first without ES is 6. */
    assert_string_equal(ask("leaf", "0x8000001f"),
                        "0000000a 0000016f 0000000f 00000006");
}

static void registers_that_are_not_wanted_are_left_alone(void **state)
{
    (void)state;
    write_settings(answers);
    assert_string_equal(ask("fourth", "0x8000001f"), "00000006");
}

static void the_signature_and_the_vendor_go_together(void **state)
{
    (void)state;
    write_settings(answers);
    assert_int_equal(strncmp(ask("leaf", "1"), "00800f12 ", 9), 0);
    assert_string_equal(ask("leaf", "0") + 9, "68747541 444d4163 69746e65");
    assert_true(strtoul(ask("leaf", "0x80000000"), NULL, 16) >= 0x8000001f);
}

static void other_leaves_are_the_machines_own(void **state)
{
    char before[256];

    (void)state;
    write_settings(NULL);
    strcpy(before, ask("leaf", "0x80000002"));
    write_settings(answers);
    assert_string_equal(ask("leaf", "0x80000002"), before);
}

static void the_host_name_is_the_labs(void **state)
{
    (void)state;
    write_settings(answers);
    assert_string_equal(ask("name", ""), "a-lab.internal");
    assert_string_equal(ask("short-name", ""), "-1");
}

static void kvm_is_a_plain_file_with_enough_processors(void **state)
{
    char text[512];
    char path[64];

    (void)state;
    snprintf(path, sizeof(path), "%s/kvm", dir);
    snprintf(text, sizeof(text), "kvm %s\n%s", path, answers);
    write_settings(text);
    assert_string_equal(ask("kvm", ""), "-1 absent");
    int fd = open(path, O_CREAT | O_RDWR, 0600);
    assert_true(fd >= 0);
    close(fd);
    assert_string_equal(ask("kvm", ""), "0 file 288");
}

static void only_the_limit_of_locked_memory_is_forgiven(void **state)
{
    (void)state;
    write_settings(answers);
    assert_string_equal(ask("memlock", ""), "0");
    assert_string_equal(ask("nofile", ""), "-1");
}

/* "qemu" is no user of Debian's; "daemon" is one everywhere. */
static void the_user_for_qemu_is_root_where_there_is_none(void **state)
{
    (void)state;
    write_settings(NULL);
    if (strcmp(ask("user", "qemu"), "none none") == 0) {
        write_settings(answers);
        assert_string_equal(ask("user", "qemu"), "root root");
    }
    write_settings(answers);
    assert_string_equal(ask("user", "daemon"), "daemon daemon");
    assert_string_equal(ask("user", "no-such-user"), "none none");
}

static int set_up(void **state)
{
    char command[512];

    (void)state;
    if (mkdtemp(dir) == NULL) {
        return -1;
    }
    snprintf(command, sizeof(command),
             "chmod 755 %s && cp '%s' %s/m.so && chmod 644 %s/m.so", dir,
             module, dir, dir);
    return system(command);
}

static int tear_down(void **state)
{
    char command[64];

    (void)state;
    snprintf(command, sizeof(command), "rm -r %s", dir);
    return system(command);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_settings_nothing_is_changed),
        cmocka_unit_test(damaged_settings_do_no_harm),
        cmocka_unit_test(leaf_8000001f_counts_the_guests),
        cmocka_unit_test(registers_that_are_not_wanted_are_left_alone),
        cmocka_unit_test(the_signature_and_the_vendor_go_together),
        cmocka_unit_test(other_leaves_are_the_machines_own),
        cmocka_unit_test(the_host_name_is_the_labs),
        cmocka_unit_test(kvm_is_a_plain_file_with_enough_processors),
        cmocka_unit_test(the_user_for_qemu_is_root_where_there_is_none),
        cmocka_unit_test(only_the_limit_of_locked_memory_is_forgiven),
    };

    if (argc == 4 && strcmp(argv[1], "ask") == 0) {
        return answer(argv[2], argv[3]);
    }
    if (argc != 2) {
        return 2;
    }
    module = argv[1];
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
