/* Ends the machine after a bug of Trapline. */
#ifndef KERNEL_PANIC_H
#define KERNEL_PANIC_H

struct line;

/* Prints the reason on a `panic` line and ends the machine with result code 5. Takes no lock,
 * allocates nothing. */
_Noreturn void panic(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Begins a `panic` line. The caller adds pairs to it, ends it, and calls finish(). A second panic
 * before that prints only the result line, and a third prints nothing. */
struct line *panic_begin(void);

/* Checks a condition that only a bug of Trapline can break. Always on. The condition must have no
 * effects and call no function; clang-tidy checks that. */
#define ASSERT(condition) PANIC_UNLESS(condition, #condition)

/* Evaluates an expression that has effects, and panics if its value is false. */
#define MUST(expression) PANIC_UNLESS(expression, #expression)

#define PANIC_UNLESS(expression, text)                                                             \
    do {                                                                                           \
        if (!(expression))                                                                         \
            panic("%s:%d: check failed: %s", __FILE__, __LINE__, text);                            \
    } while (0)

#endif
