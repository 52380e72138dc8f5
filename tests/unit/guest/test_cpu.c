/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the processor's word. */
#include "guest/cpu.h"

#include <fcntl.h>

#include "base/own.h"
#include "fake_root.h"
#include "lib/unit.h"

static void without_the_msr_there_is_no_status(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();

    (void)state;
    assert_false(cpu_read(dir.path).has_status);
    fake_file(&dir, "dev/cpu/0/msr", bytes_of_string("short"));
    assert_false(cpu_read(dir.path).has_status);
}

static void the_status_is_read_at_its_number(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(own_free) char *path = temp_dir_path(&dir, "dev/cpu/0/msr");
    OWN(own_close) int fd = -1;
    static const uint8_t value[8] = { 3 };
    struct cpu cpu;

    (void)state;
    fake_file(&dir, "dev/cpu/0/msr", bytes_of_string(""));
    fd = open(path, O_WRONLY | O_CLOEXEC);
    assert_int_equal(pwrite(fd, value, sizeof value, 0xc0010131), sizeof value);
    cpu = cpu_read(dir.path);
    assert_true(cpu.has_status);
    assert_int_equal(cpu.status, CPU_STATUS_SEV | CPU_STATUS_SEV_ES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_the_msr_there_is_no_status),
        cmocka_unit_test(the_status_is_read_at_its_number),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
