/* Accesses this machine through Linux and the CPUID instruction. */
#include <cpuid.h>
#include <fcntl.h>
#include <unistd.h>

#include "tools/vmcs-audit/machine.h"

static int open_to_read(const char *path)
{
    return open(path, O_RDONLY | O_CLOEXEC);
}

static bool ask_cpuid(uint32_t leaf, struct cpuid *values)
{
    return __get_cpuid(leaf, &values->eax, &values->ebx, &values->ecx, &values->edx) != 0;
}

const struct machine this_machine = {open_to_read, pread, close, ask_cpuid};
