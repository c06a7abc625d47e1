/* Tests how a plan becomes a VMCS image. Each member of the plan has a different value, so that a
 * value in the wrong field fails the test. */
#include "vmx/plan.h"

#include <string.h>

#include "lib/bits.h"
#include "tests/unit/profiles.h"

/* Values of each width. Each value occurs once. */
#define SELECTOR(n) (0x1100 + 8 * (n))
#define WORD(n)     (UINT32_C(0x22220000) + (n))
#define WIDE(n)     (UINT64_C(0x3333444455550000) + (n))
#define SEGMENT(n)                                                                                 \
    {                                                                                              \
        SELECTOR(n), WORD(2 * (n)), WORD(2 * (n) + 1), WIDE(n)                                     \
    }

static const struct plan plan = {
    .host =
        {
            .cr0 = WIDE(0x100),
            .cr3 = WIDE(0x101),
            .cr4 = WIDE(0x102),
            .cs = SELECTOR(20),
            .ss = SELECTOR(21),
            .ds = SELECTOR(22),
            .es = SELECTOR(23),
            .fs = SELECTOR(24),
            .gs = SELECTOR(25),
            .tr = SELECTOR(26),
            .fs_base = WIDE(0x103),
            .gs_base = WIDE(0x104),
            .tr_base = WIDE(0x105),
            .gdtr_base = WIDE(0x106),
            .idtr_base = WIDE(0x107),
            .sysenter_cs = WIDE(0x108),
            .sysenter_esp = WIDE(0x109),
            .sysenter_eip = WIDE(0x10a),
            .pat = WIDE(0x10b),
            .efer = WIDE(0x10c),
            .perf_global_ctrl = WIDE(0x10f),
            .rsp = WIDE(0x10d),
            .rip = WIDE(0x10e),
        },
    .guest =
        {
            .cr0 = WIDE(0x200),
            .cr3 = WIDE(0x201),
            .cr4 = WIDE(0x202),
            .dr7 = WIDE(0x203),
            .rip = WIDE(0x204),
            .rsp = WIDE(0x205),
            .rflags = WIDE(0x206),
            .cs = SEGMENT(1),
            .ss = SEGMENT(2),
            .ds = SEGMENT(3),
            .es = SEGMENT(4),
            .fs = SEGMENT(5),
            .gs = SEGMENT(6),
            .tr = SEGMENT(7),
            .ldtr = SEGMENT(8),
            .gdtr_base = WIDE(0x207),
            .idtr_base = WIDE(0x208),
            .gdtr_limit = WORD(0x100),
            .idtr_limit = WORD(0x101),
            .pat = WIDE(0x209),
            .efer = WIDE(0x20a),
            .cr0_shadow = WIDE(0x20b),
            .cr4_shadow = WIDE(0x20c),
            .debugctl = WIDE(0x20d),
            .sysenter_cs = WORD(0x102),
            .sysenter_esp = WIDE(0x20e),
            .sysenter_eip = WIDE(0x20f),
        },
    .intercepts = {WORD(0x400), WIDE(0x400), WIDE(0x401), true},
    .controls = {{
        [WORD_PIN] = WORD(0x200),
        [WORD_PRIMARY] = WORD(0x201),
        [WORD_SECONDARY] = WORD(0x202),
        [WORD_TERTIARY] = WIDE(0x300),
        [WORD_EXIT] = WORD(0x203),
        [WORD_EXIT2] = WIDE(0x301),
        [WORD_ENTRY] = WORD(0x204),
    }},
    .regions = {{WIDE(0x302)},
                {WIDE(0x303)},
                {WIDE(0x304)},
                {WIDE(0x305)},
                {WIDE(0x306)},
                {WIDE(0x307)},
                {WIDE(0x308)},
                {WIDE(0x309)},
                {WIDE(0x30a)},
                {WIDE(0x30b)},
                {WIDE(0x30c)}},
    .ept_pointer = WIDE(0x30d),
    .vpid = SELECTOR(30),
    .preemption_timer = WORD(0x300),
};

