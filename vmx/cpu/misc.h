/* Parts of the emulation of single instructions: XSETBV, RDRAND, RDSEED, UMWAIT, TPAUSE, INVPCID,
 * IN and MOV DR. Pure. */
#ifndef VMX_CPU_MISC_H
#define VMX_CPU_MISC_H

#include <stdbool.h>
#include <stdint.h>

/* Returns true if XSETBV accepts the value for XCR0. `allowed`: the bits that may be 1 (SDM Vol 1
 * §13.3). */
bool guest_xcr0_is_valid(uint64_t allowed, uint64_t value);

/* Returns the value of a register after RDRAND or RDSEED. Bits 12:11 of the instruction information
 * give the operand size (SDM Vol 3C, Table 27-15): 16 bits leave the other bits unchanged, 32 bits
 * clear them. */
uint64_t guest_random_register(uint32_t information, uint64_t before, uint64_t random);

/* Returns RFLAGS with CF = `carry` and the other five arithmetic flags 0. RDRAND and RDSEED set CF
 * if they return a number. UMWAIT and TPAUSE set CF if the wait reached the limit of the operating
 * system. */
uint64_t guest_rflags_cf(uint64_t rflags, bool carry);

/* Returns true if UMWAIT and TPAUSE accept the operand: bits 31:1 are reserved (SDM Vol 2B). */
bool guest_user_wait_is_valid(uint32_t operand);

/* Returns true if INVPCID accepts the type and its descriptor of 16 bytes; otherwise it causes
 * #GP(0) (SDM Vol 2A, "INVPCID"). `pcide`: CR4.PCIDE. `linear_bits`: width of linear addresses. */
bool guest_invpcid_is_valid(uint64_t type, const uint64_t descriptor[2], bool pcide,
                            unsigned linear_bits);

/* Returns RAX after IN of `size` bytes: 1, 2 or 4. */
uint64_t guest_in_register(unsigned size, uint64_t before, uint64_t value);

/* Return the value of DR6 or DR7 after a MOV of `value`: fixed bits keep their value (SDM Vol 3B
 * §17.2). `rtm`: the processor has RTM, which has a bit in each register. In 64-bit mode the caller
 * must check that bits 63:32 are 0; otherwise MOV causes #GP(0). */
uint64_t guest_dr6(uint64_t value, bool rtm);
uint64_t guest_dr7(uint64_t value, bool rtm);

/* Returns the I/O breakpoints that an access of `size` bytes matches (SDM Vol 3B §17.2.4, §17.2.5),
 * as bits 3:0 of the pending debug exceptions. Returns 0 if DR7 enables none of them or CR4.DE is
 * 0. */
unsigned guest_io_breakpoints(const uint64_t dr[4], uint64_t dr7, uint64_t cr4, uint16_t port,
                              unsigned size);

#endif
