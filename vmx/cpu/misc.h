/* Small rules of single instructions. Pure. */
#ifndef VMX_CPU_MISC_H
#define VMX_CPU_MISC_H

#include <stdbool.h>
#include <stdint.h>

/* Whether XSETBV takes the value for XCR0, of which `allowed` can be 1 (SDM Vol 1 §13.3). */
bool guest_xcr0_takes(uint64_t allowed, uint64_t value);

/* A register after a random number of the size that bits 12:11 of the instruction information say
 * (SDM Vol 3C, Table 27-15): 16 bits leave the others alone, 32 clear them. */
uint64_t guest_random_register(uint32_t information, uint64_t before, uint64_t random);

/* RFLAGS with CF as said and the other five arithmetic flags 0: after RDRAND and RDSEED CF says
 * whether there is a number, after UMWAIT and TPAUSE whether the wait reached the system's limit.
 */
uint64_t guest_rflags_cf(uint64_t rflags, bool carry);

/* Whether UMWAIT and TPAUSE take their operand: bits 31:1 are reserved (SDM Vol 2B). */
bool guest_user_wait_takes(uint32_t operand);

/* Whether INVPCID takes the type and its descriptor of 16 bytes, with CR4.PCIDE as `pcide` says and
 * linear addresses of that width; else it is #GP(0) (SDM Vol 2A, "INVPCID"). */
bool guest_invpcid_takes(uint64_t type, const uint64_t descriptor[2], bool pcide,
                         unsigned linear_bits);

/* RAX after IN of `size` bytes, 1, 2 or 4. */
uint64_t guest_in_register(unsigned size, uint64_t before, uint64_t value);

/* DR6 and DR7 as a MOV leaves them, whatever is written to bits that are fixed (SDM Vol 3B §17.2);
 * rtm: the processor has restricted transactional memory, with a bit in each. In 64-bit mode bits
 * 63:32 have to be 0, or it is #GP(0). */
uint64_t guest_dr6(uint64_t value, bool rtm);
uint64_t guest_dr7(uint64_t value, bool rtm);

/* The I/O breakpoints that an access of size bytes meets (SDM Vol 3B §17.2.4, §17.2.5), as bits 3:0
 * of the pending debug exceptions; 0 where none of them is enabled in DR7, or CR4.DE is clear. */
unsigned guest_io_breakpoints(const uint64_t dr[4], uint64_t dr7, uint64_t cr4, uint16_t port,
                              unsigned size);

#endif
