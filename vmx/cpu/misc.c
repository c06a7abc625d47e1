/* Parts of the emulation of XSETBV, RDRAND, RDSEED, UMWAIT, TPAUSE, INVPCID, IN and MOV DR. */
#include "vmx/cpu/misc.h"

#include "lib/address.h"
#include "lib/bits.h"
#include "lib/x86.h"

#define DR6_FIXED_1  (BITS(31, 16) | BITS(11, 4))
#define DR6_WRITABLE (DR6_BREAKPOINTS | DR6_BD | DR6_BS | DR6_BT)
#define DR7_WRITABLE (BITS(31, 16) | DR7_GD | BITS(9, 0))

bool guest_xcr0_is_valid(uint64_t allowed, uint64_t value)
{
    const uint64_t avx_512 = value & XCR0_AVX_512;
    if ((value & ~allowed) || !(value & XCR0_X87))
        return false;
    if ((value & XCR0_AVX) && !(value & XCR0_SSE))
        return false;
    return avx_512 == 0 || (avx_512 == XCR0_AVX_512 && (value & XCR0_AVX));
}

uint64_t guest_random_register(uint32_t information, uint64_t before, uint64_t random)
{
    switch (bits_get(information, 12, 11)) {
    case 0:
        return (before & ~BITS(15, 0)) | (random & BITS(15, 0));
    case 1:
        return random & BITS(31, 0);
    default:
        return random;
    }
}

uint64_t guest_rflags_cf(uint64_t rflags, bool carry)
{
    const uint64_t arithmetic =
        RFLAGS_CF | RFLAGS_PF | RFLAGS_AF | RFLAGS_ZF | RFLAGS_SF | RFLAGS_OF;
    return (rflags & ~arithmetic) | (carry ? RFLAGS_CF : 0);
}

bool guest_user_wait_is_valid(uint32_t operand)
{
    return !(operand & ~BIT(0));
}

bool guest_invpcid_is_valid(uint64_t type, const uint64_t descriptor[2], bool pcide,
                            unsigned linear_bits)
{
    enum { ADDRESS = 0, CONTEXT = 1, TYPES = 4 };
    const uint64_t pcid = descriptor[0];
    if (type >= TYPES || (pcid & BITS(63, 12)))
        return false;
    if (type <= CONTEXT && !pcide && pcid != 0)
        return false;
    return type != ADDRESS || address_is_canonical(descriptor[1], linear_bits);
}

uint64_t guest_in_register(unsigned size, uint64_t before, uint64_t value)
{
    if (size == 4)
        return value & BITS(31, 0);
    const uint64_t written = size == 1 ? BITS(7, 0) : BITS(15, 0);
    return (before & ~written) | (value & written);
}

uint64_t guest_dr6(uint64_t value, bool rtm)
{
    const uint64_t also = rtm ? DR6_RTM : 0;
    return (value & (DR6_WRITABLE | also)) | (DR6_FIXED_1 & ~also);
}

uint64_t guest_dr7(uint64_t value, bool rtm)
{
    return (value & (DR7_WRITABLE | (rtm ? DR7_RTM : 0))) | DR7_FIXED_1;
}

unsigned guest_io_breakpoints(const uint64_t dr[4], uint64_t dr7, uint64_t cr4, uint16_t port,
                              unsigned size)
{
    enum { READ_WRITE_IO = 2, EIGHT = 2 };
    unsigned met = 0;
    bool enabled = false;
    if (!(cr4 & CR4_DE))
        return 0;
    for (unsigned i = 0; i < 4; i++) {
        const uint64_t length_field = bits_get(dr7, 19 + 4 * i, 18 + 4 * i);
        const uint64_t length = length_field == EIGHT ? 8 : length_field + 1;
        const uint64_t first = dr[i] & ~(length - 1);
        if (bits_get(dr7, 17 + 4 * i, 16 + 4 * i) != READ_WRITE_IO || port >= first + length ||
            (uint64_t)port + size <= first)
            continue;
        met |= 1u << i;
        enabled = enabled || bits_get(dr7, 2 * i + 1, 2 * i) != 0;
    }
    return enabled ? met : 0;
}
