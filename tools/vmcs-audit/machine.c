/* Asking Linux for MSRs, and the processor for the rest. */
#include "tools/vmcs-audit/machine.h"

#include <errno.h>
#include <string.h>

#include "lib/bits.h"
#include "lib/x86.h"
#include "tools/vmcs-audit/capabilities.h"

#define OTHERWISE "take --cpu, or --caps with a log of the machine that is meant"

struct device {
    const struct machine *machine;
    int descriptor;
    int error; /* errno of the last read, 0 where it was read */
};

/* The device reads an MSR at the offset of its number, and fails where there is none. */
static bool read_msr(void *context, uint32_t msr, uint64_t *value)
{
    struct device *device = context;
    errno = 0;
    ssize_t length = device->machine->pread(device->descriptor, value, sizeof *value, (off_t)msr);
    device->error = length == (ssize_t)sizeof *value ? 0 : errno != 0 ? errno : EIO;
    return device->error == 0;
}

static bool note_closed(int error, struct problem *problem)
{
    const char *remedy = error == ENOENT                     ? "; `modprobe msr` makes it (as root)"
                         : error == EACCES || error == EPERM ? "; only root may read it"
                         : error == ENXIO || error == ENODEV
                             ? "; processor 0 is offline, or has no MSRs to read"
                             : "";
    problem_note(problem, 0, MACHINE_MSR_DEVICE ": %s%s", strerror(error), remedy);
    return false;
}

/* Every processor with VMX has the first of the capability MSRs. */
static bool has_basic(struct device *device, struct problem *problem)
{
    uint64_t value;
    const struct caps_msr_info *basic = &caps_msrs[IA32_VMX_BASIC];
    if (read_msr(device, basic->number, &value))
        return true;
    problem_note(problem, 0,
                 MACHINE_MSR_DEVICE ": %s at %s (MSR 0x%x), although CPUID shows VMX: a hypervisor "
                                    "keeps it from this machine; " OTHERWISE,
                 strerror(device->error), basic->name, (unsigned)basic->number);
    return false;
}

bool machine_caps(const struct machine *machine, struct vmx_caps *caps, struct problem *problem)
{
    struct cpuid values;
    if (!machine->cpuid(CPUID_LEAF_FEATURES, &values) || !(values.ecx & CPUID_1_ECX_VMX)) {
        problem_note(problem, 0, "this machine's CPUID shows no VMX: " OTHERWISE);
        return false;
    }
    struct device device = {.machine = machine, .descriptor = machine->open(MACHINE_MSR_DEVICE)};
    if (device.descriptor < 0)
        return note_closed(errno, problem);
    *caps = (struct vmx_caps){0};
    bool has_vmx = has_basic(&device, problem);
    if (has_vmx)
        capabilities_read(caps, read_msr, &device);
    (void)machine->close(device.descriptor);
    if (machine->cpuid(CPUID_LEAF_ADDRESS_WIDTHS, &values)) {
        caps->physical_bits = (uint8_t)bits_get(values.eax, 7, 0);
        caps->linear_bits = (uint8_t)bits_get(values.eax, 15, 8);
    }
    return has_vmx;
}
