// Counts the heap allocations of chosen threads.
#ifndef ALLOCATION_COUNTER_H
#define ALLOCATION_COUNTER_H

#include <stdbool.h>

/// Whether allocations can be counted here: with glibc only.
bool allocation_counter_is_available(void);

/// Starts or stops counting the allocations of the calling thread.
void allocation_counter_count_this_thread(bool on);

/// The allocations of all counted threads so far.
long allocation_counter_total(void);

#endif
