/* The VMX capability MSRs of processor models in Bochs, from the first with VMX to one with nearly
 * every MSR. */
#ifndef TESTS_UNIT_PROFILES_H
#define TESTS_UNIT_PROFILES_H

#include <stddef.h>
#include <stdint.h>

#include "lib/bits.h"
#include "tests/unit/unit.h"
#include "vmx/caps.h"

struct profile_msr {
    uint32_t number;
    uint64_t value;
};

struct profile {
    const char *name;
    const struct profile_msr *msr;
    size_t count;
};

/* 2005: no secondary controls. */
static const struct profile_msr prescott_msrs[] = {
    {0x480, UINT64_C(0x00d810000000002b)}, {0x481, UINT64_C(0x0000001f00000016)},
    {0x482, UINT64_C(0x7781fffe0401e172)}, {0x483, UINT64_C(0x0003efff00036dff)},
    {0x484, UINT64_C(0x00001fff000011ff)}, {0x485, UINT64_C(0x00000000000401e0)},
    {0x486, UINT64_C(0x0000000080000021)}, {0x487, UINT64_C(0x00000000ffffffff)},
    {0x488, UINT64_C(0x0000000000002000)}, {0x489, UINT64_C(0x00000000000007ff)},
    {0x48a, UINT64_C(0x0000000000000034)}, {0x48d, UINT64_C(0x0000001f00000016)},
    {0x48e, UINT64_C(0x7781fffe04006172)}, {0x48f, UINT64_C(0x0003efff00036dfb)},
    {0x490, UINT64_C(0x00001fff000011fb)},
};
static const struct profile prescott = {"prescott", prescott_msrs, ARRAY_COUNT(prescott_msrs)};

/* The same without TRUE control MSRs, like the very first processors: IA32_VMX_BASIC bit 55 is
 * clear. */
static const struct profile_msr without_true_msrs[] = {
    {0x480, UINT64_C(0x005810000000002b)}, {0x481, UINT64_C(0x0000001f00000016)},
    {0x482, UINT64_C(0x7781fffe0401e172)}, {0x483, UINT64_C(0x0003efff00036dff)},
    {0x484, UINT64_C(0x00001fff000011ff)}, {0x485, UINT64_C(0x00000000000401e0)},
    {0x486, UINT64_C(0x0000000080000021)}, {0x487, UINT64_C(0x00000000ffffffff)},
    {0x488, UINT64_C(0x0000000000002000)}, {0x489, UINT64_C(0x00000000000007ff)},
    {0x48a, UINT64_C(0x0000000000000034)},
};
static const struct profile without_true = {"without_true", without_true_msrs,
                                            ARRAY_COUNT(without_true_msrs)};

/* 2008: secondary controls, neither EPT nor VPID. */
static const struct profile_msr penryn_msrs[] = {
    {0x480, UINT64_C(0x00d810000000002b)}, {0x481, UINT64_C(0x0000003f00000016)},
    {0x482, UINT64_C(0xf7f9fffe0401e172)}, {0x483, UINT64_C(0x0003ffff00036dff)},
    {0x484, UINT64_C(0x00003fff000011ff)}, {0x485, UINT64_C(0x00000000000401e0)},
    {0x486, UINT64_C(0x0000000080000021)}, {0x487, UINT64_C(0x00000000ffffffff)},
    {0x488, UINT64_C(0x0000000000002000)}, {0x489, UINT64_C(0x00000000000467ff)},
    {0x48a, UINT64_C(0x0000000000000034)}, {0x48b, UINT64_C(0x0000004100000000)},
    {0x48d, UINT64_C(0x0000003f00000016)}, {0x48e, UINT64_C(0xf7f9fffe04006172)},
    {0x48f, UINT64_C(0x0003ffff00036dfb)}, {0x490, UINT64_C(0x00003fff000011fb)},
};
static const struct profile penryn = {"penryn", penryn_msrs, ARRAY_COUNT(penryn_msrs)};

