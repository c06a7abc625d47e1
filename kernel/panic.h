/* Ends the machine after a bug of Trapline. */
#ifndef KERNEL_PANIC_H
#define KERNEL_PANIC_H

struct line;

/* Prints the reason on a `panic` line and ends the machine with result code 5. Takes no lock,
 * allocates nothing. */
_Noreturn void panic(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Begins a `panic` line to which the caller adds more. The caller ends it and calls finish(). A
 * second panic on the way prints only the result line, a third one nothing. */
struct line *panic_begin(void);

/* Checks a condition that only a bug of Trapline can break. Always on. The condition has no effects
 * and calls no function, so that removing the check would change nothing; clang-tidy checks that.
 */
#define ASSERT(condition) PANIC_UNLESS(condition, #condition)

/* Evaluates an expression that has effects, and panics if its value is false. */
#define MUST(expression) PANIC_UNLESS(expression, #expression)

#define PANIC_UNLESS(expression, text)                                                             \
    do {                                                                                           \
        if (!(expression))                                                                         \
            panic("%s:%d: check failed: %s", __FILE__, __LINE__, text);                            \
    } while (0)

#endif
