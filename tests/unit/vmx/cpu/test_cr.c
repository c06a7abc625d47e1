/* Tests writes to control registers: SDM Vol 2B "MOV—Move to/from Control Registers", Vol 3A §2.5,
 * §4.1.2, §4.4.1, §9.8.5. */
#include "tests/unit/unit.h"

#include <string.h>

#include "vmx/cpu/cr.h"

/* Literals from the SDM, so that the tests do not depend on lib/x86.h. */
#define PE    UINT64_C(0x00000001)
#define TS    UINT64_C(0x00000008)
#define ET    UINT64_C(0x00000010)
#define NE    UINT64_C(0x00000020)
#define WP    UINT64_C(0x00010000)
#define NW    UINT64_C(0x20000000)
#define CD    UINT64_C(0x40000000)
#define PG    UINT64_C(0x80000000)
#define PSE   UINT64_C(0x00000010)
#define PAE   UINT64_C(0x00000020)
#define PGE   UINT64_C(0x00000080)
#define LA57  UINT64_C(0x00001000)
#define VMXE  UINT64_C(0x00002000)
#define PCIDE UINT64_C(0x00020000)
#define LME   UINT64_C(0x100)
#define LMA   UINT64_C(0x400)
#define NXE   UINT64_C(0x800)

static uint64_t memory[8];

static bool read_memory(const void *at, uint64_t address, void *to, size_t size)
{
    if (address + size > sizeof memory)
        return false;
    memcpy(to, (const uint8_t *)at + address, size);
    return true;
}

static struct guest_cr_facts facts;
static struct guest_crs crs;

static const struct guest_crs real = {.cr0 = ET};
static const struct guest_crs protected_32 = {.cr0 = PE | ET | PG, .cr3 = 0x1000, .cr4 = PSE};
static const struct guest_crs pae = {.cr0 = PE | ET | PG, .cr3 = 0x20, .cr4 = PAE};
static const struct guest_crs ready_for_64 = {.cr0 = PE | ET, .cr4 = PAE, .efer = LME};
static const struct guest_crs ia_32e = {
    .cr0 = PE | ET | PG, .cr3 = 0x1000, .cr4 = PAE, .efer = LME | LMA};

static void begin(const struct guest_crs *from)
{
    crs = *from;
    memset(memory, 0, sizeof memory);
    facts = (struct guest_cr_facts){
        .cr4_allowed = 0x3727ff & ~VMXE,
        .physical_bits = 36,
        .tr_rights = 0x8b,
        .read = read_memory,
        .memory = memory,
    };
}

/* Checks that a write is refused and changes nothing. */
#define REFUSED(outcome, call)                                                                     \
    do {                                                                                           \
        const struct guest_crs before = crs;                                                       \
        assert_int_equal(call, outcome);                                                           \
        assert_memory_equal(&crs, &before, sizeof crs);                                            \
    } while (0)
#define WRITTEN(call) assert_int_equal(call, CR_WRITTEN)

static void cr0_refuses_wrong_bits(void **state)
{
    (void)state;
    begin(&real);
    REFUSED(CR_FAULT, guest_cr0_write(&facts, &crs, PG));
    REFUSED(CR_FAULT, guest_cr0_write(&facts, &crs, NW));
    REFUSED(CR_FAULT, guest_cr0_write(&facts, &crs, UINT64_C(1) << 32));
    REFUSED(CR_FAULT, guest_cr0_write(&facts, &crs, UINT64_C(1) << 63));
    WRITTEN(guest_cr0_write(&facts, &crs, CD | NW));
    assert_int_equal(crs.cr0, CD | NW | ET);
    WRITTEN(guest_cr0_write(&facts, &crs, 0)); /* ET stays 1 */
    assert_int_equal(crs.cr0, ET);
    WRITTEN(guest_cr0_write(&facts, &crs, 0xffffffff)); /* reserved bits stay 0 */
    assert_int_equal(crs.cr0, 0xe005003f);
}

static void protected_mode_begins_and_ends(void **state)
{
    (void)state;
    begin(&real);
    WRITTEN(guest_cr0_write(&facts, &crs, PE | NE));
    assert_int_equal(crs.cr0, PE | NE | ET);
    WRITTEN(guest_cr0_write(&facts, &crs, PE | PG));
    assert_true(crs.flushed);
    assert_int_equal(crs.efer, 0);
    WRITTEN(guest_cr0_write(&facts, &crs, PE));
    assert_true(crs.flushed);
    WRITTEN(guest_cr0_write(&facts, &crs, PE | TS));
    assert_false(crs.flushed);
    WRITTEN(guest_cr0_write(&facts, &crs, 0));
    assert_int_equal(crs.cr0, ET);
    assert_false(crs.pdptes_loaded);
}

