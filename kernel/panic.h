/* The end where the bug is ours. */
#ifndef KERNEL_PANIC_H
#define KERNEL_PANIC_H

#include "kernel/trap.h"

/* Prints why on a `panic` line and ends with result code 5. Takes no lock, allocates nothing. */
_Noreturn void panic(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The same for an exception: vector, error code, all registers, CR2. */
_Noreturn void panic_trap(const struct trap_frame *frame);

/* Always on. */
#define ASSERT(condition)                                                                          \
    do {                                                                                           \
        if (!(condition))                                                                          \
            panic("%s:%d: not so: %s", __FILE__, __LINE__, #condition);                            \
    } while (0)

#endif
