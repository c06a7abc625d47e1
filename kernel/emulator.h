/* Recognises emulators. Their debug console and exit ports may then be used. On other machines
 * Trapline never writes to such ports. */
#ifndef KERNEL_EMULATOR_H
#define KERNEL_EMULATOR_H

#include <stdbool.h>
#include <stdint.h>

enum emulator {
    EMULATOR_NONE,
    EMULATOR_BOCHS,
    EMULATOR_QEMU, /* with or without KVM */
};

/* Recognises the emulator by reads only, and remembers the answer. */
enum emulator emulator_recognise(void);

/* The debug console at port 0xE9: port_e9_hack of Bochs, isa-debugcon of QEMU. Call
 * emulator_console_put() only if there is one. */
bool emulator_has_console(void);
void emulator_console_put(char c);

/* Ends the emulator by isa-debug-exit of QEMU (with exit status code << 1 | 1) or the shutdown port
 * of Bochs. Returns if there is neither. */
void emulator_exit(uint32_t code);

/* Powers the emulator off without ACPI and without an exit status, by the shutdown port of Bochs.
 * Returns if there is none. */
void emulator_poweroff(void);

#endif
