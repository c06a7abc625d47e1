/* Panic lines. A second panic on the way prints the result line only, a third nothing. */
#include "kernel/panic.h"

#include "kernel/cpu.h"
#include "kernel/log.h"
#include "kernel/result.h"

/* SDM Vol 3A, Table 6-1. */
static const char *const vector_names[32] = {
    "#DE", "#DB", "NMI", "#BP", "#OF", "#BR", "#UD", "#NM", "#DF", "",    "#TS",
    "#NP", "#SS", "#GP", "#PF", "",    "#MF", "#AC", "#MC", "#XM", "#VE", "#CP",
};

static unsigned panics;

static void once(void)
{
    panics++;
    if (panics > 2)
        halt();
    log_ensure();
    if (panics == 2)
        finish(RESULT_PANIC, "a second exception while the first was printed");
}

void panic(const char *format, ...)
{
    va_list arguments;
    once();
    struct line *line = log_begin("panic");
    va_start(arguments, format);
    line_vtext(line, "why", format, arguments);
    va_end(arguments);
    line_hex(line, "rip", (uintptr_t)__builtin_return_address(0));
    line_end(line);
    finish(RESULT_PANIC, "Trapline's own check failed: a bug of Trapline; please report this log");
}

void panic_trap(const struct trap_frame *frame)
{
    once();
    const char *name = frame->vector < 32 && vector_names[frame->vector]
                           ? vector_names[frame->vector]
                           : "interrupt";
    struct line *line = log_begin("panic");
    line_decimal(line, "vector", frame->vector);
    line_name(line, "name", name);
    line_hex(line, "error", frame->error);
    line_hex(line, "rip", frame->rip);
    line_hex(line, "cs", frame->cs);
    line_hex(line, "rflags", frame->rflags);
    line_hex(line, "rsp", frame->rsp);
    line_hex(line, "ss", frame->ss);
#define REGISTER(name) line_hex(line, #name, frame->name);
    REGISTER(rax)
    REGISTER(rbx)
    REGISTER(rcx)
    REGISTER(rdx)
    REGISTER(rsi)
    REGISTER(rdi)
    REGISTER(rbp)
    REGISTER(r8)
    REGISTER(r9)
    REGISTER(r10)
    REGISTER(r11)
    REGISTER(r12)
    REGISTER(r13)
    REGISTER(r14)
    REGISTER(r15)
#undef REGISTER
    line_hex(line, "cr0", read_cr0());
    line_hex(line, "cr2", read_cr2());
    line_hex(line, "cr3", read_cr3());
    line_hex(line, "cr4", read_cr4());
    line_end(line);
    finish(RESULT_PANIC, "exception %u (%s) in Trapline itself at 0x%llx; please report this log",
           (unsigned)frame->vector, name, (unsigned long long)frame->rip);
}
