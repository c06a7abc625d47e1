/* Tests that the audit finds no error in valid VMCSs: VMCSs that almost break several rules, or
 * have a bad value that no check looks at. Each was added because a wrong rule passed all its
 * vectors. */
#include "tests/unit/unit.h"

#include "tests/unit/vmx/audit/base.h"
#include "vmx/audit/audit.h"
#include "vmx/override.h"

#define PAE "control.IA_32E_MODE_GUEST=0 vmcs.GUEST_IA32_EFER=0 vmcs.GUEST_CS_ACCESS_RIGHTS=0xc09b "
#define CPL_3                                                                                      \
    "vmcs.GUEST_CS_SELECTOR+=0x3 vmcs.GUEST_CS_ACCESS_RIGHTS+=0x60 "                               \
    "vmcs.GUEST_SS_SELECTOR+=0x3 vmcs.GUEST_SS_ACCESS_RIGHTS+=0x60 "
#define NO_EPT     "control.ENABLE_EPT=0 control.UNRESTRICTED_GUEST=0 "
#define RESTRICTED "control.UNRESTRICTED_GUEST=0 "
#define V86_SEGMENT(REG, selector, base)                                                           \
    "vmcs.GUEST_" #REG "_SELECTOR=" selector " vmcs.GUEST_" #REG "_BASE=" base " "                 \
    "vmcs.GUEST_" #REG "_LIMIT=0xffff vmcs.GUEST_" #REG "_ACCESS_RIGHTS=0xf3 "
#define DATA(REG, selector, rights)                                                                \
    "vmcs.GUEST_" #REG "_SELECTOR=" selector " vmcs.GUEST_" #REG "_BASE=0 "                        \
    "vmcs.GUEST_" #REG "_LIMIT=0xffffffff vmcs.GUEST_" #REG "_ACCESS_RIGHTS=" rights " "
#define PDPTES(value)                                                                              \
    "vmcs.GUEST_PDPTE0=" value " vmcs.GUEST_PDPTE1=" value " vmcs.GUEST_PDPTE2=" value             \
    " vmcs.GUEST_PDPTE3=" value

