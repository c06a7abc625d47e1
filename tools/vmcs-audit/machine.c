/* Asking Linux for MSRs, and the processor for the rest. */
#include "tools/vmcs-audit/machine.h"

#include <cpuid.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "lib/bits.h"
#include "tools/vmcs-audit/capabilities.h"

#define CPUID_VERSION        1
#define CPUID_ADDRESS_WIDTHS 0x80000008u
#define CPUID_ECX_VMX        BIT(5)

/* The device reads an MSR at the offset of its number, and fails where there is none. */
static bool read_msr(void *context, uint32_t msr, uint64_t *value)
{
    const int *device = context;
    return pread(*device, value, sizeof *value, (off_t)msr) == (ssize_t)sizeof *value;
}

bool machine_caps(struct vmx_caps *caps, struct problem *problem)
{
    unsigned eax, ebx, ecx, edx;
    if (!__get_cpuid(CPUID_VERSION, &eax, &ebx, &ecx, &edx) || !(ecx & CPUID_ECX_VMX)) {
        problem_note(problem, 0,
                     "this machine's CPUID shows no VMX: take --cpu, or --caps with a log of the "
                     "machine that is meant");
        return false;
    }
    int device = open(MACHINE_MSR_DEVICE, O_RDONLY | O_CLOEXEC);
    if (device < 0) {
        problem_note(problem, 0, MACHINE_MSR_DEVICE ": %s; it needs root and `modprobe msr`",
                     strerror(errno));
        return false;
    }
    *caps = (struct vmx_caps){0};
    capabilities_read(caps, read_msr, &device);
    (void)close(device);
    if (__get_cpuid(CPUID_ADDRESS_WIDTHS, &eax, &ebx, &ecx, &edx)) {
        caps->physical_bits = (uint8_t)bits_get(eax, 7, 0);
        caps->linear_bits = (uint8_t)bits_get(eax, 15, 8);
    }
    return true;
}
