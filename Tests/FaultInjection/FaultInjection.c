// Stands before the C library (LD_PRELOAD) and makes one of its calls fail, or records what they do to files.
//
// HPTRAIN_FAULT="CALL NUMBER KIND" lets the call of that number fail, counted from 1; "NUMBER+" that one and all after it.
//   CALL    open, read, write, truncate, sync, rename, link, unlink, mkdir, mmap, malloc or thread, each with its
//           relatives
//   KIND    ENOSPC, EIO, EINTR, EMFILE, ENOMEM, EACCES, EPERM, EEXIST or EAGAIN; or "short", which reads or writes half
//           of what was asked
// HPTRAIN_FAULT_REPORT=PATH gets a line "CALL FILE" when the call fails, and at the end how often each call was made:
//   "count CALL NUMBER".
// HPTRAIN_RECORD=PATH gets what happens to files below the folder HPTRAIN_RECORD_ROOT, in order, as records of
//   kind (1 byte), lengths of two paths and of the data (4 bytes each), offset (8 bytes), paths, data.
//
// Only calls through the dynamic linker are seen: those of the program and of its libraries, but not what the C
// library calls by itself.
#define _GNU_SOURCE
#include "FaultInjection.h"

#include <stdio.h>

#ifdef __GLIBC__

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

enum call { OPEN, READ, WRITE, TRUNCATE, SYNC, RENAME, LINK, UNLINK, MKDIR, MMAP, MALLOC, THREAD, CALLS };

static const char *const names[CALLS] = {"open",   "read", "write",  "truncate", "sync",  "rename",
                                         "link",   "unlink", "mkdir", "mmap",     "malloc",
                                         "thread"};
static long counts[CALLS];

static int failing = -1;
static long failing_number;
static bool failing_on;  // all calls after that one, too
static bool failing_short;
static int failing_errno;

static int report = -1;
static int record = -1;
static char root[PATH_MAX];
static size_t root_length;
// What is recorded happens in this order.
static pthread_mutex_t order = PTHREAD_MUTEX_INITIALIZER;
// Set in a process once the environment was read, and not in what it starts later.
static bool is_ready;

// Calls of the kernel, which no library stands before.
static void put(int descriptor, const void *bytes, size_t count) {
  const char *rest = bytes;
  while (count > 0) {
    long written = syscall(SYS_write, descriptor, rest, count);
    if (written <= 0) return;
    rest += written;
    count -= (size_t)written;
  }
}

static int raw_open(const char *path, int flags) {
  return (int)syscall(SYS_openat, AT_FDCWD, path, flags | O_CLOEXEC, 0644);
}

// The path of an open file, "" if it has none.
static void path_of(int descriptor, char path[PATH_MAX]) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  long length = syscall(SYS_readlink, link, path, PATH_MAX - 1);
  path[length > 0 ? length : 0] = 0;
}

// Whether this is the call that fails. A number where it is one for `errno`, 0 where it goes on.
static int fault(enum call call, const char *path, int descriptor) {
  if (!is_ready) return 0;
  long number = __atomic_add_fetch(&counts[call], 1, __ATOMIC_RELAXED);
  if ((int)call != failing) return 0;
  if (failing_on ? number < failing_number : number != failing_number) return 0;
  // Standard error is how the program tells.
  if (report >= 0 && (!failing_on || number == failing_number)) {
    char line[PATH_MAX + 32];
    char name[PATH_MAX] = "";
    if (path == NULL && descriptor >= 0) path_of(descriptor, name);
    int length = snprintf(line, sizeof line, "%s %s\n", names[call], path ? path : name);
    put(report, line, (size_t)(length < (int)sizeof line ? length : (int)sizeof line - 1));
  }
  return failing_short ? -1 : failing_errno;
}