static void ia_32e_mode_begins_with_paging(void **state)
{
    (void)state;
    begin(&ready_for_64);
    WRITTEN(guest_cr0_write(&facts, &crs, PE | PG));
    assert_int_equal(crs.efer, LME | LMA);
    assert_false(crs.pdptes_loaded);

    begin(&ready_for_64);
    crs.cr4 = 0;
    REFUSED(CR_FAULT, guest_cr0_write(&facts, &crs, PE | PG));
    begin(&ready_for_64);
    facts.cs_l = true;
    REFUSED(CR_FAULT, guest_cr0_write(&facts, &crs, PE | PG));
    begin(&ready_for_64);
    facts.tr_rights = 0x83; /* a busy 16-bit TSS */
    REFUSED(CR_FAULT, guest_cr0_write(&facts, &crs, PE | PG));
}

static void ia_32e_mode_ends_with_paging(void **state)
{
    (void)state;
    begin(&ia_32e);
    facts.cs_l = true; /* not in 64-bit mode */
    REFUSED(CR_FAULT, guest_cr0_write(&facts, &crs, PE));
    facts.cs_l = false; /* allowed in compatibility mode */
    WRITTEN(guest_cr0_write(&facts, &crs, PE));
    assert_int_equal(crs.efer, LME);
    begin(&ia_32e);
    crs.cr4 |= PCIDE;
    REFUSED(CR_FAULT, guest_cr0_write(&facts, &crs, PE));
}

static void lmsw(void **state)
{
    (void)state;
    assert_int_equal(guest_cr0_lmsw(ET, 0x1), PE | ET);
    assert_int_equal(guest_cr0_lmsw(PE | ET | TS, 0x0), PE | ET); /* PE stays 1 */
    assert_int_equal(guest_cr0_lmsw(PG | PE | ET, 0xffff), PG | PE | ET | 0xe);
    assert_int_equal(guest_cr0_lmsw(ET | 0xe, 0), ET);
}

static void cr4_refuses_wrong_bits(void **state)
{
    (void)state;
    begin(&protected_32);
    REFUSED(CR_FAULT, guest_cr4_write(&facts, &crs, PSE | VMXE));
    REFUSED(CR_FAULT, guest_cr4_write(&facts, &crs, PSE | UINT64_C(1) << 63));
    REFUSED(CR_FAULT, guest_cr4_write(&facts, &crs, PSE | LA57));
    WRITTEN(guest_cr4_write(&facts, &crs, PSE | 0x600));
    assert_int_equal(crs.cr4, PSE | 0x600);
    assert_false(crs.flushed);
    WRITTEN(guest_cr4_write(&facts, &crs, PSE | PGE));
    assert_true(crs.flushed);
    assert_false(crs.pdptes_loaded);
}

static void cr4_in_ia_32e_mode(void **state)
{
    (void)state;
    begin(&ia_32e);
    REFUSED(CR_FAULT, guest_cr4_write(&facts, &crs, 0)); /* PAE */
    facts.cr4_allowed |= LA57;
    REFUSED(CR_FAULT, guest_cr4_write(&facts, &crs, PAE | LA57));
    WRITTEN(guest_cr4_write(&facts, &crs, PAE | PCIDE));
    WRITTEN(guest_cr4_write(&facts, &crs, PAE));
    assert_true(crs.flushed);
    crs.cr3 = 0x1001;
    REFUSED(CR_FAULT, guest_cr4_write(&facts, &crs, PAE | PCIDE));
    begin(&pae); /* only in IA-32e mode */
    crs.cr3 = 0;
    REFUSED(CR_FAULT, guest_cr4_write(&facts, &crs, PAE | PCIDE));
    begin(&real);
    facts.cr4_allowed |= LA57;
    WRITTEN(guest_cr4_write(&facts, &crs, LA57));
}

static void cr3(void **state)
{
    (void)state;
    begin(&ia_32e);
    WRITTEN(guest_cr3_write(&facts, &crs, UINT64_C(0xfffffffff)));
    assert_int_equal(crs.cr3, UINT64_C(0xfffffffff));
    assert_true(crs.flushed);
    REFUSED(CR_FAULT, guest_cr3_write(&facts, &crs, UINT64_C(0x1000000000)));
    REFUSED(CR_FAULT, guest_cr3_write(&facts, &crs, UINT64_C(0x8000000000001000)));
    crs.cr4 |= PCIDE;
    WRITTEN(guest_cr3_write(&facts, &crs, UINT64_C(0x8000000000001005)));
    assert_int_equal(crs.cr3, 0x1005);
    assert_false(crs.flushed);
    WRITTEN(guest_cr3_write(&facts, &crs, 0x1005));
    assert_true(crs.flushed);
}

