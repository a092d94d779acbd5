#include "AllocationCounter.h"

#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>

static _Thread_local bool counts_this_thread = false;
static atomic_long total = 0;

void allocation_counter_count_this_thread(bool on) { counts_this_thread = on; }

long allocation_counter_total(void) { return atomic_load(&total); }

#ifdef __GLIBC__

// The program's own definitions take precedence over those of the C library; these count and then
// call the library by its internal names.
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *block, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

static void count(void) {
  if (counts_this_thread) atomic_fetch_add(&total, 1);
}

bool allocation_counter_is_available(void) { return true; }

void *malloc(size_t size) {
  count();
  return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
  count();
  return __libc_calloc(number, size);
}

void *realloc(void *block, size_t size) {
  count();
  return __libc_realloc(block, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
  count();
  return __libc_memalign(alignment, size);
}

int posix_memalign(void **block, size_t alignment, size_t size) {
  count();
  *block = __libc_memalign(alignment, size);
  return *block == NULL ? ENOMEM : 0;
}

#else

bool allocation_counter_is_available(void) { return false; }

#endif
