/*
 * mark.c -- the high-water file: for each log the largest (size, root) that was signed, outside the database. Two copies of 128
 * bytes per log, written in turn, each with its checksum: a torn write leaves the other copy.
 */
#include "history/inside.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <unistd.h>

enum { COPY = 128, SLOT = 2 * COPY, COVERED = 32 + 8 + 32 };

void mark_of_origin(Str origin, uint8_t out[32])
{
    crypto_hash_sha256(out, (const unsigned char *)origin.s, origin.n);
}

static void checksum(const uint8_t *copy, uint8_t out[32])
{
    crypto_hash_sha256_state st;
    crypto_hash_sha256_init(&st);
    crypto_hash_sha256_update(&st, (const unsigned char *)"kaname/mark/1", 13);
    crypto_hash_sha256_update(&st, copy, COVERED);
    crypto_hash_sha256_final(&st, out);
}

static void copy_write(const Mark *m, uint8_t out[COPY])
{
    memset(out, 0, COPY);
    memcpy(out, m->log, 32);
    for (int i = 0; i < 8; i++)
        out[32 + i] = (uint8_t)(m->size >> (56 - 8 * i));
    memcpy(out + 40, m->root.b, 32);
    checksum(out, out + COVERED);
}

static bool copy_read(const uint8_t in[COPY], Mark *m)
{
    uint8_t sum[32];
    checksum(in, sum);
    if (memcmp(sum, in + COVERED, 32) != 0) return false;
    memcpy(m->log, in, 32);
    m->size = 0;
    for (int i = 0; i < 8; i++)
        m->size = m->size << 8 | in[32 + i];
    memcpy(m->root.b, in + 40, 32);
    return true;
}

static Err file_error(Arena *a, Str path)
{
    return err_text(ERR_BROKEN, TEXT_FILL(a, "到達点のファイル {0} を読み書きできません。", "The high-water file {0} cannot be read or written.", path));
}

static Err file_failed(void)
{
    return err_text(ERR_BROKEN, text_of("到達点をディスクに書けませんでした。", "The high-water mark did not reach the disk."));
}

static void add(Arena *a, Marks *m, const Mark *mark, uint8_t turn)
{
    if (m->n == m->cap) {
        size_t cap = m->cap ? m->cap * 2 : 8;
        m->list = arena_grow(a, m->list, m->n * sizeof(Mark), cap * sizeof(Mark));
        m->turn = arena_grow(a, m->turn, m->n, cap);
        m->cap = cap;
    }
    m->list[m->n] = *mark;
    m->turn[m->n++] = turn;
}

static bool slot_read(Arena *a, Marks *m, const uint8_t *slot)
{
    Mark left, right;
    bool l = copy_read(slot, &left), r = copy_read(slot + COPY, &right);
    if (!l && !r) return false;
    bool use_left = l && (!r || left.size >= right.size);
    add(a, m, use_left ? &left : &right, use_left ? 1 : 0);
    return true;
}

Err marks_open(Arena *a, Str path, bool create, bool writable, Marks *out, bool *found)
{
    *out = (Marks){.fd = -1};
    const char *name = str_c(a, path);
    int fd = open(name, (writable ? O_RDWR : O_RDONLY) | O_CLOEXEC);
    *found = fd >= 0;
    if (fd < 0 && errno != ENOENT) return file_error(a, path);
    if (fd < 0 && !create) return ERR_NONE;
    if (fd < 0) fd = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) return file_error(a, path);
    out->fd = fd;
    uint8_t slot[SLOT];
    ssize_t got;
    while ((got = pread(fd, slot, SLOT, (off_t)(out->n * SLOT))) > 0) {
        if (got < SLOT && got < COPY) break; /* the first write of a new log was torn: it was never acknowledged */
        if (got < SLOT) memset(slot + got, 0, (size_t)(SLOT - got));
        if (!slot_read(a, out, slot)) got = -1;
        if (got != SLOT) break;
    }
    if (got >= 0) return ERR_NONE;
    marks_close(out);
    return err_text(ERR_CONFLICT, TEXT_FILL(a, "到達点のファイル {0} が壊れています。", "The high-water file {0} is damaged.", path));
}

static size_t place_of(const Marks *m, const uint8_t log[32])
{
    size_t i = 0;
    while (i < m->n && memcmp(m->list[i].log, log, 32) != 0)
        i++;
    return i;
}

const Mark *marks_find(const Marks *m, const uint8_t log[32])
{
    size_t i = place_of(m, log);
    return i < m->n ? &m->list[i] : NULL;
}

static bool write_all(int fd, const uint8_t *bytes, size_t n, size_t at)
{
    while (n) {
        ssize_t done = pwrite(fd, bytes, n, (off_t)at);
        if (done < 0 && errno == EINTR) continue;
        if (done <= 0) return false;
        bytes += done, at += (size_t)done, n -= (size_t)done;
    }
    return true;
}

/* A new log gets both copies at once, so that slots never overlap a hole. A write that failed is made at the same place the next time: the
 * other copy stays whole. */
Err marks_put(Arena *a, Marks *m, const Mark *mark)
{
    uint8_t slot[SLOT];
    copy_write(mark, slot);
    memcpy(slot + COPY, slot, COPY);
    size_t i = place_of(m, mark->log);
    bool new_ = i == m->n;
    size_t at = i * SLOT + (!new_ && m->turn[i] ? COPY : 0);
    if (!write_all(m->fd, slot, new_ ? SLOT : COPY, at)) return errno == ENOSPC || errno == EDQUOT ? err_of(ERR_FULL) : file_failed();
    if (new_) {
        add(a, m, mark, 0);
    } else {
        m->turn[i] ^= 1;
        m->list[i] = *mark;
    }
    return ERR_NONE;
}

/* An error here is never tried again: the kernel may already have forgotten the pages. */
Err marks_sync(Marks *m)
{
    return fdatasync(m->fd) == 0 ? ERR_NONE : file_failed();
}

void marks_close(Marks *m)
{
    if (m->fd >= 0) close(m->fd);
    m->fd = -1;
}