static const char *const clean[] = {
    /* Controls that are off together with the control that they require. */
    "control.VIRTUAL_NMIS=0 control.NMI_EXITING=0",
    "control.VIRTUAL_INTERRUPT_DELIVERY=0 control.EXTERNAL_INTERRUPT_EXITING=0",
    "control.SAVE_VMX_PREEMPTION_TIMER_VALUE=0 control.ACTIVATE_VMX_PREEMPTION_TIMER=0",
    "control.ACTIVATE_TERTIARY_CONTROLS=1 control.APIC_TIMER_VIRTUALIZATION=0 "
    "control.RDTSC_EXITING=1",
    NO_EPT "control.ENABLE_VM_FUNCTIONS=0 vmcs.VM_FUNCTION_CONTROLS=1",
    NO_EPT "control.ENABLE_VM_FUNCTIONS=1 vmcs.VM_FUNCTION_CONTROLS=0",
    /* Bad values in fields that the processor does not check. */
    NO_EPT "vmcs.EPT_POINTER=0x140012",
    NO_EPT "vmcs.EPT_POINTER=0x140fc6",
    "control.ENABLE_VM_FUNCTIONS=1 vmcs.VM_FUNCTION_CONTROLS=0 vmcs.EPTP_LIST_ADDRESS=0x800",
    "control.ENABLE_VM_FUNCTIONS=0 vmcs.VM_FUNCTION_CONTROLS=1 vmcs.EPTP_LIST_ADDRESS=0x800",
    "control.USE_TSC_SCALING=0 vmcs.TSC_MULTIPLIER=0",
    "control.ACTIVATE_TERTIARY_CONTROLS=1 control.IPI_VIRTUALIZATION=0 "
    "vmcs.PID_POINTER_TABLE_ADDRESS=0x3ffffffffff8 vmcs.LAST_PID_POINTER_INDEX=0xffff",
    "vmcs.VM_EXIT_MSR_STORE_ADDRESS=0xfffffffffffffff1 vmcs.VM_EXIT_MSR_STORE_COUNT=0",
    "vmcs.VM_EXIT_MSR_LOAD_ADDRESS=0xfffffffffffffff1 vmcs.VM_EXIT_MSR_LOAD_COUNT=0",
    "vmcs.VM_ENTRY_MSR_LOAD_ADDRESS=0xfffffffffffffff1 vmcs.VM_ENTRY_MSR_LOAD_COUNT=0",
    "vmcs.VM_ENTRY_INTERRUPTION_INFORMATION_FIELD=0x7fffffff "
    "vmcs.VM_ENTRY_EXCEPTION_ERROR_CODE=0xffffffff vmcs.VM_ENTRY_INSTRUCTION_LENGTH=0xffffffff",
    /* The host. */
    "vmcs.HOST_CR0-=0x10000",
    "control.EXIT.LOAD_CET_STATE=0 vmcs.HOST_IA32_S_CET=0xc00",
    /* Segments: RPL above DPL in an unrestricted guest or a conforming segment, types of unusable
     * segments, virtual-8086 mode. */
    DATA(DS, "0x13", "0xc093") DATA(ES, "0x13", "0xc093") DATA(FS, "0x13", "0xc093")
        DATA(GS, "0x13", "0xc093"),
    RESTRICTED DATA(DS, "0xb", "0xc09f") DATA(ES, "0xb", "0xc09f") DATA(FS, "0xb", "0xc09f")
        DATA(GS, "0xb", "0xc09f"),
    RESTRICTED DATA(DS, "0x13", "0x1c093") DATA(ES, "0x13", "0x1c093") DATA(FS, "0x13", "0x1c093")
        DATA(GS, "0x13", "0x1c093"),
    DATA(DS, "0", "0x1c099") DATA(ES, "0", "0x1c099") DATA(FS, "0", "0x1c099")
        DATA(GS, "0", "0x1c099"),
    RESTRICTED
    "control.IA_32E_MODE_GUEST=0 vmcs.GUEST_IA32_EFER=0 vmcs.GUEST_RFLAGS=0x20002 " V86_SEGMENT(
        CS, "0x103", "0x1030") V86_SEGMENT(SS, "0x101", "0x1010") V86_SEGMENT(DS, "0x102", "0x1020")
        V86_SEGMENT(ES, "0x100", "0x1000") V86_SEGMENT(FS, "0x103", "0x1030")
            V86_SEGMENT(GS, "0x100", "0x1000"),
    /* Activity states without events, and events without activity states. */
    CPL_3,
    "vmcs.GUEST_ACTIVITY_STATE=1",
    "vmcs.GUEST_ACTIVITY_STATE=2",
    "vmcs.GUEST_ACTIVITY_STATE=3",
    "vmcs.VM_ENTRY_INTERRUPTION_INFORMATION_FIELD=0x80000306",
    "vmcs.GUEST_ACTIVITY_STATE=2 vmcs.VM_ENTRY_INTERRUPTION_INFORMATION_FIELD=0x80000202",
    "control.VIRTUAL_NMIS=1 vmcs.GUEST_INTERRUPTIBILITY_STATE=0x8",
    "control.VIRTUAL_NMIS=0 vmcs.GUEST_INTERRUPTIBILITY_STATE=0x8 "
    "vmcs.VM_ENTRY_INTERRUPTION_INFORMATION_FIELD=0x80000202",
    "vmcs.GUEST_INTERRUPTIBILITY_STATE=0x8 vmcs.GUEST_ACTIVITY_STATE=1",
    /* PDPTEs: the processor checks them only with PAE paging, and their fields only with EPT. */
    PDPTES("0x400000003007"),
    NO_EPT PAE "vmcs.GUEST_CR3=0x2020 " PDPTES("0x400000003007"),
    PAE "vmcs.GUEST_CR0-=0x80000000 " PDPTES("0x400000003007"),
};

static void no_error_is_found(void **state)
{
    static struct audit_result result;
    unsigned wrong = 0;
    (void)state;
    for (unsigned i = 0; i < sizeof clean / sizeof clean[0]; i++) {
        char text[256];
        struct out_buffer why;
        struct vmx_caps caps = audit_base_caps();
        struct vmcs_image image = audit_base_image(&caps);
        struct audit_input input = {.image = &image, .caps = &caps, .read = audit_base_read};
        audit_base_complete(&image, &caps);
        out_buffer_init(&why, text, sizeof text);
        if (!override_apply_all(text_of(clean[i]), &image, &why.out))
            fail_msg("%s: %s", clean[i], text);
        audit(&input, &result);
        const struct audit_finding *first = audit_first(&result);
        if (first)
            print_error("%s: found %s\n", clean[i], audit_rules[first->rule].id);
        wrong += first != NULL;
    }
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_error_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
