/* A disk between a process and its files, loaded in front of libc.
 *
 * It has two folders in `DISK_FOLDER`. What a process writes goes into `live` as ever. In `kept` lies what a disk without
 * power would still have: `files` holds each file's bytes as of its last completed sync, and each folder's names as of that folder's last
 * sync; `image` leads to the root's. What was never synced is not there: a new name needs its folder's sync,
 * as POSIX has it. Pages that are written through a mapping are never synced here; SQLite maps `-shm` alone, which it
 * makes anew. No sync reaches the real disk, since no real power is lost.
 *
 * A file in `kept/faults` switches a fault on while it is there: `sync-lies`, `sync-fails`, `write-fails`, `read-fails`,
 * `full` (files do not grow); `dies-at` has a number in it: the process is killed in the middle of so many-th a write or sync. */

#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { BLOCK = 1 << 16, FILES = 64 };

/* How long a sync takes: long enough that an answer given before its sync would be on its way. */
static const useconds_t LATENCY = 10000;

static char live[PATH_MAX], kept[PATH_MAX];

static void fail(const char *what) {
    dprintf(STDERR_FILENO, "the disk of the test: %s: %s\n", what, strerror(errno));
    abort();
}

static void join(char *path, const char *folder, const char *name) {
    if (snprintf(path, PATH_MAX, "%s/%s", folder, name) >= PATH_MAX) {
        errno = ENAMETOOLONG;
        fail(folder);
    }
}

static int has(const char *fault) {
    char path[PATH_MAX];
    if (!*live) return 0;
    int before = errno;
    if (snprintf(path, sizeof path, "%s/faults/%s", kept, fault) >= PATH_MAX) fail(fault);
    int there = access(path, F_OK) == 0;
    errno = before;
    return there;
}

/* A descriptor's path; false unless it lies in `live`. */
static int lies_in_live(int fd, char *path) {
    char link[64];
    if (!*live) return 0;
    int before = errno;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    errno = before;
    size_t base = strlen(live);
    if (length < (ssize_t)base) return 0;
    path[length] = 0;
    return !strncmp(path, live, base) && (!path[base] || path[base] == '/');
}

static int is_refused(int fd, const char *fault) {
    char name[PATH_MAX];
    return has(fault) && lies_in_live(fd, name);
}

/* Is this write or sync the one to die in? They are counted from the moment when the fault is there. */
static int is_the_last(int fd) {
    static atomic_long done;
    char path[PATH_MAX], number[32] = "";
    if (!is_refused(fd, "dies-at")) return 0;
    join(path, kept, "faults/dies-at");
    int from = open(path, O_RDONLY | O_CLOEXEC);
    if (from < 0 || syscall(SYS_read, from, number, sizeof number - 1) <= 0) fail(path);
    close(from);
    return atomic_fetch_add(&done, 1) + 1 == atol(number);
}

static void die(void) {
    kill(getpid(), SIGKILL);
    for (;;) pause();
}

/* --- What survives ------------------------------------------------------------------------------------------------ */

/* Where a file's bytes or a folder's names are kept; false when it is gone. Numbers of files are used again: the time of
 * birth tells them apart. */
static int place_of(char *path, int folder, const char *name, int flags) {
    struct statx seen;
    if (statx(folder, name, flags, STATX_INO | STATX_BTIME, &seen)) {
        if (errno == ENOENT) return 0;
        fail(name);
    }
    int length = snprintf(path, PATH_MAX, "%s/files/%llu-%lld-%u", kept, (unsigned long long)seen.stx_ino,
                          (long long)seen.stx_btime.tv_sec, seen.stx_btime.tv_nsec);
    if (length >= PATH_MAX) fail(name);
    return 1;
}

/* A second descriptor on SQLite's database would drop its locks: only one that cannot read is opened again. */
static int readable(int fd) {
    char link[64];
    if ((fcntl(fd, F_GETFL) & O_ACCMODE) != O_WRONLY) return fd;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    return open(link, O_RDONLY | O_CLOEXEC);
}