__attribute__((constructor)) static void begin(void) {
  const char *spec = getenv("HPTRAIN_FAULT");
  const char *path = getenv("HPTRAIN_FAULT_REPORT");
  if (path) report = raw_open(path, O_WRONLY | O_CREAT | O_APPEND);
  if (spec) {
    char call[32], number[32], kind[32];
    if (sscanf(spec, "%31s %31s %31s", call, number, kind) != 3) abort();
    for (int index = 0; index < CALLS; index++) {
      if (strcmp(call, names[index]) == 0) failing = index;
    }
    char *end;
    failing_number = strtol(number, &end, 10);
    failing_on = *end == '+';
    failing_short = strcmp(kind, "short") == 0;
    static const struct {
      const char *name;
      int number;
    } kinds[] = {{"ENOSPC", ENOSPC}, {"EIO", EIO},       {"EINTR", EINTR},
                 {"EMFILE", EMFILE}, {"ENOMEM", ENOMEM}, {"EACCES", EACCES},
                 {"EPERM", EPERM},   {"EEXIST", EEXIST}, {"EAGAIN", EAGAIN}};
    for (size_t index = 0; index < sizeof kinds / sizeof *kinds; index++) {
      if (strcmp(kind, kinds[index].name) == 0) failing_errno = kinds[index].number;
    }
    if (failing < 0 || failing_number < 1 || (!failing_short && failing_errno == 0)) abort();
  }
  const char *log = getenv("HPTRAIN_RECORD");
  const char *folder = getenv("HPTRAIN_RECORD_ROOT");
  if (log && folder && realpath(folder, root)) {
    root_length = strlen(root);
    record = raw_open(log, O_WRONLY | O_CREAT | O_APPEND);
  }
  is_ready = true;
}

__attribute__((destructor)) static void end(void) {
  is_ready = false;
  if (report < 0) return;
  for (int index = 0; index < CALLS; index++) {
    char line[64];
    int length = snprintf(line, sizeof line, "count %s %ld\n", names[index], counts[index]);
    put(report, line, (size_t)length);
  }
}

// MARK: - Recording

// A path from the root on, or NULL for what lies elsewhere.
static const char *below(const char *path, char whole[PATH_MAX]) {
  if (record < 0 || path == NULL) return NULL;
  char parent[PATH_MAX];
  if (snprintf(parent, sizeof parent, "%s", path) >= (int)sizeof parent) return NULL;
  // The file itself need not exist, and is not followed.
  char *slash = strrchr(parent, '/');
  const char *name = slash ? path + (slash - parent) + 1 : path;
  if (slash) *slash = 0;
  char folder[PATH_MAX];
  if (!realpath(slash ? (*parent ? parent : "/") : ".", folder)) return NULL;
  if (snprintf(whole, PATH_MAX, "%s/%s", folder, name) >= PATH_MAX) return NULL;
  if (strncmp(whole, root, root_length) != 0 || whole[root_length] != '/') return NULL;
  return whole + root_length + 1;
}

static const char *below_descriptor(int descriptor, char whole[PATH_MAX]) {
  if (record < 0) return NULL;
  path_of(descriptor, whole);
  if (strcmp(whole, root) == 0) return "";
  if (strncmp(whole, root, root_length) != 0 || whole[root_length] != '/') return NULL;
  return whole + root_length + 1;
}

static void note(char kind, const char *path, const char *other, uint64_t offset, const void *data,
                 size_t count) {
  uint32_t lengths[3] = {(uint32_t)strlen(path), other ? (uint32_t)strlen(other) : 0,
                         (uint32_t)count};
  put(record, &kind, 1);
  put(record, lengths, sizeof lengths);
  put(record, &offset, sizeof offset);
  put(record, path, lengths[0]);
  if (other) put(record, other, lengths[1]);
  put(record, data, count);
}

static void lock(void) {
  if (record >= 0) pthread_mutex_lock(&order);
}

static void unlock(void) {
  if (record >= 0) pthread_mutex_unlock(&order);
}

// The next definition of a function of this name.
#define NEXT(name) \
  static __typeof__(name) *next; \
  if (!next) next = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

#define FAIL_IF(call, path, descriptor, value) \
  do { \
    int number = fault(call, path, descriptor); \
    if (number > 0) { \
      errno = number; \
      return value; \
    } \
  } while (0)

// MARK: - Files

