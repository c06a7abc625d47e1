/* The benchmark's host: what it does at the guest's word, and in VMX root operation. */
#ifndef VMX_BENCH_HOST_H
#define VMX_BENCH_HOST_H

#include <stdbool.h>
#include <stdint.h>

#include "vmx/exit/action.h"
#include "vmx/exit/hypercall.h"
#include "vmx/run/run.h"

enum { HYPERCALL_BENCH = HYPERCALL_OWN };

/* The argument of HYPERCALL_BENCH: what is to come before the guest's next instruction. */
enum bench_argument {
    BENCH_STEP,              /* a VM exit by the monitor trap flag */
    BENCH_TIMER,             /* one by the VMX-preemption timer */
    BENCH_EXCEPTION,         /* #UD is injected */
    BENCH_NMI,               /* an NMI is */
    BENCH_INTERRUPT,         /* the host's local APIC has an interrupt */
    BENCH_REHEARSED = 0x100, /* a bit beside it: the host does the same work, and nothing comes */
};

/* The vector of that interrupt; the one port and the one MSR whose accesses exit, which is
 * IA32_SYSENTER_CS. */
enum {
    BENCH_VECTOR = 0xe0,
    BENCH_PORT = 0x80,
    BENCH_MSR = 0x174,
};

/* The first page that is not mapped yet. */
uint64_t bench_pages(void);

enum exit_action bench_arm(struct vcpu *vcpu, uint32_t argument);

/* Maps the page of an EPT violation; false where it is none that waits for that. */
bool bench_map(uint64_t address);

/* Measures what is measured in VMX root operation, with the current VMCS that the guest will have;
 * it has to be prepared anew after that. */
void bench_root(struct vcpu *vcpu, struct run *run);

#endif
