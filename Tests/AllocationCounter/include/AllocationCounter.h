// Counts the heap allocations of chosen threads.
#ifndef ALLOCATION_COUNTER_H
#define ALLOCATION_COUNTER_H

#include <stdbool.h>
#include <stddef.h>

/// Whether allocations can be counted here: with glibc, and without a sanitizer.
bool allocation_counter_is_available(void);

/// From now on each allocation of the calling thread adds 1 to `counter`, which several threads may
/// share; NULL ends counting. What the BLAS allocates for itself is not counted.
void allocation_counter_count_into(long *counter);

#endif
