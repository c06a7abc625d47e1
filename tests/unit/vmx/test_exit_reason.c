/* Tests the names of exit reasons and the texts of VM-instruction errors. SDM Vol 3D, appendix C;
 * Vol 3C §30.4. */
#include "vmx/exit_reason.h"

#include <string.h>

#include "lib/bits.h"
#include "tests/unit/unit.h"

static void reasons_have_their_numbers(void **state)
{
    static const struct {
        uint16_t number;
        const char *name;
    } expected[] = {
        {0, "EXCEPTION_OR_NMI"},
        {1, "EXTERNAL_INTERRUPT"},
        {2, "TRIPLE_FAULT"},
        {3, "INIT_SIGNAL"},
        {4, "SIPI"},
        {7, "INTERRUPT_WINDOW"},
        {8, "NMI_WINDOW"},
        {9, "TASK_SWITCH"},
        {10, "CPUID"},
        {11, "GETSEC"},
        {12, "HLT"},
        {13, "INVD"},
        {14, "INVLPG"},
        {15, "RDPMC"},
        {16, "RDTSC"},
        {17, "RSM"},
        {18, "VMCALL"},
        {19, "VMCLEAR"},
        {20, "VMLAUNCH"},
        {21, "VMPTRLD"},
        {22, "VMPTRST"},
        {23, "VMREAD"},
        {24, "VMRESUME"},
        {25, "VMWRITE"},
        {26, "VMXOFF"},
        {27, "VMXON"},
        {28, "CR_ACCESS"},
        {29, "DR_ACCESS"},
        {30, "IO_INSTRUCTION"},
        {31, "RDMSR"},
        {32, "WRMSR"},
        {33, "ENTRY_FAILURE_GUEST_STATE"},
        {34, "ENTRY_FAILURE_MSR_LOADING"},
        {36, "MWAIT"},
        {37, "MONITOR_TRAP_FLAG"},
        {39, "MONITOR"},
        {40, "PAUSE"},
        {41, "ENTRY_FAILURE_MACHINE_CHECK"},
        {43, "TPR_BELOW_THRESHOLD"},
        {44, "APIC_ACCESS"},
        {45, "VIRTUALIZED_EOI"},
        {46, "GDTR_OR_IDTR_ACCESS"},
        {47, "LDTR_OR_TR_ACCESS"},
        {48, "EPT_VIOLATION"},
        {49, "EPT_MISCONFIGURATION"},
        {50, "INVEPT"},
        {51, "RDTSCP"},
        {52, "VMX_PREEMPTION_TIMER_EXPIRED"},
        {53, "INVVPID"},
        {55, "XSETBV"},
        {56, "APIC_WRITE"},
        {57, "RDRAND"},
        {58, "INVPCID"},
        {59, "VMFUNC"},
        {60, "ENCLS"},
        {61, "RDSEED"},
        {62, "PAGE_MODIFICATION_LOG_FULL"},
        {63, "XSAVES"},
        {64, "XRSTORS"},
        {67, "UMWAIT"},
        {68, "TPAUSE"},
        {74, "BUS_LOCK"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(expected); i++)
        assert_string_equal(exit_reason_name(expected[i].number), expected[i].name);
    assert_int_equal(REASON_HLT, 12);
    assert_int_equal(REASON_EPT_VIOLATION, 48);
}

static void unused_numbers_have_no_name(void **state)
{
    static const uint16_t unused[] = {35, 38, 42, 71, 86, 95, 96, 255, 256 + 12, 0x8000, 0xffff};
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(unused); i++)
        assert_string_equal(exit_reason_name(unused[i]), "UNKNOWN");
}

/* The log prints names without quotes. No two reasons have the same name. */
static void names_are_tokens_and_unique(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 0x10000; i++) {
        const char *name = exit_reason_name((uint16_t)i);
        assert_int_equal(strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"), strlen(name));
        assert_int_not_equal(strlen(name), 0);
        if (strcmp(name, "UNKNOWN") == 0)
            continue;
        assert_in_range(i, 0, 0xff);
        for (unsigned j = 0; j < i; j++)
            assert_string_not_equal(exit_reason_name((uint16_t)j), name);
    }
}

/* The basic reason is in bits 15:0; bit 31 marks an entry failure. */
static void masks_are_the_manuals(void **state)
{
    (void)state;
    assert_int_equal(EXIT_REASON_BASIC, 0xffff);
    assert_int_equal(EXIT_REASON_ENTRY_FAILURE, 0x80000000);
    assert_string_equal(exit_reason_name(0x80000021 & EXIT_REASON_BASIC),
                        "ENTRY_FAILURE_GUEST_STATE");
}

static void errors_say_what_went_wrong(void **state)
{
    static const struct {
        uint64_t number;
        const char *words[2];
    } expected[] = {
        {1, {"VMCALL", "root"}},
        {2, {"VMCLEAR", "invalid physical address"}},
        {3, {"VMCLEAR", "VMXON pointer"}},
        {4, {"VMLAUNCH", "not clear"}},
        {5, {"VMRESUME", "not launched"}},
        {6, {"VMRESUME", "VMXON"}},
        {7, {"VM entry", "control field"}},
        {8, {"VM entry", "host-state field"}},
        {9, {"VMPTRLD", "invalid physical address"}},
        {10, {"VMPTRLD", "VMXON pointer"}},
        {11, {"VMPTRLD", "revision identifier"}},
        {12, {"VMREAD or VMWRITE", "does not have"}},
        {13, {"VMWRITE", "read-only"}},
        {15, {"VMXON", "root"}},
        {16, {"VM entry", "invalid executive-VMCS pointer"}},
        {17, {"VM entry", "not launched"}},
        {18, {"VM entry", "dual-monitor"}},
        {19, {"VMCALL", "not clear"}},
        {20, {"VMCALL", "VM-exit control"}},
        {22, {"VMCALL", "MSEG revision identifier"}},
        {23, {"VMXOFF", "dual-monitor"}},
        {24, {"VMCALL", "SMM-monitor features"}},
        {25, {"VM entry", "VM-execution control"}},
        {26, {"VM entry", "MOV SS"}},
        {28, {"INVEPT or INVVPID", "invalid operand"}},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(expected); i++) {
        const char *text = vm_instruction_error_text(expected[i].number);
        for (unsigned word = 0; word < 2; word++) {
            if (!strstr(text, expected[i].words[word])) {
                fail_msg("error %u: no \"%s\" in \"%s\"", (unsigned)expected[i].number,
                         expected[i].words[word], text);
            }
        }
    }
}

/* All 64 bits of the number count, because VMREAD returns 64 bits. */
static void other_errors_are_unknown(void **state)
{
    static const uint64_t unused[] = {0, 14, 21, 27, 29, 263, BIT(32) + 7, UINT64_MAX};
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(unused); i++)
        assert_string_equal(vm_instruction_error_text(unused[i]), "unknown error");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reasons_have_their_numbers),
        cmocka_unit_test(unused_numbers_have_no_name),
        cmocka_unit_test(names_are_tokens_and_unique),
        cmocka_unit_test(masks_are_the_manuals),
        cmocka_unit_test(errors_say_what_went_wrong),
        cmocka_unit_test(other_errors_are_unknown),
    };
    return cmocka_run_group_tests_name("exit_reason", tests, NULL, NULL);
}