/* All fields that are not 0, by their encodings in SDM Vol 3D, appendix B. */
static const struct {
    uint16_t encoding;
    uint64_t value;
} expected[] = {
    {0x0000, SELECTOR(30)}, /* VPID */
    {0x0812, 511},          /* PML index */

    /* Selectors of the guest: ES, CS, SS, DS, FS, GS, LDTR, TR */
    {0x0800, SELECTOR(4)},
    {0x0802, SELECTOR(1)},
    {0x0804, SELECTOR(2)},
    {0x0806, SELECTOR(3)},
    {0x0808, SELECTOR(5)},
    {0x080a, SELECTOR(6)},
    {0x080c, SELECTOR(8)},
    {0x080e, SELECTOR(7)},

    /* Selectors of the host: ES, CS, SS, DS, FS, GS, TR */
    {0x0c00, SELECTOR(23)},
    {0x0c02, SELECTOR(20)},
    {0x0c04, SELECTOR(21)},
    {0x0c06, SELECTOR(22)},
    {0x0c08, SELECTOR(24)},
    {0x0c0a, SELECTOR(25)},
    {0x0c0c, SELECTOR(26)},

    {0x2000, WIDE(0x302)},                  /* I/O bitmap A */
    {0x2002, WIDE(0x303)},                  /* I/O bitmap B */
    {0x2004, WIDE(0x304)},                  /* MSR bitmaps */
    {0x200e, WIDE(0x305)},                  /* page-modification log */
    {0x2012, WIDE(0x306)},                  /* virtual APIC */
    {0x2014, WIDE(0x307)},                  /* APIC access */
    {0x2016, WIDE(0x308)},                  /* posted-interrupt descriptor */
    {0x201a, WIDE(0x30d)},                  /* EPT pointer */
    {0x2024, WIDE(0x309)},                  /* EPTP list */
    {0x2026, WIDE(0x30a)},                  /* VMREAD bitmap */
    {0x2028, WIDE(0x30b)},                  /* VMWRITE bitmap */
    {0x202a, WIDE(0x30c)},                  /* virtualization-exception information */
    {0x202c, UINT64_MAX},                   /* XSS-exiting bitmap */
    {0x202e, UINT64_MAX},                   /* ENCLS-exiting bitmap */
    {0x2036, UINT64_MAX},                   /* ENCLV-exiting bitmap */
    {0x203e, UINT64_MAX},                   /* PCONFIG-exiting bitmap */
    {0x2032, UINT64_C(0x0001000000000000)}, /* TSC multiplier: 1.0 */
    {0x2034, WIDE(0x300)},                  /* tertiary controls */
    {0x2044, WIDE(0x301)},                  /* secondary VM-exit controls */
    {0x2800, UINT64_MAX},                   /* VMCS link pointer */
    {0x2802, WIDE(0x20d)},                  /* guest's DEBUGCTL */
    {0x2804, WIDE(0x209)},                  /* guest's PAT */
    {0x2806, WIDE(0x20a)},                  /* guest's EFER */
    {0x2c00, WIDE(0x10b)},                  /* host's PAT */
    {0x2c02, WIDE(0x10c)},                  /* host's EFER */
    {0x2c04, WIDE(0x10f)},                  /* host's PERF_GLOBAL_CTRL */

    {0x4000, WORD(0x200)}, /* pin-based controls */
    {0x4002, WORD(0x201)}, /* primary controls */
    {0x4004, WORD(0x400)}, /* exception bitmap */
    {0x400c, WORD(0x203)}, /* VM-exit controls */
    {0x4012, WORD(0x204)}, /* VM-entry controls */
    {0x401e, WORD(0x202)}, /* secondary controls */
    {0x482a, WORD(0x102)}, /* guest's SYSENTER_CS */
    {0x482e, WORD(0x300)}, /* preemption timer */
    {0x4c00, WIDE(0x108)}, /* host's SYSENTER_CS */

    /* Limits and access rights: ES, CS, SS, DS, FS, GS, LDTR, TR; limits of GDTR and IDTR */
    {0x4800, WORD(8)},
    {0x4802, WORD(2)},
    {0x4804, WORD(4)},
    {0x4806, WORD(6)},
    {0x4808, WORD(10)},
    {0x480a, WORD(12)},
    {0x480c, WORD(16)},
    {0x480e, WORD(14)},
    {0x4810, WORD(0x100)},
    {0x4812, WORD(0x101)},
    {0x4814, WORD(9)},
    {0x4816, WORD(3)},
    {0x4818, WORD(5)},
    {0x481a, WORD(7)},
    {0x481c, WORD(11)},
    {0x481e, WORD(13)},
    {0x4820, WORD(17)},
    {0x4822, WORD(15)},

    {0x6000, WIDE(0x400)}, /* CR0 guest/host mask */
    {0x6002, WIDE(0x401)}, /* CR4 guest/host mask */
    {0x6004, WIDE(0x20b)}, /* CR0 read shadow */
    {0x6006, WIDE(0x20c)}, /* CR4 read shadow */

    {0x6800, WIDE(0x200)}, /* CR0 */
    {0x6802, WIDE(0x201)}, /* CR3 */
    {0x6804, WIDE(0x202)}, /* CR4 */

    /* Bases: ES, CS, SS, DS, FS, GS, LDTR, TR, GDTR, IDTR */
    {0x6806, WIDE(4)},
    {0x6808, WIDE(1)},
    {0x680a, WIDE(2)},
    {0x680c, WIDE(3)},
    {0x680e, WIDE(5)},
    {0x6810, WIDE(6)},
    {0x6812, WIDE(8)},
    {0x6814, WIDE(7)},
    {0x6816, WIDE(0x207)},
    {0x6818, WIDE(0x208)},

    {0x681a, WIDE(0x203)}, /* DR7 */
    {0x681c, WIDE(0x205)}, /* RSP */
    {0x681e, WIDE(0x204)}, /* RIP */
    {0x6820, WIDE(0x206)}, /* RFLAGS */
    {0x6824, WIDE(0x20e)}, /* SYSENTER ESP */
    {0x6826, WIDE(0x20f)}, /* SYSENTER EIP */

    /* Host: CR0, CR3, CR4, bases of FS, GS, TR, GDTR, IDTR, SYSENTER ESP and EIP, RSP, RIP */
    {0x6c00, WIDE(0x100)},
    {0x6c02, WIDE(0x101)},
    {0x6c04, WIDE(0x102)},
    {0x6c06, WIDE(0x103)},
    {0x6c08, WIDE(0x104)},
    {0x6c0a, WIDE(0x105)},
    {0x6c0c, WIDE(0x106)},
    {0x6c0e, WIDE(0x107)},
    {0x6c10, WIDE(0x109)},
    {0x6c12, WIDE(0x10a)},
    {0x6c14, WIDE(0x10d)},
    {0x6c16, WIDE(0x10e)},
};

