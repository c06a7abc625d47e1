/* The end where the bug is ours. */
#ifndef KERNEL_PANIC_H
#define KERNEL_PANIC_H

struct line;

/* Prints why on a `panic` line and ends with result code 5. Takes no lock, allocates nothing. */
_Noreturn void panic(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Begins a `panic` line that says more; the caller ends it and calls finish(). A second panic on
 * the way prints the result line only, a third nothing. */
struct line *panic_begin(void);

/* Always on. */
#define ASSERT(condition)                                                                          \
    do {                                                                                           \
        if (!(condition))                                                                          \
            panic("%s:%d: not so: %s", __FILE__, __LINE__, #condition);                            \
    } while (0)

#endif