static void pae_paging_loads_pdptes(void **state)
{
    (void)state;
    begin(&pae);
    memory[4] = 0x2001;
    memory[7] = 0x8000000000000ffe;               /* not present: all other bits are ignored */
    WRITTEN(guest_cr3_write(&facts, &crs, 0x3f)); /* bits 4:0 do not belong to the address */
    assert_true(crs.pdptes_loaded);
    assert_int_equal(crs.pdpte[0], 0x2001);
    assert_int_equal(crs.pdpte[3], 0x8000000000000ffe);

    WRITTEN(guest_cr4_write(&facts, &crs, PAE | PGE));
    assert_true(crs.pdptes_loaded);
    WRITTEN(guest_cr4_write(&facts, &crs, PAE | PGE | 0x600));
    assert_false(crs.pdptes_loaded);
    WRITTEN(guest_cr0_write(&facts, &crs, PG | PE | CD));
    assert_true(crs.pdptes_loaded);
    WRITTEN(guest_cr0_write(&facts, &crs, PG | PE | CD | TS));
    assert_false(crs.pdptes_loaded);
    WRITTEN(guest_cr0_write(&facts, &crs, PE));
    assert_false(crs.pdptes_loaded);
    WRITTEN(guest_cr0_write(&facts, &crs, PE | PG));
    assert_true(crs.pdptes_loaded);
    REFUSED(CR_NO_MEMORY, guest_cr3_write(&facts, &crs, 0x1000));

    begin(&protected_32);
    crs.cr3 = 0;
    WRITTEN(guest_cr4_write(&facts, &crs, PSE | PAE));
    assert_true(crs.pdptes_loaded);
}

/* SDM Vol 3A, Table 4-8: bits 2:1, 8:5 and the bits beyond the physical-address width, here 36. */
static void pdptes_have_reserved_bits(void **state)
{
    (void)state;
    for (unsigned bit = 1; bit < 64; bit++) {
        bool reserved = bit == 1 || bit == 2 || (bit >= 5 && bit <= 8) || bit >= 36;
        begin(&pae);
        memory[5] = UINT64_C(1) << bit | 1;
        if (reserved)
            REFUSED(CR_FAULT, guest_cr3_write(&facts, &crs, 0x20));
        else
            WRITTEN(guest_cr3_write(&facts, &crs, 0x20));
    }
}

static void efer(void **state)
{
    const uint64_t allowed = 0xd01;
    (void)state;
    begin(&real);
    WRITTEN(guest_efer_write(&crs, allowed, LME | NXE | 1));
    assert_int_equal(crs.efer, LME | NXE | 1);
    WRITTEN(guest_efer_write(&crs, allowed, LMA)); /* read-only, no fault */
    assert_int_equal(crs.efer, 0);
    REFUSED(CR_FAULT, guest_efer_write(&crs, allowed, 0x2));
    REFUSED(CR_FAULT, guest_efer_write(&crs, allowed, UINT64_C(1) << 32));
    REFUSED(CR_FAULT, guest_efer_write(&crs, allowed & ~NXE, NXE));
    begin(&ia_32e);
    REFUSED(CR_FAULT, guest_efer_write(&crs, allowed, LMA));
    WRITTEN(guest_efer_write(&crs, allowed, LME | NXE)); /* LMA stays */
    assert_int_equal(crs.efer, LME | LMA | NXE);
    begin(&protected_32);
    REFUSED(CR_FAULT, guest_efer_write(&crs, allowed, LME));
}

static void fixed_bits_of_cr0_are_fixed(void **state)
{
    (void)state;
    assert_int_equal(guest_cr0_field(0x80000021, 0xffffffff, false, ET), 0x80000031);
    assert_int_equal(guest_cr0_field(0x80000021, 0xffffffff, true, ET), 0x30);
    assert_int_equal(guest_cr0_field(0x80000021, 0xffffffff, true, PE | PG | ET), 0x80000031);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cr0_refuses_wrong_bits),
        cmocka_unit_test(protected_mode_begins_and_ends),
        cmocka_unit_test(ia_32e_mode_begins_with_paging),
        cmocka_unit_test(ia_32e_mode_ends_with_paging),
        cmocka_unit_test(lmsw),
        cmocka_unit_test(cr4_refuses_wrong_bits),
        cmocka_unit_test(cr4_in_ia_32e_mode),
        cmocka_unit_test(cr3),
        cmocka_unit_test(pae_paging_loads_pdptes),
        cmocka_unit_test(pdptes_have_reserved_bits),
        cmocka_unit_test(efer),
        cmocka_unit_test(fixed_bits_of_cr0_are_fixed),
    };
    return cmocka_run_group_tests_name("guest_cr", tests, NULL, NULL);
}
