/* The table of a guest's MSRs, and the checks of values written to them. */
#include "vmx/cpu/msr.h"

#include <stddef.h>

#include "lib/address.h"
#include "lib/bits.h"
#include "vmx/field.h"

enum check { CHECK_ANY, CHECK_CANONICAL, CHECK_PAT, CHECK_MTRR_TYPE, CHECK_READ_ONLY };

#define PLACE_FIELD(name) .place = MSR_IN_FIELD, .field = FIELD_##name
#define PLACE_PROCESSOR   .place = MSR_IN_PROCESSOR
#define PLACE_KEPT(value) .place = MSR_KEPT, .initial = (value)

const struct guest_msr guest_msrs[GUEST_MSRS] = {
#define GUEST_MSR(number, name, place, may_write, check)                                           \
    {number, CHECK_##check, .writable = (may_write), PLACE_##place},
#include "vmx/cpu/msr_policy.def"
#undef GUEST_MSR
};

const struct guest_msr *guest_msr_find(uint32_t number)
{
    for (unsigned i = 0; i < GUEST_MSRS; i++) {
        if (guest_msrs[i].number == number)
            return &guest_msrs[i];
    }
    return NULL;
}

/* Memory types of MTRRs (SDM Vol 3A, Table 11-8). The PAT also has type 7, UC- (Table 11-10). */
static bool is_mtrr_type(uint64_t type)
{
    return type <= 6 && type != 2 && type != 3;
}

static bool is_pat(uint64_t value)
{
    for (unsigned i = 0; i < 8; i++) {
        uint64_t type = bits_get(value, 8 * i + 7, 8 * i);
        if (!is_mtrr_type(type) && type != 7)
            return false;
    }
    return true;
}

/* IA32_MTRR_DEF_TYPE has the bits E and FE and a memory type (§11.11.2.1). */
static bool is_mtrr_def_type(uint64_t value)
{
    return !(value & BITS(9, 8)) && is_mtrr_type(bits_get(value, 7, 0));
}

static bool is_valid(enum check check, uint64_t value, uint8_t linear_bits)
{
    switch (check) {
    case CHECK_CANONICAL:
        return address_is_canonical(value, linear_bits);
    case CHECK_PAT:
        return is_pat(value);
    case CHECK_MTRR_TYPE:
        return is_mtrr_def_type(value);
    case CHECK_READ_ONLY:
        return false;
    case CHECK_ANY:
        break;
    }
    return true;
}

bool guest_msr_may_become(const struct guest_msr *msr, uint64_t now, uint64_t value,
                          uint8_t linear_bits)
{
    uint64_t changed = msr->place == MSR_KEPT ? now ^ value : value;
    return !(changed & ~msr->writable) && is_valid((enum check)msr->check, value, linear_bits);
}

uint64_t guest_tsc_scaled(uint64_t host, uint64_t multiplier)
{
    enum { FRACTION = 48 };
    __extension__ const unsigned __int128 product = (unsigned __int128)host * multiplier;
    return (uint64_t)(product >> FRACTION);
}
