/* Events of a guest: how VM exits report them, how VM entries deliver them (SDM Vol 3C §24.8.3,
 * §24.9.2, §24.9.3), and how an exception combines with the event during whose delivery it occurs
 * (SDM Vol 3A §6.15, Table 6-5). Pure. */
#ifndef VMX_CPU_EVENT_H
#define VMX_CPU_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/x86.h"
#include "vmx/state_bits.h"

/* The values of the three VM-entry fields that inject an event. */
struct event {
    uint32_t information; /* there is no event unless EVENT_VALID is set */
    uint32_t error;       /* error code, if EVENT_HAS_ERROR is set */
    uint32_t length;      /* length of the instruction, if an instruction caused the event */
};

bool event_is_valid(struct event event);
enum event_type event_type(struct event event);
uint8_t event_vector(struct event event);

/* Makes a hardware exception. `error` is its error code if the vector has one. */
struct event event_exception(uint8_t vector, uint32_t error);

/* Makes the event that a VM entry must inject to deliver the event in a VM exit's interruption
 * information or IDT-vectoring information. Drops the bits that mean something else at VM entry. */
struct event event_from_exit(uint32_t information, uint32_t error, uint32_t length);

/* Combines the exception `second` with `first`, the event (or no event) during whose delivery it
 * occurred. Sets *delivered to `second` or to a double fault. Returns false on a triple fault. */
bool event_combine(struct event first, struct event second, struct event *delivered);

/* Returns the event as a VM entry delivers it in real mode: without an error code (SDM Vol 3C
 * §26.2.1.3). */
struct event event_in_real_mode(struct event event);

/* Returns true if the exception of a vector is a fault, so that its delivery saves RFLAGS with RF
 * set (SDM Vol 3B §17.3.1.1). False for #DB, which may be a fault or a trap: after its VM exit, RF
 * of the guest's RFLAGS is already right. */
bool event_is_fault(uint8_t vector);

/* Returns DR6 after a debug exception whose VM exit had this qualification (SDM Vol 3C, Table
 * 27-1). */
uint64_t event_dr6(uint64_t dr6, uint64_t qualification);

#endif
