/* Events of a guest, as the information fields of VM exits tell them and those of VM entries
 * deliver them (SDM Vol 3C §24.8.3, §24.9.2, §24.9.3), and what becomes of an exception that comes
 * while another event is delivered (SDM Vol 3A §6.15, Table 6-5). Pure. */
#ifndef VMX_CPU_EVENT_H
#define VMX_CPU_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/x86.h"
#include "vmx/state_bits.h"

/* What three fields of a VM entry hold. */
struct event {
    uint32_t information; /* without EVENT_VALID: no event */
    uint32_t error;       /* where information has EVENT_HAS_ERROR */
    uint32_t length;      /* of the instruction, where the event is one's */
};

bool event_is_valid(struct event event);
enum event_type event_type(struct event event);
uint8_t event_vector(struct event event);

/* A hardware exception, with the error code where its vector has one. */
struct event event_exception(uint8_t vector, uint32_t error);

/* The event that an exit's interruption information or IDT-vectoring information tells, as an entry
 * is to deliver it: without the bits that mean something else there. */
struct event event_from_exit(uint32_t information, uint32_t error, uint32_t length);

/* What is delivered of `second`, an exception, that came while `first`, or none, was delivered:
 * itself, or a double fault. False: a triple fault. */
bool event_combine(struct event first, struct event second, struct event *delivered);

/* As it is delivered with CR0.PE clear: no error code (SDM Vol 3C §26.2.1.3). */
struct event event_in_real_mode(struct event event);

/* Whether the exception of a vector is a fault, so that RF is set in the RFLAGS it saves (SDM Vol
 * 3B §17.3.1.1). That a debug exception may be one as well is in the RFLAGS of its VM exit. */
bool event_is_fault(uint8_t vector);

/* DR6 after a debug exception whose VM exit had this qualification (Vol 3C, Table 27-1). */
uint64_t event_dr6(uint64_t dr6, uint64_t qualification);

#endif
