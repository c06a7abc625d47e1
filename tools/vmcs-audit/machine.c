/* Reads MSRs through Linux, and address widths through CPUID. */
#include "tools/vmcs-audit/machine.h"

#include <errno.h>
#include <string.h>

#include "lib/bits.h"
#include "lib/x86.h"
#include "tools/vmcs-audit/capabilities.h"

#define ALTERNATIVE "use --cpu, or --caps with a Trapline log of the intended machine"

struct device {
    const struct machine *machine;
    int descriptor;
    int error; /* errno of the last read; 0 if it succeeded */
};

/* Reads an MSR: its number is the offset in the device file. Fails if the processor lacks the
 * MSR. */
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
    const char *remedy = error == ENOENT                     ? "; run `modprobe msr` as root"
                         : error == EACCES || error == EPERM ? "; run vmcs-audit as root"
                         : error == ENXIO || error == ENODEV
                             ? "; processor 0 is offline or has no MSRs"
                             : "";
    problem_note(problem, 0, MACHINE_MSR_DEVICE ": %s%s", strerror(error), remedy);
    return false;
}

/* Checks that IA32_VMX_BASIC can be read. Every processor with VMX has it. */
static bool has_basic(struct device *device, struct problem *problem)
{
    uint64_t value;
    const struct caps_msr_info *basic = &caps_msrs[IA32_VMX_BASIC];
    if (read_msr(device, basic->number, &value))
        return true;
    problem_note(problem, 0,
                 MACHINE_MSR_DEVICE ": cannot read %s (MSR 0x%x): %s, although CPUID reports VMX; "
                                    "a hypervisor may hide the MSR; " ALTERNATIVE,
                 basic->name, (unsigned)basic->number, strerror(device->error));
    return false;
}

bool machine_caps(const struct machine *machine, struct vmx_caps *caps, struct problem *problem)
{
    struct cpuid values;
    if (!machine->cpuid(CPUID_LEAF_FEATURES, &values) || !(values.ecx & CPUID_1_ECX_VMX)) {
        problem_note(problem, 0,
                     "expected a machine with VMX, but CPUID reports none; " ALTERNATIVE);
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
