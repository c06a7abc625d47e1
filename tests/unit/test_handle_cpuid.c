/* What a guest reads by CPUID. */
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "vmx/handle_cpuid.h"
#include "vmx/vmcs.h"

/* The pure part reads no VMCS. */
void vmcs_access_failed(struct vmcs_field field, enum vmx_status status)
{
    (void)field;
    (void)status;
    abort();
}

static const struct cpuid all = {UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX};
static const struct cpuid none;

static void vmx_is_hidden(void **state)
{
    (void)state;
    struct cpuid seen = cpuid_for_guest(1, 0, all, 0);
    assert_int_equal(seen.ecx, ~(UINT32_C(1) << 5 | UINT32_C(1) << 27)); /* VMX, OSXSAVE */
    assert_int_equal(seen.eax, all.eax);
    assert_int_equal(seen.ebx, all.ebx);
    assert_int_equal(seen.edx, all.edx);
}

static void a_hypervisor_is_there(void **state)
{
    char name[13] = "";
    (void)state;
    assert_int_equal(cpuid_for_guest(1, 0, none, 0).ecx, UINT32_C(1) << 31);
    struct cpuid seen = cpuid_for_guest(0x40000000, 0, all, 0);
    memcpy(name, &seen.ebx, 4);
    memcpy(name + 4, &seen.ecx, 4);
    memcpy(name + 8, &seen.edx, 4);
    assert_string_equal(name, "Trapline");
    assert_int_equal(seen.eax, 0x40000001);
    assert_int_equal(cpuid_for_guest(0x40000001, 0, all, 0).eax, 1);
}

static void flags_mirror_the_guests_cr4(void **state)
{
    (void)state;
    const uint64_t osxsave = 1 << 18, pke = 1 << 22;
    assert_true(cpuid_for_guest(1, 0, none, osxsave).ecx & 1 << 27);
    assert_false(cpuid_for_guest(1, 0, all, ~osxsave).ecx & 1 << 27);
    assert_true(cpuid_for_guest(7, 0, none, pke).ecx & 1 << 4);
    assert_false(cpuid_for_guest(7, 0, all, ~pke).ecx & 1 << 4);
    assert_int_equal(cpuid_for_guest(7, 1, all, 0).ecx, all.ecx); /* another subleaf */
}

static void the_rest_is_the_processors(void **state)
{
    (void)state;
    static const uint32_t leaves[] = {0, 2, 4, 0xd, 0x80000000, 0x80000001, 0x80000008, 0x40000002};
    for (unsigned i = 0; i < sizeof leaves / sizeof leaves[0]; i++) {
        struct cpuid seen = cpuid_for_guest(leaves[i], 0, all, 0);
        assert_memory_equal(&seen, &all, sizeof seen);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vmx_is_hidden),
        cmocka_unit_test(a_hypervisor_is_there),
        cmocka_unit_test(flags_mirror_the_guests_cr4),
        cmocka_unit_test(the_rest_is_the_processors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
