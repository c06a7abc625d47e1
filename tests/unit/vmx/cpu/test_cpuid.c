/* Tests the CPUID answers that a guest reads. */
#include "tests/unit/unit.h"

#include <string.h>

#include "vmx/cpu/cpuid.h"

/* A processor with every feature bit set, and with as many leaves as real processors. */
enum { BASIC = 0x29 };
static struct cpuid everything(uint32_t leaf, uint32_t subleaf)
{
    if (leaf == 0)
        return (struct cpuid){BASIC, 0x756e6547, 0x6c65746e, 0x49656e69};
    if (leaf == 0x80000000)
        return (struct cpuid){0x80000008, 0, 0, 0};
    if (leaf == 0xd && subleaf >= 2) /* components of 64 bytes, in ascending order */
        return (struct cpuid){64, subleaf * 0x100, 0, 0};
    return (struct cpuid){UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX};
}

static struct cpuid nothing(uint32_t leaf, uint32_t subleaf)
{
    (void)subleaf;
    return (struct cpuid){leaf == 0 ? BASIC : leaf == 0x80000000 ? 0x80000008 : 0, 0, 0, 0};
}

static const struct control_words no_controls;

static struct guest_cpuid guest = {everything, &no_controls, 0, true, false};

static struct cpuid seen(uint32_t leaf, uint32_t subleaf)
{
    return guest_cpuid(&guest, leaf, subleaf);
}

static int setup(void **state)
{
    (void)state;
    guest = (struct guest_cpuid){everything, &no_controls, 0, true, false};
    return 0;
}

static uint32_t bit(unsigned number)
{
    return UINT32_C(1) << number;
}

/* Bits by SDM Vol 2A, Tables 3-10 and 3-11. */
static void leaf_1(void **state)
{
    (void)state;
    static const uint8_t ecx[] = {2, 3, 4, 5, 6, 7, 8, 10, 11, 14, 15, 18, 21, 24, 27};
    static const uint8_t edx[] = {9, 21, 22, 29, 31};
    uint32_t hidden_ecx = 0, hidden_edx = 0;
    for (size_t i = 0; i < sizeof ecx; i++)
        hidden_ecx |= bit(ecx[i]);
    for (size_t i = 0; i < sizeof edx; i++)
        hidden_edx |= bit(edx[i]);
    assert_int_equal(seen(1, 0).ecx, ~hidden_ecx);
    assert_int_equal(seen(1, 0).edx, ~hidden_edx);
    assert_int_equal(seen(1, 0).eax, UINT32_MAX);
    assert_int_equal(seen(1, 0).ebx, UINT32_MAX);
    assert_int_equal(seen(1, 7).ecx, ~hidden_ecx); /* leaf 1 has no subleaves */
}

static void a_hypervisor_is_there(void **state)
{
    char name[13] = "";
    (void)state;
    guest.host = nothing;
    assert_int_equal(seen(1, 0).ecx, bit(31));
    struct cpuid first = seen(0x40000000, 0);
    memcpy(name, &first.ebx, 4);
    memcpy(name + 4, &first.ecx, 4);
    memcpy(name + 8, &first.edx, 4);
    assert_string_equal(name, "Trapline");
    assert_int_equal(first.edx, 0);
    assert_int_equal(first.eax, 0x40000001);
    assert_int_equal(seen(0x40000001, 0).eax, 1);
    guest.host = everything;
    assert_int_equal(seen(0x40000002, 0).eax, 0);
    assert_int_equal(seen(0x40000001, 0).ebx, 0);
}

static void flags_mirror_the_guests_cr4(void **state)
{
    (void)state;
    assert_int_equal(seen(7, 0).ecx & bit(4), 0);
    guest.host = nothing;
    guest.cr4 = UINT64_C(1) << 18;
    assert_int_equal(seen(1, 0).ecx, bit(31) | bit(27));
    assert_int_equal(seen(7, 0).ecx, 0);
    guest.cr4 = UINT64_C(1) << 22;
    assert_int_equal(seen(1, 0).ecx, bit(31));
    assert_int_equal(seen(7, 0).ecx, bit(4));
    assert_int_equal(seen(7, 1).ecx, 0);
}

static void features_with_unswitched_state_are_hidden(void **state)
{
    (void)state;
    /* Bits by the tables of the SDM. */
    assert_int_equal(~seen(7, 0).ebx, bit(1) | bit(2) | bit(10) | bit(12) | bit(14) | bit(15) |
                                          bit(25)); /* SGX, MPX, PT */
    assert_int_equal(~seen(7, 0).ecx, bit(4) | bit(5) | bit(7) | bit(13) | 0x003e0000 | bit(22) |
                                          bit(23) | bit(24) | bit(29) | bit(30) | bit(31));
    assert_int_equal(~seen(7, 0).edx, bit(1) | bit(5) | bit(9) | bit(13) | bit(18) | bit(19) |
                                          bit(20) | bit(22) | bit(24) | bit(25) | 0xfc000000);
    assert_int_equal(~seen(7, 1).eax,
                     bit(6) | bit(8) | bit(17) | bit(18) | bit(21) | bit(22) | bit(26) | bit(27));
    assert_int_equal(~seen(7, 1).ebx, bit(0) | bit(1));
    assert_int_equal(~seen(7, 1).ecx, bit(0) | bit(1) | bit(5));
    assert_int_equal(~seen(7, 1).edx,
                     bit(8) | bit(13) | bit(15) | bit(17) | bit(18) | bit(21) | bit(23) | bit(24));
    assert_int_equal(~seen(7, 2).edx, 0x5f);
    static const uint32_t whole[] = {5,    6,    0xa,  0xf,  0x10, 0x12, 0x14, 0x19,
                                     0x1b, 0x1c, 0x1d, 0x1e, 0x20, 0x23, 0x29};
    static const struct cpuid zero;
    for (size_t i = 0; i < sizeof whole / sizeof whole[0]; i++) {
        struct cpuid answer = seen(whole[i], 1);
        assert_memory_equal(&answer, &zero, sizeof zero);
    }
}

