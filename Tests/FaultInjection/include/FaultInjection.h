// A library for LD_PRELOAD; see FaultInjection.c for what it reads from the environment. It has no functions of its own.