/* 2009: EPT and VPID. */
static const struct profile_msr lynnfield_msrs[] = {
    {0x480, UINT64_C(0x00d810000000002b)}, {0x481, UINT64_C(0x0000007f00000016)},
    {0x482, UINT64_C(0xf7f9fffe0401e172)}, {0x483, UINT64_C(0x007fffff00036dff)},
    {0x484, UINT64_C(0x0000ffff000011ff)}, {0x485, UINT64_C(0x00000000000401e0)},
    {0x486, UINT64_C(0x0000000080000021)}, {0x487, UINT64_C(0x00000000ffffffff)},
    {0x488, UINT64_C(0x0000000000002000)}, {0x489, UINT64_C(0x00000000000067ff)},
    {0x48a, UINT64_C(0x0000000000000034)}, {0x48b, UINT64_C(0x0000007f00000000)},
    {0x48c, UINT64_C(0x00000f0106114141)}, {0x48d, UINT64_C(0x0000007f00000016)},
    {0x48e, UINT64_C(0xf7f9fffe04006172)}, {0x48f, UINT64_C(0x007fffff00036dfb)},
    {0x490, UINT64_C(0x0000ffff000011fb)},
};
static const struct profile lynnfield = {"lynnfield", lynnfield_msrs, ARRAY_COUNT(lynnfield_msrs)};

/* 2013: VM functions. */
static const struct profile_msr haswell_msrs[] = {
    {0x480, UINT64_C(0x00d810000000002b)}, {0x481, UINT64_C(0x0000007f00000016)},
    {0x482, UINT64_C(0xf7f9fffe0401e172)}, {0x483, UINT64_C(0x007fffff00036dff)},
    {0x484, UINT64_C(0x0000ffff000011ff)}, {0x485, UINT64_C(0x00000000200401e0)},
    {0x486, UINT64_C(0x0000000080000021)}, {0x487, UINT64_C(0x00000000ffffffff)},
    {0x488, UINT64_C(0x0000000000002000)}, {0x489, UINT64_C(0x00000000001727ff)},
    {0x48a, UINT64_C(0x0000000000000034)}, {0x48b, UINT64_C(0x00047fff00000000)},
    {0x48c, UINT64_C(0x00000f0106334141)}, {0x48d, UINT64_C(0x0000007f00000016)},
    {0x48e, UINT64_C(0xf7f9fffe04006172)}, {0x48f, UINT64_C(0x007fffff00036dfb)},
    {0x490, UINT64_C(0x0000ffff000011fb)}, {0x491, UINT64_C(0x0000000000000001)},
};
static const struct profile haswell = {"haswell", haswell_msrs, ARRAY_COUNT(haswell_msrs)};

/* 2017. */
static const struct profile_msr skylake_x_msrs[] = {
    {0x480, UINT64_C(0x00d810000000002b)}, {0x481, UINT64_C(0x0000007f00000016)},
    {0x482, UINT64_C(0xf7f9fffe0401e172)}, {0x483, UINT64_C(0x007fffff00036dff)},
    {0x484, UINT64_C(0x0000ffff000011ff)}, {0x485, UINT64_C(0x00000000600401e0)},
    {0x486, UINT64_C(0x0000000080000021)}, {0x487, UINT64_C(0x00000000ffffffff)},
    {0x488, UINT64_C(0x0000000000002000)}, {0x489, UINT64_C(0x00000000003727ff)},
    {0x48a, UINT64_C(0x0000000000000034)}, {0x48b, UINT64_C(0x02177fff00000000)},
    {0x48c, UINT64_C(0x00000f0106334141)}, {0x48d, UINT64_C(0x0000007f00000016)},
    {0x48e, UINT64_C(0xf7f9fffe04006172)}, {0x48f, UINT64_C(0x007fffff00036dfb)},
    {0x490, UINT64_C(0x0000ffff000011fb)}, {0x491, UINT64_C(0x0000000000000001)},
};
static const struct profile skylake_x = {"skylake_x", skylake_x_msrs, ARRAY_COUNT(skylake_x_msrs)};