static void controls_show_their_instructions(void **state)
{
    struct control_words controls = {{0}};
    (void)state;
    assert_int_equal(seen(0x80000001, 0).edx & bit(27), 0);
    assert_int_equal(seen(7, 0).ecx & bit(22), 0);
    assert_int_equal(seen(7, 0).ebx & bit(10), 0);
    /* RDTSCP, INVPCID, XSAVES, TPAUSE */
    controls.value[WORD_SECONDARY] = bit(3) | bit(12) | bit(20) | bit(26);
    guest.controls = &controls;
    assert_int_not_equal(seen(0x80000001, 0).edx & bit(27), 0);
    assert_int_not_equal(seen(7, 0).ecx & bit(22), 0);
    assert_int_not_equal(seen(7, 0).ebx & bit(10), 0);
    assert_int_not_equal(seen(7, 0).ecx & bit(5), 0);
    assert_int_not_equal(seen(0xd, 1).eax & bit(3), 0);
    assert_int_equal(seen(0xd, 1).ecx, 0);
}

static void syscall_is_shown_in_64_bit_mode(void **state)
{
    (void)state;
    assert_int_not_equal(seen(0x80000001, 0).edx & bit(11), 0);
    guest.is_64_bit = false;
    assert_int_equal(seen(0x80000001, 0).edx & bit(11), 0);
}

static void xsave_components(void **state)
{
    (void)state;
    const uint64_t hidden = 3 << 3 | 7 << 17; /* MPX; AMX, APX */
    assert_int_equal(guest_cpuid_xcr0(&guest), ~hidden);
    assert_int_equal(seen(0xd, 0).eax, (uint32_t)~hidden);
    assert_int_equal(seen(0xd, 0).ecx, 62 * 0x100 + 64); /* the end of the last component */
    assert_int_equal(seen(0xd, 1).eax & (bit(3) | bit(4)), 0);
    assert_int_equal(seen(0xd, 1).ecx, 0);
    assert_int_equal(seen(0xd, 1).edx, 0);
    assert_int_equal(seen(0xd, 2).eax, 64);
    assert_int_equal(seen(0xd, 3).eax, 0);
    assert_int_equal(seen(0xd, 18).ebx, 0);
    assert_int_equal(seen(0xd, 63).eax, 0);
    assert_int_equal(seen(0xd, 64).eax, 0);
    guest.host = nothing;
    assert_int_equal(guest_cpuid_xcr0(&guest), 0);
}

/* Leaves beyond the highest give the answer of the highest basic leaf, with the same bits
 * hidden. */
static struct cpuid few_leaves(uint32_t leaf, uint32_t subleaf)
{
    struct cpuid answer = everything(leaf, subleaf);
    if (leaf == 0)
        answer.eax = 7;
    return answer;
}

static void leaves_beyond_the_highest(void **state)
{
    (void)state;
    guest.host = few_leaves;
    const struct cpuid last = seen(7, 0);
    static const uint32_t beyond[] = {8, 0xd, 0x3fffffff, 0x40000100, 0x80000009, UINT32_MAX};
    for (size_t i = 0; i < sizeof beyond / sizeof beyond[0]; i++) {
        struct cpuid answer = seen(beyond[i], 0);
        assert_memory_equal(&answer, &last, sizeof last);
    }
    assert_int_equal(guest_cpuid_xcr0(&guest), 0);
}

static void cr4_bits_of_hidden_features(void **state)
{
    (void)state;
    /* VMXE, SMXE, KL, CET, PKS, UINTR, LASS, LAM_SUP, FRED */
    guest.vmx_shown = true;
    assert_int_equal(seen(1, 0).ecx & bit(5), bit(5));
    assert_int_equal(guest_cpuid_hidden_cr4(&guest) & bit(13), 0);
    guest.vmx_shown = false;
    assert_int_equal(seen(1, 0).ecx & bit(5), 0);
    assert_int_equal(guest_cpuid_hidden_cr4(&guest), UINT64_C(0x11b886000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(leaf_1, setup),
        cmocka_unit_test_setup(a_hypervisor_is_there, setup),
        cmocka_unit_test_setup(flags_mirror_the_guests_cr4, setup),
        cmocka_unit_test_setup(features_with_unswitched_state_are_hidden, setup),
        cmocka_unit_test_setup(controls_show_their_instructions, setup),
        cmocka_unit_test_setup(syscall_is_shown_in_64_bit_mode, setup),
        cmocka_unit_test_setup(xsave_components, setup),
        cmocka_unit_test_setup(leaves_beyond_the_highest, setup),
        cmocka_unit_test_setup(cr4_bits_of_hidden_features, setup),
    };
    return cmocka_run_group_tests_name("guest_cpuid", tests, NULL, NULL);
}
