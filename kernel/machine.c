/* Reading brand, signature, microcode revision and frequencies (SDM Vol 2A "CPUID"; Vol 3A
 * §9.11.7). */
#include "kernel/machine.h"

#include <stdbool.h>

#include "kernel/cpu.h"
#include "kernel/msr.h"
#include "lib/bits.h"
#include "lib/string.h"
#include "lib/x86.h"

#define FREQUENCY_MHZ BITS(15, 0) /* in EAX: the base frequency, in EBX: the maximum */

/* Reads the brand: 48 bytes, padded with blanks or zeros on either side. */
static void read_brand(char brand[49])
{
    memset(brand, 0, 49);
    if (cpuid(CPUID_LEAF_EXTENDED, 0).eax < CPUID_LEAF_BRAND + 2)
        return;
    for (uint32_t i = 0; i < 3; i++) {
        const struct cpuid part = cpuid(CPUID_LEAF_BRAND + i, 0);
        memcpy(brand + i * sizeof part, &part, sizeof part);
    }
}

static const char *trimmed(char *text)
{
    size_t length = 0;
    for (size_t i = 0; text[i] != '\0'; i++) {
        if (text[i] != ' ')
            length = i + 1;
    }
    text[length] = '\0';
    while (*text == ' ')
        text++;
    return text;
}

/* Returns the microcode revision, which CPUID loads into the MSR if software has written 0 there.
 * Returns 0 if there is no such MSR or no update was loaded. */
static uint32_t microcode(void)
{
    uint64_t revision;
    if (!msr_try_write(IA32_BIOS_SIGN_ID, 0))
        return 0;
    (void)cpuid(CPUID_LEAF_FEATURES, 0);
    return msr_try_read(IA32_BIOS_SIGN_ID, &revision) ? (uint32_t)(revision >> 32) : 0;
}

void machine_report(uint64_t tsc_khz, struct line *line)
{
    char brand[49];
    const uint32_t last = cpuid(0, 0).eax;
    const bool aperf =
        last >= CPUID_LEAF_POWER && (cpuid(CPUID_LEAF_POWER, 0).ecx & CPUID_6_ECX_APERF);
    read_brand(brand);
    line_begin(line, "machine");
    line_text(line, "brand", "%s", trimmed(brand));
    line_hex(line, "signature", cpuid(CPUID_LEAF_FEATURES, 0).eax);
    line_hex(line, "microcode", microcode());
    line_decimal(line, "tsc_khz", tsc_khz);
    line_name(line, "aperf", aperf ? "yes" : "no");
    const struct cpuid frequency =
        last >= CPUID_LEAF_FREQUENCY ? cpuid(CPUID_LEAF_FREQUENCY, 0) : (struct cpuid){0};
    if (frequency.eax & FREQUENCY_MHZ) /* the leaf may exist and still report nothing */
        line_decimal(line, "base_mhz", frequency.eax & FREQUENCY_MHZ);
    if (frequency.ebx & FREQUENCY_MHZ)
        line_decimal(line, "max_mhz", frequency.ebx & FREQUENCY_MHZ);
    line_end(line);
}
