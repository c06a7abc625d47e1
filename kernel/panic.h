/* The end where the bug is ours. */
#ifndef KERNEL_PANIC_H
#define KERNEL_PANIC_H

struct line;

/* Prints why on a `panic` line and ends with result code 5. Takes no lock, allocates nothing. */
_Noreturn void panic(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Begins a `panic` line that says more; the caller ends it and calls finish(). A second panic on
 * the way prints the result line only, a third nothing. */
struct line *panic_begin(void);

/* A condition that holds unless the bug is ours. It has no effects and calls no function, so that
 * leaving it out would change nothing; `make check-tidy` sees to that. Always on. */
#define ASSERT(condition) PANIC_UNLESS(condition, #condition)

/* Carries out the expression, which has effects, and panics where its value is false. */
#define MUST(expression) PANIC_UNLESS(expression, #expression)

#define PANIC_UNLESS(expression, text)                                                             \
    do {                                                                                           \
        if (!(expression))                                                                         \
            panic("%s:%d: not so: %s", __FILE__, __LINE__, text);                                  \
    } while (0)

#endif
