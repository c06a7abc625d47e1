/* Which emulator this machine is, if it is one: its debug console and its exits may then be used,
 * and on any other machine no such port is ever written. */
#ifndef KERNEL_EMULATOR_H
#define KERNEL_EMULATOR_H

#include <stdbool.h>
#include <stdint.h>

enum emulator {
    EMULATOR_NONE,
    EMULATOR_BOCHS,
    EMULATOR_QEMU, /* with or without KVM */
};

/* Asks by reads alone, and only once. */
enum emulator emulator_recognise(void);

/* Port 0xE9: Bochs's port_e9_hack, QEMU's isa-debugcon. */
bool emulator_has_console(void);
void emulator_console_put(char c);

/* Ends the emulator where it offers that: QEMU's isa-debug-exit (exit status code << 1 | 1),
 * Bochs's shutdown port. Returns where it does not. */
void emulator_exit(uint32_t code);

/* Ends the emulator where it has a way to switch off that is neither ACPI nor says how it went:
 * Bochs's shutdown port. Returns elsewhere. */
void emulator_poweroff(void);

#endif
