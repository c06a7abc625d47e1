/* A guest's processor with 64 KiB of memory, for tests of emulated instructions. The memory holds:
 *
 * 0x1000  paging structures, one page each; the first is the root
 * 0x8000  GDT
 * 0x8800  LDT
 * 0xf000  the last page */
#ifndef TESTS_UNIT_VMX_CPU_FIXTURE_H
#define TESTS_UNIT_VMX_CPU_FIXTURE_H

#include "vmx/cpu/state.h"

enum { FIXTURE_SIZE = 0x10000, FIXTURE_ROOT = 0x1000, FIXTURE_GDT = 0x8000, FIXTURE_LDT = 0x8800 };

extern uint8_t fixture_memory[FIXTURE_SIZE];
extern struct guest_cpu fixture;

/* Reset the fixture: memory all 0, flat segments of 4 GiB at CPL 0, a GDT of 256 bytes, no LDT. */
void fixture_32(void);   /* protected mode without paging */
void fixture_64(void);   /* 64-bit mode with 4-level paging that maps nothing */
void fixture_real(void); /* real mode with segments of 64 KiB at 0 */

void fixture_put(uint64_t address, uint64_t value, size_t size);
uint64_t fixture_get(uint64_t address, size_t size);

/* Returns the exception that was raised, as vector << 32 | error. */
uint64_t fixture_fault(void);

#define FAULT(vector, error) ((uint64_t)(vector) << 32 | (error))
#define FAULTS(vector, error, call)                                                                \
    do {                                                                                           \
        assert_false(call);                                                                        \
        assert_null(fixture.fault.stop);                                                           \
        assert_int_equal(fixture_fault(), FAULT(vector, error));                                   \
    } while (0)
#define STOPS(call)                                                                                \
    do {                                                                                           \
        assert_false(call);                                                                        \
        assert_non_null(fixture.fault.stop);                                                       \
    } while (0)

#endif
