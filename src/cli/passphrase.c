/* SPDX-License-Identifier: Apache-2.0 */
/* A passphrase from a file or from the terminal, never from the command line. */
#include "cli/passphrase.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <termios.h>
#include <unistd.h>

#include "base/own.h"
#include "crypto/ec_pem.h"

bool passphrase_from_file(const char *path, struct sevk_secret *ret,
                          struct sevk_error *err)
{
    SECRET(text);
    struct bytes bytes;

    if (!secret_read_file(&text, path, 1, EC_PASSPHRASE_MAX + 1, "passphrase",
                          err)) {
        return false;
    }
    bytes = secret_expose(&text);
    if (bytes.p[bytes.n - 1] == '\n') {
        bytes.n--;
    }
    if (bytes.n == 0) {
        return sevk_fail(err, SEVK_INPUT, "passphrase '%s': it is empty", path);
    }
    return secret_copy(ret, bytes, err);
}

/* One line, byte by byte: what follows it is not ours to read. */
static bool read_line(int fd, struct sevk_secret *ret, struct sevk_error *err)
{
    uint8_t line[EC_PASSPHRASE_MAX];
    WIPED(line);
    size_t n = 0;

    while (n < sizeof line) {
        ssize_t got = read(fd, line + n, 1);

        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0 || line[n] == '\n') {
            break;
        }
        n++;
    }
    if (n == 0 || n == sizeof line) {
        return sevk_fail(err, SEVK_INPUT, "passphrase: %s",
                         n == 0 ? "nothing was entered" : "it is too long");
    }
    return secret_copy(ret, bytes_make(line, n), err);
}

static bool ask(int fd, const char *what, bool again, struct sevk_secret *ret,
                struct sevk_error *err)
{
    struct termios before, silent;
    bool ok;

    if (tcgetattr(fd, &before) != 0) {
        return sevk_fail_errno(err, SEVK_HOST, errno, "the terminal");
    }
    silent = before;
    silent.c_lflag &= ~(tcflag_t)ECHO;
    dprintf(fd, "Passphrase of %s%s: ", what, again ? ", again" : "");
    tcsetattr(fd, TCSAFLUSH, &silent);
    ok = read_line(fd, ret, err);
    tcsetattr(fd, TCSAFLUSH, &before);
    dprintf(fd, "\n");
    return ok;
}

bool passphrase_from_terminal(const char *what, bool twice,
                              struct sevk_secret *ret, struct sevk_error *err)
{
    OWN(own_close) int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    SECRET(first);
    SECRET(second);

    if (fd < 0) {
        return sevk_fail(err, SEVK_USAGE,
                         "there is no terminal to ask for a passphrase; give "
                         "--passphrase-file FILE");
    }
    if (!ask(fd, what, false, &first, err) ||
        (twice && !ask(fd, what, true, &second, err))) {
        return false;
    }
    if (twice && (first.n != second.n ||
                  !secret_equal(secret_expose(&first).p,
                                secret_expose(&second).p, first.n))) {
        return sevk_fail(err, SEVK_INPUT, "the two passphrases differ");
    }
    secret_move(ret, &first);
    return true;
}