static int open_noting(int folder, const char *path, int flags, mode_t mode) {
  FAIL_IF(OPEN, path, -1, -1);
  if (record < 0 || (flags & O_ACCMODE) == O_RDONLY || folder != AT_FDCWD) {
    return (int)syscall(SYS_openat, folder, path, flags, mode);
  }
  char whole[PATH_MAX];
  lock();
  const char *name = below(path, whole);
  bool was_there = syscall(SYS_access, path, F_OK) == 0;
  int descriptor = (int)syscall(SYS_openat, folder, path, flags, mode);
  int number = errno;
  if (descriptor >= 0 && name) {
    if (!was_there) note('c', name, NULL, 0, NULL, 0);
    if (was_there && flags & O_TRUNC) note('t', name, NULL, 0, NULL, 0);
  }
  unlock();
  errno = number;
  return descriptor;
}

#define MODE(flags) \
  mode_t mode = 0; \
  if (flags & (O_CREAT | O_TMPFILE)) { \
    va_list list; \
    va_start(list, flags); \
    mode = va_arg(list, mode_t); \
    va_end(list); \
  }

int open(const char *path, int flags, ...) {
  MODE(flags)
  return open_noting(AT_FDCWD, path, flags, mode);
}

int open64(const char *path, int flags, ...) {
  MODE(flags)
  return open_noting(AT_FDCWD, path, flags, mode);
}

int openat(int folder, const char *path, int flags, ...) {
  MODE(flags)
  return open_noting(folder, path, flags, mode);
}

int openat64(int folder, const char *path, int flags, ...) {
  MODE(flags)
  return open_noting(folder, path, flags, mode);
}

DIR *opendir(const char *path) {
  NEXT(opendir);
  FAIL_IF(OPEN, path, -1, NULL);
  return next(path);
}

static size_t shortened(int number, size_t count) { return number < 0 ? (count + 1) / 2 : count; }

ssize_t read(int descriptor, void *bytes, size_t count) {
  int number = fault(READ, NULL, descriptor);
  if (number > 0) {
    errno = number;
    return -1;
  }
  return syscall(SYS_read, descriptor, bytes, shortened(number, count));
}

ssize_t pread(int descriptor, void *bytes, size_t count, off_t offset) {
  int number = fault(READ, NULL, descriptor);
  if (number > 0) {
    errno = number;
    return -1;
  }
  return syscall(SYS_pread64, descriptor, bytes, shortened(number, count), offset);
}

ssize_t pread64(int descriptor, void *bytes, size_t count, off64_t offset) {
  return pread(descriptor, bytes, count, offset);
}

// - Parameter offset: negative for where the file stands, or its end if it is added to.
static ssize_t write_noting(int descriptor, const void *bytes, size_t count, off_t offset) {
  // Standard error is how the program tells what failed.
  int number = descriptor == 2 ? 0 : fault(WRITE, NULL, descriptor);
  if (number > 0) {
    errno = number;
    return -1;
  }
  // Files that are written past the cache take whole pages.
  if (number < 0 && !(fcntl(descriptor, F_GETFL) & O_DIRECT)) count = shortened(number, count);
  char whole[PATH_MAX];
  lock();
  const char *name = below_descriptor(descriptor, whole);
  off_t position = offset;
  if (name && offset < 0) {
    bool is_added = fcntl(descriptor, F_GETFL) & O_APPEND;
    position = syscall(SYS_lseek, descriptor, 0, is_added ? SEEK_END : SEEK_CUR);
  }
  ssize_t written = offset < 0 ? syscall(SYS_write, descriptor, bytes, count)
                               : syscall(SYS_pwrite64, descriptor, bytes, count, offset);
  int error = errno;
  if (name && written > 0) note('w', name, NULL, (uint64_t)position, bytes, (size_t)written);
  unlock();
  errno = error;
  return written;
}

ssize_t write(int descriptor, const void *bytes, size_t count) {
  return write_noting(descriptor, bytes, count, -1);
}

ssize_t pwrite(int descriptor, const void *bytes, size_t count, off_t offset) {
  return write_noting(descriptor, bytes, count, offset);
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t count, off64_t offset) {
  return write_noting(descriptor, bytes, count, offset);
}

