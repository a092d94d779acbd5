#define _GNU_SOURCE
#include "AllocationCounter.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static _Thread_local long *current = NULL;

void allocation_counter_count_into(long *counter) { current = counter; }

// The sanitizers have an allocator of their own.
#if defined(__GLIBC__) && !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer)

// The program's own definitions take precedence over those of the C library; these count and then
// call the library by its internal names.
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *block, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

// Some kernels of OpenBLAS take working memory for small products; that is the library's affair.
static bool is_blas(const void *caller) {
  Dl_info file;
  return dladdr(caller, &file) != 0 && file.dli_fname != NULL && strstr(file.dli_fname, "blas") != NULL;
}

static void count(const void *caller) {
  if (current != NULL && !is_blas(caller)) __atomic_fetch_add(current, 1, __ATOMIC_RELAXED);
}

bool allocation_counter_is_available(void) { return true; }

void *malloc(size_t size) {
  count(__builtin_return_address(0));
  return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
  count(__builtin_return_address(0));
  return __libc_calloc(number, size);
}

void *realloc(void *block, size_t size) {
  count(__builtin_return_address(0));
  return __libc_realloc(block, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
  count(__builtin_return_address(0));
  return __libc_memalign(alignment, size);
}

int posix_memalign(void **block, size_t alignment, size_t size) {
  count(__builtin_return_address(0));
  *block = __libc_memalign(alignment, size);
  return *block == NULL ? ENOMEM : 0;
}

#else

bool allocation_counter_is_available(void) { return false; }

#endif
