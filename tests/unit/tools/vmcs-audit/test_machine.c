/* Tests --msr with a fake machine whose MSRs come from a profile. */
#include <errno.h>
#include <string.h>

#include "tests/unit/tools/vmcs-audit/fixture.h"
#include "tests/unit/unit.h"
#include "tools/vmcs-audit/capabilities.h"
#include "tools/vmcs-audit/machine.h"

enum { DESCRIPTOR = 7 };

static struct vmx_caps msrs;       /* the MSRs of the device */
static int open_error, read_error; /* 0: no error */
static bool vmx_in_cpuid;
static unsigned opened, closed, reads; /* numbers of calls */

static int fake_open(const char *path)
{
    assert_string_equal(path, "/dev/cpu/0/msr");
    opened++;
    errno = open_error;
    return open_error != 0 ? -1 : DESCRIPTOR;
}

/* Behaves like Linux: the offset is the number of the MSR, and a missing MSR gives an I/O error. A
 * plain file cannot be used, because the MSRs would overlap. */
static ssize_t fake_pread(int device, void *bytes, size_t size, off_t offset)
{
    assert_int_equal(device, DESCRIPTOR);
    assert_int_equal(size, sizeof(uint64_t));
    reads++;
    for (unsigned i = 0; read_error == 0 && i < CAPS_MSRS; i++) {
        if (caps_msrs[i].number == offset && msrs.known[i]) {
            memcpy(bytes, &msrs.value[i], size);
            return (ssize_t)size;
        }
    }
    errno = read_error != 0 ? read_error : EIO;
    return -1;
}

static int fake_close(int device)
{
    assert_int_equal(device, DESCRIPTOR);
    closed++;
    return 0;
}

static bool fake_cpuid(uint32_t leaf, struct cpuid *values)
{
    *values = (struct cpuid){0};
    if (leaf == 1)
        values->ecx = vmx_in_cpuid ? UINT32_C(1) << 5 : ~(UINT32_C(1) << 5);
    if (leaf == 0x80000008)
        values->eax = 0x392e; /* 57 linear and 46 physical bits */
    return leaf == 1 || leaf == 0x80000008;
}

static const struct machine fake = {fake_open, fake_pread, fake_close, fake_cpuid};

static int set_up(void **state)
{
    (void)state;
    msrs = profile_caps("tigerlake");
    open_error = read_error = 0;
    vmx_in_cpuid = true;
    opened = closed = reads = 0;
    return 0;
}

static void assert_fails(const char *first, const char *second)
{
    struct vmx_caps caps;
    struct problem problem = {.text = ""};
    assert_false(machine_caps(&fake, &caps, &problem));
    assert_int_equal(problem.line, 0);
    if (!strstr(problem.text, first) || !strstr(problem.text, second))
        fail_msg("`%s` has not `%s` and `%s`", problem.text, first, second);
    assert_int_equal(closed, opened > 0 && open_error == 0);
}

static void assert_reads_profile(const char *name)
{
    struct vmx_caps caps;
    struct problem problem = {.text = ""};
    msrs = profile_caps(name);
    opened = closed = 0;
    memset(&caps, 0xff, sizeof caps);
    if (!machine_caps(&fake, &caps, &problem))
        fail_msg("%s", problem.text);
    for (unsigned i = 0; i < CAPS_MSRS; i++) {
        assert_int_equal(caps.known[i], msrs.known[i]);
        assert_int_equal(caps.value[i], msrs.value[i]);
    }
    assert_int_equal(caps.physical_bits, 46);
    assert_int_equal(caps.linear_bits, 57);
    assert_true(capabilities_check(&caps, &problem));
    assert_int_equal(opened, 1);
    assert_int_equal(closed, 1);
}

static void test_reads_what_the_processor_has(void **state)
{
    (void)state;
    assert_reads_profile("tigerlake");
    assert_reads_profile("corei5_lynnfield_750"); /* lacks some MSRs */
}

static void test_no_device(void **state)
{
    (void)state;
    open_error = ENOENT;
    assert_fails("/dev/cpu/0/msr: No such file", "`modprobe msr`");
    assert_int_equal(reads, 0);
}

static void test_no_permission(void **state)
{
    (void)state;
    open_error = EACCES;
    assert_fails("/dev/cpu/0/msr: Permission denied", "run vmcs-audit as root");
    open_error = EPERM;
    assert_fails("/dev/cpu/0/msr: Operation not permitted", "run vmcs-audit as root");
}

static void test_no_such_processor(void **state)
{
    (void)state;
    open_error = ENXIO;
    assert_fails("/dev/cpu/0/msr: No such device or address", "offline");
    open_error = EMFILE;
    assert_fails("/dev/cpu/0/msr: Too many open files", "");
}

static void test_no_vmx(void **state)
{
    (void)state;
    vmx_in_cpuid = false;
    assert_fails("CPUID reports none", "--cpu");
    assert_int_equal(opened, 0);
}

/* A virtual machine whose CPUID reports VMX, but that lacks the MSRs. */
static void test_no_capability_msrs(void **state)
{
    (void)state;
    read_error = EIO;
    assert_fails("cannot read IA32_VMX_BASIC (MSR 0x480): Input/output error", "a hypervisor");
    assert_int_equal(reads, 1);
}

/* An MSR that cannot be read is unknown, not 0. */
static void test_a_lacking_msr_is_not_known(void **state)
{
    (void)state;
    struct vmx_caps caps;
    struct problem problem = {.text = ""};
    msrs.known[IA32_VMX_CR4_FIXED1] = false;
    assert_true(machine_caps(&fake, &caps, &problem));
    assert_false(caps.known[IA32_VMX_CR4_FIXED1]);
    assert_false(capabilities_check(&caps, &problem));
    assert_non_null(strstr(problem.text, "IA32_VMX_CR4_FIXED1"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_reads_what_the_processor_has, set_up),
        cmocka_unit_test_setup(test_no_device, set_up),
        cmocka_unit_test_setup(test_no_permission, set_up),
        cmocka_unit_test_setup(test_no_such_processor, set_up),
        cmocka_unit_test_setup(test_no_vmx, set_up),
        cmocka_unit_test_setup(test_no_capability_msrs, set_up),
        cmocka_unit_test_setup(test_a_lacking_msr_is_not_known, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