static uint64_t value_of(uint16_t encoding)
{
    for (size_t i = 0; i < ARRAY_COUNT(expected); i++) {
        if (expected[i].encoding == encoding)
            return expected[i].value;
    }
    return 0;
}

/* A processor that allows every control. */
static struct vmx_caps everything(void)
{
    struct vmx_caps caps;
    memset(&caps, 0xff, sizeof caps);
    return caps;
}

static struct vmcs_image write(const struct vmx_caps *caps)
{
    struct vmcs_image image;
    memset(&image, 0xff, sizeof image.value); /* earlier contents must not remain */
    memset(image.known, true, sizeof image.known);
    plan_write(&plan, caps, &image);
    return image;
}

static bool is_read_only(uint16_t encoding)
{
    return (encoding >> 10 & 3) == 1;
}

static void each_value_lands_in_its_field(void **state)
{
    struct vmx_caps caps = everything();
    struct vmcs_image image = write(&caps);
    unsigned found = 0;
    (void)state;
    for (unsigned i = 0; i < FIELD_COUNT; i++) {
        uint16_t encoding = field_at(i).encoding;
        assert_int_equal(image.known[i], !is_read_only(encoding));
        if (!image.known[i])
            continue;
        if (image.value[i] != value_of(encoding)) {
            fail_msg("%s is 0x%llx, expected 0x%llx", field_name(field_at(i)),
                     (unsigned long long)image.value[i], (unsigned long long)value_of(encoding));
        }
        found += image.value[i] != 0;
    }
    assert_int_equal(found, ARRAY_COUNT(expected));
}

/* The image knows exactly the fields that exist on each real processor. */
static void missing_fields_are_not_known(void **state)
{
    (void)state;
    for (size_t p = 0; p < ARRAY_COUNT(profiles); p++) {
        struct vmx_caps caps = profile_caps(profiles[p]);
        struct vmcs_image image = write(&caps);
        for (unsigned i = 0; i < FIELD_COUNT; i++) {
            uint16_t encoding = field_at(i).encoding;
            bool exists = field_exists(field_at(i), &caps) && !is_read_only(encoding);
            assert_int_equal(image.known[i], exists);
            if (!exists)
                assert_int_equal(image.value[i], 0);
            if (exists)
                assert_int_equal(image.value[i], value_of(encoding));
        }
    }
}

static bool knows(const struct profile *profile, struct vmcs_field field)
{
    struct vmx_caps caps = profile_caps(profile);
    struct vmcs_image image = write(&caps);
    return image.known[field.index];
}