static char *bytes_of(int fd, off_t *size) {
    struct stat seen;
    int from = readable(fd);
    if (from < 0 || fstat(from, &seen)) fail("a file to sync");
    char *bytes = malloc(seen.st_size + 1);
    if (!bytes) fail("malloc");
    for (*size = 0; *size < seen.st_size;) {
        ssize_t got = syscall(SYS_pread64, from, bytes + *size, seen.st_size - *size, *size);
        if (got < 0) fail("pread");
        if (got == 0) break;
        *size += got;
    }
    if (from != fd) close(from);
    return bytes;
}

/* Writes in place what differs, so that a sync that is cut short leaves a mixture, as a disk does. */
static void replace(const char *place, const char *bytes, off_t size) {
    static _Thread_local char old[BLOCK];
    int to = open(place, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (to < 0) fail(place);
    for (off_t at = 0; at < size; at += BLOCK) {
        ssize_t count = size - at < BLOCK ? size - at : BLOCK;
        ssize_t had = syscall(SYS_pread64, to, old, count, at);
        if (had == count && !memcmp(old, bytes + at, count)) continue;
        if (syscall(SYS_pwrite64, to, bytes + at, count, at) != count) fail("pwrite");
    }
    if (ftruncate(to, size)) fail("ftruncate");
    close(to);
}

/* Keeps what was written when it was called, and not before its end: what is written meanwhile waits for the next. */
static void keep_bytes(int fd, useconds_t latency) {
    static pthread_mutex_t each[FILES];
    char place[PATH_MAX];
    struct stat seen;
    off_t size;
    if (fstat(fd, &seen) || !place_of(place, fd, "", AT_EMPTY_PATH)) fail("a file to sync");
    pthread_mutex_t *one = &each[seen.st_ino % FILES];
    pthread_mutex_lock(one);
    char *bytes = bytes_of(fd, &size);
    usleep(latency);
    replace(place, bytes, size);
    pthread_mutex_unlock(one);
    free(bytes);
}

static void make(const char *path, int is_folder) {
    int made = is_folder ? mkdir(path, 0700) : open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (made < 0 && errno != EEXIST) fail(path);
    if (made >= 0 && !is_folder) close(made);
}

/* Lets a kept name lead to what is kept of its file, in one step; of one that was never synced that is nothing. */
static void keep_name(const char *source, const char *target, int is_folder) {
    char place[PATH_MAX], fresh[PATH_MAX];
    struct stat wanted, found;
    if (!place_of(place, AT_FDCWD, source, AT_SYMLINK_NOFOLLOW)) return;
    make(place, is_folder);
    if (stat(place, &wanted)) fail(place);
    if (stat(target, &found) == 0 && found.st_ino == wanted.st_ino) return;
    join(fresh, kept, "fresh");
    unlink(fresh);
    if (is_folder ? symlink(place, fresh) : link(place, fresh)) fail(fresh);
    if (rename(fresh, target)) fail(target);
}

static void forget_names(const char *folder, const char *names) {
    char source[PATH_MAX], target[PATH_MAX];
    struct stat seen;
    DIR *listing = opendir(names);
    if (!listing) fail(names);
    for (struct dirent *entry; (entry = readdir(listing));) {
        join(source, folder, entry->d_name);
        join(target, names, entry->d_name);
        if (lstat(source, &seen)) unlink(target);
    }
    closedir(listing);
}

/* A socket is no file: who listens at it does not survive. */
static int is_kept(const struct dirent *entry) {
    return entry->d_type != DT_SOCK && strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..");
}

static void keep_names(const char *folder) {
    static pthread_mutex_t one = PTHREAD_MUTEX_INITIALIZER;
    char names[PATH_MAX], source[PATH_MAX], target[PATH_MAX];
    if (!place_of(names, AT_FDCWD, folder, 0)) return;
    pthread_mutex_lock(&one);
    make(names, 1);
    DIR *listing = opendir(folder);
    if (!listing) fail(folder);
    for (struct dirent *entry; (entry = readdir(listing));) {
        if (!is_kept(entry)) continue;
        join(source, folder, entry->d_name);
        join(target, names, entry->d_name);
        keep_name(source, target, entry->d_type == DT_DIR);
    }
    closedir(listing);
    forget_names(folder, names);
    pthread_mutex_unlock(&one);
}

/* A folder with all that is in it. */
static void keep_all(const char *folder) {
    char source[PATH_MAX];
    DIR *listing = opendir(folder);
    if (!listing) fail(folder);
    for (struct dirent *entry; (entry = readdir(listing));) {
        if (!is_kept(entry)) continue;
        join(source, folder, entry->d_name);
        if (entry->d_type == DT_DIR) {
            keep_all(source);
            continue;
        }
        int fd = open(source, O_RDONLY | O_CLOEXEC);
        if (fd < 0) fail(source);
        keep_bytes(fd, 0);
        close(fd);
    }
    closedir(listing);
    keep_names(folder);
}

/* What is there when the first process starts lies on the disk already. */
__attribute__((constructor)) static void start(void) {
    const char *folder = getenv("DISK_FOLDER");
    char base[PATH_MAX], files[PATH_MAX], image[PATH_MAX], root[PATH_MAX];
    if (!folder) return;
    if (!realpath(folder, base)) fail(folder);
    join(live, base, "live");
    join(kept, base, "kept");
    join(files, kept, "files");
    if (mkdir(files, 0700) == 0) keep_all(live);
    join(image, kept, "image");
    if (!place_of(root, AT_FDCWD, live, 0) || (symlink(root, image) && errno != EEXIST)) fail(image);
}

static int sync_of(int fd, long call) {
    char path[PATH_MAX];
    struct stat seen;
    if (!lies_in_live(fd, path)) return syscall(call, fd);
    if (is_the_last(fd)) die();
    if (has("sync-fails")) return errno = EIO, -1;
    if (has("sync-lies")) return usleep(LATENCY);
    if (fstat(fd, &seen)) fail(path);
    if (S_ISREG(seen.st_mode)) keep_bytes(fd, LATENCY);
    if (S_ISDIR(seen.st_mode)) usleep(LATENCY), keep_names(path);
    return 0;
}

int fsync(int fd) { return sync_of(fd, SYS_fsync); }

int fdatasync(int fd) { return sync_of(fd, SYS_fdatasync); }

/* --- What fails --------------------------------------------------------------------------------------------------- */

/* Why bytes up to `end` cannot be written; 0 when they can. */
static int refusal(int fd, off_t end) {
    struct stat seen;
    if (is_refused(fd, "write-fails")) return EIO;
    if (is_refused(fd, "full") && fstat(fd, &seen) == 0 && end > seen.st_size) return ENOSPC;
    return 0;
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t at) {
    int why = refusal(fd, at + (off_t)count);
    if (is_the_last(fd)) syscall(SYS_pwrite64, fd, bytes, count / 2, at), die();
    return why ? (errno = why, -1) : syscall(SYS_pwrite64, fd, bytes, count, at);
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t at) { return pwrite64(fd, bytes, count, at); }

ssize_t write(int fd, const void *bytes, size_t count) {
    struct stat seen;
    int regular = *live && fstat(fd, &seen) == 0 && S_ISREG(seen.st_mode);
    int why = regular ? refusal(fd, lseek(fd, 0, SEEK_CUR) + (off_t)count) : 0;
    if (regular && is_the_last(fd)) syscall(SYS_write, fd, bytes, count / 2), die();
    return why ? (errno = why, -1) : syscall(SYS_write, fd, bytes, count);
}

ssize_t pread64(int fd, void *bytes, size_t count, off64_t at) {
    return is_refused(fd, "read-fails") ? (errno = EIO, -1) : syscall(SYS_pread64, fd, bytes, count, at);
}

ssize_t pread(int fd, void *bytes, size_t count, off_t at) { return pread64(fd, bytes, count, at); }
