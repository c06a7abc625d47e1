/* Measuring the time-stamp counter against channel 2 of the 8254 interval timer, whose output port
 * 61H shows. That is right in emulators, too. If the timer does not work, CPUID tells the rate (SDM
 * Vol 3B §18.7.3). */
#include "kernel/time.h"

#include <stdbool.h>

#include "kernel/cpu.h"
#include "kernel/log.h"
#include "lib/x86.h"

enum {
    PORT_CHANNEL_2 = 0x42,
    PORT_COMMAND = 0x43,
    PORT_SPEAKER = 0x61,
    SPEAKER_GATE = 0x01,
    SPEAKER_DATA = 0x02,
    SPEAKER_OUTPUT = 0x20,
    CHANNEL_2_ONE_SHOT = 0xb0, /* both bytes, mode 0: the output rises at the end of the count */
    PIT_HZ = 1193182,
    COUNT = PIT_HZ / 100,
    PIT_POLLS = 200000, /* polls of a port, about a microsecond each; 10000 are expected */
    ASSUMED_KHZ = 1000000,
    SLOWEST_KHZ = 100,
};

/* Returns false if the output does not rise in time. */
static bool wait_for_output(void)
{
    for (unsigned i = 0; i < PIT_POLLS; i++) {
        if (in8(PORT_SPEAKER) & SPEAKER_OUTPUT)
            return true;
    }
    return false;
}

/* Returns the rate in kHz, or 0 if the timer does not tick or its output is 1 from the start. */
static uint64_t measure(void)
{
    const uint8_t speaker = in8(PORT_SPEAKER);
    out8(PORT_SPEAKER, (uint8_t)((speaker & ~SPEAKER_DATA) | SPEAKER_GATE));
    out8(PORT_COMMAND, CHANNEL_2_ONE_SHOT);
    out8(PORT_CHANNEL_2, COUNT & 0xff);
    out8(PORT_CHANNEL_2, COUNT >> 8);
    const uint64_t begin = rdtsc();
    const bool too_early = (in8(PORT_SPEAKER) & SPEAKER_OUTPUT) != 0;
    const bool ended = wait_for_output();
    const uint64_t cycles = rdtsc() - begin;
    out8(PORT_SPEAKER, speaker);
    return ended && !too_early ? cycles * PIT_HZ / COUNT / 1000 : 0;
}

static uint64_t cpuid_khz(void)
{
    const uint32_t last = cpuid(0, 0).eax;
    if (last >= CPUID_LEAF_TSC) {
        /* ECX: frequency of the crystal in Hz. EBX / EAX: ratio of the TSC to the crystal. */
        const struct cpuid tsc = cpuid(CPUID_LEAF_TSC, 0);
        if (tsc.eax != 0 && tsc.ebx != 0 && tsc.ecx != 0)
            return (uint64_t)tsc.ecx * tsc.ebx / tsc.eax / 1000;
    }
    return last >= CPUID_LEAF_FREQUENCY
               ? UINT64_C(1000) * (cpuid(CPUID_LEAF_FREQUENCY, 0).eax & 0xffff)
               : 0;
}

struct tsc_rate {
    uint64_t khz;       /* not 0 */
    const char *source; /* pit: measured; cpuid: from CPUID; assumed: neither was possible */
};

static struct tsc_rate find_rate(void)
{
    uint64_t khz = measure();
    if (khz >= SLOWEST_KHZ)
        return (struct tsc_rate){khz, "pit"};
    khz = cpuid_khz();
    if (khz >= SLOWEST_KHZ)
        return (struct tsc_rate){khz, "cpuid"};
    return (struct tsc_rate){ASSUMED_KHZ, "assumed"};
}

uint64_t time_take(void)
{
    const struct tsc_rate rate = find_rate();
    struct line *line = log_begin("time");
    line_decimal(line, "tsc_khz", rate.khz);
    line_name(line, "source", rate.source);
    line_end(line);
    return rate.khz;
}
