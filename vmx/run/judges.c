/* The judges under each emulator. */
#include "vmx/run/judges.h"

#include "lib/bits.h"

struct judges judges_of(enum emulator emulator, enum below below)
{
    switch (emulator) {
    case EMULATOR_BOCHS:
        return (struct judges){.all = BIT(JUDGE_BOCHS)};
    case EMULATOR_QEMU: /* VMX in QEMU comes from KVM: QEMU's own emulation has none */
        return (struct judges){.all = BIT(JUDGE_KVM),
                               .guest = below == BELOW_BOCHS ? BIT(JUDGE_BOCHS) : 0};
    case EMULATOR_NONE:
        break;
    }
    return (struct judges){0, 0};
}
