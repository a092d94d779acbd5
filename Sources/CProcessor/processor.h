// What the processor is and how to wait on it: the few facts that Swift has no word for.
#ifndef HPTRAIN_PROCESSOR_H
#define HPTRAIN_PROCESSOR_H

#include <stdbool.h>
#if defined(__x86_64__) && defined(__linux__)
#include <cpuid.h>
#include <sys/syscall.h>
#endif

/// Tells the processor that this thread spins, which frees the pipeline for its sibling.
static inline void processor_pause(void) {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ __volatile__("yield");
#endif
}

/// Makes this thread treat numbers below the smallest normal one as zero, and returns what was set before.
static inline unsigned long processor_flush_subnormals(void) {
#if defined(__x86_64__)
  const unsigned int before = __builtin_ia32_stmxcsr();
  const unsigned int flushes = 0x8000, reads_as_zero = 0x0040;
  __builtin_ia32_ldmxcsr(before | flushes | reads_as_zero);
  return before;
#elif defined(__aarch64__)
  unsigned long before;
  __asm__ __volatile__("mrs %0, fpcr" : "=r"(before));
  __asm__ __volatile__("msr fpcr, %0" : : "r"(before | 1ul << 24));
  return before;
#else
  return 0;
#endif
}

/// Sets what `processor_flush_subnormals` found.
static inline void processor_restore_subnormals(unsigned long before) {
#if defined(__x86_64__)
  __builtin_ia32_ldmxcsr((unsigned int)before);
#elif defined(__aarch64__)
  __asm__ __volatile__("msr fpcr, %0" : : "r"(before));
#endif
}

/// Width in bits of the widest vector that this build was compiled for.
static inline int processor_vector_bits(void) {
#if defined(__AVX512F__)
  return 512;
#elif defined(__AVX__)
  return 256;
#else
  return 128;
#endif
}

/// Whether this build multiplies and adds in one instruction.
static inline bool processor_fuses_multiply_add(void) {
#if defined(__FMA__) || defined(__aarch64__)
  return true;
#else
  return false;
#endif
}

/// Whether the processor at hand runs AVX-512 instructions, whatever this build was compiled for.
static inline bool processor_has_avx512(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
#else
  return false;
#endif
}

/// Whether the processor at hand runs AVX2 instructions with fused multiplication and addition.
static inline bool processor_has_avx2(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#else
  return false;
#endif
}

/// Lets the process use registers of tiles with products of bfloat16 (Intel AMX), and tells whether it may: the
/// processor has them, the system saves them, and has been asked.
static inline bool processor_allows_tiles(void) {
#if defined(__x86_64__) && defined(__linux__)
  unsigned int a, b, c, d;
  const unsigned int tiles = 1u << 24, bfloat16 = 1u << 22;
  if (!__get_cpuid_count(7, 0, &a, &b, &c, &d) || !(d & tiles) || !(d & bfloat16)) return false;
  // ARCH_REQ_XCOMP_PERM for the state XTILEDATA (Linux 5.16).
  const int request = 0x1023, state = 18;
  extern long processor_system_call(long number, ...) __asm__("syscall");
  return processor_system_call(SYS_arch_prctl, request, state) == 0;
#else
  return false;
#endif
}

// GNU extensions that the C library's headers show only under _GNU_SOURCE, which a module cannot
// set for the headers that it imports.

/// `sched_getaffinity`: fills `mask` with the processors that the process may use, one bit each.
extern int processor_affinity(int process, unsigned long size, unsigned char *mask)
    __asm__("sched_getaffinity");

/// `Dl_info`
struct processor_symbol {
  const char *file;
  void *file_base;
  const char *name;
  void *address;
};

/// `dladdr`: tells which loaded file an address belongs to; 0 if none.
extern int processor_symbol_at(const void *address, struct processor_symbol *symbol)
    __asm__("dladdr");

#endif