// Makes a change of one file, and notes it if it was made.
#define CHANGE(name, call, kind, offset) \
  do { \
    char whole[PATH_MAX]; \
    lock(); \
    const char *path_below = name; \
    int result = (int)(call); \
    int error = errno; \
    if (result == 0 && path_below) note(kind, path_below, NULL, offset, NULL, 0); \
    unlock(); \
    errno = error; \
    return result; \
  } while (0)

int ftruncate(int descriptor, off_t length) {
  FAIL_IF(TRUNCATE, NULL, descriptor, -1);
  CHANGE(below_descriptor(descriptor, whole), syscall(SYS_ftruncate, descriptor, length), 't',
         (uint64_t)length);
}

int ftruncate64(int descriptor, off64_t length) { return ftruncate(descriptor, length); }

int fsync(int descriptor) {
  FAIL_IF(SYNC, NULL, descriptor, -1);
  CHANGE(below_descriptor(descriptor, whole), syscall(SYS_fsync, descriptor), 's', 0);
}

int fdatasync(int descriptor) {
  FAIL_IF(SYNC, NULL, descriptor, -1);
  CHANGE(below_descriptor(descriptor, whole), syscall(SYS_fdatasync, descriptor), 's', 0);
}

int unlink(const char *path) {
  FAIL_IF(UNLINK, path, -1, -1);
  CHANGE(below(path, whole), syscall(SYS_unlinkat, AT_FDCWD, path, 0), 'u', 0);
}

int mkdir(const char *path, mode_t mode) {
  FAIL_IF(MKDIR, path, -1, -1);
  CHANGE(below(path, whole), syscall(SYS_mkdirat, AT_FDCWD, path, mode), 'm', 0);
}

// Notes a change of two names; what lies elsewhere is not expected to get one here.
#define CHANGE_NAMES(from, to, call, kind) \
  do { \
    char first[PATH_MAX], second[PATH_MAX]; \
    lock(); \
    const char *old = below(from, first); \
    const char *new = below(to, second); \
    int result = (int)(call); \
    int error = errno; \
    if (result == 0 && old && new) note(kind, old, new, 0, NULL, 0); \
    unlock(); \
    errno = error; \
    return result; \
  } while (0)

int rename(const char *from, const char *to) {
  FAIL_IF(RENAME, to, -1, -1);
  CHANGE_NAMES(from, to, syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0), 'r');
}

int link(const char *from, const char *to) {
  FAIL_IF(LINK, to, -1, -1);
  CHANGE_NAMES(from, to, syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0), 'l');
}

// MARK: - Memory

void *mmap(void *address, size_t length, int protection, int flags, int descriptor, off_t offset) {
  FAIL_IF(MMAP, NULL, descriptor, MAP_FAILED);
  return (void *)syscall(SYS_mmap, address, length, protection, flags, descriptor, offset);
}

void *mmap64(void *address, size_t length, int protection, int flags, int descriptor,
             off64_t offset) {
  return mmap(address, length, protection, flags, descriptor, offset);
}

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *block, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

void *malloc(size_t size) {
  FAIL_IF(MALLOC, NULL, -1, NULL);
  return __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
  FAIL_IF(MALLOC, NULL, -1, NULL);
  return __libc_calloc(count, size);
}

void *realloc(void *block, size_t size) {
  FAIL_IF(MALLOC, NULL, -1, NULL);
  return __libc_realloc(block, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
  FAIL_IF(MALLOC, NULL, -1, NULL);
  return __libc_memalign(alignment, size);
}

int posix_memalign(void **block, size_t alignment, size_t size) {
  int number = fault(MALLOC, NULL, -1);
  if (number > 0) return ENOMEM;
  *block = __libc_memalign(alignment, size);
  return *block ? 0 : ENOMEM;
}

// MARK: - Threads

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *),
                   void *argument) {
  NEXT(pthread_create);
  int number = fault(THREAD, NULL, -1);
  if (number > 0) return number;
  return next(thread, attributes, start, argument);
}

#endif