static void known_fields_by_hand(void **state)
{
    (void)state;
    assert_false(knows(&prescott, SECONDARY_PROCESSOR_BASED_VM_EXECUTION_CONTROLS));
    assert_true(knows(&penryn, SECONDARY_PROCESSOR_BASED_VM_EXECUTION_CONTROLS));
    assert_false(knows(&penryn, EPT_POINTER));
    assert_true(knows(&lynnfield, EPT_POINTER));
    assert_true(knows(&lynnfield, VIRTUAL_PROCESSOR_IDENTIFIER));
    assert_true(knows(&lynnfield, VMX_PREEMPTION_TIMER_VALUE));
    assert_false(knows(&penryn, HOST_IA32_EFER));
    assert_true(knows(&lynnfield, HOST_IA32_EFER));
    assert_false(knows(&lynnfield, TSC_MULTIPLIER));
    assert_true(knows(&skylake_x, TSC_MULTIPLIER));
    assert_false(knows(&skylake_x, TERTIARY_PROCESSOR_BASED_VM_EXECUTION_CONTROLS));
    assert_true(knows(&sapphire_rapids, TERTIARY_PROCESSOR_BASED_VM_EXECUTION_CONTROLS));
    assert_false(knows(&skylake_x, EXIT_REASON));
    assert_false(knows(&skylake_x, GUEST_PHYSICAL_ADDRESS));
}

/* VM entry checks all of these fields on every processor: SDM Vol 3C §26.2, §26.3. */
static void fields_of_every_entry_are_known(void **state)
{
    static const uint16_t needed[] = {
        0x0800, 0x0802, 0x0804, 0x0806, 0x0808, 0x080a, 0x080c, 0x080e, /* guest: selectors */
        0x0c00, 0x0c02, 0x0c04, 0x0c06, 0x0c08, 0x0c0a, 0x0c0c,         /* host: selectors */
        0x2000, 0x2002, 0x2004, 0x2010, 0x2800, 0x2802,                 /* bitmaps, TSC, link */
        0x4000, 0x4002, 0x4004, 0x4006, 0x4008, 0x400a, 0x400c, 0x400e, /* controls */
        0x4010, 0x4012, 0x4014, 0x4016, 0x4018, 0x401a, 0x4800, 0x4802, /* guest: limits */
        0x4804, 0x4806, 0x4808, 0x480a, 0x480c, 0x480e, 0x4810, 0x4812, /* access rights */
        0x4814, 0x4816, 0x4818, 0x481a, 0x481c, 0x481e, 0x4820, 0x4822, /* states */
        0x4824, 0x4826, 0x482a, 0x4c00, 0x6000, 0x6002, 0x6004, 0x6006, /* masks, shadows */
        0x6800, 0x6802, 0x6804, 0x6806, 0x6808, 0x680a, 0x680c, 0x680e, /* guest: bases */
        0x6810, 0x6812, 0x6814, 0x6816, 0x6818, 0x681a, 0x681c, 0x681e, /* registers */
        0x6820, 0x6822, 0x6824, 0x6826, 0x6c00, 0x6c02, 0x6c04, 0x6c06, /* host */
        0x6c08, 0x6c0a, 0x6c0c, 0x6c0e, 0x6c10, 0x6c12, 0x6c14, 0x6c16,
    };
    struct vmx_caps caps = profile_caps(&without_true);
    struct vmcs_image image = write(&caps);
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(needed); i++) {
        unsigned index = 0;
        while (index < FIELD_COUNT && field_at(index).encoding != needed[i])
            index++;
        assert_in_range(index, 0, FIELD_COUNT - 1);
        if (!image.known[index])
            fail_msg("%s is not known", field_name(field_at(index)));
    }
}

/* Bits of FIXED0 must be 1; bits of FIXED1 may be 1 (SDM Vol 3D §A.7, §A.8). */
static void fixed_bits_are_forced(void **state)
{
    struct vmx_caps caps = profile_caps(&skylake_x);
    (void)state;
    assert_int_equal(plan_fixed_cr0(&caps, 0), 0x80000021);
    assert_int_equal(plan_fixed_cr0(&caps, 0x60010011), 0xe0010031);
    assert_int_equal(plan_fixed_cr0(&caps, UINT64_MAX), 0xffffffff);
    assert_int_equal(plan_fixed_cr4(&caps, 0), 0x2000);
    assert_int_equal(plan_fixed_cr4(&caps, 0x20), 0x2020);
    assert_int_equal(plan_fixed_cr4(&caps, UINT64_MAX), 0x3727ff);
    caps = profile_caps(&lynnfield);
    assert_int_equal(plan_fixed_cr4(&caps, 0x406b0), 0x26b0); /* Lynnfield does not allow OSXSAVE */
    assert_int_equal(plan_fixed_cr0(&caps, 0x80000011), 0x80000031);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_value_lands_in_its_field),
        cmocka_unit_test(missing_fields_are_not_known),
        cmocka_unit_test(known_fields_by_hand),
        cmocka_unit_test(fields_of_every_entry_are_known),
        cmocka_unit_test(fixed_bits_are_forced),
    };
    return cmocka_run_group_tests_name("plan", tests, NULL, NULL);
}
