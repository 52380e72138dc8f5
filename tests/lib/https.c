/* SPDX-License-Identifier: Apache-2.0 */
/* A real HTTPS server on loopback (tests/https), as long as a test needs it. */
#include "lib/https.h"

#include <fcntl.h>
#include <sys/wait.h>

#include "base/file.h"
#include "base/own.h"
#include "lib/unit.h"

static void exec_server(const char *script, const char *dir, const int in[2],
                        const int out[2])
{
    OWN(own_free) char *path = NULL;

    if (asprintf(&path, "%s/%s", HTTPS_DIR, script) < 0) {
        _exit(1);
    }
    dup2(in[0], 0);
    dup2(out[1], 1);
    close(in[0]), close(in[1]);
    close(out[0]), close(out[1]);
    execlp("python3", "python3", "-I", path, dir, (char *)NULL);
    _exit(1);
}

static void read_ports(FILE *from, struct https *https)
{
    static const char *const names[] = { "good", "mutual", "wrong-host",
                                         "expired", "plain" };
    char name[32];

    for (unsigned int i = 0; i < HTTPS_NAMES; i++) {
        assert_int_equal(fscanf(from, "%31s %u\n", name, &https->port[i]), 2);
        assert_string_equal(name, names[i]);
    }
    assert_int_equal(fscanf(from, "%31s", name), 1);
    assert_string_equal(name, "ready");
}

void https_start(const char *script, struct https *ret)
{
    OWN(own_fclose) FILE *from = NULL;
    int in[2], out[2];

    *ret = (struct https){ .dir = temp_dir_make() };
    assert_int_equal(pipe2(in, O_CLOEXEC), 0);
    assert_int_equal(pipe2(out, O_CLOEXEC), 0);
    ret->pid = fork();
    assert_true(ret->pid >= 0);
    if (ret->pid == 0) {
        exec_server(script, ret->dir.path, in, out);
    }
    close(in[0]);
    close(out[1]);
    ret->stop = in[1];
    from = fdopen(out[0], "r");
    read_ports(from, ret);
}

void https_stop(struct https *https)
{
    close(https->stop);
    waitpid(https->pid, NULL, 0);
    temp_dir_drop(&https->dir);
}

char *https_url(const struct https *https, enum https_name name,
                const char *path)
{
    char *url = NULL;

    assert_true(asprintf(&url, "%s://127.0.0.1:%u%s",
                         name == HTTPS_PLAIN ? "http" : "https",
                         https->port[name], path) > 0);
    return url;
}

struct buf https_file(const struct https *https, const char *name)
{
    OWN(own_free) char *path = temp_dir_path(&https->dir, name);
    struct buf content = { 0 };
    struct sevk_error err;

    assert_works(file_read(path, 1 << 20, name, &content, &err), &err);
    return content;
}
