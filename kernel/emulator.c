/* Recognising QEMU by the signature at CPUID 40000000H, and Bochs, which has none, by the value
 * that its debug console reads as. */
#include "kernel/emulator.h"

#include "kernel/cpu.h"
#include "lib/string.h"
#include "lib/x86.h"

enum {
    PORT_CONSOLE = 0xe9,
    PORT_QEMU_EXIT = 0xf4, /* isa-debug-exit,iobase=0xf4,iosize=0x04 */
    PORT_BOCHS_SHUTDOWN = 0x8900,
    CONSOLE_READS_AS = 0xe9,
    QEMU_EXIT_READS_AS = 0, /* an absent port reads 0xff */
};

static bool signature_is(const struct cpuid *leaf, const char *signature)
{
    uint32_t words[3] = {leaf->ebx, leaf->ecx, leaf->edx};
    return memcmp(words, signature, sizeof words) == 0;
}

static enum emulator look(void)
{
    if (cpuid(1, 0).ecx & CPUID_1_ECX_HYPERVISOR) {
        struct cpuid leaf = cpuid(CPUID_LEAF_HYPERVISOR, 0);
        bool qemu = signature_is(&leaf, "KVMKVMKVM\0\0\0") || signature_is(&leaf, "TCGTCGTCGTCG");
        return qemu ? EMULATOR_QEMU : EMULATOR_NONE;
    }
    return in8(PORT_CONSOLE) == CONSOLE_READS_AS ? EMULATOR_BOCHS : EMULATOR_NONE;
}

enum emulator emulator_recognise(void)
{
    static bool known;
    static enum emulator emulator;
    if (!known) {
        emulator = look();
        known = true;
    }
    return emulator;
}

bool emulator_has_console(void)
{
    return emulator_recognise() != EMULATOR_NONE && in8(PORT_CONSOLE) == CONSOLE_READS_AS;
}

void emulator_console_put(char c)
{
    out8(PORT_CONSOLE, (uint8_t)c);
}

void emulator_exit(uint32_t code)
{
    if (emulator_recognise() == EMULATOR_QEMU && in8(PORT_QEMU_EXIT) == QEMU_EXIT_READS_AS)
        out8(PORT_QEMU_EXIT, (uint8_t)code);
    if (emulator_recognise() == EMULATOR_BOCHS) {
        for (const char *c = "Shutdown"; *c != '\0'; c++)
            out8(PORT_BOCHS_SHUTDOWN, (uint8_t)*c);
    }
}

void emulator_poweroff(void)
{
    if (emulator_recognise() == EMULATOR_BOCHS)
        emulator_exit(0);
}
