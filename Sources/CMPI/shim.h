// Open MPI for Swift, which sees no macros: the communicator of all ranks, types, operations and MPI_IN_PLACE are some.
//
// Errors end the job inside the library (MPI_ERRORS_ARE_FATAL), so that nothing here returns one.
#ifndef HPTRAIN_MPI_SHIM_H
#define HPTRAIN_MPI_SHIM_H

#include <mpi.h>

/// Makes this process a rank. Only the thread that called it may call what follows.
static inline void mpi_join(void) {
  int provided;
  MPI_Init_thread(0, 0, MPI_THREAD_FUNNELED, &provided);
}

static inline void mpi_leave(void) { MPI_Finalize(); }

static inline void mpi_abort(int code) { MPI_Abort(MPI_COMM_WORLD, code); }

static inline int mpi_rank(void) {
  int rank;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  return rank;
}

static inline int mpi_size(void) {
  int size;
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  return size;
}

static inline void mpi_sum_doubles(double *values, int count) {
  MPI_Allreduce(MPI_IN_PLACE, values, count, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD);
}

static inline void mpi_sum_floats(float *values, int count) {
  MPI_Allreduce(MPI_IN_PLACE, values, count, MPI_FLOAT, MPI_SUM, MPI_COMM_WORLD);
}

static inline void mpi_begin_send(
    const float *values, int count, int rank, int tag, MPI_Request *request) {
  MPI_Isend(values, count, MPI_FLOAT, rank, tag, MPI_COMM_WORLD, request);
}

static inline void mpi_begin_receive(
    float *values, int count, int rank, int tag, MPI_Request *request) {
  MPI_Irecv(values, count, MPI_FLOAT, rank, tag, MPI_COMM_WORLD, request);
}

/// Lets messages on their way go on, and tells whether all have arrived.
static inline int mpi_test(MPI_Request *requests, int count) {
  int done;
  MPI_Testall(count, requests, &done, MPI_STATUSES_IGNORE);
  return done;
}

/// Of messages, whose tag is none of those that count from 0.
enum { mpi_message_tag = 32767 };

static inline void mpi_begin_message(const void *bytes, int count, int rank, MPI_Request *request) {
  MPI_Isend(bytes, count, MPI_BYTE, rank, mpi_message_tag, MPI_COMM_WORLD, request);
}

/// How many bytes the next message has, and which rank sent it; -1 if none has arrived.
static inline int mpi_next_message(int *rank) {
  MPI_Status status;
  int count, arrived;
  MPI_Iprobe(MPI_ANY_SOURCE, mpi_message_tag, MPI_COMM_WORLD, &arrived, &status);
  if (!arrived) return -1;
  MPI_Get_count(&status, MPI_BYTE, &count);
  *rank = status.MPI_SOURCE;
  return count;
}

static inline void mpi_take_message(void *bytes, int count, int rank) {
  MPI_Recv(bytes, count, MPI_BYTE, rank, mpi_message_tag, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
}

/// Gives every rank the bytes of one.
static inline void mpi_broadcast(void *bytes, int count, int root) {
  MPI_Bcast(bytes, count, MPI_BYTE, root, MPI_COMM_WORLD);
}

/// Gives every rank the bytes of all: of each so many, to be put so far from the start.
static inline void mpi_gather(
    const void *own, int count, void *all, const int *counts, const int *offsets) {
  MPI_Allgatherv(own, count, MPI_BYTE, all, counts, offsets, MPI_BYTE, MPI_COMM_WORLD);
}

/// How many ranks of this host say the same.
static inline int mpi_count_equal_on_host(const void *own, int bytes) {
  MPI_Comm host;
  MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &host);
  int size;
  MPI_Comm_size(host, &size);
  unsigned char *all = (unsigned char *)__builtin_malloc((unsigned long)size * (unsigned long)bytes);
  int equal = 1;
  if (all) {
    MPI_Allgather(own, bytes, MPI_BYTE, all, bytes, MPI_BYTE, host);
    equal = 0;
    for (int rank = 0; rank < size; rank++)
      equal += __builtin_memcmp(all + (long)rank * bytes, own, (unsigned long)bytes) == 0;
    __builtin_free(all);
  }
  MPI_Comm_free(&host);
  return equal;
}

/// What the library calls itself.
///
/// - Parameter text: room for `MPI_MAX_LIBRARY_VERSION_STRING` characters.
static inline void mpi_version(char *text) {
  int length;
  MPI_Get_library_version(text, &length);
}

#endif
