// What the machine can do at best, on so many threads at once: multiply-adds with nothing to read, and a pass over
// memory, a ← b + s · c. Prints GFLOP/s and GB/s, the best of the rounds.
//
// Usage: peaks THREADS MEGABYTES, the size of the three arrays together
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

typedef float lanes __attribute__((ext_vector_type(16)));

enum { sums = 12, steps = 4000000, rounds = 5 };

static pthread_barrier_t barrier;
static int threads;
static size_t count;
static float *a, *b, *c;
static volatile lanes results[64];
static float seeds[16 * sums] __attribute__((aligned(64)));

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + 1e-9 * time.tv_nsec;
}

// Enough sums in turn that none waits for the one before it. Vectors are as wide as they are written: compiled for some
// processors, they would else be halved.
__attribute__((min_vector_width(512))) static void multiply_add(long thread) {
  lanes sum[sums];
  // From memory, so that the compiler cannot know that some are equal.
  for (int i = 0; i < sums; i++) sum[i] = ((const lanes *)seeds)[i];
  const lanes factor = 0.999f, term = 0.001f;
  for (int step = 0; step < steps; step++) {
    for (int i = 0; i < sums; i++) sum[i] = sum[i] * factor + term;
    __asm__ volatile("" ::: "memory");
  }
  for (int i = 1; i < sums; i++) sum[0] += sum[i];
  results[thread] = sum[0];
}

static void pass(long thread) {
  const size_t first = count * thread / threads, end = count * (thread + 1) / threads;
  for (size_t i = first; i < end; i++) a[i] = b[i] + 3.0f * c[i];
}

static double best[2];

static void *work(void *argument) {
  const long thread = (long)argument;
  void (*const parts[])(long) = {multiply_add, pass};
  for (int part = 0; part < 2; part++) {
    for (int round = 0; round < rounds; round++) {
      pthread_barrier_wait(&barrier);
      const double start = now();
      parts[part](thread);
      pthread_barrier_wait(&barrier);
      const double seconds = now() - start;
      if (thread == 0 && (best[part] == 0 || seconds < best[part])) best[part] = seconds;
    }
  }
  return NULL;
}

int main(int argument_count, char **arguments) {
  if (argument_count != 3) return 64;
  threads = atoi(arguments[1]);
  count = (size_t)(atof(arguments[2]) * 1e6 / 12);
  if (threads < 1 || threads > 64 || count == 0) return 64;
  a = malloc(count * 4), b = malloc(count * 4), c = malloc(count * 4);
  if (a == NULL || b == NULL || c == NULL) return 71;
  for (size_t i = 0; i < count; i++) a[i] = 0, b[i] = 1, c[i] = 2;
  for (int i = 0; i < 16 * sums; i++) seeds[i] = rand();
  pthread_barrier_init(&barrier, NULL, threads);
  pthread_t others[64];
  for (long thread = 1; thread < threads; thread++) pthread_create(&others[thread], NULL, work, (void *)thread);
  work((void *)0);
  for (long thread = 1; thread < threads; thread++) pthread_join(others[thread], NULL);
  const double operations = 2.0 * 16 * sums * (double)steps * threads;
  printf("%.1f %.1f\n", operations / best[0] / 1e9, count * 12.0 / best[1] / 1e9);
  return 0;
}
