/* Changes the processor's CPUID answers for a guest. */
#include "vmx/cpu/cpuid.h"

#include "lib/bits.h"
#include "lib/string.h"
#include "lib/x86.h"
#include "vmx/hypercall.h"

enum { ANY = -1, ALWAYS = -1, UNLESS_SHOWN = -2 };

enum cpuid_register { EAX, EBX, ECX, EDX, ALL };

enum {
    LEAF_HYPERVISOR_END = 0x400000ff,
    XSAVE_LEGACY = 512 + 64, /* bytes: the area of x87 and SSE, and the header */
    XSAVE_COMPONENTS = 63,
};

static const struct hidden {
    uint32_t leaf;
    int subleaf;
    uint8_t reg, hi, lo;
    int when; /* hidden ALWAYS, UNLESS_SHOWN, or unless this enum control is 1 */
    uint64_t cr4;
} table[] = {
#define HIDE(leaf, subleaf, reg, hi, lo, cr4, when, why) {leaf, subleaf, reg, hi, lo, when, cr4},
#include "vmx/cpu/cpuid_policy.def"
#undef HIDE
};

static bool is_hidden(const struct hidden *row, const struct guest_cpuid *guest)
{
    switch (row->when) {
    case ALWAYS:
        return true;
    case UNLESS_SHOWN:
        return !guest->vmx_shown;
    default:
        return !control_is_set(guest->controls, (enum control)row->when);
    }
}

static void hide(const struct guest_cpuid *guest, uint32_t leaf, uint32_t subleaf,
                 struct cpuid *answer)
{
    uint32_t *const registers[] = {&answer->eax, &answer->ebx, &answer->ecx, &answer->edx};
    for (unsigned i = 0; i < ARRAY_COUNT(table); i++) {
        const struct hidden *row = &table[i];
        if (row->leaf != leaf || !is_hidden(row, guest) ||
            (row->subleaf != ANY && (uint32_t)row->subleaf != subleaf))
            continue;
        for (unsigned r = EAX; r <= EDX; r++) {
            if (row->reg == r || row->reg == ALL)
                *registers[r] &= (uint32_t)~BITS(row->hi, row->lo);
        }
    }
}

static bool is_hypervisor_leaf(uint32_t leaf)
{
    return leaf >= CPUID_HYPERVISOR_FIRST && leaf <= LEAF_HYPERVISOR_END;
}

uint32_t guest_cpuid_leaf(const struct guest_cpuid *guest, uint32_t leaf)
{
    const uint32_t basic = guest->host(0, 0).eax;
    if (is_hypervisor_leaf(leaf))
        return leaf;
    if (leaf >= CPUID_LEAF_EXTENDED)
        return leaf <= guest->host(CPUID_LEAF_EXTENDED, 0).eax ? leaf : basic;
    return leaf <= basic ? leaf : basic;
}

static struct cpuid hypervisor(uint32_t leaf)
{
    static const char signature[12] = "Trapline";
    struct cpuid answer = {0};
    if (leaf == CPUID_HYPERVISOR_FIRST) {
        answer.eax = CPUID_HYPERVISOR_LAST;
        memcpy(&answer.ebx, signature, 4);
        memcpy(&answer.ecx, signature + 4, 4);
        memcpy(&answer.edx, signature + 8, 4);
    }
    if (leaf == CPUID_HYPERVISOR_LAST)
        answer.eax = HYPERCALL_INTERFACE;
    return answer;
}

uint64_t guest_cpuid_xcr0(const struct guest_cpuid *guest)
{
    if (guest->host(0, 0).eax < CPUID_LEAF_XSAVE)
        return 0;
    struct cpuid answer = guest->host(CPUID_LEAF_XSAVE, 0);
    hide(guest, CPUID_LEAF_XSAVE, 0, &answer);
    return (uint64_t)answer.edx << 32 | answer.eax;
}

/* Returns the size in bytes of an XSAVE area for these components (leaf 0DH, ECX). The processor's
 * own answer also counts the hidden components. */
static uint32_t xsave_size(const struct guest_cpuid *guest, uint64_t components)
{
    uint32_t size = XSAVE_LEGACY;
    for (unsigned i = 2; i < XSAVE_COMPONENTS; i++) {
        if (!(components & BIT(i)))
            continue;
        const struct cpuid component = guest->host(CPUID_LEAF_XSAVE, i);
        if (component.ebx + component.eax > size)
            size = component.ebx + component.eax;
    }
    return size;
}

static struct cpuid xsave(const struct guest_cpuid *guest, uint32_t subleaf, struct cpuid answer)
{
    uint64_t components = guest_cpuid_xcr0(guest);
    if (subleaf == 0 && components != 0)
        answer.ecx = xsave_size(guest, components);
    if (subleaf >= 2 && (subleaf >= XSAVE_COMPONENTS || !(components & BIT(subleaf))))
        answer = (struct cpuid){0};
    return answer;
}

struct cpuid guest_cpuid(const struct guest_cpuid *guest, uint32_t leaf, uint32_t subleaf)
{
    if (is_hypervisor_leaf(leaf))
        return hypervisor(leaf);
    leaf = guest_cpuid_leaf(guest, leaf);
    struct cpuid answer = guest->host(leaf, subleaf);
    hide(guest, leaf, subleaf, &answer);
    switch (leaf) {
    case CPUID_LEAF_FEATURES:
        answer.ecx = (answer.ecx & ~CPUID_1_ECX_OSXSAVE) | CPUID_1_ECX_HYPERVISOR;
        if (guest->cr4 & CR4_OSXSAVE)
            answer.ecx |= CPUID_1_ECX_OSXSAVE;
        break;
    case CPUID_LEAF_MORE_FEATURES:
        if (subleaf == 0) {
            answer.ecx &= ~CPUID_7_ECX_OSPKE;
            answer.ecx |= guest->cr4 & CR4_PKE ? CPUID_7_ECX_OSPKE : 0;
        }
        break;
    case CPUID_LEAF_XSAVE:
        answer = xsave(guest, subleaf, answer);
        break;
    case CPUID_LEAF_EXTENDED_FEATURES:
        if (!guest->is_64_bit)
            answer.edx &= ~CPUID_80000001_EDX_SYSCALL;
        break;
    default:
        break;
    }
    return answer;
}

uint64_t guest_cpuid_hidden_cr4(const struct guest_cpuid *guest)
{
    uint64_t bits = 0;
    for (unsigned i = 0; i < ARRAY_COUNT(table); i++) {
        if (is_hidden(&table[i], guest))
            bits |= table[i].cr4;
    }
    return bits;
}