/* 2020: CET. */
static const struct profile_msr tigerlake_msrs[] = {
    {0x480, UINT64_C(0x01d8100000000004)}, {0x481, UINT64_C(0x0000007f00000016)},
    {0x482, UINT64_C(0xfff9fffe0401e172)}, {0x483, UINT64_C(0x107fffff00036dff)},
    {0x484, UINT64_C(0x0010ffff000011ff)}, {0x485, UINT64_C(0x00000000600401e0)},
    {0x486, UINT64_C(0x0000000080000021)}, {0x487, UINT64_C(0x00000000ffffffff)},
    {0x488, UINT64_C(0x0000000000002000)}, {0x489, UINT64_C(0x0000000000f72fff)},
    {0x48a, UINT64_C(0x0000000000000034)}, {0x48b, UINT64_C(0x02977fff00000000)},
    {0x48c, UINT64_C(0x00000f0106b34141)}, {0x48d, UINT64_C(0x0000007f00000016)},
    {0x48e, UINT64_C(0xfff9fffe04006172)}, {0x48f, UINT64_C(0x107fffff00036dfb)},
    {0x490, UINT64_C(0x0010ffff000011fb)}, {0x491, UINT64_C(0x0000000000000001)},
};
static const struct profile tigerlake = {"tigerlake", tigerlake_msrs, ARRAY_COUNT(tigerlake_msrs)};

/* 2023: tertiary and secondary VM-exit controls, but none for CET. */
static const struct profile_msr sapphire_rapids_msrs[] = {
    {0x480, UINT64_C(0x00d8100000000004)}, {0x481, UINT64_C(0x000000ff00000016)},
    {0x482, UINT64_C(0xfffbfffe0401e172)}, {0x483, UINT64_C(0xc07fffff00036dff)},
    {0x484, UINT64_C(0x0000ffff000011ff)}, {0x485, UINT64_C(0x00000000600401e0)},
    {0x486, UINT64_C(0x0000000080000021)}, {0x487, UINT64_C(0x00000000ffffffff)},
    {0x488, UINT64_C(0x0000000000002000)}, {0x489, UINT64_C(0x0000000000373fff)},
    {0x48a, UINT64_C(0x0000000000000054)}, {0x48b, UINT64_C(0x06d77fff00000000)},
    {0x48c, UINT64_C(0x00000f0106734141)}, {0x48d, UINT64_C(0x000000ff00000016)},
    {0x48e, UINT64_C(0xfffbfffe04006172)}, {0x48f, UINT64_C(0xc07fffff00036dfb)},
    {0x490, UINT64_C(0x0000ffff000011fb)}, {0x491, UINT64_C(0x0000000000000001)},
    {0x492, UINT64_C(0x0000000000000080)}, {0x493, UINT64_C(0x0000000001000004)},
};
static const struct profile sapphire_rapids = {"sapphire_rapids", sapphire_rapids_msrs,
                                               ARRAY_COUNT(sapphire_rapids_msrs)};

static const struct profile *const profiles[] = {
    &prescott, &without_true, &penryn,    &lynnfield,
    &haswell,  &skylake_x,    &tigerlake, &sapphire_rapids,
};

static inline const struct profile_msr *profile_find(const struct profile *profile, uint32_t number)
{
    for (size_t i = 0; i < profile->count; i++) {
        if (profile->msr[i].number == number)
            return &profile->msr[i];
    }
    return NULL;
}

/* The profile that profile_read() uses. */
static const struct profile *profile_current;

/* Returns the value of an MSR. An MSR that the profile lacks fails the test. */
static inline uint64_t profile_read(uint32_t number)
{
    const struct profile_msr *msr = profile_find(profile_current, number);
    if (!msr)
        fail_msg("%s has no MSR 0x%x", profile_current->name, (unsigned)number);
    return msr->value;
}

static inline struct vmx_caps profile_caps(const struct profile *profile)
{
    struct vmx_caps caps;
    profile_current = profile;
    caps_read(&caps, profile_read);
    return caps;
}

#endif
