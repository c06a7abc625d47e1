/* Halt, reboot, power off, or an emulator's exit. */
#include "kernel/power.h"

#include "kernel/cpu.h"
#include "kernel/emulator.h"

enum {
    PORT_KEYBOARD = 0x64,
    KEYBOARD_INPUT_FULL = 0x02,
    KEYBOARD_PULSE_RESET = 0xfe,
    PORT_RESET = 0xcf9, /* the reset control register of Intel chip sets */
    RESET_PREPARE = 0x02,
    RESET_FULL = 0x06,
    POLLS = 100000,
};

/* Each way in turn, the last being a triple fault, which every processor obeys. */
static _Noreturn void reboot(void)
{
    for (unsigned i = 0; i < POLLS && (in8(PORT_KEYBOARD) & KEYBOARD_INPUT_FULL); i++)
        pause();
    out8(PORT_KEYBOARD, KEYBOARD_PULSE_RESET);
    for (unsigned i = 0; i < POLLS; i++)
        pause();
    out8(PORT_RESET, RESET_PREPARE);
    out8(PORT_RESET, RESET_FULL);
    for (unsigned i = 0; i < POLLS; i++)
        pause();
    load_idtr((struct table_register){0});
    __asm__ volatile("int3");
    halt();
}

void power_end(enum end_action action, enum result_code code)
{
    switch (action) {
    case END_DEFAULT:
    case END_DEBUGEXIT:
        emulator_exit(code);
        break;
    case END_REBOOT:
        reboot();
    case END_POWEROFF:
        emulator_poweroff();
        break;
    case END_HALT:
        break;
    }
    halt();
}
